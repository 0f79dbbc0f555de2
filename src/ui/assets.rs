//! Where the stylesheet and the islands are. cargo-leptos puts a hash of each into its name and the
//! list of hashes beside the program; read once, at start.

use leptos::config::LeptosOptions;
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct Assets {
    pub stylesheet: String,
    pub options: LeptosOptions,
}

impl Assets {
    pub fn read(options: &LeptosOptions) -> Self {
        let hashes = hash_file(options)
            .and_then(|path| std::fs::read_to_string(path).ok())
            .unwrap_or_default();
        let name = &options.output_name;
        let css = hashes
            .lines()
            .find_map(|line| line.trim().strip_prefix("css:"))
            .map(str::trim);
        let file = match css {
            Some(hash) => format!("{name}.{hash}.css"),
            None => format!("{name}.css"),
        };
        Self {
            stylesheet: format!("/{}/{file}", options.site_pkg_dir),
            options: options.clone(),
        }
    }
}

fn hash_file(options: &LeptosOptions) -> Option<PathBuf> {
    options.hash_files.then_some(())?;
    Some(
        std::env::current_exe()
            .ok()?
            .parent()?
            .join(options.hash_file.as_ref()),
    )
}
