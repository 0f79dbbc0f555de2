//! Every word that people read is in every catalogue.

use crate::repository::{root, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Key → its text.
fn texts(language: &str) -> BTreeMap<String, String> {
    let text =
        fs::read_to_string(root().join(format!("locales/{language}.yml"))).expect("a catalogue");
    let mut path: Vec<String> = Vec::new();
    let mut keys = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (key, value) = line.trim().split_once(':').expect("a key");
        path.truncate(depth);
        path.push(key.to_owned());
        let value = value.trim();
        if !value.is_empty() && key != "_version" {
            keys.insert(path.join("."), value.trim_matches('"').to_owned());
        }
    }
    keys
}

/// Key → the placeholders in its text.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let placeholders = |text: &str| {
        let parts = text.split("%{").skip(1);
        parts
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let texts = texts(language).into_iter();
    texts
        .map(|(key, text)| (key, placeholders(&text)))
        .collect()
}

/// The keys that the source asks for.
fn used() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, text) in sources() {
        for (index, call) in text.match_indices("t!(") {
            let longer_name =
                text[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            let literal = text[index + call.len()..]
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split_once('"'));
            if let (false, Some((key, _))) = (longer_name, literal) {
                keys.insert(key.to_owned());
            }
        }
        // Of actions, which `audit::actions!` asks for: said "…" or "…".
        let actions = text.lines().filter(|line| line.contains(", said \""));
        for line in actions {
            let after = line.split(", said ").nth(1).unwrap_or_default();
            keys.extend(after.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    keys
}

#[test]
fn every_language_says_everything_and_nothing_else() {
    let (english, german) = (catalogue("en"), catalogue("de"));
    assert_eq!(english, german, "the same keys, with the same placeholders");
    let known: BTreeSet<String> = english.into_keys().collect();
    let used = used();
    assert!(used.len() > 100, "the calls were not found");
    assert_eq!(
        known.difference(&used).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "said nowhere"
    );
    assert_eq!(
        used.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "in no catalogue"
    );
}

/// What a clinic's letter would not say: words of the code, words for things that have another name here (`step`, `treatment`,
/// `notification`, `request`), and phrases that nobody says.
const NOT_SAID: [(&str, &[&str]); 2] = [
    (
        "en",
        &[
            "journey",
            "journeys",
            "notice",
            "notices",
            "wish",
            "wishes",
            "wished",
            "stands",
            "stand here",
            "of whom",
            "it can be done with",
            "take it back",
            "taken back",
            "still needs a look",
            "is like that",
            "leaves midline",
            "at a time of theirs",
            "beside each other",
            "put off",
            "practice",
        ],
    ),
    (
        "de",
        &[
            "mitteilung",
            "mitteilungen",
            "stufe",
            "stufen",
            "wunsch",
            "wünsche",
            "behandelte person",
            "behandelten person",
            "steht anders",
            "geht hinaus",
            "gehen hinaus",
            "journey",
        ],
    ),
];

/// Words between spaces, in small letters: " a wish, sent " for "A wish, sent".
fn words(text: &str) -> String {
    let letters = |c: char| {
        if c.is_alphanumeric() {
            c.to_lowercase().collect::<String>()
        } else {
            " ".to_owned()
        }
    };
    let words: String = text.chars().map(letters).collect();
    format!(
        " {} ",
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

#[test]
fn nothing_is_said_that_a_clinics_letter_would_not_say() {
    let mut said = Vec::new();
    for (language, phrases) in NOT_SAID {
        for (key, text) in texts(language) {
            // What stands in a placeholder has a name of its own.
            let named = |part: &str| {
                part.split_once('}')
                    .map_or(String::new(), |(_, rest)| rest.to_owned())
            };
            let mut parts = text.split("%{");
            let first = parts.next().unwrap_or_default().to_owned();
            let text = words(&parts.fold(first, |text, part| text + " " + &named(part)));
            let found = phrases
                .iter()
                .filter(|phrase| text.contains(&format!(" {phrase} ")));
            said.extend(found.map(|phrase| format!("{language}: {key}: {phrase}")));
        }
    }
    assert_eq!(said, Vec::<String>::new());
}

/// On a page about cancelling, a bare "Cancel" could be the way out or the deed: every button says which.
#[test]
fn no_button_says_only_cancel() {
    for (language, bare) in [("en", "Cancel"), ("de", "Abbrechen")] {
        let only: Vec<String> = texts(language)
            .into_iter()
            .filter(|(_, text)| text == bare)
            .map(|(key, _)| key)
            .collect();
        assert_eq!(only, Vec::<String>::new(), "{language}");
    }
}
