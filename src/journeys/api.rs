//! Server functions: who, what, the answer.

use crate::error::{Done, Fault};
use leptos::prelude::*;

/// Moves the signed-in patient's journey on to its next stage; `seen` is the id of the newest event on
/// the page, if there was one, and `revision` that of its plan. The form of the same page does the same
/// without scripts.
#[server(prefix = "/api", endpoint = "journeys/progress", output = Done)]
pub async fn progress(journey: i64, seen: Option<i64>, revision: i32) -> Result<(), Fault> {
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
        note: None,
    };
    service::act(&mut db, &actor, &act, reader.language, doing, reader.now).await?;
    Ok(())
}
