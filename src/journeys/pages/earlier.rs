//! Earlier entries of a timeline: on a page of their own, or fetched to below those of a page.

use super::{
    journey::PRINTED,
    parts,
    shown::{EVENTS, Of, Shown},
};
use crate::{
    error::Fault,
    feature::timeline::Timeline,
    journeys::{
        islands::EarlierEntries,
        line::Entries,
        model::{EventId, JourneyId},
        store::{self, Reached},
    },
    ui::{LinkButton, Pager, Reader, further::Ask},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use sqlx::PgConnection;

/// Which part of a timeline is asked for: the event before which it begins, if not with the newest, and how many events of it. With
/// `linked` it is the page with that event on it, with `to` all up to that event.
pub async fn part(
    db: &mut PgConnection,
    journey: JourneyId,
    linked: Option<EventId>,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<(Option<EventId>, usize), Fault> {
    let from = from.map(EventId);
    // Before which event it begins, and behind how many newer ones.
    let (before, skipped) = match (linked, from) {
        (Some(event), _) => {
            let newer = newer(db, journey, event).await?;
            let on_first = newer < EVENTS;
            let before = (!on_first).then_some(EventId(event.0.saturating_add(1)));
            (before, if on_first { 0 } else { newer })
        }
        (None, Some(before)) if to.is_some() => {
            (Some(before), newer(db, journey, before).await? + 1)
        }
        (None, before) => (before, 0),
    };
    let limit = match to {
        Some(to) => (newer(db, journey, EventId(to)).await? + 1)
            .checked_sub(skipped)
            .filter(|events| *events > 0)
            .ok_or(Fault::Malformed)?
            .min(PRINTED),
        None => EVENTS,
    };
    Ok((before, limit))
}

/// How many of a journey's events are newer. An event of another journey is not found, whoever's it is.
async fn newer(db: &mut PgConnection, journey: JourneyId, event: EventId) -> Result<usize, Fault> {
    let newer = store::position(db, journey, event)
        .await?
        .ok_or(Fault::NotFound)?;
    usize::try_from(newer).map_err(|_| Fault::Internal)
}

/// The entries before an event, for an island that puts them below those of its page.
pub async fn earlier(
    db: &mut PgConnection,
    timeline: &Timeline,
    reader: &Reader,
    reached: Reached,
    before: EventId,
) -> Result<Entries, Fault> {
    let of = Of::reached(&reached);
    let part = (Some(before), EVENTS);
    let shown = Shown::load_before(db, timeline, reader, of, reached.journey, part).await?;
    let told = parts::Told {
        journey: &shown.journey,
        photos: &shown.photos,
        asides: &shown.asides,
        from_the_newest: false,
        own: of.own,
        printed: false,
        linked: None,
    };
    let lines = parts::lines(reader, told, &shown.page.entries);
    let lang = reader.lang();
    let mut said = match lines.len() {
        1 => t!("list.came.one", locale = lang),
        count => t!("list.came.other", locale = lang, count = count),
    }
    .into_owned();
    let more = shown.page.more_before.is_some();
    if !more {
        said.push(' ');
        said.push_str(&t!("list.no_earlier", locale = lang));
    }
    Ok(Entries {
        lines,
        oldest: shown.page.events().next_back().map(|event| event.id.0),
        more,
        said,
    })
}

/// The ways to the newest entries and to earlier ones; where scripts run, those come onto the page.
pub fn pager(
    lang: &'static str,
    journey: i64,
    (before, linked): (Option<EventId>, Option<EventId>),
    more: Option<EventId>,
) -> impl IntoView + use<> {
    let page = format!("/journeys/{journey}");
    let newest = before.map(|_| {
        let words = t!("list.newest", locale = lang).into_owned();
        view! { <LinkButton href=page.clone()>{words}</LinkButton> }
    });
    let Some(more) = more else {
        return Either::Left(view! { <Pager lang>{newest}</Pager> });
    };
    let words = t!("list.earlier", locale = lang).into_owned();
    let here = match (linked, before) {
        (Some(event), _) => format!("{page}?event={}&to=", event.0),
        (None, Some(before)) => format!("{page}?before={}&to=", before.0),
        (None, None) => format!("{page}?to="),
    };
    let ask = Ask {
        of: journey,
        after: more.0.to_string(),
        next: format!("{page}?before="),
        here,
        loading: t!("list.loading", locale = lang).into_owned(),
        failed: t!("list.failed", locale = lang, link = words).into_owned(),
    };
    let link = view! {
        <Pager lang>
            {newest}
            <LinkButton href=format!("{page}?before={}", more.0) rel="next">{words}</LinkButton>
        </Pager>
    };
    let link = ask.around(link);
    Either::Right(view! { <EarlierEntries>{link}</EarlierEntries> })
}
