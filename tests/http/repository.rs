//! What can be seen in the repository itself.

use leptos::config::{ConfFile, get_configuration};
use std::{
    collections::{BTreeMap, BTreeSet},
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

/// What stands between quotation marks in a source, and whether it is written as an element's classes. Comments are left out.
pub fn literals(text: &str) -> Vec<(bool, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with('\'') {
            sign(rest)
        } else if let Some((inside, long)) = quoted(rest) {
            found.push((text[..at].ends_with("class="), inside));
            long
        } else {
            first
        };
    }
    found
}

/// How long a sign in quotation marks is; a lifetime's mark is one alone.
fn sign(rest: &str) -> usize {
    let mut signs = rest.char_indices().skip(1);
    match signs.next() {
        // What is escaped may be a quotation mark itself.
        Some((_, '\\')) => rest[3..].find('\'').map_or(1, |end| end + 4),
        Some(_) => match signs.next() {
            Some((end, '\'')) => end + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// What stands in the quotation marks that a text begins with, and how long it is with them.
fn quoted(rest: &str) -> Option<(&str, usize)> {
    let raw = rest.starts_with("r\"") || rest.starts_with("r#");
    if raw {
        let hashes = rest[1..].chars().take_while(|sign| *sign == '#').count();
        let inside = rest[1 + hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let (inside, _) = inside.split_once(&end)?;
        return Some((inside, 1 + 2 * hashes + 2 + inside.len()));
    }
    let inside = rest.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|sign: char| {
        let ends = sign == '"' && !escaped;
        escaped = sign == '\\' && !escaped;
        ends
    })?;
    Some((&inside[..end], end + 2))
}

/// The words of a literal that can be classes, variants with a place to fill in among them.
fn names(literal: &str) -> Option<Vec<&str>> {
    let names: Vec<_> = literal.split_whitespace().collect();
    let is_class = |name: &&str| {
        let signs = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit();
        name.chars().all(|sign| signs(sign) || "-{}".contains(sign))
    };
    (!names.is_empty() && names.iter().all(is_class)).then_some(names)
}

/// Whether one of the words is a variant of the first, as in `badge badge-good`.
fn has_variant(names: &[&str]) -> bool {
    names.split_first().is_some_and(|(first, others)| {
        let variant = |name: &&str| {
            name.strip_prefix(*first)
                .is_some_and(|end| end.starts_with('-'))
        };
        others.iter().any(variant)
    })
}

/// The classes that components of `ui` are made of.
fn of_components() -> BTreeSet<String> {
    let ui = root().join("src/ui");
    let mut found = BTreeSet::new();
    for (_, text) in sources().iter().filter(|(path, _)| path.starts_with(&ui)) {
        for (is_class, literal) in literals(text) {
            let Some(names) = names(literal).filter(|names| is_class || has_variant(names)) else {
                continue;
            };
            found.extend(names.first().map(|name| (*name).to_owned()));
        }
    }
    found.retain(|name| !LAYOUT.contains(&name.as_str()));
    found
}

/// The classes of each element that a source writes out, and of each literal that is made for one: it begins with the class of a
/// component and says more than that.
fn classes<'a>(text: &'a str, components: &BTreeSet<String>) -> Vec<Vec<&'a str>> {
    let made = |names: &[&str]| names.len() > 1 && components.contains(names[0]);
    literals(text)
        .into_iter()
        .filter_map(|(is_class, literal)| names(literal).filter(|names| is_class || made(names)))
        .collect()
}

/// What pages are put together from are components of `ui` (`docs/decisions/0018-design-system.md`): what stands in more than two
/// places becomes one.
#[test]
fn classes_that_come_again_are_components() {
    let components = of_components();
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let ui = root().join("src/ui");
    for (path, text) in sources() {
        if path.starts_with(&ui) {
            continue;
        }
        for mut names in classes(&text, &components) {
            if names.iter().any(|name| !LAYOUT.contains(name)) {
                names.sort_unstable();
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

/// How a component looks in each of its kinds is said by `ui` alone: a page that writes `badge badge-late` makes a kind of its own
/// that the gallery does not show.
#[test]
fn variants_of_components_stand_in_ui_only() {
    let components = of_components();
    for known in ["badge", "banner", "button", "card", "stat"] {
        assert!(components.contains(known), "{known} is not found in `ui`");
    }
    let ui = root().join("src/ui");
    let mut elsewhere: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        if path.starts_with(&ui) {
            continue;
        }
        for names in classes(&text, &components) {
            if components.contains(names[0]) && has_variant(&names) {
                elsewhere
                    .entry(path.clone())
                    .or_default()
                    .push(names.join(" "));
            }
        }
    }
    assert!(
        elsewhere.is_empty(),
        "these are kinds of components, so use those of `ui`: {elsewhere:#?}"
    );
}

#[test]
fn classes_are_found_wherever_they_are_written() {
    let components = BTreeSet::from(["badge", "button"].map(str::to_owned));
    let text = r##"
        <p class="stack card" id=x><b class="quiet">{a}</b><i class=name>
        // "badge badge-done" in a comment
        let class = if late { "badge badge-late" } else { "badge" };
        let (class, sign) = ("button button-primary", '"');
        let class = format!("badge badge-{}", name('\''));
        let words: &'static str = "badge of honour, says \"who\"";
        let words = r#"button "button-quiet""#;
    "##;
    let found = classes(text, &components);
    assert_eq!(
        found,
        [
            vec!["stack", "card"],
            vec!["quiet"],
            vec!["badge", "badge-late"],
            vec!["button", "button-primary"],
            vec!["badge", "badge-{}"],
        ]
    );
    assert!(found[2..].iter().all(|names| has_variant(names)));
    assert!(!has_variant(&found[0]));
}

/// Whom somebody may see is asked of `care.seen` alone: elsewhere the dentist of a patient is a name to be shown, never a condition.
#[test]
fn nobody_else_asks_whose_patient_somebody_is() {
    let column = "assigned_dentist_id";
    let mut elsewhere = Vec::new();
    let mut shown = 0;
    for (path, text) in sources() {
        let name = path.to_string_lossy();
        // The demo writes its own rows.
        if name.contains("/src/care/") || name.contains("/src/demo/") {
            continue;
        }
        for (at, _) in text.match_indices(column) {
            let before = text[..at].trim_end_matches("u.").trim_end();
            let behind = &text[at + column.len()..];
            let joined = before.ends_with("join dentists d on d.id =");
            let read = before.ends_with(',') || before.ends_with("select id,");
            let selected = read && (behind.starts_with(',') || behind.starts_with(" as "));
            let field = before.ends_with("row.") && behind.starts_with(',');
            if joined || selected || field {
                shown += 1;
            } else {
                let line = text[..at].lines().count();
                elsewhere.push(format!("{name}:{line}"));
            }
        }
    }
    assert!(shown > 8, "{shown}");
    assert!(elsewhere.is_empty(), "ask care.seen here: {elsewhere:?}");
}

/// A feature's SQL is its own: what others ask of it, its `mod.rs` offers.
#[test]
fn stores_are_private_to_their_feature() {
    let mut open = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("mod.rs") && text.contains("pub mod store") {
            open.push(path);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
