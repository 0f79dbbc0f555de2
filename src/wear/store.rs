//! The SQL of wear time. Rows are only ever added: what stands is what no other row stands for.

use super::model::{Interval, Source};
use crate::{accounts::UserId, ids::JourneyId, journeys::model::Product};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// A journey, as far as wear time goes.
#[derive(Clone, Debug)]
pub struct Kept {
    pub journey: JourneyId,
    pub patient: UserId,
    pub product: Product,
    /// As the dentist set it.
    pub goal: Option<i32>,
    pub longest: i32,
    pub stage: i32,
    pub began: Option<NaiveDate>,
    /// When the step being worn began.
    pub stage_since: Option<DateTime<Utc>>,
    pub time_zone: String,
    pub active: bool,
}

/// A patient's journey of today.
pub async fn of_patient(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as!(
        Kept,
        r#"select j.id as "journey: JourneyId", j.user_id as "patient: UserId", j.product as "product: Product", j.wear_goal_minutes as goal,
                  j.wear_longest_minutes as longest, j.current_progress_stage as stage,
                  j.date_of_starting_treatment as began, u.time_zone, j.status = 'active' as "active!",
                  (select max(e.start_date) from progress_events e where e.journey_id = j.id and e.type = 'progress') as stage_since
           from journeys j join users u on u.id = j.user_id where j.user_id = $1 and j.status = 'active'"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// A journey of that number, whoever asks: who may is asked before.
pub async fn of_journey(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as!(
        Kept,
        r#"select j.id as "journey: JourneyId", j.user_id as "patient: UserId", j.product as "product: Product", j.wear_goal_minutes as goal,
                  j.wear_longest_minutes as longest, j.current_progress_stage as stage,
                  j.date_of_starting_treatment as began, u.time_zone, j.status = 'active' as "active!",
                  (select max(e.start_date) from progress_events e where e.journey_id = j.id and e.type = 'progress') as stage_since
           from journeys j join users u on u.id = j.user_id where j.id = $1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}

/// Holds a patient's journey of today until the transaction ends, so that nobody else notes anything of it meanwhile.
pub async fn hold(
    db: &mut PgConnection,
    journey: JourneyId,
    patient: UserId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select id from journeys where id = $1 and user_id = $2 and status = 'active' for no key update",
        journey as JourneyId,
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// The times out that stand and end after `since`, the ones that have not ended among them, oldest first.
pub async fn intervals(
    db: &mut PgConnection,
    journey: JourneyId,
    since: DateTime<Utc>,
) -> Result<Vec<Interval>, sqlx::Error> {
    sqlx::query_as!(
        Interval,
        r#"select w.id, w.taken_out_at as out, w.put_in_at as back, w.confirmed_at as confirmed, w.source as "source: Source"
           from wear_intervals w
           where w.journey_id = $1 and not w.void and (w.put_in_at is null or w.put_in_at > $2)
             and not exists (select from wear_intervals later where later.replaces_id = w.id)
           order by w.taken_out_at, w.id limit 2000"#,
        journey as JourneyId,
        since,
    )
    .fetch_all(db)
    .await
}

/// A row to be added.
#[derive(Clone, Copy, Debug)]
pub struct New {
    pub journey: JourneyId,
    pub patient: UserId,
    pub out: DateTime<Utc>,
    pub back: Option<DateTime<Utc>>,
    pub confirmed: Option<DateTime<Utc>>,
    pub source: Source,
    /// The row that it stands for.
    pub replaces: Option<i64>,
    /// There was no such time.
    pub void: bool,
    pub now: DateTime<Utc>,
}

pub async fn add(db: &mut PgConnection, new: New) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into wear_intervals (user_id, journey_id, taken_out_at, put_in_at, confirmed_at, source, replaces_id, void,
                                     actor_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $1, $9) returning id",
        new.patient as UserId,
        new.journey as JourneyId,
        new.out,
        new.back,
        new.confirmed,
        new.source as Source,
        new.replaces,
        new.void,
        new.now,
    )
    .fetch_one(db)
    .await
}

/// The row that stands for another one.
pub struct Successor {
    pub out: DateTime<Utc>,
    pub back: Option<DateTime<Utc>>,
    pub confirmed: Option<DateTime<Utc>>,
    pub void: bool,
}

pub async fn successor(
    db: &mut PgConnection,
    interval: i64,
) -> Result<Option<Successor>, sqlx::Error> {
    sqlx::query_as!(
        Successor,
        "select taken_out_at as out, put_in_at as back, confirmed_at as confirmed, void from wear_intervals
         where replaces_id = $1",
        interval,
    )
    .fetch_optional(db)
    .await
}

/// Of which journey a row is, if it is a patient's own.
pub async fn journey_of(
    db: &mut PgConnection,
    interval: i64,
    patient: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from wear_intervals where id = $1 and user_id = $2"#,
        interval,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whose row this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, interval: i64) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from wear_intervals where id = $1"#,
        interval
    )
    .fetch_optional(db)
    .await
}
