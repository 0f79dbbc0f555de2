//! Telephone numbers: as people write them, as they are kept, and as they are dialled.

/// How many digits a number has, with those of its country (E.164 allows for 15); fewer reach nobody.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A number as it is kept: a plus, the country's digits, and a space wherever people parted it. None for what cannot be dialled from
/// anywhere.
pub fn clean(typed: &str) -> Option<String> {
    // Marks of direction come along from address books; a nought in brackets is not dialled from abroad.
    let typed: String = typed.chars().filter(|c| !turns(*c)).collect();
    let typed = typed.trim().replace("(0)", " ");
    let number = typed
        .strip_prefix('+')
        .or_else(|| typed.strip_prefix("00"))?;
    let parts = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/' | '.' | '(' | ')');
    let groups: Vec<&str> = number
        .split(parts)
        .filter(|group| !group.is_empty())
        .collect();
    let count: usize = groups.iter().map(|group| group.len()).sum();
    let is_one = groups
        .iter()
        .all(|group| group.bytes().all(|byte| byte.is_ascii_digit()))
        && groups.first().is_some_and(|group| !group.starts_with('0'))
        && DIGITS.contains(&count);
    is_one.then(|| format!("+{}", groups.join(" ")))
}

fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The address that dials a number.
pub fn dial(number: &str) -> String {
    let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    format!("tel:{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_as_it_is_dialled_from_anywhere() {
        for (typed, kept) in [
            ("+49 30 23125 014", "+49 30 23125 014"),
            (" +49  30/23125-014 ", "+49 30 23125 014"),
            ("0049 (0)30 23125014", "+49 30 23125014"),
            ("+1 (415) 555.0132", "+1 415 555 0132"),
            ("\u{202a}+4930231250\u{202c}", "+4930231250"),
        ] {
            assert_eq!(clean(typed).as_deref(), Some(kept), "{typed:?}");
        }
        for typed in [
            "",
            "+",
            "110",
            "030 23125 014",
            "+0 30 23125 014",
            "+49 30",
            "+49 30 23125 014 ext. 3",
            "+49 30 23125 014 5555 777",
            "+٤٩٣٠٢٣١٢٥٠",
        ] {
            assert_eq!(clean(typed), None, "{typed:?}");
        }
        assert_eq!(dial("+49 30 23125 014"), "tel:+493023125014");
    }
}
