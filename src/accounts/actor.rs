//! Authority is a value: a service takes `&Patient` or `&Dentist`, and only [`SignedIn`] makes one.

use super::{
    model::{Person, Role, UserId},
    session, store,
};
use crate::{
    accounts::Action,
    audit,
    error::Fault,
    ids::DentistId,
    platform::{Platform, database::Connection, http::RequestId},
    ui::{Language, Posture, Reader, ReaderCell, Theme},
};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use chrono_tz::Tz;
use tower_sessions::Session;
use uuid::Uuid;

/// Somebody signed in, in the role that the function asks for: `SignedIn<Patient>` is a patient.
///
/// Whoever is not signed in is sent to sign in; whoever has not accepted the terms, to the terms;
/// whoever lacks the role is refused, which leaves an audit row.
pub struct SignedIn<A> {
    pub actor: A,
    pub act: Act,
    pub reader: Reader,
    /// The request's one connection: everything it asks of the database goes through this.
    pub db: Connection,
}

/// Like [`SignedIn`] in any role, but before the terms are accepted, too: for the few pages that
/// somebody must reach in order to accept them or to leave.
pub struct BeforeTerms(pub SignedIn<Anyone>);

/// Who acts, in which role, in which request: what an audit row says of it.
#[derive(Clone, Debug)]
pub struct Act {
    pub by: UserId,
    pub role: Role,
    request: Option<Uuid>,
}

impl Act {
    /// The same act, as somebody in that one of their roles.
    pub fn in_role(&self, role: Role) -> Self {
        Self {
            role,
            ..self.clone()
        }
    }

    /// Names the request, as its audit rows do.
    pub fn request(&self) -> Option<Uuid> {
        self.request
    }

    /// An audit row of this act.
    pub fn entry(&self, action: impl Into<audit::Action>) -> audit::Entry {
        audit::Entry::new(action)
            .by(self.by.0, self.role.name())
            .during(self.request)
    }

    /// The row of having read a list of patients.
    pub fn listing(&self, patients: &[UserId]) -> audit::Entry {
        let ids: Vec<i64> = patients.iter().map(|id| id.0).collect();
        self.entry(Action::ListPatients)
            .detail(serde_json::json!({ "patients": ids }))
    }
}

/// Somebody signed in, whatever their role.
#[derive(Clone, Debug)]
pub struct Anyone(pub Person);

/// A patient: authority over their own record, and over nothing else.
#[derive(Clone, Debug)]
pub struct Patient {
    id: UserId,
    zone: Tz,
    zone_confirmed: bool,
}

impl Patient {
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The time zone in which their days begin and end.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Whether they said that it is theirs. Until then it is the clinic's, and they are to be asked.
    pub fn zone_confirmed(&self) -> bool {
        self.zone_confirmed
    }
}

/// A dentist: authority over the patients assigned to them today.
#[derive(Clone, Debug)]
pub struct Dentist {
    id: UserId,
    dentist_id: DentistId,
}

impl Dentist {
    pub fn id(&self) -> UserId {
        self.id
    }

    /// Their row of `dentists`.
    pub fn dentist_id(&self) -> DentistId {
        self.dentist_id
    }
}

/// Those who look at patients' records.
#[derive(Clone, Debug)]
pub enum Desk {
    /// A dentist, who sees their own patients.
    Dentist(Dentist),
    /// Staff and admins, who see every patient; one of them may be a dentist as well.
    Office(Option<Dentist>),
}

impl Desk {
    /// The dentist that they are, whatever else.
    pub fn dentist(&self) -> Option<&Dentist> {
        match self {
            Self::Dentist(dentist) => Some(dentist),
            Self::Office(dentist) => dentist.as_ref(),
        }
    }
}

impl Desk {
    /// The office that they work in, whatever else.
    pub fn office(&self) -> Option<Office> {
        matches!(self, Self::Office(_)).then_some(Office(()))
    }
}

/// Staff and admins: authority over notifications, whoever they go to.
#[derive(Clone, Debug)]
pub struct Office(());

/// Whoever takes part in a treatment: the one who lives it, somebody at a desk, or both at once. Which of
/// these they are is asked of each journey.
#[derive(Clone, Debug)]
pub struct Participant {
    id: UserId,
    patient: bool,
    desk: Option<(Desk, Role)>,
}

impl Participant {
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The patient that they are, if they are one.
    pub fn patient(&self) -> Option<UserId> {
        self.patient.then_some(self.id)
    }

    pub fn desk(&self) -> Option<&Desk> {
        self.desk.as_ref().map(|(desk, _)| desk)
    }

    /// In which role they meet a record: their own, or another's.
    pub fn role(&self, own: bool) -> Role {
        match &self.desk {
            Some((_, role)) if !own => *role,
            _ => Role::Patient,
        }
    }
}

/// A participant who is at a desk, whatever else: for what only a clinic does.
#[derive(Clone, Debug)]
pub struct AtDesk {
    participant: Participant,
    desk: Desk,
}

impl AtDesk {
    pub fn participant(&self) -> &Participant {
        &self.participant
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }
}

mod sealed {
    /// Nobody outside this file makes actors.
    pub trait Actor: Sized {
        fn of(person: &super::Person) -> Option<(Self, super::Role)>;
    }
}
use sealed::Actor;

impl Actor for Anyone {
    fn of(person: &Person) -> Option<(Self, Role)> {
        // The role that says most about what they came to do.
        let role = [Role::Admin, Role::Staff, Role::Dentist, Role::Patient]
            .into_iter()
            .find(|role| person.has(*role))?;
        Some((Self(person.clone()), role))
    }
}

impl Actor for Patient {
    fn of(person: &Person) -> Option<(Self, Role)> {
        person.has(Role::Patient).then_some((
            Self {
                id: person.id,
                zone: person.zone,
                zone_confirmed: person.zone_confirmed,
            },
            Role::Patient,
        ))
    }
}

impl Actor for Dentist {
    fn of(person: &Person) -> Option<(Self, Role)> {
        let dentist_id = person.dentist_id.filter(|_| person.has(Role::Dentist))?;
        let id = person.id;
        Some((Self { id, dentist_id }, Role::Dentist))
    }
}

impl Actor for Desk {
    fn of(person: &Person) -> Option<(Self, Role)> {
        let dentist = Dentist::of(person).map(|(dentist, _)| dentist);
        match Office::of(person) {
            Some((_, role)) => Some((Self::Office(dentist), role)),
            None => dentist.map(|dentist| (Self::Dentist(dentist), Role::Dentist)),
        }
    }
}

impl Actor for Office {
    fn of(person: &Person) -> Option<(Self, Role)> {
        [Role::Admin, Role::Staff]
            .into_iter()
            .find(|role| person.has(*role))
            .map(|role| (Self(()), role))
    }
}

impl Actor for Participant {
    fn of(person: &Person) -> Option<(Self, Role)> {
        let patient = person.has(Role::Patient);
        let desk = Desk::of(person);
        let role = desk
            .as_ref()
            .map(|(_, role)| *role)
            .or(patient.then_some(Role::Patient))?;
        Some((
            Self {
                id: person.id,
                patient,
                desk,
            },
            role,
        ))
    }
}

impl Actor for AtDesk {
    fn of(person: &Person) -> Option<(Self, Role)> {
        let (desk, role) = Desk::of(person)?;
        let (participant, _) = Participant::of(person)?;
        Some((Self { participant, desk }, role))
    }
}

/// Why a request does not reach its function.
pub struct Turned {
    pub fault: Fault,
    /// Where a page that was asked for leads instead.
    location: Option<String>,
}

impl From<Fault> for Turned {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            location: None,
        }
    }
}

impl From<sqlx::Error> for Turned {
    fn from(error: sqlx::Error) -> Self {
        Fault::from(error).into()
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self.location {
            Some(location) => (
                axum::http::StatusCode::FOUND,
                [(header::LOCATION, location)],
            )
                .into_response(),
            None => self.fault.into_response(),
        }
    }
}

impl Turned {
    /// To sign in and come back, if a page was asked for; with an answer in words if something was sent.
    fn signed_out(parts: &Parts) -> Self {
        Self {
            fault: Fault::SignedOut,
            location: by_way_of("/sign-in", parts),
        }
    }

    /// The same by way of the terms.
    fn terms(parts: &Parts) -> Self {
        Self {
            fault: Fault::TermsNotAccepted,
            location: by_way_of("/terms", parts),
        }
    }
}

/// The address of a page that leads on to the one that was asked for, if one was.
fn by_way_of(page: &str, parts: &Parts) -> Option<String> {
    let wanted = parts.uri.path_and_query();
    is_page(parts).then(|| match wanted.map_or("/", |wanted| wanted.as_str()) {
        "/" => page.to_owned(),
        wanted => format!(
            "{page}?next={}",
            url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect::<String>()
        ),
    })
}

/// Whether somebody asked for a page, rather than sent something, or a page for what belongs to it: a picture, news.
fn is_page(parts: &Parts) -> bool {
    let read = matches!(parts.method, Method::GET | Method::HEAD);
    // Source: Fetch Metadata Request Headers; a browser that does not say asks for a page.
    let of_a_page = parts.headers.get("sec-fetch-dest");
    read && !parts.uri.path().starts_with("/api/")
        && of_a_page.is_none_or(|what| what == "document")
}

async fn identify<S>(parts: &mut Parts, state: &S) -> Result<(Person, Reader, Connection), Turned>
where
    S: Send + Sync,
    Platform: FromRef<S>,
{
    let platform = Platform::from_ref(state);
    let id = parts
        .extensions
        .get::<Session>()
        .and_then(Session::id)
        .ok_or_else(|| Turned::signed_out(parts))?;
    let hash = session::id_hash(&id);
    let now = platform.clock.now();
    let mut db = platform.pool.acquire().await?;
    let person = store::person_of_session(&mut db, &hash, now)
        .await?
        .ok_or_else(|| Turned::signed_out(parts))?;
    if person.disabled {
        record_refusal(&mut db, &person, parts).await?;
        return Err(Fault::Disabled.into());
    }
    session::touch(&mut db, &hash, person.last_seen_at, now).await?;
    let cell = parts
        .extensions
        .get::<ReaderCell>()
        .cloned()
        .ok_or(Fault::Internal)?;
    // What is told to whoever chose no language is told as they last read.
    if person.language.is_none()
        && is_page(parts)
        && parts.headers.contains_key(header::ACCEPT_LANGUAGE)
    {
        let read = cell.get().language.code();
        if person.last_language.as_deref() != Some(read) {
            store::note_language(&mut db, person.id, read).await?;
        }
    }
    let reader = cell.update(|reader| {
        if let Some(language) = person.language.as_deref().and_then(Language::from_code) {
            reader.language = language;
        }
        reader.theme = person.theme.as_deref().and_then(Theme::from_code);
        reader.zone = person.zone;
        reader.name = Some(person.display_name());
        reader.patient = person.has(Role::Patient);
        reader.dentist = person.has(Role::Dentist);
        reader.office = person.has(Role::Staff) || person.has(Role::Admin);
        reader.unread = person.unread;
        reader.waiting = person.waiting;
        reader.reported = person.reported;
        reader.told = person.told;
        reader.shortcuts = person.shortcuts;
        if person.accepted_terms() {
            let at_desk = [Role::Dentist, Role::Staff, Role::Admin]
                .into_iter()
                .any(|role| person.has(role));
            reader.posture = if at_desk {
                Posture::Desk
            } else {
                Posture::Patient
            };
        }
    });
    Ok((person, reader, db))
}

/// Records that somebody known was turned away from a route.
async fn record_refusal(
    db: &mut Connection,
    person: &Person,
    parts: &Parts,
) -> Result<(), sqlx::Error> {
    let role = person.roles.first().copied().unwrap_or(Role::Patient);
    let mut entry = audit::Entry::new(Action::Call)
        .by(person.id.0, role.name())
        .refused()
        .during(parts.extensions.get::<RequestId>().map(|id| id.0))
        .detail(serde_json::json!({ "route": route(parts), "method": parts.method.as_str() }));
    // Whose record it would have been: they can read that somebody was refused.
    if let Some((part, id)) = named_in(parts.uri.path()) {
        entry.subject = store::subject_of(db, part, id).await?;
    }
    audit::record(db, entry).await
}

/// What an address names of a person.
pub struct Addressed {
    /// Whose record it stands for, if it is anybody's.
    pub subject: Option<i64>,
    route: Option<String>,
    method: Method,
}

impl Addressed {
    /// What an audit row says of the request.
    pub fn detail(&self) -> serde_json::Value {
        serde_json::json!({ "route": self.route, "method": self.method.as_str() })
    }
}

/// Of whom a request is, as far as its address says. None: of nobody in particular.
///
/// # Errors
/// Those of the database.
pub async fn addressed(
    db: &mut Connection,
    parts: &Parts,
) -> Result<Option<Addressed>, sqlx::Error> {
    let Some((part, id)) = named_in(parts.uri.path()) else {
        return Ok(None);
    };
    Ok(Some(Addressed {
        subject: store::subject_of(db, part, id).await?,
        route: route(parts).map(str::to_owned),
        method: parts.method.clone(),
    }))
}

fn route(parts: &Parts) -> Option<&str> {
    parts
        .extensions
        .get::<axum::extract::MatchedPath>()
        .map(axum::extract::MatchedPath::as_str)
}

/// The first part of an address, and the number behind it.
pub fn named_in(path: &str) -> Option<(&str, i64)> {
    let (part, rest) = path.strip_prefix('/')?.split_once('/')?;
    let id = rest.split('/').next()?.parse().ok()?;
    Some((part, id))
}

async fn enter<A: Actor>(
    person: &Person,
    reader: Reader,
    mut db: Connection,
    parts: &Parts,
) -> Result<SignedIn<A>, Turned> {
    let request = parts.extensions.get::<RequestId>().map(|id| id.0);
    let Some((actor, role)) = A::of(person) else {
        record_refusal(&mut db, person, parts).await?;
        return Err(Fault::Forbidden.into());
    };
    Ok(SignedIn {
        actor,
        act: Act {
            by: person.id,
            role,
            request,
        },
        reader,
        db,
    })
}

impl<S, A> FromRequestParts<S> for SignedIn<A>
where
    S: Send + Sync,
    A: Actor + Send,
    Platform: FromRef<S>,
{
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Turned> {
        let (person, reader, mut db) = identify(parts, state).await?;
        if !person.accepted_terms() {
            // A page leads to the terms; what was sent is refused.
            if !matches!(parts.method, Method::GET | Method::HEAD) {
                record_refusal(&mut db, &person, parts).await?;
            }
            return Err(Turned::terms(parts));
        }
        enter(&person, reader, db, parts).await
    }
}

impl<S> FromRequestParts<S> for BeforeTerms
where
    S: Send + Sync,
    Platform: FromRef<S>,
{
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Turned> {
        let (person, reader, db) = identify(parts, state).await?;
        enter(&person, reader, db, parts).await.map(Self)
    }
}
