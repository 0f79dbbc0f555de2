//! What can be reported, and how far it has come.
//!
//! Source: the project's domain rules ("Reports").

use crate::journeys::model::Reason;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "report_kind", rename_all = "snake_case")]
pub enum Kind {
    Pain,
    NotFitting,
    LostOrBroken,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Pain, Self::NotFitting, Self::LostOrBroken];

    /// Its name in forms, addresses and audit rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pain => "pain",
            Self::NotFitting => "not_fitting",
            Self::LostOrBroken => "lost_or_broken",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The one that a reason for a delay or a pause is about.
    pub fn of_reason(reason: Reason) -> Option<Self> {
        match reason {
            Reason::Pain => Some(Self::Pain),
            Reason::NotFitting => Some(Self::NotFitting),
            Reason::LostOrBroken => Some(Self::LostOrBroken),
            _ => None,
        }
    }
}

/// In the order in which a report goes on: never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "report_state", rename_all = "snake_case")]
pub enum State {
    New,
    /// A dentist has acknowledged it.
    Seen,
    Answered,
    Closed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Seen => "seen",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    /// Whether an answer is waited for.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Seen)
    }
}

/// Characters of a note.
pub const NOTE: usize = 500;
/// The most photos with one report.
pub const PHOTOS: usize = 5;
/// The most reports of one patient within 24 hours.
pub const DAILY: i64 = 20;
