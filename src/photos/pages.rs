//! What people see of photos: adding them, the gallery, one photo, two stages beside each other, all stages of a view.

pub mod add;
mod back;
mod compare;
mod gallery;
mod guides;
mod lapse;
mod parts;
mod photo;
mod place;
mod sent;

pub use add::ACCEPTED;
pub use parts::{alt, finding_at_desk, framed, kept_as, rejection_words, stage_name, view_name};

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
        .route("/photos", get(gallery::own))
        .route("/journeys/{id}/photos", get(gallery::gallery))
        .route("/journeys/{id}/photos/told", post(gallery::told_of))
        .route("/journeys/{id}/photos/new", get(add::add))
        .route("/journeys/{id}/photos/compare", get(compare::compare))
        .route("/journeys/{id}/photos/lapse", get(lapse::lapse))
        .route("/photos/{id}", get(photo::photo))
        .route("/photos/{id}/place", get(place::ask).post(place::say))
        .route(
            "/photos/{id}/delete",
            get(photo::ask_delete).post(photo::delete),
        )
}
