//! Days as bars, with the same in a table.

use super::length;
use crate::{
    ui::{
        Fold, Reader,
        chart::{Band, Chart, Mark, Series, chart_with},
        table_of, time,
    },
    wear::model::{DAY, Day, Verdict},
};
use leptos::prelude::*;
use rust_i18n::t;

/// More days than these are named by their date instead of their weekday.
const WEEK: usize = 8;

/// What was worn from below, what is not known above it, and the goal behind them; the same days in words and numbers.
pub fn days(reader: &Reader, days: &[Day], goal: i32) -> impl IntoView + use<> {
    let lang = reader.lang();
    let hours = |minutes: i32| f64::from(minutes) / 60.0;
    let series = |name: String, mark: Mark, of: &dyn Fn(&Day) -> Option<i32>| Series {
        name,
        mark,
        values: days.iter().map(|day| of(day).map(hours)).collect(),
    };
    let worn = |day: &Day, reached: bool| {
        let fits = day.noted && (day.verdict(goal) == Verdict::Reached) == reached;
        fits.then_some(day.worn)
    };
    let pattern = if days.len() <= WEEK { "%a" } else { "%-d %b" };
    let labels = days.iter().map(|day| {
        let name = day.day.format_localized(pattern, reader.language.dates());
        name.to_string()
    });
    let chart = Chart {
        title: t!("wear.chart_title", locale = lang).into_owned(),
        says: t!("wear.chart", locale = lang).into_owned(),
        labels: labels.collect(),
        series: vec![
            series(
                t!("wear.key.reached", locale = lang).into_owned(),
                Mark::Bar,
                &|day| worn(day, true),
            ),
            series(
                t!("wear.key.missed", locale = lang).into_owned(),
                Mark::SoftBar,
                &|day| worn(day, false),
            ),
            series(
                t!("wear.table.unknown", locale = lang).into_owned(),
                Mark::Unknown,
                &|day| Some(day.unknown).filter(|unknown| *unknown > 0),
            ),
        ],
        band: Some(Band {
            name: t!("wear.key.goal", locale = lang, goal = length(lang, goal)).into_owned(),
            from: hours(goal),
            to: hours(DAY),
        }),
        stacked: true,
        most: Some(hours(DAY)),
        ..Chart::default()
    };
    chart_with(&chart, table(reader, days, goal))
}

/// The same days in words and numbers, newest first.
fn table(reader: &Reader, days: &[Day], goal: i32) -> impl IntoView + use<> {
    let lang = reader.lang();
    let rows = days
        .iter()
        .rev()
        .map(|day| {
            let said = match day.verdict(goal) {
                Verdict::Reached => t!("wear.verdict.reached", locale = lang),
                Verdict::Missed => t!("wear.verdict.missed", locale = lang),
                Verdict::Open if day.unknown > 0 => t!("wear.verdict.unknown", locale = lang),
                Verdict::Open => t!("wear.verdict.open", locale = lang),
                Verdict::Nothing => t!("wear.verdict.nothing", locale = lang),
            };
            let figure = |minutes: i32| {
                if day.noted {
                    length(lang, minutes)
                } else {
                    "–".to_owned()
                }
            };
            view! {
                <tr>
                    <th scope="row">{time::short_day(reader, day.day)}</th>
                    <td>{figure(day.worn)}</td>
                    <td>{figure(day.out)}</td>
                    <td>{figure(day.unknown)}</td>
                    <td>{said.into_owned()}</td>
                </tr>
            }
        })
        .collect_view();
    let headings = [
        t!("wear.table.day", locale = lang),
        t!("wear.table.worn", locale = lang),
        t!("wear.table.out", locale = lang),
        t!("wear.table.unknown", locale = lang),
        t!("wear.table.goal", locale = lang),
    ];
    view! {
        <Fold summary=t!("wear.table.show", locale = lang)>{table_of(headings, rows)}</Fold>
    }
}
