//! Whoever reads the answer: language, theme, time zone, and what the page has to know of them.

use super::{
    Language,
    navigation::{Entries, Place},
};
use crate::platform::clock::Clock;
use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use leptos::nonce::Nonce;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

#[derive(Clone)]
pub struct Reader {
    pub language: Language,
    /// None: what the device prefers.
    pub theme: Option<Theme>,
    pub zone: Tz,
    /// When the request came.
    pub now: DateTime<Utc>,
    pub nonce: Nonce,
    /// Where the clinic itself is reached, for whoever has no practice to call, and on the pages of faults.
    pub clinic_telephone: Arc<str>,
    /// The path that was asked for, without its query.
    pub path: String,
    /// Which of the layouts the person uses; public until somebody is known to be signed in.
    pub posture: super::Posture,
    /// The entries of all menus.
    pub entries: Entries,
    /// To which of them the page belongs.
    pub place: Place,
    /// What the person is called, once known.
    pub name: Option<String>,
    /// Whether they have a treatment of their own, whatever else they do here.
    pub patient: bool,
    /// Whether they treat patients.
    pub dentist: bool,
    /// Whether they are staff or admins.
    pub office: bool,
    /// Whether a message waits for them.
    pub unread: bool,
    /// How many messages of patients wait for them, at a desk.
    pub waiting: i64,
    /// How many reports of their patients nobody has seen, for a dentist.
    pub reported: i64,
    /// Whether something in their inbox does.
    pub told: bool,
    /// Whether single keys do things on pages that have such.
    pub shortcuts: bool,
}

impl Reader {
    /// The tag of the catalogue, for `t!`.
    pub fn lang(&self) -> &'static str {
        self.language.code()
    }

    /// Today, where the reader is.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }
}

/// The request's reader, shared with the layer that writes the pages of faults: once somebody is
/// signed in, these are in their language, too.
#[derive(Clone)]
pub struct ReaderCell(Arc<Mutex<Reader>>);

impl ReaderCell {
    pub fn get(&self) -> Reader {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn update(&self, change: impl FnOnce(&mut Reader)) -> Reader {
        let mut reader = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut reader);
        reader.clone()
    }
}

/// Puts the reader, as far as the request tells, into the request.
pub async fn read_reader(
    State((clock, clinic_telephone, entries)): State<(Clock, Arc<str>, Entries)>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(Language::accepted)
        .unwrap_or_default();
    let nonce = request
        .extensions()
        .get::<Nonce>()
        .cloned()
        .unwrap_or_default();
    let reader = Reader {
        language,
        theme: None,
        zone: Tz::Europe__Berlin,
        now: clock.now(),
        nonce,
        clinic_telephone,
        path: request.uri().path().to_owned(),
        posture: super::Posture::Public,
        entries,
        place: Place::NONE,
        name: None,
        patient: false,
        dentist: false,
        office: false,
        unread: false,
        waiting: 0,
        reported: 0,
        told: false,
        shortcuts: true,
    };
    request
        .extensions_mut()
        .insert(ReaderCell(Arc::new(Mutex::new(reader))));
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = crate::error::Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<ReaderCell>()
            .map(ReaderCell::get)
            .ok_or(crate::error::Fault::Internal)
    }
}
