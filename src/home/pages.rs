//! What a patient sees first, every day and on the first day.

mod cards;
mod finished;
mod first_day;
mod now;
mod today;

use crate::{
    feature::{Access, Section, act, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/"),
    routes: &[
        page("/", Access::SIGNED_IN, || get(today::home)),
        page("/welcome", Access::PATIENT, || get(first_day::begin)),
        page("/welcome/place", Access::PATIENT, || get(first_day::place)),
        act("/welcome/place", Access::PATIENT, || {
            post(first_day::settle)
        }),
        page("/welcome/reminders", Access::PATIENT, || {
            get(first_day::reminders)
        }),
        page("/welcome/photos", Access::PATIENT, || {
            get(first_day::photos)
        }),
        page("/welcome/practice", Access::PATIENT, || {
            get(first_day::practice)
        }),
        page("/welcome/done", Access::PATIENT, || get(finished::finished)),
        act("/welcome/next", Access::PATIENT, || post(first_day::next)),
    ],
}];
