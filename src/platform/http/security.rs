//! The headers that every answer carries, 404 and 500 included; pages carry more than what they are made of.

use crate::platform::config::Config;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::nonce::Nonce;
use std::sync::{Arc, LazyLock, RwLock};
use url::Url;

/// Which scripts an answer's page runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scripts {
    #[default]
    None,
    /// What stands in it, and what it names with its nonce.
    Own,
    /// Modules of Midline's, and what stands in it.
    Modules,
    /// Those of islands.
    Islands,
    /// Its own, and the push provider's.
    Push,
}

/// What the headers depend on, besides the answer.
#[derive(Clone)]
pub struct SecurityHeaders {
    https: bool,
    /// Where photos are put to and got from besides Midline: the store, if that is switched on.
    puts_to: String,
    images_from: String,
    /// Where the push provider's script comes from, and whom it asks.
    push_script: String,
    push_api: String,
    /// Where forms may lead besides Midline: the OpenID provider, once it has said where its pages are.
    form_targets: Arc<RwLock<String>>,
}

impl SecurityHeaders {
    pub fn new(config: &Config) -> Self {
        let store = |wanted: bool| {
            if wanted {
                format!(" {}", config.storage.origin())
            } else {
                String::new()
            }
        };
        let push = &config.onesignal;
        let origin = |url: &Url| url.origin().ascii_serialization();
        Self {
            https: config.web.https(),
            puts_to: store(config.photos.direct),
            images_from: store(config.photos.redirects),
            push_script: origin(&push.sdk_url),
            push_api: origin(&push.api_url),
            form_targets: Arc::default(),
        }
    }

    /// Lets forms be redirected to `origin` (browsers hold redirects to `form-action`, too).
    pub fn allow_forms_to(&self, origin: &str) {
        if let Ok(mut targets) = self.form_targets.write() {
            *targets = format!(" {origin}");
        }
    }

    fn policy(&self, nonce: &str, scripts: Scripts) -> String {
        let allowed = if watched() {
            // cargo-leptos says over a socket of its own when to reload.
            format!(
                "script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'{} ws://127.0.0.1:* ws://localhost:*",
                self.puts_to
            )
        } else if scripts == Scripts::Islands {
            format!(
                "script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'{}",
                self.puts_to
            )
        } else if scripts == Scripts::Modules {
            format!(
                "script-src 'self' 'nonce-{nonce}'; connect-src 'self'{}",
                self.puts_to
            )
        } else if scripts == Scripts::Own {
            format!("script-src 'nonce-{nonce}'; connect-src 'self'")
        } else if scripts == Scripts::Push {
            format!(
                // The script asks for its settings by a script of the API's (JSONP), and for all else by fetching.
                "script-src 'self' 'nonce-{nonce}' {} {api}; worker-src 'self'; connect-src 'self' {api}",
                self.push_script,
                api = self.push_api
            )
        } else {
            "script-src 'none'; connect-src 'none'".to_owned()
        };
        // What is shown before it is sent has an address of the browser's own.
        let picked = if scripts == Scripts::Modules {
            " blob:"
        } else {
            ""
        };
        let targets = self
            .form_targets
            .read()
            .map(|targets| targets.clone())
            .unwrap_or_default();
        format!(
            "default-src 'none'; {allowed}; style-src 'self'; img-src 'self' data:{picked}{}; font-src 'self'; \
             manifest-src 'self'; form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'",
            self.images_from
        )
    }
}

/// Whether this is a debug build that cargo-leptos watches (`make dev`).
pub fn watched() -> bool {
    static WATCHED: LazyLock<bool> =
        LazyLock::new(|| cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some());
    *WATCHED
}

/// Whether an answer is of a kind that browsers never take for a page: what says how pages behave
/// says nothing about it, and would be half of what a thumbnail weighs.
fn is_part_of_a_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.starts_with("font/")
        || matches!(
            kind,
            "application/wasm" | "image/jpeg" | "text/css" | "text/javascript"
        )
}

/// Makes the nonce, and sets the headers on whatever comes back.
pub async fn headers(
    State(security): State<SecurityHeaders>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    // The one-time word by which a browser knows a page's own scripts.
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());

    let mut response = next.run(request).await;
    let scripts = response
        .extensions()
        .get::<Scripts>()
        .copied()
        .unwrap_or_default();
    let part = is_part_of_a_page(&response);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if security.https {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    if !part {
        set(header::X_FRAME_OPTIONS, "DENY");
        // Nothing goes to other sites. (`no-referrer` would turn the `Origin` of our own posts into `null`.)
        set(header::REFERRER_POLICY, "same-origin");
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        set(
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=()",
        );
        if let Ok(policy) = HeaderValue::from_str(&security.policy(&nonce, scripts)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    // What is not said to be public (the assets) is somebody's.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
