//! The server's socket: those who connect and send nothing keep nobody else out for long.

use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use midline::platform::http::{Limits, serve_within};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

const LIMITS: Limits = Limits {
    head: Duration::from_millis(700),
    connections: 4,
};

async fn connect(address: std::net::SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("sent");
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = stream.read_to_end(&mut text);
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("an end")
        .ok();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn who_sends_half_a_request_is_let_go() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        "slow"
    };
    let router = Router::new()
        .route("/", get(async || "whole"))
        .route("/slow", get(slow));
    let server = tokio::spawn(serve_within(LIMITS, listener, router, async move {
        stopped.await.ok();
    }));
    let whole = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(
        answer(connect(address, whole).await)
            .await
            .ends_with("whole")
    );
    // As many as are let in at once, half of them silent, half of them in the middle of a head.
    let begun = Instant::now();
    let mut slow = Vec::new();
    for n in 0..LIMITS.connections {
        let text = if n % 2 == 0 {
            ""
        } else {
            "GET / HTTP/1.1\r\nhost: x\r\nx-a: "
        };
        slow.push(connect(address, text).await);
    }
    let late = answer(connect(address, whole).await).await;
    assert!(late.ends_with("whole"), "{late}");
    assert!(begun.elapsed() >= LIMITS.head, "somebody else was let go");
    for stream in slow {
        let said = answer(stream).await;
        assert!(
            said.is_empty() || said.contains(" 408 ") || said.contains(" 400 "),
            "{said}"
        );
    }
    // A request takes as long as it takes; one that is under way when the server stops is answered.
    let kept = tokio::spawn(answer(
        connect(
            address,
            "GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await,
    ));
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send(()).expect("told");
    assert!(kept.await.expect("an answer").ends_with("slow"));
    tokio::time::timeout(Duration::from_secs(5), server)
        .await
        .expect("stopped")
        .expect("no panic")
        .expect("no fault");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
}

/// Sends `text` and reads one answer's head and body, which is as long as its head says.
async fn one_answer(stream: &mut TcpStream, text: &[u8]) -> String {
    stream.write_all(text).await.expect("sent");
    let mut said = Vec::new();
    let read = async {
        loop {
            let text = String::from_utf8_lossy(&said).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .map_or(0, |length| length.parse().expect("a length"));
                if body.len() >= length {
                    return text;
                }
            }
            let byte = stream.read_u8().await.expect("more of an answer");
            said.push(byte);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("an answer")
}

/// Whoever is answered before all that they send has been read is told that the connection ends; whoever is read whole keeps it.
#[tokio::test]
async fn what_is_not_read_to_its_end_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new()
        .route("/unread", post(async || "never looked"))
        .route("/read", post(async |body: Bytes| body.len().to_string()))
        .layer(DefaultBodyLimit::max(1000));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve_within(LIMITS, listener, router, async move {
        stopped.await.ok();
    }));
    let head = |path: &str, length: usize| {
        format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n")
    };
    let closes = |answer: &str| {
        answer
            .to_ascii_lowercase()
            .contains("connection: close\r\n")
    };

    // Read whole, twice on one connection; so is what has no body at all.
    let mut stream = connect(address, "").await;
    for _ in 0..2 {
        let text = format!("{}ten bytes!", head("/read", 10));
        let answer = one_answer(&mut stream, text.as_bytes()).await;
        assert!(
            answer.contains(" 200 ") && answer.ends_with("10"),
            "{answer}"
        );
        assert!(!closes(&answer), "{answer}");
    }
    let answer = one_answer(&mut stream, head("/unread", 0).as_bytes()).await;
    assert!(
        answer.contains(" 200 ") && !closes(&answer),
        "nothing was left unread: {answer}"
    );

    // More than is taken: answered as soon as the limit is passed, while more is still to come.
    let mut stream = connect(address, "").await;
    let mut text = head("/read", 1_000_000).into_bytes();
    text.extend([b'x'; 1500]);
    let answer = one_answer(&mut stream, &text).await;
    assert!(answer.contains(" 413 ") && closes(&answer), "{answer}");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    assert!(rest.is_empty(), "the connection has ended");

    // Nor is it kept by whoever does not look at what comes.
    let mut stream = connect(address, "").await;
    let mut text = head("/unread", 1_000_000).into_bytes();
    text.extend([b'x'; 100]);
    let answer = one_answer(&mut stream, &text).await;
    assert!(answer.contains(" 200 ") && closes(&answer), "{answer}");

    stop.send(()).expect("told");
    server.await.expect("no panic").expect("no fault");
}

/// What is missing beside the program is said at its start, rather than by pages without a stylesheet.
#[test]
fn what_is_missing_at_the_start_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let started = std::process::Command::new(env!("CARGO_BIN_EXE_midline"))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .envs([
                ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
                ("PUBLIC_URL", "http://127.0.0.1:3000"),
                ("CLINIC_TELEPHONE", "+49 30 23125 000"),
                ("OIDC_ISSUER_URL", "http://127.0.0.1:9"),
                ("OIDC_CLIENT_ID", "midline"),
                ("OIDC_CLIENT_SECRET", "secret"),
                ("S3_BUCKET", "photos"),
                ("ONESIGNAL_APP_ID", "app"),
                ("ONESIGNAL_API_KEY", "key"),
            ])
            .output()
            .expect("started");
        assert!(!started.status.success());
        String::from_utf8_lossy(&started.stderr).into_owned()
    };
    let said = start();
    assert!(said.contains("Leptos.toml is not in the folder"), "{said}");
    let toml = crate::repository::root().join("Leptos.toml");
    std::fs::copy(toml, folder.path().join("Leptos.toml")).expect("copied");
    let said = start();
    assert!(
        said.contains("target/site/pkg") && said.contains("is not there"),
        "{said}"
    );
}
