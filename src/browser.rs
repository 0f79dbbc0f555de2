//! What islands of several features do with the page that the server wrote.

use leptos::{
    prelude::document,
    wasm_bindgen::{JsCast, closure::Closure},
};
use web_sys::{Element, Event};

/// The first element inside `root` that `selector` names. The server wrote the page: what it is, is known.
pub fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    Some(root.query_selector(selector).ok()??.unchecked_into())
}

/// The same on the whole page: there is one of each island.
pub fn on_page<T: JsCast>(selector: &str) -> Option<T> {
    Some(document().query_selector(selector).ok()??.unchecked_into())
}

/// Calls `handler` for each event of this name, as long as the page is there.
pub fn listen(target: &web_sys::EventTarget, name: &str, handler: impl FnMut(Event) + 'static) {
    attach(target, name, Closure::new(handler));
}

pub fn attach(target: &web_sys::EventTarget, name: &str, handler: Closure<dyn FnMut(Event)>) {
    let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}
