//! How a change of dentist stands.
//!
//! Source: the project's domain rules ("Change of dentist"). At most one is open per patient.

use super::Action;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "dentist_change_status", rename_all = "snake_case")]
pub enum Status {
    Open,
    Approved,
    Declined,
    Withdrawn,
}

/// How a change is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Approve,
    Decline,
}

impl Answer {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "approve" => Some(Self::Approve),
            "decline" => Some(Self::Decline),
            _ => None,
        }
    }

    pub fn status(self) -> Status {
        match self {
            Self::Approve => Status::Approved,
            Self::Decline => Status::Declined,
        }
    }

    /// What the audit row calls it.
    pub fn action(self) -> Action {
        match self {
            Self::Approve => Action::Approve,
            Self::Decline => Action::Decline,
        }
    }
}

/// Characters of a reason and of an answer's note.
pub const WORDS: usize = 500;
