//! One photo, large; and its end.

use super::{gallery, parts};
use crate::{
    accounts::{Participant, Patient, SignedIn},
    error::Fault,
    photos::{
        Variant,
        islands::TurnPages,
        service,
        store::{self, Place, Viewer, Whole},
    },
    ui::{Icon, IconName, Page, Reader, page, time},
};
use axum::{
    extract::{Path, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;

pub async fn photo(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let photo = service::open_photo(&mut db, Viewer::taking_part(&actor), &act, id).await?;
    let place = Place {
        stage: photo.stage,
        id,
    };
    let newer = store::newer(&mut db, photo.journey, place).await?;
    let older = store::gallery(&mut db, photo.journey, Some(place), 1).await?;
    let older = older.first().map(|photo| photo.id);
    let earlier = store::has_earlier(&mut db, photo.journey, photo.view, photo.stage).await?;
    let own = photo.owner == actor.id();
    let lang = reader.lang();
    let title = parts::alt(lang, photo.view, photo.stage);
    Ok(page(
        &reader,
        Page::titled(title.clone()).with_islands(),
        || {
            let turn = |id: Option<i64>, rel: &'static str, icon: IconName, words: String| {
                id.map(|id| {
                    view! {
                        <a class="button button-quiet" rel=rel href=format!("/photos/{id}")>
                            <Icon name=icon/><span>{words}</span>
                        </a>
                    }
                })
            };
            let newer_words = t!("photos.newer", locale = lang).into_owned();
            let older_words = t!("photos.older", locale = lang).into_owned();
            let (shown, newer, older) = (
                viewer(&reader, &photo),
                turn(newer, "prev", IconName::ArrowLeft, newer_words),
                turn(older, "next", IconName::ArrowRight, older_words),
            );
            let turning = t!("photos.turn", locale = lang).into_owned();
            view! {
                {(!own).then(|| gallery::trail(lang, photo.journey))}
                <p class="trail">
                    <a href=format!("/journeys/{}/photos", photo.journey)>{t!("photos.all", locale = lang).into_owned()}</a>
                </p>
                <h1>{title}</h1>
                <TurnPages>
                    {shown}
                    <nav class="pager pager-turn" aria-label=turning>{newer}{older}</nav>
                </TurnPages>
                {facts(&reader, &photo)}
                <div class="actions">
                    {earlier.then(|| view! {
                        <a class="button button-quiet" href=compare(&photo)>
                            <Icon name=IconName::Compare/>{t!("photos.compare.with_first", locale = lang).into_owned()}
                        </a>
                    })}
                    <a class="button button-quiet" href=format!("/journeys/{}/messages?photo={id}#write", photo.journey)>
                        <Icon name=IconName::Message/>{t!("photos.write", locale = lang).into_owned()}
                    </a>
                    {(own && !photo.decided).then(|| view! {
                        <a class="button button-quiet" href=format!("/photos/{id}/delete")>
                            <Icon name=IconName::Trash/>{t!("photos.delete.link", locale = lang).into_owned()}
                        </a>
                    })}
                </div>
                {(own && photo.decided).then(|| view! {
                    <p class="quiet">{t!("photos.delete.decided", locale = lang).into_owned()}</p>
                })}
            }
        },
    ))
}

/// This photo beside the first of its view.
fn compare(photo: &Whole) -> String {
    format!(
        "/journeys/{}/photos/compare?view={}&after={}",
        photo.journey,
        photo.view.name(),
        photo.stage
    )
}

/// The photo as large as the screen, and larger once that is asked for: the largest variant is read only then.
fn viewer(reader: &Reader, photo: &Whole) -> impl IntoView + use<> {
    let lang = reader.lang();
    let pixels = |length: i32| u32::try_from(length).unwrap_or_default();
    let (width, height) = (pixels(photo.width), pixels(photo.height));
    let alt = parts::alt(lang, photo.view, photo.stage);
    let image = |variant: Variant, class: &'static str, alt: String| {
        let (width, height) = variant.fit(width, height);
        let lazy = (variant == Variant::Full).then_some("lazy");
        view! {
            <img class=class src=format!("/photos/{}/{}", photo.id, variant.name()) alt=alt width=width height=height loading=lazy decoding="async"/>
        }
    };
    let (screen_width, screen_height) = Variant::Screen.fit(width, height);
    view! {
        <div class="viewer">
            <label class="button button-quiet button-small zoom">
                <input type="checkbox" class="zoom-switch"/>
                {t!("photos.zoom", locale = lang).into_owned()}
            </label>
            <div class="viewer-ground" tabindex="0" role="group" aria-label=t!("photos.zoomed", locale = lang).into_owned()>
                <span class="frame">
                    <img class="placeholder" src=parts::placeholder(&photo.thumbhash) alt="" width=screen_width height=screen_height/>
                    {image(Variant::Screen, "shot", alt)}
                    {image(Variant::Full, "shot shot-full", String::new())}
                </span>
            </div>
        </div>
    }
}

fn facts(reader: &Reader, photo: &Whole) -> impl IntoView + use<> {
    let lang = reader.lang();
    let row = |label: String, at| {
        view! { <div class="row"><dt>{label}</dt><dd>{time::moment(reader, at)}</dd></div> }
    };
    let captured = photo
        .captured
        .map(|at| row(t!("photos.captured", locale = lang).into_owned(), at));
    view! {
        <dl class="card rows">
            {captured}
            {row(t!("photos.uploaded", locale = lang).into_owned(), photo.uploaded)}
        </dl>
    }
}

/// What deleting does, before it is done.
pub async fn ask_delete(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let photo = service::open_own(&mut db, &actor, &act, id).await?;
    Ok(show_delete(&reader, &photo))
}

/// What deleting does; or that it cannot be, once a dentist has decided.
fn show_delete(reader: &Reader, photo: &Whole) -> Response {
    let lang = reader.lang();
    let id = photo.id;
    let title = t!("photos.delete.title", locale = lang).into_owned();
    let status = if photo.decided {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    page(reader, Page::titled(title.clone()).status(status), || {
        let shown = store::Photo {
            id,
            stage: photo.stage,
            view: photo.view,
            width: photo.width,
            height: photo.height,
            thumbhash: photo.thumbhash.clone(),
        };
        view! {
            <h1>{title}</h1>
            <div class="card ask">
                {parts::framed(reader, &shown, Variant::Thumbnail, false)}
                <div>
                    <p><strong>{parts::alt(lang, photo.view, photo.stage)}</strong></p>
                    <p>{if photo.decided {
                        t!("photos.delete.decided", locale = lang)
                    } else {
                        t!("photos.delete.text", locale = lang)
                    }.into_owned()}</p>
                </div>
            </div>
            <form method="post" action=format!("/photos/{id}/delete") class="actions">
                {(!photo.decided).then(|| view! {
                    <button class="button button-danger" type="submit">{t!("photos.delete.button", locale = lang).into_owned()}</button>
                })}
                <a class="button button-quiet" href=format!("/photos/{id}")>{t!("photos.delete.keep", locale = lang).into_owned()}</a>
            </form>
        }
    })
}

pub async fn delete(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let journey = match service::delete(&mut db, &actor, &act, id).await {
        Ok(journey) => journey,
        Err(Fault::NotFound) => {
            // Their own, but decided on: said in words.
            let photo = service::open_own(&mut db, &actor, &act, id).await?;
            return Ok(show_delete(&reader, &photo));
        }
        Err(fault) => return Err(fault),
    };
    Ok(Redirect::to(&format!("/journeys/{journey}/photos?deleted")).into_response())
}
