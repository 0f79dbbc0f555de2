//! Background work: staff are told of what no dentist has seen in time.

use super::{service, store};
use crate::{
    error::Fault,
    ids::ReportId,
    platform::{Platform, jobs},
};
use chrono::Duration;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

/// The jobs of reports.
pub fn jobs(options: WorkerOptions, _: &Platform) -> WorkerOptions {
    let options = options
        .define_job::<TellStaff>()
        .define_job::<TellStaffOverdue>();
    jobs::hourly::<TellStaffOverdue>(options, 25)
}

/// Tells staff of a report, unless it has been seen by then.
#[derive(Deserialize, Serialize)]
pub struct TellStaff {
    pub report: ReportId,
}

impl TaskHandler for TellStaff {
    const IDENTIFIER: &'static str = "reports.tell_staff";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(platform) = jobs::platform(&context) else {
            return Err(jobs::NO_PLATFORM);
        };
        let work = async {
            let mut db = platform.pool.acquire().await?;
            service::tell_staff(&mut db, self.report, platform.clock.now()).await
        };
        // Kept with the job: a word, never a row's contents.
        work.await.map_err(|fault: Fault| fault.name())
    }
}

/// Minutes after which staff should long have been told.
const OVERDUE: i64 = 30;
/// Reports looked at in one go.
const BATCH: i64 = 200;

/// Finds reports whose job gave up, as after two days without a database.
#[derive(Deserialize, Serialize)]
pub struct TellStaffOverdue {}

impl TaskHandler for TellStaffOverdue {
    const IDENTIFIER: &'static str = "reports.tell_staff_overdue";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(platform) = jobs::platform(&context) else {
            return Err(jobs::NO_PLATFORM);
        };
        resume(platform).await.map_err(Fault::name)
    }
}

/// Adds the jobs that are missing.
///
/// # Errors
/// While the database is away.
pub async fn resume(platform: &Platform) -> Result<(), Fault> {
    let mut db = platform.pool.acquire().await?;
    let before = platform.clock.now() - Duration::minutes(OVERDUE);
    for report in store::overdue(&mut db, before, BATCH).await? {
        jobs::add_once(&mut db, &TellStaff { report }, &report.to_string(), None).await?;
    }
    Ok(())
}
