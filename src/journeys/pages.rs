//! What people see of a journey.

mod desk;
mod home;
mod parts;
mod switch;
mod timeline;

use crate::platform::Platform;
use axum::{Router, extract::FromRef, routing::get};

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/", get(home::home))
        .route("/timeline", get(timeline::timeline))
        .route(
            "/journeys/{id}/progress",
            get(switch::confirm).post(switch::progress),
        )
        .route("/patients", get(desk::patients))
        .route("/patients/{id}", get(desk::patient))
        .route("/patients/{id}/timeline", get(timeline::of_patient))
}
