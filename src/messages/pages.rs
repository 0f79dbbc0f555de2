//! The pages of messages.

mod inbox;
mod thread;

pub use thread::several;

use crate::platform::Platform;
use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/messages", get(inbox::inbox))
        .route("/messages/share", post(thread::share))
        .route(
            "/journeys/{id}/messages",
            get(thread::thread).post(thread::send),
        )
}
