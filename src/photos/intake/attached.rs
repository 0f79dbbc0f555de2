//! Photos that come with a form of another feature, as a report or a message: its words and its files in one request.
//!
//! In such a form the words stand before the files, down to the last box: once a file begins, all words have come, and what breaks off
//! from then on takes only photos along. Before that, nothing is kept of it, and its page shows what came, to be sent again.

use super::{Fate, SILENCE, Unused, limits, metered, skip, take};
use crate::{
    accounts::{Act, Patient, Turned},
    error::Fault,
    ids::JourneyId,
    photos::{
        model::{Rejection, View},
        pages::ACCEPTED,
        service::{Noted, Target},
    },
    platform::{Platform, database::Connection},
    ui::KeptForm,
};
use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use std::error::Error;
use uuid::Uuid;

/// The most that a field of words may hold, in bytes.
const WORDS: usize = 16 * 1024;
/// The most fields of words in a form.
const FIELDS: usize = 64;

/// Bytes of a form with so many photos.
pub const fn form_limit(photos: usize) -> usize {
    photos * (limits::BYTES as usize + 4096) + FIELDS * WORDS
}

/// Who sends a form about a journey of theirs.
pub struct Sender<'a> {
    /// Given back while the bytes come, which may take minutes.
    pub db: Connection,
    pub patient: &'a Patient,
    pub act: &'a Act,
    pub journey: JourneyId,
}

/// What a form brought.
#[derive(Debug, Default)]
pub struct Came {
    action: String,
    /// The fields of words, in their order.
    pub fields: Vec<(String, String)>,
    /// Names what arrived and becomes photos.
    pub sent: Vec<Uuid>,
    /// How many files did not arrive, or cannot become photos.
    pub lost: usize,
    /// Whether it ended before its words had all come.
    pub broken_off: bool,
    /// The field in which it ended, and what came of that.
    cut: Option<(String, String)>,
}

impl Came {
    /// What came of a field in which the form broke off.
    pub fn cut(&self, field: &str) -> Option<&str> {
        let cut = self.cut.as_ref().filter(|(name, _)| name == field);
        cut.map(|(_, words)| words.as_str())
    }

    /// The answer to the form. If it may be better later, what was written goes with it, to be sent again.
    pub fn answered(self, answer: Result<Response, Fault>) -> Response {
        match answer {
            Ok(answer) => answer,
            Err(fault) => NotCome {
                fault,
                kept: KeptForm::helps(fault).then(|| self.kept()).flatten(),
            }
            .into_response(),
        }
    }

    /// As the page of a fault sends it again; not a part of what was written, which would pass for the whole.
    fn kept(self) -> Option<KeptForm> {
        if self.broken_off {
            return None;
        }
        let mut fields = self.fields;
        let came = self.sent.iter();
        fields.extend(came.map(|token| ("sent".to_owned(), token.to_string())));
        Some(KeptForm {
            action: self.action,
            fields,
            files: (self.lost > 0).then_some(ACCEPTED),
        })
    }

    /// Nothing more comes: with a file begun, only photos are missing.
    fn ends(mut self, file_begun: bool) -> Self {
        self.lost += usize::from(file_begun);
        self.broken_off = !file_begun;
        self
    }
}

/// Why a form was not read, with its words if a later try may better it.
#[derive(Debug)]
pub struct NotCome {
    fault: Fault,
    kept: Option<KeptForm>,
}

impl From<Fault> for NotCome {
    fn from(fault: Fault) -> Self {
        Self { fault, kept: None }
    }
}

impl IntoResponse for NotCome {
    fn into_response(self) -> Response {
        let mut answer = self.fault.into_response();
        if let Some(kept) = self.kept {
            answer.extensions_mut().insert(kept);
        }
        answer
    }
}

/// Answers somebody whom their session, or the database, did not let through: the page that says so holds what they wrote, to be
/// sent again.
pub async fn turned_away(turned: Turned, request: Request) -> Response {
    let kept = kept(turned.fault, request).await;
    let mut answer = turned.into_response();
    if let Some(kept) = kept {
        answer.extensions_mut().insert(kept);
    }
    answer
}

/// The words of a form that cannot be taken now; its files are read, too, so that the answer is heard, and thrown away.
async fn kept(fault: Fault, request: Request) -> Option<KeptForm> {
    if !KeptForm::helps(fault) {
        return None;
    }
    read(request, None).await.ok()?.kept()
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
) -> Result<Came, NotCome> {
    let Sender {
        mut db,
        patient,
        act,
        journey,
    } = sender;
    let found = Target::of(&mut db, patient, act, journey, None).await;
    drop(db);
    let target = match found {
        Ok((target, _)) => target,
        Err(fault) => {
            return Err(NotCome {
                fault,
                kept: kept(fault, request).await,
            });
        }
    };
    let taking = Taking {
        platform,
        act,
        target,
        most,
    };
    Ok(read(request, Some(taking)).await?)
}

/// Where a form's files go.
struct Taking<'a> {
    platform: &'a Platform,
    act: &'a Act,
    target: Target,
    most: usize,
}

async fn read(request: Request, taking: Option<Taking<'_>>) -> Result<Came, Fault> {
    let mut came = Came {
        action: request.uri().path().to_owned(),
        ..Came::default()
    };
    // As the page of a fault sends it again: its words alone.
    if is_plain(&request) {
        came.fields = plain(request).await?;
        return Ok(came);
    }
    let unused = Unused::default();
    let request = request.map(|body| metered(body, unused.clone()));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Fault::Malformed)?;
    let mut files = 0;
    let mut file_begun = false;
    loop {
        let field = match tokio::time::timeout(SILENCE, form.next_field()).await {
            Ok(Ok(Some(field))) => field,
            Ok(Ok(None)) => return Ok(came),
            Ok(Err(error)) if !file_begun && error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Fault::TooLarge);
            }
            Ok(Err(_)) | Err(_) => return Ok(came.ends(file_begun)),
        };
        unused.reset();
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file) = field.file_name().map(|name| !name.is_empty()) else {
            if came.fields.len() >= FIELDS {
                return Err(Fault::Malformed);
            }
            match words(field, &unused).await? {
                Words::Whole(words) => came.fields.push((name, words)),
                Words::Cut(words) => {
                    came.cut = Some((name, words));
                    return Ok(came.ends(file_begun));
                }
            }
            continue;
        };
        file_begun = true;
        let wanted = file && name == "file";
        files += usize::from(wanted);
        let taking = taking
            .as_ref()
            .filter(|taking| wanted && files <= taking.most);
        let Some(taking) = taking else {
            came.lost += usize::from(wanted);
            if skip(field, &unused).await.is_err() {
                // Counted already, if it was one.
                came.lost += usize::from(!wanted);
                return Ok(came);
            }
            continue;
        };
        let token = Uuid::new_v4();
        match take(
            taking.platform,
            taking.act,
            taking.target,
            (View::Other, token),
            (field, &unused),
        )
        .await
        {
            Fate::Noted(Noted::Received | Noted::Rejected(Rejection::Duplicate)) => {
                came.sent.push(token);
            }
            Fate::Closed => return Err(Fault::Disabled),
            Fate::Broken => return Ok(came.ends(file_begun)),
            _ => came.lost += 1,
        }
    }
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
        .map_err(|error| {
            let too_large = error
                .source()
                .is_some_and(|source| source.is::<LengthLimitError>());
            if too_large {
                Fault::TooLarge
            } else {
                Fault::Malformed
            }
        })?;
    Ok(url::form_urlencoded::parse(&bytes).into_owned().collect())
}

/// A field of words, or what came of one.
enum Words {
    Whole(String),
    Cut(String),
}

async fn words(mut field: Field<'_>, unused: &Unused) -> Result<Words, Fault> {
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
                let words = String::from_utf8(bytes).map_err(|_| Fault::Malformed)?;
                return Ok(Words::Whole(words));
            }
            Ok(Err(_)) | Err(_) => {
                bytes.retain(|byte| *byte != 0);
                // The last letter may have come in part.
                let words = String::from_utf8_lossy(&bytes);
                let words = words.trim_end_matches(char::REPLACEMENT_CHARACTER);
                return Ok(Words::Cut(words.to_owned()));
            }
        }
    }
}
