//! One notification: what became of it, and what can be done with it.

use super::table::{badge, standing};
use crate::{
    accounts::{Office, SignedIn, full_name},
    audit,
    error::Fault,
    notifications::{
        model::Status,
        pages::words,
        service::Possible,
        store::desk::{self, Happened},
    },
    ui::{Banner, Page, Reader, Tone, hidden, or_empty, page, time},
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Shown {
    /// Present after something was done.
    saved: Option<String>,
}

pub async fn one(
    signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(shown) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let entry = act.entry("notification.read").on("notifications", id);
    let Some(row) = desk::one(&mut db, id).await? else {
        audit::record(&mut db, entry.refused()).await?;
        return Err(Fault::NotFound);
    };
    audit::record(&mut db, entry.about(row.patient.0)).await?;
    let history = desk::history(&mut db, id).await?;
    let campaign = desk::campaign_of(&mut db, id).await?;
    let is_patient = desk::is_patient(&mut db, row.patient).await?;
    let lang = reader.lang();
    let heading = Page::titled(t!("outbox.one", locale = lang));
    Ok(page(&reader, heading, || {
        let above = shown.saved.is_some().then(|| {
            let words = t!("outbox.written", locale = lang).into_owned();
            view! { <Banner tone=Tone::Good><p>{words}</p></Banner> }
        });
        let buttons: Vec<_> = Possible::ALL
            .into_iter()
            .filter(|doing| doing.applies(standing(&row, reader.now)))
            .map(|doing| {
                let words = words::doing(lang, doing);
                view! { <button class="button button-quiet" type="submit" name="do" value=doing.name()>{words}</button> }
            })
            .collect();
        let acts = (!buttons.is_empty()).then(|| {
            view! { <form method="get" action="/notifications/change" class="actions">{hidden("id", id.to_string())}{buttons}</form> }
        });
        let sent = row.sent_at.map(|at| {
            view! { <div class="row"><dt>{t!("outbox.sent_at", locale = lang).into_owned()}</dt><dd>{time::minute(&reader, at)}</dd></div> }
        });
        let next = (row.status == Status::Pending).then(|| {
            view! { <div class="row"><dt>{t!("outbox.next", locale = lang).into_owned()}</dt><dd>{time::minute(&reader, row.due)}</dd></div> }
        });
        let campaign = campaign.map(|(id, name)| {
            view! { <div class="row"><dt>{t!("outbox.campaign", locale = lang).into_owned()}</dt><dd><a href=format!("/campaigns/{id}")>{name}</a></dd></div> }
        });
        let provider_id = row.provider_id.clone().map(|id| {
            view! { <div class="row"><dt>{t!("outbox.provider_id", locale = lang).into_owned()}</dt><dd><code>{id}</code></dd></div> }
        });
        let each = history
            .iter()
            .map(|happened| told(&reader, happened))
            .collect_view();
        let history = (!history.is_empty()).then(|| view! { <ol class="card told">{each}</ol> });
        let name = full_name(&row.first_name, &row.last_name, &row.email);
        let name = if is_patient {
            let href = format!("/patients/{}", row.patient.0);
            Either::Left(view! { <a href=href>{name}</a> })
        } else {
            // One of the staff, who send tests to themselves.
            Either::Right(name)
        };
        view! {
            <p class="trail"><a href="/notifications">{t!("outbox.title", locale = lang).into_owned()}</a></p>
            <h1>{t!("outbox.one", locale = lang).into_owned()}</h1>
            {above}
            <q class="event-note"><bdi>{row.text()}</bdi></q>
            <dl class="card rows">
                <div class="row"><dt>{t!("patients.name", locale = lang).into_owned()}</dt><dd>{name}</dd></div>
                <div class="row"><dt>{t!("outbox.kind", locale = lang).into_owned()}</dt><dd>{words::kind(lang, row.kind)}</dd></div>
                <div class="row"><dt>{t!("outbox.at", locale = lang).into_owned()}</dt><dd>{time::minute(&reader, row.at)}</dd></div>
                <div class="row"><dt>{t!("patients.state", locale = lang).into_owned()}</dt><dd>{badge(lang, &row)}</dd></div>
                {campaign}
                {next}
                {sent}
                <div class="row"><dt>{t!("outbox.tries", locale = lang).into_owned()}</dt><dd class="figures">{row.tries}</dd></div>
                {provider_id}
            </dl>
            {row.passed.then(|| view! { <p class="quiet">{t!("outbox.has_passed", locale = lang).into_owned()}</p> })}
            {acts}
            <section aria-labelledby="history-title">
                <h2 id="history-title">{t!("outbox.history", locale = lang).into_owned()}</h2>
                {or_empty(history, t!("outbox.no_history", locale = lang))}
            </section>
        }
    }))
}

fn told(reader: &Reader, happened: &Happened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = match &happened.by {
        Some(by) => t!(
            "outbox.did",
            locale = lang,
            who = by,
            what = words::action(lang, &happened.what)
        )
        .into_owned(),
        None => words::outcome(lang, &happened.what),
    };
    let code = happened.http_status.map(|code| format!(" (HTTP {code})"));
    let again = happened.again.map(|at| {
        view! { ", "{t!("outbox.again", locale = lang).into_owned()}" "{time::minute(reader, at)} }
    });
    let moved = happened.from.zip(happened.to).map(|(from, to)| {
        view! { ": "{time::minute(reader, from)}" → "{time::minute(reader, to)} }
    });
    view! {
        <li>{time::minute(reader, happened.at)}" · "{words}{code}{again}{moved}</li>
    }
}
