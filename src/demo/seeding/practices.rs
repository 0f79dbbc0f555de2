//! The practices of the made-up dentists. Their numbers are of the ranges that are kept free for stories (Bundesnetzagentur, numbers
//! for the media).

use super::Seeder;
use chrono::NaiveTime;

/// A practice as it is written down.
pub(super) struct Entry {
    pub name: &'static str,
    pub telephone: &'static str,
    pub lines: &'static [&'static str],
    pub postal_code: &'static str,
    pub city: &'static str,
}

pub(super) const PARK: Entry = Entry {
    name: "Zahnärzte am Park",
    telephone: "+49 30 23125 014",
    lines: &["Boxhagener Straße 41", "2. Stock, mit Aufzug"],
    postal_code: "10245",
    city: "Berlin",
};

pub(super) const NORDLICHT: Entry = Entry {
    name: "Praxis Nordlicht",
    telephone: "+49 40 66969 210",
    lines: &["Schulterblatt 58"],
    postal_code: "20357",
    city: "Hamburg",
};

/// Weekday (1 is Monday), and from which hour until which.
const HOURS: [(i16, u32, u32); 9] = [
    (1, 8, 12),
    (1, 13, 18),
    (2, 8, 12),
    (2, 13, 18),
    (3, 8, 13),
    (4, 8, 12),
    (4, 13, 19),
    (5, 8, 12),
    (5, 13, 15),
];

const AWAY_ENGLISH: &str = "For pain that can’t wait, call the emergency dental service of your region on 116 117. In an emergency, call 112.";
const AWAY_GERMAN: &str = "Bei Schmerzen, die nicht warten können, erreichen Sie den zahnärztlichen Notdienst Ihrer Region über die 116 117. Im Notfall wählen Sie die 112.";

impl Seeder<'_> {
    pub(super) async fn practice(&mut self, entry: &Entry) -> Result<i64, sqlx::Error> {
        let lines: Vec<String> = entry.lines.iter().map(|line| (*line).to_owned()).collect();
        let practice = sqlx::query_scalar!(
            "insert into practices (name, telephone, address_lines, postal_code, city, out_of_hours_en, out_of_hours_de)
             values ($1, $2, $3, $4, $5, $6, $7) returning id",
            entry.name,
            entry.telephone,
            &lines,
            entry.postal_code,
            entry.city,
            AWAY_ENGLISH,
            AWAY_GERMAN,
        )
        .fetch_one(&mut *self.db)
        .await?;
        self.hours(practice).await?;
        Ok(practice)
    }

    async fn hours(&mut self, practice: i64) -> Result<(), sqlx::Error> {
        for (weekday, opens, closes) in HOURS {
            let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            sqlx::query!(
                "insert into practice_hours (practice_id, weekday, opens, closes) values ($1, $2, $3, $4)",
                practice,
                weekday,
                hour(opens),
                hour(closes),
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }

    /// Of a dentist of the directory.
    pub(super) async fn practice_elsewhere(
        &mut self,
        number: usize,
        name: &'static str,
        postal_code: &'static str,
    ) -> Result<i64, sqlx::Error> {
        let (city, area) = match postal_code.as_bytes() {
            [b'1', ..] => ("Berlin", "30 23125"),
            [b'2', ..] => ("Hamburg", "40 66969"),
            [b'5', ..] => ("Köln", "221 4710"),
            [b'6', ..] => ("Frankfurt am Main", "69 90009"),
            [b'8', ..] => ("München", "89 99998"),
            // There is no such range for Leipzig.
            _ => ("Leipzig", "30 23125"),
        };
        let telephone = format!("+49 {area} {:03}", 100 + number);
        let line = format!("Lindenallee {}", 10 + number * 3);
        let practice = sqlx::query_scalar!(
            "insert into practices (name, telephone, address_lines, postal_code, city, out_of_hours_en, out_of_hours_de)
             values ($1, $2, $3, $4, $5, $6, $7) returning id",
            name,
            telephone,
            &[line],
            postal_code,
            city,
            AWAY_ENGLISH,
            AWAY_GERMAN,
        )
        .fetch_one(&mut *self.db)
        .await?;
        self.hours(practice).await?;
        Ok(practice)
    }
}
