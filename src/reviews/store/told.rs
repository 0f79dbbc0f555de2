//! The SQL of decisions as a journey's timeline tells them.

use crate::{
    ids::PhotoId,
    journeys::model::{EventId, JourneyId},
    photos::View,
    reviews::model::{Kind, RetakeReason},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A decision as its journey's timeline tells it.
pub struct Told {
    pub stage: i32,
    pub kind: Kind,
    pub hold_days: Option<i32>,
    pub note: Option<String>,
    pub dentist: String,
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// Whether a hold moved the due date.
    pub moved: bool,
    views: Vec<String>,
    reasons: Vec<String>,
    /// Of each of these views, the photo that it was decided on; none that is there any more.
    photos: Vec<Option<PhotoId>>,
    /// Whether it is the stage's newest.
    pub newest: bool,
    /// For the clinic alone.
    pub clinic_note: Option<String>,
    /// The views of which photos came after it.
    came: Vec<String>,
}

impl Told {
    /// The views to repeat, and why.
    pub fn views(&self) -> Vec<(View, RetakeReason)> {
        let views = self.views.iter().filter_map(|view| View::named(view));
        let reasons = self.reasons.iter();
        views
            .zip(reasons.filter_map(|reason| RetakeReason::named(reason)))
            .collect()
    }

    /// The photo of a view that is to be repeated.
    pub fn photo_of(&self, view: View) -> Option<PhotoId> {
        let at = self.views.iter().position(|name| name == view.name())?;
        self.photos.get(at).copied().flatten()
    }

    /// Those of them of which no photo came since.
    pub fn missing(&self) -> Vec<(View, RetakeReason)> {
        let mut views = self.views();
        views.retain(|(view, _)| !self.came.iter().any(|came| came == view.name()));
        views
    }
}

/// Decisions on a journey's photos that are told, newest first: from `since` on, and before the event `before`.
pub async fn told(
    db: &mut PgConnection,
    journey: JourneyId,
    since: Option<DateTime<Utc>>,
    before: Option<EventId>,
) -> Result<Vec<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        r#"select r.progress_stage as stage, r.decision as "kind: Kind", r.hold_days, r.note, d.display_name as dentist,
                  r.settled_at as "at!", r.event_id is not null as "moved!",
                  array(select view::text from review_views where review_id = r.id order by view) as "views!",
                  array(select reason::text from review_views where review_id = r.id order by view) as "reasons!",
                  array(select (select max(p.image_id) from review_photos p join user_images i on i.id = p.image_id
                                where p.review_id = r.id and i.view = v.view and i.missing_since is null)
                        from review_views v where v.review_id = r.id order by v.view) as "photos!: Vec<Option<PhotoId>>",
                  not exists (select from reviews n where n.journey_id = r.journey_id and n.progress_stage = r.progress_stage
                              and n.id > r.id and n.settled_at is not null) as "newest!",
                  r.clinic_note,
                  array(select i.view::text from user_images i where i.user_id = r.user_id and i.journey_id = r.journey_id
                        and i.progress_stage = r.progress_stage and i.awaits_review and i.missing_since is null
                        and i.date_uploaded > r.decided_at) as "came!"
           from reviews r join dentists d on d.id = r.dentist_id
           where r.journey_id = $1 and r.settled_at is not null and ($2::timestamptz is null or r.settled_at >= $2)
             and ($3::bigint is null or r.settled_at < (select start_date from progress_events
                                                        where journey_id = $1 and id >= $3 order by id limit 1))
           order by r.settled_at desc, r.id desc limit 200"#,
        journey as JourneyId,
        since,
        before as Option<EventId>,
    )
    .fetch_all(db)
    .await
}
