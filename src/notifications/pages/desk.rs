//! The staff's desk: what is going out, what failed, and what can be done about it.

use crate::{
    accounts::{Act, Office, SignedIn, UserId, full_name, listed_name},
    audit,
    error::Fault,
    notifications::{
        Delivery, Kind,
        model::Status,
        pages::words,
        service::{self, Doing, NotDone},
        store::desk::{self, Choice, Happened, Health, Row},
    },
    ui::{Alert, Page, Reader, Tone, field, or_empty, page, select, time},
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Rows on a page.
const PAGE: usize = 50;
/// The longest text that is looked for, in characters.
const SOUGHT: usize = 100;
/// Seconds of lag that are worth a word.
const LATE: f64 = 60.0;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    status: String,
    kind: String,
    /// A patient's number.
    patient: String,
    q: String,
    before: Option<i64>,
}

impl Asked {
    fn choice(&self) -> Option<Choice> {
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Some(Choice {
            status: match named(&self.status) {
                Some(name) => Some(Status::named(&name)?),
                None => None,
            },
            kind: match named(&self.kind) {
                Some(name) => Some(Kind::named(&name)?),
                None => None,
            },
            patient: match named(self.patient.trim()) {
                Some(id) => Some(id.parse().ok()?),
                None => None,
            },
            text: self
                .q
                .trim()
                .chars()
                .filter(|c| !c.is_control())
                .take(SOUGHT)
                .collect(),
        })
    }

    /// The address of the page before a notification, with the same choices.
    fn before(&self, id: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("status", &self.status),
            ("kind", &self.kind),
            ("patient", &self.patient),
            ("q", &self.q),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.append_pair("before", &id.to_string()).finish();
        format!("/notifications?{query}")
    }
}

pub async fn table(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query.map_err(|_| Fault::Malformed)?;
    let choice = asked.choice().ok_or(Fault::Malformed)?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let health = desk::health(&mut db).await?;
    let mut rows = desk::table(&mut db, &choice, asked.before, PAGE as i64 + 1).await?;
    let next = (rows.len() > PAGE).then(|| asked.before(rows[PAGE - 1].id));
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
            view! { <Alert tone=Tone::Trouble><p>{words}</p></Alert> }
        });
        let table = (!rows.is_empty()).then(|| {
            let rows = rows.iter().map(|row| line(&reader, row)).collect_view();
            view! {
                <div class="card table-card">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t!("outbox.text", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("patients.name", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("outbox.kind", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("outbox.at", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("patients.state", locale = lang).into_owned()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        });
        view! {
            <h1>{title}</h1>
            {late}
            {figures(lang, health)}
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

fn figures(lang: &'static str, health: Health) -> impl IntoView {
    let each = [
        ("/notifications?status=pending", t!("outbox.scheduled", locale = lang), health.scheduled),
        ("/notifications?status=pending", t!("outbox.due", locale = lang), health.due),
        ("/notifications?status=pending", t!("outbox.in_flight", locale = lang), health.in_flight),
        ("/notifications?status=sent", t!("outbox.sent_today", locale = lang), health.sent_today),
        ("/notifications?status=failed", t!("outbox.failed", locale = lang), health.failed),
    ]
    .map(|(href, words, count)| {
        view! { <div class="row"><dt><a href=href>{words.into_owned()}</a></dt><dd class="figures">{count}</dd></div> }
    })
    .into_iter()
    .collect_view();
    view! { <dl class="card rows">{each}</dl> }
}

fn filters(lang: &'static str, asked: &Asked) -> impl IntoView + use<> {
    let any = (String::new(), t!("outbox.any", locale = lang).into_owned());
    let statuses: Vec<(String, String)> = std::iter::once(any.clone())
        .chain(Status::ALL.map(|status| (status.name().to_owned(), words::status(lang, status))))
        .collect();
    let kinds: Vec<(String, String)> = std::iter::once(any)
        .chain(Kind::ALL.map(|kind| (kind.name().to_owned(), words::kind(lang, kind))))
        .collect();
    let (status, kind, patient, q) = (
        asked.status.clone(),
        asked.kind.clone(),
        asked.patient.clone(),
        asked.q.clone(),
    );
    view! {
        <form method="get" action="/notifications" class="card filters" role="search">
            {field("status", t!("patients.state", locale = lang), None, None, move |described, invalid| select("status", statuses, &status, described, invalid))}
            {field("kind", t!("outbox.kind", locale = lang), None, None, move |described, invalid| select("kind", kinds, &kind, described, invalid))}
            {field("patient", t!("outbox.patient", locale = lang), None, None, move |described, invalid| view! {
                <input class="input" id="patient" name="patient" inputmode="numeric" maxlength="18" value=patient aria-describedby=described aria-invalid=invalid/>
            })}
            {field("q", t!("outbox.text", locale = lang), None, None, move |described, invalid| view! {
                <input class="input" id="q" name="q" type="search" maxlength="100" value=q aria-describedby=described aria-invalid=invalid/>
            })}
            <button class="button button-quiet" type="submit">{t!("patients.find", locale = lang).into_owned()}</button>
        </form>
    }
}

fn badge(lang: &str, row: &Row) -> impl IntoView + use<> {
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
    let failure = row
        .failure
        .as_deref()
        .map(|word| view! { <span class="quiet block">{words::outcome(lang, word)}</span> });
    view! {
        <tr>
            <th scope="row"><a href=format!("/notifications/{}", row.id)>{row.content.clone()}</a></th>
            <td>{listed_name(&row.first_name, &row.last_name, &row.email)}</td>
            <td>{words::kind(lang, row.kind)}</td>
            <td>{time::minute(reader, row.at)}</td>
            <td>{badge(lang, row)}{failure}</td>
        </tr>
    }
}

/// What is said above one.
#[derive(Clone, Copy)]
enum Said {
    Done,
    /// It stands otherwise by now than the form said.
    Stale,
}

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
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Query(shown) = query.map_err(|_| Fault::Malformed)?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let said = shown.saved.map(|_| Said::Done);
    show(&mut db, &act, &reader, id, said).await
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(rename = "do")]
    doing: String,
}

pub async fn act(
    signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Form(sent) = form.map_err(|_| Fault::Malformed)?;
    let doing = Doing::named(&sent.doing).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    match service::act(&mut db, &actor, &act, id, doing).await {
        Ok(()) => Ok(Redirect::to(&format!("/notifications/{id}?saved")).into_response()),
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Stale) => show(&mut db, &act, &reader, id, Some(Said::Stale)).await,
    }
}

async fn show(
    db: &mut PgConnection,
    act: &Act,
    reader: &Reader,
    id: i64,
    said: Option<Said>,
) -> Result<Response, Fault> {
    let entry = act.entry("notification.read").on("notifications", id);
    let Some(row) = desk::one(db, id).await? else {
        audit::record(db, entry.refused()).await?;
        return Err(Fault::NotFound);
    };
    audit::record(db, entry.about(row.patient.0)).await?;
    let history = desk::history(db, id).await?;
    let lang = reader.lang();
    let status = match said {
        Some(Said::Stale) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    let heading = Page::titled(t!("outbox.one", locale = lang)).status(status);
    Ok(page(reader, heading, || {
        let above = said.map(|said| {
            let (tone, words) = match said {
                Said::Done => (Tone::Good, t!("outbox.saved", locale = lang)),
                Said::Stale => (Tone::Attention, t!("outbox.stale", locale = lang)),
            };
            view! { <Alert tone><p>{words.into_owned()}</p></Alert> }
        });
        let button = |doing: Doing, class: &'static str, words: String| {
            view! { <button class=class type="submit" name="do" value=doing.name()>{words}</button> }
        };
        let acts = match row.status {
            Status::Pending if !row.cancel_wanted => Some(button(
                Doing::Cancel,
                "button button-quiet",
                t!("outbox.cancel", locale = lang).into_owned(),
            )),
            Status::Failed if row.failure.as_deref() != Some("expired") => Some(button(
                Doing::Retry,
                "button button-primary",
                t!("outbox.retry", locale = lang).into_owned(),
            )),
            _ => None,
        };
        let acts = acts.map(|button| {
            view! { <form method="post" action=format!("/notifications/{id}") class="actions">{button}</form> }
        });
        let next = (row.status == Status::Pending).then(|| {
            view! { <div class="row"><dt>{t!("outbox.next", locale = lang).into_owned()}</dt><dd>{time::minute(reader, row.due)}</dd></div> }
        });
        let each = history
            .iter()
            .map(|happened| told(reader, happened))
            .collect_view();
        let history = (!history.is_empty()).then(|| view! { <ol class="card told">{each}</ol> });
        let name = full_name(&row.first_name, &row.last_name, &row.email);
        view! {
            <p class="trail"><a href="/notifications">{t!("outbox.title", locale = lang).into_owned()}</a></p>
            <h1>{t!("outbox.one", locale = lang).into_owned()}</h1>
            {above}
            <q class="event-note">{row.content.clone()}</q>
            <dl class="card rows">
                <div class="row"><dt>{t!("patients.name", locale = lang).into_owned()}</dt><dd><a href=format!("/patients/{}", row.patient.0)>{name}</a></dd></div>
                <div class="row"><dt>{t!("outbox.kind", locale = lang).into_owned()}</dt><dd>{words::kind(lang, row.kind)}</dd></div>
                <div class="row"><dt>{t!("outbox.at", locale = lang).into_owned()}</dt><dd>{time::minute(reader, row.at)}</dd></div>
                <div class="row"><dt>{t!("patients.state", locale = lang).into_owned()}</dt><dd>{badge(lang, &row)}</dd></div>
                {next}
                <div class="row"><dt>{t!("outbox.tries", locale = lang).into_owned()}</dt><dd class="figures">{row.tries}</dd></div>
            </dl>
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
    view! {
        <li>{time::minute(reader, happened.at)}" · "{words}{code}{again}</li>
    }
}
