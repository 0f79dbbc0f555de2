//! Straight from the browser to the store, where that is switched on: the browser announces a file and is given an
//! address that takes exactly those bytes for ten minutes; it puts them there, and says so. Nothing that it says is
//! believed: the store is asked how long the object is and what its digest is, and the job reads it again.

use super::Asked;
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    ids::JourneyId,
    photos::{
        limits,
        model::{Rejection, View},
        pages::add,
        processing,
        service::{self, Arrived, Noted, Target},
        store::{self, State as UploadState},
    },
    platform::{Platform, storage::StorageError},
    ui::{InWords, Reader},
};
use axum::{
    Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::time::Duration;
use uuid::Uuid;

/// How long an address is good for.
const VALID: Duration = Duration::from_secs(600);

/// A file that is about to be sent.
#[derive(Deserialize)]
pub struct Announced {
    view: String,
    bytes: u64,
    /// 64 hexadecimal digits.
    sha256: String,
}

/// Announces a file. Answers in plain text: 200 with the address to put it to and, on a second line, the value of the
/// header `x-amz-checksum-sha256` to send with it; 202 if it is there already; 204 if it is to be sent to the server;
/// 422 and 429 in words.
pub async fn expect(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
    form: Result<Form<Announced>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let (target, _) = Target::of(&mut db, &actor, &act, journey, asked.stage).await?;
    let Form(announced) = form?;
    let token = asked.token.ok_or(Fault::Malformed)?;
    let view = View::named(&announced.view).ok_or(Fault::Malformed)?;
    let sha256 = digest(&announced.sha256).ok_or(Fault::Malformed)?;
    if !platform.photos.direct {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let rejection = match announced.bytes {
        0 => Some(Rejection::Empty),
        limits::TOO_MANY_BYTES.. => Some(Rejection::TooLarge),
        _ => None,
    };
    let arrived = Arrived {
        token,
        view,
        bytes: announced.bytes,
        sha256: rejection.is_none().then_some(&sha256[..]),
        rejection,
    };
    let now = platform.clock.now();
    match service::expect(&mut db, &act, target, arrived, now).await? {
        Noted::Expected => {}
        noted => return Ok(told(&reader, noted)),
    }
    drop(db);
    let key = store::quarantine(target.patient, token);
    let address = platform
        .storage
        .presigned_put(&key, announced.bytes, &sha256, VALID)
        .await?;
    Ok(format!("{}\n{}", address.url, address.checksum).into_response())
}

/// Says that an announced file lies in the store. 202 if it does; 409 if it is not there, so that it is sent once more.
pub async fn arrived(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(token) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let upload = store::own_upload(&mut db, token, actor.id())
        .await?
        .ok_or(Fault::NotFound)?;
    if upload.state != UploadState::Expected {
        let noted = upload.rejection.map_or(Noted::Received, Noted::Rejected);
        return Ok(told(&reader, noted));
    }
    drop(db);
    let found = match platform.storage.head(&upload.quarantine()).await {
        Ok(found) => Some(found),
        Err(StorageError::Missing) => None,
        Err(error) => return Err(error.into()),
    };
    let announced = u64::try_from(upload.bytes).unwrap_or_default();
    let as_announced = found.is_some_and(|(bytes, sha256)| {
        // A store that computes no digest leaves that to the job.
        bytes == announced && (sha256.is_none() || sha256 == upload.sha256)
    });
    if !as_announced {
        let mut answer = StatusCode::CONFLICT.into_response();
        answer.extensions_mut().insert(InWords);
        return Ok(answer);
    }
    // What is no photo by its first bytes is told at once, as it is to those who send to the server.
    let key = upload.quarantine();
    // Not every store takes a part that ends behind the object.
    let last = announced.clamp(1, super::HEAD as u64) - 1;
    let head = format!("bytes=0-{last}");
    let head = platform.storage.get_part(&key, Some(head)).await?;
    let head = head.body.collect().await.map_err(|error| {
        tracing::warn!(%error, "the object storage failed");
        Fault::Unavailable
    })?;
    let kind = processing::kind(&head.into_bytes());
    let mut db = platform.pool.acquire().await?;
    if let Err(rejection) = kind {
        let now = platform.clock.now();
        if service::refuse_expected(&mut db, upload.id, rejection, now).await? {
            platform.storage.delete(&key).await?;
            return Ok(told(&reader, Noted::Rejected(rejection)));
        }
        // It came another way meanwhile.
        return Ok(told(&reader, Noted::Received));
    }
    service::arrived(&mut db, &act, &upload).await?;
    Ok(told(&reader, Noted::Received))
}

fn told(reader: &Reader, noted: Noted) -> Response {
    let fate = super::Fate::Noted(noted);
    let words = add::fate_words(reader.lang(), fate).unwrap_or_default();
    let mut answer = (fate.status(), words).into_response();
    answer.extensions_mut().insert(InWords);
    answer
}

fn digest(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}
