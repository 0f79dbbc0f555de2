//! The first day of somebody new: its pages in their order, and how far they are.

use super::{UserId, store};
use rust_i18n::t;
use sqlx::PgConnection;

/// A page of the first day. Others may lead on to it, so its address and its name stand here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstDay {
    Place,
    Reminders,
    Photos,
    Practice,
}

impl FirstDay {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Place, Self::Reminders, Self::Photos, Self::Practice];

    /// In addresses and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Reminders => "reminders",
            Self::Photos => "photos",
            Self::Practice => "practice",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.name() == name)
    }

    /// Counted from one.
    pub fn number(self) -> usize {
        Self::ALL
            .iter()
            .position(|page| *page == self)
            .map_or(0, |at| at + 1)
    }

    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    pub fn path(self) -> String {
        format!("/welcome/{}", self.name())
    }

    /// What it is about, in a word.
    pub fn words(self, lang: &str) -> String {
        match self {
            Self::Place => t!("first_day.step.place", locale = lang),
            Self::Reminders => t!("first_day.step.reminders", locale = lang),
            Self::Photos => t!("first_day.step.photos", locale = lang),
            Self::Practice => t!("first_day.step.practice", locale = lang),
        }
        .into_owned()
    }

    /// The page that somebody has not seen yet; none, if their first day is over.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn of(db: &mut PgConnection, person: UserId) -> Result<Option<Self>, sqlx::Error> {
        let name = store::first_day(db, person).await?;
        Ok(name.as_deref().and_then(Self::named))
    }

    /// Keeps with which page they go on; none: their first day is over.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn keep(
        db: &mut PgConnection,
        person: UserId,
        page: Option<Self>,
    ) -> Result<(), sqlx::Error> {
        store::set_first_day(db, person, page.map(Self::name)).await
    }
}
