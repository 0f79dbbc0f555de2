//! By when reports are answered: for the patient, who was told so, and for the dentist. What nobody has seen in time is staff's today.

use super::{
    store::{self, Current},
    view,
};
use crate::{
    care::Scope,
    error::Fault,
    feature::agenda::{Item, Part, State, Telling, Weight, When},
    practices::{self, Treating},
};
use chrono::{DateTime, Utc};
use rust_i18n::t;
use sqlx::PgConnection;

/// Reports that are looked through; more than ever wait for a dentist.
const REPORTS: i64 = 50;

/// What a page has read before it asks for the agenda: the reader's own reports, and who treats them.
#[derive(Clone)]
pub struct Known {
    pub reports: Vec<Current>,
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
                    let reports = store::current_of(&mut *db, patient).await?;
                    let treating = match reports.iter().any(|report| report.state.is_open()) {
                        true => practices::treating(&mut *db, patient).await?,
                        false => None,
                    };
                    Known { reports, treating }
                }
            };
            items.extend(own(&part, &known));
        }
        if let Some(scope) = part.viewer.dentist() {
            items.extend(waiting(&mut *db, &part, scope).await?);
        }
        if part.viewer.office() {
            items.extend(unseen(&part, store::unseen(db, part.now).await?));
        }
        Ok(items)
    })
}

/// A moment that has passed is today's, for as long as there is no answer.
fn due(part: &Part<'_>, by: DateTime<Utc>) -> (When, State) {
    let day = by.with_timezone(&part.zone).date_naive();
    match by < part.now {
        true => (When::Day(part.today()), State::Overdue(day)),
        false => (When::At(by), State::Coming),
    }
}

/// When the patient has an answer to what they reported.
fn own(part: &Part<'_>, known: &Known) -> Vec<Item> {
    let open = known.reports.iter().filter(|report| report.state.is_open());
    open.map(|report| {
        let by = practices::answer_by(known.treating.as_ref(), report.created);
        let (when, state) = due(part, by);
        let kind = view::kind_name(part.lang, report.kind);
        let words = t!("agenda.report_answer", locale = part.lang, kind = kind);
        Item {
            state,
            link: Some(format!("/reports/{}", report.id)),
            on_today: true,
            ..Item::new(format!("report-{}", report.id), words, when)
        }
    })
    .collect()
}

/// What waits for a dentist's answer, a line a report, which names nobody.
async fn waiting(db: &mut PgConnection, part: &Part<'_>, scope: Scope) -> Result<Vec<Item>, Fault> {
    let promised = store::promised(&mut *db, scope, REPORTS).await?;
    // All of them are treated by this dentist, at the same practice.
    let treating = match promised.first() {
        Some(first) => practices::treating(db, first.patient).await?,
        None => None,
    };
    let lang = part.lang;
    let item = |report: &store::Promised| {
        let by = practices::answer_by(treating.as_ref(), report.created);
        let (when, state) = due(part, by);
        let kind = view::kind_name(lang, report.kind);
        let words = t!("agenda.report", locale = lang, kind = kind);
        let answer = t!("report.answer", locale = lang).into_owned();
        Item {
            state,
            weight: Weight::Main,
            link: Some(format!("/reports/{}", report.id)),
            act: Some((format!("/reports/{}#answer", report.id), answer)),
            ..Item::new(format!("answer-{}", report.id), words, when)
        }
    };
    Ok(promised.iter().map(item).collect())
}

/// What no dentist has seen within the clinic's time.
fn unseen(part: &Part<'_>, count: i64) -> Option<Item> {
    let lang = part.lang;
    let words = match count {
        0 => return None,
        1 => t!("report.unseen.one", locale = lang),
        count => t!("report.unseen.other", locale = lang, count = count),
    };
    Some(Item {
        weight: Weight::Main,
        link: Some("/office".to_owned()),
        ..Item::new("reports-unseen", words, When::Day(part.today()))
    })
}
