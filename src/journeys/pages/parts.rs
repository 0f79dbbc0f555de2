//! Pieces that several pages of a journey share: the ring, the timeline, the plan, and their words.

use crate::{
    journeys::{
        model::{self, EventType, Journey, Newest, Plan, Product, Reason, State},
        store::Event,
    },
    photos::store::{Photo, View},
    ui::{Icon, IconName, Reader, time},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;

/// What one stage of this product is called: "aligner 9", "set of wires 3".
pub fn stage_name(lang: &str, product: Product, stage: i32) -> String {
    match product {
        Product::Aligners => t!("stage.aligners", locale = lang, stage = stage),
        Product::ClearBraces => t!("stage.clear_braces", locale = lang, stage = stage),
    }
    .into_owned()
}

pub fn product_name(lang: &str, product: Product) -> String {
    match product {
        Product::Aligners => t!("product.aligners", locale = lang),
        Product::ClearBraces => t!("product.clear_braces", locale = lang),
    }
    .into_owned()
}

pub fn reason_name(lang: &str, reason: Reason) -> String {
    match reason {
        Reason::NotFitting => t!("reason.not_fitting", locale = lang),
        Reason::LostOrBroken => t!("reason.lost_or_broken", locale = lang),
        Reason::Pain => t!("reason.pain", locale = lang),
        Reason::Illness => t!("reason.illness", locale = lang),
        Reason::Travel => t!("reason.travel", locale = lang),
        Reason::DentistHold => t!("reason.dentist_hold", locale = lang),
        Reason::Other => t!("reason.other", locale = lang),
    }
    .into_owned()
}

fn view_name(lang: &str, view: View) -> String {
    match view {
        View::Front => t!("view.front", locale = lang),
        View::Left => t!("view.left", locale = lang),
        View::Right => t!("view.right", locale = lang),
        View::Upper => t!("view.upper", locale = lang),
        View::Lower => t!("view.lower", locale = lang),
        View::Other => t!("view.other", locale = lang),
    }
    .into_owned()
}

/// The ring: which stage of how many, and the days left in it.
pub fn ring(
    reader: &Reader,
    journey: &Journey,
    newest: Option<&Newest>,
    zone: Tz,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let state = journey.state(newest);
    let done = f64::from(journey.stage) / f64::from(journey.total.max(1)) * 100.0;
    let (class, below) = match state {
        State::NotStarted => ("ring", t!("ring.not_started", locale = lang)),
        State::Paused => ("ring ring-paused", t!("ring.paused", locale = lang)),
        State::Completed => ("ring ring-done", t!("ring.completed", locale = lang)),
        State::Wearing { due } => match model::days_left(due, reader.now, zone) {
            0 => ("ring ring-due", t!("ring.due_today", locale = lang)),
            1 => ("ring", t!("ring.days_left.one", locale = lang)),
            -1 => ("ring ring-due", t!("ring.days_late.one", locale = lang)),
            days @ 2.. => (
                "ring",
                t!("ring.days_left.other", locale = lang, days = days),
            ),
            days => (
                "ring ring-due",
                t!("ring.days_late.other", locale = lang, days = -days),
            ),
        },
    };
    let of = t!("ring.of", locale = lang, total = journey.total).into_owned();
    view! {
        <div class=class>
            <svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
                <circle class="ring-track" cx="60" cy="60" r="54"></circle>
                <circle
                    class="ring-value" cx="60" cy="60" r="54" pathLength="100"
                    stroke-dasharray=format!("{done:.1} 100")
                ></circle>
            </svg>
            <p class="ring-text">
                <span class="ring-stage">{journey.stage}</span>
                <span class="ring-of">{of}</span>
                <span class="ring-below">{below.into_owned()}</span>
            </p>
        </div>
    }
}

/// The coming stages with their dates, folded.
pub fn plan(reader: &Reader, journey: &Journey, plan: Plan) -> impl IntoView + use<> {
    let lang = reader.lang();
    let product = journey.product;
    // The newest of what is to come on top, as in the timeline below it.
    let rows = plan
        .coming
        .iter()
        .rev()
        .map(|(stage, day)| {
            view! { <li class="row"><span>{stage_name(lang, product, *stage)}</span>{time::short_day(reader, *day)}</li> }
        })
        .collect_view();
    let count = plan.coming.len();
    let heading = match count {
        1 => t!("plan.heading.one", locale = lang),
        _ => t!("plan.heading.other", locale = lang, count = count),
    };
    view! {
        <details class="card plan">
            <summary>
                <Icon name=IconName::Calendar/>
                <span>{heading.into_owned()}</span>
            </summary>
            <ol class="rows" reversed>
                <li class="row row-strong">
                    <span>{t!("plan.last_day", locale = lang).into_owned()}</span>
                    {time::short_day(reader, plan.last_day)}
                </li>
                {rows}
            </ol>
        </details>
    }
}

/// The events, newest first, with the photos of each stage below the event that began it. `completed`:
/// the journey is, and its newest event was what completed it.
pub fn timeline(
    reader: &Reader,
    product: Product,
    completed: bool,
    events: Vec<Event>,
    photos: &[Photo],
    zone: Tz,
) -> impl IntoView + use<> {
    let rows = events
        .into_iter()
        .enumerate()
        .map(|(index, event)| {
            let strip = (event.event_type == EventType::Progress)
                .then(|| {
                    photos
                        .iter()
                        .filter(|photo| photo.stage == event.stage)
                        .collect::<Vec<_>>()
                })
                .filter(|photos| !photos.is_empty())
                .map(|photos| strip(reader, &photos));
            line(
                reader,
                product,
                completed && index == 0,
                &event,
                strip,
                zone,
            )
        })
        .collect_view();
    view! { <ol class="timeline" reversed>{rows}</ol> }
}

fn line<S: IntoView>(
    reader: &Reader,
    product: Product,
    completes: bool,
    event: &Event,
    strip: Option<S>,
    zone: Tz,
) -> impl IntoView + use<S> {
    let lang = reader.lang();
    let stage = stage_name(lang, product, event.stage);
    let (class, icon, words) = match event.event_type {
        EventType::Progress if completes => (
            "event event-done",
            IconName::Flag,
            t!("event.completed", locale = lang),
        ),
        EventType::Progress if event.stage == 1 => (
            "event event-progress",
            IconName::Play,
            t!("event.started", locale = lang, stage = stage),
        ),
        EventType::Progress => (
            "event event-progress",
            IconName::Check,
            t!("event.progress", locale = lang, stage = stage),
        ),
        EventType::Delay if event.reason == Some(Reason::DentistHold) => (
            "event event-delay",
            IconName::Clock,
            t!("event.hold", locale = lang, stage = stage),
        ),
        EventType::Delay => (
            "event event-delay",
            IconName::Clock,
            t!("event.delay", locale = lang, stage = stage),
        ),
        EventType::Pause => (
            "event event-pause",
            IconName::Pause,
            t!("event.pause", locale = lang),
        ),
        EventType::Continue => (
            "event event-progress",
            IconName::Play,
            t!("event.continue", locale = lang, stage = stage),
        ),
    };
    let due = event.due.map(|due| {
        t!(
            "event.due",
            locale = lang,
            date = time::long_date(reader, model::local_day(due, zone))
        )
        .into_owned()
    });
    let resume = event.resume_on.map(|day| {
        t!(
            "event.resume",
            locale = lang,
            date = time::long_date(reader, day)
        )
        .into_owned()
    });
    let reason = event
        .reason
        .filter(|reason| *reason != Reason::DentistHold)
        .map(|reason| reason_name(lang, reason));
    let note = event
        .note
        .clone()
        .map(|note| view! { <q class="event-note">{note}</q> });
    let by = (!event.by_patient).then(|| t!("event.by_clinic", locale = lang).into_owned());
    let facts = [reason, due, resume, by]
        .into_iter()
        .flatten()
        .map(|fact| view! { <span class="event-fact">{fact}</span> })
        .collect_view();
    view! {
        <li class=class id=format!("event-{}", event.id.0)>
            <span class="event-icon"><Icon name=icon/></span>
            <div class="event-body">
                <p class="event-head"><span class="event-words">{words.into_owned()}</span>{time::moment(reader, event.at)}</p>
                <p class="event-facts">{facts}</p>
                {note}
                {strip}
            </div>
        </li>
    }
}

fn strip(reader: &Reader, photos: &[&Photo]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let photos = photos
        .iter()
        .map(|photo| {
            let alt = t!("photo.alt", locale = lang, view = view_name(lang, photo.view), stage = photo.stage).into_owned();
            view! {
                <li>
                    <a href=format!("/photos/{}/screen", photo.id)>
                        <img
                            src=format!("/photos/{}/thumbnail", photo.id)
                            alt=alt width=photo.width height=photo.height loading="lazy" decoding="async"
                        />
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="strip" aria-label=t!("photo.strip", locale = lang).into_owned()>{photos}</ul> }
}
