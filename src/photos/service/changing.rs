//! Forgetting a photo, and saying what it shows.

use super::open_photo;
use crate::{
    accounts::{Act, Patient, Role},
    audit,
    care::Scope,
    error::Fault,
    ids::{JourneyId, PhotoId},
    photos::{Action, model::View, store, worker::RemoveObjects},
    platform::jobs,
};
use serde_json::json;
use sqlx::{Acquire, PgConnection};

/// Forgets a patient's own photo at once, and says of which journey it was; its objects go in the background.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
#[tracing::instrument(skip_all, fields(photo.id = photo.0))]
pub async fn delete(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    photo: PhotoId,
) -> Result<JourneyId, Fault> {
    let mut tx = db.begin().await?;
    let entry = act.entry(Action::Delete).on("user_images", photo);
    let Some((key, journey)) = store::delete(&mut tx, photo, patient.id()).await? else {
        // Asked for twice, it is done once.
        let before =
            audit::detail_of_last(&mut tx, patient.id().0, Action::Delete.into(), photo.0).await?;
        if let Some(journey) = before
            .as_ref()
            .and_then(|detail| detail["journey"].as_i64())
        {
            return Ok(JourneyId(journey));
        }
        let mut entry = entry.refused();
        entry.subject = store::owner(&mut tx, photo).await?.map(|owner| owner.0);
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    jobs::add(&mut tx, &RemoveObjects { key }).await?;
    let entry = entry.about(patient.id().0);
    audit::record(&mut tx, entry.detail(json!({ "journey": journey }))).await?;
    tx.commit().await?;
    Ok(journey)
}

/// What became of saying what a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    PutRight,
    /// It is the other's to say: the dentist's after a decision, the patient's before one.
    NotYours,
}

/// Says which view and stage a photo shows: the patient until a decision, the dentist after it.
///
/// # Errors
/// [`Fault::NotFound`] for a photo out of reach, [`Fault::Malformed`] for a stage that was never reached.
#[tracing::instrument(skip_all, fields(photo.id = photo.0))]
pub async fn put_right(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
    (view, stage): (View, i32),
) -> Result<Place, Fault> {
    let mut tx = db.begin().await?;
    let done = place(&mut tx, scope, act, photo, (view, stage)).await;
    // The row of a refusal, too, is kept.
    tx.commit().await?;
    done
}

async fn place(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
    (view, stage): (View, i32),
) -> Result<Place, Fault> {
    let whole = open_photo(db, scope, act, photo).await?;
    let reached = store::album(db, whole.journey, scope).await?;
    let reached = reached.map_or(0, |album| album.stage);
    if !(0..=reached).contains(&stage) {
        return Err(Fault::Malformed);
    }
    let own = scope.is(whole.owner);
    let act = if own {
        act.entry(Action::Place)
    } else {
        act.in_role(Role::Dentist).entry(Action::Place)
    };
    let entry = act.on("user_images", photo).about(whole.owner.0);
    let entry = entry.detail(
        json!({ "view": view.name(), "stage": stage, "was": whole.view.name(), "was_stage": whole.stage }),
    );
    if (whole.view, whole.stage) == (view, stage) && own != whole.decided {
        // Nothing to put right.
        return Ok(Place::PutRight);
    }
    if !store::put_right(db, photo, (view, stage), own).await? {
        audit::record(db, entry.refused()).await?;
        return Ok(Place::NotYours);
    }
    audit::record(db, entry).await?;
    Ok(Place::PutRight)
}
