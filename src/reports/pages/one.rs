//! One report: to its patient, what happens next; to the dentist, what was said, and the answer.

mod desk;
mod own;

pub(super) use desk::{Answer, acknowledge, answer_sent, desk, error};
pub(super) use own::{answer_opened, said};

use crate::{
    accounts::{Desk, Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::ReportId,
    messages::{self, Message},
    photos::{self, CameFrom, Photo, Variant},
    reports::{service, store::Report},
    ui::{Card, Quote, Reader, time},
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method},
    response::Response,
};
use chrono::TimeDelta;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Present after it was sent.
    sent: Option<String>,
    /// How many photos of it did not arrive.
    lost: Option<u8>,
    /// Present after its patient closed it.
    closed: Option<String>,
    /// The page from which its reader came, where that is known.
    back: Option<String>,
    /// Present after a dentist has put the next change off from here.
    moved: Option<String>,
}

/// For how long it is said what has just been done: an address may be an old one.
const SAID: TimeDelta = TimeDelta::minutes(10);

pub async fn one(
    signed_in: SignedIn<Participant>,
    path: Result<Path<ReportId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let report = service::open(&mut db, scope, &act, id).await?;
    match actor.desk().and_then(Desk::dentist).filter(|_| !report.own) {
        Some(dentist) => {
            let dentist = dentist.dentist_id();
            let or = "/reports".to_owned();
            let back = CameFrom::of(&reader, asked.back.as_deref(), &headers, or);
            let typed = Answer::none_yet(&back);
            let said = (None, asked.moved.is_some());
            desk(&mut db, &reader, &report, dentist, &typed, said).await
        }
        None => {
            let opened = messages::is_opened(&method, &headers);
            own::own(&mut db, reader, scope, &report, (&asked, opened)).await
        }
    }
}

fn photos_of(
    reader: &Reader,
    photos: &[(ReportId, Photo)],
    report: &Report,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = photos
        .iter()
        .map(|(_, photo)| {
            view! {
                <li><a href=format!("/photos/{}", photo.id)>{photos::framed(reader, photo, Variant::Thumbnail, true)}</a></li>
            }
        })
        .collect_view();
    let list = (!photos.is_empty()).then(|| view! { <ul class="message-photos">{each}</ul> });
    let coming = match report.uploads {
        0 => None,
        1 => Some(t!("report.coming.one", locale = lang)),
        count => Some(t!("report.coming.other", locale = lang, count = count)),
    };
    let look = match report.uploads {
        1 => t!("report.look.one", locale = lang),
        _ => t!("report.look.other", locale = lang),
    };
    // Another address each time: to the one that it has, a browser only scrolls.
    let href = format!(
        "/reports/{}?look={}#said-heading",
        report.id,
        reader.now.timestamp()
    );
    let coming = coming.map(|words| {
        view! {
            <p class="quiet" data-coming="">{words.into_owned()}" "<a href=href>{look.into_owned()}</a></p>
        }
    });
    let unusable = match report.unusable {
        0 => None,
        1 => Some(t!("report.unusable.one", locale = lang)),
        count => Some(t!("report.unusable.other", locale = lang, count = count)),
    };
    let again = (report.own && report.is_open()).then(|| {
        let href = format!("/journeys/{}/photos/new", report.journey.0);
        view! { " "<a href=href>{t!("report.add_photo", locale = lang).into_owned()}</a> }
    });
    let unusable = unusable.map(|words| view! { <p>{words.into_owned()}{again}</p> });
    let any = list.is_some() || coming.is_some() || unusable.is_some();
    any.then(|| {
        view! { <div class="stack" data-photos="" aria-live="polite">{list}{coming}{unusable}</div> }
    })
}

fn note(report: &Report) -> Option<impl IntoView + use<>> {
    report
        .note
        .clone()
        .map(|note| view! { <Quote words=note/> })
}

/// What was answered, or why it was closed without that: who wrote it, when, and the way to the thread.
pub(super) fn answer(reader: &Reader, report: &Report, message: &Message) -> impl IntoView + use<> {
    let lang = reader.lang();
    let heading = match report.closed_unanswered() {
        true => t!("report.why_closed", locale = lang),
        false => t!("report.the_answer", locale = lang),
    };
    let thread = format!("/journeys/{}/messages", report.journey.0);
    let (who, words) = (message.dentist.clone(), message.body.clone());
    view! {
        <Card roomy=true labelled_by="answered-heading">
            <h2 id="answered-heading">{heading.into_owned()}</h2>
            <p class="quiet">{who}" · "{time::minute(reader, message.sent)}</p>
            <Quote words/>
            <p><a href=thread>{t!("report.thread", locale = lang).into_owned()}</a></p>
        </Card>
    }
}
