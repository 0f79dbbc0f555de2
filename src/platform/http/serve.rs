//! Listening and stopping.

use super::unread::close_unread;
use axum::{Router, middleware::from_fn};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{fs, future::Future, io, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// How long open requests may take to finish once the server was told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// How long the head of a request may take to come, from when the connection was made or the last one was answered: whoever sends
/// it by the byte, or keeps a connection for nothing, gives it back. Proxies that keep connections give them up sooner (60 s, mostly).
const HEAD: Duration = Duration::from_secs(65);
/// Files that are left for everything but browsers: the database, the store, what is being uploaded.
const OTHER_FILES: usize = 200;
/// Connections at most, however many files may be open.
const CONNECTIONS: usize = 8192;

/// What those who connect are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the head of a connection's next request has come.
    pub head: Duration,
    /// At once. Whoever comes then waits in the system's queue.
    pub connections: usize,
}

impl Default for Limits {
    /// As many connections as this process may open files for.
    fn default() -> Self {
        let files = open_files().unwrap_or(1024);
        Self {
            head: HEAD,
            connections: files.saturating_sub(OTHER_FILES).clamp(64, CONNECTIONS),
        }
    }
}

/// How many files this process may have open, where the system says so.
fn open_files() -> Option<usize> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Serves until `stop` resolves, then lets open requests finish, for 30 s at most.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let limits = Limits::default();
    tracing::info!(limits.connections, "listening");
    serve_within(limits, listener, router, stop).await
}

/// The same within limits. HTTP/1.1 alone: a proxy speaks whatever else it likes.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let seats = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let router = router.layer(from_fn(close_unread));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &seats) => accepted,
            () = &mut stop => break,
        };
        let Some((stream, seat)) = accepted else {
            continue;
        };
        let mut protocol = http1::Builder::new();
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head);
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(protocol.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // Somebody went away, was too slow, or sent no HTTP: of interest to nobody else.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(seat);
        });
    }
    tracing::info!("stopping: no new requests, open ones may finish");
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(GRACE) => {
            tracing::warn!("stopped with requests still open after {} s", GRACE.as_secs());
        }
    }
    Ok(())
}

/// Waits for a seat, then for somebody to take it.
async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let seat = seats.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Without this a small second write waits for the first one's delayed acknowledgement: 40 ms.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY could not be set");
            }
            Some((stream, seat))
        }
        Err(error) => {
            let theirs = matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::ConnectionReset
            );
            if !theirs {
                // As when no more files may be opened: it passes, or somebody reads this.
                tracing::error!(%error, "nobody can be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            None
        }
    }
}

/// Resolves at SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
