//! The SQL of people and roles.

pub mod clashes;

use super::{
    model::{Person, Role, TERMS_VERSION, UserId},
    namesakes::{Alike, Identity},
};
use crate::ids::DentistId;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

/// Who the session belongs to, if it is alive. One query, so that a role taken away or an account
/// disabled counts from the next request on.
pub async fn person_of_session(
    db: &mut PgConnection,
    session: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Person>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, u.terms_version,
                  u.disabled_at is not null as "disabled!", u.time_zone, u.zone_confirmed_at is not null as "zone_confirmed!",
                  u.language, u.last_language, u.theme, u.shortcuts, s.last_seen_at,
                  d.id as "dentist_id?: DentistId",
                  -- Every page marks it, so it is asked here and costs none of them a query.
                  exists (select from messages m where m.user_id = u.id and not m.from_patient and m.read_at is null)
                    as "unread!",
                  -- What their patients wrote and they have not opened; the second sum is of what was shared with them.
                  case when d.id is null then 0 else
                    (select count(*) from messages m join care.seen('treat', (u.id, false, (d.id), false)::care.scope) mine
                       on mine.patient = m.user_id
                     where m.dentist_id = d.id and m.from_patient and m.read_at is null)
                    + (select count(*) from message_shares s
                       join care.seen('treat', (u.id, false, (d.id), false)::care.scope) mine on mine.patient = s.user_id
                       join messages m on m.user_id = s.user_id and m.from_patient and m.read_at is null
                         and m.dentist_id <> d.id and m.id <= s.up_to_id
                       where s.dentist_id = d.id and not exists (select from message_shares later
                             where later.user_id = s.user_id and later.dentist_id = s.dentist_id and later.up_to_id > s.up_to_id))
                  end as "waiting!",
                  -- What their patients reported and nobody has seen.
                  case when d.id is null then 0 else
                    (select count(*) from reports t join care.seen('treat', (u.id, false, (d.id), false)::care.scope) mine
                       on mine.patient = t.user_id
                     where t.seen_at is null)
                  end as "reported!",
                  exists (select from notifications n where n.user_id = u.id and n.status <> 'cancelled' and n.read_at is null
                          and n.told_at <= $2) as "told!",
                  array(select r.role from user_roles r where r.user_id = u.id) as "roles!: Vec<Role>"
           from sessions s join users u on u.id = s.user_id left join dentists d on d.user_id = u.id
           where s.id_hash = $1 and s.idle_expires_at > $2 and s.expires_at > $2"#,
        session,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Person {
        id: row.id,
        first_name: row.first_name,
        last_name: row.last_name,
        email: row.email,
        roles: row.roles,
        terms_version: row.terms_version,
        disabled: row.disabled,
        // The settings accept known zones only; a zone that later leaves the database is no reason to fail.
        zone: row.time_zone.parse().unwrap_or(chrono_tz::Europe::Berlin),
        zone_confirmed: row.zone_confirmed,
        language: row.language,
        last_language: row.last_language,
        theme: row.theme,
        dentist_id: row.dentist_id,
        unread: row.unread,
        waiting: row.waiting,
        reported: row.reported,
        told: row.told,
        shortcuts: row.shortcuts,
        last_seen_at: row.last_seen_at,
    }))
}

/// Who has this provider's subject, or this address; both, if they are two people.
pub struct Known {
    pub id: UserId,
    pub subject: Option<String>,
    pub disabled: bool,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
}

/// Whether the database takes this for an address, too: it has rules of its own of what is in small letters.
pub async fn is_an_address(db: &mut PgConnection, email: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce($1::text = lower($1) and $1 like '_%@_%' and length($1) <= 254, false) as "yes!""#,
        email,
    )
    .fetch_one(db)
    .await
}

pub async fn find_by_subject(
    db: &mut PgConnection,
    subject: &str,
) -> Result<Option<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"select id as "id: UserId", cognito_sub_identifier as subject, disabled_at is not null as "disabled!",
                  email, first_name, last_name
           from users where cognito_sub_identifier = $1 for no key update"#,
        subject,
    )
    .fetch_optional(db)
    .await
}

pub async fn find_by_email(
    db: &mut PgConnection,
    email: &str,
) -> Result<Option<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"select id as "id: UserId", cognito_sub_identifier as subject, disabled_at is not null as "disabled!",
                  email, first_name, last_name
           from users where email = $1"#,
        email,
    )
    .fetch_optional(db)
    .await
}

/// Ties a subject to somebody who has none yet. False: somebody else was faster.
pub async fn tie_subject(
    db: &mut PgConnection,
    id: UserId,
    subject: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update users set cognito_sub_identifier = $2 where id = $1 and cognito_sub_identifier is null",
        id as UserId,
        subject,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn rename(
    db: &mut PgConnection,
    id: UserId,
    first_name: &str,
    last_name: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set first_name = $2, last_name = $3 where id = $1",
        id as UserId,
        first_name,
        last_name,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Opens an account. `None`: the address or the subject was taken in the meantime.
pub async fn open_account(
    db: &mut PgConnection,
    email: &str,
    subject: &str,
    first_name: &str,
    last_name: &str,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into users (email, cognito_sub_identifier, first_name, last_name)
           values ($1, $2, $3, $4) on conflict do nothing returning id as "id: UserId""#,
        email,
        subject,
        first_name,
        last_name,
    )
    .fetch_optional(db)
    .await
}

/// Makes these the person's roles. True: something changed.
pub async fn set_roles(
    db: &mut PgConnection,
    id: UserId,
    roles: &[Role],
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from user_roles where user_id = $1 and role <> all ($2)",
        id as UserId,
        roles as &[Role],
    )
    .execute(&mut *db)
    .await?;
    let come = sqlx::query!(
        "insert into user_roles (user_id, role) select $1, unnest($2::user_role[]) on conflict do nothing",
        id as UserId,
        roles as &[Role],
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected() + come.rows_affected() > 0)
}

pub async fn accept_terms(
    db: &mut PgConnection,
    id: UserId,
    version: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set terms_accepted = true, terms_version = $2, terms_accepted_at = $3,
                -- A patient who is new is shown around.
                first_day = case when terms_version is null
                                  and exists (select from user_roles r where r.user_id = users.id and r.role = 'patient')
                                 then 'place' else first_day end
         where id = $1",
        id as UserId,
        version,
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_preferences(
    db: &mut PgConnection,
    id: UserId,
    language: Option<&str>,
    theme: Option<&str>,
    shortcuts: Option<bool>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set language = $2, theme = $3, shortcuts = coalesce($4, shortcuts) where id = $1",
        id as UserId,
        language,
        theme,
        shortcuts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Where somebody can be called.
pub async fn phone(db: &mut PgConnection, id: UserId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select phone from users where id = $1", id as UserId)
        .fetch_one(db)
        .await
}

/// Keeps the number that somebody typed in, or that they took theirs away: from then on it is theirs to say.
pub async fn set_phone(
    db: &mut PgConnection,
    id: UserId,
    phone: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set phone = $2, phone_own = true where id = $1 and phone is distinct from $2",
        id as UserId,
        phone,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes over the number that the provider says, unless the person said one themselves. True: something changed.
pub async fn follow_phone(
    db: &mut PgConnection,
    id: UserId,
    phone: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update users set phone = $2 where id = $1 and not phone_own and phone is distinct from $2",
        id as UserId,
        phone,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes in which language somebody reads who has chosen none.
pub async fn note_language(
    db: &mut PgConnection,
    id: UserId,
    language: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set last_language = $2 where id = $1 and last_language is distinct from $2",
        id as UserId,
        language,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a session goes on, of somebody who may still do what this role does.
pub async fn stands(
    db: &mut PgConnection,
    session: &[u8],
    role: Role,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
             select from sessions s join users u on u.id = s.user_id join user_roles r on r.user_id = u.id
             where s.id_hash = $1 and s.idle_expires_at > $3 and s.expires_at > $3
               and u.disabled_at is null and u.terms_version = $4 and r.role = $2) as "yes!""#,
        session,
        role as Role,
        now,
        TERMS_VERSION,
    )
    .fetch_one(db)
    .await
}

/// What a device remembers of who signed in there last: neither their number nor anything that others know.
pub async fn device_mark(db: &mut PgConnection, id: UserId) -> Result<String, sqlx::Error> {
    let mark = sqlx::query_scalar!(
        "select encode(sha256(convert_to('device ' || push_id::text, 'UTF8')), 'hex') from users where id = $1",
        id as UserId,
    )
    .fetch_one(db)
    .await?;
    Ok(mark.unwrap_or_default())
}

/// Whose record the number in an address stands for, by the address's first part. None: nobody's.
pub async fn subject_of(
    db: &mut PgConnection,
    part: &str,
    id: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select case $1
             when 'patients' then (select id from users where id = $2)
             when 'journeys' then (select user_id from journeys where id = $2)
             when 'photos' then (select user_id from user_images where id = $2)
             when 'reviews' then (select user_id from reviews where id = $2)
             when 'dentist-changes' then (select user_id from dentist_changes where id = $2)
             when 'reports' then (select user_id from reports where id = $2)
             when 'inbox' then (select user_id from notifications where id = $2)
             when 'notifications' then (select user_id from notifications where id = $2)
           end as subject"#,
        part,
        id,
    )
    .fetch_one(db)
    .await
}

/// Holds a person's row until the transaction ends, and answers their time zone.
pub async fn hold(db: &mut PgConnection, id: UserId) -> Result<Tz, sqlx::Error> {
    let zone = sqlx::query_scalar!(
        "select time_zone from users where id = $1 for no key update",
        id as UserId
    )
    .fetch_one(db)
    .await?;
    Ok(zone.parse().unwrap_or_default())
}

/// `zone` is an IANA name, which the person said is theirs; it holds from `now` on.
pub async fn set_time_zone(
    db: &mut PgConnection,
    id: UserId,
    zone: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set time_zone = $2, zone_confirmed_at = coalesce(zone_confirmed_at, now()),
                time_zone_since = case when time_zone = $2 then time_zone_since else $3 end
         where id = $1 and (time_zone <> $2 or zone_confirmed_at is null)",
        id as UserId,
        zone,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those of some people who are called like another of them, or like somebody who works for the clinic, and their addresses.
pub async fn colleagues_alike(
    db: &mut PgConnection,
    ids: &[UserId],
) -> Result<Vec<(UserId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select u.id as "id: UserId", u.email from users u
           where u.id = any ($1) and u.called <> '' and exists (
             select from users other where other.called = u.called and other.id <> u.id
               and (other.id = any ($1) or exists (
                 select from user_roles r where r.user_id = other.id and r.role in ('dentist', 'staff', 'admin'))))"#,
        ids as &[UserId],
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.email)).collect())
}

/// Those who are called like people on a page: these themselves (`ids`), and patients beside them, as many as can be of any use to
/// tell them apart by. The names are compared as the database makes them alike (docs/decisions/0015).
pub async fn called_alike(
    db: &mut PgConnection,
    ids: &[UserId],
    first: &[String],
    last: &[String],
) -> Result<Vec<Alike>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"with names as (
             select distinct sought_words(first || ' ' || last) collate "C" as called
             from unnest($2::text[], $3::text[]) given (first, last))
           select n.called as "called!", u.id as "id!: UserId", u.birth_date, u.clinic_number, u.postal_code, u.email as "email!"
           from names n
           -- Name by name, by the index.
           cross join lateral (
             select u.id, u.birth_date, u.jarvis_id as clinic_number, u.postal_code, u.email from users u
             where u.called = n.called
               and (u.id = any ($1) or exists (select from user_roles r where r.user_id = u.id and r.role = 'patient'))
             order by u.id = any ($1) desc, u.id limit 200) u
           where n.called <> ''"#,
        ids as &[UserId],
        first,
        last,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Alike {
            called: row.called,
            identity: Identity {
                id: row.id,
                birth_date: row.birth_date,
                clinic_number: row.clinic_number,
                postal_code: row.postal_code,
                email: row.email,
            },
        })
        .collect())
}

/// The next page of somebody's first day; none, if that is over.
pub async fn first_day(
    db: &mut PgConnection,
    person: UserId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select first_day from users where id = $1",
        person as UserId
    )
    .fetch_one(db)
    .await
}

pub async fn set_first_day(
    db: &mut PgConnection,
    person: UserId,
    next: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set first_day = $2 where id = $1",
        person as UserId,
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets whether a patient's wish for another dentist waits for an answer.
pub async fn flag_dentist_change(
    db: &mut PgConnection,
    patient: UserId,
    open: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set has_pending_dentist_change = $2 where id = $1",
        patient as UserId,
        open,
    )
    .execute(db)
    .await?;
    Ok(())
}
