//! The SQL of campaigns.

use super::model::{Draft, Moment, Segment, State};
use crate::{
    accounts::UserId,
    journeys::model::{Aftercare, Product, Status},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgConnection;

/// A campaign as its row says.
#[derive(Clone, Debug)]
pub struct Campaign {
    pub id: i64,
    pub revision: i32,
    pub state: State,
    pub draft: Draft,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

struct Record {
    id: i64,
    revision: i32,
    state: State,
    name: String,
    content_en: String,
    content_de: Option<String>,
    product: Option<Product>,
    status: Option<Status>,
    stage_from: Option<i32>,
    stage_to: Option<i32>,
    aftercare_stage: Option<Aftercare>,
    dentist_id: Option<i64>,
    overdue_days: Option<i32>,
    send_at: Option<NaiveDateTime>,
    time_zone: Option<String>,
    per_minute: Option<i32>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Record> for Campaign {
    fn from(row: Record) -> Self {
        let moment = match (row.send_at, row.time_zone) {
            (None, _) => Moment::AtOnce,
            (Some(at), None) => Moment::OwnTime(at),
            // The database knows this zone; should we not, its name stands for UTC.
            (Some(at), Some(zone)) => Moment::One(at, zone.parse().unwrap_or(chrono_tz::UTC)),
        };
        Self {
            id: row.id,
            revision: row.revision,
            state: row.state,
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
                },
                moment,
                per_minute: row.per_minute,
            },
            started_at: row.started_at,
            ended_at: row.ended_at,
        }
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

/// Keeps a new draft. Answers its id.
pub async fn add(db: &mut PgConnection, by: UserId, draft: &Draft) -> Result<i64, sqlx::Error> {
    let (at, zone) = parts(draft.moment);
    sqlx::query_scalar!(
        "insert into campaigns (created_by, name, content_en, content_de, product, status, stage_from, stage_to, aftercare_stage,
                                dentist_id, overdue_days, send_at, time_zone, per_minute)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id",
        by as UserId,
        draft.name,
        draft.content_en,
        draft.content_de,
        draft.segment.product as Option<Product>,
        draft.segment.status as Option<Status>,
        draft.segment.stage_from,
        draft.segment.stage_to,
        draft.segment.aftercare as Option<Aftercare>,
        draft.segment.dentist,
        draft.segment.overdue_days,
        at,
        zone,
        draft.per_minute,
    )
    .fetch_one(db)
    .await
}

/// Rewrites a draft, if it is the one that was seen. Answers whether it was.
pub async fn rewrite(
    db: &mut PgConnection,
    id: i64,
    seen: i32,
    draft: &Draft,
) -> Result<bool, sqlx::Error> {
    let (at, zone) = parts(draft.moment);
    sqlx::query!(
        "update campaigns set revision = revision + 1, name = $3, content_en = $4, content_de = $5, product = $6, status = $7,
                stage_from = $8, stage_to = $9, aftercare_stage = $10, dentist_id = $11, overdue_days = $12, send_at = $13,
                time_zone = $14, per_minute = $15
         where id = $1 and revision = $2 and state = 'draft'",
        id,
        seen,
        draft.name,
        draft.content_en,
        draft.content_de,
        draft.segment.product as Option<Product>,
        draft.segment.status as Option<Status>,
        draft.segment.stage_from,
        draft.segment.stage_to,
        draft.segment.aftercare as Option<Aftercare>,
        draft.segment.dentist,
        draft.segment.overdue_days,
        at,
        zone,
        draft.per_minute,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

pub async fn one(db: &mut PgConnection, id: i64) -> Result<Option<Campaign>, sqlx::Error> {
    sqlx::query_as!(
        Record,
        r#"select id, revision, state as "state: State", name, content_en, content_de, product as "product: Product",
                  status as "status: Status", stage_from, stage_to, aftercare_stage as "aftercare_stage: Aftercare", dentist_id,
                  overdue_days, send_at, time_zone, per_minute, started_at, ended_at
           from campaigns where id = $1"#,
        id,
    )
    .fetch_optional(db)
    .await
    .map(|row| row.map(Into::into))
}

/// Holds a campaign until the transaction ends, and answers how it stands.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<Option<(State, i32)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select state as "state: State", revision from campaigns where id = $1 for no key update"#,
        id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.state, row.revision)))
}

pub async fn set_state(db: &mut PgConnection, id: i64, state: State) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set state = $2::campaign_state, started_at = coalesce(started_at, now()), revision = revision + 1,
                ended_at = case when $3 then now() end
         where id = $1",
        id,
        state as State,
        matches!(state, State::Done | State::Cancelled),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub state: State,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub by: String,
}

/// Campaigns, the newest first: `limit` of those before the campaign `before`.
pub async fn list(
    db: &mut PgConnection,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"select c.id, c.name, c.state as "state: State", c.created_at, c.started_at,
                  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) as "by!"
           from campaigns c join users u on u.id = c.created_by
           where c.id < coalesce($1, 9223372036854775807) order by c.id desc limit $2"#,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many a draft would go to, as things stand, and how many of its segment are left out.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub recipients: i64,
    pub left_out: i64,
    /// Of the recipients those who get it in their inbox alone: they do not want notices on their devices.
    pub inbox_only: i64,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
}

pub async fn reach(db: &mut PgConnection, id: i64) -> Result<Reach, sqlx::Error> {
    sqlx::query_as!(
        Reach,
        r#"select count(*) filter (where p.left_out is null) as "recipients!", count(*) filter (where p.left_out is not null) as "left_out!",
                  count(*) filter (where p.left_out is null and 'notice' = any (u.unpushed)) as "inbox_only!",
                  min(late.moment) filter (where p.left_out is null) as first, max(late.moment) filter (where p.left_out is null) as last
           from campaign_people p join users u on u.id = p.user_id
           cross join lateral (
             select case when in_quiet_hours((p.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                         then quiet_end(p.moment, u.time_zone, u.quiet_from, u.quiet_until) else p.moment end as moment
           ) late
           where p.campaign_id = $1 and p.user_id > 0"#,
        id,
    )
    .fetch_one(db)
    .await
}

/// A person of the segment, and what becomes of theirs.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub time_zone: String,
    /// When it goes, or went, out.
    pub at: DateTime<Utc>,
    /// When it would, were it not for their quiet hours.
    pub moment: DateTime<Utc>,
    pub left_out: Option<String>,
    pub pushed: bool,
    pub notification: Option<i64>,
}

/// Whom a draft would go to: `limit` of those after the person `after`, by their ids.
pub async fn preview(
    db: &mut PgConnection,
    id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, u.time_zone, p.moment as "moment!", p.left_out,
                  case when in_quiet_hours((p.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                       then quiet_end(p.moment, u.time_zone, u.quiet_from, u.quiet_until) else p.moment end as "at!",
                  not 'notice' = any (u.unpushed) as "pushed!", null::bigint as notification
           from campaign_people p join users u on u.id = p.user_id
           where p.campaign_id = $1 and p.user_id > $2 order by p.user_id limit $3"#,
        id,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The same of one that was started.
pub async fn recipients(
    db: &mut PgConnection,
    id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, u.time_zone, r.moment, r.left_out,
                  case when n.sent_at is not null then n.sent_at
                       when in_quiet_hours((r.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                       then quiet_end(r.moment, u.time_zone, u.quiet_from, u.quiet_until) else r.moment end as "at!",
                  coalesce(n.delivery = 'push', not 'notice' = any (u.unpushed)) as "pushed!", r.notification_id as notification
           from campaign_recipients r join users u on u.id = r.user_id left join notifications n on n.id = r.notification_id
           where r.campaign_id = $1 and r.user_id > $2 order by r.user_id limit $3"#,
        id,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// What has become of a campaign's notifications.
#[derive(Clone, Copy, Debug)]
pub struct Results {
    /// On the list, and not handed to the dispatcher yet.
    pub waiting: i64,
    pub left_out: i64,
    /// With the dispatcher.
    pub pending: i64,
    pub pushed: i64,
    pub inbox_only: i64,
    pub failed: i64,
    pub cancelled: i64,
    /// Opened in the inbox.
    pub read: i64,
}

pub async fn results(db: &mut PgConnection, id: i64) -> Result<Results, sqlx::Error> {
    sqlx::query_as!(
        Results,
        r#"select count(*) filter (where r.left_out is null and r.notification_id is null) as "waiting!",
                  count(*) filter (where r.left_out is not null) as "left_out!",
                  count(*) filter (where n.status = 'pending') as "pending!",
                  count(*) filter (where n.delivery = 'push') as "pushed!", count(*) filter (where n.delivery = 'inbox') as "inbox_only!",
                  count(*) filter (where n.status = 'failed') as "failed!", count(*) filter (where n.status = 'cancelled') as "cancelled!",
                  count(*) filter (where n.read_at is not null) as "read!"
           from campaign_recipients r
           -- One by one: never all notifications there ever were.
           left join lateral (select status, delivery, read_at from notifications where id = r.notification_id offset 0) n on true
           where r.campaign_id = $1"#,
        id,
    )
    .fetch_one(db)
    .await
}

/// Puts the next people of the segment on the list of recipients: of so many. Answers whether that was all.
pub async fn prepare(db: &mut PgConnection, id: i64, limit: i64) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        r#"with next as (
             select p.user_id, p.moment, p.left_out from campaign_people p
             where p.campaign_id = $1 and p.user_id > (select prepared_to from campaigns where id = $1) order by p.user_id limit $2
           ), added as (
             insert into campaign_recipients (campaign_id, user_id, moment, left_out) select $1, user_id, moment, left_out from next
             on conflict do nothing
           )
           select count(*) as "count!", max(user_id) as last from next"#,
        id,
        limit,
    )
    .fetch_one(&mut *db)
    .await?;
    if let Some(last) = added.last {
        sqlx::query!(
            "update campaigns set prepared_to = $2 where id = $1",
            id,
            last
        )
        .execute(db)
        .await?;
    }
    Ok(added.count < limit)
}

/// Writes the notifications of recipients whose moment has come, of so many; those who are no longer of the segment are left out.
/// Answers how many were looked at.
pub async fn feed(db: &mut PgConnection, id: i64, limit: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with due as (
             select r.user_id from campaign_recipients r
             where r.campaign_id = $1 and r.notification_id is null and r.left_out is null and r.moment <= now()
             order by r.moment, r.user_id limit $2
           ), looked as (
             select due.user_id, case when p.user_id is null then 'changed' else p.left_out end as left_out
             from due left join campaign_people p on p.campaign_id = $1 and p.user_id = due.user_id
           ), gone as (
             update campaign_recipients r set left_out = looked.left_out from looked
             where r.campaign_id = $1 and r.user_id = looked.user_id and looked.left_out is not null
           ), added as (
             insert into notifications (user_id, content, source, kind)
             select u.id, case when u.language = 'de' then coalesce(c.content_de, c.content_en) else c.content_en end, 'other', 'notice'
             from looked join users u on u.id = looked.user_id cross join campaigns c
             where c.id = $1 and looked.left_out is null
             returning id, user_id
           ), linked as (
             update campaign_recipients r set notification_id = added.id from added
             where r.campaign_id = $1 and r.user_id = added.user_id
           )
           select count(*) as "count!" from looked"#,
        id,
        limit,
    )
    .fetch_one(db)
    .await
}

/// Before this moment no more of a campaign goes out.
pub async fn set_next(
    db: &mut PgConnection,
    id: i64,
    next: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update campaigns set next_at = $2 where id = $1", id, next)
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
    pub now: DateTime<Utc>,
}

/// Holds a campaign for a step.
pub async fn step(db: &mut PgConnection, id: i64) -> Result<Option<Step>, sqlx::Error> {
    sqlx::query_as!(
        Step,
        r#"select state as "state: State", per_minute, next_at, now() as "now!" from campaigns where id = $1 for no key update"#,
        id,
    )
    .fetch_optional(db)
    .await
}

/// When the next of the recipients who wait is due.
pub async fn next_moment(
    db: &mut PgConnection,
    id: i64,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(moment) from campaign_recipients where campaign_id = $1 and notification_id is null and left_out is null",
        id,
    )
    .fetch_one(db)
    .await
}

/// Those of a campaign's notifications that have not gone out, and that nobody asked to cancel yet: so many.
pub async fn pending(db: &mut PgConnection, id: i64, limit: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select n.id from campaign_recipients r join notifications n on n.id = r.notification_id
           where r.campaign_id = $1 and n.status = 'pending' and not n.cancel_wanted limit $2"#,
        id,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Campaigns under way: so that one whose job gave up goes on.
pub async fn under_way(db: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from campaigns where state in ('preparing', 'running') order by id"
    )
    .fetch_all(db)
    .await
}

/// Every dentist's number and name, for a list to choose from.
pub async fn dentists(db: &mut PgConnection) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!("select id, display_name from dentists order by display_name, id")
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.display_name))
        .collect())
}
