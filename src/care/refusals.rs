//! What is recorded of somebody who asks for what is not theirs.

use super::{Ability, Scope, sees};
use crate::{
    accounts::{Action, Anyone, SignedIn, UserId, addressed},
    audit,
};
use axum::http::request::Parts;

/// Records that what somebody sent about a person could not be read.
///
/// # Errors
/// Those of the database.
pub async fn record_malformed(
    signed_in: SignedIn<Anyone>,
    parts: &Parts,
) -> Result<(), sqlx::Error> {
    let SignedIn {
        act, mut db, actor, ..
    } = signed_in;
    let Some(address) = addressed(&mut db, parts).await? else {
        return Ok(());
    };
    let theirs = match address.subject {
        None => true,
        Some(subject) => {
            sees(
                &mut db,
                Scope::from(&actor),
                Ability::Record,
                UserId(subject),
            )
            .await?
        }
    };
    let mut detail = address.detail();
    if theirs {
        // They may be there: it is the form that was not in order.
        detail["why"] = "malformed".into();
    }
    let mut entry = act.entry(Action::Call).refused().detail(detail);
    entry.subject = address.subject;
    audit::record(&mut db, entry).await
}
