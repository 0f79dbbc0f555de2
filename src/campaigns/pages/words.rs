//! What things are called.

use crate::{campaigns::model::State, ui::Tone};
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
