//! Every word that people read is in every catalogue.

use crate::repository::{root, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Key → the placeholders in its text.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
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
            let placeholders = value
                .split("%{")
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            keys.insert(path.join("."), placeholders);
        }
    }
    keys
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
