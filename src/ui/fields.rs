//! Form fields.

use super::{ButtonKind, Contents, ScriptButton};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use leptos::prelude::*;
use rust_i18n::t;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A text area with text in it. Leptos renders the children of a `<textarea>` unescaped on the server,
/// so that stored text could close the tag and become markup; this escapes it, and is the only place
/// that writes one.
#[component]
pub fn TextArea(
    id: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(default = 500)] maxlength: u32,
    #[prop(default = None)] described_by: Option<String>,
    #[prop(default = None)] invalid: Option<&'static str>,
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
            aria-invalid=invalid
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

/// What a field is called, what is wrong with what stands in it, and what helps to fill it in, tied to the
/// control that `control` makes of its id's description and of whether it is wrong.
pub fn field<V: IntoView>(
    id: &'static str,
    label: impl Into<String>,
    hint: Option<String>,
    error: Option<String>,
    control: impl FnOnce(Option<String>, Option<&'static str>) -> V,
) -> impl IntoView {
    let ids = [
        error.as_ref().map(|_| format!("{id}-error")),
        hint.as_ref().map(|_| format!("{id}-hint")),
    ];
    let described: Vec<String> = ids.into_iter().flatten().collect();
    let described_by = (!described.is_empty()).then(|| described.join(" "));
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=id>{label.into()}</label>
            {error.map(|error| view! { <FieldError id=format!("{id}-error") words=error/> })}
            {control(described_by, invalid)}
            {hint.map(|hint| view! { <FieldHint id=format!("{id}-hint") words=hint/> })}
        </div>
    }
}

/// What is wrong with what stands in a field.
#[component]
pub fn FieldError(
    #[prop(optional, into)] id: Option<String>,
    /// Said at once to those who listen: where there is no banner above that says it.
    #[prop(optional)]
    alert: bool,
    #[prop(into)] words: String,
) -> impl IntoView {
    view! { <p id=id class="field-error" role=alert.then_some("alert")>{words}</p> }
}

/// What helps to fill in a field, or to read what stands above.
#[component]
pub fn FieldHint(
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] words: String,
) -> impl IntoView {
    view! { <p id=id class="quiet field-hint">{words}</p> }
}

/// Fields beside each other, as many as fit.
#[component]
pub fn Fields(children: Contents) -> impl IntoView {
    view! { <div class="fields">{children.0}</div> }
}

/// One of several things to choose: its whole line can be pressed.
#[component]
pub fn Choice(
    #[prop(into)] name: Cow<'static, str>,
    #[prop(into)] value: String,
    checked: bool,
    #[prop(into)] words: String,
    /// Whether others may be chosen besides.
    #[prop(optional)]
    many: bool,
    /// The language of its words, where it is not the page's.
    #[prop(optional, into)]
    lang: Option<&'static str>,
    #[prop(optional, into)] described_by: Option<&'static str>,
) -> impl IntoView {
    let kind = if many { "checkbox" } else { "radio" };
    view! {
        <label class="choice">
            <input type=kind name=name value=value checked=checked aria-describedby=described_by/>
            <span lang=lang>{words}</span>
        </label>
    }
}

/// A list to choose one of: values with their words. `chosen` need not be among them.
pub fn select<O: IntoIterator<Item = (String, String)>>(
    id: &'static str,
    options: O,
    chosen: &str,
    described_by: Option<String>,
    invalid: Option<&'static str>,
) -> impl IntoView + use<O> {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <select id=id name=id class="input" aria-describedby=described_by aria-invalid=invalid>{options}</select>
    }
}

/// Something that the form sends along unseen.
pub fn hidden(name: &'static str, value: impl Into<String>) -> impl IntoView {
    view! { <input type="hidden" name=name value=value.into()/> }
}

/// Whether a sign turns the direction of what stands beside it: marks, embeddings, overrides and isolates. Nobody types them, and
/// text that begins with one reads otherwise than it was written.
pub fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// Fields of files beside each other: the camera and the files that are there.
#[component]
pub fn Picks(children: Contents) -> impl IntoView {
    view! { <div class="picks">{children.0}</div> }
}

/// Where photos that a form brings along are shown before they are sent, inside of what says `data-attach`. Its page says
/// `Page::with_module(&ATTACH)`; without scripts nothing of it is seen.
pub fn attached(lang: &str) -> impl IntoView + use<> {
    let remove = t!("attached.remove", locale = lang).into_owned();
    view! {
        <p
            class="attached-said" role="status" data-attached-said=""
            data-one=t!("attached.one", locale = lang).into_owned()
            data-other=t!("attached.other", locale = lang, count = "{count}").into_owned()
        ></p>
        <ul class="attached" data-attached=""></ul>
        <template>
            <li>
                <img alt="" decoding="async"/>
                <span></span>
                <ScriptButton kind=ButtonKind::Tool small=true>{remove}</ScriptButton>
            </li>
        </template>
    }
}

/// Beside the button of such a form: what is said while it is sent, and where it could not be, so that nothing typed is lost. Its line
/// is kept free; without scripts nothing is said in it.
pub fn unsent(lang: &str) -> impl IntoView + use<> {
    view! {
        <p
            class="send-status" role="status" data-unsent=""
            data-sending=t!("attached.sending", locale = lang).into_owned()
            data-offline=t!("attached.offline", locale = lang).into_owned()
            data-changed=t!("attached.changed", locale = lang).into_owned()
            data-unreachable=t!("attached.unreachable", locale = lang).into_owned()
        ></p>
    }
}

/// Text as it was typed: a browser sends each line break as two characters, and counts it as one. What nobody types is left out.
pub fn typed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(as_typed(&String::deserialize(deserializer)?))
}

/// The same of text that came another way.
pub fn as_typed(text: &str) -> String {
    let shown = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || turns_text(*c));
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(shown).collect()
}

/// Whether a text shows nothing, whatever it is made of.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
    })
}

/// A day as browsers send it (`2026-03-29`), of a year that somebody can mean: far ones are beyond what clocks and databases know.
pub fn typed_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day: NaiveDate = text.parse().ok().filter(|_| text.len() == 10)?;
    (2000..=2100).contains(&day.year()).then_some(day)
}

/// A time as browsers send it (`09:30`, with seconds or without).
pub fn typed_time(text: &str) -> Option<NaiveTime> {
    let formats = ["%H:%M", "%H:%M:%S"];
    let time = formats
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text.trim(), format).ok())?;
    // No leap seconds.
    (time.nanosecond() < 1_000_000_000).then_some(time)
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
            invalid: None,
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

    #[test]
    fn what_is_typed_reads_in_the_direction_of_its_letters() {
        assert_eq!(
            as_typed("\u{202e}Your\u{202c} next\r\n\u{2067}step\u{2069}\u{200f}\u{61c}"),
            "Your next\nstep"
        );
        // A joint that the script needs, and one that a picture is made with.
        for kept in ["\u{646}\u{6cc}\u{200c}\u{645}", "\u{1f468}\u{200d}\u{2695}"] {
            assert_eq!(as_typed(kept), kept);
        }
    }

    #[test]
    fn days_and_times_are_those_that_somebody_can_mean() {
        assert!(typed_day(" 2026-03-29 ").is_some());
        for text in [
            "+262142-12-31",
            "-4713-11-24",
            "0000-01-01",
            "1999-12-31",
            "2101-01-01",
            "2026-02-30",
            "2026-3-29",
            "29.3.2026",
            "",
        ] {
            assert_eq!(typed_day(text), None, "{text}");
        }
        assert!(typed_time("09:30").is_some() && typed_time("09:30:10").is_some());
        for text in ["24:00", "9", "23:59:60", "", "09:30Z"] {
            assert_eq!(typed_time(text), None, "{text}");
        }
    }
}
