//! Photos of the teeth, one view at one stage: how they come in, what is kept of them, how they are shown.

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
pub mod agenda;
#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod feature;
pub mod figure;
mod function;
#[cfg(feature = "ssr")]
mod intake;
mod islands;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod modules;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod processing;
#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod sweep;
#[cfg(feature = "ssr")]
mod tables;
#[cfg(feature = "ssr")]
pub mod worker;

#[cfg(feature = "ssr")]
pub use actions::Action;
#[cfg(feature = "ssr")]
pub use feature::FEATURE;
#[cfg(feature = "ssr")]
pub use intake::{Came, NotCome, Sender, form_limit, turned_away, with_form};
#[cfg(feature = "ssr")]
pub use model::{Rejection, Variant, View};
#[cfg(feature = "ssr")]
pub use pages::{ACCEPTED, CameFrom, alt, finding_at_desk, framed, stage_name, view_name};
#[cfg(feature = "ssr")]
pub use service::any_sent;
#[cfg(feature = "ssr")]
pub use store::{
    FIRST_PHOTOS, Finding, Photo, findings, gallery, in_journey, of_stages, set_awaiting,
};
