//! What the rest of the house has to know of photos. In a file of its own, as the browser's program is made of this folder, too.

use super::{Action, agenda, api, intake, modules, pages, tables, worker};
use crate::{
    feature::{Access, Feature, Section, server_reading},
    ui::{Entry, IconName, Place, Shown, nothing_waits},
};
use rust_i18n::t;

pub static FEATURE: Feature = Feature {
    name: "photos",
    routes: &[pages::ROUTES, api::ROUTES, intake::ROUTES, FUNCTIONS],
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

const FUNCTIONS: &[Section] = &[Section {
    place: Place::NONE,
    routes: &[server_reading("/api/journeys/photos", Access::CONFIDENTIAL)],
}];
