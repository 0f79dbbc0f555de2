//! The engine against a second, plainer account of the same rules, over many made-up lives: commands,
//! clocks and zones as they come.

use super::{
    Asker, Command, EventId, EventType, Journey, JourneyId, Newest, Product, Reason, Refusal,
    State, Status, due_moment, local_day, zones,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

/// The rules once more, told as a ledger of day numbers.
#[derive(Debug)]
struct Ledger {
    total: i64,
    interval: i64,
    /// How often the stage was changed; beyond `total`: done.
    changes: i64,
    /// The due day, while something is due.
    due: Option<i64>,
    /// The days left, while paused.
    left: Option<i64>,
    started: Option<i64>,
    /// What the patient's own change, the last thing that happened, was from: when, how many changes, and what was due.
    undo: Option<(DateTime<Utc>, i64, Option<i64>)>,
}

impl Ledger {
    fn apply(
        &mut self,
        command: Command,
        by_patient: bool,
        today: i64,
        now: DateTime<Utc>,
    ) -> bool {
        let undo = self.undo;
        let allowed = self.apply_to(command, by_patient, today, now);
        if allowed {
            self.undo = (command == Command::Progress && by_patient).then_some((
                now,
                self.changes - 1,
                self.undo.and_then(|(_, _, due)| due),
            ));
        } else {
            self.undo = undo;
        }
        allowed
    }

    fn apply_to(
        &mut self,
        command: Command,
        by_patient: bool,
        today: i64,
        now: DateTime<Utc>,
    ) -> bool {
        let done = self.changes > self.total;
        let wrong = match command {
            Command::Delay { reason, .. } | Command::Pause { reason, .. } => {
                (reason == Reason::DentistHold && by_patient)
                    || reason == Reason::ConfirmedByMistake
            }
            Command::StepBack { reason, .. } => by_patient || reason == Reason::DentistHold,
            Command::TakeBack { .. } => !by_patient,
            Command::Progress | Command::Continue => false,
        };
        let back = matches!(command, Command::StepBack { .. } | Command::TakeBack { .. });
        if wrong || (done && !back) {
            return false;
        }
        match command {
            Command::StepBack { stage, days, .. } => {
                let (stage, days) = (i64::from(stage), i64::from(days));
                if self.left.is_some() || !(1..self.changes).contains(&stage) {
                    return false;
                }
                if !(1..=90).contains(&days) {
                    return false;
                }
                self.changes = stage;
                self.due = Some(today + days);
            }
            Command::TakeBack { .. } => {
                let Some((at, changes, due)) = self.undo else {
                    return false;
                };
                if (now - at).num_seconds() > 24 * 60 * 60 {
                    return false;
                }
                self.changes = changes;
                self.due = (changes > 0).then(|| due.map_or(today + 1, |due| due.max(today + 1)));
                if changes == 0 {
                    self.started = None;
                }
            }
            Command::Progress => {
                if self.left.is_some()
                    || (by_patient && self.due.is_some_and(|due| today + 1 < due))
                {
                    return false;
                }
                self.undo = Some((now, self.changes, self.due));
                self.started.get_or_insert(today);
                self.changes += 1;
                self.due = (self.changes <= self.total).then_some(today + self.interval);
            }
            Command::Delay { days, .. } => {
                let Some(due) = self.due else { return false };
                let days = i64::from(days);
                if !(1..=28).contains(&days) || due + days <= today {
                    return false;
                }
                self.due = Some(due + days);
            }
            Command::Pause { resume_on, .. } => {
                let Some(due) = self.due else { return false };
                if resume_on.is_some_and(|day| number(day) <= today || number(day) > today + 366) {
                    return false;
                }
                self.left = Some(if due > today { due - today } else { 1 });
                self.due = None;
            }
            Command::Continue => {
                let Some(left) = self.left.take() else {
                    return false;
                };
                self.due = Some(today + left);
            }
        }
        true
    }
}

fn number(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_days()
}

#[derive(Clone, Debug)]
struct Ask {
    /// Since the one before.
    after_minutes: i64,
    by_patient: bool,
    command: Command,
}

fn reasons() -> impl Strategy<Value = Reason> {
    let all = Reason::of(Asker::Clinic).chain([Reason::ConfirmedByMistake]);
    prop::sample::select(all.collect::<Vec<_>>())
}

fn asks() -> impl Strategy<Value = Ask> {
    let command = prop_oneof![
        4 => Just((0, 0, 0i64)),
        2 => (Just(1), -2..32i32, Just(0i64)),
        2 => (Just(2), Just(0), -3..380i64),
        2 => Just((3, 0, 0i64)),
        1 => (Just(4), -1..95i32, 0..13i64),
        2 => Just((5, 0, 0i64)),
    ];
    // Minutes to weeks: so that some come at once, some early, some long overdue.
    let after = prop_oneof![0..90i64, 0..60 * 24 * 3i64, 0..60 * 24 * 40i64];
    (after, any::<bool>(), command, reasons(), any::<bool>()).prop_map(
        |(after_minutes, by_patient, (kind, days, resume_in), reason, with_day)| Ask {
            after_minutes,
            by_patient,
            command: match kind {
                0 => Command::Progress,
                1 => Command::Delay { days, reason },
                // The day is made one when it is asked for.
                2 => Command::Pause {
                    reason,
                    resume_on: with_day
                        .then(|| NaiveDate::default() + TimeDelta::days(resume_in + 10)),
                },
                3 => Command::Continue,
                4 => Command::StepBack {
                    stage: i32::try_from(resume_in).unwrap_or_default(),
                    days,
                    reason,
                },
                // When that is, too.
                _ => Command::TakeBack {
                    at: DateTime::UNIX_EPOCH,
                },
            },
        },
    )
}

fn some_zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(zones().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_ledger(
        total in 1..12i32,
        interval in 1..=90i32,
        // From 2020 to 2040.
        start in 1_577_836_800..2_208_988_800i64,
        zone in some_zone(),
        asks in prop::collection::vec(asks(), 1..50),
    ) {
        let mut now: DateTime<Utc> = DateTime::from_timestamp(start, 0).expect("a moment");
        let mut journey = Journey {
            id: JourneyId(1), product: Product::Aligners, status: Status::Active,
            stage: 0, total, interval_days: interval, started_on: None, aftercare: None, revision: 0, wear: true,
        };
        let mut newest: Option<Newest> = None;
        let mut ledger = Ledger {
            total: total.into(), interval: interval.into(), changes: 0, due: None, left: None, started: None, undo: None,
        };
        for (id, ask) in (1..).zip(asks) {
            now += TimeDelta::minutes(ask.after_minutes);
            let today = local_day(now, zone);
            let command = match ask.command {
                Command::Pause { reason, resume_on: Some(day) } => Command::Pause {
                    reason,
                    resume_on: Some(today + TimeDelta::days(number(day) - 10)),
                },
                Command::TakeBack { .. } => Command::TakeBack { at: now },
                other => other,
            };
            let asker = if ask.by_patient { Asker::Patient } else { Asker::Clinic };
            let before = journey.clone();
            let decided = journey.decide(newest.as_ref(), command, asker, today);
            let allowed = ledger.apply(command, ask.by_patient, number(today), now);
            prop_assert_eq!(decided.is_ok(), allowed, "{:?} gave {:?} on {}", command, decided, today);
            match decided {
                Err(refusal) => {
                    prop_assert_eq!(&journey, &before);
                    if let Refusal::TooEarly { due, allowed_from } = refusal {
                        prop_assert!(today < allowed_from && allowed_from < due);
                        prop_assert!(journey.decide(newest.as_ref(), command, asker, allowed_from).is_ok());
                    }
                    if let Refusal::DelayTooShort { least: Some(least) } = refusal {
                        let reason = Reason::Other;
                        let longer = Command::Delay { days: least, reason };
                        prop_assert!(journey.decide(newest.as_ref(), longer, asker, today).is_ok());
                        let shorter = Command::Delay { days: least - 1, reason };
                        prop_assert!(journey.decide(newest.as_ref(), shorter, asker, today).is_err());
                    }
                }
                Ok(step) => {
                    newest = Some(Newest {
                        id: EventId(id), event_type: step.event_type, at: now, on: today, due: step.due,
                        due_before: newest.and_then(|newest| newest.due),
                        confirmed: command == Command::Progress && ask.by_patient,
                    });
                    prop_assert!(step.back || step.stage >= journey.stage);
                    journey.stage = step.stage;
                    journey.started_on = journey.started_on.or(step.starts_on).filter(|_| step.stage > 0);
                    if step.completes {
                        journey.status = Status::Completed;
                    }
                    if step.back {
                        journey.status = Status::Active;
                    }
                    if let Some(due) = step.due {
                        // Nine o'clock on the due day is on that day, and ahead.
                        let moment = due_moment(due, zone);
                        prop_assert_eq!(local_day(moment, zone), due);
                        prop_assert!(moment > now);
                        prop_assert!(step.last_day >= Some(due));
                    }
                }
            }
            prop_assert_eq!(i64::from(journey.stage), ledger.changes.min(ledger.total));
            prop_assert_eq!(journey.started_on.map(number), ledger.started);
            let state = journey.state(newest.as_ref());
            let expected = if ledger.changes > ledger.total {
                State::Completed
            } else if let Some(left) = ledger.left {
                State::Paused { left: i32::try_from(left).expect("days") }
            } else if let Some(due) = ledger.due {
                State::Wearing { due: NaiveDate::default() + TimeDelta::days(due) }
            } else {
                State::NotStarted
            };
            prop_assert_eq!(state, expected);
            prop_assert_eq!(newest.map(|newest| newest.event_type) == Some(EventType::Pause), matches!(state, State::Paused { .. }));
        }
    }
}
