//! The first page of staff and administrators: what is going out, what failed, and what waits for them. It is made of what the
//! features below it say, so it stands above them.

mod pages;

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of office.
pub static FEATURE: Feature = Feature {
    name: "office",
    routes: &[pages::ROUTES],
    entries: &[Entry {
        path: "/office",
        words: |reader| t!("nav.office", locale = reader.lang()),
        icon: IconName::Home,
        shown: Shown::SideBar(Who::Office),
        priority: 40,
        waiting: nothing_waits,
    }],
    ..Feature::EMPTY
};
