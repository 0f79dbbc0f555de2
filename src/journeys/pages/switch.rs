//! Moving on to the next stage: a page that shows what it will do, and the act itself.

use super::{home, parts};
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    journeys::{
        islands::ConfirmProgress,
        model::{Asker, EventId, Journey, JourneyId, Newest, Refusal, local_day},
        service::{self, NotMoved},
        store,
    },
    ui::{Alert, Page, Reader, Tone, page, time},
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

pub async fn confirm(
    mut signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let (journey, newest) = own(&mut signed_in, JourneyId(id)).await?;
    Ok(preview(
        &signed_in.reader,
        &journey,
        newest.as_ref(),
        signed_in.actor.zone(),
    ))
}

/// The patient's own journey of that number; else 404, and an audit row.
async fn own(
    signed_in: &mut SignedIn<Patient>,
    id: JourneyId,
) -> Result<(Journey, Option<Newest>), Fault> {
    let db = &mut signed_in.db;
    match store::current(db, signed_in.actor.id())
        .await?
        .filter(|journey| journey.id == id)
    {
        Some(journey) => {
            let newest = store::newest(db, id).await?;
            Ok((journey, newest))
        }
        None => {
            service::record_not_theirs(db, &signed_in.act, id).await?;
            Err(Fault::NotFound)
        }
    }
}

fn preview(reader: &Reader, journey: &Journey, newest: Option<&Newest>, zone: Tz) -> Response {
    let lang = reader.lang();
    match journey.progress(newest, Asker::Patient, reader.now, zone) {
        Err(refusal) => refused(reader, refusal),
        Ok(progress) => {
            let name = parts::stage_name(lang, journey.product, progress.stage);
            let title = if progress.completes {
                t!("switch.finish_title", locale = lang).into_owned()
            } else {
                t!("switch.title", locale = lang, stage = name).into_owned()
            };
            let id = journey.id.0;
            let seen = newest
                .map(|newest| newest.id.0.to_string())
                .unwrap_or_default();
            page(reader, Page::titled(title.clone()).with_islands(), || {
                let facts = progress.due.map(|due| {
                    view! {
                        <div class="row">
                            <dt>{t!("switch.next_due", locale = lang).into_owned()}</dt>
                            <dd>{time::day(reader, local_day(due, zone))}</dd>
                        </div>
                    }
                });
                let button = if progress.completes {
                    t!("switch.finish_button", locale = lang).into_owned()
                } else {
                    t!("switch.button", locale = lang, stage = name).into_owned()
                };
                view! {
                    <h1>{title}</h1>
                    <p class="lead">{t!("switch.lead", locale = lang).into_owned()}</p>
                    <dl class="card rows">
                        {facts}
                        <div class="row">
                            <dt>{t!("switch.last_day", locale = lang).into_owned()}</dt>
                            <dd>{time::day(reader, progress.last_day)}</dd>
                        </div>
                    </dl>
                    <ConfirmProgress>
                        <form
                            method="post"
                            action=format!("/journeys/{id}/progress")
                            data-journey=id.to_string()
                            data-seen=seen.clone()
                            data-sending=t!("switch.sending", locale = lang).into_owned()
                            data-unreachable=t!("switch.unreachable", locale = lang).into_owned()
                        >
                            <input type="hidden" name="seen" value=seen.clone()/>
                            <button class="button button-primary button-wide" type="submit">{button}</button>
                        </form>
                    </ConfirmProgress>
                    <a class="button button-quiet button-wide" href="/">{t!("switch.not_yet", locale = lang).into_owned()}</a>
                }
            })
        }
    }
}

/// Why not, and what is allowed instead, and when.
fn refused(reader: &Reader, refusal: Refusal) -> Response {
    let lang = reader.lang();
    let (title, text) = match refusal {
        Refusal::TooEarly { due, allowed_from } => (
            t!("refused.too_early.title", locale = lang),
            t!(
                "refused.too_early.text",
                locale = lang,
                due = time::long_date(reader, due),
                date = time::long_date(reader, allowed_from)
            ),
        ),
        Refusal::Paused => (
            t!("refused.paused.title", locale = lang),
            t!("refused.paused.text", locale = lang),
        ),
        Refusal::Completed => (
            t!("refused.completed.title", locale = lang),
            t!("refused.completed.text", locale = lang),
        ),
    };
    page(
        reader,
        Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY),
        || {
            view! {
                <h1>{title.into_owned()}</h1>
                <Alert tone=Tone::Attention>{text.into_owned()}</Alert>
                <a class="button button-primary" href="/">{t!("fault.to_home", locale = lang).into_owned()}</a>
            }
        },
    )
}

#[derive(Deserialize)]
pub struct ProgressForm {
    /// The newest event on the page the form was on; empty before the first.
    seen: String,
}

pub async fn progress(
    mut signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<ProgressForm>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Form(form) = form.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        _ => Fault::Malformed,
    })?;
    let seen = match form.seen.as_str() {
        "" => None,
        text => Some(EventId(text.parse().map_err(|_| Fault::Malformed)?)),
    };
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = &mut signed_in;
    match service::progress(
        db,
        actor,
        act,
        reader.language,
        JourneyId(id),
        seen,
        reader.now,
    )
    .await
    {
        Ok(_) => Ok(Redirect::to("/?switched").into_response()),
        Err(NotMoved::Stale) => home::stale(db, reader, actor).await,
        Err(NotMoved::Refused(refusal)) => Ok(refused(reader, refusal)),
        Err(NotMoved::Fault(fault)) => Err(fault),
    }
}
