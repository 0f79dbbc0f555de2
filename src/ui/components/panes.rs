//! A list and what is chosen of it, side by side.

use leptos::prelude::*;

/// At a desk both stand side by side; on a phone the detail alone where one was chosen, else the list.
#[component]
pub fn SplitPane(
    #[prop(into)] label: String,
    list: AnyView,
    /// What was chosen of the list.
    #[prop(optional, into)]
    detail: Option<AnyView>,
    /// What the second pane says while nothing was chosen.
    #[prop(into)]
    empty: String,
) -> impl IntoView {
    let class = if detail.is_some() {
        "split split-open"
    } else {
        "split"
    };
    view! {
        <div class=class>
            <nav class="split-list" aria-label=label>{list}</nav>
            <div class="split-detail">
                {detail.unwrap_or_else(|| view! { <p class="split-empty quiet">{empty}</p> }.into_any())}
            </div>
        </div>
    }
}
