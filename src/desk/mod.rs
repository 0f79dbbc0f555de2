//! A dentist's first page: what needs them. It is made of what the features below it say, so it stands above them.

mod pages;
mod store;

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Reader, Shown, Waiting, Who},
};
use rust_i18n::t;

/// What the rest of the house has to know of desk.
pub static FEATURE: Feature = Feature {
    name: "desk",
    routes: &[pages::ROUTES],
    entries: &[Entry {
        path: "/today",
        words: |reader| t!("nav.today", locale = reader.lang()),
        icon: IconName::Home,
        shown: Shown::SideBar(Who::Dentists),
        priority: 10,
        waiting,
    }],
    ..Feature::EMPTY
};

/// What patients reported and nobody has seen.
fn waiting(reader: &Reader) -> Waiting {
    let count = reader.reported;
    let words = match count {
        1 => t!("report.not_seen.one", locale = reader.lang()),
        count => t!(
            "report.not_seen.other",
            locale = reader.lang(),
            count = count
        ),
    };
    Waiting {
        new: false,
        count: (count > 0).then(|| (count, words.into_owned())),
    }
}
