//! The way in. What is sent is written to a nameless file while its digest is computed, looked at, put into
//! quarantine, and only then noted in the database: an upload that breaks off leaves nothing, one that is noted is
//! safe. Memory stays the same whatever is sent.
//!
//! Two ways lead here: a form with up to twelve files, as browsers send it without scripts; and, from the island, one
//! file at a time, either through the server in the same form, or straight to the store and announced here.

mod attached;
mod direct;
mod metered;

use super::{
    limits,
    model::{Rejection, View},
    pages::{PLACE, add},
    processing,
    service::{self, Arrived, Noted, Target},
    store,
};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    feature::{Access, Section, api, intake},
    ids::JourneyId,
    platform::Platform,
    ui::InWords,
};
pub use attached::{Came, NotCome, Sender, form_limit, turned_away, with_form};
use axum::{
    extract::{
        FromRequest, Multipart, Path, Query, Request, State,
        multipart::Field,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use metered::{Unused, metered};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::time::Instant;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// All files of one form, and what a browser writes around them.
const FORM_LIMIT: usize = limits::AT_ONCE * (limits::BYTES as usize + 4096) + 64 * 1024;
/// A connection that says nothing for so long is given up.
const SILENCE: std::time::Duration = std::time::Duration::from_secs(30);
/// How long a form's answer waits for what was sent to become photos. Longer, and the gallery says that it is still
/// being looked at.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(4);

pub const ROUTES: &[Section] = &[Section {
    place: PLACE,
    routes: &[
        intake(
            "/journeys/{id}/photos",
            Access::PATIENT_OWN,
            FORM_LIMIT,
            || post(send),
        ),
        // What goes straight to the store is announced here: small requests like any other.
        api("/journeys/{id}/photos/expect", Access::PATIENT_OWN, || {
            post(direct::expect)
        }),
        api("/photos/{id}/arrived", Access::PATIENT_OWN, || {
            post(direct::arrived)
        }),
    ],
}];

#[derive(Deserialize)]
pub struct Asked {
    /// The stage that the photos show; the one being worn if nothing is said.
    stage: Option<i32>,
    /// Names what is sent, so that it can be sent again after a lost answer: from the island, which sends one.
    token: Option<Uuid>,
}

/// What became of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Noted(Noted),
    /// The store or the database did not answer.
    Unavailable,
    /// The account was closed meanwhile.
    Closed,
    /// It broke off.
    Broken,
    /// More than [`limits::AT_ONCE`].
    OneTooMany,
}

impl Fate {
    /// As the island is told.
    fn status(self) -> StatusCode {
        match self {
            Self::Noted(Noted::Received | Noted::Expected) => StatusCode::ACCEPTED,
            Self::Noted(Noted::Rejected(_)) | Self::OneTooMany => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Noted(Noted::TooMany) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Closed => StatusCode::FORBIDDEN,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

async fn send(
    State(platform): State<Platform>,
    headers: HeaderMap,
    signed_in: SignedIn<Patient>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let (target, album) = Target::of(&mut db, &actor, &act, journey, asked.stage).await?;
    let unused = Unused::default();
    let request = request.map(|body| metered(body, unused.clone()));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Fault::Malformed)?;
    // The bytes may take minutes: the connection is wanted elsewhere.
    drop(db);
    let mut fates = Vec::new();
    let mut token = asked.token;
    loop {
        let field = match tokio::time::timeout(SILENCE, form.next_field()).await {
            Ok(Ok(Some(field))) => {
                unused.reset();
                field
            }
            Ok(Ok(None)) => break,
            Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                fates.push((
                    View::Other,
                    Fate::Noted(Noted::Rejected(Rejection::TooLarge)),
                ));
                break;
            }
            Ok(Err(_)) | Err(_) if fates.is_empty() => return Err(Fault::Malformed),
            Ok(Err(_)) | Err(_) => {
                fates.push((View::Other, Fate::Broken));
                break;
            }
        };
        let view = field.name().and_then(View::named);
        // A field in which nothing was chosen is sent, too.
        let view = view.filter(|_| field.file_name().is_some_and(|name| !name.is_empty()));
        if view.is_none() || fates.len() >= limits::AT_ONCE {
            // Read all the same: who is not done sending hears no answer.
            let whole = skip(field, &unused).await;
            if let Some(view) = view.filter(|_| fates.len() == limits::AT_ONCE) {
                fates.push((view, Fate::OneTooMany));
            }
            match whole {
                Ok(()) => continue,
                Err(fate) => fates.push((View::Other, fate)),
            }
            break;
        }
        let Some(view) = view else { continue };
        let token = token.take().unwrap_or_else(Uuid::new_v4);
        let fate = take(&platform, &act, target, (view, token), (field, &unused)).await;
        if fate == Fate::Closed {
            return Err(Fault::Disabled);
        }
        fates.push((view, fate));
        if matches!(fate, Fate::Broken) {
            break;
        }
    }
    let lang = reader.lang();
    if asked_by_island(&headers) {
        let fate = fates.first().map_or(Fate::Broken, |(_, fate)| *fate);
        // Words, where it is known what is wrong.
        let words = add::fate_words(lang, fate).unwrap_or_default();
        let mut answer = (fate.status(), words).into_response();
        answer.extensions_mut().insert(InWords);
        return Ok(answer);
    }
    let went_well = !fates.is_empty()
        && fates
            .iter()
            .all(|(_, fate)| matches!(fate, Fate::Noted(Noted::Received | Noted::Rejected(_))));
    if !went_well {
        let mut db = platform.pool.acquire().await?;
        let direct = platform.photos.direct;
        return add::again(&mut db, &reader, &album, target.stage, direct, &fates).await;
    }
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        if store::waiting(&mut *platform.pool.acquire().await?, journey).await? == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(Redirect::to(&format!("/journeys/{journey}/photos?sent")).into_response())
}

/// Whether the island asks, which shows the answer itself.
fn asked_by_island(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == b"text/plain")
}

/// Takes in one file, whatever it is.
async fn take(
    platform: &Platform,
    act: &crate::accounts::Act,
    target: Target,
    (view, token): (View, Uuid),
    (field, unused): (Field<'_>, &Unused),
) -> Fate {
    let spooled = match spool(field, unused).await {
        Ok(spooled) => spooled,
        Err(fate) => return fate,
    };
    let key = store::quarantine(target.patient, token);
    let arrived = Arrived {
        token,
        view,
        bytes: spooled.bytes,
        sha256: spooled.rejection.is_none().then_some(&*spooled.sha256),
        rejection: spooled.rejection,
    };
    let result = async {
        let now = platform.clock.now();
        let mut db = platform.pool.acquire().await?;
        // Nothing is put there of what will not be taken.
        let wanted = service::is_wanted(&mut db, target, &arrived, now).await?;
        drop(db);
        if wanted {
            platform
                .storage
                .put_file(&key, &spooled.file, &spooled.sha256)
                .await?;
        }
        let mut db = platform.pool.acquire().await?;
        let noted = service::note(&mut db, act, target, arrived, now).await;
        // Not taken after all, or taken before and looked at meanwhile.
        if wanted && store::open_tokens(&mut db, &[token]).await?.is_empty() {
            platform.storage.delete(&key).await?;
        }
        noted
    };
    match result.await {
        Ok(noted) => Fate::Noted(noted),
        Err(Fault::Malformed) => Fate::Broken,
        Err(Fault::Disabled) => Fate::Closed,
        Err(_) => Fate::Unavailable,
    }
}

/// Reads what nobody wants.
async fn skip(mut field: Field<'_>, unused: &Unused) -> Result<(), Fate> {
    loop {
        match tokio::time::timeout(SILENCE, field.chunk()).await {
            Ok(Ok(Some(_))) => unused.reset(),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(_)) | Err(_) => return Err(Fate::Broken),
        }
    }
}

/// What was sent, in a file without a name, which is gone with the process at the latest.
struct Spooled {
    file: std::fs::File,
    bytes: u64,
    sha256: Vec<u8>,
    /// What can be told from the first bytes and the length.
    rejection: Option<Rejection>,
}

/// The most that the kinds of files are told apart by.
const HEAD: usize = 32;

/// As when the disk of temporary files is full.
fn no_room(error: &std::io::Error) -> Fate {
    tracing::error!(%error, "there is no room for what is sent");
    Fate::Unavailable
}

async fn spool(mut field: Field<'_>, unused: &Unused) -> Result<Spooled, Fate> {
    let file = tempfile::tempfile().map_err(|error| no_room(&error))?;
    let mut file = tokio::fs::File::from_std(file);
    let mut digest = Sha256::new();
    let (mut bytes, mut head) = (0_u64, Vec::with_capacity(HEAD));
    let mut rejection = None;
    loop {
        let chunk = match tokio::time::timeout(SILENCE, field.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                rejection = Some(Rejection::TooLarge);
                break;
            }
            Ok(Err(_)) | Err(_) => return Err(Fate::Broken),
        };
        unused.reset();
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if bytes > limits::BYTES {
            // The rest is read, and thrown away: the other files come behind it.
            rejection = Some(Rejection::TooLarge);
            continue;
        }
        let wanted = HEAD.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..wanted]);
        digest.update(&chunk);
        file.write_all(&chunk)
            .await
            .map_err(|error| no_room(&error))?;
    }
    file.flush().await.map_err(|error| no_room(&error))?;
    Ok(Spooled {
        file: file.into_std().await,
        bytes,
        sha256: digest.finalize().to_vec(),
        rejection: rejection.or_else(|| processing::kind(&head).err()),
    })
}
