//! What can be seen in the repository itself.

use leptos::config::{ConfFile, get_configuration};
use std::{
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
