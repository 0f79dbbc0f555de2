//! What needs the page's scripts is offered where they run. Where they do not, what can be done instead stands in its place: the
//! browser decides by itself, before anything is shown.

use leptos::prelude::*;

/// Shown only where scripts run, as far as the browser says so.
pub fn with_scripts(act: impl IntoView) -> impl IntoView {
    view! { <div class="needs-scripts">{act}</div> }
}

/// Shown only where they do not.
pub fn without_scripts(instead: impl IntoView) -> impl IntoView {
    view! { <div class="without-scripts">{instead}</div> }
}
