//! What is due for a person between two moments, as the features say: Today, the calendar and the private address that calendars
//! outside read are made of it. Who is asked stands in the list of features.

use super::{Feature, Method};
use crate::{
    accounts::{Anyone, Role, UserId},
    care::Scope,
    error::Fault,
    platform::clock::local_moment,
};
use axum::http::Extensions;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use std::{future::Future, pin::Pin, sync::Arc};

/// Whose agenda it is: what features ask their stores for. Whoever is several things reads what each of them would.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    patient: Option<UserId>,
    dentist: Option<Scope>,
    office: bool,
}

impl Viewer {
    /// A patient alone, whatever else they are: on their own first page, and for whoever has the private address of their calendar.
    pub fn of_patient(patient: UserId) -> Self {
        Self {
            patient: Some(patient),
            dentist: None,
            office: false,
        }
    }

    /// The patient that they are, for what is their own.
    pub fn patient(&self) -> Option<UserId> {
        self.patient
    }

    /// A dentist's way to the patients assigned to them today.
    pub fn dentist(&self) -> Option<Scope> {
        self.dentist
    }

    /// Whether they are staff or administrators.
    pub fn office(&self) -> bool {
        self.office
    }
}

impl From<&Anyone> for Viewer {
    fn from(anyone: &Anyone) -> Self {
        let Anyone(person) = anyone;
        let treats = person.has(Role::Dentist) && person.dentist_id.is_some();
        Self {
            patient: person.has(Role::Patient).then_some(person.id),
            dentist: treats.then(|| Scope::from(anyone)),
            office: person.has(Role::Staff) || person.has(Role::Admin),
        }
    }
}

/// Farther ahead than any treatment is planned: two hundred steps of ninety days.
pub const FAR: Days = Days::new(60 * 366);

/// Who asks, for which days.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub viewer: Viewer,
    /// The language of the words.
    pub lang: &'static str,
    /// Where the person's days begin and end.
    pub zone: Tz,
    pub now: DateTime<Utc>,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// Whether only what is given to calendars outside is wanted.
    pub outside: bool,
    /// What the page that asks has read already.
    pub known: &'a Known,
}

impl Part<'_> {
    /// The person's today.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// When the first day begins.
    pub fn begins(&self) -> DateTime<Utc> {
        local_moment(self.from, NaiveTime::MIN, self.zone)
    }

    /// When the last day ends.
    pub fn ends(&self) -> DateTime<Utc> {
        local_moment(self.until, NaiveTime::MIN, self.zone)
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.until
    }
}

/// What a page has read before it asks for the agenda, so that no feature asks the database for it once more: each feature looks for
/// a type of its own.
#[derive(Default)]
pub struct Known(Extensions);

impl Known {
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(mut self, known: T) -> Self {
        self.0.insert(known);
        self
    }

    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get()
    }
}

/// When something is due: on a day of the person's, or at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

impl When {
    pub fn day(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::At(at) => at.with_timezone(&zone).date_naive(),
        }
    }

    /// None: all day.
    pub fn moment(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Day(_) => None,
            Self::At(at) => Some(at),
        }
    }
}

/// How it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Coming,
    /// It was due on that day, and is due today for as long as it is not done.
    Overdue(NaiveDate),
    Done,
}

/// How much it matters. What matters more stands first on its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// What the others follow from.
    Main,
    #[default]
    Usual,
}

/// Something that is due.
#[derive(Clone, Debug)]
pub struct Item {
    /// Names it for good, wherever it moves.
    pub id: String,
    pub words: String,
    /// What there is to add, in a line.
    pub text: Option<String>,
    pub when: When,
    /// When it ends, of what takes its time.
    pub until: Option<DateTime<Utc>>,
    pub state: State,
    pub weight: Weight,
    /// Where there is more of it.
    pub link: Option<String>,
    /// What can be done about it now: where, and the words of the button that leads there.
    pub act: Option<(String, String)>,
    /// Whether a patient's Today shows it in a way of its own, such as the ring, and does not list it once more.
    pub on_today: bool,
    /// What calendars outside are given of it, if anything.
    pub outside: Option<Outside>,
    /// The feature that tells it; the agenda notes it.
    pub feature: &'static str,
}

impl Item {
    pub fn new(id: impl Into<String>, words: impl Into<String>, when: When) -> Self {
        Self {
            id: id.into(),
            words: words.into(),
            text: None,
            when,
            until: None,
            state: State::default(),
            weight: Weight::default(),
            link: None,
            act: None,
            on_today: false,
            outside: None,
            feature: "",
        }
    }
}

/// What calendars outside are given. They are shown on locked screens and shared with families: like reminders, it names neither person
/// nor treatment.
#[derive(Clone, Debug)]
pub struct Outside {
    /// By which a calendar knows it again, without what stands behind the `@`.
    pub uid: String,
    pub words: String,
    pub text: String,
    pub at: DateTime<Utc>,
    /// When its moment last became another.
    pub changed: DateTime<Utc>,
}

/// Asks for what is due in a part. What lies outside of it is left out afterwards, whatever is answered.
pub type Teller = for<'a> fn(&'a mut PgConnection, Part<'a>) -> Telling<'a>;
pub type Telling<'a> = Pin<Box<dyn Future<Output = Result<Vec<Item>, Fault>> + Send + 'a>>;

/// Everybody who tells, as the list of features has them, and the pages that there are to lead to.
#[derive(Clone)]
pub struct Agenda {
    tellers: Arc<[(&'static str, Teller)]>,
    pages: Arc<[&'static str]>,
}

impl Agenda {
    pub fn new(features: &[&'static Feature]) -> Self {
        let tellers = features
            .iter()
            .filter_map(|feature| Some((feature.name, feature.agenda?)));
        let routes = features.iter().flat_map(|feature| feature.routes());
        let pages = routes.filter(|(_, route)| route.method == Method::Get);
        Self {
            tellers: tellers.collect(),
            pages: pages.map(|(_, route)| route.path).collect(),
        }
    }

    /// What is due in a part, in its order: by day, what lasts all day first, then by time. It leads only to pages that are there.
    ///
    /// # Errors
    /// When one of those asked cannot tell.
    pub async fn of(&self, db: &mut PgConnection, part: Part<'_>) -> Result<Vec<Item>, Fault> {
        let mut items = Vec::new();
        for (feature, tell) in self.tellers.iter() {
            for mut item in tell(db, part).await? {
                if part.holds(item.when.day(part.zone)) {
                    item.feature = *feature;
                    item.link = item.link.filter(|to| self.leads_to(to));
                    item.act = item.act.filter(|(to, _)| self.leads_to(to));
                    items.push(item);
                }
            }
        }
        items.sort_by_key(|item| {
            let when = item.when;
            (when.day(part.zone), when.moment(), item.weight)
        });
        Ok(items)
    }

    fn leads_to(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        self.pages.iter().any(|pattern| fits(pattern, path))
    }
}

/// Whether a path is one of a route's.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let fit = pattern.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted == part || wanted.starts_with('{') && !part.is_empty())
    });
    fit && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_the_pattern_of_its_route_and_no_other() {
        for (pattern, path, yes) in [
            ("/", "/", true),
            ("/calendar", "/calendar", true),
            ("/calendar/{name}", "/calendar", false),
            ("/journeys/{id}", "/journeys/7", true),
            ("/journeys/{id}", "/journeys/", false),
            ("/journeys/{id}", "/journeys/7/photos", false),
            ("/journeys/{id}/photos", "/journeys/7/photos", true),
        ] {
            assert_eq!(fits(pattern, path), yes, "{pattern} {path}");
        }
    }

    #[test]
    fn a_moment_falls_on_the_day_that_it_is_there() {
        let at: DateTime<Utc> = "2026-03-28T23:30:00Z".parse().expect("a moment");
        let day = |zone| When::At(at).day(zone).to_string();
        assert_eq!(day(Tz::Europe__Berlin), "2026-03-29");
        assert_eq!(day(Tz::America__New_York), "2026-03-28");
    }

    #[test]
    fn days_of_23_and_25_hours_are_whole() {
        let part = |from: &str, until: &str| {
            let day = |text: &str| text.parse().expect("a day");
            let known = Known::default();
            let part = Part {
                viewer: Viewer::of_patient(UserId(1)),
                lang: "en",
                zone: Tz::Europe__Berlin,
                now: DateTime::UNIX_EPOCH,
                from: day(from),
                until: day(until),
                outside: false,
                known: &known,
            };
            (part.ends() - part.begins()).num_hours()
        };
        assert_eq!(part("2026-03-29", "2026-03-30"), 23);
        assert_eq!(part("2026-10-25", "2026-10-26"), 25);
        assert_eq!(part("2026-03-28", "2026-03-29"), 24);
    }
}
