//! How it goes: what waits, what failed and why, what was done today.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What is pending, by how late, and what failed.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    pub scheduled: i64,
    /// Due, and not yet taken.
    pub due: i64,
    /// Taken by a dispatcher, or waiting for another try.
    pub in_flight: i64,
    pub failed: i64,
    /// Seconds by which the oldest that could have gone out is late, tried or not.
    pub lag: f64,
}

impl Health {
    /// All that are still to go out.
    pub fn pending(&self) -> i64 {
        self.scheduled + self.due + self.in_flight
    }
}

pub async fn health(db: &mut PgConnection) -> Result<Health, sqlx::Error> {
    sqlx::query_as!(
        Health,
        r#"select count(*) filter (where due_at > now() and first_tried_at is null) as "scheduled!",
                  count(*) filter (where due_at <= now()) as "due!",
                  count(*) filter (where due_at > now() and first_tried_at is not null) as "in_flight!",
                  coalesce(extract(epoch from now() - min(coalesce(owed_since, due_at)) filter (where owed_since is not null or due_at <= now())), 0)::float8 as "lag!",
                  (select count(*) from notifications where status = 'failed') as "failed!"
           from deliveries where state = 'pending'"#,
    )
    .fetch_one(db)
    .await
}

/// What has become of some since a moment, as since the day began.
#[derive(Clone, Copy, Debug)]
pub struct Today {
    pub sent: i64,
    pub cancelled: i64,
    /// Opened in the inbox.
    pub read: i64,
}

pub async fn today(db: &mut PgConnection, since: DateTime<Utc>) -> Result<Today, sqlx::Error> {
    sqlx::query_as!(
        Today,
        r#"select (select count(*) from notifications where sent_at >= $1) as "sent!",
                  (select count(*) from notifications where cancelled_at >= $1) as "cancelled!",
                  (select count(*) from notifications where read_at >= $1) as "read!""#,
        since,
    )
    .fetch_one(db)
    .await
}

/// How often tries ended otherwise than in the notification being sent in the last hour, by the word for it.
pub async fn errors(db: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select outcome, count(*) as "count!" from notification_tries where at >= now() - interval '1 hour' group by outcome
           order by count(*) desc, outcome"#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.outcome, row.count))
        .collect())
}

/// Of what failed: the word for it, how many, and how many of these can be tried again.
#[derive(Clone, Debug)]
pub struct Failures {
    pub why: String,
    pub count: i64,
    pub retryable: i64,
}

/// Why what failed has failed, the most frequent first; of the newest `most`.
pub async fn failures(db: &mut PgConnection, most: i64) -> Result<Vec<Failures>, sqlx::Error> {
    sqlx::query_as!(
        Failures,
        r#"select coalesce(q.failure, '') as "why!", count(*) as "count!",
                  count(*) filter (where can_be_retried(n) and not has_passed(n)) as "retryable!"
           from (select id from notifications where status = 'failed' order by id desc limit $1) newest
           join notifications n using (id) left join lateral queue_of(n.id) q on true
           group by 1 order by count(*) desc, 1"#,
        most,
    )
    .fetch_all(db)
    .await
}
