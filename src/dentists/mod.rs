//! Dentists: the directory that patients choose from, and changing dentist.

mod model;
mod pages;
pub mod service;
mod store;

pub use pages::routes;
