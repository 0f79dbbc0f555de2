//! What can be seen in the repository itself.

use leptos::config::{ConfFile, get_configuration};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust source file below `src`, and what stands in it.
pub fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a file");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found
}

#[test]
fn leptos_toml_says_what_cargo_toml_says() {
    let read = |file: &str| -> ConfFile {
        get_configuration(Some(root().join(file).to_str().expect("a path")))
            .expect("a configuration")
    };
    let (deployed, built) = (
        read("Leptos.toml").leptos_options,
        read("Cargo.toml").leptos_options,
    );
    assert_eq!(deployed.output_name, built.output_name);
    assert_eq!(deployed.site_root, built.site_root);
    assert_eq!(deployed.site_pkg_dir, built.site_pkg_dir);
    assert_eq!(deployed.site_addr, built.site_addr);
    assert_eq!(deployed.reload_port, built.reload_port);
    assert_eq!(deployed.hash_files, built.hash_files);
    assert_eq!(deployed.hash_file, built.hash_file);
}

#[test]
fn sql_stands_in_stores_only() {
    let elsewhere: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| {
            let path = path.to_string_lossy();
            let allowed = path.ends_with("store.rs")
                || path.contains("/store/")
                || path.contains("/demo/")
                || path.ends_with("platform/database.rs")
                || path.ends_with("platform/jobs.rs")
                || path.ends_with("accounts/session.rs");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            !allowed && code.contains("sqlx::query")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

/// Words and layout of one class: they say how something stands, not what has to stand in it.
const LAYOUT: [&str; 10] = [
    "actions",
    "block",
    "caption",
    "figures",
    "input",
    "lead",
    "quiet",
    "row",
    "stack",
    "visually-hidden",
];

/// The classes of each element that a source writes out, in the order of the alphabet.
fn classes(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.split("class=\"").skip(1).filter_map(|rest| {
        let (names, _) = rest.split_once('"')?;
        let mut names: Vec<_> = names.split_whitespace().collect();
        names.sort_unstable();
        Some(names)
    })
}

/// What pages are put together from are components of `ui` (`docs/decisions/0018-design-system.md`): what stands in more than two
/// places becomes one.
#[test]
fn classes_that_come_again_are_components() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let ui = root().join("src/ui");
    for (path, text) in sources() {
        if path.starts_with(&ui) {
            continue;
        }
        for names in classes(&text) {
            if names.iter().any(|name| !LAYOUT.contains(name)) {
                places
                    .entry(names.join(" "))
                    .or_default()
                    .push(path.clone());
            }
        }
    }
    places.retain(|_, places| places.len() > 2);
    assert!(
        places.is_empty(),
        "these are written in more than two places, so make components of them in `ui`: {places:#?}"
    );
}

#[test]
fn classes_are_found_whatever_their_order() {
    let text = "<p class=\"stack card\" id=x><b class=\"quiet\">{a}</b><i class=name>";
    let found: Vec<_> = classes(text).collect();
    assert_eq!(found, [vec!["card", "stack"], vec!["quiet"]]);
}
