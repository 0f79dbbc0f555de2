//! Messages between a patient and the dentist who treats them: plain text with photos, one thread a journey.

mod actions;
pub mod heads;
mod pages;
mod service;
mod store;
mod tables;

pub use actions::Action;
pub use pages::{COMPOSER, insert_reply, is_opened, saved_replies, several};
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

use crate::{
    feature::{Feature, Notice},
    notifications::Template,
    ui::{Entry, IconName, Reader, Shown, Waiting, Who},
};
use rust_i18n::t;

/// What the rest of the house has to know of messages.
pub static FEATURE: Feature = Feature {
    name: "messages",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    notices: &[Notice {
        kind: "message",
        asked: |reader| {
            reader
                .patient
                .then(|| t!("wishes.kind.message", locale = reader.lang()))
        },
        priority: 30,
        texts: |language| vec![Template::Message.text(language)],
    }],
    tables: tables::TABLES,
    entries: &[
        Entry {
            path: "/messages",
            words: |reader| t!("nav.messages", locale = reader.lang()),
            icon: IconName::Message,
            shown: Shown::BottomBar,
            priority: 40,
            waiting,
        },
        Entry {
            path: "/messages",
            words: |reader| t!("nav.messages", locale = reader.lang()),
            icon: IconName::Message,
            shown: Shown::SideBar(Who::Dentists),
            priority: 30,
            waiting,
        },
    ],
    modules: &[&pages::COMPOSER],
    ..Feature::EMPTY
};

/// Something for a patient to read, and how much for those at a desk.
fn waiting(reader: &Reader) -> Waiting {
    let count = reader.waiting;
    let words = match count {
        1 => t!("message.new.one", locale = reader.lang()),
        count => t!("message.new.other", locale = reader.lang(), count = count),
    };
    Waiting {
        new: reader.unread,
        count: (count > 0).then(|| (count, words.into_owned())),
    }
}
