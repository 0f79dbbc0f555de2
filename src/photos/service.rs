//! One use case a function, one transaction: noting what a patient sent, and forgetting a photo.

use super::{
    limits,
    model::{Rejection, View},
    processing,
    store::{self, Album, Sent, State, Viewer},
    worker::{CheckPhoto, RemoveObjects},
};
use crate::{
    accounts::{Act, Patient, Role, UserId},
    audit,
    error::Fault,
    platform::jobs,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sqlx::{Acquire, PgConnection};
use uuid::Uuid;

/// The album of a journey, for whoever may see it. Another's leaves an audit row, as does the attempt.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn open(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    journey: i64,
) -> Result<Album, Fault> {
    let action = "photo.list";
    let Some(album) = store::album(db, journey, viewer).await? else {
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
    viewer: Viewer,
    act: &Act,
    photo: i64,
) -> Result<store::Whole, Fault> {
    let whole = store::visible(db, photo, viewer).await?;
    audited(db, viewer, act, photo, whole.filter(|whole| !whole.missing)).await
}

/// The same for a page that fetches ahead what nobody has opened yet: nobody has seen it, so nobody is told so. That it was
/// fetched is recorded, about nobody's record; what is opened then is asked for again, and recorded as read.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
pub async fn fetch_ahead(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    photo: i64,
) -> Result<store::Whole, Fault> {
    let whole = store::visible(db, photo, viewer).await?;
    match whole.filter(|whole| !whole.missing) {
        Some(whole) if whole.owner != viewer.id => {
            let entry = act.in_role(Role::Dentist).entry("photo.ahead");
            audit::record(db, entry.on("user_images", photo)).await?;
            Ok(whole)
        }
        whole => audited(db, viewer, act, photo, whole).await,
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
    photo: i64,
) -> Result<store::Whole, Fault> {
    let viewer = Viewer::own(patient);
    let whole = store::visible(db, photo, viewer).await?;
    audited(db, viewer, act, photo, whole).await
}

/// What was found of a photo, once it is recorded that somebody other than its patient saw it, or that there was none.
async fn audited(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    photo: i64,
    whole: Option<store::Whole>,
) -> Result<store::Whole, Fault> {
    let action = "photo.read";
    let Some(whole) = whole else {
        let mut entry = act.entry(action).on("user_images", photo).refused();
        entry.subject = store::owner(db, photo).await?.map(|owner| owner.0);
        audit::record(db, entry).await?;
        return Err(Fault::NotFound);
    };
    if whole.owner != viewer.id {
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
    journey: i64,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    if !store::views(db, journey).await?.is_empty() {
        return Ok(true);
    }
    let pending = store::pending(db, journey, now, now).await?;
    Ok(pending.iter().any(|upload| upload.state == State::Received))
}

/// Where photos may be added to: an own journey, at a stage that was reached.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub patient: UserId,
    pub journey: i64,
    pub stage: i32,
}

impl Target {
    /// # Errors
    /// [`Fault::NotFound`] for another's journey, [`Fault::Malformed`] for a stage that was never reached.
    pub async fn of(
        db: &mut PgConnection,
        patient: &Patient,
        act: &Act,
        journey: i64,
        stage: Option<i32>,
    ) -> Result<(Self, Album), Fault> {
        let album = open(db, Viewer::own(patient), act, journey).await?;
        let stage = stage.unwrap_or(album.stage);
        if !(0..=album.stage).contains(&stage) {
            return Err(Fault::Malformed);
        }
        let target = Self {
            patient: album.patient,
            journey,
            stage,
        };
        Ok((target, album))
    }
}

/// Something that arrived, and what is known of it so far.
pub struct Arrived<'a> {
    pub token: Uuid,
    pub view: View,
    pub bytes: u64,
    pub sha256: Option<&'a [u8]>,
    /// What kept it from being put into quarantine, if anything did.
    pub rejection: Option<Rejection>,
}

/// What was noted of something that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It may be sent to the store now.
    Expected,
    /// It will be looked at.
    Received,
    Rejected(Rejection),
    /// The patient has sent as many as one may within a day.
    TooMany,
}

/// Whether something that arrived is worth putting into quarantine: `note` decides for good.
///
/// # Errors
/// [`Fault::Unavailable`] while the database is away.
pub async fn is_wanted(
    db: &mut PgConnection,
    target: Target,
    arrived: &Arrived<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Some(sha256) = arrived.sha256.filter(|_| arrived.rejection.is_none()) else {
        return Ok(false);
    };
    if let Some(first) = store::own_upload(db, arrived.token, target.patient).await? {
        return Ok(first.state == State::Expected);
    }
    Ok(store::same(db, target.patient, sha256).await?.is_none()
        && sent_lately(db, target.patient, now).await? < limits::A_DAY)
}

/// How many photos count towards what a patient may send within a day. An announcement counts as long as its address is
/// good for, and a little longer.
async fn sent_lately(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let (day, announced) = (now - Duration::days(1), now - Duration::minutes(15));
    Ok(store::sent_since(db, patient, day, announced).await?)
}

/// Notes what a patient sent, and has it looked at: upload, job and audit row together or not at all.
///
/// # Errors
/// [`Fault::Disabled`] if the account was closed while it was being sent, [`Fault::Malformed`] for a token that is
/// another's.
pub async fn note(
    db: &mut PgConnection,
    act: &Act,
    target: Target,
    arrived: Arrived<'_>,
    now: DateTime<Utc>,
) -> Result<Noted, Fault> {
    begin(db, act, target, arrived, State::Received, now).await
}

/// Notes that a patient is about to send something straight to the store.
///
/// # Errors
/// As [`note`]; [`Fault::Malformed`] too if other bytes were announced under this token before.
pub async fn expect(
    db: &mut PgConnection,
    act: &Act,
    target: Target,
    arrived: Arrived<'_>,
    now: DateTime<Utc>,
) -> Result<Noted, Fault> {
    begin(db, act, target, arrived, State::Expected, now).await
}

#[tracing::instrument(skip_all, fields(journey.id = target.journey, stage = target.stage, state = ?state))]
async fn begin(
    db: &mut PgConnection,
    act: &Act,
    target: Target,
    arrived: Arrived<'_>,
    state: State,
    now: DateTime<Utc>,
) -> Result<Noted, Fault> {
    let mut tx = db.begin().await?;
    // Sending may have taken minutes.
    if !store::lock_patient(&mut tx, target.patient).await? {
        let entry = act.entry("photo.send").refused().about(target.patient.0);
        audit::record(&mut tx, entry.detail(json!({ "why": "disabled" }))).await?;
        tx.commit().await?;
        return Err(Fault::Disabled);
    }
    let sent = sent_lately(&mut tx, target.patient, now).await?;
    if let Some(first) = store::own_upload(&mut tx, arrived.token, target.patient).await? {
        // A second try of the same: whatever became of the first counts.
        return Ok(match (first.rejection, first.state, state) {
            (Some(rejection), _, _) => Noted::Rejected(rejection),
            (None, State::Expected, State::Expected)
                if arrived.sha256 == first.sha256.as_deref() =>
            {
                Noted::Expected
            }
            (None, State::Expected, State::Expected) => return Err(Fault::Malformed),
            (None, State::Expected, _) => {
                // It did not come the way that was announced, but this one.
                if let Some(rejection) = arrived.rejection {
                    settle(&mut tx, first.id, Err(rejection), now).await?;
                    tx.commit().await?;
                    return Ok(Noted::Rejected(rejection));
                }
                let sha256 = arrived.sha256.ok_or(Fault::Malformed)?;
                receive(&mut tx, act, &first, arrived.bytes, sha256).await?;
                tx.commit().await?;
                Noted::Received
            }
            _ => Noted::Received,
        });
    }
    if sent >= limits::A_DAY {
        let entry = act.entry("photo.send").refused().about(target.patient.0);
        audit::record(&mut tx, entry.detail(json!({ "why": "too_many" }))).await?;
        tx.commit().await?;
        return Ok(Noted::TooMany);
    }
    let same = match arrived.sha256 {
        Some(sha256) if arrived.rejection.is_none() => {
            store::same(&mut tx, target.patient, sha256).await?
        }
        _ => None,
    };
    let rejection = match same {
        Some(_) => Some(Rejection::Duplicate),
        None => arrived.rejection,
    };
    let sent = Sent {
        token: arrived.token,
        user: target.patient,
        journey: target.journey,
        stage: target.stage,
        view: arrived.view,
        bytes: arrived.bytes,
        sha256: arrived.sha256,
        state: rejection.map_or(state, |_| State::Rejected),
        rejection,
        image: same,
        now,
    };
    // Somebody else's token: not even that it exists is told.
    let upload = store::note(&mut tx, sent).await?.ok_or(Fault::Malformed)?;
    if rejection.is_none() && state == State::Received {
        jobs::add(&mut tx, &CheckPhoto { upload }).await?;
    }
    audit::record(
        &mut tx,
        act.entry("photo.send")
            .on("image_uploads", upload)
            .about(target.patient.0)
            .detail(
                json!({ "stage": target.stage, "view": arrived.view.name(), "bytes": arrived.bytes,
                            "rejection": rejection.map(Rejection::name) }),
            ),
    )
    .await?;
    tx.commit().await?;
    Ok(match (rejection, state) {
        (Some(rejection), _) => Noted::Rejected(rejection),
        (None, State::Expected) => Noted::Expected,
        (None, _) => Noted::Received,
    })
}

/// Notes that what was expected lies in the store as it was announced, and has it looked at.
pub async fn arrived(
    db: &mut PgConnection,
    act: &Act,
    upload: &store::Upload,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let bytes = u64::try_from(upload.bytes).unwrap_or_default();
    let sha256 = upload.sha256.as_deref().ok_or(Fault::Malformed)?;
    receive(&mut tx, act, upload, bytes, sha256).await?;
    tx.commit().await?;
    Ok(())
}

async fn receive(
    tx: &mut PgConnection,
    act: &Act,
    upload: &store::Upload,
    bytes: u64,
    sha256: &[u8],
) -> Result<(), Fault> {
    // Said twice, it is done once.
    if store::received(tx, upload.id, bytes, sha256).await? {
        jobs::add(tx, &CheckPhoto { upload: upload.id }).await?;
        let entry = act.entry("photo.arrive").on("image_uploads", upload.id);
        audit::record(tx, entry.about(upload.user.0)).await?;
    }
    Ok(())
}

/// Rejects what was announced, unless it came another way meanwhile; whether it did so.
///
/// # Errors
/// [`Fault::Unavailable`] while the database is away.
pub async fn refuse_expected(
    db: &mut PgConnection,
    upload: i64,
    rejection: Rejection,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    let state = store::locked(&mut tx, upload)
        .await?
        .map(|found| found.state);
    let refused = state == Some(State::Expected);
    if refused {
        settle(&mut tx, upload, Err(rejection), now).await?;
    }
    tx.commit().await?;
    Ok(refused)
}

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
    let entry = audit::Entry::new("photo.check")
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
    store::settle(&mut tx, upload.id, outcome, now).await?;
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that a patient has read why these uploads were rejected: they are told no more.
///
/// # Errors
/// [`Fault::NotFound`] for another's journey, as for one that does not exist.
#[tracing::instrument(skip_all, fields(journey.id = journey))]
pub async fn told(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    journey: i64,
    uploads: &[i64],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let album = open(&mut tx, Viewer::own(patient), act, journey).await;
    if album.is_ok() {
        let count = store::told(&mut tx, journey, patient.id(), uploads, now).await?;
        let entry = act.entry("photo.acknowledge").on("journeys", journey);
        let entry = entry
            .about(patient.id().0)
            .detail(json!({ "uploads": count }));
        audit::record(&mut tx, entry).await?;
    }
    // The refusal's row, too, is kept.
    tx.commit().await?;
    album.map(|_| ())
}

/// Forgets a patient's own photo at once, and says of which journey it was; its objects go in the background.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
#[tracing::instrument(skip_all, fields(photo.id = photo))]
pub async fn delete(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    photo: i64,
) -> Result<i64, Fault> {
    let mut tx = db.begin().await?;
    let entry = act.entry("photo.delete").on("user_images", photo);
    let Some((key, journey)) = store::delete(&mut tx, photo, patient.id()).await? else {
        // Asked for twice, it is done once.
        let before = audit::detail_of_last(&mut tx, patient.id().0, "photo.delete", photo).await?;
        if let Some(journey) = before
            .as_ref()
            .and_then(|detail| detail["journey"].as_i64())
        {
            return Ok(journey);
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
#[tracing::instrument(skip_all, fields(photo.id = photo))]
pub async fn put_right(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    photo: i64,
    (view, stage): (View, i32),
) -> Result<Place, Fault> {
    let mut tx = db.begin().await?;
    let done = place(&mut tx, viewer, act, photo, (view, stage)).await;
    // The row of a refusal, too, is kept.
    tx.commit().await?;
    done
}

async fn place(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    photo: i64,
    (view, stage): (View, i32),
) -> Result<Place, Fault> {
    let whole = open_photo(db, viewer, act, photo).await?;
    let reached = store::album(db, whole.journey, viewer).await?;
    let reached = reached.map_or(0, |album| album.stage);
    if !(0..=reached).contains(&stage) {
        return Err(Fault::Malformed);
    }
    let own = whole.owner == viewer.id;
    let act = if own {
        act.entry("photo.place")
    } else {
        act.in_role(Role::Dentist).entry("photo.place")
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
