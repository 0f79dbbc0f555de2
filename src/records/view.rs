//! The bar of a record's tabs.

use super::{Part, Record};
use crate::ui::{Tab, Tabs};
use leptos::prelude::*;
use rust_i18n::t;

/// From one part of a record to another. `open` is the part that the page is or belongs to, if it does to one.
pub fn tabs(lang: &str, record: &Record, open: Option<Part>) -> impl IntoView + use<> {
    let label = t!("record.tabs", locale = lang, name = record.name).into_owned();
    let items: Vec<Tab> = record
        .parts()
        .into_iter()
        .map(|(part, href)| Tab {
            href,
            label: name(lang, part),
            count: None,
            current: open == Some(part),
        })
        .collect();
    view! { <Tabs label items/> }
}

fn name(lang: &str, part: Part) -> String {
    match part {
        Part::Summary => t!("record.summary", locale = lang),
        Part::Treatment => t!("record.treatment", locale = lang),
        Part::Photos => t!("nav.photos", locale = lang),
        Part::Messages => t!("nav.messages", locale = lang),
        Part::Wear => t!("wear.title", locale = lang),
    }
    .into_owned()
}
