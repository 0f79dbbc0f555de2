//! Numbers that one taps to call.

use super::{IconName, LinkButton, Reader};
use crate::platform::telephone::dial;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// The button that dials a number.
pub fn call(lang: &'static str, number: &str) -> impl IntoView + use<> {
    let words = t!("practice.call", locale = lang, number = number).into_owned();
    view! {
        <LinkButton href=dial(number) icon=IconName::Phone>{words}</LinkButton>
    }
}

/// The button that dials the clinic itself.
pub fn call_clinic(reader: &Reader) -> impl IntoView + use<> {
    call(reader.lang(), &reader.clinic_telephone)
}

/// Numbers for emergencies, as they are written among words: they are the same whatever practice says them.
const EMERGENCY: [&str; 4] = ["116 117", "116\u{a0}117", "116117", "112"];

/// Words in which the numbers for emergencies dial; all else in them stays words.
pub fn linked(words: &str) -> impl IntoView + use<> {
    let pieces = pieces(words).into_iter().map(|(piece, dials)| {
        let piece = piece.to_owned();
        if dials {
            // At the end of a line it would break in two.
            let shown = piece.replace(' ', "\u{a0}");
            let digits: String = piece.chars().filter(char::is_ascii_digit).collect();
            Either::Left(view! { <a href=format!("tel:{digits}")>{shown}</a> })
        } else {
            Either::Right(piece)
        }
    });
    pieces.collect_view()
}

/// The words cut at the numbers for emergencies: each piece, and whether it is such a number. One that is part of a longer number
/// is none.
fn pieces(words: &str) -> Vec<(&str, bool)> {
    let (mut found, mut rest) = (Vec::new(), words);
    let mut from = 0;
    while let Some((at, number)) = next_emergency(rest, from) {
        let (before, here) = rest.split_at(at);
        let (here, after) = here.split_at(number.len());
        let number_before = before.trim_end().ends_with(is_of_number);
        let joined = after.strip_prefix(['-', '/', '.', ':']);
        let number_after = joined
            .unwrap_or_else(|| after.trim_start())
            .starts_with(|c: char| c.is_ascii_digit());
        if number_before || number_after {
            from = at + number.len();
            continue;
        }
        found.extend((!before.is_empty()).then_some((before, false)));
        found.push((here, true));
        (rest, from) = (after, 0);
    }
    found.extend((!rest.is_empty()).then_some((rest, false)));
    found
}

/// The first of these numbers behind a place, the longest where several begin there.
fn next_emergency(words: &str, from: usize) -> Option<(usize, &'static str)> {
    EMERGENCY
        .into_iter()
        .filter_map(|number| Some((words.get(from..)?.find(number)? + from, number)))
        .min_by_key(|(at, number)| (*at, usize::MAX - number.len()))
}

/// Whether a longer number could go on behind it.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '/' | '-')
}

/// A number among other words.
pub fn number(number: &str) -> impl IntoView + use<> {
    view! { <a href=dial(number)>{number.to_owned()}</a> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_emergencies_are_found_among_words() {
        assert_eq!(
            pieces("On 116 117. In an emergency, 112."),
            [
                ("On ", false),
                ("116 117", true),
                (". In an emergency, ", false),
                ("112", true),
                (".", false)
            ]
        );
        assert_eq!(
            pieces("(116117)"),
            [("(", false), ("116117", true), (")", false)]
        );
        // Parts of other numbers.
        for words in [
            "+49 30 112 45",
            "030-112",
            "1120",
            "2112",
            "112 34 56",
            "112/45",
            "",
        ] {
            let pieces = pieces(words);
            assert!(pieces.iter().all(|(_, dials)| !dials), "{pieces:?}");
        }
        assert_eq!(
            pieces("30 112, then 112"),
            [("30 112, then ", false), ("112", true)]
        );
    }

    #[test]
    fn what_a_practice_wrote_stays_words() {
        let html = linked("<b>Call</b> 116 117 & wait").to_html();
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(html.contains("href=\"tel:116117\""), "{html}");
        assert!(
            html.contains("&lt;b&gt;Call") && !html.contains("<b>"),
            "{html}"
        );
    }
}
