//! What the pages of a patient's record have in common at a desk: whose it is, its tabs, and what can be done: one act that
//! stands out, the others behind "More", what cannot be undone last and apart.

use super::{acts, parts};
use crate::{
    journeys::{
        model::{Asker, EventType, Journey, Kind, Newest, Product, Status},
        store::{Care, PatientHead},
    },
    records::{Record, Treatment},
    ui::{ButtonKind, Icon, IconName, LinkButton, Menu, PersonLine, Reader},
};
use chrono::NaiveDate;
use leptos::prelude::*;
use rust_i18n::t;

/// Whose journey a page is about, told apart from others of the same name.
pub fn person_line(reader: &Reader, patient: &PatientHead, journey: &Journey) -> PersonLine {
    let lang = reader.lang();
    let step = (journey.stage > 0).then(|| {
        let stage = parts::stage_name(lang, journey.product, journey.stage);
        t!(
            "person.step",
            locale = lang,
            stage = stage,
            total = journey.total
        )
        .into_owned()
    });
    let mut facts = patient.identity().short(reader);
    facts.extend(step);
    PersonLine {
        name: patient.name(),
        facts,
        href: Some(format!("/patients/{}", patient.id.0)),
    }
}

/// The record that a page of this patient's is part of. `treats`: whether the reader is the dentist assigned today.
pub fn record_of(patient: &PatientHead, journey: Option<&Journey>, treats: bool) -> Record {
    Record {
        patient: patient.id,
        name: patient.name(),
        treatment: journey.map(|journey| Treatment {
            journey: journey.id,
            wear: journey.wear || journey.product == Product::Aligners,
        }),
        treats,
    }
}

/// A record, as far as it says what can be done with it.
pub struct Open<'a> {
    pub patient: &'a PatientHead,
    /// The treatment that is shown, with its newest event.
    pub journey: Option<(&'a Journey, Option<&'a Newest>)>,
    /// Whether the patient has another treatment under way, or began one after this.
    pub elsewhere: Elsewhere,
    /// What waits for the dentist.
    pub care: Option<&'a Care>,
    /// Whether the reader is the dentist assigned today.
    pub treats: bool,
    /// The patient's.
    pub today: NaiveDate,
}

/// The patient's treatments besides the one that is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elsewhere {
    /// One of them is under way.
    pub active: bool,
    /// One of them began later.
    pub later: bool,
}

impl Elsewhere {
    pub fn of(journey: &Journey, others: &[Journey]) -> Self {
        Self {
            active: others.iter().any(|other| other.status == Status::Active),
            later: others.iter().any(|other| other.id > journey.id),
        }
    }
}

/// The address of something that can be done, and what it is called.
type Offer = (String, String);

impl Open<'_> {
    /// What the reader can do, the likeliest first. What cannot be done is not among it.
    fn offers(&self, reader: &Reader) -> Vec<Offer> {
        let lang = reader.lang();
        let patient = self.patient.id.0;
        let journey = self.journey.map(|(journey, _)| journey);
        let care = self.care.filter(|_| self.treats);
        let mut offers = Vec::new();
        let mut offer = |href: String, words: String| offers.push((href, words));
        // Nothing is more urgent than what a patient reported.
        if let Some(report) = care.and_then(|care| care.report) {
            let words = t!("record.answer", locale = lang).into_owned();
            offer(format!("/reports/{report}#answer"), words);
        }
        if let Some((journey, stage)) = care.and_then(Care::case) {
            let words = t!("record.decide", locale = lang, stage = stage).into_owned();
            offer(format!("/journeys/{}/reviews/{stage}", journey.0), words);
        }
        let under_way = journey.is_some_and(|journey| journey.status == Status::Active);
        let new = (
            format!("/patients/{patient}/journeys"),
            t!("setup.new", locale = lang).into_owned(),
        );
        if journey.is_none() {
            offer(new.0.clone(), new.1.clone());
        }
        if let Some(journey) = journey.filter(|_| self.treats) {
            let words = t!("record.write", locale = lang).into_owned();
            offer(format!("/journeys/{}/messages#write", journey.id.0), words);
        }
        if reader.office {
            let words = t!("notice.write", locale = lang).into_owned();
            offer(format!("/notifications/new?patient={patient}"), words);
            let words = t!("record.notifications", locale = lang).into_owned();
            offer(format!("/notifications?patient={patient}"), words);
        }
        if let Some((journey, newest)) = self.journey {
            if !under_way && !self.elsewhere.active {
                offer(new.0, new.1);
            }
            let moment = (self.today, reader.now);
            let can = |kind: Kind| journey.can(newest, kind, Asker::Clinic, moment);
            for act in [
                EventType::Progress,
                EventType::Delay,
                EventType::Pause,
                EventType::Continue,
            ] {
                if can(act.into()) {
                    let words = parts::act_name(lang, journey, act);
                    offer(acts::path(journey.id, act), words);
                }
            }
            // One that is over goes on no more once another has begun.
            if can(Kind::StepBack) && (under_way || !self.elsewhere.later) {
                let words = t!("act.step_back", locale = lang).into_owned();
                offer(acts::path(journey.id, Kind::StepBack), words);
            }
            let id = journey.id.0;
            if under_way {
                let words = t!("setup.plan", locale = lang).into_owned();
                offer(format!("/journeys/{id}/plan"), words);
                // Of braces none is kept until somebody sets a goal; from then on a tab leads there.
                if !journey.wear && journey.product != Product::Aligners {
                    let words = t!("wear.title", locale = lang).into_owned();
                    offer(format!("/journeys/{id}/wear"), words);
                }
            }
            let words = t!("setup.aftercare", locale = lang).into_owned();
            offer(format!("/journeys/{id}/aftercare"), words);
        }
        offers
    }

    /// What cannot be undone.
    fn dangers(&self, reader: &Reader) -> Vec<Offer> {
        self.journey
            .filter(|(journey, _)| journey.status == Status::Active)
            .map(|(journey, _)| {
                let words = t!("setup.end", locale = reader.lang()).into_owned();
                (format!("/journeys/{}/end", journey.id.0), words)
            })
            .into_iter()
            .collect()
    }

    /// One act, and the menu of the others.
    pub fn acts(&self, reader: &Reader) -> impl IntoView + use<> {
        let mut offers = self.offers(reader).into_iter();
        let first = offers.next().map(|(href, words)| {
            view! { <LinkButton href=href kind=ButtonKind::Primary>{words}</LinkButton> }
        });
        let more: Vec<Offer> = offers.collect();
        let dangers = self.dangers(reader);
        let menu = (!more.is_empty() || !dangers.is_empty()).then(|| {
            let label = t!("record.more", locale = reader.lang()).into_owned();
            let more = more
                .into_iter()
                .map(|(href, words)| view! { <a href=href>{words}</a> })
                .collect_view();
            let dangers = dangers
                .into_iter()
                .map(|(href, words)| {
                    view! { <a class="menu-danger" href=href><Icon name=IconName::Triangle/>{words}</a> }
                })
                .collect_view();
            view! { <Menu id="more" label>{more}{dangers}</Menu> }
        });
        view! { {first}{menu} }
    }
}
