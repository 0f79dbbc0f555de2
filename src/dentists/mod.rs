//! Dentists: the directory that patients choose from, and changing dentist.

mod model;
mod pages;
pub mod service;
pub mod store;

pub use pages::routes;
