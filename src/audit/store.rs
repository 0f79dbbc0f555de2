use super::{Entry, Outcome};
use chrono::NaiveDate;
use sqlx::PgConnection;

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

/// What somebody else saw or did of a person's record on one day, however often.
pub struct Seen {
    /// In the time zone asked for.
    pub day: NaiveDate,
    pub action: String,
    pub by_role: Option<String>,
}

/// The newest rows that [`seen_of`] looks through for one page.
const LOOKED_THROUGH: i64 = 2000;

/// What others saw and did of one person's record, newest first, told by the day in `zone` (an IANA
/// name); on the days before `before`, if that is given.
pub async fn seen_of(
    db: &mut PgConnection,
    subject: i64,
    zone: &str,
    before: Option<NaiveDate>,
) -> Result<Vec<Seen>, sqlx::Error> {
    sqlx::query_as!(
        Seen,
        r#"with seen as (
             (select at, action, actor_id, actor_role from audit_log
              where subject_id = $1 and actor_id is distinct from $1 and outcome = 'done'
                and at < coalesce($2::date::timestamp at time zone $3, 'infinity')
              order by id desc limit $4)
             union all
             (select at, action, actor_id, actor_role from audit_log
              where action = 'patient.list' and detail -> 'patients' @> to_jsonb($1::bigint)
                and actor_id is distinct from $1 and outcome = 'done'
                and at < coalesce($2::date::timestamp at time zone $3, 'infinity')
              order by id desc limit $4)
           )
           select (at at time zone $3)::date as "day!", action as "action!", actor_role::text as by_role
           from seen group by 1, 2, 3, actor_id order by 1 desc, max(at) desc"#,
        subject,
        before,
        zone,
        LOOKED_THROUGH,
    )
    .fetch_all(db)
    .await
}
