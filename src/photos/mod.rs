//! Photos of the teeth, one view at one stage: how they come in, what is kept of them, how they are shown.

mod api;
mod intake;
pub mod limits;
pub mod model;
mod modules;
mod pages;
pub mod processing;
mod service;
mod store;
pub mod sweep;
pub mod worker;

pub use api::routes;
pub use intake::{
    Came, NotCome, Sender, direct_routes, form_limit, routes as intake_routes, turned_away,
    with_form,
};
pub use model::{Rejection, Variant, View};
pub use modules::ALL as MODULES;
pub use pages::{ACCEPTED, alt, finding_at_desk, framed, stage_name, view_name};
pub use service::any_sent;
pub use store::{Finding, Photo, findings, gallery, in_journey, of_stages};
