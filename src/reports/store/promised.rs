//! The SQL of reports that wait for an answer, without whose they are in words.

use crate::{accounts::UserId, reports::model::Kind};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

#[derive(Clone, Debug)]
pub struct Promised {
    pub id: i64,
    pub kind: Kind,
    pub patient: UserId,
    pub created: DateTime<Utc>,
}

/// The reports of a dentist's patients that wait for an answer, the oldest first.
pub async fn promised(
    db: &mut PgConnection,
    dentist: i64,
    limit: i64,
) -> Result<Vec<Promised>, sqlx::Error> {
    sqlx::query_as!(
        Promised,
        r#"select r.id, r.kind as "kind: Kind", u.id as "patient: UserId", r.created_at as created
           from reports r join users u on u.id = r.user_id
           where r.state in ('new', 'seen') and u.assigned_dentist_id = $1
           order by r.created_at, r.id limit $2"#,
        dentist,
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
