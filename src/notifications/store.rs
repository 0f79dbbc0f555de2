//! The SQL of notifications.
//!
//! Who has ids compares the status as text: the index of what is pending is then not taken for a shorter way to them, which it is not
//! once much is (`docs/decisions/0012-dispatch.md`).

pub mod desk;
pub mod dispatch;
pub mod inbox;

use super::{Template, model::Kind};
use crate::{accounts::UserId, ids::JourneyId, ui::Language};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Cancels what is pending because of the journey's last event: at once what the provider cannot know of, else by asking the
/// provider. Answers how many.
pub async fn cancel_pending_progress(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<u64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select cancel_deliveries(array(
             select id from notifications where journey_id = $1 and status = 'pending' and source = 'progress' order by id)) as "count!""#,
        journey as JourneyId,
    )
    .fetch_one(db)
    .await
    .map(i64::unsigned_abs)
}

/// Schedules messages about a journey, each at its moment. Answers their ids, in the same order.
pub async fn schedule_progress(
    db: &mut PgConnection,
    patient: UserId,
    journey: JourneyId,
    language: Language,
    messages: &[(Template, DateTime<Utc>)],
) -> Result<Vec<i64>, sqlx::Error> {
    let (templates, moments): (Vec<Template>, Vec<DateTime<Utc>>) =
        messages.iter().copied().unzip();
    let contents: Vec<String> = templates
        .iter()
        .map(|template| template.text(language))
        .collect();
    sqlx::query_scalar!(
        "insert into notifications (user_id, journey_id, content, template, source, kind, scheduled_for, group_id)
         select $1, $2, message.content, message.template, 'progress', 'change_due', message.moment, $6
         from unnest($3::text[], $4::notification_template[], $5::timestamptz[]) with ordinality as message (content, template, moment, n)
         order by message.n returning id",
        patient as UserId,
        journey as JourneyId,
        &contents,
        &templates as &[Template],
        &moments,
        Uuid::new_v4(),
    )
    .fetch_all(db)
    .await
}

/// Something to be told at once.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    pub kind: Kind,
    /// Which text it is; none: one written by hand.
    pub template: Option<Template>,
    pub content: &'a str,
    /// What it is about, if it is about one.
    pub journey: Option<JourneyId>,
    /// In quiet hours, too.
    pub at_any_hour: bool,
}

/// Tells a person something. Answers the notification's id.
pub async fn tell(
    db: &mut PgConnection,
    person: UserId,
    news: News<'_>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into notifications (user_id, journey_id, content, template, source, kind, at_any_hour)
         values ($1, $2, $3, $4, 'other', $5, $6) returning id",
        person as UserId,
        news.journey as Option<JourneyId>,
        news.content,
        news.template as Option<Template>,
        news.kind as Kind,
        news.at_any_hour,
    )
    .fetch_one(db)
    .await
}

/// One of a template that has not gone out and was not read: it stands for what comes to the same meanwhile.
pub async fn being_told(
    db: &mut PgConnection,
    person: UserId,
    journey: JourneyId,
    template: Template,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select n.id from notifications n join deliveries d on d.notification_id = n.id and d.channel = 'push'
         where n.user_id = $1 and n.journey_id = $2 and n.template = $3 and n.status = 'pending'
           and d.state = 'pending' and d.first_tried_at is null and n.read_at is null
         order by n.told_at desc limit 1 for no key update of n, d",
        person as UserId,
        journey as JourneyId,
        template as Template,
    )
    .fetch_optional(db)
    .await
}

/// Something that is still to be told, at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// One of a step's reminders, of which a later one says it all.
    pub reminder: bool,
}

/// What a person is still to be told at moments by their clock, the earliest first.
pub async fn scheduled_for(
    db: &mut PgConnection,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Scheduled>, sqlx::Error> {
    let mut scheduled = sqlx::query_as!(
        Scheduled,
        r#"select id, scheduled_for as "at!", source = 'progress' as "reminder!" from notifications
           where user_id = $1 and status = 'pending' and scheduled_for is not null and told_at > $2
           order by id for no key update"#,
        person as UserId,
        now,
    )
    .fetch_all(db)
    .await?;
    scheduled.sort_by_key(|one| (one.at, one.id));
    Ok(scheduled)
}

/// Holds messages until the transaction ends.
pub async fn hold(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select from notifications where id = any ($1) order by id for no key update",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Cancels messages that are pending; of those that the provider may know of, the provider is asked.
pub async fn cancel(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(r#"select cancel_deliveries($1) as "count!""#, ids)
        .fetch_one(db)
        .await?;
    Ok(())
}

/// Moves messages to other moments, unless they are on their way.
pub async fn reschedule(
    db: &mut PgConnection,
    moved: &[(i64, DateTime<Utc>)],
) -> Result<(), sqlx::Error> {
    let (ids, moments): (Vec<i64>, Vec<DateTime<Utc>>) = moved.iter().copied().unzip();
    sqlx::query!(
        "with waits as (
           -- Held, so that none is claimed meanwhile.
           select d.notification_id as id from deliveries d
           where d.notification_id = any ($1) and d.channel = 'push' and d.state::text = 'pending' and d.first_tried_at is null
           order by d.id for no key update
         )
         update notifications n set scheduled_for = moved.moment
         from unnest($1::bigint[], $2::timestamptz[]) as moved (id, moment) join waits using (id)
         where n.id = moved.id",
        &ids,
        &moments,
    )
    .execute(db)
    .await?;
    Ok(())
}
