//! Which kinds of notifications somebody wants on their device, and when nothing is to be pushed.

use crate::{
    accounts::{Act, Anyone, SignedIn, UserId},
    audit,
    error::Fault,
    feature::Notices,
    notifications::{
        Action, Kind,
        store::inbox::{self, Wishes},
    },
    ui::{
        Banner, Button, ButtonKind, Choice, FieldHint, FormCard, LinkButton, Page, PageHeader,
        Reader, TimeField, Tone, field, page, problems, typed_time, with_scripts, without_scripts,
    },
};
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveTime;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection};
use std::collections::HashMap;

#[derive(Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    quiet_from: String,
    quiet_until: String,
    /// Each kind that is wanted, by its name.
    #[serde(flatten)]
    wanted: HashMap<String, String>,
}

impl Sent {
    fn of(wishes: &Wishes) -> Self {
        let pushed = Kind::ALL
            .into_iter()
            .filter(|kind| !wishes.unpushed.contains(kind));
        let clock = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            wanted: pushed
                .map(|kind| (kind.name().to_owned(), "yes".to_owned()))
                .collect(),
            quiet_from: clock(wishes.quiet_from),
            quiet_until: clock(wishes.quiet_until),
        }
    }

    fn wants(&self, kind: Kind) -> bool {
        self.wanted.contains_key(kind.name())
    }

    /// The fields of a time that is none.
    fn wrong(&self) -> Vec<&'static str> {
        let times = [
            ("quiet_from", &self.quiet_from),
            ("quiet_until", &self.quiet_until),
        ];
        times
            .into_iter()
            .filter_map(|(field, time)| typed_time(time).is_none().then_some(field))
            .collect()
    }

    /// None: one of the times is none. What is not asked of the reader stays as it was.
    fn wishes(&self, asked: &[(Kind, String)], before: &Wishes) -> Option<Wishes> {
        let is_asked = |kind: &Kind| asked.iter().any(|(asked, _)| asked == kind);
        let kept = before
            .unpushed
            .iter()
            .copied()
            .filter(|kind| !is_asked(kind));
        let unwanted = asked
            .iter()
            .map(|(kind, _)| *kind)
            .filter(|kind| !self.wants(*kind));
        Some(Wishes {
            unpushed: kept.chain(unwanted).collect(),
            quiet_from: typed_time(&self.quiet_from)?,
            quiet_until: typed_time(&self.quiet_until)?,
        })
    }
}

/// What the reader is ever told, as the features have it, and what it is called.
fn asked(notices: &Notices, reader: &Reader) -> Vec<(Kind, String)> {
    let asked = notices.asked_of(reader).into_iter();
    asked
        .filter_map(|(notice, words)| Some((Kind::named(notice.kind)?, words)))
        .collect()
}

pub async fn ask(
    State(notices): State<Notices>,
    signed_in: SignedIn<Anyone>,
    query: Result<Query<Saved>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(saved) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let wishes = inbox::wishes(&mut db, actor.0.id).await?;
    let sent = Sent::of(&wishes);
    let asked = asked(&notices, &reader);
    Ok(show(&reader, &asked, &sent, saved.saved.is_some(), &[]))
}

pub async fn answer(
    State(notices): State<Notices>,
    signed_in: SignedIn<Anyone>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let person = actor.0.id;
    let before = inbox::wishes(&mut db, person).await?;
    let asked = asked(&notices, &reader);
    let Some(wishes) = sent.wishes(&asked, &before) else {
        return Ok(show(&reader, &asked, &sent, false, &sent.wrong()));
    };
    keep(&mut db, person, &act, &wishes).await?;
    Ok(Redirect::to("/settings/notifications?saved").into_response())
}

async fn keep(
    db: &mut PgConnection,
    person: UserId,
    act: &Act,
    wishes: &Wishes,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    inbox::set_wishes(&mut tx, person, wishes).await?;
    inbox::let_go(&mut tx, person).await?;
    let entry = act.entry(Action::ChangeWishes).about(person.0);
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

fn show(
    reader: &Reader,
    asked: &[(Kind, String)],
    sent: &Sent,
    saved: bool,
    wrong: &[&'static str],
) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = t!("wishes.title", locale = lang).into_owned();
    page(reader, Page::titled(title.clone()).status(status), || {
        let kinds = asked
            .iter()
            .map(|(kind, words)| {
                let checked = sent.wants(*kind);
                view! { <Choice name=kind.name() value="yes" many=true checked words=words.clone()/> }
            })
            .collect_view();
        let clock = |id: &'static str, label: String, value: String| {
            let error = wrong
                .contains(&id)
                .then(|| t!("wishes.wrong", locale = lang).into_owned());
            field(id, label, None, error, move |described, invalid| {
                view! { <TimeField id name=id value nostrip:described_by=described nostrip:invalid=invalid required=true/> }
            })
        };
        // Each by its name: what is wrong is the same of both.
        let errors = wrong.iter().map(|field| {
            let label = match *field {
                "quiet_from" => t!("wishes.from", locale = lang),
                _ => t!("wishes.until", locale = lang),
            };
            (
                *field,
                format!("{label}: {}", t!("wishes.wrong", locale = lang)),
            )
        });
        let errors = problems(lang, errors);
        let done = saved.then(|| {
            let words = t!("settings.saved", locale = lang).into_owned();
            view! { <Banner tone=Tone::Good><p>{words}</p></Banner> }
        });
        let zone = t!("wishes.zone", locale = lang, zone = reader.zone.name()).into_owned();
        view! {
            <PageHeader title back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned())/>
            {done}
            {errors}
            {with_scripts(view! {
                <p><LinkButton href="/settings/device">{t!("wishes.device", locale = lang).into_owned()}</LinkButton></p>
            })}
            {without_scripts(view! { <p>{t!("wishes.no_scripts", locale = lang).into_owned()}</p> })}
            <FormCard action="/settings/notifications">
                <div class="field">
                    <fieldset>
                        <legend>{t!("wishes.kinds", locale = lang).into_owned()}</legend>
                        {kinds}
                    </fieldset>
                    {reader.patient.then(|| view! { <FieldHint words=t!("wishes.inbox", locale = lang)/> })}
                </div>
                <div class="field">
                    <fieldset>
                        <legend>{t!("wishes.quiet", locale = lang).into_owned()}</legend>
                        {clock("quiet_from", t!("wishes.from", locale = lang).into_owned(), sent.quiet_from.clone())}
                        {clock("quiet_until", t!("wishes.until", locale = lang).into_owned(), sent.quiet_until.clone())}
                    </fieldset>
                    <FieldHint words=format!("{} {zone}", t!("wishes.quiet_text", locale = lang))/>
                </div>
                <Button kind=ButtonKind::Primary>{t!("settings.save", locale = lang).into_owned()}</Button>
            </FormCard>
        }
    })
}
