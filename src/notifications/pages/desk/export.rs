//! The table as a file (RFC 4180, UTF-8 with its mark), for spreadsheets, of which none takes a cell for a formula.

use super::{choice::Asked, table::misread};
use crate::{
    accounts::{Act, Office, SignedIn, UserId},
    audit,
    error::Fault,
    notifications::{
        Delivery,
        store::desk::{self, Choice, Row},
    },
    platform::Platform,
};
use axum::{
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use std::error::Error;

/// Rows that are fetched at once.
const ROWS: i64 = 1000;

const COLUMNS: [&str; 12] = [
    "id",
    "patient",
    "email",
    "kind",
    "source",
    "status",
    "delivery",
    "to_be_told",
    "sent",
    "tries",
    "failure",
    "text",
];

/// Moments are told in UTC (RFC 3339). A thousand rows are fetched at a time, by whoever reads them; whose they are is recorded
/// before they are sent.
pub async fn export(
    State(platform): State<Platform>,
    mut signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let reader = &signed_in.reader;
    let Some(choice) = asked.choice(&mut signed_in.db, reader).await? else {
        return Ok(misread(reader, &asked));
    };
    let name = format!("notifications-{}.csv", signed_in.reader.today());
    let act = signed_in.act.clone();
    // A slow reader keeps no connection.
    drop(signed_in);
    let begin = Position {
        before: None,
        begun: false,
        ended: false,
    };
    let parts = futures_util::stream::try_unfold(begin, move |at| {
        let (platform, choice, act) = (platform.clone(), choice.clone(), act.clone());
        async move { part(&platform, &choice, &act, at).await }
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// How far a file has come.
struct Position {
    before: Option<i64>,
    begun: bool,
    ended: bool,
}

type Failure = Box<dyn Error + Send + Sync>;

async fn part(
    platform: &Platform,
    choice: &Choice,
    act: &Act,
    at: Position,
) -> Result<Option<(Vec<u8>, Position)>, Failure> {
    if at.ended {
        return Ok(None);
    }
    let rows = {
        let mut db = platform.pool.acquire().await?;
        let rows = desk::table(&mut db, choice, at.before, ROWS).await?;
        let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
        if !patients.is_empty() {
            audit::record(&mut db, act.listing(&patients)).await?;
        }
        rows
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    if !at.begun {
        out.write_record(COLUMNS)?;
    }
    for row in &rows {
        out.write_record(cells(row))?;
    }
    let mut bytes = out.into_inner().map_err(|error| error.into_error())?;
    if !at.begun {
        // Spreadsheets tell by this that it is UTF-8.
        bytes.splice(0..0, "\u{feff}".bytes());
    }
    let next = Position {
        before: rows.last().map(|row| row.id),
        begun: true,
        ended: (rows.len() as i64) < ROWS,
    };
    Ok(Some((bytes, next)))
}

fn cells(row: &Row) -> [String; 12] {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let delivery = match row.delivery {
        Some(Delivery::Push) => "push",
        Some(Delivery::Inbox) => "inbox",
        None => "",
    };
    [
        row.id.to_string(),
        row.patient.0.to_string(),
        inert(&row.email),
        row.kind.name().to_owned(),
        row.source.name().to_owned(),
        row.status.name().to_owned(),
        delivery.to_owned(),
        moment(row.at),
        row.sent_at.map(moment).unwrap_or_default(),
        row.tries.to_string(),
        row.failure.clone().unwrap_or_default(),
        inert(&row.text()),
    ]
}

/// Text in which nothing begins like a formula: an apostrophe stands before each sign that would (OWASP, "CSV Injection"), at the
/// beginning and after whatever a spreadsheet may take for the end of a cell. Full-width signs count: some programs read them as
/// the plain ones.
fn inert(text: &str) -> String {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    const ENDS: [char; 6] = [';', ',', '|', '\t', '\r', '\n'];
    let mut out = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for c in text.chars() {
        if begins && SIGNS.contains(&c) {
            out.push('\'');
        }
        // What shows nothing does not make it another beginning, nor does a quotation mark, within which a cell begins.
        let unseen = c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '\u{200b}'..='\u{200f}' | '\u{feff}');
        begins = ENDS.contains(&c) || (begins && unseen);
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_like_a_formula() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\t'=1"),
            (" +1", " '+1"),
            ("＝1", "'＝1"),
            ("\n-1", "\n'-1"),
            (";=1+1", ";'=1+1"),
            ("a; =1", "a; '=1"),
            ("a;\"=1;\"", "a;\"'=1;\""),
            ("\u{200b}=1", "\u{200b}'=1"),
        ] {
            assert_eq!(inert(text), safe);
        }
        assert_eq!(inert("It is time = now"), "It is time = now");
        assert_eq!(inert(""), "");
    }
}
