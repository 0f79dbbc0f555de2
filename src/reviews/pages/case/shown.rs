//! How a case looks: the list beside it, who it is, the light table, the rest below, and the decision.

use super::{Looked, Opened, Why, beside, sure, table};
use crate::{
    accounts::{Namesakes, full_name},
    ids::ReviewId,
    journeys::{self, model::State},
    messages,
    photos::View,
    reports,
    reviews::{
        pages::{
            CASE,
            form::{self, About, Sent, Wrong},
            queue,
        },
        store::{Case, Decided, Shown},
        words,
    },
    ui::{
        Badge, Banner, Button, ButtonKind, ErrorSummary, IconName, LinkButton, Page, Reader, Toast,
        Tone, VIEWER, hidden, page, time,
    },
};
use axum::{http::StatusCode, response::Response};
use chrono::TimeDelta;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use std::borrow::Cow;

/// What was decided, and the way back for as long as there is one. It floats, counts its seconds, and goes.
pub fn told(
    reader: &Reader,
    done: &Decided,
    shown: Shown,
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let name = full_name(&done.first_name, &done.last_name, &done.email);
    let whose = (&*namesakes.named(done.patient, name.clone()), done.stage);
    let mut words = words::done(lang, whose, (done.kind, done.hold_days, &done.views));
    if done.report.is_some() {
        words = format!("{words}. {}", t!("review.report_left", locale = lang));
    }
    // Whoever decides has seen what was reported; it is not answered by that.
    let answer = done.report.map(|report| {
        let words = t!("review.answer_report", locale = lang, name = name).into_owned();
        view! { <LinkButton small=true href=format!("/reports/{report}#answer")>{words}</LinkButton> }
    });
    let left = (done.effective - reader.now).max(TimeDelta::zero());
    // Whole seconds that are gone of the ten.
    let spent = 10 - (left.num_milliseconds() + 999) / 1000;
    let back = done.open.then(|| {
        view! {
            <form method="post" action=format!("/reviews/{}/withdraw", done.id)>
                {hidden("show", shown.name())}
                <Button key="u" small=true>
                    {t!("review.withdraw", locale = lang).into_owned()}<kbd>"u"</kbd>
                </Button>
            </form>
        }
    });
    view! {
        <Toast words spent attr:data-toast="">{answer}{back}</Toast>
    }
}

/// What the key for undoing says once there is nothing that could be undone, and where it can be changed.
pub fn gone(lang: &'static str, done: Option<&Decided>) -> impl IntoView + use<> {
    let (words, href, link) = match done {
        Some(done) => (
            t!("review.gone.told", locale = lang),
            format!("/journeys/{}/reviews/{}", done.journey.0, done.stage),
            t!("review.gone.open", locale = lang),
        ),
        None => (
            t!("review.gone.none", locale = lang),
            queue::DECIDED.to_owned(),
            t!("review.show.decided", locale = lang),
        ),
    };
    view! { <p class="too-soon" role="status" data-gone hidden>{words.into_owned()}" "<a href=href>{link.into_owned()}</a></p> }
}

pub(super) fn show(
    reader: &Reader,
    opened: &Opened,
    (shown, looked): (Shown, Looked),
    sent: &Sent,
    why: &Why,
) -> Response {
    let lang = reader.lang();
    let status = match why {
        Why::Asked(_) | Why::Back | Why::Opening => StatusCode::OK,
        Why::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Why::Stale | Why::TooLate => StatusCode::CONFLICT,
    };
    let title = t!(
        "review.page_title",
        locale = lang,
        name = opened.patient.name(),
        stage = opened.stage
    );
    let wrong: &[Wrong] = match why {
        Why::Wrong(wrong) => wrong,
        _ => &[],
    };
    let done = match why {
        Why::Asked(done) => done.as_ref(),
        _ => None,
    };
    let decided = done.filter(|done| done.open).map(|done| done.id);
    let view = table::chosen(opened, looked);
    let about = opened.about(shown, view, reader.now);
    let ahead: Vec<String> = opened
        .ahead
        .iter()
        .map(|id| format!("/photos/{id}/screen"))
        .collect();
    page(
        reader,
        Page::titled(title)
            .status(status)
            .with_module(&VIEWER)
            .with_module(&CASE)
            .with_module(&messages::COMPOSER),
        || {
            let open = (opened.journey.id, opened.stage);
            let beside = queue::Beside {
                cases: &opened.cases,
                reports: opened.reported.len() + opened.elsewhere.len(),
                reported: &opened.elsewhere,
                just: &opened.just,
                namesakes: &opened.namesakes,
            };
            // What is said in passing, where it covers nothing that is looked at or pressed.
            let passing = view! {
                {done.map(|done| told(reader, done, shown, &opened.namesakes))}
                {gone(lang, done)}
                <p class="too-soon" role="status" data-too-soon hidden>{t!("review.too_soon", locale = lang).into_owned()}</p>
            };
            let at = queue::At {
                show: shown.name(),
                decided,
            };
            view! {
                <a class="skip" href="#decide">{t!("review.skip", locale = lang).into_owned()}</a>
                <div class="light-table" data-case data-shortcuts=reader.shortcuts data-marking=sent.is_marking() data-ahead=ahead.join(" ")>
                    {queue::list(reader, &beside, shown, open, decided)}
                    <article class="case" aria-labelledby="case-title">
                        {form::guard()}
                        {head(reader, opened, (shown, decided))}
                        <div class="case-scroll">
                            <div class="case-first">
                                <div class="case-says">
                                    {why_shown(lang, why, (&about, sent))}
                                    {sure::banner(reader, opened, sent, wrong)}
                                    {reports::list(reader, &opened.reported, "/reviews", &opened.namesakes)}
                                    {beside::last(reader, opened)}
                                    {beside::notes(reader, opened)}
                                </div>
                                {table::table(reader, opened, (looked, view), at, passing.into_any())}
                            </div>
                            {table::marks(reader, opened, sent, wrong)}
                            {beside::messages(reader, opened)}
                            {beside::history(reader, opened)}
                        </div>
                        {form::show(reader, &about, sent, wrong)}
                    </article>
                    {beside::dialogs(reader, opened)}
                    {sure::dialog(reader, opened)}
                </div>
            }
        },
    )
}

/// Why it is this page, unless it was asked for.
fn why_shown(
    lang: &'static str,
    why: &Why,
    (about, sent): (&About, &Sent),
) -> Option<impl IntoView + use<>> {
    let (tone, words) = match why {
        Why::Asked(_) | Why::Opening => return None,
        // Asked for, with buttons.
        Why::Wrong(wrong) if wrong.iter().all(|wrong| wrong.is_asked()) => return None,
        Why::Wrong(wrong) => {
            let errors: Vec<_> = wrong
                .iter()
                .map(|wrong| mended_at(lang, *wrong, (about, sent)))
                .collect();
            let title = t!("review.wrong.title", locale = lang);
            return Some(Either::Left(view! { <ErrorSummary title errors/> }));
        }
        Why::Back => (Tone::Note, t!("review.back", locale = lang)),
        Why::TooLate => (Tone::Attention, t!("review.too_late", locale = lang)),
        Why::Stale => (Tone::Attention, t!("review.stale", locale = lang)),
    };
    let words = words.into_owned();
    Some(Either::Right(
        view! { <Banner tone><p>{words}</p></Banner> },
    ))
}

/// What is wrong, and the id of the field where it is mended.
fn mended_at(lang: &str, wrong: Wrong, (about, sent): (&About, &Sent)) -> (String, String) {
    let (field, words) = match wrong {
        Wrong::Views => (
            table::mark_id(sent.standard_view().unwrap_or(View::Front)),
            t!("review.wrong.views", locale = lang).into_owned(),
        ),
        Wrong::Marked => {
            let mut views = View::STANDARD.into_iter();
            let marked = views.find(|view| !sent.reason(*view).is_empty());
            let field = table::mark_id(marked.unwrap_or(View::Front));
            (field, sure::marked(lang, sent.marks()))
        }
        Wrong::Days => {
            // Where nothing can be put off, there is no such field.
            let field = if about.holds.is_empty() {
                form::FORM
            } else {
                "days"
            };
            let words = t!("review.wrong.days", locale = lang).into_owned();
            (field.to_owned(), words)
        }
        Wrong::Note => (
            "note".to_owned(),
            t!("review.wrong.note", locale = lang).into_owned(),
        ),
        Wrong::ClinicNote => (
            "clinic_note".to_owned(),
            t!("review.wrong.clinic_note", locale = lang).into_owned(),
        ),
        Wrong::Reported => (
            form::FORM.to_owned(),
            t!("review.sure.title", locale = lang).into_owned(),
        ),
    };
    (field, words)
}

/// Who it is and how the treatment goes, in a line; and the way to the other cases.
fn head(
    reader: &Reader,
    opened: &Opened,
    (shown, decided): (Shown, Option<ReviewId>),
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &opened.journey;
    let today = journeys::model::local_day(reader.now, opened.patient.zone());
    let words = |words: Cow<'_, str>| Either::Right(words.into_owned());
    let state = match journey.state(opened.newest.as_ref()) {
        State::NotStarted => words(t!("patients.not_started", locale = lang)),
        State::Paused { .. } => words(t!("patients.paused", locale = lang)),
        State::Completed => words(t!("patients.completed", locale = lang)),
        State::Wearing { due } => {
            let when = time::relative_day(reader, due, today);
            let words = t!("patients.due", locale = lang, when = when);
            Either::Left(time::day_in_words(reader, due, words.into_owned()))
        }
    };
    let line = t!(
        "review.line",
        locale = lang,
        stage = journey.stage,
        total = journey.total
    )
    .into_owned();
    let title = t!(
        "review.heading",
        locale = lang,
        name = opened.patient.name(),
        stage = opened.stage
    )
    .into_owned();
    // Always: another of the same name may be treated here, though none waits.
    let who = opened.patient.identity().short(reader).join(" · ");
    let at = opened.place();
    let turn = |to: Option<&Case>,
                (rel, key): (&'static str, &'static str),
                icon: IconName,
                words: String| {
        to.map(|case| {
            view! {
                <LinkButton kind=ButtonKind::Tool small=true icon rel key href=queue::address(case, shown, decided)>
                    {words}<kbd>{key}</kbd>
                </LinkButton>
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
    let place = at.map(|at| {
        t!(
            "review.place",
            locale = lang,
            place = at + 1,
            count = opened.cases.len()
        )
        .into_owned()
    });
    // What the patient wrote stands below the pictures: nobody is to decide without having seen that it came.
    let unread = opened
        .messages
        .iter()
        .filter(|message| message.from_patient && message.read.is_none())
        .count();
    let unread = (unread > 0).then(|| {
        let words = match unread {
            1 => t!("message.new.one", locale = lang),
            _ => t!("message.new.other", locale = lang, count = unread),
        };
        let href = format!("/journeys/{}/messages?case={}#write", journey.id.0, opened.stage);
        view! {
            " · "<a href=href data-opens="over-thread"><Badge tone=Tone::Attention>{words.into_owned()}</Badge></a>
        }
    });
    view! {
        <header class="case-head">
            <div>
                <div class="case-who">
                    <h1 id="case-title">{title}</h1>
                    <p class="quiet">{who}</p>
                </div>
                <p class="quiet">
                    {line}" · "{state}" · "
                    <a href=format!("/patients/{}", opened.patient.id.0)>{t!("review.record", locale = lang).into_owned()}</a>
                    " · "
                    <a href=format!("/journeys/{}", journey.id.0)>{t!("home.timeline", locale = lang).into_owned()}</a>
                    {opened.wear.map(|wear| view! { " · "<a href=wear.href()>{wear.in_short(reader)}</a> })}
                    {unread}
                </p>
            </div>
            <nav class="case-turn" aria-label=t!("review.turn", locale = lang).into_owned()>
                {place.map(|place| view! { <span class="quiet figures">{place}</span> })}
                {turn(before, ("prev", "k"), IconName::ArrowLeft, t!("review.previous", locale = lang).into_owned())}
                {turn(after, ("next", "j"), IconName::ArrowRight, t!("review.next", locale = lang).into_owned())}
            </nav>
        </header>
    }
}
