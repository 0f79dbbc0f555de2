//! What is asked for, by whom and why.

use crate::journeys::model::EventType;
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "progress_reason", rename_all = "snake_case")]
pub enum Reason {
    NotFitting,
    LostOrBroken,
    Pain,
    Illness,
    Travel,
    DentistHold,
    /// Of a step back alone.
    ConfirmedByMistake,
    Other,
}

impl Reason {
    const ALL: [Self; 7] = [
        Self::NotFitting,
        Self::LostOrBroken,
        Self::Pain,
        Self::Illness,
        Self::Travel,
        Self::DentistHold,
        Self::Other,
    ];

    /// The reasons of a step back, the likeliest first.
    pub const BACK: [Self; 7] = [
        Self::LostOrBroken,
        Self::NotFitting,
        Self::ConfirmedByMistake,
        Self::Pain,
        Self::Illness,
        Self::Travel,
        Self::Other,
    ];

    /// As forms and the database call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFitting => "not_fitting",
            Self::LostOrBroken => "lost_or_broken",
            Self::Pain => "pain",
            Self::Illness => "illness",
            Self::Travel => "travel",
            Self::DentistHold => "dentist_hold",
            Self::ConfirmedByMistake => "confirmed_by_mistake",
            Self::Other => "other",
        }
    }

    /// The reasons that `asker` can give for a delay or a pause: a patient does not speak for the dentist.
    pub fn of(asker: Asker) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |reason| asker == Asker::Clinic || *reason != Self::DentistHold)
    }
}

/// Who asks for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Patient,
    /// A dentist or staff member, who may move a journey at any time.
    Clinic,
}

/// Which act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Progress,
    Delay,
    Pause,
    Continue,
    StepBack,
    TakeBack,
}

impl From<EventType> for Kind {
    fn from(event: EventType) -> Self {
        match event {
            EventType::Progress => Self::Progress,
            EventType::Delay => Self::Delay,
            EventType::Pause => Self::Pause,
            EventType::Continue => Self::Continue,
        }
    }
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// On to the next stage, or, after the last one, done.
    Progress,
    /// The stage is worn for some days longer.
    Delay { days: i32, reason: Reason },
    /// Nothing is due until it goes on; the patient may say when that will be.
    Pause {
        reason: Reason,
        resume_on: Option<NaiveDate>,
    },
    /// On with the stage that was paused.
    Continue,
    /// The clinic notes that an earlier stage is worn again, for so many days.
    StepBack {
        stage: i32,
        days: i32,
        reason: Reason,
    },
    /// The patient has not changed after all, said at this moment.
    TakeBack { at: DateTime<Utc> },
}

impl Command {
    pub fn kind(self) -> Kind {
        match self {
            Self::Progress => Kind::Progress,
            Self::Delay { .. } => Kind::Delay,
            Self::Pause { .. } => Kind::Pause,
            Self::Continue => Kind::Continue,
            Self::StepBack { .. } => Kind::StepBack,
            Self::TakeBack { .. } => Kind::TakeBack,
        }
    }

    /// The reason that is kept with it.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Delay { reason, .. }
            | Self::Pause { reason, .. }
            | Self::StepBack { reason, .. } => Some(reason),
            Self::TakeBack { .. } => Some(Reason::ConfirmedByMistake),
            Self::Progress | Self::Continue => None,
        }
    }
}
