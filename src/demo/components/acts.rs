//! What is pressed, and what opens over the page.

use super::{Words, part};
use crate::ui::{
    Button, ButtonKind, Card, ChipLink, Chips, Choice, CommandPalette, Dialog, DialogButton,
    IconName, KeyHelp, LinkButton, Menu, PaletteLink, PlaceLink, Places, Rows, Sheet, SplitPane,
    StatTile, Stats, Switch, Tab, Tabs, field,
};
use leptos::prelude::*;

pub fn buttons(say: Words) -> impl IntoView {
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

pub fn navigation(say: Words) -> impl IntoView {
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

/// What is pressed and filled in, as it looks with the focus or under a pointer: a test gives both to all of it.
pub fn states(say: Words) -> impl IntoView {
    let kinds = [
        ButtonKind::Primary,
        ButtonKind::Secondary,
        ButtonKind::Quiet,
        ButtonKind::Danger,
        ButtonKind::Tool,
    ];
    let buttons = kinds
        .map(|kind| view! { <Button kind>{say.of("Send", "Senden")}</Button> })
        .into_iter()
        .collect_view();
    let tab = |label: String, current: bool| Tab {
        href: "#states".to_owned(),
        label,
        count: None,
        current,
    };
    let items = vec![
        tab(say.of("Photos", "Fotos"), true),
        tab(say.of("Messages", "Nachrichten"), false),
    ];
    let name = field(
        "states-name",
        "Name",
        None,
        None,
        |described_by, invalid| {
            view! { <input id="states-name" name="states-name" class="input" aria-describedby=described_by aria-invalid=invalid/> }
        },
    );
    part(
        "states",
        "Focus, hover",
        view! {
            <div class="actions">{buttons}<LinkButton href="#states">{say.of("A link", "Ein Link")}</LinkButton></div>
            <Tabs label=say.of("Parts of a record", "Teile einer Akte") items/>
            <Chips>
                <li><ChipLink href="#states" label=say.of("Overdue", "Überfällig") current=Some("true")/></li>
                <li><ChipLink href="#states" label=say.of("Paused", "Pausiert") current=None/></li>
            </Chips>
            <Stats label=say.of("Today", "Heute")>
                <StatTile value="43" label=say.of("Cases to review", "Fälle zu beurteilen") href="#states"/>
                <StatTile value="7" label=say.of("Messages", "Nachrichten") href="#states" current=true/>
            </Stats>
            {name}
            <Choice name="states-choice" value="wire" checked=false words=say.of("A wire", "Ein Draht")/>
            <Switch id="states-switch" name="states-switch" label=say.of("Remind me by e-mail", "Per E-Mail erinnern") checked=true/>
            <Places label=say.of("Places", "Orte")>
                <li><PlaceLink href="#states" icon=IconName::Camera words=say.of("Photos of aligner 8", "Fotos von Schiene 8")/></li>
            </Places>
        },
    )
}

pub fn chips(say: Words) -> impl IntoView {
    part(
        "chips",
        "ChipLink",
        view! {
            <Chips>
                <li><ChipLink href="#chips" label=say.of("All", "Alle") current=None/></li>
                <li><ChipLink href="#chips" label=say.of("Overdue", "Überfällig") current=Some("true")/></li>
                <li><ChipLink href="#chips" label=say.of("Paused for over 14 days", "Seit über 14 Tagen pausiert") current=None/></li>
            </Chips>
        },
    )
}

/// A list of which something was chosen.
pub fn panes(say: Words) -> impl IntoView {
    let list = view! {
        <Rows card=true>
            <li class="row"><a href="#panes" aria-current="page">"Mia Berger"</a></li>
            <li class="row"><a href="#panes">"Karla Jansen"</a></li>
        </Rows>
    };
    let detail = view! {
        <Card heading="Mia Berger">
            <p>{say.of("Does aligner 8 sit right on the left?", "Sitzt Schiene 8 links richtig?")}</p>
        </Card>
    };
    part(
        "panes",
        "SplitPane",
        view! {
            <SplitPane
                label=say.of("Conversations", "Gespräche")
                list=list.into_any()
                detail=detail.into_any()
                empty=""
            />
        },
    )
}

pub fn over(say: Words) -> impl IntoView {
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

pub fn palette(say: Words) -> impl IntoView {
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
