//! A dentist's first page: what needs them. It is made of what the features below it say, so it stands above them.

mod pages;
mod store;

pub use pages::routes;
