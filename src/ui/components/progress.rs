//! How far something is.

use crate::ui::{Icon, IconName};
use leptos::prelude::*;
use rust_i18n::t;

/// The steps of a task, with the one that is being done (counted from one).
#[component]
pub fn Stepper(lang: &'static str, steps: Vec<String>, current: usize) -> impl IntoView {
    let total = steps.len();
    let now = steps.get(current.wrapping_sub(1)).cloned();
    let items = steps
        .into_iter()
        .zip(1..)
        .map(|(words, step)| {
            let done = step < current;
            let here = (step == current).then_some("step");
            let class = if done { "step step-done" } else { "step" };
            view! {
                <li class=class aria-current=here>
                    <span class="step-mark" aria-hidden="true">
                        {if done { view! { <Icon name=IconName::Check/> }.into_any() } else { step.into_any() }}
                    </span>
                    <span class="step-words">
                        {words}
                        {done.then(|| view! { <span class="visually-hidden">{t!("ui.step_done", locale = lang).into_owned()}</span> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    let line = now.map(|words| {
        t!(
            "ui.step_of",
            locale = lang,
            step = current,
            total = total,
            words = words
        )
        .into_owned()
    });
    view! {
        <div class="stepper">
            <ol>{items}</ol>
            <p class="stepper-line">{line}</p>
        </div>
    }
}

/// How much of a task is done.
#[component]
pub fn ProgressBar(value: i64, max: i64, #[prop(into)] label: String) -> impl IntoView {
    let words = label.clone();
    view! {
        <div class="progress-bar">
            <progress class="progress" value=value max=max aria-label=label></progress>
            <p class="quiet" aria-hidden="true">{words}</p>
        </div>
    }
}
