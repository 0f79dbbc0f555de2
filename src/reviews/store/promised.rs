//! The SQL of photos that wait to be looked at, and of since when: from which follows by when their patients were told to hear.

use crate::{accounts::UserId, care::Scope};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Since when photos of a patient's treatment wait to be looked at; none, where none do.
pub async fn waiting_of(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(i.date_uploaded) from user_images i join journeys j on j.id = i.journey_id
         where i.user_id = $1 and i.awaits_review and i.missing_since is null and j.status = 'active'",
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

/// A case of a dentist's, without whose it is in words.
#[derive(Clone, Debug)]
pub struct Promised {
    pub patient: UserId,
    /// Where the patient's days begin and end.
    pub time_zone: String,
    /// When the first of the photos that wait arrived.
    pub since: DateTime<Utc>,
}

/// The cases of a dentist's patients, those that wait longest first.
pub async fn promised(
    db: &mut PgConnection,
    scope: Scope,
    limit: i64,
) -> Result<Vec<Promised>, sqlx::Error> {
    sqlx::query_as!(
        Promised,
        r#"select u.id as "patient: UserId", u.time_zone, waiting.since as "since!"
           from care.seen('treat', $1) mine join users u on u.id = mine.patient
           -- Patient by patient, as in the queue.
           cross join lateral (
             select min(i.date_uploaded) as since
             from user_images i where i.user_id = u.id and i.awaits_review and i.missing_since is null
             group by i.journey_id, i.progress_stage) waiting
           order by waiting.since, u.id limit $2"#,
        scope as Scope,
        limit,
    )
    .fetch_all(db)
    .await
}
