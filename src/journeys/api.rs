//! Server functions: who, what, the answer.

use super::line::Entries;
use crate::error::{Answer, Done, Fault};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Moves the signed-in patient's journey on to its next stage; `seen` is the id of the newest event on
/// the page, if there was one, `revision` that of its plan, and `due` the day (ISO 8601) that the page
/// promises, empty after the last stage. The form of the same page does the same
/// without scripts.
#[server(prefix = "/api", endpoint = "journeys/progress", output = Done)]
pub async fn progress(
    journey: i64,
    seen: Option<i64>,
    revision: i32,
    due: Option<String>,
) -> Result<(), Fault> {
    use super::{model, service};
    use crate::accounts::{Participant, SignedIn};
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = crate::platform::http::extract::<SignedIn<Participant>>()
        .await
        .map_err(|turned| turned.fault)?;
    let doing = service::Doing {
        journey: model::JourneyId(journey),
        seen: service::Seen {
            event: seen.map(model::EventId),
            revision,
        },
        command: model::Command::Progress,
        shown: match due.as_deref() {
            None => None,
            Some("") => Some(None),
            Some(day) => Some(Some(day.parse().map_err(|_| Fault::Malformed)?)),
        },
        note: None,
    };
    service::act(&mut db, &actor, &act, reader.language, doing, reader.now).await?;
    Ok(())
}

/// The entries of a journey's timeline before an event, as its page with `?before=` shows them, for whoever may see that.
#[server(prefix = "/api", endpoint = "journeys/entries", input = GetUrl, output = Answer)]
pub async fn earlier_entries(journey: i64, before: i64) -> Result<Entries, Fault> {
    use super::{model, pages, service};
    use crate::accounts::{Participant, SignedIn};
    use crate::feature::timeline::Timeline;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = crate::platform::http::extract::<SignedIn<Participant>>()
        .await
        .map_err(|turned| turned.fault)?;
    let timeline = expect_context::<Timeline>();
    let reached = service::reach(&mut db, &actor, &act, model::JourneyId(journey)).await?;
    let before = model::EventId(before);
    pages::earlier(&mut db, &timeline, &reader, reached, before).await
}
