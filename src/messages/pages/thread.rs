//! One journey's messages: the oldest above, the newest and the form to write below.

mod form;

use super::{COMPOSER, inbox};
use crate::{
    accounts::{Act, Namesakes, Participant, Patient, SignedIn, Turned},
    care::Scope,
    error::Fault,
    ids::DentistId,
    journeys::{self, model::JourneyId},
    messages::{
        PHOTOS,
        heads::{self, Head, Opened},
        service::{self, NotSent, Sending},
        store::{self, Listed, Message, Thread, replies::Reply},
    },
    photos::{self, Photo, Variant},
    platform::Platform,
    practices,
    records::{self, Record, Treatment},
    ui::{
        self, ATTACH, Badge, LinkButton, Page, PageHeader, PatientBar, PersonLine, Reader,
        SplitPane, Tone, or_empty, page, time,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query, Request, State,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use form::{Sent, Why};
pub use form::{insert_reply, saved_replies};
use leptos::{either::Either, prelude::*};
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
    before: Option<i64>,
    /// A photo to write about.
    photo: Option<i64>,
    /// Present after sharing.
    shared: Option<String>,
    /// The case that one came from, by its stage.
    case: Option<i32>,
}

pub async fn thread(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
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
    let thread = service::open(&mut db, scope, &act, JourneyId(id)).await?;
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
    show(&mut db, (&reader, &act, scope), &thread, part, &sent, why).await
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
    before: Option<i64>,
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

pub async fn send(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(fields) = form?;
    let sent = Sent::of(fields).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    written(&mut db, (&reader, &act), scope, id, sent).await
}

/// A patient's message with photos that are taken for it. It is sent though one of them does not arrive.
pub async fn send_with_photos(
    State(platform): State<Platform>,
    who: Result<SignedIn<Patient>, Turned>,
    path: Result<Path<i64>, PathRejection>,
    request: Request,
) -> Result<Response, Fault> {
    let signed_in = match who {
        Ok(signed_in) => signed_in,
        Err(turned) => return Ok(photos::turned_away(turned, request).await),
    };
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = signed_in;
    let sender = photos::Sender {
        db,
        patient: &actor,
        act: &act,
        journey: id,
    };
    let came = match photos::with_form(&platform, sender, request, PHOTOS).await {
        Ok(came) => came,
        Err(not) => return Ok(not.into_response()),
    };
    let answer = written_with(&platform, (&reader, &act), Scope::from(&actor), id, &came).await;
    Ok(came.answered(answer))
}

/// Sends what came with photos, or says why not.
async fn written_with(
    platform: &Platform,
    (reader, act): (&Reader, &Act),
    scope: Scope,
    id: i64,
    came: &photos::Came,
) -> Result<Response, Fault> {
    let mut sent = Sent::of(came.fields.clone()).ok_or(Fault::Malformed)?;
    sent.sent.extend(&came.sent);
    let mut db = platform.pool.acquire().await?;
    if !came.broken_off {
        return written(&mut db, (reader, act), scope, id, sent).await;
    }
    if let Some(words) = came.cut("body") {
        sent.body = ui::as_typed(words);
    }
    let thread = service::open(&mut db, scope, act, JourneyId(id)).await?;
    let why = Why::NotSent(NotSent::BrokenOff);
    show(
        &mut db,
        (reader, act, scope),
        &thread,
        Part::NEWEST,
        &sent,
        why,
    )
    .await
}

/// Sends what was written, or says why not.
async fn written(
    db: &mut PgConnection,
    (reader, act): (&Reader, &Act),
    scope: Scope,
    id: i64,
    mut sent: Sent,
) -> Result<Response, Fault> {
    let (dentist, key) = sent.dentist.zip(sent.key).ok_or(Fault::Malformed)?;
    let part = Part {
        case: sent.case,
        ..Part::NEWEST
    };
    if sent.insert {
        let thread = service::open(db, scope, act, JourneyId(id)).await?;
        if let Some(dentist) = thread.dentist.filter(|_| !thread.own) {
            let replies = store::replies::replies(db, dentist).await?;
            sent.insert_reply(&replies);
        }
        return show(db, (reader, act, scope), &thread, part, &sent, Why::Asked).await;
    }
    let sending = Sending {
        journey: JourneyId(id),
        body: &sent.body,
        photos: &sent.photos,
        sent: &sent.sent,
        dentist,
        key,
        heads: &sent.heads,
    };
    match service::send(db, scope, act, sending, reader.now).await {
        Ok(()) => {
            let case = sent.case.map(|case| format!("?case={case}"));
            let case = case.unwrap_or_default();
            Ok(Redirect::to(&format!("/journeys/{id}/messages{case}#write")).into_response())
        }
        Err(NotSent::Fault(fault)) => Err(fault),
        Err(why) => {
            let thread = service::open(db, scope, act, JourneyId(id)).await?;
            let why = Why::NotSent(why);
            show(db, (reader, act, scope), &thread, part, &sent, why).await
        }
    }
}

/// Which dentist is to read what, and where the patient was.
#[derive(Deserialize)]
pub struct Sharing {
    journey: i64,
    dentist: DentistId,
}

pub async fn share(
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
    let thread = service::open(&mut db, scope, &act, JourneyId(journey)).await?;
    if service::share(&mut db, &actor, &act, dentist, reader.now).await? {
        let to = format!("/journeys/{journey}/messages?shared#write");
        return Ok(Redirect::to(&to).into_response());
    }
    let sent = Sent::default();
    let why = Why::NotShared;
    let who = (&reader, &act, scope);
    show(&mut db, who, &thread, Part::NEWEST, &sent, why).await
}

async fn show(
    db: &mut PgConnection,
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
    let ids: Vec<i64> = messages.iter().map(|message| message.id).collect();
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
                    None => heads::of(db, opened).await?,
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
        true => photos::gallery(db, thread.journey.0, None, OFFERED).await?,
        false => Vec::new(),
    };
    if writes && !sent.photos.is_empty() {
        // Those that were chosen elsewhere stand before the newest.
        let chosen = photos::in_journey(db, thread.journey.0, &sent.photos).await?;
        offered.retain(|photo| !sent.photos.contains(&photo.id));
        offered.splice(0..0, chosen);
    }
    let ids: Vec<i64> = offered.iter().map(|photo| photo.id).collect();
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

/// What stands around a thread at a desk.
struct AtDesk {
    threads: Vec<Listed>,
    namesakes: Namesakes,
    heads: Vec<Head>,
    replies: Vec<Reply>,
}

/// The list of threads and the open one, side by side.
fn at_desk<V: IntoView + 'static>(
    reader: &Reader,
    thread: &Thread,
    desk: &AtDesk,
    case: Option<i32>,
    contents: V,
) -> impl IntoView + use<V> {
    let lang = reader.lang();
    let none = t!("message.none", locale = lang).into_owned();
    let listed = (desk.threads.as_slice(), &desk.namesakes);
    let list = inbox::pane(reader, listed, Some(thread.journey), none);
    let back = match case {
        Some(case) => (
            format!("/journeys/{}/reviews/{case}", thread.journey.0),
            t!("review.back_to", locale = lang).into_owned(),
        ),
        None => (
            "/messages".to_owned(),
            t!("message.all_threads", locale = lang).into_owned(),
        ),
    };
    let mut facts = thread.identity().short(reader);
    facts.push(journeys::product_name(lang, thread.product));
    let person = PersonLine {
        name: thread.patient_name(),
        facts,
        href: Some(format!("/patients/{}", thread.patient.0)),
    };
    let title = t!(
        "message.with_title",
        locale = lang,
        name = thread.patient_name()
    )
    .into_owned();
    let record = Record {
        patient: thread.patient,
        name: thread.patient_name(),
        treatment: Some(Treatment {
            journey: thread.journey.0,
            wear: thread.wear,
        }),
        treats: true,
    };
    let tabs = records::tabs(lang, &record, Some(records::Part::Messages));
    let detail = view! { <PatientBar person/>{tabs}{contents} };
    view! {
        <PageHeader title back/>
        <SplitPane
            label=t!("message.title", locale = lang).into_owned() list=list.into_any() detail=detail.into_any()
            empty=String::new()
        />
    }
}

/// How many, in words.
pub fn several(lang: &str, count: i64) -> String {
    match count {
        1 => t!("message.new.one", locale = lang),
        count => t!("message.new.other", locale = lang, count = count),
    }
    .into_owned()
}

fn line(
    reader: &Reader,
    thread: &Thread,
    message: &Message,
    new: bool,
    attached: &[(i64, Photo)],
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let mine = message.from_patient == thread.own;
    let who = match (mine, message.from_patient) {
        (true, true) => t!("message.you", locale = lang).into_owned(),
        (_, false) => message.dentist.clone(),
        (false, true) => thread.patient_name(),
    };
    // Written to somebody else than who treats the patient today.
    let who = if message.from_patient && Some(message.dentist_id) != thread.dentist {
        t!(
            "message.who_to",
            locale = lang,
            who = who,
            to = message.dentist
        )
        .into_owned()
    } else {
        who
    };
    let photos: Vec<_> = attached
        .iter()
        .filter(|(id, _)| *id == message.id)
        .map(|(_, photo)| {
            view! {
                <li><a href=format!("/photos/{}", photo.id)>{photos::framed(reader, photo, Variant::Thumbnail, true)}</a></li>
            }
        })
        .collect();
    let photos = (!photos.is_empty()).then(|| view! { <ul class="message-photos">{photos}</ul> });
    let coming = match message.coming {
        0 => None,
        1 => Some(t!("message.coming.one", locale = lang)),
        count => Some(t!("message.coming.other", locale = lang, count = count)),
    };
    let coming = coming.map(|words| view! { <p class="quiet">{words.into_owned()}</p> });
    let mark = if new {
        let words = t!("message.is_new", locale = lang).into_owned();
        Some(view! { <Badge tone=Tone::Note>{words}</Badge> }.into_any())
    } else {
        let words = match (mine, message.read) {
            (true, Some(_)) => Some(t!("message.read", locale = lang)),
            (true, None) => Some(t!("message.sent", locale = lang)),
            _ => None,
        };
        words.map(|words| view! { <span class="quiet">{words.into_owned()}</span> }.into_any())
    };
    let mark = mark.map(|mark| view! { <span class="quiet">" · "</span>{mark} });
    view! {
        <li class="message" class:message-own=mine>
            <p class="message-head"><strong>{who}</strong>" "<span class="quiet">{time::minute(reader, message.sent)}</span>{mark}</p>
            <p class="message-body">{message.body.clone()}</p>
            {photos}
            {coming}
        </li>
    }
}
