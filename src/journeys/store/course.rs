//! The SQL of where a patient's treatment stands and of what they have done of it by when: what their agenda is made of.

use crate::{
    accounts::UserId,
    journeys::model::{
        Aftercare, EventId, EventType, Journey, JourneyId, Newest, Product, Reason, Status,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// A patient's journey with its newest event: the active one, else the one that ended last.
#[derive(Clone, Debug)]
pub struct Course {
    pub journey: Journey,
    pub newest: Option<Newest>,
    /// When the newest event was recorded, and whether by the patient.
    pub at: Option<DateTime<Utc>>,
    pub by_patient: bool,
    /// What the clinic said with it, where it was theirs.
    pub note: Option<String>,
    /// The day on which a treatment that is paused is meant to go on.
    pub resume_on: Option<NaiveDate>,
    /// When its plan last changed, or something moved it.
    pub changed: Option<DateTime<Utc>>,
}

pub async fn course(db: &mut PgConnection, patient: UserId) -> Result<Option<Course>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select j.id as "id: JourneyId", j.product as "product: Product", j.status as "status: Status",
                  j.current_progress_stage as stage, j.total_progress_stages as total, j.wear_interval_days as interval_days,
                  j.date_of_starting_treatment as started_on, j.aftercare_stage as "aftercare: Aftercare", j.revision,
                  coalesce(j.wear_goal_minutes > 0, j.product = 'aligners') as "wear!",
                  e.id as "event?: EventId", e.type as "event_type?: EventType", e.occurred_on as "on?", e.due_on as due,
                  e.resume_on as "resume_on?", before.due_on as "due_before?", e.start_date as "at?", coalesce(e.actor_id = j.user_id, false) as "by_patient!",
                  case when e.actor_id <> j.user_id then e.note end as note,
                  coalesce(e.type = 'progress' and e.reason is null and e.actor_id = j.user_id, false) as "confirmed!",
                  greatest(e.start_date, (select at from plan_changes where journey_id = j.id order by revision desc limit 1)) as changed
           from journeys j
           left join lateral (select id, type, reason, occurred_on, due_on, start_date, actor_id, note, previous_event_id, resume_on
                              from progress_events where journey_id = j.id order by id desc limit 1) e on true
           left join progress_events before on before.id = e.previous_event_id
           where j.user_id = $1 order by j.status, j.id desc limit 1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Course {
        newest: row.event.zip(row.event_type).zip(row.on).zip(row.at).map(
            |(((id, event_type), on), at)| Newest {
                id,
                event_type,
                at,
                on,
                due: row.due,
                due_before: row.due_before,
                confirmed: row.confirmed,
            },
        ),
        at: row.at,
        by_patient: row.by_patient,
        note: row.note,
        resume_on: row.resume_on,
        changed: row.changed,
        journey: Journey {
            id: row.id,
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
    }))
}

/// A change of stage that was made and stands.
#[derive(Clone, Debug)]
pub struct Switched {
    pub event: EventId,
    pub journey: JourneyId,
    pub product: Product,
    /// The stage that began; the last one, where it ended the treatment.
    pub stage: i32,
    pub on: NaiveDate,
    /// Whether nothing followed it: the treatment was complete.
    pub completed: bool,
}

/// A patient's changes of stage from a day on, and before another; those that were a mistake are left out.
pub async fn switched(
    db: &mut PgConnection,
    patient: UserId,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Switched>, sqlx::Error> {
    sqlx::query_as!(
        Switched,
        r#"select e.id as "event: EventId", j.id as "journey: JourneyId", j.product as "product: Product",
                  e.progress_stage as stage, e.occurred_on as "on!", e.due_on is null as "completed!"
           from journeys j join progress_events e on e.journey_id = j.id
           where j.user_id = $1 and e.type = 'progress' and e.reason is null and e.occurred_on >= $2 and e.occurred_on < $3
             and not exists (select from progress_events after where after.journey_id = j.id and after.previous_event_id = e.id
                             and after.reason = $4)
           order by e.occurred_on, e.id limit 500"#,
        patient as UserId,
        from,
        until,
        Reason::ConfirmedByMistake as Reason,
    )
    .fetch_all(db)
    .await
}
