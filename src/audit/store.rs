use super::{Entry, Outcome};
use chrono::{DateTime, Utc};
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

/// Somebody else's look at, or act on, a patient's record.
pub struct Seen {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub action: String,
    pub by_role: Option<String>,
}

/// What others saw and did of one person's record, newest first, `limit` rows before the row `before`.
pub async fn seen_of(
    db: &mut PgConnection,
    subject: i64,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Seen>, sqlx::Error> {
    sqlx::query_as!(
        Seen,
        r#"select id, at, action, actor_role::text as by_role from audit_log
           where subject_id = $1 and actor_id is distinct from $1 and outcome = 'done'
             and id < coalesce($2, 9223372036854775807)
           order by id desc limit $3"#,
        subject,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}
