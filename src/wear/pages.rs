//! What people see of wear time: a card on Today, a page of the patient's own, the forms for what was forgotten, and what the
//! dentist reads.

mod chart;
mod desk;
mod form;
mod own;
mod today;

pub use desk::{ForDentist, for_dentist};
pub use today::{LATELY, Noted, Place, Today, card, question};

use crate::platform::Platform;
use axum::{Router, extract::FromRef, routing::get};
use rust_i18n::t;

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new()
        .route("/wear", get(own::page_of_own).post(own::tap))
        .route("/wear/new", get(form::new).post(form::enter))
        .route("/wear/{id}", get(form::one).post(form::correct))
        .route("/journeys/{id}/wear", get(desk::of_patient).post(desk::set))
}

/// "14 h 20 min", "45 min".
fn length(lang: &str, minutes: i32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => t!("wear.minutes", locale = lang, minutes = minutes),
        (hours, 0) => t!("wear.hours", locale = lang, hours = hours),
        (hours, minutes) => t!("wear.both", locale = lang, hours = hours, minutes = minutes),
    }
    .into_owned()
}
