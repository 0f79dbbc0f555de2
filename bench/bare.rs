//! The yardstick of `make bench`: a patient's home as a bare axum handler with a maud template. The same
//! queries, authority checks, rules and words as Midline's own page (`bench/run.mjs` compares the text),
//! and nothing else: no security headers, no request log, no language but the one.
//!
//! Usage: `bare 127.0.0.1:3071`, with Midline's environment. `GET /` is the home of whoever the session's
//! cookie belongs to, `GET /of/{patient}` that of the patient named, without a look at sessions: their
//! difference is what a session costs.

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    middleware::from_fn_with_state,
    response::{Html, IntoResponse},
    routing::get,
};
use chrono::SecondsFormat;
use chrono_tz::Tz;
use maud::{DOCTYPE, Markup, html};
use midline::{
    accounts::{Anyone, SignedIn, UserId, session},
    app::App,
    error::Fault,
    journeys::{
        self, By, Event,
        model::{self, Asker, Command, EventType, Journey, Product, Reason},
    },
    photos::{Photo, View, of_stages},
    platform::{Platform, clock::Clock, config::Config, http::serve},
    ui::{Reader, read_reader, time},
};
use rust_i18n::t;
use sqlx::PgConnection;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

rust_i18n::i18n!("locales", fallback = "en");

const LANG: &str = "en";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let address = std::env::args().nth(1).ok_or("which address?")?;
    let config = Config::from_env().map_err(|faults| faults.to_string())?;
    let app = App::new(&config, Clock::system()).await?;
    let sessions = session::layer(
        app.platform().pool.clone(),
        app.platform().clock.clone(),
        config.session,
        &config.web,
    );
    let router = Router::new()
        .route("/", get(home))
        .route("/of/{patient}", get(home_of))
        .layer(sessions)
        .layer(from_fn_with_state(
            (
                app.platform().clock.clone(),
                Arc::from(config.clinic_telephone.as_str()),
                midline::ui::Entries::default(),
            ),
            read_reader,
        ))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind(address).await?;
    serve(listener, router, midline::platform::http::stop_signal()).await?;
    Ok(())
}

async fn home(who: SignedIn<Anyone>) -> Result<impl IntoResponse, Fault> {
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = who;
    let name = person.display_name();
    page(&mut db, &reader, person.id, person.zone, &name).await
}

async fn home_of(
    State(platform): State<Platform>,
    reader: Reader,
    Path(patient): Path<i64>,
) -> Result<impl IntoResponse, Fault> {
    let mut db = platform.pool.acquire().await?;
    let zone = reader.zone;
    page(&mut db, &reader, UserId(patient), zone, "Nobody").await
}

const EVENTS: usize = 50;

async fn page(
    db: &mut PgConnection,
    reader: &Reader,
    patient: UserId,
    zone: Tz,
    name: &str,
) -> Result<impl IntoResponse + use<>, Fault> {
    let journey = journeys::current(db, patient)
        .await?
        .ok_or(Fault::NotFound)?;
    let shown = journeys::timeline(db, patient, &journey, None, EVENTS).await?;
    // These patients have none: asked for all the same.
    midline::reviews::told(db, journey.id, None, None).await?;
    let photos = match shown.stages() {
        Some((first, last)) => of_stages(db, journey.id, first, last).await?,
        None => Vec::new(),
    };
    let today = model::local_day(reader.now, zone);
    let newest = shown.newest.as_ref();
    let due = newest
        .and_then(|newest| newest.due)
        .ok_or(Fault::Internal)?;
    let plan = journey.plan(newest, today).ok_or(Fault::Internal)?;
    let act = journey.decide(newest, Command::Progress, Asker::Patient, today);
    let days = (due - today).num_days();
    let date = time::long_date(reader, due);
    let next = stage_name(&journey, journey.stage + 1);
    let done = f64::from(journey.stage) / f64::from(journey.total.max(1)) * 100.0;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (t!("home.title", locale = LANG)) " · Midline" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="manifest" href="/manifest.webmanifest";
                link rel="stylesheet" href="/pkg/midline.css";
            }
            body {
                a.skip href="#main" { (t!("nav.skip", locale = LANG)) }
                header.top {
                    a.brand href="/" {
                        svg.brand-mark viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
                            rect.brand-ground width="32" height="32" rx="9" {}
                            path.brand-lines d="M8 9v4a8 6 0 0 0 16 0V9M8 23v-1a8 5 0 0 1 16 0v1M16 5v22" {}
                        }
                        "Midline"
                    }
                    a.bell href="/inbox" {
                        (icon("M6 8a6 6 0 0 1 12 0c0 7 3 9 3 9H3s3-2 3-9M10.300 21a2 2 0 0 0 3.400 0"))
                        span.visually-hidden { (t!("nav.inbox", locale = LANG)) }
                    }
                    form.whoami method="post" action="/sign-out" {
                        span.whoami-name { (name) }
                        button.button.button-quiet.button-small type="submit" {
                            (icon("m16 17 5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"))
                            (t!("nav.sign_out", locale = LANG))
                        }
                    }
                }
                nav.bottom-bar aria-label=(t!("nav.label", locale = LANG)) {
                    ul {
                        (place("/", "M15 21v-8a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v8M3 10a2 2 0 0 1 .7-1.5l7-6a2 2 0 0 1 2.6 0l7 6A2 2 0 0 1 21 10v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z", &t!("nav.home", locale = LANG)))
                        (place("/journeys", "M3 12a9 9 0 1 0 9-9 9.8 9.8 0 0 0-6.7 2.7L3 8M3 3v5h5M12 7v5l4 2", &t!("nav.timeline", locale = LANG)))
                        (place("/photos", "M14.500 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3zM15 13a3 3 0 1 1-6 0 3 3 0 0 1 6 0z", &t!("nav.photos", locale = LANG)))
                        (place("/messages", "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z", &t!("nav.messages", locale = LANG)))
                        (place("/settings", "M4 21v-7M4 10V3M12 21v-9M12 8V3M20 21v-5M20 12V3M1 14h6M9 8h6M17 16h6", &t!("nav.settings", locale = LANG)))
                    }
                }
                main.column.with-bottom-bar id="main" {
                    section.hero {
                        div.ring {
                            svg viewBox="0 0 120 120" aria-hidden="true" focusable="false" {
                                circle.ring-track cx="60" cy="60" r="54" {}
                                circle.ring-value cx="60" cy="60" r="54" pathLength="100" stroke-dasharray=(format!("{done:.1} 100")) {}
                            }
                            p.ring-text {
                                span.ring-stage { (journey.stage) }
                                span.ring-of { (t!("ring.of", locale = LANG, total = journey.total)) }
                                span.ring-below { (t!("ring.days_left.other", locale = LANG, days = days)) }
                            }
                        }
                        div.hero-words {
                            h1 { (t!("now.due", locale = LANG, stage = next, date = date)) }
                            @if let Err(model::Refusal::TooEarly { allowed_from, .. }) = &act {
                                p.lead { (t!("now.too_early", locale = LANG, date = time::long_date(reader, *allowed_from))) }
                            }
                            div.actions {
                                a.button.button-quiet href=(format!("/journeys/{}/delay", journey.id.0)) { (t!("act.delay", locale = LANG)) }
                                a.button.button-quiet href=(format!("/journeys/{}/pause", journey.id.0)) { (t!("act.pause", locale = LANG)) }
                            }
                            p.quiet {
                                (t!("home.last_day", locale = LANG)) " "
                                time datetime=(plan.last_day.to_string()) { (time::long_date(reader, plan.last_day)) }
                            }
                        }
                    }
                    section aria-labelledby="timeline-heading" {
                        h2 id="timeline-heading" { (t!("home.timeline", locale = LANG)) }
                        details.card.plan {
                            summary {
                                (icon("M8 2v4M16 2v4M3 10h18M5 4h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"))
                                span { (t!("plan.heading.other", locale = LANG, count = plan.coming.len())) }
                            }
                            ol.rows reversed {
                                li.row.row-strong {
                                    span { (t!("plan.last_day", locale = LANG)) }
                                    time datetime=(plan.last_day.to_string()) { (time::short_date(reader, plan.last_day)) }
                                }
                                @for (stage, day) in plan.coming.iter().rev() {
                                    li.row {
                                        span { (stage_name(&journey, *stage)) }
                                        time datetime=(day.to_string()) { (time::short_date(reader, *day)) }
                                    }
                                }
                            }
                        }
                        ol.timeline reversed {
                            @for event in shown.events() { (line(reader, &journey, event, &photos)) }
                        }
                        @if let Some(before) = shown.more_before {
                            a.button.button-quiet href=(format!("/journeys/{}?before={}", journey.id.0, before.0)) { (t!("list.earlier", locale = LANG)) }
                        }
                    }
                }
            }
        }
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((headers, Html(markup.into_string())))
}

fn icon(path: &str) -> Markup {
    html! { svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(path) {} } }
}

fn place(path: &str, drawing: &str, text: &str) -> Markup {
    html! {
        li { a href=(path) aria-current=[(path == "/").then_some("page")] { (icon(drawing)) span { (text) } } }
    }
}

fn stage_name(journey: &Journey, stage: i32) -> String {
    match journey.product {
        Product::Aligners => t!("stage.aligners", locale = LANG, stage = stage),
        Product::ClearBraces => t!("stage.clear_braces", locale = LANG, stage = stage),
    }
    .into_owned()
}

fn line(reader: &Reader, journey: &Journey, event: &Event, photos: &[Photo]) -> Markup {
    let stage = stage_name(journey, event.stage);
    let (class, drawing, words) = match event.event_type {
        EventType::Progress if event.stage == 1 => (
            "event event-progress",
            "m6 3 14 9-14 9z",
            t!("event.started", locale = LANG, stage = stage),
        ),
        EventType::Progress => (
            "event event-progress",
            "M20 6 9 17l-5-5",
            t!("event.progress", locale = LANG, stage = stage),
        ),
        EventType::Delay => (
            "event event-delay",
            "M12 6v6l4 2M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0z",
            match event.reason {
                Some(Reason::DentistHold) => t!("event.hold", locale = LANG, stage = stage),
                _ => t!("event.delay", locale = LANG, stage = stage),
            },
        ),
        EventType::Pause => (
            "event event-pause",
            "M14 4h4v16h-4zM6 4h4v16H6z",
            t!("event.pause", locale = LANG),
        ),
        EventType::Continue => (
            "event event-progress",
            "m6 3 14 9-14 9z",
            t!("event.continue", locale = LANG, stage = stage),
        ),
    };
    let due = event.due.map(|due| {
        let date = time::long_date(reader, due);
        t!("event.due", locale = LANG, date = date)
    });
    let resume = event.resume_on.map(|day| {
        t!(
            "event.resume",
            locale = LANG,
            date = time::long_date(reader, day)
        )
    });
    let strip: Vec<&Photo> = photos
        .iter()
        .filter(|photo| event.event_type == EventType::Progress && photo.stage == event.stage)
        .collect();
    let datetime = event.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let shown = time::short_date(reader, event.on);
    let exact = time::long_date(reader, event.on);
    html! {
        li class=(class) id=(format!("event-{}", event.id.0)) {
            span.event-icon { (icon(drawing)) }
            div.event-body {
                p.event-head {
                    span.event-words { (words) }
                    time datetime=(datetime) title=(exact) { (shown) }
                }
                p.event-facts {
                    @if let Some(reason) = event.reason.filter(|reason| *reason != Reason::DentistHold) {
                        span.event-fact { (reason_name(reason)) }
                    }
                    @if let Some(due) = due { span.event-fact { (due) } }
                    @if let Some(resume) = resume { span.event-fact { (resume) } }
                    @match &event.by {
                        By::Patient => {}
                        By::Dentist(name) => span.event-fact { (t!("event.by", locale = LANG, name = name)) },
                        By::Clinic => span.event-fact { (t!("event.by_clinic", locale = LANG)) },
                    }
                }
                @if let Some(note) = &event.note { q.event-note { (note) } }
                @if !strip.is_empty() {
                    ul.strip aria-label=(t!("photo.strip", locale = LANG)) {
                        @for photo in strip {
                            li {
                                a href=(format!("/photos/{}/screen", photo.id)) {
                                    img src=(format!("/photos/{}/thumbnail", photo.id))
                                        alt=(t!("photo.alt", locale = LANG, view = view_name(photo.view), stage = photo.stage))
                                        width=(photo.width) height=(photo.height) loading="lazy" decoding="async";
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reason_name(reason: Reason) -> String {
    match reason {
        Reason::NotFitting => t!("reason.not_fitting", locale = LANG),
        Reason::LostOrBroken => t!("reason.lost_or_broken", locale = LANG),
        Reason::Pain => t!("reason.pain", locale = LANG),
        Reason::Illness => t!("reason.illness", locale = LANG),
        Reason::Travel => t!("reason.travel", locale = LANG),
        Reason::DentistHold => t!("reason.dentist_hold", locale = LANG),
        Reason::ConfirmedByMistake => t!("reason.confirmed_by_mistake", locale = LANG),
        Reason::Other => t!("reason.other", locale = LANG),
    }
    .into_owned()
}

fn view_name(view: View) -> String {
    match view {
        View::Front => t!("view.front", locale = LANG),
        View::Left => t!("view.left", locale = LANG),
        View::Right => t!("view.right", locale = LANG),
        View::Upper => t!("view.upper", locale = LANG),
        View::Lower => t!("view.lower", locale = LANG),
        View::Other => t!("view.other", locale = LANG),
    }
    .into_owned()
}
