//! What becomes of what was sent, and that its patient has read it.

use super::open;
use crate::{
    accounts::{Act, Patient, Role},
    audit,
    care::Scope,
    error::Fault,
    ids::JourneyId,
    notifications,
    photos::{
        Action,
        model::Rejection,
        processing,
        store::{self, State},
        worker::RemoveObjects,
    },
    platform::jobs,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Acquire, PgConnection};

/// Keeps what became of an upload: the photo, or why there is none. A job that is run again finds it settled.
///
/// # Errors
/// [`Fault::Unavailable`] while the database is away: nothing is kept then.
#[tracing::instrument(skip_all, fields(upload.id = upload))]
pub async fn settle(
    db: &mut PgConnection,
    upload: i64,
    outcome: Result<&processing::Photo, Rejection>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let Some(upload) = store::locked(&mut tx, upload).await? else {
        return Ok(());
    };
    if !matches!(upload.state, State::Expected | State::Received) {
        return Ok(());
    }
    // In the name of whoever sent it.
    let entry = audit::Entry::new(Action::Check)
        .by(upload.user.0, Role::Patient.name())
        .on("image_uploads", upload.id)
        .about(upload.user.0);
    let (outcome, entry) = match (outcome, upload.sha256.as_deref()) {
        (Ok(photo), Some(sha256)) => {
            let zone = upload.time_zone.parse().unwrap_or_default();
            let looks = store::looks(&mut tx, upload.journey, upload.stage).await?;
            let looks = looks.iter().map(|(view, hash)| (*view, hash.as_slice()));
            let new = store::New {
                upload: &upload,
                s3_key: &upload.photo_key(),
                sha256,
                photo,
                captured: photo
                    .captured
                    .and_then(|captured| captured.plausible(zone, upload.created)),
                looks_like: processing::other_view(&photo.thumbhash, upload.view, looks),
            };
            store::forget_missing(&mut tx, upload.user, sha256).await?;
            let revived = store::revive(&mut tx, &new).await?;
            let image = match revived {
                Some(image) => Some(image),
                None => store::insert(&mut tx, new).await?,
            };
            match image {
                Some(image) => (Ok(image), entry.detail(json!({ "photo": image }))),
                None => {
                    let same = store::same(&mut tx, upload.user, sha256).await?;
                    (Err((Rejection::Duplicate, same)), entry)
                }
            }
        }
        (Ok(_), None) => (Err((Rejection::Lost, None)), entry),
        (Err(rejection), _) => (Err((rejection, None)), entry),
    };
    let entry = match outcome {
        Ok(_) => entry,
        Err((rejection, _)) => {
            // The variants may have been written before the duplicate was noticed.
            jobs::add(
                &mut tx,
                &RemoveObjects {
                    key: upload.photo_key(),
                },
            )
            .await?;
            entry.detail(json!({ "rejection": rejection.name() }))
        }
    };
    let came = outcome.is_ok();
    store::settle(&mut tx, upload.id, outcome, now).await?;
    if came {
        // What asked for photos again has been done.
        let asked = store::asked_and_sent(&mut tx, upload.journey, upload.stage).await?;
        notifications::read_elsewhere(&mut tx, &asked, now).await?;
    }
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that a patient has read why these uploads were rejected: they are told no more.
///
/// # Errors
/// [`Fault::NotFound`] for another's journey, as for one that does not exist.
#[tracing::instrument(skip_all, fields(journey.id = journey.0))]
pub async fn told(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    journey: JourneyId,
    uploads: &[i64],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let album = open(&mut tx, Scope::from(patient), act, journey).await;
    if album.is_ok() {
        let count = store::told(&mut tx, journey, patient.id(), uploads, now).await?;
        let entry = act.entry(Action::Acknowledge).on("journeys", journey);
        let entry = entry
            .about(patient.id().0)
            .detail(json!({ "uploads": count }));
        audit::record(&mut tx, entry).await?;
    }
    // The refusal's row, too, is kept.
    tx.commit().await?;
    album.map(|_| ())
}
