//! What a patient was told, newest first, each leading to what it is about.

use crate::{
    accounts::{Patient, SignedIn},
    audit,
    error::Fault,
    notifications::{
        Kind,
        store::inbox::{self, Told},
    },
    ui::{Icon, IconName, Page, Reader, hidden, or_empty, page, time},
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// Notifications on a page.
const PAGE: usize = 30;

#[derive(Deserialize)]
pub struct Asked {
    /// Those before this one.
    before: Option<i64>,
}

pub async fn inbox(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let limit = PAGE as i64 + 1;
    let mut told = inbox::inbox(&mut db, actor.id(), reader.now, asked.before, limit).await?;
    let more = told.len() > PAGE;
    told.truncate(PAGE);
    let next = told.last().filter(|_| more).map(|last| last.id);
    // What came since the page was fetched stays unread.
    let newest = told.first().map(|newest| newest.id);
    let lang = reader.lang();
    let title = t!("inbox.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let each = told.iter().map(|told| line(&reader, told)).collect_view();
        let list = (!told.is_empty()).then(|| view! { <ul class="card rows inbox">{each}</ul> });
        let read = newest.filter(|_| reader.told && asked.before.is_none()).map(|newest| {
            view! {
                <form method="post" action="/inbox/read">
                    {hidden("up_to", newest.to_string())}
                    <button class="button button-quiet button-small" type="submit">
                        <Icon name=IconName::Check/>{t!("inbox.read_all", locale = lang).into_owned()}
                    </button>
                </form>
            }
        });
        view! {
            <h1>{title}</h1>
            {read}
            {or_empty(list, match asked.before {
                Some(_) => t!("list.no_earlier", locale = lang),
                None => t!("inbox.empty", locale = lang),
            })}
            <nav class="pager" aria-label=t!("list.pages", locale = lang).into_owned()>
                {asked.before.map(|_| view! {
                    <a class="button button-quiet" href="/inbox">{t!("list.newest", locale = lang).into_owned()}</a>
                })}
                {next.map(|next| view! {
                    <a class="button button-quiet" href=format!("/inbox?before={next}")>{t!("list.earlier", locale = lang).into_owned()}</a>
                })}
            </nav>
            <p><a href="/settings/notifications">{t!("inbox.settings", locale = lang).into_owned()}</a></p>
        }
    }))
}

fn line(reader: &Reader, told: &Told) -> impl IntoView + use<> {
    let lang = reader.lang();
    let icon = match told.kind {
        Kind::ChangeDue => IconName::Calendar,
        Kind::Review => IconName::Image,
        Kind::DentistChange => IconName::Users,
        Kind::Message => IconName::Message,
        Kind::Report => IconName::Triangle,
        Kind::Notice => IconName::Info,
    };
    let new = (!told.read).then(|| {
        view! { <span class="badge badge-due">{t!("inbox.new", locale = lang).into_owned()}</span>" " }
    });
    view! {
        <li class="row">
            <form method="post" action=format!("/inbox/{}", told.id)>
                <Icon name=icon/>
                <button class="as-link" type="submit">{told.text(reader.language)}</button>
            </form>
            <span>{new}<span class="quiet">{time::minute(reader, told.at)}</span></span>
        </li>
    }
}

/// Where what it tells of is found.
fn place(told: &Told) -> String {
    match (told.kind, told.journey) {
        (Kind::ChangeDue, _) => "/".to_owned(),
        (Kind::Review, Some(journey)) => format!("/journeys/{journey}"),
        (Kind::Message, Some(journey)) => format!("/journeys/{journey}/messages#write"),
        (Kind::DentistChange, _) => "/dentists".to_owned(),
        _ => "/inbox".to_owned(),
    }
}

/// Marks one as read and leads to what it is about.
pub async fn open(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let Some(told) = inbox::open(&mut db, actor.id(), id, reader.now).await? else {
        let mut entry = act
            .entry("notification.open")
            .on("notifications", id)
            .refused();
        entry.subject = inbox::owner(&mut db, id).await?.map(|owner| owner.0);
        audit::record(&mut db, entry).await?;
        return Err(Fault::NotFound);
    };
    Ok(Redirect::to(&place(&told)).into_response())
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
