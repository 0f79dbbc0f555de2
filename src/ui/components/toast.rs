//! What happened, said in passing.

use super::Tone;
use crate::ui::Icon;
use leptos::prelude::*;

/// Floats over the page and leaves by itself after ten seconds, which a line counts down; nothing moves when it
/// comes or goes. Whoever points at it or is in it keeps it. Its children are the act that takes back what
/// happened.
#[component]
pub fn Toast(
    #[prop(default = Tone::Good)] tone: Tone,
    #[prop(into)] words: String,
    /// Seconds of the ten that are gone, where what it offers can be had for ten seconds and no longer: it leaves even from
    /// whoever is in it.
    #[prop(optional, into)]
    spent: Option<i64>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let spent = spent.map(|seconds| seconds.clamp(0, 10).to_string());
    view! {
        <div class="toast" role="status" data-spent=spent>
            <Icon name=tone.icon()/>
            <p>{words}</p>
            {children.map(|children| children())}
            <span class="toast-time" aria-hidden="true"></span>
        </div>
    }
}
