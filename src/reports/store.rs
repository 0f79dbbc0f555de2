//! The SQL of reports. Who may read one is asked here, with the row (`care.seen`): its patient, and the dentist assigned to that
//! patient today; staff are given neither note nor photos.

mod desk;
mod making;
mod promised;
mod told;

pub use desk::{
    Answered, Open, Unseen, answered_of_dentist, has_new, open_of_dentist, open_unseen_for_staff,
};
pub use making::{Came, New, attach, attach_sent, attached, came, made_since, write};
pub use promised::{Promised, promised, unseen};
pub use told::{Current, Told, current_of, of_journey};

use super::model::{Kind, State};
use crate::{
    accounts::{Role, UserId},
    care::Scope,
    ids::{MessageId, PhotoId, ReportId},
    journeys::model::{JourneyId, Product},
    photos::{Photo, View},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A report as its patient and their dentist read it.
#[derive(Clone, Debug)]
pub struct Report {
    pub id: ReportId,
    pub patient: UserId,
    pub own: bool,
    pub journey: JourneyId,
    pub product: Product,
    pub stage: i32,
    pub kind: Kind,
    pub state: State,
    pub note: Option<String>,
    pub created: DateTime<Utc>,
    pub seen: Option<DateTime<Utc>>,
    pub answered: Option<DateTime<Utc>>,
    pub closed: Option<DateTime<Utc>>,
    /// Who acknowledged it, as patients know them.
    pub seen_by: Option<String>,
    /// Whether the patient closed it.
    pub closed_by_patient: bool,
    /// The message that answered it, or that says why it was closed without an answer.
    pub message: Option<MessageId>,
    /// What was sent with it and is still being looked at.
    pub uploads: i64,
    /// What was sent with it and cannot be a photo.
    pub unusable: i64,
}

impl Report {
    /// Whether it waits for the dentist.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// Whether no dentist has seen it, be it closed by its patient since.
    pub fn is_unseen(&self) -> bool {
        self.seen.is_none()
    }

    /// Whether its message says why it was closed, and is no answer.
    pub fn closed_unanswered(&self) -> bool {
        self.closed.is_some() && self.closed == self.answered
    }
}

/// A report that somebody may read.
pub async fn visible(
    db: &mut PgConnection,
    report: ReportId,
    scope: Scope,
) -> Result<Option<Report>, sqlx::Error> {
    sqlx::query_as!(
        Report,
        r#"select r.id as "id: ReportId", r.user_id as "patient: UserId", coalesce(r.user_id = ($2::care.scope).person, false) as "own!", r.journey_id as "journey: JourneyId",
                  j.product as "product: Product", r.progress_stage as stage, r.kind as "kind: Kind", r.state as "state: State",
                  r.note, r.created_at as created, r.seen_at as seen, r.answered_at as answered, r.closed_at as closed,
                  (select d.display_name from dentists d where d.user_id = r.seen_by) as seen_by,
                  coalesce(r.closed_by = r.user_id, false) as "closed_by_patient!", r.message_id as "message: MessageId",
                  (select count(*) from report_uploads w join image_uploads p on p.id = w.upload_id
                   where w.report_id = r.id and p.state = 'received') as "uploads!",
                  (select count(*) from report_uploads w join image_uploads p on p.id = w.upload_id
                   where w.report_id = r.id and p.state = 'rejected' and p.image_id is null) as "unusable!"
           from reports r join journeys j on j.id = r.journey_id join care.seen('photos', $2) seen on seen.patient = r.user_id
           where r.id = $1"#,
        report as ReportId,
        scope as Scope,
    )
    .fetch_optional(db)
    .await
}

/// Whose report this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, report: ReportId) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from reports where id = $1"#,
        report as ReportId
    )
    .fetch_optional(db)
    .await
}

/// The photos that go with reports, with each report's id.
pub async fn photos(
    db: &mut PgConnection,
    reports: &[ReportId],
) -> Result<Vec<(ReportId, Photo)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select a.report_id as "report: ReportId", i.id as "id: PhotoId", i.progress_stage as stage, i.view as "view: View", i.width, i.height, i.thumbhash
           from report_images a join user_images i on i.id = a.image_id
           where a.report_id = any($1) and i.missing_since is null order by a.report_id, i.id"#,
        reports as &[ReportId],
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
            (row.report, photo)
        })
        .collect())
}

/// A report that is held until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: ReportId,
    pub patient: UserId,
    pub journey: JourneyId,
    pub state: State,
    /// Whether a dentist has acknowledged it.
    pub seen: bool,
    /// How the dentist was told.
    pub notification: Option<i64>,
    /// When staff are to be told.
    pub staff_at: DateTime<Utc>,
    pub staff_told: bool,
}

pub async fn held(db: &mut PgConnection, report: ReportId) -> Result<Option<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select r.id as "id: ReportId", r.user_id as "patient: UserId", r.journey_id as "journey: JourneyId", r.state as "state: State",
                  r.seen_at is not null as "seen!", r.notification_id as notification, r.staff_at,
                  r.staff_told_at is not null as "staff_told!"
           from reports r where r.id = $1 for no key update"#,
        report as ReportId,
    )
    .fetch_optional(db)
    .await
}

/// The journey of a report, whoever asks.
pub async fn journey_of(
    db: &mut PgConnection,
    report: ReportId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from reports where id = $1"#,
        report as ReportId
    )
    .fetch_optional(db)
    .await
}

/// What a report was answered, if it was by this form of somebody's.
pub async fn answered_by(
    db: &mut PgConnection,
    report: ReportId,
    by: UserId,
    key: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select m.body from reports r join messages m on m.id = r.message_id
         where r.id = $1 and m.author_id = $2 and m.key = $3",
        report as ReportId,
        by as UserId,
        key,
    )
    .fetch_optional(db)
    .await
}

/// What waits of a patient's reports, held until the transaction ends: each with how a dentist was told of it.
pub async fn hold_open(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Vec<(ReportId, Option<i64>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: ReportId", notification_id as notification from reports
         where user_id = $1 and (state in ('new', 'seen') or (state = 'closed' and seen_at is null)) order by id for no key update"#,
        patient as UserId,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.notification))
        .collect())
}

/// Makes reports new ones to whoever treats their patient by now; what the patient has closed stays closed, and is still to be seen.
pub async fn renew(
    db: &mut PgConnection,
    reports: &[ReportId],
    notification: Option<i64>,
    staff_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reports set state = case state when 'closed' then state else 'new' end, seen_at = null, seen_by = null,
                notification_id = $2, staff_at = $3, staff_told_at = null
         where id = any($1) and (state in ('new', 'seen') or (state = 'closed' and seen_at is null))",
        reports as &[ReportId],
        notification,
        staff_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that a dentist has acknowledged a report that is held; one that its patient has closed stays closed.
pub async fn acknowledge(
    db: &mut PgConnection,
    report: ReportId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reports set state = case state when 'new' then 'seen' else state end, seen_at = $3, seen_by = $2
         where id = $1 and seen_at is null",
        report as ReportId,
        by as UserId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes which message answers a report that is held; it counts as seen by whoever wrote that.
pub async fn answer(
    db: &mut PgConnection,
    report: ReportId,
    by: UserId,
    key: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update reports r set state = 'answered', seen_at = coalesce(r.seen_at, $4), seen_by = coalesce(r.seen_by, $2),
                answered_at = $4, message_id = m.id
         from messages m
         where r.id = $1 and r.state in ('new', 'seen') and m.journey_id = r.journey_id and m.author_id = $2 and m.key = $3",
        report as ReportId,
        by as UserId,
        key,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes a report that is held, unless it is closed already.
pub async fn close(
    db: &mut PgConnection,
    report: ReportId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reports set state = 'closed', closed_at = $3, closed_by = $2 where id = $1 and state <> 'closed'",
        report as ReportId,
        by as UserId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those that staff were to be told of before a moment and were not, whatever became of the job: `limit` at most.
pub async fn overdue(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ReportId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: ReportId" from reports where seen_at is null and staff_told_at is null and staff_at < $1 order by staff_at limit $2"#,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Notes that staff were told of a report.
pub async fn staff_told(
    db: &mut PgConnection,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reports set staff_told_at = $2 where id = $1",
        report as ReportId,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those who work for the clinic, with the language each is told things in; administrators, where nobody else does.
pub async fn staff(db: &mut PgConnection) -> Result<Vec<(UserId, Option<String>)>, sqlx::Error> {
    let mut rows = sqlx::query!(
        r#"select u.id as "id: UserId", told_in(u) as language, r.role as "role: Role"
           from user_roles r join users u on u.id = r.user_id
           where r.role in ('staff', 'admin') and u.disabled_at is null order by u.id limit 400"#,
    )
    .fetch_all(db)
    .await?;
    let role = match rows.iter().any(|row| row.role == Role::Staff) {
        true => Role::Staff,
        false => Role::Admin,
    };
    rows.retain(|row| row.role == role);
    Ok(rows.into_iter().map(|row| (row.id, row.language)).collect())
}
