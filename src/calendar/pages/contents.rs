//! What is due, day by day in lists, or a month in a table.

use super::views::{Span, View};
use crate::{
    feature::agenda::{Item, State, Weight},
    ui::{
        Badge, ButtonKind, CalendarDay, CalendarEntry, CalendarGrid, Card, EmptyState, IconName,
        LinkButton, Reader, Rows, Tone, time,
    },
};
use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

pub fn contents(reader: &Reader, span: Span, items: &[Item]) -> AnyView {
    let on = |day: NaiveDate| -> Vec<&Item> {
        let of_day = |item: &&Item| item.when.day(reader.zone) == day;
        items.iter().filter(of_day).collect()
    };
    let nothing = items.is_empty().then(|| nothing(reader.lang()));
    match span.view {
        View::Month => {
            let entries = |day: NaiveDate| {
                let items = on(day).into_iter();
                items.map(|item| entry(reader, item)).collect()
            };
            let days = span.days().map(|day| CalendarDay {
                day,
                entries: entries(day),
            });
            let days: Vec<_> = days.collect();
            let label = time::month(reader, span.from);
            view! {
                <CalendarGrid reader=reader.clone() label month=span.from days/>
                {nothing}
            }
            .into_any()
        }
        View::Agenda if items.is_empty() => nothing.into_any(),
        view => {
            // A list leaves out the days of which there is nothing to say.
            let days = span.days().map(|day| (day, on(day)));
            let shown = days.filter(|(_, items)| view != View::Agenda || !items.is_empty());
            let sections: Vec<_> = shown
                .map(|(day, items)| of_day(reader, day, &items))
                .collect();
            sections.into_any()
        }
    }
}

fn nothing(lang: &'static str) -> impl IntoView {
    let (title, text) = (
        t!("calendar.nothing", locale = lang),
        t!("calendar.nothing_text", locale = lang),
    );
    view! { <EmptyState icon=IconName::Calendar title=title.into_owned() text=text.into_owned()/> }
}

fn of_day(reader: &Reader, day: NaiveDate, items: &[&Item]) -> impl IntoView + use<> {
    let id = format!("day-{day}");
    let away = time::relative_day(reader, day, reader.today());
    let rows: Vec<_> = items.iter().map(|item| row(reader, item)).collect();
    let rows = if rows.is_empty() {
        let words = t!("calendar.nothing_day", locale = reader.lang()).into_owned();
        Either::Left(view! { <p class="quiet">{words}</p> })
    } else {
        Either::Right(view! { <Rows>{rows}</Rows> })
    };
    view! {
        <Card labelled_by=id.clone()>
            <h2 id=id>{time::day(reader, day)}" · "{away}</h2>
            {rows}
        </Card>
    }
}

/// "09:00", or "09:00–09:30", where the reader is.
fn clock(reader: &Reader, item: &Item) -> Option<String> {
    let at = item.when.moment()?;
    let clock = |at: chrono::DateTime<chrono::Utc>| {
        let local = at.with_timezone(&reader.zone);
        local.format("%H:%M").to_string()
    };
    Some(match item.until {
        Some(until) => format!("{}–{}", clock(at), clock(until)),
        None => clock(at),
    })
}

fn row(reader: &Reader, item: &Item) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = item.words.clone();
    let words = match item.weight {
        Weight::Main => Either::Left(view! { <strong>{words}</strong> }),
        Weight::Usual => Either::Right(words),
    };
    let words = match item.link.clone() {
        Some(href) => Either::Left(view! { <a href=href>{words}</a> }),
        None => Either::Right(words),
    };
    let text = item.text.clone();
    let text = text.map(|text| view! { <span class="quiet block">{text}</span> });
    let badge =
        state(lang, item.state).map(|(tone, words)| view! { <Badge tone>{words}</Badge>" " });
    let since = match item.state {
        State::Overdue(since) => {
            let day = time::long_date(reader, since);
            let words = t!("calendar.since_day", locale = lang, date = day).into_owned();
            Some(time::day_in_words(reader, since, words))
        }
        State::Coming | State::Done => None,
    };
    let at = item.when.moment().zip(clock(reader, item));
    let at = at.map(|(at, words)| time::moment_in_words(reader, at, words));
    let act = item.act.clone().map(|(href, words)| {
        let label = format!("{words}: {}", item.words);
        view! { <LinkButton href kind=ButtonKind::Tool small=true label>{words}</LinkButton> }
    });
    view! {
        <li class="row" data-from=item.feature>
            <span>{words}{text}</span>
            <span class="quiet">{badge}{since}{at}</span>
            {act}
        </li>
    }
}

/// What stands beside it, unless it is still to come.
fn state(lang: &str, state: State) -> Option<(Tone, String)> {
    match state {
        State::Coming => None,
        State::Overdue(_) => Some((
            Tone::Attention,
            t!("calendar.overdue", locale = lang).into_owned(),
        )),
        State::Done => Some((Tone::Good, t!("calendar.done", locale = lang).into_owned())),
    }
}

fn entry(reader: &Reader, item: &Item) -> CalendarEntry {
    let words = match clock(reader, item) {
        Some(clock) => format!("{clock} {}", item.words),
        None => item.words.clone(),
    };
    CalendarEntry {
        words,
        href: item.link.clone(),
        state: state(reader.lang(), item.state).map(|(_, words)| words),
        from: item.feature,
    }
}
