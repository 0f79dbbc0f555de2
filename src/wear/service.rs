//! One use case a function, one transaction.

use super::{
    model::{self, Interval, Source, Wrong},
    store::{self, Kept, New},
};
use crate::{
    accounts::{Act, AtDesk, Patient, UserId},
    audit,
    error::Fault,
    journeys::{self, model::JourneyId},
    platform::clock::SAME_TAP,
    wear::Action,
};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

impl Kept {
    /// Minutes a day that they are to be in; none while nothing is kept.
    pub fn goal(&self) -> Option<i32> {
        model::goal(self.goal, self.product)
    }

    /// After how long somebody is asked.
    pub fn longest(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.longest))
    }

    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or_default()
    }

    /// Whether there is something to wear yet.
    pub fn has_begun(&self) -> bool {
        self.stage > 0 && self.began.is_some()
    }

    /// The first moment that anything can be noted of.
    pub fn beginning(&self) -> DateTime<Utc> {
        self.began.map_or(DateTime::<Utc>::MAX_UTC, |began| {
            model::begins(began, self.zone())
        })
    }
}

/// What a tap says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    Out,
    Back,
}

/// What became of a tap. Said twice, or on a page that is no longer how things are, it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tapped {
    Noted,
    /// They were in again only after so long that it is asked when: the row to be answered.
    Asked(i64),
    /// It was so already.
    Already,
}

/// Notes that a patient's aligners are out, or in again, at the moment at which it is said.
///
/// # Errors
/// [`Fault::NotFound`] where no wear time is kept, as for another's journey.
#[tracing::instrument(skip_all, fields(journey.id = journey.0))]
pub async fn tap(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    journey: JourneyId,
    tap: Tap,
    now: DateTime<Utc>,
) -> Result<Tapped, Fault> {
    let kept = noted(db, patient, act, journey).await?;
    let mut tx = db.begin().await?;
    hold(&mut tx, &kept).await?;
    let standing = store::intervals(&mut tx, journey, now - TimeDelta::days(1)).await?;
    let open = standing.iter().find(|each| each.back.is_none());
    let blank = New {
        journey,
        patient: patient.id(),
        out: now,
        back: None,
        confirmed: None,
        source: Source::Timed,
        replaces: None,
        void: false,
        now,
    };
    let (new, action) = match (tap, open) {
        (Tap::Out, None) => {
            // Not before the last time ended, whatever clocks say.
            let last = standing.iter().filter_map(|each| each.back).max();
            let out = last.map_or(now, |last| last.max(now));
            (New { out, ..blank }, Action::Out)
        }
        (Tap::Back, Some(open)) => {
            let back = Some(now.max(open.out + TimeDelta::seconds(1)));
            let new = New {
                out: open.out,
                back,
                confirmed: open.confirmed,
                replaces: Some(open.id),
                ..blank
            };
            (new, Action::Back)
        }
        (Tap::Out, Some(_)) | (Tap::Back, None) => return Ok(Tapped::Already),
    };
    let id = store::add(&mut tx, new).await?;
    let entry = act.entry(action).on("wear_intervals", id);
    audit::record(&mut tx, entry.about(patient.id().0)).await?;
    tx.commit().await?;
    let tapped = Interval {
        id,
        out: new.out,
        back: new.back,
        confirmed: new.confirmed,
        source: new.source,
    };
    Ok(match tapped.doubtful(now, kept.longest()) {
        Some(_) => Tapped::Asked(id),
        None => Tapped::Noted,
    })
}

/// What is said of a time out later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It was from then to then.
    Was(DateTime<Utc>, DateTime<Utc>),
    /// They are still out.
    StillOut,
    /// There was no such time.
    Never,
}

/// What became of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    Done,
    /// It cannot have been so.
    Wrong(Wrong),
    /// It was said otherwise meanwhile.
    Stale,
}

/// Corrects a time out, or answers what was asked about it: the row stays, and another stands for it.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
#[tracing::instrument(skip_all, fields(interval.id = interval))]
pub async fn correct(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    interval: i64,
    said: Said,
    now: DateTime<Utc>,
) -> Result<Corrected, Fault> {
    let journey = journey_of(db, patient, act, interval).await?;
    let kept = noted(db, patient, act, journey).await?;
    let mut tx = db.begin().await?;
    hold(&mut tx, &kept).await?;
    let standing = store::intervals(&mut tx, journey, earliest(now)).await?;
    let Some(was) = standing.iter().find(|each| each.id == interval).copied() else {
        let successor = store::successor(&mut tx, interval).await?;
        return Ok(match successor.filter(|row| says(row, said, now)) {
            Some(_) => Corrected::Done,
            None => Corrected::Stale,
        });
    };
    let same = New {
        journey,
        patient: patient.id(),
        out: was.out,
        back: was.back,
        confirmed: was.confirmed,
        source: Source::Edited,
        replaces: Some(interval),
        void: false,
        now,
    };
    let (new, action) = match said {
        Said::Was(out, back) => {
            let others: Vec<Interval> = standing
                .into_iter()
                .filter(|each| each.id != interval)
                .collect();
            if let Err(wrong) = model::check((out, back), &others, kept.beginning(), now) {
                return Ok(Corrected::Wrong(wrong));
            }
            // What was typed in stays told apart from what was timed.
            let source = match was.source {
                Source::Entered => Source::Entered,
                Source::Timed | Source::Edited => Source::Edited,
            };
            let new = New {
                out,
                back: Some(back),
                confirmed: None,
                source,
                ..same
            };
            (new, Action::Correct)
        }
        Said::StillOut if was.back.is_some() => return Ok(Corrected::Stale),
        Said::StillOut => {
            let confirmed = Some(now.max(was.out + TimeDelta::seconds(1)));
            (
                New {
                    confirmed,
                    source: Source::Timed,
                    ..same
                },
                Action::Confirm,
            )
        }
        Said::Never => (New { void: true, ..same }, Action::Remove),
    };
    let id = store::add(&mut tx, new).await?;
    let entry = act.entry(action).on("wear_intervals", id);
    let entry = entry
        .about(patient.id().0)
        .detail(json!({ "was": interval }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Corrected::Done)
}

/// Whether a row was written by the same form, sent twice.
fn says(row: &store::Successor, said: Said, now: DateTime<Utc>) -> bool {
    match said {
        Said::Was(out, back) => !row.void && (row.out, row.back) == (out, Some(back)),
        Said::StillOut => {
            let just_now = row.confirmed.is_some_and(|at| now - at < SAME_TAP);
            !row.void && row.back.is_none() && just_now
        }
        Said::Never => row.void,
    }
}

/// Notes a time out that was not timed. Typed in twice, it is noted once.
///
/// # Errors
/// [`Fault::NotFound`] where no wear time is kept, as for another's journey.
#[tracing::instrument(skip_all, fields(journey.id = journey.0))]
pub async fn enter(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    journey: JourneyId,
    (out, back): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Corrected, Fault> {
    let kept = noted(db, patient, act, journey).await?;
    let mut tx = db.begin().await?;
    hold(&mut tx, &kept).await?;
    let standing = store::intervals(&mut tx, journey, earliest(now)).await?;
    if standing
        .iter()
        .any(|each| (each.out, each.back) == (out, Some(back)))
    {
        return Ok(Corrected::Done);
    }
    if let Err(wrong) = model::check((out, back), &standing, kept.beginning(), now) {
        return Ok(Corrected::Wrong(wrong));
    }
    let new = New {
        journey,
        patient: patient.id(),
        out,
        back: Some(back),
        confirmed: None,
        source: Source::Entered,
        replaces: None,
        void: false,
        now,
    };
    let id = store::add(&mut tx, new).await?;
    let entry = act.entry(Action::Enter).on("wear_intervals", id);
    audit::record(&mut tx, entry.about(patient.id().0)).await?;
    tx.commit().await?;
    Ok(Corrected::Done)
}

/// Of which journey a patient's own row is. An attempt at another's leaves an audit row.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
pub async fn journey_of(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    interval: i64,
) -> Result<JourneyId, Fault> {
    if let Some(journey) = store::journey_of(db, interval, patient.id()).await? {
        return Ok(journey);
    }
    let mut entry = act
        .entry(Action::Correct)
        .on("wear_intervals", interval)
        .refused();
    entry.subject = store::owner(db, interval).await?.map(|owner| owner.0);
    audit::record(db, entry).await?;
    Err(Fault::NotFound)
}

/// Before which nothing that ended can be said otherwise.
pub fn earliest(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(model::OPEN_DAYS + 2)
}

/// A patient's journey that wear time is kept of. An attempt at another's leaves an audit row.
async fn noted(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    journey: JourneyId,
) -> Result<Kept, Fault> {
    let kept = store::of_journey(db, journey).await?;
    let own = |kept: &Kept| kept.patient == patient.id() && kept.active && kept.has_begun();
    match kept.filter(|kept| own(kept) && kept.goal().is_some()) {
        Some(kept) => Ok(kept),
        None => {
            journeys::service::record_not_theirs(db, act, journey, Action::Note).await?;
            Err(Fault::NotFound)
        }
    }
}

/// Holds it until the transaction ends.
async fn hold(db: &mut PgConnection, kept: &Kept) -> Result<(), Fault> {
    match store::hold(db, kept.journey, kept.patient).await? {
        true => Ok(()),
        false => Err(Fault::NotFound),
    }
}

/// A journey's times out since its step began, or the last week if that is longer.
pub async fn lately(
    db: &mut PgConnection,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<Vec<Interval>, Fault> {
    let zone = kept.zone();
    let today = now.with_timezone(&zone).date_naive();
    let week = today.checked_sub_days(Days::new(7)).unwrap_or(today);
    let week = crate::platform::clock::local_moment(week, NaiveTime::MIN, zone);
    let since = kept.stage_since.map_or(week, |since| {
        let day = since.with_timezone(&zone).date_naive();
        model::begins(day, zone).min(week)
    });
    Ok(store::intervals(db, kept.journey, since).await?)
}

/// A patient's own journey of today, if wear time is kept of it.
pub async fn own(db: &mut PgConnection, patient: UserId) -> Result<Option<Kept>, Fault> {
    let kept = store::of_patient(db, patient).await?;
    Ok(kept.filter(|kept| kept.goal().is_some()))
}

/// Sets how long they are to be in each day, and after how long it is asked; a goal of 0 keeps nothing.
///
/// # Errors
/// [`Fault::NotFound`] for a journey out of reach.
#[tracing::instrument(skip_all, fields(journey.id = journey.0))]
pub async fn set(
    db: &mut PgConnection,
    actor: &AtDesk,
    act: &Act,
    journey: JourneyId,
    goal: i32,
    longest: i32,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let reached = journeys::service::reach(&mut tx, actor.participant(), act, journey).await;
    if let Ok(reached) = &reached {
        if reached.own {
            // Nobody sets up their own treatment.
            return Err(Fault::Forbidden);
        }
        journeys::set_wear(&mut tx, journey, goal, longest).await?;
        let entry = act
            .in_role(actor.participant().role(false))
            .entry(Action::Goal)
            .on("journeys", journey)
            .about(reached.patient.id.0);
        let entry = entry.detail(json!({ "goal": goal, "longest": longest }));
        audit::record(&mut tx, entry).await?;
    }
    // The refusal's row, too, is kept.
    tx.commit().await?;
    reached.map(|_| ())
}
