//! The table as a file, for spreadsheets, of which none takes a cell for a formula: comma-separated (RFC 4180, UTF-8 with its
//! mark; semicolons where German is read, as spreadsheets there expect), or a workbook.

mod book;

use super::{choice::Asked, table::misread};
use crate::{
    accounts::{Act, Office, SignedIn, UserId},
    audit,
    error::Fault,
    notifications::{
        Delivery,
        store::desk::{self, After, Choice, Row},
    },
    platform::Platform,
    ui::Language,
};
use axum::{
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use book::Book;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use std::error::Error;
use tokio::io::AsyncReadExt;

/// Rows that are fetched at once.
const ROWS: i64 = 1000;

/// Bytes of a workbook that are sent at once.
const BLOCK: usize = 64 * 1024;

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

/// The columns that hold moments say by which clock.
fn headings(zone: Tz) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "to_be_told" | "sent" => format!("{column} ({zone})"),
        column => column.to_owned(),
    })
}

#[derive(Deserialize)]
pub struct As {
    /// `xlsx`, or `csv`.
    #[serde(default)]
    format: String,
}

/// Moments are told by the reader's clock. A thousand rows are fetched at a time, by whoever reads them; whose they are is
/// recorded before they are sent.
pub async fn export(
    State(platform): State<Platform>,
    mut signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
    wanted: Result<Query<As>, QueryRejection>,
) -> Result<Response, Fault> {
    let (Query(asked), Query(wanted)) = (query?, wanted?);
    let reader = &signed_in.reader;
    let Some(mut choice) = asked.choice(&mut signed_in.db, reader).await? else {
        return Ok(misread(reader, &asked));
    };
    desk::ordered(&mut signed_in.db, &mut choice).await?;
    let name = format!("notifications-{}", signed_in.reader.today());
    let (language, zone) = (reader.language, reader.zone);
    let source = Source {
        platform,
        choice,
        act: signed_in.act.clone(),
    };
    // A slow reader keeps no connection.
    drop(signed_in);
    match wanted.format.as_str() {
        "" | "csv" => Ok(separated(source, name, language, zone)),
        "xlsx" => workbook(source, name, zone).await,
        _ => Err(Fault::Malformed),
    }
}

/// Where the rows come from, and who reads them.
#[derive(Clone)]
struct Source {
    platform: Platform,
    choice: Choice,
    act: Act,
}

type Failure = Box<dyn Error + Send + Sync>;

impl Source {
    /// The rows after a place, and the place of the last of them: it holds though that row moves or goes before the next are
    /// fetched.
    async fn rows(&self, after: Option<&After>) -> Result<(Vec<Row>, Option<After>), Failure> {
        let mut db = self.platform.pool.acquire().await?;
        let rows = desk::table(&mut db, &self.choice, after, ROWS).await?;
        let last = rows.last().map(|row| row.place(self.choice.order));
        let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
        if !patients.is_empty() {
            audit::record(&mut db, self.act.listing(&patients)).await?;
        }
        Ok((rows, last))
    }
}

fn separated(source: Source, name: String, language: Language, zone: Tz) -> Response {
    let begin = Reached {
        after: None,
        begun: false,
        ended: false,
    };
    let parts = futures_util::stream::try_unfold(begin, move |at| {
        let source = source.clone();
        async move { part(&source, (language, zone), at).await }
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, attachment(&name, "csv")),
    ];
    (headers, Body::from_stream(parts)).into_response()
}

fn attachment(name: &str, ending: &str) -> String {
    format!("attachment; filename=\"{name}.{ending}\"")
}

/// A workbook is whole only when its last row is known: it is written to a file first, and sent from there.
async fn workbook(source: Source, name: String, zone: Tz) -> Result<Response, Fault> {
    let failed = |error: &dyn Error| {
        tracing::error!(error = %error, "a workbook could not be written");
        Fault::Internal
    };
    let mut book = Book::new(zone).map_err(|error| failed(&error))?;
    let mut after = None;
    loop {
        let rows = source.rows(after.as_ref()).await;
        let (rows, last) = rows.map_err(|error| failed(&*error))?;
        for row in &rows {
            book.write(cells(row)).map_err(|error| failed(&error))?;
        }
        if (rows.len() as i64) < ROWS {
            break;
        }
        after = last;
    }
    let file = tokio::task::spawn_blocking(move || book.finish())
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))?;
    let file = tokio::fs::File::from_std(file);
    let parts = futures_util::stream::try_unfold(file, |mut file| async move {
        let mut block = vec![0; BLOCK];
        let read = file.read(&mut block).await?;
        block.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((block, file)))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, attachment(&name, "xlsx")),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// How far a file has come.
struct Reached {
    after: Option<After>,
    begun: bool,
    ended: bool,
}

async fn part(
    source: &Source,
    (language, zone): (Language, Tz),
    at: Reached,
) -> Result<Option<(Vec<u8>, Reached)>, Failure> {
    if at.ended {
        return Ok(None);
    }
    let (rows, last) = source.rows(at.after.as_ref()).await?;
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .delimiter(match language {
            Language::German => b';',
            Language::English => b',',
        })
        .from_writer(Vec::new());
    if !at.begun {
        out.write_record(headings(zone))?;
    }
    for row in &rows {
        out.write_record(cells(row).map(|cell| cell.written(zone)))?;
    }
    let mut bytes = out.into_inner().map_err(|error| error.into_error())?;
    if !at.begun {
        // Spreadsheets tell by this that it is UTF-8.
        bytes.splice(0..0, "\u{feff}".bytes());
    }
    let next = Reached {
        after: last,
        begun: true,
        ended: (rows.len() as i64) < ROWS,
    };
    Ok(Some((bytes, next)))
}

/// What stands in a cell.
enum Cell {
    Empty,
    Number(i64),
    Text(String),
    Moment(DateTime<Utc>),
}

impl Cell {
    /// As text, in which nothing is a formula; a moment in the form that every spreadsheet takes for one.
    fn written(self, zone: Tz) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => inert(&text),
            Self::Moment(at) => {
                let local = at.with_timezone(&zone);
                local.format("%Y-%m-%d %H:%M:%S").to_string()
            }
        }
    }
}

fn cells(row: &Row) -> [Cell; COLUMNS.len()] {
    let text = |text: &str| Cell::Text(text.to_owned());
    [
        Cell::Number(row.id),
        Cell::Number(row.patient.0),
        text(&row.email),
        text(row.kind.name()),
        text(row.source.name()),
        text(row.status.name()),
        match row.delivery {
            Some(Delivery::Push) => text("push"),
            Some(Delivery::Email) => text("email"),
            Some(Delivery::Sms) => text("sms"),
            Some(Delivery::Inbox) => text("inbox"),
            None => Cell::Empty,
        },
        Cell::Moment(row.at),
        row.sent_at.map_or(Cell::Empty, Cell::Moment),
        Cell::Number(row.tries.into()),
        row.failure.clone().map_or(Cell::Empty, Cell::Text),
        Cell::Text(row.text()),
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
