//! Dates as people read them: relative plus exact, in their zone, in a `<time datetime>`.

use super::{Language, Reader};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use leptos::prelude::*;
use rust_i18n::t;

/// "Thursday 4 March", with the year where it is not this one.
pub fn long_date(reader: &Reader, date: NaiveDate) -> String {
    let this_year = date.year() == reader.today().year();
    let form = match (reader.language, this_year) {
        (Language::English, true) => "%A %-d %B",
        (Language::English, false) => "%A %-d %B %Y",
        (Language::German, true) => "%A, %-d. %B",
        (Language::German, false) => "%A, %-d. %B %Y",
    };
    date.format_localized(form, reader.language.dates())
        .to_string()
}

/// "4 Mar 2026"
pub fn short_date(reader: &Reader, date: NaiveDate) -> String {
    let form = match reader.language {
        Language::English => "%-d %b %Y",
        Language::German => "%d.%m.%Y",
    };
    date.format_localized(form, reader.language.dates())
        .to_string()
}

/// "today", "tomorrow", "in 12 days", "3 days ago"
pub fn relative_day(reader: &Reader, date: NaiveDate) -> String {
    let days = (date - reader.today()).num_days();
    let locale = reader.lang();
    match days {
        0 => t!("time.today", locale = locale),
        1 => t!("time.tomorrow", locale = locale),
        -1 => t!("time.yesterday", locale = locale),
        2.. => t!("time.in_days", locale = locale, days = days),
        _ => t!("time.days_ago", locale = locale, days = -days),
    }
    .into_owned()
}

/// A day, named in full.
pub fn day(reader: &Reader, date: NaiveDate) -> impl IntoView + use<> {
    view! { <time datetime=date.to_string()>{long_date(reader, date)}</time> }
}

/// A day, in short.
pub fn short_day(reader: &Reader, date: NaiveDate) -> impl IntoView + use<> {
    view! { <time datetime=date.to_string()>{short_date(reader, date)}</time> }
}

/// A moment: its day, with the time for whoever points at it.
pub fn moment(reader: &Reader, at: DateTime<Utc>) -> impl IntoView + use<> {
    let local = at.with_timezone(&reader.zone);
    let title = format!(
        "{}, {}",
        long_date(reader, local.date_naive()),
        local.format("%H:%M")
    );
    view! {
        <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=title>
            {short_date(reader, local.date_naive())}
        </time>
    }
}
