//! The SQL of sending: claiming what is due, and settling what became of it. All by the database's clock.

use crate::notifications::{
    Template,
    model::{Delivery, KEY_DAYS, Settled, Status},
};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgInterval};
use std::time::Duration;
use uuid::Uuid;

/// A notification that is this process's to send until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: i64,
    /// Names this claim.
    pub fence: i32,
    /// With this one.
    pub tries: i32,
    pub key: Uuid,
    /// What the provider knows the patient by.
    pub push_id: Uuid,
    pub content: String,
    /// Which text it is, in whatever language; none: one written by hand.
    pub template: Option<Template>,
    pub language: Option<String>,
    /// Whether it is to be stopped rather than sent.
    pub cancel_wanted: bool,
    /// Whether it may be pushed; else it stands in the inbox alone.
    pub pushed: bool,
    /// Whether the provider may have forgotten its key.
    pub expired: bool,
    /// Whether the provider cannot have known of it before this claim.
    pub first: bool,
    pub now: DateTime<Utc>,
}

/// What one statement claimed.
#[derive(Debug)]
pub struct Batch {
    pub claimed: Vec<Claimed>,
    /// As far as it looked: the last of as many as were wanted, or now, if there were no more.
    pub reached: Position,
    /// Whether as many were found as were wanted, with those that were put off: more may be due behind them.
    pub full: bool,
}

/// Where in the order of what is due somebody goes on: behind this moment, and this notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub DateTime<Utc>, pub i64);

impl Position {
    pub const START: Self = Self(DateTime::UNIX_EPOCH, 0);
}

fn interval(duration: Duration) -> PgInterval {
    PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
    }
}

/// Claims what is due, the oldest `limit` of those behind a position, for as long as `lease`: until then nobody else claims it,
/// afterwards anybody. What falls into its patient's quiet hours is put off to their end instead.
pub async fn claim(
    db: &mut PgConnection,
    after: Position,
    limit: i64,
    lease: Duration,
) -> Result<Batch, sqlx::Error> {
    // Nothing is joined with `due`: how much of it there will be the planner cannot know, and each way to join costs dearly once it is
    // wrong (see the decision).
    let rows = sqlx::query!(
        r#"with due as materialized (
             select n.id, n.due_at, not n.cancel_wanted and not n.at_any_hour
                                    and in_quiet_hours((now() at time zone u.time_zone)::time, u.quiet_from, u.quiet_until) as quiet
             from notifications n join users u on u.id = n.user_id
             where n.status = 'pending' and n.due_at <= now() and (n.due_at, n.id) > ($4, $5)
             order by n.due_at, n.id limit $1 for no key update of n skip locked
           ), put_off as (
             update notifications n set due_at = quiet_end(now(), u.time_zone, u.quiet_from, u.quiet_until), owed_since = null
             from users u where n.id = any (array(select id from due where quiet)) and u.id = n.user_id
           ), claimed as (
             update notifications n
               set due_at = now() + $2, owed_since = coalesce(n.owed_since, n.due_at), fence = n.fence + 1, tries = n.tries + 1, first_tried_at = coalesce(n.first_tried_at, now())
               where n.id = any (array(select id from due where not quiet))
             returning n.id, n.user_id, n.fence, n.tries, n.idempotency_key, n.content, n.template, n.kind, n.cancel_wanted, n.first_tried_at
           )
           -- A row in any case; with the last one of as many as were wanted, in the order they were found in.
           select asked.now as "now!", last.due_at as "last_due?", last.id as "last_id?", n.id as "id?", n.fence as "fence?", n.tries as "tries?",
                  n.idempotency_key as "key?", u.push_id as "push_id?", n.content as "content?", n.template as "template?: Template", told_in(u) as language,
                  n.cancel_wanted as "cancel_wanted?", not n.kind = any (u.unpushed) and u.disabled_at is null as "pushed?",
                  n.first_tried_at < now() - make_interval(days => $3) as "expired?", n.first_tried_at = now() as "first?"
           from (select now()) as asked
           left join (select due_at, id from due offset $1 - 1) as last on true
           left join (claimed n join users u on u.id = n.user_id) on true"#,
        limit,
        interval(lease),
        KEY_DAYS,
        after.0,
        after.1,
    )
    .fetch_all(db)
    .await?;
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let last = first.last_due.zip(first.last_id);
    Ok(Batch {
        reached: last.map_or(Position(first.now, 0), |(due, id)| Position(due, id)),
        full: last.is_some(),
        claimed: rows
            .into_iter()
            .filter_map(|row| {
                Some(Claimed {
                    id: row.id?,
                    fence: row.fence?,
                    tries: row.tries?,
                    key: row.key?,
                    push_id: row.push_id?,
                    content: row.content?,
                    template: row.template,
                    language: row.language,
                    cancel_wanted: row.cancel_wanted?,
                    pushed: row.pushed?,
                    expired: row.expired?,
                    first: row.first?,
                    now: row.now,
                })
            })
            .collect(),
    })
}

/// What became of a claim.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub id: i64,
    pub fence: i32,
    /// The words that went out, if they are not those of the row.
    pub said: Option<String>,
    /// Whether it is tried for as long as it takes: what somebody wants cancelled does not end before that is known.
    pub endless: bool,
    pub settled: Settled,
}

/// Settles a claim: one that was sent by a statement of its own, the one that there are most of.
pub async fn settle_one(db: &mut PgConnection, outcome: &Outcome) -> Result<u64, sqlx::Error> {
    let Settled::Sent(delivery, provider_id) = &outcome.settled else {
        return settle(db, std::slice::from_ref(outcome)).await;
    };
    sqlx::query!(
        "update notifications
           set status = 'sent', delivery = $3, sent_at = now(), onesignal_id = coalesce($4, onesignal_id), failure = null,
               content = coalesce($5, content)
         where id = $1 and fence = $2 and status::text = 'pending'",
        outcome.id,
        outcome.fence,
        *delivery as Delivery,
        provider_id.as_deref(),
        outcome.said.as_deref(),
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Settles claims. One that another process has taken over since changes nothing. Answers how many were settled.
pub async fn settle(db: &mut PgConnection, outcomes: &[Outcome]) -> Result<u64, sqlx::Error> {
    let count = outcomes.len();
    let (mut ids, mut fences) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut statuses: Vec<Status> = Vec::with_capacity(count);
    let mut deliveries: Vec<Option<Delivery>> = Vec::with_capacity(count);
    let mut provider_ids: Vec<Option<String>> = Vec::with_capacity(count);
    let mut words: Vec<Option<&str>> = Vec::with_capacity(count);
    let mut codes: Vec<Option<i32>> = Vec::with_capacity(count);
    let mut delays: Vec<Option<i64>> = Vec::with_capacity(count);
    let mut sends: Vec<bool> = Vec::with_capacity(count);
    let mut said: Vec<Option<&str>> = Vec::with_capacity(count);
    for outcome in outcomes {
        ids.push(outcome.id);
        fences.push(outcome.fence);
        let (status, delivery, provider_id, why, delay) = match &outcome.settled {
            Settled::Sent(delivery, id) => (Status::Sent, Some(*delivery), id.clone(), None, None),
            Settled::Cancelled => (Status::Cancelled, None, None, None, None),
            Settled::Failed(why) => (Status::Failed, None, None, Some(why), None),
            Settled::Again(why, delay) => {
                let delay = Some(delay.num_milliseconds());
                (Status::Pending, None, None, Some(why), delay)
            }
        };
        statuses.push(status);
        deliveries.push(delivery);
        provider_ids.push(provider_id);
        words.push(why.map(|why| why.word));
        codes.push(why.and_then(|why| why.status.map(i32::from)));
        delays.push(delay);
        sends.push(!outcome.endless);
        said.push(outcome.said.as_deref());
    }
    let settled = sqlx::query!(
        r#"with told as materialized (
             -- Held in one order, whoever does it.
             select t.* from unnest($1::bigint[], $2::int[], $3::notification_status[], $4::notification_delivery[], $5::text[],
                                    $6::text[], $7::int[], $8::bigint[], $9::boolean[], $10::text[])
               as t (id, fence, status, delivery, onesignal_id, word, code, delay, sends, said)
             join notifications n on n.id = t.id order by n.id for no key update of n
           ), settled as (
             update notifications n
               -- What somebody wanted cancelled while it failed to be sent may be with the provider all the same: that is asked.
               set status = case when told.status = 'failed' and told.sends and n.cancel_wanted then 'pending' else told.status end,
                   content = case told.status when 'sent' then coalesce(told.said, n.content) else n.content end,
                   delivery = told.delivery, sent_at = case told.status when 'sent' then now() end,
                   onesignal_id = coalesce(told.onesignal_id, n.onesignal_id), failure = told.word,
                   due_at = case when told.delay is not null then now() + told.delay * interval '1 millisecond'
                                 when told.status = 'failed' and told.sends and n.cancel_wanted then now() else n.due_at end
               from told where n.id = told.id and n.fence = told.fence and n.status::text = 'pending'
             returning n.id, n.fence, n.due_at, told.word, told.code, told.delay
           ), noted as (
             insert into notification_tries (notification_id, fence, outcome, http_status, again_at)
             select id, fence, word, code, case when delay is not null then due_at end from settled where word is not null
             on conflict do nothing
           )
           select count(*) as "count!" from settled"#,
        &ids,
        &fences,
        statuses as Vec<Status>,
        deliveries as Vec<Option<Delivery>>,
        &provider_ids as &[Option<String>],
        &words as &[Option<&str>],
        &codes as &[Option<i32>],
        &delays as &[Option<i64>],
        &sends,
        &said as &[Option<&str>],
    )
    .fetch_one(db)
    .await?;
    Ok(settled.count.unsigned_abs())
}

/// A claim that was not begun.
#[derive(Clone, Copy, Debug)]
pub struct NotBegun {
    pub id: i64,
    pub fence: i32,
    pub first: bool,
}

/// Gives back claims that were not begun: they are due again, and no try is counted. Done twice, it is done once.
pub async fn give_back(db: &mut PgConnection, claims: &[NotBegun]) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = claims.iter().map(|claim| claim.id).collect();
    let fences: Vec<i32> = claims.iter().map(|claim| claim.fence).collect();
    let firsts: Vec<bool> = claims.iter().map(|claim| claim.first).collect();
    sqlx::query!(
        "with held as (
           select id from notifications where id = any ($1) order by id for no key update
         )
         update notifications n
           set due_at = now(), fence = n.fence + 1, tries = greatest(n.tries - 1, 0),
               first_tried_at = case when given.first and not n.cancel_wanted then null else n.first_tried_at end
         from unnest($1::bigint[], $2::int[], $3::boolean[]) as given (id, fence, first) join held using (id)
         where n.id = given.id and n.fence = given.fence and n.status::text = 'pending'",
        &ids,
        &fences,
        &firsts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How long until the next one is due, in seconds; none pending: none. What has been due for more than a minute does not count: somebody
/// holds it.
pub async fn next_due(db: &mut PgConnection) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select extract(epoch from min(due_at) - now())::float8 as "seconds" from notifications
           where status = 'pending' and due_at > now() - interval '1 minute'"#,
    )
    .fetch_one(db)
    .await
}
