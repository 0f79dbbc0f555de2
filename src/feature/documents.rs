//! What the documents in `docs/` say of features and of the environment is written by the program: `midline docs`.

use super::Feature;
use crate::platform::config;
use std::{fmt::Write as _, io, path::Path};

/// The documents that are written in part by the program, and what stands in them.
pub fn documents(features: &[&'static Feature]) -> Vec<(&'static str, String)> {
    vec![
        ("docs/RETENTION.md", retention(features)),
        ("docs/OPERATIONS.md", config::table()),
    ]
}

/// Writes anew what the program says in the documents of the checkout at `root`.
///
/// # Errors
/// When a document cannot be read or written, or does not say where.
pub fn write(root: &Path, features: &[&'static Feature]) -> io::Result<()> {
    for (name, made) in documents(features) {
        let path = root.join(name);
        let text = std::fs::read_to_string(&path)?;
        let text = with(&text, &made)
            .ok_or_else(|| io::Error::other(format!("{name} has no place for it")))?;
        std::fs::write(&path, text)?;
    }
    Ok(())
}

const BEGIN: &str = "<!-- Written by `midline docs`. -->\n";
const END: &str = "<!-- Up to here. -->\n";

/// A document with what the program says, between its two marks.
pub fn with(text: &str, made: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{made}\n{END}{after}"))
}

/// The table of tables.
fn retention(features: &[&'static Feature]) -> String {
    let mut text = "| table | holds | whose | how long today | to take along | when a person is erased | kept by |\n\
                    |---|---|---|---|---|---|---|\n"
        .to_owned();
    for feature in features {
        for table in feature.tables {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} | `{}` |",
                table.name,
                table.holds,
                table.whose.words(),
                table.kept.words(),
                if table.exported { "yes" } else { "–" },
                table.erased.words(),
                feature.name,
            );
        }
    }
    text
}
