//! The dispatcher against the provider's stand-in: what goes out goes out once, whatever fails, and what was cancelled does not.

use crate::harness::{QUEUE, TestApp, Visitor, config_with};
use midline::{
    demo::push::{API_KEY, Faults, Push},
    notifications::dispatcher::{Claimed, Open, Position, Settings, claim},
};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{collections::HashMap, time::Duration};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The application with a provider that can fail.
struct House {
    app: TestApp,
    push: Push,
}

/// Short, so that what is left to its lease is taken over within a test.
const LEASE: Duration = Duration::from_secs(3);

impl House {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let push = Push::start(0, 7).await.expect("the stand-in");
        let config = config_with(&[
            ("ONESIGNAL_API_KEY", API_KEY),
            ("ONESIGNAL_API_URL", &push.url),
            ("ONESIGNAL_RATE", "2000"),
            ("ONESIGNAL_TIMEOUT_SECONDS", "1"),
        ]);
        let app = TestApp::with_config(config, 20, options, owner).await;
        Self { app, push }
    }

    /// A patient who may be told things at any hour.
    async fn patient(&self) -> Visitor {
        let patient = self.app.visitor("patient").await;
        self.sql(&format!(
            "update users set quiet_from = '00:00', quiet_until = '00:00' where id = {}",
            patient.id
        ))
        .await;
        patient
    }

    async fn sql(&self, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&self.app.owner)
            .await
            .expect("done");
    }

    /// What the provider knows a patient by.
    async fn push_id(&self, patient: &Visitor) -> Uuid {
        sqlx::query_scalar("select push_id from users where id = $1")
            .bind(patient.id)
            .fetch_one(&self.app.owner)
            .await
            .expect("an id")
    }

    /// So many notifications to a patient, due now.
    async fn owe(&self, patient: &Visitor, count: u32) {
        self.sql(&format!(
            "insert into notifications (user_id, content, source) select {}, 'Number ' || n, 'other' from generate_series(1, {count}) n",
            patient.id
        ))
        .await;
    }

    fn dispatch(&self) -> (CancellationToken, tokio::task::JoinHandle<()>) {
        let stop = CancellationToken::new();
        let settings = Settings {
            lease: LEASE,
            batch: 20,
            at_once: 16,
            ..Settings::default()
        };
        let work = self.app.app.dispatcher(settings).run(stop.clone());
        self.app.app.listen(stop.clone());
        (stop, tokio::spawn(work))
    }

    async fn count(&self, condition: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from {QUEUE} where {condition}"
        )))
        .fetch_one(&self.app.owner)
        .await
        .expect("a count")
    }

    /// Waits until nothing is pending.
    async fn settled(&self, within: Duration) {
        let begun = Instant::now();
        while self.count("status = 'pending'").await > 0 {
            assert!(
                begun.elapsed() < within,
                "{} are pending",
                self.count("status = 'pending'").await
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn balance(&self) {
        balance(&self.app.owner, &self.push).await;
    }
}

/// Holds the database against the ledger: what is sent went out, what is cancelled did not, and nothing went out twice.
pub async fn balance(database: &PgPool, push: &Push) {
    let rows: Vec<(Uuid, String, Option<String>)> = sqlx::query_as(
        "select key, state::text, provider_id from deliveries where channel = 'push'",
    )
    .fetch_all(database)
    .await
    .expect("the rows");
    // What is told stands as what went out of it does.
    let astray: i64 = sqlx::query_scalar(
        "select count(*) from notifications n
         join (select notification_id, array_agg(state::text) as states, min(channel) filter (where state = 'sent') as first
               from deliveries group by 1) d on d.notification_id = n.id
         where n.status::text is distinct from case when 'pending' = any (states) then 'pending' when 'sent' = any (states) then 'sent'
                 when 'failed' = any (states) then 'failed' when 'cancelled' = any (states) then 'cancelled' else 'sent' end
           or n.status = 'sent' and n.delivery::text <> coalesce(d.first::text, 'inbox')",
    )
    .fetch_one(database)
    .await
    .expect("a count");
    assert_eq!(astray, 0, "stand otherwise than their deliveries");
    let ledger = push.ledger();
    for message in &ledger.messages {
        let ended = message.sent.is_some() || message.cancelled.is_some();
        assert!(ended, "{} waits at the provider", message.key);
    }
    let mut out: HashMap<Uuid, u32> = HashMap::new();
    for message in &ledger.messages {
        if message.sent.is_some() {
            *out.entry(message.key).or_default() += 1;
        }
    }
    for (key, state, id) in &rows {
        let times = out.remove(key).unwrap_or_default();
        match state.as_str() {
            "sent" => {
                assert_eq!(times, 1, "{key} is sent, and went out {times} times");
                assert!(id.is_some());
            }
            state => assert_eq!(times, 0, "{key} is {state}, and went out"),
        }
    }
    assert!(out.is_empty(), "nobody owed {out:?}");
}

/// What a dispatcher would claim from the start.
async fn claims(db: &mut sqlx::PgConnection, limit: i64, lease: Duration) -> Vec<Claimed> {
    let batch = claim(db, Position::START, limit, lease, Open::default()).await;
    batch.expect("an answer").claimed
}

#[sqlx::test]
async fn what_is_due_goes_out_at_once_and_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    let (stop, work) = house.dispatch();
    sleep(Duration::from_millis(300)).await;
    // Woken, not by the clock: it would sleep for longer.
    house.owe(&patient, 3).await;
    house.settled(Duration::from_secs(5)).await;
    let push_id = house.push_id(&patient).await;
    // To what the provider knows them by.
    {
        let ledger = house.push.ledger();
        assert_eq!(ledger.messages.len(), 3);
        assert!(ledger.messages[0].contents["en"].starts_with("Number"));
        assert!(
            ledger
                .messages
                .iter()
                .all(|message| message.to == push_id.to_string())
        );
    }
    house.sql("insert into notifications (user_id, content, source, scheduled_for) select id, 'Later', 'other', now() + interval '1 h' from users limit 1").await;
    sleep(Duration::from_millis(700)).await;
    assert_eq!(house.count("status = 'pending'").await, 1);
    stop.cancel();
    work.await.expect("ended");
    house.balance().await;
}

/// Whichever language it was when it was scheduled.
#[sqlx::test]
async fn what_goes_out_is_in_the_language_that_its_patient_reads_by_then(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    house
        .sql(&format!(
            "insert into notifications (user_id, content, template, kind, source, created_at)
             values ({0}, 'There is a new message for you.', 'message', 'message', 'other', '2026-01-01'),
                    ({0}, 'By hand', null, 'notice', 'other', '2026-01-01');
             update users set language = 'de' where id = {0}",
            patient.id
        ))
        .await;
    let (stop, work) = house.dispatch();
    house.settled(Duration::from_secs(5)).await;
    let german = midline::notifications::Template::Message.text(midline::ui::Language::German);
    {
        let ledger = house.push.ledger();
        let mut texts: Vec<_> = ledger
            .messages
            .iter()
            .map(|message| message.contents["de"].as_str())
            .collect();
        texts.sort_unstable();
        let mut expected = ["By hand", german.as_str()];
        expected.sort_unstable();
        assert_eq!(texts, expected);
    }
    // And so does the inbox, in words of its own.
    let inbox = house.app.get(Some(&patient), "/inbox").await.expect(200);
    inbox.says("Es gibt eine Nachricht für Sie");
    stop.cancel();
    work.await.expect("ended");
}

#[sqlx::test]
async fn each_answer_is_taken_for_what_it_says(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let (patient, without, unwanted) = (
        house.patient().await,
        house.patient().await,
        house.patient().await,
    );
    let push_id = house.push_id(&without).await;
    house
        .push
        .ledger()
        .without_device
        .insert(push_id.to_string());
    house
        .sql(&format!(
            "update users set unpushed = '{{notice}}' where id = {}",
            unwanted.id
        ))
        .await;
    for who in [&patient, &without, &unwanted] {
        house.owe(who, 1).await;
    }
    // Somebody whose night it is.
    let sleeper = house.app.visitor("patient").await;
    house
        .sql(&format!(
            "update users set time_zone = 'Asia/Tokyo', quiet_from = ((now() - interval '1 h') at time zone 'Asia/Tokyo')::time,
                    quiet_until = ((now() + interval '2 h') at time zone 'Asia/Tokyo')::time where id = {}",
            sleeper.id
        ))
        .await;
    house.owe(&sleeper, 1).await;
    let (stop, work) = house.dispatch();
    let begun = Instant::now();
    while house.count("status = 'sent'").await < 3 && begun.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    work.await.expect("ended");
    for (who, delivery) in [
        (&patient, "push"),
        (&without, "inbox"),
        (&unwanted, "inbox"),
    ] {
        let sent = format!(
            "user_id = {} and status = 'sent' and delivery = '{delivery}'",
            who.id
        );
        assert_eq!(house.count(&sent).await, 1, "{delivery}");
    }
    let put_off = format!(
        "user_id = {} and status = 'pending' and tries = 0 and first_tried_at is null
           and due_at between now() + interval '1 h 58 m' and now() + interval '2 h'",
        sleeper.id
    );
    assert_eq!(house.count(&put_off).await, 1, "the night is over first");
    house.balance().await;

    // A key that is refused: failed at once, with the reason.
    let house_key = config_with(&[
        ("ONESIGNAL_API_KEY", "wrong"),
        ("ONESIGNAL_API_URL", &house.push.url),
    ]);
    let provider =
        midline::notifications::onesignal::OneSignal::new(&house_key.onesignal).expect("a client");
    let stop = CancellationToken::new();
    let dispatcher = midline::notifications::dispatcher::Dispatcher::new(
        &house.app.pool,
        &midline::platform::live::Live::default(),
        std::sync::Arc::new(provider),
        Settings::default(),
    );
    let work = tokio::spawn(dispatcher.run(stop.clone()));
    house.owe(&patient, 1).await;
    let failed = "status = 'failed' and failure = 'key_refused'";
    let begun = Instant::now();
    while house.count(failed).await == 0 && begun.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    work.await.expect("ended");
    assert_eq!(house.count(failed).await, 1);
}

#[sqlx::test]
async fn nothing_is_lost_or_doubled_whatever_fails(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    house.push.ledger().faults = Faults {
        limited: 3,
        failing: 20,
        reset: 20,
        lost: 20,
        late: 3,
        malformed: 15,
        held: false,
    };
    let patient = house.patient().await;
    house.owe(&patient, 600).await;
    let workers: Vec<_> = (0..3).map(|_| house.dispatch()).collect();
    // Connections are cut meanwhile.
    for _ in 0..4 {
        sleep(Duration::from_millis(400)).await;
        house
            .sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'midline' and datname = current_database()")
            .await;
    }
    house.settled(Duration::from_secs(60)).await;
    for (stop, work) in workers {
        stop.cancel();
        work.await.expect("ended");
    }
    assert_eq!(
        house.count("status = 'sent' and delivery = 'push'").await,
        600
    );
    house.balance().await;
    let tries: i64 = sqlx::query_scalar("select count(*) from notification_tries")
        .fetch_one(&house.app.owner)
        .await
        .expect("a count");
    assert!(tries > 10, "{tries} tries are told of");
}

#[sqlx::test]
async fn what_is_cancelled_does_not_go_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    house.push.ledger().slow = Duration::from_millis(20);
    house.push.ledger().faults = Faults {
        lost: 60,
        reset: 40,
        ..Faults::default()
    };
    let patient = house.patient().await;
    house.owe(&patient, 400).await;
    let workers: Vec<_> = (0..2).map(|_| house.dispatch()).collect();
    let ids: Vec<i64> = sqlx::query_scalar("select id from notifications order by md5(id::text)")
        .fetch_all(&house.app.owner)
        .await
        .expect("ids");
    let mut db = house.app.pool.acquire().await.expect("a connection");
    for some in ids.chunks(5).take(60) {
        midline::notifications::cancel(&mut db, some)
            .await
            .expect("asked for");
        // What is confirmed now stays so.
        sleep(Duration::from_millis(5)).await;
    }
    drop(db);
    house.settled(Duration::from_secs(60)).await;
    for (stop, work) in workers {
        stop.cancel();
        work.await.expect("ended");
    }
    house.balance().await;
    let (sent, cancelled) = (
        house.count("status = 'sent'").await,
        house.count("status = 'cancelled'").await,
    );
    assert!(
        cancelled > 0 && sent >= 100,
        "{sent} sent, {cancelled} cancelled"
    );
    assert_eq!(sent + cancelled, 400);
}

/// A process that stood still past its lease wakes up: what it sends is known already, and what it settles is somebody else's.
#[sqlx::test]
async fn a_claim_that_was_taken_over_settles_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    use midline::notifications::dispatcher::{Outcome, settle_all};
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    house.owe(&patient, 1).await;
    let mut db = house.app.pool.acquire().await.expect("a connection");
    let short = Duration::from_millis(100);
    let first = claims(&mut db, 10, short).await.remove(0);
    assert!(claims(&mut db, 10, short).await.is_empty());
    sleep(short * 2).await;
    let second = claims(&mut db, 10, LEASE).await.remove(0);
    assert_eq!((first.id, first.key), (second.id, second.key));
    let outcome = |fence: i32, id: &str| Outcome {
        id: first.id,
        fence,
        said: None,
        endless: false,
        settled: midline::notifications::Settled::Sent(Some(id.to_owned())),
    };
    let late = settle_all(&mut db, &[outcome(first.fence, "late")], Open::default()).await;
    assert_eq!(late.expect("asked"), 0);
    let settled = settle_all(&mut db, &[outcome(second.fence, "mine")], Open::default()).await;
    assert_eq!(settled.expect("asked"), 1);
    assert_eq!(house.count("onesignal_id = 'mine'").await, 1);
}

/// What is put off does not hide what is due behind it.
#[sqlx::test]
async fn a_batch_of_the_quiet_is_no_end(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let (asleep, awake) = (house.patient().await, house.patient().await);
    house
        .sql(&format!(
            "update users set time_zone = 'UTC', quiet_from = (now() at time zone 'UTC' - interval '1 hour')::time,
                    quiet_until = (now() at time zone 'UTC' + interval '1 hour')::time where id = {}",
            asleep.id
        ))
        .await;
    house.owe(&asleep, 10).await;
    house.owe(&awake, 1).await;
    let mut db = house.app.pool.acquire().await.expect("a connection");
    let first = claim(&mut db, Position::START, 10, LEASE, Open::default())
        .await
        .expect("an answer");
    assert_eq!((first.claimed.len(), first.full), (0, true));
    let second = claim(&mut db, first.reached, 10, LEASE, Open::default())
        .await
        .expect("an answer");
    assert_eq!((second.claimed.len(), second.full), (1, false));
    assert!(second.reached > first.reached);
    assert_eq!(
        house
            .count("status = 'pending' and due_at > now() and tries = 0")
            .await,
        10
    );
}

/// What is read for one does not grow with how many are claimed, or settled, together.
#[sqlx::test]
async fn a_hundred_at_once_cost_a_hundred_times_one(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    use midline::notifications::{
        Settled,
        dispatcher::{Outcome, settle_all},
    };
    const MANY: u32 = 100;
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    house.sql("analyze notifications, deliveries").await;
    house.owe(&patient, MANY).await;
    let mut db = house.app.pool.begin().await.expect("a transaction");
    // Of what is told and of what goes out together.
    let read = "select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::bigint from pg_stat_xact_user_tables where relname in ('notifications', 'deliveries')";
    // As the dispatcher's connections are.
    for setting in [
        "plan_cache_mode = force_generic_plan",
        "enable_seqscan = off",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("set local {setting}")))
            .execute(&mut *db)
            .await
            .expect("set");
    }
    let claimed = claims(&mut db, i64::from(MANY), LEASE).await;
    assert_eq!(claimed.len(), MANY as usize);
    let claiming: i64 = sqlx::query_scalar(read)
        .fetch_one(&mut *db)
        .await
        .expect("a count");
    assert!(
        (1..=6 * i64::from(MANY)).contains(&claiming),
        "{claiming} rows read to claim {MANY}"
    );
    let outcomes: Vec<_> = claimed
        .iter()
        .map(|claim| Outcome {
            id: claim.id,
            fence: claim.fence,
            said: None,
            endless: false,
            settled: Settled::Sent(None),
        })
        .collect();
    let settled = settle_all(&mut db, &outcomes, Open::default())
        .await
        .expect("settled");
    assert_eq!(settled, u64::from(MANY));
    let both: i64 = sqlx::query_scalar(read)
        .fetch_one(&mut *db)
        .await
        .expect("a count");
    let settling = both - claiming;
    assert!(
        (1..=9 * i64::from(MANY)).contains(&settling),
        "{settling} rows read to settle {MANY}"
    );
}

/// Every hour of the day somewhere: nothing between nine in the evening and eight in the morning, and due at eight instead.
#[sqlx::test]
async fn nights_are_quiet_wherever_it_is_night(pool: PgPoolOptions, options: PgConnectOptions) {
    use chrono::{Duration as Hours, NaiveTime, Timelike, Utc};
    let house = House::open(pool, options).await;
    let now: chrono::DateTime<Utc> = sqlx::query_scalar("select now()")
        .fetch_one(&house.app.owner)
        .await
        .expect("the time");
    if now.minute() == 59 {
        // Not on the brink of another hour.
        sleep(Duration::from_secs(61)).await;
    }
    for offset in -11..=12 {
        // The names of these zones say how far they are west.
        let zone = format!("Etc/GMT{:+}", -offset);
        let patient = house.app.visitor("patient").await;
        let id = patient.id;
        house
            .sql(&format!(
                "update users set time_zone = '{zone}' where id = {id}"
            ))
            .await;
        house.owe(&patient, 1).await;
        let mut db = house.app.pool.acquire().await.expect("a connection");
        let claimed = claims(&mut db, 10, LEASE).await;
        let now: chrono::DateTime<Utc> = sqlx::query_scalar("select now()")
            .fetch_one(&house.app.owner)
            .await
            .expect("the time");
        let local = (now + Hours::hours(offset)).naive_utc();
        let night = local.hour() >= 21 || local.hour() < 8;
        assert_eq!(claimed.is_empty(), night, "{zone}, {local}");
        let morning = local.date() + Hours::days(i64::from(local.hour() >= 21));
        let eight = morning.and_time(NaiveTime::from_hms_opt(8, 0, 0).expect("eight"));
        let due = eight.and_utc() - Hours::hours(offset);
        if night {
            let condition = format!(
                "user_id = {id} and status = 'pending' and tries = 0 and due_at = '{}'",
                due.to_rfc3339()
            );
            assert_eq!(house.count(&condition).await, 1, "{zone}, {local}");
            // Unless they have just asked for it.
            house
                .sql(&format!(
                    "update notifications set at_any_hour = true where user_id = {id};
                     update deliveries set due_at = now() where notification_id in (select id from notifications where user_id = {id})"
                ))
                .await;
            let claimed = claims(&mut db, 10, LEASE).await;
            assert_eq!(claimed.len(), 1, "{zone}, {local}");
        }
        house
            .sql(&format!(
                "update deliveries set due_at = now() + interval '1 day'
                 where notification_id in (select id from notifications where user_id = {id})"
            ))
            .await;
    }
}

/// What was claimed and not begun is given back once, however often that is said; and stays what it was.
#[sqlx::test]
async fn what_was_not_begun_is_given_back(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::notifications::dispatcher::{NotBegun, give_back};
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    house.owe(&patient, 1).await;
    let mut db = house.app.pool.acquire().await.expect("a connection");
    for known in [false, true] {
        if known {
            // The provider may know of it since an earlier try; staff had it tried again.
            house
                .sql("update deliveries set first_tried_at = now() - interval '1 h', tries = 0")
                .await;
        }
        let claimed = claims(&mut db, 1, LEASE).await.remove(0);
        let back = NotBegun {
            id: claimed.id,
            fence: claimed.fence,
            first: claimed.first,
        };
        for _ in 0..2 {
            give_back(&mut db, &[back]).await.expect("given back");
        }
        let condition =
            format!("tries = 0 and due_at <= now() and (first_tried_at is not null) = {known}");
        assert_eq!(house.count(&condition).await, 1, "{known}");
    }
    // Cancelled now, the provider is asked; and until it answers nothing is confirmed.
    let id: i64 = sqlx::query_scalar("select id from notifications")
        .fetch_one(&house.app.owner)
        .await
        .expect("it");
    midline::notifications::cancel(&mut db, &[id])
        .await
        .expect("asked for");
    assert_eq!(house.count("status = 'pending' and cancel_wanted").await, 1);
    drop(db);
    let (stop, work) = house.dispatch();
    house.settled(Duration::from_secs(20)).await;
    stop.cancel();
    work.await.expect("ended");
    assert_eq!(house.count("status = 'cancelled'").await, 1);
    house.balance().await;
}

/// What the provider documents, and what it may answer besides: each is taken for what it says.
#[sqlx::test]
async fn every_answer_that_is_documented_is_understood(
    _pool: PgPoolOptions,
    _options: PgConnectOptions,
) {
    use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::any};
    use midline::notifications::{
        Settled,
        onesignal::{OneSignal, Push as Message},
    };
    use std::sync::{Arc, Mutex};
    type Answers = Arc<Mutex<std::collections::VecDeque<(u16, &'static str)>>>;
    let answers = Answers::default();
    let answer = any(|State(answers): State<Answers>| async move {
        let (status, body) = answers
            .lock()
            .expect("mine")
            .pop_front()
            .expect("asked for more");
        let status = StatusCode::from_u16(status).expect("a status");
        let headers = if status == StatusCode::TOO_MANY_REQUESTS {
            vec![("retry-after", "7")]
        } else {
            vec![]
        };
        let headers: axum::http::HeaderMap = headers
            .into_iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a name"),
                    value.parse().expect("a value"),
                )
            })
            .collect::<Vec<(axum::http::HeaderName, axum::http::HeaderValue)>>()
            .into_iter()
            .collect();
        (status, headers, body).into_response()
    });
    let router = Router::new().fallback(answer).with_state(answers.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let message = Message {
        to: Uuid::new_v4(),
        key: Uuid::new_v4(),
        content: "x".to_owned(),
        language: "en",
        tries: 1,
    };
    // A client each: a pause would hold for those that follow.
    let client = || {
        let config = config_with(&[("ONESIGNAL_API_URL", &url)]);
        OneSignal::new(&config.onesignal).expect("a client")
    };
    let word = |settled: &Settled| match settled {
        Settled::Sent(_) => "push".to_owned(),
        Settled::Skipped(why) => format!("inbox {}", why.word),
        Settled::Cancelled => "cancelled".to_owned(),
        Settled::Failed(why) => format!("failed {}", why.word),
        Settled::Again(why, _) => format!("again {}", why.word),
    };
    let good = r#"{"id":"b98881cc-1e94-4366-bbd9-db8f3429292b","external_id":null}"#;
    for (status, body, expected) in [
        (200, good, "push"),
        (
            200,
            r#"{"id":"","errors":["All included players are not subscribed"]}"#,
            "inbox no_device",
        ),
        (
            200,
            r#"{"id":"","errors":{"invalid_aliases":{"external_id":["x"]}}}"#,
            "inbox no_device",
        ),
        (
            200,
            r#"{"id":"","errors":["Something else"]}"#,
            "failed not_created",
        ),
        (200, r#"{"id":""}"#, "again malformed"),
        (200, "<html>", "again malformed"),
        (
            400,
            r#"{"errors":["Segment is not a valid"]}"#,
            "failed refused",
        ),
        (401, "{}", "failed key_refused"),
        (403, "{}", "failed key_refused"),
        (404, "{}", "failed app_unknown"),
        (409, "{}", "again provider_failed"),
        (429, "{}", "again rate_limited"),
        (500, "{}", "again provider_failed"),
        (503, "", "again provider_failed"),
        (302, "", "failed refused"),
    ] {
        answers.lock().expect("mine").push_back((status, body));
        let settled = client().send(&message).await;
        assert_eq!(word(&settled), expected, "{status} {body}");
        if let (429, Settled::Again(_, later)) = (status, &settled) {
            assert!(later.num_seconds() >= 7, "{later}");
        }
    }
    let now = crate::harness::at("2026-11-22T05:00:00Z");
    for (after, expected) in [
        (vec![(200, r#"{"success":true}"#)], "cancelled"),
        (vec![(200, r#"{"success":"true"}"#)], "cancelled"),
        (vec![(404, "{}"), (404, "{}")], "cancelled"),
        (
            vec![(400, "{}"), (200, r#"{"canceled":true}"#)],
            "cancelled",
        ),
        (vec![(400, "{}"), (200, r#"{"completed_at":1}"#)], "push"),
        (
            vec![(400, "{}"), (200, r#"{"send_after":4102444800}"#)],
            "again not_stopped",
        ),
        (vec![(500, "{}")], "again provider_failed"),
        (vec![(400, "{}"), (429, "{}")], "again rate_limited"),
    ] {
        let all = std::iter::once((200, good)).chain(after.clone());
        answers.lock().expect("mine").extend(all);
        let settled = client().cancel(&message, now).await;
        assert_eq!(word(&settled), expected, "{after:?}");
        assert!(answers.lock().expect("mine").is_empty(), "{after:?}");
    }
    // What cannot even be asked for is not confirmed.
    answers.lock().expect("mine").push_back((403, "{}"));
    let settled = client().cancel(&message, now).await;
    assert_eq!(word(&settled), "again key_refused");
}

#[sqlx::test]
async fn what_is_late_is_seen_while_the_provider_fails(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    house.push.ledger().faults.failing = 1000;
    let patient = house.patient().await;
    house.owe(&patient, 3).await;
    house
        .sql("update deliveries set due_at = now() - interval '90 s'")
        .await;
    let (stop, work) = house.dispatch();
    let begun = Instant::now();
    while house.count("tries > 1").await < 3 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(50)).await;
    }
    let mut db = house.app.pool.acquire().await.expect("a connection");
    let health = midline::notifications::health(&mut db)
        .await
        .expect("asked");
    assert!(health.lag >= 90.0, "{}", health.lag);
    drop(db);
    house.push.ledger().faults.failing = 0;
    house.settled(Duration::from_secs(10)).await;
    stop.cancel();
    work.await.expect("ended");
    house.balance().await;
}

/// Wanted cancelled while a try fails for good, which says nothing of an earlier one: the provider is asked.
#[sqlx::test]
async fn a_cancel_outlives_a_try_that_fails(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::notifications::{
        Settled, Why,
        dispatcher::{Outcome, settle_all},
    };
    let house = House::open(pool, options).await;
    let patient = house.patient().await;
    house.owe(&patient, 1).await;
    let mut db = house.app.pool.acquire().await.expect("a connection");
    let claimed = claims(&mut db, 1, LEASE).await.remove(0);
    midline::notifications::cancel(&mut db, &[claimed.id])
        .await
        .expect("wanted");
    let failed = Outcome {
        id: claimed.id,
        fence: claimed.fence,
        said: None,
        endless: claimed.cancel_wanted,
        settled: Settled::Failed(Why {
            word: "refused",
            status: Some(400),
        }),
    };
    settle_all(&mut db, &[failed], Open::default())
        .await
        .expect("settled");
    assert_eq!(
        house
            .count("status = 'pending' and cancel_wanted and due_at <= now()")
            .await,
        1
    );
    drop(db);
    let (stop, work) = house.dispatch();
    house.settled(Duration::from_secs(10)).await;
    stop.cancel();
    work.await.expect("ended");
    assert_eq!(house.count("status = 'cancelled'").await, 1);
}
