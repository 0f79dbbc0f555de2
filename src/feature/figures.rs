//! What Prometheus is told: the figures of each feature, from a socket of its own.

use super::Feature;
use crate::platform::Platform;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{encoding::text::encode, registry::Registry};
use std::{future::Future, pin::Pin};

/// Adds what there is to tell now.
pub type Figures = for<'a> fn(&'a mut Registry, &'a Platform) -> Telling<'a>;
pub type Telling<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What Prometheus asks.
pub fn router(platform: Platform, features: &[&'static Feature]) -> Router {
    let figures = features.iter().filter_map(|feature| feature.figures);
    Router::new()
        .route("/metrics", get(scrape))
        .with_state((platform, figures.collect()))
}

async fn scrape(State((platform, figures)): State<(Platform, Vec<Figures>)>) -> Response {
    let mut registry = Registry::with_prefix("midline");
    for tell in figures {
        tell(&mut registry, &platform).await;
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
