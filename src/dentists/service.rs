//! One use case a function, one transaction: asking for another dentist, withdrawing that, answering it.

use super::{
    model::{Answer, Status},
    store::{self, Closing, OpenWish},
};
use crate::{
    accounts::{self, Act, Desk, Patient, Role},
    audit, care,
    dentists::Action,
    error::Fault,
    ids::DentistId,
    messages, notifications,
    platform::clock::SAME_TAP,
    reports,
    ui::Language,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// Whether a wish that is open is exactly what is asked for, a moment ago.
fn is_asked(
    open: &OpenWish,
    to: DentistId,
    said: (Option<&str>, bool),
    now: DateTime<Utc>,
) -> bool {
    open.to == to
        && (open.reason.as_deref(), open.share_messages) == said
        && now - open.created < SAME_TAP
}

/// Whether a change was closed a moment ago just as `closing` would.
async fn is_closed(db: &mut PgConnection, closing: &Closing<'_>) -> Result<bool, sqlx::Error> {
    let closed = store::closed(db, closing.change).await?;
    Ok(closed.is_some_and(|closed| {
        closed.status == closing.status
            && closed.by == closing.by
            && closed.note.as_deref() == closing.note
            && closing.now - closed.at < SAME_TAP
    }))
}

/// Why a change was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// One is open.
    Pending,
    /// The dentist does not accept new patients.
    NotAccepting,
    /// Patients could not reach the dentist: there is no practice yet, or it has no hours.
    NotReachable,
    /// It is the patient's dentist already.
    Same,
    Fault(Fault),
}

impl NotAsked {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::NotAccepting => "not_accepting",
            Self::NotReachable => "not_reachable",
            Self::Same => "same",
            Self::Fault(fault) => fault.name(),
        }
    }
}

impl From<sqlx::Error> for NotAsked {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Asks for another dentist. The same form sent twice asks once, and is answered twice.
///
/// # Errors
/// [`NotAsked`]; [`Fault::NotFound`] in it for a dentist who does not exist.
#[tracing::instrument(skip_all, fields(dentist.id = to.0))]
pub async fn ask(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    to: DentistId,
    (reason, share_messages): (Option<&str>, bool),
    now: DateTime<Utc>,
) -> Result<i64, NotAsked> {
    let mut tx = db.begin().await?;
    // The patient first, then their changes: everything here takes them in this order.
    accounts::hold(&mut tx, patient.id()).await?;
    let Some(dentist) = store::dentist(&mut tx, to).await? else {
        let entry = act.entry(Action::Ask).on("dentists", to.0);
        audit::record(&mut tx, entry.about(patient.id().0).refused()).await?;
        tx.commit().await?;
        return Err(NotAsked::Fault(Fault::NotFound));
    };
    let said = (reason, share_messages);
    let open = store::open_wish(&mut tx, patient.id()).await?;
    if let Some(open) = open.filter(|open| is_asked(open, to, said, now)) {
        return Ok(open.id);
    }
    let current = store::of_patient(&mut tx, patient.id()).await?;
    let asked = if current.is_some_and(|current| current.id == to) {
        Err(NotAsked::Same)
    } else if !dentist.accepting || dentist.user.is_none_or(|user| user == patient.id()) {
        Err(NotAsked::NotAccepting)
    } else if !dentist.reachable {
        Err(NotAsked::NotReachable)
    } else {
        let asked = store::ask(&mut tx, patient.id(), to, said, now).await?;
        asked.ok_or(NotAsked::Pending)
    };
    let entry = act
        .entry(Action::Ask)
        .about(patient.id().0)
        .on("dentists", to.0);
    let entry = match asked {
        Ok(change) => entry
            .on("dentist_changes", change)
            .detail(json!({ "dentist": to, "share_messages": share_messages })),
        Err(why) => entry.refused().detail(json!({ "why": why.name() })),
    };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    asked
}

/// Takes a wish back; once, however often the form is sent. False: it was answered before.
///
/// # Errors
/// [`Fault::NotFound`] for another's, as for one that does not exist.
#[tracing::instrument(skip_all, fields(change.id = change))]
pub async fn withdraw(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    change: i64,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    accounts::hold(&mut tx, patient.id()).await?;
    let entry = act.entry(Action::Withdraw).on("dentist_changes", change);
    let head = store::head(&mut tx, change).await?;
    let subject = head.as_ref().map(|head| head.patient.0);
    let Some(head) = head.filter(|head| head.patient == patient.id()) else {
        let entry = audit::Entry { subject, ..entry };
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    let closing = Closing {
        change,
        patient: head.patient,
        status: Status::Withdrawn,
        by: act.by,
        note: None,
        now,
    };
    if is_closed(&mut tx, &closing).await? {
        return Ok(true);
    }
    let closed = store::close(&mut tx, closing).await?;
    let entry = entry.about(head.patient.0);
    let entry = if closed { entry } else { entry.refused() };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(closed)
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Kept,
    /// The change was answered otherwise, or withdrawn, before.
    Late,
    /// Nobody comes to a dentist whom patients could not reach: there is no practice yet, or it has no hours.
    NotReachable,
}

/// Answers a change: those who work for the clinic any, a dentist those that ask for them. An approval moves the patient. The same
/// form sent twice answers once.
///
/// # Errors
/// [`Fault::NotFound`] for one that is not theirs to answer, as for one that does not exist.
#[tracing::instrument(skip_all, fields(change.id = change))]
pub async fn answer(
    db: &mut PgConnection,
    desk: &Desk,
    act: &Act,
    change: i64,
    (answer, note): (Answer, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Answered, Fault> {
    let mut tx = db.begin().await?;
    let head = store::head(&mut tx, change).await?;
    let role = match desk {
        Desk::Dentist(_) => Role::Dentist,
        Desk::Office(_) => act.role,
    };
    let act = act.in_role(role);
    let entry = act.entry(answer.action()).on("dentist_changes", change);
    let reachable = |to: DentistId| match desk {
        Desk::Dentist(dentist) => dentist.dentist_id() == to,
        Desk::Office(_) => true,
    };
    // Nobody answers what they asked for themselves.
    let subject = head.as_ref().map(|head| head.patient.0);
    let head = head.filter(|head| reachable(head.to) && head.patient != act.by);
    let Some(head) = head else {
        let entry = audit::Entry { subject, ..entry };
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    accounts::hold(&mut tx, head.patient).await?;
    let open = answer == Answer::Approve && store::has_open(&mut tx, head.patient).await?;
    if open && !store::hold_reachable(&mut tx, head.to).await? {
        let why = json!({ "why": "not_reachable" });
        audit::record(&mut tx, entry.about(head.patient.0).refused().detail(why)).await?;
        tx.commit().await?;
        return Ok(Answered::NotReachable);
    }
    let closing = Closing {
        change,
        patient: head.patient,
        status: answer.status(),
        by: act.by,
        note,
        now,
    };
    if is_closed(&mut tx, &closing).await? {
        return Ok(Answered::Kept);
    }
    let closed = store::close(&mut tx, closing).await?;
    let entry = entry.about(head.patient.0);
    if closed {
        if answer == Answer::Approve {
            care::assign(&mut tx, head.patient, head.to).await?;
            reports::hand_over(&mut tx, &act, head.patient, now).await?;
            if head.share_messages {
                messages::share_all(&mut tx, head.patient, head.to, now).await?;
                let entry = act.entry(messages::Action::Share).on("dentists", head.to.0);
                audit::record(&mut tx, entry.about(head.patient.0)).await?;
            }
        }
        let language = head
            .language
            .as_deref()
            .and_then(Language::from_code)
            .unwrap_or_default();
        let told = notifications::tell(
            &mut tx,
            head.patient,
            None,
            notifications::Template::DentistChange,
            language,
        )
        .await?;
        store::told(&mut tx, change, told).await?;
        let detail = json!({ "dentist": head.to, "share_messages": head.share_messages });
        audit::record(&mut tx, entry.detail(detail)).await?;
    } else {
        let why = json!({ "why": "closed" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(if closed {
        Answered::Kept
    } else {
        Answered::Late
    })
}
