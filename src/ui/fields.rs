//! Form fields.

use leptos::prelude::*;

/// A text area with text in it. Leptos renders the children of a `<textarea>` unescaped on the server,
/// so that stored text could close the tag and become markup; this escapes it, and is the only place
/// that writes one.
#[component]
pub fn TextArea(
    id: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(default = 500)] maxlength: u32,
    #[prop(optional, into)] described_by: Option<String>,
) -> impl IntoView {
    // A browser drops a line break right after the tag: give it one to drop.
    let text = format!("\n{}", escape(&value));
    view! {
        <textarea
            id=id
            name=name
            class="input"
            rows="3"
            maxlength=maxlength
            aria-describedby=described_by
            inner_html=text
        ></textarea>
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_area_cannot_be_left_from_inside() {
        let html = TextArea(TextAreaProps {
            id: "note",
            name: "note",
            value: "</textarea><script>alert(1)</script> & more".to_owned(),
            maxlength: 500,
            described_by: None,
        })
        .into_view()
        .to_html();
        assert!(
            html.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"),
            "{html}"
        );
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}
