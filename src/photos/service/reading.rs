//! Whether there are photos, and looking at them: that somebody other than their patient does is recorded.

use crate::{
    accounts::{Act, Patient, Role},
    audit,
    care::Scope,
    error::Fault,
    ids::{JourneyId, PhotoId},
    photos::Action,
    photos::store::{self, Album, State},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The album of a journey, for whoever may see it. Another's leaves an audit row, as does the attempt.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn open(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    journey: JourneyId,
) -> Result<Album, Fault> {
    let action = Action::List;
    let Some(album) = store::album(db, journey, scope).await? else {
        let mut entry = act.entry(action).on("journeys", journey).refused();
        entry.subject = store::album_owner(db, journey).await?.map(|owner| owner.0);
        audit::record(db, entry).await?;
        return Err(Fault::NotFound);
    };
    if !album.own {
        // Whatever else they are, they see it as the patient's dentist.
        let entry = act.in_role(Role::Dentist).entry(action);
        let entry = entry.on("journeys", journey).about(album.patient.0);
        audit::record(db, entry).await?;
    }
    Ok(album)
}

/// A photo, for whoever may see it. Another's leaves an audit row, as does the attempt.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist or cannot be found.
pub async fn open_photo(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
) -> Result<store::Whole, Fault> {
    let whole = store::visible(db, photo, scope).await?;
    audited(db, scope, act, photo, whole.filter(|whole| !whole.missing)).await
}

/// The same with the album that it stands in.
///
/// # Errors
/// As [`open_photo`].
pub async fn open_in_album(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
) -> Result<(store::Whole, Album), Fault> {
    let whole = open_photo(db, scope, act, photo).await?;
    let album = store::album(db, whole.journey, scope).await?;
    Ok((whole, album.ok_or(Fault::NotFound)?))
}

/// The same for a page that fetches ahead what nobody has opened yet: nobody has seen it, so nobody is told so. That it was
/// fetched is recorded, about nobody's record; what is opened then is asked for again, and recorded as read.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
pub async fn fetch_ahead(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
) -> Result<store::Whole, Fault> {
    let whole = store::visible(db, photo, scope).await?;
    match whole.filter(|whole| !whole.missing) {
        Some(whole) if !scope.is(whole.owner) => {
            let entry = act.in_role(Role::Dentist).entry(Action::FetchAhead);
            audit::record(db, entry.on("user_images", photo)).await?;
            Ok(whole)
        }
        whole => audited(db, scope, act, photo, whole).await,
    }
}

/// A patient's own photo, though its objects may be gone.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
pub async fn open_own(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    photo: PhotoId,
) -> Result<store::Whole, Fault> {
    let scope = Scope::from(patient);
    let whole = store::visible(db, photo, scope).await?;
    audited(db, scope, act, photo, whole).await
}

/// What was found of a photo, once it is recorded that somebody other than its patient saw it, or that there was none.
async fn audited(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    photo: PhotoId,
    whole: Option<store::Whole>,
) -> Result<store::Whole, Fault> {
    let action = Action::Read;
    let Some(whole) = whole else {
        let mut entry = act.entry(action).on("user_images", photo).refused();
        entry.subject = store::owner(db, photo).await?.map(|owner| owner.0);
        audit::record(db, entry).await?;
        return Err(Fault::NotFound);
    };
    if !scope.is(whole.owner) {
        let entry = act.in_role(Role::Dentist).entry(action);
        audit::record(db, entry.on("user_images", photo).about(whole.owner.0)).await?;
    }
    Ok(whole)
}

/// Whether there are photos of a journey, or some on their way.
///
/// # Errors
/// If the database is away.
pub async fn any_sent(
    db: &mut PgConnection,
    journey: JourneyId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    if !store::views(db, journey).await?.is_empty() {
        return Ok(true);
    }
    let pending = store::pending(db, journey, now, now).await?;
    Ok(pending.iter().any(|upload| upload.state == State::Received))
}
