//! The SQL of reviews. Which cases somebody sees is asked here, with the row: those of patients assigned to them today.

mod promised;
mod queue;
mod told;

pub use promised::{promised, waiting_of};
pub use queue::{Case, Shown, queue};
pub use told::{Told, told};

use super::model::{Decision, Kind, RetakeReason};
use crate::{
    accounts::{Named, UserId},
    care::Scope,
    ids::{DentistId, PhotoId, ReportId, ReviewId},
    journeys::model::{EventId, JourneyId},
    photos::{self, Photo, View},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A decision as it was taken.
#[derive(Clone, Debug)]
pub struct Review {
    pub id: ReviewId,
    pub kind: Kind,
    pub hold_days: Option<i32>,
    pub note: Option<String>,
    pub clinic_note: Option<String>,
    pub dentist: String,
    /// Who took it.
    pub actor: UserId,
    pub decided: DateTime<Utc>,
    pub settled: Option<DateTime<Utc>>,
    pub withdrawn: Option<DateTime<Utc>>,
    /// Whether a hold moved the due date; it did not if the journey had moved on.
    pub moved: bool,
}

/// The decisions on a journey's stage, newest first.
pub async fn of_stage(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<Review>, sqlx::Error> {
    sqlx::query_as!(
        Review,
        r#"select r.id as "id: ReviewId", r.decision as "kind: Kind", r.hold_days, r.note, r.clinic_note,
                  d.display_name as dentist, r.actor_id as "actor: UserId", r.decided_at as decided,
                  r.settled_at as settled, r.withdrawn_at as withdrawn, r.event_id is not null as "moved!"
           from reviews r join dentists d on d.id = r.dentist_id
           where r.journey_id = $1 and r.progress_stage = $2 order by r.id desc limit 50"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await
}

/// The views that retakes ask for, of several reviews.
pub async fn retakes(
    db: &mut PgConnection,
    reviews: &[ReviewId],
) -> Result<Vec<(ReviewId, View, RetakeReason)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select review_id as "review: ReviewId", view as "view: View", reason as "reason: RetakeReason" from review_views
           where review_id = any($1) order by review_id, view"#,
        reviews as &[ReviewId],
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.review, row.view, row.reason))
        .collect())
}

/// The id of the newest decision on a stage, taken back or not.
pub async fn newest(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Option<ReviewId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: ReviewId" from reviews where journey_id = $1 and progress_stage = $2 order by id desc limit 1"#,
        journey as JourneyId,
        stage,
    )
    .fetch_optional(db)
    .await
}

/// The photos of a stage, newest first.
#[derive(Default)]
pub struct Photos {
    pub all: Vec<Photo>,
    /// Those of them that wait for a decision.
    pub waiting: Vec<PhotoId>,
}

pub async fn photos(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Photos, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash, awaits_review from user_images
           where journey_id = $1 and progress_stage = $2 and missing_since is null order by id desc limit 500"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await?;
    let mut photos = Photos::default();
    for row in rows {
        if row.awaits_review {
            photos.waiting.push(row.id);
        }
        photos.all.push(Photo {
            id: row.id,
            stage: row.stage,
            view: row.view,
            width: row.width,
            height: row.height,
            thumbhash: row.thumbhash,
        });
    }
    Ok(photos)
}

/// The same photos' ids with their views, held until the transaction ends, so that none is deleted, nor becomes another view, amid
/// a decision on it.
pub async fn hold_photos(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<(PhotoId, View)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: PhotoId", view as "view: View" from user_images
           where journey_id = $1 and progress_stage = $2 and missing_since is null order by id desc limit 500 for update"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.view)).collect())
}

/// A decision to be recorded.
pub struct New<'a> {
    pub patient: UserId,
    pub journey: JourneyId,
    pub stage: i32,
    pub decision: &'a Decision,
    pub note: Option<&'a str>,
    pub clinic_note: Option<&'a str>,
    pub dentist: DentistId,
    pub actor: UserId,
    /// The newest decision that the sender saw.
    pub previous: Option<ReviewId>,
    /// What it is decided on.
    pub photos: &'a [PhotoId],
    pub now: DateTime<Utc>,
    pub effective: DateTime<Utc>,
}

/// Records a decision. `None`: the decision that the sender saw has a successor already.
pub async fn record(db: &mut PgConnection, new: New<'_>) -> Result<Option<ReviewId>, sqlx::Error> {
    let hold_days = match new.decision {
        Decision::Hold(days) => Some(*days),
        _ => None,
    };
    let Some(review) = sqlx::query_scalar!(
        r#"insert into reviews (user_id, journey_id, progress_stage, decision, hold_days, note, clinic_note, dentist_id,
                              actor_id, previous_review_id, decided_at, effective_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict on constraint reviews_one_successor do nothing returning id as "id: ReviewId""#,
        new.patient as UserId,
        new.journey as JourneyId,
        new.stage,
        new.decision.kind() as Kind,
        hold_days,
        new.note,
        new.clinic_note,
        new.dentist as DentistId,
        new.actor as UserId,
        new.previous as Option<ReviewId>,
        new.now,
        new.effective,
    )
    .fetch_optional(&mut *db)
    .await?
    else {
        return Ok(None);
    };
    if let Decision::Retake(views) = new.decision {
        let (views, reasons): (Vec<View>, Vec<RetakeReason>) = views.iter().copied().unzip();
        sqlx::query!(
            "insert into review_views (review_id, view, reason)
             select $1, * from unnest($2::image_view[], $3::retake_reason[])",
            review as ReviewId,
            views as Vec<View>,
            reasons as Vec<RetakeReason>,
        )
        .execute(&mut *db)
        .await?;
    }
    let decided = photos::set_awaiting(&mut *db, new.photos, false).await?;
    sqlx::query!(
        "insert into review_photos (review_id, image_id) select $1, unnest($2::bigint[])",
        review as ReviewId,
        decided as Vec<PhotoId>,
    )
    .execute(&mut *db)
    .await?;
    Ok(Some(review))
}

/// The journey of a decision that `actor` took.
pub async fn journey_of(
    db: &mut PgConnection,
    review: ReviewId,
    actor: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from reviews where id = $1 and actor_id = $2"#,
        review as ReviewId,
        actor as UserId,
    )
    .fetch_optional(db)
    .await
}

/// The case of a decision that `actor` took, taken back or not.
pub async fn place(
    db: &mut PgConnection,
    review: ReviewId,
    actor: UserId,
) -> Result<Option<(JourneyId, i32)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select journey_id as "id: JourneyId", progress_stage as stage from reviews where id = $1 and actor_id = $2"#,
        review as ReviewId,
        actor as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.stage)))
}

/// Whose photos a decision is about, whoever took it: so that a refusal can say whose record it was about.
pub async fn subject(
    db: &mut PgConnection,
    review: ReviewId,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from reviews where id = $1"#,
        review as ReviewId
    )
    .fetch_optional(db)
    .await
}

/// The journey of a decision, whoever took it.
pub async fn journey_of_any(
    db: &mut PgConnection,
    review: ReviewId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from reviews where id = $1"#,
        review as ReviewId
    )
    .fetch_optional(db)
    .await
}

/// A decision that has not taken effect, locked until the transaction ends.
pub struct Open {
    pub patient: UserId,
    pub stage: i32,
    pub kind: Kind,
    pub hold_days: Option<i32>,
    pub dentist: DentistId,
    pub actor: UserId,
    pub effective: DateTime<Utc>,
}

pub async fn open(db: &mut PgConnection, review: ReviewId) -> Result<Option<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        r#"select user_id as "patient: UserId", progress_stage as stage,
                  decision as "kind: Kind", hold_days, dentist_id as "dentist: DentistId", actor_id as "actor: UserId",
                  effective_at as effective
           from reviews where id = $1 and settled_at is null and withdrawn_at is null for update"#,
        review as ReviewId,
    )
    .fetch_optional(db)
    .await
}

/// Decisions that should have taken effect before a moment, and whose job seems to have given up: `limit` of the oldest.
pub async fn overdue(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ReviewId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: ReviewId" from reviews where settled_at is null and withdrawn_at is null and effective_at < $1
         order by effective_at limit $2"#,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Notes that a decision has taken effect and is told.
pub async fn settle(
    db: &mut PgConnection,
    review: ReviewId,
    notification: i64,
    event: Option<EventId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reviews set settled_at = $2, notification_id = $3, event_id = $4 where id = $1",
        review as ReviewId,
        now,
        notification,
        event as Option<EventId>,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a decision back: its photos wait again, but for those that another was taken on.
pub async fn withdraw(
    db: &mut PgConnection,
    review: ReviewId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update reviews set withdrawn_at = $2 where id = $1",
        review as ReviewId,
        now
    )
    .execute(&mut *db)
    .await?;
    let freed = sqlx::query_scalar!(
        r#"select image_id as "id: PhotoId" from review_photos freed
           where review_id = $1
             and not exists (select from review_photos other join reviews r on r.id = other.review_id
                             where other.image_id = freed.image_id and r.withdrawn_at is null)"#,
        review as ReviewId,
    )
    .fetch_all(&mut *db)
    .await?;
    photos::set_awaiting(db, &freed, true).await?;
    Ok(())
}

/// A decision that somebody has just taken.
pub struct Decided {
    pub id: ReviewId,
    pub journey: JourneyId,
    pub stage: i32,
    pub kind: Kind,
    pub hold_days: Option<i32>,
    /// The views that a retake asks for.
    pub views: Vec<View>,
    /// A report of the patient's that waits for an answer.
    pub report: Option<ReportId>,
    /// Whether it can still be taken back.
    pub open: bool,
    pub effective: DateTime<Utc>,
    pub previous: Option<ReviewId>,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
}

impl Decided {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// A decision of `actor`'s on a patient who is still assigned to them.
pub async fn decided(
    db: &mut PgConnection,
    scope: Scope,
    review: ReviewId,
    actor: UserId,
) -> Result<Option<Decided>, sqlx::Error> {
    sqlx::query_as!(
        Decided,
        r#"select r.id as "id: ReviewId", r.journey_id as "journey: JourneyId", r.progress_stage as stage, r.decision as "kind: Kind",
                  r.hold_days, array(select v.view from review_views v where v.review_id = r.id order by v.view) as "views!: Vec<View>",
                  (select p.id from reports p where p.user_id = u.id and p.state in ('new', 'seen')
                   order by p.state, p.kind <> 'pain', p.id limit 1) as "report?: ReportId",
                  r.settled_at is null and r.withdrawn_at is null as "open!", r.effective_at as effective,
                  r.previous_review_id as "previous: ReviewId", u.id as "patient: UserId", u.first_name, u.last_name, u.email
           from reviews r join users u on u.id = r.user_id join care.seen('treat', $3) mine on mine.patient = u.id
           where r.id = $1 and r.actor_id = $2 and r.withdrawn_at is null"#,
        review as ReviewId,
        actor as UserId,
        scope as Scope,
    )
    .fetch_optional(db)
    .await
}

/// A decision that a dentist took lately.
pub struct Lately {
    pub journey: JourneyId,
    pub stage: i32,
    pub kind: Kind,
    pub hold_days: Option<i32>,
    /// The views that a retake asks for.
    pub views: Vec<View>,
    pub at: DateTime<Utc>,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
}

impl Lately {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// What a dentist decided since a moment and did not take back, on patients who are still assigned to them: `limit` of the newest.
pub async fn decided_since(
    db: &mut PgConnection,
    scope: Scope,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Lately>, sqlx::Error> {
    sqlx::query_as!(
        Lately,
        r#"select r.journey_id as "journey: JourneyId", r.progress_stage as stage, r.decision as "kind: Kind", r.decided_at as at,
                  r.hold_days, array(select v.view from review_views v where v.review_id = r.id order by v.view) as "views!: Vec<View>",
                  u.id as "patient: UserId", u.first_name, u.last_name, u.email
           from reviews r join users u on u.id = r.user_id join care.seen('treat', $1) mine on mine.patient = u.id
           where r.dentist_id = ($1::care.scope).dentist and r.decided_at >= $2 and r.withdrawn_at is null
           order by r.decided_at desc, r.id desc limit $3"#,
        scope as Scope,
        since,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The newest photo of each view, of the last stage before `stage` and of the first that there are photos of.
pub async fn before(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select distinct on (progress_stage, view) id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash
           from user_images where journey_id = $1 and missing_since is null and progress_stage in (
             (select max(progress_stage) from user_images where journey_id = $1 and progress_stage < $2 and missing_since is null),
             (select min(progress_stage) from user_images where journey_id = $1 and progress_stage < $2 and missing_since is null))
           order by progress_stage, view, id desc"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await
}

/// The photos that a case begins with, so that they can be there before the case is: the newest of the view that its page shows
/// first, and the one beside it. That view is the first that was asked for again and has come, or else the first that there is; the
/// other photo is of the stage before or, without one there, of the first stage.
pub async fn first_seen(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<PhotoId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with newest as (
             select distinct on (view) id, view, awaits_review from user_images
             where journey_id = $1 and progress_stage = $2 and missing_since is null order by view, id desc),
           last as (
             select id, decision from reviews where journey_id = $1 and progress_stage = $2 and withdrawn_at is null
             order by id desc limit 1),
           now as (
             select n.id, n.view from newest n
             order by (n.awaits_review and exists (
               select from last l join review_views v on v.review_id = l.id
               where l.decision = 'retake' and v.view = n.view)) desc, n.view limit 1)
           select id as "id!: PhotoId" from now
           union all
           (select b.id from user_images b join now on now.view = b.view
            where b.journey_id = $1 and b.missing_since is null and b.progress_stage in (
              (select max(progress_stage) from user_images where journey_id = $1 and progress_stage < $2 and missing_since is null),
              (select min(progress_stage) from user_images where journey_id = $1 and progress_stage < $2 and missing_since is null))
            order by b.progress_stage desc, b.id desc limit 1)"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await
}

/// What a patient said of a journey's events.
pub struct Note {
    pub text: String,
    pub at: DateTime<Utc>,
}

/// The newest of them.
pub async fn notes(db: &mut PgConnection, journey: JourneyId) -> Result<Vec<Note>, sqlx::Error> {
    sqlx::query_as!(
        Note,
        r#"select note as "text!", start_date as at from (
             select id, note, start_date, actor_id = user_id as own from progress_events
             where journey_id = $1 order by id desc limit 20) newest
           where note is not null and own order by id desc limit 3"#,
        journey as JourneyId,
    )
    .fetch_all(db)
    .await
}
