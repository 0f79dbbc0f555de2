//! How a practice is shown: on Today, beside messages, with one's dentist, and wherever something is wrong.

use super::model::{Opening, Practice, Treating, answer_by, zone_of};
use crate::ui::{Avatar, Badge, Facts, IconName, LinkButton, Reader, Tone, telephone, time};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, SecondsFormat, Utc, Weekday};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// The number at which the reader reaches whoever treats them: the practice's, else the clinic's own, so that there always is one.
pub fn number<'a>(reader: &'a Reader, treating: Option<&'a Treating>) -> &'a str {
    treating
        .and_then(|treating| treating.practice.as_ref())
        .map_or(&*reader.clinic_telephone, |practice| &practice.telephone)
}

/// The button that dials it.
pub fn call(reader: &Reader, treating: Option<&Treating>) -> impl IntoView + use<> {
    telephone::call(reader.lang(), number(reader, treating))
}

/// Whether somebody is there, what to do while nobody is, and the button that dials: in this order, so that nobody calls a practice
/// that is closed and learns afterwards what to do instead.
pub fn reach(reader: &Reader, treating: Option<&Treating>) -> impl IntoView + use<> {
    let practice = treating.and_then(|treating| treating.practice.as_ref());
    let state = practice.and_then(|practice| state(reader, practice));
    let away = practice.filter(|practice| !is_open(reader, practice));
    let away = away.map(|practice| away_words(reader, practice));
    view! {
        <div class="practice-reach">
            {state.map(|state| view! { <p>{state}</p> })}
            {away}
            {call(reader, treating)}
        </div>
    }
}

/// Who treats the reader, how to reach them, when somebody is there, and what to do when nobody is. Where nobody treats them, or the
/// practice is not known yet, how to reach the clinic.
pub fn card(reader: &Reader, treating: Option<&Treating>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let called = call(reader, treating);
    let name = match treating {
        Some(treating) => treating.name.clone(),
        None => t!("practice.clinic", locale = lang).into_owned(),
    };
    match treating.and_then(|treating| treating.practice.as_ref()) {
        None => Either::Left(view! {
            <section class="card practice" aria-labelledby="practice-name">
                <h2 id="practice-name">{name}</h2>
                {treating.map(|_| unknown(lang))}
                {called}
            </section>
        }),
        Some(practice) => {
            let (away, more) = presence(reader, practice);
            Either::Right(view! {
                <section class="card practice" aria-labelledby="practice-name">
                    <div class="practice-head">
                        <Avatar name=name.clone()/>
                        <div>
                            <h2 id="practice-name">{practice.name.clone()}</h2>
                            <p class="quiet">{name}</p>
                            {state(reader, practice)}
                        </div>
                    </div>
                    {away}
                    {called}
                    {more}
                </section>
            })
        }
    }
}

/// Where a dentist's practice has not been entered: that the number is the clinic's.
fn unknown(lang: &'static str) -> impl IntoView {
    view! { <p class="quiet">{t!("practice.unknown", locale = lang).into_owned()}</p> }
}

/// The same in short, beside the form that a message is written in: for whoever should rather call than write and wait.
pub fn rather_call(reader: &Reader, treating: Option<&Treating>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = t!("practice.urgent", locale = lang).into_owned();
    let practice = treating.and_then(|treating| treating.practice.as_ref());
    let unknown = (treating.is_some() && practice.is_none()).then(|| unknown(lang));
    let (away, more) = practice
        .map(|practice| presence(reader, practice))
        .map_or((None, None), |(away, more)| (away, Some(more)));
    view! {
        <section class="card practice practice-short" aria-labelledby="practice-urgent">
            <div class="practice-call">
                <p id="practice-urgent"><strong>{words}</strong></p>
                // First where the dentist is told at once and one reads what to do until then; the telephone is there, too.
                <LinkButton href="/something-wrong" icon=IconName::Triangle>{t!("wrong.title", locale = lang).into_owned()}</LinkButton>
                {practice.map(|practice| state(reader, practice))}
                {away}
                {call(reader, treating)}
            </div>
            {unknown}
            {more}
        </section>
    }
}

/// Whether somebody is there now; nothing without hours.
fn state(reader: &Reader, practice: &Practice) -> Option<impl IntoView + use<>> {
    let (day, opening, open) = practice.open_or_next(reader.now)?;
    let words = state_words(reader, practice, day, opening, open);
    let tone = open.then_some(Tone::Good);
    Some(view! { <Badge nostrip:tone=tone>{words}</Badge> })
}

fn is_open(reader: &Reader, practice: &Practice) -> bool {
    practice
        .open_or_next(reader.now)
        .is_some_and(|(.., open)| open)
}

/// While somebody is there, what to do once nobody is.
pub fn away_later(reader: &Reader, treating: Option<&Treating>) -> Option<impl IntoView + use<>> {
    let practice = treating.and_then(|treating| treating.practice.as_ref());
    let practice = practice.filter(|practice| is_open(reader, practice))?;
    Some(away_words(reader, practice))
}

/// What to do while nobody is there, in the practice's own words.
fn away_words(reader: &Reader, practice: &Practice) -> impl IntoView + use<> {
    let words = telephone::linked(practice.out_of_hours(reader.language));
    view! { <p>{words}</p> }
}

/// What to do while nobody is there, which stands open exactly then; and, folded, where the practice is and its hours.
fn presence(
    reader: &Reader,
    practice: &Practice,
) -> (Option<impl IntoView + use<>>, impl IntoView + use<>) {
    let lang = reader.lang();
    let away = away_words(reader, practice);
    let (open_away, folded_away) = if is_open(reader, practice) {
        (None, Some(away))
    } else {
        (Some(away), None)
    };
    let lines = hours_lines(reader, practice)
        .into_iter()
        .map(|(days, hours)| view! { <div class="row"><dt>{days}</dt><dd class="figures">{hours}</dd></div> })
        .collect_view();
    let address = practice
        .address_lines
        .iter()
        .cloned()
        .chain([format!("{} {}", practice.postal_code, practice.city)])
        .map(|line| view! { <span class="block">{line}</span> })
        .collect_view();
    let more = view! {
        <details class="practice-more">
            <summary>{t!("practice.more", locale = lang).into_owned()}</summary>
            <address>{address}</address>
            <Facts>{lines}</Facts>
            {folded_away}
        </details>
    };
    (open_away, more)
}

/// Whether it is open, and until when; else when it opens.
fn state_words(
    reader: &Reader,
    practice: &Practice,
    day: NaiveDate,
    opening: Opening,
    open: bool,
) -> String {
    let lang = reader.lang();
    if open {
        return t!(
            "practice.open_until",
            locale = lang,
            time = clock(opening.closes)
        )
        .into_owned();
    }
    let today = reader.now.with_timezone(&practice.zone).date_naive();
    let time = clock(opening.opens);
    if day == today {
        t!("practice.opens_today", locale = lang, time = time)
    } else if day == today + Days::new(1) {
        t!("practice.opens_tomorrow", locale = lang, time = time)
    } else {
        t!(
            "practice.opens_on",
            locale = lang,
            day = time::long_date(reader, day),
            time = time
        )
    }
    .into_owned()
}

/// By when a patient hears of something reported then: "18:00 on Tuesday 1 December", in the practice's own time, which is named where
/// the reader's is another.
pub fn answer_by_words(
    reader: &Reader,
    treating: Option<&Treating>,
    reported: DateTime<Utc>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let zone = zone_of(treating);
    let moment = answer_by(treating, reported);
    let by = moment.with_timezone(&zone);
    let (day, time) = (by.date_naive(), clock(by.time()));
    let today = reader.now.with_timezone(&zone).date_naive();
    let words = if day == today {
        t!("practice.answer_today", locale = lang, time = time)
    } else if day == today + Days::new(1) {
        t!("practice.answer_tomorrow", locale = lang, time = time)
    } else {
        t!(
            "practice.answer_on",
            locale = lang,
            day = time::long_date(reader, day),
            time = time
        )
    };
    let elsewhere = moment.with_timezone(&reader.zone).naive_local() != by.naive_local();
    let zone = elsewhere.then(|| format!(" ({})", zone.name().replace('_', " ")));
    view! {
        <time datetime=moment.to_rfc3339_opts(SecondsFormat::Secs, true)>{words.into_owned()}</time>
        {zone}
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// The week, days with the same hours together: "Mon–Thu", "08:00–12:00, 13:00–18:00".
pub fn hours_lines(reader: &Reader, practice: &Practice) -> Vec<(String, String)> {
    let week = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    let hours_of = |weekday: Weekday| {
        let spans: Vec<String> = practice
            .hours
            .iter()
            .filter(|opening| opening.weekday == weekday)
            .map(|opening| format!("{}–{}", clock(opening.opens), clock(opening.closes)))
            .collect();
        spans.join(", ")
    };
    let days = week.map(|weekday| (weekday, hours_of(weekday)));
    days.chunk_by(|(_, a), (_, b)| a == b)
        .filter_map(|days| {
            let ((first, hours), (last, _)) = (days.first()?, days.last()?);
            let names = if first == last {
                weekday_name(reader, *first)
            } else {
                format!(
                    "{}–{}",
                    weekday_name(reader, *first),
                    weekday_name(reader, *last)
                )
            };
            let hours = match hours.as_str() {
                "" => t!("practice.closed", locale = reader.lang()).into_owned(),
                hours => hours.to_owned(),
            };
            Some((names, hours))
        })
        .collect()
}

/// In short, as the reader's language has it.
fn weekday_name(reader: &Reader, weekday: Weekday) -> String {
    // A Monday.
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let day = monday + Days::new(u64::from(weekday.num_days_from_monday()));
    debug_assert_eq!(day.weekday(), weekday);
    day.format_localized("%a", reader.language.dates())
        .to_string()
}
