//! The calendar: what is due for its reader, by day, week and month and as a list, and the private address from which calendars
//! outside read it. It is made of the agenda of all features, and knows none of them.

mod actions;
mod ics;
mod pages;
mod service;
mod store;
mod tables;

pub use actions::Action;

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of the calendar.
pub static FEATURE: Feature = Feature {
    name: "calendar",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    tables: tables::TABLES,
    entries: &[
        Entry {
            path: "/calendar",
            words: |reader| t!("nav.calendar", locale = reader.lang()),
            icon: IconName::Calendar,
            shown: Shown::BottomBar,
            priority: 85,
            waiting: nothing_waits,
        },
        Entry {
            path: "/calendar",
            words: |reader| t!("nav.calendar", locale = reader.lang()),
            icon: IconName::Calendar,
            shown: Shown::SideBar(Who::Everybody),
            priority: 65,
            waiting: nothing_waits,
        },
    ],
    ..Feature::EMPTY
};
