//! All events of a patient's own journey, a page at a time.

use super::{home::EVENTS, parts};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    journeys::{
        model::{EventId, Status},
        store,
    },
    photos,
    ui::{Page, page},
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Before {
    before: Option<i64>,
}

pub async fn timeline(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Before>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query.map_err(|_| Fault::Malformed)?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let lang = reader.lang();
    let journey = store::current(&mut db, actor.id()).await?;
    let (mut events, mut photos) = (Vec::new(), Vec::new());
    if let Some(journey) = &journey {
        events = store::events(
            &mut db,
            journey.id,
            query.before.map(EventId),
            EVENTS as i64 + 1,
        )
        .await?;
    }
    let more = events.len() > EVENTS;
    events.truncate(EVENTS);
    if let (Some(journey), Some(last), Some(first)) = (&journey, events.first(), events.last()) {
        photos = photos::store::of_stages(&mut db, journey.id.0, first.stage, last.stage).await?;
    }
    let earlier = more
        .then(|| events.last().map(|event| event.id.0))
        .flatten();
    Ok(page(
        &reader,
        Page::titled(t!("timeline.title", locale = lang)),
        || {
            let product = journey.as_ref().map(|journey| journey.product);
            let completed = query.before.is_none()
                && journey
                    .as_ref()
                    .is_some_and(|journey| journey.status == Status::Completed);
            let list = match product {
            Some(product) if !events.is_empty() => {
                parts::timeline(&reader, product, completed, events, &photos, actor.zone()).into_any()
            }
            _ => view! { <p class="card quiet">{t!("home.timeline_empty", locale = lang).into_owned()}</p> }.into_any(),
        };
            view! {
                <h1>{t!("timeline.title", locale = lang).into_owned()}</h1>
                {list}
                <nav class="pager" aria-label=t!("list.pages", locale = lang).into_owned()>
                    {query.before.map(|_| view! {
                        <a class="button button-quiet" href="/timeline">{t!("list.newest", locale = lang).into_owned()}</a>
                    })}
                    {earlier.map(|before| view! {
                        <a class="button button-quiet" href=format!("/timeline?before={before}")>
                            {t!("list.earlier", locale = lang).into_owned()}
                        </a>
                    })}
                </nav>
            }
        },
    ))
}
