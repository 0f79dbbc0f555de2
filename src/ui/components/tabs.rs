//! Parts of one thing, each a page of its own.

use super::Count;
use leptos::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    pub href: String,
    pub label: String,
    /// How many wait there.
    pub count: Option<i64>,
    pub current: bool,
}

/// Leads between the parts of one thing. `label` says what thing.
#[component]
pub fn Tabs(#[prop(into)] label: String, items: Vec<Tab>) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|tab| {
            let current = tab.current.then_some("page");
            view! {
                <li>
                    <a href=tab.href aria-current=current>
                        {tab.label}
                        {tab.count.map(|n| view! { <Count n/> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label><ul>{items}</ul></nav> }
}
