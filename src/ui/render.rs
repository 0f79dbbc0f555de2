//! From a view to an answer.
//!
//! Pages are rendered by plain axum handlers: everything a page shows is fetched first, so its status
//! is known and it is sent whole. See `docs/decisions/0002-rendering.md`.

use super::{Assets, Module, PALETTE, Posture, Reader, layout};
use crate::platform::http::security::{self, Scripts};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{either::EitherOf4, hydration::AutoReload, prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use std::sync::{Arc, LazyLock, OnceLock};

/// Marks the bell, and renews the inbox, when something new is told of.
static NEWS: LazyLock<String> = LazyLock::new(|| {
    include_str!("news.js")
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"))
        .collect()
});

static ASSETS: OnceLock<Assets> = OnceLock::new();

impl Assets {
    /// Makes these the assets that pages link to. The first call counts.
    pub fn install(self) {
        let _ = ASSETS.set(self);
    }
}

/// What there is to say of a page besides its contents.
pub struct Page {
    pub status: StatusCode,
    /// What the browser's tab says. At a desk it names the thing and the person, elsewhere nobody; it is never logged.
    pub title: String,
    /// Whether islands stand in it, so that it needs the scripts.
    pub islands: bool,
    /// The scripts of their own that it uses.
    pub modules: Vec<&'static Module>,
    /// Whether it is made for paper: it has no menu.
    pub paper: bool,
    /// Whether no place of the menu is its own: nothing is at its address, or nothing for its reader.
    pub nowhere: bool,
}

impl Page {
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            status: StatusCode::OK,
            title: title.into(),
            islands: false,
            modules: Vec::new(),
            paper: false,
            nowhere: false,
        }
    }

    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub fn with_islands(self) -> Self {
        Self {
            islands: true,
            ..self
        }
    }

    pub fn with_module(mut self, module: &'static Module) -> Self {
        self.modules.push(module);
        self
    }
}

/// Whose record a page is part of: its `PatientBar` says so while it is rendered, and the title names them, too.
#[derive(Clone, Default)]
pub struct Whose(Arc<OnceLock<String>>);

impl Whose {
    /// The first one that is named counts.
    pub fn name(&self, name: &str) {
        let _ = self.0.set(name.to_owned());
    }

    fn title(&self, title: &str) -> String {
        match self.0.get() {
            Some(name) if !title.contains(name.as_str()) => format!("{title} · {name}"),
            _ => title.to_owned(),
        }
    }
}

/// Whether a form of the page could not be taken: its `ErrorSummary` says so while it is rendered, and the title begins with it, so
/// that whoever listens hears it first.
#[derive(Clone, Default)]
pub struct Mistaken(Arc<OnceLock<()>>);

impl Mistaken {
    pub fn say(&self) {
        let _ = self.0.set(());
    }

    fn title(&self, reader: &Reader, status: StatusCode, title: String) -> String {
        // The gallery shows a summary, and nothing is wrong there.
        if self.0.get().is_some() && !status.is_success() {
            t!("form.error_title", locale = reader.lang(), title = title).into_owned()
        } else {
            title
        }
    }
}

/// The letters come with the stylesheet, not after it: words that are set anew in them move what stands below.
const LETTERS: &str = "</fonts/inter-latin-wght-normal.woff2>; rel=preload; as=font; type=\"font/woff2\"; crossorigin";

/// Renders `contents` inside the reader's layout. It is called with the reader, in its own reactive
/// owner, so that islands in it are given their places.
pub fn page<V: IntoView>(reader: &Reader, page: Page, contents: impl FnOnce() -> V) -> Response {
    let owner = Owner::new_root(Some(Arc::new(
        hydration_context::SsrSharedContext::new_islands(),
    )));
    let html = owner.with(|| {
        let whose = Whose::default();
        provide_context(whose.clone());
        let mistaken = Mistaken::default();
        provide_context(mistaken.clone());
        let contents = contents();
        let title = mistaken.title(reader, page.status, whose.title(&page.title));
        document(reader, &page, &title, contents)
    });
    drop(owner);
    let mut response = (
        page.status,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::LINK, LETTERS),
        ],
        html,
    )
        .into_response();
    if page.islands {
        response.extensions_mut().insert(Scripts::Islands);
    } else if !page.modules.is_empty() {
        response.extensions_mut().insert(Scripts::Modules);
    } else if reader.posture != Posture::Public {
        response.extensions_mut().insert(Scripts::Own);
    }
    response
}

fn document(reader: &Reader, page: &Page, title: &str, contents: impl IntoView) -> String {
    let assets = ASSETS.get();
    let scripts = assets.filter(|_| page.islands).map(|assets| {
        // What the tags would do if they were made for this page.
        if let Some(context) = Owner::current_shared_context() {
            context.set_is_hydrating(false);
        }
        InertElement::new(assets.scripts(&reader.nonce))
    });
    // In the page itself, so that one without islands fetches no script.
    let news = (reader.posture == Posture::Patient && !page.paper).then(|| {
        InertElement::new(format!(
            "<script nonce=\"{}\">{}</script>",
            reader.nonce, *NEWS
        ))
    });
    // `make dev`: the page is read anew when it was built anew.
    let reload = security::watched()
        .then(|| assets.map(|assets| assets.options.clone()))
        .flatten()
        .map(|options| {
            provide_context(reader.nonce.clone());
            view! { <AutoReload options/> }
        });
    let posture = reader.posture;
    let modules = page
        .modules
        .iter()
        .map(|module| view! { <script type="module" src=module.path()></script> })
        .collect_view();
    // By its nonce, so that a page at a desk lets in this one script and no other.
    let palette = (posture == Posture::Desk && !page.paper).then(|| {
        let nonce = reader.nonce.to_string();
        view! { <script type="module" src=PALETTE.path() nonce=nonce></script> }
    });
    let head = view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        <meta name="color-scheme" content=reader.theme.map_or("light dark", super::Theme::code)/>
        <title>{format!("{title} · Midline")}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
        <link rel="manifest" href="/manifest.webmanifest"/>
        <link rel="stylesheet" href=assets.map(|assets| assets.stylesheet.clone())/>
        {scripts}
        {modules}
        {palette}
        {news}
        {reload}
    };
    let here = reader.here().filter(|_| !page.nowhere);
    let body = match posture {
        _ if page.paper => EitherOf4::A(layout::paper(reader, contents)),
        Posture::Public => EitherOf4::B(layout::public(reader, contents)),
        Posture::Patient => EitherOf4::C(layout::patient(reader, here, contents)),
        Posture::Desk => EitherOf4::D(layout::desk(reader, here, contents)),
    };
    let root = view! {
        <html lang=reader.lang() data-theme=reader.theme.map(super::Theme::code)>
            <head>{head}</head>
            <body>{body}</body>
        </html>
    };
    format!("<!DOCTYPE html>{}", root.to_html())
}
