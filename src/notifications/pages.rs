//! The inbox, what a patient wants on their device, and the staff's desk.

mod bounces;
mod desk;
mod device;
mod inbox;
mod live;
mod unsubscribe;
mod wishes;
mod words;

pub use words::{number, outcome, status};

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
        .route("/notifications/changed/{request}", get(desk::changed))
        .route("/notifications/export", get(desk::export))
        .route("/notifications/new", get(desk::ask_write).post(desk::write))
        .route("/notifications/{id}", get(desk::one))
        .route("/hooks/bounces", post(bounces::note))
        .route(
            "/unsubscribe/{token}",
            get(unsubscribe::ask).post(unsubscribe::answer),
        )
        .route("/push/OneSignalSDKWorker.js", get(device::worker))
        .route("/settings/device", get(device::device))
        .route(
            "/settings/notifications",
            get(wishes::ask).post(wishes::answer),
        )
}
