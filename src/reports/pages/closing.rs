//! Closing a report: first what that does; for its dentist, of one that nobody has answered, the reason, which its patient reads.

use super::one::{self, Answer};
use crate::{
    accounts::{Participant, SignedIn},
    care::Scope,
    error::Fault,
    ids::ReportId,
    journeys,
    messages::{self, NotSent},
    reports::{
        model::State,
        service::{self, NotAnswered},
        store::{self, Report},
        view,
    },
    ui::{
        Banner, Button, ButtonKind, FormCard, IconName, LinkButton, Page, PageHeader, PatientBar,
        PersonLine, Quote, Reader, TextArea, Tone, field, hidden, page, problems,
    },
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use sqlx::PgConnection;

/// What closing does, before it is done.
pub async fn ask(
    signed_in: SignedIn<Participant>,
    path: Result<Path<ReportId>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let report = service::open(&mut db, scope, &act, id).await?;
    if report.state == State::Closed {
        return Ok(Redirect::to(&format!("/reports/{id}")).into_response());
    }
    if report.own {
        let opened = messages::is_opened(&method, &headers);
        return own(&mut db, reader, scope, &report, opened).await;
    }
    show(&mut db, &reader, &report, &Answer::default(), None).await
}

/// Asks the patient: the question and its buttons first, below them the answer and what it is about, to be read once more.
async fn own(
    db: &mut PgConnection,
    mut reader: Reader,
    scope: Scope,
    report: &Report,
    opened: bool,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let photos = store::photos(db, &[report.id]).await?;
    let message = one::answer_opened(db, &mut reader, scope, report, opened).await?;
    let reader = &reader;
    let title = t!("report.closing.title_answered", locale = lang).into_owned();
    Ok(page(reader, Page::titled(title.clone()), || {
        let here = format!("/reports/{}", report.id);
        let kind = view::kind_name(lang, report.kind);
        let back = t!("report.yours", locale = lang, kind = kind).into_owned();
        let effect = match report.is_open() {
            true => t!("report.closing.effect_own_open", locale = lang),
            false => t!("report.closing.effect_own", locale = lang),
        };
        view! {
            <PageHeader title back=(here.clone(), back)/>
            <Banner tone=Tone::Attention icon=IconName::Info>
                <p>{effect.into_owned()}</p>
                <p>{t!("report.closing.own_after", locale = lang).into_owned()}</p>
            </Banner>
            {close_form(lang, here)}
            {message.map(|message| one::answer(reader, report, &message))}
            {one::said(reader, report, &photos)}
        }
    }))
}

/// The button that closes it, and the way back.
fn close_form(lang: &'static str, here: String) -> impl IntoView + use<> {
    let action = format!("{here}/close");
    view! {
        <form method="post" action=action class="actions">
            <Button kind=ButtonKind::Primary>{t!("report.closing.button", locale = lang).into_owned()}</Button>
            <LinkButton href=here>{t!("report.closing.not_yet", locale = lang).into_owned()}</LinkButton>
        </form>
    }
}

pub(super) async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    report: &Report,
    typed: &Answer,
    wrong: Option<NotAnswered>,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let (_, patient) = journeys::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let status = match wrong {
        None => StatusCode::OK,
        Some(NotAnswered::Message(NotSent::SentBefore)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let name = patient.name();
    let title = match report.is_open() {
        true => t!("report.closing.title", locale = lang),
        false => t!("report.closing.title_answered", locale = lang),
    }
    .into_owned();
    let heading = Page::titled(format!("{title} · {name}")).status(status);
    Ok(page(reader, heading, || {
        let here = format!("/reports/{}", report.id);
        let mut facts = patient.identity().short(reader);
        facts.push(journeys::stage_name(lang, report.product, report.stage));
        let person = PersonLine {
            name: name.clone(),
            facts,
            href: Some(format!("/patients/{}", report.patient.0)),
        };
        let effect = match report.is_open() {
            true => t!("report.closing.effect", locale = lang, name = name),
            false => t!("report.closing.effect_answered", locale = lang, name = name),
        };
        let back = (here.clone(), view::kind_name(lang, report.kind));
        let note = report.note.clone();
        let form = if report.is_open() {
            Either::Left(reason(lang, report.id, &name, typed, wrong))
        } else {
            Either::Right(close_form(lang, here))
        };
        view! {
            <PageHeader title back/>
            <PatientBar person/>
            {note.map(|note| view! { <Quote words=note/> })}
            <Banner tone=Tone::Attention>
                <p>{effect.into_owned()}</p>
                <p>{t!("report.closing.final", locale = lang).into_owned()}</p>
            </Banner>
            {form}
        }
    }))
}

/// Asks why there is no answer; what was typed as one stands there already.
fn reason(
    lang: &'static str,
    id: ReportId,
    name: &str,
    typed: &Answer,
    wrong: Option<NotAnswered>,
) -> impl IntoView + use<> {
    let error = one::error(lang, wrong);
    let (body, back) = (typed.body.clone(), typed.back.clone());
    let key = typed.key(wrong).to_string();
    let most = u32::try_from(messages::BODY).unwrap_or(u32::MAX);
    let label = t!("report.closing.reason", locale = lang, name = name);
    let hint = t!("report.closing.reason_hint", locale = lang).into_owned();
    view! {
        {problems(lang, error.clone().map(|words| ("body", words)))}
        <FormCard action=format!("/reports/{id}/close")>
            {hidden("key", key)}
            {(!back.is_empty()).then(|| hidden("back", back))}
            {field("body", label, Some(hint), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=body maxlength=most described_by=described_by invalid=invalid/>
            })}
            <div class="actions">
                <Button kind=ButtonKind::Danger>{t!("report.closing.button", locale = lang).into_owned()}</Button>
                // With what was typed, so that none of it is lost.
                <Button name="do" value="back" formaction=format!("/reports/{id}/answer#writing")>
                    {t!("report.closing.not_yet", locale = lang).into_owned()}
                </Button>
            </div>
        </FormCard>
    }
}

/// Closes it: the patient, as their trouble is over; the dentist with a reason, unless there is an answer.
pub async fn close(
    signed_in: SignedIn<Participant>,
    path: Result<Path<ReportId>, PathRejection>,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(typed) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let to = format!("/reports/{id}");
    let scope = Scope::from(&actor);
    let dentist = actor.desk().and_then(|desk| desk.dentist());
    let found = store::visible(&mut db, id, scope).await?;
    // What was written as a reason is never dropped, whatever has become of the report meanwhile.
    let own = found.as_ref().is_some_and(|report| report.own);
    let reasons =
        found.is_some_and(|report| !report.own && (report.is_open() || !typed.body.is_empty()));
    let Some(dentist) = dentist.filter(|_| reasons) else {
        service::close(&mut db, &actor, &act, id, reader.now).await?;
        let said = if own { "?closed" } else { "" };
        return Ok(Redirect::to(&format!("{to}{said}")).into_response());
    };
    let key = typed.key.ok_or(Fault::Malformed)?;
    let said = (typed.body.as_str(), key);
    match service::close_unanswered(&mut db, dentist, &act, id, said, reader.now).await {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(NotAnswered::Message(NotSent::Fault(fault))) => Err(fault),
        Err(why) => {
            let report = service::open(&mut db, scope, &act, id).await?;
            if why == NotAnswered::Stale {
                let dentist = dentist.dentist_id();
                return one::desk(
                    &mut db,
                    &reader,
                    &report,
                    dentist,
                    &typed,
                    (Some(why), false),
                )
                .await;
            }
            show(&mut db, &reader, &report, &typed, Some(why)).await
        }
    }
}
