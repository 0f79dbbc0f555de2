//! The only place that reads the time of day; and the moments of local times.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The time of day, handed in wherever it is needed so that tests can choose it.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `at` until it is [`set`](Self::set).
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// Moves a fixed clock, for all who hold it. The machine's clock cannot be moved.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.0 {
            fixed.store(at.timestamp_micros(), Ordering::Relaxed);
        }
    }

    /// Now, to the microsecond, as Postgres keeps it.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Some(fixed) => fixed.load(Ordering::Relaxed),
            None => Utc::now().timestamp_micros(),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }
}

/// For how long a form that comes again is the same tap, or another try after a lost answer: answered as what is done already.
pub const SAME_TAP: TimeDelta = TimeDelta::minutes(2);

/// The moment of a local time. One that does not exist moves to the next that does; of one that exists
/// twice the first is meant.
pub fn local_moment(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    // Gaps are at most a day (a zone that changed sides of the date line), in quarters of an hour.
    for _ in 0..=96 {
        match zone.from_local_datetime(&local).earliest() {
            Some(moment) => return moment.with_timezone(&Utc),
            None => {
                let over = TimeDelta::minutes(i64::from(local.minute() % 15));
                local = local - over + TimeDelta::minutes(15);
            }
        }
    }
    local.and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_that_is_skipped_is_the_next_and_one_that_comes_twice_the_first() {
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).expect("a time");
        let at = |day: &str| {
            local_moment(
                day.parse().expect("a day"),
                half_past_two,
                Tz::Europe__Berlin,
            )
            .to_rfc3339()
        };
        assert_eq!(at("2026-03-29"), "2026-03-29T01:00:00+00:00");
        assert_eq!(at("2026-10-25"), "2026-10-25T00:30:00+00:00");
    }
}
