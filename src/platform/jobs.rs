//! Background jobs: a queue in PostgreSQL (`graphile_worker`), so that a job is added in the transaction of what
//! makes it necessary, and exists exactly if that does. See `docs/decisions/0009-jobs.md`.
//!
//! A payload carries ids only. A job may run more than once, and looks at what there is to do when it does.

use super::Platform;
use chrono::{DateTime, Utc};
use graphile_worker::{
    Cron, Crontab, CrontabTimerError, TaskHandler, WorkerContext, WorkerOptions,
    WorkerRecoveryConfig,
};
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a job is tried: over some two days, at growing distances.
const TRIES: i16 = 20;
/// A process that has not been heard of for so long is taken to be dead, and its jobs are free again.
const DEAD_AFTER: Duration = Duration::from_secs(30);
/// How long jobs may go on after the process was told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// What jobs work with.
#[derive(Clone)]
struct Bench(Platform);

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bench")
    }
}

/// Gives jobs the platform to work with.
pub fn on(options: WorkerOptions, platform: &Platform) -> WorkerOptions {
    options.add_extension(Bench(platform.clone()))
}

/// What a job says that was given none.
pub const NO_PLATFORM: &str = "no platform";

/// The platform that a job works with.
pub fn platform(context: &WorkerContext) -> Option<&Platform> {
    context.get_ext::<Bench>().map(|Bench(platform)| platform)
}

/// Adds a job, in the transaction that `db` is in.
///
/// # Errors
/// When the database fails.
pub async fn add<J: TaskHandler>(db: &mut PgConnection, job: &J) -> Result<(), sqlx::Error> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"select from graphile_worker.add_job($1, payload => $2::jsonb::json, max_attempts => $3)"#,
        J::IDENTIFIER,
        payload,
        i32::from(TRIES),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a job that is worked on at `at` at the earliest.
///
/// # Errors
/// When the database fails.
pub async fn add_at<J: TaskHandler>(
    db: &mut PgConnection,
    job: &J,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"select from graphile_worker.add_job($1, payload => $2::jsonb::json, max_attempts => $3, run_at => $4)"#,
        J::IDENTIFIER,
        payload,
        i32::from(TRIES),
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a job unless one for the same `thing` waits already, which is begun anew then; at once, or at `at` at the earliest.
///
/// # Errors
/// When the database fails.
pub async fn add_once<J: TaskHandler>(
    db: &mut PgConnection,
    job: &J,
    thing: &str,
    at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"select from graphile_worker.add_job($1, payload => $2::jsonb::json, max_attempts => $3, job_key => $4,
                                               run_at => coalesce($5::timestamptz, now()))"#,
        J::IDENTIFIER,
        payload,
        i32::from(TRIES),
        format!("{}/{thing}", J::IDENTIFIER),
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A job that the clock adds at this minute of each hour, once for all processes.
pub fn hourly<J: TaskHandler>(options: WorkerOptions, minute: u32) -> WorkerOptions {
    match clockwork::<J>(minute) {
        Ok(cron) => options.with_cron(cron),
        Err(error) => {
            tracing::error!(%error, job = J::IDENTIFIER, "the clock does not add this job");
            options
        }
    }
}

fn clockwork<J: TaskHandler>(minute: u32) -> Result<Crontab, CrontabTimerError> {
    // Without a payload, a job of the clock's is given null.
    let cron = Cron::hourly_at::<J>(minute)?.payload_value(serde_json::json!({}));
    Ok(cron.max_attempts(3).build())
}

/// Works on jobs until `stop`, then lets those that run end. `options` names the jobs and what they need.
/// Whatever ends the work before, as a database that goes away, is logged and begun anew.
pub async fn work(
    pool: PgPool,
    stop: CancellationToken,
    options: impl Fn(WorkerOptions) -> WorkerOptions,
) {
    while !stop.is_cancelled() {
        let recovery = WorkerRecoveryConfig::default()
            .heartbeat_interval(DEAD_AFTER / 6)
            .sweep_interval(DEAD_AFTER / 3)
            .sweep_threshold(DEAD_AFTER)
            .recovery_delay(Duration::from_secs(1));
        let worker = options(
            WorkerOptions::default()
                .pg_pool(pool.clone())
                .worker_recovery(recovery)
                .listen_os_shutdown_signals(false)
                .shutdown_grace_period(GRACE)
                .shutdown_signal(stop.clone().cancelled_owned()),
        )
        .init()
        .await;
        let ended = match worker {
            Ok(worker) => worker.run().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if stop.is_cancelled() {
            break;
        }
        tracing::warn!(
            error = ended.err(),
            "background jobs stopped; they are begun anew"
        );
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            () = stop.cancelled() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphile_worker::{IntoTaskHandlerResult, WorkerContext};
    use serde::{Deserialize, Serialize};

    #[derive(Deserialize, Serialize)]
    struct Sweep {}

    impl TaskHandler for Sweep {
        const IDENTIFIER: &'static str = "tests.sweep";

        async fn run(self, _: WorkerContext) -> impl IntoTaskHandlerResult {}
    }

    #[test]
    fn what_the_clock_adds_is_a_job() {
        let cron = clockwork::<Sweep>(20).expect("a time");
        assert_eq!(cron.task_identifier, Sweep::IDENTIFIER);
        let payload = cron.payload.expect("a payload");
        assert!(serde_json::from_value::<Sweep>(payload).is_ok());
    }
}
