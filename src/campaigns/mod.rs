//! Campaigns: one notice to everybody of whom something is true. Staff write it, see who would get it and when, and have it go out;
//! each recipient's is a notification like any other.

mod model;
mod pages;
mod service;
pub mod store;
pub mod worker;

pub use pages::{routes, standing};
