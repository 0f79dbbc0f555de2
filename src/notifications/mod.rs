//! Messages to patients: what is to be told, when, and that it goes out once.

mod actions;
pub mod channels;
pub mod dispatcher;
pub mod email;
pub mod metrics;
mod model;
pub mod onesignal;
mod pace;
mod pages;
mod service;
mod store;
mod tables;
mod templates;
pub mod twilio;

pub use actions::Action;
pub use pages::{Device, Switched, lets_in, number, outcome, status};

pub use model::{Channel, Delivery, Kind, Settled, State, Status, Why};
pub use store::{
    News, Scheduled, being_told, cancel, cancel_pending_progress,
    desk::{Failures, failures, health, test_of, today},
    dispatch::Open,
    hold,
    inbox::{let_go, read_elsewhere},
    reschedule, schedule_progress, scheduled_for, tell as tell_news,
};
pub use templates::Template;

use crate::{
    accounts::UserId,
    feature::{Feature, Notice},
    ids::JourneyId,
    ui::{Entry, IconName, Language, Reader, Shown, Waiting, Who, nothing_waits},
};
use rust_i18n::t;
use sqlx::PgConnection;

/// What the rest of the house has to know of notifications.
pub static FEATURE: Feature = Feature {
    name: "notifications",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    figures: Some(metrics::tell),
    notices: &[Notice {
        kind: "notice",
        asked: |reader| {
            reader
                .patient
                .then(|| t!("wishes.kind.notice", locale = reader.lang()))
        },
        priority: 60,
        texts: |_| Vec::new(),
    }],
    tables: tables::TABLES,
    entries: &[
        Entry {
            path: "/inbox",
            words: |reader| match reader.told {
                true => t!("nav.inbox_new", locale = reader.lang()),
                false => t!("nav.inbox", locale = reader.lang()),
            },
            icon: IconName::Bell,
            shown: Shown::Top,
            priority: 10,
            waiting,
        },
        Entry {
            path: "/inbox",
            words: |reader| t!("nav.inbox", locale = reader.lang()),
            icon: IconName::Bell,
            shown: Shown::SideBar(Who::Patients),
            priority: 2,
            waiting,
        },
        Entry {
            path: "/notifications",
            words: |reader| t!("nav.outbox", locale = reader.lang()),
            icon: IconName::Bell,
            shown: Shown::SideBar(Who::Office),
            priority: 50,
            waiting: nothing_waits,
        },
    ],
    ..Feature::EMPTY
};

/// Something in their inbox that they have not opened.
fn waiting(reader: &Reader) -> Waiting {
    Waiting {
        new: reader.told,
        count: None,
    }
}

/// Tells a patient something, at once, in their language; about a journey, if it is about one. Answers the notification's id.
///
/// # Errors
/// When the database fails.
pub async fn tell(
    db: &mut PgConnection,
    patient: UserId,
    journey: Option<JourneyId>,
    template: Template,
    language: Language,
) -> Result<i64, sqlx::Error> {
    let news = store::News {
        kind: template.kind(),
        template: Some(template),
        content: &template.text(language),
        journey,
        at_any_hour: false,
    };
    store::tell(db, patient, news).await
}
