//! What dentists see of reviews: the queue and the case, and what becomes of a decision.

mod case;
mod decided;
mod form;
mod queue;

use crate::{
    feature::{Access, Section, act, page},
    ui::{Module, Place},
};
use axum::routing::{get, post};

/// What the browser adds to a case: keys, views that are swapped, what opens over it.
pub static CASE: Module = Module::new("case", include_str!("case.js"));

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/reviews"),
    routes: &[
        page("/reviews", Access::DENTIST, || get(queue::queue)),
        page(
            "/journeys/{id}/reviews/{stage}",
            Access::DENTIST_OWN,
            || get(case::case),
        ),
        act(
            "/journeys/{id}/reviews/{stage}",
            Access::DENTIST_OWN,
            || post(case::decide),
        ),
        act("/reviews/{id}/withdraw", Access::DENTIST_OWN, || {
            post(case::withdraw)
        }),
    ],
}];
