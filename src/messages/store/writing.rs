//! What is kept of a message that somebody writes, and what goes with it.

use super::Thread;
use crate::{
    accounts::UserId,
    ids::{DentistId, MessageId, PhotoId},
    journeys::model::JourneyId,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many messages somebody wrote to a thread since a moment.
pub async fn written_since(
    db: &mut PgConnection,
    thread: &Thread,
    author: UserId,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages where author_id = $1 and journey_id = $2 and sent_at > $3"#,
        author as UserId,
        thread.journey as JourneyId,
        since,
    )
    .fetch_one(db)
    .await
}

/// The notification that is on its way because of an unread message, if there is one: it stands for a second as well. Held, so
/// that it is not cancelled before the second is there.
pub async fn being_told(
    db: &mut PgConnection,
    thread: &Thread,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select n.id from messages m join notifications n on n.id = m.notification_id
         join deliveries d on d.notification_id = n.id and d.channel = 'push'
         where m.user_id = $1 and m.journey_id = $2 and not m.from_patient and m.read_at is null
           and n.status = 'pending' and d.state = 'pending' and d.first_tried_at is null and n.read_at is null
         order by m.id desc limit 1 for no key update of n, d",
        thread.patient as UserId,
        thread.journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}

/// A message to be kept.
pub struct New<'a> {
    pub dentist: DentistId,
    pub author: UserId,
    pub body: &'a str,
    pub key: Uuid,
    pub notification: Option<i64>,
    pub now: DateTime<Utc>,
}

/// Keeps a message. `None`: it came before.
pub async fn write(
    db: &mut PgConnection,
    thread: &Thread,
    new: New<'_>,
) -> Result<Option<MessageId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at, notification_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (journey_id, author_id, key) do nothing returning id as "id: MessageId""#,
        thread.patient as UserId,
        thread.journey as JourneyId,
        new.dentist as DentistId,
        new.author as UserId,
        thread.own,
        new.body,
        new.key,
        new.now,
        new.notification,
    )
    .fetch_optional(db)
    .await
}

/// A message that came before.
pub struct Came {
    pub id: MessageId,
    pub body: String,
    /// Photos that go with it, and what is still being looked at.
    pub photos: i64,
}

/// The message that somebody's form made before, by its key.
pub async fn came(
    db: &mut PgConnection,
    thread: &Thread,
    author: UserId,
    key: Uuid,
) -> Result<Option<Came>, sqlx::Error> {
    sqlx::query_as!(
        Came,
        r#"select m.id as "id: MessageId", m.body,
                  (select count(*) from message_images a where a.message_id = m.id)
                  + (select count(*) from message_uploads w join image_uploads p on p.id = w.upload_id
                     where w.message_id = m.id and p.image_id is null and p.state <> 'rejected') as "photos!"
           from messages m where m.journey_id = $1 and m.author_id = $2 and m.key = $3"#,
        thread.journey as JourneyId,
        author as UserId,
        key,
    )
    .fetch_optional(db)
    .await
}

/// The photos that go with a message.
pub async fn attached(
    db: &mut PgConnection,
    message: MessageId,
) -> Result<Vec<PhotoId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select image_id as "id: PhotoId" from message_images where message_id = $1"#,
        message as MessageId
    )
    .fetch_all(db)
    .await
}

/// Lets photos of the thread's journey go with a message. Answers how many of them there are.
pub async fn attach(
    db: &mut PgConnection,
    thread: &Thread,
    message: MessageId,
    photos: &[PhotoId],
) -> Result<u64, sqlx::Error> {
    let attached = sqlx::query!(
        "insert into message_images (message_id, image_id)
         select $1, id from (
           select id from user_images where id = any($2) and journey_id = $3 and missing_since is null
           order by id for key share) there",
        message as MessageId,
        photos as &[PhotoId],
        thread.journey as JourneyId,
    )
    .execute(db)
    .await?;
    Ok(attached.rows_affected())
}

/// Lets what was just sent go with a message: at once what is a photo already, the rest once it is one.
pub async fn attach_sent(
    db: &mut PgConnection,
    thread: &Thread,
    message: MessageId,
    sent: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with sent as (
           select id, image_id from image_uploads where token = any($2) and user_id = $3 and journey_id = $4),
         there as (
           insert into message_images (message_id, image_id)
           select $1, image_id from sent where image_id is not null on conflict do nothing)
         insert into message_uploads (message_id, upload_id) select $1, id from sent on conflict do nothing",
        message as MessageId,
        sent,
        thread.patient as UserId,
        thread.journey as JourneyId,
    )
    .execute(db)
    .await?;
    Ok(())
}
