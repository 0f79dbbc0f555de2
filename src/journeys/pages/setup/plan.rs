//! Other numbers from the next stage on, and the end before the last one.

use super::{Subject, stale, to_journey};
use crate::{
    accounts::{AtDesk, SignedIn},
    error::Fault,
    feature::timeline::Timeline,
    journeys::{
        model::{INTERVAL_DAYS, JourneyId, STAGES, Setup, SetupRefusal, Status},
        pages::{
            acts::{NOTE, preview, refused_setup},
            parts,
        },
        service::{self, NotSetUp, Seen, SettingUp},
    },
    ui::{
        Button, ButtonKind, Facts, FormCard, LinkButton, Page, PageHeader, Quote, Reader, TextArea,
        field, hidden, page, problems, time, typed,
    },
};
use axum::{
    Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// A form of these pages, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    intent: String,
    seen: Option<String>,
    revision: String,
    total: String,
    interval: String,
    #[serde(deserialize_with = "typed")]
    note: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Total { least: i32 },
    Interval,
    Unchanged,
    Note,
}

impl Sent {
    fn seen(&self) -> Option<Seen> {
        Seen::read(self.seen.as_deref()?, &self.revision)
    }

    fn note(&self) -> Option<&str> {
        Some(self.note.trim()).filter(|note| !note.is_empty())
    }

    fn note_is_wrong(&self) -> bool {
        self.note.trim().chars().count() > NOTE
    }

    /// What is no number is none that can be taken.
    fn interval_days(&self) -> i32 {
        self.interval.trim().parse().unwrap_or(0)
    }

    fn setting_up(&self, journey: JourneyId, seen: Seen) -> SettingUp<'_> {
        SettingUp {
            journey,
            seen,
            setup: self.setup(),
            note: self.note(),
        }
    }

    fn setup(&self) -> Setup {
        Setup::Revise {
            total: self.total.trim().parse().unwrap_or(0),
            interval_days: self.interval_days(),
        }
    }
}

type Id = Result<Path<i64>, PathRejection>;
type Body = Result<Form<Sent>, FormRejection>;

fn number(path: Id) -> Result<JourneyId, Fault> {
    path.map(|Path(id)| JourneyId(id))
        .map_err(|_| Fault::NotFound)
}

pub async fn ask(signed_in: SignedIn<AtDesk>, path: Id) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let subject = Subject::load(&mut db, &actor, &act, &reader, number(path)?).await?;
    let journey = &subject.reached.journey;
    let sent = Sent {
        total: journey.total.to_string(),
        interval: journey.interval_days.to_string(),
        ..Sent::default()
    };
    Ok(form(&reader, &subject, &sent, &[]))
}

pub async fn answer(
    State(timeline): State<Timeline>,
    mut signed_in: SignedIn<AtDesk>,
    path: Id,
    body: Body,
) -> Result<Response, Fault> {
    let id = number(path)?;
    let Form(sent) = body?;
    let seen = sent.seen().ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = &mut signed_in;
    let subject = Subject::load(db, actor, act, reader, id).await?;
    // A form that was opened before the last change is told so, not what is wrong with it now; confirmed, it may be the one that
    // made that change, sent twice.
    if subject.seen() != seen {
        if sent.intent == "confirm" && !sent.note_is_wrong() {
            return done(&timeline, signed_in, subject, sent.setting_up(id, seen)).await;
        }
        return stale(db, &timeline, reader, subject.reached, sent.note()).await;
    }
    let mut wrong = Vec::new();
    if sent.note_is_wrong() {
        wrong.push(Wrong::Note);
    }
    match subject.reached.journey.set_up(sent.setup()) {
        Err(SetupRefusal::Completed) => return Ok(refused_setup(reader, &subject.reached)),
        Err(SetupRefusal::Stages { least }) => {
            wrong.push(Wrong::Total { least });
            // All that is wrong is said at once.
            if !INTERVAL_DAYS.contains(&sent.interval_days()) {
                wrong.push(Wrong::Interval);
            }
        }
        Err(SetupRefusal::Interval) => wrong.push(Wrong::Interval),
        Err(SetupRefusal::Unchanged) if sent.intent != "change" => wrong.push(Wrong::Unchanged),
        _ => {}
    }
    if !wrong.is_empty() || sent.intent == "change" {
        return Ok(form(reader, &subject, &sent, &wrong));
    }
    if sent.intent != "confirm" {
        return Ok(confirm(reader, &subject, &sent));
    }
    done(&timeline, signed_in, subject, sent.setting_up(id, seen)).await
}

/// Sets up what was confirmed.
async fn done(
    timeline: &Timeline,
    signed_in: SignedIn<AtDesk>,
    subject: Subject,
    setting_up: SettingUp<'_>,
) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let id = setting_up.journey;
    match service::set_up(&mut db, &actor, &act, setting_up, reader.now).await {
        Ok(()) => Ok(to_journey(id)),
        Err(NotSetUp::Fault(fault)) => Err(fault),
        Err(NotSetUp::Refused(SetupRefusal::Completed)) => {
            Ok(refused_setup(&reader, &subject.reached))
        }
        // Whatever else stands in the way came up since the form was looked at.
        Err(_) => {
            let reached = service::reach(&mut db, actor.participant(), &act, id).await?;
            stale(&mut db, timeline, &reader, reached, setting_up.note).await
        }
    }
}

impl Subject {
    pub(super) fn seen(&self) -> Seen {
        Seen::of(&self.reached.journey, self.newest.map(|newest| newest.id))
    }
}

fn form(reader: &Reader, subject: &Subject, sent: &Sent, wrong: &[Wrong]) -> Response {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    if journey.status == Status::Completed {
        return refused_setup(reader, &subject.reached);
    }
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = t!("setup.plan", locale = lang);
    let (seen, revision) = subject.seen().written();
    let total_error = wrong.iter().find_map(|wrong| match wrong {
        Wrong::Total { least } => Some(
            t!(
                "setup.total_wrong",
                locale = lang,
                least = least,
                most = STAGES.end()
            )
            .into_owned(),
        ),
        _ => None,
    });
    let interval_error = wrong.contains(&Wrong::Interval).then(|| {
        t!(
            "setup.interval_wrong",
            locale = lang,
            most = INTERVAL_DAYS.end()
        )
        .into_owned()
    });
    let note_error = wrong
        .contains(&Wrong::Note)
        .then(|| t!("act.note_long", locale = lang).into_owned());
    page(reader, Page::titled(title.clone()).status(status), || {
        // As it is already: told of the first of both numbers, either of which may be another.
        let unchanged = wrong
            .contains(&Wrong::Unchanged)
            .then(|| t!("setup.unchanged", locale = lang).into_owned());
        let errors = [
            ("total", &unchanged),
            ("total", &total_error),
            ("interval", &interval_error),
            ("note", &note_error),
        ];
        let errors: Vec<_> = errors
            .into_iter()
            .filter_map(|(field, words)| Some((field, words.clone()?)))
            .collect();
        let total_error = total_error.or(unchanged);
        view! {
            {preview::whose(reader, &subject.reached)}
            <PageHeader title back=preview::back_link(lang, &subject.reached) lead=t!("setup.plan_lead", locale = lang).into_owned()/>
            {problems(lang, errors)}
            <FormCard action=format!("/journeys/{}/plan", journey.id.0)>
                {hidden("seen", seen)}
                {hidden("revision", revision)}
                {number_field("total", t!("setup.total", locale = lang).into_owned(), total_error, &sent.total)}
                {number_field("interval", t!("setup.interval", locale = lang).into_owned(), interval_error, &sent.interval)}
                {field("note", t!("setup.note", locale = lang), Some(t!("setup.note_hint", locale = lang).into_owned()), note_error, |described, invalid| view! {
                    <TextArea id="note" name="note" value=sent.note.clone() described_by=described invalid=invalid/>
                })}
                <Button name="intent" value="preview" kind=ButtonKind::Primary wide=true>
                    {t!("act.preview", locale = lang).into_owned()}
                </Button>
                <LinkButton href=preview::back(&subject.reached) wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}

/// A whole number. Its limits are told in words, by the server, with everything else that was typed.
pub(super) fn number_field(
    id: &'static str,
    label: String,
    error: Option<String>,
    value: &str,
) -> impl IntoView + use<> {
    let value = value.to_owned();
    field(id, label, None, error, move |described, invalid| {
        view! {
            <input
                id=id name=id class="input figures" inputmode="numeric" autocomplete="off" value=value
                aria-describedby=described aria-invalid=invalid
            />
        }
    })
}

/// The plan as it would be.
fn confirm(reader: &Reader, subject: &Subject, sent: &Sent) -> Response {
    let lang = reader.lang();
    let before = &subject.reached.journey;
    let Ok(after) = before.set_up(sent.setup()) else {
        return form(reader, subject, sent, &[]);
    };
    let newest = subject.newest.as_ref();
    let last_before = before.expected_last_day(newest, subject.today);
    let last_after = after.expected_last_day(newest, subject.today);
    let title = t!("setup.plan_confirm", locale = lang);
    page(reader, Page::titled(title.clone()), || {
        let (seen, revision) = subject.seen().written();
        let row = |label: String, from: i32, to: i32| {
            let words = if from == to {
                to.to_string()
            } else {
                format!("{from} → {to}")
            };
            view! { <div class="row"><dt>{label}</dt><dd class="figures">{words}</dd></div> }
        };
        let last = last_before.zip(last_after).map(|(from, to)| {
            let until_now = (from != to).then(|| {
                let words = t!(
                    "act.until_now",
                    locale = lang,
                    date = time::long_date(reader, from)
                );
                view! { <span class="quiet row-before">{words.into_owned()}</span> }
            });
            view! {
                <div class="row">
                    <dt>{t!("switch.last_day", locale = lang).into_owned()}</dt>
                    <dd>{time::day(reader, to)}{until_now}</dd>
                </div>
            }
        });
        view! {
            {preview::whose(reader, &subject.reached)}
            <PageHeader title back=preview::back_link(lang, &subject.reached) lead=t!("setup.plan_effect", locale = lang).into_owned()/>
            <Facts card=true>
                {row(t!("setup.total", locale = lang).into_owned(), before.total, after.total)}
                {row(t!("setup.interval", locale = lang).into_owned(), before.interval_days, after.interval_days)}
                {last}
            </Facts>
            {sent.note().map(|note| view! { <Quote words=note/> })}
            <form method="post" action=format!("/journeys/{}/plan", before.id.0) class="stack">
                {hidden("seen", seen)}
                {hidden("revision", revision)}
                {hidden("total", after.total.to_string())}
                {hidden("interval", after.interval_days.to_string())}
                {hidden("note", sent.note.clone())}
                <Button name="intent" value="confirm" kind=ButtonKind::Primary wide=true>
                    {t!("setup.plan_button", locale = lang).into_owned()}
                </Button>
                <Button name="intent" value="change" wide=true>
                    {t!("act.change", locale = lang).into_owned()}
                </Button>
            </form>
            <LinkButton href=preview::back(&subject.reached) wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
        }
    })
}

pub async fn ask_end(signed_in: SignedIn<AtDesk>, path: Id) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let subject = Subject::load(&mut db, &actor, &act, &reader, number(path)?).await?;
    Ok(end_page(&reader, &subject, &Sent::default()))
}

pub async fn answer_end(
    State(timeline): State<Timeline>,
    mut signed_in: SignedIn<AtDesk>,
    path: Id,
    body: Body,
) -> Result<Response, Fault> {
    let id = number(path)?;
    let Form(sent) = body?;
    let seen = sent.seen().ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = &mut signed_in;
    let subject = Subject::load(db, actor, act, reader, id).await?;
    if sent.note_is_wrong() {
        return Ok(end_page(reader, &subject, &sent));
    }
    // It cannot be undone: nothing but its own button does it.
    if sent.intent != "confirm" {
        return Err(Fault::Malformed);
    }
    let setting_up = SettingUp {
        journey: id,
        seen,
        setup: Setup::End,
        note: sent.note(),
    };
    done(&timeline, signed_in, subject, setting_up).await
}

/// What ending means, and the button that does it.
fn end_page(reader: &Reader, subject: &Subject, sent: &Sent) -> Response {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    if journey.status == Status::Completed {
        return refused_setup(reader, &subject.reached);
    }
    let wrong = sent.note_is_wrong();
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = t!("setup.end_title", locale = lang);
    let error = wrong.then(|| t!("act.note_long", locale = lang).into_owned());
    page(reader, Page::titled(title.clone()).status(status), || {
        let (seen, revision) = subject.seen().written();
        let stage = parts::stage_name(lang, journey.product, journey.stage);
        let effect = match journey.stage {
            0 => t!("setup.end_before", locale = lang),
            _ => t!(
                "setup.end_effect",
                locale = lang,
                stage = stage,
                total = journey.total
            ),
        };
        view! {
            {preview::whose(reader, &subject.reached)}
            <PageHeader title back=preview::back_link(lang, &subject.reached) lead=effect.into_owned()/>
            {problems(lang, error.clone().map(|words| ("note", words)))}
            <FormCard action=format!("/journeys/{}/end", journey.id.0)>
                {hidden("seen", seen)}
                {hidden("revision", revision)}
                {field("note", t!("setup.note", locale = lang), Some(t!("setup.note_hint", locale = lang).into_owned()), error, |described, invalid| view! {
                    <TextArea id="note" name="note" value=sent.note.clone() described_by=described invalid=invalid/>
                })}
                <Button name="intent" value="confirm" kind=ButtonKind::Danger wide=true>{t!("setup.end_button", locale = lang).into_owned()}</Button>
                <LinkButton href=preview::back(&subject.reached) wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}
