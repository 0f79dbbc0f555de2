//! What a campaign says, to whom, when, and how it stands.

use super::Action;
use crate::{
    ids::{CampaignId, DentistId},
    journeys::model::{Aftercare, Product, Status},
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "campaign_state", rename_all = "snake_case")]
pub enum State {
    Draft,
    /// The list of its recipients is being made.
    Preparing,
    Running,
    Paused,
    Done,
    Cancelled,
}

/// The longest text, in characters.
pub const CONTENT: usize = 500;
pub const NAME: usize = 100;
/// Days for which a change may be owed.
pub const OVERDUE: std::ops::RangeInclusive<i32> = 1..=365;
pub const PER_MINUTE: std::ops::RangeInclusive<i32> = 1..=10_000;

/// Of whose newest journey all of these are true; none: whatever it is, and whether or not there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub product: Option<Product>,
    pub status: Option<Status>,
    pub stage_from: Option<i32>,
    pub stage_to: Option<i32>,
    pub aftercare: Option<Aftercare>,
    pub dentist: Option<DentistId>,
    /// The change of stage is owed for at least so many days.
    pub overdue_days: Option<i32>,
    /// They got this earlier campaign.
    pub got: Option<CampaignId>,
}

/// When it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As soon as it is started.
    AtOnce,
    /// At this time of each recipient's own.
    OwnTime(NaiveDateTime),
    /// At one moment for all, told in this zone's time.
    One(NaiveDateTime, Tz),
}

/// What staff wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub content_en: String,
    /// Read by those who chose German; English by all others, and by them if there is none.
    pub content_de: Option<String>,
    pub segment: Segment,
    pub moment: Moment,
    /// The most that go out in a minute.
    pub per_minute: Option<i32>,
}

/// How a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// Started, it waits for this time: nothing of it has gone out.
    pub scheduled: Option<Moment>,
}

/// What is done with a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Start,
    Pause,
    Resume,
    /// What has not gone out yet does not.
    Cancel,
}

impl Doing {
    const ALL: [Self; 4] = [Self::Start, Self::Pause, Self::Resume, Self::Cancel];

    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doing| doing.name() == name)
    }

    pub fn action(self) -> Action {
        match self {
            Self::Start => Action::Start,
            Self::Pause => Action::Pause,
            Self::Resume => Action::Resume,
            Self::Cancel => Action::Cancel,
        }
    }

    /// Where it leads from a state, if it can be done there.
    pub fn from(self, state: State) -> Option<State> {
        match (self, state) {
            (Self::Start, State::Draft) => Some(State::Preparing),
            (Self::Pause, State::Running) => Some(State::Paused),
            (Self::Resume, State::Paused) => Some(State::Running),
            // Of one that was handed over whole, too, some may not have gone out.
            (Self::Cancel, State::Preparing | State::Running | State::Paused | State::Done) => {
                Some(State::Cancelled)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_so() {
        for doing in Doing::ALL {
            assert_eq!(Doing::named(doing.name()), Some(doing));
            assert_eq!(doing.from(State::Cancelled), None);
            let begun_anew = doing.from(State::Done);
            assert!(begun_anew.is_none_or(|state| state == State::Cancelled));
        }
        assert_eq!(Doing::Start.from(State::Draft), Some(State::Preparing));
        assert_eq!(Doing::Start.from(State::Running), None);
        assert_eq!(Doing::Pause.from(State::Preparing), None);
    }
}
