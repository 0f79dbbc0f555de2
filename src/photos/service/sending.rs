//! Noting what a patient sends, or is about to send.

use super::{open, settle};
use crate::{
    accounts::{Act, Patient, UserId},
    audit,
    care::Scope,
    error::Fault,
    ids::JourneyId,
    photos::{
        Action, limits,
        model::{Rejection, View},
        store::{self, Album, Sent, State},
        worker::CheckPhoto,
    },
    platform::jobs,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sqlx::{Acquire, PgConnection};
use uuid::Uuid;

/// Where photos may be added to: an own journey, at a stage that was reached.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub patient: UserId,
    pub journey: JourneyId,
    pub stage: i32,
}

impl Target {
    /// # Errors
    /// [`Fault::NotFound`] for another's journey, [`Fault::Malformed`] for a stage that was never reached.
    pub async fn of(
        db: &mut PgConnection,
        patient: &Patient,
        act: &Act,
        journey: JourneyId,
        stage: Option<i32>,
    ) -> Result<(Self, Album), Fault> {
        let album = open(db, Scope::from(patient), act, journey).await?;
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

#[tracing::instrument(skip_all, fields(journey.id = target.journey.0, stage = target.stage, state = ?state))]
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
        let entry = act.entry(Action::Send).refused().about(target.patient.0);
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
        let entry = act.entry(Action::Send).refused().about(target.patient.0);
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
        act.entry(Action::Send)
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
        let entry = act.entry(Action::Arrive).on("image_uploads", upload.id);
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
