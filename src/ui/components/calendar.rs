//! A month on one page.

use crate::ui::{Reader, time};
use chrono::{Datelike, Days, NaiveDate};
use leptos::{either::Either, prelude::*};

/// What a month shows of one day.
#[derive(Clone, Debug)]
pub struct CalendarDay {
    pub day: NaiveDate,
    pub entries: Vec<CalendarEntry>,
}

/// Something that is due on a day.
#[derive(Clone, Debug, Default)]
pub struct CalendarEntry {
    pub words: String,
    /// Where there is more of it.
    pub href: Option<String>,
    /// How it stands, in a word, unless it is still to come.
    pub state: Option<String>,
    /// The feature that it is of.
    pub from: &'static str,
}

fn one(entry: CalendarEntry) -> impl IntoView {
    let CalendarEntry {
        words,
        href,
        state,
        from,
    } = entry;
    let state = state.map(|state| view! { <strong>{state}": "</strong> });
    let words = match href {
        Some(href) => Either::Left(view! { <a href=href>{state}{words}</a> }),
        None => Either::Right(view! { <span>{state}{words}</span> }),
    };
    view! { <li data-from=(!from.is_empty()).then_some(from)>{words}</li> }
}

/// The month that `month` lies in, a row a week, from Monday on. Days beyond its ends are shown without what is due
/// then. Where columns would be too narrow for words, it is a list of the days on which something is due.
#[component]
pub fn CalendarGrid(
    reader: Reader,
    #[prop(into)] label: String,
    month: NaiveDate,
    days: Vec<CalendarDay>,
) -> impl IntoView {
    let today = reader.today();
    let first = month.with_day(1).unwrap_or(month);
    let back = first.weekday().num_days_from_monday();
    let start = first
        .checked_sub_days(Days::new(u64::from(back)))
        .unwrap_or(first);
    let all: Vec<NaiveDate> = start.iter_days().take(42).collect();
    let weeks: Vec<&[NaiveDate]> = all
        .chunks(7)
        .filter(|week| week.iter().any(|day| day.month() == month.month()))
        .collect();
    let heads = all
        .iter()
        .take(7)
        .map(|day| {
            let (short, long) = (
                time::weekday(&reader, *day, true),
                time::weekday(&reader, *day, false),
            );
            view! { <th scope="col"><abbr title=long>{short}</abbr></th> }
        })
        .collect_view();
    let rows = weeks
        .into_iter()
        .map(|week| {
            let cells = week
                .iter()
                .map(|day| {
                    let inside = day.month() == month.month();
                    let class = if inside { "day" } else { "day day-outside" };
                    let entries = days
                        .iter()
                        .filter(|entry| inside && entry.day == *day)
                        .flat_map(|entry| entry.entries.clone())
                        .map(one)
                        .collect_view();
                    let current = (*day == today).then_some("date");
                    let named = time::weekday(&reader, *day, true);
                    view! {
                        <td class=class aria-current=current>
                            <time datetime=day.to_string()><span class="day-name">{named}" "</span>{day.day()}</time>
                            <ul>{entries}</ul>
                        </td>
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="month">
            <table class="calendar">
                <caption>{label}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
