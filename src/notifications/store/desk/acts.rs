//! What is done with some notifications at once.

use crate::{
    accounts::UserId,
    notifications::{
        model::Status,
        service::{Failed, Standing},
    },
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// One that is held until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: i64,
    pub patient: UserId,
    /// When it is, or was, to be told.
    pub at: DateTime<Utc>,
    pub standing: Standing,
}

/// Holds the treatments that some are about until the transaction ends: none goes on meanwhile.
pub async fn hold_journeys(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select from journeys where id in (select journey_id from notifications where id = any ($1)) order by id for share",
        ids,
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Holds some until the transaction ends, and answers how they stand.
pub async fn hold(
    db: &mut PgConnection,
    ids: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<Held>, sqlx::Error> {
    // The notifications first, then what goes out of each; how they stand is read when both are held.
    sqlx::query!(
        "select from notifications where id = any ($1) order by id for no key update",
        ids
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!(
        "select from deliveries where notification_id = any ($1) order by id for no key update",
        ids
    )
    .fetch_all(&mut *db)
    .await?;
    let rows = sqlx::query!(
        r#"select id, status as "status: Status", user_id as "patient: UserId", told_at as "at!",
                  q.tried as "tried!", q.cancel_wanted as "cancel_wanted!", f.channel is not null as "failed!", f.obstacle as "hopeless?",
                  told_at <= $2 as "told!", greatest(told_at, q.due_at) <= $2 as "over!",
                  (status in ('failed', 'cancelled') or status = 'sent' and f.channel is not null) and has_passed(n) as "passed!",
                  was_cancelled_by_hand(n) as "by_hand!"
           from notifications n left join lateral queue_of(n.id) q on true left join lateral failed_delivery(n.id) f on true
           where n.id = any ($1) order by n.id"#,
        ids,
        now,
    )
    .fetch_all(db)
    .await?;
    let held = rows.into_iter().map(|row| Held {
        id: row.id,
        patient: row.patient,
        at: row.at,
        standing: Standing {
            status: row.status,
            tried: row.tried,
            cancel_wanted: row.cancel_wanted,
            failed: Failed::of(row.failed, row.hopeless.as_deref()),
            told: row.told,
            passed: row.passed,
            by_hand: row.by_hand,
            over: row.over,
        },
    });
    Ok(held.collect())
}

/// Tries what failed of some again at once, under the same keys, by each channel of which that can come to anything.
pub async fn retry(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update deliveries d
           set state = 'pending', tries = 0, fence = d.fence + 1, error = null, due_at = now(), owed_since = null, cancel_wanted = false,
               known_fence = case when d.known_fence = d.fence then d.fence + 1 else d.known_fence end
         from notifications n join users u on u.id = n.user_id
         where d.notification_id = any ($1) and d.state::text = 'failed' and n.id = d.notification_id and retry_obstacle(d, u) is null",
        ids,
    )
    .execute(&mut *db)
    .await?;
    wake(db, "").await
}

/// Puts back cancelled ones that the provider cannot know of: they go out when they would have.
pub async fn restore(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update deliveries
           set state = 'pending', tries = 0, fence = fence + 1, error = null, owed_since = null, cancel_wanted = false,
               known_fence = case when known_fence = fence then fence + 1 else known_fence end
         where notification_id = any ($1) and state::text = 'cancelled' and first_tried_at is null",
        ids,
    )
    .execute(&mut *db)
    .await?;
    wake(db, "").await
}

/// From when to when a notification was moved.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub id: i64,
    pub patient: i64,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Moves some that the provider cannot know of, and that are held, to a local time of their patients' own; to now, if that is past.
pub async fn reschedule(
    db: &mut PgConnection,
    ids: &[i64],
    wanted: NaiveDateTime,
) -> Result<Vec<Moved>, sqlx::Error> {
    let moved = sqlx::query_as!(
        Moved,
        r#"with before as (
             select n.id, n.told_at, greatest(now(), local_moment($2, u.time_zone)) as moment
             from notifications n join users u on u.id = n.user_id left join lateral queue_of(n.id) q on true
             where n.id = any ($1) and n.status::text = 'pending' and not q.tried
           )
           update notifications n set scheduled_for = before.moment from before
           where n.id = before.id and n.id = any ($1)
           returning n.id, n.user_id as patient, before.told_at as "from!", before.moment as "to!""#,
        ids,
        wanted,
    )
    .fetch_all(&mut *db)
    .await?;
    hear(db, &moved).await?;
    Ok(moved)
}

/// Moves some that the provider cannot know of, and that are held, to moments that are still to come.
pub async fn move_to(
    db: &mut PgConnection,
    moments: &[(i64, DateTime<Utc>)],
) -> Result<Vec<Moved>, sqlx::Error> {
    let (ids, moments): (Vec<i64>, Vec<DateTime<Utc>>) = moments.iter().copied().unzip();
    let moved = sqlx::query_as!(
        Moved,
        r#"with before as (
             select n.id, n.told_at, wanted.moment
             from notifications n join unnest($1::bigint[], $2::timestamptz[]) as wanted (id, moment) on wanted.id = n.id
             left join lateral queue_of(n.id) q on true
             where n.id = any ($1) and n.status::text = 'pending' and not q.tried
           )
           update notifications n set scheduled_for = before.moment from before
           where n.id = before.id and n.id = any ($1)
           returning n.id, n.user_id as patient, before.told_at as "from!", before.moment as "to!""#,
        &ids,
        &moments,
    )
    .fetch_all(&mut *db)
    .await?;
    hear(db, &moved).await?;
    Ok(moved)
}

/// What a request of somebody's moved, by the notification's id.
pub async fn moved_by(
    db: &mut PgConnection,
    by: UserId,
    request: Uuid,
) -> Result<HashMap<i64, Moved>, sqlx::Error> {
    let moved = sqlx::query_as!(
        Moved,
        r#"select object_id as "id!", subject_id as "patient!", (detail ->> 'from')::timestamptz as "from!",
                  (detail ->> 'to')::timestamptz as "to!"
           from audit_log
           where request_id = $1 and actor_id = $2 and action = 'notification.reschedule' and outcome = 'done'
             and object_id is not null and subject_id is not null and detail ? 'from' and detail ? 'to'"#,
        request,
        by as UserId,
    )
    .fetch_all(db)
    .await?;
    Ok(moved.into_iter().map(|moved| (moved.id, moved)).collect())
}

/// When each of some would go out, if it were moved to a local time of its patient's own: with whether that is the end of quiet hours.
pub async fn moments(
    db: &mut PgConnection,
    ids: &[i64],
    wanted: NaiveDateTime,
) -> Result<HashMap<i64, (DateTime<Utc>, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.id, case when quiet.hours then quiet_end(moved.moment, u.time_zone, u.quiet_from, u.quiet_until) else moved.moment end as "moment!",
                  quiet.hours as "quiet!"
           from notifications n join users u on u.id = n.user_id
           cross join lateral (select greatest(now(), local_moment($2, u.time_zone)) as moment) moved
           cross join lateral (
             select not n.at_any_hour and in_quiet_hours((moved.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until) as hours
           ) quiet
           where n.id = any ($1)"#,
        ids,
        wanted,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, (row.moment, row.quiet)))
        .collect())
}

/// Whose pages are open hear of it, too: what they were to hear of when may have changed.
async fn hear(db: &mut PgConnection, moved: &[Moved]) -> Result<(), sqlx::Error> {
    let people: Vec<String> = moved
        .iter()
        .map(|moved| moved.patient.to_string())
        .collect();
    wake(db, &people.join(",")).await
}

/// Wakes the dispatchers once the transaction is there, and the open pages of some people (ids with commas between).
async fn wake(db: &mut PgConnection, people: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_notify('notifications', $1)", people)
        .fetch_one(db)
        .await?;
    Ok(())
}
