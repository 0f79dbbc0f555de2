//! What a patient sees first, every day and on the first day.

mod cards;
mod finished;
mod first_day;
mod now;
mod today;

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
        .route("/", get(today::home))
        .route("/welcome", get(first_day::begin))
        .route(
            "/welcome/place",
            get(first_day::place).post(first_day::settle),
        )
        .route("/welcome/reminders", get(first_day::reminders))
        .route("/welcome/photos", get(first_day::photos))
        .route("/welcome/practice", get(first_day::practice))
        .route("/welcome/done", get(finished::finished))
        .route("/welcome/next", post(first_day::next))
}
