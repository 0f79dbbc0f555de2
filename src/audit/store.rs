use super::{Action, Entry, Outcome};
use crate::platform::clock::SAME_TAP;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes one row.
pub async fn record(db: &mut PgConnection, entry: Entry) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_log (actor_id, actor_role, action, outcome, subject_id, object_table, object_id, request_id, detail)
         values ($1, $2::text::user_role, $3, $4, $5, $6, $7, $8, $9)",
        entry.actor,
        entry.actor_role,
        entry.action,
        entry.outcome as Outcome,
        entry.subject,
        entry.object.map(|object| object.0),
        entry.object.map(|object| object.1),
        entry.request,
        entry.detail,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes one row for each of some people, and of a row each: as many of the one as of the other.
pub async fn record_each(
    db: &mut PgConnection,
    entry: Entry,
    table: &'static str,
    (subjects, objects): (&[i64], &[i64]),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_log (actor_id, actor_role, action, outcome, subject_id, object_table, object_id, request_id, detail)
         select $1, $2::text::user_role, $3, $4, each.subject, $5, each.object, $6, $7
         from unnest($8::bigint[], $9::bigint[]) as each (subject, object)",
        entry.actor,
        entry.actor_role,
        entry.action,
        entry.outcome as Outcome,
        table,
        entry.request,
        entry.detail,
        subjects,
        objects,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What one request of somebody's did with notifications: the action, and what it came to for each.
pub async fn outcomes_of(
    db: &mut PgConnection,
    actor: i64,
    request: Uuid,
) -> Result<Vec<(String, i64, Outcome)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select action, object_id as "object!", outcome as "outcome!: Outcome" from audit_log
           where request_id = $2 and actor_id = $1 and object_id is not null
             and action in ('notification.cancel', 'notification.retry', 'notification.reschedule', 'notification.restore')
           order by id"#,
        actor,
        request,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.action, row.object, row.outcome))
        .collect())
}

/// Whether somebody did just this to one row a moment ago.
pub async fn just_did(
    db: &mut PgConnection,
    actor: i64,
    action: Action,
    (table, object): (&str, i64),
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
             select from audit_log
             where actor_id = $1 and action = $2 and object_table = $3 and object_id = $4 and outcome = 'done'
               and at > now() - make_interval(secs => $5)) as "did!""#,
        actor,
        action.code,
        table,
        object,
        SAME_TAP.num_seconds() as f64,
    )
    .fetch_one(db)
    .await
}

/// The request of a moment ago in which somebody did just this with some notifications, if it was the last thing that anybody did with
/// any of them.
pub async fn just_did_with(
    db: &mut PgConnection,
    actor: i64,
    action: Action,
    notifications: &[i64],
) -> Result<Option<Uuid>, sqlx::Error> {
    let last = sqlx::query!(
        r#"select request_id, coalesce(actor_id = $1 and action = $2 and at > now() - make_interval(secs => $4), false) as "theirs!"
           from audit_log
           where object_table = 'notifications' and object_id = any ($3) and outcome = 'done'
             and action in ('notification.cancel', 'notification.retry', 'notification.reschedule', 'notification.restore')
           order by id desc limit 1"#,
        actor,
        action.code,
        notifications,
        SAME_TAP.num_seconds() as f64,
    )
    .fetch_optional(db)
    .await?;
    Ok(last
        .filter(|last| last.theirs)
        .and_then(|last| last.request_id))
}

/// The detail of what somebody last did to one row, if they ever did.
pub async fn detail_of_last(
    db: &mut PgConnection,
    actor: i64,
    action: Action,
    object: i64,
) -> Result<Option<serde_json::Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "select detail from audit_log
         where actor_id = $1 and action = $2 and object_id = $3 and outcome = 'done' order by id desc limit 1",
        actor,
        action.code,
        object,
    )
    .fetch_optional(db)
    .await
}

/// What somebody else saw, did, or was refused of a person's record on one day, however often.
pub struct Seen {
    /// In the time zone asked for.
    pub day: NaiveDate,
    pub action: String,
    pub outcome: Outcome,
    pub by_role: Option<String>,
    /// The last time on that day; of a refusal, its own.
    pub at: DateTime<Utc>,
    /// How often on that day.
    pub times: i64,
}

/// The newest rows that [`seen_of`] looks through for one page, of each of its two kinds.
const LOOKED_THROUGH: i64 = 2000;

/// What others saw and did of one person's record, newest first, told by the day in `zone` (an IANA
/// name); on the days before `before`, if that is given. With the day before which there may be more,
/// where not all was looked through: that day and the later ones are told whole, unless it is the only one.
pub async fn seen_of(
    db: &mut PgConnection,
    subject: i64,
    zone: &str,
    before: Option<NaiveDate>,
) -> Result<(Vec<Seen>, Option<NaiveDate>), sqlx::Error> {
    let rows = sqlx::query!(
        r#"with own as (
             select at, action, outcome, actor_id, actor_role from audit_log
             -- A refusal that gives a reason was one of the rules, not of who may see the record.
             where subject_id = $1 and actor_id is distinct from $1 and not (outcome = 'refused' and detail ? 'why')
               and at < coalesce($2::date::timestamp at time zone $3, 'infinity')
             order by id desc limit $4
           ), listed as (
             select at, action, outcome, actor_id, actor_role from audit_log
             where action = 'patient.list' and detail -> 'patients' @> to_jsonb($1::bigint)
               and actor_id is distinct from $1 and outcome = 'done'
               and at < coalesce($2::date::timestamp at time zone $3, 'infinity')
             order by id desc limit $4
           ), partly as (
             select greatest((select min(at) from own having count(*) = $4),
                             (select min(at) from listed having count(*) = $4)) as since
           )
           select (at at time zone $3)::date as "day!", action as "action!", outcome as "outcome!: Outcome",
                  actor_role::text as by_role, max(at) as "at!", count(*) as "times!", ((select since from partly) at time zone $3)::date as "partly"
           from (select * from own union all select * from listed) as seen
           where at >= coalesce((select since from partly), '-infinity')
           -- Each refusal is told for itself; what is in a list is gathered, whoever of a role looked at it.
           group by 1, 2, 3, 4, case when action <> 'patient.list' then actor_id end, case when outcome = 'refused' then at end
           order by 1 desc, max(at) desc"#,
        subject,
        before,
        zone,
        LOOKED_THROUGH,
    )
    .fetch_all(db)
    .await?;
    let partly = rows.first().and_then(|row| row.partly);
    let newest = rows.first().map(|row| row.day);
    // The day on which the looking stopped comes whole with the next page.
    let whole = partly.filter(|partly| newest.is_some_and(|newest| newest > *partly));
    let seen = rows
        .into_iter()
        .filter(|row| whole.is_none_or(|partly| row.day > partly))
        .map(|row| Seen {
            day: row.day,
            action: row.action,
            outcome: row.outcome,
            by_role: row.by_role,
            at: row.at,
            times: row.times,
        })
        .collect();
    let more_before = match whole {
        Some(partly) => partly.succ_opt(),
        None => partly,
    };
    Ok((seen, more_before))
}
