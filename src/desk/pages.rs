//! What needs me? And what was done today and this week.

use crate::{
    accounts::{Dentist, SignedIn, listed_name},
    audit, dentists,
    error::Fault,
    journeys::{self, store::Attention},
    messages,
    platform::Platform,
    reviews,
    ui::{Icon, IconName, Page, Reader, page, time},
};
use axum::{Router, extract::FromRef, response::Response, routing::get};
use chrono::{Datelike, Days, NaiveTime};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// Patients in the list; a page away are all of them.
const LISTED: i64 = 20;
/// Days after which a pause is long.
const LONG: i32 = 14;

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
{
    Router::new().route("/today", get(today))
}

async fn today(signed_in: SignedIn<Dentist>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let id = actor.dentist_id();
    let waiting = reviews::store::waiting(&mut db, id).await?;
    let attention = journeys::store::attention(&mut db, id, LONG, reader.now, LISTED).await?;
    let listed: Vec<_> = attention.iter().map(|patient| patient.id).collect();
    if !listed.is_empty() {
        audit::record(&mut db, act.listing(&listed)).await?;
    }
    let changes = dentists::store::count_asked(&mut db, id).await?;
    let (unread, threads) = messages::store::unread(&mut db, id).await?;
    let begin = |back: u64| {
        let day = reader.today() - Days::new(back);
        crate::platform::clock::local_moment(day, NaiveTime::MIN, reader.zone)
    };
    let monday = begin(u64::from(reader.today().weekday().num_days_from_monday()));
    let decided = reviews::store::decided_since(&mut db, id, monday, begin(0)).await?;
    let lang = reader.lang();
    let title = t!("today.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let cases = match waiting.oldest {
            None => Either::Left(
                view! { <p class="lead">{t!("today.no_cases", locale = lang).into_owned()}</p> },
            ),
            Some(oldest) => {
                let count = match waiting.cases {
                    1 => t!("today.cases.one", locale = lang),
                    count => t!("today.cases.other", locale = lang, count = count),
                };
                Either::Right(view! {
                    <p class="lead">{count.into_owned()}</p>
                    <p>{t!("today.oldest", locale = lang).into_owned()}" "{time::moment(&reader, oldest)}</p>
                    <a class="button button-primary" href="/reviews">
                        {t!("today.begin", locale = lang).into_owned()}<Icon name=IconName::ArrowRight/>
                    </a>
                })
            }
        };
        let written = (unread > 0).then(|| {
            let from = match threads {
                1 => t!("today.messages.one", locale = lang),
                count => t!("today.messages.other", locale = lang, count = count),
            };
            view! {
                <section class="card stack">
                    <h2>{messages::several(lang, unread)}</h2>
                    <p>{from.into_owned()}</p>
                    <a class="button button-quiet" href="/messages?show=unread">{t!("today.read", locale = lang).into_owned()}</a>
                </section>
            }
        });
        let asked = (changes > 0).then(|| {
            let words = match changes {
                1 => t!("today.changes.one", locale = lang),
                count => t!("today.changes.other", locale = lang, count = count),
            };
            view! {
                <section class="card stack">
                    <h2>{words.into_owned()}</h2>
                    <a class="button button-quiet" href="/dentist-changes">{t!("today.answer", locale = lang).into_owned()}</a>
                </section>
            }
        });
        let late = attention.first().map(|first| {
            let words = match first.of {
                1 => t!("today.attention.one", locale = lang),
                count => t!("today.attention.other", locale = lang, count = count),
            };
            let rows = attention
                .iter()
                .map(|patient| late_row(&reader, patient))
                .collect_view();
            view! {
                <section class="card stack" aria-labelledby="attention-title">
                    <h2 id="attention-title">{words.into_owned()}</h2>
                    <ul class="rows">{rows}</ul>
                    <a class="button button-quiet" href="/patients">{t!("today.patients", locale = lang).into_owned()}</a>
                </section>
            }
        });
        let figure = |words: String, count: i64| {
            view! { <div class="row"><dt>{words}</dt><dd class="figures">{count}</dd></div> }
        };
        view! {
            <h1>{title}</h1>
            <section class="card stack" aria-labelledby="cases-title">
                <h2 id="cases-title">{t!("review.title", locale = lang).into_owned()}</h2>
                {cases}
                <dl class="rows">
                    {figure(t!("today.decided_today", locale = lang).into_owned(), decided.today)}
                    {figure(t!("today.decided_week", locale = lang).into_owned(), decided.all)}
                </dl>
            </section>
            {written}
            {asked}
            {late}
        }
    }))
}

fn late_row(reader: &Reader, patient: &Attention) -> impl IntoView + use<> {
    let lang = reader.lang();
    let (class, words, since) = match patient.due {
        None if patient.pause_ended.is_some() => (
            "badge badge-late",
            t!("patients.pause_ended", locale = lang),
            patient.pause_ended.unwrap_or(patient.since),
        ),
        Some(due) => (
            "badge badge-late",
            t!("review.show.overdue", locale = lang),
            due,
        ),
        None => (
            "badge badge-paused",
            t!("review.show.paused", locale = lang),
            patient.since,
        ),
    };
    let when = time::relative_day(reader, since, patient.today);
    view! {
        <li class="row">
            <a href=format!("/patients/{}", patient.id.0)>{listed_name(&patient.first_name, &patient.last_name, &patient.email)}</a>
            <span><span class=class>{words.into_owned()}</span>" "<span class="quiet">{when}</span></span>
        </li>
    }
}
