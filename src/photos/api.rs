//! The way out: each request is authorised where the photo is looked up.

use super::{
    limits,
    model::{Rejection, Variant},
    pages, service,
    store::{self, State},
};
use crate::{
    accounts::{Anyone, Patient, SignedIn},
    care::Scope,
    error::Fault,
    feature::{Access, Section, file, reading},
    ids::{JourneyId, PhotoId},
    platform::{Platform, storage::StorageError},
};
use axum::{
    body::Body,
    extract::{
        Path, Query, State as Shared,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use std::fmt::Write;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

pub const ROUTES: &[Section] = &[Section {
    place: pages::PLACE,
    routes: &[
        file("/photos/{id}/{variant}", Access::CONFIDENTIAL, || {
            get(variant)
        }),
        reading("/journeys/{id}/photos/fates", Access::PATIENT_OWN, || {
            get(fates)
        }),
    ],
}];

#[derive(Deserialize)]
struct Sent {
    /// Those that are asked for, with commas between.
    tokens: String,
}

/// What became of what was sent, for the page that sent it: a line each of token, state and words, with tabs between;
/// behind them, where a picture that was sent before may be put here, the way to do that, and what it is called.
async fn fates(
    SignedIn {
        actor,
        reader,
        mut db,
        ..
    }: SignedIn<Patient>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Sent>, QueryRejection>,
) -> Result<String, Fault> {
    let Path(journey) = path?;
    let Query(sent) = query?;
    let tokens: Result<Vec<Uuid>, _> = sent.tokens.split(',').map(str::parse).collect();
    let tokens = tokens
        .ok()
        .filter(|tokens| tokens.len() <= limits::AT_ONCE)
        .ok_or(Fault::Malformed)?;
    let mut text = String::new();
    for outcome in store::outcomes(&mut db, journey, actor.id(), &tokens).await? {
        let lang = reader.lang();
        let (state, mut words) = match (outcome.state, outcome.rejection) {
            (State::Accepted, _) => ("ready", String::new()),
            (_, Some(rejection)) => ("rejected", pages::rejection_words(lang, rejection)),
            _ => ("checking", String::new()),
        };
        // Of what was sent before: where it is, and the way to put it here.
        let kept = (outcome.image, outcome.kept_view.zip(outcome.kept_stage));
        if let (Some(Rejection::Duplicate), (Some(image), Some(kept))) = (outcome.rejection, kept) {
            let (more, way) = pages::kept_as(lang, image, kept, (outcome.view, outcome.stage));
            words = format!("{words} {more}");
            if let Some((href, link)) = way {
                words = format!("{words}\t{href}\t{link}");
            }
        }
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}\t{state}\t{words}", outcome.token);
    }
    Ok(text)
}

/// A variant of a photo, a JPEG. 404 for what is somebody else's, as for what is not.
async fn variant(
    Shared(platform): Shared<Platform>,
    headers: HeaderMap,
    SignedIn {
        actor, act, mut db, ..
    }: SignedIn<Anyone>,
    path: Result<Path<(PhotoId, String)>, PathRejection>,
) -> Result<Response, Fault> {
    let Path((id, variant)) = path?;
    let variant = Variant::named(&variant).ok_or(Fault::NotFound)?.name();
    // A case's page fetches what the next one begins with; browsers say so of theirs by themselves.
    let ahead = headers.contains_key("x-ahead")
        || headers
            .get("sec-purpose")
            .is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"));
    let scope = Scope::from(&actor);
    let photo = if ahead {
        service::fetch_ahead(&mut db, scope, &act, id).await?
    } else {
        service::open_photo(&mut db, scope, &act, id).await?
    };
    // A variant never changes, but who may see it does: a browser may keep it, and asks each time.
    let tag = format!("\"{id}-{variant}\"");
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if named(&headers, header::IF_NONE_MATCH, |each| {
        each == "*" || each.trim_start_matches("W/") == tag
    }) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    // The bytes may take a while: the connection is wanted elsewhere.
    drop(db);
    let key = format!("{}/{variant}", photo.s3_key);
    if platform.photos.redirects {
        let address = platform.storage.presigned_get(&key, SHORTLY).await?;
        let private = [(header::CACHE_CONTROL, "private, no-store".to_owned())];
        return Ok((private, axum::response::Redirect::temporary(&address)).into_response());
    }
    // A part is only a part of the same file, to the last byte.
    let whole = headers.contains_key(header::IF_RANGE)
        && !named(&headers, header::IF_RANGE, |each| each == tag);
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
        .filter(|range| !whole && is_one_range(range))
        .map(ToOwned::to_owned);
    let object = match platform.storage.get_part(&key, range).await {
        Err(StorageError::OutOfRange) => {
            let (length, _) = platform.storage.head(&key).await?;
            let whole = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, kept, whole).into_response());
        }
        object => object?,
    };
    let part = object
        .content_range()
        .and_then(|range| HeaderValue::from_str(range).ok());
    let length = object.content_length();
    let body = Body::from_stream(ReaderStream::new(object.body.into_async_read()));
    let described = [
        (header::CONTENT_TYPE, "image/jpeg".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"photo.jpg\"".to_owned(),
        ),
    ];
    let mut answer = (kept, described, body).into_response();
    if let Some(length) = length {
        answer
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(part) = part {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
        answer.headers_mut().insert(header::CONTENT_RANGE, part);
    }
    Ok(answer)
}

/// How long an address of the store's is good for.
const SHORTLY: std::time::Duration = std::time::Duration::from_secs(60);

/// Whether a header names a tag of which `is` is true.
fn named(headers: &HeaderMap, name: header::HeaderName, is: impl Fn(&str) -> bool) -> bool {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|each| is(each.trim())))
}

/// `bytes=0-99` or `bytes=100-`. Of several at once, of the last so many, as of anything else, the whole is the answer.
fn is_one_range(range: &str) -> bool {
    let Some((from, to)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return false;
    };
    if !from
        .bytes()
        .chain(to.bytes())
        .all(|byte| byte.is_ascii_digit())
    {
        return false;
    }
    match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from), Ok(to)) => from <= to,
        (Ok(_), Err(_)) => to.is_empty(),
        (Err(_), _) => false,
    }
}
