//! Text messages, by Twilio: creating one, and finding one.
//!
//! Source: its public documentation (Messages resource, REST API responses, error dictionary; November 2026). `POST
//! /2010-04-01/Accounts/{AccountSid}/Messages.json` takes a form (`To`, `From` or `MessagingServiceSid`, `Body`) with the account's SID and
//! token as user and password, and answers 201 with `sid`; refusals are 4xx with a `code` (21211 no number, 21614 no mobile, 21610 its owner
//! said STOP). Beyond its limits it answers 429. It knows no idempotency key: what may have been taken is looked for by `GET` on the same
//! address with `To`, newest first, by a mark in the text that is the delivery's own.

use super::{
    channels::{Carrier, Parcel},
    model::{Settled, Why, later},
    pace::Pace,
};
use crate::platform::config::{TwilioConfig, WebConfig};
use async_trait::async_trait;
use reqwest::{RequestBuilder, StatusCode, header, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{error::Error, time::Duration};
use url::Url;
use uuid::Uuid;

/// The longest answer that is read, in bytes.
const ANSWER: usize = 1024 * 1024;
/// The longest pause that is taken for meant.
const LONGEST_PAUSE: Duration = Duration::from_secs(900);
/// How many of the newest messages to a number are looked through.
const LOOKED_THROUGH: &str = "200";

pub struct Twilio {
    http: reqwest::Client,
    account: String,
    token: SecretString,
    from: String,
    url: Url,
    web: WebConfig,
    pace: Pace,
}

#[derive(Deserialize)]
struct Message {
    sid: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<Message>,
}

/// Why something was refused.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u32,
}

/// What a request came to.
enum Answer<T> {
    Good(T),
    Refused(StatusCode, u32),
    /// Whether the provider took it is not known, or it asks to come back.
    Again(Why, Option<Duration>),
}

impl Twilio {
    /// # Errors
    /// When no HTTP client can be made, or its address is none.
    pub fn new(
        config: &TwilioConfig,
        web: &WebConfig,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let http = reqwest::Client::builder()
            .timeout(config.timeout)
            .redirect(Policy::none())
            .build()?;
        let path = format!("2010-04-01/Accounts/{}/Messages.json", config.account);
        Ok(Self {
            http,
            account: config.account.clone(),
            token: config.token.clone(),
            from: config.from.clone(),
            url: config.api_url.join(&path)?,
            web: web.clone(),
            pace: Pace::new(config.rate),
        })
    }

    /// What a message says: what a push says, where to read on, and a mark of its own by which it is found again.
    fn text(&self, content: &str, key: Uuid) -> String {
        let inbox = self.web.address("/inbox");
        format!("{content} {inbox}#{}", mark(key))
    }

    /// The message that was made of a delivery, if there is one that has not failed.
    async fn find(&self, to: &str, key: Uuid) -> Answer<Option<String>> {
        let query = [("To", to), ("PageSize", LOOKED_THROUGH)];
        let request = self.http.get(self.url.clone()).query(&query);
        let end = format!("#{}", mark(key));
        match self.ask::<Messages>(request).await {
            Answer::Good(Messages { messages }) => {
                let own = |message: &&Message| message.body.ends_with(&end);
                Answer::Good(messages.iter().find(own).map(|message| message.sid.clone()))
            }
            Answer::Refused(status, code) => Answer::Refused(status, code),
            Answer::Again(why, pause) => Answer::Again(why, pause),
        }
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, request: RequestBuilder) -> Answer<T> {
        let request = request.basic_auth(&self.account, Some(self.token.expose_secret()));
        let again = |word, status: Option<StatusCode>, pause| {
            let status = status.map(|status| status.as_u16());
            Answer::Again(Why { word, status }, pause)
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return again("timeout", None, None),
            Err(error) if error.is_connect() => return again("unreachable", None, None),
            Err(_) => return again("broken_off", None, None),
        };
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let pause = pause(response.headers());
            self.pace.pause(pause);
            return again("rate_limited", Some(status), Some(pause));
        }
        if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            return again("provider_failed", Some(status), None);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Ok(Some(_)) => return again("malformed", Some(status), None),
                Err(_) => return again("broken_off", Some(status), None),
            }
        }
        if !status.is_success() {
            let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
            return Answer::Refused(status, refusal.code);
        }
        match serde_json::from_slice(&body) {
            Ok(answer) => Answer::Good(answer),
            Err(_) => again("malformed", Some(status), None),
        }
    }
}

#[async_trait]
impl Carrier for Twilio {
    async fn turn(&self) {
        self.pace.turn().await;
    }

    async fn send(&self, parcel: &Parcel<'_>) -> Settled {
        let claim = parcel.claim;
        let Some(to) = claim.phone.as_deref().map(dialled) else {
            return Settled::Skipped(Why::word("unwanted"));
        };
        let to = to.as_str();
        let again = |why, pause| Settled::Again(why, later(claim.tries, pause));
        if claim.in_doubt {
            match self.find(to, claim.key).await {
                Answer::Good(Some(sid)) => return Settled::Sent(Some(sid)),
                Answer::Good(None) => self.pace.turn().await,
                Answer::Refused(status, code) => return again(refused(status, code), None),
                Answer::Again(why, pause) => return again(why, pause),
            }
        }
        let text = self.text(parcel.content, claim.key);
        // A messaging service chooses the number itself.
        let from = if self.from.starts_with("MG") {
            "MessagingServiceSid"
        } else {
            "From"
        };
        let form = [("To", to), (from, self.from.as_str()), ("Body", &text)];
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .http
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        match self.ask::<Message>(request).await {
            Answer::Good(message) if message.status == "failed" => {
                Settled::Failed(Why::word("refused"))
            }
            Answer::Good(message) => Settled::Sent(Some(message.sid)),
            Answer::Refused(status, code) => Settled::Failed(refused(status, code)),
            Answer::Again(why, pause) => again(why, pause),
        }
    }

    /// One that was created is on its way: there is nothing to stop. Whoever claimed it before may still be about to create it.
    async fn cancel(&self, parcel: &Parcel<'_>) -> Settled {
        let claim = parcel.claim;
        if !claim.in_doubt {
            return Settled::Cancelled;
        }
        let found = match claim.phone.as_deref().map(dialled) {
            Some(to) => self.find(&to, claim.key).await,
            None => Answer::Good(None),
        };
        match found {
            Answer::Good(sid) => Settled::Sent(sid),
            Answer::Refused(status, code) => {
                Settled::Again(refused(status, code), later(claim.tries, None))
            }
            Answer::Again(why, pause) => Settled::Again(why, later(claim.tries, pause)),
        }
    }
}

/// A number without the spaces that people read it by.
fn dialled(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What ends a message: unlike that of any other.
fn mark(key: Uuid) -> String {
    key.simple().to_string()[..12].to_owned()
}

fn refused(status: StatusCode, code: u32) -> Why {
    let word = match (status, code) {
        // No number, not one that can be reached, not a mobile, or one whose owner wants none.
        (_, 21211 | 21214 | 21217 | 21408 | 21610 | 21612 | 21614) => "number_refused",
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => "key_refused",
        (StatusCode::NOT_FOUND, _) => "app_unknown",
        _ => "refused",
    };
    Why {
        word,
        status: Some(status.as_u16()),
    }
}

/// `Retry-After` in whole seconds; a second, if it says nothing or something else.
fn pause(headers: &header::HeaderMap) -> Duration {
    let seconds = headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(1);
    Duration::from_secs(seconds).min(LONGEST_PAUSE)
}
