//! Lists of things, a line each.

use crate::ui::{Contents, Icon, IconName};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

const fn rows_class(card: bool) -> &'static str {
    if card { "card rows" } else { "rows" }
}

/// A list, a line each, with a rule between them. Each is a `<li class="row">`.
#[component]
pub fn Rows(
    /// On a card of its own.
    #[prop(optional)]
    card: bool,
    children: Contents,
) -> impl IntoView {
    view! { <ul class=rows_class(card)>{children.0}</ul> }
}

/// What is known of something: names at the left, what they are at the right. Each is a `<div class="row">` with its
/// `<dt>` and its `<dd>`.
#[component]
pub fn Facts(
    /// On a card of its own.
    #[prop(optional)]
    card: bool,
    #[prop(optional, into)] label: Option<String>,
    children: Contents,
) -> impl IntoView {
    view! { <dl class=rows_class(card) aria-label=label>{children.0}</dl> }
}

/// Sentences one below the other, without rules.
#[component]
pub fn Lines(children: Contents) -> impl IntoView {
    view! { <ul class="told">{children.0}</ul> }
}

/// The ways to the other pages of a list. Without a link in it, it is not seen.
#[component]
pub fn Pager(lang: &'static str, children: Contents) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=t!("list.pages", locale = lang).into_owned()>{children.0}</nav>
    }
}

/// Places to go to: a list of `PlaceLink`s, on a card.
#[component]
pub fn Places(#[prop(into)] label: String, children: Contents) -> impl IntoView {
    view! { <nav class="card places" aria-label=label><ul>{children.0}</ul></nav> }
}

/// A place to go to, as a line to tap.
#[component]
pub fn PlaceLink(
    #[prop(into)] href: String,
    icon: IconName,
    #[prop(into)] words: String,
    /// What one finds there.
    #[prop(optional, into)]
    text: Option<String>,
    /// How it stands, in short.
    #[prop(optional, into)]
    fact: Option<String>,
    /// Something there has not been seen.
    #[prop(optional)]
    new: bool,
    /// It is proposed.
    #[prop(optional)]
    offer: bool,
) -> impl IntoView {
    let class = match (new, offer) {
        (true, _) => "place place-new",
        (false, true) => "place place-offer",
        (false, false) => "place",
    };
    let words = match text {
        Some(text) => Either::Left(view! {
            <span class="place-words"><strong>{words}</strong><span class="quiet block">{text}</span></span>
        }),
        None => Either::Right(view! { <span class="place-words">{words}</span> }),
    };
    view! {
        <a class=class href=href>
            <Icon name=icon/>
            {words}
            {fact.map(|fact| view! { <span class="quiet figures">{fact}</span> })}
            <Icon name=IconName::ArrowRight/>
        </a>
    }
}
