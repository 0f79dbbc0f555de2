//! More acts behind one button, and words for what a picture shows.

use super::ButtonKind;
use crate::ui::{Icon, IconName};
use leptos::prelude::*;

/// A page's lesser acts: links and buttons, behind a button. The browser opens and closes it.
#[component]
pub fn Menu(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    let class = ButtonKind::Secondary.class(false, false);
    view! {
        <div class="menu">
            <button class=class type="button" popovertarget=id.clone()>
                {icon.map(|name| view! { <Icon name/> })}
                {label}
                <Icon name=IconName::ChevronDown/>
            </button>
            <div class="menu-items" id=id popover="auto">{children()}</div>
        </div>
    }
}

/// Says more of what stands in it to whoever points at it or comes to it by keyboard.
#[component]
pub fn Tooltip(#[prop(into)] text: String, children: Children) -> impl IntoView {
    view! {
        <span class="tooltip" tabindex="0">
            {children()}
            <span class="tooltip-text" role="note">{text}</span>
        </span>
    }
}
