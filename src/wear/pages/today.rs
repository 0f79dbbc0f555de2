//! The card on Today: one tap, and no query of its own.

use super::length;
use crate::{
    journeys::model::Journey,
    ui::{Button, ButtonKind, Icon, IconName, LinkButton, Reader, hidden, time},
    wear::{
        model::{self, DAY, Day, Interval},
        store,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// How today stands.
#[derive(Clone, Copy, Debug)]
pub struct Today {
    pub journey: i64,
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
        begun.then(|| stands(journey.id.0, goal, longest, &self.intervals, zone, now))
    }
}

/// The same of what was read already.
pub(super) fn of(
    kept: &store::Kept,
    intervals: &[Interval],
    zone: Tz,
    now: DateTime<Utc>,
) -> Option<Today> {
    let goal = kept.goal().filter(|_| kept.has_begun())?;
    Some(stands(
        kept.journey,
        goal,
        kept.longest(),
        intervals,
        zone,
        now,
    ))
}

fn stands(
    journey: i64,
    goal: i32,
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
        goal,
        day: model::of_day(intervals, day, now, zone, longest),
        open: intervals.iter().find(|each| each.back.is_none()).copied(),
        asked: doubtful.copied(),
    }
}

/// The card; `from` says to which page a tap leads back: `today` or `wear`.
pub fn card(reader: &Reader, today: &Today, from: &'static str) -> impl IntoView + use<> {
    let lang = reader.lang();
    let leaves = (DAY - today.goal).max(0);
    let out = length(lang, today.day.out);
    let so_far = if today.day.noted {
        let left = leaves - today.day.out;
        let words = t!(
            "wear.today.out",
            locale = lang,
            out = out,
            of = length(lang, leaves)
        );
        if left < 0 {
            let over = t!("wear.today.over", locale = lang, over = length(lang, -left));
            format!("{words} {over}")
        } else {
            words.into_owned()
        }
    } else {
        t!(
            "wear.today.nothing",
            locale = lang,
            of = length(lang, leaves)
        )
        .into_owned()
    };
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
        None => t!("wear.today.in", locale = lang),
    };
    // On Today, something else comes first; on its own page, what is asked does.
    let kind = if from == "today" || today.asked.is_some() {
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
    let alone = from == "wear";
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
            <progress class="wear-bar" max=leaves.max(1) value=today.day.out.min(leaves) aria-label=so_far.clone()></progress>
            <p class="quiet">{so_far}</p>
            {act}
        </section>
    }
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
