//! Background work: decisions take effect once they can no longer be taken back.

use super::service;
use crate::{error::Fault, platform::Platform};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

/// What jobs need.
#[derive(Clone)]
struct Desk(Platform);

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

/// The jobs of reviews.
pub fn jobs(options: WorkerOptions, platform: &Platform) -> WorkerOptions {
    options
        .add_extension(Desk(platform.clone()))
        .define_job::<SettleReview>()
}

/// Lets a decision take effect, and tells it.
#[derive(Deserialize, Serialize)]
pub struct SettleReview {
    pub review: i64,
}

impl TaskHandler for SettleReview {
    const IDENTIFIER: &'static str = "reviews.settle";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Desk(platform)) = context.get_ext::<Desk>() else {
            return Err("no platform");
        };
        let work = async {
            let mut db = platform.pool.acquire().await?;
            service::settle(&mut db, self.review, platform.clock.now()).await
        };
        // Kept with the job: a word, never a row's contents.
        work.await.map_err(|fault: Fault| fault.name())
    }
}
