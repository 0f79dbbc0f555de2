//! Why an act cannot be done.

use chrono::NaiveDate;

/// Why an act is not allowed now, with what is allowed instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A patient may move on from `allowed_from` on, the day before the change is `due`.
    TooEarly {
        due: NaiveDate,
        allowed_from: NaiveDate,
    },
    /// Nothing was begun that could be delayed, paused or continued.
    NotStarted,
    /// It is paused: it can be continued, nothing else.
    Paused,
    /// It is not paused: there is nothing to continue.
    NotPaused,
    Completed,
    /// A delay is of 1 to 28 days.
    DelayLength,
    /// The change has been owed for so long that the new date would be past, too; `least` days would
    /// lead to tomorrow. None: not even the longest delay does.
    DelayTooShort {
        least: Option<i32>,
    },
    /// The day on which it is to go on has to lie ahead, within a year.
    ResumeDay,
    /// The reason is the dentist's to give, or another act's.
    ReasonNotYours,
    /// There is no earlier stage.
    NothingBefore,
    /// The stage is not an earlier one.
    BackStage,
    /// A stage is worn for 1 to 90 days.
    BackDays,
    /// That an earlier stage is worn again is the clinic's to note.
    BackNotYours,
    /// There is no change that this patient confirmed, or something followed it.
    NothingToTakeBack,
    /// It was confirmed too long ago.
    TakeBackOver,
}

impl Refusal {
    /// As the audit trail calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooEarly { .. } => "too_early",
            Self::NotStarted => "not_started",
            Self::Paused => "paused",
            Self::NotPaused => "not_paused",
            Self::Completed => "completed",
            Self::DelayLength => "delay_length",
            Self::DelayTooShort { .. } => "delay_too_short",
            Self::ResumeDay => "resume_day",
            Self::ReasonNotYours => "reason_not_yours",
            Self::NothingBefore => "nothing_before",
            Self::BackStage => "back_stage",
            Self::BackDays => "back_days",
            Self::BackNotYours => "back_not_yours",
            Self::NothingToTakeBack => "nothing_to_take_back",
            Self::TakeBackOver => "take_back_over",
        }
    }
}
