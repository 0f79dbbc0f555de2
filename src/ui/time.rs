//! Dates as people read them: relative plus exact, in their zone, in a `<time datetime>`.

use super::{Language, Moment, Reader};
use chrono::{
    DateTime, Datelike, NaiveDate, SecondsFormat, Utc,
    format::{Item, StrftimeItems},
};
use leptos::prelude::*;
use rust_i18n::t;
use std::sync::LazyLock;

/// The forms of dates, read once: reading them costs as much as writing the date.
struct Forms {
    long: Vec<Item<'static>>,
    long_with_year: Vec<Item<'static>>,
    short: Vec<Item<'static>>,
}

impl Forms {
    fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Forms> =
            LazyLock::new(|| Forms::read("%A %-d %B", "%A %-d %B %Y", "%-d %b %Y"));
        static GERMAN: LazyLock<Forms> =
            LazyLock::new(|| Forms::read("%A, %-d. %B", "%A, %-d. %B %Y", "%d.%m.%Y"));
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    fn read(long: &'static str, long_with_year: &'static str, short: &'static str) -> Self {
        let items = |form| StrftimeItems::new(form).collect();
        Self {
            long: items(long),
            long_with_year: items(long_with_year),
            short: items(short),
        }
    }
}

/// "Thursday 4 March", with the year where it is not this one.
pub fn long_date(reader: &Reader, date: NaiveDate) -> String {
    let forms = Forms::of(reader.language);
    let items = if date.year() == reader.today().year() {
        &forms.long
    } else {
        &forms.long_with_year
    };
    date.format_localized_with_items(items.iter(), reader.language.dates())
        .to_string()
}

/// "4 Mar 2026"
pub fn short_date(reader: &Reader, date: NaiveDate) -> String {
    let forms = Forms::of(reader.language);
    date.format_localized_with_items(forms.short.iter(), reader.language.dates())
        .to_string()
}

/// "today", "tomorrow", "in 12 days", "3 days ago", seen from `today`: whose day that is, depends on whose
/// date it is.
pub fn relative_day(reader: &Reader, date: NaiveDate, today: NaiveDate) -> String {
    let days = (date - today).num_days();
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

/// A day told from today, in words that hold it ("due in 3 days"); which day it is, is there for programs and for whoever points
/// at it.
pub fn day_in_words(reader: &Reader, date: NaiveDate, words: String) -> impl IntoView + use<> {
    view! { <time datetime=date.to_string() title=long_date(reader, date)>{words}</time> }
}

/// "3 days ago", and which day that is where there is room for it.
pub fn near_day(reader: &Reader, date: NaiveDate, today: NaiveDate) -> impl IntoView + use<> {
    let exact = view! { <span class="exact">{short_date(reader, date)}</span> };
    view! {
        <time datetime=date.to_string() title=long_date(reader, date)>
            {relative_day(reader, date, today)}" "{exact}
        </time>
    }
}

/// A moment told from now, in words that hold it.
pub fn moment_in_words(reader: &Reader, at: DateTime<Utc>, words: String) -> impl IntoView + use<> {
    view(told_in(reader, at, words))
}

fn view(moment: Moment) -> impl IntoView {
    view! { <time datetime=moment.datetime title=moment.title>{moment.words}</time> }
}

fn told_in(reader: &Reader, at: DateTime<Utc>, words: String) -> Moment {
    let local = at.with_timezone(&reader.zone);
    let day = long_date(reader, local.date_naive());
    Moment {
        datetime: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        title: format!("{day}, {}", local.format("%H:%M")),
        words,
    }
}

/// "Monday", or "Mon".
pub fn weekday(reader: &Reader, date: NaiveDate, short: bool) -> String {
    let form = if short { "%a" } else { "%A" };
    date.format_localized(form, reader.language.dates())
        .to_string()
}

/// "March 2026"
pub fn month(reader: &Reader, date: NaiveDate) -> String {
    date.format_localized("%B %Y", reader.language.dates())
        .to_string()
}

/// A day, named in full.
pub fn day(reader: &Reader, date: NaiveDate) -> impl IntoView + use<> {
    view! { <time datetime=date.to_string()>{long_date(reader, date)}</time> }
}

/// A day, in short.
pub fn short_day(reader: &Reader, date: NaiveDate) -> impl IntoView + use<> {
    view! { <time datetime=date.to_string()>{short_date(reader, date)}</time> }
}

/// A moment that is told by its day where it happened.
pub fn told_on(reader: &Reader, at: DateTime<Utc>, day: NaiveDate) -> Moment {
    Moment {
        datetime: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        title: long_date(reader, day),
        words: short_date(reader, day),
    }
}

/// A moment by day and minute.
pub fn minute(reader: &Reader, at: DateTime<Utc>) -> impl IntoView + use<> {
    let local = at.with_timezone(&reader.zone);
    let day = short_date(reader, local.date_naive());
    view! {
        <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>
            {format!("{day}, {}", local.format("%H:%M"))}
        </time>
    }
}

/// A moment: its day, with the time for whoever points at it.
pub fn moment(reader: &Reader, at: DateTime<Utc>) -> impl IntoView + use<> {
    view(told(reader, at))
}

/// The same, in words alone.
pub fn told(reader: &Reader, at: DateTime<Utc>) -> Moment {
    let day = at.with_timezone(&reader.zone).date_naive();
    told_in(reader, at, short_date(reader, day))
}
