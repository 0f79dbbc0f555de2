//! More acts behind one button, and the words of one that shows a sign.

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

/// Shows what a button with a sign on it is called to whoever points at it or comes to it by keyboard. The button is called so itself:
/// whoever listens does not hear it twice.
#[component]
pub fn Tooltip(#[prop(into)] text: String, children: Children) -> impl IntoView {
    view! {
        <span class="tooltip">
            {children()}
            <span class="tooltip-text" aria-hidden="true">{text}</span>
        </span>
    }
}
