//! What the made-up patients and their dentists wrote to each other.

use super::Seeder;
use chrono::TimeDelta;

/// Who with (the patient's address), how many minutes ago, whether the patient wrote it, what, and whether it has been read.
const WRITTEN: [(&str, i64, bool, &str, bool); 5] = [
    (
        "patient@midline.example",
        9 * 24 * 60,
        true,
        "Hello, aligner 7 rubs a little at the back on the left. May I file the edge, or shall I come in?",
        true,
    ),
    (
        "patient@midline.example",
        9 * 24 * 60 - 95,
        false,
        "Good that you ask. A fine nail file is all right, at the edge only.\nIf it still rubs on Thursday, come by without an appointment.",
        true,
    ),
    (
        "patient@midline.example",
        8 * 24 * 60,
        true,
        "Filed, and much better. Thank you!",
        true,
    ),
    (
        "braces.patient@midline.example",
        26 * 60,
        true,
        "The wire on the upper right has come loose since yesterday evening. It does not hurt. Is next week soon enough?",
        false,
    ),
    (
        "patient014@midline.example",
        3 * 60,
        false,
        "Your photos look good. Please wear the new aligner a few hours longer than the last one before you change.",
        false,
    ),
];

impl Seeder<'_> {
    pub(super) async fn messages(&mut self) -> Result<(), sqlx::Error> {
        for (email, ago, from_patient, body, read) in WRITTEN {
            let at = self.now - TimeDelta::minutes(ago);
            sqlx::query!(
                "insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at, read_at)
                 select u.id, j.id, d.id, case when $2 then u.id else d.user_id end, $2, $3, gen_random_uuid(), $4, $5
                 from users u join dentists d on d.id = u.assigned_dentist_id
                 join lateral (select id from journeys where user_id = u.id order by status, id desc limit 1) j on true
                 where u.email = $1",
                email,
                from_patient,
                body,
                at,
                read.then_some(at + TimeDelta::minutes(40)),
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }
}
