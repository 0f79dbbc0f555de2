//! Pieces that the server writes and that islands draw as well, so that what is fetched into a page looks like what stood there. They
//! are made of words that are already in the reader's language: the browser has no catalogue.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A moment as it is told: for programs, for whoever points at it, and for whoever reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339, in UTC.
    pub datetime: String,
    pub title: String,
    pub words: String,
}

impl Moment {
    pub fn view(self) -> impl IntoView {
        view! { <time datetime=self.datetime title=self.title>{self.words}</time> }
    }
}

/// An icon by its outline (`IconName::path`): the browser's program does not hold all of them.
#[component]
pub fn Glyph(path: Cow<'static, str>) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=path></path></svg> }
}

/// What somebody wrote, in their words and their writing's direction.
#[component]
pub fn Quote(#[prop(into)] words: String) -> impl IntoView {
    view! { <q class="event-note"><bdi>{words}</bdi></q> }
}

/// A small tool that is a link.
#[component]
pub fn ToolLink(
    href: String,
    words: String,
    /// What it is called, where its words do not say enough by themselves.
    label: String,
) -> impl IntoView {
    view! { <a class="button button-quiet button-small" href=href aria-label=label>{words}</a> }
}
