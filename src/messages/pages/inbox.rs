//! Where messages are found: a patient's thread of today; a dentist's threads, with those that wait to be read.

use crate::{
    accounts::{self, Act, Dentist, Desk, Namesakes, Participant, Role, SignedIn, listed_name},
    audit,
    care::Scope,
    error::Fault,
    ids::MessageId,
    journeys::{self, model::JourneyId},
    messages::Action,
    messages::store::{self, Listed},
    practices,
    ui::{
        ChipLink, Count, LinkButton, Nothing, Page, PageHeader, Reader, SplitPane, or_empty, page,
        time,
    },
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Threads on a page.
const PAGE: usize = 30;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `unread`, or all; `own` for what a dentist writes as a patient.
    show: String,
    /// Threads whose newest message is older than this one.
    before: Option<MessageId>,
}

pub async fn inbox(
    signed_in: SignedIn<Participant>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let own = asked.show == "own" && actor.patient().is_some();
    if let Some(dentist) = actor.desk().and_then(Desk::dentist).filter(|_| !own) {
        let act = act.in_role(Role::Dentist);
        return list(&mut db, dentist, &act, &reader, &asked).await;
    }
    let Some(patient) = actor.patient() else {
        let entry = act.entry(Action::List).refused();
        audit::record(&mut db, entry).await?;
        return Err(Fault::Forbidden);
    };
    let Some(journey) = journeys::current(&mut db, patient).await? else {
        let treating = practices::treating(&mut db, patient).await?;
        let lang = reader.lang();
        let title = t!("message.title", locale = lang).into_owned();
        return Ok(page(&reader, Page::titled(title.clone()), || {
            view! {
                <h1>{title}</h1>
                <Nothing words=t!("home.none.text", locale = lang)/>
                {practices::card(&reader, treating.as_ref())}
            }
        }));
    };
    // What waits to be read may stand on another one.
    let unread = store::first_unread(&mut db, patient).await?;
    let journey = unread.unwrap_or(journey.id);
    Ok(Redirect::to(&format!("/journeys/{}/messages#write", journey.0)).into_response())
}

async fn list(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    reader: &Reader,
    asked: &Asked,
) -> Result<Response, Fault> {
    let unread = match asked.show.as_str() {
        "" => false,
        "unread" => true,
        _ => return Err(Fault::Malformed),
    };
    let mut threads = store::threads(
        db,
        Scope::from(dentist),
        unread,
        asked.before,
        PAGE as i64 + 1,
    )
    .await?;
    let next = (threads.len() > PAGE).then(|| threads[PAGE - 1].last);
    threads.truncate(PAGE);
    let patients: Vec<_> = threads.iter().map(|thread| thread.patient).collect();
    if !patients.is_empty() {
        audit::record(db, act.listing(&patients)).await?;
    }
    let named = threads.iter().map(Listed::named);
    let namesakes = accounts::namesakes(db, reader, named).await?;
    let lang = reader.lang();
    let title = t!("message.title", locale = lang).into_owned();
    Ok(page(reader, Page::titled(title.clone()), || {
        let list = view! {
            {filters(lang, unread)}
            {pane(reader, (&threads, &namesakes), None, match (asked.before, unread) {
                (Some(_), _) => t!("list.no_earlier", locale = lang),
                (None, true) => t!("message.none_unread", locale = lang),
                (None, false) => t!("message.none", locale = lang),
            }.into_owned())}
            {next.map(|next| {
                let show = if unread { "&show=unread" } else { "" };
                view! { <LinkButton href=format!("/messages?before={next}{show}")>{t!("list.earlier", locale = lang).into_owned()}</LinkButton> }
            })}
        };
        view! {
            <PageHeader title>{saved_replies(lang)}</PageHeader>
            <SplitPane
                label=t!("message.title", locale = lang).into_owned() list=list.into_any()
                empty=t!("message.choose", locale = lang).into_owned()
            />
        }
    }))
}

/// The way to the saved replies.
fn saved_replies(lang: &'static str) -> impl IntoView {
    view! { <LinkButton href="/messages/replies">{t!("reply.title", locale = lang).into_owned()}</LinkButton> }
}

fn filters(lang: &'static str, unread: bool) -> impl IntoView {
    let chip = |href: &'static str, current: bool, words: String| {
        view! { <li><ChipLink href label=words current=current.then_some("page")/></li> }
    };
    view! {
        <ul class="chips" aria-label=t!("message.which", locale = lang).into_owned()>
            {chip("/messages", !unread, t!("message.all", locale = lang).into_owned())}
            {chip("/messages?show=unread", unread, t!("message.unread", locale = lang).into_owned())}
        </ul>
    }
}

/// A dentist's newest threads, to stand beside the open one, with what tells apart those of one name; whoever stands in them was
/// seen.
pub async fn beside(
    db: &mut PgConnection,
    reader: &Reader,
    scope: Scope,
    act: &Act,
) -> Result<(Vec<Listed>, Namesakes), Fault> {
    let threads = store::threads(db, scope, false, None, PAGE as i64).await?;
    let patients: Vec<_> = threads.iter().map(|thread| thread.patient).collect();
    if !patients.is_empty() {
        audit::record(db, act.listing(&patients)).await?;
    }
    let named = threads.iter().map(Listed::named);
    let namesakes = accounts::namesakes(db, reader, named).await?;
    Ok((threads, namesakes))
}

/// The list of threads, of which one may be open.
pub fn pane(
    reader: &Reader,
    (threads, namesakes): (&[Listed], &Namesakes),
    open: Option<JourneyId>,
    empty: String,
) -> impl IntoView + use<> {
    let rows = threads
        .iter()
        .map(|thread| row(reader, thread, namesakes, open))
        .collect_view();
    let list = (!threads.is_empty()).then(|| view! { <ul class="threads">{rows}</ul> });
    or_empty(list, empty)
}

fn row(
    reader: &Reader,
    thread: &Listed,
    namesakes: &Namesakes,
    open: Option<JourneyId>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let here = (open == Some(thread.journey)).then_some("page");
    let is_new = thread.unread > 0 && here.is_none();
    let new = is_new.then(|| {
        let words = super::several(lang, thread.unread);
        view! { <Count n=thread.unread label=words/> }
    });
    let own = (!thread.from_patient).then(|| {
        let words = t!("message.you", locale = lang).into_owned();
        view! { <span>{words}": "</span> }
    });
    let mark = namesakes
        .mark(thread.patient)
        .map(|mark| view! { <span class="thread-mark">{mark}</span> });
    view! {
        <li class="thread-row" class:thread-new=is_new>
            <a href=format!("/journeys/{}/messages#write", thread.journey.0) aria-current=here>
                <span class="thread-name">{listed_name(&thread.first_name, &thread.last_name, &thread.email)}</span>
                <span class="thread-when">{time::minute(reader, thread.sent)}</span>
                {mark}
                <span class="thread-snippet">{own}<bdi>{thread.snippet.clone()}</bdi></span>
                {new}
            </a>
        </li>
    }
}
