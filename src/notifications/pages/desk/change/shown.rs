//! What a change of some would be, and what it was: the pages.

use crate::{
    accounts::{Namesakes, listed_name},
    notifications::{
        model::Status,
        pages::{
            desk::{choice::Asked, table::badge},
            words,
        },
        service::{AT_ONCE, Possible},
        store::desk::Row,
    },
    ui::{
        Banner, Button, ButtonKind, DateField, ErrorSummary, FieldHint, Fields, Fold, FormCard,
        IconName, LinkButton, Page, PageHeader, Reader, Rows, TimeField, Tone, field, hidden, page,
        time,
    },
};
use axum::{http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use std::collections::HashMap;
use uuid::Uuid;

/// As many of a list are seen at once; the rest is folded.
const AT_A_GLANCE: usize = 20;

/// What is wrong with the moment that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    Day,
    Time,
    Past,
}

impl Slip {
    /// The field, and what is wrong with it.
    fn told(self, lang: &str) -> (&'static str, String) {
        let (field, words) = match self {
            Self::Day => ("date", t!("campaign.error.date", locale = lang)),
            Self::Time => ("time", t!("wishes.wrong", locale = lang)),
            Self::Past => ("date", t!("outbox.past", locale = lang)),
        };
        (field, words.into_owned())
    }
}

/// When each would go out, and whether that is the end of quiet hours.
type Moves = HashMap<i64, (DateTime<Utc>, bool)>;

/// What would change.
pub struct Preview<'a> {
    pub doing: Possible,
    pub asked: &'a Asked,
    /// The day and the time that were typed.
    pub typed: (&'a str, &'a str),
    pub rows: &'a [Row],
    /// What tells apart those who are called alike.
    pub namesakes: &'a Namesakes,
    /// Whether there are more with which it could be done than at once.
    pub more: bool,
    pub moves: Option<&'a Moves>,
    pub slip: Option<Slip>,
}

impl Preview<'_> {
    pub fn page(&self, reader: &Reader) -> Response {
        let lang = reader.lang();
        let doing = self.doing;
        let (with, without): (Vec<&Row>, Vec<&Row>) = self
            .rows
            .iter()
            .partition(|row| doing.applies(row.standing(reader.now)));
        // First when, then what that comes to.
        let asks = doing == Possible::Reschedule && self.moves.is_none();
        let title = match (with.len(), asks) {
            (0, _) if self.rows.is_empty() => t!("outbox.none_chosen", locale = lang).into_owned(),
            (0, _) => words::cannot(lang, doing, self.rows.len()),
            (count, true) => words::does(lang, doing, count),
            (count, false) => format!("{}?", words::does(lang, doing, count)),
        };
        let slip = self.slip.map(|slip| slip.told(lang));
        let status = match &slip {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let back = self.asked.address("/notifications", None);
        page(reader, Page::titled(title.clone()).status(status), || {
            let errors = slip
                .clone()
                .into_iter()
                .map(|(field, words)| (field.to_owned(), words))
                .collect();
            let count = (!without.is_empty() && !with.is_empty())
                .then(|| words::can(lang, doing, with.len(), self.rows.len()));
            let more = self
                .more
                .then(|| t!("outbox.more_at_once", locale = lang, most = AT_ONCE).into_owned());
            let form = (!with.is_empty()).then(|| self.form(reader, &with, asks, slip));
            let leave = with.is_empty().then(|| {
                let words = self
                    .rows
                    .is_empty()
                    .then(|| t!("outbox.none_chosen_text", locale = lang).into_owned());
                view! { {words.map(|words| view! { <p>{words}</p> })}<p><a href=back.clone()>{t!("outbox.back", locale = lang).into_owned()}</a></p> }
            });
            view! {
                <PageHeader title back=(back.clone(), t!("outbox.title", locale = lang).into_owned())/>
                <ErrorSummary title=t!("form.problem", locale = lang).into_owned() errors/>
                {count.map(|words| view! { <p class="lead">{words}</p> })}
                {more.map(|words| view! { <p>{words}</p> })}
                {form}
                {list(reader, words::these(lang, doing, false), (&with, self.namesakes), self.moves, None)}
                {list(reader, t!("outbox.unchanged", locale = lang).into_owned(), (&without, self.namesakes), None, Some(doing))}
                {leave}
            }
        })
    }

    fn form(
        &self,
        reader: &Reader,
        with: &[&Row],
        asks: bool,
        slip: Option<(&'static str, String)>,
    ) -> impl IntoView + use<> {
        let lang = reader.lang();
        let ids = with
            .iter()
            .map(|row| hidden("id", row.id.to_string()))
            .collect_view();
        let fields = self
            .asked
            .fields()
            .map(|(name, value)| hidden(name, value.to_owned()))
            .collect_view();
        let (date, time) = (self.typed.0.to_owned(), self.typed.1.to_owned());
        let error = |name: &str| {
            let slip = slip.as_ref().filter(|(field, _)| *field == name);
            slip.map(|(_, words)| words.clone())
        };
        let moment = if asks {
            Either::Left(view! {
                <p>{t!("outbox.when_text", locale = lang).into_owned()}</p>
                <Fields>
                    {field("date", t!("campaign.date", locale = lang), None, error("date"), move |described, invalid| view! {
                        <DateField id="date" name="date" value=date nostrip:described_by=described nostrip:invalid=invalid required=true/>
                    })}
                    {field("time", t!("campaign.time", locale = lang), None, error("time"), move |described, invalid| view! {
                        <TimeField id="time" name="time" value=time nostrip:described_by=described nostrip:invalid=invalid required=true/>
                    })}
                </Fields>
            })
        } else {
            Either::Right(
                self.moves
                    .map(|_| (hidden("date", date), hidden("time", time))),
            )
        };
        let (method, kind, button) = match (asks, self.doing) {
            (true, _) => (
                "get",
                ButtonKind::Primary,
                t!("outbox.show", locale = lang).into_owned(),
            ),
            (false, Possible::Cancel) => (
                "post",
                ButtonKind::Danger,
                words::does(lang, self.doing, with.len()),
            ),
            (false, doing) => (
                "post",
                ButtonKind::Primary,
                words::does(lang, doing, with.len()),
            ),
        };
        let effect = match self.doing {
            Possible::Cancel => Some(t!("outbox.cancel.effect", locale = lang)),
            Possible::Retry => Some(t!("outbox.retry.effect", locale = lang)),
            Possible::Restore => Some(t!("outbox.restore.effect", locale = lang)),
            Possible::Reschedule => None,
        };
        let effect = effect.map(|words| view! { <p>{words.into_owned()}</p> });
        let back = self.asked.address("/notifications", None);
        let leave = words::leave(lang, self.doing, with.len());
        view! {
            <FormCard method action="/notifications/change">
                {hidden("do", self.doing.name())}
                {ids}
                {fields}
                {effect}
                {moment}
                <div class="actions">
                    <Button kind>{button}</Button>
                    <LinkButton href=back>{leave}</LinkButton>
                </div>
            </FormCard>
        }
    }
}

/// What would take back what was done.
pub struct Undo<'a> {
    /// The request that did it.
    pub request: Uuid,
    /// With which it can be taken back.
    pub ids: &'a [i64],
}

/// What was done.
pub struct Outcome<'a> {
    pub doing: Possible,
    pub asked: &'a Asked,
    pub done: &'a [i64],
    pub rows: &'a [Row],
    /// What tells apart those who are called alike.
    pub namesakes: &'a Namesakes,
    pub undo: Option<Undo<'a>>,
}

impl Outcome<'_> {
    pub fn page(&self, reader: &Reader) -> Response {
        let lang = reader.lang();
        let doing = self.doing;
        let (with, without): (Vec<&Row>, Vec<&Row>) = self
            .rows
            .iter()
            .partition(|row| self.done.contains(&row.id));
        let (status, title) = if with.is_empty() {
            (
                StatusCode::CONFLICT,
                t!("outbox.nothing", locale = lang).into_owned(),
            )
        } else {
            (StatusCode::OK, words::did(lang, doing, with.len()))
        };
        page(reader, Page::titled(title.clone()).status(status), || {
            let said = match (with.len(), without.len()) {
                (0, _) => Some((Tone::Attention, t!("outbox.stale", locale = lang))),
                (_, 0) => None,
                (_, 1) => Some((Tone::Attention, t!("outbox.one_unchanged", locale = lang))),
                (_, count) => Some((
                    Tone::Attention,
                    t!("outbox.some_unchanged", locale = lang, count = count),
                )),
            };
            let said = said.map(|(tone, words)| {
                let words = words.into_owned();
                view! { <Banner tone><p>{words}</p></Banner> }
            });
            // The provider may have sent some already: it says so later.
            let asked_back = with
                .iter()
                .filter(|row| {
                    doing == Possible::Cancel && row.status == Status::Pending && row.cancel_wanted
                })
                .count();
            let asked_back = match asked_back {
                0 => None,
                1 => Some(t!("outbox.asked_back.one", locale = lang)),
                count => Some(t!("outbox.asked_back.other", locale = lang, count = count)),
            };
            let asked_back = asked_back.map(|words| words.into_owned());
            let back = self.asked.address("/notifications", None);
            view! {
                <PageHeader title back=(back.clone(), t!("outbox.title", locale = lang).into_owned())/>
                {said}
                {asked_back.map(|words| view! { <p>{words}</p> })}
                <div class="actions">
                    <LinkButton href=back kind=ButtonKind::Primary>{t!("outbox.back", locale = lang).into_owned()}</LinkButton>
                    {self.undo(lang)}
                </div>
                {list(reader, words::these(lang, doing, true), (&with, self.namesakes), None, None)}
                {list(reader, t!("outbox.kept", locale = lang).into_owned(), (&without, self.namesakes), None, Some(doing))}
            }
        })
    }

    fn undo(&self, lang: &'static str) -> Option<impl IntoView + use<>> {
        let undo = self.undo.as_ref()?;
        let (back, words) = match self.doing {
            Possible::Cancel => (Possible::Restore, t!("outbox.undo.cancel", locale = lang)),
            Possible::Restore => (Possible::Cancel, t!("outbox.undo.restore", locale = lang)),
            Possible::Reschedule => (
                Possible::Reschedule,
                t!("outbox.undo.reschedule", locale = lang),
            ),
            Possible::Retry => return None,
        };
        let ids = undo
            .ids
            .iter()
            .map(|id| hidden("id", id.to_string()))
            .collect_view();
        let fields = self
            .asked
            .fields()
            .map(|(name, value)| hidden(name, value.to_owned()))
            .collect_view();
        let of =
            (self.doing == Possible::Reschedule).then(|| hidden("of", undo.request.to_string()));
        // Some may have gone out, or been moved on, by now.
        let some = (undo.ids.len() < self.done.len()).then(|| {
            let (count, of) = (undo.ids.len(), self.done.len());
            let words = t!("outbox.undo.some", locale = lang, count = count, of = of);
            format!(" {}", words)
        });
        Some(view! {
            <form method="post" action="/notifications/change">
                {hidden("do", back.name())}
                {of}
                {ids}
                {fields}
                <Button icon=IconName::Undo>{words.into_owned()}{some}</Button>
            </form>
        })
    }
}

/// Some of them; to when they would be moved, if they would; and why they cannot be changed so, if they cannot.
fn list(
    reader: &Reader,
    title: String,
    (rows, namesakes): (&[&Row], &Namesakes),
    moves: Option<&Moves>,
    why: Option<Possible>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let mut first = rows
        .iter()
        .map(|row| {
            let later = (row.status == Status::Pending && row.due > row.at && !row.tried)
                .then_some((row.due, true));
            let to = match moves {
                Some(moves) => moves.get(&row.id).copied(),
                None => later,
            };
            let to = to.map(|(moment, quiet)| {
                let why = quiet.then(|| format!(", {}", t!("campaign.put_off", locale = lang)));
                view! { " → "{time::minute(reader, moment)}{why} }
            });
            let why = why
                .and_then(|doing| doing.obstacle(row.standing(reader.now)))
                .map(|obstacle| {
                    let words = words::obstacle(lang, obstacle);
                    view! { <span class="block">{words}</span> }
                });
            let name = listed_name(&row.first_name, &row.last_name, &row.email);
            view! {
                <li class="row">
                    <span>
                        <a href=format!("/notifications/{}", row.id)>{name}", "{words::kind(lang, row.kind)}</a>
                        {namesakes.line(row.patient)}
                        <span class="quiet block">{row.text()}</span>
                        {why}
                    </span>
                    <span>{badge(lang, row)}" "<span class="quiet">{time::minute(reader, row.at)}{to}</span></span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let rest = first.split_off(first.len().min(AT_A_GLANCE));
    let rest = (!rest.is_empty()).then(|| {
        let count = t!("outbox.more", locale = lang, count = rest.len()).into_owned();
        view! {
            <Fold summary=count>
                <Rows card=true>{rest}</Rows>
            </Fold>
        }
    });
    let clock = t!("outbox.clock", locale = lang, zone = reader.zone.name()).into_owned();
    let title = format!("{title} ({})", rows.len());
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2>{title}</h2>
                <FieldHint words=clock/>
                <Rows card=true>{first}</Rows>
                {rest}
            </section>
        }
    })
}
