//! The SQL of lists of patients, and of who a patient is.

use crate::{
    accounts::{Identity, Named, UserId, full_name},
    care::Scope,
    ids::DentistId,
    journeys::model::{EventType, JourneyId, Product, Status},
    ui::Language,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

/// One line of the list of patients.
#[derive(Clone, Debug)]
pub struct PatientRow {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub product: Option<Product>,
    pub status: Option<Status>,
    pub stage: Option<i32>,
    pub total: Option<i32>,
    pub event_type: Option<EventType>,
    pub due: Option<NaiveDate>,
    /// The day of the newest event.
    pub since: Option<NaiveDate>,
    /// The day on which they mean to go on, while paused.
    pub resume_on: Option<NaiveDate>,
    pub time_zone: String,
}

impl PatientRow {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.id,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// What a patient within somebody's scope is called: first name, last name.
pub async fn name_of(
    db: &mut PgConnection,
    scope: Scope,
    id: UserId,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let found = sqlx::query!(
        "select first_name, last_name from users u join care.seen('record', $1) seen on seen.patient = u.id where u.id = $2",
        scope as Scope,
        id as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|row| (row.first_name, row.last_name)))
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
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email,
                  j.product as "product?: Product", j.status as "status?: Status",
                  j.current_progress_stage as "stage?", j.total_progress_stages as "total?",
                  e.type as "event_type?: EventType", e.due_on as "due?", e.occurred_on as "since?",
                  e.resume_on as "resume_on?", u.time_zone
           from users u join care.seen('record', $1) seen on seen.patient = u.id
           left join lateral (select * from journeys where user_id = u.id order by status, id desc limit 1) j on true
           left join lateral (select * from progress_events where journey_id = j.id order by id desc limit 1) e on true
           where exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
             and ($2::bigint is null or (u.last_name, u.first_name, u.id) >
                  (select a.last_name, a.first_name, a.id from users a join care.seen('record', $1) known on known.patient = a.id
                   where a.id = $2))
           order by u.last_name, u.first_name, u.id limit $3"#,
        scope as Scope,
        after as Option<UserId>,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The longest text that is looked for, in characters.
const SOUGHT: usize = 100;

/// What is looked for, as it was typed: words, each somewhere in what is shown of a person. The database makes both sides
/// alike (`sought_text` and `sought_pattern`): nothing is folded here.
#[derive(Clone, Debug, Default)]
pub struct Words(String);

impl Words {
    pub fn of(text: &str) -> Self {
        let text = text.trim().chars().take(SOUGHT).filter(|c| *c != '\0');
        Self(text.collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Days after which a pause is long.
pub const LONG_PAUSE: i32 = 14;

/// Which of their patients a dentist is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    /// Today or within two days.
    Due,
    Overdue,
    Paused,
    /// Overdue, or long paused, or beyond the day on which they meant to go on: whom their dentist's first page counts.
    Still,
    /// With photos to decide on.
    Waiting,
}

impl Filter {
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::Due,
        Self::Overdue,
        Self::Paused,
        Self::Still,
        Self::Waiting,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Still => "still",
            Self::Waiting => "waiting",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.name() == name)
    }
}

/// The patients whom somebody treats, with these words, by name or by when they are due: `limit` of those after the patient `after`; who was due
/// then, if it is said: a day, or `infinity`. Of those who stand still, a pause has its place by the day since when it lasts, as on
/// the dentist's first page: who waited longest is first.
pub async fn patients_of(
    db: &mut PgConnection,
    scope: Scope,
    (words, filter, by_due): (&Words, Filter, bool),
    now: DateTime<Utc>,
    (after, due): (Option<UserId>, Option<&str>),
    limit: i64,
) -> Result<Vec<PatientRow>, sqlx::Error> {
    sqlx::query_as!(
        PatientRow,
        r#"with patients as (
             select u.id, u.first_name, u.last_name, u.email, u.time_zone, j.product, j.status,
                    j.current_progress_stage as stage, j.total_progress_stages as total, e.type as event_type,
                    e.due_on as due, e.resume_on, e.occurred_on as since, day.today,
                    exists (select from user_images i where i.user_id = u.id and i.awaits_review and i.missing_since is null)
                      as waiting
             from care.seen('treat', $1) mine join users u on u.id = mine.patient
             cross join lateral (select ($3::timestamptz at time zone u.time_zone)::date as today) day
             left join lateral (select * from journeys where user_id = u.id order by status, id desc limit 1) j on true
             left join lateral (select * from progress_events where journey_id = j.id order by id desc limit 1) e on true
             where u.sought like (select sought_pattern($2, 1)) and u.sought like (select sought_pattern($2, 2))
               and u.sought like (select sought_pattern($2, 3)) and u.sought like (select sought_pattern($2, 4))
               and u.sought like (select sought_pattern($2, 5)) and u.sought like (select sought_pattern($2, 6))
               and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
           ), ranked as (
             select *, case when $5 then coalesce(due, case $4 when 'still' then since end, 'infinity') else '-infinity' end as rank
             from patients
           ), shown as (
             select * from ranked
             where case $4 when 'due' then status = 'active' and due between today and today + 2
                           when 'overdue' then status = 'active' and due < today
                           when 'paused' then status = 'active' and event_type = 'pause'
                           when 'still' then status = 'active' and stands_still(event_type, due, since, resume_on, today, $9)
                           when 'waiting' then waiting else true end
           )
           select id as "id!: UserId", first_name as "first_name!", last_name as "last_name!", email as "email!",
                  product as "product?: Product", status as "status?: Status", stage as "stage?", total as "total?",
                  event_type as "event_type?: EventType", due as "due?", since as "since?", resume_on as "resume_on?",
                  time_zone as "time_zone!"
           from shown
           where $6::bigint is null
              or (rank, last_name, first_name, id) > -- Found though it has left the filter, or is due on another day, by now.
                 (select case when $5 then coalesce($8::text::date, r.rank, 'infinity') else '-infinity' end,
                         a.last_name, a.first_name, a.id
                  from users a join care.seen('treat', $1) known on known.patient = a.id left join ranked r on r.id = a.id
                  where a.id = $6)
           order by rank, last_name, first_name, id limit $7"#,
        scope as Scope,
        words.as_str(),
        now,
        filter.name(),
        by_due,
        after as Option<UserId>,
        limit,
        due,
        LONG_PAUSE,
    )
    .fetch_all(db)
    .await
}

/// Patients with these words, by name: `limit` of those after the patient `after`.
pub async fn found(
    db: &mut PgConnection,
    scope: Scope,
    words: &Words,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<PatientRow>, sqlx::Error> {
    sqlx::query_as!(
        PatientRow,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email,
                  j.product as "product?: Product", j.status as "status?: Status",
                  j.current_progress_stage as "stage?", j.total_progress_stages as "total?",
                  e.type as "event_type?: EventType", e.due_on as "due?", e.occurred_on as "since?",
                  e.resume_on as "resume_on?", u.time_zone
           from users u join care.seen('record', $4) seen on seen.patient = u.id
           left join lateral (select * from journeys where user_id = u.id order by status, id desc limit 1) j on true
           left join lateral (select * from progress_events where journey_id = j.id order by id desc limit 1) e on true
           where u.sought like (select sought_pattern($1, 1)) and u.sought like (select sought_pattern($1, 2))
             and u.sought like (select sought_pattern($1, 3)) and u.sought like (select sought_pattern($1, 4))
             and u.sought like (select sought_pattern($1, 5)) and u.sought like (select sought_pattern($1, 6))
             and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
             and ($2::bigint is null or (u.last_name, u.first_name, u.id) >
                  (select a.last_name, a.first_name, a.id from users a join care.seen('record', $4) known on known.patient = a.id
                   where a.id = $2))
           order by u.last_name, u.first_name, u.id limit $3"#,
        words.as_str(),
        after as Option<UserId>,
        limit,
        scope as Scope,
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
    pub email: String,
    pub time_zone: String,
    /// What they chose to read Midline in.
    pub language: Option<String>,
    /// The row of `dentists` that the patient is assigned to today.
    pub dentist: Option<DentistId>,
    pub birth_date: Option<NaiveDate>,
    /// In the clinic's own system: for those at a desk.
    pub clinic_number: Option<i64>,
    pub postal_code: Option<String>,
    /// Where they can be called: for those at a desk.
    pub phone: Option<String>,
}

impl PatientHead {
    /// What tells the patient from others of the same name: for those at a desk.
    pub fn identity(&self) -> Identity {
        Identity {
            id: self.id,
            birth_date: self.birth_date,
            clinic_number: self.clinic_number,
            postal_code: self.postal_code.clone(),
            email: self.email.clone(),
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

    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name, &self.email)
    }

    /// Where the patient's days begin and end.
    pub fn zone(&self) -> Tz {
        // The database takes no other names; one that only it knows counts as UTC.
        self.time_zone.parse().unwrap_or_default()
    }

    /// The language in which the patient is told things.
    pub fn language(&self) -> Language {
        self.language
            .as_deref()
            .and_then(Language::from_code)
            .unwrap_or_default()
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
        r#"select id as "id: UserId", first_name, last_name, email, time_zone, told_in(u) as language,
                  assigned_dentist_id as "dentist: DentistId", birth_date, jarvis_id as clinic_number, postal_code, phone
           from users u join care.seen('record', $1) seen on seen.patient = u.id
           where u.id = $2 and exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')"#,
        scope as Scope,
        id as UserId,
    )
    .fetch_optional(db)
    .await
}

/// What is shown of a patient's care at the head of the record, and what waits there for the dentist who treats them.
pub struct Care {
    /// Who treats them.
    pub dentist: Option<String>,
    /// Whether a push has reached a device of theirs within the last thirty days.
    pub reached: bool,
    /// Of what the patient reported and nobody has answered, what comes first.
    pub report: Option<i64>,
    case_journey: Option<JourneyId>,
    case_stage: Option<i32>,
}

impl Care {
    /// The stage whose photos have waited longest for a decision.
    pub fn case(&self) -> Option<(JourneyId, i32)> {
        self.case_journey.zip(self.case_stage)
    }
}

pub async fn care(
    db: &mut PgConnection,
    patient: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Care>, sqlx::Error> {
    sqlx::query_as!(
        Care,
        r#"select d.display_name as "dentist?",
                  exists (select from notifications n where n.user_id = u.id and n.delivery = 'push'
                          and n.sent_at > $2::timestamptz - interval '30 days') as "reached!",
                  report.id as "report?", waiting.journey_id as "case_journey?: JourneyId", waiting.stage as "case_stage?"
           from users u
           left join dentists d on d.id = u.assigned_dentist_id
           left join lateral (
             select r.id from reports r where r.user_id = u.id and r.state in ('new', 'seen')
             order by r.state, r.kind <> 'pain', r.id limit 1) report on true
           left join lateral (
             select i.journey_id, i.progress_stage as stage from user_images i
             where i.user_id = u.id and i.awaits_review and i.missing_since is null
             order by i.date_uploaded, i.id limit 1) waiting on true
           where u.id = $1"#,
        patient as UserId,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Whether anybody has this number: so that a refusal can say whose record it was about.
pub async fn is_somebody(db: &mut PgConnection, id: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from users where id = $1) as "yes!""#,
        id as UserId
    )
    .fetch_one(db)
    .await
}
