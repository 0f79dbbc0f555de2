//! Background work: the list of a campaign's recipients is made, and what is due of it handed to the dispatcher, step by step; each
//! step is a transaction, and leads to the next.

use super::{
    model::State,
    store::{self, Step, recipients},
};
use crate::{
    accounts::{Role, UserId},
    audit,
    campaigns::Action,
    error::Fault,
    ids::CampaignId,
    notifications,
    platform::{Platform, jobs},
};
use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// People put on the list in a step.
const PREPARED: i64 = 2000;
/// Notifications written in a step, if nobody limits them.
const FED: i64 = 500;
/// The most that wait for a dispatcher before more is written: so that what somebody else is owed at nine does not wait behind
/// a campaign for long, and a pause holds back all but these.
const AHEAD: i64 = 1000;
/// Until the dispatcher is looked at again.
const WAIT: TimeDelta = TimeDelta::seconds(1);
/// The longest until recipients are looked at again.
const LOOK: TimeDelta = TimeDelta::minutes(5);
/// Notifications called back in a step.
const CALLED_BACK: i64 = 500;
/// One that is limited writes in one step what goes out in so many seconds.
const SLOT: i64 = 5;
/// Steps of one job: so that a process that is told to stop is done soon.
const STEPS: usize = 20;

/// The jobs of campaigns.
pub fn jobs(options: WorkerOptions, _: &Platform) -> WorkerOptions {
    let options = options
        .define_job::<RunCampaign>()
        .define_job::<ResumeCampaigns>();
    jobs::hourly::<ResumeCampaigns>(options, 25)
}

/// Brings a campaign a few steps further.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct RunCampaign {
    pub campaign: CampaignId,
}

impl TaskHandler for RunCampaign {
    const IDENTIFIER: &'static str = "campaigns.run";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(platform) = jobs::platform(&context) else {
            return Err(jobs::NO_PLATFORM);
        };
        let work = async {
            let mut db = platform.pool.acquire().await?;
            run(&mut db, self.campaign).await
        };
        work.await.map_err(|fault: Fault| fault.name())
    }
}

/// Finds campaigns whose job gave up, and has them go on.
#[derive(Deserialize, Serialize)]
pub struct ResumeCampaigns {}

impl TaskHandler for ResumeCampaigns {
    const IDENTIFIER: &'static str = "campaigns.resume";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(platform) = jobs::platform(&context) else {
            return Err(jobs::NO_PLATFORM);
        };
        let work = async {
            let mut db = platform.pool.acquire().await?;
            for campaign in store::under_way(&mut db).await? {
                go_on(&mut db, campaign, None).await?;
            }
            Ok(())
        };
        work.await.map_err(|fault: Fault| fault.name())
    }
}

/// Has a campaign's next steps taken, now or at a moment.
///
/// # Errors
/// When the database fails.
pub async fn go_on(
    db: &mut PgConnection,
    campaign: CampaignId,
    at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    jobs::add_once(db, &RunCampaign { campaign }, &campaign.to_string(), at).await
}

/// Takes a few steps of a campaign, and sees to it that the others are taken.
///
/// # Errors
/// When the database fails.
pub async fn run(db: &mut PgConnection, campaign: CampaignId) -> Result<(), Fault> {
    for _ in 0..STEPS {
        let mut tx = db.begin().await?;
        let next = step(&mut tx, campaign).await?;
        if let Next::At(moment) = next {
            go_on(&mut tx, campaign, Some(moment)).await?;
        }
        tx.commit().await?;
        if !matches!(next, Next::Now) {
            return Ok(());
        }
    }
    go_on(db, campaign, None).await?;
    Ok(())
}

/// When a campaign's next step is to be taken.
enum Next {
    Now,
    At(DateTime<Utc>),
    Never,
}

/// An audit row of what is done to somebody by a campaign, in the name of whoever started or cancelled it.
fn in_the_name_of(
    action: impl Into<audit::Action>,
    campaign: CampaignId,
    by: Option<(UserId, Role)>,
) -> audit::Entry {
    let entry = audit::Entry::new(action).detail(json!({ "campaign": campaign }));
    match by {
        Some((id, role)) => entry.by(id.0, role.name()),
        None => entry,
    }
}

async fn step(db: &mut PgConnection, id: CampaignId) -> Result<Next, sqlx::Error> {
    let Some(Step {
        state,
        per_minute,
        next_at,
        started,
        cancelled,
        now,
    }) = store::step(db, id).await?
    else {
        return Ok(Next::Never);
    };
    match state {
        State::Preparing => {
            if recipients::prepare(db, id, PREPARED).await? {
                store::set_state(db, id, State::Running).await?;
            }
            Ok(Next::Now)
        }
        State::Running => {
            if let Some(next) = next_at.filter(|next| *next > now) {
                return Ok(Next::At(next));
            }
            let limit = per_minute.map_or(FED, |most| (i64::from(most) * SLOT + 59) / 60);
            let limit = limit.min(AHEAD - recipients::waiting(db, AHEAD).await?);
            if limit <= 0 {
                return Ok(Next::At(now + WAIT));
            }
            let fed = recipients::feed(db, id, limit).await?;
            let entry = in_the_name_of(Action::Send, id, started);
            let each = (&*fed.people, &*fed.notifications);
            audit::record_each(db, entry, "notifications", each).await?;
            if fed.looked == 0 {
                return match recipients::next_moment(db, id).await? {
                    // Whoever moves to another zone may be due earlier than that.
                    Some(moment) => Ok(Next::At(moment.min(now + LOOK))),
                    None => {
                        store::set_state(db, id, State::Done).await?;
                        Ok(Next::Never)
                    }
                };
            }
            let written = fed.notifications.len() as i64;
            let (Some(most), true) = (per_minute, written > 0) else {
                return Ok(Next::Now);
            };
            let next = now + TimeDelta::milliseconds(written * 60_000 / i64::from(most));
            store::set_next(db, id, Some(next)).await?;
            Ok(Next::At(next))
        }
        State::Cancelled => {
            let (some, people) = recipients::pending(db, id, CALLED_BACK).await?;
            notifications::cancel(db, &some).await?;
            let entry = in_the_name_of(notifications::Action::Cancel, id, cancelled);
            audit::record_each(db, entry, "notifications", (&people, &some)).await?;
            Ok(if some.is_empty() {
                Next::Never
            } else {
                Next::Now
            })
        }
        State::Draft | State::Paused | State::Done => Ok(Next::Never),
    }
}
