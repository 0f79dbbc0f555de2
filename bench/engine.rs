//! How many commands a second the rules of a journey decide, on one core: whole treatments of 24 stages
//! with a delay, a pause and a refusal in each stage. Prints that number.

use chrono::{Days, NaiveDate};
use midline::journeys::model::{
    Asker, Command, EventId, Journey, JourneyId, Newest, Product, Reason, Status,
};
use std::{hint::black_box, time::Instant};

fn main() {
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let began = Instant::now();
    let (mut decided, mut days) = (0_u64, 0_u64);
    while began.elapsed().as_secs() < 3 {
        let mut journey = Journey {
            id: JourneyId(1),
            product: Product::Aligners,
            status: Status::Active,
            stage: 0,
            total: 24,
            interval_days: 14,
            started_on: None,
            aftercare: None,
            revision: 0,
            wear: true,
        };
        let (mut newest, mut today): (Option<Newest>, _) = (None, start);
        while journey.status == Status::Active {
            let reason = Reason::Travel;
            let commands = [
                (0, Command::Progress),
                (3, Command::Delay { days: 5, reason }),
                (1, Command::Progress),
                (
                    2,
                    Command::Pause {
                        reason,
                        resume_on: None,
                    },
                ),
                (9, Command::Continue),
                (30, Command::Progress),
            ];
            for (later, command) in commands {
                today = today + Days::new(later);
                let step =
                    black_box(&journey).decide(newest.as_ref(), command, Asker::Patient, today);
                decided += 1;
                let Ok(step) = step else { continue };
                newest = Some(Newest {
                    id: EventId(1),
                    event_type: step.event_type,
                    at: Default::default(),
                    on: today,
                    due: step.due,
                    due_before: newest.and_then(|newest| newest.due),
                    confirmed: true,
                });
                journey.stage = step.stage;
                if step.completes {
                    journey.status = Status::Completed;
                }
            }
        }
        days += (today - start).num_days().unsigned_abs();
    }
    black_box(days);
    println!("{:.0}", decided as f64 / began.elapsed().as_secs_f64());
}
