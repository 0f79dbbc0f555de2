//! The one next act, or why there is none.

use super::today::{First, Today};
use crate::{
    home::store::Decision,
    journeys::{
        self,
        model::{Asker, Command, EventType, Product, Refusal, State},
    },
    photos::View,
    ui::{ButtonKind, Icon, IconName, LinkButton, time},
};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use rust_i18n::t;
use std::cmp::Ordering;

/// How many of the five there are, or are on their way.
pub fn there(today: &Today<'_>) -> usize {
    View::STANDARD
        .iter()
        .filter(|view| today.standing.views.contains(view))
        .count()
}

fn has_all(today: &Today<'_>) -> bool {
    there(today) == View::STANDARD.len()
}

/// Whether the next act is that of somebody who has just switched: the photos, and then waiting for an answer. Not once the answer has
/// come: what the dentist asks for again stands above, and where nothing waits, nobody is told to wait.
pub fn follows_switch(today: &Today<'_>) -> bool {
    let journey = &today.now.journey;
    let newest = today.now.newest.as_ref();
    let act = journey.decide(newest, Command::Progress, Asker::Patient, today.day);
    let worn = matches!(journey.state(newest), State::Wearing { .. });
    let open = !has_all(today) || today.standing.waits;
    worn && act.is_err() && today.just_switched() && !today.asked_again() && open
}

/// Whether it says already that the photos are there, and by when one hears.
pub fn says_photos(today: &Today<'_>) -> bool {
    follows_switch(today) && has_all(today)
}

/// Where photos of the stage being worn are added.
pub fn add_photos(today: &Today<'_>) -> String {
    let journey = &today.now.journey;
    format!(
        "/journeys/{}/photos/new?stage={}",
        journey.id.0, journey.stage
    )
}

/// How much the act asks for attention: the one act above it, where the dentist wants a view again, comes first.
fn kind(today: &Today<'_>) -> ButtonKind {
    if today.asked_again() {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    }
}

fn link_of(href: String, words: String, kind: ButtonKind) -> AnyView {
    view! {
        <LinkButton href kind wide=true>{words}<Icon name=IconName::ArrowRight/></LinkButton>
    }
    .into_any()
}

pub fn now(today: &Today<'_>, first: First) -> impl IntoView + use<> {
    let lang = today.reader.lang();
    let journey = &today.now.journey;
    let newest = today.now.newest.as_ref();
    let next = journeys::stage_name(lang, journey.product, journey.stage + 1);
    let act = journey.decide(newest, Command::Progress, Asker::Patient, today.day);
    let state = journey.state(newest);
    let path = |act: EventType| journeys::act_path(journey.id, act);
    let kind = kind(today);
    let link = |href: String, words: String| link_of(href, words, kind);
    let (heading, text, action) = match (state, act) {
        (State::Completed, _) if journey.ended_early(newest) => (
            t!("now.ended.title", locale = lang).into_owned(),
            Some(t!("now.ended.text", locale = lang).into_owned()),
            None,
        ),
        (State::Completed, _) => (
            t!("now.completed.title", locale = lang).into_owned(),
            Some(t!("now.completed.text", locale = lang).into_owned()),
            Some(link(
                format!("/journeys/{}/photos/lapse", journey.id.0),
                t!("now.completed.look", locale = lang).into_owned(),
            )),
        ),
        (State::Paused { .. }, _) => return EitherOf3::C(paused(today)),
        (State::NotStarted, _) => (
            t!("now.not_started.title", locale = lang, stage = next).into_owned(),
            Some(
                match journey.product {
                    Product::Aligners => t!("now.not_started.aligners", locale = lang),
                    Product::ClearBraces => t!("now.not_started.clear_braces", locale = lang),
                }
                .into_owned()
                    + &no_wait(today, first),
            ),
            Some(link(
                path(EventType::Progress),
                t!(
                    "now.not_started.button",
                    locale = lang,
                    stage = journeys::stage_name(lang, journey.product, 1)
                )
                .into_owned(),
            )),
        ),
        (State::Wearing { .. }, Err(_)) if follows_switch(today) => {
            return EitherOf3::A(after_switch(today));
        }
        (State::Wearing { due }, act) => {
            let date = time::long_date(today.reader, due);
            let days = (due - today.day).num_days();
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
                Ok(_) if first == First::Answer => {
                    Some(t!("now.reported", locale = lang).into_owned())
                }
                Ok(_) if first == First::Answered => {
                    Some(t!("now.answered", locale = lang).into_owned())
                }
                // Of a step that is worn no more, they could not be taken.
                Ok(_) if today.asked_again() => {
                    let worn = journeys::stage_name(lang, journey.product, journey.stage);
                    let missing = today
                        .decision
                        .as_ref()
                        .map_or(0, |asks| asks.missing().len());
                    let words = match missing {
                        1 => t!("now.photos_first.one", locale = lang, stage = worn),
                        _ => t!("now.photos_first.other", locale = lang, stage = worn),
                    };
                    Some(words.into_owned())
                }
                _ if matches!((last, days), (true, ..=0) | (false, 0 | 1)) => {
                    Some(t!("now.exactly", locale = lang, date = date).into_owned())
                }
                Err(Refusal::TooEarly { allowed_from, .. }) => Some(
                    t!(
                        "now.too_early",
                        locale = lang,
                        date = time::long_date(today.reader, allowed_from)
                    )
                    .into_owned(),
                ),
                _ => None,
            };
            let action = match act {
                Ok(act) if act.completes => Some(link(
                    path(EventType::Progress),
                    t!("now.finish", locale = lang).into_owned(),
                )),
                Ok(_) => Some(link_of(
                    path(EventType::Progress),
                    t!("now.switched", locale = lang, stage = next).into_owned(),
                    if first == First::Switch {
                        kind
                    } else {
                        ButtonKind::Secondary
                    },
                )),
                // An ordinary day: what is missing of this step.
                Err(_) if !has_all(today) => Some(link(
                    add_photos(today),
                    t!("home.add_photos", locale = lang).into_owned(),
                )),
                Err(_) => None,
            };
            (heading.into_owned(), text, action)
        }
    };
    // How far one is with the photos, where they are the act; what is asked for again is counted elsewhere.
    let five = (act_is_photos(today) && !today.asked_again()).then(|| five(today));
    EitherOf3::B(view! {
        <h1>{heading}</h1>
        {text.map(|text| view! { <p class="lead">{text}</p> })}
        {five}
        {action}
    })
}

/// Where photos wait to be looked at before the start: that the start does not. What was reported does wait for its answer.
fn no_wait(today: &Today<'_>, first: First) -> String {
    if today.standing.waits && matches!(first, First::Switch) {
        let words = t!("now.not_started.no_wait", locale = today.reader.lang());
        format!(" {words}")
    } else {
        String::new()
    }
}

/// Whether photos of the step being worn are the act that stands above all others: no row below leads there once more.
pub fn act_is_photos(today: &Today<'_>) -> bool {
    let journey = &today.now.journey;
    let newest = today.now.newest.as_ref();
    let worn = matches!(journey.state(newest), State::Wearing { .. });
    let act = journey.decide(newest, Command::Progress, Asker::Patient, today.day);
    worn && (today.asked_again() || act.is_err() && !has_all(today))
}

/// Paused: on which day it is meant to go on, and until then no hurry to.
fn paused(today: &Today<'_>) -> impl IntoView + use<> {
    let lang = today.reader.lang();
    let meant = today.now.resume_on;
    let words = meant.map(|day| {
        let date = time::long_date(today.reader, day);
        match day.cmp(&today.day) {
            Ordering::Greater => t!("now.paused.until", locale = lang, date = date),
            Ordering::Equal => t!("now.paused.today", locale = lang),
            Ordering::Less => t!("now.paused.since", locale = lang, date = date),
        }
        .into_owned()
    });
    let kind = match meant {
        Some(day) if day > today.day => ButtonKind::Secondary,
        _ => kind(today),
    };
    let href = journeys::act_path(today.now.journey.id, EventType::Continue);
    view! {
        <h1>{t!("now.paused.title", locale = lang).into_owned()}</h1>
        {words.map(|words| view! { <p><strong>{words}</strong></p> })}
        <p class="lead">{t!("now.paused.text", locale = lang).into_owned()}</p>
        {link_of(href, t!("act.continue", locale = lang).into_owned(), kind)}
    }
}

/// Switched: now the photos; and once they are sent, by when the dentist has looked at them.
fn after_switch(today: &Today<'_>) -> impl IntoView + use<> {
    let lang = today.reader.lang();
    let due = journeys::agenda::next_day(&today.agenda, today.zone).map(|due| {
        let words = t!(
            "home.next_change",
            locale = lang,
            date = time::long_date(today.reader, due)
        );
        view! { <p class="quiet today-last">{words.into_owned()}</p> }
    });
    if !has_all(today) {
        return Either::Left(view! {
            <h1>{t!("home.step_two", locale = lang).into_owned()}</h1>
            {five(today)}
            <p class="lead">{t!("home.step_two_text", locale = lang).into_owned()}</p>
            {link_of(add_photos(today), t!("home.add_photos", locale = lang).into_owned(), kind(today))}
            {due}
        });
    }
    let heading = match &today.decision {
        Some(decision) if today.sent_again() => has_new_photos(today, decision),
        _ => t!("home.has_photos", locale = lang).into_owned(),
    };
    Either::Right(view! {
        <h1>{heading}</h1>
        {five(today)}
        {hear_by(today)}
        {due}
    })
}

/// Who has the photos that a decision asked for again: whoever treats the patient now.
pub fn has_new_photos(today: &Today<'_>, decision: &Decision) -> String {
    let treating = today.treating.as_ref();
    let name = treating.map_or(&decision.dentist, |treating| &treating.name);
    let lang = today.reader.lang();
    match decision.views() {
        1 => t!("home.has_new_photos.one", locale = lang, name = name),
        _ => t!("home.has_new_photos.other", locale = lang, name = name),
    }
    .into_owned()
}

/// By when one hears of the photos that were sent, and where that is from.
pub fn hear_by(today: &Today<'_>) -> Option<impl IntoView + use<>> {
    let lang = today.reader.lang();
    let treating = today.treating.as_ref()?;
    let since = today.standing.waiting_since.unwrap_or(today.reader.now);
    let (by, days) = treating.photos_by(since.with_timezone(&today.zone).date_naive());
    let date = time::long_date(today.reader, by);
    let words = t!("home.hear_by", locale = lang, date = date).into_owned();
    let practice = treating
        .practice
        .as_ref()
        .map_or_else(|| treating.name.clone(), |practice| practice.name.clone());
    let why = match days {
        1 => t!("home.hear_why.one", locale = lang, name = practice),
        _ => t!(
            "home.hear_why.other",
            locale = lang,
            name = practice,
            days = days
        ),
    }
    .into_owned();
    let late = by < today.day;
    let late = late.then(|| {
        let journey = &today.now.journey;
        let stage = journeys::stage_name(lang, journey.product, journey.stage);
        t!("home.hear_late", locale = lang, stage = stage).into_owned()
    });
    Some(match late {
        // It should have been: what to do instead of waiting on.
        Some(words) => Either::Left(view! { <p class="lead">{words}</p> }),
        None => Either::Right(view! {
            <p class="lead">{words}</p>
            <p class="quiet">{why}</p>
        }),
    })
}

/// Five marks, a view each.
fn five(today: &Today<'_>) -> impl IntoView + use<> {
    let lang = today.reader.lang();
    let count = there(today);
    let marks = View::STANDARD
        .into_iter()
        .map(|view| {
            let class = if today.standing.views.contains(&view) {
                "five-mark five-there"
            } else {
                "five-mark"
            };
            view! { <span class=class></span> }
        })
        .collect_view();
    view! {
        <p class="five">
            <span class="five-marks" aria-hidden="true">{marks}</span>
            <span class="figures">{t!("home.of_five", locale = lang, count = count).into_owned()}</span>
        </p>
    }
}
