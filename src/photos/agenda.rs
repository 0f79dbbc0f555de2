//! The photos that a patient is to take of the step being worn: those that are missing, or that are asked for again.

use super::{model::View, store};
use crate::feature::agenda::{Item, Part, Telling, When};
use rust_i18n::t;
use sqlx::PgConnection;

pub use store::Worn;

/// What a page has read of the step being worn before it asks for the agenda; none, where none is.
#[derive(Clone)]
pub struct Known(pub Option<Worn>);

pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let Some(patient) = part.viewer.patient().filter(|_| !part.outside) else {
            return Ok(Vec::new());
        };
        let worn = match part.known.get::<Known>() {
            Some(Known(worn)) => worn.clone(),
            None => store::worn(db, patient, part.now).await?,
        };
        let due = worn.as_ref().and_then(|worn| due(&part, worn));
        Ok(due.into_iter().collect())
    })
}

/// They are due today, for as long as they have not come: no day is set for them.
fn due(part: &Part<'_>, worn: &Worn) -> Option<Item> {
    let lang = part.lang;
    let there = View::STANDARD
        .iter()
        .filter(|view| worn.views.contains(view));
    let there = there.count();
    let (words, text) = match worn.asked_again {
        0 if there >= View::STANDARD.len() => return None,
        0 => (
            t!("agenda.photos", locale = lang, stage = worn.stage),
            Some(t!("home.of_five", locale = lang, count = there).into_owned()),
        ),
        1 => (t!("decision.prompt.retake.one", locale = lang), None),
        count => (
            t!("decision.prompt.retake.other", locale = lang, count = count),
            None,
        ),
    };
    let add = format!("/journeys/{}/photos/new?stage={}", worn.journey, worn.stage);
    Some(Item {
        text,
        link: Some(format!("/journeys/{}/photos", worn.journey)),
        act: Some((add, t!("home.add_photos", locale = lang).into_owned())),
        on_today: true,
        ..Item::new(
            format!("photos-{}-{}", worn.journey, worn.stage),
            words,
            When::Day(part.today()),
        )
    })
}
