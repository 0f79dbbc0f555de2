//! By when photos are looked at: for the patient, who was told that day, and for the dentist, who has to keep to it.

use super::store;
use crate::{
    care::Scope,
    error::Fault,
    feature::agenda::{Item, Part, State, Telling, When},
    practices::{self, Treating},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_i18n::t;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Cases that are looked through; more hardly ever wait for a dentist.
const CASES: i64 = 1000;

/// What a page has read before it asks for the agenda: since when photos of the reader's wait, and who treats them.
#[derive(Clone)]
pub struct Known {
    pub since: Option<DateTime<Utc>>,
    pub treating: Option<Treating>,
}

pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let mut items = Vec::new();
        if part.outside {
            return Ok(items);
        }
        if let Some(patient) = part.viewer.patient() {
            let known = match part.known.get::<Known>() {
                Some(known) => known.clone(),
                None => {
                    let since = store::waiting_of(&mut *db, patient).await?;
                    let treating = match since {
                        Some(_) => practices::treating(&mut *db, patient).await?,
                        None => None,
                    };
                    Known { since, treating }
                }
            };
            items.extend(answer(&part, &known));
        }
        if let Some(scope) = part.viewer.dentist() {
            items.extend(cases(db, &part, scope).await?);
        }
        Ok(items)
    })
}

/// A day that has passed is today's, for as long as what was due then is not done.
fn due(part: &Part<'_>, by: NaiveDate) -> (When, State) {
    let today = part.today();
    match by < today {
        true => (When::Day(today), State::Overdue(by)),
        false => (When::Day(by), State::Coming),
    }
}

/// When the patient hears of the photos that they sent.
fn answer(part: &Part<'_>, known: &Known) -> Option<Item> {
    let since = known.since?.with_timezone(&part.zone).date_naive();
    let treating = known.treating.as_ref()?;
    let (by, _) = treating.photos_by(since);
    let (when, state) = due(part, by);
    let words = t!("agenda.photos_answer", locale = part.lang);
    let text = t!(
        "agenda.photos_with",
        locale = part.lang,
        name = treating.name
    );
    Some(Item {
        text: Some(text.into_owned()),
        state,
        on_today: true,
        ..Item::new("photos-answer", words, when)
    })
}

/// What a dentist's patients were told to hear by which day: a line a day, which names nobody.
async fn cases(db: &mut PgConnection, part: &Part<'_>, scope: Scope) -> Result<Vec<Item>, Fault> {
    let promised = store::promised(&mut *db, scope, CASES).await?;
    // All of them are treated by this dentist, at the same practice.
    let treating = match promised.first() {
        Some(first) => practices::treating(db, first.patient).await?,
        None => None,
    };
    let Some(treating) = treating else {
        return Ok(Vec::new());
    };
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for case in &promised {
        let zone: Tz = case.time_zone.parse().unwrap_or_default();
        let (by, _) = treating.photos_by(case.since.with_timezone(&zone).date_naive());
        *days.entry(by).or_default() += 1;
    }
    let lang = part.lang;
    let item = |(by, count): (NaiveDate, usize)| {
        let (when, state) = due(part, by);
        let words = match count {
            1 => t!("agenda.cases.one", locale = lang),
            count => t!("agenda.cases.other", locale = lang, count = count),
        };
        Item {
            text: Some(t!("agenda.cases.text", locale = lang).into_owned()),
            state,
            link: Some("/reviews".to_owned()),
            ..Item::new(format!("cases-{by}"), words, when)
        }
    };
    Ok(days.into_iter().map(item).collect())
}
