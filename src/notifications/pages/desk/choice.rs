//! Which notifications are looked at, as the address says it.

use crate::{
    error::Fault,
    notifications::{
        Kind,
        model::{Source, Status, Waiting},
        store::desk::{self, Choice},
    },
    ui::{Reader, typed_day},
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sqlx::PgConnection;

/// The longest text that is looked for, in characters.
const SOUGHT: usize = 100;
/// Days through which text is looked for, if nobody says since when.
pub const RECENT: i64 = 90;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Of a [`Status`], or of a [`Waiting`].
    pub status: String,
    pub kind: String,
    pub source: String,
    /// A patient's number, or email.
    pub patient: String,
    /// Days of the reader's, both of them included.
    pub from: String,
    pub to: String,
    pub q: String,
    /// Those before this one.
    pub before: Option<i64>,
}

impl Asked {
    /// None: something that no list offers, or nobody's email.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choice(
        &self,
        db: &mut PgConnection,
        reader: &Reader,
    ) -> Result<Option<Choice>, Fault> {
        // A patient's number is in their record's address; what people know is the email.
        let typed = self.patient.trim();
        let patient = match typed {
            "" => None,
            email if email.contains('@') && !email.contains('\0') => {
                let Some(id) = desk::person_of(db, email).await? else {
                    return Ok(None);
                };
                Some(id)
            }
            number => match number.parse() {
                Ok(id) => Some(id),
                Err(_) => return Ok(None),
            },
        };
        Ok(self.read(patient, reader.now, reader.zone))
    }

    fn read(&self, patient: Option<i64>, now: DateTime<Utc>, zone: Tz) -> Option<Choice> {
        let begins =
            |day: NaiveDate| crate::platform::clock::local_moment(day, NaiveTime::MIN, zone);
        let text: String = self
            .q
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(SOUGHT)
            .collect();
        let from = named(&self.from, |text| typed_day(text).map(begins))?;
        // Text is read through from row to row: not through those of years.
        let recent = (!text.is_empty()).then(|| now - TimeDelta::days(RECENT));
        let waiting = Waiting::named(self.status.trim());
        let status = match waiting {
            Some(_) => Some(Status::Pending),
            None => named(&self.status, Status::named)?,
        };
        Some(Choice {
            status,
            waiting,
            kind: named(&self.kind, Kind::named)?,
            source: named(&self.source, Source::named)?,
            patient,
            from: from.or(recent),
            until: named(&self.to, |text| {
                typed_day(text)?.checked_add_days(Days::new(1)).map(begins)
            })?,
            text,
            retryable: false,
        })
    }

    /// What was chosen, as the names and values of fields.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("status", &self.status),
            ("kind", &self.kind),
            ("source", &self.source),
            ("patient", &self.patient),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.as_str()))
    }

    /// An address with the same choices, and the page before a notification.
    pub fn address(&self, path: &str, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("{path}?{}", query.finish())
    }
}

/// Nothing chosen, or what was; none for what there is not.
fn named<T>(name: &str, known: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if name.trim().is_empty() {
        return Some(None);
    }
    known(name).map(Some)
}
