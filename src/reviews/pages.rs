//! What dentists see of reviews: the queue and the case, and what becomes of a decision.

mod case;
mod decided;
mod form;
mod queue;

use crate::{platform::Platform, ui::Module};
use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};

/// What the browser adds to a case: keys, views that are swapped, what opens over it.
pub static CASE: Module = Module::new("case", include_str!("case.js"));

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/reviews", get(queue::queue))
        .route(
            "/journeys/{id}/reviews/{stage}",
            get(case::case).post(case::decide),
        )
        .route("/reviews/{id}/withdraw", post(case::withdraw))
}
