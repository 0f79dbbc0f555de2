//! What happens elsewhere, told by the database (`LISTEN` and `NOTIFY`) over one connection a process: that there is work, whom
//! something was told, and whose session, role or account has ended. Nothing that is heard is relied on: whoever waits looks again by the clock, too.

use sqlx::{PgPool, postgres::PgListener};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// The channel. What is said on it is `*`, the ids of people with commas between, or nothing; behind `!`, of whom something ended.
const CHANNEL: &str = "notifications";
/// Between tries to reach a database that is away.
const AWAY: Duration = Duration::from_millis(500);
/// Words that somebody who is slow to listen may fall behind.
const BEHIND: usize = 256;

/// Whom something was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Anybody: too many to name, or the connection was away for a while.
    Anybody,
    These(Vec<i64>),
    /// Nothing was told: a session, a role or an account has ended, of these or of anybody. What hangs on it looks.
    Ended(Option<Vec<i64>>),
}

impl Told {
    pub fn concerns(&self, person: i64) -> bool {
        match self {
            Self::Anybody => true,
            Self::These(people) | Self::Ended(Some(people)) => people.contains(&person),
            Self::Ended(None) => true,
        }
    }

    fn read(payload: &str) -> Option<Self> {
        let people = |ids: &str| ids.split(',').filter_map(|id| id.parse().ok()).collect();
        match payload {
            "" => None,
            "*" => Some(Self::Anybody),
            "!*" => Some(Self::Ended(None)),
            ids => Some(match ids.strip_prefix('!') {
                Some(ids) => Self::Ended(Some(people(ids))),
                None => Self::These(people(ids)),
            }),
        }
    }
}

/// A process's ear. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    work: watch::Sender<u64>,
    told: broadcast::Sender<Arc<Told>>,
    /// Ends what listens when the process does.
    stop: CancellationToken,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            work: watch::Sender::new(0),
            told: broadcast::Sender::new(BEHIND),
            stop: CancellationToken::new(),
        }
    }
}

impl Live {
    /// Changes whenever there may be work.
    pub fn work(&self) -> watch::Receiver<u64> {
        self.work.subscribe()
    }

    /// Each time that somebody was told something.
    pub fn told(&self) -> broadcast::Receiver<Arc<Told>> {
        self.told.subscribe()
    }

    /// Resolves when the process is to end.
    pub fn stopped(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Listens until `stop`. The connection is found again when it is lost.
    pub async fn listen(self, pool: PgPool, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let listening = async {
                let mut listener = PgListener::connect_with(&pool).await?;
                listener.listen(CHANNEL).await?;
                // Something may have come in between.
                self.hear("*");
                loop {
                    match listener.try_recv().await? {
                        Some(word) => self.hear(word.payload()),
                        // The connection was lost and found again.
                        None => self.hear("*"),
                    }
                }
            };
            let ended: Result<(), sqlx::Error> = tokio::select! {
                ended = listening => ended,
                () = stop.cancelled() => break,
            };
            if let Err(error) = ended {
                tracing::warn!(%error, "what happens is found by the clock alone for a while");
            }
            tokio::select! {
                () = sleep(AWAY) => {}
                () = stop.cancelled() => {}
            }
        }
        self.stop.cancel();
    }

    fn hear(&self, payload: &str) {
        let told = Told::read(payload);
        if !matches!(told, Some(Told::Ended(_))) {
            self.work.send_modify(|count| *count += 1);
        }
        if let Some(told) = told {
            // Nobody listening is no fault.
            let _ = self.told.send(Arc::new(told));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_for_whom_they_name() {
        assert_eq!(Told::read(""), None);
        let some = Told::read("3,17").expect("people");
        assert!(some.concerns(17) && !some.concerns(1));
        assert!(Told::read("*").expect("anybody").concerns(1));
        assert_eq!(Told::read("!3"), Some(Told::Ended(Some(vec![3]))));
        assert!(!Told::read("!3").expect("somebody").concerns(1));
        assert!(Told::read("!*").expect("anybody").concerns(1));
    }

    #[test]
    fn whoever_waits_for_work_is_woken_each_of_them() {
        let live = Live::default();
        let (mut one, mut other) = (live.work(), live.work());
        live.hear("");
        assert!(one.has_changed().expect("heard") && other.has_changed().expect("heard"));
        one.mark_unchanged();
        other.mark_unchanged();
    }
}
