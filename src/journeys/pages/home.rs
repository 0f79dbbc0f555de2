//! A patient's home: what do I do now, and when next?

use super::parts;
use crate::{
    accounts::{Anyone, Patient, Role, SignedIn},
    error::Fault,
    journeys::{
        model::{self, Asker, EventType, Journey, Newest, Product, Refusal, State},
        store::{self, Event},
    },
    photos,
    ui::{Alert, Icon, IconName, Page, Reader, Tone, or_empty, page, time},
};
use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Events on the first page of the timeline; more are a page away.
pub const EVENTS: usize = 50;

#[derive(Deserialize)]
pub struct Done {
    /// Present after a change of stage: so that the page can say that it was kept.
    switched: Option<String>,
}

/// Everybody's first page: a patient's own, the list of patients for those at a desk.
pub async fn home(who: SignedIn<Anyone>, query: Query<Done>) -> Result<Response, Fault> {
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = who;
    if !person.has(Role::Patient) {
        return Ok(Redirect::to("/patients").into_response());
    }
    let said = query.switched.is_some().then_some(Said::Switched);
    show(&mut db, &reader, person.id, person.zone, said).await
}

/// What the page says of what just happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Switched,
    /// The form that was sent was opened before the journey last moved.
    Stale,
}

/// Home again for a patient whose form came too late: nothing was changed, and this is how things are.
pub async fn stale(
    db: &mut PgConnection,
    reader: &Reader,
    patient: &Patient,
) -> Result<Response, Fault> {
    show(db, reader, patient.id(), patient.zone(), Some(Said::Stale)).await
}

/// A journey as a page shows it.
pub struct Shown {
    pub journey: Journey,
    pub events: Vec<Event>,
    /// The event after which there are earlier ones, not fetched.
    pub more_before: Option<i64>,
    pub photos: Vec<photos::store::Photo>,
}

impl Shown {
    pub fn newest(&self) -> Option<Newest> {
        self.events.first().map(Event::newest)
    }

    /// Whether the patient moved on within the last minutes: the address that says so may be an old one,
    /// or come from a link.
    fn just_switched(&self, now: DateTime<Utc>) -> bool {
        self.events.first().is_some_and(|event| {
            event.by_patient
                && event.event_type == EventType::Progress
                && now - event.at < TimeDelta::minutes(10)
        })
    }

    /// The patient's journey of today and its newest events; with its photos, for whoever may see them.
    pub async fn load(
        db: &mut PgConnection,
        patient: crate::accounts::UserId,
        with_photos: bool,
    ) -> Result<Option<Self>, Fault> {
        let Some(journey) = store::current(db, patient).await? else {
            return Ok(None);
        };
        let mut events = store::events(db, journey.id, None, EVENTS as i64 + 1).await?;
        let more = events.len() > EVENTS;
        events.truncate(EVENTS);
        let photos = match (with_photos, events.last(), events.first()) {
            (true, Some(first), Some(last)) => {
                photos::store::of_stages(db, journey.id.0, first.stage, last.stage).await?
            }
            _ => Vec::new(),
        };
        let more_before = more
            .then(|| events.last().map(|event| event.id.0))
            .flatten();
        Ok(Some(Self {
            journey,
            events,
            more_before,
            photos,
        }))
    }
}

async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    patient: crate::accounts::UserId,
    zone: Tz,
    said: Option<Said>,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let status = if said == Some(Said::Stale) {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let title = Page::titled(t!("home.title", locale = lang)).status(status);
    let Some(shown) = Shown::load(db, patient, true).await? else {
        return Ok(page(reader, title, || {
            view! {
                <section class="welcome">
                    <h1>{t!("home.none.title", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("home.none.text", locale = lang).into_owned()}</p>
                </section>
            }
        }));
    };
    let said = said.filter(|said| *said != Said::Switched || shown.just_switched(reader.now));
    Ok(page(reader, title, || {
        let newest = shown.newest();
        let Shown {
            journey,
            events,
            more_before,
            photos,
        } = shown;
        let completed = journey.status == model::Status::Completed;
        let plan = journey.plan(newest.as_ref(), zone);
        let last_day = plan.as_ref().map(|plan| plan.last_day);
        let saying = said.map(|said| {
            let stage = parts::stage_name(lang, journey.product, journey.stage);
            let (tone, words) = match said {
                Said::Switched if completed => (Tone::Good, t!("home.finished", locale = lang)),
                Said::Switched => (
                    Tone::Good,
                    t!("home.switched", locale = lang, stage = stage),
                ),
                Said::Stale => (Tone::Attention, t!("home.stale", locale = lang)),
            };
            view! { <Alert tone>{words.into_owned()}</Alert> }
        });
        let timeline = (!events.is_empty())
            .then(|| parts::timeline(reader, journey.product, completed, events, &photos, zone));
        let ahead = plan
            .filter(|plan| !plan.coming.is_empty())
            .map(|plan| parts::plan(reader, &journey, plan));
        view! {
            {saying}
            <section class="hero">
                {parts::ring(reader, &journey, newest.as_ref(), zone)}
                <div class="hero-words">
                    {now(reader, &journey, newest.as_ref(), zone)}
                    {last_day.map(|day| view! {
                        <p class="quiet">{t!("home.last_day", locale = lang).into_owned()}" "{time::day(reader, day)}</p>
                    })}
                </div>
            </section>
            <section aria-labelledby="timeline-heading">
                <h2 id="timeline-heading">{t!("home.timeline", locale = lang).into_owned()}</h2>
                {ahead}
                {or_empty(timeline, t!("home.timeline_empty", locale = lang))}
                {more_before.map(|before| view! {
                    <a class="button button-quiet" href=format!("/timeline?before={before}")>
                        {t!("list.earlier", locale = lang).into_owned()}
                    </a>
                })}
            </section>
        }
    }))
}

/// The one next act, or why there is none.
fn now(
    reader: &Reader,
    journey: &Journey,
    newest: Option<&Newest>,
    zone: Tz,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let next = parts::stage_name(lang, journey.product, journey.stage + 1);
    let act = journey.progress(newest, Asker::Patient, reader.now, zone);
    let button = |text: String| {
        view! {
            <a class="button button-primary button-wide" href=format!("/journeys/{}/progress", journey.id.0)>
                {text}
                <Icon name=IconName::ArrowRight/>
            </a>
        }
    };
    let (heading, text, action) = match (journey.state(newest), act) {
        (State::Completed, _) => (
            t!("now.completed.title", locale = lang).into_owned(),
            Some(t!("now.completed.text", locale = lang).into_owned()),
            None,
        ),
        (State::Paused, _) => (
            t!("now.paused.title", locale = lang).into_owned(),
            Some(t!("now.paused.text", locale = lang).into_owned()),
            None,
        ),
        (State::NotStarted, _) => (
            t!("now.not_started.title", locale = lang, stage = next).into_owned(),
            Some(
                match journey.product {
                    Product::Aligners => t!("now.not_started.aligners", locale = lang),
                    Product::ClearBraces => t!("now.not_started.clear_braces", locale = lang),
                }
                .into_owned(),
            ),
            Some(button(
                t!(
                    "now.not_started.button",
                    locale = lang,
                    stage = parts::stage_name(lang, journey.product, 1)
                )
                .into_owned(),
            )),
        ),
        (State::Wearing { due }, act) => {
            let day = model::local_day(due, zone);
            let date = time::long_date(reader, day);
            let days = model::days_left(due, reader.now, zone);
            let last = journey.stage >= journey.total;
            let heading = match (last, days) {
                (true, 1..) => t!("now.last.title", locale = lang, date = date),
                (true, _) => t!("now.last.due", locale = lang),
                (false, 0) => t!("now.due_today", locale = lang, stage = next),
                (false, 1) => t!("now.due_tomorrow", locale = lang, stage = next),
                (false, 2..) => t!("now.due", locale = lang, stage = next, date = date),
                (false, _) => t!("now.owed", locale = lang, stage = next, date = date),
            };
            let text = match act {
                Err(Refusal::TooEarly { allowed_from, .. }) => Some(
                    t!(
                        "now.too_early",
                        locale = lang,
                        date = time::long_date(reader, allowed_from)
                    )
                    .into_owned(),
                ),
                _ => None,
            };
            let action = act.ok().map(|act| {
                button(if act.completes {
                    t!("now.finish", locale = lang).into_owned()
                } else {
                    t!("now.switched", locale = lang, stage = next).into_owned()
                })
            });
            (heading.into_owned(), text, action)
        }
    };
    view! {
        <h1>{heading}</h1>
        {text.map(|text| view! { <p class="lead">{text}</p> })}
        {action}
    }
}
