//! Practices: where a patient calls, and when somebody is there. Below the features that treat patients, so that each of them can
//! say it.

mod model;
mod store;
mod tables;
mod view;

pub use model::{Opening, Practice, Treating, answer_by};
pub use store::treating;
pub use view::{answer_by_words, away_later, call, card, hours_lines, number, rather_call, reach};

use crate::feature::Feature;

/// What the rest of the house has to know of practices.
pub static FEATURE: Feature = Feature {
    name: "practices",
    tables: tables::TABLES,
    ..Feature::EMPTY
};
