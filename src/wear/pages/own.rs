//! A patient's own wear time: now, the week, the step, and each time out.

use super::{chart, length, today};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    ids::JourneyId,
    journeys::model::Product,
    ui::{
        Banner, ButtonKind, Card, LinkButton, Nothing, Page, PageHeader, Reader, Rows, Tone, page,
        time,
    },
    wear::{
        model::{self, Day, Interval, Source},
        service::{self, Tap, Tapped},
        store::Kept,
    },
};
use axum::{
    Form,
    extract::{
        Query,
        rejection::{FormRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::Days;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    /// Present after something was noted, or was so already.
    saved: Option<String>,
    already: Option<String>,
}

#[derive(Deserialize)]
pub struct Tapping {
    journey: JourneyId,
    r#do: String,
    from: Option<String>,
}

/// Out, or in again: at the moment at which it is said, however old the page is.
pub async fn tap(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Tapping>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let tap = match &*sent.r#do {
        "out" => Tap::Out,
        "back" => Tap::Back,
        _ => return Err(Fault::Malformed),
    };
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let tapped = service::tap(&mut db, &actor, &act, sent.journey, tap, reader.now).await?;
    let to_today = sent.from.as_deref() == Some("today");
    let path = match (tapped, to_today) {
        (Tapped::Asked(id), _) => return Ok(Redirect::to(&format!("/wear/{id}")).into_response()),
        (Tapped::Noted, true) => "/#wear",
        (Tapped::Already, true) => "/#wear",
        (Tapped::Noted, false) => "/wear?saved",
        (Tapped::Already, false) => "/wear?already",
    };
    Ok(Redirect::to(path).into_response())
}

pub async fn page_of_own(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let kept = service::own(&mut db, actor.id()).await?;
    let lang = reader.lang();
    let title = t!("wear.title", locale = lang).into_owned();
    let Some((kept, goal)) = kept.and_then(|kept| kept.goal().map(|goal| (kept, goal))) else {
        return Ok(page(&reader, Page::titled(title.clone()), || {
            view! {
                <PageHeader title back=("/".to_owned(), t!("nav.home", locale = lang).into_owned())/>
                <Nothing words=t!("wear.off", locale = lang)/>
            }
        }));
    };
    let intervals = service::lately(&mut db, &kept, reader.now).await?;
    let now = today::of(&kept, &intervals, reader.zone, reader.now);
    Ok(page(&reader, Page::titled(title.clone()), || {
        let said = if asked.saved.is_some() {
            Some((Tone::Good, t!("wear.saved", locale = lang)))
        } else {
            asked
                .already
                .is_some()
                .then(|| (Tone::Note, t!("wear.already", locale = lang)))
        };
        let said = said.map(|(tone, words)| {
            view! { <Banner tone><p>{words.into_owned()}</p></Banner> }
        });
        let a_day = length(lang, goal);
        let lead = match kept.product {
            Product::Aligners => t!("wear.lead.aligners", locale = lang, goal = a_day),
            Product::ClearBraces => t!("wear.lead.clear_braces", locale = lang, goal = a_day),
        };
        let waits = now.is_none().then(|| {
            view! { <Nothing words=t!("wear.not_begun", locale = lang)/> }
        });
        view! {
            <PageHeader title back=("/".to_owned(), t!("nav.home", locale = lang).into_owned())/>
            {said}
            {now.and_then(|now| today::question(&reader, &now, ButtonKind::Primary))}
            <p class="lead">{lead.into_owned()}</p>
            {waits}
            {now.map(|now| today::card(&reader, &now, today::Place::Own))}
            {glances(&reader, &kept, &intervals, goal)}
            {times(&reader, &kept, &intervals)}
        }
    }))
}

/// A week and a step at a glance.
pub fn glances(
    reader: &Reader,
    kept: &Kept,
    intervals: &[Interval],
    goal: i32,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let zone = kept.zone();
    let today = reader.now.with_timezone(&zone).date_naive();
    let began = kept.began.unwrap_or(today);
    let of = |first, most| model::days(intervals, first, reader.now, zone, kept.longest(), most);
    let week = of(
        today
            .checked_sub_days(Days::new(6))
            .unwrap_or(today)
            .max(began),
        7,
    );
    let step = kept.stage_since.map(|since| {
        let first = since.with_timezone(&zone).date_naive();
        of(first.max(began), 90)
    });
    let section = |id: &'static str, title: String, days: &[Day]| {
        let figures = figures(lang, days, goal);
        view! {
            <Card roomy=true labelled_by=format!("{id}-title")>
                <h2 id=format!("{id}-title")>{title}</h2>
                {figures}
                {chart::days(reader, days, goal)}
            </Card>
        }
    };
    kept.has_begun().then(|| {
        let step = step.filter(|days| days.len() > 1).map(|days| {
            let title = t!("wear.step", locale = lang, stage = kept.stage).into_owned();
            section("step", title, &days)
        });
        view! {
            {section("week", t!("wear.week", locale = lang).into_owned(), &week)}
            {step}
        }
    })
}

/// What some days came to, in a sentence.
pub fn figures(lang: &str, days: &[Day], goal: i32) -> impl IntoView + use<> {
    let glance = model::glance(days, goal);
    let words = if glance.noted == 0 {
        t!("wear.glance.nothing", locale = lang).into_owned()
    } else {
        let words = t!(
            "wear.glance.mean",
            locale = lang,
            mean = length(lang, glance.mean),
            reached = glance.reached,
            noted = glance.noted
        );
        if glance.unknown {
            format!("{words} {}", t!("wear.glance.unknown", locale = lang))
        } else {
            words.into_owned()
        }
    };
    view! { <p>{words}</p> }
}

/// Each time out of the last days, newest first, to be corrected.
fn times(reader: &Reader, kept: &Kept, intervals: &[Interval]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let clock = |at: chrono::DateTime<chrono::Utc>| {
        at.with_timezone(&reader.zone).format("%H:%M").to_string()
    };
    let row = |each: &Interval| {
        let doubtful = each.doubtful(reader.now, kept.longest()).is_some();
        let until = each.back.map_or_else(
            || t!("wear.times.open", locale = lang).into_owned(),
            |back| {
                let minutes = i32::try_from((back - each.out).num_minutes()).unwrap_or(i32::MAX);
                format!("{}, {}", clock(back), length(lang, minutes))
            },
        );
        // Timed is what a time is by itself.
        let source = match each.source {
            _ if doubtful => Some(t!("wear.times.doubtful", locale = lang)),
            Source::Timed => None,
            Source::Edited => Some(t!("wear.times.edited", locale = lang)),
            Source::Entered => Some(t!("wear.times.entered", locale = lang)),
        };
        let source =
            source.map(|words| view! { <br/><span class="quiet">{words.into_owned()}</span> });
        let from = clock(each.out);
        let name = t!("wear.times.change_this", locale = lang, time = from).into_owned();
        view! {
            <li class="row">
                <span class="figures">{from}" – "{until}{source}</span>
                <LinkButton kind=ButtonKind::Tool small=true href=format!("/wear/{}", each.id) label=name>{t!("wear.times.change", locale = lang).into_owned()}</LinkButton>
            </li>
        }
    };
    let day = |each: &Interval| each.out.with_timezone(&reader.zone).date_naive();
    let newest: Vec<&Interval> = intervals.iter().rev().take(60).collect();
    let list = newest
        .chunk_by(|a, b| day(a) == day(b))
        .filter_map(|of_day| {
            let rows = of_day.iter().map(|each| row(each)).collect_view();
            let date = time::long_date(reader, day(of_day.first()?));
            Some(view! { <div><h3>{date}</h3><Rows>{rows}</Rows></div> })
        })
        .collect_view();
    kept.has_begun().then(|| view! {
        <Card roomy=true labelled_by="times-title">
            <h2 id="times-title">{t!("wear.times.title", locale = lang).into_owned()}</h2>
            <p><LinkButton href="/wear/new">{t!("wear.times.new", locale = lang).into_owned()}</LinkButton></p>
            {list}
        </Card>
    })
}
