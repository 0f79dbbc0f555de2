//! Server functions: who, what, the answer.

use crate::error::{Done, Fault};
use leptos::prelude::*;

/// Moves the signed-in patient's journey on to its next stage; `seen` is the id of the newest event on
/// the page, if there was one. The form of the same page does the same without scripts.
#[server(prefix = "/api", endpoint = "journeys/progress", output = Done)]
pub async fn progress(journey: i64, seen: Option<i64>) -> Result<(), Fault> {
    use super::{model, service};
    use crate::accounts::{Patient, SignedIn};
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = crate::platform::http::extract::<SignedIn<Patient>>()
        .await
        .map_err(|turned| turned.fault)?;
    service::progress(
        &mut db,
        &actor,
        &act,
        reader.language,
        model::JourneyId(journey),
        seen.map(model::EventId),
        reader.now,
    )
    .await?;
    Ok(())
}
