//! Decisions on the timeline of the journey that they are about, and what they ask of the patient.

use super::{
    model::{Kind, RetakeReason},
    store::{self, Told},
    words,
};
use crate::{
    feature::timeline::{Aside, Detail, Part, Prompt, Telling},
    journeys,
    photos::{self, View},
    platform::telephone::dial,
    practices,
    ui::{IconName, Reader},
};
use chrono::TimeDelta;
use rust_i18n::t;
use sqlx::PgConnection;

/// What was decided in this part of a journey, as far as it is told.
pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let told = store::told(db, part.journey, part.since, part.before).await?;
        // Whoever is asked to come makes an appointment by telephone.
        let asked = |told: &Told| told.kind == Kind::SeeMe && told.newest;
        let treating = match part.own && told.iter().any(asked) {
            true => match journeys::held(&mut *db, part.journey).await? {
                Some((_, patient)) => practices::treating(db, patient.id).await?,
                None => None,
            },
            false => None,
        };
        let number = practices::number(part.reader, treating.as_ref());
        Ok(told.iter().map(|told| aside(&part, told, number)).collect())
    })
}

fn aside(part: &Part<'_>, told: &Told, number: &str) -> Aside {
    let lang = part.reader.lang();
    let (class, icon) = match told.kind {
        Kind::OnTrack => ("event event-done", IconName::Check),
        Kind::Retake => ("event event-pause", IconName::Camera),
        Kind::Hold => ("event event-delay", IconName::Clock),
        Kind::SeeMe => ("event event-pause", IconName::Users),
    };
    let words = match told.kind {
        Kind::OnTrack => t!("decision.on_track", locale = lang, stage = told.stage),
        Kind::Retake => t!("decision.retake", locale = lang, stage = told.stage),
        Kind::Hold => t!("decision.hold", locale = lang, stage = told.stage),
        Kind::SeeMe => t!("decision.see_me", locale = lang, stage = told.stage),
    };
    let views = told.views();
    let mut facts = retaken(part.reader, &views);
    match told.hold_days {
        Some(days) if told.moved => facts.push(words::held(lang, days)),
        Some(_) => facts.push(t!("decision.not_moved", locale = lang).into_owned()),
        None => {}
    }
    if let Some(note) = told.clinic_note.as_ref().filter(|_| !part.own) {
        let label = t!("review.clinic_note", locale = lang);
        facts.push(format!("{label}: {note}"));
    }
    facts.push(t!("event.by", locale = lang, name = told.dentist).into_owned());
    Aside {
        at: told.at,
        class,
        icon,
        words: words.into_owned(),
        facts,
        note: told.note.clone(),
        prompt: prompt(part, told, number),
        link: (!part.own && part.with_photos)
            .then(|| format!("/journeys/{}/reviews/{}", part.journey.0, told.stage)),
    }
}

/// The views to repeat and why, a line each.
fn retaken(reader: &Reader, views: &[(View, RetakeReason)]) -> Vec<String> {
    let lang = reader.lang();
    views
        .iter()
        .map(|(view, reason)| {
            let view = photos::view_name(lang, *view);
            format!("{view}: {}", words::reason(lang, *reason))
        })
        .collect()
}

/// For how long a visit is asked for, unless something newer was decided on the stage.
const VISIT: TimeDelta = TimeDelta::days(30);

/// Photos to take again, until there are newer ones or the next stage is worn; or a visit.
fn prompt(part: &Part<'_>, told: &Told, number: &str) -> Option<Prompt> {
    let lang = part.reader.lang();
    let views = told.missing();
    let asked = match told.kind {
        Kind::Retake => told.stage == part.stage && !views.is_empty(),
        _ => part.reader.now - told.at < VISIT,
    };
    if !part.own || !told.newest || !asked {
        return None;
    }
    let note = told.note.clone().map(|words| Detail { words, photo: None });
    match told.kind {
        Kind::Retake => {
            let names: Vec<_> = views
                .iter()
                .map(|(view, reason)| format!("{}:{}", view.name(), reason.name()))
                .collect();
            let details = views.iter().map(|(view, reason)| {
                let line = t!(
                    "decision.retake_line",
                    locale = lang,
                    view = photos::view_name(lang, *view),
                    reason = words::reason(lang, *reason),
                    tip = words::tip(lang, *reason)
                );
                Detail {
                    words: line.into_owned(),
                    photo: told
                        .photo_of(*view)
                        .map(|id| (id, photos::alt(lang, *view, told.stage))),
                }
            });
            let href = format!(
                "/journeys/{}/photos/new?stage={}&views={}",
                part.journey.0,
                told.stage,
                names.join(",")
            );
            let words = match views.len() {
                1 => t!("decision.prompt.retake.one", locale = lang),
                count => t!("decision.prompt.retake.other", locale = lang, count = count),
            };
            let label = match views.len() {
                1 => t!("decision.prompt.retake.button_one", locale = lang),
                _ => t!("decision.prompt.retake.button", locale = lang),
            }
            .into_owned();
            Some(Prompt {
                words: words.into_owned(),
                details: details.chain(note).collect(),
                link: Some((href, label)),
            })
        }
        Kind::SeeMe => Some(Prompt {
            words: t!("decision.prompt.see_me", locale = lang, name = told.dentist).into_owned(),
            details: note.into_iter().collect(),
            link: Some((
                dial(number),
                t!("practice.call", locale = lang, number = number).into_owned(),
            )),
        }),
        Kind::OnTrack | Kind::Hold => None,
    }
}
