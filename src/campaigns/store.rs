//! The SQL of campaigns.

mod listed;
pub mod recipients;

pub use listed::{Listed, list, not_ended};

use super::model::{Draft, Moment, Segment, Standing, State};
use crate::{
    accounts::{Role, UserId},
    ids::{CampaignId, DentistId},
    journeys::model::{Aftercare, Product, Status},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A campaign as its row says.
#[derive(Clone, Debug)]
pub struct Campaign {
    pub id: CampaignId,
    pub revision: i32,
    pub state: State,
    /// Whether, started, it waits for its time.
    pub scheduled: bool,
    pub draft: Draft,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl Campaign {
    pub fn standing(&self) -> Standing {
        Standing {
            state: self.state,
            scheduled: self.scheduled.then_some(self.draft.moment),
        }
    }
}

struct Record {
    id: CampaignId,
    revision: i32,
    state: State,
    scheduled: bool,
    name: String,
    content_en: String,
    content_de: Option<String>,
    product: Option<Product>,
    status: Option<Status>,
    stage_from: Option<i32>,
    stage_to: Option<i32>,
    aftercare_stage: Option<Aftercare>,
    dentist_id: Option<DentistId>,
    overdue_days: Option<i32>,
    after_campaign_id: Option<CampaignId>,
    send_at: Option<NaiveDateTime>,
    time_zone: Option<String>,
    per_minute: Option<i32>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Record> for Campaign {
    fn from(row: Record) -> Self {
        Self {
            id: row.id,
            revision: row.revision,
            state: row.state,
            scheduled: row.scheduled,
            draft: Draft {
                name: row.name,
                content_en: row.content_en,
                content_de: row.content_de,
                segment: Segment {
                    product: row.product,
                    status: row.status,
                    stage_from: row.stage_from,
                    stage_to: row.stage_to,
                    aftercare: row.aftercare_stage,
                    dentist: row.dentist_id,
                    overdue_days: row.overdue_days,
                    got: row.after_campaign_id,
                },
                moment: moment(row.send_at, row.time_zone.as_deref()),
                per_minute: row.per_minute,
            },
            started_at: row.started_at,
            ended_at: row.ended_at,
        }
    }
}

/// When, as the table keeps it.
fn moment(at: Option<NaiveDateTime>, zone: Option<&str>) -> Moment {
    match (at, zone) {
        (None, _) => Moment::AtOnce,
        (Some(at), None) => Moment::OwnTime(at),
        // The database knows this zone; should we not, its name stands for UTC.
        (Some(at), Some(zone)) => Moment::One(at, zone.parse().unwrap_or(chrono_tz::UTC)),
    }
}

/// The local time and the zone of a moment, as the table keeps them.
fn parts(moment: Moment) -> (Option<NaiveDateTime>, Option<&'static str>) {
    match moment {
        Moment::AtOnce => (None, None),
        Moment::OwnTime(at) => (Some(at), None),
        Moment::One(at, zone) => (Some(at), Some(zone.name())),
    }
}

/// Keeps a new draft, unless the same form made one before. Answers its id.
pub async fn add(
    db: &mut PgConnection,
    by: UserId,
    form: Uuid,
    draft: &Draft,
) -> Result<Option<CampaignId>, sqlx::Error> {
    let (at, zone) = parts(draft.moment);
    sqlx::query_scalar!(
        r#"insert into campaigns (created_by, name, content_en, content_de, product, status, stage_from, stage_to, aftercare_stage,
                                dentist_id, overdue_days, send_at, time_zone, per_minute, form_key, after_campaign_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict (form_key) do nothing returning id as "id: CampaignId""#,
        by as UserId,
        draft.name,
        draft.content_en,
        draft.content_de,
        draft.segment.product as Option<Product>,
        draft.segment.status as Option<Status>,
        draft.segment.stage_from,
        draft.segment.stage_to,
        draft.segment.aftercare as Option<Aftercare>,
        draft.segment.dentist as Option<DentistId>,
        draft.segment.overdue_days,
        at,
        zone,
        draft.per_minute,
        form,
        draft.segment.got as Option<CampaignId>,
    )
    .fetch_optional(db)
    .await
}

/// What a form of somebody's made: its id and its revision.
pub async fn made_by(
    db: &mut PgConnection,
    by: UserId,
    form: Uuid,
) -> Result<Option<(CampaignId, i32)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select id as "id: CampaignId", revision from campaigns where form_key = $1 and created_by = $2"#,
        form,
        by as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.revision)))
}

/// Rewrites a draft, if it is the one that was seen. Answers whether it was.
pub async fn rewrite(
    db: &mut PgConnection,
    id: CampaignId,
    seen: i32,
    draft: &Draft,
) -> Result<bool, sqlx::Error> {
    let (at, zone) = parts(draft.moment);
    sqlx::query!(
        "update campaigns set revision = revision + 1, name = $3, content_en = $4, content_de = $5, product = $6, status = $7,
                stage_from = $8, stage_to = $9, aftercare_stage = $10, dentist_id = $11, overdue_days = $12, send_at = $13,
                time_zone = $14, per_minute = $15, after_campaign_id = $16
         where id = $1 and revision = $2 and state = 'draft'",
        id as CampaignId,
        seen,
        draft.name,
        draft.content_en,
        draft.content_de,
        draft.segment.product as Option<Product>,
        draft.segment.status as Option<Status>,
        draft.segment.stage_from,
        draft.segment.stage_to,
        draft.segment.aftercare as Option<Aftercare>,
        draft.segment.dentist as Option<DentistId>,
        draft.segment.overdue_days,
        at,
        zone,
        draft.per_minute,
        draft.segment.got as Option<CampaignId>,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// The campaigns that somebody got something of, the newest hundred, by name.
pub async fn sent(db: &mut PgConnection) -> Result<Vec<(CampaignId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: CampaignId", name from campaigns where state <> 'draft' order by id desc limit 100"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub async fn one(db: &mut PgConnection, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    sqlx::query_as!(
        Record,
        r#"select id as "id: CampaignId", revision, state as "state: State", is_scheduled(c) as "scheduled!", name, content_en, content_de, product as "product: Product",
                  status as "status: Status", stage_from, stage_to, aftercare_stage as "aftercare_stage: Aftercare", dentist_id as "dentist_id: DentistId",
                  overdue_days, after_campaign_id as "after_campaign_id: CampaignId", send_at, time_zone, per_minute, started_at, ended_at
           from campaigns c where id = $1"#,
        id as CampaignId,
    )
    .fetch_optional(db)
    .await
    .map(|row| row.map(Into::into))
}

/// Holds a campaign until the transaction ends, and answers how it stands.
pub async fn hold(
    db: &mut PgConnection,
    id: CampaignId,
) -> Result<Option<(State, i32)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select state as "state: State", revision from campaigns where id = $1 for no key update"#,
        id as CampaignId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.state, row.revision)))
}

pub async fn set_state(
    db: &mut PgConnection,
    id: CampaignId,
    state: State,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set state = $2::campaign_state, started_at = coalesce(started_at, now()), revision = revision + 1,
                ended_at = case when $3 then now() end
         where id = $1",
        id as CampaignId,
        state as State,
        matches!(state, State::Done | State::Cancelled),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes in whose name a campaign goes out.
pub async fn started_by(
    db: &mut PgConnection,
    id: CampaignId,
    by: UserId,
    role: Role,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set started_by = $2, started_as = $3 where id = $1",
        id as CampaignId,
        by as UserId,
        role as Role,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes in whose name it is called back.
pub async fn cancelled_by(
    db: &mut PgConnection,
    id: CampaignId,
    by: UserId,
    role: Role,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set cancelled_by = $2, cancelled_as = $3 where id = $1",
        id as CampaignId,
        by as UserId,
        role as Role,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Before this moment no more of a campaign goes out.
pub async fn set_next(
    db: &mut PgConnection,
    id: CampaignId,
    next: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set next_at = $2 where id = $1",
        id as CampaignId,
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a step of a running campaign goes by.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub state: State,
    pub per_minute: Option<i32>,
    pub next_at: Option<DateTime<Utc>>,
    /// Who started it, and who cancelled it, in which role.
    pub started: Option<(UserId, Role)>,
    pub cancelled: Option<(UserId, Role)>,
    pub now: DateTime<Utc>,
}

/// Holds a campaign for a step.
pub async fn step(db: &mut PgConnection, id: CampaignId) -> Result<Option<Step>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select state as "state: State", per_minute, next_at, started_by as "started_by: UserId", started_as as "started_as: Role",
                  cancelled_by as "cancelled_by: UserId", cancelled_as as "cancelled_as: Role", now() as "now!"
           from campaigns where id = $1 for no key update"#,
        id as CampaignId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Step {
        state: row.state,
        per_minute: row.per_minute,
        next_at: row.next_at,
        started: row.started_by.zip(row.started_as),
        cancelled: row.cancelled_by.zip(row.cancelled_as),
        now: row.now,
    }))
}

/// Whether a dispatcher has some of a campaign's that nobody has called back.
pub async fn in_hand(db: &mut PgConnection, id: CampaignId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
             select from campaign_recipients r
             join lateral (select from deliveries where notification_id = r.notification_id and state = 'pending' and not cancel_wanted offset 0) d on true
             where r.campaign_id = $1) as "is!""#,
        id as CampaignId,
    )
    .fetch_one(db)
    .await
}

/// Campaigns under way: so that one whose job gave up goes on.
pub async fn under_way(db: &mut PgConnection) -> Result<Vec<CampaignId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: CampaignId" from campaigns c where state in ('preparing', 'running')
           or state = 'cancelled' and exists (
             select from campaign_recipients r join deliveries d on d.notification_id = r.notification_id
             where r.campaign_id = c.id and d.state = 'pending' and not d.cancel_wanted)
         order by id"#
    )
    .fetch_all(db)
    .await
}
