//! The SQL of what waits for staff, whichever feature it belongs to.

use sqlx::PgConnection;

/// How many wishes for another dentist nobody has answered.
pub async fn open_changes(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from dentist_changes where status = 'open'"#)
        .fetch_one(db)
        .await
}
