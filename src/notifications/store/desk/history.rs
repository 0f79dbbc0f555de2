//! What became of one notification.

use crate::accounts::UserId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What a notification's own row tells, a try that did not end in it being sent, or something that somebody did.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: DateTime<Utc>,
    /// A word: what has become of it (`row.sent`), the outcome of a try, or the action of an audit row.
    pub what: String,
    pub http_status: Option<i32>,
    pub again: Option<DateTime<Utc>>,
    /// Who did it; none for a try, and for what its row tells.
    pub by: Option<String>,
    pub by_id: Option<UserId>,
    /// Of what was moved: from when, and to when.
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// Of a step of its treatment: what kind of step, to which stage, of which product.
    pub event: Option<String>,
    pub stage: Option<i32>,
    pub product: Option<String>,
}

/// What became of one, oldest first.
pub async fn history(db: &mut PgConnection, id: i64) -> Result<Vec<Happened>, sqlx::Error> {
    sqlx::query_as!(
        Happened,
        r#"select at as "at!", what as "what!", http_status, again, by, by_id as "by_id: UserId", "from", "to", event, stage, product from (
             (select at, case channel when 'push' then outcome else channel || ':' || outcome end as what, http_status, again_at as again, null as by, null::bigint as by_id, null::timestamptz as "from", null::timestamptz as "to",
                     null as event, null::integer as stage, null as product
              from notification_tries
              where notification_id = $1)
             union all
             (select a.at, a.action, null, null, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email), a.actor_id,
                     (a.detail ->> 'from')::timestamptz, (a.detail ->> 'to')::timestamptz, null, null, null
              from audit_log a left join users u on u.id = a.actor_id
              where a.object_table = 'notifications' and a.object_id = $1 and a.outcome = 'done'
                and a.action in ('notification.cancel', 'notification.retry', 'notification.reschedule', 'notification.restore',
                               'notification.write', 'campaign.send') order by a.id desc limit 100)
             union all
             -- The step of the treatment that it was written for, and the next one, which cancelled what was still to be told.
             (select e.start_date, case when e.id = made.id then 'journey.made' else 'journey.passed' end, null, null,
                     coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email), e.actor_id, null, null,
                     e.type::text, e.progress_stage, j.product::text
              from notifications n join journeys j on j.id = n.journey_id
              cross join lateral (
                select e.id from progress_events e
                cross join lateral (select group_id from notifications where id = e.next_notification_id offset 0) first
                where e.journey_id = n.journey_id and first.group_id = n.group_id limit 1
              ) made
              cross join lateral (
                select * from progress_events e where e.journey_id = n.journey_id
                  and (e.id = made.id or e.previous_event_id = made.id and n.status = 'cancelled' and not exists (
                    select from audit_log a where a.object_table = 'notifications' and a.object_id = n.id
                      and a.action = 'notification.cancel' and a.outcome = 'done'))
                offset 0
              ) e
              join users u on u.id = e.actor_id
              where n.id = $1 and n.source = 'progress')
             union all
             (select told.at, told.what, null, null, null, null, null, null, null, null, null
              from notifications n
              cross join lateral (values
                (n.created_at, 'row.made'),
                (n.sent_at, case n.delivery when 'inbox' then 'row.in_inbox' end),
                (n.cancelled_at, 'row.cancelled'),
                (n.read_at, 'row.read')
              ) told (at, what)
              where n.id = $1 and told.at is not null and told.what is not null)
             union all
             -- How it went out, by each channel.
             (select told.at, told.what, null, null, null, null, null, null, null, null, null
              from deliveries d
              cross join lateral (values
                (d.first_tried_at, case when d.state in ('pending', 'cancelled') then 'row.handed_over' end),
                (d.sent_at, 'row.sent')
              ) tried (at, word)
              cross join lateral (values (tried.at, case d.channel when 'push' then tried.word else d.channel || ':' || tried.word end)) told (at, what)
              where d.notification_id = $1 and told.at is not null and told.what is not null)
           ) happened order by at, what <> 'row.made'"#,
        id,
    )
    .fetch_all(db)
    .await
    .map(once_each)
}

/// Where it is known by whom, or why, its row need not say it, too.
fn once_each(mut all: Vec<Happened>) -> Vec<Happened> {
    let known = |named: &[&str]| {
        all.iter()
            .any(|happened| named.contains(&happened.what.as_str()))
    };
    let made = known(&["journey.made", "notification.write", "campaign.send"]);
    let cancelled = known(&["journey.passed", "notification.cancel"]);
    all.retain(|happened| match happened.what.as_str() {
        "row.made" => !made,
        "row.cancelled" => !cancelled,
        _ => true,
    });
    all
}

/// The campaign that a notification is part of, or a test of: its number and its name.
pub async fn campaign_of(
    db: &mut PgConnection,
    id: i64,
) -> Result<Option<(i64, String)>, sqlx::Error> {
    let row = sqlx::query!(
        "select c.id, c.name from campaigns c where c.id = coalesce(
           (select r.campaign_id from campaign_recipients r where r.notification_id = $1),
           (select (a.detail ->> 'campaign')::bigint from audit_log a
            where a.object_table = 'notifications' and a.object_id = $1 and a.action = 'campaign.send' and a.outcome = 'done'
            order by a.id limit 1))",
        id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}
