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
use leptos::wasm_bindgen::{JsCast, closure::Closure};
#[cfg(feature = "hydrate")]
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

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

/// The first element inside `root` that `selector` names. The server wrote the page: what it is, is known.
#[cfg(feature = "hydrate")]
fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    Some(root.query_selector(selector).ok()??.unchecked_into())
}

/// The same on the whole page: there is one of each island.
#[cfg(feature = "hydrate")]
fn on_page<T: JsCast>(selector: &str) -> Option<T> {
    Some(document().query_selector(selector).ok()??.unchecked_into())
}

/// Calls `handler` for each event of this name, as long as the page is there.
#[cfg(feature = "hydrate")]
fn listen(target: &web_sys::EventTarget, name: &str, handler: impl FnMut(Event) + 'static) {
    attach(target, name, Closure::new(handler));
}

#[cfg(feature = "hydrate")]
fn attach(target: &web_sys::EventTarget, name: &str, handler: Closure<dyn FnMut(Event)>) {
    let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}
