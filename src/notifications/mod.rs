//! Messages to patients: what is to be told, when, and that it goes out once.

pub mod dispatcher;
pub mod metrics;
mod model;
pub mod onesignal;
mod pace;
mod pages;
mod service;
mod store;
mod templates;

pub use pages::{number, outcome, routes, status};

pub use model::{Delivery, Kind, Settled, Status, Why};
pub use store::{
    News, Scheduled, cancel, cancel_pending_progress,
    desk::{Failures, failures, health, is_own, today},
    hold,
    inbox::{let_go, read_elsewhere},
    reschedule, schedule_progress, scheduled_for, tell as tell_news,
};
pub use templates::Template;

use crate::{accounts::UserId, ui::Language};
use sqlx::PgConnection;

/// Tells a patient something, at once, in their language; about a journey, if it is about one. Answers the notification's id.
///
/// # Errors
/// When the database fails.
pub async fn tell(
    db: &mut PgConnection,
    patient: UserId,
    journey: Option<i64>,
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
