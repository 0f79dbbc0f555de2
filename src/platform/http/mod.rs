//! What every answer goes through, whatever feature gives it.

pub mod same_site;
pub mod security;
mod serve;
mod unread;

pub use serve::{Limits, serve, serve_within, stop_signal};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Names one request in logs, in the audit log, and to whoever asks for help with it.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Text with a NUL in it is none that PostgreSQL keeps or compares, and none that anybody types: what stands in an address's query is
/// read without. (Forms: `ui::keep_form`.)
pub async fn without_nul(mut request: Request<Body>, next: Next) -> Response {
    let cleaned = request
        .uri()
        .path_and_query()
        .filter(|wanted| wanted.query().is_some_and(|query| query.contains("%00")))
        .and_then(|wanted| {
            let query = wanted.query().unwrap_or_default().replace("%00", "");
            format!("{}?{query}", wanted.path()).parse().ok()
        });
    if let Some(cleaned) = cleaned {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(cleaned);
        if let Ok(uri) = axum::http::Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}

/// Gives each request an id and a line in the log: method, the route's pattern (never the address,
/// which holds ids), status and time taken.
pub async fn observe(mut request: Request<Body>, next: Next) -> Response {
    let id = Uuid::new_v4();
    let started = Instant::now();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id));
    let span = tracing::info_span!("request", request.id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HEADER, value);
    }
    let route = response
        .extensions()
        .get::<Route>()
        .map_or("-", |route| route.0.as_str());
    let status = response.status().as_u16();
    let micros = started.elapsed().as_micros() as u64;
    if status >= 500 {
        tracing::error!(request.id = %id, %method, route, status, micros, "answered");
    } else {
        tracing::info!(request.id = %id, %method, route, status, micros, "answered");
    }
    response
}

/// The pattern of the route that answered, as `/patients/{id}`.
#[derive(Clone)]
struct Route(axum::extract::MatchedPath);

/// Notes which route answers, for [`observe`]; a `route_layer`.
pub async fn note_route(request: Request<Body>, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .cloned();
    let mut response = next.run(request).await;
    if let Some(path) = path {
        response.extensions_mut().insert(Route(path));
    }
    response
}

/// Runs an extractor inside a server function, with the server's state.
///
/// # Errors
/// The extractor's own rejection, so that a server function answers with the same fault as a page.
pub async fn extract<T>() -> Result<T, T::Rejection>
where
    T: axum::extract::FromRequestParts<super::Platform>,
{
    use leptos::prelude::{expect_context, use_context};
    let platform = expect_context::<super::Platform>();
    let mut parts = use_context::<axum::http::request::Parts>()
        .unwrap_or_else(|| axum::http::Request::new(()).into_parts().0);
    T::from_request_parts(&mut parts, &platform).await
}
