//! The SQL of recipients: whom a campaign is for, when, and what became of theirs.

use crate::{
    accounts::{Named, UserId},
    campaigns::model::State,
    ids::CampaignId,
    notifications::{Open, Status},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// How many a draft would go to, as things stand, and how many of its segment are left out.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub recipients: i64,
    pub left_out: i64,
    /// Of the recipients those who are expected to get it in their inbox alone (`leaves_inbox` in the schema).
    pub inbox_only: i64,
    /// Of the recipients those who read German.
    pub german: i64,
    /// Of the recipients those whose quiet hours it falls into: they get it when these end. Who wants no notices on their devices
    /// finds it in the inbox at any hour.
    pub quiet: i64,
    pub first: Option<DateTime<Utc>>,
    pub last: Option<DateTime<Utc>>,
}

pub async fn reach(
    db: &mut PgConnection,
    id: CampaignId,
    open: Open,
) -> Result<Reach, sqlx::Error> {
    sqlx::query_as!(
        Reach,
        r#"select count(*) filter (where p.left_out is null) as "recipients!", count(*) filter (where p.left_out is not null) as "left_out!",
                  count(*) filter (where p.left_out is null and not leaves_inbox(u, 'notice', $2, $3)) as "inbox_only!",
                  count(*) filter (where p.left_out is null and told_in(u) = 'de') as "german!",
                  count(*) filter (where p.left_out is null and late.moment <> p.moment) as "quiet!",
                  min(late.moment) filter (where p.left_out is null) as first, max(late.moment) filter (where p.left_out is null) as last
           from campaign_people p join users u on u.id = p.user_id
           cross join lateral (
             select case when not 'notice' = any (u.unpushed)
                              and in_quiet_hours((p.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                         then quiet_end(p.moment, u.time_zone, u.quiet_from, u.quiet_until) else p.moment end as moment
           ) late
           where p.campaign_id = $1 and p.user_id > 0"#,
        id as CampaignId,
        open.email,
        open.sms,
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
    /// How theirs stands, once it is written.
    pub status: Option<Status>,
}

/// What has become of somebody's. The tiles count the same: see [`results`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is still to go out.
    Waits,
    Pushed,
    /// It went out, and to no device.
    InboxOnly,
    Failed,
    /// Stopped before it went out.
    Cancelled,
    LeftOut,
}

impl Recipient {
    /// What has become of theirs in a campaign that stands so.
    pub fn outcome(&self, campaign: State) -> Outcome {
        match self.status {
            _ if self.left_out.is_some() => Outcome::LeftOut,
            Some(Status::Sent) if self.pushed => Outcome::Pushed,
            Some(Status::Sent) => Outcome::InboxOnly,
            Some(Status::Failed) => Outcome::Failed,
            Some(Status::Cancelled) => Outcome::Cancelled,
            None if campaign == State::Cancelled => Outcome::Cancelled,
            Some(Status::Pending) | None => Outcome::Waits,
        }
    }

    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.id,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// Whom a draft would go to: `limit` of those after the person `after`, by their ids.
pub async fn preview(
    db: &mut PgConnection,
    id: CampaignId,
    open: Open,
    after: i64,
    limit: i64,
) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, u.time_zone, p.moment as "moment!", p.left_out,
                  case when not 'notice' = any (u.unpushed)
                            and in_quiet_hours((p.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                       then quiet_end(p.moment, u.time_zone, u.quiet_from, u.quiet_until) else p.moment end as "at!",
                  leaves_inbox(u, 'notice', $4, $5) as "pushed!", null::bigint as notification,
                  null::notification_status as "status: Status"
           from campaign_people p join users u on u.id = p.user_id
           where p.campaign_id = $1 and p.user_id > $2 order by p.user_id limit $3"#,
        id as CampaignId,
        after,
        limit,
        open.email,
        open.sms,
    )
    .fetch_all(db)
    .await
}

/// Which people of a campaign that was started are shown. The tiles that count them choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    All,
    Waiting,
    Pushed,
    InboxOnly,
    Read,
    Failed,
    Cancelled,
    LeftOut,
}

impl Part {
    const EACH: [Self; 8] = [
        Self::All,
        Self::Waiting,
        Self::Pushed,
        Self::InboxOnly,
        Self::Read,
        Self::Failed,
        Self::Cancelled,
        Self::LeftOut,
    ];

    /// In addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Waiting => "waiting",
            Self::Pushed => "pushed",
            Self::InboxOnly => "inbox",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::LeftOut => "left",
        }
    }

    /// All, where it names none.
    pub fn named(name: &str) -> Self {
        let found = Self::EACH.into_iter().find(|part| part.name() == name);
        found.unwrap_or_default()
    }
}

/// The same of one that was started: those of a part of them, counted as [`results`] counts.
pub async fn recipients(
    db: &mut PgConnection,
    id: CampaignId,
    (part, stopped): (Part, bool),
    open: Open,
    after: i64,
    limit: i64,
) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, u.time_zone, r.moment, r.left_out,
                  case when n.sent_at is not null then n.sent_at
                       when not 'notice' = any (u.unpushed)
                            and in_quiet_hours((r.moment at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                       then quiet_end(r.moment, u.time_zone, u.quiet_from, u.quiet_until) else r.moment end as "at!",
                  coalesce(n.delivery <> 'inbox', leaves_inbox(u, 'notice', $6, $7)) as "pushed!", r.notification_id as notification,
                  n.status as "status?: Status"
           from campaign_recipients r join users u on u.id = r.user_id left join notifications n on n.id = r.notification_id
           where r.campaign_id = $1 and r.user_id > $2
             and case $4 when 'waiting' then r.left_out is null and (n.status = 'pending' or r.notification_id is null and not $5)
                         when 'pushed' then n.delivery <> 'inbox'
                         when 'inbox' then n.delivery = 'inbox'
                         when 'read' then n.read_at is not null
                         when 'failed' then n.status = 'failed'
                         when 'cancelled' then n.status = 'cancelled' or r.left_out is null and r.notification_id is null and $5
                         when 'left' then r.left_out is not null
                         else true end
           order by r.user_id limit $3"#,
        id as CampaignId,
        after,
        limit,
        part.name(),
        stopped,
        open.email,
        open.sms,
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
    /// Of these the ones that are going out, or being called back, just now.
    pub moving: i64,
    pub pushed: i64,
    pub inbox_only: i64,
    pub failed: i64,
    pub cancelled: i64,
    /// Opened in the inbox.
    pub read: i64,
}

pub async fn results(db: &mut PgConnection, id: CampaignId) -> Result<Results, sqlx::Error> {
    sqlx::query_as!(
        Results,
        r#"select count(*) filter (where r.left_out is null and r.notification_id is null) as "waiting!",
                  count(*) filter (where r.left_out is not null) as "left_out!",
                  count(*) filter (where n.status = 'pending') as "pending!",
                  count(*) filter (where n.status = 'pending' and q.due_at <= now() + interval '1 minute') as "moving!",
                  count(*) filter (where n.delivery <> 'inbox') as "pushed!", count(*) filter (where n.delivery = 'inbox') as "inbox_only!",
                  count(*) filter (where n.status = 'failed') as "failed!", count(*) filter (where n.status = 'cancelled') as "cancelled!",
                  count(*) filter (where n.read_at is not null) as "read!"
           from campaign_recipients r
           -- One by one: never all notifications there ever were.
           left join lateral (select status, delivery, read_at from notifications where id = r.notification_id offset 0) n on true
           left join lateral queue_of(r.notification_id) q on n.status = 'pending'
           where r.campaign_id = $1"#,
        id as CampaignId,
    )
    .fetch_one(db)
    .await
}

/// Of those who still wait the ones whose quiet hours hold it back now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asleep {
    pub count: i64,
    /// When the last of these quiet hours end.
    pub until: Option<DateTime<Utc>>,
}

pub async fn asleep(db: &mut PgConnection, id: CampaignId) -> Result<Asleep, sqlx::Error> {
    sqlx::query_as!(
        Asleep,
        r#"select count(*) as "count!", max(held.until) as until
           from campaign_recipients r
           -- One by one, as above.
           left join lateral (select status from notifications where id = r.notification_id offset 0) n on true
           cross join lateral (select time_zone, quiet_from, quiet_until, unpushed from users where id = r.user_id offset 0) u
           cross join lateral (select quiet_end(now(), u.time_zone, u.quiet_from, u.quiet_until) as until) held
           where r.campaign_id = $1 and r.left_out is null and (r.notification_id is null or n.status = 'pending')
             and not 'notice' = any (u.unpushed) and in_quiet_hours((now() at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
             and r.moment <= held.until"#,
        id as CampaignId,
    )
    .fetch_one(db)
    .await
}

/// Puts the next people of the segment on the list of recipients: of so many. Answers whether that was all.
pub async fn prepare(
    db: &mut PgConnection,
    id: CampaignId,
    limit: i64,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        r#"with next as (
             select p.user_id, p.moment, p.left_out from campaign_people p
             where p.campaign_id = $1 and p.user_id > (select prepared_to from campaigns where id = $1) order by p.user_id limit $2
           ), added as (
             insert into campaign_recipients (campaign_id, user_id, moment, left_out) select $1, user_id, moment, left_out from next
             on conflict do nothing
           )
           select count(*) as "count!", max(user_id) as last from next"#,
        id as CampaignId,
        limit,
    )
    .fetch_one(&mut *db)
    .await?;
    if let Some(last) = added.last {
        sqlx::query!(
            "update campaigns set prepared_to = $2 where id = $1",
            id as CampaignId,
            last
        )
        .execute(db)
        .await?;
    }
    Ok(added.count < limit)
}

/// How many notifications, of whatever kind, are due and wait for a dispatcher: `most` at most.
pub async fn waiting(db: &mut PgConnection, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from deliveries where state = 'pending' and due_at <= now() order by due_at, id limit $1) due"#,
        most,
    )
    .fetch_one(db)
    .await
}

/// What a feeding came to.
#[derive(Clone, Debug)]
pub struct Fed {
    /// Recipients that were looked at: none, if no more are due.
    pub looked: i64,
    /// To whom something was written: as many people as notifications.
    pub people: Vec<i64>,
    pub notifications: Vec<i64>,
}

/// Writes the notifications of recipients whose moment has come, of so many. Those who are no longer of the segment are left out;
/// those whose quiet hours it is come after these, so that not all of a night's go out in one morning's minute.
pub async fn feed(db: &mut PgConnection, id: CampaignId, limit: i64) -> Result<Fed, sqlx::Error> {
    sqlx::query_as!(
        Fed,
        r#"with due as (
             select r.user_id from campaign_recipients r
             where r.campaign_id = $1 and r.notification_id is null and r.left_out is null and r.moment <= now()
             order by r.moment, r.user_id limit $2
           ), looked as (
             select due.user_id, case when p.user_id is null then 'changed' else p.left_out end as left_out,
                    case when in_quiet_hours((now() at time zone u.time_zone)::time, u.quiet_from, u.quiet_until)
                              and not 'notice' = any (u.unpushed)
                         then quiet_end(now(), u.time_zone, u.quiet_from, u.quiet_until) end as later
             from due
             cross join lateral (select time_zone, quiet_from, quiet_until, unpushed from users where id = due.user_id offset 0) u
             left join campaign_people p on p.campaign_id = $1 and p.user_id = due.user_id
           ), gone as (
             update campaign_recipients r set left_out = looked.left_out, moment = coalesce(looked.later, r.moment) from looked
             where r.campaign_id = $1 and r.user_id = looked.user_id and (looked.left_out is not null or looked.later is not null)
           ), added as (
             insert into notifications (user_id, content, source, kind)
             select u.id, case when told_in(u) = 'de' then coalesce(c.content_de, c.content_en) else c.content_en end, 'other', 'notice'
             from looked join users u on u.id = looked.user_id cross join campaigns c
             where c.id = $1 and looked.left_out is null and looked.later is null
             returning id, user_id
           ), linked as (
             update campaign_recipients r set notification_id = added.id from added
             where r.campaign_id = $1 and r.user_id = added.user_id
           )
           select (select count(*) from looked) as "looked!", coalesce(array_agg(user_id), '{}') as "people!",
                  coalesce(array_agg(id), '{}') as "notifications!"
           from added"#,
        id as CampaignId,
        limit,
    )
    .fetch_one(db)
    .await
}

/// When the next of the recipients who wait is due.
pub async fn next_moment(
    db: &mut PgConnection,
    id: CampaignId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(moment) from campaign_recipients where campaign_id = $1 and notification_id is null and left_out is null",
        id as CampaignId,
    )
    .fetch_one(db)
    .await
}

/// Those of a campaign's notifications that have not gone out, and that nobody asked to cancel yet: so many, and whose they are.
pub async fn pending(
    db: &mut PgConnection,
    id: CampaignId,
    limit: i64,
) -> Result<(Vec<i64>, Vec<i64>), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.id, n.user_id from campaign_recipients r join notifications n on n.id = r.notification_id
           where r.campaign_id = $1 and n.status = 'pending'
             and exists (select from deliveries d where d.notification_id = n.id and d.state = 'pending' and not d.cancel_wanted)
           order by n.id limit $2 for no key update of n"#,
        id as CampaignId,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.user_id)).unzip())
}
