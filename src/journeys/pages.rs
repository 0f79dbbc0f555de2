//! What people see of a journey.

mod acts;
mod calendar;
mod desk;
mod figures;
mod journey;
mod parts;
mod record;
mod setup;
mod shown;
mod zone;

pub use acts::{path as act_path, take_back};
pub use parts::{product_name, reason_name, ring, stage_name};
pub use record::{person_line, record_of};
pub use setup::aftercare_name;
pub use zone::zone_field;

use crate::platform::Platform;
use axum::{Router, extract::FromRef, routing::get};

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/journeys", get(journey::own))
        .route("/journeys/{id}", get(journey::journey))
        .route("/calendar", get(calendar::ask).post(calendar::answer))
        .route("/calendar/{name}", get(calendar::fetch))
        .route("/settings/time-zone", get(zone::ask).post(zone::answer))
        .route("/patients", get(desk::patients))
        .route("/patients/{id}", get(desk::patient))
        .merge(acts::routes())
        .merge(setup::routes())
}
