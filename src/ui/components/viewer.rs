//! Pictures that are zoomed and panned, several of them in step. A page that shows one says `Page::with_module(&VIEWER)`;
//! without scripts they stand still.

use super::{ButtonKind, ScriptButton, Tooltip};
use crate::ui::Contents;
use leptos::prelude::*;
use rust_i18n::t;

/// Holds `ViewerPane`s that move together, and what enlarges them.
#[component]
pub fn Viewer(
    lang: &'static str,
    /// One pane, as wide as there is room.
    #[prop(optional)]
    alone: bool,
    children: Contents,
) -> impl IntoView {
    let zoom = |how: &'static str, words: String, sign: &'static str| {
        view! {
            <Tooltip text=words.clone()>
                <ScriptButton kind=ButtonKind::Tool small=true hidden=true label=words attr:data-zoom=how>{sign}</ScriptButton>
            </Tooltip>
        }
    };
    view! {
        <div class="panes" class:panes-one=alone data-viewers>
            {children.0}
            <div class="pane-tools">
                <span class="figures" data-zoom-level></span>
                {zoom("out", t!("viewer.out", locale = lang).into_owned(), "−")}
                {zoom("fit", t!("viewer.fit", locale = lang).into_owned(), "⤢")}
                {zoom("in", t!("viewer.in", locale = lang).into_owned(), "+")}
            </div>
        </div>
    }
}

/// A pane of a Viewer. It can be gone to by keyboard: arrows move, plus and minus zoom.
#[component]
pub fn ViewerPane(
    /// What is told of the picture above it.
    caption: AnyView,
    /// What the pane is called.
    #[prop(into)]
    label: String,
    children: Contents,
) -> impl IntoView {
    view! {
        <figure class="pane">
            <figcaption>{caption}</figcaption>
            <div class="pane-ground" tabindex="0" role="group" aria-label=label data-viewer>{children.0}</div>
        </figure>
    }
}

/// A picture in a pane: of several, one is shown.
#[component]
pub fn ViewerPicture(#[prop(optional)] hidden: bool, children: Contents) -> impl IntoView {
    view! { <div class="moved" data-moved hidden=hidden>{children.0}</div> }
}
