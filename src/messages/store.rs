//! The SQL of messages. Who may read one is asked here, with the row: its patient, and the dentist assigned to that patient
//! today (`care.seen`), as far as it was written to or by them or was shared with them.

mod inbox;
pub mod replies;
mod sharing;
mod writing;

pub use inbox::{Listed, first_unread, threads};
pub use sharing::{last_kept_from, share, shared_since};
pub use writing::{
    Came, New, attach, attach_sent, attached, being_told, came, write, written_since,
};

use crate::{
    accounts::{Identity, UserId, full_name},
    care::Scope,
    ids::{DentistId, MessageId, PhotoId},
    journeys::model::{JourneyId, Product},
    photos::{Photo, View},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

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
    pub id: MessageId,
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
    before: Option<MessageId>,
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
    message: MessageId,
    dentist: Option<DentistId>,
) -> Result<Option<Message>, sqlx::Error> {
    sqlx::query_as!(
        Message,
        r#"select m.id as "id: MessageId", m.from_patient, d.display_name as dentist, m.dentist_id as "dentist_id: DentistId", m.body, m.sent_at as sent, m.read_at as read,
                  0::bigint as "coming!"
           from messages m join dentists d on d.id = m.dentist_id
           where m.id = $1 and ($2::bigint is null or m.dentist_id = $2 or m.id <=
                 (select max(s.up_to_id) from message_shares s where s.user_id = m.user_id and s.dentist_id = $2))"#,
        message as MessageId,
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
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    sqlx::query_as!(
        Message,
        r#"select m.id as "id: MessageId", m.from_patient, d.display_name as dentist, m.dentist_id as "dentist_id: DentistId", m.body, m.sent_at as sent, m.read_at as read,
                  (select count(*) from message_uploads w join image_uploads p on p.id = w.upload_id
                   where w.message_id = m.id and p.state = 'received') as "coming!"
           from messages m join dentists d on d.id = m.dentist_id
           where m.journey_id = $1 and m.id < coalesce($3, 9223372036854775807)
             and ($2::bigint is null or m.dentist_id = $2 or m.id <=
                  (select max(s.up_to_id) from message_shares s where s.user_id = m.user_id and s.dentist_id = $2))
           order by m.id desc limit $4"#,
        journey as JourneyId,
        dentist as Option<DentistId>,
        before as Option<MessageId>,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The photos that go with messages, with each message's id.
pub async fn photos(
    db: &mut PgConnection,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, Photo)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select a.message_id as "message: MessageId", i.id as "id: PhotoId", i.progress_stage as stage, i.view as "view: View", i.width, i.height, i.thumbhash
           from message_images a join user_images i on i.id = a.image_id
           where a.message_id = any($1) and i.missing_since is null order by a.message_id, i.id"#,
        messages as &[MessageId],
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
            (row.message, photo)
        })
        .collect())
}

/// When photos were taken, as far as that is known, else when they came.
pub async fn taken(
    db: &mut PgConnection,
    photos: &[PhotoId],
) -> Result<Vec<(PhotoId, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: PhotoId", coalesce(captured_at, date_uploaded) as "at!" from user_images where id = any($1)"#,
        photos as &[PhotoId],
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
    messages: &[MessageId],
    now: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    let told = sqlx::query_scalar!(
        r#"update messages set read_at = $5
           where id = any($4) and user_id = $1 and journey_id = $2 and from_patient = $3 and read_at is null
           returning notification_id"#,
        thread.patient as UserId,
        thread.journey as JourneyId,
        !thread.own,
        messages as &[MessageId],
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
