//! Photos of the teeth, one view at one stage: how they come in, what is kept of them, how they are shown.

mod actions;
pub mod agenda;
mod api;
mod intake;
pub mod limits;
pub mod model;
mod modules;
mod pages;
pub mod processing;
mod service;
mod store;
pub mod sweep;
mod tables;
pub mod worker;

pub use actions::Action;
pub use intake::{Came, NotCome, Sender, form_limit, turned_away, with_form};
pub use model::{Rejection, Variant, View};
pub use pages::{ACCEPTED, alt, finding_at_desk, framed, stage_name, view_name};
pub use service::any_sent;
pub use store::{FIRST_PHOTOS, Finding, Photo, findings, gallery, in_journey, of_stages};

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of photos.
pub static FEATURE: Feature = Feature {
    name: "photos",
    routes: &[pages::ROUTES, api::ROUTES, intake::ROUTES],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    jobs: Some(worker::jobs),
    tables: tables::TABLES,
    entries: &[Entry {
        path: "/photos",
        words: |reader| t!("nav.photos", locale = reader.lang()),
        icon: IconName::Camera,
        shown: Shown::BottomBar,
        priority: 30,
        waiting: nothing_waits,
    }],
    modules: &modules::ALL,
    ..Feature::EMPTY
};
