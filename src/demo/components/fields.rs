//! What is filled in.

use super::{Words, part};
use crate::ui::{
    ButtonKind, Choice, Combobox, DateField, FieldError, FieldHint, Fields, FormCard, IconName,
    LinkButton, RangeField, ScriptButton, Segmented, SummaryButton, Switch, TextArea, TimeField,
    field, select,
};
use leptos::prelude::*;

pub fn fields(say: Words) -> impl IntoView {
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

/// What cannot be filled in now.
pub fn disabled(say: Words) -> impl IntoView {
    let name = field("off-name", "Name", None, None, |described_by, invalid| {
        view! { <input id="off-name" name="off-name" class="input" value="Mia Berger" aria-describedby=described_by aria-invalid=invalid/> }
    });
    let note = field(
        "off-note",
        say.of("Note", "Notiz"),
        None,
        None,
        |described_by, invalid| {
            view! { <TextArea id="off-note" name="off-note" value="" described_by invalid/> }
        },
    );
    let day = field("off-day", say.of("Day", "Tag"), None, None, |_, _| {
        view! { <DateField id="off-day" name="off-day" value="2026-03-29"/> }
    });
    let goal = field(
        "off-goal",
        say.of("Hours a day", "Stunden am Tag"),
        None,
        None,
        |_, _| view! { <RangeField id="off-goal" name="off-goal" value=22 min=10 max=24/> },
    );
    part(
        "disabled",
        "Disabled",
        view! {
            <fieldset class="stack" disabled>
                <legend>{say.of("While the treatment is paused", "Solange die Behandlung pausiert")}</legend>
                {name}{note}{day}{goal}
                <Choice name="off-choice" value="wire" checked=true words=say.of("A wire", "Ein Draht")/>
                <Choice name="off-choice" value="night" checked=false words=say.of("An aligner at night", "Nachts eine Schiene")/>
                <Switch id="off-push" name="off-push" label=say.of("Remind me on this phone", "Auf diesem Telefon erinnern") checked=true/>
                <Switch id="off-mail" name="off-mail" label=say.of("Remind me by e-mail", "Per E-Mail erinnern") checked=false/>
                <Segmented
                    legend=say.of("Show", "Anzeigen")
                    name="off-span"
                    options=vec![
                        ("day".to_owned(), say.of("Day", "Tag")),
                        ("week".to_owned(), say.of("Week", "Woche")),
                    ]
                    chosen="week"
                />
            </fieldset>
        },
    )
}

pub fn forms(say: Words) -> impl IntoView {
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
