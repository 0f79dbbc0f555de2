//! Days as bars, drawn by the server, with the same in a table.

use super::length;
use crate::{
    ui::{Reader, table_of, time},
    wear::model::{DAY, Day, Verdict},
};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use std::fmt::Write;

/// Height and the space under the bars, in the drawing's own units.
const HEIGHT: f32 = 120.0;
const BELOW: f32 = 18.0;
const WIDTH: f32 = 320.0;

/// The bars: what was worn from below, what is not known above it, hatched. A line stands at the goal.
pub fn bars(reader: &Reader, days: &[Day], goal: i32, id: &str) -> impl IntoView + use<> {
    let lang = reader.lang();
    let step = WIDTH / days.len().max(1) as f32;
    let bar = (step * 0.7).min(28.0);
    let height = |minutes: i32| minutes as f32 / DAY as f32 * HEIGHT;
    let mut svg = format!(
        "<svg class=\"wear-chart\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-labelledby=\"{id}-name\"><title id=\"{id}-name\">{}</title>\
         <defs><pattern id=\"{id}-unknown\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path class=\"wear-hatch\" d=\"M0 0V6\"></path></pattern></defs>",
        HEIGHT + BELOW,
        t!("wear.chart", locale = lang)
    );
    for (n, day) in days.iter().enumerate() {
        let x = step * n as f32 + (step - bar) / 2.0;
        let worn = if day.noted { height(day.worn) } else { 0.0 };
        let unknown = height(day.unknown);
        let class = match day.verdict(goal) {
            Verdict::Reached => "wear-worn is-reached",
            _ => "wear-worn",
        };
        // Writing to a string does not fail.
        let _ = write!(
            svg,
            "<rect class=\"wear-ground\" x=\"{x:.1}\" y=\"0\" width=\"{bar:.1}\" height=\"{HEIGHT}\" rx=\"3\"></rect>\
             <rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{bar:.1}\" height=\"{worn:.1}\" rx=\"3\"></rect>",
            (HEIGHT - worn).max(0.0)
        );
        if unknown > 0.0 {
            let _ = write!(
                svg,
                "<rect fill=\"url(#{id}-unknown)\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{bar:.1}\" height=\"{unknown:.1}\"></rect>",
                (HEIGHT - worn - unknown).max(0.0)
            );
        }
        // Few enough to have names, or each seventh.
        if days.len() <= 8 || n % 7 == 0 {
            let name = if days.len() <= 8 {
                day.day
                    .format_localized("%a", reader.language.dates())
                    .to_string()
            } else {
                day.day
                    .format_localized("%-d %b", reader.language.dates())
                    .to_string()
            };
            let _ = write!(
                svg,
                "<text class=\"wear-day\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
                (x + bar / 2.0).clamp(14.0, WIDTH - 14.0),
                HEIGHT + BELOW - 4.0
            );
        }
    }
    let line = HEIGHT - height(goal);
    let _ = write!(
        svg,
        "<path class=\"wear-goal\" d=\"M0 {line:.1}H{WIDTH}\"></path></svg>"
    );
    view! { {InertElement::new(svg)} }
}

/// The same days in words and numbers, newest first.
pub fn table(reader: &Reader, days: &[Day], goal: i32) -> impl IntoView + use<> {
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
        <details class="wear-table">
            <summary>{t!("wear.table.show", locale = lang).into_owned()}</summary>
            {table_of(headings, rows)}
        </details>
    }
}
