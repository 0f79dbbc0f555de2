//! The first page of staff and administrators: what is going out, what failed, and what waits for them. It is made of what the
//! features below it say, so it stands above them.

mod pages;
mod store;

pub use pages::routes;
