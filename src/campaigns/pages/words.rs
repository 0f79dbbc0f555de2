//! What things are called.

use crate::{
    campaigns::{
        model::{Moment, Standing, State},
        store::recipients::{Outcome, Reach},
    },
    platform::clock::local_moment,
    ui::{Reader, Tone, time},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

fn state(lang: &str, state: State) -> String {
    match state {
        State::Draft => t!("campaign.state.draft", locale = lang),
        State::Preparing => t!("campaign.state.preparing", locale = lang),
        State::Running => t!("campaign.state.running", locale = lang),
        State::Paused => t!("campaign.state.paused", locale = lang),
        State::Done => t!("campaign.state.done", locale = lang),
        State::Cancelled => t!("campaign.state.cancelled", locale = lang),
    }
    .into_owned()
}

/// When it goes out, in the reader's time; or in each patient's own.
pub fn when(reader: &Reader, moment: Moment) -> AnyView {
    let lang = reader.lang();
    match moment {
        Moment::AtOnce => t!("campaign.when.now", locale = lang)
            .into_owned()
            .into_any(),
        Moment::OwnTime(at) => {
            let local = format!(
                "{}, {}",
                time::short_date(reader, at.date()),
                at.format("%H:%M")
            );
            format!("{local} ({})", t!("campaign.own_clock", locale = lang)).into_any()
        }
        Moment::One(at, zone) => {
            time::minute(reader, local_moment(at.date(), at.time(), zone)).into_any()
        }
    }
}

/// How a campaign stands: "Sending"; or for which time it waits.
pub fn standing(reader: &Reader, standing: Standing) -> AnyView {
    let lang = reader.lang();
    match standing.scheduled {
        Some(moment) => {
            view! { {t!("campaign.scheduled", locale = lang).into_owned()}" "{when(reader, moment)} }
                .into_any()
        }
        None => state(lang, standing.state).into_any(),
    }
}

pub fn tone(state: State) -> Option<Tone> {
    match state {
        State::Draft | State::Cancelled => None,
        State::Preparing | State::Running => Some(Tone::Note),
        State::Paused => Some(Tone::Attention),
        State::Done => Some(Tone::Good),
    }
}

/// What has become of somebody's: in a row, and on the tile that counts them.
pub fn outcome(lang: &str, outcome: Outcome) -> String {
    match outcome {
        Outcome::Waits => t!("campaign.waiting", locale = lang),
        Outcome::Pushed => t!("campaign.pushed", locale = lang),
        Outcome::InboxOnly => t!("campaign.inbox_only", locale = lang),
        Outcome::Failed => t!("campaign.failed", locale = lang),
        Outcome::Cancelled => t!("campaign.cancelled", locale = lang),
        Outcome::LeftOut => t!("campaign.left", locale = lang),
    }
    .into_owned()
}

/// Where somebody would find what is no more than a draft.
pub fn would_reach(lang: &str, pushed: bool) -> String {
    if pushed {
        t!("campaign.will_push", locale = lang)
    } else {
        t!("campaign.inbox_only", locale = lang)
    }
    .into_owned()
}

/// Where somebody will find what is still to go out, as far as is known.
pub fn will_reach(lang: &str, pushed: bool) -> String {
    if pushed {
        t!("campaign.expected_push", locale = lang)
    } else {
        t!("campaign.expected_inbox", locale = lang)
    }
    .into_owned()
}

/// Why somebody is left out.
pub fn left_out(lang: &str, why: &str) -> String {
    match why {
        "closed" => t!("campaign.left_out.closed", locale = lang),
        "terms" => t!("campaign.left_out.terms", locale = lang),
        _ => t!("campaign.left_out.changed", locale = lang),
    }
    .into_owned()
}

/// How many get it only when their quiet hours end; where these are all of them, when the first do.
pub fn quiet(reader: &Reader, reach: &Reach) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = match reach.quiet {
        0 => t!("campaign.quiet_hours.none", locale = lang),
        1 => t!("campaign.quiet_hours.one", locale = lang),
        count => t!("campaign.quiet_hours.other", locale = lang, count = count),
    }
    .into_owned();
    let all = reach.quiet > 0 && reach.quiet == reach.recipients;
    let first = reach.first.filter(|_| all).map(|at| {
        let words = match reach.quiet {
            1 => t!("campaign.quiet_hours.first_one", locale = lang),
            _ => t!("campaign.quiet_hours.first", locale = lang),
        };
        view! { ". "{words.into_owned()}" "{moment(reader, at)}"." }
    });
    view! { {words}{first} }
}

/// "Tue 1 Dec 2026, 08:00"
pub fn moment(reader: &Reader, at: DateTime<Utc>) -> impl IntoView + use<> {
    let local = at.with_timezone(&reader.zone);
    let day = local.date_naive();
    let words = format!(
        "{} {}, {}",
        time::weekday(reader, day, true),
        time::short_date(reader, day),
        local.format("%H:%M")
    );
    time::moment_in_words(reader, at, words)
}

/// "from 30 Nov 2026, 19:43 to 20:13"; within a minute it is one moment.
pub fn span(reader: &Reader, first: DateTime<Utc>, last: DateTime<Utc>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let from = time::minute(reader, first);
    if last - first < TimeDelta::minutes(1) {
        return Either::Left(from);
    }
    let [local_first, local_last] = [first, last].map(|at| at.with_timezone(&reader.zone));
    let until = if local_first.date_naive() == local_last.date_naive() {
        Either::Left(view! {
            <time datetime=last.to_rfc3339_opts(SecondsFormat::Secs, true)>
                {local_last.format("%H:%M").to_string()}
            </time>
        })
    } else {
        Either::Right(time::minute(reader, last))
    };
    Either::Right(view! {
        <span>
            {t!("campaign.from", locale = lang).into_owned()}" "{from}" "
            {t!("campaign.until", locale = lang).into_owned()}" "{until}
        </span>
    })
}
