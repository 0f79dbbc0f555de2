//! One connection a request: with a pool of one, whatever asks for a second while it holds the first waits in vain. Every route is
//! asked, as everybody, in every state that a session can be in.

use crate::{
    authority::{TABLE, World},
    harness::{Answer, TestApp, Visitor, log_lines, request},
    photos::{form, picture},
    provider::{Begun, Provider},
    storage::Store,
};
use axum::{
    body::Body,
    http::{Method, header},
};
use http_body_util::BodyExt as _;
use midline::accounts::session::{Id, id_hash};
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::net::TcpListener;
use uuid::Uuid;

/// What sqlx says of whoever waited in vain.
const IN_VAIN: &str = "pool timed out";

/// A session of somebody's, or of nobody's; perhaps with a sign-in that has begun, as one is kept.
async fn session(app: &TestApp, who: Option<&Visitor>, pending: bool) -> Visitor {
    let mut data = json!({});
    if let Some(who) = who {
        data["user"] = json!(who.id);
    }
    if pending {
        data["sign_ins"] = json!({
            "s": { "nonce": "n", "verifier": "v", "next": "/", "begun_at": app.clock.now() },
        });
    }
    let id = Id::default();
    sqlx::query(
        "insert into sessions (id_hash, user_id, data, created_at, last_seen_at, idle_expires_at, expires_at)
         values ($1, $2, $3, $4, $4, $4 + interval '20 minutes', $4 + interval '20 minutes')",
    )
    .bind(id_hash(&id).as_slice())
    .bind(who.map(|who| who.id))
    .bind(data)
    .bind(app.clock.now())
    .execute(&app.owner)
    .await
    .expect("a session");
    Visitor {
        id: who.map_or(0, |who| who.id),
        cookie: format!("midline={id}"),
    }
}

/// A form with words and a photo, as a browser sends it.
async fn with_photo(app: &TestApp, who: &Visitor, path: &str, words: &[(&str, &str)]) -> Answer {
    let words = words.iter().map(|(name, value)| {
        format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let mut body = words.collect::<String>().into_bytes();
    body.extend(form(&[("file", "a.jpg", &picture(1))]));
    let sent = request(Method::POST, Some(who), path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body));
    app.send(sent.expect("a request")).await
}

#[sqlx::test]
async fn no_route_needs_two(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let (subscriber, lines) = log_lines();
    let _logged = tracing::subscriber::set_default(subscriber);
    let store = Store::start().await;
    let app = TestApp::with_config(store.config_with(&[]), 1, options, owner).await;
    let world = World::new(app).await;
    let app = &world.app;
    let mut asked = 0;
    for row in TABLE.iter() {
        let path = world.path(row);
        for who in &world.visitors {
            for pending in [false, true] {
                let visitor = match who {
                    None if !pending => None,
                    who => Some(session(app, who.as_ref(), pending).await),
                };
                world.ask(row.method, &path, visitor.as_ref()).await;
                if path == "/sign-in/callback" {
                    for query in [
                        "state=s&code=c",
                        "state=s&error=access_denied",
                        "state=x&code=c",
                    ] {
                        let path = format!("{path}?{query}");
                        world.ask(row.method, &path, visitor.as_ref()).await;
                    }
                }
                asked += 1;
                let logged = String::from_utf8_lossy(&lines.lock().expect("lines")).into_owned();
                assert!(
                    !logged.contains(IN_VAIN),
                    "{} {path} as {visitor:?} took two: {logged}",
                    row.method
                );
                lines.lock().expect("lines").clear();
            }
        }
    }
    assert!(asked > 1000, "{asked}");
    // What is refused before any route, and what no route answers.
    for visitor in world.visitors.iter().map(Option::as_ref) {
        for (method, path) in [
            (Method::HEAD, "/"),
            (Method::POST, "/nothing"),
            (Method::GET, "/nothing"),
            (Method::DELETE, "/settings"),
            (Method::OPTIONS, "/settings"),
            (Method::POST, "/settings"),
        ] {
            let request = request(method, visitor, path)
                .header("sec-fetch-site", "cross-site")
                .body(Body::empty());
            app.send(request.expect("a request")).await;
        }
    }
    // A photo, as a form sends it; and news, which go on.
    let (patient, journey) = (&world.own, world.path(&TABLE[0]));
    assert_eq!(journey, "/health/live");
    let album = TABLE
        .iter()
        .find(|row| row.path == "/journeys/{own}/photos")
        .expect("a route");
    let body = "--b\r\ncontent-disposition: form-data; name=front; filename=a.png\r\n\r\n\u{89}PNG\r\n--b--\r\n";
    let sent = request(Method::POST, Some(patient), &world.path(album))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body));
    app.send(sent.expect("a request")).await;
    // Whole forms with a photo: half a one is refused before it has asked for much.
    let dentist = world.visitors[2].as_ref().expect("a dentist");
    let dentist = app.dentist_id(dentist).await.to_string();
    let [message, report] = [Uuid::new_v4(), Uuid::new_v4()].map(|key| key.to_string());
    let album = world.path(album);
    let write = album.replace("/photos", "/messages/photos");
    let words = [
        ("dentist", dentist.as_str()),
        ("key", message.as_str()),
        ("body", "With a photo"),
    ];
    with_photo(app, patient, &write, &words).await.expect(303);
    let tell = album.replace("/photos", "/reports");
    let words = [
        ("kind", "pain"),
        ("key", report.as_str()),
        ("note", "It hurts."),
    ];
    with_photo(app, patient, &tell, &words).await.expect(303);
    let sent: i64 = sqlx::query_scalar(
        "select count(*) from messages where body = 'With a photo' and key = $1::uuid",
    )
    .bind(&message)
    .fetch_one(&app.owner)
    .await
    .expect("a count");
    let told: i64 = sqlx::query_scalar("select count(*) from reports where form_key = $1::uuid")
        .bind(&report)
        .fetch_one(&app.owner)
        .await
        .expect("a count");
    assert_eq!((sent, told), (1, 1));
    let (_, mut news) = app.stream(Some(patient), "/inbox/live").await;
    let _ = tokio::time::timeout(Duration::from_millis(200), news.frame()).await;
    let logged = String::from_utf8_lossy(&lines.lock().expect("lines")).into_owned();
    assert!(!logged.contains(IN_VAIN), "{logged}");
    assert!(logged.contains("answered"), "nothing was logged: {logged}");
}

/// The whole of a sign-in by somebody who is signed in, and what a browser does that goes back.
#[sqlx::test]
async fn signing_in_takes_one(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let provider = Provider::start().await;
    let app = provider.app(1, options, owner).await;
    let patient = app.visitor("patient").await;
    let begun = Begun::new(&app, Some(&patient), "/").await;
    // Nobody waits for the provider with the only connection.
    provider.vouch(&begun, json!({}));
    let first = begun.finish(&app).await.expect(303);
    let signed_in = Visitor {
        id: 0,
        cookie: crate::provider::cookie(&first).expect("a cookie"),
    };
    app.get(Some(&signed_in), "/terms").await.expect(200);
    app.get(Some(&signed_in), "/sign-in/callback?state=x&code=y")
        .await
        .expect(303);
    let again = Begun::new(&app, Some(&signed_in), "/").await;
    provider.vouch(&again, json!({ "sub": "" }));
    again.finish(&app).await.expect(502);
    app.post(Some(&again.visitor), "/sign-out", "")
        .await
        .expect(303);
}

/// A provider that does not answer keeps those waiting who ask for it, and nobody else.
#[sqlx::test]
async fn a_provider_that_hangs_holds_no_connection(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let silence = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", silence.local_addr().expect("an address"));
    let config = crate::harness::config_with(&[("OIDC_ISSUER_URL", &issuer)]);
    let app = TestApp::with_config(config, 1, options, owner).await;
    let patient = app.visitor("patient").await;
    let asks = async {
        let asking = (0..4).map(|_| app.post(Some(&patient), "/sign-in", "next=/"));
        futures_util::future::join_all(asking).await
    };
    let reads = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let begun = std::time::Instant::now();
        app.get(Some(&patient), "/").await.expect(200);
        begun.elapsed()
    };
    let (asked, read) = tokio::join!(asks, reads);
    assert!(asked.iter().all(|answer| answer.status == 502));
    assert!(read < Duration::from_secs(3), "{read:?}");
    drop(silence);
}

/// Whoever sends a form a byte at a time holds no connection meanwhile, however the form's kind is written.
#[sqlx::test]
async fn a_form_that_never_ends_holds_no_connection(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::with_connections(1, options, owner).await;
    let patient = app.visitor("patient").await;
    for kind in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded; charset=utf-8",
    ] {
        let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        let slow = request(Method::POST, Some(&patient), "/settings")
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from_stream(never));
        let slow = app.send(slow.expect("a request"));
        let reads = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            app.get(Some(&patient), "/settings").await.expect(200)
        };
        tokio::select! {
            _ = slow => panic!("it was answered"),
            _ = reads => {}
        }
    }
}
