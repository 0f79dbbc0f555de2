//! A stand-in for Twilio's Messages resource, built from its public documentation: creating and listing messages, with faults that can be
//! switched on. It is on this machine only, and sends to nobody.

use super::Failure;
use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

/// The account that it knows, and its token.
pub const ACCOUNT: &str = "ACdemo";
pub const TOKEN: &str = "demo";

/// What goes wrong with the next so many requests that create something; counted down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// 429.
    pub limited: u32,
    /// 503, before anything is looked at.
    pub failing: u32,
    /// Created, and answered 500 all the same.
    pub lost: u32,
    /// Created, and the answer is not what it should be.
    pub malformed: u32,
}

#[derive(Clone, Debug)]
pub struct TextMessage {
    pub sid: String,
    pub to: String,
    pub body: String,
    pub at: DateTime<Utc>,
}

#[derive(Default)]
pub struct Sent {
    pub messages: Vec<TextMessage>,
    /// Numbers that are no mobile's: 21614.
    pub landlines: HashSet<String>,
    pub faults: Faults,
}

pub type Shared = Arc<Mutex<Sent>>;

pub fn hold(sent: &Shared) -> MutexGuard<'_, Sent> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the provider has a clock of its own"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The stand-in; it ends when it is dropped.
pub struct Texts {
    pub url: String,
    sent: Shared,
    server: JoinHandle<()>,
}

impl Drop for Texts {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Texts {
    /// # Errors
    /// When it cannot listen.
    pub async fn start(port: u16) -> Result<Self, Failure> {
        let sent = Shared::default();
        let messages = get(list).post(create);
        let router = Router::new()
            .route("/2010-04-01/Accounts/{account}/Messages.json", messages)
            .with_state(sent.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the stand-in for text messages stopped");
            }
        });
        Ok(Self { url, sent, server })
    }

    /// What it was given, for whoever shows it.
    pub fn shared(&self) -> Shared {
        self.sent.clone()
    }

    pub fn sent(&self) -> MutexGuard<'_, Sent> {
        hold(&self.sent)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    to: Option<String>,
    from: Option<String>,
    messaging_service_sid: Option<String>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Asked {
    to: Option<String>,
    page_size: Option<usize>,
}

fn refusal(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({ "status": status.as_u16(), "code": code, "message": message, "more_info": format!("https://www.twilio.com/docs/errors/{code}") });
    (status, Json(body)).into_response()
}

fn unauthorized(headers: &HeaderMap, account: &str) -> Option<Response> {
    let expected = format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"))
    );
    let given = headers
        .get(header::AUTHORIZATION)
        .map(|value| value.as_bytes());
    (given != Some(expected.as_bytes()) || account != ACCOUNT)
        .then(|| refusal(StatusCode::UNAUTHORIZED, 20003, "Authenticate"))
}

fn shown(message: &TextMessage) -> Value {
    json!({ "sid": message.sid, "to": message.to, "body": message.body, "status": "queued", "date_created": message.at.to_rfc2822() })
}

async fn create(
    State(sent): State<Shared>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(asked): Form<Create>,
) -> Response {
    let mut sent = hold(&sent);
    let mut goes_wrong = |which: fn(&mut Faults) -> &mut u32| {
        let left = which(&mut sent.faults);
        let wrong = *left > 0;
        *left = left.saturating_sub(1);
        wrong
    };
    if goes_wrong(|faults| &mut faults.limited) {
        return refusal(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests");
    }
    if goes_wrong(|faults| &mut faults.failing) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let lost = goes_wrong(|faults| &mut faults.lost);
    let malformed = goes_wrong(|faults| &mut faults.malformed);
    if let Some(answer) = unauthorized(&headers, &account) {
        return answer;
    }
    let to = asked.to.unwrap_or_default();
    if !to.starts_with('+') {
        return refusal(StatusCode::BAD_REQUEST, 21211, "Invalid 'To' Phone Number");
    }
    if sent.landlines.contains(&to) {
        return refusal(
            StatusCode::BAD_REQUEST,
            21614,
            "'To' number is not a valid mobile number",
        );
    }
    if asked.from.is_none() && asked.messaging_service_sid.is_none() {
        return refusal(
            StatusCode::BAD_REQUEST,
            21603,
            "A 'From' phone number is required",
        );
    }
    let Some(body) = asked.body.filter(|body| !body.is_empty()) else {
        return refusal(StatusCode::BAD_REQUEST, 21602, "Message body is required");
    };
    let message = TextMessage {
        sid: format!("SM{}", Uuid::new_v4().simple()),
        to,
        body,
        at: now(),
    };
    let answer = (StatusCode::CREATED, Json(shown(&message))).into_response();
    sent.messages.push(message);
    if lost {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if malformed {
        return Response::new(Body::from("<html>It works!</html>"));
    }
    answer
}

async fn list(
    State(sent): State<Shared>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    if let Some(answer) = unauthorized(&headers, &account) {
        return answer;
    }
    let sent = hold(&sent);
    let newest = sent.messages.iter().rev();
    let messages: Vec<Value> = newest
        .filter(|message| asked.to.as_ref().is_none_or(|to| *to == message.to))
        .take(asked.page_size.unwrap_or(50))
        .map(shown)
        .collect();
    Json(json!({ "messages": messages, "page": 0 })).into_response()
}
