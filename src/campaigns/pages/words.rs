//! What things are called.

use crate::campaigns::model::State;
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

pub fn class(state: State) -> &'static str {
    match state {
        State::Draft | State::Cancelled => "badge",
        State::Preparing | State::Running => "badge badge-due",
        State::Paused => "badge badge-paused",
        State::Done => "badge badge-done",
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
