//! Server functions: who, what, the answer.

use crate::error::{Done, Fault};
use leptos::prelude::*;

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
