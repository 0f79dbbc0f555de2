//! What the browser's half adds to the pages of photos. None takes props, so that nothing of a patient's is
//! serialised for it: what they need stands in the page that the server wrote. There is one of each on a page.

#[cfg(feature = "hydrate")]
mod comparing;
#[cfg(feature = "hydrate")]
mod lapsing;
#[cfg(feature = "hydrate")]
mod sending;
#[cfg(feature = "hydrate")]
mod turning;

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use {
    crate::browser::{find, listen, on_page},
    leptos::wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Element, Event, HtmlElement, HtmlInputElement},
};

/// Around one photo: the arrow keys and a swipe follow the links to the next and the previous one.
#[island]
pub fn TurnPages(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    turning::listen();
    view! { <div>{children()}</div> }
}

/// Around two photos: lays one over the other, up to where the slider stands.
#[island]
pub fn CompareSlider(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    comparing::begin();
    view! { <div>{children()}</div> }
}

/// Around the photos of all stages: shows one at a time, chosen by a slider or played like a film.
#[island]
pub fn TimeLapse(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    lapsing::begin();
    view! { <div>{children()}</div> }
}

/// Around the form that adds photos: sends each file as soon as it is chosen, two at a time, with a bar each; one can be
/// cancelled or tried again while the others go on. Whatever is said stands in the form's attributes.
#[island]
pub fn SendPhotos(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    sending::listen();
    view! {
        <div class="sending">
            {children()}
            <ul class="sends" aria-live="polite" hidden></ul>
        </div>
    }
}
