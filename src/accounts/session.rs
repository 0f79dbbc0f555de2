//! Sessions in Postgres, for `tower-sessions`.
//!
//! The library makes and reads the cookie, and holds what a sign-in needs until the provider answers.
//! Who is signed in is asked of the table itself, once a request, together with the person's roles
//! ([`super::store::person_of_session`]). The table holds only a hash of the cookie's value.
//!
//! A session ends when it was not used for [`SessionConfig::idle`], and in any case
//! [`SessionConfig::absolute`] after the sign-in. The library's own stores insert what they are asked to
//! save, so that a slow request could bring a signed-out session back; this one only updates.

use crate::platform::{
    clock::Clock,
    config::{SessionConfig, WebConfig},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header::SET_COOKIE},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use std::{collections::HashMap, time::Duration};
pub use tower_sessions::session::Id;
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore, cookie::SameSite, session::Record, session_store,
};

/// Where the signed-in person's id stands in the session's data.
pub const USER_KEY: &str = "user";

/// Where sign-ins that have begun stand in a session's data, each under the state that the provider's answer has to name.
pub const BEGUN_KEY: &str = "sign_ins";

/// How long the provider may take to answer a sign-in.
pub const SIGN_IN_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// How often, at most, use moves a session's end: reading a page writes nothing but once in a while.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(10);

/// What the table knows a session by.
pub fn id_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Ends a session.
pub async fn end(db: &mut PgConnection, id: &Id) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where id_hash = $1", &id_hash(id))
        .execute(db)
        .await?;
    Ok(())
}

/// Adds a sign-in that has begun to a session of nobody's, beside the newest of those that are under way there. False: there is no such
/// session.
pub async fn add_begun(
    db: &mut PgConnection,
    id: &Id,
    state: &str,
    begun: &Value,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update sessions
           set data = jsonb_build_object('sign_ins', jsonb_build_object($2::text, $3::jsonb) || (
                 select coalesce(jsonb_object_agg(key, value), '{}') from (
                   select key, value from jsonb_each(data -> 'sign_ins') order by value ->> 'begun_at' desc limit 7) newest)),
               last_seen_at = $4, idle_expires_at = $5, expires_at = $5
         where id_hash = $1 and user_id is null and idle_expires_at > $4 and expires_at > $4",
        &id_hash(id),
        state,
        begun,
        now,
        now + SIGN_IN_LIFETIME,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a sign-in that has begun out of its session, in one statement: of several answers that name it, one gets it.
pub async fn take_begun(
    db: &mut PgConnection,
    id: &Id,
    state: &str,
    now: DateTime<Utc>,
) -> Result<Option<Value>, sqlx::Error> {
    let begun = sqlx::query_scalar!(
        r#"with held as (
             select id_hash, data from sessions
             where id_hash = $1 and data -> 'sign_ins' ? $2 and idle_expires_at > $3 and expires_at > $3 for update
           )
           update sessions s set data = s.data #- array['sign_ins', $2] from held where s.id_hash = held.id_hash
           returning held.data -> 'sign_ins' -> $2 as begun"#,
        &id_hash(id),
        state,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(begun.flatten())
}

#[derive(Clone, Debug)]
pub struct PostgresSessions {
    pool: PgPool,
    clock: Clock,
    idle: TimeDelta,
    absolute: TimeDelta,
}

/// The layer that gives each request its session. Over https the cookie is bound to the host by its
/// name; on a loopback address it has neither that name nor `Secure`, which Safari would drop.
pub fn layer(
    pool: PgPool,
    clock: Clock,
    config: SessionConfig,
    web: &WebConfig,
) -> SessionManagerLayer<PostgresSessions> {
    let sessions = store(pool, clock, config);
    // The cookie lives as long as the session may; when it really ends the table knows.
    let age = time::Duration::try_from(config.absolute).unwrap_or(time::Duration::DAY);
    SessionManagerLayer::new(sessions)
        .with_name(cookie_name(web))
        .with_secure(web.https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(age))
}

/// The store alone.
pub fn store(pool: PgPool, clock: Clock, config: SessionConfig) -> PostgresSessions {
    PostgresSessions {
        pool,
        clock,
        idle: delta(config.idle),
        absolute: delta(config.absolute),
    }
}

pub fn cookie_name(web: &WebConfig) -> &'static str {
    if web.https() {
        "__Host-midline"
    } else {
        "midline"
    }
}

/// How the cookie is removed: with the attributes that it was set with. Browsers take no removal of a `__Host-` cookie
/// without `Secure`, and the library names the path alone.
#[derive(Clone, Debug)]
pub struct Removal {
    /// What the library's own begins with.
    begins: String,
    whole: HeaderValue,
}

impl Removal {
    pub fn of(web: &WebConfig) -> Self {
        let begins = format!("{}=;", cookie_name(web));
        let secure = if web.https() { " Secure;" } else { "" };
        let whole = format!(
            "{begins} HttpOnly; SameSite=Lax;{secure} Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
        Self {
            whole: HeaderValue::from_str(&whole).unwrap_or(HeaderValue::from_static("")),
            begins,
        }
    }
}

/// Removes the cookie wholly, where the library removes it: at the sign-out, and when it names no session.
pub async fn remove_wholly(
    State(removal): State<Removal>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let is_removal =
        |cookie: &HeaderValue| cookie.as_bytes().starts_with(removal.begins.as_bytes());
    let headers = response.headers_mut();
    if headers.get_all(SET_COOKIE).iter().any(is_removal) {
        let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
        headers.remove(SET_COOKIE);
        for cookie in cookies {
            let whole = is_removal(&cookie).then(|| removal.whole.clone());
            headers.append(SET_COOKIE, whole.unwrap_or(cookie));
        }
    }
    response
}

impl PostgresSessions {
    fn ends(&self, signed_in: bool) -> (DateTime<Utc>, DateTime<Utc>) {
        let now = self.clock.now();
        if signed_in {
            (now + self.idle.min(self.absolute), now + self.absolute)
        } else {
            (now + SIGN_IN_LIFETIME, now + SIGN_IN_LIFETIME)
        }
    }
}

fn backend(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn encode(record: &Record) -> Result<(Value, Option<i64>), session_store::Error> {
    let data = serde_json::to_value(&record.data)
        .map_err(|error| session_store::Error::Encode(error.to_string()))?;
    Ok((data, record.data.get(USER_KEY).and_then(Value::as_i64)))
}

#[async_trait::async_trait]
impl SessionStore for PostgresSessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let (data, user) = encode(record)?;
        let (idle, end) = self.ends(user.is_some());
        loop {
            let done = sqlx::query!(
                "insert into sessions (id_hash, user_id, data, created_at, last_seen_at, idle_expires_at, expires_at)
                 values ($1, $2, $3, $4, $4, $5, $6) on conflict do nothing",
                &id_hash(&record.id),
                user,
                data,
                self.clock.now(),
                idle,
                end,
            )
            .execute(&self.pool)
            .await
            .map_err(backend)?;
            if done.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (data, user) = encode(record)?;
        // No row: it was signed out or ran out while this request was under way, and stays so.
        sqlx::query!(
            "update sessions set data = $2, user_id = $3 where id_hash = $1 and user_id is not distinct from $3",
            &id_hash(&record.id),
            data,
            user,
        )
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = sqlx::query!(
            "select data, expires_at from sessions where id_hash = $1 and idle_expires_at > $2 and expires_at > $2",
            &id_hash(id),
            self.clock.now(),
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data: HashMap<String, Value> = serde_json::from_value(row.data)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sqlx::query!("delete from sessions where id_hash = $1", &id_hash(id))
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

/// Moves the session's end on because it is being used, if that was not done a moment ago.
pub async fn touch(
    db: &mut PgConnection,
    session: &[u8],
    last_seen_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if now - last_seen_at < TOUCH_EVERY {
        return Ok(());
    }
    sqlx::query!(
        "update sessions set last_seen_at = $2,
                idle_expires_at = least(expires_at, $2::timestamptz + (idle_expires_at - last_seen_at))
         where id_hash = $1",
        session,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes the sessions that have ended: by this machine's clock and the database's, of which one may be wrong.
pub async fn sweep(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "delete from sessions where least(idle_expires_at, expires_at) <= least($1, now())",
        now
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
}
