//! Messages between a patient and the dentist who treats them: plain text with photos, one thread a journey.

pub mod heads;
mod pages;
mod service;
mod store;

pub use pages::{COMPOSER, insert_reply, intake_routes, is_opened, routes, saved_replies, several};
pub use service::{NotSent, Sending, note_read, send, share_all};
pub use store::{
    Listed, Message, first_unread, newest, one,
    replies::{Kept, Reply, add as add_reply, replies},
    thread, threads,
};

/// The longest message, in characters.
pub const BODY: usize = 2000;
/// The most photos with one message.
pub const PHOTOS: usize = 6;
/// The most messages that one person may write to one thread in 24 hours.
pub const DAILY: i64 = 100;
