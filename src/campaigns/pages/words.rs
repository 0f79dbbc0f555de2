//! What things are called.

use crate::{
    campaigns::model::State,
    ui::{Reader, Tone, time},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

pub fn state(lang: &str, state: State) -> String {
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

pub fn tone(state: State) -> Option<Tone> {
    match state {
        State::Draft | State::Cancelled => None,
        State::Preparing | State::Running => Some(Tone::Note),
        State::Paused => Some(Tone::Attention),
        State::Done => Some(Tone::Good),
    }
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

/// How many get it only when their quiet hours end.
pub fn quiet(lang: &str, count: i64) -> String {
    match count {
        0 => t!("campaign.quiet_hours.none", locale = lang),
        1 => t!("campaign.quiet_hours.one", locale = lang),
        _ => t!("campaign.quiet_hours.other", locale = lang, count = count),
    }
    .into_owned()
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
