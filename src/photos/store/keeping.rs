//! The SQL by which photos are kept, put right and forgotten.

use super::Upload;
use crate::{
    accounts::UserId,
    ids::{JourneyId, PhotoId},
    photos::{model::View, processing},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Says of a photo which view and stage it shows: a patient's own until a decision, another's after it. Whether it may be said.
pub async fn put_right(
    db: &mut PgConnection,
    photo: PhotoId,
    (view, stage): (View, i32),
    own: bool,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update user_images set view = $2, progress_stage = $3, looks_like = nullif(looks_like, $2)
         where id = $1 and awaits_review = $4 and missing_since is null",
        photo as PhotoId,
        view as View,
        stage,
        own,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A photo to be kept.
pub struct New<'a> {
    pub upload: &'a Upload,
    pub s3_key: &'a str,
    pub sha256: &'a [u8],
    pub photo: &'a processing::Photo,
    pub captured: Option<DateTime<Utc>>,
    /// The view that it looks like, if that is not the one it was sent as.
    pub looks_like: Option<View>,
}

/// Keeps a photo; none if the patient has this very picture already.
pub async fn insert(db: &mut PgConnection, new: New<'_>) -> Result<Option<PhotoId>, sqlx::Error> {
    let pixels = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    sqlx::query_scalar!(
        r#"insert into user_images (user_id, journey_id, s3_key, date_uploaded, progress_stage, view, width, height,
                                  sha256, thumbhash, captured_at, blurred, dark, looks_like)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (user_id, sha256) do nothing returning id as "id: PhotoId""#,
        new.upload.user as UserId,
        new.upload.journey as JourneyId,
        new.s3_key,
        new.upload.created,
        new.upload.stage,
        new.upload.view as View,
        pixels(new.photo.width),
        pixels(new.photo.height),
        new.sha256,
        new.photo.thumbhash,
        new.captured,
        new.photo.findings.blurred,
        new.photo.findings.dark,
        new.looks_like as Option<View>,
    )
    .fetch_optional(db)
    .await
}

/// The photo that a patient has made of these bytes before.
pub async fn same(
    db: &mut PgConnection,
    patient: UserId,
    sha256: &[u8],
) -> Result<Option<PhotoId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: PhotoId" from user_images where user_id = $1 and sha256 = $2 and missing_since is null"#,
        patient as UserId,
        sha256,
    )
    .fetch_optional(db)
    .await
}

/// Gives a photo made of these bytes, which was decided on and whose objects are gone, its new ones: the patient has sent it
/// again. Its id, if there is such a one.
pub async fn revive(db: &mut PgConnection, new: &New<'_>) -> Result<Option<PhotoId>, sqlx::Error> {
    let pixels = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    sqlx::query_scalar!(
        r#"update user_images set s3_key = $3, width = $4, height = $5, thumbhash = $6, blurred = $7, dark = $8, missing_since = null
         where user_id = $1 and sha256 = $2 and missing_since is not null and not awaits_review returning id as "id: PhotoId""#,
        new.upload.user as UserId,
        new.sha256,
        new.s3_key,
        pixels(new.photo.width),
        pixels(new.photo.height),
        new.photo.thumbhash,
        new.photo.findings.blurred,
        new.photo.findings.dark,
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
    photo: PhotoId,
    patient: UserId,
) -> Result<Option<(String, JourneyId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"delete from user_images where id = $1 and user_id = $2 and awaits_review returning s3_key, journey_id as "journey: JourneyId""#,
        photo as PhotoId,
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.s3_key, row.journey)))
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
