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
    notifications::Action,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use std::collections::HashMap;
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
    /// They go out when they would have, had this request of the same person's not moved them.
    MoveBack(Uuid),
    /// Those that somebody cancelled go out after all.
    Restore,
}

impl Doing {
    fn possible(self) -> Possible {
        match self {
            Self::Reschedule(_) | Self::MoveBack(_) => Possible::Reschedule,
            Self::Cancel => Possible::Cancel,
            Self::Retry => Possible::Retry,
            Self::Restore => Possible::Restore,
        }
    }
}

/// The same, without when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possible {
    Cancel,
    Retry,
    Reschedule,
    Restore,
}

/// Why something cannot be done with a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    Waiting,
    Sent,
    Failed,
    Cancelled,
    /// The provider has been asked to stop it.
    Cancelling,
    /// Tried again, it might be a second message.
    Expired,
    /// Their address takes no mail.
    NoAddress,
    /// Their number takes no text messages.
    NoNumber,
    /// Nobody is to be told of it any more.
    Passed,
    /// The provider may know of it.
    HandedOver,
    /// The provider has stopped it, and takes no second one under its key.
    Stopped,
    /// It stands in the inbox.
    InInbox,
    /// Nobody at the desk cancelled it: the treatment went on, or was paused or ended.
    ByTreatment,
    /// When it was to go out is over.
    TooLate,
}

impl Possible {
    pub const ALL: [Self; 4] = [Self::Reschedule, Self::Retry, Self::Restore, Self::Cancel];

    pub fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::Reschedule => "reschedule",
            Self::Restore => "restore",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doing| doing.name() == name)
    }

    /// As audit rows name it.
    pub fn action(self) -> Action {
        match self {
            Self::Cancel => Action::Cancel,
            Self::Retry => Action::Retry,
            Self::Reschedule => Action::Reschedule,
            Self::Restore => Action::Restore,
        }
    }

    /// Whether it can be done with a notification that stands so.
    pub fn applies(self, standing: Standing) -> bool {
        self.obstacle(standing).is_none()
    }

    /// Why it cannot be done with a notification that stands so, if it cannot.
    pub fn obstacle(self, standing: Standing) -> Option<Obstacle> {
        let first = |all: &[(bool, Obstacle)]| all.iter().find(|(is, _)| *is).map(|(_, it)| *it);
        match (self, standing.status) {
            (Self::Cancel | Self::Reschedule, Status::Sent) => Some(Obstacle::Sent),
            (Self::Cancel | Self::Reschedule | Self::Retry, Status::Cancelled) => {
                Some(Obstacle::Cancelled)
            }
            (Self::Cancel | Self::Reschedule, Status::Failed) => Some(Obstacle::Failed),
            (Self::Cancel, Status::Pending) => {
                standing.cancel_wanted.then_some(Obstacle::Cancelling)
            }
            // What the provider may know of goes out when it does; what stands in the inbox stays there.
            (Self::Reschedule, Status::Pending) => first(&[
                (standing.cancel_wanted, Obstacle::Cancelling),
                (standing.tried, Obstacle::HandedOver),
                (standing.told, Obstacle::InInbox),
            ]),
            (Self::Retry, Status::Pending) => Some(Obstacle::Waiting),
            // By another channel it has gone out.
            (Self::Retry, Status::Sent) if standing.failed == Failed::Nothing => {
                Some(Obstacle::Sent)
            }
            // What might go out a second time is not tried again: it is written anew; nor what nobody is to be told of any more.
            (Self::Retry, Status::Failed | Status::Sent) => match standing.failed {
                Failed::Hopeless(why) => Some(why),
                Failed::Nothing | Failed::Again => standing.passed.then_some(Obstacle::Passed),
            },
            (Self::Restore, Status::Pending) => Some(Obstacle::Waiting),
            (Self::Restore, Status::Sent) => Some(Obstacle::Sent),
            (Self::Restore, Status::Failed) => Some(Obstacle::Failed),
            (Self::Restore, Status::Cancelled) => first(&[
                (!standing.by_hand, Obstacle::ByTreatment),
                (standing.passed, Obstacle::Passed),
                (standing.tried, Obstacle::Stopped),
                (standing.over, Obstacle::TooLate),
            ]),
        }
    }
}

/// Whether something of a notification failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    Nothing,
    /// It can be tried again.
    Again,
    /// Why that would come to nothing.
    Hopeless(Obstacle),
}

impl Failed {
    /// As the database says it: whether something failed, and a word for why it cannot be tried again.
    pub fn of(failed: bool, hopeless: Option<&str>) -> Self {
        match (failed, hopeless) {
            (false, _) => Self::Nothing,
            (true, None) => Self::Again,
            (true, Some("no_address")) => Self::Hopeless(Obstacle::NoAddress),
            (true, Some("no_number")) => Self::Hopeless(Obstacle::NoNumber),
            (true, Some(_)) => Self::Hopeless(Obstacle::Expired),
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
    /// Whether something of it failed, by whichever channel.
    pub failed: Failed,
    /// Whether it stands in the inbox.
    pub told: bool,
    /// Of one of which something failed, or that was cancelled: whether nobody is to be told of it any more.
    pub passed: bool,
    /// Whether somebody at the desk cancelled it.
    pub by_hand: bool,
    /// Whether the moment at which it was to go out is over.
    pub over: bool,
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
    if let Doing::Retry | Doing::Restore = doing {
        // What they remind of does not pass while that is looked at.
        desk::hold_journeys(&mut tx, ids).await?;
    }
    let held = desk::hold(&mut tx, ids, now).await?;
    let former = match doing {
        Doing::MoveBack(request) => desk::moved_by(&mut tx, act.by, request).await?,
        _ => HashMap::new(),
    };
    let (done, stale): (Vec<Held>, Vec<Held>) = held.into_iter().partition(|held| {
        let moves = match doing {
            // Only what nobody has moved since, and not into what is past.
            Doing::MoveBack(_) => former
                .get(&held.id)
                .is_some_and(|moved| moved.to == held.at && moved.from > now),
            _ => true,
        };
        moves && doing.possible().applies(held.standing)
    });
    let ids: Vec<i64> = done.iter().map(|held| held.id).collect();
    let mut moved = Vec::new();
    match doing {
        Doing::Cancel => store::cancel(&mut tx, &ids).await?,
        Doing::Retry => desk::retry(&mut tx, &ids).await?,
        Doing::Restore => desk::restore(&mut tx, &ids).await?,
        Doing::Reschedule(wanted) => moved = desk::reschedule(&mut tx, &ids, wanted).await?,
        Doing::MoveBack(_) => {
            let moments: Vec<(i64, DateTime<Utc>)> = done
                .iter()
                .filter_map(|held| Some((held.id, former.get(&held.id)?.from)))
                .collect();
            moved = desk::move_to(&mut tx, &moments).await?;
        }
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
        .find(|doing| doing.action().code() == action);
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

/// The request in which somebody did just this with just these a moment ago: the same form, sent twice. Only if nothing was done with
/// them since.
///
/// # Errors
/// When the database fails.
pub async fn done_just_now(
    db: &mut PgConnection,
    _office: &Office,
    by: UserId,
    ids: &[i64],
    doing: Doing,
) -> Result<Option<Uuid>, Fault> {
    if let Doing::Reschedule(_) = doing {
        // Asked for twice, it is done twice, and comes to the same.
        return Ok(None);
    }
    let action = doing.possible().action();
    let Some(request) = audit::just_did_with(db, by.0, action.into(), ids).await? else {
        return Ok(None);
    };
    if let Doing::MoveBack(of) = doing {
        let former = desk::moved_by(db, by, of).await?;
        let latter = desk::moved_by(db, by, request).await?;
        // Moved meanwhile, and not back, it is another matter.
        if !latter.iter().all(|(id, moved)| {
            let before = former.get(id);
            before.is_some_and(|before| before.from == moved.to)
        }) {
            return Ok(None);
        }
    }
    let outcomes = audit::outcomes_of(db, by.0, request).await?;
    let mut with: Vec<i64> = outcomes.into_iter().map(|(_, id, _)| id).collect();
    with.sort_unstable();
    Ok((with == ids).then_some(request))
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
    let entry = act.entry(Action::Write);
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

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: Standing = Standing {
        status: Status::Pending,
        tried: false,
        cancel_wanted: false,
        failed: Failed::Nothing,
        told: false,
        passed: false,
        by_hand: false,
        over: false,
    };

    #[test]
    fn what_can_be_done_is_said_for_each_state_or_why_not() {
        let cancelled = Standing {
            status: Status::Cancelled,
            by_hand: true,
            ..WAITS
        };
        let failed = Standing {
            status: Status::Failed,
            failed: Failed::Again,
            tried: true,
            told: true,
            ..WAITS
        };
        let hopeless = Standing {
            failed: Failed::of(true, Some("no_address")),
            ..failed
        };
        let sent = Standing {
            status: Status::Sent,
            tried: true,
            told: true,
            ..WAITS
        };
        for (standing, possible) in [
            (WAITS, vec![Possible::Reschedule, Possible::Cancel]),
            (failed, vec![Possible::Retry]),
            (hopeless, vec![]),
            (cancelled, vec![Possible::Restore]),
            (sent, vec![]),
            // By one channel it went out, by another it failed.
            (
                Standing {
                    failed: Failed::Again,
                    ..sent
                },
                vec![Possible::Retry],
            ),
        ] {
            let can = Possible::ALL.into_iter().filter(|it| it.applies(standing));
            assert_eq!(can.collect::<Vec<_>>(), possible, "{standing:?}");
        }
        for (standing, why) in [
            (
                Standing {
                    by_hand: false,
                    ..cancelled
                },
                Obstacle::ByTreatment,
            ),
            (
                Standing {
                    passed: true,
                    over: true,
                    ..cancelled
                },
                Obstacle::Passed,
            ),
            (
                Standing {
                    tried: true,
                    ..cancelled
                },
                Obstacle::Stopped,
            ),
            (
                Standing {
                    over: true,
                    ..cancelled
                },
                Obstacle::TooLate,
            ),
        ] {
            assert_eq!(Possible::Restore.obstacle(standing), Some(why));
        }
        let why = Possible::Retry.obstacle(hopeless);
        assert_eq!(why, Some(Obstacle::NoAddress));
    }
}
