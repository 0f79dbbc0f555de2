//! Who reads reports, with an audit row of it.

use super::record_not_theirs;
use crate::{
    accounts::{Act, Dentist, Office, Role, UserId},
    audit,
    care::Scope,
    error::Fault,
    ids::ReportId,
    reports::{Action, store},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

/// A report, for its patient and for the dentist who treats them today. Another's leaves an audit row, as does the attempt.
///
/// # Errors
/// [`Fault::NotFound`] for one out of reach, as for one that does not exist.
pub async fn open(
    db: &mut PgConnection,
    scope: Scope,
    act: &Act,
    report: ReportId,
) -> Result<store::Report, Fault> {
    let action = Action::Read;
    let Some(found) = store::visible(db, report, scope).await? else {
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

/// The row of having read what these patients reported, if there are any.
async fn listed(
    db: &mut PgConnection,
    act: &Act,
    patients: impl Iterator<Item = UserId>,
) -> Result<(), sqlx::Error> {
    let mut patients: Vec<UserId> = patients.collect();
    patients.sort_unstable();
    patients.dedup();
    if patients.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
    let detail = json!({ "patients": ids, "of": "reports" });
    audit::record(db, act.listing(&patients).detail(detail)).await
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
    let open = store::open_of_dentist(db, Scope::from(dentist), None, limit).await?;
    let patients = open.iter().map(|report| report.patient);
    listed(db, &act.in_role(Role::Dentist), patients).await?;
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
    let answered = store::answered_of_dentist(db, Scope::from(dentist), limit).await?;
    let patients = answered.iter().map(|report| report.patient);
    listed(db, &act.in_role(Role::Dentist), patients).await?;
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
    let patients = open.iter().map(|report| report.patient);
    listed(db, act, patients).await?;
    Ok(open)
}
