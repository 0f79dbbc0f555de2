//! What is said, of whom, and what leads on.

use super::{Words, part};
use crate::ui::{
    Banner, ButtonKind, Card, EmptyState, ErrorSummary, Facts, Fold, IconName, Lines, LinkButton,
    Nothing, Pager, PatientBar, PersonLine, PlaceLink, Places, Quote, Rows, Tone, Welcome,
};
use leptos::prelude::*;

pub fn messages(say: Words) -> impl IntoView {
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
        "Banner, ErrorSummary, EmptyState",
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
        },
    )
}

pub fn people(say: Words) -> impl IntoView {
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

pub fn lists(say: Words) -> impl IntoView {
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

pub fn words(say: Words) -> impl IntoView {
    part(
        "words",
        "Quote, Nothing, Fold, Welcome",
        view! {
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
