//! What the rest of the house has to know of journeys. In a file of its own, as the browser's program is made of this folder, too.

use super::{Action, agenda, pages, tables};
use crate::{
    feature::{Access, Feature, Notice, Section, server_function, server_reading},
    notifications::Template,
    ui::{Entry, IconName, Place, Shown, Who, nothing_waits},
};
use rust_i18n::t;

pub static FEATURE: Feature = Feature {
    name: "journeys",
    routes: &[pages::ROUTES, pages::ACTS, pages::SETUP, API],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    notices: &[Notice {
        kind: "change_due",
        asked: |reader| {
            reader
                .patient
                .then(|| t!("wishes.kind.change_due", locale = reader.lang()))
        },
        priority: 10,
        texts: |language| {
            vec![
                Template::ChangeDue.text(language),
                Template::ChangeOwed.text(language),
                Template::PlanChanged.text(language),
                Template::ResumeDue.text(language),
            ]
        },
    }],
    tables: tables::TABLES,
    entries: &[
        Entry {
            path: "/journeys",
            words: |reader| t!("nav.timeline", locale = reader.lang()),
            icon: IconName::History,
            shown: Shown::BottomBar,
            priority: 20,
            waiting: nothing_waits,
        },
        Entry {
            path: "/patients",
            words: |reader| t!("nav.patients", locale = reader.lang()),
            icon: IconName::Users,
            shown: Shown::SideBar(Who::Everybody),
            priority: 70,
            waiting: nothing_waits,
        },
    ],
    ..Feature::EMPTY
};

const API: &[Section] = &[Section {
    place: Place::NONE,
    routes: &[
        server_function("/api/journeys/progress", Access::TREATMENT),
        server_reading("/api/journeys/entries", Access::TREATMENT),
    ],
}];
