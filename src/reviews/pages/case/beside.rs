//! What stands below the light table, and what opens over it.

use super::Opened;
use crate::{
    ids::ReviewId,
    photos,
    reviews::{
        model::{Kind, RetakeReason},
        words,
    },
    ui::{
        Badge, ButtonKind, Card, Dialog, IconName, KeyHelp, LinkButton, RangeField, Reader, Sheet,
        Tone, time,
    },
};
use chrono::SecondsFormat;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use std::borrow::Cow;

/// How the stage was decided on last: the decision that stands, or the retake that has come back.
pub(super) fn last(reader: &Reader, opened: &Opened) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let (review, is_back) = match (opened.standing(), opened.answered()) {
        (Some(review), _) => (review, false),
        (None, Some(review)) => (review, true),
        (None, None) => return None,
    };
    let by = if review.actor == opened.me {
        t!("review.by_you", locale = lang)
    } else {
        t!("review.by", locale = lang, name = review.dentist)
    };
    let words = if is_back {
        t!("review.asked_again", locale = lang, by = by)
    } else {
        let decision = words::kind(lang, review.kind);
        t!("review.decided", locale = lang, decision = decision)
    };
    let local = review.decided.with_timezone(&reader.zone);
    let is_today = local.date_naive() == reader.today();
    let when = if is_today && !is_back {
        Either::Left(view! {
            <time datetime=review.decided.to_rfc3339_opts(SecondsFormat::Secs, true)>{local.format("%H:%M").to_string()}</time>
        })
    } else {
        Either::Right(time::minute(reader, review.decided))
    };
    let views: Vec<String> = opened
        .retakes
        .iter()
        .filter(|(id, ..)| is_back && *id == review.id)
        .map(|(_, view, reason)| {
            let view = photos::view_name(lang, *view);
            format!("{view} – {}", words::reason(lang, *reason))
        })
        .collect();
    let views = (!views.is_empty()).then(|| format!(": {}", views.join("; ")));
    let by = (!is_back).then(|| format!(", {by}"));
    let note = review
        .note
        .clone()
        .filter(|_| is_back)
        .map(|note| view! { " "<q>{note}</q> });
    Some(view! {
        <p class="case-last"><strong>{words.into_owned()}</strong>", "{when}{by}{views}{note}</p>
    })
}

/// What the patient said of the journey's events, each with its day first: it may be long ago.
pub(super) fn notes(reader: &Reader, opened: &Opened) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let notes = opened
        .notes
        .iter()
        .map(|note| {
            let day = note.at.with_timezone(&reader.zone).date_naive();
            let ago = time::relative_day(reader, day, reader.today());
            view! { <li><strong>{time::moment(reader, note.at)}{format!(" ({ago})")}</strong>" "<q>{note.text.clone()}</q></li> }
        })
        .collect_view();
    (!opened.notes.is_empty()).then(|| {
        view! {
            <section class="case-notes" aria-labelledby="notes-title">
                <h2 id="notes-title">{t!("review.notes", locale = lang).into_owned()}</h2>
                <ul>{notes}</ul>
            </section>
        }
    })
}

/// What patient and dentist wrote to each other last, and the way to answer.
pub(super) fn messages(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = opened
        .messages
        .iter()
        .rev()
        .map(|message| {
            let who = if message.from_patient {
                opened.patient.name()
            } else {
                message.dentist.clone()
            };
            let new = (message.from_patient && message.read.is_none())
                .then(|| view! { " "<Badge tone=Tone::Note attr:data-new="">{t!("message.is_new", locale = lang).into_owned()}</Badge> });
            view! {
                <li>
                    <strong>{who}</strong>" "<span class="quiet">{time::minute(reader, message.sent)}</span>{new}
                    <p class="message-body">{message.body.clone()}</p>
                </li>
            }
        })
        .collect_view();
    let list = (!opened.messages.is_empty()).then(|| view! { <ol class="told">{each}</ol> });
    view! {
        <Card roomy=true labelled_by="messages-title">
            <h2 id="messages-title">{t!("message.title", locale = lang).into_owned()}</h2>
            {list}
            <p>
                <LinkButton
                    kind=ButtonKind::Tool small=true icon=IconName::Message key="m" attr:data-opens="over-thread"
                    href=format!("/journeys/{}/messages?case={}#write", opened.journey.id.0, opened.stage)
                >
                    {t!("message.write", locale = lang).into_owned()}<kbd>"m"</kbd>
                </LinkButton>
            </p>
        </Card>
    }
}

/// What was decided on this stage before.
pub(super) fn history(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = opened
        .reviews
        .iter()
        .map(|review| {
            let views: Vec<String> = opened
                .retakes
                .iter()
                .filter(|(id, ..)| *id == review.id)
                .map(|(_, view, reason): &(ReviewId, photos::View, RetakeReason)| {
                    format!("{}: {}", photos::view_name(lang, *view), words::reason(lang, *reason))
                })
                .collect();
            let days = review.hold_days.map(|days| words::held(lang, days));
            let fate = match (review.withdrawn, review.settled, review.kind) {
                (Some(_), ..) => Some(t!("review.withdrawn", locale = lang)),
                (None, None, _) => Some(t!("review.not_told", locale = lang)),
                (None, Some(_), Kind::Hold) if !review.moved => Some(t!("review.moved_on", locale = lang)),
                _ => None,
            };
            view! {
                <li>
                    <strong>{words::kind(lang, review.kind)}</strong>" "
                    <span class="quiet">{review.dentist.clone()}", "{time::moment(reader, review.decided)}</span>
                    {fate.map(|fate| view! { " "<Badge>{fate.into_owned()}</Badge> })}
                    {days.map(|days| view! { <p>{days}</p> })}
                    {(!views.is_empty()).then(|| view! { <p>{views.join("; ")}</p> })}
                    {review.note.clone().map(|note| view! { <p><q>{note}</q></p> })}
                    {review.clinic_note.clone().map(|note| view! { <p class="quiet">{t!("review.clinic_note", locale = lang).into_owned()}": "{note}</p> })}
                </li>
            }
        })
        .collect_view();
    (!opened.reviews.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="decisions-title">
                <h2 id="decisions-title">{t!("review.decisions", locale = lang).into_owned()}</h2>
                <ol class="told">{each}</ol>
            </section>
        }
    })
}

/// What opens over the case: comparing, messages, the keys. Each but the last has a page of its own, for where there are no
/// scripts.
pub(super) fn dialogs(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let name = opened.patient.name();
    let thread = t!("review.thread", locale = lang, name = name).into_owned();
    let compare = t!("review.compare", locale = lang, name = name).into_owned();
    let looked = view! { " · "<span data-view-name aria-live="polite"></span> };
    let close = move || t!("review.close", locale = lang).into_owned();
    view! {
        <Dialog id="over-compare" title=compare more_title=looked.into_any() wide=true close=close() attr:data-over="c">
            <div class="laid-over" data-laid-over>
                <img data-laid="before" alt=""/>
                <img data-laid="now" alt=""/>
                <span class="laid-handle" aria-hidden="true"></span>
                {laid_name("laid-name laid-before", "before", t!("review.before", locale = lang), t!("review.no_before", locale = lang))}
                {laid_name("laid-name laid-now", "now", t!("review.now", locale = lang), t!("review.no_photo", locale = lang))}
                <RangeField
                    id="laid" value=50 min=0 max=100 bare=true label=t!("photos.compare.slider", locale = lang)
                    attr:autofocus=true
                />
            </div>
        </Dialog>
        <Sheet id="over-thread" title=thread close=close() attr:data-over="m">
            <p class="field-error" role="alert" data-unsent hidden>{t!("review.unsent", locale = lang).into_owned()}</p>
            <div class="over-body" data-body></div>
        </Sheet>
        <Dialog id="over-keys" title=t!("review.keys.title", locale = lang) close=close() attr:data-over="?">
            <KeyHelp label=t!("review.keys.title", locale = lang) keys=keys(lang)/>
        </Dialog>
    }
}

/// Which side is which, or that there is no photo of it.
fn laid_name(
    class: &'static str,
    side: &'static str,
    words: Cow<'static, str>,
    none: Cow<'static, str>,
) -> impl IntoView {
    let said = words.clone();
    view! { <span class=class data-laid-name=side data-words=words.into_owned() data-none=none.into_owned()>{said.into_owned()}</span> }
}

/// Which keys there are.
fn keys(lang: &str) -> Vec<(String, String)> {
    [
        ("j", t!("review.next", locale = lang)),
        ("k", t!("review.previous", locale = lang)),
        ("1–5", t!("review.keys.view", locale = lang)),
        ("z + −", t!("review.keys.zoom", locale = lang)),
        ("← → ↑ ↓", t!("review.keys.pan", locale = lang)),
        ("x", t!("review.mark", locale = lang)),
        ("c", t!("photos.compare.title", locale = lang)),
        ("m", t!("message.write", locale = lang)),
        ("n", t!("review.notes_bar", locale = lang)),
        ("a", words::kind(lang, Kind::OnTrack).into()),
        ("s", words::kind(lang, Kind::SeeMe).into()),
        ("r", words::kind(lang, Kind::Retake).into()),
        ("h", words::kind(lang, Kind::Hold).into()),
        ("u", t!("review.withdraw", locale = lang)),
        ("Ctrl K", t!("palette.title", locale = lang)),
        ("Enter", t!("review.keys.enter", locale = lang)),
        ("Esc", t!("review.keys.close", locale = lang)),
        ("?", t!("review.keys.title", locale = lang)),
    ]
    .map(|(key, words)| (key.to_owned(), words.into_owned()))
    .into()
}
