//! Messages above the contents of a page.

use crate::ui::{Icon, IconName, render::Mistaken};
use leptos::prelude::*;
use rust_i18n::t;

/// How a message or a figure is meant, by colour, icon and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Note,
    Good,
    Attention,
    Trouble,
}

impl Tone {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Trouble => "trouble",
        }
    }

    pub(super) fn icon(self) -> IconName {
        match self {
            Self::Note => IconName::Info,
            Self::Good => IconName::Check,
            Self::Attention => IconName::Clock,
            Self::Trouble => IconName::Triangle,
        }
    }
}

/// A message above the contents of a page: what happened, and the next step.
#[component]
pub fn Banner(
    tone: Tone,
    /// Another than the tone's own, where that would say something else.
    #[prop(optional, into)]
    icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    let role = match tone {
        Tone::Trouble => "alert",
        Tone::Note | Tone::Good | Tone::Attention => "status",
    };
    view! {
        <div class=format!("banner banner-{}", tone.name()) role=role>
            <Icon name=icon.unwrap_or(tone.icon())/>
            <div>{children()}</div>
        </div>
    }
}

/// What is wrong in a form, at its head: each error leads to its field.
#[component]
pub fn ErrorSummary(
    #[prop(into)] title: String,
    /// Ids of fields, with what is wrong in each.
    errors: Vec<(String, String)>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        if let Some(mistaken) = use_context::<Mistaken>() {
            mistaken.say();
        }
        let errors = errors
            .into_iter()
            .map(|(field, words)| view! { <li><a href=format!("#{field}")>{words}</a></li> })
            .collect_view();
        view! {
            <div class="error-summary" role="alert" aria-labelledby="error-summary-title">
                <h2 id="error-summary-title"><Icon name=IconName::Triangle/>{title}</h2>
                <ul>{errors}</ul>
            </div>
        }
    })
}

/// The same above most forms: it says, too, that nothing was changed and nothing typed is lost. Nothing, where nothing is wrong.
pub fn problems(lang: &str, errors: impl IntoIterator<Item = (&'static str, String)>) -> AnyView {
    let errors = errors
        .into_iter()
        .map(|(field, words)| (field.to_owned(), words))
        .collect();
    view! { <ErrorSummary title=t!("act.check", locale = lang) errors/> }.into_any()
}
