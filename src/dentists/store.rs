//! The SQL of dentists and of changes of dentist.

use super::model::Status;
use crate::{
    accounts::{self, Identity, Named, UserId},
    ids::DentistId,
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// A dentist as patients see one.
#[derive(Clone, Debug)]
pub struct Dentist {
    pub id: DentistId,
    pub name: String,
    pub practice: String,
    pub postal_code: String,
    /// Codes (ISO 639-1).
    pub languages: Vec<String>,
    pub accepting: bool,
    /// Whether patients could reach their practice: it is known, and when it is open.
    pub reachable: bool,
    /// Who they are in Midline, if they are there.
    pub user: Option<UserId>,
}

/// Dentists who accept new patients, by postal code: `limit` of those after a postal code and a dentist there, whose postal code begins
/// like this, however either is written, and who speak this language.
pub async fn directory(
    db: &mut PgConnection,
    postal_code: &str,
    language: Option<&str>,
    after: Option<(&str, DentistId)>,
    limit: i64,
) -> Result<Vec<Dentist>, sqlx::Error> {
    sqlx::query_as!(
        Dentist,
        r#"select id as "id: DentistId", display_name as name, practice, postal_code, languages, accepts_new_patients as accepting,
                  exists (select from practice_hours h where h.practice_id = dentists.practice_id) as "reachable!", user_id as "user: UserId"
           from dentists
           where accepts_new_patients and user_id is not null
             and exists (select from practice_hours h where h.practice_id = dentists.practice_id)
             and starts_with(postal_plain, (select postal_plain($1)))
             and ($2::text is null or $2 = any(languages))
             and ($3::bigint is null or (postal_code, id) > ($5::text, $3::bigint))
           order by postal_code, id limit $4"#,
        postal_code,
        language,
        after.map(|(_, id)| id) as Option<DentistId>,
        limit,
        after.map(|(postal_code, _)| postal_code),
    )
    .fetch_all(db)
    .await
}

pub async fn dentist(db: &mut PgConnection, id: DentistId) -> Result<Option<Dentist>, sqlx::Error> {
    sqlx::query_as!(
        Dentist,
        r#"select id as "id: DentistId", display_name as name, practice, postal_code, languages, accepts_new_patients as accepting,
                  exists (select from practice_hours h where h.practice_id = dentists.practice_id) as "reachable!",
                  user_id as "user: UserId" from dentists where id = $1"#,
        id as DentistId,
    )
    .fetch_optional(db)
    .await
}

/// The dentist that a patient is assigned to today.
pub async fn of_patient(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<Dentist>, sqlx::Error> {
    sqlx::query_as!(
        Dentist,
        r#"select d.id as "id: DentistId", d.display_name as name, d.practice, d.postal_code, d.languages, d.accepts_new_patients as accepting,
                  exists (select from practice_hours h where h.practice_id = d.practice_id) as "reachable!",
                  d.user_id as "user: UserId" from users u join dentists d on d.id = u.assigned_dentist_id where u.id = $1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// What the dentists who accept new patients speak: codes.
pub async fn languages(db: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct language as "language!" from dentists, unnest(languages) as language
           where accepts_new_patients and user_id is not null and language is not null
             and exists (select from practice_hours h where h.practice_id = dentists.practice_id)
           order by 1"#,
    )
    .fetch_all(db)
    .await
}

/// A change of dentist, as its patient sees it.
#[derive(Clone, Debug)]
pub struct Change {
    pub id: i64,
    pub to: String,
    pub practice: String,
    pub reason: Option<String>,
    /// Whether the earlier messages are to be read by the dentist asked.
    pub share_messages: bool,
    pub status: Status,
    pub created: DateTime<Utc>,
    pub closed: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

/// A patient's changes, newest first.
pub async fn changes_of(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Vec<Change>, sqlx::Error> {
    sqlx::query_as!(
        Change,
        r#"select c.id, d.display_name as "to", d.practice, c.reason, c.share_messages, c.status as "status: Status", c.created_at as created,
                  c.closed_at as closed, c.note
           from dentist_changes c join dentists d on d.id = c.to_dentist_id
           where c.user_id = $1 order by c.id desc limit 20"#,
        patient as UserId,
    )
    .fetch_all(db)
    .await
}

/// A change that waits for an answer, as those who answer it see it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: i64,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub postal_code: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub clinic_number: Option<i64>,
    pub from: Option<String>,
    pub to: String,
    /// Whether patients could reach the practice of whom is asked for.
    pub reachable: bool,
    pub reason: Option<String>,
    pub share_messages: bool,
    pub created: DateTime<Utc>,
}

impl Asked {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }

    /// What tells the patient from others of the same name.
    pub fn identity(&self) -> Identity {
        Identity {
            id: self.patient,
            birth_date: self.birth_date,
            clinic_number: self.clinic_number,
            postal_code: self.postal_code.clone(),
            email: self.email.clone(),
        }
    }
}

/// Which open changes are read: those that ask for one dentist, or all.
#[derive(Clone, Copy)]
pub enum Which {
    One(i64),
    /// Those after this one.
    After(Option<i64>),
}

/// Open changes, oldest first: those that ask for `dentist`, or all; `limit` at most.
pub async fn asked(
    db: &mut PgConnection,
    dentist: Option<DentistId>,
    which: Which,
    limit: i64,
) -> Result<Vec<Asked>, sqlx::Error> {
    let (one, after) = match which {
        Which::One(id) => (Some(id), None),
        Which::After(after) => (None, after),
    };
    sqlx::query_as!(
        Asked,
        r#"select c.id, u.id as "patient: UserId", u.first_name, u.last_name, u.email, u.postal_code,
                  u.birth_date, u.jarvis_id as clinic_number, f.display_name as "from?", t.display_name as "to", c.reason, c.share_messages, c.created_at as created,
                  exists (select from practice_hours h where h.practice_id = t.practice_id) as "reachable!"
           from dentist_changes c join users u on u.id = c.user_id
           left join dentists f on f.id = c.from_dentist_id join dentists t on t.id = c.to_dentist_id
           where c.status = 'open' and ($1::bigint is null or c.to_dentist_id = $1) and c.id > coalesce($2::bigint, 0)
             and ($3::bigint is null or c.id = $3)
           order by c.id limit $4"#,
        dentist as Option<DentistId>,
        after,
        one,
        limit,
    )
    .fetch_all(db)
    .await
}

/// A wish of a patient's that is open.
pub struct OpenWish {
    pub id: i64,
    pub to: DentistId,
    pub reason: Option<String>,
    pub share_messages: bool,
    pub created: DateTime<Utc>,
}

pub async fn open_wish(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<OpenWish>, sqlx::Error> {
    sqlx::query_as!(
        OpenWish,
        r#"select id, to_dentist_id as "to: DentistId", reason, share_messages, created_at as created
           from dentist_changes where user_id = $1 and status = 'open'"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whether a wish of a patient's is open.
pub async fn has_open(db: &mut PgConnection, patient: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from dentist_changes where user_id = $1 and status = 'open') as "yes!""#,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

/// Whether somebody answered a change since a moment.
pub async fn answered_since(
    db: &mut PgConnection,
    by: UserId,
    since: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from dentist_changes
             where closed_by = $1 and closed_at > $2 and status in ('approved', 'declined')) as "yes!""#,
        by as UserId,
        since,
    )
    .fetch_one(db)
    .await
}

/// Notes that a patient asks for another dentist. `None`: one is open already.
pub async fn ask(
    db: &mut PgConnection,
    patient: UserId,
    to: DentistId,
    (reason, share_messages): (Option<&str>, bool),
    now: DateTime<Utc>,
) -> Result<Option<i64>, sqlx::Error> {
    let change = sqlx::query_scalar!(
        "insert into dentist_changes (user_id, from_dentist_id, to_dentist_id, reason, share_messages, created_at)
         select id, assigned_dentist_id, $2, $3, $5, $4 from users where id = $1
         on conflict (user_id) where status = 'open' do nothing returning id",
        patient as UserId,
        to as DentistId,
        reason,
        now,
        share_messages,
    )
    .fetch_optional(&mut *db)
    .await?;
    if change.is_some() {
        accounts::flag_dentist_change(db, patient, true).await?;
    }
    Ok(change)
}

/// How a change was closed, and by whom.
pub struct Closed {
    pub status: Status,
    pub by: UserId,
    pub note: Option<String>,
    pub at: DateTime<Utc>,
}

/// None: it is open.
pub async fn closed(db: &mut PgConnection, change: i64) -> Result<Option<Closed>, sqlx::Error> {
    sqlx::query_as!(
        Closed,
        r#"select status as "status: Status", closed_by as "by!: UserId", note, closed_at as "at!"
           from dentist_changes where id = $1 and closed_at is not null and closed_by is not null"#,
        change,
    )
    .fetch_optional(db)
    .await
}

/// Who a change is about and whom it asks for, whatever became of it.
pub struct Head {
    pub patient: UserId,
    pub to: DentistId,
    /// The language that the patient is told things in.
    pub language: Option<String>,
    /// Whether whoever treats the patient then may read the earlier messages.
    pub share_messages: bool,
}

pub async fn head(db: &mut PgConnection, change: i64) -> Result<Option<Head>, sqlx::Error> {
    sqlx::query_as!(
        Head,
        r#"select c.user_id as "patient: UserId", c.to_dentist_id as "to: DentistId", told_in(u) as language, c.share_messages
           from dentist_changes c join users u on u.id = c.user_id where c.id = $1"#,
        change,
    )
    .fetch_optional(db)
    .await
}

/// How a change is closed.
pub struct Closing<'a> {
    pub change: i64,
    pub patient: UserId,
    pub status: Status,
    pub by: UserId,
    pub note: Option<&'a str>,
    pub now: DateTime<Utc>,
}

/// Closes an open change. False: it is closed already.
pub async fn close(db: &mut PgConnection, closing: Closing<'_>) -> Result<bool, sqlx::Error> {
    let closed = sqlx::query!(
        "update dentist_changes set status = $2, closed_by = $3, note = $4, closed_at = $5
         where id = $1 and status = 'open'",
        closing.change,
        closing.status as Status,
        closing.by as UserId,
        closing.note,
        closing.now,
    )
    .execute(&mut *db)
    .await?;
    if closed.rows_affected() == 0 {
        return Ok(false);
    }
    accounts::flag_dentist_change(db, closing.patient, false).await?;
    Ok(true)
}

/// Whether patients could reach a dentist's practice; the dentist is held, so that it stays theirs until the transaction ends.
pub async fn hold_reachable(
    db: &mut PgConnection,
    dentist: DentistId,
) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "select id from dentists where id = $1 for share",
        dentist as DentistId
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"select exists (select from dentists d join practice_hours h on h.practice_id = d.practice_id where d.id = $1) as "yes!""#,
        dentist as DentistId,
    )
    .fetch_one(db)
    .await
}

/// Notes by which message the patient was told.
pub async fn told(
    db: &mut PgConnection,
    change: i64,
    notification: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update dentist_changes set notification_id = $2 where id = $1",
        change,
        notification,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many wishes for another dentist nobody has answered.
pub async fn open_changes(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from dentist_changes where status = 'open'"#)
        .fetch_one(db)
        .await
}

/// Every dentist's number and name, for a list to choose from.
pub async fn names(db: &mut PgConnection) -> Result<Vec<(DentistId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: DentistId", display_name from dentists order by display_name, id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.display_name))
        .collect())
}
