//! What is still to come, if all goes as planned.

use crate::journeys::model::{Journey, Newest, State, days::days};
use chrono::NaiveDate;

impl Journey {
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
    use super::super::tests::{day, journey, wearing};

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
