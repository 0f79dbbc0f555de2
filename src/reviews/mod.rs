//! Reviews: what dentists decide on patients' photos, case by case. A case is a stage with photos on which nothing was
//! decided yet.

mod islands;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod timeline;
#[cfg(feature = "ssr")]
mod words;
#[cfg(feature = "ssr")]
pub mod worker;

#[cfg(feature = "ssr")]
pub use pages::routes;
#[cfg(feature = "ssr")]
pub use timeline::tell;
