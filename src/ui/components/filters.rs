//! What a list is narrowed by.

use crate::ui::{Contents, Icon, IconName};
use leptos::{either::Either, prelude::*};

/// Search and filters above a list: a form that asks for the page anew.
#[component]
pub fn FilterBar(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    children: Children,
) -> impl IntoView {
    view! { <form class="filter-bar" method="get" action=action role="search" aria-label=label>{children()}</form> }
}

/// Chips beside each other, an item of the list each.
#[component]
pub fn Chips(children: Contents) -> impl IntoView {
    view! { <ul class="chips">{children.0}</ul> }
}

/// One of several ways to narrow a list, each a link. `current`: what the one in force says of itself (`aria-current`).
#[component]
pub fn ChipLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    current: Option<&'static str>,
) -> impl IntoView {
    view! { <a class="chip" href=href aria-current=current>{label}</a> }
}

/// A filter that is in force, with the address of the list without it, and what leading there is called.
#[component]
pub fn Chip(
    #[prop(into)] label: String,
    #[prop(optional, into)] remove: Option<(String, String)>,
) -> impl IntoView {
    match remove {
        Some((href, words)) => Either::Left(view! {
            <a class="chip" href=href>
                {label}
                <Icon name=IconName::Close/>
                <span class="visually-hidden">{words}</span>
            </a>
        }),
        None => Either::Right(view! { <span class="chip">{label}</span> }),
    }
}
