//! What features have to tell on a journey's timeline, such as dentists' decisions. They know journeys, which know nothing of them:
//! who is asked stands in the list of features.

use crate::{
    error::Fault,
    ids::{EventId, JourneyId, PhotoId},
    ui::{IconName, Reader},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::{future::Future, pin::Pin, sync::Arc};

/// Which part of a timeline is shown, and how.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub reader: &'a Reader,
    pub journey: JourneyId,
    /// The stage being worn.
    pub stage: i32,
    /// Whether the reader lives it.
    pub own: bool,
    /// Whether the reader may see the photos.
    pub with_photos: bool,
    /// The oldest moment that is shown, unless all that is older is.
    pub since: Option<DateTime<Utc>>,
    /// The event before which it ends, unless it begins with the newest.
    pub before: Option<EventId>,
}

/// Something between the events.
pub struct Aside {
    pub at: DateTime<Utc>,
    pub class: &'static str,
    pub icon: IconName,
    pub words: String,
    pub facts: Vec<String>,
    pub note: Option<String>,
    /// Where the reader finds more of it.
    pub link: Option<String>,
    /// What it asks of the patient now, for the top of their home.
    pub prompt: Option<Prompt>,
}

/// Something that a patient is asked for.
pub struct Prompt {
    pub words: String,
    pub details: Vec<Detail>,
    /// Where it is done, and what the way there is called.
    pub link: Option<(String, String)>,
}

/// One thing of what is asked for.
pub struct Detail {
    pub words: String,
    /// A photo of the patient's that it is about, and what that shows.
    pub photo: Option<(PhotoId, String)>,
}

/// Asks for what is told of a part of a timeline, newest first.
pub type Teller = for<'a> fn(&'a mut PgConnection, Part<'a>) -> Telling<'a>;
pub type Telling<'a> = Pin<Box<dyn Future<Output = Result<Vec<Aside>, Fault>> + Send + 'a>>;

/// Everybody who tells, as the list of features has them.
#[derive(Clone)]
pub struct Timeline(Arc<[Teller]>);

impl Timeline {
    pub fn new(tellers: impl IntoIterator<Item = Teller>) -> Self {
        Self(tellers.into_iter().collect())
    }

    /// What is told of a part, newest first.
    ///
    /// # Errors
    /// When one of them cannot tell.
    pub async fn of(&self, db: &mut PgConnection, part: Part<'_>) -> Result<Vec<Aside>, Fault> {
        let mut told = Vec::new();
        for tell in self.0.iter() {
            told.extend(tell(db, part).await?);
        }
        told.sort_by_key(|aside| std::cmp::Reverse(aside.at));
        Ok(told)
    }
}
