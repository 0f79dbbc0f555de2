//! Where the stylesheet and the islands are. cargo-leptos puts a hash of each into its name and the
//! list of hashes beside the program; read once, at start, so that a running server goes on naming the
//! files it was started with.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::Nonce, prelude::*};
use std::{fs, io, sync::Arc};

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
    /// Fails with the place where the list of hashes was looked for, if it is not there.
    pub fn read(options: &LeptosOptions) -> io::Result<Self> {
        let hashes = hashes(options)?;
        let name = &options.output_name;
        let css = hashes
            .lines()
            .find_map(|line| line.trim().strip_prefix("css:"))
            .map(str::trim);
        let file = match css {
            Some(hash) => format!("{name}.{hash}.css"),
            None => format!("{name}.css"),
        };
        Ok(Self {
            stylesheet: format!("/{}/{file}", options.site_pkg_dir),
            options: options.clone(),
            scripts: scripts(options),
        })
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

fn hashes(options: &LeptosOptions) -> io::Result<String> {
    if !options.hash_files {
        return Ok(String::new());
    }
    let path = std::env::current_exe()?.with_file_name(options.hash_file.as_ref());
    fs::read_to_string(&path).map_err(|error| {
        let place = path.display();
        io::Error::new(
            error.kind(),
            format!("{place}, which `cargo leptos build` writes, cannot be read: {error}"),
        )
    })
}
