//! Where the patient stands with the clinic's care, as the CRM calls it.

use super::{Subject, stale, to_journey};
use crate::{
    accounts::{AtDesk, SignedIn},
    error::Fault,
    feature::timeline::Timeline,
    journeys::{
        model::{Aftercare, JourneyId, Status},
        pages::acts::preview,
        service::{self, NotSetUp},
    },
    ui::{
        Button, ButtonKind, Choice, FieldError, FormCard, LinkButton, Page, PageHeader, Reader,
        hidden, page, problems,
    },
};
use axum::{
    Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

pub fn name(lang: &str, aftercare: Aftercare) -> String {
    match aftercare {
        Aftercare::ScanAppointmentBooked => t!("aftercare.scan_appointment_booked", locale = lang),
        Aftercare::AlignerJourneyUnderway => {
            t!("aftercare.aligner_journey_underway", locale = lang)
        }
        Aftercare::JourneyComplete => t!("aftercare.journey_complete", locale = lang),
    }
    .into_owned()
}

#[derive(Deserialize)]
pub struct Sent {
    /// Empty: none.
    aftercare: String,
    /// What it was when the form was opened.
    was: String,
}

pub async fn ask(
    signed_in: SignedIn<AtDesk>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let subject = Subject::load(&mut db, &actor, &act, &reader, JourneyId(id)).await?;
    Ok(form(&reader, &subject, false))
}

pub async fn answer(
    State(timeline): State<Timeline>,
    signed_in: SignedIn<AtDesk>,
    path: Result<Path<i64>, PathRejection>,
    body: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let id = JourneyId(id);
    let Form(sent) = body?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let set = match (read_code(&sent.was), read_code(&sent.aftercare)) {
        (Some(seen), Some(wanted)) => {
            service::set_aftercare(&mut db, &actor, &act, id, (seen, wanted)).await
        }
        _ => return Err(Fault::Malformed),
    };
    match set {
        Ok(()) => Ok(to_journey(id)),
        Err(NotSetUp::Fault(fault)) => Err(fault),
        Err(NotSetUp::Stale) => {
            let reached = service::reach(&mut db, actor.participant(), &act, id).await?;
            stale(&mut db, &timeline, &reader, reached, None).await
        }
        Err(_) => {
            let subject = Subject::load(&mut db, &actor, &act, &reader, id).await?;
            Ok(form(&reader, &subject, true))
        }
    }
}

/// A stage by its name, or none for nothing. `None`: not what Midline's own pages send.
fn read_code(code: &str) -> Option<Option<Aftercare>> {
    if code.is_empty() {
        return Some(None);
    }
    // Either status knows it: which one it is stands in the row, and is asked there.
    [Status::Active, Status::Completed]
        .into_iter()
        .flat_map(Aftercare::of)
        .find(|each| each.code() == code)
        .map(Some)
}

fn form(reader: &Reader, subject: &Subject, wrong: bool) -> Response {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = t!("setup.aftercare", locale = lang);
    let error = wrong.then(|| t!("aftercare.wrong", locale = lang).into_owned());
    let described = wrong.then_some("aftercare-error");
    page(reader, Page::titled(title.clone()).status(status), || {
        let choice = |value: &'static str, words: String| {
            let checked = journey.aftercare.map_or("", Aftercare::code) == value;
            view! { <Choice name="aftercare" value checked words/> }
        };
        let choices = Aftercare::of(journey.status)
            .map(|each| choice(each.code(), name(lang, each)))
            .collect_view();
        view! {
            {preview::whose(reader, &subject.reached)}
            <PageHeader title back=preview::back_link(lang, &subject.reached) lead=t!("aftercare.lead", locale = lang).into_owned()/>
            {problems(lang, error.clone().map(|words| ("aftercare", words)))}
            <FormCard action=format!("/journeys/{}/aftercare", journey.id.0)>
                {hidden("was", journey.aftercare.map_or("", Aftercare::code))}
                <fieldset id="aftercare" tabindex="-1" aria-describedby=described>
                    <legend>{t!("aftercare.label", locale = lang).into_owned()}</legend>
                    {error.map(|words| view! { <FieldError id="aftercare-error" words/> })}
                    {choice("", t!("aftercare.none", locale = lang).into_owned())}
                    {choices}
                </fieldset>
                <Button kind=ButtonKind::Primary wide=true>{t!("settings.save", locale = lang).into_owned()}</Button>
                <LinkButton href=preview::back(&subject.reached) wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}
