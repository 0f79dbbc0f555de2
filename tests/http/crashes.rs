//! The dispatcher as it runs: real processes on a cluster of their own, killed and stopped at any moment, with a database that crashes, a
//! provider that fails and clocks that are wrong. Nothing is lost, nothing goes out twice, and what is confirmed to be cancelled does
//! not go out. `DISPATCH_RUNS` and `DISPATCH_COUNT` make it longer, `DISPATCH_PROGRAM` has other than the test's own program work; each run
//! follows from its number, `DISPATCH_FIRST` being the first.

use crate::dispatch::balance;
use midline::demo::{
    postgres::{self, Postgres},
    push::{API_KEY, Faults, Push},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    collections::HashMap,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const LEASE: Duration = Duration::from_secs(3);
/// Beyond its lease, what a dead process held is in other hands after this long.
const RECOVERY: Duration = Duration::from_secs(5);
/// A database that takes longer for an answer was away.
const AWAY: Duration = Duration::from_millis(500);
/// How long all of a run's recovery may take, with what is older.
const LONGEST: Duration = Duration::from_secs(120);
/// Things that happen in a run.
const EVENTS: usize = 6;

/// A worker's process.
struct Worker(Child);

impl Worker {
    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("kill").success(), "{name}");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Rig {
    data: TempDir,
    port: u16,
    postgres: Option<Postgres>,
    url: String,
    /// What the workers run.
    program: String,
    owner: PgPool,
    push: Push,
    /// What dead processes held.
    held: Held,
}

/// Deliveries that dead processes had claimed and not settled, each with since when others could have taken it over.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<Watched>>);

#[derive(Default)]
struct Watched {
    since: HashMap<i64, Instant>,
    /// How many were taken over, and the longest that one took.
    recovered: usize,
    slowest: Duration,
    /// The most that were left to the dead for too long at once.
    late: usize,
}

/// Claimed once, not settled, and nothing known of why.
const LEFT: &str = "state = 'pending' and fence = 1 and error is null and not cancel_wanted";

impl Held {
    fn now(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it, all the time, that what is held does not stay so. What was never claimed is older and comes first, and while the
    /// database is away nobody can do anything: time counts from when neither is so.
    async fn watch(self, owner: PgPool) {
        let sql = format!("select id from deliveries where {LEFT}");
        let backlog =
            "select exists (select from deliveries where state = 'pending' and fence = 0)";
        loop {
            sleep(Duration::from_millis(50)).await;
            let asked = Instant::now();
            let left: Result<Vec<i64>, _> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone()))
                .fetch_all(&owner)
                .await;
            let older = sqlx::query_scalar::<_, bool>(backlog)
                .fetch_one(&owner)
                .await;
            let now = Instant::now();
            let mut watched = self.now();
            let Watched {
                since,
                recovered,
                slowest,
                late,
            } = &mut *watched;
            if let Ok(left) = &left {
                since.retain(|id, since| {
                    // What was added since says nothing yet.
                    let stays = left.contains(id) || *since >= asked;
                    if !stays {
                        *recovered += 1;
                        *slowest = (*slowest).max(now - *since);
                    }
                    stays
                });
            }
            let away = now - asked > AWAY || left.is_err();
            if !away && older.is_ok_and(|older| !older) {
                let too_long = |since: &&Instant| now - **since > LEASE + RECOVERY;
                *late = (*late).max(since.values().filter(too_long).count());
            } else {
                since.values_mut().for_each(|since| *since = now);
            }
        }
    }
}

impl Rig {
    async fn open() -> Self {
        let data = TempDir::with_prefix("midline-crashes-").expect("a folder");
        // PostgreSQL's user has to reach it.
        std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755))
            .expect("readable");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let postgres = postgres::start(data.path(), port, "64MB")
            .await
            .expect("a cluster");
        postgres.migrate().await.expect("migrated");
        let options = PgConnectOptions::from_str(&postgres.owner_url()).expect("an address");
        let owner = PgPoolOptions::new()
            .max_connections(4)
            .connect_lazy_with(options);
        let push = Push::start(0, 7).await.expect("the stand-in");
        sqlx::raw_sql(
            "insert into users (email, quiet_from, quiet_until) select 'p' || n || '@midline.example', '00:00', '00:00' from generate_series(1, 50) n",
        )
        .execute(&owner)
        .await
        .expect("patients");
        Self {
            url: postgres.server_url(),
            program: setting("DISPATCH_PROGRAM")
                .unwrap_or_else(|| env!("CARGO_BIN_EXE_midline").to_owned()),
            data,
            port,
            postgres: Some(postgres),
            owner,
            push,
            held: Held::default(),
        }
    }

    /// A worker whose clock is wrong by so many days.
    fn worker(&self, days: i32) -> Worker {
        let mut command = Command::new(&self.program);
        command
            .arg("worker")
            .env_clear()
            .envs([
                ("DATABASE_URL", self.url.as_str()),
                ("PUBLIC_URL", "http://127.0.0.1:9"),
                ("CLINIC_TELEPHONE", "+49 30 23125 000"),
                ("OIDC_ISSUER_URL", "http://127.0.0.1:9"),
                ("OIDC_CLIENT_ID", "x"),
                ("OIDC_CLIENT_SECRET", "x"),
                ("S3_BUCKET", "x"),
                ("S3_ENDPOINT_URL", "http://127.0.0.1:9"),
                ("AWS_ACCESS_KEY_ID", "x"),
                ("AWS_SECRET_ACCESS_KEY", "x"),
                ("AWS_REGION", "eu-central-1"),
                ("ONESIGNAL_APP_ID", "x"),
                ("ONESIGNAL_API_KEY", API_KEY),
                ("ONESIGNAL_API_URL", &self.push.url),
                ("ONESIGNAL_RATE", "3000"),
                ("ONESIGNAL_TIMEOUT_SECONDS", "1"),
                ("DISPATCH_LEASE_SECONDS", "3"),
                ("RUST_LOG", "off"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if days != 0 {
            let library = ["x86_64", "aarch64"]
                .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"))
                .into_iter()
                .find(|path| std::path::Path::new(path).exists())
                .expect("libfaketime: `make setup` installs it");
            command.env("LD_PRELOAD", library);
            command.env("FAKETIME", format!("{days:+}d"));
            // What it measures time with goes on as ever.
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        Worker(command.spawn().expect("a worker"))
    }

    /// So many notifications, due now.
    async fn owe(&self, count: u32) {
        let insert = "insert into notifications (user_id, content, source) select 1 + n % 50, 'Number ' || n, 'other' from generate_series(1, $1) n";
        let count = i32::try_from(count).expect("fewer");
        sqlx::query(insert)
            .bind(count)
            .execute(&self.owner)
            .await
            .expect("owed");
    }

    /// Whatever it takes: the database may be away.
    async fn count(&self, condition: &str) -> i64 {
        let sql = format!("select count(*) from notifications where {condition}");
        for _ in 0..200 {
            let asked = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone()));
            if let Ok(count) = asked.fetch_one(&self.owner).await {
                return count;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the database stays away");
    }

    async fn ids(&self, sql: &str) -> Vec<i64> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_all(&self.owner)
            .await
            .unwrap_or_default()
    }

    /// Kills a worker, whatever it is at; what it held is noted.
    async fn kill(&mut self, worker: &mut Worker, next: Worker) {
        *worker = next;
        let held = self
            .ids(&format!("select id from deliveries where {LEFT}"))
            .await;
        let now = Instant::now();
        let mut watched = self.held.now();
        watched.since.extend(held.into_iter().map(|id| (id, now)));
    }

    /// Everything that the dead held is in other hands before long.
    async fn recovered(&self) {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < LONGEST, "it does not end");
            {
                let watched = self.held.now();
                assert_eq!(watched.late, 0, "so many are left to the dead");
                if watched.since.is_empty() {
                    return;
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The database stops as if the power failed, and comes back.
    async fn crash(&mut self, away: Duration) {
        let postgres = self.postgres.take().expect("a cluster");
        postgres.crash().await;
        sleep(away).await;
        let again = postgres::start(self.data.path(), self.port, "64MB").await;
        self.postgres = Some(again.expect("the cluster again"));
    }

    /// Waits until nothing is pending.
    async fn settled(&mut self) {
        let begun = Instant::now();
        while self.count("status = 'pending'").await > 0 {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "{} are pending",
                self.count("status = 'pending'").await
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn clear(&self) {
        sqlx::raw_sql("truncate notifications cascade")
            .execute(&self.owner)
            .await
            .expect("cleared");
        self.push.forget();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long the test goes on is no configuration of Midline's"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What a provider does that fails now and then.
fn faults(random: &mut StdRng) -> Faults {
    Faults {
        limited: random.random_range(0..2),
        failing: random.random_range(0..25),
        reset: random.random_range(0..25),
        lost: random.random_range(0..25),
        late: random.random_range(0..5),
        malformed: random.random_range(0..25),
        held: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dies_loses_nothing_and_doubles_nothing() {
    let number = |name: &str, default: u64| {
        setting(name).map_or(default, |value| value.parse().expect("a number"))
    };
    let mut rig = Rig::open().await;
    let watching = tokio::spawn(rig.held.clone().watch(rig.owner.clone()));
    let count = u32::try_from(number("DISPATCH_COUNT", 1000)).expect("fewer");
    let first = number("DISPATCH_FIRST", 0);
    let mut happened = [0_u32; 7];
    for run in first..first + number("DISPATCH_RUNS", 2) {
        let begun = Instant::now();
        let mut random = StdRng::seed_from_u64(run);
        let usual = faults(&mut random);
        rig.push.ledger().faults = usual;
        rig.owe(count).await;
        // One clock is right, one a day ahead or behind.
        let wrong = if run % 2 == 0 { 1 } else { -1 };
        let mut workers = vec![rig.worker(0), rig.worker(wrong)];
        // Two runs see everything happen.
        for event in 0..EVENTS {
            sleep(Duration::from_millis(random.random_range(50..400))).await;
            let one = random.random_range(0..workers.len());
            let what = (event + run as usize) % 7;
            happened[what] += 1;
            match what {
                // Amid a batch.
                0 => {
                    let next = rig.worker(0);
                    rig.kill(&mut workers[one], next).await;
                }
                // After the claim, before any request is looked at.
                1 => {
                    rig.push.ledger().faults.held = true;
                    sleep(Duration::from_millis(200)).await;
                    let next = rig.worker(wrong);
                    rig.kill(&mut workers[one], next).await;
                    rig.push.ledger().faults.held = false;
                }
                // After requests were accepted, before their answers.
                2 => {
                    rig.push.ledger().faults = Faults {
                        late: 1000,
                        ..Faults::default()
                    };
                    sleep(Duration::from_millis(200)).await;
                    let next = rig.worker(0);
                    rig.kill(&mut workers[one], next).await;
                    rig.push.ledger().faults = usual;
                }
                // Past its lease, and woken again.
                3 => {
                    workers[one].signal("-STOP");
                    sleep(LEASE + Duration::from_millis(500)).await;
                    workers[one].signal("-CONT");
                }
                4 => {
                    let away = Duration::from_millis(random.random_range(100..1500));
                    rig.crash(away).await;
                }
                5 => {
                    workers[one].signal("-TERM");
                    workers.push(rig.worker(0));
                }
                // The provider fails altogether for a moment.
                _ => {
                    rig.push.ledger().faults = Faults {
                        failing: 500,
                        limited: 20,
                        ..Faults::default()
                    };
                    sleep(Duration::from_millis(300)).await;
                    rig.push.ledger().faults = usual;
                }
            }
            let some = rig
                .ids("select id from notifications where status = 'pending' order by random() limit 5")
                .await;
            if let Ok(mut db) = rig.owner.acquire().await {
                let _ = midline::notifications::cancel(&mut db, &some).await;
            }
        }
        rig.push.ledger().faults = Faults::default();
        rig.recovered().await;
        rig.settled().await;
        drop(workers);
        balance(&rig.owner, &rig.push).await;
        assert_eq!(rig.count("status = 'failed'").await, 0);
        // Everybody has a device.
        assert_eq!(rig.count("delivery = 'inbox'").await, 0);
        println!(
            "run {run}: {count} settled, {} cancelled, {:.1} s",
            rig.count("status = 'cancelled'").await,
            begun.elapsed().as_secs_f64()
        );
        rig.clear().await;
    }
    let (recovered, slowest) = {
        let watched = rig.held.now();
        (watched.recovered, watched.slowest)
    };
    println!(
        "killed {} (after the claim {}, after acceptance {}), stopped {}, database crashed {}, told to end {}, provider failed {}; {} that the dead or others held were in other hands or done {:?} after it at most",
        happened[0] + happened[1] + happened[2],
        happened[1],
        happened[2],
        happened[3],
        happened[4],
        happened[5],
        happened[6],
        recovered,
        slowest
    );
    assert!(!watching.is_finished(), "somebody has watched");
    watching.abort();
    if let Some(postgres) = rig.postgres.take() {
        postgres.stop().await;
    }
}
