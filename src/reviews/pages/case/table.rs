//! The light table: now and before, large and in step; the views as a film strip; and the marks for a retake.

use super::{Looked, Opened};
use crate::{
    photos::{self, Photo, Variant, View},
    reviews::{
        model::{Kind, RetakeReason},
        pages::{
            form::{FORM, Sent, Wrong, marks_at},
            queue::At,
        },
        words,
    },
    ui::{
        Badge, Button, ButtonKind, FieldError, Icon, IconName, LinkButton, Reader, Tone, Viewer,
        ViewerPane, ViewerPicture,
    },
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// A view with all that there is of it.
struct Stage<'a> {
    view: View,
    /// This stage's, newest first.
    now: Vec<&'a Photo>,
    /// The stage's before, then the first's.
    before: Vec<&'a Photo>,
}

impl<'a> Stage<'a> {
    /// The five, and others if there are such.
    fn all(opened: &'a Opened) -> Vec<Self> {
        let of =
            |photos: &'a [Photo], view: View| photos.iter().filter(move |photo| photo.view == view);
        View::ALL
            .into_iter()
            .map(|view| Self {
                view,
                now: of(&opened.photos, view).collect(),
                before: of(&opened.before, view).rev().collect(),
            })
            .filter(|stage| stage.view != View::Other || !stage.now.is_empty())
            .collect()
    }
}

/// Where a view of a case is found.
fn address(opened: &Opened, at: At, view: View, more: &str) -> String {
    let decided = at.decided.map(|id| format!("&decided={id}"));
    format!(
        "/journeys/{}/reviews/{}?show={}&view={}{}{more}",
        opened.journey.id.0,
        opened.stage,
        at.show,
        view.name(),
        decided.unwrap_or_default()
    )
}

/// The view that is looked at: the one that was asked for, the first that came again, or the first that there is a photo of.
pub(super) fn chosen(opened: &Opened, looked: Looked) -> View {
    let stages = Stage::all(opened);
    let is_there = |view: &View| stages.iter().any(|stage| stage.view == *view);
    let asked = looked.view.or_else(|| opened.came_again());
    let chosen = asked.filter(is_there).or_else(|| {
        let first = stages.iter().find(|stage| !stage.now.is_empty());
        first.map(|stage| stage.view)
    });
    chosen.unwrap_or(View::Front)
}

pub(super) fn table(
    reader: &Reader,
    opened: &Opened,
    (looked, chosen): (Looked, View),
    at: At,
    passing: AnyView,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let stages = Stage::all(opened);
    let tables = stages
        .iter()
        .map(|stage| one(reader, opened, stage, (looked, chosen), at))
        .collect_view();
    let film = stages
        .iter()
        .zip(1..)
        .map(|(stage, key)| {
            let name = photos::view_name(lang, stage.view);
            let picture = match stage.now.first() {
                Some(photo) => photos::framed(reader, photo, Variant::Thumbnail, false).into_any(),
                None => view! { <span class="frame is-empty"><Icon name=IconName::Camera/></span> }.into_any(),
            };
            let current = (stage.view == chosen).then_some("true");
            let new = opened
                .is_new(stage.view)
                .then(|| view! { <span class="film-new"><Badge tone=Tone::Note>{t!("review.is_new", locale = lang).into_owned()}</Badge></span> });
            view! {
                <li>
                    <a
                        href=address(opened, at, stage.view, "") data-shows=stage.view.name() data-key=key.to_string()
                        aria-current=current
                    >
                        {picture}
                        <span>
                            <span class="film-name">{name}<kbd>{key}</kbd></span>
                            {new}
                            <span class="marked" data-marked=stage.view.name() hidden><Icon name=IconName::Camera/><span></span></span>
                        </span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="stages">{tables}{passing}</div>
        <div class="film-place">
            <nav class="film" aria-label=t!("review.film", locale = lang).into_owned()><ol>{film}</ol></nav>
            // Why a view is wanted again is chosen over the film strip: both pictures stay in sight.
            <div class="mark-here" data-mark-here hidden></div>
        </div>
    }
}

/// One view: two pictures in step.
fn one(
    reader: &Reader,
    opened: &Opened,
    stage: &Stage<'_>,
    (looked, chosen): (Looked, View),
    at: At,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let view = stage.view;
    let is_chosen = view == chosen;
    let looked = if is_chosen { looked } else { Looked::default() };
    let name = photos::view_name(lang, view);
    let id = format!("view-{}", view.name());
    let now = pane(reader, opened, stage, (Side::Now, looked, !is_chosen), at);
    let is_alone = stage.before.is_empty();
    let before = (!is_alone).then(|| {
        pane(
            reader,
            opened,
            stage,
            (Side::Before, looked, !is_chosen),
            at,
        )
    });
    let earlier = stage.before.first().filter(|_| !stage.now.is_empty());
    let compare = earlier.map(|photo| {
        let href = format!(
            "/journeys/{}/photos/compare?view={}&before={}&after={}&case={}",
            opened.journey.id.0,
            view.name(),
            photo.stage,
            opened.stage,
            opened.stage
        );
        view! {
            <LinkButton kind=ButtonKind::Tool small=true icon=IconName::Compare key="c" attr:data-opens="over-compare" href>
                {t!("photos.compare.title", locale = lang).into_owned()}<kbd>"c"</kbd>
            </LinkButton>
        }
    });
    let newest = stage.now.first().map(|photo| photo.id);
    let found = opened
        .findings
        .iter()
        .find(|found| Some(found.photo) == newest);
    let doubts = found.map(|found| {
        let words = photos::finding_at_desk(lang, found).join(", ");
        view! { <p class="finding"><Icon name=IconName::Triangle/>{words}</p> }
    });
    view! {
        <section
            class="stage" id=id.clone() data-stage=view.name() tabindex="-1" aria-labelledby=format!("{id}-title")
            hidden={!is_chosen}
        >
            <div class="stage-head">
                <h2 id=format!("{id}-title")>{name}</h2>
                {is_alone.then(|| view! { <p class="quiet">{t!("review.no_before", locale = lang).into_owned()}</p> })}
                {doubts}
                <span class="stage-tools">
                    {compare}
                </span>
            </div>
            <Viewer lang alone=is_alone>
                {before}
                {now}
            </Viewer>
        </section>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Now,
    Before,
}

/// One picture, and the others that could stand in its place.
fn pane(
    reader: &Reader,
    opened: &Opened,
    stage: &Stage<'_>,
    (side, looked, lazy): (Side, Looked, bool),
    at: At,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let view = stage.view;
    let (photos, asked, label, name) = match side {
        Side::Now => (
            &stage.now,
            looked.now,
            t!("review.now", locale = lang),
            "now",
        ),
        Side::Before => (
            &stage.before,
            looked.before,
            t!("review.before", locale = lang),
            "before",
        ),
    };
    let shown = photos
        .iter()
        .find(|photo| Some(photo.id) == asked)
        .or(photos.first())
        .map(|photo| photo.id);
    let pictures = photos
        .iter()
        .map(|photo| {
            let hidden = Some(photo.id) != shown;
            view! {
                <ViewerPicture hidden attr:data-photo=photo.id.to_string()>
                    {photos::framed(reader, photo, Variant::Screen, lazy || hidden)}
                </ViewerPicture>
            }
        })
        .collect_view();
    let several = photos.len() > 1;
    let choices = photos
        .iter()
        .enumerate()
        .map(|(n, photo)| {
            let words = match side {
                Side::Before => photos::stage_name(lang, photo.stage),
                Side::Now if n == 0 => t!("review.newest", locale = lang).into_owned(),
                Side::Now => t!("review.sent_before", locale = lang).into_owned(),
            };
            let current = (Some(photo.id) == shown).then_some("true");
            view! {
                <a href=address(opened, at, view, &format!("&{name}={}", photo.id)) data-picks=photo.id.to_string() aria-current=current>
                    {words}
                </a>
            }
        })
        .collect_view();
    // Of several, the one that is looked at is named among them.
    let step = match side {
        _ if several => None,
        Side::Before => photos.first().map(|photo| photo.stage),
        Side::Now => Some(opened.stage),
    };
    let step = step.map(|stage| photos::stage_name(lang, stage));
    let whole = shown.map(|id| {
        view! { <a href=format!("/photos/{id}")>{t!("review.alone", locale = lang).into_owned()}</a> }
    });
    let can_mark = side == Side::Now && view != View::Other;
    // With scripts its reasons are put over the film strip; without, the server opens them below the pictures, with what was typed.
    let mark = can_mark.then(|| {
        view! {
            <Button
                kind=ButtonKind::Tool small=true icon=IconName::Camera form=FORM name="open" value=Kind::Retake.name()
                formaction=marks_at(&opened.action()) key="x" attr:data-mark-open=""
            >
                {t!("review.mark", locale = lang).into_owned()}<kbd>"x"</kbd>
            </Button>
        }
    });
    // Beside the picture that was marked, where one looks: with which key what is marked is sent.
    let sends = reader.shortcuts.then(|| {
        view! { <span class="quiet">{t!("review.send_with", locale = lang).into_owned()}" "<kbd>"r"</kbd></span> }
    });
    let marked = can_mark.then(|| {
        view! {
            <p class="marked" data-marked=view.name() hidden>
                <Icon name=IconName::Camera/>{t!("review.marked", locale = lang).into_owned()}" "<strong data-reason></strong>{sends}
            </p>
        }
    });
    let none = photos.is_empty().then(|| {
        view! { <p class="pane-none">{t!("review.no_photo", locale = lang).into_owned()}</p> }
    });
    let words = t!(
        "review.pane",
        locale = lang,
        view = photos::view_name(lang, view),
        side = label.clone()
    )
    .into_owned();
    let caption = view! {
        <strong>{label.into_owned()}</strong>
        {step.map(|step| view! { <span class="figures">{step}</span> })}
        {several.then(|| view! { <span class="pane-choices">{choices}</span> })}
        {whole}
        {mark}
    };
    view! {
        <ViewerPane caption=caption.into_any() label=words attr:data-side=name>{pictures}{none}{marked}</ViewerPane>
    }
}

/// Where a view's reasons begin.
pub(super) fn mark_id(view: View) -> String {
    format!("mark-{}", view.name())
}

/// Which views are wanted again, and why. With scripts each is put over the film strip; without, they stand here, each beside its
/// picture: those that are asked for first, the others folded below them.
pub(super) fn marks(
    reader: &Reader,
    opened: &Opened,
    sent: &Sent,
    wrong: &[Wrong],
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let is_wrong = wrong.contains(&Wrong::Views);
    let begun = (sent.is_marking() || is_wrong)
        .then(|| sent.standard_view())
        .flatten();
    let is_asked = |view: &View| !sent.reason(*view).is_empty() || begun == Some(*view);
    let (asked, others): (Vec<View>, Vec<View>) =
        View::STANDARD.into_iter().partition(|view| is_asked(view));
    let row = |view: &View, is_asked: bool| row(reader, opened, sent, (*view, is_asked));
    let sets = |views: &[View], is_asked: bool| {
        let rows = views.iter().map(|view| row(view, is_asked));
        rows.collect_view()
    };
    let any = sent.marks() > 0;
    let is_open = any || is_wrong || sent.is_marking();
    // Asked for above, with buttons.
    let is_asking = !wrong.is_empty() && wrong.iter().all(|wrong| wrong.is_asked());
    let kind = if is_open && !is_asking {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let rows = if asked.is_empty() {
        Either::Left(sets(&others, false))
    } else {
        let more = (!others.is_empty()).then(|| {
            view! {
                <details>
                    <summary>{t!("review.other_views", locale = lang).into_owned()}</summary>
                    {sets(&others, false)}
                </details>
            }
        });
        Either::Right(view! { {sets(&asked, true)}{more} })
    };
    let error = is_wrong.then(|| {
        view! { <FieldError id="views-error" words=t!("review.wrong.views", locale = lang)/> }
    });
    // Open, so that without scripts it can be seen; a script folds it where nothing is to be seen yet, or where it asks above.
    let folds = !is_wrong && (!any || sent.is_marking());
    view! {
        <details class="card marks" id="marks" open data-folds=folds>
            <summary><h2>{t!("review.which_views", locale = lang).into_owned()}</h2></summary>
            {error}
            <div data-marks>{rows}</div>
            <p data-unscripted>
                <Button kind form=FORM name="decision" value=Kind::Retake.name()>
                    {t!("review.do_retake", locale = lang).into_owned()}
                </Button>
            </p>
        </details>
    }
}

/// The reasons for which a view can be wanted again, beside its picture where no script puts them below it.
fn row(
    reader: &Reader,
    opened: &Opened,
    sent: &Sent,
    (view, is_asked): (View, bool),
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let newest = opened.photos.iter().find(|photo| photo.view == view);
    let chosen = sent.reason(view).to_owned();
    // Asked for a moment ago, it is not good as it is: why not is to be said.
    let is_begun = sent.is_marking() && sent.standard_view() == Some(view);
    let chip = |value: &'static str, words: String, key: String| {
        let checked = value == chosen && !(is_begun && value.is_empty());
        // What is wrong leads to the first of them.
        let id = (key == "1").then(|| mark_id(view));
        view! {
            <label class="reason">
                <input id=id type="radio" form=FORM name=view.name() value=value checked=checked/>
                <span data-words>{words}</span><kbd>{key}</kbd>
            </label>
        }
    };
    let reasons = RetakeReason::ALL
        .into_iter()
        .filter(|reason| {
            (*reason == RetakeReason::Missing) == newest.is_none()
                || *reason == RetakeReason::Other
                || reason.name() == chosen
        })
        .zip(1..)
        .map(|(reason, key): (_, i32)| {
            chip(reason.name(), words::reason(lang, reason), key.to_string())
        })
        .collect_view();
    // The same file as on the table or in the strip: it is not fetched again.
    let variant = if is_asked {
        Variant::Screen
    } else {
        Variant::Thumbnail
    };
    let picture = newest.map(|photo| {
        let src = format!("/photos/{}/{}", photo.id, variant.name());
        let alt = photos::alt(lang, photo.view, photo.stage);
        view! { <img class="mark-picture" src=src alt=alt width="288" height="216" loading="lazy" decoding="async" data-unscripted/> }
    });
    view! {
        <div class="mark-row" data-asked=is_asked>
            {picture}
            <fieldset class="retake-mark" data-mark=view.name()>
                <legend>{photos::view_name(lang, view)}</legend>
                {reasons}
                {chip("", t!("review.keep_view", locale = lang).into_owned(), "0".to_owned())}
            </fieldset>
        </div>
    }
}
