//! What patients see of dentists, and what those at a desk see of changes.

mod answer;
mod ask;
mod directory;

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
        .route("/dentists", get(directory::directory))
        .route("/dentists/{id}/change", get(ask::ask).post(ask::answer))
        .route("/dentist-changes", get(answer::list))
        .route(
            "/dentist-changes/{id}",
            get(answer::one).post(answer::answer),
        )
        .route("/dentist-changes/{id}/withdraw", post(ask::withdraw))
}
