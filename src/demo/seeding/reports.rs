//! What some of the made-up patients have reported.

use super::Seeder;
use crate::reports::{Kind, State};
use chrono::TimeDelta;

/// Who (their address), how many minutes ago, what, in which words, and how far it has come.
const REPORTED: [(&str, i64, Kind, &str, State); 3] = [
    (
        "patient051@midline.example",
        95,
        Kind::LostOrBroken,
        "It cracked at the back on the right when I took it out this morning. The edge is sharp.",
        State::New,
    ),
    (
        "patient018@midline.example",
        26 * 60,
        Kind::NotFitting,
        "There is a gap of a millimetre at the front, since I switched on Saturday.",
        State::New,
    ),
    (
        "patient043@midline.example",
        7 * 60,
        Kind::Pain,
        "The upper left molar hurts when I bite.",
        State::Seen,
    ),
];

impl Seeder<'_> {
    pub(super) async fn reports(&mut self) -> Result<(), sqlx::Error> {
        for (email, ago, kind, note, state) in REPORTED {
            let at = self.now - TimeDelta::minutes(ago);
            sqlx::query!(
                "insert into reports (user_id, journey_id, progress_stage, kind, note, form_key, created_at, staff_at, state,
                                      seen_at, seen_by)
                 select u.id, j.id, j.current_progress_stage, $2, $3, gen_random_uuid(), $4, $4::timestamptz + interval '4 hours', $5::report_state,
                        case when $5::report_state = 'seen' then $4::timestamptz + interval '1 hour' end, case when $5::report_state = 'seen' then d.user_id end
                 from users u join dentists d on d.id = u.assigned_dentist_id
                 join lateral (select id, current_progress_stage from journeys where user_id = u.id order by status, id desc limit 1) j on true
                 where u.email = $1",
                email,
                kind as Kind,
                note,
                at,
                state as State,
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }
}
