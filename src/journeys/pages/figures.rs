//! The numbers of a journey, and how its expected last day moved: a chart, and a table that says the same.

use super::parts;
use crate::{
    journeys::model::{Cause, Estimate, Figures, Journey, Punctuality, Stage, Status},
    ui::{
        Badge, Fold, Reader, Tone,
        chart::{Chart, Mark, Series, Span, chart_with},
        time,
    },
};
use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

pub fn section(
    reader: &Reader,
    journey: &Journey,
    figures: &Figures,
    today: NaiveDate,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let first = figures.estimates.first().copied();
    let last = figures.estimates.last().copied();
    let moved = first.zip(last).map(|(first, last)| {
        let days = (last.last_day - first.last_day).num_days();
        view! {
            <div class="figure">
                <dt>{t!("figures.moved", locale = lang).into_owned()}</dt>
                <dd>{by_days(lang, days)}</dd>
            </div>
        }
    });
    let number = |label: String, value: String| {
        view! { <div class="figure"><dt>{label}</dt><dd>{value}</dd></div> }
    };
    let over = journey.status == Status::Completed;
    // What has been achieved comes first.
    let done = if over {
        journey.stage
    } else {
        (journey.stage - 1).max(0)
    };
    let since = journey
        .started_on
        .filter(|_| !over)
        .map(|day| (today - day).num_days());
    view! {
        <section aria-labelledby="figures-heading">
            <h2 id="figures-heading">{t!("figures.title", locale = lang).into_owned()}</h2>
            <div class="card figures-card">
                <dl class="figure-list">
                    {number(t!("figures.done", locale = lang).into_owned(), t!("figures.done_of", locale = lang, done = done, total = journey.total).into_owned())}
                    {since.map(|since| number(t!("figures.since", locale = lang).into_owned(), days(lang, since)))}
                    {number(t!("figures.on_time", locale = lang).into_owned(), figures.on_time().to_string())}
                    {number(t!("figures.early", locale = lang).into_owned(), figures.early().to_string())}
                    {number(t!("figures.late", locale = lang).into_owned(), figures.late().to_string())}
                    {number(t!("figures.paused", locale = lang).into_owned(), days(lang, figures.days_paused))}
                    {moved}
                </dl>
                {match chart(reader, &figures.estimates, today, over) {
                    Some(chart) => Either::Left(chart),
                    None => Either::Right(estimates(reader, &figures.estimates)),
                }}
                {stages(reader, journey, &figures.stages)}
            </div>
        </section>
    }
}

fn days(lang: &str, days: i64) -> String {
    match days {
        1 => t!("figures.days.one", locale = lang),
        _ => t!("figures.days.other", locale = lang, days = days),
    }
    .into_owned()
}

fn by_days(lang: &str, moved: i64) -> String {
    let count = days(lang, moved.abs());
    match moved {
        0 => t!("figures.unmoved", locale = lang),
        1.. => t!("figures.later", locale = lang, days = count),
        _ => t!("figures.sooner", locale = lang, days = count),
    }
    .into_owned()
}

fn cause(lang: &str, cause: Cause) -> String {
    match cause {
        Cause::Start => t!("figures.cause.start", locale = lang).into_owned(),
        Cause::Change => t!("figures.cause.change", locale = lang).into_owned(),
        Cause::Delay(None) => t!("figures.cause.delay", locale = lang).into_owned(),
        Cause::Delay(Some(reason)) => t!(
            "figures.cause.delay_for",
            locale = lang,
            reason = parts::reason_name(lang, reason)
        )
        .into_owned(),
        Cause::Pause => t!("figures.cause.pause", locale = lang).into_owned(),
        Cause::Back => t!("figures.cause.back", locale = lang).into_owned(),
        Cause::Plan => t!("figures.cause.plan", locale = lang).into_owned(),
        Cause::Owed => t!("figures.cause.owed", locale = lang).into_owned(),
        Cause::End => t!("figures.cause.end", locale = lang).into_owned(),
    }
}

/// The expected last day (upwards: later) over the days of the treatment: a line that steps where it moved. Its table
/// also says why.
fn chart(
    reader: &Reader,
    each: &[Estimate],
    today: NaiveDate,
    over: bool,
) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let [first, .., last] = each else {
        return None;
    };
    let end = if over { last.on } else { today.max(last.on) };
    let earliest = each.iter().map(|each| each.last_day).min()?;
    let latest = each.iter().map(|each| each.last_day).max()?;
    let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days() as f64;
    let level = |day: NaiveDate| (days(earliest, day), time::short_date(reader, day));
    let mut levels = vec![level(earliest)];
    if latest != earliest {
        levels.push(level(latest));
    }
    let until = if end == first.on {
        String::new()
    } else {
        time::short_date(reader, end)
    };
    let chart = Chart {
        title: t!("figures.chart_title", locale = lang).into_owned(),
        says: t!(
            "figures.chart",
            locale = lang,
            from = time::short_date(reader, first.last_day),
            to = time::short_date(reader, last.last_day)
        )
        .into_owned(),
        series: vec![Series {
            name: t!("figures.last_day", locale = lang).into_owned(),
            mark: Mark::Step,
            values: each
                .iter()
                .map(|each| Some(days(earliest, each.last_day)))
                .collect(),
        }],
        levels,
        span: Some(Span {
            places: each.iter().map(|each| days(first.on, each.on)).collect(),
            end: days(first.on, end),
            words: (time::short_date(reader, first.on), until),
        }),
        ..Chart::default()
    };
    Some(chart_with(&chart, estimates(reader, each)))
}

fn estimates(reader: &Reader, estimates: &[Estimate]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let rows = estimates
        .iter()
        .rev()
        .map(|each| {
            view! {
                <tr>
                    <th scope="row">{time::short_day(reader, each.on)}</th>
                    <td>{cause(lang, each.cause)}</td>
                    <td>{(each.cause != Cause::Start).then(|| by_days(lang, each.moved))}</td>
                    <td>{time::short_day(reader, each.last_day)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Fold summary=t!("figures.estimates", locale = lang)>
            <div class="scroll" tabindex="0" role="region" aria-label=t!("figures.estimates", locale = lang).into_owned()>
                <table class="plain-table">
                    <thead>
                        <tr>
                            <th scope="col">{t!("figures.on", locale = lang).into_owned()}</th>
                            <th scope="col">{t!("figures.why", locale = lang).into_owned()}</th>
                            <th scope="col">{t!("figures.by", locale = lang).into_owned()}</th>
                            <th scope="col">{t!("figures.last_day", locale = lang).into_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Fold>
    }
}

fn stages(reader: &Reader, journey: &Journey, stages: &[Stage]) -> impl IntoView + use<> {
    let lang = reader.lang();
    (!stages.is_empty()).then(|| {
        let rows = stages
            .iter()
            .rev()
            .map(|stage| {
                let (tone, words) = match stage.punctuality {
                    Punctuality::OnTime => (Tone::Good, t!("figures.was_on_time", locale = lang)),
                    Punctuality::Early(by) => {
                        (Tone::Note, t!("figures.was_early", locale = lang, days = days(lang, by)))
                    }
                    Punctuality::Late(by) => {
                        (Tone::Attention, t!("figures.was_late", locale = lang, days = days(lang, by)))
                    }
                };
                view! {
                    <tr>
                        <th scope="row">{parts::stage_name(lang, journey.product, stage.number)}</th>
                        <td>{time::short_day(reader, stage.began)}" – "{time::short_day(reader, stage.ended)}</td>
                        <td><Badge tone>{words.into_owned()}</Badge></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <Fold summary=t!("figures.stages", locale = lang)>
                <div class="scroll" tabindex="0" role="region" aria-label=t!("figures.stages", locale = lang).into_owned()>
                    <table class="plain-table">
                        <thead>
                            <tr>
                                <th scope="col">{t!("figures.stage", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("figures.worn", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("figures.change", locale = lang).into_owned()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Fold>
        }
    })
}
