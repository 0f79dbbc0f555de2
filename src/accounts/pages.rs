//! Signing in and out, the terms, the settings, and who looked at a patient's record.

mod access;
mod clashes;
mod settings;
mod sign_in;
mod terms;

use super::oidc::OpenIdProvider;
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
    OpenIdProvider: FromRef<S>,
{
    Router::new()
        .route("/sign-in", get(sign_in::ask).post(sign_in::begin))
        .route("/sign-in/callback", get(sign_in::finish))
        .route("/sign-out", post(sign_in::sign_out))
        .route(
            "/signed-out",
            get(sign_in::signed_out).post(sign_in::stop_here),
        )
        .route("/terms", get(terms::terms).post(terms::accept))
        .route("/settings", get(settings::settings).post(settings::change))
        .route("/access", get(access::access))
        .route("/address-clashes", get(clashes::list))
        .route("/address-clashes/{id}", post(clashes::settle))
}
