//! One journey's messages: the oldest above, the newest and the form to write below.

mod desk;
mod form;
mod message;
mod sending;

pub use form::{insert_reply, saved_replies};
pub use sending::{send, send_with_photos};

use super::{COMPOSER, inbox};
use crate::{
    accounts::{Act, Participant, Patient, SignedIn},
    care::Scope,
    error::Fault,
    ids::{DentistId, MessageId, PhotoId},
    journeys::{self, model::JourneyId},
    messages::{
        heads::{Heads, Opened},
        service::{self, NotSent},
        store::{self, Message, Thread},
    },
    photos, practices,
    ui::{ATTACH, LinkButton, Page, Reader, or_empty, page},
};
use axum::{
    Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use desk::{AtDesk, at_desk};
use form::{Sent, Why};
use leptos::{either::Either, prelude::*};
use message::line;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Messages on a page.
const PAGE: usize = 30;
/// How long it is said that messages are shared.
const SAID: TimeDelta = TimeDelta::minutes(10);
/// How many of the newest photos are offered to go with a message; any other from its own page.
const OFFERED: i64 = 12;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Messages before this one.
    before: Option<MessageId>,
    /// A photo to write about.
    photo: Option<PhotoId>,
    /// Present after sharing.
    shared: Option<String>,
    /// The case that one came from, by its stage.
    case: Option<i32>,
}

pub async fn thread(
    State(heads): State<Heads>,
    signed_in: SignedIn<Participant>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let thread = service::open(&mut db, scope, &act, id).await?;
    let sent = Sent {
        photos: asked.photo.into_iter().collect(),
        ..Sent::default()
    };
    let why = match asked.shared.and(thread.dentist).filter(|_| thread.own) {
        // What an old address says may not be so.
        Some(dentist)
            if store::shared_since(&mut db, thread.patient, dentist, reader.now - SAID).await? =>
        {
            Why::Shared
        }
        _ => Why::Asked,
    };
    let part = Part {
        before: asked.before,
        read: is_opened(&method, &headers),
        case: asked.case,
    };
    show(
        &mut db,
        heads,
        (&reader, &act, scope),
        &thread,
        part,
        &sent,
        why,
    )
    .await
}

/// Whether somebody sees the page that is asked for: one that is fetched ahead, or asked after without its body, has been read by
/// nobody.
pub fn is_opened(method: &Method, headers: &HeaderMap) -> bool {
    let ahead = headers
        .get("sec-purpose")
        .is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"));
    method == Method::GET && !ahead
}

/// Which part of a thread is shown, and whether it counts as read.
#[derive(Clone, Copy)]
struct Part {
    before: Option<MessageId>,
    read: bool,
    /// The case that one came from.
    case: Option<i32>,
}

impl Part {
    const NEWEST: Self = Self {
        before: None,
        read: true,
        case: None,
    };
}

/// Which dentist is to read what, and where the patient was.
#[derive(Deserialize)]
pub struct Sharing {
    journey: JourneyId,
    dentist: DentistId,
}

pub async fn share(
    State(heads): State<Heads>,
    signed_in: SignedIn<Patient>,
    form: Result<Form<Sharing>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Sharing { journey, dentist }) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let thread = service::open(&mut db, scope, &act, journey).await?;
    if service::share(&mut db, &actor, &act, dentist, reader.now).await? {
        let to = format!("/journeys/{journey}/messages?shared#write");
        return Ok(Redirect::to(&to).into_response());
    }
    let sent = Sent::default();
    let why = Why::NotShared;
    let who = (&reader, &act, scope);
    show(&mut db, heads, who, &thread, Part::NEWEST, &sent, why).await
}

async fn show(
    db: &mut PgConnection,
    heads: Heads,
    (reader, act, scope): (&Reader, &Act, Scope),
    thread: &Thread,
    Part { before, read, case }: Part,
    sent: &Sent,
    why: Why,
) -> Result<Response, Fault> {
    let mut messages = store::messages(db, thread, before, PAGE as i64 + 1).await?;
    let earlier = (messages.len() > PAGE).then(|| messages[PAGE - 1].id);
    messages.truncate(PAGE);
    let new = |message: &Message| message.from_patient != thread.own && message.read.is_none();
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let photos = store::photos(db, &ids).await?;
    let mut reader = reader.clone();
    let unread = messages.iter().filter(|message| new(message)).count();
    if read && unread > 0 {
        service::note_read(db, thread, &ids, reader.now).await?;
        // What the menu says of it.
        if thread.own {
            reader.unread = store::first_unread(db, thread.patient).await?.is_some();
        } else {
            let read = i64::try_from(unread).unwrap_or_default();
            reader.waiting = reader.waiting.saturating_sub(read);
        }
    }
    let reader = &reader;
    let desk = match thread.dentist.filter(|_| !thread.own) {
        Some(dentist) => {
            let (threads, namesakes) = inbox::beside(db, reader, scope, act).await?;
            let opened = Opened {
                reader,
                act,
                scope,
                patient: thread.patient,
            };
            Some(AtDesk {
                threads,
                namesakes,
                heads: match before {
                    None => heads.of(db, opened).await?,
                    Some(_) => Vec::new(),
                },
                replies: store::replies::replies(db, dentist).await?,
            })
        }
        None => None,
    };
    // Some of what is written here should rather be said on the telephone.
    let treating = match thread.own {
        true => practices::treating(db, thread.patient).await?,
        false => None,
    };
    let writes = before.is_none() && thread.dentist.is_some();
    let mut offered = match writes {
        true => photos::gallery(db, thread.journey, None, OFFERED).await?,
        false => Vec::new(),
    };
    if writes && !sent.photos.is_empty() {
        // Those that were chosen elsewhere stand before the newest.
        let chosen = photos::in_journey(db, thread.journey, &sent.photos).await?;
        offered.retain(|photo| !sent.photos.contains(&photo.id));
        offered.splice(0..0, chosen);
    }
    let ids: Vec<PhotoId> = offered.iter().map(|photo| photo.id).collect();
    let taken = match ids.is_empty() {
        true => Vec::new(),
        false => store::taken(db, &ids).await?,
    };
    let kept_from = match thread.dentist.filter(|_| thread.own && writes) {
        Some(dentist) => store::last_kept_from(db, thread.patient, dentist).await?,
        None => None,
    };
    let lang = reader.lang();
    let status = match why {
        Why::Asked | Why::Shared => StatusCode::OK,
        Why::NotShared | Why::NotSent(NotSent::OtherDentist | NotSent::SentBefore) => {
            StatusCode::CONFLICT
        }
        Why::NotSent(NotSent::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Why::NotSent(NotSent::BrokenOff) => StatusCode::BAD_REQUEST,
        Why::NotSent(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = t!("message.title", locale = lang).into_owned();
    let heading = match &desk {
        Some(_) => {
            Page::titled(format!("{title} · {}", thread.patient_name())).with_module(&COMPOSER)
        }
        None => Page::titled(title.clone()).with_module(&ATTACH),
    };
    Ok(page(reader, heading.status(status), || {
        let list = (!messages.is_empty()).then(|| {
            let each = messages
                .iter()
                .rev()
                .map(|message| line(reader, thread, message, new(message), &photos))
                .collect_view();
            view! { <ol class="messages">{each}</ol> }
        });
        let empty = match (before, thread.own) {
            (Some(_), _) => t!("list.no_earlier", locale = lang),
            (None, true) => t!("message.empty", locale = lang),
            (None, false) => t!("message.empty_desk", locale = lang),
        };
        let place = format!("/journeys/{}/messages", thread.journey.0);
        let more = case.map(|case| format!("&case={case}")).unwrap_or_default();
        let replies = desk.as_ref().map(|desk| desk.replies.as_slice());
        let writing = form::Writing {
            offered: &offered,
            taken: &taken,
            replies,
            case,
            heads: desk.as_ref().map_or(&[], |desk| desk.heads.as_slice()),
        };
        // What a case shows of it, where it opens over that.
        let contents = view! {
            <div class="thread" data-alone>
                {earlier.map(|before| view! {
                    <p><LinkButton href=format!("{place}?before={before}{more}") small=true>
                        {t!("list.earlier", locale = lang).into_owned()}
                    </LinkButton></p>
                })}
                {or_empty(list, empty)}
                {before.map(|_| view! {
                    <p><LinkButton href=format!("{place}?{more}#write")>
                        {t!("list.newest", locale = lang).into_owned()}
                    </LinkButton></p>
                })}
                {kept_from.map(|_| form::sharing(lang, thread))}
                {thread.own.then(|| practices::rather_call(reader, treating.as_ref()))}
                {match thread.dentist {
                    Some(dentist) if writes => Either::Left(form::form(reader, thread, dentist, &writing, sent, why)),
                    _ => Either::Right(form::kept(lang, thread, sent, why)),
                }}
            </div>
        };
        match desk {
            Some(desk) => Either::Left(at_desk(reader, thread, &desk, case, contents)),
            None => {
                let with = match &thread.dentist_name {
                    Some(name) => t!("message.with", locale = lang, name = name),
                    None => t!("message.no_dentist", locale = lang),
                };
                Either::Right(view! {
                    <h1>{title}</h1>
                    <p class="quiet">{journeys::product_name(lang, thread.product)}" · "{with.into_owned()}</p>
                    {contents}
                })
            }
        }
    }))
}

/// How many, in words.
pub fn several(lang: &str, count: i64) -> String {
    match count {
        1 => t!("message.new.one", locale = lang),
        count => t!("message.new.other", locale = lang, count = count),
    }
    .into_owned()
}
