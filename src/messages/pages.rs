//! The pages of messages.

mod inbox;
mod replies;
mod thread;

pub use thread::{insert_reply, is_opened, saved_replies, several};

use super::PHOTOS;
use crate::{photos, platform::Platform, ui::Module};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    routing::{get, post},
};

/// What the browser adds to a form that messages are written in: a saved reply with one tap.
pub static COMPOSER: Module = Module::new("composer", include_str!("composer.js"));

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/messages", get(inbox::inbox))
        .route("/messages/share", post(thread::share))
        .route("/messages/replies", get(replies::list).post(replies::add))
        .route(
            "/messages/replies/{id}",
            get(replies::one).post(replies::change),
        )
        .route("/messages/replies/{id}/delete", post(replies::delete))
        .route(
            "/journeys/{id}/messages",
            get(thread::thread).post(thread::send),
        )
}

/// The route whose requests bring photos along.
pub fn intake_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route(
            "/journeys/{id}/messages/photos",
            post(thread::send_with_photos),
        )
        .layer(DefaultBodyLimit::max(photos::form_limit(PHOTOS)))
}
