//! Numbers that help: how punctual the changes were, how long the treatment was paused, and how the
//! estimated last day moved, and why.

use super::{EventType, Reason, act::EARLY_DAYS, days::days};
use chrono::NaiveDate;

/// What happened to a journey, as far as its numbers need it; oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Event {
        event_type: EventType,
        on: NaiveDate,
        stage: i32,
        due: Option<NaiveDate>,
        reason: Option<Reason>,
    },
    /// The clinic set the plan: at the beginning, or anew.
    Planned {
        on: NaiveDate,
        total: i32,
        interval_days: i32,
    },
    /// The clinic ended it before its last stage.
    Ended { on: NaiveDate },
}

/// How a stage ended: a change on the due day or the day before is on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Punctuality {
    OnTime,
    /// Days before the due day, at least two.
    Early(i64),
    /// Days after the due day.
    Late(i64),
}

/// A stage that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    pub number: i32,
    pub began: NaiveDate,
    pub ended: NaiveDate,
    pub punctuality: Punctuality,
}

/// What moved the estimated last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The first estimate.
    Start,
    /// A change before or after its due day.
    Change,
    Delay(Option<Reason>),
    Pause,
    /// An earlier stage is worn again.
    Back,
    /// The clinic changed the plan.
    Plan,
    /// The change that is owed today.
    Owed,
    /// The treatment ended on that day.
    End,
}

/// From this day on, the treatment was expected to end then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub on: NaiveDate,
    pub last_day: NaiveDate,
    /// Days by which it moved; negative: it came nearer.
    pub moved: i64,
    pub cause: Cause,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Oldest first.
    pub stages: Vec<Stage>,
    pub days_paused: i64,
    /// Oldest first; the first one is where the estimate began. Only what moved it is here.
    pub estimates: Vec<Estimate>,
}

impl Figures {
    pub fn on_time(&self) -> usize {
        self.count(|punctuality| punctuality == Punctuality::OnTime)
    }

    pub fn early(&self) -> usize {
        self.count(|punctuality| matches!(punctuality, Punctuality::Early(_)))
    }

    pub fn late(&self) -> usize {
        self.count(|punctuality| matches!(punctuality, Punctuality::Late(_)))
    }

    fn count(&self, which: impl Fn(Punctuality) -> bool) -> usize {
        self.stages
            .iter()
            .filter(|stage| which(stage.punctuality))
            .count()
    }
}

/// The journey so far, while it is gone through.
#[derive(Default)]
struct Walk {
    figures: Figures,
    total: i32,
    interval_days: i32,
    stage: i32,
    began: Option<NaiveDate>,
    /// When the next change is due; while paused, when it was.
    due: Option<NaiveDate>,
    paused_on: Option<NaiveDate>,
    over: bool,
    /// The last day that something happened on.
    today: Option<NaiveDate>,
    /// When the change was due before it was owed.
    owed_since: Option<NaiveDate>,
}

impl Walk {
    /// Keeps an estimate, if it is another than before.
    fn estimate(&mut self, on: NaiveDate, last_day: NaiveDate, cause: Cause) {
        let before = self.figures.estimates.last().map(|before| before.last_day);
        let moved = before.map_or(0, |before| (last_day - before).num_days());
        if moved != 0 || before.is_none() {
            self.figures.estimates.push(Estimate {
                on,
                last_day,
                moved,
                cause: if before.is_none() {
                    Cause::Start
                } else {
                    cause
                },
            });
        }
    }

    fn last_day(&self, due: NaiveDate) -> NaiveDate {
        due + days(self.interval_days * (self.total - self.stage))
    }

    fn changed(&mut self, on: NaiveDate) {
        let due = self.owed_since.take().or(self.due);
        if let (Some(began), Some(due)) = (self.began, due) {
            let late = (on - due).num_days();
            let punctuality = match late {
                1.. => Punctuality::Late(late),
                _ if late.unsigned_abs() <= EARLY_DAYS => Punctuality::OnTime,
                _ => Punctuality::Early(-late),
            };
            self.figures.stages.push(Stage {
                number: self.stage,
                began,
                ended: on,
                punctuality,
            });
        }
    }

    /// Time runs forwards, though days of different zones may not.
    fn day(&mut self, on: NaiveDate) -> NaiveDate {
        let on = self.passed(on);
        // What was owed by then had moved the estimate already, whatever else does.
        if let Some(due) = self
            .due
            .filter(|due| *due < on && !self.over && self.paused_on.is_none())
        {
            self.due = Some(on);
            self.owed_since.get_or_insert(due);
            self.estimate(on, self.last_day(on), Cause::Owed);
        }
        on
    }

    fn happened(&mut self, what: &Happened) {
        match *what {
            Happened::Planned {
                on,
                total,
                interval_days,
            } => {
                let on = self.day(on);
                self.total = total;
                self.interval_days = interval_days;
                if let Some(due) = self.due {
                    self.estimate(on, self.last_day(due), Cause::Plan);
                }
            }
            Happened::Ended { on } => {
                let on = self.day(on);
                self.over = true;
                self.pause_ends(on);
                if self.due.is_some() {
                    self.estimate(on, on, Cause::End);
                }
            }
            Happened::Event {
                event_type,
                on,
                stage,
                due,
                reason,
            } => {
                // A late change says itself by how much.
                let on = match event_type {
                    EventType::Progress => self.passed(on),
                    _ => self.day(on),
                };
                self.event(event_type, on, stage, due, reason);
            }
        }
    }

    fn event(
        &mut self,
        event_type: EventType,
        on: NaiveDate,
        stage: i32,
        due: Option<NaiveDate>,
        reason: Option<Reason>,
    ) {
        match (event_type, due) {
            (EventType::Progress, _) if reason.is_some() => self.back(on, stage, due, reason),
            (EventType::Progress, Some(due)) => {
                self.changed(on);
                self.stage = stage;
                self.began = Some(on);
                self.due = Some(due);
                self.estimate(on, self.last_day(due), Cause::Change);
            }
            (EventType::Progress, None) => {
                self.changed(on);
                self.over = true;
                self.estimate(on, on, Cause::Change);
            }
            (EventType::Pause, _) => self.paused_on = Some(on),
            (_, Some(due)) => {
                self.pause_ends(on);
                self.due = Some(due);
                self.owed_since = None;
                let cause = match event_type {
                    EventType::Continue => Cause::Pause,
                    _ => Cause::Delay(reason),
                };
                self.estimate(on, self.last_day(due), cause);
            }
            (_, None) => {}
        }
    }

    /// An earlier stage is worn again; the change to the later one is undone, if it was a mistake.
    fn back(&mut self, on: NaiveDate, stage: i32, due: Option<NaiveDate>, reason: Option<Reason>) {
        self.over = false;
        self.stage = stage;
        self.due = due;
        self.owed_since = None;
        let Some(due) = due else {
            // Nothing has begun.
            self.figures = Figures::default();
            self.began = None;
            return;
        };
        let undone = (reason == Some(Reason::ConfirmedByMistake))
            .then(|| self.figures.stages.pop_if(|last| last.number == stage))
            .flatten();
        self.began = Some(undone.map_or(on, |undone| undone.began));
        self.estimate(on, self.last_day(due), Cause::Back);
    }

    fn passed(&mut self, on: NaiveDate) -> NaiveDate {
        let on = self.today.map_or(on, |last| on.max(last));
        self.today = Some(on);
        on
    }

    fn pause_ends(&mut self, on: NaiveDate) {
        if let Some(paused_on) = self.paused_on.take() {
            self.figures.days_paused += (on - paused_on).num_days();
        }
    }
}

/// The numbers of a journey as things stand on `today`.
pub fn figures(history: &[Happened], today: NaiveDate) -> Figures {
    let mut walk = Walk::default();
    for what in history {
        walk.happened(what);
    }
    let today = walk.day(today);
    walk.pause_ends(today);
    walk.figures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn event(
        event_type: EventType,
        on: &str,
        stage: i32,
        due: Option<&str>,
        reason: Option<Reason>,
    ) -> Happened {
        Happened::Event {
            event_type,
            on: day(on),
            stage,
            due: due.map(day),
            reason,
        }
    }

    #[test]
    fn the_last_day_moves_for_reasons() {
        use EventType::{Continue, Delay, Pause, Progress};
        let planned = |on: &str, total, interval_days| Happened::Planned {
            on: day(on),
            total,
            interval_days,
        };
        let history = [
            planned("2026-01-01", 3, 10),
            event(Progress, "2026-01-05", 1, Some("2026-01-15"), None),
            // Two days late.
            event(Progress, "2026-01-17", 2, Some("2026-01-27"), None),
            event(
                Delay,
                "2026-01-20",
                2,
                Some("2026-01-30"),
                Some(Reason::Pain),
            ),
            event(Pause, "2026-01-25", 2, None, Some(Reason::Travel)),
            planned("2026-01-28", 4, 10),
            event(Continue, "2026-02-04", 2, Some("2026-02-09"), None),
            // The day before.
            event(Progress, "2026-02-08", 3, Some("2026-02-18"), None),
        ];
        let figures = figures(&history, day("2026-02-20"));
        assert_eq!(
            figures
                .stages
                .iter()
                .map(|stage| (stage.number, stage.punctuality))
                .collect::<Vec<_>>(),
            [(1, Punctuality::Late(2)), (2, Punctuality::OnTime)]
        );
        assert_eq!(figures.days_paused, 10);
        let moves: Vec<_> = figures
            .estimates
            .iter()
            .map(|estimate| (estimate.moved, estimate.cause))
            .collect();
        assert_eq!(
            moves,
            [
                (0, Cause::Start),
                (2, Cause::Change),
                (3, Cause::Delay(Some(Reason::Pain))),
                (10, Cause::Plan),
                (10, Cause::Pause),
                (-1, Cause::Change),
                (2, Cause::Owed),
            ]
        );
        let first = figures.estimates[0].last_day;
        let sum: i64 = moves.iter().map(|(moved, _)| moved).sum();
        let last = figures.estimates.last().expect("an estimate").last_day;
        assert_eq!((last - first).num_days(), sum);
        assert_eq!(last, day("2026-03-02"));
    }

    #[test]
    fn the_end_is_the_last_estimate() {
        let history = [
            Happened::Planned {
                on: day("2026-01-01"),
                total: 1,
                interval_days: 10,
            },
            event(
                EventType::Progress,
                "2026-01-05",
                1,
                Some("2026-01-15"),
                None,
            ),
            event(EventType::Progress, "2026-01-16", 1, None, None),
        ];
        let figures = figures(&history, day("2027-01-01"));
        assert_eq!(figures.late(), 1);
        assert_eq!(
            figures.estimates.last().map(|estimate| estimate.last_day),
            Some(day("2026-01-16"))
        );
    }
}
