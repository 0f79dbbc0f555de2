//! Dialogs and sheets, opened by a button's `commandfor` without any script. A browser that does not know it
//! leaves the button without an effect: whatever a dialog offers has a page of its own, too.

use super::ButtonKind;
use crate::ui::{Icon, IconName};
use leptos::prelude::*;

/// Something that is looked at, or decided, over the page. Escape and the cross close it.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    /// What the cross is called.
    #[prop(into)]
    close: String,
    /// What follows in the title, where a script changes it.
    #[prop(optional, into)]
    more_title: Option<AnyView>,
    /// As large as the window lets a picture be.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let class = if wide { "dialog dialog-wide" } else { "dialog" };
    dialog(class, id, (title, more_title), close, children())
}

/// The same at the edge of the window: below on a phone, at the right at a desk.
#[component]
pub fn Sheet(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(into)] close: String,
    children: Children,
) -> impl IntoView {
    dialog("dialog sheet", id, (title, None), close, children())
}

fn dialog(
    class: &'static str,
    id: String,
    (title, more): (String, Option<AnyView>),
    close: String,
    contents: impl IntoView,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let (closes, labelled) = (id.clone(), heading.clone());
    view! {
        <dialog class=class id=id aria-labelledby=labelled closedby="any">
            <div class="dialog-head">
                <h2 id=heading>{title}{more}</h2>
                <button class="button button-plain button-icon" type="button" commandfor=closes command="close">
                    <Icon name=IconName::Close/>
                    <span class="visually-hidden">{close}</span>
                </button>
            </div>
            <div class="dialog-body">{contents}</div>
        </dialog>
    }
}

/// Opens the dialog with this id.
#[component]
pub fn DialogButton(
    #[prop(into)] for_id: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] key: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let class = kind.class(false, false);
    view! {
        <button class=class type="button" commandfor=for_id command="show-modal" data-key=key>
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </button>
    }
}

/// The keys of a page, each with what it does.
#[component]
pub fn KeyHelp(#[prop(into)] label: String, keys: Vec<(String, String)>) -> impl IntoView {
    let keys = keys
        .into_iter()
        .map(|(key, words)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div> })
        .collect_view();
    view! { <dl class="keys" aria-label=label>{keys}</dl> }
}
