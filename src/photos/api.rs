//! The way out: each request is authorised where the photo is looked up.

use super::store;
use crate::{
    accounts::{Anyone, Role, SignedIn},
    audit,
    error::Fault,
    platform::Platform,
};
use axum::{
    Router,
    body::Body,
    extract::{FromRef, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio_util::io::ReaderStream;

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new().route("/photos/{id}/{variant}", get(photo))
}

/// A variant of a photo: `thumbnail` or `screen`. 404 for what is somebody else's, as for what is not.
async fn photo(
    State(platform): State<Platform>,
    headers: HeaderMap,
    SignedIn {
        actor: Anyone(person),
        act,
        mut db,
        ..
    }: SignedIn<Anyone>,
    path: Result<Path<(i64, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Fault> {
    let Path((id, variant)) = path.map_err(|_| Fault::NotFound)?;
    if !matches!(variant.as_str(), "thumbnail" | "screen") {
        return Err(Fault::NotFound);
    }
    let dentist = person.dentist_id.filter(|_| person.has(Role::Dentist));
    let action = "photo.read";
    let Some(place) = store::visible(&mut db, id, person.id, dentist).await? else {
        let mut entry = act.entry(action).on("user_images", id).refused();
        entry.subject = store::owner(&mut db, id).await?.map(|owner| owner.0);
        audit::record(&mut db, entry).await?;
        return Err(Fault::NotFound);
    };
    if place.owner != person.id {
        // Whatever else they are, they see it as the patient's dentist.
        let entry = act.in_role(Role::Dentist).entry(action);
        audit::record(&mut db, entry.on("user_images", id).about(place.owner.0)).await?;
    }
    // A variant never changes, but who may see it does: a browser may keep it, and asks each time.
    let tag = format!("\"{id}-{variant}\"");
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|each| each.trim().trim_start_matches("W/") == tag)
        });
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    // The bytes may take a while: the connection is wanted elsewhere.
    drop(db);
    let object = platform
        .storage
        .get(&format!("{}/{variant}", place.s3_key))
        .await?;
    let length = object.content_length().unwrap_or_default();
    let body = Body::from_stream(ReaderStream::new(object.body.into_async_read()));
    let described = [
        (header::CONTENT_TYPE, "image/jpeg".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"photo.jpg\"".to_owned(),
        ),
    ];
    Ok((kept, described, body).into_response())
}
