//! One use case a function, one transaction.

use super::{
    model::{
        Asker, EventId, Journey, JourneyId, Product, Progress, REMINDER_DAYS, Refusal, due_moment,
        local_day,
    },
    store::{self, PatientHead, Scope},
};
use crate::{
    accounts::{Act, Patient, UserId},
    audit,
    error::Fault,
    notifications,
    ui::Language,
};
use chrono::{DateTime, Days, Utc};
use rust_i18n::t;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// Why a journey did not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMoved {
    /// The event that the sender saw is no longer the newest.
    Stale,
    Refused(Refusal),
    Fault(Fault),
}

impl From<sqlx::Error> for NotMoved {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<NotMoved> for Fault {
    fn from(not_moved: NotMoved) -> Self {
        match not_moved {
            NotMoved::Stale => Self::Stale,
            NotMoved::Refused(_) => Self::NotNow,
            NotMoved::Fault(fault) => fault,
        }
    }
}

/// Moves a patient's own journey on to its next stage, or completes it. `seen` is the newest event that
/// the patient saw. Event, counters, notifications and audit row stand or fall together; a refusal
/// leaves its audit row and nothing else.
///
/// # Errors
/// [`NotMoved::Stale`], [`NotMoved::Refused`], or [`Fault::NotFound`] for a journey that is not theirs.
#[tracing::instrument(skip_all, fields(journey.id = journey.0))]
pub async fn progress(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    language: Language,
    journey: JourneyId,
    seen: Option<EventId>,
    now: DateTime<Utc>,
) -> Result<Progress, NotMoved> {
    let mut tx = db.begin().await?;
    let entry = act.entry("journey.progress").on("journeys", journey.0);
    let Some(found) = store::lock(&mut tx, patient.id(), journey).await? else {
        let mut entry = entry.refused();
        entry.subject = store::owner(&mut tx, journey).await?.map(|owner| owner.0);
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        return Err(NotMoved::Fault(Fault::NotFound));
    };
    let entry = entry.about(patient.id().0);
    let newest = store::newest(&mut tx, journey).await?;
    let outcome = if newest.map(|newest| newest.id) == seen {
        found
            .progress(newest.as_ref(), Asker::Patient, now, patient.zone())
            .map_err(NotMoved::Refused)
    } else {
        Err(NotMoved::Stale)
    };
    let progress = match outcome {
        Ok(progress) => progress,
        Err(not_moved) => {
            let why = format!("{:?}", Fault::from(not_moved));
            audit::record(&mut tx, entry.refused().detail(json!({ "why": why }))).await?;
            tx.commit().await?;
            return Err(not_moved);
        }
    };
    let cancelled = notifications::store::cancel_pending_progress(&mut tx, journey.0).await?;
    let reminders = reminders(&found, &progress, language, patient);
    let scheduled =
        notifications::store::schedule_progress(&mut tx, patient.id(), journey.0, &reminders)
            .await?;
    let new = store::NewProgress {
        patient: patient.id(),
        journey,
        actor: act.by,
        seen,
        progress: &progress,
        notification: scheduled.first().copied(),
        now,
    };
    // The lock makes this certain; the constraint would notice if it ever did not.
    let event = store::record_progress(&mut tx, new)
        .await?
        .ok_or(NotMoved::Stale)?;
    let detail = json!({
        "event": event.0, "stage": progress.stage, "completes": progress.completes,
        "cancelled": cancelled, "scheduled": scheduled.len(),
    });
    audit::record(&mut tx, entry.detail(detail)).await?;
    tx.commit().await?;
    Ok(progress)
}

/// What the patient is told, and when: at 09:00 on the due day, and again while the change is owed.
/// The words name neither person nor treatment: they are shown on locked screens.
fn reminders(
    journey: &Journey,
    progress: &Progress,
    language: Language,
    patient: &Patient,
) -> Vec<(String, DateTime<Utc>)> {
    let Some(due) = progress.due else {
        return Vec::new();
    };
    let due_day = local_day(due, patient.zone());
    let lang = language.code();
    REMINDER_DAYS
        .into_iter()
        .map(|late| {
            let content = match (journey.product, late) {
                (Product::Aligners, 0) => t!("reminder.aligners.due", locale = lang),
                (Product::Aligners, _) => t!("reminder.aligners.owed", locale = lang),
                (Product::ClearBraces, 0) => t!("reminder.clear_braces.due", locale = lang),
                (Product::ClearBraces, _) => t!("reminder.clear_braces.owed", locale = lang),
            };
            (
                content.into_owned(),
                due_moment(due_day + Days::new(late), patient.zone()),
            )
        })
        .collect()
}

/// Opens a patient's record for somebody at a desk, which leaves an audit row, as does the attempt on
/// one that is not theirs to see.
///
/// # Errors
/// [`Fault::NotFound`] for a patient outside their scope, as for one who does not exist.
pub async fn open_record(
    db: &mut PgConnection,
    act: &Act,
    scope: Scope,
    patient: UserId,
) -> Result<PatientHead, Fault> {
    let head = store::patient(db, scope, patient).await?;
    let entry = act.entry("patient.read").on("users", patient.0);
    // A number that nobody has cannot stand as a subject.
    let entry = match head {
        Some(_) => entry.about(patient.0),
        None => entry.refused(),
    };
    audit::record(db, entry).await?;
    head.ok_or(Fault::NotFound)
}

/// Records that somebody at a desk read a list of patients.
pub async fn record_listing(
    db: &mut PgConnection,
    act: &Act,
    patients: &[UserId],
) -> Result<(), Fault> {
    let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
    audit::record(
        db,
        act.entry("patient.list").detail(json!({ "patients": ids })),
    )
    .await?;
    Ok(())
}

/// Records that a patient asked for a journey that is not theirs, or not there.
pub async fn record_not_theirs(
    db: &mut PgConnection,
    act: &Act,
    journey: JourneyId,
) -> Result<(), Fault> {
    let mut entry = act
        .entry("journey.read")
        .on("journeys", journey.0)
        .refused();
    entry.subject = store::owner(db, journey).await?.map(|owner| owner.0);
    audit::record(db, entry).await?;
    Ok(())
}
