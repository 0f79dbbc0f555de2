//! What becomes of a report: a dentist sees it, answers it or closes it; its patient closes it.

use super::{record_not_theirs, untell};
use crate::{
    accounts::{Act, Dentist, Participant, Role, UserId},
    audit,
    care::{self, Ability, Scope},
    error::Fault,
    ids::ReportId,
    journeys, messages, notifications,
    reports::{
        Action,
        model::State,
        store::{self, Held},
    },
    ui::Language,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// The most reports that stand before somebody at once.
const SHOWN: usize = 50;

/// A report of a patient assigned to `dentist` today, held until the transaction ends.
async fn reach(
    tx: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: ReportId,
    action: Action,
) -> Result<Option<Held>, sqlx::Error> {
    // In the order in which reports are made: first the journey, with the patient's dentist.
    if let Some(journey) = store::journey_of(tx, report).await? {
        journeys::hold(tx, journey).await?;
        let held = store::held(tx, report).await?;
        if let Some(held) = held
            && care::sees(tx, Scope::from(dentist), Ability::Treat, held.patient).await?
        {
            return Ok(Some(held));
        }
    }
    record_not_theirs(tx, act, report, action).await?;
    Ok(None)
}

/// Notes that the dentist has seen a report, and tells the patient so. False: somebody did before.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report.0))]
pub async fn acknowledge(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let action = Action::Acknowledge;
    let act = act.in_role(Role::Dentist);
    let mut tx = db.begin().await?;
    let Some(held) = reach(&mut tx, dentist, &act, report, action).await? else {
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    let new = !held.seen;
    if new {
        note_seen(&mut tx, &act, &held, now).await?;
    } else {
        let entry = act
            .entry(action)
            .on("reports", report)
            .about(held.patient.0);
        let why = json!({ "why": "seen" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(new)
}

/// The one way in which a report is seen without an answer: noted, the patient told if they still wait, and an audit row of it.
async fn note_seen(
    tx: &mut PgConnection,
    act: &Act,
    held: &Held,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::acknowledge(tx, held.id, act.by, now).await?;
    untell(tx, held.notification.as_slice(), now).await?;
    if held.state.is_open() {
        let language = journeys::held(tx, held.journey)
            .await?
            .map_or_else(Language::default, |(_, patient)| patient.language());
        let template = notifications::Template::ReportSeen;
        let journey = Some(held.journey);
        notifications::tell(tx, held.patient, journey, template, language).await?;
    }
    let entry = act.entry(Action::Acknowledge).on("reports", held.id);
    audit::record(tx, entry.about(held.patient.0)).await
}

/// What stood before a dentist while they decided or wrote has been seen, in the transaction of that: those of a patient's reports
/// that are new. The patient is held, with their dentist, who is the one that acts.
///
/// # Errors
/// While the database is away.
pub async fn see(
    tx: &mut PgConnection,
    act: &Act,
    patient: UserId,
    shown: &[ReportId],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut shown = shown.to_vec();
    shown.sort_unstable();
    shown.dedup();
    // More than ever wait; the form may say anything.
    shown.truncate(SHOWN);
    for report in shown {
        let held = store::held(tx, report).await?;
        let new = held.filter(|held| held.patient == patient && held.state == State::New);
        if let Some(held) = new {
            note_seen(tx, act, &held, now).await?;
        }
    }
    Ok(())
}

/// Why a report was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnswered {
    /// It was answered or closed before.
    Stale,
    Message(messages::NotSent),
}

impl From<Fault> for NotAnswered {
    fn from(fault: Fault) -> Self {
        Self::Message(messages::NotSent::Fault(fault))
    }
}

impl From<sqlx::Error> for NotAnswered {
    fn from(error: sqlx::Error) -> Self {
        Fault::from(error).into()
    }
}

/// What a message to the patient makes of their report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    TheAnswer,
    /// Why it is closed without one.
    WhyClosed,
}

/// Answers a report by a message to the patient, who is told that there is one. The same form sent twice is one answer; with other
/// words it comes too late.
///
/// # Errors
/// [`NotAnswered`]; [`Fault::NotFound`] in it for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report.0))]
pub async fn answer(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: ReportId,
    (body, key): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<(), NotAnswered> {
    let says = Says::TheAnswer;
    say(db, (dentist, act), report, says, (body, key), now).await
}

/// Closes a report that nobody has answered, with a reason that its patient reads as a message. The same form sent twice closes it
/// once.
///
/// # Errors
/// [`NotAnswered`]; [`Fault::NotFound`] in it for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report.0))]
pub async fn close_unanswered(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: ReportId,
    (reason, key): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<(), NotAnswered> {
    let says = Says::WhyClosed;
    say(db, (dentist, act), report, says, (reason, key), now).await
}

async fn say(
    db: &mut PgConnection,
    (dentist, act): (&Dentist, &Act),
    report: ReportId,
    says: Says,
    (body, key): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<(), NotAnswered> {
    let closes = says == Says::WhyClosed;
    let action = match says {
        Says::TheAnswer => Action::Answer,
        Says::WhyClosed => Action::Close,
    };
    let act = act.in_role(Role::Dentist);
    let mut tx = db.begin().await?;
    let Some(held) = reach(&mut tx, dentist, &act, report, action).await? else {
        tx.commit().await?;
        return Err(Fault::NotFound.into());
    };
    let entry = act
        .entry(action)
        .on("reports", report)
        .about(held.patient.0);
    if !held.state.is_open() {
        let said = store::answered_by(&mut tx, report, act.by, key).await?;
        let same = said.is_some_and(|said| said == body.trim());
        if same && (!closes || held.state == State::Closed) {
            return Ok(());
        }
        let why = json!({ "why": "stale" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
        tx.commit().await?;
        return Err(NotAnswered::Stale);
    }
    let sending = messages::Sending {
        journey: held.journey,
        body,
        photos: &[],
        sent: &[],
        dentist: dentist.dentist_id(),
        key,
        heads: &[],
        told: None,
    };
    if let Err(why) = messages::send(&mut tx, Scope::from(dentist), &act, sending, now).await {
        // The refusal's row stays; nothing else was written.
        tx.commit().await?;
        return Err(NotAnswered::Message(why));
    }
    if !store::answer(&mut tx, report, act.by, key, now).await? {
        return Err(NotAnswered::Stale);
    }
    if closes {
        // The message is the report's, as an answer's is; both at one moment say that it was none.
        store::close(&mut tx, report, act.by, now).await?;
    }
    untell(&mut tx, held.notification.as_slice(), now).await?;
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a report: the dentist, who has spoken with the patient; or the patient, whose trouble is over. What no dentist has seen by
/// then stays with them until they have. False: it was closed before.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report.0))]
pub async fn close(
    db: &mut PgConnection,
    participant: &Participant,
    act: &Act,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let action = Action::Close;
    let scope = Scope::from(participant);
    let mut tx = db.begin().await?;
    if let Some(journey) = store::journey_of(&mut tx, report).await? {
        journeys::hold(&mut tx, journey).await?;
    }
    let held = match store::held(&mut tx, report).await? {
        Some(held) if care::sees(&mut tx, scope, Ability::Photos, held.patient).await? => held,
        Some(_) | None => {
            record_not_theirs(&mut tx, act, report, action).await?;
            tx.commit().await?;
            return Err(Fault::NotFound);
        }
    };
    let own = participant.patient() == Some(held.patient);
    let act = act.in_role(if own { Role::Patient } else { Role::Dentist });
    let open = held.state != State::Closed;
    let entry = act
        .entry(action)
        .on("reports", report)
        .about(held.patient.0);
    if open {
        store::close(&mut tx, report, act.by, now).await?;
        if held.seen {
            untell(&mut tx, held.notification.as_slice(), now).await?;
        }
        audit::record(&mut tx, entry).await?;
    } else {
        let why = json!({ "why": "closed" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(open)
}
