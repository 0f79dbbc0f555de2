//! Dentists: the directory that patients choose from, and changing dentist.

mod actions;
mod model;
mod pages;
pub mod service;
mod store;
mod tables;

use crate::{
    feature::{Feature, Notice},
    notifications::Template,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
pub use actions::Action;
use rust_i18n::t;
pub use store::{names, open_changes};

/// What the rest of the house has to know of dentists.
pub static FEATURE: Feature = Feature {
    name: "dentists",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    notices: &[Notice {
        kind: "dentist_change",
        asked: |reader| {
            reader
                .patient
                .then(|| t!("wishes.kind.dentist_change", locale = reader.lang()))
        },
        priority: 50,
        texts: |language| vec![Template::DentistChange.text(language)],
    }],
    tables: tables::TABLES,
    entries: &[Entry {
        path: "/dentist-changes",
        words: |reader| t!("nav.changes", locale = reader.lang()),
        icon: IconName::Compare,
        shown: Shown::SideBar(Who::Everybody),
        priority: 80,
        waiting: nothing_waits,
    }],
    ..Feature::EMPTY
};
