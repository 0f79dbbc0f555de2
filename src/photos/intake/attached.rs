//! Photos that come with a form of another feature, as a report: its words and its files in one request.

use super::{Fate, SILENCE, Unused, limits, metered, skip, take};
use crate::{
    accounts::{Act, Patient},
    error::Fault,
    photos::{
        model::{Rejection, View},
        service::{Noted, Target},
    },
    platform::{Platform, database::Connection},
};
use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use uuid::Uuid;

/// The most that a field of words may hold, in bytes.
const WORDS: usize = 16 * 1024;
/// The most fields of words in a form.
const FIELDS: usize = 64;

/// Bytes of a form with so many photos.
pub fn form_limit(photos: usize) -> usize {
    photos * (limits::BYTES as usize + 4096) + FIELDS * WORDS
}

/// Who sends a form about a journey of theirs.
pub struct Sender<'a> {
    /// Given back while the bytes come, which may take minutes.
    pub db: Connection,
    pub patient: &'a Patient,
    pub act: &'a Act,
    pub journey: i64,
}

/// What a form brought.
#[derive(Debug, Default)]
pub struct Came {
    /// The fields of words, in their order.
    pub fields: Vec<(String, String)>,
    /// Names what arrived and becomes photos.
    pub sent: Vec<Uuid>,
    /// How many files did not arrive, or cannot become photos.
    pub lost: usize,
}

/// Reads a form's words, and takes in its files named `file` as photos of the stage being worn: `most` of them.
///
/// # Errors
/// [`Fault::NotFound`] for another's journey, [`Fault::Malformed`] for what no page of ours sends, [`Fault::Disabled`] if the
/// account was closed meanwhile.
pub async fn with_form(
    platform: &Platform,
    sender: Sender<'_>,
    request: Request,
    most: usize,
) -> Result<Came, Fault> {
    let Sender {
        mut db,
        patient,
        act,
        journey,
    } = sender;
    let (target, _) = Target::of(&mut db, patient, act, journey, None).await?;
    drop(db);
    // As the page of a fault sends it again: its words alone.
    if is_plain(&request) {
        let fields = plain(request).await?;
        return Ok(Came {
            fields,
            ..Came::default()
        });
    }
    let unused = Unused::default();
    let request = request.map(|body| metered(body, unused.clone()));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Fault::Malformed)?;
    let mut came = Came::default();
    let mut files = 0;
    loop {
        let field = match tokio::time::timeout(SILENCE, form.next_field()).await {
            Ok(Ok(Some(field))) => field,
            Ok(Ok(None)) => return Ok(came),
            // The words come first: what broke off behind them took only photos along.
            Ok(Err(_)) | Err(_) if !came.fields.is_empty() => {
                came.lost += 1;
                return Ok(came);
            }
            Ok(Err(_)) | Err(_) => return Err(Fault::Malformed),
        };
        unused.reset();
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file) = field.file_name().map(|name| !name.is_empty()) else {
            if came.fields.len() >= FIELDS {
                return Err(Fault::Malformed);
            }
            let words = words(field, &unused).await?;
            came.fields.push((name, words));
            continue;
        };
        let wanted = file && name == "file";
        files += usize::from(wanted);
        if !wanted || files > most {
            came.lost += usize::from(wanted);
            if skip(field, &unused).await.is_err() {
                came.lost += 1;
                return Ok(came);
            }
            continue;
        }
        let token = Uuid::new_v4();
        match take(
            platform,
            act,
            target,
            (View::Other, token),
            (field, &unused),
        )
        .await
        {
            Fate::Noted(Noted::Received | Noted::Rejected(Rejection::Duplicate)) => {
                came.sent.push(token);
            }
            Fate::Closed => return Err(Fault::Disabled),
            Fate::Broken => {
                came.lost += 1;
                return Ok(came);
            }
            _ => came.lost += 1,
        }
    }
}

/// The words of a form that nobody may send now; its files are read, too, so that an answer is heard, and thrown away.
///
/// # Errors
/// [`Fault::Malformed`] for what no page of ours sends.
pub async fn words_of(request: Request) -> Result<Vec<(String, String)>, Fault> {
    if is_plain(&request) {
        return plain(request).await;
    }
    let unused = Unused::default();
    let request = request.map(|body| metered(body, unused.clone()));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Fault::Malformed)?;
    let mut fields = Vec::new();
    while let Ok(Ok(Some(field))) = tokio::time::timeout(SILENCE, form.next_field()).await {
        unused.reset();
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            if skip(field, &unused).await.is_err() {
                break;
            }
        } else if fields.len() < FIELDS {
            fields.push((name, words(field, &unused).await?));
        } else {
            return Err(Fault::Malformed);
        }
    }
    Ok(fields)
}

/// Whether a form comes as one without files does.
fn is_plain(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(PLAIN))
}

const PLAIN: &[u8] = b"application/x-www-form-urlencoded";

async fn plain(request: Request) -> Result<Vec<(String, String)>, Fault> {
    let bytes = axum::body::to_bytes(request.into_body(), FIELDS * WORDS)
        .await
        .map_err(|_| Fault::TooLarge)?;
    Ok(url::form_urlencoded::parse(&bytes).into_owned().collect())
}

/// A field of words.
async fn words(mut field: Field<'_>, unused: &Unused) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    loop {
        match tokio::time::timeout(SILENCE, field.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                unused.reset();
                bytes.extend_from_slice(&chunk);
                if bytes.len() > WORDS {
                    return Err(Fault::TooLarge);
                }
            }
            Ok(Ok(None)) => {
                // PostgreSQL keeps no text with a NUL in it, and nobody types one.
                bytes.retain(|byte| *byte != 0);
                return String::from_utf8(bytes).map_err(|_| Fault::Malformed);
            }
            Ok(Err(_)) | Err(_) => return Err(Fault::Malformed),
        }
    }
}
