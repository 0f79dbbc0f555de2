//! What things are called.

use crate::notifications::{
    Kind,
    model::{Source, Status, Waiting},
    service::Possible,
};
use rust_i18n::t;

pub fn status(lang: &str, status: Status) -> String {
    match status {
        Status::Pending => t!("outbox.status.pending", locale = lang),
        Status::Sent => t!("outbox.status.sent", locale = lang),
        Status::Cancelled => t!("outbox.status.cancelled", locale = lang),
        Status::Failed => t!("outbox.status.failed", locale = lang),
    }
    .into_owned()
}

pub fn waiting(lang: &str, waiting: Waiting) -> String {
    match waiting {
        Waiting::Scheduled => t!("outbox.waiting.scheduled", locale = lang),
        Waiting::Due => t!("outbox.waiting.due", locale = lang),
        Waiting::InFlight => t!("outbox.waiting.in_flight", locale = lang),
    }
    .into_owned()
}

pub fn kind(lang: &str, kind: Kind) -> String {
    match kind {
        Kind::ChangeDue => t!("outbox.kinds.change_due", locale = lang),
        Kind::Review => t!("outbox.kinds.review", locale = lang),
        Kind::DentistChange => t!("outbox.kinds.dentist_change", locale = lang),
        Kind::Message => t!("outbox.kinds.message", locale = lang),
        Kind::Report => t!("outbox.kinds.report", locale = lang),
        Kind::Notice => t!("outbox.kinds.notice", locale = lang),
    }
    .into_owned()
}

pub fn source(lang: &str, source: Source) -> String {
    match source {
        Source::Progress => t!("outbox.sources.progress", locale = lang),
        Source::Other => t!("outbox.sources.other", locale = lang),
    }
    .into_owned()
}

/// What can be done with some.
pub fn doing(lang: &str, doing: Possible) -> String {
    match doing {
        Possible::Cancel => t!("outbox.cancel", locale = lang),
        Possible::Retry => t!("outbox.retry", locale = lang),
        Possible::Reschedule => t!("outbox.reschedule", locale = lang),
    }
    .into_owned()
}

/// What a try came to.
pub fn outcome(lang: &str, word: &str) -> String {
    match word {
        "timeout" => t!("outbox.outcome.timeout", locale = lang),
        "unreachable" => t!("outbox.outcome.unreachable", locale = lang),
        "broken_off" => t!("outbox.outcome.broken_off", locale = lang),
        "rate_limited" => t!("outbox.outcome.rate_limited", locale = lang),
        "provider_failed" => t!("outbox.outcome.provider_failed", locale = lang),
        "malformed" => t!("outbox.outcome.malformed", locale = lang),
        "key_refused" => t!("outbox.outcome.key_refused", locale = lang),
        "app_unknown" => t!("outbox.outcome.app_unknown", locale = lang),
        "not_created" => t!("outbox.outcome.not_created", locale = lang),
        "not_stopped" => t!("outbox.outcome.not_stopped", locale = lang),
        "expired" => t!("outbox.outcome.expired", locale = lang),
        _ => t!("outbox.outcome.refused", locale = lang),
    }
    .into_owned()
}

/// What somebody did.
pub fn action(lang: &str, action: &str) -> String {
    match action {
        "notification.cancel" => t!("outbox.action.cancel", locale = lang),
        "notification.reschedule" => t!("outbox.action.reschedule", locale = lang),
        "notification.write" | "campaign.send" => t!("outbox.action.write", locale = lang),
        "journey.made" => t!("outbox.action.made", locale = lang),
        "journey.passed" => t!("outbox.action.passed", locale = lang),
        _ => t!("outbox.action.retry", locale = lang),
    }
    .into_owned()
}
