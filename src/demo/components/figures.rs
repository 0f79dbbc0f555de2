//! Figures, tables, charts and days.

use super::{Words, part};
use crate::ui::{
    Avatar, Badge, Button, ButtonKind, CalendarDay, CalendarEntry, CalendarGrid, Chip, Column,
    Count, Direction, FilterBar, IconName, ProgressBar, Reader, ScriptButton, StatTile, Stats,
    Stepper, Table, Tone, Tooltip,
    chart::{self, Band, Chart, Mark, Series, Span},
    field,
};
use chrono::Days;
use leptos::prelude::*;

pub fn figures(say: Words) -> impl IntoView {
    let tones = [
        None,
        Some(Tone::Note),
        Some(Tone::Good),
        Some(Tone::Attention),
        Some(Tone::Trouble),
    ];
    let badges = tones
        .map(|tone| match tone {
            Some(tone) => view! { <Badge tone>{say.of("On track", "Im Plan")}</Badge> }.into_any(),
            None => {
                view! { <Badge>{say.of("Not started", "Noch nicht begonnen")}</Badge> }.into_any()
            }
        })
        .into_iter()
        .collect_view();
    part(
        "figures",
        "Stats, StatTile, Badge, Count, Chip, Avatar, Tooltip",
        view! {
            <Stats label=say.of("Today", "Heute")>
                <StatTile value="43" label=say.of("Cases to review", "Fälle zu beurteilen") href="#figures" current=true/>
                <StatTile value="2" label=say.of("Urgent reports", "Dringende Meldungen") href="#figures" tone=Tone::Trouble/>
                <StatTile value="7" label=say.of("Messages", "Nachrichten") href="#figures"/>
                <StatTile value="26" label=say.of("Overdue or paused for over 14 days", "Überfällig oder seit über 14 Tagen pausiert") tone=Tone::Attention/>
                <StatTile value="399" label=say.of("Sent today", "Heute gesendet") tone=Tone::Good/>
            </Stats>
            <div class="actions">{badges}</div>
            <div class="actions">
                <Count n=0/><Count n=7/><Count n=120 label=say.of("120 messages", "120 Nachrichten")/>
                <Avatar name="Mia Berger"/><Avatar name="Dr. Lena Özdemir"/>
                <Chip label=say.of("Failed", "Fehlgeschlagen") remove=("#figures".to_owned(), say.of("Remove this filter", "Diesen Filter entfernen"))/>
                <Chip label=say.of("Aligners", "Schienen")/>
                <Tooltip text=say.of("Zoom in", "Vergrößern")><ScriptButton kind=ButtonKind::Tool small=true label=say.of("Zoom in", "Vergrößern")>{"+"}</ScriptButton></Tooltip>
            </div>
        },
    )
}

pub fn tables(say: Words) -> impl IntoView {
    let columns = vec![
        Column::named(say.of("Patient", "Patient:in"))
            .sorted_at("#tables", Some(Direction::Ascending)),
        Column::named(say.of("State", "Stand")),
        Column::named(say.of("Due", "Termin")).sorted_at("#tables", None),
        Column::named(say.of("Days", "Tage")).figures(),
    ];
    let rows = [
        ("Mia Berger", 3),
        ("Maximiliane-Alexandra von Hohenstein-Wittgenstein", 112),
    ]
    .map(|(name, days)| {
        view! {
            <tr>
                <th scope="row"><a href="#tables">{name}</a></th>
                <td><Badge tone=Tone::Attention>{say.of("Overdue", "Überfällig")}</Badge></td>
                <td><time datetime="2026-03-14">"14 Mar 2026"</time></td>
                <td class="figures">{days}</td>
            </tr>
        }
    })
    .into_iter()
    .collect_view();
    let bulk = view! {
        <span>{say.of("3 selected", "3 ausgewählt")}</span>
        <Button kind=ButtonKind::Danger>{say.of("Cancel 3 notifications", "3 Benachrichtigungen absagen")}</Button>
        <Button>{say.of("Keep them", "Behalten")}</Button>
    };
    let search = field("q", say.of("Search", "Suche"), None, None, |_, _| {
        view! { <input type="search" id="q" name="q" class="input"/> }
    });
    part(
        "tables",
        "FilterBar, Table",
        view! {
            <FilterBar action="#tables" label=say.of("Find patients", "Patienten finden")>
                {search}
                <Button icon=IconName::Search>{say.of("Search", "Suchen")}</Button>
            </FilterBar>
            <Table columns rows=rows.into_any() dense=true bulk=bulk.into_any()/>
        },
    )
}

/// Rows as high as a thumb, and nothing to do with them.
pub fn table(say: Words) -> impl IntoView {
    let columns = vec![
        Column::named(say.of("Step", "Schritt")),
        Column::named(say.of("Begun", "Begonnen")),
        Column::named(say.of("Days", "Tage")).figures(),
    ];
    let rows = [(8, "2026-03-04", "4 Mar 2026", 14), (7, "2026-02-17", "17 Feb 2026", 15)]
        .map(|(step, day, words, days)| {
            view! {
                <tr>
                    <th scope="row"><a href="#table">{format!("{} {step}", say.of("Aligner", "Schiene"))}</a></th>
                    <td><time datetime=day>{words}</time></td>
                    <td class="figures">{days}</td>
                </tr>
            }
        })
        .into_iter()
        .collect_view();
    part(
        "table",
        "Table",
        view! { <Table caption=say.of("Each step in figures", "Jeder Schritt in Zahlen") columns rows=rows.into_any()/> },
    )
}

pub fn progress(say: Words) -> impl IntoView {
    let steps = vec![
        say.of("Terms", "Bedingungen"),
        say.of("Reminders", "Erinnerungen"),
        say.of("First photos", "Erste Fotos"),
        say.of("Your clinic", "Ihre Praxis"),
    ];
    part(
        "progress",
        "Stepper, ProgressBar",
        view! {
            <Stepper lang=say.0.code() steps=steps current=3/>
            <ProgressBar value=3 max=5 label=say.of("3 of 5 photos sent", "3 von 5 Fotos gesendet")/>
        },
    )
}

pub fn charts(say: Words) -> impl IntoView {
    let days: Vec<String> = (1..=7).map(|day| format!("{day}.3.")).collect();
    let series = |name: String, mark: Mark, values: [Option<f64>; 7]| Series {
        name,
        mark,
        values: values.to_vec(),
    };
    let hours =
        [21.5, 22.0, 19.0, 23.0, 0.0, 22.5, 21.0].map(|hours| Some(hours).filter(|h| *h > 0.0));
    let table = move || say.of("As a table", "Als Tabelle");
    let along = move || say.of("Day", "Tag");
    let worn = Chart {
        title: say.of("Hours worn a day", "Getragene Stunden am Tag"),
        along: along(),
        labels: days.clone(),
        series: vec![series(say.of("Worn", "Getragen"), Mark::Bar, hours)],
        band: Some(Band {
            name: say.of("Your goal", "Ihr Ziel"),
            from: 22.0,
            to: 24.0,
        }),
        table: table(),
        ..Chart::default()
    };
    let part_of_day =
        |hours: f64, from: f64, to: f64| Some(hours).filter(|hours| (from..to).contains(hours));
    let of_days = |from: f64, to: f64| {
        [21.5, 22.0, 19.0, 23.0, 0.0, 22.5, 20.0].map(|hours| part_of_day(hours, from, to))
    };
    let told_apart = Chart {
        title: say.of(
            "Days on which the goal was reached",
            "Tage, an denen das Ziel erreicht wurde",
        ),
        along: along(),
        labels: days.clone(),
        series: vec![
            series(
                say.of("Goal reached", "Ziel erreicht"),
                Mark::Bar,
                of_days(22.0, 24.0),
            ),
            series(
                say.of("Below the goal", "Unter dem Ziel"),
                Mark::SoftBar,
                of_days(1.0, 22.0),
            ),
            series(
                say.of("Not known", "Nicht bekannt"),
                Mark::Unknown,
                [None, None, Some(4.0), None, Some(24.0), None, None],
            ),
        ],
        stacked: true,
        most: Some(24.0),
        table: table(),
        ..Chart::default()
    };
    let moved = Chart {
        title: say.of("How the last day moved", "Wie sich der letzte Tag verschob"),
        along: along(),
        labels: ["1.3.", "9.3.", "21.3."].map(str::to_owned).to_vec(),
        series: vec![Series {
            name: say.of("Days later", "Tage später"),
            mark: Mark::Step,
            values: vec![Some(0.0), Some(7.0), Some(5.0)],
        }],
        levels: vec![
            (0.0, say.of("1 June 2026", "1. Juni 2026")),
            (7.0, say.of("8 June 2026", "8. Juni 2026")),
        ],
        span: Some(Span {
            places: vec![0.0, 8.0, 20.0],
            end: 30.0,
            words: (say.of("1 March", "1. März"), say.of("31 March", "31. März")),
        }),
        table: table(),
        ..Chart::default()
    };
    let lines = (0..6u8)
        .map(|at| {
            let mark = [Mark::Line, Mark::Step, Mark::Points][usize::from(at % 3)];
            let values = hours.map(|hours| hours.map(|hours| hours + f64::from(at) * 4.0));
            series(
                format!("{} {}", say.of("Series", "Reihe"), at + 1),
                mark,
                values,
            )
        })
        .collect();
    let all = Chart {
        title: say.of(
            "Six series, each told apart",
            "Sechs Reihen, jede zu erkennen",
        ),
        along: along(),
        labels: days,
        series: lines,
        table: table(),
        ..Chart::default()
    };
    part(
        "charts",
        "chart",
        view! { {chart::chart(worn)}{chart::chart(all)}{chart::chart(told_apart)}{chart::chart(moved)} },
    )
}

pub fn calendar(reader: &Reader, say: Words) -> impl IntoView {
    let month = reader.today();
    let entry = |words: String, state: Option<String>| CalendarEntry {
        words,
        state,
        href: Some("#calendar".to_owned()),
        ..CalendarEntry::default()
    };
    let days = vec![
        CalendarDay {
            day: month,
            entries: vec![entry(
                say.of("Switch to aligner 9", "Wechsel zu Schiene 9"),
                Some(say.of("Overdue", "Überfällig")),
            )],
        },
        CalendarDay {
            day: month.checked_add_days(Days::new(9)).unwrap_or(month),
            entries: vec![entry(say.of("Five photos", "Fünf Fotos"), None)],
        },
    ];
    part(
        "calendar",
        "CalendarGrid",
        view! { <CalendarGrid reader=reader.clone() label=say.of("March 2026", "März 2026") month days/> },
    )
}
