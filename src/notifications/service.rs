//! One use case a function, one transaction: what staff do with notifications.

use super::{
    model::Status,
    store::{
        self,
        desk::{self, Held, Written},
    },
};
use crate::{
    accounts::{Act, Office, UserId},
    audit,
    error::Fault,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// What is done with some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// They are not sent; if the provider may know of one already, the provider is asked.
    Cancel,
    /// Those that failed are tried again, at once.
    Retry,
    /// They go out at this local time of their patients' own.
    Reschedule(NaiveDateTime),
}

impl Doing {
    fn possible(self) -> Possible {
        match self {
            Self::Reschedule(_) => Possible::Reschedule,
            Self::Cancel => Possible::Cancel,
            Self::Retry => Possible::Retry,
        }
    }

    fn applies(self, held: &Held) -> bool {
        self.possible().applies(Standing {
            status: held.status,
            tried: held.tried,
            cancel_wanted: held.cancel_wanted,
            expired: held.expired,
            told: held.told,
            passed: held.passed,
        })
    }
}

/// The same, without when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possible {
    Cancel,
    Retry,
    Reschedule,
}

impl Possible {
    pub const ALL: [Self; 3] = [Self::Cancel, Self::Retry, Self::Reschedule];

    pub fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::Reschedule => "reschedule",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doing| doing.name() == name)
    }

    /// As audit rows name it.
    pub fn action(self) -> &'static str {
        match self {
            Self::Cancel => "notification.cancel",
            Self::Retry => "notification.retry",
            Self::Reschedule => "notification.reschedule",
        }
    }

    /// Whether it can be done with a notification that stands so.
    pub fn applies(self, standing: Standing) -> bool {
        let pending = standing.status == Status::Pending;
        match self {
            Self::Cancel => pending && !standing.cancel_wanted,
            // What might go out a second time is not tried again: it is written anew; nor what nobody is to be told of any more.
            Self::Retry => {
                standing.status == Status::Failed && !standing.expired && !standing.passed
            }
            // What the provider may know of goes out when it does; what stands in the inbox stays there.
            Self::Reschedule => pending && !standing.tried && !standing.told,
        }
    }
}

/// How a notification stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub status: Status,
    /// Whether the provider may know of it.
    pub tried: bool,
    pub cancel_wanted: bool,
    /// Whether the provider may have forgotten it.
    pub expired: bool,
    /// Whether it stands in the inbox.
    pub told: bool,
    /// Whether nobody is to be told of it any more.
    pub passed: bool,
}

/// The most that something is done with at once.
pub const AT_ONCE: usize = 500;

/// Does something with each of some notifications that stand so that it can be done. Answers with which; the others stand otherwise by
/// now, or do not exist.
///
/// # Errors
/// When the database fails: then nothing was done with any.
#[tracing::instrument(skip_all, fields(count = ids.len()))]
pub async fn act(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    (ids, now): (&[i64], DateTime<Utc>),
    doing: Doing,
) -> Result<Vec<i64>, Fault> {
    let mut tx = db.begin().await?;
    if let Doing::Retry = doing {
        // What they remind of does not pass while that is looked at.
        desk::hold_journeys(&mut tx, ids).await?;
    }
    let held = desk::hold(&mut tx, ids, now).await?;
    let (done, stale): (Vec<Held>, Vec<Held>) =
        held.into_iter().partition(|held| doing.applies(held));
    let ids: Vec<i64> = done.iter().map(|held| held.id).collect();
    let mut moved = Vec::new();
    match doing {
        Doing::Cancel => store::cancel(&mut tx, &ids).await?,
        Doing::Retry => desk::retry(&mut tx, &ids).await?,
        Doing::Reschedule(wanted) => moved = desk::reschedule(&mut tx, &ids, wanted).await?,
    }
    let entry = |held: &Held| {
        act.entry(doing.possible().action())
            .on("notifications", held.id)
            .about(held.patient.0)
    };
    for held in &done {
        let moved = moved.iter().find(|moved| moved.id == held.id);
        let detail = moved.map(|moved| json!({ "from": moved.from, "to": moved.to }));
        let entry = match detail {
            Some(detail) => entry(held).detail(detail),
            None => entry(held),
        };
        audit::record(&mut tx, entry).await?;
    }
    for held in &stale {
        let why = json!({ "why": "stale" });
        audit::record(&mut tx, entry(held).refused().detail(why)).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// What a request of somebody's own did: with which it was done, and which stayed as they were. None: no such request.
///
/// # Errors
/// When the database fails.
pub async fn done_by(
    db: &mut PgConnection,
    _office: &Office,
    by: UserId,
    request: Uuid,
) -> Result<Option<Done>, Fault> {
    let outcomes = audit::outcomes_of(db, by.0, request).await?;
    let Some((action, ..)) = outcomes.first() else {
        return Ok(None);
    };
    let doing = Possible::ALL
        .into_iter()
        .find(|doing| doing.action() == action);
    let (done, not): (Vec<_>, Vec<_>) = outcomes
        .iter()
        .partition(|(_, _, outcome)| *outcome == audit::Outcome::Done);
    let ids = |some: Vec<&(String, i64, audit::Outcome)>| -> Vec<i64> {
        some.into_iter().map(|(_, id, _)| *id).collect()
    };
    Ok(doing.map(|doing| Done {
        doing,
        with: ids(done),
        without: ids(not),
    }))
}

/// What was done with which.
#[derive(Clone, Debug)]
pub struct Done {
    pub doing: Possible,
    pub with: Vec<i64>,
    pub without: Vec<i64>,
}

/// Writes a notice to one patient, at once or at a local time of theirs. The same form sent twice writes one.
///
/// # Errors
/// [`Fault::NotFound`] for whoever is no patient, or whose account is closed.
pub async fn write(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    (patient, key): (UserId, Uuid),
    content: &str,
    wanted: Option<NaiveDateTime>,
) -> Result<Written, Fault> {
    let mut tx = db.begin().await?;
    let entry = act.entry("notification.write");
    if desk::addressee(&mut tx, patient).await?.is_none() {
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(Fault::NotFound);
    }
    let entry = entry.about(patient.0);
    let written = desk::write(&mut tx, patient, key, content, wanted).await?;
    match written {
        Written::New(id) => audit::record(&mut tx, entry.on("notifications", id)).await?,
        Written::Before(_) => {}
        Written::Other => {
            let why = json!({ "why": "stale" });
            audit::record(&mut tx, entry.refused().detail(why)).await?;
        }
    }
    tx.commit().await?;
    Ok(written)
}
