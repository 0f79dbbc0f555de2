//! What both halves of the program write as HTML, so that what is fetched into a page looks like what stood there. It is made of words that
//! are already in the reader's language: the browser has no catalogue.
//!
//! Views of Leptos would do the same, and weigh more than a page's scripts may (`docs/decisions/0024-server-functions.md`).

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// HTML under way. What stands between its pieces is data, which is escaped here: nobody else makes HTML of it.
#[derive(Default)]
pub struct Markup(String);

impl Markup {
    /// A piece that stands in the source.
    pub fn piece(&mut self, piece: &'static str) {
        self.0.push_str(piece);
    }

    /// Words, as the contents of an element or of an attribute between quotation marks.
    pub fn words(&mut self, words: &str) {
        for sign in words.chars() {
            match sign {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                _ => self.0.push(sign),
            }
        }
    }

    pub fn number(&mut self, number: i64) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "{number}");
    }

    /// An attribute, if it has a value.
    pub fn attribute(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.piece(" ");
            self.piece(name);
            self.piece("=\"");
            self.words(value);
            self.piece("\"");
        }
    }

    pub fn html(self) -> String {
        self.0
    }
}

/// Writes pieces with words between them: `markup!(to, "<p class=\"lead\">" (words) "</p>")`.
macro_rules! markup {
    ($to:ident, $($piece:literal $(($words:expr))?)*) => {{
        $( $to.piece($piece); $( $to.words($words); )? )*
    }};
}
pub(crate) use markup;

/// A moment as it is told: for programs, for whoever points at it, and for whoever reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339, in UTC.
    pub datetime: String,
    pub title: String,
    pub words: String,
}

impl Moment {
    pub fn write(&self, to: &mut Markup) {
        markup!(to,
            r#"<time datetime=""# (&self.datetime) r#"" title=""# (&self.title) r#"">"# (&self.words) "</time>"
        );
    }
}

/// An icon by its outline (`IconName::path`): the browser's program does not hold all of them.
pub fn write_icon(to: &mut Markup, path: &str) {
    markup!(to,
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=""# (path) r#""></path></svg>"#
    );
}

/// A small tool that is a link, with what it is called where its words do not say enough.
pub fn write_tool(to: &mut Markup, href: &str, words: &str, label: &str) {
    markup!(to,
        r#"<a class="button button-quiet button-small" href=""# (href) r#"" aria-label=""# (label) r#"">"# (words) "</a>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_typed_becomes_html() {
        let typed = r#"<b a="1" b='2'>&amp;"#;
        let mut to = Markup::default();
        markup!(to, "<p title=\"" (typed) "\">" (typed) "</p>");
        to.attribute("id", Some(typed));
        to.attribute("lang", None);
        to.number(-7);
        let escaped = "&lt;b a=&quot;1&quot; b='2'&gt;&amp;amp;";
        let html = format!(r#"<p title="{escaped}">{escaped}</p> id="{escaped}"-7"#);
        assert_eq!(to.html(), html);
    }
}
