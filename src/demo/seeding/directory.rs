//! Dentists besides the two that one can sign in as, and a patient who would like to change.

use super::Seeder;
use chrono::Days;

/// Name, practice, postal code, languages, and whether new patients are taken.
const ELSEWHERE: [(&str, &str, &str, &str, bool); 12] = [
    (
        "Dr. Amira Haddad",
        "Zahnzentrum Mitte",
        "10115",
        "de en ar",
        true,
    ),
    ("Dr. Felix Brandt", "Brandt & Kollegen", "10405", "de", true),
    (
        "Dr. Nina Kowalski",
        "Kieferorthopädie Pankow",
        "13187",
        "de pl",
        true,
    ),
    (
        "Dr. Mehmet Aydin",
        "Praxis am Kottbusser Tor",
        "10999",
        "de tr en",
        true,
    ),
    (
        "Dr. Clara Neumann",
        "Zahnärzte Charlottenburg",
        "10585",
        "de en",
        false,
    ),
    (
        "Dr. Oliver Hartmann",
        "Alsterpraxis",
        "20095",
        "de en",
        true,
    ),
    (
        "Dr. Ines Ferreira",
        "Praxis an der Elbe",
        "22767",
        "de pt en",
        true,
    ),
    ("Dr. Tobias Engel", "Zahnwerk Leipzig", "04109", "de", true),
    ("Dr. Lena Vogt", "Isarpraxis", "80469", "de en", true),
    (
        "Dr. Marco Bianchi",
        "Studio Dentale",
        "80331",
        "de it",
        true,
    ),
    ("Dr. Greta Olsen", "Rheinblick", "50667", "de en", true),
    (
        "Dr. Stefan Maurer",
        "Praxis am Main",
        "60311",
        "de en fr",
        true,
    ),
];

impl Seeder<'_> {
    /// Those that the directory has besides.
    pub(super) async fn more_dentists(&mut self) -> Result<(), sqlx::Error> {
        for (n, (name, practice, postal_code, languages, accepts)) in ELSEWHERE.iter().enumerate() {
            let at = self.practice_elsewhere(n, practice, postal_code).await?;
            let languages: Vec<String> = languages.split(' ').map(str::to_owned).collect();
            sqlx::query!(
                "with account as (
                   insert into users (email, first_name, last_name) values ($7, 'Dr.', $2) returning id),
                 granted as (insert into user_roles (user_id, role) select id, 'dentist' from account)
                 insert into dentists (user_id, external_id, display_name, practice, postal_code, languages, accepts_new_patients, practice_id)
                 select id, $1, $2, $3, $4, $5, $6, $8 from account",
                format!("D-9{n:03}"),
                *name,
                *practice,
                *postal_code,
                &languages,
                *accepts,
                format!("dentist{n:02}@midline.example"),
                at,
            )
            .execute(&mut *self.db)
            .await?;
        }
        Ok(())
    }

    /// A patient asks for a dentist.
    pub(super) async fn wish(&mut self, email: &str, to: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "with patient as (update users set has_pending_dentist_change = true where email = $1 returning id, assigned_dentist_id)
             insert into dentist_changes (user_id, from_dentist_id, to_dentist_id, reason, created_at)
             select id, assigned_dentist_id, $2, 'I have moved to Berlin for my studies.', $3 from patient",
            email,
            to,
            self.now - Days::new(2),
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}
