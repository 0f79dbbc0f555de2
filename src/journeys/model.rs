//! The rules of a journey, which know no database: state, command and day in; what follows, or a
//! refusal, out.
//!
//! Source: the project's domain rules ("The journey's state"). A day is a day of the patient's time zone.

mod act;
mod days;
mod figures;
mod places;
#[cfg(test)]
mod properties;
mod setup;

pub use act::{
    Asker, Command, DELAY_DAYS, EARLY_DAYS, Kind, Plan, REMINDER_DAYS, Reason, Refusal, Step,
    TAKE_BACK_HOURS,
};
pub use days::{due_moment, local_day, zones};
pub use figures::{Cause, Estimate, Figures, Happened, Punctuality, Stage, figures};
pub use places::{city, zone_named};
pub use setup::{Aftercare, INTERVAL_DAYS, STAGES, Setup, SetupRefusal};

pub use crate::ids::{EventId, JourneyId};
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "journey_product", rename_all = "snake_case")]
pub enum Product {
    Aligners,
    ClearBraces,
}

impl Product {
    pub const ALL: [Self; 2] = [Self::Aligners, Self::ClearBraces];

    pub fn code(self) -> &'static str {
        match self {
            Self::Aligners => "aligners",
            Self::ClearBraces => "clear_braces",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.code() == code)
    }

    /// Days that a stage is worn, where nobody says otherwise.
    pub fn usual_interval(self) -> i32 {
        match self {
            Self::Aligners => 14,
            Self::ClearBraces => 28,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "journey_status", rename_all = "snake_case")]
pub enum Status {
    Active,
    Completed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "progress_event_type", rename_all = "snake_case")]
pub enum EventType {
    Progress,
    Pause,
    Delay,
    Continue,
}

/// One treatment cycle for one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    pub id: JourneyId,
    pub product: Product,
    pub status: Status,
    /// 0 before the first stage, then 1..=`total`.
    pub stage: i32,
    pub total: i32,
    /// Days one stage is worn.
    pub interval_days: i32,
    pub started_on: Option<NaiveDate>,
    pub aftercare: Option<Aftercare>,
    /// How often its plan was changed: like the newest event, what a form has to have seen.
    pub revision: i32,
    /// Whether wear time is kept of it: of aligners unless the clinic set no goal, of braces once it set one.
    pub wear: bool,
}

/// The newest event of a journey, as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    pub id: EventId,
    pub event_type: EventType,
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    /// When the next change of stage is due.
    pub due: Option<NaiveDate>,
    /// When it was due before this event.
    pub due_before: Option<NaiveDate>,
    /// Whether it is a change of stage that the patient confirmed.
    pub confirmed: bool,
}

/// Where a journey stands: derived from its newest event, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    NotStarted,
    Wearing {
        due: NaiveDate,
    },
    /// With the days of wear that were left, at least one.
    Paused {
        left: i32,
    },
    Completed,
}

impl Journey {
    /// Whether the clinic ended it before its last stage was done.
    pub fn ended_early(&self, newest: Option<&Newest>) -> bool {
        self.status == Status::Completed && !self.is_done(newest)
    }

    /// Whether its last stage was done.
    pub(super) fn is_done(&self, newest: Option<&Newest>) -> bool {
        let last = newest
            .is_some_and(|newest| newest.event_type == EventType::Progress && newest.due.is_none());
        // Nothing is due either after the start was taken back.
        self.status == Status::Completed && last && self.stage > 0
    }

    pub fn state(&self, newest: Option<&Newest>) -> State {
        match (self.status, newest) {
            (Status::Completed, _) => State::Completed,
            (Status::Active, None) => State::NotStarted,
            // The start was taken back.
            (Status::Active, Some(_)) if self.stage == 0 => State::NotStarted,
            (Status::Active, Some(newest)) => match newest.due {
                Some(due) => State::Wearing { due },
                None => State::Paused {
                    left: newest.due_before.map_or(1, |due| {
                        let left = (due - newest.on).num_days().max(1);
                        i32::try_from(left).unwrap_or(i32::MAX)
                    }),
                },
            },
        }
    }
}
