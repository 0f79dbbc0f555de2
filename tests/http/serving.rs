//! The server's socket: those who connect and send nothing keep nobody else out for long.

use axum::{Router, routing::get};
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
