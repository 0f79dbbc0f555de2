//! A patient's home: what do I do now, and when next? What is past stands on the timeline alone.

use super::{cards, now};
use crate::{
    accounts::{Anyone, Role, SignedIn, UserId},
    error::Fault,
    feature::agenda::{Agenda, FAR, Item, Known, Part, Viewer},
    home::store,
    journeys::{
        self, Course,
        model::{EventType, State, local_day},
    },
    photos,
    practices::{self, Treating},
    reports::{self, Current},
    reviews::{self, model::Kind},
    ui::{Banner, ButtonKind, Page, Reader, Tone, Welcome, page, time},
    wear,
};
use axum::{
    extract::{self, Query, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    /// Present after an act: so that the page can say that it was kept.
    saved: Option<String>,
}

/// Everybody's first page: a patient's own, another for those at a desk.
pub async fn home(
    extract::State(agenda): extract::State<Agenda>,
    who: SignedIn<Anyone>,
    query: Result<Query<Done>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(done) = query?;
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = who;
    if !person.has(Role::Patient) {
        let desk = if person.has(Role::Dentist) && person.dentist_id.is_some() {
            "/today"
        } else if person.has(Role::Staff) || person.has(Role::Admin) {
            "/office"
        } else {
            "/patients"
        };
        return Ok(Redirect::to(desk).into_response());
    }
    let (id, zone) = (person.id, person.zone);
    let saved = done.saved.is_some();
    show(&mut db, &reader, &agenda, id, zone, saved).await
}

/// All that the page is made of.
pub struct Today<'a> {
    pub reader: &'a Reader,
    pub now: Course,
    pub standing: store::Standing,
    pub decision: Option<store::Decision>,
    pub treating: Option<Treating>,
    pub day: NaiveDate,
    /// Where the patient's days begin and end.
    pub zone: Tz,
    /// What is due from today on, of all features.
    pub agenda: Vec<Item>,
}

/// What a patient does first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// They reported something, which is not answered yet.
    Answer,
    /// They reported something, and there is an answer; the report is not closed yet.
    Answered,
    /// Their dentist asks for something.
    Asked,
    Switch,
}

impl Today<'_> {
    /// Whether all has come that the newest decision asks for again of the step being worn; none, if it asks for nothing again.
    fn again(&self) -> Option<bool> {
        let decision = self.decision.as_ref()?;
        let asks = decision.kind == Kind::Retake && decision.stage == self.now.journey.stage;
        asks.then(|| decision.missing().is_empty())
    }

    /// Whether photos are asked for again that have not come yet.
    pub fn asked_again(&self) -> bool {
        self.again() == Some(false)
    }

    /// Whether all that was asked for again has come, and waits to be looked at.
    pub fn sent_again(&self) -> bool {
        self.again() == Some(true)
    }

    /// What has been read of the day, for the agenda: no feature asks for it once more.
    fn known(&self, told: &[Current], wear: Option<wear::Today>) -> Known {
        let journey = &self.now.journey;
        let worn = matches!(
            journey.state(self.now.newest.as_ref()),
            State::Wearing { .. }
        );
        let missing = self.decision.as_ref().filter(|_| self.asked_again());
        let missing = missing.map_or(0, |decision| decision.missing().len());
        let worn = worn.then(|| photos::agenda::Worn {
            journey: journey.id.0,
            stage: journey.stage,
            views: self.standing.views.clone(),
            asked_again: i64::try_from(missing).unwrap_or(i64::MAX),
        });
        Known::default()
            .with(journeys::agenda::Known(Some(self.now.clone())))
            .with(photos::agenda::Known(worn))
            .with(reviews::agenda::Known {
                since: self.standing.waiting_since,
                treating: self.treating.clone(),
            })
            .with(reports::agenda::Known {
                reports: told.to_vec(),
                treating: self.treating.clone(),
            })
            .with(wear::agenda::Known(wear))
    }

    /// Whether the patient has switched a moment ago, or within a day, and the stage's photos are what comes next.
    pub fn just_switched(&self) -> bool {
        let switched = self
            .now
            .newest
            .is_some_and(|newest| newest.event_type == EventType::Progress && newest.due.is_some());
        let fresh = self
            .now
            .at
            .is_some_and(|at| self.reader.now - at < TimeDelta::hours(24));
        switched && fresh
    }
}

/// What is due from today on, however far ahead.
fn from_today<'a>(reader: &Reader, patient: UserId, zone: Tz, known: &'a Known) -> Part<'a> {
    let day = local_day(reader.now, zone);
    Part {
        viewer: Viewer::of_patient(patient),
        lang: reader.lang(),
        zone,
        now: reader.now,
        from: day,
        until: day + FAR,
        outside: false,
        known,
    }
}

/// Of somebody who has no treatment yet, none of it is asked for.
fn nothing_known() -> Known {
    Known::default()
        .with(journeys::agenda::Known(None))
        .with(photos::agenda::Known(None))
        .with(reviews::agenda::Known {
            since: None,
            treating: None,
        })
        .with(reports::agenda::Known {
            reports: Vec::new(),
            treating: None,
        })
        .with(wear::agenda::Known(None))
}

async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    agenda: &Agenda,
    patient: UserId,
    zone: Tz,
    saved: bool,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let title = Page::titled(t!("home.title", locale = lang));
    let day = local_day(reader.now, zone);
    let Some(now) = journeys::course(db, patient).await? else {
        let treating = practices::treating(db, patient).await?;
        let items = agenda
            .of(db, from_today(reader, patient, zone, &nothing_known()))
            .await?;
        return Ok(page(reader, title, || {
            view! {
                <Welcome>
                    <h1>{t!("home.none.title", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("home.none.text", locale = lang).into_owned()}</p>
                </Welcome>
                {cards::due(reader, &items, day, zone)}
                {practices::card(reader, treating.as_ref())}
            }
        }));
    };
    let (journey, stage) = (now.journey.id, now.journey.stage);
    let standing = store::standing(db, patient, journey, stage, reader.now).await?;
    let decision = store::decision(db, journey).await?;
    let treating = practices::treating(db, patient).await?;
    let told = reports::current_of(db, patient).await?;
    let mut today = Today {
        reader,
        day,
        now,
        standing,
        decision,
        treating,
        zone,
        agenda: Vec::new(),
    };
    let wear = today
        .standing
        .wear
        .as_ref()
        .and_then(|noted| noted.today(&today.now.journey, zone, reader.now));
    let known = today.known(&told, wear);
    today.agenda = agenda
        .of(db, from_today(reader, patient, zone, &known))
        .await?;
    Ok(page(reader, title, || {
        let said_of_photos = cards::decision(&today);
        let asks = matches!(said_of_photos, Some(cards::Said::Asks(_)));
        let (above, below) = match said_of_photos {
            Some(cards::Said::Asks(card) | cards::Said::Sent(card)) => (Some(card), None),
            Some(cards::Said::Tells(card)) => (None, Some(card)),
            None => (None, None),
        };
        let reports = told
            .iter()
            .filter(|told| told.is_news())
            .map(|told| reports::own_card(reader, told, today.treating.as_ref()))
            .collect_view();
        // What there is to read comes before what is only counted or offered.
        let planned = cards::plan_changed(&today);
        let busy = above.is_some()
            || below.is_some()
            || planned.is_some()
            || told.iter().any(Current::is_news);
        let journey = &today.now.journey;
        let last_day = journeys::agenda::last_day(&today.agenda, zone).map(|last_day| {
            let words = t!("home.last_day", locale = lang).into_owned();
            view! { <p class="quiet today-last">{words}" "{time::day(reader, last_day)}</p> }
        });
        // One act stands out: what the dentist asks for, or waiting for an answer, comes before the next aligner.
        let first = if told.iter().any(|told| told.state.is_open()) {
            First::Answer
        } else if told
            .iter()
            .any(|told| told.state == reports::State::Answered)
        {
            First::Answered
        } else if asks {
            First::Asked
        } else {
            First::Switch
        };
        view! {
            {saved.then(|| said(&today))}
            {above}
            {reports}
            {cards::answered(&today, &told)}
            {wear.as_ref().and_then(|wear| wear::question(reader, wear, ButtonKind::Secondary))}
            <section class="today" class:today-near=now::follows_switch(&today)>
                {journeys::ring(reader, journey, today.now.newest.as_ref(), today.day)}
                <div class="today-words">
                    {now::now(&today, first)}
                    {journeys::take_back(reader, journey, today.now.newest.as_ref())}
                    {last_day}
                    {cards::wrong(&today)}
                </div>
            </section>
            {wear.map(|wear| wear::card(reader, &wear, if busy { wear::Place::BesideMore } else { wear::Place::Today }))}
            {planned}
            {cards::due(reader, &today.agenda, day, zone)}
            {below}
            {cards::places(&today, busy)}
            {cards::zone(&today)}
            {practices::card(reader, today.treating.as_ref())}
        }
    }))
}

/// What has been kept, if it was the reader's own act of the last minutes: the address that asks for it may be an old one.
fn said(today: &Today<'_>) -> Option<impl IntoView + use<>> {
    let lang = today.reader.lang();
    let newest = today.now.newest?;
    let fresh = today
        .now
        .at
        .is_some_and(|at| today.reader.now - at < TimeDelta::minutes(10));
    let journey = &today.now.journey;
    let stage = journeys::stage_name(lang, journey.product, journey.stage);
    let date = newest.due.map(|due| time::long_date(today.reader, due));
    let words = match (newest.event_type, date) {
        // The patient took a change of stage back.
        (EventType::Progress, Some(date)) if !newest.confirmed => {
            t!("home.went_back", locale = lang, stage = stage, date = date)
        }
        (EventType::Progress, None) if !newest.confirmed => t!("home.not_started", locale = lang),
        (EventType::Progress, Some(_)) => t!("home.switched", locale = lang, stage = stage),
        (EventType::Progress, None) => t!("home.finished", locale = lang),
        (EventType::Pause, _) => t!("home.paused", locale = lang),
        (_, Some(date)) => t!("home.moved", locale = lang, date = date),
        (_, None) => return None,
    };
    let words = words.into_owned();
    (fresh && today.now.by_patient)
        .then(|| view! { <Banner tone=Tone::Good><p>{words}</p></Banner> })
}
