//! What people see of photos: adding them, the gallery, one photo, two stages beside each other, all stages of a view.

pub mod add;
mod back;
mod compare;
mod further;
mod gallery;
mod guides;
mod lapse;
mod parts;
mod photo;
mod place;
mod sent;

pub use add::ACCEPTED;
pub use back::Back as CameFrom;
pub use further::further;
pub use parts::{alt, finding_at_desk, framed, kept_as, rejection_words, stage_name, view_name};

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

/// A patient's own photos; at a desk they are part of a record.
pub const PLACE: Place = Place::split("/photos", "/patients");

pub const ROUTES: &[Section] = &[Section {
    place: PLACE,
    routes: &[
        page("/photos", Access::PATIENT, || get(gallery::own)),
        page("/journeys/{id}/photos", Access::CONFIDENTIAL, || {
            get(gallery::gallery)
        }),
        act("/journeys/{id}/photos/told", Access::PATIENT_OWN, || {
            post(gallery::told_of)
        }),
        page("/journeys/{id}/photos/new", Access::PATIENT_OWN, || {
            get(add::add)
        }),
        page(
            "/journeys/{id}/photos/compare",
            Access::CONFIDENTIAL,
            || get(compare::compare),
        ),
        page("/journeys/{id}/photos/lapse", Access::CONFIDENTIAL, || {
            get(lapse::lapse)
        }),
        page("/photos/{id}", Access::CONFIDENTIAL, || get(photo::photo)),
        page("/photos/{id}/place", Access::CONFIDENTIAL, || {
            get(place::ask)
        }),
        act("/photos/{id}/place", Access::CONFIDENTIAL, || {
            post(place::say)
        }),
        page("/photos/{id}/delete", Access::PATIENT_OWN, || {
            get(photo::ask_delete)
        }),
        act("/photos/{id}/delete", Access::PATIENT_OWN, || {
            post(photo::delete)
        }),
    ],
}];
