//! The list of campaigns, the composer, and one campaign.

mod compose;
mod form;
mod list;
mod one;
mod words;

pub use words::standing;

use crate::platform::Platform;
use axum::{Router, extract::FromRef, routing::get};

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/campaigns", get(list::list))
        .route("/campaigns/new", get(compose::ask).post(compose::answer))
        .route("/campaigns/{id}", get(one::one).post(one::act))
        .route("/campaigns/{id}/send", get(one::ask_send))
        .route("/campaigns/{id}/stop", get(one::ask_stop))
        .route(
            "/campaigns/{id}/edit",
            get(compose::ask_again).post(compose::answer_again),
        )
}
