//! One use case a function, one transaction: reading a thread, writing to it, and sharing what was written before.

use super::{
    BODY, DAILY, PHOTOS,
    heads::{Heads, Written},
    store::{self, New, Thread},
};
use crate::{
    accounts::{self, Act, Patient, Role, UserId},
    audit,
    care::{self, Scope},
    error::Fault,
    ids::{DentistId, MessageId, PhotoId},
    journeys::{self, model::JourneyId},
    messages::Action,
    notifications,
    ui::Language,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// A journey's thread, for its patient and for the dentist assigned to them today.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn open(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    journey: JourneyId,
) -> Result<Thread, Fault> {
    let thread = reach(db, scope, act, journey, Action::Read).await?;
    if !thread.own {
        // Whatever else they are, they read it as the patient's dentist.
        let entry = act.in_role(Role::Dentist).entry(Action::Read);
        let entry = entry.on("journeys", journey.0).about(thread.patient.0);
        audit::record(db, entry).await?;
    }
    Ok(thread)
}

async fn reach(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    journey: JourneyId,
    action: Action,
) -> Result<Thread, Fault> {
    match store::thread(db, journey, scope).await? {
        Some(thread) => Ok(thread),
        None => {
            journeys::service::record_not_theirs(db, act, journey, action).await?;
            Err(Fault::NotFound)
        }
    }
}

/// Notes that what stood on an opened page has been read; what was to tell of that alone need not be sent any more.
///
/// # Errors
/// While the database is away.
pub async fn note_read(
    db: &mut PgConnection,
    thread: &Thread,
    messages: &[MessageId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let mut told = store::read(&mut tx, thread, messages, now).await?;
    if !told.is_empty() {
        // Held first: whoever is about to let it stand for one message more has written that one by then.
        notifications::hold(&mut tx, &told).await?;
        let owed = store::still_owed(&mut tx, &told).await?;
        told.retain(|told| !owed.contains(told));
        notifications::cancel(&mut tx, &told).await?;
        notifications::read_elsewhere(&mut tx, &told, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A message as a form sends it.
pub struct Sending<'a> {
    pub journey: JourneyId,
    pub body: &'a str,
    /// Photos of the journey.
    pub photos: &'a [PhotoId],
    /// What came with the form and becomes photos.
    pub sent: &'a [Uuid],
    /// The dentist whom the sender saw it going to or from.
    pub dentist: DentistId,
    /// The form's own: sent twice, it is one message.
    pub key: Uuid,
    /// What stood at the head of the thread and its dentist had not seen.
    pub heads: &'a [i64],
    /// Who is told of them.
    pub told: Option<Heads>,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    Empty,
    Long,
    /// More photos than go with one message.
    TooManyPhotos,
    /// A photo that is not there, or not any more.
    Photo,
    /// Somebody else treats the patient by now, or nobody.
    OtherDentist,
    /// Enough for a day.
    TooMany,
    /// Another message was sent from the same form before.
    SentBefore,
    /// The form's words had not all come; known to the page alone.
    BrokenOff,
    Fault(Fault),
}

impl From<sqlx::Error> for NotSent {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl NotSent {
    fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Long => "long",
            Self::TooManyPhotos => "too_many_photos",
            Self::Photo => "photo",
            Self::OtherDentist => "other_dentist",
            Self::TooMany => "too_many",
            Self::SentBefore => "sent_before",
            Self::BrokenOff => "broken_off",
            Self::Fault(fault) => fault.name(),
        }
    }
}

/// Sends a message between a patient and their dentist of today.
///
/// # Errors
/// [`NotSent`]; [`Fault::NotFound`] in it for a journey out of reach. Nothing is kept then.
#[tracing::instrument(skip_all, fields(journey.id = sending.journey.0))]
pub async fn send(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    sending: Sending<'_>,
    now: DateTime<Utc>,
) -> Result<(), NotSent> {
    let action = Action::Send;
    let mut tx = db.begin().await?;
    // Held with the patient's dentist, so that none is changed in between.
    journeys::hold(&mut tx, sending.journey).await?;
    let thread = match reach(&mut tx, scope, act, sending.journey, action).await {
        Ok(thread) => thread,
        Err(fault) => {
            tx.commit().await?;
            return Err(NotSent::Fault(fault));
        }
    };
    let role = if thread.own {
        Role::Patient
    } else {
        Role::Dentist
    };
    let act = act.in_role(role);
    let entry = act.entry(action).about(thread.patient.0);
    match keep(&mut tx, &act, &thread, &sending, now).await {
        Ok(Some(message)) => {
            let detail = json!({ "journey": thread.journey.0, "photos": sending.photos.len() + sending.sent.len() });
            audit::record(&mut tx, entry.on("messages", message).detail(detail)).await?;
            if let Some(told) = sending
                .told
                .filter(|_| !thread.own && !sending.heads.is_empty())
            {
                let written = Written {
                    act: &act,
                    patient: thread.patient,
                    heads: sending.heads,
                    now,
                };
                told.written(&mut tx, written).await?;
            }
            tx.commit().await?;
            Ok(())
        }
        Ok(None) => {
            tx.commit().await?;
            Ok(())
        }
        Err(why @ NotSent::Fault(_)) => Err(why),
        Err(why) => {
            tx.rollback().await?;
            let entry = entry.on("journeys", sending.journey.0).refused();
            audit::record(db, entry.detail(json!({ "why": why.name() }))).await?;
            Err(why)
        }
    }
}

/// Whether there is nothing to see: spaces, and the signs that take none or show none.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
    })
}

/// The message's id; none if it came before.
async fn keep(
    tx: &mut PgConnection,
    act: &Act,
    thread: &Thread,
    sending: &Sending<'_>,
    now: DateTime<Utc>,
) -> Result<Option<MessageId>, NotSent> {
    let body = sending.body.trim();
    match store::came(tx, thread, act.by, sending.key).await? {
        Some(came) if came.body == body => return add(tx, thread, &came, sending).await,
        Some(_) => return Err(NotSent::SentBefore),
        None => {}
    }
    if is_blank(body) {
        return Err(NotSent::Empty);
    }
    if body.chars().count() > BODY {
        return Err(NotSent::Long);
    }
    if sending.photos.len() + sending.sent.len() > PHOTOS {
        return Err(NotSent::TooManyPhotos);
    }
    let Some(dentist) = thread.dentist.filter(|dentist| *dentist == sending.dentist) else {
        return Err(NotSent::OtherDentist);
    };
    if store::written_since(tx, thread, act.by, now - TimeDelta::hours(24)).await? >= DAILY {
        return Err(NotSent::TooMany);
    }
    let notification = if thread.own {
        None
    } else {
        Some(tell(tx, thread).await?)
    };
    let new = New {
        dentist,
        author: act.by,
        body,
        key: sending.key,
        notification,
        now,
    };
    let Some(message) = store::write(tx, thread, new).await? else {
        return Ok(None);
    };
    let attached = store::attach(tx, thread, message, sending.photos).await?;
    if usize::try_from(attached) != Ok(sending.photos.len()) {
        return Err(NotSent::Photo);
    }
    if !sending.sent.is_empty() {
        store::attach_sent(tx, thread, message, sending.sent).await?;
    }
    Ok(Some(message))
}

/// What a form brings that comes again with the same words goes with the message that it was: photos, as many as there is room for.
async fn add(
    tx: &mut PgConnection,
    thread: &Thread,
    came: &store::Came,
    sending: &Sending<'_>,
) -> Result<Option<MessageId>, NotSent> {
    let there = store::attached(tx, came.id).await?;
    let mut chosen = sending.photos.to_vec();
    chosen.retain(|photo| !there.contains(photo));
    let room = usize::try_from(came.photos).map_or(0, |there| PHOTOS.saturating_sub(there));
    if chosen.len() > room {
        return Err(NotSent::TooManyPhotos);
    }
    store::attach(tx, thread, came.id, &chosen).await?;
    let room = room - chosen.len();
    let more = &sending.sent[..room.min(sending.sent.len())];
    if !more.is_empty() {
        store::attach_sent(tx, thread, came.id, more).await?;
    }
    Ok(None)
}

/// Tells the patient that there is a message; once, for as many as come before that has gone out.
async fn tell(tx: &mut PgConnection, thread: &Thread) -> Result<i64, sqlx::Error> {
    if let Some(told) = store::being_told(tx, thread).await? {
        return Ok(told);
    }
    let language = thread
        .language
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_default();
    notifications::tell(
        tx,
        thread.patient,
        Some(thread.journey),
        notifications::Template::Message,
        language,
    )
    .await
}

/// Lets the patient's dentist of today read all that was written before, on every journey. False: it is another dentist than the
/// patient saw.
///
/// # Errors
/// While the database is away.
pub async fn share(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    dentist: DentistId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    let entry = act
        .entry(Action::Share)
        .about(patient.id().0)
        .on("dentists", dentist.0);
    accounts::hold(&mut tx, patient.id()).await?;
    let theirs = care::assigned(&mut tx, patient.id()).await? == Some(dentist);
    if theirs {
        share_all(&mut tx, patient.id(), dentist, now).await?;
        audit::record(&mut tx, entry).await?;
    } else {
        let why = json!({ "why": "other_dentist" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(theirs)
}

/// The same in somebody else's transaction, who has seen that the patient wishes it.
///
/// # Errors
/// While the database is away.
pub async fn share_all(
    tx: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    match store::last_kept_from(tx, patient, dentist).await? {
        Some(up_to) => store::share(tx, patient, dentist, up_to, now).await,
        None => Ok(()),
    }
}
