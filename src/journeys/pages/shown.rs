//! What pages show of a journey: its events with what stands between them, and what just happened to it.

use super::parts;
use crate::{
    accounts::UserId,
    error::Fault,
    feature::timeline::{Aside, Part, Timeline},
    journeys::{
        model::{EventId, EventType, Journey, Newest},
        store::{self, By, Reached},
    },
    photos,
    ui::{Banner, Quote, Reader, Tone, time},
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use leptos::prelude::*;
use rust_i18n::t;
use sqlx::PgConnection;

/// Events on the first page of the timeline; more are a page away.
pub const EVENTS: usize = 50;

/// What the page says of what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Saved,
    /// The form that was sent was opened before the journey last moved; with the note that was in it.
    Stale(Option<String>),
}

impl Said {
    pub fn status(said: Option<&Self>) -> StatusCode {
        match said {
            Some(Self::Stale(_)) => StatusCode::CONFLICT,
            Some(Self::Saved) | None => StatusCode::OK,
        }
    }
}

/// Whose journey is shown, and as whose.
#[derive(Clone, Copy)]
pub struct Of {
    pub patient: UserId,
    /// Whether the reader lives it.
    pub own: bool,
    /// Whether the reader may see its photos.
    pub with_photos: bool,
}

impl Of {
    /// Whoever takes part in a journey sees its photos if it is theirs, or their patient's.
    pub fn reached(reached: &Reached) -> Self {
        Self {
            patient: reached.patient.id,
            own: reached.own,
            with_photos: reached.own || reached.with_photos,
        }
    }
}

/// A page of a journey's timeline, with what a page shows of it.
pub struct Shown {
    pub journey: Journey,
    pub page: store::Page,
    pub photos: Vec<photos::Photo>,
    /// What other features tell between its entries.
    pub asides: Vec<Aside>,
}

impl Shown {
    /// Whether there is anything to tell.
    pub fn is_told(&self) -> bool {
        !self.page.entries.is_empty() || !self.asides.is_empty()
    }

    /// The newest event, if this is the first page.
    pub fn newest(&self) -> Option<&Newest> {
        self.page.newest.as_ref()
    }

    /// The journey's first page; with its photos, for whoever may see them.
    pub async fn load(
        db: &mut PgConnection,
        timeline: &Timeline,
        reader: &Reader,
        of: Of,
        journey: Journey,
    ) -> Result<Self, Fault> {
        Self::load_before(db, timeline, reader, of, journey, (None, EVENTS)).await
    }

    /// A page of so many events before one.
    pub async fn load_before(
        db: &mut PgConnection,
        timeline: &Timeline,
        reader: &Reader,
        of: Of,
        journey: Journey,
        (before, limit): (Option<EventId>, usize),
    ) -> Result<Self, Fault> {
        let page = store::timeline(db, of.patient, &journey, before, limit).await?;
        let part = Part {
            reader,
            journey: journey.id,
            stage: journey.stage,
            own: of.own,
            with_photos: of.with_photos,
            since: page
                .more_before
                .and(page.entries.last())
                .map(store::Entry::at),
            before,
        };
        let asides = timeline.of(db, part).await?;
        let photos = match page.stages().filter(|_| of.with_photos) {
            Some((first, last)) => photos::of_stages(db, journey.id, first, last).await?,
            None => Vec::new(),
        };
        Ok(Self {
            journey,
            page,
            photos,
            asides,
        })
    }

    /// What is said above a page after an act, if the newest event is the reader's own of the last
    /// minutes: the address that asks for it may be an old one, or come from a link.
    pub fn saying(
        &self,
        reader: &Reader,
        said: Option<Said>,
        own: bool,
    ) -> Option<impl IntoView + use<>> {
        let lang = reader.lang();
        let (tone, words, note) = match said? {
            Said::Stale(note) => (
                Tone::Attention,
                if own {
                    t!("home.stale", locale = lang).into_owned()
                } else {
                    t!("home.stale_desk", locale = lang).into_owned()
                },
                note,
            ),
            Said::Saved => {
                let newest = self.page.entries.first()?;
                let (words, by) = match newest {
                    store::Entry::Event(event) => {
                        (saved(reader, &self.journey, event, own)?, &event.by)
                    }
                    store::Entry::Change(change) => {
                        (t!("home.saved", locale = lang).into_owned(), &change.by)
                    }
                };
                let fresh = reader.now - newest.at() < TimeDelta::minutes(10)
                    && (*by == By::Patient) == own;
                (Tone::Good, fresh.then_some(words)?, None)
            }
        };
        let note = note.map(|note| {
            view! {
                <p>{t!("home.stale_note", locale = lang).into_owned()}</p>
                <Quote words=note/>
            }
        });
        Some(view! { <Banner tone><p>{words}</p>{note}</Banner> })
    }
}

/// What has been kept.
fn saved(reader: &Reader, journey: &Journey, newest: &store::Event, own: bool) -> Option<String> {
    let lang = reader.lang();
    let stage = parts::stage_name(lang, journey.product, journey.stage);
    let date = newest.due.map(|due| time::long_date(reader, due));
    Some(
        match (newest.event_type, date) {
            // A change of stage that has a reason leads back.
            (EventType::Progress, Some(date)) if newest.reason.is_some() => {
                t!("home.went_back", locale = lang, stage = stage, date = date)
            }
            (EventType::Progress, None) if newest.reason.is_some() => {
                t!("home.not_started", locale = lang)
            }
            (EventType::Progress, Some(_)) if own => {
                t!("home.switched", locale = lang, stage = stage)
            }
            (EventType::Progress, Some(_)) => {
                t!("home.switched_desk", locale = lang, stage = stage)
            }
            (EventType::Progress, None) if own => t!("home.finished", locale = lang),
            (EventType::Progress, None) => t!("home.finished_desk", locale = lang),
            (EventType::Pause, _) => t!("home.paused", locale = lang),
            (_, Some(date)) => t!("home.moved", locale = lang, date = date),
            (_, None) => return None,
        }
        .into_owned(),
    )
}
