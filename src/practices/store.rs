//! The SQL of practices.

use super::model::{Opening, Practice, Treating};
use crate::{accounts::UserId, ids::DentistId};
use chrono::{NaiveTime, Weekday};
use sqlx::PgConnection;

/// Who treats a patient today, with their practice and its hours: one query.
pub async fn treating(
    db: &mut PgConnection,
    patient: UserId,
) -> Result<Option<Treating>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select d.id as "dentist: DentistId", d.display_name as dentist_name, d.user_id as "user: UserId", told_in(a) as "language?",
                  p.id as "practice?", p.name as "name?", p.telephone as "telephone?", p.address_lines as "address_lines?",
                  p.postal_code as "postal_code?", p.city as "city?", p.out_of_hours_en as "out_of_hours_en?",
                  p.out_of_hours_de as "out_of_hours_de?", p.time_zone as "time_zone?", p.report_minutes as "report_minutes?",
                  p.review_days as "review_days?",
                  array(select h.weekday from practice_hours h where h.practice_id = p.id order by h.weekday, h.opens)
                    as "weekdays!",
                  array(select h.opens from practice_hours h where h.practice_id = p.id order by h.weekday, h.opens) as "opens!",
                  array(select h.closes from practice_hours h where h.practice_id = p.id order by h.weekday, h.opens) as "closes!"
           from users u join dentists d on d.id = u.assigned_dentist_id left join users a on a.id = d.user_id
           left join practices p on p.id = d.practice_id
           where u.id = $1"#,
        patient as UserId,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let hours = openings(&row.weekdays, &row.opens, &row.closes);
        let practice = row.practice.map(|id| Practice {
            id,
            name: row.name.unwrap_or_default(),
            telephone: row.telephone.unwrap_or_default(),
            address_lines: row.address_lines.unwrap_or_default(),
            postal_code: row.postal_code.unwrap_or_default(),
            city: row.city.unwrap_or_default(),
            hours,
            out_of_hours_en: row.out_of_hours_en.unwrap_or_default(),
            out_of_hours_de: row.out_of_hours_de.unwrap_or_default(),
            // The database knows the zone; one that this program does not is no reason to fail.
            zone: row
                .time_zone
                .and_then(|zone| zone.parse().ok())
                .unwrap_or(chrono_tz::Europe::Berlin),
            report_minutes: row.report_minutes.unwrap_or_default(),
            review_days: row.review_days.unwrap_or_default(),
        });
        Treating {
            dentist: row.dentist,
            name: row.dentist_name,
            user: row.user,
            language: row.language,
            practice,
        }
    }))
}

fn openings(weekdays: &[i16], opens: &[NaiveTime], closes: &[NaiveTime]) -> Vec<Opening> {
    let spans = opens.iter().zip(closes);
    weekdays
        .iter()
        .zip(spans)
        .filter_map(|(weekday, (opens, closes))| {
            // ISO 8601 counts from one, the library from zero.
            let weekday = Weekday::try_from(u8::try_from(weekday - 1).ok()?).ok()?;
            Some(Opening {
                weekday,
                opens: *opens,
                closes: *closes,
            })
        })
        .collect()
}
