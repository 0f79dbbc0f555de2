//! The SQL of the staff's desk: what is going out, and what failed.

use crate::{
    accounts::UserId,
    notifications::{Delivery, Kind, model::Status},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Which notifications are looked at.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub status: Option<Status>,
    pub kind: Option<Kind>,
    pub patient: Option<i64>,
    /// Somewhere in the text; as it is searched for, without wildcards.
    pub text: String,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub kind: Kind,
    pub content: String,
    pub status: Status,
    pub delivery: Option<Delivery>,
    pub failure: Option<String>,
    /// When it was, or is, to be told.
    pub at: DateTime<Utc>,
    /// When it is tried next, while pending.
    pub due: DateTime<Utc>,
    pub tries: i32,
    pub cancel_wanted: bool,
}

/// Notifications, the newest first: `limit` of those before the notification `before`.
pub async fn table(
    db: &mut PgConnection,
    choice: &Choice,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select n.id, u.id as "patient: UserId", u.first_name, u.last_name, u.email, n.kind as "kind: Kind", n.content,
                  n.status as "status: Status", n.delivery as "delivery: Delivery", n.failure, n.told_at as "at!", n.due_at as due,
                  n.tries, n.cancel_wanted
           from notifications n join users u on u.id = n.user_id
           where n.id < coalesce($1, 9223372036854775807)
             and ($2::notification_status is null or n.status = $2) and ($3::notification_kind is null or n.kind = $3)
             and ($4::bigint is null or n.user_id = $4) and ($5 = '' or position(lower($5) in lower(n.content)) > 0)
           order by n.id desc limit $6"#,
        before,
        choice.status as Option<Status>,
        choice.kind as Option<Kind>,
        choice.patient,
        choice.text,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How it goes: what is pending by how late, and what has become of the last day's.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    pub scheduled: i64,
    /// Due, and not yet taken.
    pub due: i64,
    /// Taken by a dispatcher, or waiting for another try.
    pub in_flight: i64,
    pub failed: i64,
    pub sent_today: i64,
    /// Seconds by which the oldest that is due is late.
    pub lag: f64,
}

pub async fn health(db: &mut PgConnection) -> Result<Health, sqlx::Error> {
    sqlx::query_as!(
        Health,
        r#"select count(*) filter (where due_at > now() and first_tried_at is null) as "scheduled!",
                  count(*) filter (where due_at <= now()) as "due!",
                  count(*) filter (where due_at > now() and first_tried_at is not null) as "in_flight!",
                  coalesce(extract(epoch from now() - min(due_at) filter (where due_at <= now())), 0)::float8 as "lag!",
                  (select count(*) from notifications where status = 'failed') as "failed!",
                  (select count(*) from notifications where sent_at >= date_trunc('day', now())) as "sent_today!"
           from notifications where status = 'pending'"#,
    )
    .fetch_one(db)
    .await
}

pub async fn one(db: &mut PgConnection, id: i64) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select n.id, u.id as "patient: UserId", u.first_name, u.last_name, u.email, n.kind as "kind: Kind", n.content,
                  n.status as "status: Status", n.delivery as "delivery: Delivery", n.failure, n.told_at as "at!", n.due_at as due,
                  n.tries, n.cancel_wanted
           from notifications n join users u on u.id = n.user_id where n.id = $1"#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// A try that did not end in the notification being sent, or something that somebody did.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: DateTime<Utc>,
    /// A word: the outcome of a try, or the action of an audit row.
    pub what: String,
    pub http_status: Option<i32>,
    pub again: Option<DateTime<Utc>>,
    /// Who did it; none for a try.
    pub by: Option<String>,
}

/// What became of one, oldest first.
pub async fn history(db: &mut PgConnection, id: i64) -> Result<Vec<Happened>, sqlx::Error> {
    sqlx::query_as!(
        Happened,
        r#"select at as "at!", what as "what!", http_status, again, by from (
             (select at, outcome as what, http_status, again_at as again, null as by from notification_tries
              where notification_id = $1)
             union all
             (select a.at, a.action, null, null, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email)
              from audit_log a left join users u on u.id = a.actor_id
              where a.object_table = 'notifications' and a.object_id = $1 and a.outcome = 'done'
                and a.action in ('notification.cancel', 'notification.retry') order by a.id desc limit 100)
           ) happened order by at"#,
        id,
    )
    .fetch_all(db)
    .await
}

/// How one stands.
pub struct Held {
    pub status: Status,
    pub patient: UserId,
    /// Whether the provider may have forgotten it: sent again, it might be a second message.
    pub expired: bool,
}

/// Holds one until the transaction ends, and answers how it stands.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<Option<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select status as "status: Status", user_id as "patient: UserId", failure is not distinct from 'expired' as "expired!"
           from notifications where id = $1 for no key update"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Tries a failed one again at once, under the same key.
pub async fn retry(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notifications
           set status = 'pending', tries = 0, fence = fence + 1, failure = null, due_at = now()
         where id = $1 and status = 'failed'",
        id,
    )
    .execute(&mut *db)
    .await?;
    // Wakes the dispatchers once the transaction is there.
    sqlx::query!("select pg_notify('notifications', '')")
        .fetch_one(db)
        .await?;
    Ok(())
}
