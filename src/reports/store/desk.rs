//! The SQL of reports that wait, as those see them who treat the patients or look after the clinic.

use crate::{
    accounts::{Named, UserId},
    care::Scope,
    ids::{PhotoId, ReportId},
    journeys::model::{JourneyId, Product},
    reports::model::{Kind, State},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A report that waits for a dentist: for an answer, or, closed by its patient before anybody saw it, to be seen.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: ReportId,
    pub kind: Kind,
    /// New, or seen and not yet answered; closed, if nobody saw it before.
    pub state: State,
    pub note: Option<String>,
    pub created: DateTime<Utc>,
    pub journey: JourneyId,
    pub product: Product,
    /// The stage that was worn.
    pub stage: i32,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Photos that go with it, the oldest first.
    pub photos: Vec<PhotoId>,
}

impl Open {
    /// Whether no dentist has seen it.
    pub fn is_unseen(&self) -> bool {
        self.state != State::Seen
    }

    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// What waits for whoever treats the patients: those that nobody has seen first, pain before all else, then by how long they wait; last what its
/// patient closed unseen.
pub async fn open_of_dentist(
    db: &mut PgConnection,
    scope: Scope,
    first: Option<UserId>,
    limit: i64,
) -> Result<Vec<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        r#"select r.id as "id: ReportId", r.kind as "kind: Kind", r.state as "state: State", r.note, r.created_at as created,
                  r.journey_id as "journey: JourneyId", j.product as "product: Product", r.progress_stage as stage,
                  u.id as "patient: UserId", u.first_name, u.last_name, u.email,
                  array(select a.image_id from report_images a join user_images i on i.id = a.image_id
                        where a.report_id = r.id and i.missing_since is null order by a.image_id) as "photos!: Vec<PhotoId>"
           from reports r join users u on u.id = r.user_id join journeys j on j.id = r.journey_id
           join care.seen('treat', $1) mine on mine.patient = u.id
           where r.state in ('new', 'seen') or (r.state = 'closed' and r.seen_at is null)
           order by r.user_id is distinct from $3, r.state, r.kind <> 'pain', r.id limit $2"#,
        scope as Scope,
        limit,
        first as Option<UserId>,
    )
    .fetch_all(db)
    .await
}

/// A report that was answered and is not closed yet.
#[derive(Clone, Debug)]
pub struct Answered {
    pub id: ReportId,
    pub kind: Kind,
    pub answered: DateTime<Utc>,
    pub product: Product,
    pub stage: i32,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
}

impl Answered {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

/// What was answered of the patients whom somebody treats and is not closed yet, the newest answer first.
pub async fn answered_of_dentist(
    db: &mut PgConnection,
    scope: Scope,
    limit: i64,
) -> Result<Vec<Answered>, sqlx::Error> {
    sqlx::query_as!(
        Answered,
        r#"select r.id as "id: ReportId", r.kind as "kind: Kind", r.answered_at as "answered!", j.product as "product: Product",
                  r.progress_stage as stage, u.id as "patient: UserId", u.first_name, u.last_name, u.email
           from reports r join users u on u.id = r.user_id join journeys j on j.id = r.journey_id
           join care.seen('treat', $1) mine on mine.patient = u.id
           where r.state = 'answered'
           order by r.answered_at desc, r.id desc limit $2"#,
        scope as Scope,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Whether a patient reported something that no dentist has seen, besides those that are known.
pub async fn has_new(
    db: &mut PgConnection,
    patient: UserId,
    known: &[ReportId],
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from reports where user_id = $1 and state = 'new' and id <> all($2)) as "yes!""#,
        patient as UserId,
        known as &[ReportId],
    )
    .fetch_one(db)
    .await
}

/// A report that nobody has seen within the clinic's time, as staff see it: neither note nor photos.
#[derive(Clone, Debug)]
pub struct Unseen {
    pub id: ReportId,
    pub kind: Kind,
    pub created: DateTime<Utc>,
    pub patient: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Where they can be called.
    pub phone: Option<String>,
    pub dentist: Option<String>,
}

impl Unseen {
    pub fn named(&self) -> Named<'_> {
        Named {
            id: self.patient,
            first_name: &self.first_name,
            last_name: &self.last_name,
            email: &self.email,
        }
    }
}

pub async fn open_unseen_for_staff(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Unseen>, sqlx::Error> {
    sqlx::query_as!(
        Unseen,
        r#"select r.id as "id: ReportId", r.kind as "kind: Kind", r.created_at as created, u.id as "patient: UserId",
                  u.first_name, u.last_name, u.email, u.phone, d.display_name as "dentist?"
           from reports r join users u on u.id = r.user_id left join dentists d on d.id = u.assigned_dentist_id
           where r.seen_at is null and r.staff_at <= $1
           order by r.staff_at, r.id limit $2"#,
        now,
        limit,
    )
    .fetch_all(db)
    .await
}
