//! One view through all stages: a film that can be stopped, or a strip to be looked along.

use super::{gallery, parts};
use crate::{
    accounts::{Participant, SignedIn},
    error::Fault,
    photos::{
        Variant, View,
        islands::TimeLapse,
        service,
        store::{self, Viewer},
    },
    ui::{Icon, IconName, Page, or_empty, page, select},
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    view: Option<String>,
}

pub async fn lapse(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let view = match asked.view.as_deref() {
        Some(name) => Some(View::named(name).ok_or(Fault::Malformed)?),
        None => None,
    };
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let album = service::open(&mut db, Viewer::taking_part(&actor), &act, journey).await?;
    let views = store::views(&mut db, journey).await?;
    let view = view
        .filter(|asked| views.iter().any(|(view, _)| view == asked))
        .or_else(|| {
            views
                .iter()
                .max_by_key(|(_, stages)| *stages)
                .map(|(view, _)| *view)
        })
        .unwrap_or(View::Front);
    let photos = store::of_view(&mut db, journey, view).await?;
    let lang = reader.lang();
    let title = t!("photos.lapse.title", locale = lang).into_owned();
    Ok(page(
        &reader,
        Page::titled(title.clone()).with_islands(),
        || {
            let names: Vec<_> = views
                .iter()
                .map(|(view, _)| (view.name().to_owned(), parts::view_name(lang, *view)))
                .collect();
            let frames = photos
                .iter()
                .map(|photo| {
                    view! {
                        <li data-stage=parts::stage_name(lang, photo.stage)>
                            <figure>
                                {parts::framed(&reader, photo, Variant::Screen, true)}
                                <figcaption>{parts::stage_name(lang, photo.stage)}</figcaption>
                            </figure>
                        </li>
                    }
                })
                .collect_view();
            let last = photos.len().saturating_sub(1);
            let film = (photos.len() > 1).then(|| view! {
            <TimeLapse>
                <div class="lapse">
                    <ol class="frames" tabindex="0" aria-label=t!("photos.lapse.frames", locale = lang).into_owned()>{frames}</ol>
                    <div class="lapse-control">
                        <button type="button" class="button button-quiet" data-playing="false" id="play">
                            <span class="to-play"><Icon name=IconName::Play/>{t!("photos.lapse.play", locale = lang).into_owned()}</span>
                            <span class="to-pause"><Icon name=IconName::Pause/>{t!("photos.lapse.pause", locale = lang).into_owned()}</span>
                        </button>
                        <label for="frame">{t!("photos.lapse.stage", locale = lang).into_owned()}</label>
                        <input id="frame" type="range" min="0" max=last value="0" step="1"/>
                    </div>
                </div>
            </TimeLapse>
        });
            view! {
                {(!album.own).then(|| gallery::trail(lang, journey))}
                <p class="trail">
                    <a href=format!("/journeys/{journey}/photos")>{t!("photos.all", locale = lang).into_owned()}</a>
                </p>
                <h1>{title}</h1>
                <form method="get" action=format!("/journeys/{journey}/photos/lapse") class="chooser">
                    <div class="field">
                        <label for="view">{t!("photos.compare.view", locale = lang).into_owned()}</label>
                        {select("view", names, view.name(), None, None)}
                    </div>
                    <button class="button button-quiet" type="submit">{t!("photos.compare.show", locale = lang).into_owned()}</button>
                </form>
                {or_empty(film, t!("photos.lapse.none", locale = lang))}
            }
        },
    ))
}
