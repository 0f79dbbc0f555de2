//! Cards, and what stands where nothing is yet.

use super::Tone;
use crate::ui::{Icon, IconName};
use leptos::prelude::*;

/// A group of things that belong together, with a heading of the second level where it has one.
#[component]
pub fn Card(
    #[prop(optional, into)] heading: Option<String>,
    /// Of the card; its heading's is made from it.
    #[prop(optional, into)]
    id: Option<&'static str>,
    #[prop(optional, into)] tone: Option<Tone>,
    children: Children,
) -> impl IntoView {
    let class = match tone {
        Some(tone) => format!("card card-stack card-{}", tone.name()),
        None => "card card-stack".to_owned(),
    };
    let heading_id = id.map(|id| format!("{id}-heading"));
    let labelled = heading_id.clone().filter(|_| heading.is_some());
    view! {
        <section class=class id=id aria-labelledby=labelled>
            {heading.map(|words| view! { <h2 id=heading_id>{words}</h2> })}
            {children()}
        </section>
    }
}

/// Where a list has nothing to show: how the first thing comes to be, and the act that brings it about.
#[component]
pub fn EmptyState(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="card empty-state">
            <span class="empty-state-icon"><Icon name=icon/></span>
            <p class="empty-state-title">{title}</p>
            {text.map(|text| view! { <p class="quiet">{text}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Keeps the place of what is still coming: so many lines.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize, #[prop(into)] label: String) -> impl IntoView {
    let lines = (0..lines)
        .map(|_| view! { <span class="skeleton-line"></span> })
        .collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{label}</span>
            {lines}
        </div>
    }
}
