//! The heads of pages, and of a person's record.

use super::Avatar;
use crate::ui::{Icon, IconName, render::Whose};
use leptos::prelude::*;

/// The page's one heading of the first level, with the way back and the page's acts.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// Where one came from: the address, and what that page is called.
    #[prop(optional, into)]
    back: Option<(String, String)>,
    #[prop(optional, into)] lead: Option<String>,
    /// The page's acts.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-header">
            {back.map(|(href, words)| view! {
                <a class="page-header-back" href=href><Icon name=IconName::ArrowLeft/>{words}</a>
            })}
            <div class="page-header-line">
                <h1>{title}</h1>
                {children.map(|children| view! { <div class="actions">{children()}</div> })}
            </div>
            {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
        </div>
    }
}

/// Who somebody is, told apart from others of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonLine {
    pub name: String,
    /// What tells them apart and how they are: birth date or number, step.
    pub facts: Vec<String>,
    /// Their record.
    pub href: Option<String>,
}

/// Whose record a page belongs to: stands above every page of a record.
#[component]
pub fn PatientBar(
    person: PersonLine,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let PersonLine { name, facts, href } = person;
    if let Some(whose) = use_context::<Whose>() {
        whose.name(&name);
    }
    let avatar = name.clone();
    let called = name.clone();
    let name = match href {
        Some(href) => view! { <a class="patient-bar-name" href=href>{name}</a> }.into_any(),
        None => view! { <span class="patient-bar-name">{name}</span> }.into_any(),
    };
    // Somebody without a name is called by the address, which is not said twice.
    let facts = facts
        .into_iter()
        .filter(|fact| *fact != called)
        .map(|fact| view! { <li>{fact}</li> })
        .collect_view();
    view! {
        <div class="patient-bar">
            <Avatar name=avatar/>
            <div class="patient-bar-words">
                {name}
                <ul class="patient-bar-facts">{facts}</ul>
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
