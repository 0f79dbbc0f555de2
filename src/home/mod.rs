//! A patient's first page, made of what the features below it say: what do I do now, and when next? And the first day, on which
//! somebody new is shown around.

mod pages;
mod store;

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of home.
pub static FEATURE: Feature = Feature {
    name: "home",
    routes: &[pages::ROUTES],
    entries: &[
        Entry {
            path: "/",
            words: |reader| t!("nav.home", locale = reader.lang()),
            icon: IconName::Home,
            shown: Shown::BottomBar,
            priority: 10,
            waiting: nothing_waits,
        },
        Entry {
            path: "/",
            words: |reader| t!("nav.own_treatment", locale = reader.lang()),
            icon: IconName::History,
            shown: Shown::SideBar(Who::Patients),
            priority: 1,
            waiting: nothing_waits,
        },
    ],
    ..Feature::EMPTY
};
