//! The SQL of private calendar addresses: of each patient at most one is open.

use crate::accounts::{TERMS_VERSION, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// An address that is open. What it holds is not known.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: i64,
    pub since: DateTime<Utc>,
    pub token_hash: Vec<u8>,
}

/// The patient's open address, if there is one.
pub async fn open(db: &mut PgConnection, patient: UserId) -> Result<Option<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        "select id, created_at as since, token_hash from calendar_addresses where user_id = $1 and revoked_at is null",
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Closes the patient's open address. False: there was none.
pub async fn revoke(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update calendar_addresses set revoked_at = $2 where user_id = $1 and revoked_at is null",
        patient as UserId,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// False: this address was open before, and stays closed.
pub async fn create(
    db: &mut PgConnection,
    patient: UserId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into calendar_addresses (user_id, token_hash, created_at) values ($1, $2, $3)
         on conflict (token_hash) do nothing",
        patient as UserId,
        token_hash,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whom an address was given to.
pub struct Holder {
    pub patient: UserId,
    pub time_zone: String,
    /// Since when that is their zone, if they have ever said so.
    pub zone_since: Option<DateTime<Utc>>,
    pub language: Option<String>,
}

/// Whose address this is. `None`: nobody's, closed, or of somebody who may not read it by signing in either: whose account is closed,
/// who is no patient any more, or has not accepted the terms.
pub async fn holder(
    db: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<Holder>, sqlx::Error> {
    sqlx::query_as!(
        Holder,
        r#"select u.id as "patient: UserId", u.time_zone, u.time_zone_since as zone_since, told_in(u) as language
           from calendar_addresses a join users u on u.id = a.user_id
           where a.token_hash = $1 and a.revoked_at is null and u.disabled_at is null
             and u.terms_version = $2 and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')"#,
        token_hash,
        TERMS_VERSION,
    )
    .fetch_optional(db)
    .await
}
