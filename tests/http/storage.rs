//! An S3 server of a test's own, and a way to it that can be made as bad as any.

use midline::demo::objects::{self, Objects};
use std::{
    net::Ipv4Addr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What becomes of a connection to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Each answer comes this late.
    Slow(Duration),
    /// Answered with this status, without reaching the store.
    Status(u16),
    /// Closed after so many bytes of answers.
    CutAnswer(usize),
    /// Closed after so many bytes were sent.
    CutRequest(usize),
    /// Nobody listens.
    Down,
}

pub struct Store {
    pub url: String,
    pub folder: TempDir,
    way: Arc<Mutex<Way>>,
    /// How many requests may go through before `way` holds.
    free: Arc<AtomicUsize>,
    objects: Objects,
}

impl Store {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let objects = objects::start(folder.path(), 0, "http://127.0.0.1:3000")
            .await
            .expect("a store");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let way = Arc::new(Mutex::new(Way::Open));
        let free = Arc::new(AtomicUsize::new(0));
        let to = objects.url.trim_start_matches("http://").to_owned();
        let (ways, frees) = (way.clone(), free.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (to, ways, frees) = (to.clone(), ways.clone(), frees.clone());
                tokio::spawn(async move {
                    let _ = carry(socket, &to, &ways, &frees).await;
                });
            }
        });
        Self {
            url,
            folder,
            way,
            free,
            objects,
        }
    }

    /// How it is reached from now on.
    pub fn make(&self, way: Way) {
        self.make_after(0, way);
    }

    /// How it is reached after `free` more requests.
    pub fn make_after(&self, free: usize, way: Way) {
        self.free.store(free, Ordering::SeqCst);
        *self.way.lock().expect("a way") = way;
    }

    /// The configuration of an application that uses it.
    pub fn config_with(&self, more: &[(&str, &str)]) -> midline::platform::config::Config {
        let mut vars = vec![
            ("S3_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", &self.objects.access_key),
            ("AWS_SECRET_ACCESS_KEY", &self.objects.secret_key),
        ];
        vars.extend(more);
        crate::harness::config_with(&vars)
    }

    /// The keys of all objects.
    pub fn keys(&self) -> Vec<String> {
        fn walk(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), found);
                } else {
                    found.push(entry.path());
                }
            }
        }
        let root = self.folder.path().join(objects::BUCKET);
        let mut found = Vec::new();
        walk(&root, &mut found);
        let mut keys: Vec<String> = found
            .iter()
            .filter_map(|path| {
                path.strip_prefix(&root)
                    .ok()?
                    .to_str()
                    .map(ToOwned::to_owned)
            })
            .filter(|key| !key.starts_with('.'))
            .collect();
        keys.sort();
        keys
    }
}

/// One connection: a request at a time is let through, or meets with what `way` says.
async fn carry(
    mut from: TcpStream,
    to: &str,
    ways: &Mutex<Way>,
    free: &AtomicUsize,
) -> std::io::Result<()> {
    let way = || *ways.lock().expect("a way");
    let mut store = TcpStream::connect(to).await?;
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let (mut sent, mut answered, mut asked, mut held) = (0, 0, false, None);
    loop {
        tokio::select! {
            read = from.read(&mut up) => {
                let count = read?;
                if count == 0 {
                    return Ok(());
                }
                if !asked {
                    // The beginning of a request: does it go through?
                    asked = true;
                    sent = 0;
                    answered = 0;
                    held = None;
                    if free.load(Ordering::SeqCst) > 0 {
                        free.fetch_sub(1, Ordering::SeqCst);
                    } else {
                        match way() {
                            Way::Status(status) => {
                                let answer = format!("HTTP/1.1 {status} Fault\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                                from.write_all(answer.as_bytes()).await?;
                                from.shutdown().await?;
                                return Ok(());
                            }
                            Way::Down => return Ok(()),
                            Way::Slow(late) => held = Some(late),
                            _ => {}
                        }
                    }
                }
                sent += count;
                if let Way::CutRequest(limit) = way()
                    && free.load(Ordering::SeqCst) == 0
                    && sent > limit
                {
                    return Ok(());
                }
                store.write_all(&up[..count]).await?;
            }
            read = store.read(&mut down) => {
                let count = read?;
                if count == 0 {
                    return Ok(());
                }
                asked = false;
                if let Some(late) = held {
                    tokio::time::sleep(late).await;
                }
                match way() {
                    Way::CutAnswer(limit) if free.load(Ordering::SeqCst) == 0 => {
                        let left = limit.saturating_sub(answered).min(count);
                        from.write_all(&down[..left]).await?;
                        answered += left;
                        if left < count {
                            return Ok(());
                        }
                        continue;
                    }
                    _ => {}
                }
                from.write_all(&down[..count]).await?;
                answered += count;
            }
        }
    }
}
