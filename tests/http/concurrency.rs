//! Many at once, and a database that goes away between any two statements.

use crate::harness::{TestApp, Visitor};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

const AT_ONCE: usize = 50;

async fn newest(app: &TestApp, journey: i64) -> i64 {
    sqlx::query_scalar("select max(id) from progress_events where journey_id = $1")
        .bind(journey)
        .fetch_one(&app.owner)
        .await
        .expect("an event")
}

/// One act, sent fifty times at once by a dentist and by staff, a thousand times over.
#[sqlx::test]
async fn fifty_at_once_a_thousand_times_leave_one_event_each(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = Arc::new(TestApp::with_connections(16, options, owner).await);
    let (dentist, staff) = (app.visitor("dentist").await, app.visitor("staff").await);
    let (mut rounds, mut acknowledged) = (0, 0);
    while rounds < 1000 {
        // A treatment of two hundred stages, the longest there is.
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 1, "2026-03-20T08:00:00Z").await;
        let opened = rounds;
        app.act(
            &dentist,
            journey,
            "plan",
            "total=200&interval=14&intent=confirm",
        )
        .await
        .expect(303);
        while rounds < 1000 && rounds - opened < 199 {
            let form = format!(
                "journey={journey}&seen={}&revision=1",
                newest(&app, journey).await
            );
            let mut sends = JoinSet::new();
            for n in 0..AT_ONCE {
                let (app, form) = (app.clone(), form.clone());
                let who = if n % 2 == 0 {
                    dentist.clone()
                } else {
                    staff.clone()
                };
                sends.spawn(async move {
                    let answer = app.post(Some(&who), "/api/journeys/progress", &form).await;
                    answer.status.as_u16()
                });
            }
            let answers = sends.join_all().await;
            let moved = answers.iter().filter(|status| **status == 200).count();
            let stale = answers.iter().filter(|status| **status == 409).count();
            // One of the two moved it, and their other taps are answered as that one; the other's come too late.
            assert_eq!((moved, stale), (AT_ONCE / 2, AT_ONCE / 2), "{answers:?}");
            acknowledged += 1;
            rounds += 1;
        }
        let (stage, events): (i32, i64) = sqlx::query_as(
            "select current_progress_stage, (select count(*) from progress_events where journey_id = j.id)
             from journeys j where id = $1",
        )
        .bind(journey)
        .fetch_one(&app.owner)
        .await
        .expect("the journey");
        assert_eq!(i64::from(stage), events);
        assert_eq!(events, (rounds - opened + 1) as i64);
    }
    assert_eq!(acknowledged, 1000);
    assert_eq!(app.audited("journey.progress", "done").await, 1000);
    assert_eq!(app.audited("journey.progress", "refused").await, 25_000);
}

/// Different acts at once, each with a note of its own: what was acknowledged is what there is.
#[sqlx::test]
async fn what_was_acknowledged_is_what_there_is(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = Arc::new(TestApp::with_connections(16, options, owner).await);
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let mut acknowledged = BTreeSet::new();
    for round in 0..30 {
        let seen = app.seen(journey).await;
        let mut sends = JoinSet::new();
        for n in 0..AT_ONCE {
            let (app, seen) = (app.clone(), seen.clone());
            let who = if n % 3 == 0 {
                dentist.clone()
            } else {
                patient.clone()
            };
            sends.spawn(async move {
                let note = format!("round {round} send {n}");
                let (act, form) = match n % 4 {
                    0 => ("pause", format!("reason=travel&note={note}")),
                    _ => (
                        "delay",
                        format!("days={}&reason=pain&note={note}", 1 + n % 2),
                    ),
                };
                let form = format!("{seen}&{form}&intent=confirm");
                let path = format!("/journeys/{journey}/{act}");
                let status = app.post(Some(&who), &path, &form).await.status.as_u16();
                (status, note, act)
            });
        }
        let answers = sends.join_all().await;
        let done: Vec<_> = answers
            .into_iter()
            .filter(|(status, ..)| *status == 303)
            .collect();
        let [(_, note, act)] = &done[..] else {
            panic!("one is acknowledged, not {done:?}");
        };
        acknowledged.insert(note.clone());
        if *act == "pause" {
            app.act(&patient, journey, "continue", "").await.expect(303);
        }
    }
    let kept: Vec<String> =
        sqlx::query_scalar("select note from progress_events where note is not null")
            .fetch_all(&app.owner)
            .await
            .expect("notes");
    assert_eq!(kept.len(), 30);
    assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), acknowledged);
}

/// Stands between the server and its database, and ends the connection at one of its statements: before
/// it arrives, or after it was carried out, with its answer lost.
struct Cut {
    port: u16,
    /// Statements until the cut; negative: none is coming.
    left: Arc<AtomicI64>,
    after: Arc<AtomicI64>,
}

impl Cut {
    async fn before(host: String, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let cut = Self {
            port: listener.local_addr().expect("an address").port(),
            left: Arc::new(AtomicI64::new(-1)),
            after: Arc::default(),
        };
        let (left, after) = (cut.left.clone(), cut.after.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((host.as_str(), port))
                    .await
                    .expect("the database");
                tokio::spawn(relay(client, server, left.clone(), after.clone()));
            }
        });
        cut
    }

    fn arm(&self, statements: i64, after: bool) {
        self.after.store(i64::from(after), Ordering::SeqCst);
        self.left.store(statements, Ordering::SeqCst);
    }

    /// Whether it happened; none comes from now on.
    fn disarm(&self) -> bool {
        self.left.swap(-1, Ordering::SeqCst) < 0
    }
}

async fn relay(client: TcpStream, server: TcpStream, left: Arc<AtomicI64>, after: Arc<AtomicI64>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        (from_server, to_client)
    });
    // The first message has no type.
    let mut first = true;
    while let Ok(message) = read_message(&mut from_client, first).await {
        first = false;
        // A statement ends with Sync, or is a simple query.
        let ends = matches!(message.first(), Some(b'S' | b'Q'));
        let cut =
            ends && left.load(Ordering::SeqCst) >= 0 && left.fetch_sub(1, Ordering::SeqCst) == 0;
        if cut && after.load(Ordering::SeqCst) == 0 {
            break;
        }
        if to_server.write_all(&message).await.is_err() {
            break;
        }
        if cut {
            // Time enough for it to be carried out; its answer is not passed on.
            back.abort();
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            return;
        }
    }
    back.abort();
}

async fn read_message(
    from: &mut (impl AsyncReadExt + Unpin),
    first: bool,
) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    if !first {
        message.push(from.read_u8().await?);
    }
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let start = message.len();
    message.resize(start + length as usize - 4, 0);
    from.read_exact(&mut message[start..]).await?;
    Ok(message)
}

/// All that one act changes, as numbers: events, stage, pending and cancelled notifications, audit rows.
async fn state(app: &TestApp, journey: i64) -> (i64, i32, i64, i64, i64) {
    sqlx::query_as(
        "select (select count(*) from progress_events where journey_id = j.id), current_progress_stage,
                (select count(*) from notifications where journey_id = j.id and status = 'pending'),
                (select count(*) from notifications where journey_id = j.id and status = 'cancelled'),
                (select count(*) from audit_log where object_id = j.id and outcome = 'done' and action = 'journey.progress')
         from journeys j where id = $1",
    )
    .bind(journey)
    .fetch_one(&app.owner)
    .await
    .expect("a journey")
}

#[sqlx::test]
async fn a_crash_between_any_two_statements_leaves_all_or_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let cut = Cut::before(options.get_host().to_owned(), options.get_port()).await;
    let through = options.host("127.0.0.1").port(cut.port);
    let app = TestApp::with_connections(1, through, owner).await;
    let (mut cuts, mut done) = (0, 0);
    for after in [false, true] {
        for statement in 0.. {
            let patient: Visitor = app.visitor("patient").await;
            let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
            sqlx::query(
                "insert into notifications (user_id, journey_id, content, source, scheduled_for)
                 select $1, $2, 'owed', 'progress', now() from generate_series(1, 3)",
            )
            .bind(patient.id)
            .bind(journey)
            .execute(&app.owner)
            .await
            .expect("reminders");
            // The connection is made and warm, whatever befell the one before.
            while app.get(Some(&patient), "/settings").await.status != 200 {}
            let before = state(&app, journey).await;
            let form = format!("seen={}&revision=0", event.expect("an event"));
            cut.arm(statement, after);
            let answer = app
                .post(
                    Some(&patient),
                    &format!("/journeys/{journey}/progress"),
                    &form,
                )
                .await;
            let happened = cut.disarm();
            // Nothing of it is left under way.
            let now = loop {
                let first = state(&app, journey).await;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                if first == state(&app, journey).await {
                    break first;
                }
            };
            let moved = now != before;
            if moved {
                assert_eq!(
                    now,
                    (before.0 + 1, 9, 3, before.3 + 3, 1),
                    "{statement} {after}"
                );
                done += 1;
            }
            match answer.status.as_u16() {
                303 => assert!(moved, "{statement} {after}: acknowledged, and not there"),
                503 | 500 => assert!(happened, "{}", answer.text),
                status => panic!("{status}: {}", answer.text),
            }
            if !happened {
                break;
            }
            cuts += 1;
            assert!(statement < 60, "more statements than an act has");
        }
    }
    // Two whole acts, some that were done though nobody was told, and many that left nothing.
    assert!(cuts > 20, "{cuts} cuts");
    assert!(done > 2 && done < cuts / 2, "{done} done of {cuts}");
}
