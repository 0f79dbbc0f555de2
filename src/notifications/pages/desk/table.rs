//! The table: what is going out, and what failed.

use super::choice::{Asked, RECENT};
use crate::{
    accounts::{Office, SignedIn, UserId, listed_name},
    audit,
    error::Fault,
    notifications::{
        Delivery, Kind,
        model::{Source, Status, Waiting},
        pages::words,
        service::{AT_ONCE, Possible, Standing},
        store::desk::{self, Health, Recent, Row},
    },
    ui::{Banner, Page, Reader, Tone, field, hidden, or_empty, page, select, table_of, time},
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rust_i18n::t;

/// Rows on a page.
const PAGE: usize = 50;
/// Seconds of lag that are worth a word.
const LATE: f64 = 60.0;

pub async fn table(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let Some(choice) = asked.choice(&mut db, &reader).await? else {
        return Ok(misread(&reader, &asked));
    };
    let health = desk::health(&mut db).await?;
    let recent = desk::recent(&mut db).await?;
    let errors = desk::errors(&mut db).await?;
    let mut rows = desk::table(&mut db, &choice, asked.before, PAGE as i64 + 1).await?;
    let next =
        (rows.len() > PAGE).then(|| asked.address("/notifications", Some(rows[PAGE - 1].id)));
    rows.truncate(PAGE);
    let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
    if !patients.is_empty() {
        audit::record(&mut db, act.listing(&patients)).await?;
    }
    let lang = reader.lang();
    let title = t!("outbox.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let late = (health.lag > LATE).then(|| {
            let words = t!("outbox.late", locale = lang, seconds = health.lag as i64).into_owned();
            view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> }
        });
        let table = (!rows.is_empty()).then(|| {
            let rows = rows.iter().map(|row| line(&reader, row)).collect_view();
            let chosen = asked
                .fields()
                .map(|(name, value)| hidden(name, value))
                .collect_view();
            let buttons = Possible::ALL
                .map(|doing| {
                    let words = words::doing(lang, doing);
                    view! { <button class="button button-quiet" type="submit" name="do" value=doing.name()>{words}</button> }
                })
                .into_iter()
                .collect_view();
            let all = t!("outbox.all", locale = lang, most = AT_ONCE).into_owned();
            let headings = [
                t!("outbox.text", locale = lang),
                t!("patients.name", locale = lang),
                t!("outbox.kind", locale = lang),
                t!("outbox.at", locale = lang),
                t!("patients.state", locale = lang),
            ];
            view! {
                <form method="get" action="/notifications/change" class="stack">
                {chosen}
                <div class="actions">
                    <label class="choice"><input type="checkbox" name="all" value="yes"/><span>{all}</span></label>
                    {buttons}
                </div>
                {table_of(headings, rows)}
                </form>
            }
        });
        let export = asked.address("/notifications/export", None);
        let export = (!rows.is_empty()).then(|| view! {
            <a class="button button-quiet" href=format!("{export}&format=xlsx")>{t!("outbox.export_book", locale = lang).into_owned()}</a>
            <a class="button button-quiet" href=export>{t!("outbox.export", locale = lang).into_owned()}</a>
        });
        view! {
            <h1>{title}</h1>
            {late}
            <div class="actions">
                <a class="button button-quiet" href="/campaigns">{t!("campaign.title", locale = lang).into_owned()}</a>
                {export}
            </div>
            {figures(lang, health, recent)}
            {troubles(lang, &errors)}
            {filters(lang, &asked)}
            {or_empty(table, match asked.before {
                Some(_) => t!("list.no_further", locale = lang),
                None => t!("outbox.none", locale = lang),
            })}
            {next.map(|next| view! {
                <a class="button button-quiet" href=next>{t!("list.next", locale = lang).into_owned()}</a>
            })}
        }
    }))
}

/// What was chosen is none of what there is: it is kept, to be mended.
pub fn misread(reader: &Reader, asked: &Asked) -> Response {
    let lang = reader.lang();
    let title = t!("outbox.title", locale = lang).into_owned();
    let heading = Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY);
    page(reader, heading, || {
        view! {
            <h1>{title}</h1>
            <Banner tone=Tone::Trouble><p>{t!("outbox.misread", locale = lang).into_owned()}</p></Banner>
            {filters(lang, asked)}
        }
    })
}

fn figures(lang: &'static str, health: Health, recent: Recent) -> impl IntoView {
    let linked = [
        ("scheduled", t!("outbox.scheduled", locale = lang), health.scheduled),
        ("due", t!("outbox.due", locale = lang), health.due),
        ("in_flight", t!("outbox.in_flight", locale = lang), health.in_flight),
        ("failed", t!("outbox.failed", locale = lang), health.failed),
    ]
    .map(|(status, words, count)| {
        let href = format!("/notifications?status={status}");
        view! { <div class="row"><dt><a href=href>{words.into_owned()}</a></dt><dd class="figures">{count}</dd></div> }
    })
    .into_iter()
    .collect_view();
    let others = [
        (t!("outbox.sent_hour", locale = lang), recent.sent_hour),
        (t!("outbox.sent_day", locale = lang), recent.sent_day),
        (t!("outbox.cancelled_day", locale = lang), recent.cancelled_day),
    ]
    .map(|(words, count)| {
        view! { <div class="row"><dt>{words.into_owned()}</dt><dd class="figures">{count}</dd></div> }
    })
    .into_iter()
    .collect_view();
    view! { <dl class="card rows">{linked}{others}</dl> }
}

/// What the provider answered in the last hour instead of accepting.
fn troubles(lang: &'static str, errors: &[(String, i64)]) -> impl IntoView + use<> {
    let each = errors
        .iter()
        .map(|(word, count)| {
            let words = words::outcome(lang, word);
            view! { <div class="row"><dt>{words}</dt><dd class="figures">{*count}</dd></div> }
        })
        .collect_view();
    (!errors.is_empty()).then(|| {
        view! {
            <h2>{t!("outbox.errors", locale = lang).into_owned()}</h2>
            <dl class="card rows">{each}</dl>
        }
    })
}

fn filters(lang: &'static str, asked: &Asked) -> impl IntoView + use<> {
    let any = (String::new(), t!("outbox.any", locale = lang).into_owned());
    let list = |id: &'static str, label: String, options: Vec<(String, String)>, chosen: &str| {
        let chosen = chosen.to_owned();
        let options: Vec<_> = std::iter::once(any.clone()).chain(options).collect();
        field(id, label, None, None, move |described, invalid| {
            select(id, options, &chosen, described, invalid)
        })
    };
    let input = |id: &'static str, kind: &'static str, label: String, value: &str| {
        let value = value.to_owned();
        field(id, label, None, None, move |described, invalid| {
            view! {
                <input class="input" id=id name=id type=kind maxlength="100" value=value aria-describedby=described aria-invalid=invalid/>
            }
        })
    };
    let mut statuses: Vec<_> = Status::ALL
        .map(|status| (status.name().to_owned(), words::status(lang, status)))
        .into();
    let waiting = Waiting::ALL.map(|waiting| {
        let words = format!(
            "{} – {}",
            words::status(lang, Status::Pending),
            words::waiting(lang, waiting)
        );
        (waiting.name().to_owned(), words)
    });
    statuses.splice(1..1, waiting);
    let kinds = Kind::ALL.map(|kind| (kind.name().to_owned(), words::kind(lang, kind)));
    let sources = Source::ALL.map(|source| (source.name().to_owned(), words::source(lang, source)));
    view! {
        <form method="get" action="/notifications" class="card filters" role="search">
            {list("status", t!("patients.state", locale = lang).into_owned(), statuses, &asked.status)}
            {list("kind", t!("outbox.kind", locale = lang).into_owned(), kinds.into(), &asked.kind)}
            {list("source", t!("outbox.source", locale = lang).into_owned(), sources.into(), &asked.source)}
            {input("patient", "text", t!("outbox.patient", locale = lang).into_owned(), &asked.patient)}
            {input("from", "date", t!("outbox.from", locale = lang).into_owned(), &asked.from)}
            {input("to", "date", t!("outbox.to", locale = lang).into_owned(), &asked.to)}
            {input("q", "search", t!("outbox.text_of", locale = lang, days = RECENT).into_owned(), &asked.q)}
            <button class="button button-quiet" type="submit">{t!("patients.find", locale = lang).into_owned()}</button>
        </form>
    }
}

pub fn standing(row: &Row, now: DateTime<Utc>) -> Standing {
    Standing {
        status: row.status,
        tried: row.tried,
        cancel_wanted: row.cancel_wanted,
        expired: row.failure.as_deref() == Some("expired"),
        told: row.at <= now,
        passed: row.passed,
    }
}

pub fn badge(lang: &str, row: &Row) -> impl IntoView + use<> {
    let class = match row.status {
        Status::Pending => "badge badge-due",
        Status::Sent => "badge badge-done",
        Status::Cancelled => "badge",
        Status::Failed => "badge badge-late",
    };
    let words = match (row.status, row.delivery) {
        (Status::Sent, Some(Delivery::Inbox)) => {
            t!("outbox.inbox_only", locale = lang).into_owned()
        }
        (Status::Pending, _) if row.cancel_wanted => {
            t!("outbox.cancelling", locale = lang).into_owned()
        }
        (status, _) => words::status(lang, status),
    };
    view! { <span class=class>{words}</span> }
}

fn line(reader: &Reader, row: &Row) -> impl IntoView + use<> {
    let lang = reader.lang();
    let pick = t!("outbox.pick_one", locale = lang, number = row.id).into_owned();
    let failure = row
        .failure
        .as_deref()
        .map(|word| view! { <span class="quiet block">{words::outcome(lang, word)}</span> });
    view! {
        <tr>
            <th scope="row">
                <span class="ticked">
                    <label><input type="checkbox" name="id" value=row.id/><span class="visually-hidden">{pick}</span></label>
                    <a href=format!("/notifications/{}", row.id)>{row.text()}</a>
                </span>
            </th>
            <td>{listed_name(&row.first_name, &row.last_name, &row.email)}</td>
            <td>{words::kind(lang, row.kind)}</td>
            <td>{time::minute(reader, row.at)}</td>
            <td>{badge(lang, row)}{failure}</td>
        </tr>
    }
}
