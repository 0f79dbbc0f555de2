//! What somebody sent is not lost because their session ended or the database was away meanwhile: the
//! page that says so holds the form, to be sent again.

use crate::error::Fault;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use std::error::Error;
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";

/// A form as it was sent. It travels with the answer to the page of its fault, and is stored nowhere.
#[derive(Clone, Debug)]
pub struct KeptForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// The kinds of files that went with it and have to be chosen again; none if there were none.
    pub files: Option<&'static str>,
}

impl KeptForm {
    /// Whether the same form, sent later, may be answered better.
    pub fn helps(fault: Fault) -> bool {
        matches!(fault, Fault::SignedOut | Fault::Unavailable)
    }
}

/// Text with a NUL in it is none that PostgreSQL keeps, and none that anybody types: it is read without.
fn without_nul(form: Bytes) -> Bytes {
    if !form.contains(&0) && !form.windows(3).any(|part| part == b"%00") {
        return form;
    }
    String::from_utf8_lossy(&form)
        .replace('\0', "")
        .replace("%00", "")
        .into()
}

/// Reads a form of at most `limit` bytes before its handler does, and hands it on with an answer that a
/// later try may better.
pub async fn keep_form(limit: usize, request: Request<Body>, next: Next) -> Response {
    let form = |kind: &HeaderValue| {
        let kind = kind.as_bytes().get(..FORM.len());
        // However it is written, it is read here, before its handler holds a connection to wait with.
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(FORM.as_bytes()))
    };
    let sent = request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(form)
        && !request.uri().path().starts_with("/api/");
    if !sent {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let action = parts.uri.path_and_query().map(ToString::to_string);
    let bytes = match to_bytes(body, limit).await {
        Ok(bytes) => bytes,
        Err(error) => {
            let too_large = error
                .source()
                .is_some_and(|source| source.is::<LengthLimitError>());
            let fault = if too_large {
                Fault::TooLarge
            } else {
                Fault::Malformed
            };
            return fault.into_response();
        }
    };
    let bytes = without_nul(bytes);
    let again = Request::from_parts(parts, Body::from(bytes.clone()));
    let mut response = next.run(again).await;
    let fault = response.extensions().get::<Fault>();
    let helps = fault.is_some_and(|fault| KeptForm::helps(*fault));
    if let Some(action) = action.filter(|_| helps) {
        let fields = form_urlencoded::parse(&bytes).into_owned().collect();
        response.extensions_mut().insert(KeptForm {
            action,
            fields,
            files: None,
        });
    }
    response
}
