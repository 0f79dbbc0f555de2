//! Where the stylesheet and the islands are. cargo-leptos puts a hash of each into its name and the
//! list of hashes beside the program; read once, at start, so that a running server goes on naming the
//! files it was started with.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::Nonce, prelude::*};
use std::{path::PathBuf, sync::Arc};

/// Stands where each page's own nonce comes.
const NONCE: &str = "{nonce}";

#[derive(Clone, Debug)]
pub struct Assets {
    pub stylesheet: String,
    pub options: LeptosOptions,
    /// The tags that start the islands.
    scripts: String,
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
            scripts: scripts(options),
        }
    }

    /// The tags that start the islands of a page with this nonce.
    pub fn scripts(&self, nonce: &Nonce) -> String {
        self.scripts.replace(NONCE, nonce)
    }
}

fn scripts(options: &LeptosOptions) -> String {
    let owner = Owner::new_root(Some(Arc::new(
        hydration_context::SsrSharedContext::new_islands(),
    )));
    owner.with(|| {
        let nonce = Nonce::new();
        provide_context(nonce.clone());
        let options = options.clone();
        view! { <HydrationScripts options islands=true/> }
            .to_html()
            .replace(&*nonce, NONCE)
    })
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
