//! The SQL of photos. Who may see one is asked here, with the row (`care.seen`): its patient, and the dentist assigned to that patient
//! today.

mod keeping;
mod uploads;
mod worn;

pub use keeping::*;
pub use uploads::*;
pub use worn::*;

use super::model::View;
use crate::{
    accounts::{Identity, UserId, full_name},
    care::Scope,
    ids::{JourneyId, PhotoId},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

#[derive(Clone, Debug)]
pub struct Photo {
    pub id: PhotoId,
    pub stage: i32,
    pub view: View,
    /// Pixels of the largest variant.
    pub width: i32,
    pub height: i32,
    pub thumbhash: Vec<u8>,
}

/// How many photos of one stage a strip shows.
const OF_ONE_STAGE: i64 = 10;

/// A journey as its photos are looked at.
#[derive(Clone, Debug)]
pub struct Album {
    pub journey: JourneyId,
    pub patient: UserId,
    pub own: bool,
    /// The stage being worn: photos may be added of it and of those before.
    pub stage: i32,
    /// Whether wear time is part of the record: of aligners, and of braces that a goal was set for.
    pub wear: bool,
    /// When the next change is due, if one is.
    pub due: Option<NaiveDate>,
    /// Who looks at the photos, as patients know them.
    pub dentist: Option<String>,
    /// The stages of which photos wait for a decision.
    pub waiting: Vec<i32>,
    first_name: String,
    last_name: String,
    email: String,
    birth_date: Option<NaiveDate>,
    clinic_number: Option<i64>,
    postal_code: Option<String>,
    time_zone: String,
}

impl Album {
    /// Whose photos these are.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name, &self.email)
    }

    /// Where the dentist who looks asks for a retake of a view, while photos of its stage wait for a decision; none for the patient.
    pub fn retake(&self, view: View, stage: i32) -> Option<String> {
        let can = !self.own && View::STANDARD.contains(&view) && self.waiting.contains(&stage);
        can.then(|| {
            let (journey, view) = (self.journey, view.name());
            format!("/journeys/{journey}/reviews/{stage}?decide=retake&view={view}#marks")
        })
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

    /// Where the patient's days begin and end.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or_default()
    }
}

/// The photos' side of a journey that somebody may see the photos of.
pub async fn album(
    db: &mut PgConnection,
    journey: JourneyId,
    scope: Scope,
) -> Result<Option<Album>, sqlx::Error> {
    sqlx::query_as!(
        Album,
        r#"select j.id as "journey: JourneyId", u.id as "patient: UserId", coalesce(u.id = ($2::care.scope).person, false) as "own!",
                  j.current_progress_stage as stage, j.product = 'aligners' or coalesce(j.wear_goal_minutes > 0, false) as "wear!",
                  (select due_on from progress_events where journey_id = j.id order by id desc limit 1) as due,
                  u.time_zone, u.first_name, u.last_name, u.email,
                  u.birth_date, u.jarvis_id as clinic_number, u.postal_code,
                  d.display_name as "dentist?",
                  array(select distinct i.progress_stage from user_images i
                        where i.user_id = u.id and i.journey_id = j.id and i.awaits_review and i.missing_since is null) as "waiting!"
           from journeys j join users u on u.id = j.user_id left join dentists d on d.id = u.assigned_dentist_id
           join care.seen('photos', $2) seen on seen.patient = u.id
           where j.id = $1"#,
        journey as JourneyId,
        scope as Scope,
    )
    .fetch_optional(db)
    .await
}

/// Since when photos of a stage wait to be looked at; with those of the first, those from before it.
pub async fn waiting_since(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let with = if stage == 1 { 0 } else { stage };
    sqlx::query_scalar!(
        "select min(date_uploaded) from user_images
         where journey_id = $1 and progress_stage in ($2, $3) and awaits_review and missing_since is null",
        journey as JourneyId,
        stage,
        with,
    )
    .fetch_one(db)
    .await
}

/// The journey whose photos a patient looks at first: the active one, else the one that ended last.
pub async fn current_album(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: JourneyId" from journeys where user_id = $1 order by status, id desc limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whose journey this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn album_owner(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from journeys where id = $1"#,
        journey as JourneyId
    )
    .fetch_optional(db)
    .await
}

/// The newest photos of each of a journey's stages from `from` to `to`, oldest first.
pub async fn of_stages(
    db: &mut PgConnection,
    journey: JourneyId,
    from: i32,
    to: i32,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id!: PhotoId", progress_stage as "stage!", view as "view!: View", width as "width!", height as "height!",
                  thumbhash as "thumbhash!"
           from (select *, row_number() over (partition by progress_stage order by id desc) as n from user_images
                 where journey_id = $1 and progress_stage between $2 and $3 and missing_since is null) as newest
           where n <= $4 order by progress_stage, view, id"#,
        journey as JourneyId,
        from,
        to,
        OF_ONE_STAGE,
    )
    .fetch_all(db)
    .await
}

/// A place in a gallery: photos of earlier stages come after it; of the same, those of later views; of the same view, older ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub stage: i32,
    pub view: View,
    pub id: PhotoId,
}

/// A journey's photos by stage, newest first, each stage from the front to the lower teeth: `limit` of those after `after`.
pub async fn gallery(
    db: &mut PgConnection,
    journey: JourneyId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash from user_images
           where journey_id = $1 and missing_since is null and progress_stage <= coalesce($2, 2147483647)
             and (progress_stage < $2 or (view, -id) > ($3, -$4::bigint) or $2 is null)
           order by progress_stage desc, view, id desc limit $5"#,
        journey as JourneyId,
        after.map(|place| place.stage),
        after.map(|place| place.view) as Option<View>,
        after.map(|place| place.id) as Option<PhotoId>,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Those of some photos that are a journey's.
pub async fn in_journey(
    db: &mut PgConnection,
    journey: JourneyId,
    ids: &[PhotoId],
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash from user_images
           where id = any($2) and journey_id = $1 and missing_since is null
           order by progress_stage desc, view, id desc limit 60"#,
        journey as JourneyId,
        ids as &[PhotoId],
    )
    .fetch_all(db)
    .await
}

/// A photo with the moment at which it was taken or, where that is not known, sent.
#[derive(Clone, Debug)]
pub struct Dated {
    pub photo: Photo,
    pub at: DateTime<Utc>,
}

/// The newest photo of each stage that shows one view, by stage.
pub async fn of_view(
    db: &mut PgConnection,
    journey: JourneyId,
    view: View,
) -> Result<Vec<Dated>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (progress_stage) id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash,
                  coalesce(captured_at, date_uploaded) as "at!"
           from user_images where journey_id = $1 and view = $2 and missing_since is null
           order by progress_stage, id desc"#,
        journey as JourneyId,
        view as View,
    )
    .fetch_all(db)
    .await?;
    let dated = rows.into_iter().map(|row| Dated {
        photo: Photo {
            id: row.id,
            stage: row.stage,
            view: row.view,
            width: row.width,
            height: row.height,
            thumbhash: row.thumbhash,
        },
        at: row.at,
    });
    Ok(dated.collect())
}

/// Which views there are photos of, and of how many stages.
pub async fn views(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Vec<(View, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select view as "view: View", count(distinct progress_stage) as "stages!" from user_images
           where journey_id = $1 and missing_since is null group by view order by view"#,
        journey as JourneyId,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.view, row.stages)).collect())
}

/// A view that the newest decision asks for again and of which no photo came since, and why: as decisions name it.
#[derive(Clone, Debug)]
pub struct AskedAgain {
    pub stage: i32,
    pub view: View,
    pub reason: String,
}

pub async fn asked_again(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Vec<AskedAgain>, sqlx::Error> {
    sqlx::query_as!(
        AskedAgain,
        r#"select r.progress_stage as "stage!", v.view as "view: View", v.reason::text as "reason!"
           from (select id, progress_stage, decided_at from reviews where journey_id = $1 and settled_at is not null
                 order by settled_at desc, id desc limit 1) as r
           join review_views v on v.review_id = r.id
           where not exists (select from user_images i where i.journey_id = $1 and i.progress_stage = r.progress_stage
                             and i.view = v.view and i.awaits_review and i.missing_since is null
                             and i.date_uploaded > r.decided_at)
           order by v.view"#,
        journey as JourneyId,
    )
    .fetch_all(db)
    .await
}

/// A photo on a page of its own.
#[derive(Clone, Debug)]
pub struct Whole {
    pub id: PhotoId,
    pub journey: JourneyId,
    pub owner: UserId,
    pub stage: i32,
    pub view: View,
    pub width: i32,
    pub height: i32,
    pub thumbhash: Vec<u8>,
    pub uploaded: DateTime<Utc>,
    pub captured: Option<DateTime<Utc>>,
    pub s3_key: String,
    /// Its objects are gone.
    pub missing: bool,
    /// A dentist has decided on it: it stays.
    pub decided: bool,
    pub blurred: bool,
    pub dark: bool,
    pub looks_like: Option<View>,
}

impl Whole {
    /// The same as one among others.
    pub fn photo(&self) -> Photo {
        Photo {
            id: self.id,
            stage: self.stage,
            view: self.view,
            width: self.width,
            height: self.height,
            thumbhash: self.thumbhash.clone(),
        }
    }
}

/// A photo that somebody may see, though its objects may be gone.
pub async fn visible(
    db: &mut PgConnection,
    photo: PhotoId,
    scope: Scope,
) -> Result<Option<Whole>, sqlx::Error> {
    sqlx::query_as!(
        Whole,
        r#"select i.id as "id: PhotoId", i.journey_id as "journey: JourneyId", i.user_id as "owner: UserId", i.progress_stage as stage,
                  i.view as "view: View", i.width, i.height, i.thumbhash, i.date_uploaded as uploaded,
                  i.captured_at as captured, i.s3_key, i.missing_since is not null as "missing!",
                  not i.awaits_review as "decided!", i.blurred, i.dark, i.looks_like as "looks_like: View"
           from user_images i join care.seen('photos', $2) seen on seen.patient = i.user_id
           where i.id = $1"#,
        photo as PhotoId,
        scope as Scope,
    )
    .fetch_optional(db)
    .await
}

/// A photo that cannot be shown: its objects are gone.
pub struct Missing {
    pub id: PhotoId,
    pub stage: i32,
    pub view: View,
}

/// Those of a journey, newest first, up to 60.
pub async fn missing(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Vec<Missing>, sqlx::Error> {
    sqlx::query_as!(
        Missing,
        r#"select id as "id: PhotoId", progress_stage as stage, view as "view: View" from user_images
           where journey_id = $1 and missing_since is not null order by id desc limit 60"#,
        journey as JourneyId
    )
    .fetch_all(db)
    .await
}

/// Photos around one: the newest of the same view at each stage, by stage, and those of the same stage, by view.
pub async fn around(
    db: &mut PgConnection,
    journey: JourneyId,
    view: View,
    stage: i32,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id: PhotoId", progress_stage as stage, view as "view: View", width, height, thumbhash
           from (select distinct on (progress_stage, view) * from user_images
                 where journey_id = $1 and missing_since is null and (view = $2 or progress_stage = $3)
                 order by progress_stage, view, id desc) as newest
           order by progress_stage, view"#,
        journey as JourneyId,
        view as View,
        stage,
    )
    .fetch_all(db)
    .await
}

/// What each view of a patient's mouth is known to look like at a stage of a journey: the view, and the thumbhash of its newest photo of
/// an earlier stage, or of one of this stage that was decided on. So it is known, too, where photos of the first stage are asked for
/// again. One that was sent as another view than it shows counts only where there is no better one.
pub async fn looks(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<(View, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (i.view) i.view as "view: View", i.thumbhash from user_images i
           where i.journey_id = $1 and i.missing_since is null
             and (i.progress_stage < $2 or i.progress_stage = $2 and not i.awaits_review)
           order by i.view,
                    i.looks_like is not null
                    or exists (select from review_photos p join review_views v on v.review_id = p.review_id and v.view = i.view
                               where p.image_id = i.id and v.reason = 'wrong_angle'),
                    i.progress_stage desc, i.id desc"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.view, row.thumbhash))
        .collect())
}

/// What is known of a photo that could be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    pub photo: PhotoId,
    pub blurred: bool,
    pub dark: bool,
    pub looks_like: Option<View>,
}

/// Those of a stage's photos that something was found in.
pub async fn findings(
    db: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
) -> Result<Vec<Finding>, sqlx::Error> {
    sqlx::query_as!(
        Finding,
        r#"select id as "photo: PhotoId", blurred, dark, looks_like as "looks_like: View" from user_images
           where journey_id = $1 and progress_stage = $2 and missing_since is null
             and (blurred or dark or looks_like is not null) order by id"#,
        journey as JourneyId,
        stage,
    )
    .fetch_all(db)
    .await
}

/// Whose photo this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, photo: PhotoId) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from user_images where id = $1"#,
        photo as PhotoId
    )
    .fetch_optional(db)
    .await
}

/// Says of photos whether they wait to be decided on, and answers which of them there are.
pub async fn set_awaiting(
    db: &mut PgConnection,
    photos: &[PhotoId],
    awaits: bool,
) -> Result<Vec<PhotoId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"update user_images set awaits_review = $2 where id = any($1) returning id as "id: PhotoId""#,
        photos as &[PhotoId],
        awaits,
    )
    .fetch_all(db)
    .await
}
