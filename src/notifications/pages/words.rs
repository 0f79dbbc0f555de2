//! What things are called.

use crate::{
    notifications::{
        Kind,
        model::{Source, Status, Waiting},
        service::{Obstacle, Possible},
        store::desk::{Happened, Order},
    },
    ui::{Reader, time},
};
use chrono::{DateTime, Utc};
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

/// What was done today: sent, or cancelled.
pub fn day(lang: &str, sent: bool) -> String {
    if sent {
        t!("outbox.tile.sent", locale = lang)
    } else {
        t!("outbox.tile.cancelled", locale = lang)
    }
    .into_owned()
}

pub fn order(lang: &str, order: Order) -> String {
    match order {
        Order::Newest => t!("outbox.order.newest", locale = lang),
        Order::Earliest => t!("outbox.order.earliest", locale = lang),
        Order::Latest => t!("outbox.order.latest", locale = lang),
        Order::Name => t!("patients.by_name", locale = lang),
    }
    .into_owned()
}

/// A number as it is written: "1,234"; of what was counted up to a bound, "10,000+".
pub fn number(lang: &str, count: i64, most: i64) -> String {
    let digits = count.min(most).to_string();
    let separator = if lang == "de" { '.' } else { ',' };
    let mut words = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            words.push(separator);
        }
        words.push(digit);
    }
    if count > most {
        words.push('+');
    }
    words
}

/// A moment by day and minute, within words.
pub fn moment(reader: &Reader, at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&reader.zone);
    format!(
        "{}, {}",
        time::short_date(reader, local.date_naive()),
        local.format("%H:%M")
    )
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

/// What can be done with some, on a button above a list.
pub fn doing(lang: &str, doing: Possible) -> String {
    match doing {
        Possible::Cancel => t!("outbox.cancel.name", locale = lang),
        Possible::Retry => t!("outbox.retry.name", locale = lang),
        Possible::Reschedule => t!("outbox.reschedule.name", locale = lang),
        Possible::Restore => t!("outbox.restore.name", locale = lang),
    }
    .into_owned()
}

/// What will be done with so many: a button's words, and, with a question mark, a page's title.
pub fn does(lang: &str, doing: Possible, count: usize) -> String {
    match (doing, count) {
        (Possible::Cancel, 1) => t!("outbox.cancel.one", locale = lang),
        (Possible::Cancel, _) => t!("outbox.cancel.other", locale = lang, count = count),
        (Possible::Retry, 1) => t!("outbox.retry.one", locale = lang),
        (Possible::Retry, _) => t!("outbox.retry.other", locale = lang, count = count),
        (Possible::Reschedule, 1) => t!("outbox.reschedule.one", locale = lang),
        (Possible::Reschedule, _) => t!("outbox.reschedule.other", locale = lang, count = count),
        (Possible::Restore, 1) => t!("outbox.restore.one", locale = lang),
        (Possible::Restore, _) => t!("outbox.restore.other", locale = lang, count = count),
    }
    .into_owned()
}

/// What was done with so many.
pub fn did(lang: &str, doing: Possible, count: usize) -> String {
    match (doing, count) {
        (Possible::Cancel, 1) => t!("outbox.cancel.did_one", locale = lang),
        (Possible::Cancel, _) => t!("outbox.cancel.did_other", locale = lang, count = count),
        (Possible::Retry, 1) => t!("outbox.retry.did_one", locale = lang),
        (Possible::Retry, _) => t!("outbox.retry.did_other", locale = lang, count = count),
        (Possible::Reschedule, 1) => t!("outbox.reschedule.did_one", locale = lang),
        (Possible::Reschedule, _) => {
            t!("outbox.reschedule.did_other", locale = lang, count = count)
        }
        (Possible::Restore, 1) => t!("outbox.restore.did_one", locale = lang),
        (Possible::Restore, _) => t!("outbox.restore.did_other", locale = lang, count = count),
    }
    .into_owned()
}

/// With how many of so many it can be done.
pub fn can(lang: &str, doing: Possible, count: usize, of: usize) -> String {
    match doing {
        Possible::Cancel => t!("outbox.cancel.can", locale = lang, count = count, of = of),
        Possible::Retry => t!("outbox.retry.can", locale = lang, count = count, of = of),
        Possible::Reschedule => t!(
            "outbox.reschedule.can",
            locale = lang,
            count = count,
            of = of
        ),
        Possible::Restore => t!("outbox.restore.can", locale = lang, count = count, of = of),
    }
    .into_owned()
}

/// It can be done with none.
pub fn cannot(lang: &str, doing: Possible, of: usize) -> String {
    match (doing, of) {
        (Possible::Cancel, 1) => t!("outbox.cancel.cannot_one", locale = lang),
        (Possible::Cancel, _) => t!("outbox.cancel.cannot", locale = lang),
        (Possible::Retry, 1) => t!("outbox.retry.cannot_one", locale = lang),
        (Possible::Retry, _) => t!("outbox.retry.cannot", locale = lang),
        (Possible::Reschedule, 1) => t!("outbox.reschedule.cannot_one", locale = lang),
        (Possible::Reschedule, _) => t!("outbox.reschedule.cannot", locale = lang),
        (Possible::Restore, 1) => t!("outbox.restore.cannot_one", locale = lang),
        (Possible::Restore, _) => t!("outbox.restore.cannot", locale = lang),
    }
    .into_owned()
}

/// Above those with which it will be done, or has been.
pub fn these(lang: &str, doing: Possible, done: bool) -> String {
    match (doing, done) {
        (Possible::Cancel, false) => t!("outbox.cancel.these", locale = lang),
        (Possible::Cancel, true) => t!("outbox.cancel.those", locale = lang),
        (Possible::Retry, false) => t!("outbox.retry.these", locale = lang),
        (Possible::Retry, true) => t!("outbox.retry.those", locale = lang),
        (Possible::Reschedule, false) => t!("outbox.reschedule.these", locale = lang),
        (Possible::Reschedule, true) => t!("outbox.reschedule.those", locale = lang),
        (Possible::Restore, false) => t!("outbox.restore.these", locale = lang),
        (Possible::Restore, true) => t!("outbox.restore.those", locale = lang),
    }
    .into_owned()
}

/// The way out of doing it.
pub fn leave(lang: &str, doing: Possible, count: usize) -> String {
    match (doing, count) {
        (Possible::Cancel, 1) => t!("outbox.cancel.leave_one", locale = lang),
        (Possible::Cancel, _) => t!("outbox.cancel.leave", locale = lang),
        (_, 1) => t!("outbox.leave_one", locale = lang),
        _ => t!("outbox.leave", locale = lang),
    }
    .into_owned()
}

/// Why it cannot be done with one.
pub fn obstacle(lang: &str, obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::Waiting => t!("outbox.obstacle.waiting", locale = lang),
        Obstacle::Sent => t!("outbox.obstacle.sent", locale = lang),
        Obstacle::Failed => t!("outbox.obstacle.failed", locale = lang),
        Obstacle::Cancelled => t!("outbox.obstacle.cancelled", locale = lang),
        Obstacle::Cancelling => t!("outbox.obstacle.cancelling", locale = lang),
        Obstacle::Expired => t!("outbox.obstacle.expired", locale = lang),
        Obstacle::NoAddress => t!("outbox.obstacle.no_address", locale = lang),
        Obstacle::NoNumber => t!("outbox.obstacle.no_number", locale = lang),
        Obstacle::Passed => t!("outbox.obstacle.passed", locale = lang),
        Obstacle::HandedOver => t!("outbox.obstacle.handed_over", locale = lang),
        Obstacle::Stopped => t!("outbox.obstacle.stopped", locale = lang),
        Obstacle::InInbox => t!("outbox.obstacle.in_inbox", locale = lang),
        Obstacle::ByTreatment => t!("outbox.obstacle.by_treatment", locale = lang),
        Obstacle::TooLate => t!("outbox.obstacle.too_late", locale = lang),
    }
    .into_owned()
}

/// So many with which nothing can be done, and why: one of several reasons in a sentence.
pub fn left(lang: &str, obstacle: Obstacle, count: usize) -> String {
    match obstacle {
        Obstacle::Cancelling => t!("outbox.left.cancelling", locale = lang, count = count),
        Obstacle::Expired => t!("outbox.left.expired", locale = lang, count = count),
        Obstacle::NoAddress => t!("outbox.left.no_address", locale = lang, count = count),
        Obstacle::NoNumber => t!("outbox.left.no_number", locale = lang, count = count),
        Obstacle::Stopped => t!("outbox.left.stopped", locale = lang, count = count),
        Obstacle::ByTreatment => t!("outbox.left.by_treatment", locale = lang, count = count),
        Obstacle::TooLate => t!("outbox.left.too_late", locale = lang, count = count),
        Obstacle::Sent => t!("outbox.left.sent", locale = lang, count = count),
        // The others come of what is wanted, not of how one stands.
        _ => t!("outbox.left.passed", locale = lang, count = count),
    }
    .into_owned()
}

/// What a try came to.
pub fn outcome(lang: &str, word: &str) -> String {
    // Of another channel than push, which stands before it.
    match word.split_once(':') {
        Some(("email", word)) => {
            let words = outcome(lang, word);
            return t!("outbox.channel.email", locale = lang, words = words).into_owned();
        }
        Some((_, word)) => {
            let words = outcome(lang, word);
            return t!("outbox.channel.sms", locale = lang, words = words).into_owned();
        }
        None => {}
    }
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
        "put_off" => t!("outbox.outcome.put_off", locale = lang),
        "address_refused" => t!("outbox.outcome.address_refused", locale = lang),
        "number_refused" => t!("outbox.outcome.number_refused", locale = lang),
        _ => t!("outbox.outcome.refused", locale = lang),
    }
    .into_owned()
}

/// What to do about what failed for a reason, if it can be tried again.
pub fn advice(lang: &str, word: &str) -> String {
    let word = word.split_once(':').map_or(word, |(_, word)| word);
    match word {
        "key_refused" | "app_unknown" => t!("outbox.advice.set_up", locale = lang),
        "address_refused" | "number_refused" => t!("outbox.advice.changed", locale = lang),
        "refused" | "not_created" => t!("outbox.advice.refused", locale = lang),
        _ => t!("outbox.advice.temporary", locale = lang),
    }
    .into_owned()
}

/// What has become of one, as its own row tells it. `reads`: whether whoever it is for has an inbox.
pub fn became(lang: &str, word: &str, reads: bool) -> Option<String> {
    let words = match word {
        "row.made" => t!("outbox.became.made", locale = lang),
        "row.handed_over" => t!("outbox.became.handed_over", locale = lang),
        "row.sent" => t!("outbox.became.sent", locale = lang),
        "email:row.handed_over" => t!("outbox.became.email_handed_over", locale = lang),
        "email:row.sent" => t!("outbox.became.email_sent", locale = lang),
        "sms:row.handed_over" => t!("outbox.became.sms_handed_over", locale = lang),
        "sms:row.sent" => t!("outbox.became.sms_sent", locale = lang),
        "row.in_inbox" if reads => t!("outbox.became.in_inbox", locale = lang),
        "row.in_inbox" => t!("outbox.became.nowhere", locale = lang),
        "row.cancelled" => t!("outbox.became.cancelled", locale = lang),
        "row.read" => t!("outbox.became.read", locale = lang),
        _ => return None,
    };
    Some(words.into_owned())
}

/// What somebody did with one, or what its treatment did: `who` did it.
pub fn action(lang: &str, happened: &Happened, who: &str) -> String {
    let stage = happened.stage.unwrap_or_default();
    let stage = match happened.product.as_deref() {
        Some("clear_braces") => t!("stage.clear_braces", locale = lang, stage = stage),
        _ => t!("stage.aligners", locale = lang, stage = stage),
    };
    match (happened.what.as_str(), happened.event.as_deref()) {
        ("notification.cancel", _) => t!("outbox.action.cancel", locale = lang, who = who),
        ("notification.reschedule", _) => t!("outbox.action.reschedule", locale = lang, who = who),
        ("notification.restore", _) => t!("outbox.action.restore", locale = lang, who = who),
        ("notification.write" | "campaign.send", _) => {
            t!("outbox.action.write", locale = lang, who = who)
        }
        ("journey.made", Some("progress")) => {
            t!(
                "outbox.made.progress",
                locale = lang,
                who = who,
                stage = stage
            )
        }
        ("journey.made", Some("delay")) => t!("outbox.made.delay", locale = lang, who = who),
        ("journey.made", _) => t!("outbox.made.continue", locale = lang, who = who),
        ("journey.passed", Some("progress")) => {
            t!(
                "outbox.passed.progress",
                locale = lang,
                who = who,
                stage = stage
            )
        }
        ("journey.passed", Some("delay")) => t!("outbox.passed.delay", locale = lang, who = who),
        ("journey.passed", Some("pause")) => t!("outbox.passed.pause", locale = lang, who = who),
        ("journey.passed", _) => t!("outbox.passed.other", locale = lang, who = who),
        _ => t!("outbox.action.retry", locale = lang, who = who),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_in_threes() {
        for (count, english, german) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1000, "1,000", "1.000"),
            (123_456, "123,456", "123.456"),
            (10_000_000, "1,000,000+", "1.000.000+"),
        ] {
            assert_eq!(number("en", count, 1_000_000), english);
            assert_eq!(number("de", count, 1_000_000), german);
        }
    }
}
