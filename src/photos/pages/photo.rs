//! One photo, large, among the others: the same view through the steps, and the other views of the step; and its end.

use super::{back::Back, gallery, parts};
use crate::{
    accounts::{Participant, Patient, SignedIn},
    care::Scope,
    error::Fault,
    ids::PhotoId,
    photos::{
        Variant, modules, service,
        store::{self, Photo, Whole},
    },
    ui::{
        self, Button, ButtonKind, Facts, Icon, IconName, Lightbox, LightboxStrip, LightboxTurns,
        LinkButton, Page, PageHeader, Picture, Reader, Shot, Turn, page, time,
    },
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    /// Where the reader came from.
    back: Option<String>,
    /// Present after it was said what the photo shows.
    placed: Option<String>,
}

pub async fn photo(
    signed_in: SignedIn<Participant>,
    headers: HeaderMap,
    path: Result<Path<PhotoId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let (photo, album) = service::open_in_album(&mut db, scope, &act, id).await?;
    let around = store::around(&mut db, photo.journey, photo.view, photo.stage).await?;
    let lang = reader.lang();
    let title = parts::alt(lang, photo.view, photo.stage);
    let gallery = format!("/journeys/{}/photos", photo.journey);
    let back = Back::of(&reader, asked.back.as_deref(), &headers, gallery);
    let shown = Page::titled(title.clone())
        .with_module(&ui::VIEWER)
        .with_module(&modules::LIGHTBOX);
    Ok(page(&reader, shown, || {
        let own = album.own;
        let same_view: Vec<&Photo> = around
            .iter()
            .filter(|other| other.view == photo.view && other.stage != photo.stage)
            .collect();
        let earlier = same_view.iter().rfind(|other| other.stage < photo.stage);
        let later = same_view.iter().find(|other| other.stage > photo.stage);
        let first = same_view.first().filter(|first| first.stage < photo.stage);
        let at = photo.captured.unwrap_or(photo.uploaded);
        let turns = turns(lang, &back, earlier.copied(), later.copied());
        let beside = views(&reader, &back, &around, &photo);
        let compare = first.map(|_| {
            let path = format!(
                "/journeys/{}/photos/compare?view={}&after={}",
                photo.journey,
                photo.view.name(),
                photo.stage
            );
            back.keep(&path)
        });
        let may_place = own != photo.decided;
        // Blurred or dark, and no newer one stands in its place.
        let newest = around.iter().any(|other| other.id == photo.id);
        let again = (own && !photo.decided && newest)
            .then(|| {
                let place = (photo.view, photo.stage);
                parts::again(photo.journey, place, (photo.blurred, photo.dark))
            })
            .flatten();
        view! {
            <div class="lightbox">
                {(!own).then(|| gallery::whose(&reader, &album))}
                <div class="lightbox-head">
                    <PageHeader title back=back.named()/>
                    <p class="quiet">{time::moment(&reader, at)}</p>
                </div>
                {asked.placed.is_some().then(|| view! {
                    <p role="status" class="quiet">{t!("photos.place.done", locale = lang).into_owned()}</p>
                })}
                {ground(&reader, &photo)}
                {turns}
                {beside}
                {findings(lang, &photo)}
                <div class="actions">
                    {again.map(|href| view! {
                        <LinkButton href=href kind=ButtonKind::Primary icon=IconName::Camera>
                            {t!("photos.take_again", locale = lang).into_owned()}
                        </LinkButton>
                    })}
                    {album.retake(photo.view, photo.stage).map(|href| view! {
                        <LinkButton href=href icon=IconName::Camera>
                            {t!("photos.ask_again", locale = lang).into_owned()}
                        </LinkButton>
                    })}
                    {compare.map(|href| view! {
                        <LinkButton href=href icon=IconName::Compare>
                            {t!("photos.compare.with_first", locale = lang).into_owned()}
                        </LinkButton>
                    })}
                    <LinkButton href=format!("/journeys/{}/messages?photo={id}#write", photo.journey) icon=IconName::Message>
                        {t!("photos.write", locale = lang).into_owned()}
                    </LinkButton>
                    {may_place.then(|| view! {
                        <LinkButton href=back.keep(&format!("/photos/{id}/place"))>
                            {t!("photos.place.link", locale = lang).into_owned()}
                        </LinkButton>
                    })}
                    {(own && !photo.decided).then(|| view! {
                        <LinkButton href=format!("/photos/{id}/delete") icon=IconName::Trash>
                            {t!("photos.delete.link", locale = lang).into_owned()}
                        </LinkButton>
                    })}
                </div>
                {facts(&reader, &photo)}
                {(own && photo.decided).then(|| view! {
                    <p class="quiet">{t!("photos.delete.decided", locale = lang).into_owned()}</p>
                })}
            </div>
        }
    }))
}

/// The ways to the same view at the step before and the one after.
fn turns(
    lang: &str,
    back: &Back,
    earlier: Option<&Photo>,
    later: Option<&Photo>,
) -> impl IntoView + use<> {
    let turn = |photo: Option<&Photo>| {
        photo.map(|photo| {
            let words = parts::stage_name(lang, photo.stage);
            let label = parts::alt(lang, photo.view, photo.stage);
            let shot = format!("/photos/{}/{}", photo.id, Variant::Screen.name());
            Turn {
                href: back.keep(&format!("/photos/{}", photo.id)),
                words,
                label,
                shot,
            }
        })
    };
    let (before, after) = (turn(earlier), turn(later));
    view! { <LightboxTurns label=t!("photos.turn", locale = lang) before after/> }
}

/// The views of one step, in their order.
fn views(reader: &Reader, back: &Back, around: &[Photo], here: &Whole) -> impl IntoView + use<> {
    let lang = reader.lang();
    let shots = around
        .iter()
        .filter(|photo| photo.stage == here.stage)
        .map(|photo| Shot {
            href: back.keep(&format!("/photos/{}", photo.id)),
            picture: parts::framed(reader, photo, Variant::Thumbnail, false).into_any(),
            caption: parts::view_name(lang, photo.view),
            current: photo.id == here.id,
        })
        .collect();
    view! { <LightboxStrip label=t!("photo.strip", locale = lang) shots/> }
}

/// What could be better about it, in words.
fn findings(lang: &str, photo: &Whole) -> impl IntoView + use<> {
    let found = (photo.blurred, photo.dark, photo.looks_like);
    parts::finding_words(lang, photo.view, found)
        .into_iter()
        .map(|words| view! { <p class="finding"><Icon name=IconName::Triangle/>{words}</p> })
        .collect_view()
}

/// The photo as large as the screen, and larger once that is asked for: the largest variant is read only then.
fn ground(reader: &Reader, photo: &Whole) -> impl IntoView + use<> {
    let lang = reader.lang();
    let pixels = |length: i32| u32::try_from(length).unwrap_or_default();
    let (width, height) = Variant::Screen.fit(pixels(photo.width), pixels(photo.height));
    let address = |variant: Variant| format!("/photos/{}/{}", photo.id, variant.name());
    let picture = Picture {
        src: address(Variant::Screen),
        full: address(Variant::Full),
        placeholder: parts::placeholder(&photo.thumbhash),
        alt: parts::alt(lang, photo.view, photo.stage),
        width,
        height,
    };
    view! {
        <Lightbox picture label=t!("photos.zoomed", locale = lang) larger=t!("photos.full", locale = lang) zoom=t!("photos.zoom", locale = lang) hint=t!("photos.zoom_hint", locale = lang)/>
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
        <Facts card=true>
            {captured}
            {row(t!("photos.uploaded", locale = lang).into_owned(), photo.uploaded)}
        </Facts>
    }
}

/// What deleting does, before it is done.
pub async fn ask_delete(
    signed_in: SignedIn<Patient>,
    path: Result<Path<PhotoId>, PathRejection>,
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

/// What deleting does; or that it cannot be, once a dentist has decided, and what else there is to do.
fn show_delete(reader: &Reader, photo: &Whole) -> Response {
    let lang = reader.lang();
    let id = photo.id;
    if photo.decided {
        let title = t!("photos.delete.decided_title", locale = lang).into_owned();
        let shown = Page::titled(title.clone()).status(StatusCode::CONFLICT);
        return page(reader, shown, || {
            view! {
                <PageHeader title back=(parts::page_of(photo), t!("photos.back.photo", locale = lang).into_owned())/>
                {parts::asked_of(reader, photo, view! {
                    <p>{t!("photos.delete.decided", locale = lang).into_owned()}</p>
                    <p>{t!("photos.delete.decided_else", locale = lang).into_owned()}</p>
                })}
                {parts::instead(lang, photo, parts::page_of(photo), None)}
            }
        });
    }
    let title = t!("photos.delete.title", locale = lang).into_owned();
    page(reader, Page::titled(title.clone()), || {
        view! {
            <PageHeader title back=(parts::page_of(photo), t!("photos.back.photo", locale = lang).into_owned())/>
            {parts::asked_of(reader, photo, view! { <p>{t!("photos.delete.text", locale = lang).into_owned()}</p> })}
            <form method="post" action=format!("/photos/{id}/delete") class="actions">
                <Button kind=ButtonKind::Danger>{t!("photos.delete.button", locale = lang).into_owned()}</Button>
                <LinkButton href=parts::page_of(photo)>{t!("photos.delete.keep", locale = lang).into_owned()}</LinkButton>
            </form>
        }
    })
}

pub async fn delete(
    signed_in: SignedIn<Patient>,
    path: Result<Path<PhotoId>, PathRejection>,
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
