//! The rules of a journey: state, command and clock in; what follows, or a refusal, out.
//!
//! Source: the project's domain rules ("The journey's state"). Moments are UTC; days are days of the
//! patient's time zone.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct JourneyId(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct EventId(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "journey_product", rename_all = "snake_case")]
pub enum Product {
    Aligners,
    ClearBraces,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "journey_status", rename_all = "snake_case")]
pub enum Status {
    Active,
    Completed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "progress_event_type", rename_all = "snake_case")]
pub enum EventType {
    Progress,
    Pause,
    Delay,
    Continue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "progress_reason", rename_all = "snake_case")]
pub enum Reason {
    NotFitting,
    LostOrBroken,
    Pain,
    Illness,
    Travel,
    DentistHold,
    Other,
}

/// One treatment cycle for one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    pub id: JourneyId,
    pub product: Product,
    pub status: Status,
    /// 0 before the first stage, then 1..=`total`.
    pub stage: i32,
    pub total: i32,
    /// Days one stage is worn.
    pub interval_days: i32,
    pub started_on: Option<NaiveDate>,
}

/// The newest event of a journey, as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    pub id: EventId,
    pub event_type: EventType,
    /// When the next change of stage is due.
    pub due: Option<DateTime<Utc>>,
}

/// Where a journey stands: derived from its newest event, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    NotStarted,
    Wearing { due: DateTime<Utc> },
    Paused,
    Completed,
}

/// Who asks for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Patient,
    /// A dentist or staff member, who may move a journey at any time.
    Clinic,
}

/// What moving on to the next stage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stage that is worn from now on; the last one again, when this completes the journey.
    pub stage: i32,
    pub completes: bool,
    /// When the change after this one is due; none after the last.
    pub due: Option<DateTime<Utc>>,
    /// The estimated last day of treatment.
    pub last_day: NaiveDate,
    /// The day on which the treatment starts, if it starts now.
    pub starts_on: Option<NaiveDate>,
}

/// Why an act is not allowed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A patient may move on from `allowed_from` on, the day before the change is `due`.
    TooEarly {
        due: NaiveDate,
        allowed_from: NaiveDate,
    },
    Paused,
    Completed,
}

/// How many days before the due date a patient may move on.
const EARLY_DAYS: u64 = 1;

/// Until when a patient is told again that a change is owed: days after the due date.
pub const REMINDER_DAYS: [u64; 3] = [0, 1, 3];

impl Journey {
    pub fn state(&self, newest: Option<&Newest>) -> State {
        match (self.status, newest) {
            (Status::Completed, _) => State::Completed,
            (Status::Active, None) => State::NotStarted,
            (Status::Active, Some(newest)) => match newest.due {
                Some(due) => State::Wearing { due },
                None => State::Paused,
            },
        }
    }

    /// What moving on would do at `now`, for a patient who lives in `zone`.
    ///
    /// # Errors
    /// When the journey is paused or completed, or a patient asks too early.
    pub fn progress(
        &self,
        newest: Option<&Newest>,
        asker: Asker,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Result<Progress, Refusal> {
        let today = local_day(now, zone);
        match self.state(newest) {
            State::Completed => return Err(Refusal::Completed),
            State::Paused => return Err(Refusal::Paused),
            State::Wearing { due } if asker == Asker::Patient => {
                let due = local_day(due, zone);
                let allowed_from = due - Days::new(EARLY_DAYS);
                if today < allowed_from {
                    return Err(Refusal::TooEarly { due, allowed_from });
                }
            }
            State::Wearing { .. } | State::NotStarted => {}
        }
        if self.stage >= self.total {
            return Ok(Progress {
                stage: self.total,
                completes: true,
                due: None,
                last_day: today,
                starts_on: None,
            });
        }
        let stage = self.stage + 1;
        let due_day = today + days(self.interval_days);
        Ok(Progress {
            stage,
            completes: false,
            due: Some(due_moment(due_day, zone)),
            last_day: due_day + days(self.interval_days * (self.total - stage)),
            starts_on: self.started_on.is_none().then_some(today),
        })
    }

    /// When each stage after the present one begins, if all goes as planned, and the last day of
    /// treatment. `None` while nothing is due: before the start, paused, or done.
    pub fn plan(&self, newest: Option<&Newest>, zone: Tz) -> Option<Plan> {
        let State::Wearing { due } = self.state(newest) else {
            return None;
        };
        let due = local_day(due, zone);
        let coming = (self.stage + 1..=self.total)
            .map(|stage| {
                (
                    stage,
                    due + days(self.interval_days * (stage - self.stage - 1)),
                )
            })
            .collect();
        Some(Plan {
            coming,
            last_day: due + days(self.interval_days * (self.total - self.stage)),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Stage and the day on which it begins.
    pub coming: Vec<(i32, NaiveDate)>,
    pub last_day: NaiveDate,
}

fn days(count: i32) -> Days {
    Days::new(u64::try_from(count).unwrap_or_default())
}

/// The day that `moment` falls on in `zone`.
pub fn local_day(moment: DateTime<Utc>, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// 09:00 in `zone` on `day`: when a change is due, and when the patient is told.
pub fn due_moment(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    local_moment(day, nine, zone)
}

/// The moment of a local time. One that does not exist moves to the next that does; of one that exists
/// twice the first is meant.
pub fn local_moment(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    // Gaps are at most a day (a zone that changed sides of the date line), in quarters of an hour.
    for _ in 0..=96 {
        match zone.from_local_datetime(&local).earliest() {
            Some(moment) => return moment.with_timezone(&Utc),
            None => local += TimeDelta::minutes(15),
        }
    }
    local.and_utc()
}

/// Whole days from today to the due day; negative once it is past.
pub fn days_left(due: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> i64 {
    (local_day(due, zone) - local_day(now, zone)).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Tz = Tz::Europe__Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn journey(stage: i32, total: i32) -> Journey {
        Journey {
            id: JourneyId(1),
            product: Product::Aligners,
            status: Status::Active,
            stage,
            total,
            interval_days: 14,
            started_on: (stage > 0).then(|| day("2026-01-01")),
        }
    }

    fn newest(event_type: EventType, due: Option<&str>) -> Newest {
        Newest {
            id: EventId(7),
            event_type,
            due: due.map(at),
        }
    }

    #[test]
    fn the_first_stage_starts_the_treatment_on_the_patients_own_day() {
        // Half past eleven at night in Berlin is still the third there, the fourth in Auckland.
        let now = at("2026-03-03T22:30:00Z");
        let progress = journey(0, 24)
            .progress(None, Asker::Patient, now, BERLIN)
            .expect("allowed");
        assert_eq!(
            (progress.stage, progress.starts_on),
            (1, Some(day("2026-03-03")))
        );
        assert_eq!(progress.due, Some(at("2026-03-17T08:00:00Z")));
        let auckland = journey(0, 24)
            .progress(None, Asker::Patient, now, Tz::Pacific__Auckland)
            .expect("allowed");
        assert_eq!(auckland.starts_on, Some(day("2026-03-04")));
    }

    #[test]
    fn a_patient_may_move_on_from_the_day_before() {
        let newest = newest(EventType::Progress, Some("2026-03-17T08:00:00Z"));
        let journey = journey(8, 24);
        let ask = |asker, now| journey.progress(Some(&newest), asker, at(now), BERLIN);
        assert_eq!(
            ask(Asker::Patient, "2026-03-15T22:59:59Z"),
            Err(Refusal::TooEarly {
                due: day("2026-03-17"),
                allowed_from: day("2026-03-16")
            })
        );
        assert!(
            ask(Asker::Clinic, "2026-03-05T12:00:00Z").is_ok(),
            "the clinic may at any time"
        );
        let progress =
            ask(Asker::Patient, "2026-03-15T23:00:00Z").expect("midnight has passed in Berlin");
        assert_eq!((progress.stage, progress.completes), (9, false));
        // Two weeks on summer time has begun: nine o'clock is an hour earlier in UTC.
        assert_eq!(progress.due, Some(at("2026-03-30T07:00:00Z")));
        assert_eq!(progress.last_day, day("2026-03-30") + Days::new(14 * 15));
    }

    #[test]
    fn the_last_stage_completes() {
        let newest = newest(EventType::Progress, Some("2026-03-17T08:00:00Z"));
        let progress = journey(24, 24)
            .progress(
                Some(&newest),
                Asker::Patient,
                at("2026-03-20T08:00:00Z"),
                BERLIN,
            )
            .expect("allowed");
        assert_eq!(
            progress,
            Progress {
                stage: 24,
                completes: true,
                due: None,
                last_day: day("2026-03-20"),
                starts_on: None
            }
        );
    }

    #[test]
    fn nothing_moves_while_paused_or_after_the_end() {
        let now = at("2026-03-20T08:00:00Z");
        let paused = newest(EventType::Pause, None);
        assert_eq!(
            journey(8, 24).progress(Some(&paused), Asker::Clinic, now, BERLIN),
            Err(Refusal::Paused)
        );
        let done = Journey {
            status: Status::Completed,
            ..journey(24, 24)
        };
        assert_eq!(
            done.progress(Some(&paused), Asker::Clinic, now, BERLIN),
            Err(Refusal::Completed)
        );
    }

    #[test]
    fn nine_oclock_exists_once_whatever_the_clocks_do() {
        // Samoa had no 30 December 2011 at all.
        assert_eq!(
            due_moment(day("2011-12-30"), Tz::Pacific__Apia),
            at("2011-12-30T10:00:00Z")
        );
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).expect("a time");
        assert_eq!(
            local_moment(day("2026-03-29"), half_past_two, BERLIN),
            at("2026-03-29T01:00:00Z"),
            "a gap"
        );
        assert_eq!(
            local_moment(day("2026-10-25"), half_past_two, BERLIN),
            at("2026-10-25T00:30:00Z"),
            "twice"
        );
    }

    #[test]
    fn the_plan_goes_on_from_the_due_date() {
        let newest = newest(EventType::Delay, Some("2026-03-17T08:00:00Z"));
        let plan = journey(22, 24).plan(Some(&newest), BERLIN).expect("a plan");
        assert_eq!(
            plan.coming,
            [(23, day("2026-03-17")), (24, day("2026-03-31"))]
        );
        assert_eq!(plan.last_day, day("2026-04-14"));
    }
}
