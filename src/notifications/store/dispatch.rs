//! The SQL of sending: claiming what is due, and settling what became of it. All by the database's clock.

use crate::{
    accounts::UserId,
    notifications::{
        Kind, Template,
        model::{Channel, KEY_DAYS, Settled, State},
    },
    platform::Platform,
};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgInterval};
use std::time::Duration;
use uuid::Uuid;

/// A delivery that is this process's to send until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: i64,
    pub channel: Channel,
    /// Names this claim.
    pub fence: i32,
    /// With this one.
    pub tries: i32,
    pub key: Uuid,
    /// What the push provider knows the person by.
    pub push_id: Uuid,
    /// Where they are mailed, and where they get text messages.
    pub email: String,
    pub phone: Option<String>,
    pub person: UserId,
    pub kind: Kind,
    pub content: String,
    /// Which text it is, in whatever language; none: one written by hand.
    pub template: Option<Template>,
    pub language: Option<String>,
    /// Whether it is to be stopped rather than sent.
    pub cancel_wanted: bool,
    /// Whether its channel is wanted, and leads to them; else it stands in the inbox alone.
    pub wanted: bool,
    /// Whether the provider may have forgotten its key.
    pub expired: bool,
    /// Whether the provider cannot have known of it before this claim.
    pub first: bool,
    /// Whether the provider may have taken it at an earlier try.
    pub in_doubt: bool,
    /// Since when the provider may know of it.
    pub first_tried: DateTime<Utc>,
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

/// Where in the order of what is due somebody goes on: behind this moment, and this delivery.
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

/// Which channels there are besides push, which there is always.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open {
    pub email: bool,
    pub sms: bool,
}

impl Open {
    pub fn of(platform: &Platform) -> Self {
        Self {
            email: platform.email.is_some(),
            sms: platform.sms,
        }
    }
}

/// Claims what is due, the oldest `limit` of those behind a position, for as long as `lease`: until then nobody else claims it,
/// afterwards anybody. What falls into its person's quiet hours is put off to their end instead. With the first claim of a push, what
/// the same notification is to be sent by besides is added.
pub async fn claim(
    db: &mut PgConnection,
    after: Position,
    limit: i64,
    lease: Duration,
    open: Open,
) -> Result<Batch, sqlx::Error> {
    // Nothing is joined with `due`: how much of it there will be the planner cannot know, and each way to join costs dearly once it is
    // wrong (see the decision).
    let rows = sqlx::query!(
        r#"with due as materialized (
             select d.id, d.due_at, not d.cancel_wanted and not n.at_any_hour
                                    and in_quiet_hours((now() at time zone u.time_zone)::time, u.quiet_from, u.quiet_until) as quiet
             from deliveries d join notifications n on n.id = d.notification_id join users u on u.id = n.user_id
             where d.state = 'pending' and d.due_at <= now() and (d.due_at, d.id) > ($4, $5)
             order by d.due_at, d.id limit $1 for no key update of d skip locked
           ), put_off as (
             update deliveries d set due_at = quiet_end(now(), u.time_zone, u.quiet_from, u.quiet_until), owed_since = null
             from notifications n join users u on u.id = n.user_id
             where d.id = any (array(select id from due where quiet)) and n.id = d.notification_id
           ), claimed as (
             update deliveries d
               set due_at = now() + $2, owed_since = coalesce(d.owed_since, d.due_at), fence = d.fence + 1, tries = d.tries + 1, first_tried_at = coalesce(d.first_tried_at, now())
               where d.id = any (array(select id from due where not quiet))
             returning d.id, d.notification_id, d.channel, d.fence, d.known_fence, d.tries, d.key, d.cancel_wanted, d.first_tried_at
           ), added as (
             insert into deliveries (notification_id, channel)
             select n.id, more.channel
             from claimed c join notifications n on n.id = c.notification_id join users u on u.id = n.user_id
             cross join lateral (
               select 'email'::delivery_channel as channel where $6 and n.kind = any (u.emailed) and email_obstacle(u) is null
               union all
               select 'sms' where $7 and n.kind = any (u.texted) and sms_obstacle(u) is null
             ) more
             where ($6 or $7) and c.channel = 'push' and c.first_tried_at = now() and not c.cancel_wanted and u.disabled_at is null
             on conflict do nothing
           )
           -- A row in any case; with the last one of as many as were wanted, in the order they were found in.
           select asked.now as "now!", last.due_at as "last_due?", last.id as "last_id?", d.id as "id?", d.channel as "channel?: Channel",
                  d.fence as "fence?", d.tries as "tries?", d.key as "key?", u.id as "person?: UserId", u.push_id as "push_id?", u.email as "email?",
                  u.phone as "phone?", n.kind as "kind?: Kind", n.content as "content?", n.template as "template?: Template", told_in(u) as language,
                  d.cancel_wanted as "cancel_wanted?",
                  u.disabled_at is null and case d.channel
                    when 'push' then not n.kind = any (u.unpushed)
                    when 'email' then may_be_mailed(u, n.kind) and email_obstacle(u) is null
                    else n.kind = any (u.texted) and sms_obstacle(u) is null end as "wanted?",
                  d.first_tried_at < now() - make_interval(days => $3) as "expired?", d.first_tried_at = now() as "first?",
                  d.known_fence < d.fence - 1 as "in_doubt?", d.first_tried_at as "first_tried?"
           from (select now()) as asked
           left join (select due_at, id from due offset $1 - 1) as last on true
           left join (claimed d join notifications n on n.id = d.notification_id join users u on u.id = n.user_id) on true"#,
        limit,
        interval(lease),
        KEY_DAYS,
        after.0,
        after.1,
        open.email,
        open.sms,
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
                    channel: row.channel?,
                    fence: row.fence?,
                    tries: row.tries?,
                    key: row.key?,
                    push_id: row.push_id?,
                    email: row.email?,
                    phone: row.phone,
                    person: row.person?,
                    kind: row.kind?,
                    content: row.content?,
                    template: row.template,
                    language: row.language,
                    cancel_wanted: row.cancel_wanted?,
                    wanted: row.wanted?,
                    expired: row.expired?,
                    first: row.first?,
                    in_doubt: row.in_doubt?,
                    first_tried: row.first_tried?,
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
pub async fn settle_one(
    db: &mut PgConnection,
    outcome: &Outcome,
    open: Open,
) -> Result<u64, sqlx::Error> {
    let (Settled::Sent(provider_id), None) = (&outcome.settled, &outcome.said) else {
        return settle(db, std::slice::from_ref(outcome), open).await;
    };
    sqlx::query!(
        "with held as (
           select id from notifications where id = (select notification_id from deliveries where id = $1) for no key update
         )
         update deliveries d
           set state = 'sent', sent_at = now(), provider_id = coalesce($3, d.provider_id), error = null
         from held
         where d.id = $1 and d.notification_id = held.id and d.fence = $2 and d.state::text = 'pending'",
        outcome.id,
        outcome.fence,
        provider_id.as_deref(),
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Settles claims. One that another process has taken over since changes nothing. A push that found nobody is followed by an e-mail,
/// if its person allowed that. Answers how many were settled.
pub async fn settle(
    db: &mut PgConnection,
    outcomes: &[Outcome],
    open: Open,
) -> Result<u64, sqlx::Error> {
    let count = outcomes.len();
    let (mut ids, mut fences) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut states: Vec<State> = Vec::with_capacity(count);
    let mut provider_ids: Vec<Option<String>> = Vec::with_capacity(count);
    let mut words: Vec<Option<&str>> = Vec::with_capacity(count);
    let mut codes: Vec<Option<i32>> = Vec::with_capacity(count);
    let mut delays: Vec<Option<i64>> = Vec::with_capacity(count);
    let mut sends: Vec<bool> = Vec::with_capacity(count);
    let mut said: Vec<Option<&str>> = Vec::with_capacity(count);
    let mut known: Vec<bool> = Vec::with_capacity(count);
    for outcome in outcomes {
        ids.push(outcome.id);
        fences.push(outcome.fence);
        let (state, provider_id, why, delay) = match &outcome.settled {
            Settled::Sent(id) => (State::Sent, id.clone(), None, None),
            Settled::Skipped(why) => (State::Skipped, None, Some(*why), None),
            Settled::Cancelled => (State::Cancelled, None, None, None),
            Settled::Failed(why) => (State::Failed, None, Some(*why), None),
            Settled::Again(why, delay) => {
                let delay = Some(delay.num_milliseconds());
                (State::Pending, None, Some(*why), delay)
            }
        };
        states.push(state);
        provider_ids.push(provider_id);
        words.push(why.map(|why| why.word));
        codes.push(why.and_then(|why| why.status.map(i32::from)));
        delays.push(delay);
        sends.push(!outcome.endless);
        said.push(outcome.said.as_deref());
        known.push(why.is_some_and(|why| !why.leaves_doubt()));
    }
    let settled = sqlx::query!(
        r#"with held as materialized (
             -- The notifications first, and both in one order, whoever does it.
             select id from notifications where id in (select notification_id from deliveries where id = any ($1)) order by id for no key update
           ), told as materialized (
             select t.* from unnest($1::bigint[], $2::int[], $3::delivery_state[], $4::text[], $5::text[],
                                    $6::int[], $7::bigint[], $8::boolean[], $9::text[], $10::boolean[])
               as t (id, fence, state, provider_id, word, code, delay, sends, said, known)
             join deliveries d on d.id = t.id
             where (select count(*) from held) > 0 order by d.id for no key update of d
           ), settled as (
             update deliveries d
               -- What somebody wanted cancelled while it failed to be sent may be with the provider all the same: that is asked.
               set state = case when told.state = 'failed' and told.sends and d.cancel_wanted then 'pending' else told.state end,
                   sent_at = case told.state when 'sent' then now() end,
                   provider_id = coalesce(told.provider_id, d.provider_id), error = told.word,
                   known_fence = case when told.known and d.known_fence = d.fence - 1 then d.fence else d.known_fence end,
                   due_at = case when told.delay is not null then now() + told.delay * interval '1 millisecond'
                                 when told.state = 'failed' and told.sends and d.cancel_wanted then now() else d.due_at end
               from told where d.id = told.id and d.fence = told.fence and d.state::text = 'pending'
             returning d.id, d.notification_id, d.channel, d.state, d.fence, d.due_at, told.word, told.code, told.delay, told.said, d.cancel_wanted
           ), noted as (
             insert into notification_tries (notification_id, channel, fence, outcome, http_status, again_at)
             select notification_id, channel, fence, word, code, case when delay is not null then due_at end
             from settled where word is not null and state <> 'skipped'
             on conflict do nothing
           ), worded as (
             update notifications n set content = settled.said
             from settled where n.id = settled.notification_id and settled.state = 'sent' and settled.said is not null
           ), instead as (
             insert into deliveries (notification_id, channel)
             select n.id, 'email' from settled s join notifications n on n.id = s.notification_id join users u on u.id = n.user_id
             where $11 and s.channel = 'push' and s.state = 'skipped' and s.word = 'no_device' and not s.cancel_wanted
               and u.email_instead and may_be_mailed(u, n.kind) and email_obstacle(u) is null
             on conflict do nothing
             returning id
           ), woken as (
             select pg_notify('notifications', '') from instead limit 1
           )
           select (select count(*) from settled) + 0 * (select count(*) from woken) as "count!""#,
        &ids,
        &fences,
        states as Vec<State>,
        &provider_ids as &[Option<String>],
        &words as &[Option<&str>],
        &codes as &[Option<i32>],
        &delays as &[Option<i64>],
        &sends,
        &said as &[Option<&str>],
        &known,
        open.email,
    )
    .fetch_one(db)
    .await?;
    Ok(settled.count.unsigned_abs())
}

/// Notes that some deliveries' people cannot be reached by a channel: their address, or their number, takes nothing.
pub async fn note_unreachable(
    db: &mut PgConnection,
    channel: Channel,
    deliveries: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users u
           set email_unreachable_at = case when $2 = 'email'::delivery_channel then coalesce(u.email_unreachable_at, now()) else u.email_unreachable_at end,
               phone_unreachable_at = case when $2 = 'sms'::delivery_channel then coalesce(u.phone_unreachable_at, now()) else u.phone_unreachable_at end
         where u.id in (
           select n.user_id from deliveries d join notifications n on n.id = d.notification_id
           where d.id = any ($1) and d.channel = $2 and d.state = 'failed')",
        deliveries,
        channel as Channel,
    )
    .execute(db)
    .await?;
    Ok(())
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
           select id from deliveries where id = any ($1) order by id for no key update
         )
         update deliveries d
           set due_at = now(), fence = d.fence + 1, tries = greatest(d.tries - 1, 0),
               known_fence = case when d.known_fence = d.fence - 1 then d.fence + 1 else d.known_fence end,
               first_tried_at = case when given.first and not d.cancel_wanted then null else d.first_tried_at end
         from unnest($1::bigint[], $2::int[], $3::boolean[]) as given (id, fence, first) join held using (id)
         where d.id = given.id and d.fence = given.fence and d.state::text = 'pending'",
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
        r#"select extract(epoch from min(due_at) - now())::float8 as "seconds" from deliveries
           where state = 'pending' and due_at > now() - interval '1 minute'"#,
    )
    .fetch_one(db)
    .await
}
