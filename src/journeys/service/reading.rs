//! Opening records. Whoever opens another's leaves an audit row, as does the attempt on one that is not
//! theirs to see.

use crate::{
    accounts::{self, Act, Participant, UserId},
    audit,
    care::Scope,
    error::Fault,
    journeys::{
        Action,
        model::JourneyId,
        store::{self, PatientHead, Reached},
    },
};
use sqlx::PgConnection;

/// Opens a patient's record for somebody at a desk.
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
    let entry = act
        .entry(accounts::Action::ReadPatient)
        .on("users", patient.0);
    let entry = match head {
        Some(_) => entry.about(patient.0),
        // A number that nobody has cannot stand as a subject.
        None if store::is_somebody(db, patient).await? => entry.about(patient.0).refused(),
        None => entry.refused(),
    };
    audit::record(db, entry).await?;
    head.ok_or(Fault::NotFound)
}

/// A journey that the participant may see, for a page of it.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn reach(
    db: &mut PgConnection,
    participant: &Participant,
    act: &Act,
    journey: JourneyId,
) -> Result<Reached, Fault> {
    let Some(reached) = store::reach(db, participant, journey).await? else {
        record_not_theirs(db, act, journey, Action::Read).await?;
        return Err(Fault::NotFound);
    };
    if !reached.own {
        let entry = act
            .in_role(participant.role(false))
            .entry(Action::Read)
            .on("journeys", journey.0)
            .about(reached.patient.id.0);
        audit::record(db, entry).await?;
    }
    Ok(reached)
}

/// Records that somebody asked for a journey that is not theirs, or not there.
pub async fn record_not_theirs(
    db: &mut PgConnection,
    act: &Act,
    journey: JourneyId,
    action: impl Into<audit::Action>,
) -> Result<(), sqlx::Error> {
    let mut entry = act.entry(action).on("journeys", journey.0).refused();
    entry.subject = store::owner(db, journey).await?.map(|owner| owner.0);
    audit::record(db, entry).await
}
