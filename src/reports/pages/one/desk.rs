//! A report as the dentist reads it who treats its patient: what was said, and the answer.

use super::{SAID, answer, note, photos_of};
use crate::{
    accounts::{Dentist, SignedIn},
    care::Scope,
    error::Fault,
    ids::{DentistId, ReportId},
    journeys::{
        self,
        model::{Kind as Act, Product},
    },
    messages::{self, NotSent, Reply},
    photos::CameFrom,
    practices, records,
    reports::{
        model::{Kind, State},
        pages::closing,
        service::{self, NotAnswered},
        store::{self, Report},
        view,
    },
    ui::{
        Banner, Button, ButtonKind, Card, FormCard, IconName, LinkButton, Page, PageHeader,
        PatientBar, PersonLine, Quote, Reader, TextArea, Tone, field, hidden, page, problems,
        telephone, time,
    },
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// To the dentist who treats its patient today.
pub(in crate::reports::pages) async fn desk(
    db: &mut PgConnection,
    reader: &Reader,
    report: &Report,
    dentist: DentistId,
    typed: &Answer,
    (wrong, moved): (Option<NotAnswered>, bool),
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let newest = match moved {
        true => journeys::newest(db, report.journey).await?,
        false => None,
    };
    let photos = store::photos(db, &[report.id]).await?;
    let (journey, patient) = journeys::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let message = match report.message {
        Some(message) => messages::one(db, message, Some(dentist)).await?,
        None => None,
    };
    let replies = match report.is_open() {
        true => messages::replies(db, dentist).await?,
        false => Vec::new(),
    };
    let came_from = CameFrom::of(
        reader,
        Some(&typed.back),
        &HeaderMap::new(),
        "/reports".to_owned(),
    );
    let treating = match report.is_open() {
        true => practices::treating(db, report.patient).await?,
        false => None,
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
        let acknowledge = report.is_unseen().then(|| {
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
        let call = patient
            .phone
            .as_deref()
            .map(|phone| telephone::call(lang, phone));
        let acts = (call.is_some() || report.is_unseen() || report.state == State::Answered)
            .then(|| view! { <div class="actions">{acknowledge}{close}{call}</div> });
        // The next change was put off from here a moment ago.
        let moved = newest
            .filter(|newest| reader.now - newest.at < SAID)
            .and_then(|newest| newest.due)
            .map(|due| {
                let date = time::long_date(reader, due);
                let stage = journeys::stage_name(lang, journey.product, journey.stage);
                let words = t!(
                    "report.plan.moved",
                    locale = lang,
                    stage = stage,
                    date = date
                );
                let words = words.into_owned();
                view! { <Banner tone=Tone::Good><p>{words}</p></Banner> }
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
        // The same as the patient was told.
        let promised = report.is_open().then(|| {
            let by = practices::answer_by_words(reader, treating.as_ref(), report.created);
            view! { <p>{t!("report.promised", locale = lang).into_owned()}" "{by}"."</p> }
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
                    <Button kind=ButtonKind::Quiet form="writing" formaction=format!("/reports/{id}/answer") name="do" value="close">
                        {t!("report.close", locale = lang).into_owned()}
                    </Button>
                </div>
            }
        });
        // What the answer asks of the patient may move the plan as well.
        let plan = (journey.status == journeys::model::Status::Active && report.state != State::Closed).then(|| {
            let asked = format!("?reason={}&report={id}", report.kind.name());
            let href = |act: Act| format!("{}{asked}", journeys::act_path(journey.id, act));
            let named = |stage: i32| journeys::stage_name(lang, journey.product, stage);
            // Instead of what is lost, broken or does not fit, the one before it is worn again.
            let before = journey.stage - 1;
            let again = report.kind != Kind::Pain && journey.product == Product::Aligners && before > 0;
            let again = again.then(|| {
                let words = t!("report.plan.back", locale = lang, stage = named(before)).into_owned();
                view! { <LinkButton href=href(Act::StepBack) icon=IconName::Undo>{words}</LinkButton> }
            });
            let stay = t!("report.plan.stay", locale = lang, stage = named(journey.stage)).into_owned();
            view! {
                <Card roomy=true labelled_by="plan-title">
                    <h2 id="plan-title">{t!("report.plan.title", locale = lang).into_owned()}</h2>
                    <p>{t!("report.plan.text", locale = lang).into_owned()}</p>
                    <div class="actions">
                        {again}
                        <LinkButton href=href(Act::Delay) icon=IconName::Clock>{stay}</LinkButton>
                    </div>
                </Card>
            }
        });
        view! {
            <PageHeader title back=came_from.named()/>
            <PatientBar person/>
            {records::tabs(lang, &record, None)}
            {moved}
            {stale}
            <div class="report-desk">
                <div class="stack">
                    <Card roomy=true labelled_by="said-heading">
                        <div>
                            <h2 id="said-heading">{said}</h2>
                            <p class="quiet">{beside}</p>
                        </div>
                        {note(report)}
                        {photos_of(reader, &photos, report)}
                        {view::way(reader, report)}
                        {promised}
                        {acts}
                    </Card>
                    // Before the answer, which can then name the new date.
                    {plan}
                </div>
                {report.is_open().then(|| answer_form(reader, report, &typed, &replies, wrong))}
                {message.map(|message| answer(reader, report, &message))}
            </div>
            {unanswered}
        }
    }))
}

/// What is wrong with what was typed.
pub(in crate::reports::pages) fn error(lang: &str, wrong: Option<NotAnswered>) -> Option<String> {
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
    let (body, back, key) = (
        typed.body.clone(),
        typed.back.clone(),
        typed.key(wrong).to_string(),
    );
    let most = u32::try_from(messages::BODY).unwrap_or(u32::MAX);
    view! {
        <FormCard action=format!("/reports/{}/answer#writing", report.id) id="writing">
            {problems(lang, error.clone().map(|words| ("answer", words)))}
            {hidden("key", key)}
            {(!back.is_empty()).then(|| hidden("back", back))}
            {field("answer", t!("report.your_answer", locale = lang), Some(t!("report.answer_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="answer" name="body" value=body maxlength=most described_by=described_by invalid=invalid/>
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
    fn to(&self, report: ReportId) -> String {
        match self.back.as_str() {
            "/today" | "/reviews" | "/reports" => self.back.clone(),
            _ => format!("/reports/{report}"),
        }
    }
}

pub async fn acknowledge(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<ReportId>, PathRejection>,
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
    pub(in crate::reports::pages) body: String,
    pub(in crate::reports::pages) key: Option<Uuid>,
    /// Nothing is sent yet: `insert` puts the saved reply `reply` into the text, `close` asks whether to close the report without an
    /// answer, and `back` leads from there to the text again.
    #[serde(rename = "do")]
    doing: String,
    reply: String,
    /// The page from which its sender came.
    pub(in crate::reports::pages) back: String,
}

impl Answer {
    /// Before anything is typed, by somebody who came from there.
    pub(super) fn none_yet(back: &CameFrom) -> Self {
        Self {
            back: back.path().to_owned(),
            ..Self::default()
        }
    }

    /// The form's key; a new one where other words came with it: they are another message.
    pub(in crate::reports::pages) fn key(&self, wrong: Option<NotAnswered>) -> Uuid {
        let before = NotAnswered::Message(NotSent::SentBefore);
        self.key
            .filter(|_| wrong != Some(before))
            .unwrap_or_else(Uuid::new_v4)
    }
}

pub async fn answer_sent(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<ReportId>, PathRejection>,
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
    let scope = Scope::from(&actor);
    if let doing @ ("insert" | "close" | "back") = typed.doing.as_str() {
        let report = service::open(&mut db, scope, &act, id).await?;
        // Answered or closed meanwhile, what was typed is not lost.
        let stale = (!report.is_open()).then_some(NotAnswered::Stale);
        return if doing == "close" && stale.is_none() {
            closing::show(&mut db, &reader, &report, &typed, None).await
        } else {
            desk(&mut db, &reader, &report, dentist, &typed, (stale, false)).await
        };
    }
    let said = (typed.body.as_str(), key);
    match service::answer(&mut db, &actor, &act, id, said, reader.now).await {
        Ok(()) => {
            let report = format!("/reports/{id}");
            let or = "/reports".to_owned();
            let back = CameFrom::of(&reader, Some(&typed.back), &HeaderMap::new(), or);
            Ok(Redirect::to(&back.keep(&report)).into_response())
        }
        Err(NotAnswered::Message(NotSent::Fault(fault))) => Err(fault),
        Err(why) => {
            let report = service::open(&mut db, scope, &act, id).await?;
            let wrong = (Some(why), false);
            desk(&mut db, &reader, &report, dentist, &typed, wrong).await
        }
    }
}
