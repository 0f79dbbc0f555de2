//! What the browser's half adds to cases: keys.

use leptos::prelude::*;

/// On the page of a case: a key does what stands beside it on the page (`data-key`): follows a link, presses a button, opens what is
/// folded, goes to a view. Of several with one key, that of the view one is at comes first.
#[island]
pub fn CaseKeys() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    keys::listen();
}

#[cfg(feature = "hydrate")]
mod keys {
    use crate::browser::{self, find, on_page};
    use leptos::{prelude::document, wasm_bindgen::JsCast};
    use web_sys::{Element, HtmlElement, KeyboardEvent};

    /// Milliseconds for which a decision's key does nothing on a page that has just come: whoever presses twice decides
    /// nothing that they have not seen.
    const UNSEEN: f64 = 300.0;

    pub fn listen() {
        let begun = js_sys::Date::now();
        if let Some(page) = on_page::<Element>("#main") {
            // From now on they work, and are shown.
            let _ = page.set_attribute("data-keys", "");
        }
        browser::listen(&document(), "keydown", move |event| {
            let event: KeyboardEvent = event.unchecked_into();
            let typing = event.target().is_some_and(|target| {
                let target: Element = target.unchecked_into();
                target.matches("input,select,textarea") != Ok(false)
            });
            if typing || event.alt_key() || event.ctrl_key() || event.meta_key() || event.repeat() {
                return;
            }
            let selector = "[data-key='".to_owned() + &event.key() + "']";
            let near = ":focus ".to_owned() + &selector;
            let found: Option<HtmlElement> = on_page(&near).or_else(|| on_page(&selector));
            let Some(found) = found else { return };
            event.prevent_default();
            if found.matches("section") == Ok(true) {
                let _ = found.focus();
            } else if found.matches("details") == Ok(true) {
                let _ = found.toggle_attribute("open");
                if let Some(field) = find::<HtmlElement>(&found, "select,input,textarea") {
                    let _ = field.focus();
                }
            } else if found.matches("[name=decision]") != Ok(true)
                || js_sys::Date::now() - begun > UNSEEN
            {
                found.click();
            }
        });
    }
}
