//! Scripts of their own: plain ES modules that a page loads only if it uses them. Islands share one program, which every
//! page with an island pays for; a tool for a few pages stands here instead. See `docs/decisions/0017-viewer-modules.md`.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, sync::OnceLock};

/// A module, by its name and what stands in its file.
pub struct Module {
    name: &'static str,
    source: &'static str,
    made: OnceLock<Made>,
}

struct Made {
    /// With a hash of the text, so that it may be kept for ever.
    path: String,
    text: String,
}

/// Pictures that are zoomed and panned, several of them in step. What it finds on a page stands at its head.
pub static VIEWER: Module = Module::new("viewer", include_str!("modules/viewer.js"));

/// Going anywhere by a few letters, at a desk.
pub static PALETTE: Module = Module::new("palette", include_str!("modules/palette.js"));

/// Photos that a form brings along, shown before they are sent; and a form that keeps what was typed while there is no connection.
pub static ATTACH: Module = Module::new("attach", include_str!("modules/attach.js"));

impl Module {
    pub const fn new(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            made: OnceLock::new(),
        }
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let lines = self.source.lines().map(str::trim);
            // Comments stand on lines of their own.
            let is_comment = |line: &str| line.starts_with("//") || line.starts_with("/**");
            let lines = lines.filter(|line| !line.is_empty() && !is_comment(line));
            let text = lines.fold(String::new(), |text, line| text + line + "\n");
            let mut hash = String::new();
            for byte in Sha256::digest(&text).iter().take(8) {
                let _ = write!(hash, "{byte:02x}");
            }
            Made {
                path: format!("/modules/{}.{hash}.js", self.name),
                text,
            }
        })
    }

    /// Where browsers find it.
    pub fn path(&self) -> &str {
        &self.made().path
    }
}

/// Serves modules; their addresses never change what they mean.
pub fn module_routes<S>(modules: impl IntoIterator<Item = &'static Module>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    modules.into_iter().fold(Router::new(), |router, module| {
        let answer = || async {
            let kept = "public, max-age=31536000, immutable";
            (
                [
                    (
                        header::CONTENT_TYPE,
                        HeaderValue::from_static("text/javascript; charset=utf-8"),
                    ),
                    (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
                ],
                module.made().text.as_str(),
            )
                .into_response()
        };
        router.route(module.path(), get(answer))
    })
}
