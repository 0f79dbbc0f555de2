//! Progress, delay, pause, continue, and the ways back: the acts that move a journey.

mod back;
mod command;
mod plan;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::{Asker, Command, Kind, Reason};
pub use plan::Plan;
pub use refusal::Refusal;

use super::{EventType, Journey, Newest, State, days::days};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::ops::RangeInclusive;

/// What an act does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub event_type: EventType,
    /// The stage that is worn from now on; the last one again, when this completes the journey.
    pub stage: i32,
    pub completes: bool,
    /// Whether it leads back: to an earlier stage, or to the last one of a treatment that was done.
    pub back: bool,
    /// When the next change of stage is due; none while paused, and after the last.
    pub due: Option<NaiveDate>,
    /// The estimated last day of treatment; none while nobody knows when it goes on.
    pub last_day: Option<NaiveDate>,
    /// The day on which the treatment starts, if it starts now.
    pub starts_on: Option<NaiveDate>,
}

/// How many days before the due date a patient may move on.
pub const EARLY_DAYS: u64 = 1;

/// How many days a delay can have.
pub const DELAY_DAYS: RangeInclusive<i32> = 1..=28;

/// For how long a patient may take back that they changed.
pub const TAKE_BACK_HOURS: i64 = 24;

/// How far ahead the day can be on which a paused treatment is to go on.
const RESUME_WITHIN_DAYS: u64 = 366;

/// Until when a patient is told again that a change is owed: days after the due date.
pub const REMINDER_DAYS: [u64; 3] = [0, 1, 3];

impl Journey {
    /// What `command` would do, given on the day `today`.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn decide(
        &self,
        newest: Option<&Newest>,
        command: Command,
        asker: Asker,
        today: NaiveDate,
    ) -> Result<Step, Refusal> {
        if let Command::Delay { reason, .. } | Command::Pause { reason, .. } = command
            && !Reason::of(asker).any(|allowed| allowed == reason)
        {
            return Err(Refusal::ReasonNotYours);
        }
        match (self.state(newest), command) {
            (_, Command::TakeBack { at }) => self.take_back(newest, asker, at, today),
            (
                _,
                Command::StepBack {
                    stage,
                    days,
                    reason,
                },
            ) => self.step_back(newest, (stage, days, reason), asker, today),
            (State::Completed, _) => Err(Refusal::Completed),
            (State::NotStarted, Command::Progress) => Ok(self.next_stage(today)),
            (State::NotStarted, _) => Err(Refusal::NotStarted),
            (State::Paused { left }, Command::Continue) => {
                Ok(self.stays(EventType::Continue, Some(today + days(left))))
            }
            (State::Paused { .. }, _) => Err(Refusal::Paused),
            (State::Wearing { .. }, Command::Continue) => Err(Refusal::NotPaused),
            (State::Wearing { due }, Command::Progress) => {
                let allowed_from = due - Days::new(EARLY_DAYS);
                if asker == Asker::Patient && today < allowed_from {
                    return Err(Refusal::TooEarly { due, allowed_from });
                }
                Ok(self.next_stage(today))
            }
            (State::Wearing { due }, Command::Delay { days: count, .. }) => {
                if !DELAY_DAYS.contains(&count) {
                    return Err(Refusal::DelayLength);
                }
                let later = due + days(count);
                if later <= today {
                    let least = i32::try_from((today - due).num_days() + 1).ok();
                    return Err(Refusal::DelayTooShort {
                        least: least.filter(|least| DELAY_DAYS.contains(least)),
                    });
                }
                Ok(self.stays(EventType::Delay, Some(later)))
            }
            (State::Wearing { due }, Command::Pause { resume_on, .. }) => {
                let ahead = today..=today + Days::new(RESUME_WITHIN_DAYS);
                if resume_on.is_some_and(|day| day == today || !ahead.contains(&day)) {
                    return Err(Refusal::ResumeDay);
                }
                let left = (due - today).num_days().max(1);
                let going_on = resume_on.map(|day| day + Days::new(left.unsigned_abs()));
                Ok(Step {
                    due: None,
                    last_day: going_on.map(|due| self.last_day(due)),
                    ..self.stays(EventType::Pause, None)
                })
            }
        }
    }

    /// Whether an act of this kind can be done today, whatever is said about it: so that no other is offered.
    pub fn can(
        &self,
        newest: Option<&Newest>,
        kind: Kind,
        asker: Asker,
        (today, now): (NaiveDate, DateTime<Utc>),
    ) -> bool {
        let reason = Reason::Other;
        let least = match kind {
            Kind::Progress => Command::Progress,
            Kind::Delay => Command::Delay {
                days: *DELAY_DAYS.end(),
                reason,
            },
            Kind::Pause => Command::Pause {
                reason,
                resume_on: None,
            },
            Kind::Continue => Command::Continue,
            Kind::StepBack => Command::StepBack {
                stage: 1,
                days: 1,
                reason,
            },
            Kind::TakeBack => Command::TakeBack { at: now },
        };
        self.decide(newest, least, asker, today).is_ok()
    }

    fn next_stage(&self, today: NaiveDate) -> Step {
        if self.stage >= self.total {
            return Step {
                event_type: EventType::Progress,
                stage: self.total,
                completes: true,
                back: false,
                due: None,
                last_day: Some(today),
                starts_on: None,
            };
        }
        let stage = self.stage + 1;
        let due = today + days(self.interval_days);
        Step {
            event_type: EventType::Progress,
            stage,
            completes: false,
            back: false,
            due: Some(due),
            last_day: Some(due + days(self.interval_days * (self.total - stage))),
            starts_on: self.started_on.is_none().then_some(today),
        }
    }

    fn stays(&self, event_type: EventType, due: Option<NaiveDate>) -> Step {
        Step {
            event_type,
            stage: self.stage,
            completes: false,
            back: false,
            due,
            last_day: due.map(|due| self.last_day(due)),
            starts_on: None,
        }
    }

    /// The estimated last day, if the present stage ends on `due` and the others last as planned.
    pub(super) fn last_day(&self, due: NaiveDate) -> NaiveDate {
        due + days(self.interval_days * (self.total - self.stage))
    }
}
