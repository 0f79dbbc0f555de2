//! Progress, delay, pause, continue, and the ways back: the acts that move a journey.

use super::{EventType, INTERVAL_DAYS, Journey, Newest, State, days::days};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
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
    /// Of a step back alone.
    ConfirmedByMistake,
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

    /// The reasons of a step back, the likeliest first.
    pub const BACK: [Self; 7] = [
        Self::LostOrBroken,
        Self::NotFitting,
        Self::ConfirmedByMistake,
        Self::Pain,
        Self::Illness,
        Self::Travel,
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
            Self::ConfirmedByMistake => "confirmed_by_mistake",
            Self::Other => "other",
        }
    }

    /// The reasons that `asker` can give for a delay or a pause: a patient does not speak for the dentist.
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

/// Which act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Progress,
    Delay,
    Pause,
    Continue,
    StepBack,
    TakeBack,
}

impl From<EventType> for Kind {
    fn from(event: EventType) -> Self {
        match event {
            EventType::Progress => Self::Progress,
            EventType::Delay => Self::Delay,
            EventType::Pause => Self::Pause,
            EventType::Continue => Self::Continue,
        }
    }
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
    /// The clinic notes that an earlier stage is worn again, for so many days.
    StepBack {
        stage: i32,
        days: i32,
        reason: Reason,
    },
    /// The patient has not changed after all, said at this moment.
    TakeBack { at: DateTime<Utc> },
}

impl Command {
    pub fn kind(self) -> Kind {
        match self {
            Self::Progress => Kind::Progress,
            Self::Delay { .. } => Kind::Delay,
            Self::Pause { .. } => Kind::Pause,
            Self::Continue => Kind::Continue,
            Self::StepBack { .. } => Kind::StepBack,
            Self::TakeBack { .. } => Kind::TakeBack,
        }
    }

    /// The reason that is kept with it.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Delay { reason, .. }
            | Self::Pause { reason, .. }
            | Self::StepBack { reason, .. } => Some(reason),
            Self::TakeBack { .. } => Some(Reason::ConfirmedByMistake),
            Self::Progress | Self::Continue => None,
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
    /// Whether it leads back: to an earlier stage, or to the last one of a treatment that was done.
    pub back: bool,
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
    /// The reason is the dentist's to give, or another act's.
    ReasonNotYours,
    /// There is no earlier stage.
    NothingBefore,
    /// The stage is not an earlier one.
    BackStage,
    /// A stage is worn for 1 to 90 days.
    BackDays,
    /// That an earlier stage is worn again is the clinic's to note.
    BackNotYours,
    /// There is no change that this patient confirmed, or something followed it.
    NothingToTakeBack,
    /// It was confirmed too long ago.
    TakeBackOver,
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
            Self::NothingBefore => "nothing_before",
            Self::BackStage => "back_stage",
            Self::BackDays => "back_days",
            Self::BackNotYours => "back_not_yours",
            Self::NothingToTakeBack => "nothing_to_take_back",
            Self::TakeBackOver => "take_back_over",
        }
    }
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

    /// The latest stage that a step back can lead to, none before the second: after the last one, that one.
    pub fn latest_before(&self, newest: Option<&Newest>) -> Option<i32> {
        let latest = if self.is_done(newest) {
            self.total
        } else {
            self.stage - 1
        };
        (latest > 0).then_some(latest)
    }

    fn step_back(
        &self,
        newest: Option<&Newest>,
        (stage, count, reason): (i32, i32, Reason),
        asker: Asker,
        today: NaiveDate,
    ) -> Result<Step, Refusal> {
        if asker != Asker::Clinic {
            return Err(Refusal::BackNotYours);
        }
        if !Reason::BACK.contains(&reason) {
            return Err(Refusal::ReasonNotYours);
        }
        match self.state(newest) {
            State::NotStarted => return Err(Refusal::NotStarted),
            State::Paused { .. } => return Err(Refusal::Paused),
            State::Completed if !self.is_done(newest) => return Err(Refusal::Completed),
            State::Completed | State::Wearing { .. } => {}
        }
        let latest = self.latest_before(newest).ok_or(Refusal::NothingBefore)?;
        if !(1..=latest).contains(&stage) {
            return Err(Refusal::BackStage);
        }
        if !INTERVAL_DAYS.contains(&count) {
            return Err(Refusal::BackDays);
        }
        Ok(self.back_to(stage, Some(today + days(count))))
    }

    fn take_back(
        &self,
        newest: Option<&Newest>,
        asker: Asker,
        at: DateTime<Utc>,
        today: NaiveDate,
    ) -> Result<Step, Refusal> {
        let ended = self.ended_early(newest);
        let newest = newest
            .filter(|newest| newest.confirmed && asker == Asker::Patient && !ended)
            .ok_or(Refusal::NothingToTakeBack)?;
        if at - newest.at > TimeDelta::hours(TAKE_BACK_HOURS) {
            return Err(Refusal::TakeBackOver);
        }
        let stage = if self.is_done(Some(newest)) {
            self.total
        } else {
            self.stage - 1
        };
        // What was due goes on being due, tomorrow at the earliest: a date that has passed cannot be set.
        let tomorrow = today + Days::new(1);
        let due = newest.due_before.map_or(tomorrow, |due| due.max(tomorrow));
        Ok(self.back_to(stage, (stage > 0).then_some(due)))
    }

    fn back_to(&self, stage: i32, due: Option<NaiveDate>) -> Step {
        Step {
            event_type: EventType::Progress,
            stage,
            completes: false,
            back: true,
            due,
            last_day: due.map(|due| due + days(self.interval_days * (self.total - stage))),
            starts_on: None,
        }
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
    use super::super::{EventId, JourneyId, Product, Status, due_moment};
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
            wear: true,
        }
    }

    fn wearing(due: &str) -> Newest {
        Newest {
            id: EventId(7),
            event_type: EventType::Progress,
            at: due_moment(day(due) - Days::new(14), chrono_tz::UTC),
            on: day(due) - Days::new(14),
            due: Some(day(due)),
            due_before: None,
            confirmed: true,
        }
    }

    fn paused(on: &str, due_before: &str) -> Newest {
        Newest {
            id: EventId(8),
            event_type: EventType::Pause,
            at: due_moment(day(on), chrono_tz::UTC),
            on: day(on),
            due: None,
            due_before: Some(day(due_before)),
            confirmed: false,
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
                back: false,
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
    fn the_clinic_notes_that_an_earlier_stage_is_worn_again() {
        let (newest, today) = (wearing("2026-03-17"), day("2026-03-10"));
        let ask = |stage, days, reason, asker| {
            let command = Command::StepBack {
                stage,
                days,
                reason,
            };
            journey(8, 24).decide(Some(&newest), command, asker, today)
        };
        let lost = Reason::LostOrBroken;
        let step = ask(7, 5, lost, Asker::Clinic).expect("allowed");
        assert_eq!((step.stage, step.back, step.completes), (7, true, false));
        assert_eq!(step.due, Some(day("2026-03-15")));
        assert_eq!(step.last_day, Some(day("2026-03-15") + Days::new(14 * 17)));
        assert!(ask(1, 90, Reason::ConfirmedByMistake, Asker::Clinic).is_ok());
        for (stage, days, reason, asker, refusal) in [
            (8, 5, lost, Asker::Clinic, Refusal::BackStage),
            (0, 5, lost, Asker::Clinic, Refusal::BackStage),
            (7, 0, lost, Asker::Clinic, Refusal::BackDays),
            (7, 91, lost, Asker::Clinic, Refusal::BackDays),
            (
                7,
                5,
                Reason::DentistHold,
                Asker::Clinic,
                Refusal::ReasonNotYours,
            ),
            (7, 5, lost, Asker::Patient, Refusal::BackNotYours),
        ] {
            assert_eq!(
                ask(stage, days, reason, asker),
                Err(refusal),
                "{stage} {days}"
            );
        }
        let command = Command::StepBack {
            stage: 1,
            days: 5,
            reason: lost,
        };
        let first = journey(1, 24).decide(Some(&newest), command, Asker::Clinic, today);
        assert_eq!(first, Err(Refusal::NothingBefore));
        let paused = paused("2026-03-12", "2026-03-17");
        let while_paused = journey(8, 24).decide(Some(&paused), command, Asker::Clinic, today);
        assert_eq!(while_paused, Err(Refusal::Paused));
        // It is a reason of nothing else.
        let command = Command::Delay {
            days: 3,
            reason: Reason::ConfirmedByMistake,
        };
        let delay = journey(8, 24).decide(Some(&newest), command, Asker::Clinic, today);
        assert_eq!(delay, Err(Refusal::ReasonNotYours));
    }

    #[test]
    fn a_patient_takes_back_their_own_change_for_a_day() {
        let confirmed = Newest {
            due_before: Some(day("2026-03-03")),
            ..wearing("2026-03-17")
        };
        let hours = |hours| confirmed.at + TimeDelta::hours(hours);
        let ask = |newest: Newest, journey: Journey, at: DateTime<Utc>, asker| {
            journey.decide(
                Some(&newest),
                Command::TakeBack { at },
                asker,
                at.date_naive(),
            )
        };
        let step = ask(confirmed, journey(8, 24), hours(1), Asker::Patient).expect("allowed");
        assert_eq!((step.stage, step.back), (7, true));
        assert_eq!(
            step.due,
            Some(day("2026-03-04")),
            "tomorrow at the earliest"
        );
        let early = Newest {
            due_before: Some(day("2026-03-05")),
            ..confirmed
        };
        let step = ask(early, journey(8, 24), hours(24), Asker::Patient).expect("allowed");
        assert_eq!(step.due, Some(day("2026-03-05")));
        let over = ask(early, journey(8, 24), hours(25), Asker::Patient);
        assert_eq!(over, Err(Refusal::TakeBackOver));
        let nothing = Err(Refusal::NothingToTakeBack);
        assert_eq!(ask(early, journey(8, 24), hours(1), Asker::Clinic), nothing);
        let by_the_clinic = Newest {
            confirmed: false,
            ..early
        };
        assert_eq!(
            ask(by_the_clinic, journey(8, 24), hours(1), Asker::Patient),
            nothing
        );
        // The start, and the end.
        let start = Newest {
            due_before: None,
            ..confirmed
        };
        let step = ask(start, journey(1, 24), hours(1), Asker::Patient).expect("allowed");
        assert_eq!((step.stage, step.due, step.last_day), (0, None, None));
        let end = Newest {
            due: None,
            ..confirmed
        };
        let done = Journey {
            status: Status::Completed,
            ..journey(24, 24)
        };
        let step = ask(end, done, hours(1), Asker::Patient).expect("allowed");
        assert_eq!((step.stage, step.due), (24, Some(day("2026-03-04"))));
    }

    #[test]
    fn only_what_can_be_done_is_offered() {
        let newest = wearing("2026-03-17");
        let kinds = [
            Kind::Progress,
            Kind::Delay,
            Kind::Pause,
            Kind::Continue,
            Kind::StepBack,
            Kind::TakeBack,
        ];
        let can = |asker, today: &str| -> Vec<Kind> {
            let now = due_moment(day(today), chrono_tz::UTC);
            let asked =
                |kind: &Kind| journey(8, 24).can(Some(&newest), *kind, asker, (day(today), now));
            kinds.into_iter().filter(asked).collect()
        };
        assert_eq!(
            can(Asker::Patient, "2026-03-10"),
            [Kind::Delay, Kind::Pause]
        );
        assert_eq!(
            can(Asker::Clinic, "2026-03-10"),
            [Kind::Progress, Kind::Delay, Kind::Pause, Kind::StepBack]
        );
        // Owed for so long that it cannot be put off any more.
        assert_eq!(
            can(Asker::Clinic, "2026-04-14"),
            [Kind::Progress, Kind::Pause, Kind::StepBack]
        );
        assert_eq!(
            can(Asker::Patient, "2026-03-03"),
            [Kind::Delay, Kind::Pause, Kind::TakeBack]
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
