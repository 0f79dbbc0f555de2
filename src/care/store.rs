//! The SQL of who treats whom, and of a single question whether somebody may be seen.

use super::{Ability, Scope};
use crate::{accounts::UserId, ids::DentistId};
use sqlx::PgConnection;

/// Whether a patient is among those of whom this is open to whoever looks. For what a query cannot ask along: where something is held
/// first, or where a page leads to what others may not open.
///
/// # Errors
/// While the database is away.
pub async fn sees(
    db: &mut PgConnection,
    scope: Scope,
    ability: Ability,
    patient: UserId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from care.seen($1, $2) seen where seen.patient = $3) as "yes!""#,
        ability as Ability,
        scope as Scope,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

/// Who treats a patient today.
///
/// # Errors
/// While the database is away, and for nobody's number.
pub async fn assigned(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<DentistId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select assigned_dentist_id as "dentist: DentistId" from users where id = $1"#,
        patient as UserId
    )
    .fetch_one(db)
    .await
}

/// Assigns a patient to a dentist: the one before sees nothing of them from then on.
///
/// # Errors
/// While the database is away, and for a dentist whom patients could not reach.
pub async fn assign(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set assigned_dentist_id = $2 where id = $1",
        patient as UserId,
        dentist as DentistId,
    )
    .execute(db)
    .await?;
    Ok(())
}
