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
const BOTTOM: f64 = 40.0;
/// How far below the axis its words stand: below the nought of the other axis, however large letters are.
const BELOW: f64 = 30.0;
/// Room for words above the highest level, where levels have words.
const ABOVE: f64 = 36.0;
/// How wide a letter is at most where letters are largest, which is on a phone, and how far words keep from each other.
const LETTER: f64 = 13.0;
const APART: f64 = 12.0;
/// How high letters are there.
const HIGH: f64 = 18.0;

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Line,
    /// Holds its value until the next one.
    Step,
    Bar,
    /// A bar that steps back beside another of the same kind.
    SoftBar,
    /// A bar of what is not known: hatched.
    Unknown,
    Points,
}

impl Mark {
    fn is_bar(self) -> bool {
        matches!(self, Self::Bar | Self::SoftBar | Self::Unknown)
    }

    /// What is added to the class of a series.
    fn class(self) -> &'static str {
        match self {
            Self::SoftBar => " series-soft",
            Self::Unknown => " series-unknown",
            Self::Line | Self::Step | Self::Bar | Self::Points => "",
        }
    }
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

/// Where labels stand that lie as far from each other as their days do.
#[derive(Clone, Debug)]
pub struct Span {
    /// How far each is from the first.
    pub places: Vec<f64>,
    /// How far the axis goes; the last value holds until there.
    pub end: f64,
    /// What stands below both ends: of the labels none is shown.
    pub words: (String, String),
}

/// What a chart shows. The axis of values begins at zero, unless its levels have words.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What the chart shows, above it.
    pub title: String,
    /// What it says, for those who do not see it; where this is empty, the title.
    pub says: String,
    /// What the labels are, as "Day": the head of the table's first column.
    pub along: String,
    pub labels: Vec<String>,
    /// At most six are told apart.
    pub series: Vec<Series>,
    pub band: Option<Band>,
    /// What the fold with the table is called.
    pub table: String,
    /// Bars stand on each other instead of beside each other.
    pub stacked: bool,
    /// Where the axis of values ends, whatever is drawn; it is drawn in quarters.
    pub most: Option<f64>,
    /// Values that are marked by words instead of figures, from the lowest up; the axis reaches from the first to the last.
    pub levels: Vec<(f64, String)>,
    pub span: Option<Span>,
}

/// The chart, and its table in a fold.
pub fn chart(mut chart: Chart) -> impl IntoView {
    let heads = chart
        .series
        .iter()
        .map(|series| view! { <th scope="col" class="figures">{series.name.clone()}</th> })
        .collect_view();
    let rows = chart
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let cells = chart
                .series
                .iter()
                .map(|series| {
                    let value = series.values.get(at).copied().flatten();
                    view! { <td class="figures">{value.map_or_else(|| "–".to_owned(), figure)}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{label.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    let along = std::mem::take(&mut chart.along);
    let summary = std::mem::take(&mut chart.table);
    let table = view! {
        <details class="fold">
            <summary>{summary}</summary>
            <div class="scroll">
                <table class="plot-table">
                    <thead><tr><th scope="col">{along}</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    };
    chart_with(&chart, table)
}

/// The chart with a table of the page's own, which says more than the figures that are drawn.
pub fn chart_with<V: IntoView>(chart: &Chart, table: V) -> impl IntoView + use<V> {
    let drawing = InertElement::new(draw(chart));
    let keys = (chart.series.len() > 1 || chart.band.is_some()).then(|| {
        let keys = chart.series.iter().enumerate().map(|(at, series)| {
            let class = format!("plot-key {}", class(at, series));
            view! { <li class=class><span class="plot-key-mark"></span>{series.name.clone()}</li> }
        });
        let keys = keys.collect_view();
        let band = chart.band.as_ref().map(|band| {
            let name = band.name.clone();
            view! { <li class="plot-key plot-key-band"><span class="plot-key-mark"></span>{name}</li> }
        });
        view! { <ul class="plot-keys" aria-hidden="true">{keys}{band}</ul> }
    });
    view! {
        <figure class="plot">
            <figcaption class="plot-title">{chart.title.clone()}</figcaption>
            {drawing}
            {keys}
            {table}
        </figure>
    }
}

/// How a series looks, by its place among others.
fn class(at: usize, series: &Series) -> String {
    format!("series-{}{}", at % 6 + 1, series.mark.class())
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

/// The highest value that is drawn.
fn highest(chart: &Chart) -> f64 {
    let stacks = (0..chart.labels.len()).filter(|_| chart.stacked).map(|at| {
        let bars = chart.series.iter().filter(|one| one.mark.is_bar());
        bars.filter_map(|one| one.values.get(at).copied().flatten())
            .sum::<f64>()
    });
    chart
        .series
        .iter()
        .flat_map(|series| series.values.iter().flatten())
        .copied()
        .chain(stacks)
        .chain(chart.band.as_ref().map(|band| band.to))
        .fold(0.0, f64::max)
}

/// Where values and labels stand on the plane.
struct Plane<'a> {
    left: f64,
    top: f64,
    lowest: f64,
    highest: f64,
    /// As much room as each label has.
    slot: f64,
    span: Option<&'a Span>,
}

impl Plane<'_> {
    fn x(&self, at: usize) -> f64 {
        match self.span {
            Some(span) => {
                let place = span.places.get(at).copied().unwrap_or(span.end);
                self.left + place / span.end.max(1.0) * (WIDTH - RIGHT - self.left)
            }
            None => self.left + self.slot * (at as f64 + 0.5),
        }
    }

    fn y(&self, value: f64) -> f64 {
        let high = self.highest - self.lowest;
        // Values that are all the same lie on the axis.
        let part = if high > 0.0 {
            (value - self.lowest) / high
        } else {
            0.0
        };
        self.top + (HEIGHT - self.top - BOTTOM) * (1.0 - part.clamp(0.0, 1.0))
    }
}

fn draw(chart: &Chart) -> String {
    let ticks: Vec<f64> = match chart.most {
        Some(most) => (0..=4)
            .map(|quarter| most * f64::from(quarter) / 4.0)
            .collect(),
        None => ticks(highest(chart)),
    };
    let (first, last) = (chart.levels.first(), chart.levels.last());
    let (left, top) = if first.is_some() {
        (RIGHT, ABOVE)
    } else {
        (LEFT, TOP)
    };
    let plane = Plane {
        left,
        top,
        lowest: first.map_or(0.0, |(value, _)| *value),
        highest: last.map_or_else(|| ticks.last().copied().unwrap_or(1.0), |(value, _)| *value),
        slot: (WIDTH - left - RIGHT) / chart.labels.len().max(1) as f64,
        span: chart.span.as_ref(),
    };
    let says = if chart.says.is_empty() {
        &chart.title
    } else {
        &chart.says
    };
    let mut svg = String::with_capacity(4096);
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        "<svg class=\"plot-plane\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escape(says)
    );
    if let Some(band) = &chart.band {
        let (from, to) = (plane.y(band.to), plane.y(band.from));
        let _ = write!(
            svg,
            "<rect class=\"plot-band\" x=\"{left}\" y=\"{from:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            WIDTH - left - RIGHT,
            (to - from).max(1.5)
        );
    }
    if chart.levels.is_empty() {
        for tick in &ticks {
            let y = plane.y(*tick);
            line(&mut svg, left, y);
            words(&mut svg, left - 8.0, y + 4.0, "end", &figure(*tick));
        }
    }
    for (at, (value, name)) in chart.levels.iter().enumerate() {
        let y = plane.y(*value);
        line(&mut svg, left, y);
        let foot = y - 10.0;
        let room = width_of(name);
        let beginning = (left, left + room, (left, "start"));
        let end = (WIDTH - RIGHT - room, WIDTH - RIGHT, (WIDTH - RIGHT, "end"));
        // Where a line that rises does not run: the lowest at its end, others at its beginning. Unless it does.
        let sides = if at == 0 {
            [end, beginning]
        } else {
            [beginning, end]
        };
        let free = |(from, to, _): &(f64, f64, (f64, &str))| {
            let mut stairs = chart.series.iter().filter(|one| one.mark == Mark::Step);
            stairs.all(|one| !crosses(one, &plane, (*from, *to), (foot - HIGH, foot)))
        };
        let [first, second] = sides;
        let side = if free(&first) || !free(&second) {
            first
        } else {
            second
        };
        let (x, anchor) = side.2;
        words(&mut svg, x, foot, anchor, name);
    }
    below(&mut svg, chart, &plane);
    bars(&mut svg, chart, &plane);
    for (at, one) in chart.series.iter().enumerate() {
        let class = class(at, one);
        let path = match (one.mark, plane.span) {
            (Mark::Step, Some(_)) => stairs(one, &plane),
            (Mark::Line | Mark::Step, _) => {
                path(one, plane.slot, &|at| plane.x(at), &|value| plane.y(value))
            }
            (Mark::Points, _) => {
                dots(&mut svg, &class, one, &plane);
                continue;
            }
            (Mark::Bar | Mark::SoftBar | Mark::Unknown, _) => continue,
        };
        let _ = write!(svg, "<path class=\"plot-line {class}\" d=\"{path}\"/>");
        let dotted = one.mark == Mark::Line || plane.span.is_some();
        if dotted && one.values.len() <= 40 {
            dots(&mut svg, &class, one, &plane);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A line across the plane.
fn line(svg: &mut String, left: f64, y: f64) {
    let _ = write!(
        svg,
        "<line class=\"plot-grid\" x1=\"{left}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
        WIDTH - RIGHT
    );
}

fn words(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = write!(
        svg,
        "<text class=\"plot-tick\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escape(words)
    );
}

/// As much room as words need where letters are largest.
fn width_of(words: &str) -> f64 {
    words.chars().count() as f64 * LETTER
}

/// Whether a line of stairs runs through a rectangle.
fn crosses(
    series: &Series,
    plane: &Plane<'_>,
    (from, to): (f64, f64),
    (top, foot): (f64, f64),
) -> bool {
    let points: Vec<(f64, f64)> = known(series)
        .map(|(at, value)| (plane.x(at), plane.y(value)))
        .collect();
    let meets = |a: f64, b: f64, low: f64, high: f64| a.min(b) < high && a.max(b) > low;
    points.iter().enumerate().any(|(at, (x, y))| {
        let (next_x, next_y) = points.get(at + 1).copied().unwrap_or((WIDTH - RIGHT, *y));
        let along = meets(*x, next_x, from, to) && (top..=foot).contains(y);
        let up = (from..=to).contains(&next_x) && meets(*y, next_y, top, foot);
        along || up
    })
}

/// The words below the axis: as many as have room beside each other.
fn below(svg: &mut String, chart: &Chart, plane: &Plane<'_>) {
    let y = HEIGHT - BOTTOM + BELOW;
    if let Some(span) = &chart.span {
        words(svg, plane.left, y, "start", &span.words.0);
        words(svg, WIDTH - RIGHT, y, "end", &span.words.1);
        return;
    }
    let widest = chart.labels.iter().map(|label| width_of(label));
    let widest = widest.fold(0.0, f64::max) + APART;
    let count = chart.labels.len().max(1);
    let every = (1..count).find(|every| *every as f64 * plane.slot >= widest);
    let every = every.unwrap_or(count);
    for (at, label) in chart.labels.iter().enumerate().step_by(every) {
        words(svg, plane.x(at), y, "middle", label);
    }
}

/// The series that are drawn as bars, beside each other or on each other.
fn bars(svg: &mut String, chart: &Chart, plane: &Plane<'_>) {
    let all = chart.series.iter().enumerate();
    let series: Vec<_> = all.filter(|(_, one)| one.mark.is_bar()).collect();
    let beside = if chart.stacked { 1 } else { series.len() };
    let width = (plane.slot * 0.7 / beside.max(1) as f64).min(40.0);
    let mut below = vec![0.0; chart.labels.len()];
    for (bar, (at, one)) in series.into_iter().enumerate() {
        let left = if chart.stacked { 0.0 } else { bar as f64 };
        let left = (left - beside as f64 / 2.0) * width;
        for (place, value) in known(one) {
            let mut from = 0.0;
            if let Some(below) = below.get_mut(place).filter(|_| chart.stacked) {
                from = *below;
                *below += value;
            }
            let (top, foot) = (plane.y(from + value), plane.y(from));
            let (x, class) = (plane.x(place) + left, class(at, one));
            let (width, height) = ((width - 1.0).max(1.0), (foot - top).max(0.0));
            if one.mark == Mark::Unknown {
                // Hatched by the dashes of a line that is as wide as the bar.
                let middle = x + width / 2.0;
                let _ = write!(
                    svg,
                    "<line class=\"plot-unknown {class}\" x1=\"{middle:.1}\" x2=\"{middle:.1}\" y1=\"{foot:.1}\" y2=\"{top:.1}\" stroke-width=\"{width:.1}\"/>"
                );
            } else {
                let _ = write!(
                    svg,
                    "<rect class=\"plot-bar {class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\"/>"
                );
            }
        }
    }
}

/// The values that are known, with their places.
fn known(series: &Series) -> impl Iterator<Item = (usize, f64)> {
    let values = series.values.iter().enumerate();
    values.filter_map(|(at, value)| Some((at, (*value)?)))
}

fn dots(svg: &mut String, class: &str, series: &Series, plane: &Plane<'_>) {
    for (at, value) in known(series) {
        let _ = write!(
            svg,
            "<circle class=\"plot-point {class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>",
            plane.x(at),
            plane.y(value)
        );
    }
}

/// A line that holds each value from its own place on, to the end of the axis.
fn stairs(series: &Series, plane: &Plane<'_>) -> String {
    let mut path = String::new();
    for (at, value) in known(series) {
        let (x, y) = (plane.x(at), plane.y(value));
        let _ = if path.is_empty() {
            write!(path, "M{x:.1} {y:.1}")
        } else {
            write!(path, "H{x:.1}V{y:.1}")
        };
    }
    if !path.is_empty() {
        let _ = write!(path, "H{:.1}", WIDTH - RIGHT);
    }
    path
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
        let drawing = draw(&Chart {
            title: "a \"b\" <script>".to_owned(),
            labels: vec!["<b>".to_owned()],
            ..Chart::default()
        });
        assert!(
            !drawing.contains("<script") && !drawing.contains("<b>"),
            "{drawing}"
        );
        assert!(drawing.contains("aria-label=\"a &quot;b&quot; &lt;script&gt;\""));
    }

    /// The value of an attribute in each element that has a class.
    fn each(drawing: &str, class: &str, attribute: &str) -> Vec<String> {
        drawing
            .split('<')
            .filter(|element| element.contains(&format!("class=\"{class}")))
            .filter_map(|element| {
                let (_, rest) = element.split_once(&format!(" {attribute}=\""))?;
                Some(rest.split_once('"')?.0.to_owned())
            })
            .collect()
    }

    #[test]
    fn bars_that_are_stacked_stand_on_each_other() {
        let series = |mark, value| Series {
            name: "Hours".to_owned(),
            mark,
            values: vec![value],
        };
        let drawing = draw(&Chart {
            labels: vec!["Monday".to_owned()],
            series: vec![
                series(Mark::Bar, None),
                series(Mark::SoftBar, Some(12.0)),
                series(Mark::Unknown, Some(6.0)),
            ],
            stacked: true,
            most: Some(24.0),
            ..Chart::default()
        });
        // Half of the day, and a quarter above it.
        assert_eq!(each(&drawing, "plot-bar", "y"), ["106.0"]);
        assert_eq!(each(&drawing, "plot-unknown", "y1"), ["106.0"]);
        assert_eq!(each(&drawing, "plot-unknown", "y2"), ["59.0"]);
        for tick in ["0", "6", "12", "18", "24"] {
            assert!(drawing.contains(&format!(">{tick}</text>")), "{drawing}");
        }
    }

    /// Of the words of the axes, where each stands.
    fn ticks_of(drawing: &str) -> Vec<(f64, f64, String)> {
        drawing
            .split("<text class=\"plot-tick\"")
            .skip(1)
            .filter_map(|text| {
                let number = |name: &str| {
                    let (_, rest) = text.split_once(&format!(" {name}=\""))?;
                    rest.split_once('"')?.0.parse::<f64>().ok()
                };
                let (_, words) = text.split_once('>')?;
                let (words, _) = words.split_once('<')?;
                Some((number("x")?, number("y")?, words.to_owned()))
            })
            .collect()
    }

    #[test]
    fn words_below_an_axis_keep_from_each_other_and_from_its_nought() {
        for (count, label) in [
            (7, "Wed"),
            (8, "24 Nov"),
            (14, "24 Nov"),
            (90, "24 Nov"),
            (3, "24 November 2026"),
        ] {
            let drawing = draw(&Chart {
                labels: vec![label.to_owned(); count],
                series: vec![Series {
                    name: "Hours".to_owned(),
                    mark: Mark::Bar,
                    values: vec![Some(20.0); count],
                }],
                most: Some(24.0),
                ..Chart::default()
            });
            let ticks = ticks_of(&drawing);
            let nought = ticks
                .iter()
                .find(|(.., words)| words == "0")
                .expect("a nought");
            let below: Vec<_> = ticks.iter().filter(|(.., words)| words == label).collect();
            assert!(below.len() > 1 || count == 3, "{count}: {drawing}");
            assert!(
                below.iter().all(|(_, y, _)| y - HIGH > nought.1),
                "{drawing}"
            );
            for pair in below.windows(2) {
                let [a, b] = pair else { continue };
                assert!(b.0 - a.0 >= width_of(label) + APART, "{count}: {drawing}");
            }
        }
        // The week has a word for each of its days.
        let week = draw(&Chart {
            labels: vec!["Wed".to_owned(); 7],
            ..Chart::default()
        });
        assert_eq!(week.matches(">Wed<").count(), 7);
    }

    #[test]
    fn words_of_a_level_stand_where_no_line_runs() {
        let drawing = |places: Vec<f64>, values: Vec<Option<f64>>| {
            draw(&Chart {
                labels: vec![String::new(); places.len()],
                series: vec![Series {
                    name: "Last day".to_owned(),
                    mark: Mark::Step,
                    values,
                }],
                levels: vec![
                    (0.0, "1 June 2026".to_owned()),
                    (7.0, "8 June 2026".to_owned()),
                ],
                span: Some(Span {
                    places,
                    end: 20.0,
                    words: ("1 March".to_owned(), "21 March".to_owned()),
                }),
                ..Chart::default()
            })
        };
        let lowest = |drawing: &str| {
            let ticks = ticks_of(drawing);
            let tick = ticks.iter().find(|(.., words)| words == "1 June 2026");
            tick.expect("the lowest").0
        };
        let early = drawing(vec![0.0, 5.0], vec![Some(0.0), Some(7.0)]);
        assert!(lowest(&early) > WIDTH / 2.0, "{early}");
        // It rose a moment ago.
        let late = drawing(vec![0.0, 19.0], vec![Some(0.0), Some(7.0)]);
        assert!(lowest(&late) < WIDTH / 2.0, "{late}");
    }

    #[test]
    fn a_span_has_its_own_distances_and_holds_the_last_value() {
        let chart = |levels| Chart {
            labels: vec!["1 March".to_owned(), "11 March".to_owned()],
            series: vec![Series {
                name: "Last day".to_owned(),
                mark: Mark::Step,
                values: vec![Some(0.0), Some(7.0)],
            }],
            levels,
            span: Some(Span {
                places: vec![0.0, 10.0],
                end: 20.0,
                words: ("1 March".to_owned(), "21 March".to_owned()),
            }),
            ..Chart::default()
        };
        let levels = vec![(0.0, "1 June".to_owned()), (7.0, "8 June".to_owned())];
        let drawing = draw(&chart(levels));
        assert_eq!(
            each(&drawing, "plot-line", "d"),
            ["M12.0 200.0H320.0V36.0H628.0"]
        );
        assert_eq!(each(&drawing, "plot-point", "cx"), ["12.0", "320.0"]);
        assert!(drawing.contains("8 June") && drawing.contains("21 March"));
        // Where nothing ever moved.
        let flat = draw(&chart(vec![(0.0, "1 June".to_owned())]));
        assert!(!flat.contains("NaN") && !flat.contains("inf"), "{flat}");
    }
}
