//! The stylesheet holds to its own rules: values are tokens, a class has one place, and none is left over.

use crate::repository::{root, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every file below a folder whose name ends so, and what stands in it.
fn files(folder: &Path, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            let text = fs::read_to_string(&path).expect("a file");
            found.push((path, text));
        }
    }
    found
}

/// A stylesheet without its comments.
fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// One piece of a stylesheet.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// What a block is for, and how many blocks it stands in.
    Head(String, usize),
    /// One property and its value.
    Value(String, String),
}

fn pieces(text: &str) -> Vec<Piece> {
    let text = without_comments(text);
    let (mut found, mut depth, mut words) = (Vec::new(), 0_usize, String::new());
    for character in text.chars() {
        match character {
            '{' => {
                found.push(Piece::Head(words.trim().to_owned(), depth));
                depth += 1;
                words.clear();
            }
            ';' | '}' => {
                if let Some((property, value)) = words.split_once(':') {
                    found.push(Piece::Value(
                        property.trim().to_owned(),
                        value.trim().to_owned(),
                    ));
                }
                if character == '}' {
                    depth = depth.saturating_sub(1);
                }
                words.clear();
            }
            _ => words.push(character),
        }
    }
    found
}

fn stylesheets() -> Vec<(PathBuf, Vec<Piece>)> {
    files(&root().join("style"), "css")
        .into_iter()
        .map(|(path, text)| (path, pieces(&text)))
        .collect()
}

const fn names(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

/// The classes that a selector names.
fn classes(selector: &str) -> impl Iterator<Item = &str> {
    selector.split('.').skip(1).filter_map(|rest| {
        let name = rest.split(|character: char| !names(character)).next()?;
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            .then_some(name)
    })
}

/// What is written as a class, whole or as its beginning (`badge-{}`): the words of every text that could be one.
fn written() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut whole, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
    let code = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    };
    for (_, text) in sources() {
        let text = code(&text).replace("\\\"", "\"");
        for piece in text.split('"') {
            let could_be = |word: &str| {
                word.chars()
                    .all(|character| names(character) || character == '{' || character == '}')
            };
            if !piece.split_whitespace().all(could_be) {
                continue;
            }
            for word in piece.split_whitespace() {
                match word.split_once('{') {
                    Some((beginning, _)) if beginning.ends_with('-') => {
                        beginnings.insert(beginning.to_owned());
                    }
                    Some(_) => {}
                    None => {
                        whole.insert(word.to_owned());
                    }
                }
            }
        }
        for rest in text.split("class:").skip(1) {
            whole.extend(
                rest.split(|character: char| !names(character))
                    .next()
                    .map(str::to_owned),
            );
        }
    }
    for (_, text) in files(&root().join("src"), "js") {
        let text = code(&text);
        let words = text.split(|character: char| !names(character));
        whole.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    (whole, beginnings)
}

#[test]
fn each_class_of_the_stylesheet_is_on_a_page() {
    let (whole, beginnings) = written();
    let left_over: BTreeSet<String> = stylesheets()
        .iter()
        .flat_map(|(_, pieces)| pieces)
        .filter_map(|piece| match piece {
            Piece::Head(selector, _) => Some(classes(selector)),
            Piece::Value(..) => None,
        })
        .flatten()
        .filter(|class| {
            !whole.contains(*class) && !beginnings.iter().any(|it| class.starts_with(it.as_str()))
        })
        .map(str::to_owned)
        .collect();
    assert!(
        left_over.is_empty(),
        "these classes are on no page: {left_over:?}"
    );
}

/// A class is made in one file. Paper and the colours of the reader's system change what is made elsewhere.
/// How a thing looks is kept with the component that it is, not with the feature that shows it.
#[test]
fn the_stylesheet_is_kept_by_component() {
    let style = root().join("style");
    let mut beside: Vec<String> = fs::read_dir(&style)
        .expect("the folder of the stylesheet")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    beside.sort();
    let known = [
        "base.css",
        "components",
        "layout.css",
        "main.css",
        "print.css",
        "tokens.css",
    ];
    assert_eq!(
        beside, known,
        "what else is there belongs in style/components"
    );
    let main = fs::read_to_string(style.join("main.css")).expect("the stylesheet");
    for (file, _) in files(&style.join("components"), "css") {
        let name = file
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let import = format!("@import \"./components/{name}\" layer(components);");
        assert_eq!(main.matches(&import).count(), 1, "{name} is not read");
    }
}

#[test]
fn a_class_is_made_in_one_file() {
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for (path, pieces) in stylesheets() {
        if path.ends_with("print.css") || path.ends_with("forced.css") {
            continue;
        }
        for piece in pieces {
            let Piece::Head(selectors, 0) = piece else {
                continue;
            };
            for selector in selectors.split(',').map(str::trim) {
                let class = selector.strip_prefix('.');
                if let Some(class) = class.filter(|class| class.chars().all(names)) {
                    places
                        .entry(class.to_owned())
                        .or_default()
                        .insert(path.clone());
                }
            }
        }
    }
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

/// Lines, rings and their distance are thinner than the grid of four pixels: up to there a value says what it is.
const LINE: f64 = 4.0;

/// Why a value should be a token, if it should.
fn wants_token(property: &str, value: &str) -> Option<&'static str> {
    let colours = ["rgb", "hsl", "hwb", "lab(", "lch(", "color(", "color-mix("];
    let hex = value.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        matches!(digits, 3 | 4 | 6 | 8)
    });
    let palette = value.split("--color-").skip(1).any(|rest| {
        let name = rest.split(|it: char| !names(it)).next().unwrap_or_default();
        let shade = name.rsplit('-').next().unwrap_or_default();
        matches!(name, "white" | "black")
            || (shade.len() > 1 && shade.chars().all(|digit| digit.is_ascii_digit()))
    });
    if hex || palette || colours.iter().any(|it| value.contains(it)) {
        return Some("a colour");
    }
    for (unit, most) in [("px", LINE), ("rem", 0.0)] {
        let parts: Vec<&str> = value.split(unit).collect();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            let from = part
                .rfind(|it: char| !it.is_ascii_digit() && it != '.')
                .map_or(0, |at| at + 1);
            let number = part
                .get(from..)
                .and_then(|digits| digits.parse::<f64>().ok());
            if number.is_some_and(|number| number > most) {
                return Some("a length");
            }
        }
    }
    let layer = value.parse::<i32>().is_ok_and(|layer| layer >= 10);
    (property == "z-index" && layer).then_some("a layer of the page")
}

#[test]
fn values_stand_in_the_tokens_alone() {
    let found: Vec<String> = stylesheets()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tokens.css"))
        .flat_map(|(path, pieces)| {
            let name = path
                .strip_prefix(root())
                .expect("a file of ours")
                .display()
                .to_string();
            pieces.into_iter().filter_map(move |piece| match piece {
                Piece::Value(property, value) => wants_token(&property, &value)
                    .map(|what| format!("{name}: {property}: {value} ({what})")),
                Piece::Head(..) => None,
            })
        })
        .collect();
    assert!(
        found.is_empty(),
        "these values belong into style/tokens.css, by a name that says what for: {found:#?}"
    );
}

#[test]
fn what_is_no_token_is_seen() {
    let colours = ["#fff", "1px solid #0a0a0a", "rgb(0 0 0 / 4%)"];
    let palettes = ["var(--color-slate-950)", "var(--color-white)"];
    for value in colours.into_iter().chain(palettes) {
        assert_eq!(wants_token("color", value), Some("a colour"), "{value}");
    }
    for value in ["5px", "calc(100% - 0.5rem)", "1px 12px", "1.25rem"] {
        assert_eq!(wants_token("padding", value), Some("a length"), "{value}");
    }
    assert_eq!(wants_token("z-index", "10"), Some("a layer of the page"));
    let fine = [
        ("border", "1px solid var(--color-line)"),
        ("outline-offset", "-3px"),
        ("color", "var(--color-series-1)"),
        ("padding", "--spacing(2.5)"),
        ("z-index", "2"),
        ("width", "min(100%, 60vw)"),
    ];
    for (property, value) in fine {
        assert_eq!(wants_token(property, value), None, "{property}: {value}");
    }
}

#[test]
fn a_stylesheet_is_read_piece_by_piece() {
    let text = "/* .old { color: red } */ .card, .a.b > p { color: red; & .in:hover { top: 0 } }";
    let head = |words: &str, depth| Piece::Head(words.to_owned(), depth);
    let value = |property: &str, value: &str| Piece::Value(property.to_owned(), value.to_owned());
    assert_eq!(
        pieces(text),
        [
            head(".card, .a.b > p", 0),
            value("color", "red"),
            head("& .in:hover", 1),
            value("top", "0"),
        ]
    );
    let found: Vec<_> = classes(".card, .a.b > p:not(.c-1) 0.5s").collect();
    assert_eq!(found, ["card", "a", "b", "c-1"]);
}

/// What stands between the end of one rule and the block of the next: the heads of blocks, with the comments in them.
fn heads_with_comments(text: &str) -> Vec<String> {
    let (mut found, mut words, mut rest) = (Vec::new(), String::new(), text);
    while let Some(character) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix("/*") {
            let (comment, after) = inside.split_once("*/").unwrap_or((inside, ""));
            // Before a head it says what the rule is for.
            if !words.trim().is_empty() {
                words.push_str("/*");
                words.push_str(comment);
                words.push_str("*/");
            }
            rest = after;
            continue;
        }
        match character {
            '{' => found.push(std::mem::take(&mut words).trim().to_owned()),
            '}' | ';' => words.clear(),
            _ => words.push(character),
        }
        rest = &rest[character.len_utf8()..];
    }
    found
}

/// A comment in a list of selectors is read as part of it: what stood behind it once made a rule that matched nothing.
#[test]
fn no_selector_holds_a_comment() {
    let fine = "/* What for. */ .a { color: red; /* Why. */ & > b { top: 0 } }";
    assert_eq!(heads_with_comments(fine), [".a", "& > b"]);
    let slipped = "& > /* Once more. */ .toast { top: 0 }";
    assert!(heads_with_comments(slipped)[0].contains("/*"));
    let found: Vec<String> = files(&root().join("style"), "css")
        .into_iter()
        .flat_map(|(path, text)| {
            let heads = heads_with_comments(&text).into_iter();
            heads
                .filter(|head| head.contains("/*"))
                .map(move |head| format!("{}: {head}", path.display()))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// An attribute by which the stylesheet knows a state is written by a page or a script, under the same name.
#[test]
fn states_have_one_name() {
    let mut sides: Vec<String> = sources().into_iter().map(|(_, text)| text).collect();
    sides.extend(
        files(&root().join("src"), "js")
            .into_iter()
            .map(|(_, text)| text),
    );
    // As scripts write it: `dataset.lapseOn` for `data-lapse-on`.
    let in_scripts = |name: &str| {
        let mut words = name.trim_start_matches("data-").split('-');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(format!("dataset.{first}"), |all, word| {
            let (head, tail) = word.split_at(1);
            all + &head.to_uppercase() + tail
        })
    };
    let mut unknown = BTreeSet::new();
    for (_, pieces) in stylesheets() {
        for piece in pieces {
            let Piece::Head(selector, _) = piece else {
                continue;
            };
            for rest in selector.split("[data-").skip(1) {
                let name: String = rest.chars().take_while(|it| names(*it)).collect();
                let name = format!("data-{name}");
                let script = in_scripts(&name);
                if !sides
                    .iter()
                    .any(|text| text.contains(&name) || text.contains(&script))
                {
                    unknown.insert(name);
                }
            }
        }
    }
    assert!(unknown.is_empty(), "nobody writes {unknown:?}");
}

/// The seconds of a toast that are gone: each number that is written has its rule, and what counts reads what the rules say.
#[test]
fn each_second_of_a_toast_is_counted() {
    let style = fs::read_to_string(root().join("style/components/toast.css")).expect("a file");
    let pieces = pieces(&style);
    for gone in 1..=10 {
        let head = Piece::Head(format!(".toast[data-spent=\"{gone}\"]"), 0);
        let at = pieces.iter().position(|piece| *piece == head);
        let value = Piece::Value("--spent".to_owned(), format!("{gone}s"));
        let next = at.and_then(|at| pieces.get(at + 1));
        assert_eq!(next, Some(&value), "{gone} seconds");
    }
    let counted = pieces
        .iter()
        .filter(|piece| {
            matches!(piece, Piece::Value(name, value) if name == "animation" && value.contains("var(--spent)"))
        })
        .count();
    assert_eq!(counted, 2, "the toast, and its line");
    let component = fs::read_to_string(root().join("src/ui/components/toast.rs")).expect("a file");
    assert!(component.contains("data-spent=spent") && component.contains("clamp(0, 10)"));
}
