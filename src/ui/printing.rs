//! What a page that is made for paper offers on a screen.

use super::{ButtonKind, Reader, ScriptButton, with_scripts, without_scripts};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;

/// Asks the browser to print what it shows.
const PRINT: &str = r#"document.getElementById("print").addEventListener("click", () => print());"#;

/// Prints the page; where scripts do not run, it says how. For a page's acts, which no paper shows; its `Page` is one for paper.
pub fn printing(reader: &Reader) -> impl IntoView + use<> {
    let lang = reader.lang();
    let script = format!("<script nonce=\"{}\">{PRINT}</script>", reader.nonce);
    view! {
        {with_scripts(view! {
            <ScriptButton kind=ButtonKind::Primary id="print">{t!("print.button", locale = lang).into_owned()}</ScriptButton>
        })}
        {without_scripts(view! { <p>{t!("print.by_browser", locale = lang).into_owned()}</p> })}
        {InertElement::new(script)}
    }
}
