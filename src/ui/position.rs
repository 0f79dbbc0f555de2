//! Where a page of a list begins, as its address says it.

use super::{Banner, Tone};
use leptos::prelude::*;
use rust_i18n::t;
use sha2::{Digest, Sha256};
use std::fmt;

/// A place in the order of a list: that of the row that stood last on the page before, and stays there though the row moves or
/// goes. `2026-12-01T10:00:00Z.38`: the value by which the list is sorted, and the row's id. Where names are sorted by, none of
/// them stands in an address: the row is looked up, and known to stand where it did by a mark, `38-9f2c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub value: Option<String>,
    pub id: i64,
    pub mark: Option<String>,
}

impl Position {
    /// None: none that an address of ours says.
    pub fn read(text: &str) -> Option<Self> {
        if text.chars().any(char::is_control) {
            return None;
        }
        let (value, rest) = match text.rsplit_once('.') {
            Some((value, rest)) => (Some(value.to_owned()), rest),
            None => (None, text),
        };
        let (id, mark) = match rest.split_once('-') {
            Some((id, mark)) => (id, Some(mark.to_owned())),
            None => (rest, None),
        };
        let is_mark =
            |mark: &String| mark.len() == 4 && mark.chars().all(|c| c.is_ascii_hexdigit());
        if mark.as_ref().is_some_and(|mark| !is_mark(mark)) {
            return None;
        }
        Some(Self {
            value,
            id: id.parse().ok()?,
            mark,
        })
    }

    /// Whether the row still stands where it did, as far as that is known.
    pub fn stands(&self, first_name: &str, last_name: &str) -> bool {
        let mark = self.mark.as_deref();
        mark.is_none_or(|mark| mark == mark_of(self.id, first_name, last_name))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = &self.value {
            write!(f, "{value}.")?;
        }
        write!(f, "{}", self.id)?;
        match &self.mark {
            Some(mark) => write!(f, "-{mark}"),
            None => Ok(()),
        }
    }
}

/// By what it is seen that somebody is called otherwise by now. Too short to tell the name by.
pub fn mark_of(id: i64, first_name: &str, last_name: &str) -> String {
    let whole = format!("{id}\0{last_name}\0{first_name}");
    let hash = Sha256::digest(whole.as_bytes());
    format!("{:02x}{:02x}", hash[0], hash[1])
}

/// What is said above a list that begins anew, because the place that was asked for is none any more.
pub fn begins_anew(lang: &str) -> impl IntoView + use<> {
    let words = t!("list.begins_anew", locale = lang).into_owned();
    view! { <Banner tone=Tone::Attention><p>{words}</p></Banner> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_a_place_and_no_name() {
        let mark = mark_of(38, "Lukas", "Meyer");
        for text in [
            "38".to_owned(),
            "2026-12-01T10:00:00Z.38".to_owned(),
            "2026-12-01T10:00:00.123456Z.38".to_owned(),
            "D-10115.7".to_owned(),
            format!("2026-12-01.38-{mark}"),
            format!("38-{mark}"),
        ] {
            let read = Position::read(&text).expect("a place");
            assert_eq!(read.to_string(), text);
            assert!(read.stands("Lukas", "Meyer"), "{text}");
            assert_eq!(read.mark.is_none(), read.stands("Lukas", "Maier"), "{text}");
        }
        assert_eq!(mark.len(), 4);
        for text in ["", "x", "38.", "\0.38", "38-\n", "2026-12-01T10:00:00Z"] {
            assert_eq!(Position::read(text), None, "{text:?}");
        }
    }
}
