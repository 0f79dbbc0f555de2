//! The pages of messages.

mod inbox;
mod replies;
mod thread;

pub use thread::{insert_reply, is_opened, saved_replies, several};

use super::PHOTOS;
use crate::{
    feature::{Access, Section, act, intake, page},
    photos,
    ui::{Module, Place},
};
use axum::routing::{get, post};

/// What the browser adds to a form that messages are written in: a saved reply with one tap.
pub static COMPOSER: Module = Module::new("composer", include_str!("composer.js"));

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/messages"),
    routes: &[
        page("/messages", Access::PATIENT_OR_DENTIST, || {
            get(inbox::inbox)
        }),
        act("/messages/share", Access::PATIENT, || post(thread::share)),
        page("/messages/replies", Access::DENTIST, || get(replies::list)),
        act("/messages/replies", Access::DENTIST, || post(replies::add)),
        page("/messages/replies/{id}", Access::DENTIST_OWN, || {
            get(replies::one)
        }),
        act("/messages/replies/{id}", Access::DENTIST_OWN, || {
            post(replies::change)
        }),
        act("/messages/replies/{id}/delete", Access::DENTIST_OWN, || {
            post(replies::delete)
        }),
        page("/journeys/{id}/messages", Access::CONFIDENTIAL, || {
            get(thread::thread)
        }),
        act("/journeys/{id}/messages", Access::CONFIDENTIAL, || {
            post(thread::send)
        }),
        intake(
            "/journeys/{id}/messages/photos",
            Access::PATIENT_OWN,
            photos::form_limit(PHOTOS),
            || post(thread::send_with_photos),
        ),
    ],
}];
