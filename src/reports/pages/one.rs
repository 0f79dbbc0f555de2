//! One report: to its patient, what happens next; to the dentist, what was said, and the answer.

use super::{closing, wrong};
use crate::{
    accounts::{Dentist, Participant, SignedIn},
    error::Fault,
    journeys,
    messages::{
        self, NotSent,
        store::{Message, replies::Reply},
    },
    photos::{
        self, Variant,
        store::{Photo, Viewer},
    },
    practices, records,
    reports::{
        model::State,
        service::{self, NotAnswered},
        store::{self, Report},
        view,
    },
    ui::{
        Banner, Button, ButtonKind, Card, FormCard, IconName, LinkButton, Page, PageHeader,
        PatientBar, PersonLine, Quote, Reader, TextArea, Tone, field, hidden, page, telephone,
        time,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Present after it was sent.
    sent: Option<String>,
    /// How many photos of it did not arrive.
    lost: Option<u8>,
}

pub async fn one(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let viewer = Viewer::taking_part(&actor);
    let report = service::open(&mut db, viewer, &act, id).await?;
    match viewer.dentist.filter(|_| !report.own) {
        Some(dentist) => {
            let typed = Answer::default();
            desk(&mut db, &reader, &report, dentist, &typed, None).await
        }
        None => own(&mut db, &reader, &report, &asked).await,
    }
}

fn photos_of(reader: &Reader, photos: &[(i64, Photo)], report: &Report) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = photos
        .iter()
        .map(|(_, photo)| {
            view! {
                <li><a href=format!("/photos/{}", photo.id)>{photos::framed(reader, photo, Variant::Thumbnail, true)}</a></li>
            }
        })
        .collect_view();
    let list = (!photos.is_empty()).then(|| view! { <ul class="message-photos">{each}</ul> });
    let coming = match report.uploads {
        0 => None,
        1 => Some(t!("report.coming.one", locale = lang)),
        count => Some(t!("report.coming.other", locale = lang, count = count)),
    };
    let coming = coming.map(|words| view! { <p class="quiet">{words.into_owned()}</p> });
    let unusable = match report.unusable {
        0 => None,
        1 => Some(t!("report.unusable.one", locale = lang)),
        count => Some(t!("report.unusable.other", locale = lang, count = count)),
    };
    let again = (report.own && report.is_open()).then(|| {
        let href = format!("/journeys/{}/photos/new", report.journey.0);
        view! { " "<a href=href>{t!("report.add_photo", locale = lang).into_owned()}</a> }
    });
    let unusable = unusable.map(|words| view! { <p>{words.into_owned()}{again}</p> });
    view! { {list}{coming}{unusable} }
}

fn note(report: &Report) -> Option<impl IntoView + use<>> {
    report
        .note
        .clone()
        .map(|note| view! { <Quote words=note/> })
}

/// To its patient.
async fn own(
    db: &mut PgConnection,
    reader: &Reader,
    report: &Report,
    asked: &Asked,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let photos = store::photos(db, &[report.id]).await?;
    let treating = practices::store::treating(db, report.patient).await?;
    let message = match report.message.filter(|_| report.closed_unanswered()) {
        Some(message) => messages::store::one(db, message, None).await?,
        None => None,
    };
    let (journey, _) = journeys::store::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    // The address may be an old one.
    let fresh = asked.sent.is_some() && reader.now - report.created < TimeDelta::minutes(10);
    let title = t!(
        "report.yours",
        locale = lang,
        kind = view::kind_name(lang, report.kind)
    )
    .into_owned();
    Ok(page(reader, Page::titled(title.clone()), || {
        let practice = treating
            .as_ref()
            .and_then(|treating| treating.practice.as_ref());
        let name = treating.as_ref().map(|treating| treating.name.clone());
        let said = fresh.then(|| {
            let words = match name {
                Some(name) => t!("report.sent", locale = lang, name = name),
                None => t!("report.sent_clinic", locale = lang),
            };
            view! { <Banner tone=Tone::Good><p>{words.into_owned()}</p></Banner> }
        });
        let lost = asked.lost.filter(|lost| fresh && *lost > 0).map(|lost| {
            let words = match lost {
                1 => t!("report.lost.one", locale = lang),
                count => t!("report.lost.other", locale = lang, count = count),
            };
            let words = words.into_owned();
            let href = format!("/journeys/{}/photos/new", report.journey.0);
            view! {
                <Banner tone=Tone::Attention>
                    <p>{words}</p>
                    <a href=href>{t!("report.add_photo", locale = lang).into_owned()}</a>
                </Banner>
            }
        });
        let worse = report.is_open().then(|| {
            let away = practice.map(|practice| practice.out_of_hours(reader.language).to_owned());
            view! {
                <div>
                    <h2>{t!("report.worse", locale = lang).into_owned()}</h2>
                    <p>{t!("report.worse_text", locale = lang).into_owned()}</p>
                    {away.map(|away| view! { <p>{away}</p> })}
                </div>
                {practices::call(reader, treating.as_ref())}
            }
        });
        let answered = matches!(report.state, State::Answered).then(|| {
            view! {
                <LinkButton href=format!("/journeys/{}/messages#write", report.journey.0) kind=ButtonKind::Primary>
                    {t!("report.read_answer", locale = lang).into_owned()}
                </LinkButton>
            }
        });
        let close = (report.state != State::Closed).then(|| {
            view! {
                <form method="post" action=format!("/reports/{}/close", report.id)>
                    <Button>{t!("report.better", locale = lang).into_owned()}</Button>
                </form>
            }
        });
        let advice = report
            .is_open()
            .then(|| wrong::advice(reader, &journey, report.kind, None));
        let state = view::state_line(reader, report.state, treating.as_ref(), report.created);
        view! {
            <PageHeader title back=("/".to_owned(), t!("nav.home", locale = lang).into_owned())/>
            {said}
            {lost}
            <Card roomy=true labelled_by="next-heading">
                <div>
                    <h2 id="next-heading">{t!("report.next", locale = lang).into_owned()}</h2>
                    <p>{state}</p>
                </div>
                {view::way(reader, report)}
                {answered}
                {worse}
            </Card>
            {message.map(|message| answer(reader, report, message))}
            {advice}
            <Card roomy=true labelled_by="said-heading">
                <h2 id="said-heading">{t!("report.what_you_said", locale = lang).into_owned()}</h2>
                {note(report)}
                {photos_of(reader, &photos, report)}
                <div class="actions">
                    <LinkButton href=format!("/journeys/{}/messages#write", report.journey.0) icon=IconName::Message>
                        {t!("wrong.message", locale = lang).into_owned()}
                    </LinkButton>
                    {close}
                </div>
            </Card>
            {practices::card(reader, treating.as_ref())}
        }
    }))
}

/// What was answered, or why it was closed without that: who wrote it, when, and the way to the thread.
fn answer(reader: &Reader, report: &Report, message: Message) -> impl IntoView + use<> {
    let lang = reader.lang();
    let heading = match report.closed_unanswered() {
        true => t!("report.why_closed", locale = lang),
        false => t!("report.the_answer", locale = lang),
    };
    let thread = format!("/journeys/{}/messages", report.journey.0);
    view! {
        <Card roomy=true labelled_by="answered-heading">
            <h2 id="answered-heading">{heading.into_owned()}</h2>
            <p class="quiet">{message.dentist}" · "{time::minute(reader, message.sent)}</p>
            <Quote words=message.body/>
            <p><a href=thread>{t!("report.thread", locale = lang).into_owned()}</a></p>
        </Card>
    }
}

/// To the dentist who treats its patient today.
pub(super) async fn desk(
    db: &mut PgConnection,
    reader: &Reader,
    report: &Report,
    dentist: i64,
    typed: &Answer,
    wrong: Option<NotAnswered>,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let photos = store::photos(db, &[report.id]).await?;
    let (journey, patient) = journeys::store::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let message = match report.message {
        Some(message) => messages::store::one(db, message, Some(dentist)).await?,
        None => None,
    };
    let replies = match report.is_open() {
        true => messages::store::replies::replies(db, dentist).await?,
        false => Vec::new(),
    };
    let mut typed = typed.clone();
    if typed.doing == "insert" {
        messages::insert_reply(&mut typed.body, typed.reply.parse().ok(), &replies);
    }
    let title = view::kind_name(lang, report.kind);
    let status = match wrong {
        None => StatusCode::OK,
        Some(NotAnswered::Stale | NotAnswered::Message(NotSent::SentBefore)) => {
            StatusCode::CONFLICT
        }
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut heading = Page::titled(title.clone()).status(status);
    if report.is_open() {
        heading = heading.with_module(&messages::COMPOSER);
    }
    Ok(page(reader, heading, || {
        let id = report.id;
        let mut facts = patient.identity().short(reader);
        facts.push(journeys::stage_name(lang, report.product, report.stage));
        let beside = facts.join(" · ");
        let person = PersonLine {
            name: patient.name(),
            facts,
            href: Some(format!("/patients/{}", report.patient.0)),
        };
        let record = journeys::record_of(&patient, Some(&journey), true);
        let call = patient
            .phone
            .as_deref()
            .map(|phone| telephone::call(lang, phone));
        let acknowledge = (report.state == State::New).then(|| {
            view! {
                <form method="post" action=format!("/reports/{id}/acknowledge")>
                    <Button icon=IconName::Check>{t!("report.acknowledge", locale = lang).into_owned()}</Button>
                </form>
            }
        });
        let close = (report.state == State::Answered).then(|| {
            view! {
                <LinkButton href=format!("/reports/{id}/close")>
                    {t!("report.close_answered", locale = lang).into_owned()}
                </LinkButton>
            }
        });
        let acts = (report.state == State::New || report.state == State::Answered)
            .then(|| view! { <div class="actions">{acknowledge}{close}</div> });
        let stale = matches!(wrong, Some(NotAnswered::Stale)).then(|| {
            let kept = typed.body.clone();
            view! {
                <Banner tone=Tone::Attention>
                    <p>{t!("report.stale", locale = lang).into_owned()}</p>
                    <Quote words=kept/>
                </Banner>
            }
        });
        // Whoever comes to answer sees whose report it is, and what it says.
        let said = t!(
            "report.what_they_said",
            locale = lang,
            name = patient.name(),
            kind = title.clone()
        )
        .into_owned();
        let unanswered = report.is_open().then(|| {
            view! {
                <div class="report-close">
                    <p class="quiet">{t!("report.close_text", locale = lang).into_owned()}</p>
                    <Button kind=ButtonKind::Danger form="writing" formaction=format!("/reports/{id}/answer") name="do" value="close">
                        {t!("report.close", locale = lang).into_owned()}
                    </Button>
                </div>
            }
        });
        view! {
            <PageHeader title back=("/reports".to_owned(), t!("report.title", locale = lang).into_owned())/>
            <PatientBar person/>
            {records::tabs(lang, &record, None)}
            {stale}
            <div class="report-desk" id="answer">
                <Card roomy=true labelled_by="said-heading">
                    <div>
                        <h2 id="said-heading">{said}</h2>
                        <p class="quiet">{beside}</p>
                        {call}
                    </div>
                    {note(report)}
                    {photos_of(reader, &photos, report)}
                    {view::way(reader, report)}
                    {acts}
                </Card>
                {report.is_open().then(|| answer_form(reader, report, &typed, &replies, wrong))}
                {message.map(|message| answer(reader, report, message))}
            </div>
            {unanswered}
        }
    }))
}

/// What is wrong with what was typed.
pub(super) fn error(lang: &str, wrong: Option<NotAnswered>) -> Option<String> {
    let words = match wrong? {
        NotAnswered::Message(NotSent::Empty) => t!("message.wrong.empty", locale = lang),
        NotAnswered::Message(NotSent::Long) => {
            t!("message.wrong.long", locale = lang, most = messages::BODY)
        }
        NotAnswered::Message(NotSent::TooMany) => t!("message.too_many_desk", locale = lang),
        NotAnswered::Message(_) => t!("report.not_answered", locale = lang),
        NotAnswered::Stale => return None,
    };
    Some(words.into_owned())
}

fn answer_form(
    reader: &Reader,
    report: &Report,
    typed: &Answer,
    replies: &[Reply],
    wrong: Option<NotAnswered>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let error = error(lang, wrong);
    let (body, key) = (typed.body.clone(), typed.key(wrong).to_string());
    let most = u32::try_from(messages::BODY).unwrap_or(u32::MAX);
    view! {
        <FormCard action=format!("/reports/{}/answer#writing", report.id) id="writing">
            {hidden("key", key)}
            {field("body", t!("report.your_answer", locale = lang), Some(t!("report.answer_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=body maxlength=most described_by=described_by invalid=invalid/>
            })}
            {messages::saved_replies(lang, replies)}
            <div class="actions">
                <Button kind=ButtonKind::Primary>{t!("report.send_answer", locale = lang).into_owned()}</Button>
            </div>
        </FormCard>
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

impl Back {
    /// One of the pages at whose head reports stand, or the report's own.
    fn to(&self, report: i64) -> String {
        match self.back.as_str() {
            "/today" | "/reviews" | "/reports" => self.back.clone(),
            _ => format!("/reports/{report}"),
        }
    }
}

pub async fn acknowledge(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Back>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(back) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    // Acknowledged twice, it is seen all the same.
    service::acknowledge(&mut db, &actor, &act, id, reader.now).await?;
    Ok(Redirect::to(&back.to(id)).into_response())
}

/// What was typed: an answer, or why there is none.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    #[serde(deserialize_with = "crate::ui::typed")]
    pub(super) body: String,
    pub(super) key: Option<Uuid>,
    /// Nothing is sent yet: `insert` puts the saved reply `reply` into the text, `close` asks whether to close the report without an
    /// answer, and `back` leads from there to the text again.
    #[serde(rename = "do")]
    doing: String,
    reply: String,
}

impl Answer {
    /// The form's own: sent again after a lost answer, it is the same.
    /// The form's key; a new one where other words came with it: they are another message.
    pub(super) fn key(&self, wrong: Option<NotAnswered>) -> Uuid {
        let before = NotAnswered::Message(NotSent::SentBefore);
        self.key
            .filter(|_| wrong != Some(before))
            .unwrap_or_else(Uuid::new_v4)
    }
}

pub async fn answer_sent(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(typed) = form?;
    let key = typed.key.ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let dentist = actor.dentist_id();
    let viewer = Viewer {
        id: act.by,
        dentist: Some(dentist),
    };
    if let doing @ ("insert" | "close" | "back") = typed.doing.as_str() {
        let report = service::open(&mut db, viewer, &act, id).await?;
        // Answered or closed meanwhile, what was typed is not lost.
        let stale = (!report.is_open()).then_some(NotAnswered::Stale);
        return if doing == "close" && stale.is_none() {
            closing::show(&mut db, &reader, &report, &typed, None).await
        } else {
            desk(&mut db, &reader, &report, dentist, &typed, stale).await
        };
    }
    let said = (typed.body.as_str(), key);
    match service::answer(&mut db, &actor, &act, id, said, reader.now).await {
        Ok(()) => Ok(Redirect::to(&format!("/reports/{id}")).into_response()),
        Err(NotAnswered::Message(NotSent::Fault(fault))) => Err(fault),
        Err(why) => {
            let report = service::open(&mut db, viewer, &act, id).await?;
            desk(&mut db, &reader, &report, dentist, &typed, Some(why)).await
        }
    }
}
