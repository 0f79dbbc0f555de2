//! The ways back: an earlier stage worn again, and a change taken back.

use super::{Asker, Reason, Refusal, Step, TAKE_BACK_HOURS};
use crate::journeys::model::{EventType, INTERVAL_DAYS, Journey, Newest, State, days::days};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

impl Journey {
    /// The latest stage that a step back can lead to, none before the second: after the last one, that one.
    pub fn latest_before(&self, newest: Option<&Newest>) -> Option<i32> {
        let latest = if self.is_done(newest) {
            self.total
        } else {
            self.stage - 1
        };
        (latest > 0).then_some(latest)
    }

    pub(super) fn step_back(
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

    pub(super) fn take_back(
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
}

#[cfg(test)]
mod tests {
    use super::super::tests::{day, journey, paused, wearing};
    use super::*;
    use crate::journeys::model::{Command, Status};

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
}
