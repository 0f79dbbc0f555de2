//! A mail server for the demo and for tests: real SMTP (RFC 5321, without extensions), that delivers to nobody and keeps what it was given,
//! with faults that can be switched on. On this machine only.

use super::Failure;
use chrono::{DateTime, Utc};
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use std::{
    collections::HashSet,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The longest line and the largest mail that it takes, in bytes.
const LINE: usize = 4096;
const LARGEST: usize = 1024 * 1024;

/// What goes wrong with the next so many mails; counted down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// 451 for the recipient: not now.
    pub put_off: u32,
    /// The mail is kept, and the connection cut instead of an answer.
    pub lost: u32,
    /// The connection is cut before the mail was sent.
    pub cut: u32,
    /// The mail is kept, and the answer takes longer than anybody waits.
    pub late: u32,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub at: DateTime<Utc>,
    pub to: String,
    /// As it came.
    pub raw: String,
    /// `Message-ID`, without its brackets.
    pub id: String,
    pub subject: String,
    pub plain: String,
    pub html: String,
}

impl Mail {
    fn read(to: String, raw: Vec<u8>) -> Self {
        let (mut id, mut subject) = (String::new(), String::new());
        let (mut plain, mut html) = (String::new(), String::new());
        if let Ok(mail) = parse_mail(&raw) {
            let header = |name| mail.headers.get_first_value(name).unwrap_or_default();
            id = header("Message-ID").trim_matches(['<', '>']).to_owned();
            subject = header("Subject");
            plain = part(&mail, "text/plain");
            html = part(&mail, "text/html");
        }
        Self {
            at: now(),
            to,
            raw: String::from_utf8_lossy(&raw).into_owned(),
            id,
            subject,
            plain,
            html,
        }
    }

    /// What a header says.
    pub fn header(&self, name: &str) -> Option<String> {
        let mail = parse_mail(self.raw.as_bytes()).ok()?;
        mail.headers.get_first_value(name)
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> String {
    mail.parts()
        .find(|part| part.ctype.mimetype == kind)
        .and_then(|part| part.get_body().ok())
        .unwrap_or_default()
}

#[derive(Default)]
pub struct Mailboxes {
    pub mails: Vec<Mail>,
    /// Addresses that there are not: 550.
    pub unknown: HashSet<String>,
    pub faults: Faults,
}

pub type Shared = Arc<Mutex<Mailboxes>>;

pub fn hold(mails: &Shared) -> MutexGuard<'_, Mailboxes> {
    mails.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the mail server has a clock of its own"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The server; it ends when it is dropped.
pub struct MailServer {
    /// As `SMTP_URL` has it.
    pub url: String,
    mails: Shared,
    server: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl MailServer {
    /// # Errors
    /// When it cannot listen.
    pub async fn start(port: u16) -> Result<Self, Failure> {
        let mails = Shared::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let kept = mails.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mails = kept.clone();
                tokio::spawn(async move {
                    let _ = Session::new(stream, mails).run().await;
                });
            }
        });
        Ok(Self { url, mails, server })
    }

    /// What it was given, for whoever shows it.
    pub fn shared(&self) -> Shared {
        self.mails.clone()
    }

    pub fn mails(&self) -> MutexGuard<'_, Mailboxes> {
        hold(&self.mails)
    }
}

/// One connection.
struct Session {
    stream: BufReader<TcpStream>,
    mails: Shared,
    from: bool,
    to: Vec<String>,
}

impl Session {
    fn new(stream: TcpStream, mails: Shared) -> Self {
        Self {
            stream: BufReader::new(stream),
            mails,
            from: false,
            to: Vec::new(),
        }
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        self.stream.write_all(words.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await
    }

    /// A line without its end; none: the other side has gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line.len() > LINE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        while line
            .last()
            .is_some_and(|byte| matches!(byte, b'\r' | b'\n'))
        {
            line.pop();
        }
        Ok(Some(line))
    }

    async fn run(mut self) -> io::Result<()> {
        self.say("220 midline.example a mail server that delivers to nobody")
            .await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).into_owned();
            let verb = line.split([' ', ':']).next().unwrap_or_default();
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.say("250-midline.example\r\n250 8BITMIME").await?,
                "HELO" => self.say("250 midline.example").await?,
                "MAIL" => {
                    (self.from, self.to) = (true, Vec::new());
                    self.say("250 2.1.0 Ok").await?;
                }
                "RCPT" if !self.from => self.say("503 5.5.1 MAIL first").await?,
                "RCPT" => self.recipient(&line).await?,
                "DATA" if self.to.is_empty() => self.say("503 5.5.1 RCPT first").await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "RSET" => {
                    (self.from, self.to) = (false, Vec::new());
                    self.say("250 2.0.0 Ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 Ok").await?,
                "QUIT" => return self.say("221 2.0.0 Bye").await,
                _ => self.say("502 5.5.2 Unknown command").await?,
            }
        }
        Ok(())
    }

    async fn recipient(&mut self, line: &str) -> io::Result<()> {
        let address = line
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .map(|(address, _)| address.to_lowercase());
        let Some(address) = address else {
            return self.say("501 5.1.3 No address").await;
        };
        let (unknown, put_off) = {
            let mut mails = hold(&self.mails);
            let unknown = mails.unknown.contains(&address);
            (unknown, !unknown && spend(&mut mails.faults.put_off))
        };
        if unknown {
            return self.say("550 5.1.1 No such mailbox").await;
        }
        if put_off {
            return self.say("451 4.7.1 Not now").await;
        }
        self.to.push(address);
        self.say("250 2.1.5 Ok").await
    }

    /// Whether the connection goes on.
    async fn data(&mut self) -> io::Result<bool> {
        if spend(&mut hold(&self.mails).faults.cut) {
            return Ok(false);
        }
        self.say("354 End with a dot").await?;
        let mut raw = Vec::new();
        loop {
            let Some(line) = self.line().await? else {
                return Ok(false);
            };
            if line == b"." {
                break;
            }
            // A dot that begins a line was doubled.
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            raw.extend_from_slice(b"\r\n");
            if raw.len() > LARGEST {
                self.say("552 5.3.4 Too large").await?;
                return Ok(false);
            }
        }
        let (lost, late) = {
            let mut mails = hold(&self.mails);
            for to in self.to.drain(..) {
                mails.mails.push(Mail::read(to, raw.clone()));
            }
            (spend(&mut mails.faults.lost), spend(&mut mails.faults.late))
        };
        if lost {
            return Ok(false);
        }
        if late {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        self.from = false;
        self.say("250 2.0.0 Taken").await?;
        Ok(true)
    }
}

/// Whether something goes wrong with this one.
fn spend(left: &mut u32) -> bool {
    let goes_wrong = *left > 0;
    *left = left.saturating_sub(1);
    goes_wrong
}
