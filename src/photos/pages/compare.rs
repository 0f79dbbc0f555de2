//! Two stages of one view: under a slider with scripts, beside each other without.

use super::{gallery, parts};
use crate::{
    accounts::{Participant, SignedIn},
    error::Fault,
    photos::{
        Variant, View,
        islands::CompareSlider,
        service,
        store::{self, Photo, Viewer},
    },
    ui::{Page, Reader, or_empty, page, select},
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
    before: Option<i32>,
    after: Option<i32>,
}

pub async fn compare(
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
    // The view that was asked for; else the first that there are two stages of.
    let view = view
        .filter(|asked| views.iter().any(|(view, _)| view == asked))
        .or_else(|| {
            views
                .iter()
                .find(|(_, stages)| *stages > 1)
                .map(|(view, _)| *view)
        })
        .or_else(|| views.first().map(|(view, _)| *view))
        .unwrap_or(View::Front);
    let photos = store::of_view(&mut db, journey, view).await?;
    let at = |stage: i32| photos.iter().find(|photo| photo.stage == stage).cloned();
    let after = asked.after.and_then(at).or_else(|| photos.last().cloned());
    let before = asked
        .before
        .and_then(at)
        .or_else(|| photos.first().cloned());
    // The earlier one is the one before, however they were chosen.
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) if before.stage > after.stage => (Some(after), Some(before)),
        pair => pair,
    };
    let lang = reader.lang();
    let title = t!("photos.compare.title", locale = lang).into_owned();
    Ok(page(
        &reader,
        Page::titled(title.clone()).with_islands(),
        || {
            let pair = before
                .as_ref()
                .zip(after.as_ref())
                .filter(|(a, b)| a.id != b.id);
            let shown = pair.map(|(before, after)| both(&reader, before, after));
            let chosen = (
                before.as_ref().map(|photo| photo.stage),
                after.as_ref().map(|photo| photo.stage),
            );
            view! {
                {(!album.own).then(|| gallery::trail(lang, journey))}
                <p class="trail">
                    <a href=format!("/journeys/{journey}/photos")>{t!("photos.all", locale = lang).into_owned()}</a>
                </p>
                <h1>{title}</h1>
                {choice(&reader, journey, &views, view, &photos, chosen)}
                {or_empty(shown, if photos.len() > 1 {
                    t!("photos.compare.same", locale = lang)
                } else {
                    t!("photos.compare.none", locale = lang)
                })}
            }
        },
    ))
}

/// Which view, and which stages of it.
fn choice(
    reader: &Reader,
    journey: i64,
    views: &[(View, i64)],
    view: View,
    photos: &[Photo],
    (before, after): (Option<i32>, Option<i32>),
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let views: Vec<_> = views
        .iter()
        .map(|(view, _)| (view.name().to_owned(), parts::view_name(lang, *view)))
        .collect();
    let stages: Vec<_> = photos
        .iter()
        .map(|photo| {
            (
                photo.stage.to_string(),
                parts::stage_name(lang, photo.stage),
            )
        })
        .collect();
    let field =
        |id: &'static str, label: String, options: Vec<(String, String)>, chosen: String| {
            view! {
                <div class="field">
                    <label for=id>{label}</label>
                    {select(id, options, &chosen, None, None)}
                </div>
            }
        };
    let stage = |stage: Option<i32>| stage.map(|stage| stage.to_string()).unwrap_or_default();
    view! {
        <form method="get" action=format!("/journeys/{journey}/photos/compare") class="chooser">
            {field("view", t!("photos.compare.view", locale = lang).into_owned(), views, view.name().to_owned())}
            {field("before", t!("photos.compare.before", locale = lang).into_owned(), stages.clone(), stage(before))}
            {field("after", t!("photos.compare.after", locale = lang).into_owned(), stages, stage(after))}
            <button class="button button-quiet" type="submit">{t!("photos.compare.show", locale = lang).into_owned()}</button>
        </form>
    }
}

fn both(reader: &Reader, before: &Photo, after: &Photo) -> impl IntoView + use<> {
    let lang = reader.lang();
    let figure = |photo: &Photo, class: &'static str| {
        view! {
            <figure class=class>
                {parts::framed(reader, photo, Variant::Screen, false)}
                <figcaption>{parts::stage_name(lang, photo.stage)}</figcaption>
            </figure>
        }
    };
    let words = t!(
        "photos.compare.value",
        locale = lang,
        before = parts::stage_name(lang, before.stage),
        after = parts::stage_name(lang, after.stage),
        percent = ""
    );
    let words = words.into_owned();
    let (before, after) = (
        figure(before, "compare-before"),
        figure(after, "compare-after"),
    );
    let slider = t!("photos.compare.slider", locale = lang).into_owned();
    let beside = t!("photos.compare.beside", locale = lang).into_owned();
    view! {
        <CompareSlider>
            <div class="compare" data-words=words>
                {before}
                {after}
                <div class="compare-control">
                    <label for="split">{slider}</label>
                    <input id="split" type="range" min="0" max="100" value="50" step="1"/>
                    <label class="compare-beside">
                        <input type="checkbox" id="beside"/>
                        {beside}
                    </label>
                </div>
            </div>
        </CompareSlider>
    }
}
