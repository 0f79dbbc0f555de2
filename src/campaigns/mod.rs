//! Campaigns: one notice to everybody of whom something is true. Staff write it, see who would get it and when, and have it go out;
//! each recipient's is a notification like any other.

mod actions;
mod agenda;
mod model;
mod pages;
mod service;
mod store;
mod tables;
pub mod worker;

pub use store::not_ended;

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
pub use actions::Action;
pub use pages::standing;
use rust_i18n::t;

/// What the rest of the house has to know of campaigns.
pub static FEATURE: Feature = Feature {
    name: "campaigns",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    jobs: Some(worker::jobs),
    tables: tables::TABLES,
    entries: &[Entry {
        path: "/campaigns",
        words: |reader| t!("nav.campaigns", locale = reader.lang()),
        icon: IconName::Megaphone,
        shown: Shown::SideBar(Who::Office),
        priority: 60,
        waiting: nothing_waits,
    }],
    ..Feature::EMPTY
};
