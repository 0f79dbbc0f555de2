//! Cancelling, trying again, moving and putting back some at once: first what would change, then what did.

mod shown;

use super::{choice::Asked, table::misread};
use crate::{
    accounts::{self, Act, Namesakes, Office, SignedIn, UserId},
    audit,
    error::Fault,
    notifications::{
        service::{self, AT_ONCE, Doing, Done, Possible},
        store::desk::{self, Row},
    },
    ui::{Reader, typed_day, typed_time},
};
use axum::{
    Form,
    extract::{
        Path, Query, RawQuery,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use shown::{Outcome, Preview, Slip, Undo};
use sqlx::PgConnection;
use uuid::Uuid;

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
    /// The request that moved them, to be undone.
    of: Option<Uuid>,
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
                "of" => wanted.of = Some(value.parse().ok()?),
                "date" => wanted.date = value,
                "time" => wanted.time = value,
                name => wanted.asked.set(name, value),
            }
        }
        wanted.ids.sort_unstable();
        wanted.ids.dedup();
        (wanted.ids.len() <= AT_ONCE).then_some(wanted)
    }

    /// The local time that was typed, if it can be meant: what is past wherever a patient may be is a slip.
    fn moment(&self, now: DateTime<Utc>) -> Result<NaiveDateTime, Slip> {
        let date = typed_day(&self.date).ok_or(Slip::Day)?;
        let time = typed_time(&self.time).ok_or(Slip::Time)?;
        let moment = date.and_time(time);
        if moment.and_utc() < now - TimeDelta::hours(12) {
            return Err(Slip::Past);
        }
        Ok(moment)
    }

    fn action(&self, doing: Possible, now: DateTime<Utc>) -> Result<Doing, Slip> {
        Ok(match (doing, self.of) {
            (Possible::Cancel, _) => Doing::Cancel,
            (Possible::Retry, _) => Doing::Retry,
            (Possible::Restore, _) => Doing::Restore,
            (Possible::Reschedule, Some(request)) => Doing::MoveBack(request),
            (Possible::Reschedule, None) => Doing::Reschedule(self.moment(now)?),
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
    let mut more = false;
    let rows = if wanted.all {
        let Some(mut choice) = wanted.asked.choice(&mut db, &reader).await? else {
            return Ok(misread(&reader, &wanted.asked));
        };
        desk::ordered(&mut db, &mut choice).await?;
        let limit = AT_ONCE as i64;
        let mut rows = desk::table(&mut db, &choice, None, limit + 1).await?;
        if rows.len() > AT_ONCE {
            // Those with which it cannot be done would leave no room for others.
            choice.can = Some(doing);
            rows = desk::table(&mut db, &choice, None, limit + 1).await?;
            more = rows.len() > AT_ONCE;
        }
        rows.truncate(AT_ONCE);
        rows
    } else {
        desk::these(&mut db, &wanted.ids).await?
    };
    let namesakes = listed(&mut db, &act, &reader, &rows).await?;
    let typed = !(wanted.date.is_empty() && wanted.time.is_empty());
    let (moves, slip) = match wanted.action(doing, reader.now) {
        Ok(Doing::Reschedule(moment)) => {
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            (Some(desk::moments(&mut db, &ids, moment).await?), None)
        }
        Ok(_) => (None, None),
        Err(slip) => (None, typed.then_some(slip)),
    };
    let preview = Preview {
        doing,
        asked: &wanted.asked,
        typed: (&wanted.date, &wanted.time),
        rows: &rows,
        namesakes: &namesakes,
        more,
        moves: moves.as_ref(),
        slip,
    };
    Ok(preview.page(&reader))
}

/// Notes whose they are, and finds what tells those of one name apart.
async fn listed(
    db: &mut PgConnection,
    act: &Act,
    reader: &Reader,
    rows: &[Row],
) -> Result<Namesakes, Fault> {
    let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
    if !patients.is_empty() {
        audit::record(db, act.listing(&patients)).await?;
    }
    let named = rows.iter().map(Row::named);
    Ok(accounts::namesakes(db, reader, named).await?)
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
    let doing = match wanted.action(kind, reader.now) {
        Ok(doing) => doing,
        Err(slip) => {
            let rows = desk::these(&mut db, &wanted.ids).await?;
            let namesakes = listed(&mut db, &act, &reader, &rows).await?;
            let preview = Preview {
                doing: kind,
                asked: &wanted.asked,
                typed: (&wanted.date, &wanted.time),
                rows: &rows,
                namesakes: &namesakes,
                more: false,
                moves: None,
                slip: Some(slip),
            };
            return Ok(preview.page(&reader));
        }
    };
    let done = service::act(&mut db, &actor, &act, (&wanted.ids, reader.now), doing).await?;
    // A report that can be looked at again; if nothing was done, there is none. Sent twice, it is the first one's.
    let request = match done.is_empty() {
        false => act.request(),
        true => service::done_just_now(&mut db, &actor, act.by, &wanted.ids, doing).await?,
    };
    if let Some(request) = request {
        let report = format!("/notifications/changed/{request}");
        return Ok(Redirect::to(&wanted.asked.address(&report, None)).into_response());
    }
    let rows = desk::these(&mut db, &wanted.ids).await?;
    let namesakes = listed(&mut db, &act, &reader, &rows).await?;
    let outcome = Outcome {
        doing: kind,
        asked: &wanted.asked,
        done: &done,
        rows: &rows,
        namesakes: &namesakes,
        undo: None,
    };
    Ok(outcome.page(&reader))
}

/// What was done, by whoever did it.
pub async fn done(
    signed_in: SignedIn<Office>,
    path: Result<Path<Uuid>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(request) = path?;
    let Query(asked) = query?;
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
    let namesakes = listed(&mut db, &act, &reader, &rows).await?;
    let moved = match doing {
        Possible::Reschedule => Some(desk::moved_by(&mut db, act.by, request).await?),
        _ => None,
    };
    let undone = |row: &&Row| {
        let standing = row.standing(reader.now);
        match doing {
            Possible::Cancel => Possible::Restore.applies(standing),
            Possible::Restore => Possible::Cancel.applies(standing),
            Possible::Retry => false,
            Possible::Reschedule => {
                let moved = moved.as_ref().and_then(|moved| moved.get(&row.id));
                moved.is_some_and(|moved| moved.to == row.at && moved.from > reader.now)
                    && Possible::Reschedule.applies(standing)
            }
        }
    };
    let back: Vec<i64> = rows
        .iter()
        .filter(|row| with.contains(&row.id))
        .filter(undone)
        .map(|row| row.id)
        .collect();
    let outcome = Outcome {
        doing,
        asked: &asked,
        done: &with,
        rows: &rows,
        namesakes: &namesakes,
        undo: (!back.is_empty()).then_some(Undo {
            request,
            ids: &back,
        }),
    };
    Ok(outcome.page(&reader))
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
        assert!(read("do=reschedule&id=1&of=that").is_none());
        let many: String = (0..=AT_ONCE).map(|n| format!("&id={n}")).collect();
        assert!(read(&format!("do=cancel{many}")).is_none());
        let action = |text: &str, now: DateTime<Utc>| {
            let wanted = read(text).expect("read");
            wanted.action(Possible::Reschedule, now)
        };
        let then = DateTime::UNIX_EPOCH;
        assert!(action("id=1&date=2026-03-29&time=09:00", then).is_ok());
        for (text, now, slip) in [
            ("id=1&date=2026-03-29", then, Slip::Time),
            ("id=1&time=09:00", then, Slip::Day),
            (
                "id=1&date=2026-03-29&time=09:00",
                "2026-04-01T00:00:00Z".parse().expect("a moment"),
                Slip::Past,
            ),
        ] {
            assert_eq!(action(text, now), Err(slip), "{text}");
        }
    }
}
