//! The inbox, what a patient wants on their device, and the staff's desk.

mod desk;
mod inbox;
mod live;
mod wishes;
mod words;

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
        .route("/inbox", get(inbox::inbox))
        .route("/inbox/live", get(live::live))
        .route("/inbox/read", post(inbox::read))
        .route("/inbox/{id}", post(inbox::open))
        .route("/notifications", get(desk::table))
        .route(
            "/notifications/change",
            get(desk::ask_change).post(desk::change),
        )
        .route("/notifications/export", get(desk::export))
        .route("/notifications/new", get(desk::ask_write).post(desk::write))
        .route("/notifications/{id}", get(desk::one))
        .route(
            "/settings/notifications",
            get(wishes::ask).post(wishes::answer),
        )
}
