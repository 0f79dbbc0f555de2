//! What a mail server, or whoever reads its mailbox of bounces, says of an address: that it takes nothing. For programs alone; nobody signs in.

use crate::{error::Fault, notifications::store::inbox, platform::Platform};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// A mail that came back.
#[derive(Deserialize)]
struct Bounce {
    address: String,
    /// Whether the next one would come back, too. What does for the moment alone is the mail server's to try again.
    permanent: bool,
}

/// Whether what was given is the secret: compared by digests, so that the time it takes says nothing.
fn knows(secret: &str, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    Sha256::digest(given) == Sha256::digest(secret)
}

pub async fn note(
    State(platform): State<Platform>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let email = platform.email.as_ref();
    let secret = email
        .and_then(|email| email.bounces.as_ref())
        .ok_or(Fault::NotFound)?;
    if !knows(secret.expose_secret(), &headers) {
        return Ok(StatusCode::UNAUTHORIZED);
    }
    let Ok(bounce) = serde_json::from_slice::<Bounce>(&body) else {
        return Ok(StatusCode::BAD_REQUEST);
    };
    if bounce.permanent {
        let mut db = platform.pool.acquire().await?;
        let address = bounce.address.trim().to_lowercase();
        let noted = inbox::note_bounce(&mut db, &address).await?;
        tracing::info!(noted, "a mail came back");
    }
    // Whoever asks does not learn who has an account.
    Ok(StatusCode::NO_CONTENT)
}
