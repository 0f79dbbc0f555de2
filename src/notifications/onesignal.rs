//! The push provider, OneSignal: creating a message, viewing and cancelling one.
//!
//! Source: its public documentation (reference: create message, view message, cancel message, idempotent requests, rate limits; November 2026).
//! `POST /notifications` takes `idempotency_key` (a UUID, known for 30 days: asked again, it answers as the first time), answers 200
//! with `id`, or with an empty `id` and `errors` when nothing was created, as for somebody without a device. `DELETE
//! /notifications/{id}` stops one that has not gone out. Both share a rate limit (150 a second on its free plan, 6 000 on paid ones),
//! beyond which they answer 429 with `Retry-After` in seconds.

use super::{
    model::{Settled, Why, later},
    pace::Pace,
};
use crate::platform::config::OneSignalConfig;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, RequestBuilder, StatusCode, header, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{error::Error, time::Duration};
use url::Url;
use uuid::Uuid;

/// The longest answer that is read, in bytes.
const ANSWER: usize = 64 * 1024;
/// The longest pause that is taken for meant.
const LONGEST_PAUSE: Duration = Duration::from_secs(900);

pub struct OneSignal {
    http: reqwest::Client,
    app_id: String,
    api_key: SecretString,
    url: Url,
    pace: Pace,
}

/// A message to one patient.
#[derive(Clone, Debug)]
pub struct Push {
    /// What the provider knows the patient by.
    pub to: Uuid,
    pub key: Uuid,
    pub content: String,
    /// Tag of its language.
    pub language: &'static str,
    /// Which try this is, from 1.
    pub tries: i32,
}

#[derive(Serialize)]
struct Create<'a> {
    app_id: &'a str,
    idempotency_key: Uuid,
    target_channel: &'static str,
    include_aliases: Aliases,
    contents: std::collections::BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_after: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct Aliases {
    external_id: [Uuid; 1],
}

#[derive(Deserialize)]
struct Created {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    errors: serde_json::Value,
}

#[derive(Deserialize)]
struct Cancelled {
    success: serde_json::Value,
}

/// How a message stands.
#[derive(Deserialize)]
struct View {
    #[serde(default)]
    canceled: bool,
    /// Seconds since 1970.
    #[serde(default)]
    completed_at: Option<i64>,
    #[serde(default)]
    send_after: Option<i64>,
}

/// What a request came to.
enum Answer<T> {
    Good(T),
    Refused(StatusCode),
    /// Whether the provider took it is not known, or it asks to come back.
    Again(Why, Option<Duration>),
}

impl OneSignal {
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(config: &OneSignalConfig) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let http = reqwest::Client::builder()
            .timeout(config.timeout)
            .redirect(Policy::none())
            .build()?;
        Ok(Self {
            http,
            app_id: config.app_id.clone(),
            api_key: config.api_key.clone(),
            url: config.api_url.clone(),
            pace: Pace::new(config.rate),
        })
    }

    /// Waits until a request may be made.
    pub async fn turn(&self) {
        self.pace.turn().await;
    }

    /// Hands a message over, once it is its [`turn`](Self::turn).
    pub async fn send(&self, push: &Push) -> Settled {
        match self.create(push, None).await {
            Answer::Good(Created { id: Some(id), .. }) if !id.is_empty() => Settled::Sent(Some(id)),
            Answer::Good(created) if created.is_nobody() => {
                Settled::Skipped(why("no_device", None))
            }
            // Not what the provider answers.
            Answer::Good(created) if created.errors.is_null() => {
                let why = why("malformed", Some(StatusCode::OK));
                Settled::Again(why, later(push.tries, None))
            }
            // Nothing was created, for whatever else.
            Answer::Good(_) => Settled::Failed(why("not_created", Some(StatusCode::OK))),
            Answer::Refused(status) => Settled::Failed(refused(status)),
            Answer::Again(why, pause) => Settled::Again(why, later(push.tries, pause)),
        }
    }

    /// Stops a message that the provider may know of or not. If it does not, it is created first, for a day that never comes:
    /// whatever is still on its way under the same key then meets a message that is cancelled. Nothing is taken for cancelled that the
    /// provider has not said so of, or that has nobody to go to.
    pub async fn cancel(&self, push: &Push, now: DateTime<Utc>) -> Settled {
        let never = now + TimeDelta::days(20);
        let id = match self.create(push, Some(never)).await {
            Answer::Good(Created { id: Some(id), .. }) if !id.is_empty() => id,
            // Nobody it could go to.
            Answer::Good(created) if created.is_nobody() => return Settled::Cancelled,
            Answer::Good(_) => {
                let why = why("malformed", Some(StatusCode::OK));
                return Settled::Again(why, later(push.tries, None));
            }
            // It does not say what it knows.
            Answer::Refused(status) => {
                return Settled::Again(refused(status), later(push.tries, None));
            }
            Answer::Again(why, pause) => return Settled::Again(why, later(push.tries, pause)),
        };
        self.pace.turn().await;
        match self.ask::<Cancelled>(self.about(Method::DELETE, &id)).await {
            Answer::Good(Cancelled { success }) if success == true || success == "true" => {
                Settled::Cancelled
            }
            Answer::Good(_) | Answer::Refused(_) => self.look(push, id, now).await,
            Answer::Again(why, pause) => Settled::Again(why, later(push.tries, pause)),
        }
    }

    /// What became of a message that could not be stopped.
    async fn look(&self, push: &Push, id: String, now: DateTime<Utc>) -> Settled {
        self.pace.turn().await;
        match self.ask::<View>(self.about(Method::GET, &id)).await {
            Answer::Good(view) if view.canceled => Settled::Cancelled,
            Answer::Good(view)
                if view.completed_at.is_some()
                    || view
                        .send_after
                        .is_some_and(|after| after <= now.timestamp()) =>
            {
                Settled::Sent(Some(id))
            }
            // It waits yet.
            Answer::Good(_) => Settled::Again(why("not_stopped", None), later(push.tries, None)),
            // There is none.
            Answer::Refused(StatusCode::NOT_FOUND) => Settled::Cancelled,
            Answer::Refused(status) => Settled::Again(refused(status), later(push.tries, None)),
            Answer::Again(why, pause) => Settled::Again(why, later(push.tries, pause)),
        }
    }

    /// A request about a message that the provider knows.
    fn about(&self, method: Method, id: &str) -> RequestBuilder {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["notifications", id]);
        }
        self.http
            .request(method, url)
            .query(&[("app_id", &self.app_id)])
    }

    async fn create(&self, push: &Push, send_after: Option<DateTime<Utc>>) -> Answer<Created> {
        let Ok(url) = self.url.join("notifications") else {
            return Answer::Again(why("address", None), None);
        };
        // English is what the provider falls back to, and insists on.
        let contents = ["en", push.language].map(|language| (language, push.content.as_str()));
        let body = Create {
            app_id: &self.app_id,
            idempotency_key: push.key,
            target_channel: "push",
            include_aliases: Aliases {
                external_id: [push.to],
            },
            contents: contents.into(),
            send_after,
        };
        self.ask(self.http.request(Method::POST, url).json(&body))
            .await
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, request: RequestBuilder) -> Answer<T> {
        let key = format!("Key {}", self.api_key.expose_secret());
        let request = request.header(header::AUTHORIZATION, key);
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return Answer::Again(why("timeout", None), None),
            Err(error) if error.is_connect() => {
                return Answer::Again(why("unreachable", None), None);
            }
            Err(_) => return Answer::Again(why("broken_off", None), None),
        };
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let pause = pause(response.headers());
            self.pace.pause(pause);
            return Answer::Again(why("rate_limited", Some(status)), Some(pause));
        }
        if status.is_server_error()
            || status == StatusCode::REQUEST_TIMEOUT
            || status == StatusCode::CONFLICT
        {
            let pause = response
                .headers()
                .contains_key(header::RETRY_AFTER)
                .then(|| pause(response.headers()));
            return Answer::Again(why("provider_failed", Some(status)), pause);
        }
        if !status.is_success() {
            return Answer::Refused(status);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Ok(Some(_)) => return Answer::Again(why("malformed", Some(status)), None),
                Err(_) => return Answer::Again(why("broken_off", Some(status)), None),
            }
        }
        match serde_json::from_slice(&body) {
            Ok(answer) => Answer::Good(answer),
            Err(_) => Answer::Again(why("malformed", Some(status)), None),
        }
    }
}

impl Created {
    /// Whether nothing was created because there is no device to push to.
    fn is_nobody(&self) -> bool {
        let nobody =
            |text: &str| text.contains("not subscribed") || text.contains("No subscribers");
        match &self.errors {
            serde_json::Value::Object(errors) => errors.contains_key("invalid_aliases"),
            serde_json::Value::Array(errors) => errors
                .iter()
                .any(|error| error.as_str().is_some_and(nobody)),
            _ => false,
        }
    }
}

fn why(word: &'static str, status: Option<StatusCode>) -> Why {
    Why {
        word,
        status: status.map(|status| status.as_u16()),
    }
}

fn refused(status: StatusCode) -> Why {
    let word = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "key_refused",
        StatusCode::NOT_FOUND => "app_unknown",
        _ => "refused",
    };
    why(word, Some(status))
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
