//! The SQL of what waits for staff, whichever feature it belongs to.

use sqlx::PgConnection;

/// How many wishes for another dentist nobody has answered.
pub async fn open_changes(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from dentist_changes where status = 'open'"#)
        .fetch_one(db)
        .await
}

/// A campaign that has been started and has not ended: its number, its name, and whether somebody has paused it.
pub async fn campaigns_under_way(
    db: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(i64, String, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, name, state = 'paused' as "paused!" from campaigns
           where state in ('preparing', 'running', 'paused') order by id desc limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.name, row.paused))
        .collect())
}
