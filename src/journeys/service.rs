//! One use case a function, one transaction.

mod again;
mod reading;
mod setup;
mod zone;

pub use reading::{open_record, reach, record_not_theirs};
pub use setup::{NotSetUp, Opening, SettingUp, open_journey, set_aftercare, set_up};
pub use zone::change_zone;

use super::{
    model::{
        Asker, Command, EventId, Journey, JourneyId, Kind, Newest, REMINDER_DAYS, Reason, Refusal,
        Status, Step, due_moment, local_day,
    },
    store::{self, NewEvent, Reached},
};
use crate::{
    accounts::{Act, Participant, Role, UserId},
    audit,
    error::Fault,
    journeys::Action,
    notifications::{self, Template},
    ui::Language,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// What the sender of a form saw: if either is no longer so, the form came too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The newest event; none before the first.
    pub event: Option<EventId>,
    /// How often the plan had been changed.
    pub revision: i32,
}

impl Seen {
    pub fn of(journey: &Journey, newest: Option<EventId>) -> Self {
        Self {
            event: newest,
            revision: journey.revision,
        }
    }

    /// As a form sends it: empty before the first event. `None`: not what Midline's own pages send.
    pub fn read(event: &str, revision: &str) -> Option<Self> {
        Some(Self {
            event: match event {
                "" => None,
                id => Some(EventId(id.parse().ok()?)),
            },
            revision: match revision {
                "" => 0,
                revision => revision.parse().ok()?,
            },
        })
    }

    /// As a form sends it: the newest event, and the revision.
    pub fn written(self) -> (String, String) {
        let event = self.event.map(|id| id.0.to_string()).unwrap_or_default();
        (event, self.revision.to_string())
    }
}

/// Why a journey did not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMoved {
    /// What the sender saw is no longer so.
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

/// What somebody does to a journey.
#[derive(Clone, Copy, Debug)]
pub struct Doing<'a> {
    pub journey: JourneyId,
    pub seen: Seen,
    pub command: Command,
    /// The due day that the sender was shown, if they were: none of another day is kept. Midnight, or a
    /// change of zone, may have come between.
    pub shown: Option<Option<NaiveDate>>,
    /// In the sender's words, with a delay or a pause.
    pub note: Option<&'a str>,
}

/// Moves a journey: the participant's own, or one of a patient whom they treat or look after. Event,
/// counters, notifications and audit row stand or fall together; a refusal leaves its audit row and
/// nothing else. The same form of the same person sent twice moves it once, and is answered twice. `language` is the sender's.
///
/// # Errors
/// [`NotMoved::Stale`], [`NotMoved::Refused`], or [`Fault::NotFound`] for a journey out of reach.
#[tracing::instrument(skip_all, fields(journey.id = doing.journey.0))]
pub async fn act(
    db: &mut PgConnection,
    participant: &Participant,
    act: &Act,
    language: Language,
    doing: Doing<'_>,
    now: DateTime<Utc>,
) -> Result<(), NotMoved> {
    let Doing {
        journey,
        seen,
        command,
        shown,
        note,
    } = doing;
    let mut tx = db.begin().await?;
    let action = match command.kind() {
        Kind::Progress => Action::Progress,
        Kind::Delay => Action::Delay,
        Kind::Pause => Action::Pause,
        Kind::Continue => Action::Continue,
        Kind::StepBack => Action::StepBack,
        Kind::TakeBack => Action::TakeBack,
    };
    let Some((reached, act)) = hold(&mut tx, participant, act, journey, action).await? else {
        tx.commit().await?;
        return Err(NotMoved::Fault(Fault::NotFound));
    };
    let Reached {
        journey: found,
        patient,
        own,
        with_photos: _,
    } = reached;
    let zone = patient.zone();
    let now = store::last_moment(&mut tx, journey)
        .await?
        .map_or(now, |last| last.max(now));
    let entry = act
        .entry(action)
        .on("journeys", journey.0)
        .about(patient.id.0);
    let newest = store::newest(&mut tx, journey).await?;
    let asker = if own { Asker::Patient } else { Asker::Clinic };
    let outcome = if Seen::of(&found, newest.map(|newest| newest.id)) == seen {
        let decided = found.decide(newest.as_ref(), command, asker, local_day(now, zone));
        let decided = match decided {
            // Another treatment has begun since.
            Ok(step) if step.back && is_followed(&mut tx, &found, patient.id).await? => {
                Err(Refusal::Completed)
            }
            decided => decided,
        };
        decided
            .map_err(NotMoved::Refused)
            .and_then(|step| match shown {
                Some(shown) if shown != step.due => Err(NotMoved::Stale),
                _ => Ok(step),
            })
    } else if again::is_done(&mut tx, act.by, &found, &doing, now).await? {
        return Ok(());
    } else {
        Err(NotMoved::Stale)
    };
    let step = match outcome {
        Ok(step) => step,
        Err(not_moved) => {
            let why = match not_moved {
                NotMoved::Refused(refusal) => refusal.name(),
                other => Fault::from(other).name(),
            };
            audit::record(&mut tx, entry.refused().detail(json!({ "why": why }))).await?;
            tx.commit().await?;
            return Err(not_moved);
        }
    };
    let language = if own { language } else { patient.language() };
    let moving = Moving {
        journey: &found,
        patient: patient.id,
        language,
        zone,
        by: act.by,
        entry,
        seen: seen.event,
        command,
        step: &step,
        note,
        now,
    };
    write(&mut tx, moving).await?;
    // What a patient does they know; and when the clinic confirms a change, they have it in their mouth.
    if !own && command.kind() != Kind::Progress {
        tell_change(&mut tx, journey, &patient).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Tells a patient that the clinic has changed their plan; once, for as many changes as come before that has gone out.
async fn tell_change(
    tx: &mut PgConnection,
    journey: JourneyId,
    patient: &store::PatientHead,
) -> Result<(), sqlx::Error> {
    let template = Template::PlanChanged;
    let told = notifications::being_told(tx, patient.id, journey, template).await?;
    if told.is_none() {
        let language = patient.language();
        notifications::tell(tx, patient.id, Some(journey), template, language).await?;
    }
    Ok(())
}

/// An act that the rules allow, as it is written down.
struct Moving<'a> {
    journey: &'a Journey,
    patient: UserId,
    language: Language,
    zone: Tz,
    by: UserId,
    entry: audit::Entry,
    seen: Option<EventId>,
    command: Command,
    step: &'a Step,
    note: Option<&'a str>,
    now: DateTime<Utc>,
}

/// Writes the event, the journey's counters, the cancelled and the new reminders and the audit row, in the transaction
/// in which the journey is held.
async fn write(tx: &mut PgConnection, moving: Moving<'_>) -> Result<EventId, NotMoved> {
    let Moving {
        journey,
        patient,
        language,
        zone,
        by,
        entry,
        seen,
        command,
        step,
        note,
        now,
    } = moving;
    let cancelled = notifications::cancel_pending_progress(tx, journey.id).await?;
    let resume_on = match command {
        Command::Pause { resume_on, .. } => resume_on,
        _ => None,
    };
    let scheduled = match resume_on {
        Some(day) => remind_to_resume(tx, journey, patient, day, zone, language, now).await?,
        None => remind(tx, journey, patient, step.due, zone, language, now).await?,
    };
    let reason = command.reason();
    let new = NewEvent {
        patient,
        journey: journey.id,
        actor: by,
        seen,
        step,
        due: step.due.map(|due| due_moment(due, zone)),
        reason,
        note: note.filter(|_| reason.is_some()),
        resume_on,
        notification: scheduled.first().copied(),
        now,
        zone,
    };
    // The lock makes this certain; the constraint would notice if it ever did not.
    let event = store::record(tx, new).await?.ok_or(NotMoved::Stale)?;
    let detail = json!({
        "event": event.0, "stage": step.stage, "completes": step.completes,
        "cancelled": cancelled, "scheduled": scheduled.len(),
    });
    audit::record(tx, entry.detail(detail)).await?;
    Ok(event)
}

/// What putting off the change of a stage by so many days would come to, today.
///
/// # Errors
/// The refusal of the rules.
pub fn held_for(
    journey: &Journey,
    newest: Option<&Newest>,
    days: i32,
    today: NaiveDate,
) -> Result<Step, Refusal> {
    let command = Command::Delay {
        days,
        reason: Reason::DentistHold,
    };
    journey.decide(newest, command, Asker::Clinic, today)
}

/// Puts off the change of `stage` on behalf of the dentist `by` who looked at its photos, in the transaction in which
/// the journey is held. `None`: the journey has moved on, or nothing is due in it.
///
/// # Errors
/// [`Fault::NotFound`] for a journey that does not exist.
pub async fn put_off(
    tx: &mut PgConnection,
    journey: JourneyId,
    stage: i32,
    days: i32,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<Option<EventId>, Fault> {
    let (found, patient) = store::held(tx, journey).await?.ok_or(Fault::NotFound)?;
    let zone = patient.zone();
    let now = store::last_moment(tx, journey)
        .await?
        .map_or(now, |last| last.max(now));
    let newest = store::newest(tx, journey).await?;
    let step = match held_for(&found, newest.as_ref(), days, local_day(now, zone)) {
        Ok(step) if found.stage == stage => step,
        _ => return Ok(None),
    };
    let command = Command::Delay {
        days,
        reason: Reason::DentistHold,
    };
    let entry = audit::Entry::new(Action::Delay)
        .by(by.0, Role::Dentist.name())
        .on("journeys", journey.0)
        .about(patient.id.0);
    let moving = Moving {
        journey: &found,
        patient: patient.id,
        language: patient.language(),
        zone,
        by,
        entry,
        seen: newest.map(|newest| newest.id),
        command,
        step: &step,
        note: None,
        now,
    };
    Ok(Some(write(tx, moving).await?))
}

/// Holds a journey that the participant may act on, until the transaction ends, and says in which of
/// their roles they do. `None`, with the refusal's audit row: it is not theirs to act on.
async fn hold(
    tx: &mut PgConnection,
    participant: &Participant,
    act: &Act,
    journey: JourneyId,
    action: Action,
) -> Result<Option<(Reached, Act)>, sqlx::Error> {
    let reached = if store::hold(tx, journey).await? {
        store::reach(tx, participant, journey).await?
    } else {
        None
    };
    match reached {
        Some(reached) => {
            let act = act.in_role(participant.role(reached.own));
            Ok(Some((reached, act)))
        }
        None => {
            reading::record_not_theirs(tx, act, journey, action).await?;
            Ok(None)
        }
    }
}

/// Schedules what the patient is told of a change that is due: at 09:00 on the due day, and again while
/// the change is owed; nothing that lies behind `now`. The words name neither person nor treatment:
/// they are shown on locked screens.
pub async fn remind(
    db: &mut PgConnection,
    journey: &Journey,
    patient: UserId,
    due: Option<NaiveDate>,
    zone: Tz,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    let told = (Template::ChangeDue, Template::ChangeOwed);
    match due {
        Some(due) => tell_from(db, journey, patient, (due, told), zone, language, now).await,
        None => Ok(Vec::new()),
    }
}

/// Schedules what a patient who paused is told on the day on which they meant to go on, and again while they have not: as of
/// a change that is due. Whatever moves the journey cancels it.
async fn remind_to_resume(
    db: &mut PgConnection,
    journey: &Journey,
    patient: UserId,
    resume_on: NaiveDate,
    zone: Tz,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    let told = (Template::ResumeDue, Template::ResumeDue);
    tell_from(db, journey, patient, (resume_on, told), zone, language, now).await
}

/// Schedules a message on a day, and another one and three days later.
async fn tell_from(
    db: &mut PgConnection,
    journey: &Journey,
    patient: UserId,
    (day, (first, later)): (NaiveDate, (Template, Template)),
    zone: Tz,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, sqlx::Error> {
    let messages: Vec<_> = REMINDER_DAYS
        .into_iter()
        .map(|late| (late, due_moment(day + Days::new(late), zone)))
        .filter(|(_, moment)| *moment > now)
        .map(|(late, moment)| (if late == 0 { first } else { later }, moment))
        .collect();
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    notifications::schedule_progress(db, patient, journey.id, language, &messages).await
}

/// Whether a treatment that is over cannot go on, because the patient has begun another since.
pub async fn is_followed(
    db: &mut PgConnection,
    journey: &Journey,
    patient: UserId,
) -> Result<bool, sqlx::Error> {
    if journey.status == Status::Active {
        return Ok(false);
    }
    Ok(store::newest_journey(db, patient).await? != Some(journey.id))
}
