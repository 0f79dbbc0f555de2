//! What can be opened.

use crate::ui::Contents;
use leptos::prelude::*;

/// More, for those who want it.
#[component]
pub fn Fold(
    /// What it is called while it is closed.
    #[prop(into)]
    summary: String,
    children: Contents,
) -> impl IntoView {
    view! { <details class="fold"><summary>{summary}</summary>{children.0}</details> }
}
