//! Wear time: out and in again by a tap, corrected later, and what days and steps make of it.

mod actions;
pub mod agenda;
pub mod model;
mod pages;
pub mod service;
mod store;
mod tables;

pub use actions::Action;
pub use pages::{ForDentist, LATELY, Noted, Place, Today, card, for_dentist, question};

use crate::feature::Feature;

/// What the rest of the house has to know of wear.
pub static FEATURE: Feature = Feature {
    name: "wear",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    agenda: Some(agenda::tell),
    tables: tables::TABLES,
    ..Feature::EMPTY
};
