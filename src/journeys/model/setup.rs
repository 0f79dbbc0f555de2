//! What a clinic sets up: a journey's stages, their length, its aftercare, and its end before the last.

use super::{Journey, Newest, State, Status};
use chrono::NaiveDate;
use std::ops::RangeInclusive;

/// How many stages a journey can have.
pub const STAGES: RangeInclusive<i32> = 1..=200;

/// How many days a stage can be worn.
pub const INTERVAL_DAYS: RangeInclusive<i32> = 1..=90;

/// Where a patient stands with the clinic's care beside the stages, as the CRM calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "aftercare_stage", rename_all = "snake_case")]
pub enum Aftercare {
    ScanAppointmentBooked,
    AlignerJourneyUnderway,
    JourneyComplete,
}

impl Aftercare {
    pub const ALL: [Self; 3] = [
        Self::ScanAppointmentBooked,
        Self::AlignerJourneyUnderway,
        Self::JourneyComplete,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::ScanAppointmentBooked => "scan_appointment_booked",
            Self::AlignerJourneyUnderway => "aligner_journey_underway",
            Self::JourneyComplete => "journey_complete",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Those that a journey of this status can have: one that is complete is no longer under way.
    pub fn of(status: Status) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |aftercare| match aftercare {
                Self::ScanAppointmentBooked => true,
                Self::AlignerJourneyUnderway => status == Status::Active,
                Self::JourneyComplete => status == Status::Completed,
            })
    }
}

/// What a clinic asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Other numbers from the next stage on: a refinement in the middle of the treatment.
    Revise { total: i32, interval_days: i32 },
    /// The journey ends before its last stage.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// Between 1 and 200 stages, and never fewer than are worn already.
    Stages {
        least: i32,
    },
    /// Between 1 and 90 days.
    Interval,
    /// These are its numbers already.
    Unchanged,
    Completed,
}

impl Journey {
    /// The journey as it would be.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn set_up(&self, setup: Setup) -> Result<Self, SetupRefusal> {
        if self.status == Status::Completed {
            return Err(SetupRefusal::Completed);
        }
        let revision = self.revision + 1;
        match setup {
            Setup::Revise {
                total,
                interval_days,
            } => {
                let least = self.stage.max(*STAGES.start());
                if total < least || !STAGES.contains(&total) {
                    return Err(SetupRefusal::Stages { least });
                }
                if !INTERVAL_DAYS.contains(&interval_days) {
                    return Err(SetupRefusal::Interval);
                }
                if (total, interval_days) == (self.total, self.interval_days) {
                    return Err(SetupRefusal::Unchanged);
                }
                Ok(Self {
                    total,
                    interval_days,
                    revision,
                    ..self.clone()
                })
            }
            Setup::End => Ok(Self {
                status: Status::Completed,
                aftercare: Some(Aftercare::JourneyComplete),
                revision,
                ..self.clone()
            }),
        }
    }

    /// The estimated last day as things stand on `today`; none while nothing is due.
    pub fn expected_last_day(
        &self,
        newest: Option<&Newest>,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        match self.state(newest) {
            State::Wearing { due } => Some(self.last_day(due.max(today))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{JourneyId, Product};
    use super::*;

    fn journey() -> Journey {
        Journey {
            id: JourneyId(1),
            product: Product::Aligners,
            status: Status::Active,
            stage: 8,
            total: 24,
            interval_days: 14,
            started_on: None,
            aftercare: None,
            revision: 3,
            wear: true,
        }
    }

    #[test]
    fn a_plan_is_never_shorter_than_what_is_worn() {
        let revise = |total, interval_days| {
            journey().set_up(Setup::Revise {
                total,
                interval_days,
            })
        };
        assert_eq!(revise(7, 14), Err(SetupRefusal::Stages { least: 8 }));
        assert_eq!(revise(201, 14), Err(SetupRefusal::Stages { least: 8 }));
        assert_eq!(revise(30, 0), Err(SetupRefusal::Interval));
        assert_eq!(revise(30, 91), Err(SetupRefusal::Interval));
        assert_eq!(revise(24, 14), Err(SetupRefusal::Unchanged));
        let revised = revise(8, 10).expect("allowed");
        assert_eq!(
            (revised.total, revised.interval_days, revised.revision),
            (8, 10, 4)
        );
    }

    #[test]
    fn what_is_complete_stays_so() {
        let ended = journey().set_up(Setup::End).expect("allowed");
        assert_eq!(ended.status, Status::Completed);
        assert_eq!(ended.set_up(Setup::End), Err(SetupRefusal::Completed));
        assert!(
            !Aftercare::of(Status::Completed).any(|each| each == Aftercare::AlignerJourneyUnderway)
        );
        assert!(!Aftercare::of(Status::Active).any(|each| each == Aftercare::JourneyComplete));
    }
}
