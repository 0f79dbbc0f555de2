//! Wear time: out and in again by a tap, corrected later, and what days and steps make of it.

pub mod model;
mod pages;
pub mod service;
mod store;

pub use pages::{ForDentist, LATELY, Noted, Place, Today, card, for_dentist, question, routes};
