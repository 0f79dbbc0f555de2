//! The SQL of the photos of the step that a patient wears.

use crate::{accounts::UserId, ids::JourneyId, photos::View};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// How long the photos from before the first step count as those of the first one: they are not asked for twice within days.
pub const FIRST_PHOTOS: TimeDelta = TimeDelta::days(14);

/// The step that a patient wears, and how far they are with its photos.
#[derive(Clone, Debug)]
pub struct Worn {
    pub journey: i64,
    pub stage: i32,
    /// The views that there are photos of, or that are on their way.
    pub views: Vec<View>,
    /// How many views the newest decision asks for again of which no photo came since.
    pub asked_again: i64,
}

/// What told that views of a step are needed again, once a photo of each has come since.
pub async fn asked_and_sent(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<i64>, sqlx::Error> {
    let told = sqlx::query_scalar!(
        r#"select r.notification_id from reviews r
           where r.journey_id = $1 and r.progress_stage = $2 and r.settled_at is not null
             and exists (select from review_views v where v.review_id = r.id)
             and not exists (
               select from review_views v where v.review_id = r.id
                 and not exists (select from user_images i where i.journey_id = r.journey_id and i.progress_stage = r.progress_stage
                                 and i.view = v.view and i.awaits_review and i.missing_since is null
                                 and i.date_uploaded > r.decided_at))"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await?;
    Ok(told.into_iter().flatten().collect())
}

/// None while nothing is worn: before the start, paused, or done.
pub async fn worn(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Worn>, sqlx::Error> {
    sqlx::query_as!(
        Worn,
        r#"select j.id as journey, j.current_progress_stage as stage,
                  array(
                    select i.view from user_images i
                    where i.journey_id = j.id and i.missing_since is null
                      and (i.progress_stage = j.current_progress_stage
                           or j.current_progress_stage = 1 and i.progress_stage = 0 and i.date_uploaded > $2)
                    union
                    select p.view from image_uploads p
                    where p.journey_id = j.id and p.state = 'received'
                      and (p.progress_stage = j.current_progress_stage or j.current_progress_stage = 1 and p.progress_stage = 0))
                    as "views!: Vec<View>",
                  (select count(*)
                   from (select id, progress_stage, decided_at from reviews where journey_id = j.id and settled_at is not null
                         order by settled_at desc, id desc limit 1) as r
                   join review_views v on v.review_id = r.id
                   where r.progress_stage = j.current_progress_stage
                     and not exists (select from user_images i where i.journey_id = j.id and i.progress_stage = r.progress_stage
                                     and i.view = v.view and i.awaits_review and i.missing_since is null
                                     and i.date_uploaded > r.decided_at)
                     and not exists (select from image_uploads p where p.journey_id = j.id and p.progress_stage = r.progress_stage
                                     and p.view = v.view and p.state = 'received' and p.created_at > r.decided_at))
                    as "asked_again!"
           from journeys j
           join lateral (select due_on from progress_events where journey_id = j.id order by id desc limit 1) e on e.due_on is not null
           where j.user_id = $1 and j.status = 'active' and j.current_progress_stage > 0"#,
        patient as UserId,
        now - FIRST_PHOTOS,
    )
    .fetch_optional(db)
    .await
}
