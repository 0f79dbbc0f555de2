//! Words that stand for themselves.

use crate::ui::{Contents, layout::brand_mark};
use leptos::prelude::*;

/// What somebody wrote, in their words and their writing's direction.
#[component]
pub fn Quote(#[prop(into)] words: String) -> impl IntoView {
    view! { <q class="event-note"><bdi>{words}</bdi></q> }
}

/// Where there is nothing to show, or nothing can be done yet: why, in a sentence.
#[component]
pub fn Nothing(#[prop(into)] words: String) -> impl IntoView {
    view! { <p class="card quiet">{words}</p> }
}

/// Midline's mark, a heading, one or two sentences and one thing to do, in the middle of the page.
#[component]
pub fn Welcome(children: Contents) -> impl IntoView {
    view! { <section class="welcome">{brand_mark()}{children.0}</section> }
}
