//! What a calendar program fetches from a private address.

use crate::{
    calendar::{
        ics::{self, Coming},
        service,
        store::{self, Holder},
    },
    error::Fault,
    feature::agenda::{Agenda, FAR, Known, Part, Viewer},
    platform::Platform,
    ui::Language,
};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::DateTime;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

/// Whoever has the address reads it; nobody is signed in.
pub async fn fetch(
    State(platform): State<Platform>,
    State(agenda): State<Agenda>,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(name) = path?;
    let token = name.strip_suffix(".ics").ok_or(Fault::NotFound)?;
    let mut db = platform.pool.acquire().await?;
    let Holder {
        patient,
        time_zone,
        zone_since,
        language,
    } = store::holder(&mut db, &service::token_hash(token))
        .await?
        .ok_or(Fault::NotFound)?;
    let zone: Tz = time_zone.parse().unwrap_or_default();
    let language = language
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_default();
    let now = platform.clock.now();
    let today = now.with_timezone(&zone).date_naive();
    let part = Part {
        viewer: Viewer::of_patient(patient),
        lang: language.code(),
        zone,
        now,
        from: today,
        until: today + FAR,
        outside: true,
        known: &Known::default(),
    };
    let items = agenda.of(&mut db, part).await?;
    drop(db);
    let given = items
        .iter()
        .filter_map(|item| Some((item.outside.as_ref()?, item.until)));
    let mut coming = Coming {
        items: given.collect(),
        zone,
        zone_since,
        made_at: DateTime::UNIX_EPOCH,
        url: &platform.address("/"),
    };
    // What it says, whenever it is made. Weak: it may be sent compressed.
    let said = Sha256::digest(ics::text(&coming));
    let tag = format!("W/\"{said:x}\"");
    coming.made_at = now;
    let text = ics::text(&coming);
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|each| matches!(each.trim(), "*") || each.trim() == tag)
        });
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let described = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"midline.ics\"",
        ),
    ];
    Ok((kept, described, text).into_response())
}
