//! What patients see of dentists, and what those at a desk see of changes.

mod answer;
mod ask;
mod directory;

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[
    Section {
        place: Place::of("/settings"),
        routes: &[
            page("/dentists", Access::PATIENT, || get(directory::directory)),
            page("/dentists/{id}/change", Access::PATIENT, || get(ask::ask)),
            act("/dentists/{id}/change", Access::PATIENT, || {
                post(ask::answer)
            }),
        ],
    },
    Section {
        place: Place::of("/dentist-changes"),
        routes: &[
            page("/dentist-changes", Access::DESK, || get(answer::list)),
            page("/dentist-changes/{id}", Access::DESK_RECORD, || {
                get(answer::one)
            }),
            act("/dentist-changes/{id}", Access::DESK_RECORD, || {
                post(answer::answer)
            }),
            act(
                "/dentist-changes/{id}/withdraw",
                Access::PATIENT_OWN,
                || post(ask::withdraw),
            ),
        ],
    },
];
