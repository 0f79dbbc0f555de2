//! Cards, and what stands where nothing is yet.

use super::Tone;
use crate::ui::{Contents, Icon, IconName};
use leptos::prelude::*;

/// A group of things that belong together, with a heading of the second level where it has one.
#[component]
pub fn Card(
    #[prop(optional, into)] heading: Option<String>,
    /// Of the card; its heading's is made from it.
    #[prop(optional, into)]
    id: Option<&'static str>,
    #[prop(optional, into)] tone: Option<Tone>,
    /// More room between the things in it.
    #[prop(optional)]
    roomy: bool,
    /// What it is called, where it has no heading.
    #[prop(optional, into)]
    label: Option<String>,
    /// The id of a heading that stands in it, where it writes that itself.
    #[prop(optional, into)]
    labelled_by: Option<String>,
    children: Contents,
) -> impl IntoView {
    let stack = if roomy { ROOMY } else { "card card-stack" };
    let class = match tone {
        Some(tone) => format!("{stack} card-{}", tone.name()),
        None => stack.to_owned(),
    };
    let heading_id = id.map(|id| format!("{id}-heading"));
    let labelled = labelled_by.or_else(|| heading_id.clone().filter(|_| heading.is_some()));
    view! {
        <section class=class id=id aria-label=label aria-labelledby=labelled>
            {heading.map(|words| view! { <h2 id=heading_id>{words}</h2> })}
            {children.0}
        </section>
    }
}

const ROOMY: &str = "card stack";

/// A form on a card.
#[component]
pub fn FormCard(
    #[prop(into)] action: String,
    #[prop(default = "post")] method: &'static str,
    #[prop(optional, into)] id: Option<&'static str>,
    /// How it is sent, where files are part of it.
    #[prop(optional, into)]
    enctype: Option<&'static str>,
    children: Contents,
) -> impl IntoView {
    view! { <form class=ROOMY method=method action=action enctype=enctype id=id>{children.0}</form> }
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
