//! A decision that its patient was told of and has not read yet.

use super::Seeder;
use crate::notifications::Template;
use crate::ui::Language;
use chrono::TimeDelta;

/// Whom it is for.
const PATIENT: &str = "patient017@midline.example";
const NOTE: &str = "I compared these photos with the ones before: the gap at the upper left is closing as planned. Please keep using the chewie in the evening.";
/// How long ago it was taken.
const AGO: TimeDelta = TimeDelta::hours(26);

impl Seeder<'_> {
    /// On the photos that were decided on last: those that wait go on waiting.
    pub(super) async fn unread_decision(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "with earlier as (
               select r.id, r.user_id, r.journey_id, r.progress_stage, r.dentist_id, r.actor_id
               from reviews r join users u on u.id = r.user_id where u.email = $1 order by r.id desc limit 1),
             told as (
               insert into notifications (user_id, journey_id, content, template, source, kind, status, created_at, sent_at, delivery)
               select user_id, journey_id, $2, $3, 'other', 'review', 'sent', $4, $4, 'inbox' from earlier returning id),
             decided as (
               insert into reviews (user_id, journey_id, progress_stage, decision, note, dentist_id, actor_id, previous_review_id,
                                    decided_at, effective_at, settled_at, notification_id)
               select e.user_id, e.journey_id, e.progress_stage, 'on_track', $5, e.dentist_id, e.actor_id, e.id, $4, $4, $4, told.id
               from earlier e, told returning id)
             insert into review_photos (review_id, image_id)
             select decided.id, p.image_id from decided, earlier e join review_photos p on p.review_id = e.id",
            PATIENT,
            Template::Review.text(Language::English),
            Template::Review as Template,
            self.now - AGO,
            NOTE,
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}
