//! News for whoever has a page open: server-sent events that say that there is something, and nothing of what it says. The page
//! fetches it, as any other, with all that is checked there.

use crate::{
    accounts::{self, Patient, Role, SignedIn, UserId, session},
    error::Fault,
    notifications::store::inbox,
    platform::{Platform, clock::Clock, live::Told},
};
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use sqlx::PgPool;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::broadcast,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

/// A stream ends after this long, and the browser asks for another: a session that was ended by then is noticed.
const LIFE: Duration = Duration::from_secs(300);
/// What is scheduled is looked for this often: nobody says so when it is.
const AGAIN: Duration = Duration::from_secs(60);
/// Streams of a process; whoever comes then sees what is new with their next page.
const STREAMS: usize = 2000;
/// Of these, streams of one person: fewer than a browser opens connections to one host.
const OF_ONE: usize = 4;
/// When a browser whose stream has ended comes again.
const COME_AGAIN: Duration = Duration::from_secs(5);
/// When everybody is told at once, they come for it within this time.
const SPREAD: Duration = Duration::from_secs(3);

static TAKEN: LazyLock<Mutex<HashMap<UserId, usize>>> = LazyLock::new(Mutex::default);

/// A stream's place among those of its process; free again when it is dropped.
struct Seat(UserId);

impl Seat {
    fn take(patient: UserId) -> Option<Self> {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= STREAMS {
            return None;
        }
        let own = taken.entry(patient).or_default();
        if *own >= OF_ONE {
            return None;
        }
        *own += 1;
        Some(Self(patient))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.0) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.0);
            }
        }
    }
}

pub async fn live(
    State(platform): State<Platform>,
    Extension(session): Extension<Session>,
    signed_in: SignedIn<Patient>,
) -> Result<Response, Fault> {
    let patient = signed_in.actor.id();
    let session = session.id().ok_or(Fault::SignedOut)?;
    let seat = Seat::take(patient).ok_or(Fault::Unavailable)?;
    // A stream keeps no connection to the database.
    drop(signed_in);
    let ear = Ear {
        told: platform.live.told(),
        stopped: platform.live.stopped(),
        pool: platform.pool,
        clock: platform.clock,
        session: session::id_hash(&session),
        patient,
        end: Instant::now() + LIFE,
        next: Next::Unknown,
        _seat: seat,
    };
    let events = futures_util::stream::unfold(ear, |mut ear| async move {
        // Nothing is told to whoever has left, or may no longer read it.
        (ear.news().await && ear.stands().await).then(|| {
            let event = Event::default().event("told").data("1").retry(COME_AGAIN);
            (Ok::<_, Infallible>(event), ear)
        })
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// When the next notification that is scheduled already stands in the inbox.
enum Next {
    Unknown,
    At(Instant),
    /// Not before it is looked for again.
    NotBefore(Instant),
}

/// Somebody's stream.
struct Ear {
    told: broadcast::Receiver<Arc<Told>>,
    stopped: CancellationToken,
    pool: PgPool,
    clock: Clock,
    /// What it was opened with.
    session: [u8; 32],
    patient: UserId,
    end: Instant,
    next: Next,
    _seat: Seat,
}

impl Ear {
    /// Waits for something new; false: the stream ends.
    async fn news(&mut self) -> bool {
        loop {
            if let Next::Unknown = self.next {
                self.next = self.look_ahead().await;
            }
            let at = match self.next {
                Next::At(at) | Next::NotBefore(at) => at,
                Next::Unknown => self.end,
            };
            tokio::select! {
                () = self.stopped.cancelled() => return false,
                () = sleep_until(self.end) => return false,
                () = sleep_until(at) => {
                    let told = matches!(self.next, Next::At(_));
                    self.next = Next::Unknown;
                    if told {
                        return true;
                    }
                    if !self.stands().await {
                        return false;
                    }
                }
                told = self.told.recv() => match told {
                    Ok(told) if !told.concerns(self.patient.0) => {}
                    Ok(told) if matches!(*told, Told::Ended(_)) => {
                        if !self.stands().await {
                            return false;
                        }
                    }
                    Ok(told) if *told == Told::Anybody => {
                        let at = Instant::now() + SPREAD.mul_f64(rand::random());
                        self.next = match self.next {
                            Next::At(sooner) => Next::At(sooner.min(at)),
                            Next::Unknown | Next::NotBefore(_) => Next::At(at),
                        };
                    }
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.next = Next::Unknown;
                        return true;
                    }
                    Err(broadcast::error::RecvError::Closed) => return false,
                },
            }
        }
    }

    /// Whether the session goes on, of somebody who is a patient still. While nobody can tell, it does not: the browser comes again.
    async fn stands(&self) -> bool {
        let asked = async {
            let mut db = self.pool.acquire().await?;
            accounts::stands(&mut db, &self.session, Role::Patient, self.clock.now()).await
        };
        asked.await.unwrap_or(false)
    }

    async fn look_ahead(&self) -> Next {
        let asked = async {
            let mut db = self.pool.acquire().await?;
            inbox::next_told(&mut db, self.patient).await
        };
        match asked.await {
            Ok(Some(seconds)) if seconds < AGAIN.as_secs_f64() => {
                // A little later rather than a little too early.
                let wait = Duration::try_from_secs_f64(seconds.max(0.0) + 0.05).unwrap_or(AGAIN);
                Next::At(Instant::now() + wait)
            }
            _ => Next::NotBefore(Instant::now() + AGAIN),
        }
    }
}
