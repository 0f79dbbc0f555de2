//! The SQL of the inbox: what a patient was told, whether or not it reached a device; and what they want to be told how.

use crate::{
    accounts::UserId,
    ids::JourneyId,
    notifications::{Kind, Template},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A notification as its patient sees it.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: i64,
    pub kind: Kind,
    pub content: String,
    pub template: Option<Template>,
    pub journey: Option<JourneyId>,
    pub at: DateTime<Utc>,
    pub read: bool,
}

/// What a notification is about, as its patient reads it inside Midline. What leaves the system says nothing of it.
#[derive(Clone, Debug)]
pub struct About {
    pub told: Told,
    /// Who decided, wrote, or was asked for.
    pub dentist: Option<String>,
    /// A decision: its name, the step, the days of a hold, and the day the change is due since.
    pub decision: Option<String>,
    pub stage: Option<i32>,
    pub hold_days: Option<i32>,
    pub moved_to: Option<NaiveDate>,
    /// How many views are to be taken again.
    pub retakes: i64,
    /// How a wish for another dentist was answered: `approved` or `declined`.
    pub answer: Option<String>,
    /// The dentist's words: of a decision, a message's beginning, or of an answer.
    pub words: Option<String>,
    /// Whether those words are what a report was answered, or why it was closed.
    pub answers: bool,
}

/// What a patient has been told by `now`, newest first: `limit` of those before a moment and a
/// notification at it.
pub async fn inbox(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
    before: Option<(DateTime<Utc>, i64)>,
    limit: i64,
) -> Result<Vec<About>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select n.id, n.kind as "kind: Kind", n.content, n.template as "template: Template", n.journey_id as "journey: JourneyId",
                  n.told_at as "at!", n.read_at is not null as "read!",
                  r.decision as "decision?", r.progress_stage as "stage?", r.hold_days as "hold_days?", r.moved_to as "moved_to?",
                  coalesce(r.retakes, 0) as "retakes!", c.status as "answer?",
                  coalesce(r.dentist, m.dentist, c.dentist) as "dentist?", coalesce(r.note, m.body, c.note) as "words?",
                  coalesce(m.answers, false) as "answers!"
           from (
             select id, kind, content, template, journey_id, told_at, read_at from notifications
             where user_id = $1 and status <> 'cancelled' and told_at <= $2
               and ($3::bigint is null or (told_at, id) < ($5::timestamptz, $3::bigint))
             order by told_at desc, id desc limit $4) n
           left join lateral (
             select v.decision::text, v.progress_stage, v.hold_days, v.note, d.display_name as dentist,
                    (select e.due_on from progress_events e where e.id = v.event_id) as moved_to,
                    (select count(*) from review_views w where w.review_id = v.id) as retakes
             from reviews v join dentists d on d.id = v.dentist_id where v.notification_id = n.id limit 1) r on true
           left join lateral (
             select left(b.body, 240) as body, d.display_name as dentist,
                    exists (select from reports where message_id = b.id) as answers
             from messages b join dentists d on d.id = b.dentist_id
             where b.notification_id = n.id order by b.id desc limit 1) m on true
           left join lateral (
             select w.status::text, w.note, d.display_name as dentist from dentist_changes w join dentists d on d.id = w.to_dentist_id
             where w.notification_id = n.id limit 1) c on true
           order by n.told_at desc, n.id desc"#,
        patient as UserId,
        now,
        before.map(|(_, id)| id),
        limit,
        before.map(|(at, _)| at),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| About {
            told: Told {
                id: row.id,
                kind: row.kind,
                content: row.content,
                template: row.template,
                journey: row.journey,
                at: row.at,
                read: row.read,
            },
            dentist: row.dentist,
            decision: row.decision,
            stage: row.stage,
            hold_days: row.hold_days,
            moved_to: row.moved_to,
            retakes: row.retakes,
            answer: row.answer,
            words: row.words,
            answers: row.answers,
        })
        .collect())
}

/// In how many seconds the next of a patient's that is scheduled stands in their inbox.
pub async fn next_told(db: &mut PgConnection, patient: UserId) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select extract(epoch from min(told_at) - now())::float8 as "seconds" from notifications
           where user_id = $1 and told_at > now() and status <> 'cancelled' and read_at is null"#,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

/// Notes that a patient opened one of theirs, and answers it.
pub async fn open(
    db: &mut PgConnection,
    patient: UserId,
    id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        r#"update notifications set read_at = coalesce(read_at, $3)
           where id = $2 and user_id = $1 and status <> 'cancelled' and told_at <= $3
           returning id, kind as "kind: Kind", content, template as "template: Template", journey_id as "journey: JourneyId", told_at as "at!", true as "read!""#,
        patient as UserId,
        id,
        now,
    )
    .fetch_optional(db)
    .await
}

/// The report that a notification to its patient tells of: the one that the newest message of it answers, or the one that was seen
/// then. Nothing says which that is but the moment, which is the same.
pub async fn report_of(db: &mut PgConnection, id: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select r.id from notifications n join reports r on r.user_id = n.user_id and r.journey_id = n.journey_id
         where n.id = $1
           and (n.template = 'report_seen' and r.seen_at is not null
                or r.message_id = (select max(m.id) from messages m where m.notification_id = n.id))
         order by abs(extract(epoch from r.seen_at - n.created_at)), r.id desc limit 1",
        id
    )
    .fetch_optional(db)
    .await
}

/// Whose a notification is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(db: &mut PgConnection, id: i64) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from notifications where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Notes that a patient has read all that they were told up to the notification `up_to`, their newest when they said so.
pub async fn read_all(
    db: &mut PgConnection,
    patient: UserId,
    up_to: i64,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "update notifications set read_at = $3
         where id in (
           select id from notifications
           where user_id = $1 and read_at is null and status <> 'cancelled' and told_at <= $3
             and (told_at, id) <= (select told_at, id from notifications where id = $2 and user_id = $1)
           order by id for no key update)",
        patient as UserId,
        up_to,
        now,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

/// Notes that what some notifications told of has been read elsewhere.
pub async fn read_elsewhere(
    db: &mut PgConnection,
    ids: &[i64],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notifications set read_at = $2
         where read_at is null and id in (select id from notifications where id = any ($1) order by id for no key update)",
        ids,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the push provider knows a patient by.
pub async fn push_id(db: &mut PgConnection, patient: UserId) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!("select push_id from users where id = $1", patient as UserId)
        .fetch_one(db)
        .await
}

/// By which channels a person wants to be told what, and when not.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Kinds that are not pushed.
    pub unpushed: Vec<Kind>,
    /// Kinds that are mailed, and kinds that come as a text message.
    pub emailed: Vec<Kind>,
    pub texted: Vec<Kind>,
    /// What finds no device is mailed instead.
    pub email_instead: bool,
    pub quiet_from: NaiveTime,
    /// The same as `quiet_from`: never quiet.
    pub quiet_until: NaiveTime,
}

pub async fn wishes(db: &mut PgConnection, patient: UserId) -> Result<Wishes, sqlx::Error> {
    sqlx::query_as!(
        Wishes,
        r#"select unpushed as "unpushed: Vec<Kind>", emailed as "emailed: Vec<Kind>", texted as "texted: Vec<Kind>", email_instead,
                  quiet_from, quiet_until from users where id = $1"#,
        patient as UserId,
    )
    .fetch_one(db)
    .await
}

pub async fn set_wishes(
    db: &mut PgConnection,
    patient: UserId,
    wishes: &Wishes,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users
           set unpushed = $2, emailed = $3, texted = $4, email_instead = $5, quiet_from = $6, quiet_until = $7,
               -- What was unsubscribed from stays so until e-mail is chosen for it, or chosen anew for all.
               unmailed = case when $5 and not email_instead then '{}'
                               else array(select kind from unnest(unmailed) as kind where not kind = any ($3)) end
         where id = $1",
        patient as UserId,
        &wishes.unpushed as &[Kind],
        &wishes.emailed as &[Kind],
        &wishes.texted as &[Kind],
        wishes.email_instead,
        wishes.quiet_from,
        wishes.quiet_until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Where the channels lead, and what keeps each from reaching a person, in a word.
#[derive(Clone, Debug)]
pub struct Reach {
    pub email: String,
    pub email_obstacle: Option<String>,
    pub phone: Option<String>,
    pub sms_obstacle: Option<String>,
    /// Whether their last push found a device; none: none was tried yet.
    pub device: Option<bool>,
}

pub async fn reach(db: &mut PgConnection, person: UserId) -> Result<Reach, sqlx::Error> {
    sqlx::query_as!(
        Reach,
        r#"select email, email_obstacle(u) as email_obstacle, phone, sms_obstacle(u) as sms_obstacle,
                  (select d.state = 'sent' from notifications n join deliveries d on d.notification_id = n.id and d.channel = 'push'
                   where n.user_id = u.id and (d.state = 'sent' or d.state = 'skipped' and d.error = 'no_device')
                   order by n.told_at desc, n.id desc limit 1) as device
           from users u where id = $1"#,
        person as UserId,
    )
    .fetch_one(db)
    .await
}

/// Mails a person, whom their random number stands for, nothing of a kind any more. None: there is nobody.
pub async fn unsubscribe(
    db: &mut PgConnection,
    person: Uuid,
    kind: Kind,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"update users set emailed = array_remove(emailed, $2), unmailed = array_append(array_remove(unmailed, $2), $2)
           where push_id = $1 returning id as "id: UserId""#,
        person,
        kind as Kind,
    )
    .fetch_optional(db)
    .await
}

/// Notes that an address takes nothing. Answers whether it was somebody's that was taken for good.
pub async fn note_bounce(db: &mut PgConnection, address: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "update users set email_unreachable_at = now() where email = $1 and email_unreachable_at is null",
        address,
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// Lets go what was put off to the end of a patient's quiet hours: those that hold now are looked at anew.
pub async fn let_go(db: &mut PgConnection, patient: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with let_go as (
           update deliveries set due_at = now()
           where first_tried_at is null and id in (
             select d.id from notifications n join deliveries d on d.notification_id = n.id
             where n.user_id = $1 and n.status = 'pending' and n.told_at <= now()
               and d.state = 'pending' and d.first_tried_at is null and d.due_at > now()
             order by d.id for no key update of d)
           returning id
         )
         select pg_notify('notifications', '') from let_go limit 1",
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(())
}
