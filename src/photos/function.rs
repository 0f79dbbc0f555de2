//! Server functions: who, what, the answer.

use super::figure::Further;
use crate::error::{Answer, Fault};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The photos of a journey after a place in its gallery, as the gallery with `?after=` shows them, for whoever may see that.
#[server(prefix = "/api", endpoint = "journeys/photos", input = GetUrl, output = Answer)]
pub async fn earlier_photos(journey: i64, after: String) -> Result<Further, Fault> {
    use super::pages;
    use crate::accounts::{Participant, SignedIn};
    use crate::ids::JourneyId;
    let signed_in = crate::platform::http::extract::<SignedIn<Participant>>()
        .await
        .map_err(|turned| turned.fault)?;
    pages::further(signed_in, JourneyId(journey), &after).await
}
