//! What a patient was told, newest first, each leading to what it is about.

use crate::{
    accounts::{Anyone, Patient, Role, SignedIn},
    audit,
    error::Fault,
    notifications::{
        Action, Kind, Template,
        store::inbox::{self, About, Told},
    },
    ui::{
        Badge, Button, Icon, IconName, LinkButton, Page, Pager, Position, Reader, Tone,
        begins_anew, hidden, or_empty, page, time,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// Notifications on a page.
const PAGE: usize = 30;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Those before this place: the moment at which one was told, and its number.
    before: String,
}

impl Asked {
    /// None: none that an address of ours says.
    fn place(&self) -> Option<(DateTime<Utc>, i64)> {
        let position = Position::read(&self.before)?;
        let at = DateTime::parse_from_rfc3339(&position.value?).ok()?;
        Some((at.to_utc(), position.id))
    }
}

/// What a patient was told. Those at a desk are led to what theirs tell of.
pub async fn inbox(
    signed_in: SignedIn<Anyone>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = signed_in;
    if !person.has(Role::Patient) {
        return Ok(Redirect::to("/reports").into_response());
    }
    let limit = PAGE as i64 + 1;
    let before = asked.place();
    let anew = before.is_none() && !asked.before.is_empty();
    let mut told = inbox::inbox(&mut db, person.id, reader.now, before, limit).await?;
    let more = told.len() > PAGE;
    told.truncate(PAGE);
    let next = told.last().filter(|_| more).map(|last| Position {
        value: Some(last.told.at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        id: last.told.id,
        mark: None,
    });
    // What came since the page was fetched stays unread.
    let newest = told.first().map(|newest| newest.told.id);
    let lang = reader.lang();
    let title = t!("inbox.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let each = told.iter().map(|told| line(&reader, told)).collect_view();
        let list = (!told.is_empty()).then(|| view! { <ul class="card rows inbox">{each}</ul> });
        let read = newest
            .filter(|_| reader.told && before.is_none())
            .map(|newest| {
                view! {
                    <form method="post" action="/inbox/read">
                        {hidden("up_to", newest.to_string())}
                        <Button small=true icon=IconName::Check>
                            {t!("inbox.read_all", locale = lang).into_owned()}
                        </Button>
                    </form>
                }
            });
        view! {
            <h1>{title}</h1>
            {anew.then(|| begins_anew(lang))}
            {read}
            {or_empty(list, match before {
                Some(_) => t!("list.no_earlier", locale = lang),
                None => t!("inbox.empty", locale = lang),
            })}
            <Pager lang>
                {before.map(|_| view! {
                    <LinkButton href="/inbox">{t!("list.newest", locale = lang).into_owned()}</LinkButton>
                })}
                {next.map(|next| view! {
                    <LinkButton href=format!("/inbox?before={next}")>{t!("list.earlier", locale = lang).into_owned()}</LinkButton>
                })}
            </Pager>
            <p><a href="/settings/notifications">{t!("inbox.settings", locale = lang).into_owned()}</a></p>
        }
    }))
}

fn line(reader: &Reader, about: &About) -> impl IntoView + use<> {
    let lang = reader.lang();
    let told = &about.told;
    let icon = match told.kind {
        Kind::ChangeDue => IconName::Calendar,
        Kind::Review => IconName::Image,
        Kind::DentistChange => IconName::Users,
        Kind::Message => IconName::Message,
        Kind::Report => IconName::Check,
        Kind::Notice => IconName::Info,
    };
    let class = if told.read {
        "row inbox-row"
    } else {
        "row inbox-row inbox-new"
    };
    let new = (!told.read).then(|| {
        view! { <Badge tone=Tone::Note>{t!("inbox.new", locale = lang).into_owned()}</Badge> }
    });
    let words = about
        .words
        .clone()
        .map(|words| view! { <q class="event-note inbox-words"><bdi>{words}</bdi></q> });
    let moved = about.moved_to.map(|day| {
        let words = t!(
            "inbox.says.moved",
            locale = lang,
            date = time::long_date(reader, day)
        );
        view! { <span class="block">{words.into_owned()}</span> }
    });
    let from = about
        .dentist
        .clone()
        .map(|name| view! { <span class="quiet">{name}" · "</span> });
    view! {
        <li class=class>
            <form method="post" action=format!("/inbox/{}", told.id)>
                <span class="inbox-icon"><Icon name=icon/></span>
                <span>
                    <button class="as-link" type="submit">{says(reader, about)}</button>
                    {moved}
                    {words}
                    <span class="block">{from}<span class="quiet">{time::minute(reader, told.at)}</span></span>
                </span>
            </form>
            {new}
        </li>
    }
}

/// The thing itself: here the patient is signed in, and nobody else reads along.
fn says(reader: &Reader, about: &About) -> String {
    let lang = reader.lang();
    let name = about.dentist.clone().unwrap_or_default();
    let stage = about.stage.unwrap_or_default();
    match (
        about.decision.as_deref(),
        about.answer.as_deref(),
        about.told.template,
    ) {
        (Some("on_track"), ..) => t!("inbox.says.on_track", locale = lang, stage = stage),
        (Some("retake"), ..) if about.retakes == 1 => {
            t!("inbox.says.retake.one", locale = lang, stage = stage)
        }
        (Some("retake"), ..) => {
            t!(
                "inbox.says.retake.other",
                locale = lang,
                stage = stage,
                count = about.retakes
            )
        }
        (Some("hold"), ..) => match about.hold_days {
            Some(1) => t!("inbox.says.hold.one", locale = lang),
            days => t!(
                "inbox.says.hold.other",
                locale = lang,
                days = days.unwrap_or_default()
            ),
        },
        (Some(_), ..) => t!("inbox.says.see_me", locale = lang),
        (None, Some("approved"), _) => t!("inbox.says.approved", locale = lang, name = name),
        (None, Some(_), _) => t!("inbox.says.declined", locale = lang, name = name),
        (None, None, Some(Template::ChangeDue)) => t!("inbox.says.change_due", locale = lang),
        (None, None, Some(Template::ChangeOwed)) => t!("inbox.says.change_owed", locale = lang),
        (None, None, Some(Template::ResumeDue)) => t!("inbox.says.resume_due", locale = lang),
        (None, None, Some(Template::Review)) => t!("inbox.says.review", locale = lang),
        (None, None, Some(Template::Message)) if about.answers => {
            t!("inbox.says.answered", locale = lang, name = name)
        }
        (None, None, Some(Template::Message)) if about.words.is_some() => {
            t!("inbox.says.wrote", locale = lang, name = name)
        }
        (None, None, Some(Template::Message)) => t!("inbox.says.message", locale = lang),
        (None, None, Some(Template::DentistChange)) => t!("inbox.says.change", locale = lang),
        (None, None, Some(Template::PlanChanged)) => t!("inbox.says.plan_changed", locale = lang),
        (None, None, Some(Template::ReportSeen)) => t!("inbox.says.report_seen", locale = lang),
        (None, None, Some(Template::Report)) => t!("inbox.says.report", locale = lang),
        (None, None, Some(Template::ReportWaiting)) => {
            t!("inbox.says.report_waiting", locale = lang)
        }
        (None, None, None) => return about.told.content.clone(),
    }
    .into_owned()
}

/// Where what it tells of is found; `report` is the one that it tells of, if it tells of one.
fn place(told: &Told, report: Option<i64>) -> String {
    if let Some(report) = report {
        return format!("/reports/{report}");
    }
    match (told.kind, told.journey) {
        (Kind::ChangeDue, Some(journey)) if told.template == Some(Template::PlanChanged) => {
            format!("/journeys/{journey}")
        }
        (Kind::ChangeDue, _) => "/".to_owned(),
        (Kind::Review, Some(journey)) => format!("/journeys/{journey}"),
        (Kind::Message, Some(journey)) => format!("/journeys/{journey}/messages#write"),
        (Kind::DentistChange, _) => "/dentists".to_owned(),
        // Where one's own stand; those of patients, for whoever treats them.
        (Kind::Report, Some(_)) => "/".to_owned(),
        (Kind::Report, None) => "/reports".to_owned(),
        _ => "/inbox".to_owned(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    /// The first page, on which it was read.
    back: String,
}

/// Marks one as read and leads to what it is about, or back to where it was read.
pub async fn open(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Back>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(back) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let Some(told) = inbox::open(&mut db, actor.id(), id, reader.now).await? else {
        let mut entry = act.entry(Action::Open).on("notifications", id).refused();
        entry.subject = inbox::owner(&mut db, id).await?.map(|owner| owner.0);
        audit::record(&mut db, entry).await?;
        return Err(Fault::NotFound);
    };
    let to = if back.back == "/" {
        "/".to_owned()
    } else {
        place(&told, inbox::report_of(&mut db, told.id).await?)
    };
    Ok(Redirect::to(&to).into_response())
}

#[derive(Deserialize)]
pub struct Read {
    up_to: i64,
}

pub async fn read(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Read>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(read) = form?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    inbox::read_all(&mut db, actor.id(), read.up_to, reader.now).await?;
    Ok(Redirect::to("/inbox").into_response())
}
