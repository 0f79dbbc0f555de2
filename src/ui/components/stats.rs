//! Figures, and small marks beside words.

use super::Tone;
use crate::ui::{Contents, Icon};
use leptos::{either::Either, prelude::*};

/// Figures beside each other.
#[component]
pub fn Stats(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <ul class="stats" aria-label=label>{children()}</ul> }
}

/// One figure; as a link it leads to, or filters by, what it counts.
#[component]
pub fn StatTile(
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional, into)] tone: Option<Tone>,
    /// Whether the page shows just what this tile counts.
    #[prop(optional)]
    current: bool,
) -> impl IntoView {
    let class = match tone {
        Some(tone) => format!("stat stat-{}", tone.name()),
        None => "stat".to_owned(),
    };
    let words = view! {
        <span class="stat-value">
            {tone.map(|tone| view! { <Icon name=tone.icon()/> })}
            {value}
        </span>
        <span class="stat-label">{label}</span>
    };
    let current = current.then_some("true");
    let tile = match href {
        Some(href) => {
            Either::Left(view! { <a class=class href=href aria-current=current>{words}</a> })
        }
        None => Either::Right(view! { <div class=class>{words}</div> }),
    };
    view! { <li>{tile}</li> }
}

/// A state in a word or two. Without a tone it says that nothing is to be done about it.
#[component]
pub fn Badge(#[prop(optional, into)] tone: Option<Tone>, children: Contents) -> impl IntoView {
    let class = match tone {
        Some(tone) => format!("badge badge-{}", tone.name()),
        None => "badge".to_owned(),
    };
    view! { <span class=class>{children.0}</span> }
}

/// How many wait, beside what they wait for; `label` says it to those who listen. Nothing at none.
#[component]
pub fn Count(n: i64, #[prop(optional, into)] label: Option<String>) -> impl IntoView {
    (n > 0).then(|| {
        let shown = if n > 99 {
            "99+".to_owned()
        } else {
            n.to_string()
        };
        let hidden = label.is_some().then_some("true");
        view! {
            <span class="count" aria-hidden=hidden>{shown}</span>
            {label.map(|label| view! { <span class="visually-hidden">{label}</span> })}
        }
    })
}
