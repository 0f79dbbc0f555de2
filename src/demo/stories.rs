//! What happened to the made-up patients: journeys told as days, relative to today.

use crate::{
    journeys::model::{EventType, Product, Reason, due_moment},
    platform::clock::local_moment,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// A journey to be told.
#[derive(Clone, Debug)]
pub struct Story {
    pub product: Product,
    pub total: i32,
    pub interval: u64,
    /// The stage being worn; 0 before the start.
    pub stage: i32,
    /// Days until the next change is due, counted from today; negative: it is owed.
    pub due_in: i64,
    /// What came between: at most one a stage.
    pub turns: Vec<(i32, Turn)>,
    /// Paused in the present stage, this many days ago.
    pub paused_for: Option<(u64, Reason)>,
    /// All stages worn, the last change this many days ago.
    pub completed_ago: Option<u64>,
}

/// Something that made a stage longer.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    Delay {
        days: u64,
        reason: Reason,
        note: Option<&'static str>,
        by_dentist: bool,
    },
    Pause {
        days: u64,
        reason: Reason,
        note: Option<&'static str>,
    },
}

impl Turn {
    fn days(self) -> u64 {
        match self {
            Self::Delay { days, .. } | Self::Pause { days, .. } => days,
        }
    }
}

/// One event, ready to be written.
#[derive(Clone, Debug)]
pub struct Told {
    pub event_type: EventType,
    pub stage: i32,
    pub at: DateTime<Utc>,
    pub due: Option<DateTime<Utc>>,
    pub reason: Option<Reason>,
    pub note: Option<&'static str>,
    pub resume_on: Option<NaiveDate>,
    pub by_dentist: bool,
}

/// Days of wear after which a pause begins.
const WORN_BEFORE_PAUSE: u64 = 5;

impl Story {
    fn turn(&self, stage: i32) -> Option<Turn> {
        self.turns
            .iter()
            .find(|(of, _)| *of == stage)
            .map(|(_, turn)| *turn)
    }

    /// How many days a stage lasted in the end.
    fn length(&self, stage: i32) -> u64 {
        self.interval + self.turn(stage).map_or(0, Turn::days)
    }

    /// The day on which the treatment started, so that it stands today where it should.
    pub fn start(&self, today: NaiveDate) -> Option<NaiveDate> {
        (self.stage > 0).then(|| {
            let before: u64 = (1..self.stage).map(|stage| self.length(stage)).sum();
            let began = if let Some(ago) = self.completed_ago {
                today - Days::new(ago + self.length(self.stage))
            } else if let Some((ago, _)) = self.paused_for {
                today - Days::new(ago + WORN_BEFORE_PAUSE)
            } else {
                let end = if self.due_in >= 0 {
                    today + Days::new(self.due_in.unsigned_abs())
                } else {
                    today - Days::new(self.due_in.unsigned_abs())
                };
                end - Days::new(self.length(self.stage))
            };
            began - Days::new(before)
        })
    }

    /// Whether a stage is being worn, this one or a later.
    pub fn is_worn(&self, stage: i32) -> bool {
        self.stage >= stage && self.completed_ago.is_none()
    }

    /// The events, oldest first; none lies in the future.
    pub fn tell(&self, today: NaiveDate, zone: Tz) -> Vec<Told> {
        let mut events = Vec::new();
        let Some(mut day) = self.start(today) else {
            return events;
        };
        for stage in 1..=self.stage {
            let due = day + Days::new(self.interval);
            events.push(Told {
                due: Some(due_moment(due, zone)),
                ..Told::new(EventType::Progress, stage, day, zone)
            });
            if stage == self.stage
                && let Some((_, reason)) = self.paused_for
            {
                let paused = day + Days::new(WORN_BEFORE_PAUSE);
                events.push(Told {
                    reason: Some(reason),
                    resume_on: Some(today + Days::new(9)),
                    ..Told::new(EventType::Pause, stage, paused, zone)
                });
                return events;
            }
            match self.turn(stage) {
                Some(Turn::Delay {
                    days,
                    reason,
                    note,
                    by_dentist,
                }) => events.push(Told {
                    due: Some(due_moment(due + Days::new(days), zone)),
                    reason: Some(reason),
                    note,
                    by_dentist,
                    ..Told::new(EventType::Delay, stage, due - Days::new(2), zone)
                }),
                Some(Turn::Pause { days, reason, note }) => {
                    let paused = day + Days::new(WORN_BEFORE_PAUSE);
                    let resumed = paused + Days::new(days);
                    events.push(Told {
                        reason: Some(reason),
                        note,
                        resume_on: Some(resumed),
                        ..Told::new(EventType::Pause, stage, paused, zone)
                    });
                    events.push(Told {
                        due: Some(due_moment(due + Days::new(days), zone)),
                        ..Told::new(EventType::Continue, stage, resumed, zone)
                    });
                }
                None => {}
            }
            day = day + Days::new(self.length(stage));
        }
        if self.completed_ago.is_some() {
            events.push(Told::new(EventType::Progress, self.stage, day, zone));
        }
        events.retain(|event| event.at.with_timezone(&zone).date_naive() <= today);
        events
    }
}

impl Told {
    /// Seven in the morning, in front of the mirror; a little different every time.
    fn new(event_type: EventType, stage: i32, day: NaiveDate, zone: Tz) -> Self {
        let minute = stage.unsigned_abs() * 7 % 50;
        let time = NaiveTime::from_hms_opt(6, minute, 0).unwrap_or_default();
        Self {
            event_type,
            stage,
            at: local_moment(day, time, zone),
            due: None,
            reason: None,
            note: None,
            resume_on: None,
            by_dentist: false,
        }
    }
}

/// The journeys of those with a purpose, oldest first.
pub fn of_account(email: &str) -> Vec<Story> {
    let aligners = Story {
        product: Product::Aligners,
        total: 24,
        interval: 14,
        stage: 0,
        due_in: 0,
        turns: Vec::new(),
        paused_for: None,
        completed_ago: None,
    };
    match email {
        "patient@midline.example" => vec![Story {
            stage: 8,
            due_in: 1,
            turns: vec![
                (
                    3,
                    Turn::Delay {
                        days: 5,
                        reason: Reason::NotFitting,
                        note: Some("The upper left corner did not sit tight yet."),
                        by_dentist: false,
                    },
                ),
                (
                    5,
                    Turn::Pause {
                        days: 12,
                        reason: Reason::Illness,
                        note: None,
                    },
                ),
                (
                    7,
                    Turn::Delay {
                        days: 7,
                        reason: Reason::DentistHold,
                        note: Some(
                            "Please wear this one for another week, the lateral incisor needs it.",
                        ),
                        by_dentist: true,
                    },
                ),
            ],
            ..aligners
        }],
        "new.patient@midline.example" => vec![aligners],
        "paused.patient@midline.example" => vec![Story {
            total: 18,
            stage: 5,
            paused_for: Some((6, Reason::Travel)),
            ..aligners
        }],
        "braces.patient@midline.example" => vec![
            Story {
                total: 12,
                stage: 12,
                completed_ago: Some(160),
                ..aligners.clone()
            },
            Story {
                product: Product::ClearBraces,
                total: 8,
                interval: 28,
                stage: 3,
                due_in: 11,
                turns: vec![(
                    2,
                    Turn::Delay {
                        days: 3,
                        reason: Reason::Travel,
                        note: None,
                        by_dentist: false,
                    },
                )],
                ..aligners
            },
        ],
        _ => Vec::new(),
    }
}

/// The journey of one of the many: a spread that makes lists look real.
pub fn of_number(n: usize) -> Story {
    let n32 = n as i32;
    let braces = n % 5 == 4;
    let (total, interval) = if braces {
        (6 + n32 % 5, 28)
    } else {
        (14 + n32 * 7 % 20, if n.is_multiple_of(9) { 10 } else { 14 })
    };
    let stage = match n % 20 {
        0 => 0,
        1 => total,
        _ => 1 + n32 * 5 % (total - 1),
    };
    let mut turns = Vec::new();
    if n.is_multiple_of(3) && stage > 2 {
        turns.push((
            2,
            Turn::Delay {
                days: 3 + n as u64 % 6,
                reason: Reason::Pain,
                note: None,
                by_dentist: false,
            },
        ));
    }
    if n.is_multiple_of(7) && stage > 4 {
        turns.push((
            4,
            Turn::Pause {
                days: 8,
                reason: Reason::Travel,
                note: None,
            },
        ));
    }
    Story {
        product: if braces {
            Product::ClearBraces
        } else {
            Product::Aligners
        },
        total,
        interval,
        stage,
        // One in a hundred was not seen for a month.
        due_in: match n % 100 {
            10 => -31,
            _ => (n as i64 * 11) % (interval as i64 + 3) - 3,
        },
        turns,
        paused_for: (n % 20 == 7).then_some((3 + n as u64 % 9, Reason::Illness)),
        completed_ago: (n % 20 == 1).then_some(5 + n as u64 % 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journeys::model::local_day;

    const BERLIN: Tz = Tz::Europe__Berlin;

    #[test]
    fn the_demo_patient_wears_stage_eight_and_is_due_tomorrow() {
        for today in ["2026-03-28", "2026-10-25", "2028-02-29", "2026-12-31"] {
            let today: NaiveDate = today.parse().expect("a day");
            let events = of_account("patient@midline.example")[0].tell(today, BERLIN);
            let newest = events.last().expect("events");
            assert_eq!((newest.event_type, newest.stage), (EventType::Progress, 8));
            let noon = local_moment(
                today,
                NaiveTime::from_hms_opt(12, 0, 0).expect("noon"),
                BERLIN,
            );
            let due = local_day(newest.due.expect("due"), BERLIN);
            assert_eq!((due - local_day(noon, BERLIN)).num_days(), 1);
            assert!(events.is_sorted_by_key(|event| event.at), "{today}");
        }
    }

    #[test]
    fn everybodys_story_is_one_that_the_database_can_hold() {
        let today: NaiveDate = "2026-11-21".parse().expect("a day");
        for n in 0..super::super::people::MORE_PATIENTS {
            let story = of_number(n);
            let events = story.tell(today, BERLIN);
            assert_eq!(events.is_empty(), story.stage == 0, "{n}");
            assert!(events.is_sorted_by_key(|event| event.at), "{n}");
            for event in &events {
                assert!(event.at.with_timezone(&BERLIN).date_naive() <= today, "{n}");
                assert!(
                    event
                        .due
                        .is_none_or(|due| due > event.at || event.event_type == EventType::Delay),
                    "{n}"
                );
                assert_eq!(
                    event.reason.is_some(),
                    matches!(event.event_type, EventType::Pause | EventType::Delay)
                );
            }
        }
    }
}
