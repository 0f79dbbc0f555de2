//! Photos of the teeth, one view at one stage. So far: showing them.

mod api;
pub mod store;

pub use api::routes;
