//! After the last page of the first day: that this was all for today, what comes next and when, and the way to Today.

use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    home::store,
    journeys::{
        self, Course,
        model::{Product, State, local_day},
    },
    photos::View,
    practices,
    ui::{ButtonKind, Card, IconName, LinkButton, Page, Reader, page, time},
};
use axum::response::Response;
use chrono::NaiveDate;
use leptos::prelude::*;
use rust_i18n::t;

pub async fn finished(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let treating = practices::treating(&mut db, actor.id()).await?;
    let now = journeys::course(&mut db, actor.id()).await?;
    let standing = match &now {
        Some(now) => {
            let (journey, stage) = (now.journey.id, now.journey.stage);
            Some(store::standing(&mut db, actor.id(), journey, stage, reader.now).await?)
        }
        None => None,
    };
    let lang = reader.lang();
    let today = local_day(reader.now, actor.zone());
    let there = standing.as_ref().map(|standing| {
        let views = View::STANDARD.iter();
        views.filter(|view| standing.views.contains(view)).count()
    });
    // Photos that are missing are still to be done, and so is what is due.
    let missing = there.is_some_and(|count| count < View::STANDARD.len());
    let next = now.as_ref().map(|now| next_change(&reader, now, today));
    let owed = next.as_ref().is_some_and(|(_, owed)| *owed);
    let title = if missing || owed {
        t!("first_day.finished.open", locale = lang)
    } else {
        t!("first_day.finished.title", locale = lang)
    }
    .into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let photos = there.map(|count| match (count, missing) {
            (0, _) => t!("first_day.finished.none", locale = lang),
            (1, true) => t!("first_day.finished.one", locale = lang),
            (_, true) => t!("first_day.finished.some", locale = lang, count = count),
            _ if standing.as_ref().is_some_and(|standing| !standing.waits) => {
                t!("first_day.finished.answered", locale = lang)
            }
            _ => match &treating {
                Some(treating) => {
                    t!(
                        "first_day.finished.photos",
                        locale = lang,
                        name = treating.name
                    )
                }
                None => t!("first_day.finished.photos_clinic", locale = lang),
            },
        });
        let waiting = standing
            .as_ref()
            .filter(|standing| standing.waits && !missing);
        let hear = waiting
            .zip(treating.as_ref())
            .and_then(|(standing, treating)| {
                let since = standing.waiting_since.unwrap_or(reader.now);
                let (by, _) = treating.photos_by(local_day(since, actor.zone()));
                let date = time::long_date(&reader, by);
                (by >= today).then(|| t!("home.hear_by", locale = lang, date = date).into_owned())
            });
        let starts = now
            .as_ref()
            .is_some_and(|now| now.journey.state(now.newest.as_ref()) == State::NotStarted);
        let no_wait = (starts && waiting.is_some())
            .then(|| t!("now.not_started.no_wait", locale = lang).into_owned());
        let next = match next {
            Some((words, _)) => words,
            None => Some(t!("home.none.text", locale = lang).into_owned()),
        };
        let next = next.map(|words| view! { <p>{words}" "{no_wait}</p> });
        let add = now.as_ref().filter(|_| missing).map(|now| {
            let href = format!("/journeys/{}/photos/new", now.journey.id.0);
            view! {
                <LinkButton href wide=true icon=IconName::Camera>{t!("photos.add", locale = lang).into_owned()}</LinkButton>
            }
        });
        view! {
            <h1>{title}</h1>
            <Card roomy=true>
                {photos.map(|words| view! { <p><strong>{words.into_owned()}</strong>{hear.map(|words| format!(" {words}"))}</p> })}
                {next}
                {add}
            </Card>
            <LinkButton href="/" kind=ButtonKind::Primary wide=true>{t!("first_day.finished.home", locale = lang).into_owned()}</LinkButton>
        }
    }))
}

/// The next thing of the treatment, with its day, if anything is planned; and whether it is due already.
fn next_change(reader: &Reader, now: &Course, today: NaiveDate) -> (Option<String>, bool) {
    let lang = reader.lang();
    let journey = &now.journey;
    let stage = journeys::stage_name(lang, journey.product, journey.stage + 1);
    let words = match journey.state(now.newest.as_ref()) {
        State::NotStarted => match journey.product {
            Product::Aligners => {
                t!(
                    "first_day.finished.start.aligners",
                    locale = lang,
                    stage = stage
                )
            }
            Product::ClearBraces => {
                t!(
                    "first_day.finished.start.clear_braces",
                    locale = lang,
                    stage = stage
                )
            }
        },
        State::Wearing { due } => {
            let (last, owed) = (journey.stage >= journey.total, due <= today);
            let date = time::long_date(reader, due);
            let words = match (last, owed) {
                (false, false) => {
                    t!(
                        "first_day.finished.change",
                        locale = lang,
                        stage = stage,
                        date = date
                    )
                }
                (false, true) => t!(
                    "first_day.finished.change_now",
                    locale = lang,
                    stage = stage
                ),
                (true, false) => t!("first_day.finished.last", locale = lang, date = date),
                (true, true) => t!("first_day.finished.last_now", locale = lang),
            };
            return (Some(words.into_owned()), owed);
        }
        State::Paused { .. } => t!("now.paused.text", locale = lang),
        State::Completed => return (None, false),
    };
    (Some(words.into_owned()), false)
}
