//! The card on Today: one tap, and no query of its own.

use super::length;
use crate::{
    ids::JourneyId,
    journeys::model::{Journey, Product},
    ui::{Button, ButtonKind, Icon, IconName, LinkButton, Reader, hidden, time},
    wear::{
        model::{self, DAY, Day, Interval},
        store,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

/// How today stands.
#[derive(Clone, Copy, Debug)]
pub struct Today {
    pub journey: JourneyId,
    pub product: Product,
    /// Minutes a day that they are to be in.
    pub goal: i32,
    pub day: Day,
    /// The time out that has not ended.
    pub open: Option<Interval>,
    /// A time out of which it is asked how it was: the open one, or another of today.
    pub asked: Option<Interval>,
}

/// What the query of another page reads along, as JSON, so that Today asks no more for it: what the dentist set, and the times out
/// of the last days that stand.
#[derive(Clone, Debug, Deserialize)]
pub struct Noted {
    goal: Option<i32>,
    longest: i32,
    intervals: Vec<Interval>,
}

/// Times out that ended longer ago than this have nothing to do with today, in whatever zone that is.
pub const LATELY: TimeDelta = TimeDelta::days(2);

impl Noted {
    /// How today stands with a patient's aligners; none where no wear time is kept, or nothing is worn yet.
    pub fn today(&self, journey: &Journey, zone: Tz, now: DateTime<Utc>) -> Option<Today> {
        let goal = model::goal(self.goal, journey.product)?;
        let begun = journey.stage > 0 && journey.started_on.is_some();
        let longest = TimeDelta::minutes(i64::from(self.longest));
        let of = (journey.id, journey.product, goal);
        begun.then(|| stands(of, longest, &self.intervals, zone, now))
    }
}

/// The same of what was read already.
pub fn of(
    kept: &store::Kept,
    intervals: &[Interval],
    zone: Tz,
    now: DateTime<Utc>,
) -> Option<Today> {
    let goal = kept.goal().filter(|_| kept.has_begun())?;
    Some(stands(
        (kept.journey, kept.product, goal),
        kept.longest(),
        intervals,
        zone,
        now,
    ))
}

fn stands(
    (journey, product, goal): (JourneyId, Product, i32),
    longest: TimeDelta,
    intervals: &[Interval],
    zone: Tz,
    now: DateTime<Utc>,
) -> Today {
    let day = now.with_timezone(&zone).date_naive();
    let doubtful = intervals
        .iter()
        .rfind(|each| each.doubtful(now, longest).is_some());
    Today {
        journey,
        product,
        goal,
        day: model::of_day(intervals, day, now, zone, longest),
        open: intervals.iter().find(|each| each.back.is_none()).copied(),
        asked: doubtful.copied(),
    }
}

/// Where the card stands; a tap leads back there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Today,
    /// On Today, where there is something else to read: in short.
    BesideMore,
    /// On wear time's own page.
    Own,
}

pub fn card(reader: &Reader, today: &Today, place: Place) -> impl IntoView + use<> {
    let lang = reader.lang();
    let so_far = (place != Place::BesideMore).then(|| so_far(lang, today));
    let alone = place == Place::Own;
    let from = if alone { "wear" } else { "today" };
    let clock = |at: DateTime<Utc>| at.with_timezone(&reader.zone).format("%H:%M").to_string();
    let state = match today.open {
        Some(open) => {
            let minutes = i32::try_from((reader.now - open.out).num_minutes()).unwrap_or(i32::MAX);
            t!(
                "wear.today.since",
                locale = lang,
                time = clock(open.out),
                out = length(lang, minutes)
            )
        }
        None => match today.product {
            Product::Aligners => t!("wear.today.in.aligners", locale = lang),
            Product::ClearBraces => t!("wear.today.in.clear_braces", locale = lang),
        },
    };
    // On Today, something else comes first; on its own page, what is asked does.
    let kind = if !alone || today.asked.is_some() {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    let button = |tap: &'static str, words: String| {
        view! {
            <form method="post" action="/wear">
                {hidden("journey", today.journey.to_string())}
                {hidden("from", from)}
                <Button kind wide=true name="do" value=tap>{words}</Button>
            </form>
        }
    };
    // Of one that is open, the answer is the act, and stands above with what is asked.
    let asks_open = today.asked.is_some_and(|asked| asked.back.is_none());
    let act = (!asks_open).then(|| match today.open {
        Some(_) => button("back", t!("wear.back_button", locale = lang).into_owned()),
        None => button("out", t!("wear.out_button", locale = lang).into_owned()),
    });
    // Its own page has the week below, and the thing as its title.
    let title = if alone {
        t!("nav.home", locale = lang)
    } else {
        t!("wear.title", locale = lang)
    };
    let week = (!alone)
        .then(|| view! { <a href="/wear">{t!("wear.more", locale = lang).into_owned()}</a> });
    view! {
        <section class="card wear-card" id="wear" aria-labelledby="wear-title">
            <div class="wear-head">
                <h2 id="wear-title">{title.into_owned()}</h2>
                {week}
            </div>
            <p class="wear-state">{state.into_owned()}</p>
            {so_far}
            {act}
        </section>
    }
}

/// What was worn today, on its way to the goal, and what of the time out is used up. Of a day of which nothing was noted nothing
/// is known: it has no bar.
fn so_far(lang: &'static str, today: &Today) -> impl IntoView + use<> {
    let Day {
        worn, out, noted, ..
    } = today.day;
    let leaves = (DAY - today.goal).max(0);
    let of = length(lang, leaves);
    if !noted {
        let words = t!("wear.today.nothing", locale = lang, of = of).into_owned();
        return Either::Left(view! { <p class="quiet">{words}</p> });
    }
    let goal = length(lang, today.goal);
    let worn_words = length(lang, worn);
    let reached = t!(
        "wear.today.worn",
        locale = lang,
        worn = worn_words,
        goal = goal
    );
    let reached = reached.into_owned();
    let out_words = length(lang, out);
    let without = if out > leaves {
        let over = length(lang, out - leaves);
        t!(
            "wear.today.over",
            locale = lang,
            out = out_words,
            over = over
        )
    } else {
        t!("wear.today.out", locale = lang, out = out_words, of = of)
    };
    let without = without.into_owned();
    Either::Right(view! {
        <progress class="wear-bar" max=today.goal.max(1) value=worn.min(today.goal) aria-label=reached.clone()></progress>
        <p><strong>{reached}</strong>" "<span class="quiet">{without}</span></p>
    })
}

/// What is asked of a time out that lasted longer than a meal does, if one did: high on a page, not at the end of its card.
pub fn question(reader: &Reader, today: &Today, kind: ButtonKind) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let asked = today.asked?;
    let id = asked.id;
    let words = if asked.back.is_some() {
        t!("wear.asked.was", locale = lang)
    } else {
        t!("wear.asked.open", locale = lang)
    };
    let still = asked.back.is_none().then(|| {
        view! {
            <form method="post" action=format!("/wear/{id}")>
                <Button name="do" value="still">{t!("wear.asked.still", locale = lang).into_owned()}</Button>
            </form>
        }
    });
    Some(view! {
        <div class="wear-asked">
            <p><Icon name=IconName::Clock/>{words.into_owned()}" "{time::minute(reader, asked.out)}</p>
            <div class="actions">
                <LinkButton href=format!("/wear/{id}") kind>{t!("wear.asked.answer", locale = lang).into_owned()}</LinkButton>
                {still}
            </div>
        </div>
    })
}
