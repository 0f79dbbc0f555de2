//! How a report comes to be, and who is told of it.

use super::{language, untell};
use crate::{
    accounts::{Act, Patient, Role, UserId},
    audit,
    error::Fault,
    ids::{PhotoId, ReportId},
    journeys::{self, model::JourneyId},
    notifications,
    platform::jobs,
    practices,
    reports::{
        Action,
        model::{DAILY, Kind, NOTE, PHOTOS},
        store::{self, New},
        worker::TellStaff,
    },
    ui::is_blank,
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
    pub photos: &'a [PhotoId],
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
) -> Result<ReportId, NotReported> {
    let action = Action::Create;
    let act = act.in_role(Role::Patient);
    let mut tx = db.begin().await?;
    // Held with the patient's dentist, so that none is changed in between.
    let found = if journeys::hold(&mut tx, reporting.journey).await? {
        journeys::held(&mut tx, reporting.journey).await?
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
    let treating = practices::treating(&mut tx, patient.id()).await?;
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
    let treating = practices::treating(tx, patient).await?;
    let told = tell_dentist(tx, treating.as_ref()).await?;
    let staff_at = treating.map_or(now, |treating| treating.staff_hear(now));
    let reports: Vec<ReportId> = open.iter().map(|(report, _)| *report).collect();
    store::renew(tx, &reports, told, staff_at).await?;
    for report in reports {
        jobs::add_at(tx, &TellStaff { report }, staff_at).await?;
        let entry = act.entry(Action::HandOver).on("reports", report);
        audit::record(tx, entry.about(patient.0)).await?;
    }
    Ok(())
}

/// Tells staff of a report that nobody has seen in time. Called again, it finds that done.
///
/// # Errors
/// While the database is away.
#[tracing::instrument(skip_all, fields(report.id = report.0))]
pub async fn tell_staff(
    db: &mut PgConnection,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let Some(held) = store::held(&mut tx, report).await? else {
        return Ok(());
    };
    // Not before its time: that begins anew with another dentist.
    if held.seen || held.staff_told || held.staff_at > now {
        return Ok(());
    }
    let staff = store::staff(&mut tx).await?;
    for (person, code) in &staff {
        let template = notifications::Template::ReportWaiting;
        notifications::tell(&mut tx, *person, None, template, language(code.as_deref())).await?;
    }
    store::staff_told(&mut tx, report, now).await?;
    let entry = audit::Entry::new(Action::TellStaff)
        .on("reports", report)
        .about(held.patient.0)
        .detail(json!({ "staff": staff.len() }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
