//! A notification to one patient.

use crate::{
    accounts::{Identity, UserId},
    notifications::{Delivery, Status},
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

/// A patient who can be written to.
#[derive(Clone, Debug)]
pub struct Addressee {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub time_zone: String,
    pub quiet_from: NaiveTime,
    pub quiet_until: NaiveTime,
    pub birth_date: Option<NaiveDate>,
    pub clinic_number: Option<i64>,
    pub postal_code: Option<String>,
}

impl Addressee {
    /// What tells the patient from others of the same name.
    pub fn identity(&self) -> Identity {
        Identity {
            id: self.id,
            birth_date: self.birth_date,
            clinic_number: self.clinic_number,
            postal_code: self.postal_code.clone(),
            email: self.email.clone(),
        }
    }
}

/// A patient, unless their account is closed.
pub async fn addressee(
    db: &mut PgConnection,
    id: UserId,
) -> Result<Option<Addressee>, sqlx::Error> {
    sqlx::query_as!(
        Addressee,
        r#"select id as "id: UserId", first_name, last_name, email, time_zone, quiet_from, quiet_until, birth_date,
                  jarvis_id as clinic_number, postal_code from users u
           where id = $1 and disabled_at is null and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')"#,
        id as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Who somebody is, and whether they are a patient, with a page of their own at the desk.
pub async fn person(db: &mut PgConnection, id: UserId) -> Result<(Identity, bool), sqlx::Error> {
    let row = sqlx::query!(
        r#"select birth_date, jarvis_id as clinic_number, postal_code, email,
                  exists (select from user_roles r where r.user_id = u.id and r.role = 'patient') as "is_patient!"
           from users u where id = $1"#,
        id as UserId,
    )
    .fetch_one(db)
    .await?;
    let identity = Identity {
        id,
        birth_date: row.birth_date,
        clinic_number: row.clinic_number,
        postal_code: row.postal_code,
        email: row.email,
    };
    Ok((identity, row.is_patient))
}

/// What has become of a notification that somebody sent themselves; none, if it is not theirs.
pub async fn test_of(
    db: &mut PgConnection,
    id: i64,
    person: UserId,
) -> Result<Option<(Status, Option<Delivery>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select status as "status: Status", delivery as "delivery: Delivery" from notifications where id = $1 and user_id = $2"#,
        id,
        person as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.status, row.delivery)))
}

/// What writing a notice came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    New(i64),
    /// It was written before, by the same form.
    Before(i64),
    /// The same form wrote another before.
    Other,
}

/// What the provider knows a notice by: made of its form's key and of its patient, so that one key cannot stand for two people; a UUID as
/// the provider wants it (RFC 9562, version 4).
fn key_of(form: Uuid, patient: UserId) -> Uuid {
    let hash = Sha256::new()
        .chain_update(form)
        .chain_update(patient.0.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Writes a notice to a patient, at once or at a local time of theirs; a form's key writes one.
pub async fn write(
    db: &mut PgConnection,
    patient: UserId,
    key: Uuid,
    content: &str,
    wanted: Option<NaiveDateTime>,
) -> Result<Written, sqlx::Error> {
    let key = key_of(key, patient);
    // The patient's row is held, and looked at only then: the same form sent twice at once is seen here by the second.
    sqlx::query!(
        "select from users where id = $1 for no key update",
        patient as UserId
    )
    .fetch_one(&mut *db)
    .await?;
    let known = sqlx::query!(
        r#"select n.id, n.content = $3 and (n.scheduled_for is null) = ($4::timestamp is null)
                  and (n.scheduled_for is null or n.scheduled_for = greatest(n.created_at, local_moment($4, u.time_zone))) as "same!"
           from notifications n join users u on u.id = n.user_id
           where n.user_id = $1 and n.idempotency_key = $2"#,
        patient as UserId,
        key,
        content,
        wanted,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(known) = known {
        return Ok(if known.same {
            Written::Before(known.id)
        } else {
            Written::Other
        });
    }
    sqlx::query_scalar!(
        "insert into notifications (user_id, content, source, kind, idempotency_key, scheduled_for)
         select id, $3, 'other', 'notice', $2,
                case when $4::timestamp is not null then greatest(now(), local_moment($4, time_zone)) end
         from users where id = $1 returning id",
        patient as UserId,
        key,
        content,
        wanted,
    )
    .fetch_one(db)
    .await
    .map(Written::New)
}
