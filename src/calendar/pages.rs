//! What people see of the calendar, and what programs read of it.

mod address;
mod contents;
mod feed;
mod views;

use crate::{
    feature::{Access, Section, act, file, page},
    ui::Place,
};
use axum::routing::{get, post};

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/calendar"),
    routes: &[
        page("/calendar", Access::SIGNED_IN, || get(views::calendar)),
        page("/calendar/address", Access::PATIENT, || get(address::ask)),
        act("/calendar/address", Access::PATIENT, || {
            post(address::answer)
        }),
        file("/calendar/{name}", Access::ANYBODY, || get(feed::fetch)),
    ],
}];
