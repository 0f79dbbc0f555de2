//! What waits to be read, and a dentist's list of threads.

use crate::{
    accounts::{Named, UserId},
    care::Scope,
    ids::MessageId,
    journeys::model::{JourneyId, Product},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The journey on which a patient's oldest unread message stands.
pub async fn first_unread(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select journey_id as "id: JourneyId" from messages
           where user_id = $1 and not from_patient and read_at is null order by id limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// A thread in a dentist's list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub journey: JourneyId,
    pub product: Product,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Its newest message, and how that begins.
    pub last: MessageId,
    pub snippet: String,
    pub sent: DateTime<Utc>,
    pub from_patient: bool,
    pub unread: i64,
}

impl Listed {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// The threads of the patients whom somebody treats, those first that were written to last: `limit` of those whose newest message
/// is older than `before`.
pub async fn threads(
    db: &mut PgConnection,
    scope: Scope,
    unread: bool,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"select j.id as "journey: JourneyId", j.product as "product: Product", u.id as "patient: UserId",
                  u.first_name, u.last_name, u.email, m.id as "last: MessageId", left(m.body, 120) as "snippet!",
                  m.sent_at as sent, m.from_patient, waiting.unread as "unread!"
           from users u join journeys j on j.user_id = u.id
           cross join lateral (
             select coalesce(max(s.up_to_id), 0) as up_to from message_shares s
             where s.user_id = u.id and s.dentist_id = ($1::care.scope).dentist) shared
           cross join lateral (
             select m.id, m.sent_at, m.from_patient, m.body from messages m
             where m.journey_id = j.id and (m.dentist_id = ($1::care.scope).dentist or m.id <= shared.up_to)
             order by m.id desc limit 1) m
           cross join lateral (
             select count(*) as unread from messages m
             where m.user_id = u.id and m.journey_id = j.id and m.from_patient and m.read_at is null
               and (m.dentist_id = ($1::care.scope).dentist or m.id <= shared.up_to)) waiting
           join care.seen('treat', $1) mine on mine.patient = u.id
           where m.id < coalesce($3, 9223372036854775807) and (not $2 or waiting.unread > 0)
           order by m.id desc limit $4"#,
        scope as Scope,
        unread,
        before as Option<MessageId>,
        limit,
    )
    .fetch_all(db)
    .await
}
