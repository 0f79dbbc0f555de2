//! Two stages of one view: one over the other with a handle between them, beside each other without scripts.

use super::{back::Back, gallery, parts};
use crate::{
    accounts::{Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::JourneyId,
    photos::{
        Variant, View, modules, service,
        store::{self, Dated},
    },
    ui::{
        Button, Page, PageHeader, RangeField, Reader, field, hidden, or_empty, page, select, time,
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
    before: Option<i32>,
    after: Option<i32>,
    /// Where the reader came from.
    back: Option<String>,
}

pub async fn compare(
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
    let at = |stage: i32| {
        photos
            .iter()
            .find(|dated| dated.photo.stage == stage)
            .cloned()
    };
    let after = asked.after.and_then(at).or_else(|| photos.last().cloned());
    let before = asked
        .before
        .and_then(at)
        .or_else(|| photos.first().cloned());
    // The earlier one is the one before, however they were chosen.
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) if before.photo.stage > after.photo.stage => {
            (Some(after), Some(before))
        }
        pair => pair,
    };
    let lang = reader.lang();
    let title = t!("photos.compare.title", locale = lang).into_owned();
    let gallery = format!("/journeys/{journey}/photos");
    let back = Back::of(&reader, asked.back.as_deref(), &headers, gallery);
    let shown = Page::titled(title.clone()).with_module(&modules::COMPARE);
    Ok(page(&reader, shown, || {
        let pair = before
            .as_ref()
            .zip(after.as_ref())
            .filter(|(a, b)| a.photo.id != b.photo.id);
        let shown = pair.map(|(before, after)| both(&reader, before, after));
        let stage = |dated: &Option<Dated>| dated.as_ref().map(|dated| dated.photo.stage);
        let chosen = (stage(&before), stage(&after));
        view! {
            {(!album.own).then(|| gallery::whose(&reader, &album))}
            <PageHeader title back=back.named()/>
            <div class="comparing">
                {which(lang, journey, &views, view, chosen, &back)}
                {choice(lang, journey, view, &photos, chosen, &back)}
                {or_empty(shown, if photos.len() > 1 {
                    t!("photos.compare.same", locale = lang)
                } else {
                    t!("photos.compare.none", locale = lang)
                })}
            </div>
        }
    }))
}

/// The views that there are two steps of.
fn which(
    lang: &str,
    journey: JourneyId,
    views: &[(View, i64)],
    shown: View,
    (before, after): (Option<i32>, Option<i32>),
    back: &Back,
) -> impl IntoView + use<> {
    let stage = |name: &str, stage: Option<i32>| {
        stage.map_or_else(String::new, |stage| format!("&{name}={stage}"))
    };
    let (before, after) = (stage("before", before), stage("after", after));
    let links = views
        .iter()
        .filter(|(view, stages)| *stages > 1 || *view == shown)
        .map(|(view, _)| {
            let path = format!("/journeys/{journey}/photos/compare?view={}{before}{after}", view.name());
            let current = (*view == shown).then_some("true");
            view! { <li><a href=back.keep(&path) aria-current=current>{parts::view_name(lang, *view)}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="which" aria-label=t!("photos.compare.view", locale = lang).into_owned()><ul>{links}</ul></nav>
    }
}

/// Which two steps.
fn choice(
    lang: &'static str,
    journey: JourneyId,
    view: View,
    photos: &[Dated],
    (before, after): (Option<i32>, Option<i32>),
    back: &Back,
) -> impl IntoView + use<> {
    let stages: Vec<_> = photos
        .iter()
        .map(|dated| {
            let stage = dated.photo.stage;
            (stage.to_string(), parts::stage_name(lang, stage))
        })
        .collect();
    let field = |id: &'static str, label: String, chosen: Option<i32>| {
        let chosen = chosen.map(|stage| stage.to_string()).unwrap_or_default();
        let list = select(id, stages.clone(), &chosen, None, None);
        field(id, label, None, None, move |_, _| list)
    };
    view! {
        <form method="get" action=format!("/journeys/{journey}/photos/compare") class="chooser">
            {hidden("view", view.name())}
            {hidden("back", back.path().to_owned())}
            {field("before", t!("photos.compare.before", locale = lang).into_owned(), before)}
            {field("after", t!("photos.compare.after", locale = lang).into_owned(), after)}
            <Button>{t!("photos.compare.show", locale = lang).into_owned()}</Button>
        </form>
    }
}

fn both(reader: &Reader, before: &Dated, after: &Dated) -> impl IntoView + use<> {
    let lang = reader.lang();
    let figure = |dated: &Dated, class: &'static str| {
        view! {
            <figure class=class>
                {parts::framed(reader, &dated.photo, Variant::Screen, false)}
                <figcaption>
                    {parts::stage_name(lang, dated.photo.stage)}
                    <span class="quiet">{time::moment(reader, dated.at)}</span>
                </figcaption>
            </figure>
        }
    };
    let words = t!(
        "photos.compare.value",
        locale = lang,
        before = parts::stage_name(lang, before.photo.stage),
        after = parts::stage_name(lang, after.photo.stage),
        percent = ""
    );
    // Each is seen whole: the frame is upright if both are.
    let upright = |dated: &Dated| dated.photo.height > dated.photo.width;
    let class = if upright(before) && upright(after) {
        "compare is-upright"
    } else {
        "compare"
    };
    let words = words.into_owned();
    let (before, after) = (
        figure(before, "compare-before"),
        figure(after, "compare-after"),
    );
    let slider = t!("photos.compare.slider", locale = lang).into_owned();
    let beside = t!("photos.compare.beside", locale = lang).into_owned();
    view! {
        <div class=class data-words=words>
            <div class="compare-stage">
                {before}
                {after}
                <RangeField id="split" value=50 min=0 max=100 label=slider bare=true/>
                <span class="compare-handle" aria-hidden="true"></span>
            </div>
            <label class="compare-beside">
                <input type="checkbox" id="beside"/>
                {beside}
            </label>
        </div>
    }
}
