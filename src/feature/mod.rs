//! A feature is a value. What the rest of the house has to know of one (its routes, its places in the menu, its scripts) stands in
//! one `FEATURE` in the feature's `mod.rs`, as data; `app::FEATURES` lists them, and nothing else knows all of them. What is made of the
//! data, such as the router, the menu and the table of who may do what, follows from that list alone.
//!
//! Below every feature, above `platform` and `ui`.

mod access;
pub mod agenda;
mod documents;
pub mod figures;
mod notice;
mod route;
mod router;
mod table;
pub mod timeline;

pub use access::{Access, Reach};
pub use documents::{documents, with as document_with, write as write_documents};
pub use notice::{Notice, Notices};
pub use route::{
    Kind, Method, Route, Section, act, api, file, intake, page, reading, server_function,
    server_reading, stream,
};
pub use router::{Actions, Context, Routers, note_place, places, routers};
pub use table::{Erased, Kept, Table, Whose};

use crate::{
    audit,
    platform::Platform,
    ui::{Entry, Module},
};
use graphile_worker::WorkerOptions;

/// What features have for each other, by type. A feature that asks others for something says as what; who answers is not its to know.
pub type Offers = axum::http::Extensions;

/// Defines the jobs of a feature.
pub type Jobs = fn(WorkerOptions, &Platform) -> WorkerOptions;

/// What a feature says of itself. Each part but the name may be left out: `..Feature::EMPTY`.
///
/// Features are statics, not constants: they name their scripts, which are.
pub struct Feature {
    /// The name of its folder.
    pub name: &'static str,
    /// What it answers, by the place of the menu that the pages belong to.
    pub routes: &'static [&'static [Section]],
    /// Its places in the menus.
    pub entries: &'static [Entry],
    /// What is done in it, with the words in which patients read of it.
    pub actions: &'static [audit::Action],
    /// What is due in it for a person, between two moments.
    pub agenda: Option<agenda::Teller>,
    /// What it tells on the timeline of a journey.
    pub timeline: Option<timeline::Teller>,
    /// What it has for other features, by types of theirs.
    pub offers: fn(&mut Offers),
    /// The jobs that it works on in the background.
    pub jobs: Option<Jobs>,
    /// The kinds of notifications that it sends.
    pub notices: &'static [Notice],
    /// What it counts, for Prometheus.
    pub figures: Option<figures::Figures>,
    /// What it keeps in the database: no other feature writes there.
    pub tables: &'static [Table],
    /// The scripts that its pages load.
    pub modules: &'static [&'static Module],
}

impl Feature {
    /// What has no routes, no place in a menu, and nothing else.
    pub const EMPTY: Self = Self {
        name: "",
        routes: &[],
        entries: &[],
        actions: &[],
        agenda: None,
        timeline: None,
        offers: |_| (),
        jobs: None,
        figures: None,
        notices: &[],
        tables: &[],
        modules: &[],
    };

    /// All of its routes, each with the section in which it stands.
    pub fn routes(&self) -> impl Iterator<Item = (&'static Section, &'static Route)> + use<> {
        self.routes
            .iter()
            .flat_map(|sections| sections.iter())
            .flat_map(|section| section.routes.iter().map(move |route| (section, route)))
    }
}
