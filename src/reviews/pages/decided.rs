//! What a dentist decided today, each leading to its case.

use super::queue;
use crate::{
    accounts::{self, Dentist, Namesakes, SignedIn, listed_name},
    audit,
    care::Scope,
    error::Fault,
    platform::clock::local_moment,
    reviews::{
        store::{self, Lately},
        words,
    },
    ui::{Page, PageHeader, Reader, Rows, or_empty, page, time},
};
use axum::response::Response;
use chrono::NaiveTime;
use leptos::prelude::*;
use rust_i18n::t;

/// Decisions in the list; more than anybody takes in a day.
const LISTED: i64 = 500;

pub async fn list(signed_in: SignedIn<Dentist>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let since = local_moment(reader.today(), NaiveTime::MIN, reader.zone);
    let decided = store::decided_since(&mut db, Scope::from(&actor), since, LISTED).await?;
    let mut listed: Vec<_> = decided.iter().map(|decided| decided.patient).collect();
    listed.sort_unstable();
    listed.dedup();
    if !listed.is_empty() {
        audit::record(&mut db, act.listing(&listed)).await?;
    }
    let named = decided.iter().map(Lately::named);
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let lang = reader.lang();
    let title = t!("today.decided_today", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let rows = decided
            .iter()
            .map(|decided| row(&reader, decided, &namesakes))
            .collect_view();
        let rows = (!decided.is_empty()).then(|| view! { <Rows card=true>{rows}</Rows> });
        view! {
            <div class="stack">
                <PageHeader title back=("/reviews".to_owned(), t!("nav.reviews", locale = lang).into_owned())/>
                {queue::filters(&reader, None)}
                {or_empty(rows, t!("review.none_decided", locale = lang))}
            </div>
        }
    }))
}

fn row(reader: &Reader, decided: &Lately, namesakes: &Namesakes) -> impl IntoView + use<> {
    let lang = reader.lang();
    let name = listed_name(&decided.first_name, &decided.last_name, &decided.email);
    let href = format!("/journeys/{}/reviews/{}", decided.journey.0, decided.stage);
    let outcome = words::outcome(lang, decided.kind, decided.hold_days, &decided.views);
    let step = t!("today.step", locale = lang, stage = decided.stage).into_owned();
    view! {
        <li class="row">
            <span>
                <a href=href>{name}", "{step}</a>
                {namesakes.line(decided.patient)}
            </span>
            <span>{outcome}" "<span class="quiet">{time::minute(reader, decided.at)}</span></span>
        </li>
    }
}
