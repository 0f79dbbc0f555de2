//! Unsubscribing by an address in an e-mail, without signing in: a page that asks, and a post that does it, which mail programs send
//! themselves (RFC 8058).

use super::wishes;
use crate::{
    audit::{self, Entry},
    error::Fault,
    feature::Notices,
    notifications::{Action, Kind, email::opened, store::inbox},
    platform::Platform,
    ui::{Button, ButtonKind, LinkButton, Page, Reader, Welcome, page},
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde_json::json;
use sqlx::Connection as _;
use uuid::Uuid;

/// Whose address it is, and of what.
fn read(
    platform: &Platform,
    path: Result<Path<String>, PathRejection>,
) -> Result<(Uuid, Kind), Fault> {
    let Path(token) = path?;
    let email = platform.email.as_ref().ok_or(Fault::NotFound)?;
    opened(&email.secret, &token).ok_or(Fault::NotFound)
}

pub async fn ask(
    State(platform): State<Platform>,
    State(notices): State<Notices>,
    reader: Reader,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let (_, kind) = read(&platform, path)?;
    Ok(show(&reader, &notices, kind, false))
}

pub async fn answer(
    State(platform): State<Platform>,
    State(notices): State<Notices>,
    reader: Reader,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let (person, kind) = read(&platform, path)?;
    let mut db = platform.pool.acquire().await?;
    let mut tx = db.begin().await?;
    let person = inbox::unsubscribe(&mut tx, person, kind)
        .await?
        .ok_or(Fault::NotFound)?;
    // Whoever holds the address stands for its person.
    let entry = Entry {
        actor: Some(person.0),
        ..Entry::new(Action::Unsubscribe)
    };
    let detail = json!({ "kind": kind.name() });
    audit::record(&mut tx, entry.about(person.0).detail(detail)).await?;
    tx.commit().await?;
    Ok(show(&reader, &notices, kind, true))
}

fn show(reader: &Reader, notices: &Notices, kind: Kind, done: bool) -> Response {
    let lang = reader.lang();
    let title = if done {
        t!("unsubscribe.done", locale = lang)
    } else {
        t!("unsubscribe.title", locale = lang)
    }
    .into_owned();
    page(reader, Page::titled(title.clone()), || {
        let what = wishes::name(notices, reader, kind);
        let settings = t!("unsubscribe.settings", locale = lang).into_owned();
        let settings = |kind| {
            view! { <LinkButton href="/settings/notifications" kind wide=true>{settings}</LinkButton> }
        };
        view! {
            <Welcome>
                <h1>{title}</h1>
                {if done {
                    Either::Left(view! {
                        <p class="lead">{t!("unsubscribe.done_text", locale = lang, what = what).into_owned()}</p>
                        {settings(ButtonKind::Primary)}
                    })
                } else {
                    Either::Right(view! {
                        <p class="lead">{t!("unsubscribe.text", locale = lang, what = what).into_owned()}</p>
                        <form method="post" class="stack">
                            <Button kind=ButtonKind::Primary wide=true>{t!("unsubscribe.act", locale = lang).into_owned()}</Button>
                        </form>
                        {settings(ButtonKind::Secondary)}
                    })
                }}
            </Welcome>
        }
    })
}
