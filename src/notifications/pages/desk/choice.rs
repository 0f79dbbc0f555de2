//! Which notifications are looked at, as the address says it.

use crate::{
    error::Fault,
    notifications::{
        Kind,
        model::{Source, Status, Waiting},
        store::desk::{self, Choice, Order},
    },
    ui::{Position, Reader, typed_day},
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sqlx::PgConnection;

/// The longest text that is looked for, in characters.
const SOUGHT: usize = 100;
/// Days through which text is looked for.
pub const RECENT: i64 = 90;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Of a [`Status`], of a [`Waiting`], or of a [`Day`].
    pub status: String,
    pub kind: String,
    pub source: String,
    /// A patient's number, as their record's address has it.
    pub patient: String,
    /// Days of the reader's, both of them included.
    pub from: String,
    pub to: String,
    /// A patient's name, email or number, or words of the text.
    pub q: String,
    pub sort: String,
    /// Those after this place in their order.
    pub before: String,
    /// Whether boxes are ticked: those of the `page`, or `all`.
    pub pick: String,
}

/// What was done today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    Sent,
    Cancelled,
}

impl Day {
    pub const ALL: [Self; 2] = [Self::Sent, Self::Cancelled];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent_today",
            Self::Cancelled => "cancelled_today",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }

    fn status(self) -> Status {
        match self {
            Self::Sent => Status::Sent,
            Self::Cancelled => Status::Cancelled,
        }
    }
}

/// What cannot be read of what was asked for, by its field.
pub type Misread = &'static str;

impl Asked {
    /// None: something that no list offers, or nobody's number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choice(
        &self,
        db: &mut PgConnection,
        reader: &Reader,
    ) -> Result<Option<Choice>, Fault> {
        let Ok(mut choice) = self.read(reader.now, reader.zone) else {
            return Ok(None);
        };
        if !choice.text.is_empty() {
            choice.people = desk::people(db, &choice.text).await?;
        }
        Ok(Some(choice))
    }

    /// Which field cannot be read, if one cannot.
    pub fn misread(&self, reader: &Reader) -> Option<Misread> {
        self.read(reader.now, reader.zone).err()
    }

    fn read(&self, now: DateTime<Utc>, zone: Tz) -> Result<Choice, Misread> {
        let begins =
            |day: NaiveDate| crate::platform::clock::local_moment(day, NaiveTime::MIN, zone);
        let text: String = self
            .q
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(SOUGHT)
            .collect();
        let waiting = Waiting::named(self.status.trim());
        let day = Day::named(self.status.trim());
        let status = match (waiting, day) {
            (Some(_), _) => Some(Status::Pending),
            (_, Some(day)) => Some(day.status()),
            _ => named(&self.status, Status::named).ok_or("status")?,
        };
        let until = |text: &str| Some(begins(typed_day(text)?.checked_add_days(Days::new(1))?));
        let mut choice = Choice {
            status,
            waiting,
            kind: named(&self.kind, Kind::named).ok_or("kind")?,
            source: named(&self.source, Source::named).ok_or("source")?,
            patient: named(&self.patient, |number| number.trim().parse().ok()).ok_or("q")?,
            from: named(&self.from, |text| typed_day(text).map(begins)).ok_or("from")?,
            until: named(&self.to, until).ok_or("to")?,
            since: day.map(|_| begins(now.with_timezone(&zone).date_naive())),
            // Text is read through from row to row: not through those of years.
            text_from: Some(now - TimeDelta::days(RECENT)),
            text,
            people: Vec::new(),
            can: None,
            order: Order::Newest,
        };
        choice.order = Order::named(&self.sort).unwrap_or(choice.usual_order());
        Ok(choice)
    }

    fn all(&self) -> [(&'static str, &String); 8] {
        [
            ("status", &self.status),
            ("kind", &self.kind),
            ("source", &self.source),
            ("patient", &self.patient),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
            ("sort", &self.sort),
        ]
    }

    /// What was chosen, as the names and values of fields.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.all()
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
    }

    /// Chooses something by a field's name; nothing by one that there is not.
    pub fn set(&mut self, name: &str, value: String) {
        let field = match name {
            "status" => &mut self.status,
            "kind" => &mut self.kind,
            "source" => &mut self.source,
            "patient" => &mut self.patient,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "q" => &mut self.q,
            "sort" => &mut self.sort,
            _ => return,
        };
        *field = value;
    }

    /// The same, with another value in a field.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut asked = Self {
            before: String::new(),
            pick: String::new(),
            ..self.clone()
        };
        asked.set(name, value.to_owned());
        asked
    }

    /// Whether anything is chosen besides how they stand, and in which order.
    pub fn is_narrowed(&self) -> bool {
        self.fields()
            .any(|(name, _)| name != "status" && name != "sort")
    }

    /// An address with the same choices, and the page after a place in their order.
    pub fn address(&self, path: &str, before: Option<&Position>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// The page that is looked at, with boxes ticked.
    pub fn picking(&self, pick: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            query.append_pair(name, value);
        }
        if !self.before.is_empty() {
            query.append_pair("before", &self.before);
        }
        if !pick.is_empty() {
            query.append_pair("pick", pick);
        }
        format!("/notifications?{}", query.finish())
    }
}

/// Nothing chosen, or what was; none for what there is not.
fn named<T>(name: &str, known: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if name.trim().is_empty() {
        return Some(None);
    }
    known(name.trim()).map(Some)
}
