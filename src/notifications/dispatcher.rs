//! The dispatcher: claims the deliveries that are due, hands each to its channel's provider, settles what became of it. Any number of them work side by side.
//!
//! A claim is a lease: whoever holds it sends; if they die, or stand still past its end, somebody else sends under the same key, which the
//! provider takes for done if it was. A claim is settled by its fence: one that was taken over settles nothing. See
//! `docs/decisions/0012-dispatch.md` and `0020-deliveries.md`.

use super::{
    channels::{Channels, Parcel},
    metrics,
    model::{Channel, Settled, TRIES, Why},
    store::dispatch::{self, Batch},
};
use crate::{platform::live::Live, ui::Language};
use chrono::TimeDelta;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The steps of its work, which tests take one by one.
pub use super::store::dispatch::{
    Claimed, NotBegun, Open, Outcome, Position, claim, give_back, settle as settle_all,
};

/// How a dispatcher works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a claim is held: longer than a request takes, with all its waiting.
    pub lease: Duration,
    /// The most that is claimed at once.
    pub batch: usize,
    /// Requests at once.
    pub at_once: usize,
    /// The most that is settled in one statement.
    pub settled: usize,
    /// Statements that settle at once.
    pub settlers: usize,
    /// How long what is under way may take once the process is told to stop.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            batch: 100,
            at_once: 64,
            settled: 500,
            settlers: 2,
            grace: Duration::from_secs(12),
        }
    }
}

/// The longest sleep, should a word that something came be lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// The shortest, should what is due be held by somebody else.
const SHORTEST_SLEEP: Duration = Duration::from_millis(50);
/// How long the database may take for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long the last settling may take.
const LAST: Duration = Duration::from_secs(5);
/// Between tries to reach a database that is away.
const AWAY: Duration = Duration::from_millis(500);
/// How often everything that is due is looked for, from the oldest on.
const SWEEP: Duration = Duration::from_secs(3);
/// But it takes no more than one part in so many of the time, however much there is that cannot be cleaned up.
const RARELY: u32 = 20;
/// And it comes at least so often.
const RAREST: Duration = Duration::from_secs(60);
/// How long a transaction may take whose notifications are found at once.
const MARGIN: TimeDelta = TimeDelta::seconds(30);
/// A claim this old is not begun any more: it may be somebody else's by the time of the answer.
const LATE: u32 = 2;

pub struct Dispatcher {
    /// Its own connections, for few statements that are asked over and over: one that claims, and those that settle.
    pool: PgPool,
    live: Live,
    channels: Channels,
    settings: Settings,
}

impl Dispatcher {
    /// Works on the database that `pool` leads to.
    pub fn new(
        pool: &PgPool,
        live: &Live,
        channels: impl Into<Channels>,
        settings: Settings,
    ) -> Self {
        // Planned once: for one notification, planning took longer than the rest (see the decision); and for a table that may be
        // small by then and will not stay so. A connection that was lost is found out by its use, which is tried again.
        let options = PgConnectOptions::clone(&pool.connect_options()).options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            // What has to be read sequentially all the same looks dear enough to be compiled, for each row again.
            ("jit", "off"),
            // Before nobody waits for the answer any more: what is given up is not done all the same.
            ("statement_timeout", "9s"),
        ]);
        let connections = u32::try_from(settings.settlers).unwrap_or(1) + 1;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ANSWER)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            pool,
            live: live.clone(),
            channels: channels.into(),
            settings,
        }
    }

    /// Works until `stop`; then lets what is under way end, settles it, and gives back the rest.
    pub async fn run(self, stop: CancellationToken) {
        let mut work = self.live.work();
        let (outcomes, settled) = mpsc::channel(self.settings.settled * 2);
        let settler = tokio::spawn(settle(
            self.pool.clone(),
            settled,
            self.settings,
            self.channels.open(),
        ));
        let seats = Arc::new(Semaphore::new(self.settings.at_once));
        // For a batch more than is under way, so that the next is there when a seat is free.
        let room = Arc::new(Semaphore::new(self.settings.at_once + self.settings.batch));
        let worth = u32::try_from(self.settings.batch.div_ceil(2)).unwrap_or(u32::MAX);
        let tasks = TaskTracker::new();
        let mut place = Place::new();
        while !stop.is_cancelled() {
            tokio::select! {
                enough = room.acquire_many(worth) => drop(enough),
                () = stop.cancelled() => break,
            }
            work.mark_unchanged();
            // Not broken off: what it has claimed by then would wait for its lease to end.
            match self.claim(&mut place, room.available_permits()).await {
                Ok(Batch { claimed, full, .. }) if claimed.is_empty() && !full => {
                    let pause = self.pause().await;
                    tokio::select! {
                        () = sleep(pause) => {}
                        _ = work.changed() => {}
                        () = stop.cancelled() => {}
                    }
                }
                Ok(Batch { claimed, .. }) => {
                    self.begin(claimed, (&room, &seats), &tasks, &outcomes, &stop)
                }
                Err(error) => {
                    tracing::warn!(%error, "nothing could be claimed");
                    tokio::select! {
                        () = sleep(AWAY) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
        tasks.close();
        if timeout(self.settings.grace, tasks.wait()).await.is_err() {
            tracing::warn!(
                count = tasks.len(),
                "notifications are left to their leases"
            );
        }
        drop(outcomes);
        let _ = timeout(LAST, settler).await;
    }

    /// As many as there is room for.
    async fn claim(&self, place: &mut Place, room: usize) -> Result<Batch, sqlx::Error> {
        let limit = room.clamp(1, self.settings.batch);
        let after = place.next();
        within(async {
            let mut db = self.pool.acquire().await?;
            let begun = Instant::now();
            let batch = dispatch::claim(
                &mut db,
                after,
                limit as i64,
                self.settings.lease,
                self.channels.open(),
            )
            .await?;
            place.reached(after, batch.reached, batch.full, begun.elapsed());
            Ok(batch)
        })
        .await
    }

    /// Until the next is due.
    async fn pause(&self) -> Duration {
        let next = async {
            let mut db = self.pool.acquire().await?;
            dispatch::next_due(&mut db).await
        };
        match within(next).await {
            // A little later rather than a little too early.
            Ok(Some(seconds)) => Duration::try_from_secs_f64(seconds.max(0.0) + 0.005)
                .unwrap_or(LONGEST_SLEEP)
                .clamp(SHORTEST_SLEEP, LONGEST_SLEEP),
            Ok(None) => LONGEST_SLEEP,
            Err(_) => AWAY,
        }
    }

    fn begin(
        &self,
        claimed: Vec<Claimed>,
        (room, seats): (&Arc<Semaphore>, &Arc<Semaphore>),
        tasks: &TaskTracker,
        outcomes: &mpsc::Sender<Event>,
        stop: &CancellationToken,
    ) {
        let late = Instant::now() + self.settings.lease / LATE;
        for claim in claimed {
            let (seats, channels) = (seats.clone(), self.channels.clone());
            let (outcomes, stop) = (outcomes.clone(), stop.clone());
            let place = room.clone().try_acquire_owned().ok();
            tasks.spawn(async move {
                let _place = place;
                let turn = async {
                    let seat = seats.acquire_owned().await.ok();
                    // What stands in the inbox alone asks no provider for anything.
                    if claim.wanted || claim.cancel_wanted {
                        channels.turn(claim.channel).await;
                    }
                    seat
                };
                // Neither a pause that the provider asked for nor a crowd makes it older than its claim may get.
                let seat = tokio::select! {
                    biased;
                    () = stop.cancelled() => None,
                    () = sleep_until(late) => None,
                    seat = turn => seat,
                };
                let event = match seat {
                    Some(_seat) => {
                        let language = language(&claim);
                        let said = claim.template.map(|template| template.text(language));
                        Event::Settled(Outcome {
                            id: claim.id,
                            fence: claim.fence,
                            endless: claim.cancel_wanted,
                            said: said.clone().filter(|said| *said != claim.content),
                            settled: timed(&channels, claim, said, language).await,
                        })
                    }
                    None => Event::NotBegun(NotBegun {
                        id: claim.id,
                        fence: claim.fence,
                        first: claim.first,
                    }),
                };
                let _ = outcomes.send(event).await;
            });
        }
    }
}

/// Where the next claim begins. What was claimed and settled leaves its entries in the index until it is cleaned up, which it cannot be
/// while anybody's transaction is open: they are not read through again by each claim, but by one now and then.
struct Place {
    /// As far as the last claim looked.
    edge: Position,
    /// Whether nothing more was due behind it.
    drained: bool,
    sweep_at: Instant,
}

impl Place {
    fn new() -> Self {
        Self {
            edge: Position::START,
            drained: false,
            sweep_at: Instant::now(),
        }
    }

    fn next(&mut self) -> Position {
        let now = Instant::now();
        if now >= self.sweep_at {
            // However it ends: one that takes too long does not keep the others from their claims.
            self.sweep_at = now + SWEEP;
            return Position::START;
        }
        match self.edge {
            // What comes is due from now on, or a little earlier if it was written by a transaction that took its time.
            Position(due, _) if self.drained => Position(due - MARGIN, 0),
            edge => edge,
        }
    }

    /// How far a claim looked behind a position, whether more may be due, and how long that took.
    fn reached(&mut self, after: Position, edge: Position, more: bool, took: Duration) {
        self.edge = edge;
        self.drained = !more;
        if after == Position::START {
            self.sweep_at = Instant::now() + (took * RARELY).clamp(SWEEP, RAREST);
        }
    }
}

/// What a task comes to.
enum Event {
    Settled(Outcome),
    NotBegun(NotBegun),
}

/// What its patient reads.
fn language(claim: &Claimed) -> Language {
    let language = claim.language.as_deref();
    language.and_then(Language::from_code).unwrap_or_default()
}

async fn timed(
    channels: &Channels,
    claim: Claimed,
    said: Option<String>,
    language: Language,
) -> Settled {
    let begun = Instant::now();
    // What somebody wants cancelled is tried for as long as it takes.
    let last = claim.tries >= TRIES && !claim.cancel_wanted;
    let channel = claim.channel;
    let settled = match hand_over(channels, claim, said, language).await {
        Settled::Again(why, _) if last => Settled::Failed(why),
        settled => settled,
    };
    metrics::count(channel, &settled, begun.elapsed());
    settled
}

async fn hand_over(
    channels: &Channels,
    claim: Claimed,
    said: Option<String>,
    language: Language,
) -> Settled {
    if claim.expired {
        // Sent again it might be a second message; and what became of the first nobody knows any more.
        return Settled::Failed(Why::word("expired"));
    }
    let Some(carrier) = channels.of(claim.channel) else {
        // The channel was closed since. What it took it has; what it has not taken it never will.
        return match (claim.cancel_wanted, claim.in_doubt) {
            (true, true) => Settled::Sent(None),
            (true, false) => Settled::Cancelled,
            (false, _) => Settled::Skipped(Why::word("unwanted")),
        };
    };
    let parcel = Parcel {
        content: said.as_deref().unwrap_or(&claim.content),
        language,
        claim: &claim,
    };
    if claim.cancel_wanted {
        return carrier.cancel(&parcel).await;
    }
    if !claim.wanted {
        return Settled::Skipped(Why::word("unwanted"));
    }
    carrier.send(&parcel).await
}

/// An answer of the database's, unless it takes too long.
async fn within<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(ANSWER, answer)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Settles what comes, many in a statement if many come.
async fn settle(pool: PgPool, mut events: mpsc::Receiver<Event>, settings: Settings, open: Open) {
    let settlers = Arc::new(Semaphore::new(settings.settlers));
    let writing = TaskTracker::new();
    loop {
        // Nothing is taken that nobody is free to write: what comes meanwhile makes the next statement a larger one.
        let Ok(settler) = settlers.clone().acquire_owned().await else {
            break;
        };
        let mut batch = Vec::new();
        if events.recv_many(&mut batch, settings.settled).await == 0 {
            break;
        }
        let pool = pool.clone();
        writing.spawn(async move {
            persist(&pool, batch, settings.lease, open).await;
            drop(settler);
        });
    }
    writing.close();
    writing.wait().await;
}

/// Goes on trying while the database is away: as long as a lease, after which somebody else has taken over what was claimed.
async fn persist(pool: &PgPool, batch: Vec<Event>, lease: Duration, open: Open) {
    let (mut outcomes, mut back) = (Vec::new(), Vec::new());
    for event in batch {
        match event {
            Event::Settled(outcome) => outcomes.push(outcome),
            Event::NotBegun(claim) => back.push(claim),
        }
    }
    let give_up = Instant::now() + lease;
    loop {
        match within(write(pool, &outcomes, &back, open)).await {
            Ok(()) => return,
            Err(error) if Instant::now() < give_up => {
                tracing::warn!(%error, "notifications could not be settled yet");
                sleep(AWAY).await;
            }
            Err(error) => {
                tracing::error!(%error, count = outcomes.len(), "notifications are left to their leases");
                return;
            }
        }
    }
}

async fn write(
    pool: &PgPool,
    outcomes: &[Outcome],
    back: &[NotBegun],
    open: Open,
) -> Result<(), sqlx::Error> {
    let mut db = pool.acquire().await?;
    if !outcomes.is_empty() {
        let settled = match outcomes {
            [one] => dispatch::settle_one(&mut db, one, open).await?,
            _ => dispatch::settle(&mut db, outcomes, open).await?,
        };
        let refused = |word| move |outcome: &&Outcome| matches!(&outcome.settled, Settled::Failed(why) if why.word == word);
        for (word, channel) in [
            ("address_refused", Channel::Email),
            ("number_refused", Channel::Sms),
        ] {
            let ids: Vec<i64> = outcomes
                .iter()
                .filter(refused(word))
                .map(|outcome| outcome.id)
                .collect();
            if !ids.is_empty() {
                dispatch::note_unreachable(&mut db, channel, &ids).await?;
            }
        }
        if settled < outcomes.len() as u64 {
            let count = outcomes.len() as u64 - settled;
            tracing::info!(count, "claims had been taken over");
        }
    }
    if !back.is_empty() {
        dispatch::give_back(&mut db, back).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_goes_on_where_the_last_one_ended() {
        let at = |minute, id| {
            Position(
                Position::START.0 + TimeDelta::days(1) + TimeDelta::minutes(minute),
                id,
            )
        };
        let soon = Duration::from_millis(1);
        let mut place = Place::new();
        assert_eq!(place.next(), Position::START, "at first, all of it");
        place.reached(Position::START, at(5, 7), true, soon);
        assert_eq!(place.next(), at(5, 7));
        place.reached(at(5, 7), at(5, 9), true, soon);
        assert_eq!(place.next(), at(5, 9));
        // Nothing more: what a slow transaction wrote is found.
        place.reached(at(5, 9), at(8, 0), false, soon);
        assert_eq!(place.next(), Position(at(8, 0).0 - MARGIN, 0));
        // A look at all of it that finds much goes on there.
        place.reached(Position::START, at(1, 2), true, soon);
        assert_eq!(place.next(), at(1, 2));
        // One that fails does not come again at once.
        place.sweep_at = Instant::now();
        assert_eq!(place.next(), Position::START);
        assert_eq!(place.next(), at(1, 2));
    }
}
