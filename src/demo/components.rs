//! The design system on one page: each component in every state. In the demo alone; browser tests compare its
//! pictures.

use crate::{
    app::App,
    ui::{
        Avatar, Badge, Banner, Button, ButtonKind, CalendarDay, CalendarGrid, Card, Chip, Choice,
        Column, Combobox, CommandPalette, Count, DateField, Dialog, DialogButton, Direction,
        EmptyState, ErrorSummary, Facts, FieldError, FieldHint, Fields, FilterBar, Fold, FormCard,
        IconName, KeyHelp, Language, Lightbox, LightboxStrip, LightboxTurns, Lines, LinkButton,
        Menu, Nothing, Page, PageHeader, Pager, PaletteLink, PatientBar, PersonLine, Picture,
        PlaceLink, Places, ProgressBar, Quote, RangeField, Reader, Rows, ScriptButton, Segmented,
        Sheet, Shot, Skeleton, SplitPane, StatTile, Stats, Stepper, SummaryButton, Switch, Tab,
        Table, Tabs, TextArea, TimeField, Toast, Tone, Tooltip, Trail, Turn, VIEWER, Viewer,
        ViewerPane, ViewerPicture, Welcome,
        chart::{self, Band, Chart, Mark, Series, Span},
        field, page, select,
    },
};
use axum::{Router, extract::Query, response::Response, routing::get};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new().route("/demo/components", get(show))
}

#[derive(Deserialize)]
pub struct Shown {
    /// Also shows the toast, which leaves after ten seconds.
    toast: Option<String>,
}

/// The gallery's own words, in the reader's language.
#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn of(self, english: &'static str, german: &'static str) -> String {
        match self.0 {
            Language::English => english,
            Language::German => german,
        }
        .to_owned()
    }
}

pub async fn show(mut reader: Reader, query: Query<Shown>) -> Response {
    let say = Words(reader.language);
    // The pictures of this page are compared: its days are always the same.
    if let Some(at) = NaiveDate::from_ymd_opt(2026, 3, 17).and_then(|day| day.and_hms_opt(11, 0, 0))
    {
        reader.now = at.and_utc();
    }
    let title = say.of("Components", "Bausteine");
    let toast = query.toast.is_some();
    let shown = Page::titled(title.clone()).with_module(&VIEWER);
    page(&reader, shown, || {
        view! {
            <PageHeader
                title=title
                back=("/".to_owned(), say.of("Back to Midline", "Zurück zu Midline"))
                lead=say.of("What Midline’s pages are put together from.", "Woraus die Seiten von Midline bestehen.")
            >
                <LinkButton href="#fields" kind=ButtonKind::Primary>{say.of("Go to fields", "Zu den Feldern")}</LinkButton>
            </PageHeader>
            {buttons(say)}
            {messages(say)}
            {figures(say)}
            {people(say)}
            {navigation(say)}
            {fields(say)}
            {tables(say)}
            {over(say)}
            {progress(say)}
            {charts(say)}
            {calendar(&reader, say)}
            {lists(say)}
            {words(say)}
            {forms(say)}
            {pictures(say)}
            {palette(say)}
            {toast.then(|| view! {
                <Toast words=say.of("Step 8 is on track.", "Schritt 8 ist im Plan.")>
                    <Button kind=ButtonKind::Quiet small=true>{say.of("Undo", "Rückgängig")}</Button>
                </Toast>
            })}
        }
    })
}

fn part(id: &'static str, title: &'static str, contents: impl IntoView) -> impl IntoView {
    view! {
        <section class="gallery" id=id aria-labelledby=format!("{id}-title")>
            <h2 id=format!("{id}-title")>{title}</h2>
            {contents}
        </section>
    }
}

fn buttons(say: Words) -> impl IntoView {
    let words = move || say.of("Send 5 photos", "5 Fotos senden");
    let kinds = [
        ButtonKind::Primary,
        ButtonKind::Secondary,
        ButtonKind::Quiet,
        ButtonKind::Danger,
    ];
    let rows = kinds
        .map(|kind| {
            view! {
                <div class="actions">
                    <Button kind icon=IconName::Camera>{words()}</Button>
                    <Button kind small=true>{words()}</Button>
                    <Button kind disabled=true>{words()}</Button>
                    <LinkButton kind href="#buttons">{say.of("A link", "Ein Link")}</LinkButton>
                </div>
            }
        })
        .into_iter()
        .collect_view();
    part(
        "buttons",
        "Button, LinkButton",
        view! {
            {rows}
            <Button kind=ButtonKind::Primary wide=true>{say.of("I’ve switched to aligner 9", "Ich trage jetzt Schiene 9")}</Button>
        },
    )
}

fn messages(say: Words) -> impl IntoView {
    let tones = [Tone::Note, Tone::Good, Tone::Attention, Tone::Trouble];
    let banners = tones
        .map(|tone| {
            view! {
                <Banner tone>
                    <p>{say.of("Your dentist has your photos. You will hear by Thursday.", "Ihre Praxis hat die Fotos. Bis Donnerstag hören Sie von ihr.")}</p>
                </Banner>
            }
        })
        .into_iter()
        .collect_view();
    part(
        "messages",
        "Banner, ErrorSummary, EmptyState, Skeleton",
        view! {
            {banners}
            <ErrorSummary
                title=say.of("There is a problem", "Etwas fehlt noch")
                errors=vec![
                    ("name".to_owned(), say.of("Enter a name", "Geben Sie einen Namen ein")),
                    ("day".to_owned(), say.of("Choose a day from today on", "Wählen Sie einen Tag ab heute")),
                ]
            />
            <EmptyState
                icon=IconName::Camera
                title=say.of("No photos yet", "Noch keine Fotos")
                text=say.of("Your first five photos show your dentist where you begin.", "Mit den ersten fünf Fotos sieht die Praxis, wo Sie beginnen.")
            >
                <LinkButton href="#messages" kind=ButtonKind::Primary>{say.of("Add photos", "Fotos hinzufügen")}</LinkButton>
            </EmptyState>
            <Skeleton label=say.of("The photos are being loaded", "Die Fotos werden geladen")/>
        },
    )
}

fn figures(say: Words) -> impl IntoView {
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
                <Tooltip text=say.of("The day on which the next step is due", "Der Tag, an dem der nächste Schritt ansteht")>{say.of("due date", "Termin")}</Tooltip>
            </div>
        },
    )
}

fn people(say: Words) -> impl IntoView {
    let person = PersonLine {
        name: "Karla Jansen-Wiśniewska".to_owned(),
        facts: vec![
            say.of("born 4 March 1991", "geboren am 4. März 1991"),
            say.of("aligner 8 of 24", "Schiene 8 von 24"),
        ],
        href: Some("#people".to_owned()),
    };
    let plain = PersonLine {
        href: None,
        facts: Vec::new(),
        ..person.clone()
    };
    part(
        "people",
        "PatientBar, Card",
        view! {
            <PatientBar person>
                <LinkButton href="#people">{say.of("Message", "Nachricht")}</LinkButton>
            </PatientBar>
            <PatientBar person=plain/>
            <Card heading=say.of("Your clinic", "Ihre Praxis")>
                <p>{say.of("Dental practice at the castle, open today until 18:00.", "Zahnarztpraxis am Schloss, heute bis 18:00 Uhr geöffnet.")}</p>
                <LinkButton href="#people" icon=IconName::Phone>{say.of("Call 030 555 0100", "030 555 0100 anrufen")}</LinkButton>
            </Card>
            <Card heading=say.of("Pain", "Schmerzen") tone=Tone::Trouble>
                <p>{say.of("Your dentist has seen your report.", "Ihre Praxis hat Ihre Meldung gesehen.")}</p>
            </Card>
        },
    )
}

fn navigation(say: Words) -> impl IntoView {
    let tab = |label: String, count: Option<i64>, current: bool| Tab {
        href: "#navigation".to_owned(),
        label,
        count,
        current,
    };
    let items = vec![
        tab(say.of("Overview", "Überblick"), None, true),
        tab(say.of("Photos", "Fotos"), Some(5), false),
        tab(say.of("Messages", "Nachrichten"), Some(2), false),
        tab(say.of("Plan", "Plan"), None, false),
    ];
    let list = view! {
        <Rows card=true>
            <li class="row"><a href="#navigation">"Mia Berger"</a></li>
            <li class="row"><a href="#navigation">"Karla Jansen"</a></li>
        </Rows>
    };
    part(
        "navigation",
        "Tabs, Menu, SplitPane",
        view! {
            <Tabs label="Karla Jansen" items/>
            <div class="actions">
                <Button kind=ButtonKind::Primary>{say.of("Review the photos", "Fotos beurteilen")}</Button>
                <Menu id="more" label=say.of("More", "Mehr")>
                    <a href="#navigation">{say.of("Change the plan", "Plan ändern")}</a>
                    <a class="menu-danger" href="#navigation">{say.of("End the treatment early", "Behandlung vorzeitig beenden")}</a>
                </Menu>
            </div>
            <SplitPane
                label=say.of("Messages", "Nachrichten")
                list=list.into_any()
                empty=say.of("Choose a patient to read their messages.", "Wählen Sie eine Patientin oder einen Patienten.")
            />
        },
    )
}

fn fields(say: Words) -> impl IntoView {
    let name = field(
        "name",
        say.of("Name", "Name"),
        Some(say.of(
            "As it is on the insurance card",
            "Wie auf der Versichertenkarte",
        )),
        Some(say.of("Enter a name", "Geben Sie einen Namen ein")),
        |described_by, invalid| {
            view! { <input id="name" name="name" class="input" aria-describedby=described_by aria-invalid=invalid/> }
        },
    );
    let note = field(
        "note",
        say.of("Note", "Notiz"),
        None,
        None,
        |described_by, invalid| {
            view! { <TextArea id="note" name="note" value="" described_by invalid/> }
        },
    );
    let reason = field(
        "reason",
        say.of("Reason", "Grund"),
        None,
        None,
        move |described_by, invalid| {
            let options = [
                ("pain".to_owned(), say.of("Pain", "Schmerzen")),
                ("travel".to_owned(), say.of("Travelling", "Reise")),
            ];
            select("reason", options, "pain", described_by, invalid)
        },
    );
    let zone = field(
        "zone",
        say.of("Time zone", "Zeitzone"),
        None,
        None,
        |_, _| {
            let options = vec!["Europe/Berlin".to_owned(), "America/New_York".to_owned()];
            view! { <Combobox id="zone" name="zone" value="Europe/Berlin" options/> }
        },
    );
    let day = field("day", say.of("Day", "Tag"), None, None, |_, _| {
        view! { <DateField id="day" name="day" value="2026-03-29"/> }
    });
    let time = field("time", say.of("Time", "Uhrzeit"), None, None, |_, _| {
        view! { <TimeField id="time" name="time" value="09:30"/> }
    });
    let goal = field(
        "goal",
        say.of("Hours a day", "Stunden am Tag"),
        None,
        None,
        |_, _| view! { <RangeField id="goal" name="goal" value=22 min=10 max=24/> },
    );
    part(
        "fields",
        "Field, TextArea, Combobox, DateField, TimeField, RangeField, Segmented, Switch",
        view! {
            {name}{note}{reason}{zone}
            <Fields>{day}{time}{goal}</Fields>
            <Segmented
                legend=say.of("Show", "Anzeigen")
                name="span"
                options=vec![
                    ("day".to_owned(), say.of("Day", "Tag")),
                    ("week".to_owned(), say.of("Week", "Woche")),
                    ("step".to_owned(), say.of("Step", "Schritt")),
                ]
                chosen="week"
            />
            <Switch id="push" name="push" label=say.of("Remind me on this phone", "Auf diesem Telefon erinnern") hint=say.of("At 9 in the morning, never at night.", "Um 9 Uhr morgens, nie nachts.") checked=true/>
            <Switch id="mail" name="mail" label=say.of("Remind me by e-mail", "Per E-Mail erinnern") checked=false/>
        },
    )
}

fn tables(say: Words) -> impl IntoView {
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

fn over(say: Words) -> impl IntoView {
    let close = move || say.of("Close", "Schließen");
    part(
        "over",
        "Dialog, Sheet, KeyHelp",
        view! {
            <div class="actions">
                <DialogButton for_id="dialog" kind=ButtonKind::Danger>{say.of("Cancel 399 notifications", "399 Benachrichtigungen absagen")}</DialogButton>
                <DialogButton for_id="sheet">{say.of("Messages", "Nachrichten")}</DialogButton>
            </div>
            <KeyHelp
                label=say.of("Keys", "Tasten")
                keys=vec![
                    ("1 – 5".to_owned(), say.of("show a view", "eine Ansicht zeigen")),
                    ("z".to_owned(), say.of("zoom both pictures", "beide Bilder vergrößern")),
                ]
            />
            <Dialog id="dialog" title=say.of("Cancel 399 notifications?", "399 Benachrichtigungen absagen?") close=close()>
                <p>{say.of("399 of 420 can be cancelled. 21 have already been sent.", "399 von 420 können abgesagt werden. 21 sind schon gesendet.")}</p>
                <div class="actions">
                    <Button kind=ButtonKind::Danger>{say.of("Cancel 399 notifications", "399 Benachrichtigungen absagen")}</Button>
                    <Button>{say.of("Keep them", "Behalten")}</Button>
                </div>
            </Dialog>
            <Sheet id="sheet" title=say.of("Messages", "Nachrichten") close=close()>
                <p>{say.of("Stands at the edge, over the page.", "Steht am Rand, über der Seite.")}</p>
            </Sheet>
        },
    )
}

fn progress(say: Words) -> impl IntoView {
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

fn charts(say: Words) -> impl IntoView {
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

fn calendar(reader: &Reader, say: Words) -> impl IntoView {
    let month = reader.today();
    let days = vec![
        CalendarDay {
            day: month,
            entries: vec![(
                say.of("Switch to aligner 9", "Wechsel zu Schiene 9"),
                "#calendar".to_owned(),
            )],
        },
        CalendarDay {
            day: month.checked_add_days(Days::new(9)).unwrap_or(month),
            entries: vec![(say.of("Five photos", "Fünf Fotos"), "#calendar".to_owned())],
        },
    ];
    part(
        "calendar",
        "CalendarGrid",
        view! { <CalendarGrid reader=reader.clone() label=say.of("March 2026", "März 2026") month days/> },
    )
}

fn lists(say: Words) -> impl IntoView {
    part(
        "lists",
        "Rows, Facts, Lines, Pager, PlaceLink",
        view! {
            <Rows card=true>
                <li class="row"><a href="#lists">"Mia Berger"</a><span class="quiet">{say.of("yesterday", "gestern")}</span></li>
                <li class="row">
                    <a href="#lists">"Maximiliane-Alexandra von Hohenstein-Wittgenstein"</a>
                    <span class="quiet">{say.of("3 days ago", "vor 3 Tagen")}</span>
                </li>
            </Rows>
            <Facts card=true label=say.of("The plan", "Der Plan")>
                <div class="row"><dt>{say.of("Number of steps", "Zahl der Schritte")}</dt><dd class="figures">"24"</dd></div>
                <div class="row"><dt>{say.of("Days each step is worn", "Tage je Schritt")}</dt><dd class="figures">"14"</dd></div>
            </Facts>
            <Card heading=say.of("Before you take the photos", "Bevor Sie fotografieren")>
                <Lines>
                    <li>{say.of("Stand where it is light.", "Stellen Sie sich ins Helle.")}</li>
                    <li>{say.of("Brush your teeth first.", "Putzen Sie sich vorher die Zähne.")}</li>
                </Lines>
            </Card>
            <Places label=say.of("More", "Weiteres")>
                <li><PlaceLink href="#lists" icon=IconName::Camera words=say.of("Photos of aligner 8", "Fotos von Schiene 8") fact=say.of("3 of 5", "3 von 5")/></li>
                <li><PlaceLink href="#lists" icon=IconName::Message words=say.of("You have a new message", "Sie haben eine neue Nachricht") new=true/></li>
                <li>
                    <PlaceLink
                        href="#lists" icon=IconName::Bell offer=true words=say.of("Remind me on this phone", "Auf diesem Telefon erinnern")
                        text=say.of("On the day of the next step, at 9 in the morning.", "Am Tag des nächsten Schritts, um 9 Uhr morgens.")
                    />
                </li>
            </Places>
            <Pager lang=say.0.code()>
                <LinkButton href="#lists">{say.of("Newest", "Neueste")}</LinkButton>
                <LinkButton href="#lists">{say.of("Earlier", "Frühere")}</LinkButton>
            </Pager>
        },
    )
}

fn words(say: Words) -> impl IntoView {
    part(
        "words",
        "Trail, Quote, Nothing, Fold, Welcome",
        view! {
            <Trail href="#words" words=say.of("Back to the treatment", "Zurück zur Behandlung")/>
            <Quote words=say.of("The edge of aligner 8 hurts on the left.\nShould I wear 7 again?", "Der Rand von Schiene 8 drückt links.\nSoll ich wieder die 7 tragen?")/>
            <Nothing words=say.of("No requests are waiting.", "Es warten keine Anfragen.")/>
            <Fold summary=say.of("Each step in figures", "Jeder Schritt in Zahlen")>
                <p>{say.of("Step 7 took 15 days.", "Schritt 7 dauerte 15 Tage.")}</p>
            </Fold>
            <Welcome>
                <h3>{say.of("You are signed out", "Sie sind abgemeldet")}</h3>
                <p class="lead">{say.of("See you soon.", "Bis bald.")}</p>
                <LinkButton href="#words" kind=ButtonKind::Primary wide=true>{say.of("Sign in", "Anmelden")}</LinkButton>
            </Welcome>
        },
    )
}

fn forms(say: Words) -> impl IntoView {
    part(
        "forms",
        "FormCard, Choice, FieldError, FieldHint, ScriptButton, SummaryButton",
        view! {
            <FormCard action="#forms" method="get">
                <fieldset>
                    <legend>{say.of("What is worn afterwards", "Was danach getragen wird")}</legend>
                    <FieldError id="after-error" words=say.of("Choose one", "Wählen Sie eines")/>
                    <Choice name="after" value="wire" checked=true words=say.of("A wire", "Ein Draht") described_by="after-error"/>
                    <Choice name="after" value="night" checked=false words=say.of("An aligner at night", "Nachts eine Schiene") described_by="after-error"/>
                </fieldset>
                <Choice name="share" value="yes" many=true checked=false words=say.of("Let the new clinic read my messages", "Die neue Praxis darf meine Nachrichten lesen")/>
                <FieldHint words=say.of("You can change this later.", "Das lässt sich später ändern.")/>
                <details>
                    <SummaryButton icon=IconName::Camera>{say.of("Attach photos", "Fotos anfügen")}</SummaryButton>
                    <p>{say.of("There are none yet.", "Noch gibt es keine.")}</p>
                </details>
                <div class="actions">
                    <ScriptButton kind=ButtonKind::Tool icon=IconName::Play>{say.of("Play", "Abspielen")}</ScriptButton>
                    <ScriptButton kind=ButtonKind::Tool small=true>{say.of("Retake", "Neu aufnehmen")}</ScriptButton>
                    <LinkButton href="#forms" kind=ButtonKind::Tool small=true>{say.of("Remove", "Entfernen")}</LinkButton>
                </div>
            </FormCard>
        },
    )
}

/// Eight teeth, drawn, with so much room between them: as an address that holds the whole picture.
fn drawn(gap: u32) -> String {
    let teeth = (0..8u32).fold(String::new(), |teeth, at| {
        let width = if at == 3 || at == 4 { 46 } else { 38 };
        let left = 38 + at * 40 + if at > 3 { 8 + gap } else { 0 };
        let top = 118 + 2 * at.abs_diff(3).max(at.abs_diff(4));
        let tooth = format!(
            "<rect x='{left}' y='{top}' width='{width}' height='74' rx='16' fill='#f8f4e6' stroke='#c9bfa6' stroke-width='2'/>"
        );
        teeth + &tooth
    });
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300' width='400' height='300'>\
         <rect width='400' height='300' fill='#3b1f24'/><rect x='24' y='70' width='352' height='70' rx='30' fill='#c9747c'/>{teeth}</svg>"
    );
    format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(svg))
}

fn pictures(say: Words) -> impl IntoView {
    let picture = move |gap: u32, english: &'static str, german: &'static str| Picture {
        src: drawn(gap),
        full: drawn(gap),
        placeholder: drawn(gap),
        alt: say.of(english, german),
        width: 400,
        height: 300,
    };
    let framed = move |gap: u32, alt: String| {
        view! {
            <span class="frame"><img class="shot" src=drawn(gap) alt=alt width="400" height="300"/></span>
        }
    };
    let pane = move |gap: u32, side: String, step: String| {
        let label = format!("{side}, {step}");
        let alt = label.clone();
        let caption = view! { <strong>{side}</strong><span class="figures">{step}</span> };
        view! {
            <ViewerPane caption=caption.into_any() label>
                <ViewerPicture>{framed(gap, alt)}</ViewerPicture>
            </ViewerPane>
        }
    };
    let turn = |words: String| Turn {
        href: "#pictures".to_owned(),
        label: format!("{}, {words}", say.of("Front", "Von vorn")),
        words,
        shot: drawn(0),
    };
    let shots = [
        (8, say.of("Front", "Von vorn"), true),
        (4, say.of("Left", "Links"), false),
        (0, say.of("Right", "Rechts"), false),
    ]
    .map(|(gap, caption, current)| Shot {
        href: "#pictures".to_owned(),
        picture: framed(gap, caption.clone()).into_any(),
        caption,
        current,
    });
    part(
        "pictures",
        "Viewer, Lightbox",
        view! {
            <Viewer lang=say.0.code()>
                {pane(12, say.of("Before", "Davor"), say.of("Step 7", "Schritt 7"))}
                {pane(0, say.of("Now", "Jetzt"), say.of("Step 8", "Schritt 8"))}
            </Viewer>
            <div class="lightbox">
                <Lightbox
                    picture=picture(8, "Front, step 8", "Von vorn, Schritt 8")
                    label=say.of("The photo: arrow keys move it while it is enlarged", "Das Foto: vergrößert bewegen es die Pfeiltasten")
                    larger=say.of("As large as it is", "In voller Größe")
                    zoom=say.of("Zoom", "Vergrößern")
                    hint=say.of("Pinch or double tap to zoom", "Zum Vergrößern zwei Finger spreizen oder doppelt tippen")
                />
                <LightboxTurns
                    label=say.of("Other steps", "Andere Schritte")
                    before=Some(turn(say.of("Step 7", "Schritt 7")))
                    after=Some(turn(say.of("Step 9", "Schritt 9")))
                />
                <LightboxStrip label=say.of("Views of this step", "Ansichten dieses Schritts") shots=shots.into()/>
            </div>
        },
    )
}

fn palette(say: Words) -> impl IntoView {
    part(
        "palette",
        "CommandPalette",
        view! {
            <div class="actions">
                <DialogButton for_id="palette-sample">{say.of("Go to another page", "Zu einer anderen Seite")}</DialogButton>
            </div>
            <CommandPalette lang=say.0.code() id="palette-sample">
                <PaletteLink href="#palette" icon=IconName::Home words=say.of("Today", "Heute")/>
                <PaletteLink href="#palette" icon=IconName::Image words=say.of("Reviews", "Beurteilungen")/>
                <PaletteLink href="#palette" icon=IconName::Users words=say.of("Patients", "Patienten")/>
            </CommandPalette>
        },
    )
}
