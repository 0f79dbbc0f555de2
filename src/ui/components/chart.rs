//! Charts, drawn on the server as SVG, each with a table of the same figures. Colours and marks come from the
//! stylesheet, so that both themes, forced colours and print have theirs; series differ by mark and dash as well
//! as by colour.

use leptos::{prelude::*, tachys::html::InertElement};
use std::fmt::Write;

/// The plane that a chart is drawn on, in units of the SVG.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
/// Room for the words of the axes.
const LEFT: f64 = 48.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 32.0;
/// As many words stand below the axis at most.
const LABELS: usize = 8;

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Line,
    /// Holds its value until the next one.
    Step,
    Bar,
    Points,
}

/// Figures of one kind, one for each label of the chart; none where nothing is known.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub mark: Mark,
    pub values: Vec<Option<f64>>,
}

/// A span of values that is marked, as a goal's.
#[derive(Clone, Debug)]
pub struct Band {
    pub name: String,
    pub from: f64,
    pub to: f64,
}

/// What a chart shows. The axis of values begins at zero.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What the chart says, in a sentence: also for those who do not see it.
    pub title: String,
    /// What the labels are, as "Day": the head of the table's first column.
    pub along: String,
    pub labels: Vec<String>,
    /// At most six are told apart.
    pub series: Vec<Series>,
    pub band: Option<Band>,
    /// What the fold with the table is called.
    pub table: String,
}

/// The chart, and its table in a fold.
pub fn chart(chart: Chart) -> impl IntoView {
    let Chart {
        title,
        along,
        labels,
        series,
        band,
        table,
    } = chart;
    let drawing = InertElement::new(draw(&title, &labels, &series, band.as_ref()));
    let keys = (series.len() > 1 || band.is_some()).then(|| {
        let keys = series.iter().enumerate().map(|(at, series)| {
            let name = series.name.clone();
            view! { <li class=format!("plot-key series-{}", at % 6 + 1)><span class="plot-key-mark"></span>{name}</li> }
        });
        let keys = keys.collect_view();
        let band = band.map(|band| {
            view! { <li class="plot-key plot-key-band"><span class="plot-key-mark"></span>{band.name}</li> }
        });
        view! { <ul class="plot-keys" aria-hidden="true">{keys}{band}</ul> }
    });
    let heads = series
        .iter()
        .map(|series| view! { <th scope="col" class="figures">{series.name.clone()}</th> })
        .collect_view();
    let rows = labels
        .into_iter()
        .enumerate()
        .map(|(at, label)| {
            let cells = series
                .iter()
                .map(|series| {
                    let value = series.values.get(at).copied().flatten();
                    view! { <td class="figures">{value.map_or_else(|| "–".to_owned(), figure)}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{label}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <figure class="plot">
            <figcaption class="plot-title">{title}</figcaption>
            {drawing}
            {keys}
            <details class="fold">
                <summary>{table}</summary>
                <div class="scroll">
                    <table class="plot-table">
                        <thead><tr><th scope="col">{along}</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}

/// A figure with as many places as it needs, at most one.
fn figure(value: f64) -> String {
    if (value - value.round()).abs() < 0.05 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// The steps of an axis that goes up to `most`: round figures, the last of which is its end.
fn ticks(most: f64) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 {
        most
    } else {
        1.0
    };
    let rough = most / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= rough - power * 1e-9)
        .unwrap_or(rough);
    let mut ticks = vec![0.0];
    while ticks.last().is_some_and(|last| *last < most - step * 1e-9) {
        ticks.push(ticks.len() as f64 * step);
    }
    ticks
}

fn draw(title: &str, labels: &[String], series: &[Series], band: Option<&Band>) -> String {
    let highest = series
        .iter()
        .flat_map(|series| series.values.iter().flatten())
        .copied()
        .chain(band.map(|band| band.to))
        .fold(0.0, f64::max);
    let ticks = ticks(highest);
    let top = ticks.last().copied().unwrap_or(1.0);
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - (value / top).clamp(0.0, 1.0));
    let places = labels.len().max(1) as f64;
    let slot = (WIDTH - LEFT - RIGHT) / places;
    let x = |at: usize| LEFT + slot * (at as f64 + 0.5);

    let mut svg = String::with_capacity(4096);
    let _ = write!(
        svg,
        "<svg class=\"plot-plane\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escape(title)
    );
    if let Some(band) = band {
        let (from, to) = (y(band.to), y(band.from));
        let _ = write!(
            svg,
            "<rect class=\"plot-band\" x=\"{LEFT}\" y=\"{from:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            WIDTH - LEFT - RIGHT,
            (to - from).max(1.5)
        );
    }
    for tick in &ticks {
        let _ = write!(
            svg,
            "<line class=\"plot-grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{1:.1}\" y2=\"{1:.1}\"/>\
             <text class=\"plot-tick\" x=\"{2:.1}\" y=\"{3:.1}\" text-anchor=\"end\">{4}</text>",
            WIDTH - RIGHT,
            y(*tick),
            LEFT - 8.0,
            y(*tick) + 4.0,
            figure(*tick)
        );
    }
    let every = labels.len().div_ceil(LABELS).max(1);
    for (at, label) in labels.iter().enumerate().step_by(every) {
        let _ = write!(
            svg,
            "<text class=\"plot-tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(at),
            HEIGHT - BOTTOM + 20.0,
            escape(label)
        );
    }
    let bars = series.iter().filter(|one| one.mark == Mark::Bar).count();
    let mut bar = 0;
    for (at, one) in series.iter().enumerate() {
        let class = format!("series-{}", at % 6 + 1);
        match one.mark {
            Mark::Bar => {
                let width = (slot * 0.7 / bars as f64).min(40.0);
                let left = (bar as f64 - bars as f64 / 2.0) * width;
                bar += 1;
                for (at, value) in known(one) {
                    let _ = write!(
                        svg,
                        "<rect class=\"plot-bar {class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\"/>",
                        x(at) + left,
                        y(value),
                        (width - 1.0).max(1.0),
                        (y(0.0) - y(value)).max(0.0)
                    );
                }
            }
            Mark::Points => dots(&mut svg, &class, one, &x, &y),
            Mark::Line | Mark::Step => {
                let _ = write!(
                    svg,
                    "<path class=\"plot-line {class}\" d=\"{}\"/>",
                    path(one, slot, &x, &y)
                );
                if one.mark == Mark::Line && one.values.len() <= 40 {
                    dots(&mut svg, &class, one, &x, &y);
                }
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The values that are known, with their places.
fn known(series: &Series) -> impl Iterator<Item = (usize, f64)> {
    let values = series.values.iter().enumerate();
    values.filter_map(|(at, value)| Some((at, (*value)?)))
}

fn dots(
    svg: &mut String,
    class: &str,
    series: &Series,
    x: &impl Fn(usize) -> f64,
    y: &impl Fn(f64) -> f64,
) {
    for (at, value) in known(series) {
        let _ = write!(
            svg,
            "<circle class=\"plot-point {class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>",
            x(at),
            y(value)
        );
    }
}

/// A line through what is known; where nothing is, it has a gap.
fn path(series: &Series, slot: f64, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (at, value) in series.values.iter().enumerate() {
        let Some(value) = *value else {
            drawing = false;
            continue;
        };
        let (px, py) = (x(at), y(value));
        let _ = match (series.mark, drawing) {
            (Mark::Step, false) => {
                write!(
                    path,
                    "M{:.1} {py:.1}H{:.1}",
                    px - slot / 2.0,
                    px + slot / 2.0
                )
            }
            (Mark::Step, true) => write!(path, "V{py:.1}H{:.1}", px + slot / 2.0),
            (_, false) => write!(path, "M{px:.1} {py:.1}"),
            (_, true) => write!(path, "L{px:.1} {py:.1}"),
        };
        drawing = true;
    }
    path
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_steps_and_room_for_the_highest() {
        assert_eq!(ticks(22.0), [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(ticks(4.0), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(ticks(0.0), ticks(1.0));
        assert_eq!(ticks(f64::NAN), ticks(1.0));
        for highest in [0.1, 0.9, 3.0, 7.0, 24.0, 99.0, 101.0, 12_345.0] {
            let ticks = ticks(highest);
            assert!(
                ticks.last().is_some_and(|last| *last >= highest),
                "{highest}"
            );
            assert!((3..=7).contains(&ticks.len()), "{highest}: {ticks:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_gap() {
        let series = Series {
            name: "Hours".to_owned(),
            mark: Mark::Line,
            values: vec![Some(1.0), None, Some(1.0), Some(2.0)],
        };
        let path = path(&series, 10.0, &|at| at as f64, &|value| value);
        assert_eq!(path, "M0.0 1.0M2.0 1.0L3.0 2.0");
    }

    #[test]
    fn words_in_a_drawing_stay_words() {
        let drawing = draw("a \"b\" <script>", &["<b>".to_owned()], &[], None);
        assert!(
            !drawing.contains("<script") && !drawing.contains("<b>"),
            "{drawing}"
        );
        assert!(drawing.contains("aria-label=\"a &quot;b&quot; &lt;script&gt;\""));
    }
}
