//! "Your dentist looked at your photos on 4 March": what others saw and did of a patient's record.

use crate::{
    accounts::{Action, Patient, SignedIn},
    audit::{self, Outcome, Seen, Told},
    error::Fault,
    feature::Actions,
    ui::{LinkButton, Page, PageHeader, Reader, Rows, or_empty, page, telephone, time},
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// Lines on one page, give or take those of its last day, which stay together.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct Before {
    /// A day of the patient's, as `2026-11-03`.
    before: Option<NaiveDate>,
}

pub async fn access(
    State(actions): State<Actions>,
    mut signed_in: SignedIn<Patient>,
    query: Result<Query<Before>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    // Days that the database has, too.
    if query
        .before
        .is_some_and(|day| !(1..=9999).contains(&day.year()))
    {
        return Err(Fault::Malformed);
    }
    let (days, not_all) = audit::seen_of(
        &mut signed_in.db,
        signed_in.actor.id().0,
        signed_in.actor.zone().name(),
        query.before,
    )
    .await?;
    let (lines, earlier) = first_days(days, PAGE);
    let earlier = earlier.or(not_all);
    let reader = &signed_in.reader;
    let lang = reader.lang();
    Ok(page(
        reader,
        Page::titled(t!("access.title", locale = lang)),
        || {
            let list = (!lines.is_empty()).then(|| {
                lines
                    .chunk_by(|a, b| a.day == b.day)
                    .map(|day| one_day(reader, &actions, day))
                    .collect_view()
            });
            view! {
                <PageHeader
                    title=t!("access.title", locale = lang) back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned())
                    lead=t!("access.lead", locale = lang).into_owned()
                />
                {or_empty(list, t!("access.empty", locale = lang))}
                {earlier.map(|before| view! {
                    <LinkButton href=format!("/access?before={before}")>{t!("list.earlier", locale = lang).into_owned()}</LinkButton>
                })}
            }
        },
    ))
}

/// The lines of as many whole days as fit, but of one at least; and the day before which there are more.
fn first_days(mut lines: Vec<Seen>, fit: usize) -> (Vec<Seen>, Option<NaiveDate>) {
    let Some(over) = lines.get(fit).map(|seen| seen.day) else {
        return (lines, None);
    };
    let first = lines[0].day;
    let last = lines[..fit]
        .iter()
        .map(|seen| seen.day)
        .filter(|day| *day > over)
        .min()
        .unwrap_or(first);
    let earlier = lines.iter().any(|seen| seen.day < last).then_some(last);
    lines.retain(|seen| seen.day >= last);
    (lines, earlier)
}

/// A day: what was read and done, what was refused, and last what only showed in lists.
fn one_day(reader: &Reader, actions: &Actions, seen: &[Seen]) -> Option<impl IntoView + use<>> {
    let day = seen.first()?.day;
    let (listed, mut lines): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|seen| {
        seen.action == Action::ListPatients.code() && seen.outcome == Outcome::Done
    });
    lines.extend(listed);
    let lines = lines
        .into_iter()
        .map(|seen| line(reader, actions, seen))
        .collect_view();
    Some(view! {
        <section>
            <h2>{time::day(reader, day)}</h2>
            <Rows card=true>{lines}</Rows>
        </section>
    })
}

fn line(reader: &Reader, actions: &Actions, seen: &Seen) -> impl IntoView + use<> {
    let clock = seen
        .at
        .with_timezone(&reader.zone)
        .format("%H:%M")
        .to_string();
    let (words, advice) = if seen.outcome == Outcome::Refused {
        let lang = reader.lang();
        let who = match seen.by_role.as_deref() {
            Some("dentist") => t!("access.refused.dentist", locale = lang, time = clock),
            Some("staff" | "admin") => t!("access.refused.staff", locale = lang, time = clock),
            Some(_) => t!("access.refused.patient", locale = lang, time = clock),
            None => t!("access.refused.somebody", locale = lang, time = clock),
        };
        (
            who.into_owned(),
            Some(t!("access.refused.advice", locale = lang).into_owned()),
        )
    } else {
        (done_words(reader, actions, seen), None)
    };
    let advice = advice.map(|advice| {
        view! { <span class="quiet block">{advice}" "{telephone::number(&reader.clinic_telephone)}</span> }
    });
    view! { <li class="row"><span>{words}{advice}</span><span class="quiet figures">{clock}</span></li> }
}

/// What somebody did, in words.
fn done_words(reader: &Reader, actions: &Actions, seen: &Seen) -> String {
    let lang = reader.lang();
    let who = match seen.by_role.as_deref() {
        Some("dentist") => t!("access.who.dentist", locale = lang),
        Some("staff") => t!("access.who.staff", locale = lang),
        Some("admin") => t!("access.who.admin", locale = lang),
        _ => t!("access.who.system", locale = lang),
    };
    match actions.get(seen.action.as_str()) {
        Some(action) => (action.words)(&Told {
            lang,
            who: &who,
            times: seen.times,
        }),
        // Of a part of Midline that is no longer there.
        None => t!("access.what.other", locale = lang, who = who).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(day: u32) -> Seen {
        Seen {
            day: NaiveDate::from_ymd_opt(2026, 11, day).expect("a day"),
            outcome: Outcome::Done,
            action: "patient.read".to_owned(),
            by_role: None,
            at: chrono::DateTime::default(),
            times: 1,
        }
    }

    #[test]
    fn days_stay_together() {
        let lines = |days: &[u32]| days.iter().map(|day| seen(*day)).collect::<Vec<_>>();
        let cut = |days: &[u32]| {
            let (shown, earlier) = first_days(lines(days), 3);
            (shown.len(), earlier.map(|day| day.day()))
        };
        assert_eq!(cut(&[]), (0, None));
        assert_eq!(cut(&[9, 8, 7]), (3, None));
        assert_eq!(cut(&[9, 8, 7, 6]), (3, Some(7)));
        assert_eq!(
            cut(&[9, 8, 7, 7]),
            (2, Some(8)),
            "a day that does not fit waits for the next page"
        );
        assert_eq!(
            cut(&[9, 9, 9, 9, 8]),
            (4, Some(9)),
            "a day larger than a page is shown whole"
        );
        assert_eq!(cut(&[9, 9, 9, 9]), (4, None));
    }
}
