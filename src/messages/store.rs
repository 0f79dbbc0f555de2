//! The SQL of messages. Who may read one is asked here, with the row: its patient, and the dentist assigned to that patient
//! today (`care.seen`), as far as it was written to or by them or was shared with them.

pub mod replies;

use crate::{
    accounts::{Identity, Named, UserId, full_name},
    care::Scope,
    ids::DentistId,
    journeys::model::{JourneyId, Product},
    photos::{Photo, View},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A journey's messages, as somebody may read them.
#[derive(Clone, Debug)]
pub struct Thread {
    pub journey: JourneyId,
    pub product: Product,
    pub patient: UserId,
    first_name: String,
    last_name: String,
    email: String,
    birth_date: Option<NaiveDate>,
    clinic_number: Option<i64>,
    postal_code: Option<String>,
    /// The patient's.
    pub language: Option<String>,
    pub own: bool,
    /// Whether wear time is part of the record: of aligners, and of braces that a goal was set for.
    pub wear: bool,
    /// Who treats the patient today.
    pub dentist: Option<DentistId>,
    pub dentist_name: Option<String>,
}

impl Thread {
    pub fn patient_name(&self) -> String {
        full_name(&self.first_name, &self.last_name, &self.email)
    }

    /// What tells the patient from others of the same name: for those at a desk.
    pub fn identity(&self) -> Identity {
        Identity {
            id: self.patient,
            birth_date: self.birth_date,
            clinic_number: self.clinic_number,
            postal_code: self.postal_code.clone(),
            email: self.email.clone(),
        }
    }

    /// The dentist through whose eyes it is read; none for the patient, who reads everything.
    fn through(&self) -> Option<DentistId> {
        self.dentist.filter(|_| !self.own)
    }
}

pub async fn thread(
    db: &mut PgConnection,
    journey: JourneyId,
    scope: Scope,
) -> Result<Option<Thread>, sqlx::Error> {
    sqlx::query_as!(
        Thread,
        r#"select j.id as "journey: JourneyId", j.product as "product: Product", u.id as "patient: UserId",
                  u.first_name, u.last_name, u.email, u.birth_date, u.jarvis_id as clinic_number, u.postal_code,
                  told_in(u) as language, coalesce(u.id = ($2::care.scope).person, false) as "own!",
                  j.product = 'aligners' or coalesce(j.wear_goal_minutes > 0, false) as "wear!",
                  d.id as "dentist?: DentistId", d.display_name as "dentist_name?"
           from journeys j join users u on u.id = j.user_id left join dentists d on d.id = u.assigned_dentist_id
           join care.seen('photos', $2) seen on seen.patient = u.id
           where j.id = $1"#,
        journey as JourneyId,
        scope as Scope,
    )
    .fetch_optional(db)
    .await
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: i64,
    pub from_patient: bool,
    /// The dentist it was written to or by.
    pub dentist: String,
    pub dentist_id: DentistId,
    pub body: String,
    pub sent: DateTime<Utc>,
    pub read: Option<DateTime<Utc>>,
    /// How many photos of it are still being looked at.
    pub coming: i64,
}

/// The messages of a thread that its reader may read, newest first: `limit` of those before one.
pub async fn messages(
    db: &mut PgConnection,
    thread: &Thread,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    visible(db, thread.journey, thread.through(), before, limit).await
}

/// The newest messages of a journey that the dentist assigned to its patient may read.
pub async fn newest(
    db: &mut PgConnection,
    journey: JourneyId,
    dentist: DentistId,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    visible(db, journey, Some(dentist), None, limit).await
}

/// One message, as far as its patient (`dentist`: none) or a dentist may read it.
pub async fn one(
    db: &mut PgConnection,
    message: i64,
    dentist: Option<DentistId>,
) -> Result<Option<Message>, sqlx::Error> {
    sqlx::query_as!(
        Message,
        r#"select m.id, m.from_patient, d.display_name as dentist, m.dentist_id as "dentist_id: DentistId", m.body, m.sent_at as sent, m.read_at as read,
                  0::bigint as "coming!"
           from messages m join dentists d on d.id = m.dentist_id
           where m.id = $1 and ($2::bigint is null or m.dentist_id = $2 or m.id <=
                 (select max(s.up_to_id) from message_shares s where s.user_id = m.user_id and s.dentist_id = $2))"#,
        message,
        dentist as Option<DentistId>,
    )
    .fetch_optional(db)
    .await
}

/// Through a dentist's eyes, or the patient's.
async fn visible(
    db: &mut PgConnection,
    journey: JourneyId,
    dentist: Option<DentistId>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    sqlx::query_as!(
        Message,
        r#"select m.id, m.from_patient, d.display_name as dentist, m.dentist_id as "dentist_id: DentistId", m.body, m.sent_at as sent, m.read_at as read,
                  (select count(*) from message_uploads w join image_uploads p on p.id = w.upload_id
                   where w.message_id = m.id and p.state = 'received') as "coming!"
           from messages m join dentists d on d.id = m.dentist_id
           where m.journey_id = $1 and m.id < coalesce($3, 9223372036854775807)
             and ($2::bigint is null or m.dentist_id = $2 or m.id <=
                  (select max(s.up_to_id) from message_shares s where s.user_id = m.user_id and s.dentist_id = $2))
           order by m.id desc limit $4"#,
        journey as JourneyId,
        dentist as Option<DentistId>,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The photos that go with messages, with each message's id.
pub async fn photos(
    db: &mut PgConnection,
    messages: &[i64],
) -> Result<Vec<(i64, Photo)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select a.message_id, i.id, i.progress_stage as stage, i.view as "view: View", i.width, i.height, i.thumbhash
           from message_images a join user_images i on i.id = a.image_id
           where a.message_id = any($1) and i.missing_since is null order by a.message_id, i.id"#,
        messages,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let photo = Photo {
                id: row.id,
                stage: row.stage,
                view: row.view,
                width: row.width,
                height: row.height,
                thumbhash: row.thumbhash,
            };
            (row.message_id, photo)
        })
        .collect())
}

/// When photos were taken, as far as that is known, else when they came.
pub async fn taken(
    db: &mut PgConnection,
    photos: &[i64],
) -> Result<Vec<(i64, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, coalesce(captured_at, date_uploaded) as "at!" from user_images where id = any($1)"#,
        photos,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.at)).collect())
}

/// Notes that the reader of a thread has opened these messages, as far as the other side wrote them. Answers by which notifications
/// they were to be told of them.
pub async fn read(
    db: &mut PgConnection,
    thread: &Thread,
    messages: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    let told = sqlx::query_scalar!(
        r#"update messages set read_at = $5
           where id = any($4) and user_id = $1 and journey_id = $2 and from_patient = $3 and read_at is null
           returning notification_id"#,
        thread.patient as UserId,
        thread.journey as JourneyId,
        !thread.own,
        messages,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(told.into_iter().flatten().collect())
}

/// Those of some notifications that still stand for a message which waits to be read.
pub async fn still_owed(
    db: &mut PgConnection,
    notifications: &[i64],
) -> Result<Vec<i64>, sqlx::Error> {
    let owed = sqlx::query_scalar!(
        "select notification_id from messages where notification_id = any($1) and read_at is null",
        notifications
    )
    .fetch_all(db)
    .await?;
    Ok(owed.into_iter().flatten().collect())
}

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
         where m.user_id = $1 and m.journey_id = $2 and not m.from_patient and m.read_at is null
           and n.status = 'pending' and n.first_tried_at is null and n.read_at is null
         order by m.id desc limit 1 for no key update of n",
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
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at, notification_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (journey_id, author_id, key) do nothing returning id",
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
    pub id: i64,
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
        r#"select m.id, m.body,
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
pub async fn attached(db: &mut PgConnection, message: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select image_id from message_images where message_id = $1",
        message
    )
    .fetch_all(db)
    .await
}

/// Lets photos of the thread's journey go with a message. Answers how many of them there are.
pub async fn attach(
    db: &mut PgConnection,
    thread: &Thread,
    message: i64,
    photos: &[i64],
) -> Result<u64, sqlx::Error> {
    let attached = sqlx::query!(
        "insert into message_images (message_id, image_id)
         select $1, id from (
           select id from user_images where id = any($2) and journey_id = $3 and missing_since is null
           order by id for key share) there",
        message,
        photos,
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
    message: i64,
    sent: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with sent as (
           select id, image_id from image_uploads where token = any($2) and user_id = $3 and journey_id = $4),
         there as (
           insert into message_images (message_id, image_id)
           select $1, image_id from sent where image_id is not null on conflict do nothing)
         insert into message_uploads (message_id, upload_id) select $1, id from sent on conflict do nothing",
        message,
        sent,
        thread.patient as UserId,
        thread.journey as JourneyId,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The last message of a patient's, on whatever journey, that the dentist assigned to them may not read.
pub async fn last_kept_from(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select m.id from messages m where m.user_id = $1 and m.dentist_id <> $2
           and m.id > coalesce((select max(up_to_id) from message_shares where user_id = $1 and dentist_id = $2), 0)
         order by m.id desc limit 1",
        patient as UserId,
        dentist as DentistId,
    )
    .fetch_optional(db)
    .await
}

/// Whether a patient shared messages with a dentist since a moment.
pub async fn shared_since(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
    since: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from message_shares
             where user_id = $1 and dentist_id = $2 and shared_at > $3) as "yes!""#,
        patient as UserId,
        dentist as DentistId,
        since,
    )
    .fetch_one(db)
    .await
}

/// Lets a dentist read a patient's messages up to one, whoever they were written to or by.
pub async fn share(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
    up_to: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into message_shares (user_id, dentist_id, up_to_id, shared_at) values ($1, $2, $3, $4) on conflict do nothing",
        patient as UserId,
        dentist as DentistId,
        up_to,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The journey on which a patient's oldest unread message stands.
pub async fn first_unread(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from messages
           where user_id = $1 and not from_patient and read_at is null order by id limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// A thread in a dentist's list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub journey: JourneyId,
    pub product: Product,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Its newest message, and how that begins.
    pub last: i64,
    pub snippet: String,
    pub sent: DateTime<Utc>,
    pub from_patient: bool,
    pub unread: i64,
}

impl Listed {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// The threads of the patients whom somebody treats, those first that were written to last: `limit` of those whose newest message
/// is older than `before`.
pub async fn threads(
    db: &mut PgConnection,
    scope: Scope,
    unread: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"select j.id as "journey: JourneyId", j.product as "product: Product", u.id as "patient: UserId",
                  u.first_name, u.last_name, u.email, m.id as last, left(m.body, 120) as "snippet!",
                  m.sent_at as sent, m.from_patient, waiting.unread as "unread!"
           from users u join journeys j on j.user_id = u.id
           cross join lateral (
             select coalesce(max(s.up_to_id), 0) as up_to from message_shares s
             where s.user_id = u.id and s.dentist_id = ($1::care.scope).dentist) shared
           cross join lateral (
             select m.id, m.sent_at, m.from_patient, m.body from messages m
             where m.journey_id = j.id and (m.dentist_id = ($1::care.scope).dentist or m.id <= shared.up_to)
             order by m.id desc limit 1) m
           cross join lateral (
             select count(*) as unread from messages m
             where m.user_id = u.id and m.journey_id = j.id and m.from_patient and m.read_at is null
               and (m.dentist_id = ($1::care.scope).dentist or m.id <= shared.up_to)) waiting
           join care.seen('treat', $1) mine on mine.patient = u.id
           where m.id < coalesce($3, 9223372036854775807) and (not $2 or waiting.unread > 0)
           order by m.id desc limit $4"#,
        scope as Scope,
        unread,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}
