//! Photos of the teeth, one view at one stage: how they come in, what is kept of them, how they are shown.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod intake;
mod islands;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod processing;
#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod sweep;
#[cfg(feature = "ssr")]
pub mod worker;

#[cfg(feature = "ssr")]
pub use api::routes;
#[cfg(feature = "ssr")]
pub use intake::{Came, Sender, direct_routes, form_limit, routes as intake_routes, with_form};
#[cfg(feature = "ssr")]
pub use model::{Rejection, Variant, View};
#[cfg(feature = "ssr")]
pub use pages::{ACCEPTED, alt, framed, stage_name, view_name};
