//! The SQL by which a report comes to be, with its photos.

use crate::{
    accounts::UserId,
    ids::{PhotoId, ReportId},
    journeys::model::JourneyId,
    reports::model::{Kind, State},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// The report that a patient's form made before.
pub struct Came {
    pub id: ReportId,
    pub journey: JourneyId,
    pub kind: Kind,
    pub state: State,
    pub note: Option<String>,
    /// Photos that go with it, and what is still being looked at.
    pub photos: i64,
}

pub async fn came(
    db: &mut PgConnection,
    patient: UserId,
    key: Uuid,
) -> Result<Option<Came>, sqlx::Error> {
    sqlx::query_as!(
        Came,
        r#"select r.id as "id: ReportId", r.journey_id as "journey: JourneyId", r.kind as "kind: Kind", r.state as "state: State", r.note,
                  (select count(*) from report_images a where a.report_id = r.id)
                  + (select count(*) from report_uploads w join image_uploads p on p.id = w.upload_id
                     where w.report_id = r.id and p.image_id is null and p.state <> 'rejected') as "photos!"
           from reports r where r.user_id = $1 and r.form_key = $2"#,
        patient as UserId,
        key,
    )
    .fetch_optional(db)
    .await
}

/// The photos that go with a report.
pub async fn attached(
    db: &mut PgConnection,
    report: ReportId,
) -> Result<Vec<PhotoId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select image_id as "id: PhotoId" from report_images where report_id = $1"#,
        report as ReportId
    )
    .fetch_all(db)
    .await
}

/// How many reports a patient has made since a moment.
pub async fn made_since(
    db: &mut PgConnection,
    patient: UserId,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from reports where user_id = $1 and created_at > $2"#,
        patient as UserId,
        since,
    )
    .fetch_one(db)
    .await
}

/// A report to be written.
pub struct New<'a> {
    pub patient: UserId,
    pub journey: JourneyId,
    pub stage: i32,
    pub kind: Kind,
    pub note: Option<&'a str>,
    pub key: Uuid,
    pub notification: Option<i64>,
    pub staff_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// Writes a report; none if its form made one before.
pub async fn write(db: &mut PgConnection, new: New<'_>) -> Result<Option<ReportId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into reports (user_id, journey_id, progress_stage, kind, note, form_key, notification_id, staff_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (user_id, form_key) do nothing returning id as "id: ReportId""#,
        new.patient as UserId,
        new.journey as JourneyId,
        new.stage,
        new.kind as Kind,
        new.note,
        new.key,
        new.notification,
        new.staff_at,
        new.now,
    )
    .fetch_optional(db)
    .await
}

/// Lets photos of the same journey go with a report. Answers how many of them there are.
pub async fn attach(
    db: &mut PgConnection,
    report: ReportId,
    journey: JourneyId,
    photos: &[PhotoId],
) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "insert into report_images (report_id, image_id)
         select $1, id from user_images where id = any($3) and journey_id = $2 and missing_since is null
         on conflict do nothing",
        report as ReportId,
        journey as JourneyId,
        photos as &[PhotoId],
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Lets what a patient has just sent go with a report once it is a photo, or at once if it is one.
pub async fn attach_sent(
    db: &mut PgConnection,
    report: ReportId,
    patient: UserId,
    tokens: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with sent as (
           select id, image_id from image_uploads
           where token = any($3) and user_id = $2 and journey_id = (select journey_id from reports where id = $1)),
         waiting as (
           insert into report_uploads (report_id, upload_id) select $1, id from sent on conflict do nothing)
         insert into report_images (report_id, image_id)
           select distinct $1::bigint, image_id from sent where image_id is not null on conflict do nothing",
        report as ReportId,
        patient as UserId,
        tokens,
    )
    .execute(db)
    .await?;
    Ok(())
}
