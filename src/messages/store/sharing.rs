//! Which dentist may read what was written to or by others.

use crate::{
    accounts::UserId,
    ids::{DentistId, MessageId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The last message of a patient's, on whatever journey, that the dentist assigned to them may not read.
pub async fn last_kept_from(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
) -> Result<Option<MessageId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select m.id as "id: MessageId" from messages m where m.user_id = $1 and m.dentist_id <> $2
           and m.id > coalesce((select max(up_to_id) from message_shares where user_id = $1 and dentist_id = $2), 0)
         order by m.id desc limit 1"#,
        patient as UserId,
        dentist as DentistId,
    )
    .fetch_optional(db)
    .await
}

/// Whether a patient shared messages with a dentist since a moment.
pub async fn shared_since(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
    since: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from message_shares
             where user_id = $1 and dentist_id = $2 and shared_at > $3) as "yes!""#,
        patient as UserId,
        dentist as DentistId,
        since,
    )
    .fetch_one(db)
    .await
}

/// Lets a dentist read a patient's messages up to one, whoever they were written to or by.
pub async fn share(
    db: &mut PgConnection,
    patient: UserId,
    dentist: DentistId,
    up_to: MessageId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into message_shares (user_id, dentist_id, up_to_id, shared_at) values ($1, $2, $3, $4) on conflict do nothing",
        patient as UserId,
        dentist as DentistId,
        up_to as MessageId,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
