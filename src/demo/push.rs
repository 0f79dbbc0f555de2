//! A stand-in for OneSignal, built from its public documentation: creating, viewing and cancelling messages, with a ledger of what went
//! out, and faults that can be switched on. It is on this machine only, and pushes to nobody.

use super::Failure;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use futures_core::Stream;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::Ipv4Addr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

/// The key that it wants to be asked with.
pub const API_KEY: &str = "demo";

/// How often those that are held look whether they may go on.
const HELD: Duration = Duration::from_millis(10);

/// How often what goes wrong: requests of a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// 429, to be tried again after a second.
    pub limited: u32,
    /// 503, before anything is looked at.
    pub failing: u32,
    /// The connection is cut before anything is looked at.
    pub reset: u32,
    /// Accepted, and the connection is cut instead of an answer.
    pub lost: u32,
    /// Accepted, and the answer takes longer than anybody waits.
    pub late: u32,
    /// Accepted, and the answer is not what it should be.
    pub malformed: u32,
    /// Nothing is looked at until this ends.
    pub held: bool,
}

/// A message as the provider knows it.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: Uuid,
    pub key: Uuid,
    /// Whom it goes to.
    pub to: String,
    pub contents: BTreeMap<String, String>,
    pub send_after: Option<DateTime<Utc>>,
    pub created: DateTime<Utc>,
    /// When it went out; how often is never more than once.
    pub sent: Option<DateTime<Utc>>,
    pub cancelled: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub struct Ledger {
    pub messages: Vec<Message>,
    by_key: HashMap<Uuid, usize>,
    /// Who has no device.
    pub without_device: HashSet<String>,
    /// Browsers that signed in, by their subscriptions: whose they are.
    pub devices: BTreeMap<Uuid, String>,
    pub faults: Faults,
    /// How long every answer takes.
    pub slow: Duration,
    pub requests: u64,
    random: Option<StdRng>,
}

/// The stand-in; it ends when it is dropped.
pub struct Push {
    pub url: String,
    ledger: Arc<Mutex<Ledger>>,
    server: JoinHandle<()>,
}

impl Drop for Push {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Push {
    /// # Errors
    /// When it cannot listen.
    pub async fn start(port: u16, seed: u64) -> Result<Self, Failure> {
        let ledger = Arc::new(Mutex::new(Ledger {
            random: Some(StdRng::seed_from_u64(seed)),
            ..Ledger::default()
        }));
        let router = Router::new()
            .route("/notifications", post(create))
            .route("/notifications/{id}", get(view).delete(cancel))
            .route("/apps/{app}/users", post(subscribe))
            .route("/apps/{app}/subscriptions/{id}", post(unsubscribe))
            .route("/sync/{app}/web", get(sync))
            .route("/sdks/web/v16/OneSignalSDK.page.js", get(sdk))
            .route("/sdks/web/v16/OneSignalSDK.sw.js", get(sdk_worker))
            .with_state(ledger.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the push provider's stand-in stopped");
            }
        });
        Ok(Self {
            url,
            ledger,
            server,
        })
    }

    /// Begins a new ledger; what goes wrong goes on going wrong.
    pub fn forget(&self) {
        let mut ledger = self.ledger();
        ledger.messages.clear();
        ledger.by_key.clear();
    }

    /// The ledger, for whoever shows it.
    pub fn shared(&self) -> Arc<Mutex<Ledger>> {
        self.ledger.clone()
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        hold(&self.ledger)
    }
}

type Shared = Arc<Mutex<Ledger>>;

pub fn hold(ledger: &Shared) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the provider has a clock of its own"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

#[derive(Deserialize)]
struct Create {
    app_id: Option<String>,
    idempotency_key: Option<String>,
    include_aliases: Option<Aliases>,
    contents: Option<BTreeMap<String, String>>,
    send_after: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Aliases {
    external_id: Vec<String>,
}

/// What goes wrong with one request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Limited,
    Failing,
    Reset,
    Lost,
    Late,
    Malformed,
}

impl Ledger {
    fn fault(&mut self) -> Fault {
        self.requests += 1;
        let Faults {
            limited,
            failing,
            reset,
            lost,
            late,
            malformed,
            held: _,
        } = self.faults;
        let mut drawn = self
            .random
            .as_mut()
            .map_or(1000, |random| random.random_range(0..1000));
        for (share, fault) in [
            (limited, Fault::Limited),
            (failing, Fault::Failing),
            (reset, Fault::Reset),
            (lost, Fault::Lost),
            (late, Fault::Late),
            (malformed, Fault::Malformed),
        ] {
            if drawn < share {
                return fault;
            }
            drawn -= share;
        }
        Fault::None
    }

    /// Sends what waited for a moment that has come.
    pub fn pass_time(&mut self) {
        let now = now();
        for message in &mut self.messages {
            let due = message.send_after.is_none_or(|after| after <= now);
            if due && message.sent.is_none() && message.cancelled.is_none() {
                message.sent = Some(message.send_after.unwrap_or(message.created));
            }
        }
    }
}

/// What an answer is before anything is looked at, if something goes wrong there; and how long it takes.
async fn first(ledger: &Shared, headers: &HeaderMap) -> Result<Fault, Response> {
    let (fault, slow) = {
        let mut ledger = hold(ledger);
        (ledger.fault(), ledger.slow)
    };
    tokio::time::sleep(slow).await;
    while hold(ledger).faults.held {
        tokio::time::sleep(HELD).await;
    }
    let authorized = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes() == format!("Key {API_KEY}").as_bytes());
    match fault {
        Fault::Limited => Err((
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "1")],
            Json(json!({ "errors": ["API rate limit exceeded."] })),
        )
            .into_response()),
        Fault::Failing => Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Fault::Reset => Err(cut()),
        _ if !authorized => Err((
            StatusCode::FORBIDDEN,
            Json(json!({ "errors": ["Access denied. Please include an 'Authorization: ...' header with a valid API key."] })),
        )
            .into_response()),
        fault => Ok(fault),
    }
}

/// The answer, or what becomes of it on its way.
async fn last(fault: Fault, answer: Response) -> Response {
    match fault {
        Fault::Lost => cut(),
        Fault::Late => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            answer
        }
        Fault::Malformed => (StatusCode::OK, "<html>It works!</html>").into_response(),
        _ => answer,
    }
}

/// An answer whose body breaks off.
fn cut() -> Response {
    struct Broken;
    impl Stream for Broken {
        type Item = Result<Vec<u8>, std::io::Error>;
        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
        }
    }
    Response::new(Body::from_stream(Broken))
}

fn bad(words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "errors": [words] }))).into_response()
}

async fn create(
    State(ledger): State<Shared>,
    headers: HeaderMap,
    body: Result<Json<Create>, axum::extract::rejection::JsonRejection>,
) -> Response {
    let fault = match first(&ledger, &headers).await {
        Ok(fault) => fault,
        Err(answer) => return answer,
    };
    let Ok(Json(asked)) = body else {
        return bad("Request body is not valid JSON.");
    };
    let answer = accept(&mut hold(&ledger), asked);
    last(fault, answer).await
}

/// Whether it is one of RFC 9562: any sixteen bytes are not.
fn is_standard(key: Uuid) -> bool {
    key.get_variant() == uuid::Variant::RFC4122 && (1..=8).contains(&key.get_version_num())
}

fn accept(ledger: &mut Ledger, asked: Create) -> Response {
    if asked.app_id.is_none_or(|id| id.is_empty()) {
        return bad(
            "app_id not found. You may be missing a Content-Type: application/json header.",
        );
    }
    let contents = asked.contents.unwrap_or_default();
    if contents.get("en").is_none_or(String::is_empty) {
        return bad("Message Notifications must have English language content");
    }
    let Some([to]) = asked
        .include_aliases
        .and_then(|aliases| <[String; 1]>::try_from(aliases.external_id).ok())
    else {
        return bad(
            "You must include which players, segments, or tags you wish to send this notification to.",
        );
    };
    let key = match asked.idempotency_key.map(|key| key.parse::<Uuid>()) {
        Some(Ok(key)) if is_standard(key) => key,
        Some(_) => return bad("idempotency_key must be a valid UUID"),
        None => Uuid::new_v4(),
    };
    if let Some(known) = ledger.by_key.get(&key) {
        let id = ledger.messages[*known].id;
        return Json(json!({ "id": id, "external_id": null })).into_response();
    }
    if ledger.without_device.contains(&to) {
        return Json(json!({ "id": "", "errors": ["All included players are not subscribed"] }))
            .into_response();
    }
    let created = now();
    let waits = asked.send_after.is_some_and(|after| after > created);
    let id = Uuid::new_v4();
    ledger.by_key.insert(key, ledger.messages.len());
    ledger.messages.push(Message {
        id,
        key,
        to,
        contents,
        send_after: asked.send_after,
        created,
        sent: (!waits).then_some(created),
        cancelled: None,
    });
    Json(json!({ "id": id, "external_id": null })).into_response()
}

fn shown(message: &Message) -> Value {
    json!({
        "id": message.id,
        "contents": message.contents,
        "queued_at": message.created.timestamp(),
        "send_after": message.send_after.unwrap_or(message.created).timestamp(),
        "completed_at": message.sent.map(|at| at.timestamp()),
        "canceled": message.cancelled.is_some(),
        "successful": u8::from(message.sent.is_some()),
        "failed": 0,
        "errored": 0,
        "remaining": u8::from(message.sent.is_none() && message.cancelled.is_none()),
    })
}

async fn view(State(ledger): State<Shared>, headers: HeaderMap, Path(id): Path<Uuid>) -> Response {
    let fault = match first(&ledger, &headers).await {
        Ok(fault) => fault,
        Err(answer) => return answer,
    };
    let answer = {
        let mut ledger = hold(&ledger);
        ledger.pass_time();
        match ledger.messages.iter().find(|message| message.id == id) {
            Some(message) => Json(shown(message)).into_response(),
            None => missing(),
        }
    };
    last(fault, answer).await
}

fn missing() -> Response {
    let errors = json!({ "errors": ["Notification not found"] });
    (StatusCode::NOT_FOUND, Json(errors)).into_response()
}

async fn cancel(
    State(ledger): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Response {
    let fault = match first(&ledger, &headers).await {
        Ok(fault) => fault,
        Err(answer) => return answer,
    };
    let answer = {
        let mut ledger = hold(&ledger);
        ledger.pass_time();
        match ledger.messages.iter_mut().find(|message| message.id == id) {
            None => missing(),
            Some(message) if message.sent.is_some() => {
                bad("Notification has already been sent to all recipients")
            }
            Some(message) => {
                message.cancelled.get_or_insert_with(now);
                Json(json!({ "success": true })).into_response()
            }
        }
    };
    last(fault, answer).await
}

/// The script that a page fetches.
async fn sdk() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/javascript")],
        include_str!("push/sdk.js"),
    )
}

/// What a browser wakes: there is nothing to be pushed.
async fn sdk_worker() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript")], "// Nothing.\n")
}

/// An app's settings, as a script.
async fn sync() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/javascript")],
        "__jp0({ \"success\": true });\n",
    )
}

/// What any page may read.
const OPEN: (header::HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

/// A browser signs in, as the SDK has it.
async fn subscribe(State(ledger): State<Shared>, body: String) -> Response {
    let asked: Value = serde_json::from_str(&body).unwrap_or_default();
    let Some(person) = asked["identity"]["external_id"].as_str() else {
        return ([OPEN], bad("identity is missing")).into_response();
    };
    let id = Uuid::new_v4();
    let mut ledger = hold(&ledger);
    ledger.without_device.remove(person);
    ledger.devices.insert(id, person.to_owned());
    ([OPEN], Json(json!({ "subscriptions": [{ "id": id }] }))).into_response()
}

/// A browser signs out.
async fn unsubscribe(
    State(ledger): State<Shared>,
    Path((_, id)): Path<(String, Uuid)>,
) -> Response {
    hold(&ledger).devices.remove(&id);
    ([OPEN], Json(json!({}))).into_response()
}
