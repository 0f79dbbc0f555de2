//! The SQL of the staff's desk: what is going out, and what failed.

use crate::{
    accounts::UserId,
    notifications::{
        Delivery, Kind, Template,
        model::{Source, Status, Waiting},
    },
    ui::Language,
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// Which notifications are looked at.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub status: Option<Status>,
    /// Of those that are pending.
    pub waiting: Option<Waiting>,
    pub kind: Option<Kind>,
    pub source: Option<Source>,
    pub patient: Option<i64>,
    /// To be told from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// To be told before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Somewhere in the text; as it is searched for, without wildcards.
    pub text: String,
    /// Of those that failed the ones that may be tried again.
    pub retryable: bool,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub time_zone: String,
    pub kind: Kind,
    pub source: Source,
    pub content: String,
    pub template: Option<Template>,
    /// What the patient reads.
    pub language: Option<String>,
    pub status: Status,
    pub delivery: Option<Delivery>,
    pub failure: Option<String>,
    /// When it was, or is, to be told.
    pub at: DateTime<Utc>,
    /// When it is tried next, while pending: not in quiet hours.
    pub due: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub tries: i32,
    /// Whether the provider may know of it.
    pub tried: bool,
    pub cancel_wanted: bool,
    /// The provider's number for it.
    pub provider_id: Option<String>,
    /// Of one that failed: whether nobody is to be told of it any more.
    pub passed: bool,
}

impl Row {
    /// What it says: what was said, or what would be today.
    pub fn text(&self) -> String {
        let language = self.language.as_deref().and_then(Language::from_code);
        match self.template {
            Some(template) if self.status != Status::Sent => {
                template.text(language.unwrap_or_default())
            }
            _ => self.content.clone(),
        }
    }
}

/// Notifications, the newest first: `limit` of those before the notification `before`.
pub async fn table(
    db: &mut PgConnection,
    choice: &Choice,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    rows(db, choice, None, before, limit).await
}

/// Some of them, by their ids.
pub async fn these(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<Row>, sqlx::Error> {
    rows(db, &Choice::default(), Some(ids), None, i64::MAX).await
}

async fn rows(
    db: &mut PgConnection,
    choice: &Choice,
    ids: Option<&[i64]>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let mut tx = db.begin().await?;
    // Planned for what is chosen, each time: one plan for all choices would read from the newest on until it has found enough.
    sqlx::query!("select set_config('plan_cache_mode', 'force_custom_plan', true)")
        .fetch_one(&mut *tx)
        .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select n.id, u.id as "patient: UserId", u.first_name, u.last_name, u.email, u.time_zone, n.kind as "kind: Kind",
                  n.source as "source: Source", n.content, n.template as "template: Template", told_in(u) as language,
                  n.status as "status: Status", n.delivery as "delivery: Delivery", n.failure, n.told_at as "at!",
                  case when n.status = 'pending' and n.first_tried_at is null and not n.at_any_hour
                            and in_quiet_hours((n.due_at at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                       then quiet_end(n.due_at, u.time_zone, u.quiet_from, u.quiet_until) else n.due_at end as "due!",
                  n.sent_at, n.tries, n.first_tried_at is not null as "tried!", n.cancel_wanted,
                  n.onesignal_id as provider_id, n.status = 'failed' and has_passed(n) as "passed!"
           from notifications n join users u on u.id = n.user_id
           where n.id < coalesce($1, 9223372036854775807) and ($12::bigint[] is null or n.id = any ($12))
             and (not $13 or n.status = 'failed' and n.failure is distinct from 'expired' and not has_passed(n))
             and ($2::notification_status is null or n.status = $2) and ($3::notification_kind is null or n.kind = $3)
             and ($4::notification_source is null or n.source = $4) and ($5::bigint is null or n.user_id = $5)
             and ($6::timestamptz is null or n.told_at >= $6) and ($7::timestamptz is null or n.told_at < $7)
             and ($8 = '' or case when n.status <> 'sent' and n.template is not null
                                  then n.template::text || ' ' || told_in(u) = any ($11)
                                  else position(lower($8) in lower(n.content)) > 0 end)
             and ($10::text is null or n.status = 'pending' and $10 = case when n.due_at <= now() then 'due'
                                                                          when n.first_tried_at is null then 'scheduled' else 'in_flight' end)
           order by n.id desc limit $9"#,
        before,
        choice.status as Option<Status>,
        choice.kind as Option<Kind>,
        choice.source as Option<Source>,
        choice.patient,
        choice.from,
        choice.until,
        choice.text,
        limit,
        choice.waiting.map(Waiting::name),
        &saying(&choice.text),
        ids,
        choice.retryable,
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// Which templates say this to readers of which language.
fn saying(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for template in Template::ALL {
        for language in Language::ALL {
            if template.text(language).to_lowercase().contains(&text) {
                found.push(format!("{} {}", template.name(), language.code()));
            }
        }
    }
    found
}

/// How it goes: what is pending, by how late, and what failed.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    pub scheduled: i64,
    /// Due, and not yet taken.
    pub due: i64,
    /// Taken by a dispatcher, or waiting for another try.
    pub in_flight: i64,
    pub failed: i64,
    /// Seconds by which the oldest that could have gone out is late, tried or not.
    pub lag: f64,
}

pub async fn health(db: &mut PgConnection) -> Result<Health, sqlx::Error> {
    sqlx::query_as!(
        Health,
        r#"select count(*) filter (where due_at > now() and first_tried_at is null) as "scheduled!",
                  count(*) filter (where due_at <= now()) as "due!",
                  count(*) filter (where due_at > now() and first_tried_at is not null) as "in_flight!",
                  coalesce(extract(epoch from now() - min(coalesce(owed_since, due_at)) filter (where owed_since is not null or due_at <= now())), 0)::float8 as "lag!",
                  (select count(*) from notifications where status = 'failed') as "failed!"
           from notifications where status = 'pending'"#,
    )
    .fetch_one(db)
    .await
}

/// What became of the last ones.
#[derive(Clone, Copy, Debug)]
pub struct Recent {
    pub sent_hour: i64,
    /// In the last 24 hours.
    pub sent_day: i64,
    /// Of those to be told in the last 24 hours.
    pub cancelled_day: i64,
}

pub async fn recent(db: &mut PgConnection) -> Result<Recent, sqlx::Error> {
    sqlx::query_as!(
        Recent,
        r#"select (select count(*) from notifications where sent_at >= now() - interval '1 hour') as "sent_hour!",
                  (select count(*) from notifications where sent_at >= now() - interval '1 day') as "sent_day!",
                  (select count(*) from notifications
                   where status = 'cancelled' and told_at between now() - interval '1 day' and now()) as "cancelled_day!""#,
    )
    .fetch_one(db)
    .await
}

pub async fn one(db: &mut PgConnection, id: i64) -> Result<Option<Row>, sqlx::Error> {
    Ok(these(db, &[id]).await?.pop())
}

/// How often tries ended otherwise than in the notification being sent in the last hour, by the word for it.
pub async fn errors(db: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select outcome, count(*) as "count!" from notification_tries where at >= now() - interval '1 hour' group by outcome
           order by count(*) desc, outcome"#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.outcome, row.count))
        .collect())
}

/// A try that did not end in the notification being sent, or something that somebody did.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: DateTime<Utc>,
    /// A word: the outcome of a try, or the action of an audit row.
    pub what: String,
    pub http_status: Option<i32>,
    pub again: Option<DateTime<Utc>>,
    /// Who did it; none for a try.
    pub by: Option<String>,
    /// Of what was moved: from when, and to when.
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// What became of one, oldest first.
pub async fn history(db: &mut PgConnection, id: i64) -> Result<Vec<Happened>, sqlx::Error> {
    sqlx::query_as!(
        Happened,
        r#"select at as "at!", what as "what!", http_status, again, by, "from", "to" from (
             (select at, outcome as what, http_status, again_at as again, null as by, null::timestamptz as "from", null::timestamptz as "to"
              from notification_tries
              where notification_id = $1)
             union all
             (select a.at, a.action, null, null, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email),
                     (a.detail ->> 'from')::timestamptz, (a.detail ->> 'to')::timestamptz
              from audit_log a left join users u on u.id = a.actor_id
              where a.object_table = 'notifications' and a.object_id = $1 and a.outcome = 'done'
                and a.action in ('notification.cancel', 'notification.retry', 'notification.reschedule', 'notification.write', 'campaign.send') order by a.id desc limit 100)
             union all
             -- The step of the treatment that it was written for, and the next one, which cancelled what was still to be told.
             (select e.start_date, case when e.id = made.id then 'journey.made' else 'journey.passed' end, null, null,
                     coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email), null, null
              from notifications n
              cross join lateral (
                select e.id from progress_events e
                cross join lateral (select created_at from notifications where id = e.next_notification_id offset 0) first
                where e.journey_id = n.journey_id and first.created_at = n.created_at limit 1
              ) made
              cross join lateral (
                select * from progress_events e where e.journey_id = n.journey_id
                  and (e.id = made.id or e.previous_event_id = made.id and n.status = 'cancelled' and not exists (
                    select from audit_log a where a.object_table = 'notifications' and a.object_id = n.id
                      and a.action = 'notification.cancel' and a.outcome = 'done'))
                offset 0
              ) e
              join users u on u.id = e.actor_id
              where n.id = $1 and n.source = 'progress')
           ) happened order by at"#,
        id,
    )
    .fetch_all(db)
    .await
}

/// The campaign that a notification is part of: its number and its name.
pub async fn campaign_of(
    db: &mut PgConnection,
    id: i64,
) -> Result<Option<(i64, String)>, sqlx::Error> {
    let row = sqlx::query!(
        "select c.id, c.name from campaign_recipients r join campaigns c on c.id = r.campaign_id where r.notification_id = $1",
        id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}

/// How one stands.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: i64,
    pub status: Status,
    pub patient: UserId,
    /// Whether the provider may know of it.
    pub tried: bool,
    pub cancel_wanted: bool,
    /// Whether the provider may have forgotten it: sent again, it might be a second message.
    pub expired: bool,
    /// Whether it stands in the inbox.
    pub told: bool,
    /// Of one that failed: whether nobody is to be told of it any more.
    pub passed: bool,
}

/// Holds the treatments that some are about until the transaction ends: none goes on meanwhile.
pub async fn hold_journeys(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select from journeys where id in (select journey_id from notifications where id = any ($1)) order by id for share",
        ids,
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Holds some until the transaction ends, and answers how they stand.
pub async fn hold(
    db: &mut PgConnection,
    ids: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select id, status as "status: Status", user_id as "patient: UserId", first_tried_at is not null as "tried!", cancel_wanted,
                  failure is not distinct from 'expired' as "expired!", told_at <= $2 as "told!", status = 'failed' and has_passed(n) as "passed!"
           from notifications n where id = any ($1) order by id for no key update"#,
        ids,
        now,
    )
    .fetch_all(db)
    .await
}

/// Tries failed ones again at once, under the same keys.
pub async fn retry(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notifications
           set status = 'pending', tries = 0, fence = fence + 1, failure = null, due_at = now(), owed_since = null, cancel_wanted = false
         where id = any ($1) and status = 'failed'",
        ids,
    )
    .execute(&mut *db)
    .await?;
    wake(db, "").await
}

/// From when to when a notification was moved.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub id: i64,
    pub patient: i64,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Moves some that the provider cannot know of, and that are held, to a local time of their patients' own; to now, if that is past.
pub async fn reschedule(
    db: &mut PgConnection,
    ids: &[i64],
    wanted: NaiveDateTime,
) -> Result<Vec<Moved>, sqlx::Error> {
    let moved = sqlx::query_as!(
        Moved,
        r#"with before as (
             select n.id, n.told_at, greatest(now(), local_moment($2, u.time_zone)) as moment
             from notifications n join users u on u.id = n.user_id
             where n.id = any ($1) and n.status::text = 'pending' and n.first_tried_at is null
           )
           update notifications n set scheduled_for = before.moment from before
           where n.id = before.id and n.id = any ($1)
           returning n.id, n.user_id as patient, before.told_at as "from!", before.moment as "to!""#,
        ids,
        wanted,
    )
    .fetch_all(&mut *db)
    .await?;
    // Whose pages are open, too: what they were to hear of when may have changed.
    let people: Vec<String> = moved
        .iter()
        .map(|moved| moved.patient.to_string())
        .collect();
    wake(db, &people.join(",")).await?;
    Ok(moved)
}

/// When each of some would go out, if it were moved to a local time of its patient's own: with whether that is the end of quiet hours.
pub async fn moments(
    db: &mut PgConnection,
    ids: &[i64],
    wanted: NaiveDateTime,
) -> Result<HashMap<i64, (DateTime<Utc>, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.id, case when quiet.hours then quiet_end(moved.moment, u.time_zone, u.quiet_from, u.quiet_until) else moved.moment end as "moment!",
                  quiet.hours as "quiet!"
           from notifications n join users u on u.id = n.user_id
           cross join lateral (select greatest(now(), local_moment($2, u.time_zone)) as moment) moved
           cross join lateral (
             select not n.at_any_hour and in_quiet_hours((moved.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until) as hours
           ) quiet
           where n.id = any ($1)"#,
        ids,
        wanted,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, (row.moment, row.quiet)))
        .collect())
}

/// Wakes the dispatchers once the transaction is there, and the open pages of some people (ids with commas between).
async fn wake(db: &mut PgConnection, people: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_notify('notifications', $1)", people)
        .fetch_one(db)
        .await?;
    Ok(())
}

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
}

/// A patient, unless their account is closed.
pub async fn addressee(
    db: &mut PgConnection,
    id: UserId,
) -> Result<Option<Addressee>, sqlx::Error> {
    sqlx::query_as!(
        Addressee,
        r#"select id as "id: UserId", first_name, last_name, email, time_zone, quiet_from, quiet_until from users u
           where id = $1 and disabled_at is null and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')"#,
        id as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whether somebody is a patient, with a page of their own at the desk.
pub async fn is_patient(db: &mut PgConnection, id: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from user_roles where user_id = $1 and role = 'patient') as "is!""#,
        id as UserId,
    )
    .fetch_one(db)
    .await
}

/// Whether a notification is somebody's own.
pub async fn is_own(db: &mut PgConnection, id: i64, person: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from notifications where id = $1 and user_id = $2) as "is!""#,
        id,
        person as UserId,
    )
    .fetch_one(db)
    .await
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

/// The person of an email address.
pub async fn person_of(db: &mut PgConnection, email: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("select id from users where email = lower($1)", email)
        .fetch_optional(db)
        .await
}
