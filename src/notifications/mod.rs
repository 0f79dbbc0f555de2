//! Messages to patients: what is to be told, when, and that it goes out once.

pub mod dispatcher;
pub mod metrics;
mod model;
pub mod onesignal;
mod pace;
mod pages;
mod service;
pub mod store;

pub use pages::routes;

pub use model::{Delivery, Kind, Settled, Why};
