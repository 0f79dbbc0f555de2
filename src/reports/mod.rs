//! Reports: a patient's pain, an aligner that does not fit, one that is lost or broken. A report moves nothing by itself; it
//! is seen at the head of a dentist's pages until somebody has acknowledged it.

mod actions;
pub mod agenda;
mod heads;
mod model;
mod pages;
pub mod service;
mod store;
mod tables;
mod timeline;
mod view;
pub mod worker;

pub use actions::Action;
pub use model::{DAILY, Kind, NOTE, PHOTOS, State};
pub use service::hand_over;
pub use store::{Current, Open, Unseen, current_of, has_new, open_of_dentist};
pub use view::{kind_name, list, office_list, own_card, own_line, state_line};

use crate::{
    feature::{Feature, Notice},
    notifications::Template,
};
use rust_i18n::t;

/// What the rest of the house has to know of reports.
pub static FEATURE: Feature = Feature {
    name: "reports",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    timeline: Some(timeline::tell),
    offers: |offers| {
        offers.insert(heads::HEADS);
    },
    jobs: Some(worker::jobs),
    notices: &[Notice {
        kind: "report",
        asked: |reader| {
            Some(match reader.patient {
                true => t!("wishes.kind.report", locale = reader.lang()),
                false => t!("wishes.kind.report_desk", locale = reader.lang()),
            })
        },
        priority: 40,
        texts: |language| {
            vec![
                Template::Report.text(language),
                Template::ReportWaiting.text(language),
                Template::ReportSeen.text(language),
            ]
        },
    }],
    tables: tables::TABLES,
    modules: &[&pages::ARRIVING],
    ..Feature::EMPTY
};
