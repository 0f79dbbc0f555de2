//! Reviews: what dentists decide on patients' photos, case by case. A case is a stage with photos on which nothing was
//! decided yet.

mod actions;
pub mod agenda;
pub mod model;
mod pages;
pub mod service;
mod store;
mod tables;
mod timeline;
mod words;
pub mod worker;

pub use actions::Action;
pub use store::told;
#[cfg(feature = "ssr")]
pub use words::{reason as reason_words, tip as tip_words};

use crate::{
    feature::{Feature, Notice},
    notifications::Template,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of reviews.
pub static FEATURE: Feature = Feature {
    name: "reviews",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    timeline: Some(timeline::tell),
    jobs: Some(worker::jobs),
    notices: &[Notice {
        kind: "review",
        asked: |reader| {
            reader
                .patient
                .then(|| t!("wishes.kind.review", locale = reader.lang()))
        },
        priority: 20,
        texts: |language| vec![Template::Review.text(language)],
    }],
    tables: tables::TABLES,
    entries: &[Entry {
        path: "/reviews",
        words: |reader| t!("nav.reviews", locale = reader.lang()),
        icon: IconName::Image,
        shown: Shown::SideBar(Who::Dentists),
        priority: 20,
        waiting: nothing_waits,
    }],
    modules: &[&pages::CASE],
    ..Feature::EMPTY
};
