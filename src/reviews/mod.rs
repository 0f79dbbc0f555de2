//! Reviews: what dentists decide on patients' photos, case by case. A case is a stage with photos on which nothing was
//! decided yet.

pub mod model;
mod pages;
pub mod service;
mod store;
mod timeline;
mod words;
pub mod worker;

pub use pages::{CASE, routes};
pub use store::told;
pub use timeline::tell;
#[cfg(feature = "ssr")]
pub use words::{reason as reason_words, tip as tip_words};
