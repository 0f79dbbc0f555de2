//! All events of a journey, a page at a time: for the patient, and for those at a desk.

use super::{desk, home::EVENTS, parts};
use crate::{
    accounts::{Desk, Patient, SignedIn, UserId},
    error::Fault,
    journeys::{
        model::{EventId, Journey, Status},
        service,
        store::{self, Event},
    },
    photos,
    ui::{Page, Reader, or_empty, page},
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

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
    let listed = Listed::load(&mut db, actor.id(), query.before, true).await?;
    Ok(page(
        &reader,
        Page::titled(t!("timeline.title", locale = lang)),
        || {
            view! {
                <h1>{t!("timeline.title", locale = lang).into_owned()}</h1>
                {listed.view(&reader, actor.zone(), "/timeline")}
            }
        },
    ))
}

pub async fn of_patient(
    signed_in: SignedIn<Desk>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Before>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Query(query) = query.map_err(|_| Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let id = UserId(id);
    let head = service::open_record(&mut db, &act, desk::scope(&actor), id).await?;
    let listed = Listed::load(&mut db, id, query.before, head.shows_photos_to(&actor)).await?;
    let lang = reader.lang();
    let zone = head.zone(&reader);
    Ok(page(
        &reader,
        Page::titled(t!("timeline.title", locale = lang)),
        || {
            let record = format!("/patients/{}", id.0);
            let here = format!("{record}/timeline");
            view! {
                <p><a href=record>{head.name()}</a></p>
                <h1>{t!("timeline.title", locale = lang).into_owned()}</h1>
                {listed.view(&reader, zone, &here)}
            }
        },
    ))
}

/// One page of the events of a patient's journey of today.
struct Listed {
    journey: Option<Journey>,
    events: Vec<Event>,
    photos: Vec<photos::store::Photo>,
    /// The event before which these are; none on the first page.
    before: Option<i64>,
    /// Whether there are earlier ones.
    more: bool,
}

impl Listed {
    async fn load(
        db: &mut PgConnection,
        patient: UserId,
        before: Option<i64>,
        with_photos: bool,
    ) -> Result<Self, Fault> {
        let journey = store::current(db, patient).await?;
        let (mut events, mut photos) = (Vec::new(), Vec::new());
        if let Some(journey) = &journey {
            events = store::events(db, journey.id, before.map(EventId), EVENTS as i64 + 1).await?;
        }
        let more = events.len() > EVENTS;
        events.truncate(EVENTS);
        if let (true, Some(journey), Some(last), Some(first)) =
            (with_photos, &journey, events.first(), events.last())
        {
            photos = photos::store::of_stages(db, journey.id.0, first.stage, last.stage).await?;
        }
        Ok(Self {
            journey,
            events,
            photos,
            before,
            more,
        })
    }

    fn view(self, reader: &Reader, zone: Tz, here: &str) -> impl IntoView + use<> {
        let lang = reader.lang();
        let newest = here.to_owned();
        let earlier = self
            .events
            .last()
            .filter(|_| self.more)
            .map(|event| format!("{here}?before={}", event.id.0));
        let (events, photos) = (self.events, self.photos);
        let list = self.journey.filter(|_| !events.is_empty()).map(|journey| {
            let completed = self.before.is_none() && journey.status == Status::Completed;
            parts::timeline(reader, journey.product, completed, events, &photos, zone)
        });
        view! {
            {or_empty(list, t!("home.timeline_empty", locale = lang))}
            <nav class="pager" aria-label=t!("list.pages", locale = lang).into_owned()>
                {self.before.map(|_| view! {
                    <a class="button button-quiet" href=newest>{t!("list.newest", locale = lang).into_owned()}</a>
                })}
                {earlier.map(|href| view! {
                    <a class="button button-quiet" href=href>
                        {t!("list.earlier", locale = lang).into_owned()}
                    </a>
                })}
            </nav>
        }
    }
}
