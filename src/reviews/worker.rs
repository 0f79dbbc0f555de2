//! Background work: decisions take effect once they can no longer be taken back.

use super::{service, store};
use crate::{
    error::Fault,
    ids::ReviewId,
    platform::{Platform, jobs},
};
use chrono::Duration;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

/// The jobs of reviews.
pub fn jobs(options: WorkerOptions, _: &Platform) -> WorkerOptions {
    let options = options
        .define_job::<SettleReview>()
        .define_job::<SettleOverdue>();
    jobs::hourly::<SettleOverdue>(options, 40)
}

/// Lets a decision take effect, and tells it.
#[derive(Deserialize, Serialize)]
pub struct SettleReview {
    pub review: ReviewId,
}

impl TaskHandler for SettleReview {
    const IDENTIFIER: &'static str = "reviews.settle";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(platform) = jobs::platform(&context) else {
            return Err(jobs::NO_PLATFORM);
        };
        let work = async {
            let mut db = platform.pool.acquire().await?;
            service::settle(&mut db, self.review, platform.clock.now()).await
        };
        // Kept with the job: a word, never a row's contents.
        work.await.map_err(|fault: Fault| fault.name())
    }
}

/// Minutes after which a decision should long have taken effect.
const OVERDUE: i64 = 30;
/// Decisions looked at in one go.
const BATCH: i64 = 1000;

/// Finds decisions whose job gave up, as after two days without a database, and has them take effect after all.
#[derive(Deserialize, Serialize)]
pub struct SettleOverdue {}

impl TaskHandler for SettleOverdue {
    const IDENTIFIER: &'static str = "reviews.settle_overdue";

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
    for review in store::overdue(&mut db, before, BATCH).await? {
        jobs::add_once(&mut db, &SettleReview { review }, &review.to_string(), None).await?;
    }
    Ok(())
}
