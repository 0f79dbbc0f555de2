//! The SQL of photos. Who may see one is asked here, with the row: its patient, and the dentist
//! assigned to that patient today.

mod uploads;

pub use uploads::*;

use super::model::View;
use crate::accounts::{Participant, Patient, Person, Role, UserId};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

#[derive(Clone, Debug)]
pub struct Photo {
    pub id: i64,
    pub stage: i32,
    pub view: View,
    /// Pixels of the largest variant.
    pub width: i32,
    pub height: i32,
    pub thumbhash: Vec<u8>,
}

/// How many photos of one stage a strip shows.
const OF_ONE_STAGE: i64 = 10;

/// Who looks: their own photos, and those of the patients assigned to them.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub id: UserId,
    pub dentist: Option<i64>,
}

impl Viewer {
    pub fn of(person: &Person) -> Self {
        Self {
            id: person.id,
            dentist: person.dentist_id.filter(|_| person.has(Role::Dentist)),
        }
    }

    /// A patient, who looks at their own alone.
    pub fn own(patient: &Patient) -> Self {
        Self {
            id: patient.id(),
            dentist: None,
        }
    }

    pub fn taking_part(participant: &Participant) -> Self {
        Self {
            id: participant.id(),
            dentist: participant
                .desk()
                .and_then(|desk| desk.dentist())
                .map(|dentist| dentist.dentist_id()),
        }
    }
}

/// A journey as its photos are looked at.
#[derive(Clone, Debug)]
pub struct Album {
    pub journey: i64,
    pub patient: UserId,
    pub own: bool,
    /// The stage being worn: photos may be added of it and of those before.
    pub stage: i32,
    time_zone: String,
}

impl Album {
    /// Where the patient's days begin and end.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or_default()
    }
}

/// The photos' side of a journey that `viewer` may see the photos of.
pub async fn album(
    db: &mut PgConnection,
    journey: i64,
    viewer: Viewer,
) -> Result<Option<Album>, sqlx::Error> {
    sqlx::query_as!(
        Album,
        r#"select j.id as journey, u.id as "patient: UserId", u.id = $2 as "own!",
                  j.current_progress_stage as stage, u.time_zone
           from journeys j join users u on u.id = j.user_id
           where j.id = $1 and (u.id = $2 or u.assigned_dentist_id = $3)"#,
        journey,
        viewer.id as UserId,
        viewer.dentist,
    )
    .fetch_optional(db)
    .await
}

/// The journey whose photos a patient looks at first: the active one, else the one that ended last.
pub async fn current_album(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from journeys where user_id = $1 order by status, id desc limit 1",
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whose journey this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn album_owner(
    db: &mut PgConnection,
    journey: i64,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from journeys where id = $1"#,
        journey
    )
    .fetch_optional(db)
    .await
}

/// The newest photos of each of a journey's stages from `from` to `to`, oldest first.
pub async fn of_stages(
    db: &mut PgConnection,
    journey: i64,
    from: i32,
    to: i32,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id as "id!", progress_stage as "stage!", view as "view!: View", width as "width!", height as "height!",
                  thumbhash as "thumbhash!"
           from (select *, row_number() over (partition by progress_stage order by id desc) as n from user_images
                 where journey_id = $1 and progress_stage between $2 and $3 and missing_since is null) as newest
           where n <= $4 order by progress_stage, id"#,
        journey,
        from,
        to,
        OF_ONE_STAGE,
    )
    .fetch_all(db)
    .await
}

/// A place in a gallery: photos of earlier stages, and older ones of the same, come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub stage: i32,
    pub id: i64,
}

/// A journey's photos by stage, newest first: `limit` of those after `after`.
pub async fn gallery(
    db: &mut PgConnection,
    journey: i64,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id, progress_stage as stage, view as "view: View", width, height, thumbhash from user_images
           where journey_id = $1 and missing_since is null
             and (progress_stage, id) < (coalesce($2, 2147483647), coalesce($3, 9223372036854775807))
           order by progress_stage desc, id desc limit $4"#,
        journey,
        after.map(|place| place.stage),
        after.map(|place| place.id),
        limit,
    )
    .fetch_all(db)
    .await
}

/// Those of some photos that are a journey's.
pub async fn in_journey(
    db: &mut PgConnection,
    journey: i64,
    ids: &[i64],
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select id, progress_stage as stage, view as "view: View", width, height, thumbhash from user_images
           where id = any($2) and journey_id = $1 and missing_since is null order by id desc limit 60"#,
        journey,
        ids,
    )
    .fetch_all(db)
    .await
}

/// The photo right before a place in the gallery's order: the next newer one.
pub async fn newer(
    db: &mut PgConnection,
    journey: i64,
    place: Place,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from user_images
         where journey_id = $1 and missing_since is null and (progress_stage, id) > ($2, $3)
         order by progress_stage, id limit 1",
        journey,
        place.stage,
        place.id,
    )
    .fetch_optional(db)
    .await
}

/// The newest photo of each stage that shows one view, by stage.
pub async fn of_view(
    db: &mut PgConnection,
    journey: i64,
    view: View,
) -> Result<Vec<Photo>, sqlx::Error> {
    sqlx::query_as!(
        Photo,
        r#"select distinct on (progress_stage) id, progress_stage as stage, view as "view: View", width, height, thumbhash
           from user_images where journey_id = $1 and view = $2 and missing_since is null
           order by progress_stage, id desc"#,
        journey,
        view as View,
    )
    .fetch_all(db)
    .await
}

/// Which views there are photos of, and of how many stages.
pub async fn views(db: &mut PgConnection, journey: i64) -> Result<Vec<(View, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select view as "view: View", count(distinct progress_stage) as "stages!" from user_images
           where journey_id = $1 and missing_since is null group by view order by view"#,
        journey,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.view, row.stages)).collect())
}

/// Which views there are photos of, at one stage.
pub async fn views_of_stage(
    db: &mut PgConnection,
    journey: i64,
    stage: i32,
) -> Result<Vec<View>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct view as "view: View" from user_images
           where journey_id = $1 and progress_stage = $2 and missing_since is null"#,
        journey,
        stage,
    )
    .fetch_all(db)
    .await
}

/// A photo on a page of its own.
#[derive(Clone, Debug)]
pub struct Whole {
    pub id: i64,
    pub journey: i64,
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
}

/// A photo that `viewer` may see, though its objects may be gone.
pub async fn visible(
    db: &mut PgConnection,
    photo: i64,
    viewer: Viewer,
) -> Result<Option<Whole>, sqlx::Error> {
    sqlx::query_as!(
        Whole,
        r#"select i.id, i.journey_id as journey, i.user_id as "owner: UserId", i.progress_stage as stage,
                  i.view as "view: View", i.width, i.height, i.thumbhash, i.date_uploaded as uploaded,
                  i.captured_at as captured, i.s3_key, i.missing_since is not null as "missing!",
                  not i.awaits_review as "decided!"
           from user_images i join users u on u.id = i.user_id
           where i.id = $1 and (i.user_id = $2 or u.assigned_dentist_id = $3)"#,
        photo,
        viewer.id as UserId,
        viewer.dentist,
    )
    .fetch_optional(db)
    .await
}

/// A photo that cannot be shown: its objects are gone.
pub struct Missing {
    pub id: i64,
    pub stage: i32,
    pub view: View,
}

/// Those of a journey, newest first, up to 60.
pub async fn missing(db: &mut PgConnection, journey: i64) -> Result<Vec<Missing>, sqlx::Error> {
    sqlx::query_as!(
        Missing,
        r#"select id, progress_stage as stage, view as "view: View" from user_images
           where journey_id = $1 and missing_since is not null order by id desc limit 60"#,
        journey
    )
    .fetch_all(db)
    .await
}

/// Whether there is a photo of this view of an earlier stage.
pub async fn has_earlier(
    db: &mut PgConnection,
    journey: i64,
    view: View,
    stage: i32,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select from user_images where journey_id = $1 and view = $2 and progress_stage < $3
                         and missing_since is null) as "exists!""#,
        journey,
        view as View,
        stage,
    )
    .fetch_one(db)
    .await
}

/// Whose photo this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, photo: i64) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from user_images where id = $1"#,
        photo
    )
    .fetch_optional(db)
    .await
}

/// A photo to be kept.
pub struct New<'a> {
    pub upload: &'a Upload,
    pub s3_key: &'a str,
    pub sha256: &'a [u8],
    pub photo: &'a super::processing::Photo,
    pub captured: Option<DateTime<Utc>>,
}

/// Keeps a photo; none if the patient has this very picture already.
pub async fn insert(db: &mut PgConnection, new: New<'_>) -> Result<Option<i64>, sqlx::Error> {
    let pixels = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    sqlx::query_scalar!(
        "insert into user_images (user_id, journey_id, s3_key, date_uploaded, progress_stage, view, width, height,
                                  sha256, thumbhash, captured_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (user_id, sha256) do nothing returning id",
        new.upload.user as UserId,
        new.upload.journey,
        new.s3_key,
        new.upload.created,
        new.upload.stage,
        new.upload.view as View,
        pixels(new.photo.width),
        pixels(new.photo.height),
        new.sha256,
        new.photo.thumbhash,
        new.captured,
    )
    .fetch_optional(db)
    .await
}

/// The photo that a patient has made of these bytes before.
pub async fn same(
    db: &mut PgConnection,
    patient: UserId,
    sha256: &[u8],
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from user_images where user_id = $1 and sha256 = $2 and missing_since is null",
        patient as UserId,
        sha256,
    )
    .fetch_optional(db)
    .await
}

/// Gives a photo made of these bytes, which was decided on and whose objects are gone, its new ones: the patient has sent it
/// again. Its id, if there is such a one.
pub async fn revive(db: &mut PgConnection, new: &New<'_>) -> Result<Option<i64>, sqlx::Error> {
    let pixels = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    sqlx::query_scalar!(
        "update user_images set s3_key = $3, width = $4, height = $5, thumbhash = $6, missing_since = null
         where user_id = $1 and sha256 = $2 and missing_since is not null and not awaits_review returning id",
        new.upload.user as UserId,
        new.sha256,
        new.s3_key,
        pixels(new.photo.width),
        pixels(new.photo.height),
        new.photo.thumbhash,
    )
    .fetch_optional(db)
    .await
}

/// Forgets the photo made of these bytes whose objects are gone: the patient has sent it again.
pub async fn forget_missing(
    db: &mut PgConnection,
    patient: UserId,
    sha256: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from user_images where user_id = $1 and sha256 = $2 and missing_since is not null and awaits_review",
        patient as UserId,
        sha256,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a patient's own photo that nothing was decided on; where its objects are and of which journey it was, if it was there.
pub async fn delete(
    db: &mut PgConnection,
    photo: i64,
    patient: UserId,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    let row = sqlx::query!(
        "delete from user_images where id = $1 and user_id = $2 and awaits_review returning s3_key, journey_id",
        photo,
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.s3_key, row.journey_id)))
}

/// Which of these prefixes a photo has its objects at.
pub async fn known_keys(
    db: &mut PgConnection,
    keys: &[String],
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select s3_key from user_images where s3_key = any($1)",
        keys
    )
    .fetch_all(db)
    .await
}

/// `limit` photos sent before `before`, after `after` by their prefixes: the prefix, and whether the photo counts as missing.
pub async fn keys_after(
    db: &mut PgConnection,
    after: &str,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(String, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s3_key, missing_since is not null as "missing!" from user_images
           where s3_key collate "C" > $1 and date_uploaded < $2
           order by s3_key collate "C" limit $3"#,
        after,
        before,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.s3_key, row.missing))
        .collect())
}

/// Marks photos whose objects are gone, or are there again.
pub async fn mark_missing(
    db: &mut PgConnection,
    keys: &[String],
    since: Option<DateTime<Utc>>,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update user_images set missing_since = $2 where s3_key = any($1)",
        keys,
        since,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
