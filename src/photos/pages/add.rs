//! Adding photos: a target a view, each a field of files. Everything works as a plain form; the island shows how far
//! each file is, and sends them one by one.

use super::{guides, parts};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    photos::{
        View,
        intake::Fate,
        islands::SendPhotos,
        limits,
        service::{Noted, Target},
        store::{self, Album},
    },
    platform::Platform,
    ui::{Banner, Icon, IconName, Page, Reader, Tone, page},
};
use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::Response,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// What a phone offers, and into what an iPhone turns its own format: named formats make it send JPEG.
pub const ACCEPTED: &str = "image/jpeg,image/png,image/webp";

#[derive(Deserialize)]
pub struct Asked {
    stage: Option<i32>,
    /// The views that are asked for, with commas between: those come first.
    views: Option<String>,
}

/// What the page is about.
struct Wanted<'a> {
    album: &'a Album,
    stage: i32,
    /// The views that were asked for; none in particular if it is empty.
    views: Vec<View>,
    direct: bool,
}

pub async fn add(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let (target, album) = Target::of(&mut db, &actor, &act, journey, asked.stage).await?;
    let views = match asked.views.as_deref() {
        None | Some("") => Vec::new(),
        Some(views) => views
            .split(',')
            .map(View::named)
            .collect::<Option<_>>()
            .ok_or(Fault::Malformed)?,
    };
    let wanted = Wanted {
        album: &album,
        stage: target.stage,
        views,
        direct: platform.photos.direct,
    };
    show(&mut db, &reader, wanted, StatusCode::OK, &[]).await
}

/// The page again, with what became of what was sent.
pub async fn again(
    db: &mut PgConnection,
    reader: &Reader,
    album: &Album,
    stage: i32,
    direct: bool,
    fates: &[(View, Fate)],
) -> Result<Response, Fault> {
    let is = |wanted: Fate| fates.iter().any(|(_, fate)| *fate == wanted);
    let status = if is(Fate::Unavailable) {
        StatusCode::SERVICE_UNAVAILABLE
    } else if is(Fate::Noted(Noted::TooMany)) {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let wanted = Wanted {
        album,
        stage,
        views: Vec::new(),
        direct,
    };
    show(db, reader, wanted, status, fates).await
}

async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    Wanted {
        album,
        stage,
        views,
        direct,
    }: Wanted<'_>,
    status: StatusCode,
    fates: &[(View, Fate)],
) -> Result<Response, Fault> {
    let nothing_sent = status != StatusCode::OK && fates.is_empty();
    // Which views of this stage there are already.
    let there = store::views_of_stage(db, album.journey, stage).await?;
    let lang = reader.lang();
    let title = t!("photos.add_title", locale = lang).into_owned();
    let journey = album.journey;
    Ok(page(
        reader,
        Page::titled(title.clone()).status(status).with_islands(),
        || {
            let targets = |asked: bool| {
                View::ALL
                    .into_iter()
                    .filter(|view| views.contains(view) == asked)
                    .map(|view| target(lang, view, there.contains(&view) && !asked))
                    .collect_view()
            };
            let targets = if views.is_empty() {
                Either::Left(view! { <ul class="targets">{targets(false)}</ul> })
            } else {
                Either::Right(view! {
                    <ul class="targets">{targets(true)}</ul>
                    <details class="more-targets">
                        <summary>{t!("photos.more_views", locale = lang).into_owned()}</summary>
                        <ul class="targets">{targets(false)}</ul>
                    </details>
                })
            };
            let asked =
                (!views.is_empty()).then(|| t!("photos.asked_for", locale = lang).into_owned());
            view! {
                <p class="trail">
                    <a href=format!("/journeys/{journey}/photos")>{t!("photos.all", locale = lang).into_owned()}</a>
                </p>
                <h1>{title}</h1>
                <p class="lead">{parts::stage_name(lang, stage)}</p>
                {nothing_sent.then(|| view! {
                    <Banner tone=Tone::Attention><p>{t!("photos.nothing_chosen", locale = lang).into_owned()}</p></Banner>
                })}
                {(!fates.is_empty()).then(|| told(lang, fates))}
                {asked.map(|words| view! { <p><strong>{words}</strong></p> })}
                <p>{t!("photos.how", locale = lang).into_owned()}</p>
                <SendPhotos>
                    <form
                        method="post" enctype="multipart/form-data" class="targets-form"
                        action=format!("/journeys/{journey}/photos?stage={stage}")
                        data-direct=direct.then(|| format!("/journeys/{journey}/photos/expect?stage={stage}"))
                        data-done=format!("/journeys/{journey}/photos?sent")
                        data-cancel=t!("photos.send.cancel", locale = lang).into_owned()
                        data-retry=t!("photos.send.retry", locale = lang).into_owned()
                        data-waiting=t!("photos.send.waiting", locale = lang).into_owned()
                        data-sending=t!("photos.send.sending", locale = lang).into_owned()
                        data-sent=t!("photos.send.sent", locale = lang).into_owned()
                        data-cancelled=t!("photos.send.cancelled", locale = lang).into_owned()
                        data-failed=t!("photos.send.failed", locale = lang).into_owned()
                        data-signed-out=t!("photos.send.signed_out", locale = lang).into_owned()
                        data-too-large=parts::rejection_words(lang, crate::photos::Rejection::TooLarge)
                        data-too-many=t!("photos.one_too_many", locale = lang, count = limits::AT_ONCE).into_owned()
                        data-finish=t!("photos.send.finish", locale = lang).into_owned()
                    >
                        {targets}
                        <button class="button button-primary button-wide send-all" type="submit">{t!("photos.send.button", locale = lang).into_owned()}</button>
                        <p class="quiet">{t!("photos.limits", locale = lang, count = limits::AT_ONCE).into_owned()}</p>
                    </form>
                </SendPhotos>
            }
        },
    ))
}

/// One view: how it is taken, and where its files go.
fn target(lang: &str, view: View, there: bool) -> impl IntoView + use<> {
    let name = parts::view_name(lang, view);
    let hint = match view {
        View::Front => t!("photos.guide.front", locale = lang),
        View::Left => t!("photos.guide.left", locale = lang),
        View::Right => t!("photos.guide.right", locale = lang),
        View::Upper => t!("photos.guide.upper", locale = lang),
        View::Lower => t!("photos.guide.lower", locale = lang),
        View::Other => t!("photos.guide.other", locale = lang),
    };
    let hint_id = format!("{}-hint", view.name());
    view! {
        <li class="target" data-view=view.name()>
            <label class="target-label" for=format!("{}-files", view.name())>
                <span class="target-guide">{guides::guide(view)}</span>
                <span class="target-name">{name.clone()}</span>
                {there.then(|| view! { <span class="badge badge-done">{t!("photos.there", locale = lang).into_owned()}</span> })}
            </label>
            <p class="quiet" id=hint_id.clone()>{hint.into_owned()}</p>
            {input(lang, view, format!("{name}: {}", t!("photos.camera", locale = lang)), true, hint_id.clone())}
            {input(lang, view, format!("{name}: {}", t!("photos.files", locale = lang)), false, hint_id)}
        </li>
    }
}

/// A field for the camera, which phones show only, or for files.
fn input(
    lang: &str,
    view: View,
    label: String,
    camera: bool,
    hint: String,
) -> impl IntoView + use<> {
    let (class, icon, words) = if camera {
        (
            "pick pick-camera",
            IconName::Camera,
            t!("photos.camera", locale = lang),
        )
    } else {
        ("pick", IconName::Image, t!("photos.files", locale = lang))
    };
    view! {
        <label class=class>
            <Icon name=icon/>
            <span aria-hidden="true">{words.into_owned()}</span>
            <input
                id=(!camera).then(|| format!("{}-files", view.name())) name=view.name() type="file" accept=ACCEPTED multiple=!camera
                capture=camera.then_some("environment") aria-label=label aria-describedby=hint
            />
        </label>
    }
}

/// What became of each file of a form that did not go well as a whole.
fn told(lang: &str, fates: &[(View, Fate)]) -> impl IntoView + use<> {
    let lines = fates
        .iter()
        .map(|(view, fate)| {
            let words = fate_words(lang, *fate)
                .unwrap_or_else(|| t!("photos.send.sent", locale = lang).into_owned());
            view! { <li><strong>{parts::view_name(lang, *view)}</strong>": "{words}</li> }
        })
        .collect_view();
    let words = t!("photos.not_all", locale = lang).into_owned();
    view! {
        <Banner tone=Tone::Trouble>
            <p>{words}</p>
            <ul class="told">{lines}</ul>
        </Banner>
    }
}

/// What became of a file, in words; none if it arrived.
pub fn fate_words(lang: &str, fate: Fate) -> Option<String> {
    Some(
        match fate {
            Fate::Noted(Noted::Received | Noted::Expected) => return None,
            Fate::Noted(Noted::Rejected(rejection)) => {
                return Some(parts::rejection_words(lang, rejection));
            }
            Fate::Noted(Noted::TooMany) => {
                t!("photos.too_many", locale = lang, count = limits::A_DAY)
            }
            Fate::OneTooMany => t!(
                "photos.one_too_many",
                locale = lang,
                count = limits::AT_ONCE
            ),
            Fate::Unavailable | Fate::Closed => t!("photos.unavailable", locale = lang),
            Fate::Broken => t!("photos.broken", locale = lang),
        }
        .into_owned(),
    )
}
