//! Cancelling, trying again and moving some at once: first what would change, then what did.

use super::{
    choice::Asked,
    table::{badge, misread, standing},
};
use crate::{
    accounts::{Office, SignedIn, UserId, listed_name},
    audit,
    error::Fault,
    notifications::{
        model::Status,
        pages::words,
        service::{self, AT_ONCE, Doing, Done, Possible},
        store::desk::{self, Row},
    },
    ui::{Banner, Page, Reader, Tone, field, hidden, or_empty, page, time, typed_day, typed_time},
};
use axum::{
    Form,
    extract::{
        Path, RawQuery,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// As many of a list are seen at once; the rest is folded.
const AT_A_GLANCE: usize = 20;

/// What is asked for: the names and values of a form in which `id` may stand many times.
#[derive(Default)]
struct Wanted {
    doing: Option<Possible>,
    ids: Vec<i64>,
    /// All that are looked at, instead of those.
    all: bool,
    asked: Asked,
    date: String,
    time: String,
}

impl Wanted {
    /// None: not what our forms send.
    fn read(pairs: impl Iterator<Item = (String, String)>) -> Option<Self> {
        let mut wanted = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "do" => wanted.doing = Some(Possible::named(&value)?),
                "id" => wanted.ids.push(value.parse().ok()?),
                "all" => wanted.all = true,
                "status" => wanted.asked.status = value,
                "kind" => wanted.asked.kind = value,
                "source" => wanted.asked.source = value,
                "patient" => wanted.asked.patient = value,
                "from" => wanted.asked.from = value,
                "to" => wanted.asked.to = value,
                "q" => wanted.asked.q = value,
                "date" => wanted.date = value,
                "time" => wanted.time = value,
                _ => {}
            }
        }
        wanted.ids.sort_unstable();
        wanted.ids.dedup();
        (wanted.ids.len() <= AT_ONCE).then_some(wanted)
    }

    /// The local time that was typed.
    fn moment(&self) -> Option<NaiveDateTime> {
        let date = typed_day(&self.date)?;
        let time = typed_time(&self.time)?;
        Some(date.and_time(time))
    }

    /// Whether anything was typed of a moment.
    fn is_typed(&self) -> bool {
        !(self.date.is_empty() && self.time.is_empty())
    }

    /// None: a moment is missing, or is past wherever a patient may be: a slip, not a wish.
    fn action(&self, now: DateTime<Utc>) -> Option<Doing> {
        Some(match self.doing? {
            Possible::Cancel => Doing::Cancel,
            Possible::Retry => Doing::Retry,
            Possible::Reschedule => Doing::Reschedule(
                self.moment()
                    .filter(|moment| moment.and_utc() >= now - TimeDelta::hours(12))?,
            ),
        })
    }
}

/// Shows what would change.
pub async fn ask(
    signed_in: SignedIn<Office>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = query.unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let wanted = Wanted::read(pairs).ok_or(Fault::Malformed)?;
    let doing = wanted.doing.ok_or(Fault::Malformed)?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let rows = if wanted.all {
        let Some(mut choice) = wanted.asked.choice(&mut db, &reader).await? else {
            return Ok(misread(&reader, &wanted.asked));
        };
        // Those that have passed stay failed for good, and would leave no room for others.
        choice.retryable = doing == Possible::Retry;
        desk::table(&mut db, &choice, None, AT_ONCE as i64).await?
    } else {
        desk::these(&mut db, &wanted.ids).await?
    };
    record(&mut db, &act, &rows).await?;
    let action = wanted.action(reader.now);
    let moves = match action {
        Some(Doing::Reschedule(moment)) => {
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            Some(desk::moments(&mut db, &ids, moment).await?)
        }
        _ => None,
    };
    let wrong = wanted.is_typed() && action.is_none();
    Ok(preview(
        &reader,
        doing,
        &wanted,
        &rows,
        moves.as_ref(),
        wrong,
    ))
}

async fn record(
    db: &mut PgConnection,
    act: &crate::accounts::Act,
    rows: &[Row],
) -> Result<(), Fault> {
    let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
    if !patients.is_empty() {
        audit::record(db, act.listing(&patients)).await?;
    }
    Ok(())
}

/// Does it, and reports.
pub async fn answer(
    signed_in: SignedIn<Office>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(pairs) = form?;
    let wanted = Wanted::read(pairs.into_iter()).ok_or(Fault::Malformed)?;
    let kind = wanted.doing.ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let Some(doing) = wanted.action(reader.now) else {
        // Only the moment can be missing.
        let rows = desk::these(&mut db, &wanted.ids).await?;
        record(&mut db, &act, &rows).await?;
        return Ok(preview(&reader, kind, &wanted, &rows, None, true));
    };
    let done = service::act(&mut db, &actor, &act, (&wanted.ids, reader.now), doing).await?;
    // A report that can be looked at again; if nothing was done, there is none.
    if let (Some(request), false) = (act.request(), done.is_empty()) {
        let report = format!("/notifications/changed/{request}");
        return Ok(Redirect::to(&report).into_response());
    }
    let rows = desk::these(&mut db, &wanted.ids).await?;
    record(&mut db, &act, &rows).await?;
    Ok(report(&reader, kind, &done, &rows))
}

/// What was done, by whoever did it.
pub async fn done(
    signed_in: SignedIn<Office>,
    path: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(request) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let done = service::done_by(&mut db, &actor, act.by, request).await?;
    let Done {
        doing,
        with,
        without,
    } = done.ok_or(Fault::NotFound)?;
    let ids: Vec<i64> = with.iter().chain(&without).copied().collect();
    let rows = desk::these(&mut db, &ids).await?;
    record(&mut db, &act, &rows).await?;
    Ok(report(&reader, doing, &with, &rows))
}

fn preview(
    reader: &Reader,
    doing: Possible,
    wanted: &Wanted,
    rows: &[Row],
    moves: Option<&Moves>,
    wrong: bool,
) -> Response {
    let lang = reader.lang();
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = words::doing(lang, doing);
    let (with, without): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .partition(|row| doing.applies(standing(row, reader.now)));
    page(reader, Page::titled(title.clone()).status(status), || {
        let ids = with
            .iter()
            .map(|row| hidden("id", row.id.to_string()))
            .collect_view();
        let error = wrong.then(|| match wanted.moment() {
            Some(_) => t!("outbox.past", locale = lang).into_owned(),
            None => t!("outbox.when_wrong", locale = lang).into_owned(),
        });
        // First when, then what that comes to.
        let asks = doing == Possible::Reschedule && moves.is_none();
        let (date, time) = (wanted.date.clone(), wanted.time.clone());
        let moment = if asks {
            let fields = wanted
                .asked
                .fields()
                .map(|(name, value)| hidden(name, value))
                .collect_view();
            Either::Left(view! {
                {fields}
                <p>{t!("outbox.when_text", locale = lang).into_owned()}</p>
                <div class="fields">
                    {field("date", t!("campaign.date", locale = lang), None, error.clone(), move |described, invalid| view! {
                        <input class="input" id="date" name="date" type="date" required value=date aria-describedby=described aria-invalid=invalid/>
                    })}
                    {field("time", t!("campaign.time", locale = lang), None, error, move |described, invalid| view! {
                        <input class="input" id="time" name="time" type="time" required value=time aria-describedby=described aria-invalid=invalid/>
                    })}
                </div>
            })
        } else {
            Either::Right(moves.map(|_| (hidden("date", date), hidden("time", time))))
        };
        let (method, button) = if asks {
            ("get", t!("outbox.show", locale = lang).into_owned())
        } else {
            ("post", title.clone())
        };
        let form = (!with.is_empty()).then(|| {
            let count = t!("outbox.would", locale = lang, count = with.len()).into_owned();
            view! {
                <form method=method action="/notifications/change" class="card stack">
                    <p class="lead">{count}</p>
                    {hidden("do", doing.name())}
                    {ids}
                    {moment}
                    <div class="actions">
                        <button class="button button-primary" type="submit">{button}</button>
                        <a class="button button-quiet" href=wanted.asked.address("/notifications", None)>{t!("outbox.back", locale = lang).into_owned()}</a>
                    </div>
                </form>
            }
        });
        view! {
            <p class="trail"><a href="/notifications">{t!("outbox.title", locale = lang).into_owned()}</a></p>
            <h1>{title.clone()}</h1>
            {or_empty(form, t!("outbox.would_none", locale = lang))}
            {list(reader, t!("outbox.these", locale = lang).into_owned(), &with, moves)}
            {list(reader, t!("outbox.not_these", locale = lang).into_owned(), &without, None)}
        }
    })
}

fn report(reader: &Reader, doing: Possible, done: &[i64], rows: &[Row]) -> Response {
    let lang = reader.lang();
    let title = words::doing(lang, doing);
    let (with, without): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| done.contains(&row.id));
    let status = if with.is_empty() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    page(reader, Page::titled(title.clone()).status(status), || {
        let (tone, words) = if with.is_empty() {
            (Tone::Attention, t!("outbox.stale", locale = lang))
        } else if without.is_empty() {
            (
                Tone::Good,
                t!("outbox.done", locale = lang, count = with.len()),
            )
        } else {
            let (done, not) = (with.len(), without.len());
            (
                Tone::Attention,
                t!("outbox.done_some", locale = lang, count = done, not = not),
            )
        };
        view! {
            <p class="trail"><a href="/notifications">{t!("outbox.title", locale = lang).into_owned()}</a></p>
            <h1>{title}</h1>
            <Banner tone><p>{words.into_owned()}</p></Banner>
            {list(reader, t!("outbox.were", locale = lang).into_owned(), &with, None)}
            {list(reader, t!("outbox.stayed", locale = lang).into_owned(), &without, None)}
        }
    })
}

/// When each would go out, and whether that is the end of quiet hours.
type Moves = HashMap<i64, (DateTime<Utc>, bool)>;

/// Some of them; and to when they would be moved, if they would.
fn list(
    reader: &Reader,
    title: String,
    rows: &[&Row],
    moves: Option<&Moves>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let mut first = rows
        .iter()
        .map(|row| {
            let later = (row.status == Status::Pending && row.due > row.at && !row.tried)
                .then_some((row.due, true));
            let to = match moves {
                Some(moves) => moves.get(&row.id).copied(),
                None => later,
            };
            let to = to.map(|(moment, quiet)| {
                let why = quiet.then(|| format!(", {}", t!("campaign.put_off", locale = lang)));
                view! { " → "{time::minute(reader, moment)}{why} }
            });
            view! {
                <li class="row">
                    <a href=format!("/notifications/{}", row.id)>{row.text()}</a>
                    <span>
                        {badge(lang, row)}" "
                        <span class="quiet">{listed_name(&row.first_name, &row.last_name, &row.email)}" · "{time::minute(reader, row.at)}{to}</span>
                    </span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let rest = first.split_off(first.len().min(AT_A_GLANCE));
    let rest = (!rest.is_empty()).then(|| {
        let count = t!("outbox.more", locale = lang, count = rest.len()).into_owned();
        view! {
            <details class="fold">
                <summary>{count}</summary>
                <ul class="card rows">{rest}</ul>
            </details>
        }
    });
    let clock = t!("outbox.clock", locale = lang, zone = reader.zone.name()).into_owned();
    (!rows.is_empty()).then(|| {
        view! { <h2>{title}</h2><p class="quiet">{clock}</p><ul class="card rows">{first}</ul>{rest} }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_form_sends_is_not_read() {
        let pairs = |text: &str| {
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect::<Vec<_>>()
        };
        let read = |text: &str| Wanted::read(pairs(text).into_iter());
        assert_eq!(read("do=cancel&id=3&id=1&id=3").expect("read").ids, [1, 3]);
        assert!(read("do=destroy&id=1").is_none());
        assert!(read("do=cancel&id=one").is_none());
        let many: String = (0..=AT_ONCE).map(|n| format!("&id={n}")).collect();
        assert!(read(&format!("do=cancel{many}")).is_none());
        assert!(
            read("do=reschedule&id=1&date=2026-03-29&time=09:00")
                .expect("read")
                .action(DateTime::UNIX_EPOCH)
                .is_some()
        );
        assert!(
            read("do=reschedule&id=1&date=2026-03-29")
                .expect("read")
                .action(DateTime::UNIX_EPOCH)
                .is_none()
        );
    }
}
