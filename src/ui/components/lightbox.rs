//! One picture as large as the window, among others of its kind. A page that shows one says
//! `Page::with_module(&VIEWER)`, so that it can be enlarged.

use super::{ButtonKind, LinkButton, ScriptButton};
use crate::ui::IconName;
use leptos::prelude::*;

/// A picture, and what is known of it before it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub src: String,
    /// The largest there is of it: asked for once it is enlarged.
    pub full: String,
    /// A blurred one in little, as an address that holds it whole.
    pub placeholder: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    pub width: u32,
    pub height: u32,
}

/// The picture in its frame. Without scripts a link leads to the largest there is of it.
#[component]
pub fn Lightbox(
    picture: Picture,
    /// What the frame is called, which has the focus when keys are to move the picture.
    #[prop(into)]
    label: String,
    /// What the link to the largest is called.
    #[prop(into)]
    larger: String,
    /// What the button is called that enlarges it, and makes it small again.
    #[prop(into)]
    zoom: String,
    /// How fingers enlarge it.
    #[prop(into)]
    hint: String,
) -> impl IntoView {
    let Picture {
        src,
        full,
        placeholder,
        alt,
        width,
        height,
    } = picture;
    let address = full.clone();
    view! {
        <div class="lightbox-ground" data-viewers="">
            <div class="lightbox-pane" data-viewer="" tabindex="0" role="group" aria-label=label>
                <span class="frame" data-moved="">
                    <img class="placeholder" src=placeholder alt="" width=width height=height/>
                    <img class="shot" src=src data-full=full alt=alt width=width height=height decoding="async"/>
                </span>
            </div>
            <div class="lightbox-tools">
                <p class="quiet lightbox-hint">{hint}</p>
                <ScriptButton kind=ButtonKind::Tool icon=IconName::Zoom hidden=true attr:data-zoom="toggle">{zoom}</ScriptButton>
                <a class="button button-quiet button-small lightbox-full" href=address>{larger}</a>
            </div>
        </div>
    }
}

/// A way from one picture to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    pub href: String,
    /// What stands on it, in short.
    pub words: String,
    /// What it is called: what the picture there shows.
    pub label: String,
    /// The picture there, to be asked for ahead.
    pub shot: String,
}

/// The ways to the picture before and the one after.
#[component]
pub fn LightboxTurns(
    #[prop(into)] label: String,
    before: Option<Turn>,
    after: Option<Turn>,
) -> impl IntoView {
    let turn = |turn: Option<Turn>, rel: &'static str, icon: IconName| {
        turn.map(|turn| {
            let words = turn.words;
            view! {
                <LinkButton kind=ButtonKind::Tool icon rel href=turn.href label=turn.label attr:data-shot=turn.shot>
                    <span>{words}</span>
                </LinkButton>
            }
        })
    };
    view! {
        <nav class="pager pager-turn" aria-label=label>
            {turn(before, "prev", IconName::ArrowLeft)}
            {turn(after, "next", IconName::ArrowRight)}
        </nav>
    }
}

/// One of the pictures that belong together.
pub struct Shot {
    pub href: String,
    /// The picture in little.
    pub picture: AnyView,
    pub caption: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// The pictures that belong together, in a row.
#[component]
pub fn LightboxStrip(#[prop(into)] label: String, shots: Vec<Shot>) -> impl IntoView {
    let shots = shots
        .into_iter()
        .map(|shot| {
            view! {
                <li>
                    <a href=shot.href aria-current=shot.current.then_some("page")>
                        {shot.picture}
                        <span class="caption" aria-hidden="true">{shot.caption}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav aria-label=label><ul class="same-step">{shots}</ul></nav> }
}
