//! What a clinic sets up. Each needs a desk, which only those have who are a dentist or work at the
//! clinic, and a patient whom they may act for.

use super::{Seen, again, hold, tell_change};
use crate::{
    accounts::{self, Act, AtDesk, UserId},
    audit,
    care::Scope,
    error::Fault,
    journeys::{
        Action,
        model::{
            Aftercare, INTERVAL_DAYS, Journey, JourneyId, Product, STAGES, Setup, SetupRefusal,
            Status,
        },
        store::{self, ChangeType, NewChange, Reached},
    },
    notifications,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// Why nothing was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSetUp {
    Stale,
    Refused(SetupRefusal),
    /// The patient has an active journey.
    HasActive,
    /// A journey of this status cannot have that.
    Aftercare,
    Fault(Fault),
}

impl From<sqlx::Error> for NotSetUp {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl NotSetUp {
    fn name(self) -> &'static str {
        match self {
            Self::Stale => Fault::Stale.name(),
            Self::Refused(SetupRefusal::Stages { .. }) => "stages",
            Self::Refused(SetupRefusal::Interval) => "interval",
            Self::Refused(SetupRefusal::Unchanged) => "unchanged",
            Self::Refused(SetupRefusal::Completed) => "completed",
            Self::HasActive => "has_active",
            Self::Aftercare => "aftercare",
            Self::Fault(fault) => fault.name(),
        }
    }
}

/// What a clinic asks for of a journey.
#[derive(Clone, Copy, Debug)]
pub struct SettingUp<'a> {
    pub journey: JourneyId,
    pub seen: Seen,
    pub setup: Setup,
    pub note: Option<&'a str>,
}

/// Gives a journey other numbers from its next stage on, or ends it before its last one, and with it what
/// it would have reminded of. The same form of the same person sent twice does it once, and is answered twice.
///
/// # Errors
/// [`NotSetUp`]; [`Fault::NotFound`] in it for a journey out of reach.
#[tracing::instrument(skip_all, fields(journey.id = setting_up.journey.0))]
pub async fn set_up(
    db: &mut PgConnection,
    by: &AtDesk,
    act: &Act,
    setting_up: SettingUp<'_>,
    now: DateTime<Utc>,
) -> Result<(), NotSetUp> {
    let SettingUp {
        journey,
        seen,
        setup,
        note,
    } = setting_up;
    let (action, change_type) = match setup {
        Setup::Revise { .. } => (Action::Revise, ChangeType::Revised),
        Setup::End => (Action::End, ChangeType::Ended),
    };
    let mut tx = db.begin().await?;
    let Some((reached, act)) = at_desk(&mut tx, by, act, journey, action).await? else {
        tx.commit().await?;
        return Err(NotSetUp::Fault(Fault::NotFound));
    };
    let Reached {
        journey: found,
        patient,
        ..
    } = reached;
    let entry = act
        .entry(action)
        .on("journeys", journey.0)
        .about(patient.id.0);
    let newest = store::newest(&mut tx, journey).await?;
    let now = store::last_moment(&mut tx, journey)
        .await?
        .map_or(now, |last| last.max(now));
    let outcome = if Seen::of(&found, newest.map(|newest| newest.id)) == seen {
        found.set_up(setup).map_err(NotSetUp::Refused)
    } else if again::is_set_up(&mut tx, act.by, &setting_up, now).await? {
        return Ok(());
    } else {
        Err(NotSetUp::Stale)
    };
    let changed = match outcome {
        Ok(changed) => changed,
        Err(not) => {
            let detail = json!({ "why": not.name() });
            audit::record(&mut tx, entry.refused().detail(detail)).await?;
            tx.commit().await?;
            return Err(not);
        }
    };
    let new = NewChange {
        patient: patient.id,
        journey: &changed,
        change_type,
        actor: act.by,
        note,
        now,
        zone: patient.zone(),
    };
    if !store::record_change(&mut tx, new).await? {
        return Err(NotSetUp::Stale);
    }
    let cancelled = match change_type {
        ChangeType::Ended => notifications::cancel_pending_progress(&mut tx, journey).await?,
        ChangeType::Opened | ChangeType::Revised => 0,
    };
    let detail = json!({
        "revision": changed.revision, "stage": found.stage, "cancelled": cancelled,
        "stages": [found.total, changed.total], "interval_days": [found.interval_days, changed.interval_days],
    });
    audit::record(&mut tx, entry.detail(detail)).await?;
    tell_change(&mut tx, journey, &patient).await?;
    tx.commit().await?;
    Ok(())
}

/// A journey that somebody may set up, held: their own treatment is not theirs to set up.
async fn at_desk(
    tx: &mut PgConnection,
    by: &AtDesk,
    act: &Act,
    journey: JourneyId,
    action: Action,
) -> Result<Option<(Reached, Act)>, sqlx::Error> {
    let held = hold(tx, by.participant(), act, journey, action).await?;
    match held {
        Some((reached, act)) if reached.own => {
            super::reading::record_not_theirs(tx, &act, journey, action).await?;
            Ok(None)
        }
        held => Ok(held),
    }
}

/// Notes where the patient stands with the clinic's care; `seen` is where they stood when the form was
/// opened.
///
/// # Errors
/// [`NotSetUp`]; [`Fault::NotFound`] in it for a journey out of reach.
pub async fn set_aftercare(
    db: &mut PgConnection,
    by: &AtDesk,
    act: &Act,
    journey: JourneyId,
    (seen, aftercare): (Option<Aftercare>, Option<Aftercare>),
) -> Result<(), NotSetUp> {
    let action = Action::Aftercare;
    let mut tx = db.begin().await?;
    let Some((reached, act)) = at_desk(&mut tx, by, act, journey, action).await? else {
        tx.commit().await?;
        return Err(NotSetUp::Fault(Fault::NotFound));
    };
    let entry = act
        .entry(action)
        .on("journeys", journey.0)
        .about(reached.patient.id.0);
    let found = reached.journey;
    let possible =
        aftercare.is_none_or(|wanted| Aftercare::of(found.status).any(|each| each == wanted));
    if found.aftercare != seen && found.aftercare == aftercare {
        // So it is already, as when the form comes twice.
        return Ok(());
    }
    let not = if found.aftercare != seen {
        Some(NotSetUp::Stale)
    } else if !possible {
        Some(NotSetUp::Aftercare)
    } else {
        None
    };
    if let Some(not) = not {
        let detail = json!({ "why": not.name() });
        audit::record(&mut tx, entry.refused().detail(detail)).await?;
        tx.commit().await?;
        return Err(not);
    }
    store::set_aftercare(&mut tx, journey, aftercare).await?;
    let detail = json!({
        "from": found.aftercare.map(Aftercare::code), "to": aftercare.map(Aftercare::code),
    });
    audit::record(&mut tx, entry.detail(detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// A journey to be opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The patient's newest journey that the sender saw: a form that was sent twice opens one.
    pub seen: Option<JourneyId>,
    pub product: Product,
    pub total: i32,
    pub interval_days: i32,
}

/// Opens a journey for a patient who has no active one. The same form of the same person sent twice opens one.
///
/// # Errors
/// [`NotSetUp`]; [`Fault::NotFound`] in it for a patient out of scope.
pub async fn open_journey(
    db: &mut PgConnection,
    by: &AtDesk,
    act: &Act,
    patient: UserId,
    opening: Opening,
    now: DateTime<Utc>,
) -> Result<JourneyId, NotSetUp> {
    let Opening {
        seen,
        product,
        total,
        interval_days,
    } = opening;
    let action = Action::Open;
    let mut tx = db.begin().await?;
    // Who may, and where the patient is, stay so until it is done.
    if store::is_somebody(&mut tx, patient).await? {
        accounts::hold(&mut tx, patient).await?;
    }
    // Nobody opens their own.
    let found = match patient == act.by {
        true => None,
        false => store::patient(&mut tx, Scope::from(by.desk()), patient).await?,
    };
    let Some(head) = found else {
        let mut entry = act.entry(action).on("users", patient.0).refused();
        entry.subject = store::is_somebody(&mut tx, patient)
            .await?
            .then_some(patient.0);
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        return Err(NotSetUp::Fault(Fault::NotFound));
    };
    let entry = act.entry(action).about(patient.0);
    let newest = store::newest_journey(&mut tx, patient).await?;
    if let Some(newest) = newest.filter(|_| newest != seen)
        && again::is_opened(&mut tx, act.by, newest, &opening, now).await?
    {
        return Ok(newest);
    }
    let outcome = if !STAGES.contains(&total) {
        Err(NotSetUp::Refused(SetupRefusal::Stages {
            least: *STAGES.start(),
        }))
    } else if !INTERVAL_DAYS.contains(&interval_days) {
        Err(NotSetUp::Refused(SetupRefusal::Interval))
    } else if newest != seen {
        Err(NotSetUp::HasActive)
    } else {
        store::open(&mut tx, patient, product, total, interval_days, now)
            .await?
            .ok_or(NotSetUp::HasActive)
    };
    let id = match outcome {
        Ok(id) => id,
        Err(not) => {
            let entry = entry.on("users", patient.0).refused();
            audit::record(&mut tx, entry.detail(json!({ "why": not.name() }))).await?;
            tx.commit().await?;
            return Err(not);
        }
    };
    let journey = Journey {
        id,
        product,
        status: Status::Active,
        stage: 0,
        total,
        interval_days,
        started_on: None,
        aftercare: None,
        revision: 0,
        wear: product == Product::Aligners,
    };
    let new = NewChange {
        patient,
        journey: &journey,
        change_type: ChangeType::Opened,
        actor: act.by,
        note: None,
        now,
        zone: head.zone(),
    };
    if !store::record_change(&mut tx, new).await? {
        return Err(NotSetUp::Stale);
    }
    let detail =
        json!({ "stages": total, "interval_days": interval_days, "product": product.code() });
    audit::record(&mut tx, entry.on("journeys", id.0).detail(detail)).await?;
    tx.commit().await?;
    Ok(id)
}
