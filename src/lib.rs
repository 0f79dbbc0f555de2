//! Midline: a portal for people under clear-aligner and brace treatment, and for those who treat them.
//!
//! One crate, built twice: the server (`ssr`) and a small library of islands for the browser
//! (`hydrate`). Feature first: whoever looks for "journeys" finds one folder with all of it. See
//! `docs/ARCHITECTURE.md`.

// The type of a page's view nests as deep as its elements do; a thread of messages goes beyond the default of 128.
#![recursion_limit = "256"]

pub mod error;
pub mod journeys;
pub mod photos;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod calendar;
#[cfg(feature = "ssr")]
pub mod campaigns;
#[cfg(feature = "ssr")]
pub mod care;
#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod dentists;
#[cfg(feature = "ssr")]
mod desk;
#[cfg(feature = "ssr")]
pub mod feature;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
pub mod ids;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
mod office;
#[cfg(feature = "ssr")]
pub mod platform;
#[cfg(feature = "ssr")]
pub mod practices;
#[cfg(feature = "ssr")]
mod records;
#[cfg(feature = "ssr")]
pub mod reports;
#[cfg(feature = "ssr")]
pub mod reviews;
#[cfg(feature = "ssr")]
pub mod wear;

// The words that people read: one catalogue a language.
#[cfg(feature = "ssr")]
rust_i18n::i18n!("locales", fallback = "en");

/// The browser's entry: finds the islands of the page and brings them to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
