//! What people see of wear time: a card on Today, a page of the patient's own, the forms for what was forgotten, and what the
//! dentist reads.

mod chart;
mod desk;
mod form;
mod own;
mod today;

pub use desk::{ForDentist, for_dentist};
pub(super) use today::of as today_of;
pub use today::{LATELY, Noted, Place, Today, card, question};

use crate::{
    feature::{Access, Section, act, page},
    ui,
};
use axum::routing::{get, post};
use rust_i18n::t;

pub const ROUTES: &[Section] = &[
    Section {
        place: ui::Place::of("/"),
        routes: &[
            page("/wear", Access::PATIENT, || get(own::page_of_own)),
            act("/wear", Access::PATIENT, || post(own::tap)),
            page("/wear/new", Access::PATIENT, || get(form::new)),
            act("/wear/new", Access::PATIENT, || post(form::enter)),
            page("/wear/{id}", Access::PATIENT_OWN, || get(form::one)),
            act("/wear/{id}", Access::PATIENT_OWN, || post(form::correct)),
        ],
    },
    Section {
        place: ui::Place::split("/journeys", "/patients"),
        routes: &[
            page("/journeys/{id}/wear", Access::TREATMENT, || {
                get(desk::of_patient)
            }),
            act("/journeys/{id}/wear", Access::DESK_RECORD, || {
                post(desk::set)
            }),
        ],
    },
];

/// "14 h 20 min", "45 min".
fn length(lang: &str, minutes: i32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => t!("wear.minutes", locale = lang, minutes = minutes),
        (hours, 0) => t!("wear.hours", locale = lang, hours = hours),
        (hours, minutes) => t!("wear.both", locale = lang, hours = hours, minutes = minutes),
    }
    .into_owned()
}
