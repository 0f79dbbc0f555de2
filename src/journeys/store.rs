//! The SQL of journeys: what they are, and what moves them.

mod course;
mod patients;
mod timeline;

pub use course::{Course, Switched, course, switched};
pub use patients::{
    Care, Filter, LONG_PAUSE, PatientHead, PatientRow, Words, care, found, is_somebody, name_of,
    patient, patients, patients_of,
};
pub use timeline::{By, Change, ChangeType, Entry, Event, Page, history, position, timeline};

use super::model::{
    Aftercare, EventId, EventType, Journey, JourneyId, Newest, Product, Reason, Status, Step,
};
use crate::{
    accounts::{Participant, UserId},
    care::Scope,
    ids::DentistId,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

/// The patient's journey: the active one, else the one that ended last.
pub async fn current(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<Journey>, sqlx::Error> {
    sqlx::query_as!(
        Journey,
        r#"select id as "id: JourneyId", product as "product: Product", status as "status: Status",
                  current_progress_stage as stage, total_progress_stages as total,
                  wear_interval_days as interval_days, date_of_starting_treatment as started_on,
                  aftercare_stage as "aftercare: Aftercare", revision,
                  coalesce(wear_goal_minutes > 0, product = 'aligners') as "wear!"
           from journeys where user_id = $1 order by status, id desc limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// All journeys of a patient: the active one, then the others, newest first.
pub async fn all(db: &mut PgConnection, patient: UserId) -> Result<Vec<Journey>, sqlx::Error> {
    sqlx::query_as!(
        Journey,
        r#"select id as "id: JourneyId", product as "product: Product", status as "status: Status",
                  current_progress_stage as stage, total_progress_stages as total,
                  wear_interval_days as interval_days, date_of_starting_treatment as started_on,
                  aftercare_stage as "aftercare: Aftercare", revision,
                  coalesce(wear_goal_minutes > 0, product = 'aligners') as "wear!"
           from journeys where user_id = $1 order by status, id desc limit 50"#,
        patient as UserId,
    )
    .fetch_all(db)
    .await
}

/// A journey that somebody may see, and whose it is.
#[derive(Clone, Debug)]
pub struct Reached {
    pub journey: Journey,
    pub patient: PatientHead,
    /// Whether it is the reader's own, whatever they are besides.
    pub own: bool,
    /// Whether the reader may see the patient's photos, and not the record alone.
    pub with_photos: bool,
}

/// The journey of that number, if it is the participant's own or one of a patient they see.
pub async fn reach(
    db: &mut PgConnection,
    participant: &Participant,
    journey: JourneyId,
) -> Result<Option<Reached>, sqlx::Error> {
    let found = sqlx::query!(
        r#"select j.product as "product: Product", j.status as "status: Status",
                  j.current_progress_stage as stage, j.total_progress_stages as total,
                  j.wear_interval_days as interval_days, j.date_of_starting_treatment as started_on,
                  j.aftercare_stage as "aftercare: Aftercare", j.revision,
                  coalesce(j.wear_goal_minutes > 0, j.product = 'aligners') as "wear!",
                  u.id as "user: UserId", u.first_name, u.last_name, u.email, u.time_zone, told_in(u) as language, u.assigned_dentist_id as "dentist: DentistId",
                  u.birth_date, u.jarvis_id, u.postal_code, u.phone,
                  coalesce(u.id = ($2::care.scope).person, false) as "own!",
                  exists (select from care.seen('photos', $2) shown where shown.patient = u.id) as "with_photos!"
           from journeys j join users u on u.id = j.user_id join care.seen('record', $2) seen on seen.patient = u.id
           where j.id = $1"#,
        journey as JourneyId,
        Scope::from(participant) as Scope,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| Reached {
        journey: Journey {
            id: journey,
            product: row.product,
            status: row.status,
            stage: row.stage,
            total: row.total,
            interval_days: row.interval_days,
            started_on: row.started_on,
            aftercare: row.aftercare,
            revision: row.revision,
            wear: row.wear,
        },
        patient: PatientHead {
            id: row.user,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            time_zone: row.time_zone,
            language: row.language,
            dentist: row.dentist,
            birth_date: row.birth_date,
            clinic_number: row.jarvis_id,
            postal_code: row.postal_code,
            phone: row.phone,
        },
        own: row.own,
        with_photos: row.with_photos,
    }))
}

/// Holds a journey until the transaction ends, and its patient's zone and dentist with it, whoever asks:
/// what is read of them afterwards stays true. False: there is none of that number.
pub async fn hold(db: &mut PgConnection, journey: JourneyId) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select j.id from journeys j join users u on u.id = j.user_id where j.id = $1
           for no key update of j for share of u"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// A journey and its patient, whoever asks: for services that look themselves at who may.
pub async fn held(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<(Journey, PatientHead)>, sqlx::Error> {
    let found = sqlx::query!(
        r#"select j.product as "product: Product", j.status as "status: Status",
                  j.current_progress_stage as stage, j.total_progress_stages as total,
                  j.wear_interval_days as interval_days, j.date_of_starting_treatment as started_on,
                  j.aftercare_stage as "aftercare: Aftercare", j.revision,
                  coalesce(j.wear_goal_minutes > 0, j.product = 'aligners') as "wear!",
                  u.id as "user: UserId", u.first_name, u.last_name, u.email, u.time_zone, told_in(u) as language, u.assigned_dentist_id as "dentist: DentistId",
                  u.birth_date, u.jarvis_id, u.postal_code, u.phone
           from journeys j join users u on u.id = j.user_id where j.id = $1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| {
        let journey = Journey {
            id: journey,
            product: row.product,
            status: row.status,
            stage: row.stage,
            total: row.total,
            interval_days: row.interval_days,
            started_on: row.started_on,
            aftercare: row.aftercare,
            revision: row.revision,
            wear: row.wear,
        };
        let patient = PatientHead {
            id: row.user,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            time_zone: row.time_zone,
            language: row.language,
            dentist: row.dentist,
            birth_date: row.birth_date,
            clinic_number: row.jarvis_id,
            postal_code: row.postal_code,
            phone: row.phone,
        };
        (journey, patient)
    }))
}

/// When the last thing happened to a journey that is held. What follows cannot be earlier, though its
/// sender began to send it before, or from a machine whose clock is behind.
pub async fn last_moment(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select greatest(
             (select start_date from progress_events where journey_id = $1 order by id desc limit 1),
             (select at from plan_changes where journey_id = $1 and revision > 0 order by revision desc limit 1))"#,
        journey as JourneyId,
    )
    .fetch_one(db)
    .await
}

pub async fn newest(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<Newest>, sqlx::Error> {
    sqlx::query_as!(
        Newest,
        r#"select e.id as "id: EventId", e.type as "event_type: EventType", e.start_date as at, e.occurred_on as on,
                  e.due_on as due, before.due_on as "due_before?",
                  e.type = 'progress' and e.reason is null and e.actor_id = e.user_id as "confirmed!"
           from progress_events e left join progress_events before on before.id = e.previous_event_id
           where e.journey_id = $1 order by e.id desc limit 1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}

/// The newest event of a journey, with what a form that comes twice is known by.
pub struct Last {
    /// The event before it, which its sender saw.
    pub seen: Option<EventId>,
    pub by: UserId,
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    pub event_type: EventType,
    pub stage: i32,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub resume_on: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    pub due_before: Option<NaiveDate>,
}

pub async fn last(db: &mut PgConnection, journey: JourneyId) -> Result<Option<Last>, sqlx::Error> {
    sqlx::query_as!(
        Last,
        r#"select e.previous_event_id as "seen: EventId", e.actor_id as "by: UserId", e.start_date as at, e.occurred_on as on,
                  e.type as "event_type: EventType", e.progress_stage as stage, e.reason as "reason: Reason", e.note, e.resume_on,
                  e.due_on as due, before.due_on as "due_before?"
           from progress_events e left join progress_events before on before.id = e.previous_event_id
           where e.journey_id = $1 order by e.id desc limit 1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}

/// The newest change of a journey's plan, with what a form that comes twice is known by.
pub struct LastChange {
    pub revision: i32,
    pub change_type: ChangeType,
    pub by: UserId,
    pub at: DateTime<Utc>,
    pub total: i32,
    pub interval_days: i32,
    pub note: Option<String>,
}

pub async fn last_change(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<LastChange>, sqlx::Error> {
    sqlx::query_as!(
        LastChange,
        r#"select revision, type as "change_type: ChangeType", actor_id as "by: UserId", at, total_progress_stages as total,
                  wear_interval_days as interval_days, note
           from plan_changes where journey_id = $1 order by revision desc limit 1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}

/// What somebody said with the newest event of a journey, if it is theirs.
pub struct Said {
    pub at: DateTime<Utc>,
    pub note: Option<String>,
}

pub async fn last_said(
    db: &mut PgConnection,
    journey: JourneyId,
    by: UserId,
) -> Result<Option<Said>, sqlx::Error> {
    sqlx::query_as!(
        Said,
        r#"select at as "at!", note from (
             select start_date as at, note, actor_id from progress_events where journey_id = $1 order by id desc limit 1) newest
           where actor_id = $2"#,
        journey as JourneyId,
        by as UserId,
    )
    .fetch_optional(db)
    .await
}

/// Whose journey this is, whoever asks: so that a refusal can say whose record it was about.
pub async fn owner(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from journeys where id = $1"#,
        journey as JourneyId
    )
    .fetch_optional(db)
    .await
}

/// An event to be recorded.
pub struct NewEvent<'a> {
    pub patient: UserId,
    pub journey: JourneyId,
    pub actor: UserId,
    /// The newest event that the sender saw.
    pub seen: Option<EventId>,
    pub step: &'a Step,
    /// 09:00 of the day on which the next change is due.
    pub due: Option<DateTime<Utc>>,
    pub reason: Option<Reason>,
    pub note: Option<&'a str>,
    pub resume_on: Option<NaiveDate>,
    /// The reminder that it schedules.
    pub notification: Option<i64>,
    pub now: DateTime<Utc>,
    /// The patient's.
    pub zone: Tz,
}

/// Records an event, and moves the journey's counters. `None`: the event that the sender saw has a
/// successor already.
pub async fn record(
    db: &mut PgConnection,
    new: NewEvent<'_>,
) -> Result<Option<EventId>, sqlx::Error> {
    let event = sqlx::query_scalar!(
        r#"insert into progress_events
             (user_id, journey_id, start_date, progress_stage, end_date, next_notification_id, type, reason, note,
              resume_on, actor_id, previous_event_id, time_zone)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict on constraint progress_events_one_successor do nothing
           returning id as "id: EventId""#,
        new.patient as UserId,
        new.journey as JourneyId,
        new.now,
        new.step.stage,
        new.due,
        new.notification,
        new.step.event_type as EventType,
        new.reason as Option<Reason>,
        new.note,
        new.resume_on,
        new.actor as UserId,
        new.seen as Option<EventId>,
        new.zone.name(),
    )
    .fetch_optional(&mut *db)
    .await?;
    if event.is_some() && new.step.event_type == EventType::Progress {
        sqlx::query!(
            "update journeys set current_progress_stage = $2,
                    date_of_starting_treatment = case when $2 > 0 then coalesce(date_of_starting_treatment, $3) end,
                    status = case when $4 then 'completed' when $5 then 'active' else status end,
                    aftercare_stage = case when $4 then 'journey_complete'
                                           when $2 = 0 then null
                                           when $5 and status = 'completed' then 'aligner_journey_underway'
                                           when date_of_starting_treatment is null or aftercare_stage is null then 'aligner_journey_underway'
                                           else aftercare_stage end
             where id = $1",
            new.journey as JourneyId,
            new.step.stage,
            new.step.starts_on,
            new.step.completes,
            new.step.back,
        )
        .execute(db)
        .await?;
    }
    Ok(event)
}

/// A change of a journey's plan to be recorded: the journey as it is from then on.
pub struct NewChange<'a> {
    pub patient: UserId,
    pub journey: &'a Journey,
    pub change_type: ChangeType,
    pub actor: UserId,
    pub note: Option<&'a str>,
    pub now: DateTime<Utc>,
    /// The patient's.
    pub zone: Tz,
}

/// Records a change of the plan. False: there is one of that revision already.
pub async fn record_change(db: &mut PgConnection, new: NewChange<'_>) -> Result<bool, sqlx::Error> {
    let journey = new.journey;
    let recorded = sqlx::query!(
        "insert into plan_changes (journey_id, revision, user_id, at, time_zone, type, total_progress_stages,
                                   wear_interval_days, note, actor_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        journey.id as JourneyId,
        journey.revision,
        new.patient as UserId,
        new.now,
        new.zone.name(),
        new.change_type as ChangeType,
        journey.total,
        journey.interval_days,
        new.note,
        new.actor as UserId,
    )
    .execute(&mut *db)
    .await?;
    if recorded.rows_affected() == 0 {
        return Ok(false);
    }
    if new.change_type != ChangeType::Opened {
        sqlx::query!(
            "update journeys set total_progress_stages = $2, wear_interval_days = $3, revision = $4, status = $5,
                    aftercare_stage = $6 where id = $1",
            journey.id as JourneyId,
            journey.total,
            journey.interval_days,
            journey.revision,
            journey.status as Status,
            journey.aftercare as Option<Aftercare>,
        )
        .execute(db)
        .await?;
    }
    Ok(true)
}

/// The patient's newest journey, whatever became of it.
pub async fn newest_journey(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select max(id) as "id: JourneyId" from journeys where user_id = $1"#,
        patient as UserId
    )
    .fetch_one(db)
    .await
}

/// Opens a journey. `None`: the patient has an active one.
pub async fn open(
    db: &mut PgConnection,
    patient: UserId,
    product: Product,
    total: i32,
    interval_days: i32,
    now: DateTime<Utc>,
) -> Result<Option<JourneyId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into journeys (user_id, product, total_progress_stages, wear_interval_days, created_at)
           values ($1, $2, $3, $4, $5) on conflict (user_id) where status = 'active' do nothing
           returning id as "id: JourneyId""#,
        patient as UserId,
        product as Product,
        total,
        interval_days,
        now,
    )
    .fetch_optional(db)
    .await
}

pub async fn set_aftercare(
    db: &mut PgConnection,
    journey: JourneyId,
    aftercare: Option<Aftercare>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update journeys set aftercare_stage = $2 where id = $1",
        journey as JourneyId,
        aftercare as Option<Aftercare>,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets for how many minutes a day aligners are worn, and for how many they may be out at once, as the dentist says.
pub async fn set_wear(
    db: &mut PgConnection,
    journey: JourneyId,
    goal: i32,
    longest: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update journeys set wear_goal_minutes = $2, wear_longest_minutes = $3 where id = $1",
        journey as JourneyId,
        goal,
        longest,
    )
    .execute(db)
    .await?;
    Ok(())
}
