//! What people see of reports: what to do when something is wrong, the report itself, and what waits at a desk.

mod closing;
mod list;
mod one;
mod send;
mod wrong;

use super::model::PHOTOS;
use crate::{
    feature::{Access, Section, act, intake, page},
    photos,
    ui::{Module, Place},
};
use axum::routing::{get, post};

/// Photos of a report that appear once they are checked.
pub static ARRIVING: Module = Module::new("arriving", include_str!("pages/modules/arriving.js"));

pub const ROUTES: &[Section] = &[
    Section {
        place: Place::of("/"),
        routes: &[
            page("/something-wrong", Access::PATIENT, || get(wrong::choose)),
            page("/something-wrong/{what}", Access::PATIENT, || {
                get(wrong::advise)
            }),
        ],
    },
    Section {
        // How many wait stands beside the first page of whoever is to see them.
        place: Place {
            patient: "/",
            dentist: "/today",
            office: "/office",
        },
        routes: &[
            page("/reports", Access::DESK, || get(list::list)),
            page("/reports/{id}", Access::CONFIDENTIAL, || get(one::one)),
            act("/reports/{id}/acknowledge", Access::DENTIST_OWN, || {
                post(one::acknowledge)
            }),
            act("/reports/{id}/answer", Access::DENTIST_OWN, || {
                post(one::answer_sent)
            }),
            page("/reports/{id}/close", Access::CONFIDENTIAL, || {
                get(closing::ask)
            }),
            act("/reports/{id}/close", Access::CONFIDENTIAL, || {
                post(closing::close)
            }),
        ],
    },
    Section {
        // One that could not be taken is shown again: before it was sent, its page belonged to Today.
        place: Place::split("/", "/patients"),
        routes: &[intake(
            "/journeys/{id}/reports",
            Access::PATIENT_OWN,
            photos::form_limit(PHOTOS),
            || post(send::send),
        )],
    },
];
