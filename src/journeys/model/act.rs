//! Progress, delay, pause, continue: the acts that move a journey.

use super::{EventType, Journey, Newest, State, days::days};
use chrono::{Days, NaiveDate};
use std::ops::RangeInclusive;

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

impl Reason {
    const ALL: [Self; 7] = [
        Self::NotFitting,
        Self::LostOrBroken,
        Self::Pain,
        Self::Illness,
        Self::Travel,
        Self::DentistHold,
        Self::Other,
    ];

    /// As forms and the database call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFitting => "not_fitting",
            Self::LostOrBroken => "lost_or_broken",
            Self::Pain => "pain",
            Self::Illness => "illness",
            Self::Travel => "travel",
            Self::DentistHold => "dentist_hold",
            Self::Other => "other",
        }
    }

    /// The reasons that `asker` can give: a patient does not speak for the dentist.
    pub fn of(asker: Asker) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |reason| asker == Asker::Clinic || *reason != Self::DentistHold)
    }
}

/// Who asks for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Patient,
    /// A dentist or staff member, who may move a journey at any time.
    Clinic,
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// On to the next stage, or, after the last one, done.
    Progress,
    /// The stage is worn for some days longer.
    Delay { days: i32, reason: Reason },
    /// Nothing is due until it goes on; the patient may say when that will be.
    Pause {
        reason: Reason,
        resume_on: Option<NaiveDate>,
    },
    /// On with the stage that was paused.
    Continue,
}

impl Command {
    pub fn event_type(self) -> EventType {
        match self {
            Self::Progress => EventType::Progress,
            Self::Delay { .. } => EventType::Delay,
            Self::Pause { .. } => EventType::Pause,
            Self::Continue => EventType::Continue,
        }
    }
}

/// What an act does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub event_type: EventType,
    /// The stage that is worn from now on; the last one again, when this completes the journey.
    pub stage: i32,
    pub completes: bool,
    /// When the next change of stage is due; none while paused, and after the last.
    pub due: Option<NaiveDate>,
    /// The estimated last day of treatment; none while nobody knows when it goes on.
    pub last_day: Option<NaiveDate>,
    /// The day on which the treatment starts, if it starts now.
    pub starts_on: Option<NaiveDate>,
}

/// Why an act is not allowed now, with what is allowed instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A patient may move on from `allowed_from` on, the day before the change is `due`.
    TooEarly {
        due: NaiveDate,
        allowed_from: NaiveDate,
    },
    /// Nothing was begun that could be delayed, paused or continued.
    NotStarted,
    /// It is paused: it can be continued, nothing else.
    Paused,
    /// It is not paused: there is nothing to continue.
    NotPaused,
    Completed,
    /// A delay is of 1 to 28 days.
    DelayLength,
    /// The change has been owed for so long that the new date would be past, too; `least` days would
    /// lead to tomorrow. None: not even the longest delay does.
    DelayTooShort {
        least: Option<i32>,
    },
    /// The day on which it is to go on has to lie ahead, within a year.
    ResumeDay,
    /// The reason is the dentist's to give.
    ReasonNotYours,
}

impl Refusal {
    /// As the audit trail calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooEarly { .. } => "too_early",
            Self::NotStarted => "not_started",
            Self::Paused => "paused",
            Self::NotPaused => "not_paused",
            Self::Completed => "completed",
            Self::DelayLength => "delay_length",
            Self::DelayTooShort { .. } => "delay_too_short",
            Self::ResumeDay => "resume_day",
            Self::ReasonNotYours => "reason_not_yours",
        }
    }
}

/// How many days before the due date a patient may move on.
pub const EARLY_DAYS: u64 = 1;

/// How many days a delay can have.
pub const DELAY_DAYS: RangeInclusive<i32> = 1..=28;

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

    fn next_stage(&self, today: NaiveDate) -> Step {
        if self.stage >= self.total {
            return Step {
                event_type: EventType::Progress,
                stage: self.total,
                completes: true,
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
            due,
            last_day: due.map(|due| self.last_day(due)),
            starts_on: None,
        }
    }

    /// The estimated last day, if the present stage ends on `due` and the others last as planned.
    pub(super) fn last_day(&self, due: NaiveDate) -> NaiveDate {
        due + days(self.interval_days * (self.total - self.stage))
    }

    /// When each stage after the present one begins, if all goes as planned, and the last day of
    /// treatment. `None` while nothing is due: before the start, paused, or done. A change that is owed
    /// is counted from `today`: it cannot be made in the past.
    pub fn plan(&self, newest: Option<&Newest>, today: NaiveDate) -> Option<Plan> {
        let State::Wearing { due } = self.state(newest) else {
            return None;
        };
        let next = due.max(today);
        let coming = (self.stage + 1..=self.total)
            .map(|stage| {
                let later = self.interval_days * (stage - self.stage - 1);
                (stage, next + days(later))
            })
            .collect();
        Some(Plan {
            coming,
            last_day: self.last_day(next),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Stage and the day on which it begins.
    pub coming: Vec<(i32, NaiveDate)>,
    pub last_day: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::super::{EventId, JourneyId, Product, Status};
    use super::*;

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
            aftercare: None,
            revision: 0,
        }
    }

    fn wearing(due: &str) -> Newest {
        Newest {
            id: EventId(7),
            event_type: EventType::Progress,
            on: day(due) - Days::new(14),
            due: Some(day(due)),
            due_before: None,
        }
    }

    fn paused(on: &str, due_before: &str) -> Newest {
        Newest {
            id: EventId(8),
            event_type: EventType::Pause,
            on: day(on),
            due: None,
            due_before: Some(day(due_before)),
        }
    }

    const TRAVEL: Reason = Reason::Travel;

    #[test]
    fn the_first_stage_starts_the_treatment() {
        let today = day("2026-03-03");
        let step = journey(0, 24)
            .decide(None, Command::Progress, Asker::Patient, today)
            .expect("allowed");
        assert_eq!((step.stage, step.starts_on), (1, Some(today)));
        assert_eq!(step.due, Some(day("2026-03-17")));
        for command in [
            Command::Continue,
            Command::Delay {
                days: 3,
                reason: TRAVEL,
            },
            Command::Pause {
                reason: TRAVEL,
                resume_on: None,
            },
        ] {
            assert_eq!(
                journey(0, 24).decide(None, command, Asker::Clinic, today),
                Err(Refusal::NotStarted)
            );
        }
    }

    #[test]
    fn a_patient_may_move_on_from_the_day_before() {
        let newest = wearing("2026-03-17");
        let ask = |asker, today| {
            journey(8, 24).decide(Some(&newest), Command::Progress, asker, day(today))
        };
        assert_eq!(
            ask(Asker::Patient, "2026-03-15"),
            Err(Refusal::TooEarly {
                due: day("2026-03-17"),
                allowed_from: day("2026-03-16")
            })
        );
        assert!(
            ask(Asker::Clinic, "2026-03-05").is_ok(),
            "the clinic may at any time"
        );
        let step = ask(Asker::Patient, "2026-03-16").expect("the day before");
        assert_eq!((step.stage, step.completes), (9, false));
        assert_eq!(step.due, Some(day("2026-03-30")));
        assert_eq!(step.last_day, Some(day("2026-03-30") + Days::new(14 * 15)));
    }

    #[test]
    fn the_last_stage_completes() {
        let today = day("2026-03-20");
        let step = journey(24, 24)
            .decide(
                Some(&wearing("2026-03-17")),
                Command::Progress,
                Asker::Patient,
                today,
            )
            .expect("allowed");
        assert_eq!(
            step,
            Step {
                event_type: EventType::Progress,
                stage: 24,
                completes: true,
                due: None,
                last_day: Some(today),
                starts_on: None
            }
        );
    }

    #[test]
    fn a_delay_counts_from_the_due_date_and_leads_into_the_future() {
        let newest = wearing("2026-03-17");
        let ask = |days, today| {
            let command = Command::Delay {
                days,
                reason: TRAVEL,
            };
            journey(8, 24).decide(Some(&newest), command, Asker::Patient, day(today))
        };
        let step = ask(5, "2026-03-10").expect("allowed");
        assert_eq!((step.stage, step.due), (8, Some(day("2026-03-22"))));
        assert_eq!(step.last_day, Some(day("2026-03-22") + Days::new(14 * 16)));
        assert_eq!(ask(0, "2026-03-10"), Err(Refusal::DelayLength));
        assert_eq!(ask(29, "2026-03-10"), Err(Refusal::DelayLength));
        assert_eq!(
            ask(28, "2026-03-10").expect("allowed").due,
            Some(day("2026-04-14"))
        );
        assert_eq!(
            ask(3, "2026-03-20"),
            Err(Refusal::DelayTooShort { least: Some(4) })
        );
        assert!(ask(4, "2026-03-20").is_ok());
        assert_eq!(
            ask(28, "2026-04-14"),
            Err(Refusal::DelayTooShort { least: None })
        );
    }

    #[test]
    fn a_pause_keeps_the_days_that_were_left() {
        let newest = wearing("2026-03-17");
        let pause = |resume_on: Option<&str>, today| {
            let command = Command::Pause {
                reason: TRAVEL,
                resume_on: resume_on.map(day),
            };
            journey(8, 24).decide(Some(&newest), command, Asker::Patient, day(today))
        };
        let step = pause(None, "2026-03-12").expect("allowed");
        assert_eq!((step.due, step.last_day), (None, None));
        let step = pause(Some("2026-04-01"), "2026-03-12").expect("allowed");
        assert_eq!(step.last_day, Some(day("2026-04-06") + Days::new(14 * 16)));
        for wrong in ["2026-03-12", "2026-03-11", "2027-03-14"] {
            assert_eq!(
                pause(Some(wrong), "2026-03-12"),
                Err(Refusal::ResumeDay),
                "{wrong}"
            );
        }

        let go_on = |newest: Newest, today| {
            journey(8, 24)
                .decide(Some(&newest), Command::Continue, Asker::Patient, day(today))
                .expect("allowed")
                .due
        };
        // Five days were left.
        assert_eq!(
            go_on(paused("2026-03-12", "2026-03-17"), "2026-04-20"),
            Some(day("2026-04-25"))
        );
        // None was: one is.
        assert_eq!(
            go_on(paused("2026-03-20", "2026-03-17"), "2026-04-20"),
            Some(day("2026-04-21"))
        );
    }

    #[test]
    fn only_a_dentist_gives_the_dentists_reason() {
        let newest = wearing("2026-03-17");
        let ask = |asker| {
            let command = Command::Delay {
                days: 5,
                reason: Reason::DentistHold,
            };
            journey(8, 24).decide(Some(&newest), command, asker, day("2026-03-12"))
        };
        assert_eq!(ask(Asker::Patient), Err(Refusal::ReasonNotYours));
        assert!(ask(Asker::Clinic).is_ok());
    }

    #[test]
    fn nothing_moves_while_paused_or_after_the_end() {
        let today = day("2026-03-20");
        let paused = paused("2026-03-12", "2026-03-17");
        for command in [
            Command::Progress,
            Command::Delay {
                days: 1,
                reason: TRAVEL,
            },
            Command::Pause {
                reason: TRAVEL,
                resume_on: None,
            },
        ] {
            assert_eq!(
                journey(8, 24).decide(Some(&paused), command, Asker::Clinic, today),
                Err(Refusal::Paused)
            );
        }
        assert_eq!(
            journey(8, 24).decide(
                Some(&wearing("2026-03-21")),
                Command::Continue,
                Asker::Clinic,
                today
            ),
            Err(Refusal::NotPaused)
        );
        let done = Journey {
            status: Status::Completed,
            ..journey(24, 24)
        };
        assert_eq!(
            done.decide(Some(&paused), Command::Continue, Asker::Clinic, today),
            Err(Refusal::Completed)
        );
    }

    #[test]
    fn the_plan_goes_on_from_the_due_date_or_from_today() {
        let newest = wearing("2026-03-17");
        let plan = journey(22, 24)
            .plan(Some(&newest), day("2026-03-10"))
            .expect("a plan");
        assert_eq!(
            plan.coming,
            [(23, day("2026-03-17")), (24, day("2026-03-31"))]
        );
        assert_eq!(plan.last_day, day("2026-04-14"));
        let owed = journey(22, 24)
            .plan(Some(&newest), day("2026-03-20"))
            .expect("a plan");
        assert_eq!(owed.coming[0], (23, day("2026-03-20")));
        assert_eq!(owed.last_day, day("2026-04-17"));
    }
}
