//! The SQL of a dentist's first page: figures of several features in one question, and who stands still.

use crate::{
    accounts::{Named, UserId},
    care::Scope,
    journeys::{
        LONG_PAUSE,
        model::{JourneyId, Reason},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

/// What waits for a dentist, and what they did.
pub struct Counts {
    pub cases: i64,
    /// When the oldest of their photos came.
    pub oldest: Option<DateTime<Utc>>,
    /// Patients who ask to be treated by them.
    pub changes: i64,
    /// Messages that they have not opened.
    pub unread: i64,
    pub decided_today: i64,
    pub decided_week: i64,
}

/// Figures of the patients whom somebody treats; decisions since the beginning of their `today` and of their `week`.
pub async fn counts(
    db: &mut PgConnection,
    scope: Scope,
    today: DateTime<Utc>,
    week: DateTime<Utc>,
) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"select waiting.cases as "cases!", waiting.oldest, written.unread as "unread!",
                  decided.today as "decided_today!", decided.week as "decided_week!",
                  (select count(*) from dentist_changes where to_dentist_id = ($1::care.scope).dentist and status = 'open') as "changes!"
           from
             (select count(*) as cases, min(since) as oldest from care.seen('treat', $1) mine
              cross join lateral (
                select min(i.date_uploaded) as since from user_images i
                where i.user_id = mine.patient and i.awaits_review and i.missing_since is null
                group by i.journey_id, i.progress_stage) cases) waiting,
             (select count(*) as unread from care.seen('treat', $1) mine join messages m on m.user_id = mine.patient
              where m.from_patient and m.read_at is null and (m.dentist_id = ($1::care.scope).dentist or m.id <=
                    (select max(s.up_to_id) from message_shares s
                     where s.user_id = mine.patient and s.dentist_id = ($1::care.scope).dentist))) written,
             (select count(*) as week, count(*) filter (where decided_at >= $2) as today from reviews
              where dentist_id = ($1::care.scope).dentist and decided_at >= $3 and withdrawn_at is null) decided"#,
        scope as Scope,
        today,
        week,
    )
    .fetch_one(db)
    .await
}

/// A patient whose treatment stands still.
pub struct Still {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub journey: JourneyId,
    pub worn: i32,
    /// When the change was due; none while it is paused.
    pub due: Option<NaiveDate>,
    /// The day on which they meant to go on, if they paused until then and have not: it has passed.
    pub pause_ended: Option<NaiveDate>,
    /// Why it was put off or paused last.
    pub reason: Option<Reason>,
    /// The day of the newest event, and today, in the patient's zone.
    pub since: NaiveDate,
    pub today: NaiveDate,
    /// The stage of theirs whose photos wait for a decision.
    pub case: Option<i32>,
    /// How many such patients there are.
    pub of: i64,
}

impl Still {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.id,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// The patients whom somebody treats and whose treatment stands still, those who waited longest first: the first `limit`. The list of patients shows
/// all of them, as `Filter::Still`.
pub async fn still(
    db: &mut PgConnection,
    scope: Scope,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Still>, sqlx::Error> {
    sqlx::query_as!(
        Still,
        r#"select u.id as "id: UserId", u.first_name, u.last_name, u.email, j.id as "journey: JourneyId",
                  j.current_progress_stage as worn, e.due_on as due, e.reason as "reason: Reason", e.occurred_on as since,
                  case when e.resume_on < day.today then e.resume_on end as pause_ended, day.today as "today!", count(*) over () as "of!",
                  (select max(i.progress_stage) from user_images i
                   where i.user_id = u.id and i.journey_id = j.id and i.awaits_review and i.missing_since is null) as case
           from care.seen('treat', $1) mine join users u on u.id = mine.patient
           cross join lateral (select ($3::timestamptz at time zone u.time_zone)::date as today) day
           cross join lateral (select id, current_progress_stage from journeys
                               where user_id = u.id and status = 'active' limit 1) j
           cross join lateral (select type, due_on, occurred_on, reason, resume_on from progress_events where journey_id = j.id
                               order by id desc limit 1) e
           where exists (select from user_roles r where r.user_id = u.id and r.role = 'patient')
             and stands_still(e.type, e.due_on, e.occurred_on, e.resume_on, day.today, $2)
           order by coalesce(e.due_on, e.occurred_on), u.id limit $4"#,
        scope as Scope,
        LONG_PAUSE,
        now,
        limit,
    )
    .fetch_all(db)
    .await
}
