//! One use case a function, one transaction: what staff do with a notification.

use super::{
    model::Status,
    store::{self, desk},
};
use crate::{
    accounts::{Act, Office},
    audit,
    error::Fault,
};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// What is done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is not sent; if the provider may know of it already, the provider is asked.
    Cancel,
    /// One that failed is tried again, at once.
    Retry,
}

impl Doing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Cancel, Self::Retry]
            .into_iter()
            .find(|doing| doing.name() == name)
    }

    fn action(self) -> &'static str {
        match self {
            Self::Cancel => "notification.cancel",
            Self::Retry => "notification.retry",
        }
    }
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// It stands otherwise by now.
    Stale,
    Fault(Fault),
}

impl From<sqlx::Error> for NotDone {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Cancels or retries a notification.
///
/// # Errors
/// [`NotDone::Stale`], or [`Fault::NotFound`] for one that does not exist.
#[tracing::instrument(skip_all, fields(notification.id = id))]
pub async fn act(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    id: i64,
    doing: Doing,
) -> Result<(), NotDone> {
    let mut tx = db.begin().await?;
    let entry = act.entry(doing.action()).on("notifications", id);
    let Some(held) = desk::hold(&mut tx, id).await? else {
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(NotDone::Fault(Fault::NotFound));
    };
    let entry = entry.about(held.patient.0);
    let wanted = match doing {
        Doing::Cancel => Status::Pending,
        Doing::Retry => Status::Failed,
    };
    // What might go out a second time is not tried again: it is written anew.
    if held.status != wanted || held.expired {
        let why = json!({ "why": "stale" });
        audit::record(&mut tx, entry.refused().detail(why)).await?;
        tx.commit().await?;
        return Err(NotDone::Stale);
    }
    match doing {
        Doing::Cancel => store::cancel(&mut tx, &[id]).await?,
        Doing::Retry => desk::retry(&mut tx, id).await?,
    }
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
