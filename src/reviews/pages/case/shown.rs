//! How a case looks.

use super::{Opened, Why};
use crate::{
    accounts::full_name,
    journeys::{self, model::State},
    photos::{self, Variant, View, store::Photo},
    reviews::{
        model::Kind,
        pages::{
            form::{self, Sent, Wrong},
            queue,
        },
        store::{Case, Decided, Shown},
        words,
    },
    ui::{Banner, Icon, IconName, Page, Reader, Tone, hidden, page, time},
};
use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;
use rust_i18n::t;

/// What was decided, and the way back while there is one.
pub fn told(reader: &Reader, done: &Decided, shown: Shown) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = t!(
        "review.done",
        locale = lang,
        name = full_name(&done.first_name, &done.last_name, &done.email),
        stage = done.stage,
        decision = words::kind(lang, done.kind)
    )
    .into_owned();
    let back = done.open.then(|| {
        view! {
            <form method="post" action=format!("/reviews/{}/withdraw", done.id)>
                {hidden("show", shown.name())}
                <button class="button button-quiet button-small" type="submit" data-key="u">
                    {t!("review.withdraw", locale = lang).into_owned()}<kbd>"u"</kbd>
                </button>
            </form>
        }
    });
    view! { <Banner tone=Tone::Good><p>{words}</p>{back}</Banner> }
}

pub(super) fn show(
    reader: &Reader,
    opened: &Opened,
    shown: Shown,
    sent: &Sent,
    why: &Why,
) -> Response {
    let lang = reader.lang();
    let status = match why {
        Why::Asked(_) | Why::Back => StatusCode::OK,
        Why::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Why::Stale | Why::TooLate => StatusCode::CONFLICT,
    };
    let title = t!("review.title", locale = lang).into_owned();
    page(
        reader,
        queue::with_keys(reader, Page::titled(title).status(status)),
        || {
            let at = opened.place();
            let decided = match why {
                Why::Asked(Some(done)) if done.open => Some(done.id),
                _ => None,
            };
            let turn = |to: Option<&Case>,
                        (rel, key): (&'static str, &'static str),
                        icon: IconName,
                        words: String| {
                to.map(|case| {
                view! {
                    <a class="button button-quiet" rel=rel data-key=key href=queue::address(case, shown, decided)><Icon name=icon/>{words}<kbd>{key}</kbd></a>
                }
            })
            };
            let (before, after) = match at {
                Some(at) => (
                    at.checked_sub(1).and_then(|at| opened.cases.get(at)),
                    opened.cases.get(at + 1),
                ),
                None => (None, opened.cases.first()),
            };
            let above = match why {
            Why::Asked(done) => done
                .as_ref()
                .map(|done| told(reader, done, shown).into_any()),
            Why::Wrong(_) => Some(
                view! { <Banner tone=Tone::Trouble><p>{t!("act.check", locale = lang).into_owned()}</p></Banner> }.into_any(),
            ),
            Why::Back => Some(
                view! { <Banner tone=Tone::Note><p>{t!("review.back", locale = lang).into_owned()}</p></Banner> }.into_any(),
            ),
            Why::TooLate => Some(
                view! { <Banner tone=Tone::Attention><p>{t!("review.too_late", locale = lang).into_owned()}</p></Banner> }.into_any(),
            ),
            Why::Stale => Some(
                view! { <Banner tone=Tone::Attention><p>{t!("review.stale", locale = lang).into_owned()}</p></Banner> }.into_any(),
            ),
        };
            let wrong: &[Wrong] = match why {
                Why::Wrong(wrong) => wrong,
                _ => &[],
            };
            let open = (opened.journey.id.0, opened.stage);
            view! {
                {above}
                {queue::filters(reader, shown)}
                <div class="triage">
                    {queue::list(reader, &opened.cases, shown, open, decided)}
                    <article class="case" aria-labelledby="case-title">
                        {head(reader, opened)}
                        {views(reader, opened)}
                        {messages(reader, opened)}
                        {history(reader, opened)}
                            <nav class="pager pager-turn" aria-label=t!("review.turn", locale = lang).into_owned()>
                            {turn(before, ("prev", "k"), IconName::ArrowLeft, t!("review.previous", locale = lang).into_owned())}
                            {turn(after, ("next", "j"), IconName::ArrowRight, t!("review.next", locale = lang).into_owned())}
                        </nav>
                        {reader.shortcuts.then(|| help(lang))}
                    {form::show(reader, &opened.about(shown, reader.now), sent, wrong)}
                    {queue::keys(reader)}
                    </article>
                </div>
            }
        },
    )
}

/// Which keys there are.
fn help(lang: &'static str) -> impl IntoView {
    let each = [
        ("j", t!("review.next", locale = lang)),
        ("k", t!("review.previous", locale = lang)),
        ("1–5", t!("review.keys.view", locale = lang)),
        ("c", t!("photos.compare.title", locale = lang)),
        ("a", words::kind(lang, Kind::OnTrack).into()),
        ("n", t!("review.notes_bar", locale = lang)),
        ("m", t!("message.write", locale = lang)),
        ("s", words::kind(lang, Kind::SeeMe).into()),
        ("r", words::kind(lang, Kind::Retake).into()),
        ("h", words::kind(lang, Kind::Hold).into()),
        ("u", t!("review.withdraw", locale = lang)),
        ("?", t!("review.keys.title", locale = lang)),
    ]
    .map(|(key, words)| view! { <div class="row"><dt><kbd>{key}</kbd></dt><dd>{words.into_owned()}</dd></div> })
    .into_iter()
    .collect_view();
    view! {
        <details class="card keys" data-key="?">
            <summary>{t!("review.keys.title", locale = lang).into_owned()}<kbd>"?"</kbd></summary>
            <dl class="rows">{each}</dl>
        </details>
    }
}

/// Who it is and how the treatment goes, in a line.
fn head(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &opened.journey;
    let today = journeys::model::local_day(reader.now, opened.patient.zone());
    let state = match journey.state(opened.newest.as_ref()) {
        State::NotStarted => t!("patients.not_started", locale = lang).into_owned(),
        State::Paused { .. } => t!("patients.paused", locale = lang).into_owned(),
        State::Completed => t!("patients.completed", locale = lang).into_owned(),
        State::Wearing { due } => t!(
            "patients.due",
            locale = lang,
            when = time::relative_day(reader, due, today)
        )
        .into_owned(),
    };
    let line = t!(
        "review.line",
        locale = lang,
        stage = journey.stage,
        total = journey.total,
        state = state
    )
    .into_owned();
    let notes = opened
        .notes
        .iter()
        .map(|note| {
            view! { <li><q>{note.text.clone()}</q>" "<span class="quiet">{time::moment(reader, note.at)}</span></li> }
        })
        .collect_view();
    let notes = (!opened.notes.is_empty()).then(|| {
        view! {
            <section aria-labelledby="notes-title">
                <h2 id="notes-title">{t!("review.notes", locale = lang).into_owned()}</h2>
                <ul class="told">{notes}</ul>
            </section>
        }
    });
    let title = t!(
        "review.heading",
        locale = lang,
        name = opened.patient.name(),
        stage = opened.stage
    )
    .into_owned();
    view! {
        <header class="case-head">
            <h1 id="case-title">{title}</h1>
            <p class="quiet">
                {line}" · "
                <a href=format!("/patients/{}", opened.patient.id.0)>{t!("review.record", locale = lang).into_owned()}</a>
                " · "
                <a href=format!("/journeys/{}", journey.id.0)>{t!("home.timeline", locale = lang).into_owned()}</a>
            </p>
            {notes}
        </header>
    }
}

/// Each view: this stage's photos beside those of the stage before and of the first.
fn views(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = opened.journey.id.0;
    let rows = View::ALL
        .into_iter()
        .filter_map(|view| {
            let shots: Vec<&Photo> = opened.photos.iter().filter(|photo| photo.view == view).collect();
            if shots.is_empty() && view == View::Other {
                return None;
            }
            let key = View::STANDARD.iter().position(|standard| *standard == view).map(|n| n + 1);
            let figure = |photo: &Photo, class: &'static str| {
                view! {
                    <li class=class>
                        <a href=format!("/photos/{}", photo.id)>
                            {photos::framed(reader, photo, if class == "now" { Variant::Screen } else { Variant::Thumbnail }, false)}
                            <span class="caption">{photos::stage_name(lang, photo.stage)}</span>
                        </a>
                    </li>
                }
            };
            let now = shots.iter().map(|photo| figure(photo, "now")).collect_view();
            let earlier = opened
                .before
                .iter()
                .rev()
                .filter(|photo| photo.view == view)
                .map(|photo| figure(photo, "then"))
                .collect_view();
            let compared = opened.before.iter().rev().find(|photo| photo.view == view).filter(|_| !shots.is_empty());
            let compare = compared.map(|photo| {
                view! {
                    <a class="button button-quiet button-small" data-key="c" href=format!(
                        "/journeys/{journey}/photos/compare?view={}&before={}&after={}", view.name(), photo.stage, opened.stage
                    )><Icon name=IconName::Compare/>{t!("photos.compare.title", locale = lang).into_owned()}</a>
                }
            });
            let missing = shots.is_empty().then(|| {
                view! { <li class="now quiet">{t!("review.no_photo", locale = lang).into_owned()}</li> }
            });
            let id = format!("view-{}", view.name());
            Some(view! {
                <section class="case-view" id=id.clone() tabindex="-1" data-key=key aria-labelledby=format!("{id}-title")>
                    <h2 id=format!("{id}-title")>{photos::view_name(lang, view)}{key.map(|key| view! { <kbd>{key}</kbd> })}</h2>
                    {compare}
                    <ul class="case-shots">{now}{missing}{earlier}</ul>
                </section>
            })
        })
        .collect_view();
    view! { <div class="case-views">{rows}</div> }
}

/// What patient and dentist wrote to each other last, and the way to answer.
fn messages(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
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
                .then(|| view! { " "<span class="badge badge-due">{t!("message.is_new", locale = lang).into_owned()}</span> });
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
        <section class="card stack" aria-labelledby="messages-title">
            <h2 id="messages-title">{t!("message.title", locale = lang).into_owned()}</h2>
            {list}
            <p>
                <a class="button button-quiet button-small" data-key="m" href=format!("/journeys/{}/messages#write", opened.journey.id.0)>
                    <Icon name=IconName::Message/>{t!("message.write", locale = lang).into_owned()}<kbd>"m"</kbd>
                </a>
            </p>
        </section>
    }
}

/// What was decided on this stage before.
fn history(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = opened
        .reviews
        .iter()
        .map(|review| {
            let views: Vec<String> = opened
                .retakes
                .iter()
                .filter(|(id, ..)| *id == review.id)
                .map(|(_, view, reason)| {
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
                    {fate.map(|fate| view! { " "<span class="badge">{fate.into_owned()}</span> })}
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
