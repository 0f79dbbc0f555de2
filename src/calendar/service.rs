//! Private addresses of patients' calendars.

use super::{Action, store};
use crate::{
    accounts::{self, Act, Patient},
    audit,
    error::Fault,
};
use chrono::{DateTime, TimeDelta, Utc};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// What the table knows an address by.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// For how long the same form answers as it did at first: a second tap, or a retry after a lost answer.
const REPEATED: TimeDelta = TimeDelta::minutes(10);

/// What a form says that asks for an address.
#[derive(Clone, Copy, Debug)]
pub struct Wished {
    /// The address that its page spoke of; none, where there was none.
    pub seen: Option<i64>,
    /// Drawn with the form, which may be sent twice: what the address holds follows from it.
    pub key: Option<Uuid>,
}

/// An address, and since when it is open.
pub struct Made {
    pub token: String,
    pub since: DateTime<Utc>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn drawn() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| Fault::Internal)?;
    Ok(hex(&bytes))
}

/// Makes a new private address for the patient's calendar, and answers what it holds: the only time that it is known, but for the
/// same form within minutes, which answers the same. An earlier one ends, if it is the one that was seen: none, if it is another,
/// which somebody may read by now.
pub async fn create_address(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    wished: Wished,
    now: DateTime<Utc>,
) -> Result<Option<Made>, Fault> {
    let own = wished.key.map(|key| {
        let text = format!("calendar {} {key}", patient.id().0);
        hex(&Sha256::digest(text))
    });
    let mut tx = db.begin().await?;
    // One at a time: of two that are asked for at once, the second finds the first.
    accounts::hold(&mut tx, patient.id()).await?;
    let open = store::open(&mut tx, patient.id()).await?;
    if let (Some(open), Some(token)) = (&open, &own)
        && open.token_hash == token_hash(token)
        && now - open.since < REPEATED
    {
        return Ok(Some(Made {
            token: token.clone(),
            since: open.since,
        }));
    }
    if open.is_some_and(|open| wished.seen != Some(open.id)) {
        return Ok(None);
    }
    let replaced = store::revoke(&mut tx, patient.id(), now).await?;
    let mut token = own.map_or_else(drawn, Ok)?;
    if !store::create(&mut tx, patient.id(), &token_hash(&token), now).await? {
        // The form of one that has ended since: what ended is not opened again.
        token = drawn()?;
        store::create(&mut tx, patient.id(), &token_hash(&token), now).await?;
    }
    let entry = act.entry(Action::CreateAddress).about(patient.id().0);
    audit::record(&mut tx, entry.detail(json!({ "replaced": replaced }))).await?;
    tx.commit().await?;
    Ok(Some(Made { token, since: now }))
}

/// Ends the patient's calendar address, if it is the one that was `seen`. False: it is another by now, and stays. Where there is none
/// any more, nothing is left to end.
pub async fn revoke_address(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    seen: Option<i64>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    accounts::hold(&mut tx, patient.id()).await?;
    let open = store::open(&mut tx, patient.id()).await?;
    if open.is_some_and(|open| seen != Some(open.id)) {
        return Ok(false);
    }
    if store::revoke(&mut tx, patient.id(), now).await? {
        let entry = act.entry(Action::RevokeAddress).about(patient.id().0);
        audit::record(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}
