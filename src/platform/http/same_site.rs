//! Refuses what another site's page sends in a person's name.
//!
//! Cookies are `SameSite=Lax`, which lets a cross-site form post through in some browsers for two
//! minutes and from sibling domains always. Browsers say where a request comes from in
//! `Sec-Fetch-Site`; those that do not, in `Origin`.

use crate::platform::config::WebConfig;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, Method, header},
};

/// Whether a request only reads, or comes from Midline's own pages.
pub fn allows(web: &WebConfig, request: &Request<Body>) -> bool {
    is_safe(request.method()) || is_own(web, request.headers())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_own(web: &WebConfig, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // `none`: the person's own doing (a reload of a form's answer), not a page's.
        return site == "same-origin" || site == "none";
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => {
            origin.as_bytes() == web.public_url.origin().ascii_serialization().as_bytes()
        }
        // Every browser sends one of the two with a post; a program without cookies of a person's
        // may send neither, and has nothing to abuse. One with a cookie must say where it comes from.
        None => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use url::Url;

    fn own(headers: &[(&'static str, &'static str)]) -> bool {
        let web = WebConfig {
            public_url: Url::parse("https://midline.example").expect("an address"),
        };
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        is_own(&web, &headers)
    }

    #[test]
    fn the_browsers_word_counts_first() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("sec-fetch-site", "none")]));
        assert!(!own(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://midline.example")
        ]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn else_the_origin() {
        assert!(own(&[("origin", "https://midline.example")]));
        assert!(!own(&[("origin", "https://midline.example.evil.example")]));
        assert!(!own(&[("origin", "http://midline.example")]));
        assert!(!own(&[("origin", "null")]));
    }

    #[test]
    fn a_cookie_without_either_is_refused() {
        assert!(!own(&[("cookie", "midline=1")]));
        assert!(own(&[]));
    }
}
