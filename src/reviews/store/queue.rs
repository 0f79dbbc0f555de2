//! The SQL of what waits for a dentist, and of how much they have done.

use crate::{
    accounts::{Named, UserId},
    care::Scope,
    journeys::model::{EventType, JourneyId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A stage whose photos wait for a decision.
#[derive(Clone, Debug)]
pub struct Case {
    pub journey: JourneyId,
    pub stage: i32,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// The newest event's.
    pub event_type: Option<EventType>,
    /// When the first of the photos that wait arrived.
    pub since: DateTime<Utc>,
    /// Overdue or paused: seen first.
    pub urgent: bool,
    /// Whether something was decided on the stage before.
    pub again: bool,
    /// Whether the patient reported something that waits for an answer: seen before all else.
    pub reported: bool,
}

impl Case {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// Which cases are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    All,
    Overdue,
    Paused,
    /// Sent after an earlier decision.
    Again,
}

impl Shown {
    pub const ALL: [Self; 4] = [Self::All, Self::Overdue, Self::Paused, Self::Again];

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Again => "again",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.name() == name)
    }
}

/// The cases of the patients whom somebody treats, the first `limit`: overdue and paused journeys first, then by how
/// long they wait.
pub async fn queue(
    db: &mut PgConnection,
    scope: Scope,
    shown: Shown,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Case>, sqlx::Error> {
    sqlx::query_as!(
        Case,
        r#"select journey as "journey!: JourneyId", stage as "stage!", patient as "patient!: UserId",
                  first_name as "first_name!", last_name as "last_name!", email as "email!",
                  event_type as "event_type?: EventType", since as "since!",
                  urgent as "urgent!", again as "again!", reported as "reported!"
           from (
             select j.id as journey, waiting.stage, u.id as patient, u.first_name, u.last_name, u.email,
                    e.type as event_type, waiting.since,
                    -- Before the first event there is neither.
                    j.status = 'active' and coalesce(e.type = 'pause' or e.due_on < day.today, false) as urgent,
                    exists (select from reviews r where r.journey_id = j.id and r.progress_stage = waiting.stage
                            and r.withdrawn_at is null) as again,
                    exists (select from reports r where r.user_id = u.id and r.state in ('new', 'seen')) as reported
             from care.seen('treat', $1) mine join users u on u.id = mine.patient
             -- Patient by patient: as a join, it may come to read all that waits, whoever's it is.
             cross join lateral (
               select i.journey_id, i.progress_stage as stage, min(i.date_uploaded) as since
               from user_images i where i.user_id = u.id and i.awaits_review and i.missing_since is null
               group by i.journey_id, i.progress_stage) waiting
             join journeys j on j.id = waiting.journey_id
             cross join lateral (select ($3::timestamptz at time zone u.time_zone)::date as today) day
             left join lateral (select type, due_on from progress_events where journey_id = j.id order by id desc limit 1) e
               on true
           ) cases
           where case $2 when 'overdue' then urgent and event_type <> 'pause' when 'paused' then urgent and event_type = 'pause'
                         when 'again' then again else true end
           order by not reported, not urgent, since, journey, stage limit $4"#,
        scope as Scope,
        shown.name(),
        now,
        limit,
    )
    .fetch_all(db)
    .await
}
