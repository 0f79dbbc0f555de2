//! The SQL of the inbox: what a patient was told, whether or not it reached a device; and what they want to be told how.

use crate::{
    accounts::UserId,
    notifications::{Kind, Template},
    ui::Language,
};
use chrono::{DateTime, NaiveTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A notification as its patient sees it.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: i64,
    pub kind: Kind,
    pub content: String,
    pub template: Option<Template>,
    pub journey: Option<i64>,
    pub at: DateTime<Utc>,
    pub read: bool,
}

impl Told {
    /// What it says to somebody who reads this language.
    pub fn text(&self, language: Language) -> String {
        self.template
            .map_or_else(|| self.content.clone(), |template| template.text(language))
    }
}

/// What a patient has been told by `now`, newest first: `limit` of those before the notification `before`.
pub async fn inbox(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        r#"select id, kind as "kind: Kind", content, template as "template: Template", journey_id as journey, told_at as "at!", read_at is not null as "read!"
           from notifications
           where user_id = $1 and status <> 'cancelled' and told_at <= $2
             and ($3::bigint is null or (told_at, id) < (select told_at, id from notifications where id = $3 and user_id = $1))
           order by told_at desc, id desc limit $4"#,
        patient as UserId,
        now,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// In how many seconds the next of a patient's that is scheduled stands in their inbox.
pub async fn next_told(db: &mut PgConnection, patient: UserId) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select extract(epoch from min(told_at) - now())::float8 as "seconds" from notifications
           where user_id = $1 and told_at > now() and status <> 'cancelled' and read_at is null"#,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

/// Notes that a patient opened one of theirs, and answers it.
pub async fn open(
    db: &mut PgConnection,
    patient: UserId,
    id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        r#"update notifications set read_at = coalesce(read_at, $3)
           where id = $2 and user_id = $1 and status <> 'cancelled' and told_at <= $3
           returning id, kind as "kind: Kind", content, template as "template: Template", journey_id as journey, told_at as "at!", true as "read!""#,
        patient as UserId,
        id,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Whose a notification is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, id: i64) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from notifications where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Notes that a patient has read all that they were told up to the notification `up_to`, their newest when they said so.
pub async fn read_all(
    db: &mut PgConnection,
    patient: UserId,
    up_to: i64,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "update notifications set read_at = $3
         where id in (
           select id from notifications
           where user_id = $1 and read_at is null and status <> 'cancelled' and told_at <= $3
             and (told_at, id) <= (select told_at, id from notifications where id = $2 and user_id = $1)
           order by id for no key update)",
        patient as UserId,
        up_to,
        now,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Notes that what some notifications told of has been read elsewhere.
pub async fn read_elsewhere(
    db: &mut PgConnection,
    ids: &[i64],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notifications set read_at = $2
         where read_at is null and id in (select id from notifications where id = any ($1) order by id for no key update)",
        ids,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the push provider knows a patient by.
pub async fn push_id(db: &mut PgConnection, patient: UserId) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!("select push_id from users where id = $1", patient as UserId)
        .fetch_one(db)
        .await
}

/// What a patient wants on their device, and when not.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Kinds that stay in the inbox.
    pub unpushed: Vec<Kind>,
    pub quiet_from: NaiveTime,
    /// The same as `quiet_from`: never quiet.
    pub quiet_until: NaiveTime,
}

pub async fn wishes(db: &mut PgConnection, patient: UserId) -> Result<Wishes, sqlx::Error> {
    sqlx::query_as!(
        Wishes,
        r#"select unpushed as "unpushed: Vec<Kind>", quiet_from, quiet_until from users where id = $1"#,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

pub async fn set_wishes(
    db: &mut PgConnection,
    patient: UserId,
    wishes: &Wishes,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set unpushed = $2, quiet_from = $3, quiet_until = $4 where id = $1",
        patient as UserId,
        &wishes.unpushed as &[Kind],
        wishes.quiet_from,
        wishes.quiet_until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets go what was put off to the end of a patient's quiet hours: those that hold now are looked at anew.
pub async fn let_go(db: &mut PgConnection, patient: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with let_go as (
           update notifications set due_at = now()
           where first_tried_at is null and id in (
             select id from notifications
             where user_id = $1 and status = 'pending' and first_tried_at is null and due_at > now() and told_at <= now()
             order by id for no key update)
           returning id
         )
         select pg_notify('notifications', '') from let_go limit 1",
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(())
}
