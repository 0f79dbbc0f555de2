//! One use case a function, one transaction: reporting, acknowledging, answering, closing, and telling staff of what nobody has
//! seen.

use super::{
    model::{DAILY, Kind, NOTE, PHOTOS, State},
    store::{self, Held, New},
    worker::TellStaff,
};
use crate::{
    accounts::{Act, Dentist, Office, Participant, Patient, Role, UserId},
    audit,
    error::Fault,
    journeys::{self, model::JourneyId},
    messages, notifications,
    photos::store::Viewer,
    platform::jobs,
    practices,
    ui::{Language, is_blank},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// A report as a form sends it.
pub struct Reporting<'a> {
    pub journey: JourneyId,
    pub kind: Kind,
    pub note: &'a str,
    /// Photos of the journey.
    pub photos: &'a [i64],
    /// What was sent with the form: photos to be, each named by its token.
    pub sent: &'a [Uuid],
    /// The form's own: sent twice, it is one report.
    pub key: Uuid,
}

/// Why nothing was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReported {
    Long,
    /// More photos than go with one report.
    TooManyPhotos,
    /// Enough for a day.
    TooMany,
    /// Something else was reported by the same form before.
    SentBefore,
    /// The form's words had not all come; known to the page alone.
    BrokenOff,
    Fault(Fault),
}

impl From<sqlx::Error> for NotReported {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl NotReported {
    fn name(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::TooManyPhotos => "too_many_photos",
            Self::TooMany => "too_many",
            Self::SentBefore => "sent_before",
            Self::BrokenOff => "broken_off",
            Self::Fault(fault) => fault.name(),
        }
    }
}

/// Reports what is wrong, and tells the dentist. Answers the report's id; that of the first, if the form comes again.
///
/// # Errors
/// [`NotReported`]; [`Fault::NotFound`] in it for a journey that is not the patient's own.
#[tracing::instrument(skip_all, fields(journey.id = reporting.journey.0))]
pub async fn report(
    db: &mut PgConnection,
    patient: &Patient,
    act: &Act,
    reporting: Reporting<'_>,
    now: DateTime<Utc>,
) -> Result<i64, NotReported> {
    let action = "report.create";
    let act = act.in_role(Role::Patient);
    let mut tx = db.begin().await?;
    // Held with the patient's dentist, so that none is changed in between.
    let found = if journeys::store::hold(&mut tx, reporting.journey).await? {
        journeys::store::held(&mut tx, reporting.journey).await?
    } else {
        None
    };
    let Some((journey, _)) = found.filter(|(_, head)| head.id == patient.id()) else {
        journeys::service::record_not_theirs(&mut tx, &act, reporting.journey, action).await?;
        tx.commit().await?;
        return Err(NotReported::Fault(Fault::NotFound));
    };
    let entry = act.entry(action).about(patient.id().0);
    let note = reporting.note.trim();
    let written = Some(note).filter(|note| !is_blank(note));
    let came = store::came(&mut tx, patient.id(), reporting.key).await?;
    let wrong = if let Some(came) = came {
        let same = came.journey == reporting.journey
            && came.kind == reporting.kind
            && came.note.as_deref() == written;
        let not = match same {
            true => add(&mut tx, &came, patient.id(), &reporting).await?,
            false => Some(NotReported::SentBefore),
        };
        if not.is_none() {
            tx.commit().await?;
            return Ok(came.id);
        }
        not
    } else if note.chars().count() > NOTE {
        Some(NotReported::Long)
    } else if reporting.photos.len() + reporting.sent.len() > PHOTOS {
        Some(NotReported::TooManyPhotos)
    } else if store::made_since(&mut tx, patient.id(), now - TimeDelta::hours(24)).await? >= DAILY {
        Some(NotReported::TooMany)
    } else {
        None
    };
    if let Some(why) = wrong {
        let entry = entry.on("journeys", reporting.journey.0).refused();
        audit::record(&mut tx, entry.detail(json!({ "why": why.name() }))).await?;
        tx.commit().await?;
        return Err(why);
    }
    let treating = practices::store::treating(&mut tx, patient.id()).await?;
    let told = tell_dentist(&mut tx, treating.as_ref()).await?;
    // Nobody treats the patient: staff hear at once.
    let staff_at = treating.map_or(now, |treating| treating.staff_hear(now));
    let new = New {
        patient: patient.id(),
        journey: reporting.journey,
        stage: journey.stage,
        kind: reporting.kind,
        note: written,
        key: reporting.key,
        notification: told,
        staff_at,
        now,
    };
    // The lock makes this certain.
    let report = store::write(&mut tx, new)
        .await?
        .ok_or(NotReported::Fault(Fault::Stale))?;
    let chosen = store::attach(&mut tx, report, reporting.journey, reporting.photos).await?;
    store::attach_sent(&mut tx, report, patient.id(), reporting.sent).await?;
    jobs::add_at(&mut tx, &TellStaff { report }, staff_at).await?;
    let entry = entry.on("reports", report).detail(json!({
        "journey": reporting.journey.0, "kind": reporting.kind.name(),
        "photos": chosen, "sent": reporting.sent.len(), "notification": told,
    }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(report)
}

/// What a form brings that comes again with the same words goes with the report that it made: while that waits, and as much as there
/// is room for. Answers why not.
async fn add(
    tx: &mut PgConnection,
    came: &store::Came,
    patient: UserId,
    reporting: &Reporting<'_>,
) -> Result<Option<NotReported>, sqlx::Error> {
    let there = store::attached(tx, came.id).await?;
    let mut chosen = reporting.photos.to_vec();
    chosen.retain(|photo| !there.contains(photo));
    let waits = came.state.is_open();
    if !waits {
        // Nobody would look at them there any more.
        return Ok((!chosen.is_empty()).then_some(NotReported::SentBefore));
    }
    let room = usize::try_from(came.photos).map_or(0, |there| PHOTOS.saturating_sub(there));
    if chosen.len() > room {
        return Ok(Some(NotReported::TooManyPhotos));
    }
    store::attach(tx, came.id, came.journey, &chosen).await?;
    let room = room - chosen.len();
    let more = &reporting.sent[..room.min(reporting.sent.len())];
    store::attach_sent(tx, came.id, patient, more).await?;
    Ok(None)
}

/// Tells whoever treats a patient that something was reported; answers how, if they read Midline.
async fn tell_dentist(
    tx: &mut PgConnection,
    treating: Option<&practices::Treating>,
) -> Result<Option<i64>, sqlx::Error> {
    let Some((treating, dentist)) = treating.and_then(|treating| Some((treating, treating.user?)))
    else {
        return Ok(None);
    };
    let language = language(treating.language.as_deref());
    let template = notifications::Template::Report;
    notifications::tell(tx, dentist, None, template, language)
        .await
        .map(Some)
}

/// What waits of a patient's reports is new to the dentist who treats them from now on, in the transaction that assigns them: they
/// are told, and the clinic's time begins anew. What was to tell the former dentist need not be sent any more.
///
/// # Errors
/// While the database is away.
pub async fn hand_over(
    tx: &mut PgConnection,
    act: &Act,
    patient: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let open = store::hold_open(tx, patient).await?;
    if open.is_empty() {
        return Ok(());
    }
    let told: Vec<i64> = open.iter().filter_map(|(_, told)| *told).collect();
    untell(tx, &told, now).await?;
    let treating = practices::store::treating(tx, patient).await?;
    let told = tell_dentist(tx, treating.as_ref()).await?;
    let staff_at = treating.map_or(now, |treating| treating.staff_hear(now));
    let reports: Vec<i64> = open.iter().map(|(report, _)| *report).collect();
    store::renew(tx, &reports, told, staff_at).await?;
    for report in reports {
        jobs::add_at(tx, &TellStaff { report }, staff_at).await?;
        let entry = act.entry("report.hand_over").on("reports", report);
        audit::record(tx, entry.about(patient.0)).await?;
    }
    Ok(())
}

fn language(code: Option<&str>) -> Language {
    code.and_then(Language::from_code).unwrap_or_default()
}

/// A report, for its patient and for the dentist who treats them today. Another's leaves an audit row, as does the attempt.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn open(
    db: &mut PgConnection,
    viewer: Viewer,
    act: &Act,
    report: i64,
) -> Result<store::Report, Fault> {
    let action = "report.read";
    let Some(found) = store::visible(db, report, viewer).await? else {
        record_not_theirs(db, act, report, action).await?;
        return Err(Fault::NotFound);
    };
    if !found.own {
        let entry = act
            .in_role(Role::Dentist)
            .entry(action)
            .on("reports", report);
        audit::record(db, entry.about(found.patient.0)).await?;
    }
    Ok(found)
}

/// What waits for a dentist, for the head of their pages; with an audit row of having seen it.
///
/// # Errors
/// While the database is away.
pub async fn open_of_dentist(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    limit: i64,
) -> Result<Vec<store::Open>, Fault> {
    let open = store::open_of_dentist(db, dentist.dentist_id(), limit).await?;
    let mut patients: Vec<UserId> = open.iter().map(|report| report.patient).collect();
    patients.sort_unstable();
    patients.dedup();
    if !patients.is_empty() {
        let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
        let entry = act.in_role(Role::Dentist).listing(&patients);
        audit::record(
            db,
            entry.detail(json!({ "patients": ids, "of": "reports" })),
        )
        .await?;
    }
    Ok(open)
}

/// What a dentist has answered and nobody has closed, with an audit row of having seen it.
///
/// # Errors
/// While the database is away.
pub async fn answered_of_dentist(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    limit: i64,
) -> Result<Vec<store::Answered>, Fault> {
    let answered = store::answered_of_dentist(db, dentist.dentist_id(), limit).await?;
    let mut patients: Vec<UserId> = answered.iter().map(|report| report.patient).collect();
    patients.sort_unstable();
    patients.dedup();
    if !patients.is_empty() {
        let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
        let entry = act.in_role(Role::Dentist).listing(&patients);
        let detail = json!({ "patients": ids, "of": "reports" });
        audit::record(db, entry.detail(detail)).await?;
    }
    Ok(answered)
}

/// What no dentist has seen within the clinic's time, for those who work for the clinic; with an audit row of having seen it.
///
/// # Errors
/// While the database is away.
pub async fn open_unseen_for_staff(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<store::Unseen>, Fault> {
    let open = store::open_unseen_for_staff(db, now, limit).await?;
    let mut patients: Vec<UserId> = open.iter().map(|report| report.patient).collect();
    patients.sort_unstable();
    patients.dedup();
    if !patients.is_empty() {
        let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
        let entry = act.listing(&patients);
        audit::record(
            db,
            entry.detail(json!({ "patients": ids, "of": "reports" })),
        )
        .await?;
    }
    Ok(open)
}

async fn record_not_theirs(
    db: &mut PgConnection,
    act: &Act,
    report: i64,
    action: &'static str,
) -> Result<(), sqlx::Error> {
    let mut entry = act.entry(action).on("reports", report).refused();
    entry.subject = store::owner(db, report).await?.map(|owner| owner.0);
    audit::record(db, entry).await
}

/// A report of a patient assigned to `dentist` today, held until the transaction ends.
async fn reach(
    tx: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: i64,
    action: &'static str,
) -> Result<Option<Held>, sqlx::Error> {
    // In the order in which reports are made: first the journey, with the patient's dentist.
    if let Some(journey) = store::journey_of(tx, report).await? {
        journeys::store::hold(tx, journey).await?;
        let held = store::held(tx, report).await?;
        if let Some(held) = held.filter(|held| held.dentist == Some(dentist.dentist_id())) {
            return Ok(Some(held));
        }
    }
    record_not_theirs(tx, act, report, action).await?;
    Ok(None)
}

/// What need not be told to a dentist any more.
async fn untell(
    tx: &mut PgConnection,
    told: &[i64],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if !told.is_empty() {
        notifications::store::hold(tx, told).await?;
        notifications::store::cancel(tx, told).await?;
        notifications::store::inbox::read_elsewhere(tx, told, now).await?;
    }
    Ok(())
}

/// Notes that the dentist has seen a report, and tells the patient so. False: somebody did before.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report))]
pub async fn acknowledge(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: i64,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let action = "report.acknowledge";
    let act = act.in_role(Role::Dentist);
    let mut tx = db.begin().await?;
    let Some(held) = reach(&mut tx, dentist, &act, report, action).await? else {
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    let entry = act
        .entry(action)
        .on("reports", report)
        .about(held.patient.0);
    let new = held.state == State::New;
    if new {
        store::acknowledge(&mut tx, report, act.by, now).await?;
        untell(&mut tx, held.notification.as_slice(), now).await?;
        let language = journeys::store::held(&mut tx, held.journey)
            .await?
            .map_or_else(Language::default, |(_, patient)| patient.language());
        let template = notifications::Template::ReportSeen;
        let journey = Some(held.journey.0);
        notifications::tell(&mut tx, held.patient, journey, template, language).await?;
        audit::record(&mut tx, entry).await?;
    } else {
        let why = json!({ "why": "seen" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(new)
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

/// Answers a report by a message to the patient, who is told that there is one. The same form sent twice is one answer; with other
/// words it comes too late.
///
/// # Errors
/// [`NotAnswered`]; [`Fault::NotFound`] in it for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report))]
pub async fn answer(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: i64,
    (body, key): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<(), NotAnswered> {
    let action = "report.answer";
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
    let sending = messages::Sending {
        journey: held.journey,
        body,
        photos: &[],
        sent: &[],
        dentist: dentist.dentist_id(),
        key,
    };
    if !held.state.is_open() {
        let said = store::answered_by(&mut tx, report, act.by, key).await?;
        if said.is_some_and(|said| said == body.trim()) {
            return Ok(());
        }
        let why = json!({ "why": "stale" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
        tx.commit().await?;
        return Err(NotAnswered::Stale);
    }
    let viewer = Viewer {
        id: act.by,
        dentist: Some(dentist.dentist_id()),
    };
    if let Err(why) = messages::send(&mut tx, viewer, &act, sending, now).await {
        // The refusal's row stays; nothing else was written.
        tx.commit().await?;
        return Err(NotAnswered::Message(why));
    }
    if !store::answer(&mut tx, report, act.by, key, now).await? {
        return Err(NotAnswered::Stale);
    }
    untell(&mut tx, held.notification.as_slice(), now).await?;
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a report: the dentist, who has spoken with the patient; or the patient, whose trouble is over. False: it was closed
/// before.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report))]
pub async fn close(
    db: &mut PgConnection,
    participant: &Participant,
    act: &Act,
    report: i64,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let action = "report.close";
    let dentist = participant.desk().and_then(|desk| desk.dentist());
    let mut tx = db.begin().await?;
    if let Some(journey) = store::journey_of(&mut tx, report).await? {
        journeys::store::hold(&mut tx, journey).await?;
    }
    let held = store::held(&mut tx, report).await?;
    let own = held.is_some_and(|held| participant.patient() == Some(held.patient));
    let treats =
        |held: &Held| dentist.is_some_and(|dentist| held.dentist == Some(dentist.dentist_id()));
    let Some(held) = held.filter(|held| own || treats(held)) else {
        record_not_theirs(&mut tx, act, report, action).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    };
    let act = act.in_role(if own { Role::Patient } else { Role::Dentist });
    let open = held.state != State::Closed;
    let entry = act
        .entry(action)
        .on("reports", report)
        .about(held.patient.0);
    if open {
        store::close(&mut tx, report, act.by, now).await?;
        untell(&mut tx, held.notification.as_slice(), now).await?;
        audit::record(&mut tx, entry).await?;
    } else {
        let why = json!({ "why": "closed" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(open)
}

/// Closes a report that nobody has answered, with a reason that its patient reads as a message. The same form sent twice closes it
/// once.
///
/// # Errors
/// [`NotAnswered`]; [`Fault::NotFound`] in it for one out of reach, as for one that does not exist.
#[tracing::instrument(skip_all, fields(report.id = report))]
pub async fn close_unanswered(
    db: &mut PgConnection,
    dentist: &Dentist,
    act: &Act,
    report: i64,
    (reason, key): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<(), NotAnswered> {
    let action = "report.close";
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
        let same = said.is_some_and(|said| said == reason.trim());
        if held.state == State::Closed && same {
            return Ok(());
        }
        let why = json!({ "why": "stale" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
        tx.commit().await?;
        return Err(NotAnswered::Stale);
    }
    let viewer = Viewer {
        id: act.by,
        dentist: Some(dentist.dentist_id()),
    };
    let sending = messages::Sending {
        journey: held.journey,
        body: reason,
        photos: &[],
        sent: &[],
        dentist: dentist.dentist_id(),
        key,
    };
    if let Err(why) = messages::send(&mut tx, viewer, &act, sending, now).await {
        // The refusal's row stays; nothing else was written.
        tx.commit().await?;
        return Err(NotAnswered::Message(why));
    }
    // The message is the report's, as an answer's is; both at one moment say that it was none.
    if !store::answer(&mut tx, report, act.by, key, now).await? {
        return Err(NotAnswered::Stale);
    }
    store::close(&mut tx, report, act.by, now).await?;
    untell(&mut tx, held.notification.as_slice(), now).await?;
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Tells staff of a report that nobody has seen in time. Called again, it finds that done.
///
/// # Errors
/// While the database is away.
#[tracing::instrument(skip_all, fields(report.id = report))]
pub async fn tell_staff(
    db: &mut PgConnection,
    report: i64,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let Some(held) = store::held(&mut tx, report).await? else {
        return Ok(());
    };
    // Not before its time: that begins anew with another dentist.
    if held.state != State::New || held.staff_told || held.staff_at > now {
        return Ok(());
    }
    let staff = store::staff(&mut tx).await?;
    for (person, code) in &staff {
        let template = notifications::Template::ReportWaiting;
        notifications::tell(&mut tx, *person, None, template, language(code.as_deref())).await?;
    }
    store::staff_told(&mut tx, report, now).await?;
    let entry = audit::Entry::new("report.tell_staff")
        .on("reports", report)
        .about(held.patient.0)
        .detail(json!({ "staff": staff.len() }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
