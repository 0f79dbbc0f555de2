//! The cases that wait for a dentist, and the way into them.

use super::{case, decided};
use crate::{
    accounts::{self, Dentist, Namesakes, SignedIn, full_name, listed_name},
    audit,
    care::Scope,
    error::Fault,
    ids::{JourneyId, ReviewId},
    journeys::model::EventType,
    platform::clock::local_moment,
    reports,
    reviews::{
        store::{self, Case, Lately, Shown},
        words,
    },
    ui::{Badge, ChipLink, Chips, Page, Reader, Tone, or_empty, page, time},
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use leptos::{either::Either, prelude::*};
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
    decided: Option<ReviewId>,
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
    let today = local_moment(reader.today(), NaiveTime::MIN, reader.zone);
    let just = store::decided_since(&mut db, Scope::from(&actor), today, JUST).await?;
    if !just.is_empty() {
        let listed: Vec<_> = just.iter().map(|decided| decided.patient).collect();
        audit::record(&mut db, act.listing(&listed)).await?;
    }
    let named = named.chain(just.iter().map(Lately::named));
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
                    {self::just(&reader, &just, &namesakes)}
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
    pub decided: Option<ReviewId>,
}

/// The address of a case; with the decision that can still be taken back, which the page offers then.
pub fn address(case: &Case, shown: Shown, decided: Option<ReviewId>) -> String {
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

/// What stands in the list beside a case.
pub struct Beside<'a> {
    pub cases: &'a [Case],
    /// How many reports wait.
    pub reports: usize,
    /// Those of other patients.
    pub reported: &'a [reports::Open],
    /// What was decided last today.
    pub just: &'a [Lately],
    pub namesakes: &'a Namesakes,
}

/// How many of today's decisions stand beside the cases.
pub const JUST: i64 = 3;
/// The list beside a case.
pub fn list(
    reader: &Reader,
    beside: &Beside<'_>,
    shown: Shown,
    open: (JourneyId, i32),
    decided: Option<ReviewId>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let Beside {
        cases, namesakes, ..
    } = *beside;
    let rows = cases
        .iter()
        .map(|case| {
            let step = t!("today.step", locale = lang, stage = case.stage).into_owned();
            let age = time::moment_in_words(reader, case.since, age(reader, case.since));
            let here = ((case.journey, case.stage) == open).then_some("page");
            view! {
                <li>
                    <a href=address(case, shown, decided) aria-current=here>
                        <span class="case-name"><strong>{listed_name(&case.first_name, &case.last_name, &case.email)}</strong>{badge(lang, case)}</span>
                        {namesakes.line(case.patient)}
                        <span class="quiet">{step}" · "{age}</span>
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
            {waiting(lang, beside)}
            <details class="case-filter">
                <summary>{shown_name(lang, shown)}" "<span class="figures">{cases.len()}</span></summary>
                {filters(reader, Some(shown))}
            </details>
            <div class="case-names" data-follows><ol>{rows}</ol>{more}</div>
            {just(reader, beside.just, namesakes)}
        </nav>
    }
}

/// How long a case waits, as short as it can be said.
fn age(reader: &Reader, since: DateTime<Utc>) -> String {
    let lang = reader.lang();
    let passed = (reader.now - since).max(TimeDelta::zero());
    match (passed.num_days(), passed.num_hours(), passed.num_minutes()) {
        (0, 0, minutes) => t!("review.age.minutes", locale = lang, count = minutes),
        (0, hours, _) => t!("review.age.hours", locale = lang, count = hours),
        (days, ..) => t!("review.age.days", locale = lang, count = days),
    }
    .into_owned()
}

/// The reports that wait, in one line: a single one is answered from here, several are named once it is opened. Those of patients of
/// whom a case waits stand in the list.
fn waiting(lang: &'static str, beside: &Beside<'_>) -> Option<impl IntoView + use<>> {
    let words = match beside.reports {
        0 => return None,
        1 => t!("review.reports.one", locale = lang),
        count => t!("review.reports.other", locale = lang, count = count),
    };
    let has_case = |patient| beside.cases.iter().any(|case| case.patient == patient);
    let mut named: Vec<(String, String)> = beside
        .reported
        .iter()
        .filter(|report| report.state.is_open() && !has_case(report.patient))
        .map(|report| {
            let name = full_name(&report.first_name, &report.last_name, &report.email);
            let name = beside.namesakes.named(report.patient, name);
            let words = t!("review.answer_report", locale = lang, name = name).into_owned();
            (format!("/reports/{}#answer", report.id), words)
        })
        .collect();
    if beside.reports == 1 || named.is_empty() {
        let (href, answer) = named.pop().unzip();
        let href = href.unwrap_or_else(|| "/reports".to_owned());
        let answer = answer.map(|answer| view! { <span class="block">{answer}</span> });
        return Some(Either::Left(view! {
            <a class="case-reports" href=href>{words.into_owned()}{answer}</a>
        }));
    }
    let each = named
        .into_iter()
        .map(|(href, words)| view! { <li><a class="case-report" href=href>{words}</a></li> })
        .collect_view();
    Some(Either::Right(view! {
        <details class="case-waiting">
            <summary class="case-reports">{words.into_owned()}</summary>
            <ul>
                {each}
                <li><a class="case-report" href="/reports">{t!("review.all_reports", locale = lang).into_owned()}</a></li>
            </ul>
        </details>
    }))
}

/// What was decided last: whose case it was can be read after the next one stands there, and it can be opened again.
fn just(
    reader: &Reader,
    decided: &[Lately],
    namesakes: &Namesakes,
) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let rows = decided
        .iter()
        .map(|decided| {
            let name = listed_name(&decided.first_name, &decided.last_name, &decided.email);
            let href = format!("/journeys/{}/reviews/{}", decided.journey.0, decided.stage);
            let outcome = words::outcome(lang, decided.kind, decided.hold_days, &decided.views);
            let step = t!("today.step", locale = lang, stage = decided.stage).into_owned();
            view! {
                <li>
                    <a href=href>
                        <strong>{name}</strong>
                        {namesakes.line(decided.patient)}
                        <span class="quiet">{step}" · "{outcome}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    (!decided.is_empty()).then(|| {
        view! {
            <p class="case-just" id="just-title">{t!("review.just", locale = lang).into_owned()}</p>
            <ol class="case-names" aria-labelledby="just-title" data-just>{rows}</ol>
        }
    })
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
