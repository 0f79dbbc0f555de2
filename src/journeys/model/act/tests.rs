//! The acts forward and those that stay; the ways back are held in `back.rs`.

use super::*;
use crate::journeys::model::{EventId, JourneyId, Product, Status, due_moment};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(super) fn journey(stage: i32, total: i32) -> Journey {
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

pub(super) fn wearing(due: &str) -> Newest {
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

pub(super) fn paused(on: &str, due_before: &str) -> Newest {
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
    let ask =
        |asker, today| journey(8, 24).decide(Some(&newest), Command::Progress, asker, day(today));
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
