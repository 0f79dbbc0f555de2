//! The SQL of a patient's own reports, for their first page and for the timeline.

use crate::{
    accounts::UserId,
    ids::{EventId, ReportId},
    journeys::model::JourneyId,
    reports::model::{Kind, State},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A report as the timeline tells it.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: ReportId,
    pub kind: Kind,
    pub state: State,
    pub note: Option<String>,
    pub created: DateTime<Utc>,
}

/// The reports of a journey, newest first: from `since` on, and before the event `before`.
pub async fn of_journey(
    db: &mut PgConnection,
    journey: JourneyId,
    since: Option<DateTime<Utc>>,
    before: Option<EventId>,
) -> Result<Vec<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        r#"select id as "id: ReportId", kind as "kind: Kind", state as "state: State", note, created_at as created
           from reports
           where journey_id = $1 and ($2::timestamptz is null or created_at >= $2)
             and ($3::bigint is null or created_at < (select start_date from progress_events
                                                      where journey_id = $1 and id >= $3 order by id limit 1))
           order by created_at desc, id desc limit 100"#,
        journey as JourneyId,
        since,
        before as Option<EventId>,
    )
    .fetch_all(db)
    .await
}

/// A report of a patient's that is not closed, for their first page.
#[derive(Clone, Debug)]
pub struct Current {
    pub id: ReportId,
    pub kind: Kind,
    pub state: State,
    pub created: DateTime<Utc>,
    /// Whether there is an answer, or a reason for which it was closed, that the patient has not read.
    pub unread: bool,
}

impl Current {
    /// Whether it stands out: until it is answered, and until that is read.
    pub fn is_news(&self) -> bool {
        self.state.is_open() || self.unread
    }
}

/// A patient's reports that are not closed, and those that a dentist has closed for a reason which was not read: first what stands
/// out, each the newest first.
pub async fn current_of(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Vec<Current>, sqlx::Error> {
    sqlx::query_as!(
        Current,
        r#"select r.id as "id: ReportId", r.kind as "kind: Kind", r.state as "state: State", r.created_at as created,
                  coalesce(m.id is not null and m.read_at is null, false) as "unread!"
           from reports r left join messages m on m.id = r.message_id
           where r.user_id = $1
             and (r.state in ('new', 'seen', 'answered')
                  or (r.closed_by <> r.user_id and m.id is not null and m.read_at is null))
           order by r.state = 'answered' and m.read_at is not null, r.id desc limit 5"#,
        patient as UserId,
    )
    .fetch_all(db)
    .await
}
