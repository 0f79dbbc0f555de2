//! Reports at the head of other pages: what waits for a dentist, what nobody has seen, and how one's own stands.

use super::{
    model::{Kind, State},
    store::{Answered, Current, Open, Report, Unseen},
};
use crate::{
    accounts::{Namesakes, listed_name},
    journeys,
    practices::{self, Treating},
    ui::{
        Badge, Button, ButtonKind, Card, Icon, IconName, LinkButton, PlaceLink, Quote, Reader,
        Rows, Tone, hidden, telephone, time,
    },
};
use chrono::{DateTime, Utc};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// What a state is called.
pub fn state_name(lang: &str, state: State) -> String {
    match state {
        State::New => t!("report.state.new", locale = lang),
        State::Seen => t!("report.state.seen", locale = lang),
        State::Answered => t!("report.state.answered", locale = lang),
        State::Closed => t!("report.state.closed", locale = lang),
    }
    .into_owned()
}

/// What a kind is called.
pub fn kind_name(lang: &str, kind: Kind) -> String {
    match kind {
        Kind::Pain => t!("report.kind.pain", locale = lang),
        Kind::NotFitting => t!("report.kind.not_fitting", locale = lang),
        Kind::LostOrBroken => t!("report.kind.lost_or_broken", locale = lang),
    }
    .into_owned()
}

/// How long ago: in minutes, hours or days.
pub(super) fn age(reader: &Reader, since: DateTime<Utc>) -> String {
    let lang = reader.lang();
    let passed = (reader.now - since).max(chrono::TimeDelta::zero());
    match (passed.num_days(), passed.num_hours(), passed.num_minutes()) {
        (0, 0, 0 | 1) => t!("report.age.now", locale = lang),
        (0, 0, minutes) => t!("report.age.minutes", locale = lang, count = minutes),
        (0, 1, _) => t!("report.age.hour", locale = lang),
        (0, hours, _) => t!("report.age.hours", locale = lang, count = hours),
        (1, ..) => t!("report.age.day", locale = lang),
        (days, ..) => t!("report.age.days", locale = lang, count = days),
    }
    .into_owned()
}

/// What waits for the dentist who reads, for the head of their pages; nothing, if nothing does. `back` is the page that this
/// stands on: acknowledging leads back to it.
pub fn list(
    reader: &Reader,
    open: &[Open],
    back: &'static str,
    namesakes: &Namesakes,
) -> Option<impl IntoView + use<>> {
    if open.is_empty() {
        return None;
    }
    let lang = reader.lang();
    let each = open
        .iter()
        .enumerate()
        .map(|(n, report)| {
            // The next act is to answer what comes first; over a case, to decide.
            let kind = match (n, back) {
                (0, "/today" | "/reports") => ButtonKind::Primary,
                _ => ButtonKind::Secondary,
            };
            view! { <li>{one(reader, report, back, kind, namesakes)}</li> }
        })
        .collect_view();
    let waiting = match open.iter().filter(|report| report.state.is_open()).count() {
        0 => None,
        1 => Some(t!("report.waiting.one", locale = lang)),
        count => Some(t!("report.waiting.other", locale = lang, count = count)),
    };
    // The menu counts what nobody has seen: named here, both numbers can be told apart.
    let unseen = match open.iter().filter(|report| report.is_unseen()).count() {
        0 => None,
        1 if waiting.is_none() => Some(t!("report.not_seen.one", locale = lang)),
        count if waiting.is_none() => {
            Some(t!("report.not_seen.other", locale = lang, count = count))
        }
        count => Some(t!("report.waiting.unseen", locale = lang, count = count)),
    };
    let heading = [waiting, unseen].into_iter().flatten();
    let heading = heading.collect::<Vec<_>>().join(" · ");
    Some(view! {
        <section class="reports" id="reports" aria-labelledby="reports-title">
            <h2 id="reports-title">{heading}</h2>
            <ul class="reports-list">{each}</ul>
        </section>
    })
}

/// One that waits, with what can be done; `kind` is the answer's.
fn one(
    reader: &Reader,
    report: &Open,
    back: &'static str,
    kind: ButtonKind,
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let name = listed_name(&report.first_name, &report.last_name, &report.email);
    let note = report
        .note
        .clone()
        .map(|note| view! { <Quote words=note/> });
    let photos = report
        .photos
        .iter()
        .map(|id| {
            let alt = t!("report.photo", locale = lang).into_owned();
            let href = format!("/photos/{id}?back=/reports/{}", report.id);
            view! { <li><a href=href><img src=format!("/photos/{id}/thumbnail") alt=alt width="96" height="72" loading="lazy" decoding="async"/></a></li> }
        })
        .collect_view();
    let photos =
        (!report.photos.is_empty()).then(|| view! { <ul class="report-thumbs">{photos}</ul> });
    let stage = journeys::stage_name(lang, report.product, report.stage);
    let age = time::moment_in_words(reader, report.created, age(reader, report.created));
    let facts = view! { {stage}" · "{age} };
    let state = match report.state {
        State::New => None,
        State::Seen | State::Answered => Some(t!("report.state.seen", locale = lang)),
        State::Closed => Some(t!("report.way.closed_own", locale = lang)),
    };
    let state = state.map(|words| view! { <Badge>{words.into_owned()}</Badge> });
    let id = report.id;
    let acknowledge = report.is_unseen().then(|| {
        view! {
            <form method="post" action=format!("/reports/{id}/acknowledge")>
                {hidden("back", back)}
                <Button icon=IconName::Check>{t!("report.acknowledge", locale = lang).into_owned()}</Button>
            </form>
        }
    });
    let heard = namesakes.named(report.patient, name.clone());
    let label = t!("report.answer_to", locale = lang, name = heard).into_owned();
    let answer = report.state.is_open().then(|| {
        view! {
            <LinkButton kind href=format!("/reports/{id}#answer") label>
                {t!("report.answer", locale = lang).into_owned()}
            </LinkButton>
        }
    });
    let mark = namesakes
        .mark(report.patient)
        .map(|mark| view! { <span class="quiet report-mark">{mark}</span> });
    view! {
        <article class="card report" data-state=report.state.name()>
            <div class="report-head">
                <Badge tone=Tone::Attention>{kind_name(lang, report.kind)}</Badge>{state}
                <a class="report-who" href=format!("/reports/{id}")>{name}</a>
                {mark}
                <span class="quiet">{facts}</span>
            </div>
            {note}
            {photos}
            <div class="actions">
                {answer}
                {acknowledge}
            </div>
        </article>
    }
}

/// What the dentist who reads has answered, until it is closed.
pub(super) fn answered_list(
    reader: &Reader,
    answered: &[Answered],
    namesakes: &Namesakes,
) -> Option<impl IntoView + use<>> {
    if answered.is_empty() {
        return None;
    }
    let lang = reader.lang();
    let each = answered
        .iter()
        .map(|report| {
            let name = listed_name(&report.first_name, &report.last_name, &report.email);
            let kind = kind_name(lang, report.kind);
            let stage = journeys::stage_name(lang, report.product, report.stage);
            view! {
                <li class="row">
                    <span>
                        <a href=format!("/reports/{}", report.id)>{name}<span class="visually-hidden">", "{kind.clone()}</span></a>
                        {namesakes.line(report.patient)}
                        <span class="quiet block">{kind}" · "{stage}</span>
                    </span>
                    <span class="quiet">{t!("report.way.answered", locale = lang).into_owned()}" "{time::minute(reader, report.answered)}</span>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <Card roomy=true labelled_by="answered-title">
            <div>
                <h2 id="answered-title">{t!("report.state.answered", locale = lang).into_owned()}</h2>
                <p class="quiet">{t!("report.answered_text", locale = lang).into_owned()}</p>
            </div>
            <Rows>{each}</Rows>
        </Card>
    })
}

/// What no dentist has seen within the clinic's time, for staff: neither note nor photos.
pub fn office_list(
    reader: &Reader,
    unseen: &[Unseen],
    namesakes: &Namesakes,
) -> Option<impl IntoView + use<>> {
    if unseen.is_empty() {
        return None;
    }
    let lang = reader.lang();
    let each = unseen
        .iter()
        .map(|report| {
            let name = listed_name(&report.first_name, &report.last_name, &report.email);
            let dentist = report.dentist.clone().unwrap_or_else(|| {
                t!("report.no_dentist", locale = lang).into_owned()
            });
            // Without a number there is the address at least.
            let reached = match &report.phone {
                Some(phone) => Either::Left(telephone::number(phone)),
                None => {
                    let email = report.email.clone();
                    Either::Right(view! { <a href=format!("mailto:{email}")>{email.clone()}</a> })
                }
            };
            view! {
                <li class="row">
                    <span>
                        <a href=format!("/patients/{}", report.patient.0)>{name}</a>
                        {namesakes.line(report.patient)}
                        <span class="quiet block">{dentist}</span>
                        {reached}
                    </span>
                    <span><Badge tone=Tone::Attention>{kind_name(lang, report.kind)}</Badge>" "<span class="quiet">{age(reader, report.created)}</span></span>
                </li>
            }
        })
        .collect_view();
    let heading = match unseen.len() {
        1 => t!("report.unseen.one", locale = lang),
        count => t!("report.unseen.other", locale = lang, count = count),
    };
    Some(view! {
        <Card roomy=true labelled_by="unseen-title">
            <h2 id="unseen-title">{heading.into_owned()}</h2>
            <p>{t!("report.unseen_text", locale = lang).into_owned()}</p>
            <Rows>{each}</Rows>
        </Card>
    })
}

/// How a patient's own report stands, and by when they hear; that it is late, if it is.
pub fn state_line(
    reader: &Reader,
    state: State,
    treating: Option<&Treating>,
    created: DateTime<Utc>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = match state {
        State::New => t!("report.line.new", locale = lang),
        State::Seen => t!("report.line.seen", locale = lang),
        State::Answered => t!("report.line.answered", locale = lang),
        State::Closed => t!("report.line.closed", locale = lang),
    };
    let waits = state.is_open();
    let late = waits && practices::answer_by(treating, created) < reader.now;
    let by = (waits && !late).then(|| {
        let by = practices::answer_by_words(reader, treating, created);
        view! { " "{t!("report.expect", locale = lang).into_owned()}" "{by}"." }
    });
    let late = late.then(|| {
        view! { " "<strong>{t!("report.line.late", locale = lang).into_owned()}</strong> }
    });
    view! { <span>{words.into_owned()}{by}{late}</span> }
}

/// A patient's own report on their first page, leading to it: while it is not answered, and until the answer is read.
pub fn own_card(
    reader: &Reader,
    report: &Current,
    treating: Option<&Treating>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let line = match report.state {
        State::Closed => Either::Left(t!("report.line.closed_why", locale = lang).into_owned()),
        state => Either::Right(state_line(reader, state, treating, report.created)),
    };
    view! {
        <a class="card report-own" href=format!("/reports/{}", report.id) data-state=report.state.name()>
            <span class="report-own-words">
                <strong>{t!("report.yours", locale = lang, kind = kind_name(lang, report.kind)).into_owned()}</strong>
                <span class="block">{line}</span>
            </span>
            <Icon name=IconName::ArrowRight/>
        </a>
    }
}

/// One whose answer was read, as a line to tap: it is there until somebody closes it.
pub fn own_line(lang: &'static str, report: &Current) -> impl IntoView + use<> {
    let kind = kind_name(lang, report.kind);
    let words = t!("report.yours_answered", locale = lang, kind = kind).into_owned();
    let text = t!("report.yours_answered_text", locale = lang).into_owned();
    let href = format!("/reports/{}", report.id);
    view! { <li><PlaceLink href icon=IconName::Check words text/></li> }
}

/// How far a report has come: sent, seen, answered, each with its moment.
pub(super) fn way(reader: &Reader, report: &Report) -> impl IntoView + use<> {
    let lang = reader.lang();
    let step = |words: String, at: Option<DateTime<Utc>>| {
        let class = if at.is_some() {
            "report-step report-step-done"
        } else {
            "report-step"
        };
        let when = at.map(|at| view! { <span class="quiet">{time::minute(reader, at)}</span> });
        view! { <li class=class><span class="report-step-mark"><Icon name=IconName::Check/></span><span>{words}</span>{when}</li> }
    };
    let seen = match &report.seen_by {
        Some(name) => t!("report.way.seen_by", locale = lang, name = name),
        None => t!("report.way.seen", locale = lang),
    };
    let sent = if report.own {
        t!("report.way.sent", locale = lang)
    } else {
        t!("report.way.came", locale = lang)
    };
    let last = match (report.closed, report.closed_by_patient) {
        // Closed before there was an answer, it was better by itself.
        (Some(at), true) => {
            let words = match (report.answered, report.own) {
                (None, _) => t!("report.way.closed_own", locale = lang),
                (Some(_), true) => t!("report.way.closed_you", locale = lang),
                (Some(_), false) => t!("report.way.closed_patient", locale = lang),
            };
            step(words.into_owned(), Some(at))
        }
        (Some(at), false) => step(
            t!("report.way.closed", locale = lang).into_owned(),
            Some(at),
        ),
        (None, _) => step(
            t!("report.way.answered", locale = lang).into_owned(),
            report.answered,
        ),
    };
    // What was answered before it was closed stays said.
    let answered = report
        .answered
        .filter(|_| report.closed.is_some() && !report.closed_unanswered());
    let answered = answered.map(|at| {
        let words = t!("report.way.answered", locale = lang).into_owned();
        step(words, Some(at))
    });
    view! {
        <ol class="report-way">
            {step(sent.into_owned(), Some(report.created))}
            {step(seen.into_owned(), report.seen)}
            {answered}
            {last}
        </ol>
    }
}
