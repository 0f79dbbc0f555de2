//! One report: to its patient, what happens next; to the dentist, what was said, and the answer.

use super::wrong;
use crate::{
    accounts::{Dentist, Participant, SignedIn},
    error::Fault,
    journeys,
    messages::{self, NotSent},
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
        PatientBar, PersonLine, Quote, Reader, TextArea, Tone, field, hidden, page,
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
    let report = service::open(&mut db, Viewer::taking_part(&actor), &act, id).await?;
    if report.own {
        own(&mut db, &reader, &report, &asked).await
    } else {
        desk(&mut db, &reader, &report, &Answer::default(), None).await
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
                {practice.map(|practice| practices::call(lang, practice))}
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
            {treating.as_ref().map(|treating| practices::card(reader, treating))}
        }
    }))
}

/// To the dentist who treats its patient today.
async fn desk(
    db: &mut PgConnection,
    reader: &Reader,
    report: &Report,
    typed: &Answer,
    wrong: Option<NotAnswered>,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let photos = store::photos(db, &[report.id]).await?;
    let (journey, patient) = journeys::store::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let title = view::kind_name(lang, report.kind);
    let status = match wrong {
        None => StatusCode::OK,
        Some(NotAnswered::Stale | NotAnswered::Message(NotSent::SentBefore)) => {
            StatusCode::CONFLICT
        }
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page(
        reader,
        Page::titled(title.clone()).status(status),
        || {
            let id = report.id;
            let mut facts = patient.identity().short(reader);
            facts.push(journeys::stage_name(lang, report.product, report.stage));
            let person = PersonLine {
                name: patient.name(),
                facts,
                href: Some(format!("/patients/{}", report.patient.0)),
            };
            let record = journeys::record_of(&patient, Some(&journey), true);
            let acknowledge = (report.state == State::New).then(|| {
            view! {
                <form method="post" action=format!("/reports/{id}/acknowledge")>
                    <Button icon=IconName::Check>{t!("report.acknowledge", locale = lang).into_owned()}</Button>
                </form>
            }
        });
            let close_words = match report.state {
                State::Answered => t!("report.close_answered", locale = lang),
                _ => t!("report.close", locale = lang),
            };
            let close_words = close_words.into_owned();
            let close = (report.state != State::Closed).then(|| {
                view! {
                    <form method="post" action=format!("/reports/{id}/close")>
                        <Button>{close_words}</Button>
                    </form>
                }
            });
            let stale = matches!(wrong, Some(NotAnswered::Stale)).then(|| {
                let kept = typed.body.clone();
                view! {
                    <Banner tone=Tone::Attention>
                        <p>{t!("report.stale", locale = lang).into_owned()}</p>
                        <Quote words=kept/>
                    </Banner>
                }
            });
            view! {
                <PageHeader title back=("/reports".to_owned(), t!("report.title", locale = lang).into_owned())/>
                <PatientBar person/>
                {records::tabs(lang, &record, None)}
                {stale}
                <Card roomy=true labelled_by="said-heading">
                    <h2 id="said-heading">{t!("report.what_they_said", locale = lang, name = patient.name()).into_owned()}</h2>
                    {note(report)}
                    {photos_of(reader, &photos, report)}
                    {view::way(reader, report)}
                    {(report.state != State::Closed).then(|| view! { <div class="actions">{acknowledge}{close}</div> })}
                </Card>
                {report.is_open().then(|| answer_form(reader, report, typed, wrong))}
            }
        },
    ))
}

fn answer_form(
    reader: &Reader,
    report: &Report,
    typed: &Answer,
    wrong: Option<NotAnswered>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let error = match wrong {
        Some(NotAnswered::Message(NotSent::Empty)) => {
            Some(t!("message.wrong.empty", locale = lang))
        }
        Some(NotAnswered::Message(NotSent::Long)) => Some(t!(
            "message.wrong.long",
            locale = lang,
            most = messages::BODY
        )),
        Some(NotAnswered::Message(NotSent::TooMany)) => {
            Some(t!("message.too_many_desk", locale = lang))
        }
        Some(NotAnswered::Message(_)) => Some(t!("report.not_answered", locale = lang)),
        Some(NotAnswered::Stale) | None => None,
    };
    let error = error.map(|words| words.into_owned());
    // Other words are another message.
    let before = NotAnswered::Message(NotSent::SentBefore);
    let key = typed.key.filter(|_| wrong != Some(before));
    let (body, key) = (
        typed.body.clone(),
        key.unwrap_or_else(Uuid::new_v4).to_string(),
    );
    let most = u32::try_from(messages::BODY).unwrap_or(u32::MAX);
    view! {
        <FormCard action=format!("/reports/{}/answer#answer", report.id) id="answer">
            {hidden("key", key)}
            {field("body", t!("report.your_answer", locale = lang), Some(t!("report.answer_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=body maxlength=most described_by=described_by invalid=invalid/>
            })}
            <Button kind=ButtonKind::Primary>{t!("report.send_answer", locale = lang).into_owned()}</Button>
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

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    #[serde(deserialize_with = "crate::ui::typed")]
    body: String,
    key: Option<Uuid>,
}

pub async fn answer(
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
    let said = (typed.body.as_str(), key);
    match service::answer(&mut db, &actor, &act, id, said, reader.now).await {
        Ok(()) => Ok(Redirect::to(&format!("/reports/{id}")).into_response()),
        Err(NotAnswered::Message(NotSent::Fault(fault))) => Err(fault),
        Err(why) => {
            let viewer = Viewer {
                id: act.by,
                dentist: Some(actor.dentist_id()),
            };
            let report = service::open(&mut db, viewer, &act, id).await?;
            desk(&mut db, &reader, &report, &typed, Some(why)).await
        }
    }
}

pub async fn close(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    service::close(&mut db, &actor, &act, id, reader.now).await?;
    Ok(Redirect::to(&format!("/reports/{id}")).into_response())
}
