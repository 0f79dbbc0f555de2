//! A part of a gallery: on a page of its own, or fetched to below what a page shows.

use super::parts;
use crate::{
    accounts::{Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::{JourneyId, PhotoId},
    photos::{
        Variant, View,
        figure::{Again, Figure, Further, Stage},
        islands::EarlierPhotos,
        service,
        store::{self, Album, Photo, Place},
    },
    ui::{LinkButton, Pager, Reader, further::Ask},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use sqlx::PgConnection;
use std::cmp::Reverse;

/// Photos on a page.
const PHOTOS: usize = 50;
/// Photos in the view that is printed: more than anybody has.
const PRINTED: usize = 2000;
/// The ways to the newest photos and to earlier ones; where scripts run, those come onto the page.
pub fn pager(
    lang: &'static str,
    journey: JourneyId,
    after: Option<&str>,
    next: Option<Place>,
) -> impl IntoView + use<> {
    let page = format!("/journeys/{journey}/photos");
    let newest = after.map(|_| {
        let words = t!("list.newest", locale = lang).into_owned();
        view! { <LinkButton href=page.clone()>{words}</LinkButton> }
    });
    let Some(next) = next.map(address) else {
        return Either::Left(view! { <Pager lang>{newest}</Pager> });
    };
    let words = t!("photos.earlier", locale = lang).into_owned();
    let here = match after {
        Some(after) => format!("{page}?after={after}&to="),
        None => format!("{page}?to="),
    };
    let ask = Ask {
        of: journey.0,
        after: next.clone(),
        next: format!("{page}?after="),
        here,
        loading: t!("list.loading", locale = lang).into_owned(),
        failed: t!("list.failed", locale = lang, link = words).into_owned(),
    };
    let link = view! {
        <Pager lang>
            {newest}
            <LinkButton href=format!("{page}?after={next}") rel="next">{words}</LinkButton>
        </Pager>
    };
    let link = ask.around(link);
    Either::Right(view! { <EarlierPhotos>{link}</EarlierPhotos> })
}

/// The photos after a place, for an island that puts them below those of its page.
pub async fn further(
    signed_in: SignedIn<Participant>,
    journey: JourneyId,
    after: &str,
) -> Result<Further, Fault> {
    let after = place(after).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let album = service::open(&mut db, scope, &act, journey).await?;
    let (photos, more) = load(&mut db, journey, Some(after), None, false).await?;
    let lang = reader.lang();
    let mut said = match photos.len() {
        1 => t!("photos.came.one", locale = lang),
        count => t!("photos.came.other", locale = lang, count = count),
    }
    .into_owned();
    if !more {
        said.push(' ');
        said.push_str(&t!("photos.no_earlier", locale = lang));
    }
    let mut stages = stages(&reader, &photos, Some(after), false, Some(&album));
    // They come below others.
    for figure in stages.iter_mut().flat_map(|stage| &mut stage.figures) {
        figure.picture.lazy = true;
    }
    Ok(Further {
        stages,
        last: photos.last().map(place_of).map(address),
        more,
        said,
    })
}

/// A page of a gallery, and whether there are more photos: those after a place, up to another.
pub async fn load(
    db: &mut PgConnection,
    journey: JourneyId,
    after: Option<Place>,
    to: Option<Place>,
    printed: bool,
) -> Result<(Vec<Photo>, bool), sqlx::Error> {
    let most = if printed || to.is_some() {
        PRINTED
    } else {
        PHOTOS
    };
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut photos = store::gallery(db, journey, after, limit).await?;
    let shown = match to.filter(|_| !printed) {
        // The photo of that place may have gone by now.
        Some(to) => {
            let is_before = |photo: &Photo| order(place_of(photo)) <= order(to);
            photos.partition_point(is_before).clamp(1, most)
        }
        None => most,
    };
    let more = photos.len() > shown;
    photos.truncate(shown);
    Ok((photos, more))
}

/// Where a photo stands in a gallery.
pub fn place_of(photo: &Photo) -> Place {
    Place {
        stage: photo.stage,
        view: photo.view,
        id: photo.id,
    }
}

/// How a gallery is sorted, as the database does it.
fn order(place: Place) -> (Reverse<i32>, View, Reverse<PhotoId>) {
    (Reverse(place.stage), place.view, Reverse(place.id))
}

/// A place as an address says it.
fn address(place: Place) -> String {
    format!("{}.{}.{}", place.stage, place.view.name(), place.id)
}

/// Photos by stage, those of a page that begins after a place; those that the reader may ask for again lead there.
pub fn stages(
    reader: &Reader,
    photos: &[Photo],
    after: Option<Place>,
    printed: bool,
    retakes: Option<&Album>,
) -> Vec<Stage> {
    let lang = reader.lang();
    let stages = photos.chunk_by(|a, b| a.stage == b.stage).enumerate();
    stages
        .map(|(n, photos)| {
            let stage = photos.first().map_or(0, |photo| photo.stage);
            let lazy = n > 0 && !printed;
            // The view in whose midst the page begins.
            let begun = after.filter(|after| after.stage == stage);
            let figures = photos.iter().enumerate().map(|(n, photo)| {
                // The newest of its view, which stands first.
                let newest = photos[..n].iter().all(|other| other.view != photo.view)
                    && begun.is_none_or(|after| after.view != photo.view);
                let retake = retakes
                    .filter(|_| newest)
                    .and_then(|album| album.retake(photo.view, photo.stage));
                let again = retake.map(|href| {
                    let words = t!("photos.ask_again", locale = lang).into_owned();
                    let label = format!("{words}: {}", parts::alt(lang, photo.view, photo.stage));
                    Again { href, words, label }
                });
                Figure {
                    id: photo.id.0,
                    caption: parts::view_name(lang, photo.view),
                    picture: parts::frame(reader, photo, Variant::Thumbnail, lazy),
                    again,
                }
            });
            Stage {
                stage,
                heading: parts::stage_name(lang, stage),
                figures: figures.collect(),
            }
        })
        .collect()
}

/// A place of an address.
pub fn place(text: &str) -> Option<Place> {
    let (stage, rest) = text.split_once('.')?;
    let (view, id) = rest.split_once('.')?;
    Some(Place {
        stage: stage.parse().ok()?,
        view: View::named(view)?,
        id: id.parse().ok()?,
    })
}
