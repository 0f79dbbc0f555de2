//! The SQL of what happened to a journey: a page of it, newest first, and all of it, for its numbers.

use crate::{
    accounts::UserId,
    journeys::model::{EventId, EventType, Happened, Journey, JourneyId, Newest, Reason},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// Who did it, as those who read the timeline know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Patient,
    /// By name.
    Dentist(String),
    Clinic,
}

impl By {
    fn of(patient: bool, dentist: Option<String>) -> Self {
        match dentist {
            _ if patient => Self::Patient,
            Some(name) => Self::Dentist(name),
            None => Self::Clinic,
        }
    }
}

/// An event as the timeline shows it. Its days are those of the patient's zone at the time.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub event_type: EventType,
    pub stage: i32,
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    pub due: Option<NaiveDate>,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub resume_on: Option<NaiveDate>,
    pub by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "plan_change_type", rename_all = "snake_case")]
pub enum ChangeType {
    Opened,
    Revised,
    Ended,
}

/// A change of the plan as the timeline shows it.
#[derive(Clone, Debug)]
pub struct Change {
    pub revision: i32,
    pub change_type: ChangeType,
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    /// Stages, before and from then on.
    pub total: (i32, i32),
    /// Days that a stage is worn, before and from then on.
    pub interval_days: (i32, i32),
    pub note: Option<String>,
    pub by: By,
}

#[derive(Clone, Debug)]
pub enum Entry {
    Event(Event),
    Change(Change),
}

impl Entry {
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Event(event) => event.at,
            Self::Change(change) => change.at,
        }
    }
}

/// A page of a timeline, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// The newest event of the page: of the journey, if the page is its first.
    pub newest: Option<Newest>,
    /// The event before which there are more.
    pub more_before: Option<EventId>,
}

impl Page {
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Event(event) => Some(event),
            Entry::Change(_) => None,
        })
    }

    /// The first and the last of the stages that the events on it are of.
    pub fn stages(&self) -> Option<(i32, i32)> {
        let first = self.events().next_back()?.stage;
        let last = self.events().next()?.stage;
        Some((first, last))
    }
}

/// A row of either kind.
struct Row {
    id: Option<EventId>,
    event_type: Option<EventType>,
    stage: Option<i32>,
    at: DateTime<Utc>,
    on: NaiveDate,
    due: Option<NaiveDate>,
    reason: Option<Reason>,
    note: Option<String>,
    resume_on: Option<NaiveDate>,
    by_patient: bool,
    dentist: Option<String>,
    revision: Option<i32>,
    change_type: Option<ChangeType>,
    total: Option<i32>,
    interval_days: Option<i32>,
    total_before: Option<i32>,
    interval_before: Option<i32>,
}

impl Row {
    fn entry(self) -> Option<Entry> {
        let by = By::of(self.by_patient, self.dentist);
        Some(match (self.id, self.change_type) {
            (Some(id), _) => Entry::Event(Event {
                id,
                event_type: self.event_type?,
                stage: self.stage?,
                at: self.at,
                on: self.on,
                due: self.due,
                reason: self.reason,
                note: self.note,
                resume_on: self.resume_on,
                by,
            }),
            (None, change_type) => Entry::Change(Change {
                revision: self.revision?,
                change_type: change_type?,
                at: self.at,
                on: self.on,
                total: (self.total_before?, self.total?),
                interval_days: (self.interval_before?, self.interval_days?),
                note: self.note,
                by,
            }),
        })
    }
}

/// `limit` events of a patient's journey, newest first, of those before the event `before`, with the
/// changes of the plan between them.
pub async fn timeline(
    db: &mut PgConnection,
    patient: UserId,
    journey: &Journey,
    before: Option<EventId>,
    limit: usize,
) -> Result<Page, sqlx::Error> {
    // One more than asked for: so that it is known whether there are any.
    let count = limit as i64 + 1;
    let rows = match journey.revision {
        // As most are: asking for changes as well costs the database as much again.
        0 => events(db, patient, journey.id, before, count).await?,
        _ => events_and_changes(db, patient, journey.id, before, count).await?,
    };
    // What was due after the two newest of them.
    let dues: Vec<_> = rows
        .iter()
        .filter(|row| row.id.is_some())
        .take(2)
        .map(|row| row.due)
        .collect();
    let (mut page, mut count) = (Page::default(), 0);
    for row in rows {
        count += usize::from(row.id.is_some());
        if count > limit {
            let oldest = page.events().next_back().map(|event| event.id);
            page.more_before = oldest;
            break;
        }
        page.entries.extend(row.entry());
    }
    if page.more_before.is_some() {
        // What lies between the last event of this page and the first of the next comes with that one.
        let oldest = page.events().next_back().map(|event| event.at);
        page.entries.retain(|entry| Some(entry.at()) >= oldest);
    }
    let newest = page.events().next().map(|event| Newest {
        id: event.id,
        event_type: event.event_type,
        at: event.at,
        on: event.on,
        due: event.due,
        due_before: dues.get(1).copied().flatten(),
        confirmed: event.event_type == EventType::Progress
            && event.reason.is_none()
            && event.by == By::Patient,
    });
    page.newest = newest;
    Ok(page)
}

async fn events(
    db: &mut PgConnection,
    patient: UserId,
    journey: JourneyId,
    before: Option<EventId>,
    count: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select e.id as "id?: EventId", e.type as "event_type?: EventType", e.progress_stage as "stage?",
                  e.start_date as at, e.occurred_on as on, e.due_on as due, e.reason as "reason: Reason", e.note,
                  e.resume_on, e.actor_id = $4 as "by_patient!", d.display_name as "dentist?",
                  null::integer as revision, null::plan_change_type as "change_type: ChangeType",
                  null::integer as total, null::integer as interval_days,
                  null::integer as total_before, null::integer as interval_before
           from progress_events e left join dentists d on d.user_id = e.actor_id
           where e.journey_id = $1 and e.id < coalesce($2, 9223372036854775807)
           order by e.id desc limit $3"#,
        journey as JourneyId,
        before as Option<EventId>,
        count,
        patient as UserId,
    )
    .fetch_all(db)
    .await
}

async fn events_and_changes(
    db: &mut PgConnection,
    patient: UserId,
    journey: JourneyId,
    before: Option<EventId>,
    count: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"with page as (
             select id, type, progress_stage, start_date, occurred_on, due_on, reason, note, resume_on, actor_id
             from progress_events where journey_id = $1 and id < coalesce($2, 9223372036854775807)
             order by id desc limit $3
           )
           select e.id as "id?: EventId", e.type as "event_type?: EventType", e.progress_stage as "stage?",
                  e.start_date as "at!", e.occurred_on as "on!", e.due_on as "due?", e.reason as "reason?: Reason",
                  e.note as "note?", e.resume_on as "resume_on?", e.actor_id = $4 as "by_patient!",
                  d.display_name as "dentist?", null::integer as "revision?",
                  null::plan_change_type as "change_type?: ChangeType", null::integer as "total?",
                  null::integer as "interval_days?", null::integer as "total_before?", null::integer as "interval_before?"
           from page e left join dentists d on d.user_id = e.actor_id
           union all
           select null, null, null, c.at, c.occurred_on, null, null, c.note, null, c.actor_id = $4, d.display_name,
                  c.revision, c.type, c.total_progress_stages, c.wear_interval_days,
                  p.total_progress_stages, p.wear_interval_days
           from plan_changes c
             join plan_changes p on p.journey_id = c.journey_id and p.revision = c.revision - 1
             left join dentists d on d.user_id = c.actor_id
           where c.journey_id = $1
             and ($2 is null or c.at < coalesce((select start_date from progress_events
                                                 where journey_id = $1 and id >= $2 order by id limit 1), 'infinity'))
             and ((select count(*) from page) < $3 or c.at >= (select min(start_date) from page))
           order by 4 desc, 1 desc"#,
        journey as JourneyId,
        before as Option<EventId>,
        count,
        patient as UserId,
    )
    .fetch_all(db)
    .await
}

/// How many events of the journey are newer than `event`. `None`: it is none of this journey's.
pub async fn position(
    db: &mut PgConnection,
    journey: JourneyId,
    event: EventId,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select (select count(*) from progress_events n where n.journey_id = e.journey_id and n.id > e.id) as "newer!"
           from progress_events e where e.id = $2 and e.journey_id = $1"#,
        journey as JourneyId,
        event as EventId,
    )
    .fetch_optional(db)
    .await
}

/// The most that is read for the numbers of one journey: several times what the longest has.
const HISTORY: i64 = 5000;

/// All that happened to a journey, oldest first.
pub async fn history(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Vec<Happened>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select * from (
           select occurred_on as "on!", start_date as "at!", id as "id?", type as "event_type?: EventType",
                  progress_stage as "stage?", due_on as "due?", reason as "reason?: Reason",
                  null::plan_change_type as "change_type?: ChangeType", null::integer as "total?", null::integer as "interval_days?"
           from progress_events where journey_id = $1
           union all
           select occurred_on, at, null, null, null, null, null, type, total_progress_stages, wear_interval_days
           from plan_changes where journey_id = $1
           order by 2 desc, 3 desc nulls last limit $2) as newest
           order by 2, 3 nulls first"#,
        journey as JourneyId,
        HISTORY,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(match (row.change_type, row.event_type) {
                (Some(ChangeType::Ended), _) => Happened::Ended { on: row.on },
                (Some(_), _) => Happened::Planned {
                    on: row.on,
                    total: row.total?,
                    interval_days: row.interval_days?,
                },
                (None, event_type) => Happened::Event {
                    event_type: event_type?,
                    on: row.on,
                    stage: row.stage?,
                    due: row.due,
                    reason: row.reason,
                },
            })
        })
        .collect())
}
