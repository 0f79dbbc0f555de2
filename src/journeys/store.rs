//! The SQL of journeys and their events.

use super::model::{
    EventId, EventType, Journey, JourneyId, Newest, Product, Progress, Reason, Status,
};
use crate::{
    accounts::{Desk, UserId},
    ui::Reader,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

/// An event as the timeline shows it.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub event_type: EventType,
    pub stage: i32,
    pub at: DateTime<Utc>,
    pub due: Option<DateTime<Utc>>,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub resume_on: Option<NaiveDate>,
    /// Whether the patient did it; else the clinic did.
    pub by_patient: bool,
}

impl Event {
    pub fn newest(&self) -> Newest {
        Newest {
            id: self.id,
            event_type: self.event_type,
            due: self.due,
        }
    }
}

/// The patient's journey: the active one, else the one that ended last.
pub async fn current(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<Journey>, sqlx::Error> {
    sqlx::query_as!(
        Journey,
        r#"select id as "id: JourneyId", product as "product: Product", status as "status: Status",
                  current_progress_stage as stage, total_progress_stages as total,
                  wear_interval_days as interval_days, date_of_starting_treatment as started_on
           from journeys where user_id = $1 order by status, id desc limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

/// One journey of this patient, held until the transaction ends.
pub async fn lock(
    db: &mut PgConnection,
    patient: UserId,
    journey: JourneyId,
) -> Result<Option<Journey>, sqlx::Error> {
    sqlx::query_as!(
        Journey,
        r#"select id as "id: JourneyId", product as "product: Product", status as "status: Status",
                  current_progress_stage as stage, total_progress_stages as total,
                  wear_interval_days as interval_days, date_of_starting_treatment as started_on
           from journeys where id = $1 and user_id = $2 for update"#,
        journey as JourneyId,
        patient as UserId,
    )
    .fetch_optional(db)
    .await
}

pub async fn newest(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<Newest>, sqlx::Error> {
    sqlx::query_as!(
        Newest,
        r#"select id as "id: EventId", type as "event_type: EventType", end_date as due
           from progress_events where journey_id = $1 order by id desc limit 1"#,
        journey as JourneyId,
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

/// Events, newest first, `limit` of those before `before`.
pub async fn events(
    db: &mut PgConnection,
    journey: JourneyId,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Event>, sqlx::Error> {
    sqlx::query_as!(
        Event,
        r#"select id as "id: EventId", type as "event_type: EventType", progress_stage as stage, start_date as at,
                  end_date as due, reason as "reason: Reason", note, resume_on, actor_id = user_id as "by_patient!"
           from progress_events where journey_id = $1 and id < coalesce($2, 9223372036854775807)
           order by id desc limit $3"#,
        journey as JourneyId,
        before as Option<EventId>,
        limit,
    )
    .fetch_all(db)
    .await
}

/// A progress event to be recorded.
pub struct NewProgress<'a> {
    pub patient: UserId,
    pub journey: JourneyId,
    pub actor: UserId,
    /// The newest event that the sender saw.
    pub seen: Option<EventId>,
    pub progress: &'a Progress,
    /// The reminder that it schedules.
    pub notification: Option<i64>,
    pub now: DateTime<Utc>,
}

/// Records that a journey moved on, and moves its counters. `None`: the event that the sender saw has a
/// successor already.
pub async fn record_progress(
    db: &mut PgConnection,
    NewProgress {
        patient,
        journey,
        actor,
        seen,
        progress,
        notification,
        now,
    }: NewProgress<'_>,
) -> Result<Option<EventId>, sqlx::Error> {
    let event = sqlx::query_scalar!(
        r#"insert into progress_events
             (user_id, journey_id, start_date, progress_stage, end_date, next_notification_id, type, actor_id, previous_event_id)
           values ($1, $2, $3, $4, $5, $6, 'progress', $7, $8)
           on conflict on constraint progress_events_one_successor do nothing
           returning id as "id: EventId""#,
        patient as UserId,
        journey as JourneyId,
        now,
        progress.stage,
        progress.due,
        notification,
        actor as UserId,
        seen as Option<EventId>,
    )
    .fetch_optional(&mut *db)
    .await?;
    if event.is_some() {
        sqlx::query!(
            "update journeys set current_progress_stage = $2,
                    date_of_starting_treatment = coalesce(date_of_starting_treatment, $3),
                    status = case when $4 then 'completed'::journey_status else status end,
                    aftercare_stage = case when $4 then 'journey_complete'
                                           else coalesce(nullif(aftercare_stage, 'scan_appointment_booked'), 'aligner_journey_underway') end
             where id = $1",
            journey as JourneyId,
            progress.stage,
            progress.starts_on,
            progress.completes,
        )
        .execute(db)
        .await?;
    }
    Ok(event)
}

/// Which patients somebody at a desk sees.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// Those assigned to this row of `dentists`.
    Dentist(i64),
    Every,
}

impl Scope {
    fn dentist(self) -> Option<i64> {
        match self {
            Self::Dentist(id) => Some(id),
            Self::Every => None,
        }
    }
}

/// One line of the list of patients.
#[derive(Clone, Debug)]
pub struct PatientRow {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub product: Option<Product>,
    pub status: Option<Status>,
    pub stage: Option<i32>,
    pub total: Option<i32>,
    pub event_type: Option<EventType>,
    pub due: Option<DateTime<Utc>>,
    pub time_zone: String,
}

/// Patients by name, `limit` of those after the patient `after`; none after one outside the scope, whose
/// place in the alphabet would else be told.
pub async fn patients(
    db: &mut PgConnection,
    scope: Scope,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<PatientRow>, sqlx::Error> {
    sqlx::query_as!(
        PatientRow,
        r#"select u.id as "id: UserId", u.first_name, u.last_name,
                  j.product as "product?: Product", j.status as "status?: Status",
                  j.current_progress_stage as "stage?", j.total_progress_stages as "total?",
                  e.type as "event_type?: EventType", e.end_date as "due?", u.time_zone
           from users u
           left join lateral (select * from journeys where user_id = u.id order by status, id desc limit 1) j on true
           left join lateral (select * from progress_events where journey_id = j.id order by id desc limit 1) e on true
           where exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
             and ($1::bigint is null or u.assigned_dentist_id = $1)
             and ($2::bigint is null or (u.last_name, u.first_name, u.id) >
                  (select a.last_name, a.first_name, a.id from users a
                   where a.id = $2 and ($1::bigint is null or a.assigned_dentist_id = $1)))
           order by u.last_name, u.first_name, u.id limit $3"#,
        scope.dentist(),
        after as Option<UserId>,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Who a patient is, for whoever may see the record.
#[derive(Clone, Debug)]
pub struct PatientHead {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub time_zone: String,
    /// The row of `dentists` that the patient is assigned to today.
    pub dentist: Option<i64>,
}

impl PatientHead {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// Where the patient's days begin and end.
    pub fn zone(&self, reader: &Reader) -> Tz {
        self.time_zone.parse().unwrap_or(reader.zone)
    }

    /// Photos are for the patient and the dentist assigned today.
    pub fn shows_photos_to(&self, desk: &Desk) -> bool {
        desk.dentist()
            .is_some_and(|dentist| self.dentist == Some(dentist.dentist_id()))
    }
}

/// A patient within somebody's scope.
pub async fn patient(
    db: &mut PgConnection,
    scope: Scope,
    id: UserId,
) -> Result<Option<PatientHead>, sqlx::Error> {
    sqlx::query_as!(
        PatientHead,
        r#"select id as "id: UserId", first_name, last_name, time_zone, assigned_dentist_id as dentist from users u
           where id = $2 and ($1::bigint is null or assigned_dentist_id = $1)
             and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')"#,
        scope.dentist(),
        id as UserId,
    )
    .fetch_optional(db)
    .await
}
