//! Reports on the timeline of the journey that they are about.

use super::{
    store::{self, Told},
    view,
};
use crate::{
    feature::timeline::{Aside, Part, Telling},
    ui::IconName,
};
use rust_i18n::t;
use sqlx::PgConnection;

/// What was reported in this part of a journey. Those who see no photos see no note either.
pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let told = store::of_journey(db, part.journey, part.since, part.before).await?;
        Ok(told.iter().map(|told| aside(&part, told)).collect())
    })
}

fn aside(part: &Part<'_>, told: &Told) -> Aside {
    let lang = part.reader.lang();
    let kind = view::kind_name(lang, told.kind);
    let words = if part.own {
        t!("report.told.own", locale = lang, kind = kind)
    } else {
        t!("report.told.desk", locale = lang, kind = kind)
    };
    let state = view::state_name(lang, told.state);
    Aside {
        at: told.created,
        class: "event event-report",
        icon: IconName::Triangle,
        words: words.into_owned(),
        facts: vec![state],
        note: told.note.clone().filter(|_| part.with_photos),
        link: part.with_photos.then(|| format!("/reports/{}", told.id)),
        prompt: None,
    }
}
