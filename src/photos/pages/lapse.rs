//! One view through all stages: a film that can be stopped, or a strip to be looked along.

use super::{back::Back, gallery, parts};
use crate::{
    accounts::{Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::JourneyId,
    photos::{Variant, View, modules, service, store},
    ui::{
        ButtonKind, Icon, IconName, Page, PageHeader, RangeField, ScriptButton, or_empty, page,
        time,
    },
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::HeaderMap,
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    view: Option<String>,
    /// Where the reader came from.
    back: Option<String>,
}

pub async fn lapse(
    signed_in: SignedIn<Participant>,
    headers: HeaderMap,
    path: Result<Path<JourneyId>, PathRejection>,
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
    let album = service::open(&mut db, Scope::from(&actor), &act, journey).await?;
    let views = store::views(&mut db, journey).await?;
    // The view that was asked for; else the first that there are two steps of.
    let view = view
        .filter(|asked| views.iter().any(|(view, _)| view == asked))
        .or_else(|| {
            views
                .iter()
                .find(|(_, stages)| *stages > 1)
                .map(|(view, _)| *view)
        })
        .unwrap_or(View::Front);
    let photos = store::of_view(&mut db, journey, view).await?;
    let lang = reader.lang();
    let title = t!("photos.lapse.title", locale = lang).into_owned();
    let gallery = format!("/journeys/{journey}/photos");
    let back = Back::of(&reader, asked.back.as_deref(), &headers, gallery);
    let shown = Page::titled(title.clone()).with_module(&modules::LAPSE);
    Ok(page(&reader, shown, || {
        let which = views
            .iter()
            .filter(|(other, stages)| *stages > 1 || *other == view)
            .map(|(other, _)| {
                let path = format!("/journeys/{journey}/photos/lapse?view={}", other.name());
                let current = (*other == view).then_some("true");
                view! { <li><a href=back.keep(&path) aria-current=current>{parts::view_name(lang, *other)}</a></li> }
            })
            .collect_view();
        let frames = photos
            .iter()
            .map(|dated| {
                let stage = parts::stage_name(lang, dated.photo.stage);
                let caption = stage.clone();
                view! {
                    <li data-stage=stage>
                        <figure>
                            {parts::framed(&reader, &dated.photo, Variant::Screen, true)}
                            <figcaption>{caption}<span class="quiet">{time::moment(&reader, dated.at)}</span></figcaption>
                        </figure>
                    </li>
                }
            })
            .collect_view();
        let last = i32::try_from(photos.len().saturating_sub(1)).unwrap_or(i32::MAX);
        let film = (photos.len() > 1).then(|| view! {
            <div class="lapse">
                <ol class="frames" tabindex="0" aria-label=t!("photos.lapse.frames", locale = lang).into_owned()>{frames}</ol>
                <div class="lapse-control">
                    <ScriptButton kind=ButtonKind::Tool id="play" attr:data-playing="false">
                        <span class="to-play"><Icon name=IconName::Play/>{t!("photos.lapse.play", locale = lang).into_owned()}</span>
                        <span class="to-pause"><Icon name=IconName::Pause/>{t!("photos.lapse.pause", locale = lang).into_owned()}</span>
                    </ScriptButton>
                    <label for="frame">{t!("photos.lapse.stage", locale = lang).into_owned()}</label>
                    <RangeField id="frame" value=0 min=0 max=last bare=true/>
                </div>
            </div>
        });
        view! {
            {(!album.own).then(|| gallery::whose(&reader, &album))}
            <PageHeader title back=back.named()/>
            <nav class="which" aria-label=t!("photos.compare.view", locale = lang).into_owned()><ul>{which}</ul></nav>
            {or_empty(film, t!("photos.lapse.none", locale = lang))}
        }
    }))
}
