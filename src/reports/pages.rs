//! What people see of reports: what to do when something is wrong, the report itself, and what waits at a desk.

mod closing;
mod list;
mod one;
mod send;
mod wrong;

use super::model::PHOTOS;
use crate::{photos, platform::Platform, ui::Module};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    routing::{get, post},
};

/// Photos of a report that appear once they are checked.
pub static ARRIVING: Module = Module::new("arriving", include_str!("pages/modules/arriving.js"));

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/something-wrong", get(wrong::choose))
        .route("/something-wrong/{what}", get(wrong::advise))
        .route("/reports", get(list::list))
        .route("/reports/{id}", get(one::one))
        .route("/reports/{id}/acknowledge", post(one::acknowledge))
        .route("/reports/{id}/answer", post(one::answer_sent))
        .route(
            "/reports/{id}/close",
            get(closing::ask).post(closing::close),
        )
}

/// The route whose requests bring photos along.
pub fn intake_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/journeys/{id}/reports", post(send::send))
        .layer(DefaultBodyLimit::max(photos::form_limit(PHOTOS)))
}
