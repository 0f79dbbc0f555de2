//! What other features have to tell on a journey's timeline, such as dentists' decisions. They know journeys, which know
//! nothing of them: the application says at its start who is asked.

use super::model::{EventId, JourneyId};
use crate::{
    error::Fault,
    ui::{IconName, Reader},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::{future::Future, pin::Pin, sync::OnceLock};

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
    pub photo: Option<(i64, String)>,
}

/// Asks for what is told of a part of a timeline, newest first.
pub type Teller = for<'a> fn(&'a mut PgConnection, Part<'a>) -> Telling<'a>;
pub type Telling<'a> = Pin<Box<dyn Future<Output = Result<Vec<Aside>, Fault>> + Send + 'a>>;

static TELLER: OnceLock<Teller> = OnceLock::new();

/// Makes this what is asked. The first call counts.
pub fn install(teller: Teller) {
    let _ = TELLER.set(teller);
}

pub(super) async fn of(db: &mut PgConnection, part: Part<'_>) -> Result<Vec<Aside>, Fault> {
    match TELLER.get() {
        Some(tell) => tell(db, part).await,
        None => Ok(Vec::new()),
    }
}
