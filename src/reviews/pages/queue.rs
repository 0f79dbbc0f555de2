//! The cases that wait for a dentist, and the way into them.

use super::{case, decided};
use crate::{
    accounts::{self, Dentist, Namesakes, SignedIn, listed_name},
    care::Scope,
    error::Fault,
    journeys::model::EventType,
    reports,
    reviews::store::{self, Case, Shown},
    ui::{Badge, ChipLink, Chips, Page, Reader, Tone, or_empty, page, time},
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// Reports that wait; more than ever do.
const REPORTS: i64 = 50;
/// Cases in the list.
pub const CASES: i64 = 500;

#[derive(Deserialize)]
pub struct Asked {
    show: Option<String>,
    /// The decision just taken.
    decided: Option<i64>,
}

/// Where what was decided today is listed.
pub const DECIDED: &str = "/reviews?show=decided";

/// The first case, if there is one; else that there is none.
pub async fn queue(
    signed_in: SignedIn<Dentist>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    if asked.show.as_deref() == Some("decided") {
        return decided::list(signed_in).await;
    }
    let shown = shown(asked.show.as_deref())?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let cases = store::queue(&mut db, Scope::from(&actor), shown, reader.now, 1).await?;
    if let Some(first) = cases.first() {
        return Ok(Redirect::to(&address(first, shown, asked.decided)).into_response());
    }
    let done = case::decided(&mut db, &actor, &act, asked.decided).await?;
    let reported = reports::service::open_of_dentist(&mut db, &actor, &act, REPORTS).await?;
    let named = reported.iter().map(reports::Open::named);
    let named = named.chain(done.iter().map(store::Decided::named));
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let lang = reader.lang();
    let title = t!("review.title", locale = lang).into_owned();
    Ok(page(
        &reader,
        Page::titled(title.clone()).with_module(&super::CASE),
        || {
            view! {
                <div class="stack" data-case data-shortcuts=reader.shortcuts>
                    <h1>{title}</h1>
                    {reports::list(&reader, &reported, "/reviews", &namesakes)}
                    {filters(&reader, Some(shown))}
                    {or_empty(None::<()>, match shown {
                        Shown::All => t!("review.none", locale = lang),
                        _ => t!("review.none_such", locale = lang),
                    })}
                    {case::gone(lang, done.as_ref())}
                    {done.map(|done| case::told(&reader, &done, shown, &namesakes))}
                </div>
            }
        },
    ))
}

pub fn shown(name: Option<&str>) -> Result<Shown, Fault> {
    match name {
        None | Some("") => Ok(Shown::default()),
        Some(name) => Shown::named(name).ok_or(Fault::Malformed),
    }
}

/// Which cases somebody goes through, and which decision they can still take back.
#[derive(Clone, Copy)]
pub struct At {
    pub show: &'static str,
    pub decided: Option<i64>,
}

/// The address of a case; with the decision that can still be taken back, which the page offers then.
pub fn address(case: &Case, shown: Shown, decided: Option<i64>) -> String {
    let decided = decided.map(|id| format!("&decided={id}"));
    format!(
        "/journeys/{}/reviews/{}?show={}{}",
        case.journey.0,
        case.stage,
        shown.name(),
        decided.unwrap_or_default()
    )
}

/// What a choice of cases is called.
pub fn shown_name(lang: &str, shown: Shown) -> String {
    match shown {
        Shown::All => t!("review.show.all", locale = lang),
        Shown::Overdue => t!("review.show.overdue", locale = lang),
        Shown::Paused => t!("review.show.paused", locale = lang),
        Shown::Again => t!("review.show.again", locale = lang),
    }
    .into_owned()
}

/// Which cases wait; and what was decided today, which is shown where none of them is `chosen`.
pub fn filters(reader: &Reader, chosen: Option<Shown>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = Shown::ALL
        .into_iter()
        .map(|shown| {
            let words = shown_name(lang, shown);
            let current = (Some(shown) == chosen).then_some("true");
            view! { <li><ChipLink href=format!("/reviews?show={}", shown.name()) label=words current/></li> }
        })
        .collect_view();
    let current = chosen.is_none().then_some("true");
    let decided = t!("review.show.decided", locale = lang).into_owned();
    view! {
        <nav aria-label=t!("review.filters", locale = lang).into_owned()>
            <Chips>{each}<li><ChipLink href=DECIDED label=decided current/></li></Chips>
        </nav>
    }
}

/// The list beside a case.
pub fn list(
    reader: &Reader,
    (cases, reports, namesakes): (&[Case], usize, &Namesakes),
    shown: Shown,
    open: (i64, i32),
    decided: Option<i64>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let rows = cases
        .iter()
        .map(|case| {
            let words = match case.photos {
                1 => t!("review.case.one", locale = lang, stage = case.stage),
                count => t!("review.case.other", locale = lang, stage = case.stage, count = count),
            };
            let words = words.into_owned();
            let here = ((case.journey.0, case.stage) == open).then_some("page");
            view! {
                <li>
                    <a href=address(case, shown, decided) aria-current=here>
                        <span class="case-name"><strong>{listed_name(&case.first_name, &case.last_name, &case.email)}</strong>{badge(lang, case)}</span>
                        {namesakes.line(case.patient)}
                        <span class="quiet">{words}" · "{time::moment(reader, case.since)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let more = (cases.len() as i64 >= CASES).then(|| {
        view! { <p class="quiet">{t!("review.more_cases", locale = lang, count = CASES).into_owned()}</p> }
    });
    view! {
        <nav class="case-list" aria-label=t!("review.list", locale = lang).into_owned()>
            {(reports > 0).then(|| {
                let words = match reports {
                    1 => t!("review.reports.one", locale = lang),
                    count => t!("review.reports.other", locale = lang, count = count),
                };
                view! { <a class="case-reports" href="/reports">{words.into_owned()}</a> }
            })}
            <details class="case-filter">
                <summary>{shown_name(lang, shown)}" "<span class="figures">{cases.len()}</span></summary>
                {filters(reader, Some(shown))}
            </details>
            <div class="case-names" data-follows><ol>{rows}</ol>{more}</div>
        </nav>
    }
}

/// What makes a case urgent, or another one than most.
pub fn badge(lang: &str, case: &Case) -> impl IntoView + use<> {
    let (tone, words) = match (case.urgent, case.event_type, case.again) {
        _ if case.reported => (Some(Tone::Attention), t!("review.reported", locale = lang)),
        (true, Some(EventType::Pause), _) => (None, t!("review.show.paused", locale = lang)),
        (true, ..) => (
            Some(Tone::Attention),
            t!("review.show.overdue", locale = lang),
        ),
        (false, _, true) => (None, t!("review.show.again", locale = lang)),
        _ => return None,
    };
    Some(view! { <Badge nostrip:tone=tone>{words.into_owned()}</Badge> })
}
