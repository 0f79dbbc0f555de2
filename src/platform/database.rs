//! The connection pool and the migrations.

use super::config::DatabaseConfig;
use secrecy::ExposeSecret;
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, time::Duration};

/// Every migration, built into the program. They only go forward.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// One pooled connection: what one request works on.
pub type Connection = sqlx::pool::PoolConnection<sqlx::Postgres>;

/// Makes the pool. Connects when first used, so that a database which is still starting is no fault.
///
/// # Errors
/// When the address cannot be read.
pub fn connect(config: &DatabaseConfig) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(config.url.expose_secret())?
        .application_name("midline")
        // A lock or a statement that takes longer than a person waits is a fault, not patience.
        .options([
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // Queries are short: compiling one takes longer than running it.
            ("jit", "off"),
        ]);
    Ok(PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy_with(options))
}

/// Whether the database answers and every migration of this program has been applied.
pub async fn ready(pool: &PgPool) -> Result<(), NotReady> {
    let applied: i64 =
        sqlx::query_scalar!(r#"select count(*) as "count!" from _sqlx_migrations where success"#)
            .fetch_one(pool)
            .await
            .map_err(|error| match error {
                // The table itself is missing.
                sqlx::Error::Database(error) if error.code().as_deref() == Some("42P01") => {
                    NotReady::Migrations
                }
                _ => NotReady::Unreachable,
            })?;
    let known = MIGRATIONS
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
        .count();
    if usize::try_from(applied).is_ok_and(|applied| applied >= known) {
        Ok(())
    } else {
        Err(NotReady::Migrations)
    }
}

/// Whether the server's user may do more than it should: change the audit log, or anything at all.
pub async fn may_too_much(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from pg_roles where rolname = current_user and (rolsuper or rolcreaterole or rolbypassrls
             or has_table_privilege('audit_log', 'update, delete, truncate'))) as "yes!""#
    )
    .fetch_one(pool)
    .await
}

/// Why the server should not be sent requests yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    #[error("the database cannot be reached")]
    Unreachable,
    #[error("the database is not migrated: run `midline migrate`")]
    Migrations,
}
