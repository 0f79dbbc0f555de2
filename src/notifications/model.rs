//! What notifications are about, and what becomes of them.

use chrono::TimeDelta;
use std::time::Duration;

/// What a notification is about: where it leads, and whether a patient wants it on their device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "notification_kind", rename_all = "snake_case")]
pub enum Kind {
    /// A change of stage is due, or still owed; or the clinic has moved when it is.
    ChangeDue,
    /// A dentist decided on photos.
    Review,
    /// A wish for another dentist was answered.
    DentistChange,
    Message,
    /// Something was reported, or a report has been seen.
    Report,
    /// From the clinic.
    Notice,
}

impl Kind {
    /// Whether it is part of a treatment; what is not carries an address to unsubscribe by.
    pub fn is_treatment(self) -> bool {
        match self {
            Self::ChangeDue | Self::Review | Self::Message | Self::Report => true,
            Self::DentistChange | Self::Notice => false,
        }
    }

    pub const ALL: [Self; 6] = [
        Self::ChangeDue,
        Self::Review,
        Self::Message,
        Self::Report,
        Self::DentistChange,
        Self::Notice,
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::ChangeDue => "change_due",
            Self::Review => "review",
            Self::DentistChange => "dentist_change",
            Self::Message => "message",
            Self::Report => "report",
            Self::Notice => "notice",
        }
    }
}

/// How a notification that is sent reached its person: by the first of its channels that took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "notification_delivery", rename_all = "snake_case")]
pub enum Delivery {
    Push,
    Email,
    Sms,
    /// Nothing leads to them, or it is not wanted there: it stands in the inbox.
    Inbox,
}

/// By what something goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "delivery_channel", rename_all = "snake_case")]
pub enum Channel {
    Push,
    Email,
    Sms,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Push, Self::Email, Self::Sms];

    pub fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "delivery_state", rename_all = "snake_case")]
pub enum State {
    Pending,
    Sent,
    Cancelled,
    Failed,
    /// Nobody to hand it to, or not wanted there.
    Skipped,
}

/// What made it: an event of a journey, or anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "notification_source", rename_all = "snake_case")]
pub enum Source {
    Progress,
    Other,
}

impl Source {
    pub const ALL: [Self; 2] = [Self::Progress, Self::Other];

    pub fn name(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Other => "other",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "notification_status", rename_all = "snake_case")]
pub enum Status {
    Pending,
    Sent,
    Cancelled,
    Failed,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Cancelled, Self::Failed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// How one that is pending waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// For its moment.
    Scheduled,
    /// For a dispatcher.
    Due,
    /// A dispatcher has it, or comes back to it.
    InFlight,
}

impl Waiting {
    pub const ALL: [Self; 3] = [Self::Scheduled, Self::Due, Self::InFlight];

    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Due => "due",
            Self::InFlight => "in_flight",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waiting| waiting.name() == name)
    }
}

/// Tries after which a delivery has failed: over more than a day.
pub const TRIES: i32 = 60;
/// The provider knows an idempotency key for 30 days: later, a try could be a second message.
pub const KEY_DAYS: i32 = 29;

/// How long after a failed try (1 is the first) the next one comes, `jitter` being between 0 and 1: from one second, doubling, up to
/// an hour; so that those that failed together do not come back together.
pub fn backoff(tries: i32, jitter: f64) -> TimeDelta {
    let exponent = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(12);
    let most = 1000.0 * f64::from(2_u32.pow(exponent));
    let milliseconds = most.min(3_600_000.0) * (0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    TimeDelta::milliseconds(milliseconds as i64)
}

/// When to come back: not before the provider's pause, and not all at once after it.
pub fn later(tries: i32, pause: Option<Duration>) -> TimeDelta {
    let own = backoff(tries, rand::random());
    let asked = pause.and_then(|pause| TimeDelta::from_std(pause).ok());
    asked.unwrap_or_default() + own
}

/// What becomes of a delivery after a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Accepted by the provider, under its id.
    Sent(Option<String>),
    /// Nobody to hand it to, or not wanted there: it stands in the inbox.
    Skipped(Why),
    /// Cancelled at the provider, or never known to it.
    Cancelled,
    /// It will not be accepted, however often it is tried.
    Failed(Why),
    /// Tried again, not before so much later.
    Again(Why, TimeDelta),
}

/// Why a try did not succeed: a word for staff, and the provider's HTTP status if it gave one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    pub word: &'static str,
    pub status: Option<u16>,
}

impl Why {
    /// What no provider was asked about.
    pub const fn word(word: &'static str) -> Self {
        Self { word, status: None }
    }

    /// Whether the provider may have taken it all the same: it was asked, and what it answered is not known.
    pub fn leaves_doubt(self) -> bool {
        matches!(
            self.word,
            "timeout" | "broken_off" | "malformed" | "provider_failed" | "expired"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_further_and_further_apart_but_within_an_hour() {
        assert_eq!(backoff(1, 1.0), TimeDelta::seconds(1));
        assert_eq!(backoff(1, 0.0), TimeDelta::milliseconds(500));
        assert_eq!(backoff(4, 1.0), TimeDelta::seconds(8));
        assert_eq!(backoff(13, 1.0), TimeDelta::hours(1));
        assert_eq!(backoff(i32::MAX, 1.0), TimeDelta::hours(1));
        assert_eq!(backoff(i32::MIN, 2.0), TimeDelta::seconds(1));
    }

    #[test]
    fn all_tries_lie_within_the_life_of_a_key() {
        let all: TimeDelta = (1..=TRIES).map(|tries| backoff(tries, 1.0)).sum();
        assert!(all < TimeDelta::days(i64::from(KEY_DAYS)));
        let least: TimeDelta = (1..TRIES).map(|tries| backoff(tries, 0.0)).sum();
        assert!(least > TimeDelta::days(1));
    }
}
