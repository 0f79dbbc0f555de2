//! Signing in and out, the terms, the settings, and who looked at a patient's record.

mod access;
mod clashes;
mod settings;
mod sign_in;
mod terms;

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[
    Section {
        place: Place::NONE,
        routes: &[
            page("/sign-in", Access::ANYBODY, || get(sign_in::ask)),
            act("/sign-in", Access::ANYBODY, || post(sign_in::begin)),
            page("/sign-in/callback", Access::ANYBODY, || {
                get(sign_in::finish)
            }),
            act("/sign-out", Access::ANYBODY, || post(sign_in::sign_out)),
            page("/signed-out", Access::ANYBODY, || get(sign_in::signed_out)),
            act("/signed-out", Access::ANYBODY, || post(sign_in::stop_here)),
        ],
    },
    Section {
        place: Place::of("/settings"),
        routes: &[
            page("/terms", Access::SIGNED_IN, || get(terms::terms)),
            act("/terms", Access::SIGNED_IN, || post(terms::accept)),
            page("/settings", Access::SIGNED_IN, || get(settings::settings)),
            act("/settings", Access::SIGNED_IN, || post(settings::change)),
            page("/access", Access::PATIENT, || get(access::access)),
            page("/address-clashes", Access::OFFICE, || get(clashes::list)),
            act("/address-clashes/{id}", Access::OFFICE, || {
                post(clashes::settle)
            }),
        ],
    },
];
