//! One use case a function, one transaction: taking a decision, taking it back, and letting it take effect.

use super::{
    model::{Decision, Kind, UNDO_SECONDS},
    store::{self, New},
    worker::SettleReview,
};
use crate::{
    accounts::{Act, Dentist, Role},
    audit,
    care::{self, Ability, Scope},
    error::Fault,
    ids::{PhotoId, ReportId, ReviewId},
    journeys::{
        self, PatientHead,
        model::{EventId, Journey, JourneyId},
    },
    notifications,
    photos::View,
    platform::jobs,
    reports,
    reviews::Action,
    ui::Language,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use std::cmp::Reverse;

/// A decision as a form sends it, with what its sender saw.
pub struct Deciding<'a> {
    pub journey: JourneyId,
    pub stage: i32,
    pub decision: &'a Decision,
    pub note: Option<&'a str>,
    pub clinic_note: Option<&'a str>,
    /// The newest decision on the stage that was seen.
    pub previous: Option<ReviewId>,
    /// The photos of the stage that were seen, in any order, each with the view that it was seen as.
    pub photos: &'a [(PhotoId, Option<View>)],
    /// The journey's newest event that was seen: a hold is counted from it.
    pub event: Option<EventId>,
    /// Whether they were asked before, if something speaks against the decision.
    pub sure: bool,
    /// The reports that stood above the case and that nobody had seen.
    pub reports: &'a [ReportId],
}

/// Why a decision was not taken.
#[derive(Debug)]
pub enum NotDecided {
    /// Somebody else decided first, or other photos are there than were seen, or as other views.
    Stale,
    /// The patient reported something that no dentist has seen: nobody is on track over that unasked. Whoever was asked has said so
    /// of the reports that they saw, and is asked again where another has come since.
    Reported,
    Fault(Fault),
}

impl From<sqlx::Error> for NotDecided {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Takes a decision on a stage of a patient assigned to `dentist` today. It takes effect [`UNDO_SECONDS`] later.
///
/// # Errors
/// [`NotDecided::Stale`] and [`NotDecided::Reported`], or [`Fault::NotFound`] for a journey out of reach or a stage without photos.
#[tracing::instrument(skip_all, fields(journey.id = deciding.journey.0, stage = deciding.stage))]
pub async fn decide(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    deciding: Deciding<'_>,
    now: DateTime<Utc>,
) -> Result<ReviewId, NotDecided> {
    let Deciding {
        journey,
        stage,
        decision,
        note,
        clinic_note,
        previous,
        photos,
        event,
        sure,
        reports: shown,
    } = deciding;
    let act = act.in_role(Role::Dentist);
    let mut tx = db.begin().await?;
    let patient = reach(&mut tx, dentist, &act, journey, Action::Decide).await;
    let patient = match patient {
        Ok(patient) => patient,
        Err(fault) => {
            tx.commit().await?;
            return Err(NotDecided::Fault(fault));
        }
    };
    let entry = act
        .entry(Action::Decide)
        .on("journeys", journey.0)
        .about(patient.id.0);
    let known = if sure { shown } else { &[] };
    if *decision == Decision::OnTrack && reports::has_new(&mut tx, patient.id, known).await? {
        let why = json!({ "why": "reported", "stage": stage });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
        tx.commit().await?;
        return Err(NotDecided::Reported);
    }
    let there = store::hold_photos(&mut tx, journey, stage).await?;
    let mut seen = photos.to_vec();
    seen.sort_unstable_by_key(|(id, _)| Reverse(*id));
    let stand: Vec<_> = there.iter().map(|(id, view)| (*id, Some(*view))).collect();
    let ids: Vec<PhotoId> = there.iter().map(|(id, _)| *id).collect();
    let as_seen = !there.is_empty()
        && seen == stand
        && store::newest(&mut tx, journey, stage).await? == previous
        && can_be(&mut tx, journey, stage, decision, event, now).await?;
    let effective = now + Duration::seconds(UNDO_SECONDS);
    let new = New {
        patient: patient.id,
        journey,
        stage,
        decision,
        note,
        clinic_note,
        dentist: dentist.dentist_id(),
        actor: act.by,
        previous,
        photos: &ids,
        now,
        effective,
    };
    let review = if as_seen {
        // What has not taken effect gives way to what supersedes it.
        if let Some(previous) = previous
            && store::open(&mut tx, previous).await?.is_some()
        {
            store::withdraw(&mut tx, previous, now).await?;
            let entry = act.entry(Action::Withdraw).on("reviews", previous);
            audit::record(&mut tx, entry.about(patient.id.0)).await?;
        }
        store::record(&mut tx, new).await?
    } else {
        None
    };
    let Some(review) = review else {
        let entry = entry
            .refused()
            .detail(json!({ "why": "stale", "stage": stage }));
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        return Err(NotDecided::Stale);
    };
    jobs::add_at(&mut tx, &SettleReview { review }, effective).await?;
    // Whoever decides has read what the patient reported.
    reports::service::see(&mut tx, &act, patient.id, shown, now).await?;
    let entry = entry.on("reviews", review).detail(json!({
        "stage": stage, "decision": decision.kind().name(), "photos": there.len(),
    }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(review)
}

/// Whether a decision can be carried out: a hold, if the stage is the one worn, the journey has not moved since, and the
/// rules allow it today.
async fn can_be(
    tx: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
    decision: &Decision,
    event: Option<EventId>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let Decision::Hold(days) = *decision else {
        return Ok(true);
    };
    let newest = journeys::newest(tx, journey).await?;
    let Some((found, patient)) = journeys::held(tx, journey).await? else {
        return Ok(false);
    };
    let today = journeys::model::local_day(now, patient.zone());
    Ok(found.stage == stage
        && newest.as_ref().map(|newest| newest.id) == event
        && journeys::service::held_for(&found, newest.as_ref(), days, today).is_ok())
}

/// A case with its photos, newest first, for the dentist assigned to its patient today.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist: a stage of which there never were photos.
pub async fn open_case(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    journey: JourneyId,
    stage: i32,
) -> Result<(Journey, PatientHead, store::Photos), Fault> {
    let act = act.in_role(Role::Dentist);
    let (journey, patient) = match journeys::held(db, journey).await? {
        Some((found, patient)) if treats(db, dentist, &patient).await? => (found, patient),
        Some(_) | None => {
            journeys::service::record_not_theirs(db, &act, journey, Action::Read).await?;
            return Err(Fault::NotFound);
        }
    };
    let photos = store::photos(db, journey.id, stage).await?;
    if photos.all.is_empty() && store::newest(db, journey.id, stage).await?.is_none() {
        // Nothing to see, and nothing was seen.
        return Err(Fault::NotFound);
    }
    let entry = act.entry(Action::Read).on("journeys", journey.id.0);
    let entry = entry.about(patient.id.0).detail(json!({ "stage": stage }));
    audit::record(db, entry).await?;
    Ok((journey, patient, photos))
}

async fn treats(
    db: &mut PgConnection,
    dentist: &Dentist,
    patient: &PatientHead,
) -> Result<bool, sqlx::Error> {
    care::sees(db, Scope::from(dentist), Ability::Treat, patient.id).await
}

/// Holds the journey of a patient assigned to `dentist`, until the transaction ends.
async fn reach(
    tx: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    journey: JourneyId,
    action: Action,
) -> Result<PatientHead, Fault> {
    if journeys::hold(tx, journey).await?
        && let Some((_, patient)) = journeys::held(tx, journey).await?
        && treats(tx, dentist, &patient).await?
    {
        return Ok(patient);
    }
    journeys::service::record_not_theirs(tx, act, journey, action).await?;
    Err(Fault::NotFound)
}

/// Takes one's own decision back, while it has not taken effect; whether it had not.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
#[tracing::instrument(skip_all, fields(review.id = review.0))]
pub async fn withdraw(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    review: ReviewId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let act = act.in_role(Role::Dentist);
    let mut tx = db.begin().await?;
    let Some(journey) = store::journey_of(&mut tx, review, act.by).await? else {
        let mut entry = act.entry(Action::Withdraw).on("reviews", review);
        entry.subject = store::subject(&mut tx, review)
            .await?
            .map(|person| person.0);
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    // In the order in which a decision is taken and takes effect: first the journey.
    let patient = match reach(&mut tx, dentist, &act, journey, Action::Withdraw).await {
        Ok(patient) => patient,
        Err(fault) => {
            tx.commit().await?;
            return Err(fault);
        }
    };
    let entry = act
        .entry(Action::Withdraw)
        .on("reviews", review)
        .about(patient.id.0);
    let open = store::open(&mut tx, review).await?.is_some();
    if open {
        store::withdraw(&mut tx, review, now).await?;
        audit::record(&mut tx, entry).await?;
    } else {
        let why = json!({ "why": "settled" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(open)
}

/// Lets a decision take effect: a hold puts the change of stage off, and the patient is told. Called again, it finds
/// that done. If the patient has moved to another dentist meanwhile, the decision lapses.
///
/// # Errors
/// [`Fault::Unavailable`] before its time, and while the database is away.
#[tracing::instrument(skip_all, fields(review.id = review.0))]
pub async fn settle(
    db: &mut PgConnection,
    review: ReviewId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let Some(journey) = store::journey_of_any(&mut tx, review).await? else {
        return Ok(());
    };
    journeys::hold(&mut tx, journey).await?;
    let Some(open) = store::open(&mut tx, review).await? else {
        return Ok(());
    };
    if open.effective > now {
        return Err(Fault::Unavailable);
    }
    let patient = journeys::held(&mut tx, journey).await?;
    let patient = patient.map(|(_, patient)| patient);
    if patient.as_ref().and_then(|patient| patient.dentist) != Some(open.dentist) {
        // Somebody else treats the patient by now, and decides: the photos wait for them.
        store::withdraw(&mut tx, review, now).await?;
        let entry = audit::Entry::new(Action::Withdraw)
            .by(open.actor.0, Role::Dentist.name())
            .on("reviews", review)
            .about(open.patient.0)
            .detail(json!({ "why": "other_dentist" }));
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        return Ok(());
    }
    let event = match (open.kind, open.hold_days) {
        (Kind::Hold, Some(days)) => {
            journeys::service::put_off(&mut tx, journey, open.stage, days, open.actor, now).await?
        }
        _ => None,
    };
    let language = patient.map_or_else(Language::default, |patient| patient.language());
    let told = notifications::tell(
        &mut tx,
        open.patient,
        Some(journey),
        notifications::Template::Review,
        language,
    )
    .await?;
    store::settle(&mut tx, review, told, event, now).await?;
    let entry = audit::Entry::new(Action::Settle)
        .by(open.actor.0, Role::Dentist.name())
        .on("reviews", review)
        .about(open.patient.0)
        .detail(json!({ "notification": told, "event": event.map(|event| event.0) }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
