//! The SQL of reports that wait for an answer, without whose they are in words.

use crate::{accounts::UserId, care::Scope, ids::ReportId, reports::model::Kind};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

#[derive(Clone, Debug)]
pub struct Promised {
    pub id: ReportId,
    pub kind: Kind,
    pub patient: UserId,
    pub created: DateTime<Utc>,
}

/// The reports of a dentist's patients that wait for an answer, the oldest first.
pub async fn promised(
    db: &mut PgConnection,
    scope: Scope,
    limit: i64,
) -> Result<Vec<Promised>, sqlx::Error> {
    sqlx::query_as!(
        Promised,
        r#"select r.id as "id: ReportId", r.kind as "kind: Kind", r.user_id as "patient: UserId", r.created_at as created
           from care.seen('treat', $1) mine join reports r on r.user_id = mine.patient
           where r.state in ('new', 'seen')
           order by r.created_at, r.id limit $2"#,
        scope as Scope,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many reports no dentist has seen of which staff are to hear by now.
pub async fn unseen(db: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from reports where seen_at is null and staff_at <= $1"#,
        now,
    )
    .fetch_one(db)
    .await
}
