//! A patient's first page, made of what the features below it say: what do I do now, and when next? And the first day, on which
//! somebody new is shown around.

mod pages;
mod store;

pub use pages::routes;
