//! News for whoever has a page open: server-sent events that say that there is something, and nothing of what it says. The page
//! fetches it, as any other, with all that is checked there.

use crate::{
    accounts::{Patient, SignedIn, UserId},
    error::Fault,
    notifications::store::inbox,
    platform::{Platform, live::Told},
};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use sqlx::PgPool;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// A stream ends after this long, and the browser asks for another: a session that was ended by then is noticed.
const LIFE: Duration = Duration::from_secs(300);
/// Streams of a process; whoever comes then sees what is new with their next page.
const STREAMS: usize = 2000;
/// When a browser whose stream has ended comes again.
const COME_AGAIN: Duration = Duration::from_secs(5);

static SEATS: std::sync::LazyLock<Arc<Semaphore>> =
    std::sync::LazyLock::new(|| Arc::new(Semaphore::new(STREAMS)));

pub async fn live(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
) -> Result<Response, Fault> {
    let seat = SEATS
        .clone()
        .try_acquire_owned()
        .map_err(|_| Fault::Unavailable)?;
    let patient = signed_in.actor.id();
    // A stream keeps no connection to the database.
    drop(signed_in);
    let ear = Ear {
        told: platform.live.told(),
        stopped: platform.live.stopped(),
        pool: platform.pool,
        patient,
        end: Instant::now() + LIFE,
        next: Next::Unknown,
        _seat: seat,
    };
    let events = futures_util::stream::unfold(ear, |mut ear| async move {
        ear.news().await.then(|| {
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
    /// Not while this stream lives.
    Never,
}

/// Somebody's stream.
struct Ear {
    told: broadcast::Receiver<Arc<Told>>,
    stopped: CancellationToken,
    pool: PgPool,
    patient: UserId,
    end: Instant,
    next: Next,
    _seat: OwnedSemaphorePermit,
}

impl Ear {
    /// Waits for something new; false: the stream ends.
    async fn news(&mut self) -> bool {
        loop {
            if let Next::Unknown = self.next {
                self.next = self.look_ahead().await;
            }
            let at = match self.next {
                Next::At(at) => at,
                Next::Unknown | Next::Never => self.end,
            };
            tokio::select! {
                () = self.stopped.cancelled() => return false,
                () = sleep_until(self.end) => return false,
                () = sleep_until(at) => {
                    self.next = Next::Unknown;
                    return true;
                }
                told = self.told.recv() => match told {
                    Ok(told) if !told.concerns(self.patient.0) => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.next = Next::Unknown;
                        return true;
                    }
                    Err(broadcast::error::RecvError::Closed) => return false,
                },
            }
        }
    }

    async fn look_ahead(&self) -> Next {
        let asked = async {
            let mut db = self.pool.acquire().await?;
            inbox::next_told(&mut db, self.patient).await
        };
        match asked.await {
            Ok(Some(seconds)) if seconds < LIFE.as_secs_f64() => {
                // A little later rather than a little too early.
                let wait = Duration::try_from_secs_f64(seconds.max(0.0) + 0.05).unwrap_or(LIFE);
                Next::At(Instant::now() + wait)
            }
            Ok(_) => Next::Never,
            // Told by the next page.
            Err(_) => Next::Never,
        }
    }
}
