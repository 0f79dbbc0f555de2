//! The SQL of a patient's first page. It is opened ten times a day: a query a question, and no question twice.

use crate::{
    accounts::UserId,
    ids::PhotoId,
    journeys::model::JourneyId,
    photos::{FIRST_PHOTOS, View},
    reviews::model::{Kind, RetakeReason},
    wear::{LATELY, Noted},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, types::Json};

/// What there is of the stage being worn, and how the patient is set up.
pub struct Standing {
    /// The views that there are photos of, or that are on their way.
    pub views: Vec<View>,
    /// Since when photos of the stage wait to be looked at.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Whether an answer to photos of the stage is still to come: they wait, are on their way, or were decided on and it is not told yet.
    pub waits: bool,
    /// Whether a notification of theirs has ever reached a device.
    pub reached: bool,
    /// What told that the clinic has changed the plan, until it is read.
    pub plan_told: Option<i64>,
    /// The next thing of the first day, if that is not over.
    pub first_day: Option<String>,
    /// When the aligners of a treatment that is under way were out lately.
    pub wear: Option<Json<Noted>>,
}

pub async fn standing(
    db: &mut PgConnection,
    patient: UserId,
    journey: JourneyId,
    stage: i32,
    now: DateTime<Utc>,
) -> Result<Standing, sqlx::Error> {
    let with = if stage == 1 { 0 } else { stage };
    sqlx::query_as!(
        Standing,
        r#"select array(
                    select view from user_images
                    where journey_id = $2 and missing_since is null
                      and (progress_stage = $3 or progress_stage = $6 and date_uploaded > $5)
                    union
                    select view from image_uploads
                    where journey_id = $2 and progress_stage in ($3, $6) and state = 'received') as "views!: Vec<View>",
                  (select min(date_uploaded) from user_images
                   where journey_id = $2 and progress_stage in ($3, $6)
                     and awaits_review and missing_since is null) as waiting_since,
                  exists (select 1 from user_images
                          where journey_id = $2 and progress_stage in ($3, $6)
                            and awaits_review and missing_since is null
                          union all
                          select 1 from image_uploads
                          where journey_id = $2 and progress_stage in ($3, $6) and state = 'received'
                          union all
                          select 1 from reviews
                          where journey_id = $2 and progress_stage in ($3, $6)
                            and settled_at is null and withdrawn_at is null) as "waits!",
                  exists (select from notifications n where n.user_id = $1 and n.delivery = 'push') as "reached!",
                  (select n.id from notifications n
                   where n.user_id = $1 and n.journey_id = $2 and n.template = 'plan_changed' and n.read_at is null
                     and n.status <> 'cancelled' order by n.told_at desc limit 1) as plan_told,
                  u.first_day,
                  (select json_build_object('goal', j.wear_goal_minutes, 'longest', j.wear_longest_minutes, 'intervals', coalesce(
                     (select json_agg(json_build_object('id', w.id, 'out', w.taken_out_at, 'back', w.put_in_at,
                                                        'confirmed', w.confirmed_at, 'source', w.source)
                                      order by w.taken_out_at, w.id)
                      from wear_intervals w
                      where w.journey_id = j.id and not w.void and (w.put_in_at is null or w.put_in_at > $4)
                        and not exists (select from wear_intervals later where later.replaces_id = w.id)), '[]'))
                   from journeys j where j.id = $2 and j.status = 'active') as "wear: Json<Noted>"
           from users u where u.id = $1"#,
        patient as UserId,
        journey as JourneyId,
        stage,
        now - LATELY,
        now - FIRST_PHOTOS,
        with,
    )
    .fetch_one(db)
    .await
}

/// The newest decision on a journey's photos that has been told.
pub struct Decision {
    pub stage: i32,
    pub kind: Kind,
    pub note: Option<String>,
    pub dentist: String,
    pub at: DateTime<Utc>,
    /// The day on which the change is due since a hold.
    pub moved_to: Option<NaiveDate>,
    views: Vec<String>,
    reasons: Vec<String>,
    /// Of each of these views, the photo that it was decided on; none that is there any more.
    photos: Vec<Option<PhotoId>>,
    came: Vec<String>,
    /// The notification that told of it, and whether that waits to be read.
    pub notification: Option<i64>,
    pub unread: bool,
}

impl Decision {
    /// The photo of a view that is to be repeated.
    pub fn photo_of(&self, view: View) -> Option<PhotoId> {
        let at = self.views.iter().position(|name| name == view.name())?;
        self.photos.get(at).copied().flatten()
    }

    /// How many views are to be repeated.
    pub fn views(&self) -> usize {
        self.views.len()
    }

    /// The views to repeat of which no photo came since, and why.
    pub fn missing(&self) -> Vec<(View, RetakeReason)> {
        let views = self.views.iter().filter_map(|view| View::named(view));
        let reasons = self
            .reasons
            .iter()
            .filter_map(|reason| RetakeReason::named(reason));
        views
            .zip(reasons)
            .filter(|(view, _)| !self.came.iter().any(|came| came == view.name()))
            .collect()
    }
}

pub async fn decision(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Option<Decision>, sqlx::Error> {
    sqlx::query_as!(
        Decision,
        r#"select r.progress_stage as stage, r.decision as "kind: Kind", r.note, d.display_name as dentist, r.settled_at as "at!",
                  e.due_on as "moved_to?",
                  array(select view::text from review_views where review_id = r.id order by view) as "views!",
                  array(select reason::text from review_views where review_id = r.id order by view) as "reasons!",
                  array(select (select max(p.image_id) from review_photos p join user_images i on i.id = p.image_id
                                where p.review_id = r.id and i.view = v.view and i.missing_since is null)
                        from review_views v where v.review_id = r.id order by v.view) as "photos!: Vec<Option<PhotoId>>",
                  array(select i.view::text from user_images i where i.user_id = r.user_id and i.journey_id = r.journey_id
                        and i.progress_stage = r.progress_stage and i.awaits_review and i.missing_since is null
                        and i.date_uploaded > r.decided_at
                        union
                        select p.view::text from image_uploads p where p.journey_id = r.journey_id
                        and p.progress_stage = r.progress_stage and p.state = 'received' and p.created_at > r.decided_at) as "came!",
                  n.id as "notification?", coalesce(n.read_at is null and n.status <> 'cancelled' and n.id is not null, false) as "unread!"
           from reviews r join dentists d on d.id = r.dentist_id left join progress_events e on e.id = r.event_id
           left join notifications n on n.id = r.notification_id
           where r.journey_id = $1 and r.settled_at is not null
           order by r.settled_at desc, r.id desc limit 1"#,
        journey as JourneyId,
    )
    .fetch_optional(db)
    .await
}
