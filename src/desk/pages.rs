//! What needs me? One line above all, figures that lead to what they count, then the exceptions: each with its reason, since when,
//! and one act.

use super::store::{self, Counts, Still};
use crate::{
    accounts::{self, Dentist, Namesakes, SignedIn, UserId, listed_name},
    care::Scope,
    error::Fault,
    feature::{self, Access, Section},
    journeys::{self, LONG_PAUSE},
    messages::Listed,
    reports,
    ui::{
        Badge, ButtonKind, Card, IconName, LinkButton, Page, PageHeader, Place, Reader, StatTile,
        Stats, Tone, page, time,
    },
};
use crate::{audit, messages};
use axum::{response::Response, routing::get};
use chrono::{Datelike, Days, NaiveTime};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// Patients in the list; a page away are all of them.
const LISTED: i64 = 30;
/// Reports that wait; more than ever do.
const REPORTS: i64 = 50;
/// Threads with something new.
const THREADS: i64 = 10;
/// All whose treatment stands still, those who waited longest first.
const STILL: &str = "/patients?show=still&sort=due";

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/today"),
    routes: &[feature::page("/today", Access::DENTIST, || get(today))],
}];

async fn today(signed_in: SignedIn<Dentist>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let begin = |back: u64| {
        let day = reader.today() - Days::new(back);
        crate::platform::clock::local_moment(day, NaiveTime::MIN, reader.zone)
    };
    let monday = begin(u64::from(reader.today().weekday().num_days_from_monday()));
    let counts = store::counts(&mut db, scope, begin(0), monday).await?;
    let still = store::still(&mut db, scope, reader.now, LISTED).await?;
    let threads = match counts.unread {
        0 => Vec::new(),
        _ => messages::threads(&mut db, scope, true, None, THREADS).await?,
    };
    let reported = reports::open_of_dentist(&mut db, scope, None, REPORTS).await?;
    let listed: Vec<_> = (still.iter().map(|patient| patient.id))
        .chain(threads.iter().map(|thread| thread.patient))
        .chain(reported.iter().map(|report| report.patient))
        .collect();
    if !listed.is_empty() {
        audit::record(&mut db, act.listing(&listed)).await?;
    }
    let named = (still.iter().map(Still::named))
        .chain(threads.iter().map(Listed::named))
        .chain(reported.iter().map(reports::Open::named));
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let lang = reader.lang();
    let title = t!("today.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let nothing = reported.is_empty()
            && counts.cases == 0
            && threads.is_empty()
            && still.is_empty()
            && counts.changes == 0;
        view! {
            <PageHeader title/>
            {reports::list(&reader, &reported, "/today", &namesakes)}
            {cases(&reader, &counts, !reported.is_empty())}
            {figures(lang, &counts, (reported.len(), still.first().map_or(0, |first| first.of)))}
            {nothing.then(|| view! { <p class="quiet">{t!("today.nothing", locale = lang).into_owned()}</p> })}
            {written(&reader, &threads, &namesakes)}
            {asked(lang, counts.changes)}
            {late(&reader, &still, &namesakes)}
        }
    }))
}

/// The loudest line: how many cases wait.
fn cases(reader: &Reader, counts: &Counts, reported: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let line = match counts.cases {
        0 => t!("today.no_cases", locale = lang),
        1 => t!("today.cases.one", locale = lang),
        count => t!("today.cases.other", locale = lang, count = count),
    };
    let oldest = counts.oldest.map(|oldest| {
        view! { <p class="quiet">{t!("today.oldest", locale = lang).into_owned()}" "{time::moment(reader, oldest)}</p> }
    });
    // What was reported comes first.
    let kind = if reported {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    let begin = (counts.cases > 0).then(|| {
        view! {
            <LinkButton href="/reviews" kind icon=IconName::Image>{t!("today.begin", locale = lang).into_owned()}</LinkButton>
        }
    });
    view! {
        <section class="card today-cases" aria-labelledby="cases-title">
            <div>
                <h2 id="cases-title">{line.into_owned()}</h2>
                {oldest}
            </div>
            {begin}
        </section>
    }
}

fn figures(
    lang: &'static str,
    counts: &Counts,
    (reported, still): (usize, i64),
) -> impl IntoView + use<> {
    let reported = i64::try_from(reported).unwrap_or(i64::MAX);
    let tile = |count: i64, label: String, href: &'static str, tone: Tone| {
        let value = count.to_string();
        if count > 0 {
            Either::Left(view! { <StatTile value label href tone/> })
        } else {
            Either::Right(view! { <StatTile value label href/> })
        }
    };
    let urgent = t!("today.tile.reports", locale = lang).into_owned();
    let cases = t!("today.tile.cases", locale = lang).into_owned();
    let messages = t!("today.tile.messages", locale = lang).into_owned();
    let late = t!("today.tile.still", locale = lang).into_owned();
    let waiting = (
        tile(counts.cases, cases, "/reviews", Tone::Note),
        tile(reported, urgent, "/reports", Tone::Trouble),
        tile(counts.unread, messages, "/messages?show=unread", Tone::Note),
        tile(still, late, STILL, Tone::Attention),
    );
    let (today, week) = (
        counts.decided_today.to_string(),
        counts.decided_week.to_string(),
    );
    view! {
        <Stats label=t!("today.figures", locale = lang).into_owned()>
            {waiting}
            <StatTile value=today label=t!("today.decided_today", locale = lang).into_owned() href="/reviews?show=decided"/>
            <StatTile value=week label=t!("today.decided_week", locale = lang).into_owned()/>
        </Stats>
    }
}

/// Something that is out of the ordinary: who, why, since when, and the act.
fn exception<W: IntoView, S: IntoView>(
    (patient, name, namesakes): (UserId, String, &Namesakes),
    why: W,
    since: S,
    act: (String, String),
) -> impl IntoView + use<W, S> {
    let (to, words) = act;
    let href = format!("/patients/{}", patient.0);
    // Heard without the line around it, it says whose.
    let named = format!("{words}: {}", namesakes.named(patient, name.clone()));
    let mark = namesakes.line(patient);
    view! {
        <li class="exception">
            <span><a class="exception-who" href=href>{name}</a>{mark}</span>
            <span class="exception-why">{why}</span>
            <span class="quiet">{since}</span>
            <LinkButton kind=ButtonKind::Tool small=true href=to label=named>{words}</LinkButton>
        </li>
    }
}

/// Threads with something that was not read.
fn written(
    reader: &Reader,
    threads: &[Listed],
    namesakes: &Namesakes,
) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let rows = threads
        .iter()
        .map(|thread| {
            let name = listed_name(&thread.first_name, &thread.last_name, &thread.email);
            let to = format!("/journeys/{}/messages#write", thread.journey.0);
            exception(
                (thread.patient, name, namesakes),
                messages::several(lang, thread.unread),
                time::minute(reader, thread.sent),
                (to, t!("today.answer", locale = lang).into_owned()),
            )
        })
        .collect_view();
    (!threads.is_empty()).then(|| {
        view! {
            <Card heading=t!("message.title", locale = lang).into_owned() id="written">
                <ul class="exceptions">{rows}</ul>
            </Card>
        }
    })
}

/// Patients who would like to be treated by this dentist.
fn asked(lang: &'static str, changes: i64) -> Option<impl IntoView + use<>> {
    let words = match changes {
        0 => return None,
        1 => t!("today.changes.one", locale = lang),
        count => t!("today.changes.other", locale = lang, count = count),
    };
    Some(view! {
        <Card heading=words.into_owned() id="asked">
            <LinkButton href="/dentist-changes">{t!("today.answer", locale = lang).into_owned()}</LinkButton>
        </Card>
    })
}

/// Who is overdue or has long been paused.
fn late(reader: &Reader, still: &[Still], namesakes: &Namesakes) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let first = still.first()?;
    let words = match first.of {
        1 => t!("today.attention.one", locale = lang, days = LONG_PAUSE),
        count => t!(
            "today.attention.other",
            locale = lang,
            count = count,
            days = LONG_PAUSE
        ),
    };
    let rows = still
        .iter()
        .map(|patient| late_row(reader, patient, namesakes))
        .collect_view();
    let more = (usize::try_from(first.of).unwrap_or_default() > still.len()).then(|| {
        view! { <LinkButton href=STILL>{t!("today.all_still", locale = lang).into_owned()}</LinkButton> }
    });
    Some(view! {
        <Card heading=words.into_owned() id="attention">
            <ul class="exceptions">{rows}</ul>
            {more}
        </Card>
    })
}

fn late_row(reader: &Reader, patient: &Still, namesakes: &Namesakes) -> impl IntoView + use<> {
    let lang = reader.lang();
    let (tone, state, since) = match patient.due {
        None if patient.pause_ended.is_some() => (
            Some(Tone::Attention),
            t!("patients.pause_ended", locale = lang),
            patient.pause_ended.unwrap_or(patient.since),
        ),
        Some(due) => (
            Some(Tone::Attention),
            t!("review.show.overdue", locale = lang),
            due,
        ),
        None => (None, t!("review.show.paused", locale = lang), patient.since),
    };
    let step = t!("today.step", locale = lang, stage = patient.worn).into_owned();
    let reason = patient.reason.map(|reason| {
        let words = journeys::reason_name(lang, reason);
        view! { " · "{words} }
    });
    let why = view! { <Badge nostrip:tone=tone>{state.into_owned()}</Badge>" "{step}{reason} };
    let act = match patient.case {
        Some(stage) => (
            format!("/journeys/{}/reviews/{stage}", patient.journey.0),
            t!("today.review", locale = lang).into_owned(),
        ),
        None => (
            format!("/journeys/{}/messages#write", patient.journey.0),
            t!("today.write", locale = lang).into_owned(),
        ),
    };
    let name = listed_name(&patient.first_name, &patient.last_name, &patient.email);
    exception(
        (patient.id, name, namesakes),
        why,
        time::near_day(reader, since, patient.today),
        act,
    )
}
