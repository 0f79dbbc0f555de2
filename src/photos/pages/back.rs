//! The way back to where somebody came from, from photos and what they are sent with: named in the address, else told by the browser, else the page that everybody
//! can come from.

use crate::ui::Reader;
use axum::http::{HeaderMap, header};
use rust_i18n::t;
use url::{Url, form_urlencoded};

/// A page of Midline's that leads to photos or to a report with some, and what the way back to it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    path: String,
    words: String,
}

/// No address of Midline's own is longer.
const LONGEST: usize = 300;

impl Back {
    /// `asked` is the address's own word; `here` is where one is, which is no way back; `or` is where everybody comes from.
    pub fn of(reader: &Reader, asked: Option<&str>, headers: &HeaderMap, or: String) -> Self {
        let lang = reader.lang();
        let told = headers
            .get(header::REFERER)
            .and_then(|referer| referer.to_str().ok())
            .and_then(|referer| Url::parse(referer).ok())
            .map(|url| match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            });
        asked
            .map(ToOwned::to_owned)
            .into_iter()
            .chain(told)
            .find_map(|path| Self::to(lang, path, &reader.path))
            .unwrap_or_else(|| Self {
                words: words(lang, &or).unwrap_or_default(),
                path: or,
            })
    }

    fn to(lang: &str, path: String, here: &str) -> Option<Self> {
        let plain = path.starts_with('/')
            && path.len() <= LONGEST
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let (bare, _) = path.split_once('?').unwrap_or((&path, ""));
        if !plain || path.starts_with("//") || bare == here {
            return None;
        }
        let words = words(lang, bare)?;
        Some(Self { path, words })
    }

    /// `path` with the way back in its address, so that it is still known a page later.
    pub fn keep(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        let back: String = form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        format!("{path}{mark}back={back}")
    }

    /// For a form that keeps it, too.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// For the head of a page: the address, and what that page is called.
    pub fn named(&self) -> (String, String) {
        (self.path.clone(), self.words.clone())
    }
}

/// What the way back to a page is called; none for one that does not lead to photos.
fn words(lang: &str, path: &str) -> Option<String> {
    let parts: Vec<&str> = path
        .split('?')
        .next()?
        .trim_matches('/')
        .split('/')
        .collect();
    Some(
        match parts[..] {
            [""] | ["today"] => t!("photos.back.today", locale = lang),
            ["inbox"] => t!("photos.back.inbox", locale = lang),
            ["reviews", ..] | ["journeys", _, "reviews", ..] => {
                t!("photos.back.case", locale = lang)
            }
            ["journeys", _, "messages"] => t!("photos.back.messages", locale = lang),
            ["journeys", _, "photos"] => t!("photos.all", locale = lang),
            ["journeys", _, "photos", "compare"] => t!("photos.back.compare", locale = lang),
            ["journeys", _, "photos", "lapse"] => t!("photos.back.lapse", locale = lang),
            ["journeys", _] => t!("photos.back.journey", locale = lang),
            ["patients", _] => t!("photos.back.record", locale = lang),
            ["reports"] => t!("report.title", locale = lang),
            ["reports", _] => t!("photos.back.report", locale = lang),
            ["photos", _] => t!("photos.back.photo", locale = lang),
            _ => return None,
        }
        .into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_midline_that_lead_to_photos_are_led_back_to() {
        let to = |path: &str| Back::to("en", path.to_owned(), "/photos/7").is_some();
        for path in [
            "/",
            "/journeys/1/photos?after=3.front.9",
            "/journeys/1/reviews/8",
            "/photos/8",
            "/reports/4",
        ] {
            assert!(to(path), "{path}");
        }
        for path in [
            "//evil.example/",
            "/\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/sign-out",
            "/photos/7?back=/",
            "/journeys/1/photos\n",
            "",
        ] {
            assert!(!to(path), "{path}");
        }
    }
}
