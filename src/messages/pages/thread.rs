//! One journey's messages: the oldest above, the newest and the form to write below.

use crate::{
    accounts::{Participant, Patient, SignedIn},
    error::Fault,
    journeys::{self, model::JourneyId},
    messages::{
        BODY, PHOTOS,
        service::{self, NotSent, Sending},
        store::{self, Message, Thread},
    },
    photos::{
        self, Variant,
        store::{Photo, Viewer},
    },
    ui::{
        self, Alert, Icon, IconName, Page, Reader, TextArea, Tone, field, hidden, or_empty, page,
        time,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

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
}

/// The form as it was sent: a field may come several times.
#[derive(Default)]
struct Sent {
    body: String,
    photos: Vec<i64>,
    dentist: Option<i64>,
    key: Option<Uuid>,
}

impl Sent {
    /// None: not from a page of ours.
    fn of(fields: Vec<(String, String)>) -> Option<Self> {
        let mut sent = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "body" => sent.body = ui::as_typed(&value),
                "photo" => sent.photos.push(value.parse().ok()?),
                "dentist" => sent.dentist = Some(value.parse().ok()?),
                "key" => sent.key = Some(value.parse().ok()?),
                _ => {}
            }
        }
        sent.photos.sort_unstable();
        sent.photos.dedup();
        Some(sent)
    }
}

/// Why the page is shown.
#[derive(Clone, Copy)]
enum Why {
    Asked,
    Shared,
    /// It is another dentist than the patient saw: nothing is shared.
    NotShared,
    NotSent(NotSent),
}

pub async fn thread(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Query(asked) = query.map_err(|_| Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let viewer = Viewer::taking_part(&actor);
    let thread = service::open(&mut db, viewer, &act, JourneyId(id)).await?;
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
    // A page that is fetched ahead, or asked after without its body, has been read by nobody.
    let ahead = headers
        .get("sec-purpose")
        .is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"));
    let part = Part {
        before: asked.before,
        read: method == Method::GET && !ahead,
    };
    show(&mut db, &reader, &thread, part, &sent, why).await
}

/// Which part of a thread is shown, and whether it counts as read.
#[derive(Clone, Copy)]
struct Part {
    before: Option<i64>,
    read: bool,
}

impl Part {
    const NEWEST: Self = Self {
        before: None,
        read: true,
    };
}

pub async fn send(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Form(fields) = form.map_err(|_| Fault::Malformed)?;
    let sent = Sent::of(fields).ok_or(Fault::Malformed)?;
    let (dentist, key) = sent.dentist.zip(sent.key).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let viewer = Viewer::taking_part(&actor);
    let sending = Sending {
        journey: JourneyId(id),
        body: &sent.body,
        photos: &sent.photos,
        dentist,
        key,
    };
    match service::send(&mut db, viewer, &act, sending, reader.now).await {
        Ok(()) => Ok(Redirect::to(&format!("/journeys/{id}/messages#write")).into_response()),
        Err(NotSent::Fault(fault)) => Err(fault),
        Err(why) => {
            let thread = service::open(&mut db, viewer, &act, JourneyId(id)).await?;
            let why = Why::NotSent(why);
            show(&mut db, &reader, &thread, Part::NEWEST, &sent, why).await
        }
    }
}

/// Which dentist is to read what, and where the patient was.
#[derive(Deserialize)]
pub struct Sharing {
    journey: i64,
    dentist: i64,
}

pub async fn share(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Sharing>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(Sharing { journey, dentist }) = form.map_err(|_| Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let viewer = Viewer::own(&actor);
    let thread = service::open(&mut db, viewer, &act, JourneyId(journey)).await?;
    if service::share(&mut db, &actor, &act, dentist, reader.now).await? {
        let to = format!("/journeys/{journey}/messages?shared#write");
        return Ok(Redirect::to(&to).into_response());
    }
    let sent = Sent::default();
    let why = Why::NotShared;
    show(&mut db, &reader, &thread, Part::NEWEST, &sent, why).await
}

async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    thread: &Thread,
    Part { before, read }: Part,
    sent: &Sent,
    why: Why,
) -> Result<Response, Fault> {
    let mut messages = store::messages(db, thread, before, PAGE as i64 + 1).await?;
    let earlier = (messages.len() > PAGE).then(|| messages[PAGE - 1].id);
    messages.truncate(PAGE);
    let new = |message: &Message| message.from_patient != thread.own && message.read.is_none();
    let ids: Vec<i64> = messages.iter().map(|message| message.id).collect();
    let attached = store::photos(db, &ids).await?;
    let mut reader = reader.clone();
    if read && messages.iter().any(new) {
        service::note_read(db, thread, &ids, reader.now).await?;
        if thread.own {
            // What the menu says of it.
            reader.unread = store::first_unread(db, thread.patient).await?.is_some();
        }
    }
    let reader = &reader;
    let writes = before.is_none() && thread.dentist.is_some();
    let mut offered = match writes {
        true => photos::store::gallery(db, thread.journey.0, None, OFFERED).await?,
        false => Vec::new(),
    };
    if writes && !sent.photos.is_empty() {
        // Those that were chosen elsewhere stand before the newest.
        let chosen = photos::store::in_journey(db, thread.journey.0, &sent.photos).await?;
        offered.retain(|photo| !sent.photos.contains(&photo.id));
        offered.splice(0..0, chosen);
    }
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
        Why::NotSent(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = t!("message.title", locale = lang).into_owned();
    Ok(page(
        reader,
        Page::titled(title.clone()).status(status),
        || {
            let trail = (!thread.own).then(|| {
                let href = format!("/patients/{}", thread.patient.0);
                view! { <p class="trail"><a href=href>{thread.patient_name()}</a></p> }
            });
            let with = match (thread.own, &thread.dentist_name) {
                (true, Some(name)) => t!("message.with", locale = lang, name = name),
                (true, None) => t!("message.no_dentist", locale = lang),
                (false, _) => t!("message.with", locale = lang, name = thread.patient_name()),
            };
            let list = (!messages.is_empty()).then(|| {
                let each = messages
                    .iter()
                    .rev()
                    .map(|message| line(reader, thread, message, new(message), &attached))
                    .collect_view();
                view! { <ol class="messages">{each}</ol> }
            });
            let empty = match (before, thread.own) {
                (Some(_), _) => t!("list.no_earlier", locale = lang),
                (None, true) => t!("message.empty", locale = lang),
                (None, false) => t!("message.empty_desk", locale = lang),
            };
            view! {
                {trail}
                <h1>{title}</h1>
                <p class="quiet">{journeys::product_name(lang, thread.product)}" · "{with.into_owned()}</p>
                {earlier.map(|before| view! {
                    <p><a class="button button-quiet button-small" href=format!("/journeys/{}/messages?before={before}", thread.journey.0)>
                        {t!("list.earlier", locale = lang).into_owned()}
                    </a></p>
                })}
                {or_empty(list, empty)}
                {before.map(|_| view! {
                    <p><a class="button button-quiet" href=format!("/journeys/{}/messages#write", thread.journey.0)>
                        {t!("list.newest", locale = lang).into_owned()}
                    </a></p>
                })}
                {kept_from.map(|_| sharing(lang, thread))}
                {match thread.dentist {
                    Some(dentist) if writes => Either::Left(form(reader, thread, dentist, &offered, sent, why)),
                    _ => Either::Right(kept(lang, thread, sent, why)),
                }}
            }
        },
    ))
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
    let mark = if new {
        Some(("badge badge-due", t!("message.is_new", locale = lang)))
    } else {
        match (mine, message.read) {
            (true, Some(_)) => Some(("quiet", t!("message.read", locale = lang))),
            (true, None) => Some(("quiet", t!("message.sent", locale = lang))),
            _ => None,
        }
    };
    let mark =
        mark.map(|(class, words)| view! { <span class="quiet">" · "</span><span class=class>{words.into_owned()}</span> });
    view! {
        <li class="message" class:message-own=mine>
            <p class="message-head"><strong>{who}</strong>" "<span class="quiet">{time::minute(reader, message.sent)}</span>{mark}</p>
            <p class="message-body">{message.body.clone()}</p>
            {photos}
        </li>
    }
}

/// What was typed, where it can be sent to nobody any more.
fn kept(
    lang: &'static str,
    thread: &Thread,
    sent: &Sent,
    why: Why,
) -> Option<impl IntoView + use<>> {
    let text = Some(sent.body.clone()).filter(|text| !text.trim().is_empty())?;
    Some(view! {
        <section class="stack" id="write">
            {said(lang, thread.own, why)}
            <q class="event-note">{text}</q>
        </section>
    })
}

fn said(lang: &'static str, own: bool, why: Why) -> Option<impl IntoView + use<>> {
    let (tone, words) = match why {
        Why::Asked => return None,
        Why::Shared => (Tone::Good, t!("message.shared", locale = lang)),
        Why::NotShared => (Tone::Attention, t!("message.not_shared", locale = lang)),
        Why::NotSent(NotSent::OtherDentist) => {
            (Tone::Attention, t!("message.other_dentist", locale = lang))
        }
        Why::NotSent(NotSent::SentBefore) => {
            (Tone::Attention, t!("message.sent_before", locale = lang))
        }
        Why::NotSent(NotSent::TooMany) if own => {
            (Tone::Trouble, t!("message.too_many", locale = lang))
        }
        Why::NotSent(NotSent::TooMany) => {
            (Tone::Trouble, t!("message.too_many_desk", locale = lang))
        }
        Why::NotSent(NotSent::Photo) => (Tone::Trouble, t!("message.photo_gone", locale = lang)),
        Why::NotSent(_) => (Tone::Trouble, t!("act.check", locale = lang)),
    };
    Some(view! { <Alert tone><p>{words.into_owned()}</p></Alert> })
}

/// What was written to and by others, and the button that lets today's dentist read it.
fn sharing(lang: &'static str, thread: &Thread) -> impl IntoView + use<> {
    let name = thread.dentist_name.clone().unwrap_or_default();
    let dentist = thread.dentist.unwrap_or_default().to_string();
    view! {
        <form method="post" action="/messages/share" class="card stack">
            {hidden("journey", thread.journey.0.to_string())}
            {hidden("dentist", dentist)}
            <p>{t!("message.kept_from", locale = lang, name = name).into_owned()}</p>
            <button class="button button-quiet" type="submit">{t!("message.share", locale = lang).into_owned()}</button>
        </form>
    }
}

fn form(
    reader: &Reader,
    thread: &Thread,
    dentist: i64,
    offered: &[Photo],
    sent: &Sent,
    why: Why,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let error = match why {
        Why::NotSent(NotSent::Empty) => Some(t!("message.wrong.empty", locale = lang)),
        Why::NotSent(NotSent::Long) => Some(t!("message.wrong.long", locale = lang, most = BODY)),
        _ => None,
    };
    let error = error.map(|words| words.into_owned());
    let photos_error = matches!(why, Why::NotSent(NotSent::TooManyPhotos)).then(|| {
        let words = t!("message.wrong.photos", locale = lang, most = PHOTOS).into_owned();
        view! { <p class="field-error" id="photos-error">{words}</p> }
    });
    let described = photos_error.is_some().then_some("photos-error");
    let open = !sent.photos.is_empty();
    let choices = offered
        .iter()
        .map(|photo| {
            let checked = sent.photos.contains(&photo.id);
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="photo" value=photo.id.to_string() checked=checked/>
                        {photos::framed(reader, photo, Variant::Thumbnail, true)}
                        <span class="caption">{photos::stage_name(lang, photo.stage)}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let choose = (!offered.is_empty()).then(|| {
        view! {
            <details class="folded" open=open>
                <summary class="button button-quiet button-small"><Icon name=IconName::Camera/>{t!("message.attach", locale = lang).into_owned()}</summary>
                <fieldset aria-describedby=described>
                    <legend>{t!("message.which_photos", locale = lang, most = PHOTOS).into_owned()}</legend>
                    {photos_error}
                    <ul class="message-photos message-choices">{choices}</ul>
                </fieldset>
            </details>
        }
    });
    let hint = if thread.own {
        t!("message.hint", locale = lang)
    } else {
        t!("message.hint_desk", locale = lang)
    };
    // The same form sent again after a lost answer is the same message.
    let key = match why {
        Why::NotSent(NotSent::SentBefore) => None,
        Why::NotSent(_) => sent.key,
        _ => None,
    };
    let key = key.unwrap_or_else(Uuid::new_v4).to_string();
    let to = match &thread.dentist_name {
        Some(name) if thread.own => name.clone(),
        _ => thread.patient_name(),
    };
    let label = t!("message.body", locale = lang, name = to).into_owned();
    let text = sent.body.clone();
    let most = u32::try_from(BODY).unwrap_or(u32::MAX);
    view! {
        <form method="post" action=format!("/journeys/{}/messages#write", thread.journey.0) class="card stack" id="write">
            {said(lang, thread.own, why)}
            {hidden("dentist", dentist.to_string())}
            {hidden("key", key)}
            {field("body", label, Some(hint.into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=text maxlength=most described_by=described_by invalid=invalid/>
            })}
            {choose}
            <div class="actions">
                <button class="button button-primary" type="submit">{t!("message.send", locale = lang).into_owned()}</button>
            </div>
        </form>
    }
}
