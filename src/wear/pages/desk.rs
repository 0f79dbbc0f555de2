//! What the clinic reads of a patient's wear time, and sets.

use super::{length, own};
use crate::{
    accounts::{AtDesk, Participant, SignedIn},
    error::Fault,
    journeys::{self, model::JourneyId},
    records,
    ui::{
        Banner, Button, ButtonKind, FormCard, Nothing, Page, PageHeader, PatientBar, Reader, Tone,
        field, page, select,
    },
    wear::{
        model::{self, Glance},
        service, store,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// What a dentist sees of it beside a case or in a record: the step being worn, of what was noted.
#[derive(Clone, Copy, Debug)]
pub struct ForDentist {
    pub journey: JourneyId,
    pub goal: i32,
    pub step: Glance,
}

/// Wear time of a journey that whoever asks may see; none where it is not kept.
///
/// # Errors
/// [`Fault::Unavailable`] while the database is away.
pub async fn for_dentist(
    db: &mut PgConnection,
    journey: JourneyId,
    now: DateTime<Utc>,
) -> Result<Option<ForDentist>, Fault> {
    let kept = store::of_journey(db, journey).await?;
    let Some((kept, goal)) = kept.and_then(|kept| kept.goal().map(|goal| (kept, goal))) else {
        return Ok(None);
    };
    let Some(since) = kept.stage_since else {
        return Ok(None);
    };
    let zone = kept.zone();
    let first = since.with_timezone(&zone).date_naive();
    let intervals = store::intervals(db, journey, model::begins(first, zone)).await?;
    let days = model::days(&intervals, first, now, zone, kept.longest(), 90);
    Ok(Some(ForDentist {
        journey,
        goal,
        step: model::glance(&days, goal),
    }))
}

impl ForDentist {
    /// In a sentence: "On average 21 h 10 min on 12 days of this step; the goal of 22 h was reached on 9."
    pub fn words(&self, reader: &Reader) -> String {
        let lang = reader.lang();
        if self.step.noted == 0 {
            return t!(
                "wear.desk.nothing",
                locale = lang,
                goal = length(lang, self.goal)
            )
            .into_owned();
        }
        t!(
            "wear.desk.mean",
            locale = lang,
            mean = length(lang, self.step.mean),
            noted = self.step.noted,
            reached = self.step.reached,
            goal = length(lang, self.goal)
        )
        .into_owned()
    }

    /// The same in a few words: "worn 21 h 10 min a day".
    pub fn in_short(&self, reader: &Reader) -> String {
        let lang = reader.lang();
        match self.step.noted {
            0 => t!("wear.desk.short_nothing", locale = lang).into_owned(),
            _ => t!(
                "wear.desk.short",
                locale = lang,
                mean = length(lang, self.step.mean)
            )
            .into_owned(),
        }
    }

    /// Where all of it stands.
    pub fn href(&self) -> String {
        format!("/journeys/{}/wear", self.journey)
    }
}

#[derive(Deserialize)]
pub struct Asked {
    /// Present after something was set.
    saved: Option<String>,
}

pub async fn of_patient(
    signed_in: SignedIn<Participant>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let reached = journeys::service::reach(&mut db, &actor, &act, journey).await?;
    if reached.own {
        return Ok(Redirect::to("/wear").into_response());
    }
    let kept = store::of_journey(&mut db, journey).await?;
    let kept = kept.ok_or(Fault::NotFound)?;
    let intervals = service::lately(&mut db, &kept, reader.now).await?;
    let lang = reader.lang();
    let title = t!("wear.title", locale = lang).into_owned();
    let treats = reached.with_photos;
    Ok(page(&reader, Page::titled(title.clone()), || {
        let shown = kept
            .goal()
            .map(|goal| own::glances(&reader, &kept, &intervals, goal));
        let person = journeys::person_line(&reader, &reached.patient, &reached.journey);
        let record = journeys::record_of(&reached.patient, Some(&reached.journey), treats);
        let off = kept.goal().is_none().then(|| {
            view! { <Nothing words=t!("wear.desk.off", locale = lang)/> }
        });
        view! {
            <PatientBar person/>
            {records::tabs(lang, &record, Some(records::Part::Wear))}
            <PageHeader title back=("/patients".to_owned(), t!("nav.patients", locale = lang).into_owned())/>
            {asked.saved.is_some().then(|| view! {
                <Banner tone=Tone::Good><p>{t!("wear.saved", locale = lang).into_owned()}</p></Banner>
            })}
            {off}
            {shown}
            {settings(lang, &kept)}
        }
    }))
}

/// Goals that can be chosen, in hours.
const GOALS: [i32; 9] = [0, 10, 12, 14, 16, 18, 20, 21, 22];
/// After how many minutes it can be asked.
const LONGEST: [i32; 6] = [60, 90, 120, 180, 240, 360];

fn settings(lang: &'static str, kept: &store::Kept) -> impl IntoView + use<> {
    let goal = kept.goal().unwrap_or(0);
    let mut goals: Vec<i32> = GOALS.iter().map(|hours| hours * 60).collect();
    if !goals.contains(&goal) {
        goals.push(goal);
    }
    let goals = goals.into_iter().map(|minutes| {
        let words = match minutes {
            0 => t!("wear.desk.none", locale = lang).into_owned(),
            minutes => length(lang, minutes),
        };
        (minutes.to_string(), words)
    });
    let goals: Vec<_> = goals.collect();
    let mut longest = LONGEST.to_vec();
    if !longest.contains(&kept.longest) {
        longest.push(kept.longest);
    }
    let longest: Vec<_> = longest
        .into_iter()
        .map(|minutes| (minutes.to_string(), length(lang, minutes)))
        .collect();
    let (goal, chosen) = (goal.to_string(), kept.longest.to_string());
    let (goals, longest) = (
        field(
            "goal",
            t!("wear.desk.goal", locale = lang).into_owned(),
            None,
            None,
            move |described, invalid| select("goal", goals, &goal, described, invalid),
        ),
        field(
            "longest",
            t!("wear.desk.longest", locale = lang).into_owned(),
            None,
            None,
            move |described, invalid| select("longest", longest, &chosen, described, invalid),
        ),
    );
    let journey = kept.journey;
    view! {
        <FormCard action=format!("/journeys/{journey}/wear")>
            <h2>{t!("wear.desk.settings", locale = lang).into_owned()}</h2>
            {goals}
            {longest}
            <div class="actions">
                <Button kind=ButtonKind::Primary>{t!("wear.form.save", locale = lang).into_owned()}</Button>
            </div>
        </FormCard>
    }
}

#[derive(Deserialize)]
pub struct Setting {
    goal: i32,
    longest: i32,
}

pub async fn set(
    signed_in: SignedIn<AtDesk>,
    path: Result<Path<JourneyId>, PathRejection>,
    form: Result<Form<Setting>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let SignedIn {
        actor, act, mut db, ..
    } = signed_in;
    let Form(setting) = form?;
    let good = (setting.goal == 0 || (60..=model::DAY).contains(&setting.goal))
        && (30..=720).contains(&setting.longest);
    if !good {
        return Err(Fault::Malformed);
    }
    service::set(
        &mut db,
        &actor,
        &act,
        journey,
        setting.goal,
        setting.longest,
    )
    .await?;
    Ok(Redirect::to(&format!("/journeys/{journey}/wear?saved")).into_response())
}
