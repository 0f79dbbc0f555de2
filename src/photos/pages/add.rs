//! Adding photos: a target a view, each a field of files. Everything works as a plain form; the island shows how far
//! each file is, and sends them one by one.

use super::{guides, parts};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    ids::JourneyId,
    photos::{
        Rejection, Variant, View,
        intake::Fate,
        limits, modules, processing,
        service::{Noted, Target},
        store::{self, Album, Photo},
    },
    platform::Platform,
    ui::{
        Badge, Banner, Button, ButtonKind, ErrorSummary, FieldError, Icon, IconName, Lines, Page,
        PageHeader, Picks, Reader, ScriptButton, Tone, page, problems,
    },
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
    /// The views that are asked for, with commas between: those come first. Each may say why, behind a colon.
    views: Option<String>,
}

/// Why a view is to be taken again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Blurred,
    TooDark,
    WrongAngle,
    Covered,
    Missing,
    Other,
}

impl Why {
    /// As decisions name it; none of anything else.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "blurred" => Self::Blurred,
            "too_dark" => Self::TooDark,
            "wrong_angle" => Self::WrongAngle,
            "covered" => Self::Covered,
            "missing" => Self::Missing,
            "other" => Self::Other,
            _ => return None,
        })
    }

    /// What was wrong, and what helps.
    fn words(self, lang: &str) -> String {
        match self {
            Self::Blurred => t!("photos.again.blurred", locale = lang),
            Self::TooDark => t!("photos.again.too_dark", locale = lang),
            Self::WrongAngle => t!("photos.again.wrong_angle", locale = lang),
            Self::Covered => t!("photos.again.covered", locale = lang),
            Self::Missing => t!("photos.again.missing", locale = lang),
            Self::Other => t!("photos.again.other", locale = lang),
        }
        .into_owned()
    }
}

/// What the page is about.
struct Wanted<'a> {
    album: &'a Album,
    stage: i32,
    /// The views that were asked for, and why; none in particular if it is empty.
    views: Vec<(View, Option<Why>)>,
    direct: bool,
}

pub async fn add(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    path: Result<Path<JourneyId>, PathRejection>,
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
            .map(|asked| {
                let (view, why) = asked.split_once(':').unwrap_or((asked, ""));
                Some((View::named(view)?, Why::named(why)))
            })
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
    let before = store::of_stages(db, album.journey, stage, stage).await?;
    let there: Vec<View> = before.iter().map(|photo| photo.view).collect();
    let known = processing::looks(&store::looks(db, album.journey, stage).await?);
    let lang = reader.lang();
    let title = t!("photos.add_title", locale = lang).into_owned();
    let journey = album.journey;
    let shown = Page::titled(title.clone())
        .status(status)
        .with_module(&modules::ADD);
    Ok(page(reader, shown, || {
        let asked_for = |view: View| views.iter().find(|(asked, _)| *asked == view);
        // What was asked for, or else the five that a step is judged by; the others behind a fold.
        let is_first = |view: View| match views.is_empty() {
            true => View::STANDARD.contains(&view),
            false => asked_for(view).is_some(),
        };
        let list = |first: bool| {
            let targets = View::ALL
                .into_iter()
                .filter(|view| is_first(*view) == first)
                .map(|view| {
                    let again = asked_for(view).map(|(_, why)| {
                        let last = before.iter().rfind(|photo| photo.view == view);
                        once_more(reader, view, *why, last)
                    });
                    let there = there.contains(&view) && again.is_none();
                    // What became of its files, at the field where they are chosen once more.
                    let wrong: Vec<String> = fates
                        .iter()
                        .filter(|(of, _)| *of == view)
                        .filter_map(|(_, fate)| fate_words(lang, *fate))
                        .collect();
                    let wrong = (!wrong.is_empty()).then(|| wrong.join(" "));
                    target(lang, view, (there, wrong), again)
                })
                .collect_view();
            view! { <ul class="targets">{targets}</ul> }
        };
        let (first, rest) = (list(true), list(false));
        let asked = !views.is_empty();
        let button = match views.len() {
            1 => t!("photos.send.button_one", locale = lang),
            _ => t!("photos.send.button", locale = lang),
        }
        .into_owned();
        let send = button.clone();
        let more = if asked {
            t!("photos.more_views", locale = lang)
        } else {
            t!("photos.another", locale = lang)
        };
        view! {
            <PageHeader
                title back=(format!("/journeys/{journey}/photos"), t!("photos.all", locale = lang).into_owned())
                lead=parts::stage_name(lang, stage)
            />
            {problems(lang, nothing_sent.then(|| ("front-files", t!("photos.nothing_chosen", locale = lang).into_owned())))}
            {(!fates.is_empty()).then(|| told(lang, fates))}
            {asked.then(|| {
                let words = match views.len() {
                    1 => t!("photos.asked_for.one", locale = lang),
                    _ => t!("photos.asked_for.other", locale = lang),
                };
                view! { <p><strong>{words.into_owned()}</strong></p> }
            })}
            <p class="quiet">{t!("photos.how", locale = lang).into_owned()}</p>
            <form
                method="post" enctype="multipart/form-data" class="targets-form"
                action=format!("/journeys/{journey}/photos?stage={stage}")
                data-direct=direct.then(|| format!("/journeys/{journey}/photos/expect?stage={stage}"))
                data-fates=format!("/journeys/{journey}/photos/fates")
                data-done=format!("/journeys/{journey}/photos?sent")
                data-known=known
                data-button=button
                data-one=t!("photos.send.one", locale = lang).into_owned()
                data-other=t!("photos.send.other", locale = lang, count = "{count}").into_owned()
                data-sending=t!("photos.send.sending", locale = lang, count = "{count}", total = "{total}").into_owned()
                data-retry-one=t!("photos.send.retry.one", locale = lang).into_owned()
                data-retry=t!("photos.send.retry.other", locale = lang, count = "{count}").into_owned()
                data-not-one=t!("photos.send.not.one", locale = lang, sent = "{sent}", total = "{total}", views = "{views}").into_owned()
                data-not-other=t!("photos.send.not.other", locale = lang, sent = "{sent}", total = "{total}", views = "{views}").into_owned()
                data-spread=t!("photos.send.spread", locale = lang).into_owned()
                data-finish=t!("photos.send.finish", locale = lang).into_owned()
                data-nothing=t!("photos.nothing_chosen", locale = lang).into_owned()
                data-checking=t!("photos.send.checking", locale = lang).into_owned()
                data-ready=t!("photos.send.ready", locale = lang).into_owned()
                data-failed=t!("photos.send.failed", locale = lang).into_owned()
                data-signed-out=t!("photos.send.signed_out", locale = lang).into_owned()
            >
                // What can be said of a picture; an element takes 26 attributes at most.
                <span hidden=true data-of-a-picture=""
                    data-good=t!("photos.finding.none", locale = lang).into_owned()
                    data-blurred=t!("photos.finding.blurred", locale = lang).into_owned()
                    data-dark=t!("photos.finding.dark", locale = lang).into_owned()
                    data-twice=t!("photos.finding.twice", locale = lang, view = "{view}").into_owned()
                    data-same=t!("photos.finding.same", locale = lang).into_owned()
                    data-other-view=t!("photos.finding.other_view", locale = lang, view = "{view}", own = "{own}").into_owned()
                    data-empty=parts::rejection_words(lang, Rejection::Empty)
                    data-too-large=parts::rejection_words(lang, Rejection::TooLarge)
                    data-too-many-pixels=parts::rejection_words(lang, Rejection::TooManyPixels)
                    data-heic=parts::rejection_words(lang, Rejection::Heic)
                    data-avif=parts::rejection_words(lang, Rejection::Avif)
                    data-film=parts::rejection_words(lang, Rejection::Film)
                    data-too-many=t!("photos.one_too_many", locale = lang, count = limits::AT_ONCE).into_owned()
                ></span>
                {first}
                <details class="more-targets">
                    <summary>{more.into_owned()}</summary>
                    {rest}
                </details>
                <div class="send-bar">
                    <p class="send-told" role="status"></p>
                    <Button kind=ButtonKind::Primary wide=true>{send}</Button>
                </div>
                <p class="quiet">{t!("photos.limits", locale = lang, count = limits::AT_ONCE).into_owned()}</p>
            </form>
            {shot(lang)}
        }
    }))
}

/// A picture that was picked, as the module shows it: a copy for each.
fn shot(lang: &str) -> impl IntoView + use<> {
    let retake = t!("photos.send.retake", locale = lang).into_owned();
    let remove = t!("photos.send.remove", locale = lang).into_owned();
    let views = View::ALL
        .into_iter()
        .map(|view| view! { <option value=view.name()>{parts::view_name(lang, view)}</option> })
        .collect_view();
    view! {
        <template id="shot">
            // It takes the focus from the field that it stands in for.
            <li class="picked" tabindex="-1">
                <div class="picked-picture">
                    <img alt="" decoding="async"/>
                    <span class="picked-tick" aria-hidden="true"><Icon name=IconName::Check/></span>
                    <progress max="100" value="0" hidden></progress>
                </div>
                <p class="picked-said" role="status"></p>
                <a class="picked-link" hidden></a>
                <div class="picked-tools">
                    <ScriptButton kind=ButtonKind::Tool small=true attr:data-do="retake">{retake}</ScriptButton>
                    <ScriptButton kind=ButtonKind::Tool small=true attr:data-do="remove">{remove}</ScriptButton>
                    <label class="picked-view">
                        <span class="visually-hidden">{t!("photos.place.view", locale = lang).into_owned()}</span>
                        <select class="input">{views}</select>
                    </label>
                </div>
            </li>
        </template>
    }
}

/// Why a view is to be taken again, and the photo that it was said of; beside that is the place of the new one, with the drawing until
/// it is there.
fn once_more(
    reader: &Reader,
    view: View,
    why: Option<Why>,
    last: Option<&Photo>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let last = last.map(|photo| {
        view! {
            <figure class="last-one">
                <figcaption class="quiet">{t!("photos.again.last", locale = lang).into_owned()}</figcaption>
                {parts::framed(reader, photo, Variant::Thumbnail, false)}
            </figure>
        }
    });
    let words = why.map(|why| view! { <p><strong>{why.words(lang)}</strong></p> });
    view! {
        {words}
        <div class="again">
            {last}
            <div class="new-one">
                <p class="quiet">{t!("photos.again.new", locale = lang).into_owned()}</p>
                <span class="target-guide">{guides::guide(view)}</span>
                <ul class="picked-list"></ul>
            </div>
        </div>
    }
}

/// One view: how it is taken, and where its files go.
fn target(
    lang: &str,
    view: View,
    (there, wrong): (bool, Option<String>),
    again: Option<impl IntoView>,
) -> impl IntoView {
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
    let error_id = format!("{}-error", view.name());
    let invalid = wrong.is_some();
    let described = match invalid {
        true => format!("{error_id} {hint_id}"),
        false => hint_id.clone(),
    };
    let wrong = wrong.map(|words| view! { <FieldError id=error_id words/> });
    let guide = again
        .is_none()
        .then(|| view! { <span class="target-guide">{guides::guide(view)}</span> });
    let class = match again {
        Some(_) => "target target-again",
        None => "target",
    };
    let picked = match again {
        Some(again) => Either::Left(again),
        None => Either::Right(view! { <ul class="picked-list"></ul> }),
    };
    view! {
        <li class=class data-view=view.name() data-there=there.then_some("")>
            <label class="target-label" for=format!("{}-files", view.name())>
                {guide}
                <span class="target-name">{name.clone()}</span>
                {there.then(|| view! { <Badge tone=Tone::Good>{t!("photos.there", locale = lang).into_owned()}</Badge> })}
            </label>
            {picked}
            <p class="quiet target-hint" id=hint_id>{hint.into_owned()}</p>
            {wrong}
            <Picks>
                {input(lang, view, format!("{name}: {}", t!("photos.camera", locale = lang)), true, (described.clone(), invalid))}
                {input(lang, view, format!("{name}: {}", t!("photos.files", locale = lang)), false, (described, invalid))}
            </Picks>
        </li>
    }
}

/// A field for the camera, which phones show only, or for files.
fn input(
    lang: &str,
    view: View,
    label: String,
    camera: bool,
    (hint, invalid): (String, bool),
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
                id=format!("{}-{}", view.name(), if camera { "camera" } else { "files" })
                name=view.name() type="file" accept=ACCEPTED multiple=!camera
                capture=camera.then_some("environment") aria-label=label aria-describedby=hint
                aria-invalid=invalid.then_some("true")
            />
        </label>
    }
}

/// What became of each file of a form that did not go well as a whole.
fn told(lang: &str, fates: &[(View, Fate)]) -> impl IntoView + use<> {
    let errors = fates
        .iter()
        .filter_map(|(view, fate)| {
            let words = fate_words(lang, *fate)?;
            let field = format!("{}-files", view.name());
            Some((field, format!("{}: {words}", parts::view_name(lang, *view))))
        })
        .collect();
    let arrived: Vec<_> = fates
        .iter()
        .filter(|(_, fate)| fate_words(lang, *fate).is_none())
        .map(|(view, _)| {
            let words = t!("photos.send.sent", locale = lang).into_owned();
            view! { <li><strong>{parts::view_name(lang, *view)}</strong>": "{words}</li> }
        })
        .collect();
    let arrived = (!arrived.is_empty()).then(|| {
        view! { <Banner tone=Tone::Good><Lines>{arrived.collect_view()}</Lines></Banner> }
    });
    view! {
        <ErrorSummary title=t!("photos.not_all", locale = lang) errors/>
        {arrived}
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
