//! What people see of a journey.

mod acts;
mod desk;
mod earlier;
mod figures;
mod journey;
mod parts;
mod record;
mod setup;
mod shown;
mod zone;

pub use acts::{ROUTES as ACTS, path as act_path, take_back};
pub use earlier::earlier;
pub use parts::{product_name, reason_name, ring, stage_name};
pub use record::{person_line, record_of};
pub use setup::{ROUTES as SETUP, aftercare_name};
pub use zone::zone_field;

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[
    Section {
        place: TIMELINE,
        routes: &[
            page("/journeys", Access::PATIENT, || get(journey::own)),
            page("/journeys/{id}", Access::TREATMENT, || {
                get(journey::journey)
            }),
        ],
    },
    Section {
        place: Place::of("/settings"),
        routes: &[
            page("/settings/time-zone", Access::SIGNED_IN, || get(zone::ask)),
            act("/settings/time-zone", Access::SIGNED_IN, || {
                post(zone::answer)
            }),
        ],
    },
    Section {
        place: Place::of("/patients"),
        routes: &[
            page("/patients", Access::DESK, || get(desk::patients)),
            page("/patients/{id}", Access::DESK_RECORD, || get(desk::patient)),
        ],
    },
];

/// A patient's own timeline; at a desk it is part of a record.
const TIMELINE: Place = Place::split("/journeys", "/patients");
