//! Buttons, and links that look like them.

use crate::ui::{Contents, Icon, IconName};
use leptos::prelude::*;

/// How much an act asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The page's one next act.
    Primary,
    /// Another act, beside the primary one.
    #[default]
    Secondary,
    /// A tool among others of the page: with an edge, or without one where it is small.
    Tool,
    /// An act that steps back: it has no edge.
    Quiet,
    /// An act that destroys something or cannot be undone.
    Danger,
}

impl ButtonKind {
    pub(super) fn class(self, wide: bool, small: bool) -> String {
        let kind = match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button button-secondary",
            Self::Tool => "button button-quiet",
            Self::Quiet => "button button-plain",
            Self::Danger => "button button-danger",
        };
        let mut class = kind.to_owned();
        for (is, name) in [(wide, " button-wide"), (small, " button-small")] {
            if is {
                class.push_str(name);
            }
        }
        class
    }
}

/// Sends its form. Its words are a verb that says what will happen.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    /// Stands before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// The id of the form that it sends, if it stands outside of it.
    #[prop(optional, into)]
    form: Option<String>,
    /// Where the form goes when it is sent by this button.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// As wide as its column on a phone.
    #[prop(optional)]
    wide: bool,
    #[prop(optional)] small: bool,
    /// The key that presses it, on pages with shortcuts.
    #[prop(optional, into)]
    key: Option<&'static str>,
    #[prop(optional)] disabled: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class(wide, small)
            type="submit"
            name=name
            value=value
            form=form
            formaction=formaction
            disabled=disabled
            data-key=key
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </button>
    }
}

/// Leads to another page. With `current`, the page is the one that is shown.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional)] wide: bool,
    #[prop(optional)] small: bool,
    /// What it is called, where its words do not say enough by themselves.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional, into)] rel: Option<&'static str>,
    #[prop(optional, into)] target: Option<&'static str>,
    #[prop(optional, into)] key: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class(wide, small) href=href rel=rel target=target aria-label=label data-key=key>
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </a>
    }
}

/// Does something by a script of the page.
#[component]
pub fn ScriptButton(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional)] small: bool,
    /// Until the script shows it.
    #[prop(optional)]
    hidden: bool,
    #[prop(optional, into)] id: Option<&'static str>,
    /// What it is called, where it shows a sign.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional, into)] key: Option<&'static str>,
    children: Contents,
) -> impl IntoView {
    view! {
        <button
            class=kind.class(false, small)
            type="button"
            id=id
            hidden=hidden
            aria-label=label
            data-key=key
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children.0}
        </button>
    }
}

/// Opens the `<details>` whose first child it is.
#[component]
pub fn SummaryButton(
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional)] small: bool,
    children: Contents,
) -> impl IntoView {
    view! {
        <summary class=ButtonKind::Tool.class(false, small)>
            {icon.map(|name| view! { <Icon name/> })}
            {children.0}
        </summary>
    }
}
