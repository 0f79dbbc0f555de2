//! Asking for another dentist, with what that will change; and taking it back.

use super::directory;
use crate::{
    accounts::{Patient, SignedIn},
    dentists::{
        model::WORDS,
        service::{self, NotAsked},
        store::{self, Dentist},
    },
    error::Fault,
    ids::DentistId,
    ui::{
        Banner, Button, ButtonKind, Choice, FormCard, LinkButton, Page, PageHeader, Reader,
        TextArea, Tone, field, page, problems, typed,
    },
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    #[serde(deserialize_with = "typed")]
    reason: String,
    /// Present if the next dentist may read the earlier messages.
    share: Option<String>,
}

/// What keeps the form from being taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Reason,
    Refused(NotAsked),
}

pub async fn ask(
    signed_in: SignedIn<Patient>,
    path: Result<Path<DentistId>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let dentist = store::dentist(&mut db, id).await?;
    let dentist =
        dentist.filter(|dentist| dentist.accepting && dentist.reachable && dentist.user.is_some());
    let dentist = dentist.ok_or(Fault::NotFound)?;
    let current = store::of_patient(&mut db, actor.id()).await?;
    // What can only be refused is not asked for: where the wish or the dentist stands, it is said.
    let theirs = current.as_ref().is_some_and(|current| current.id == id);
    if theirs || store::has_open(&mut db, actor.id()).await? {
        return Ok(Redirect::to("/dentists").into_response());
    }
    let sent = Sent::default();
    Ok(show(&reader, &dentist, current.as_ref(), &sent, None))
}

pub async fn answer(
    signed_in: SignedIn<Patient>,
    path: Result<Path<DentistId>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let reason = sent.reason.trim();
    let wrong = if reason.chars().count() > WORDS {
        Wrong::Reason
    } else {
        let reason = Some(reason).filter(|reason| !reason.is_empty());
        let said = (reason, sent.share.is_some());
        match service::ask(&mut db, &actor, &act, id, said, reader.now).await {
            Ok(_) => return Ok(Redirect::to("/dentists?sent").into_response()),
            Err(NotAsked::Fault(fault)) => return Err(fault),
            Err(refused) => Wrong::Refused(refused),
        }
    };
    let dentist = store::dentist(&mut db, id).await?.ok_or(Fault::NotFound)?;
    let current = store::of_patient(&mut db, actor.id()).await?;
    Ok(show(
        &reader,
        &dentist,
        current.as_ref(),
        &sent,
        Some(wrong),
    ))
}

fn show(
    reader: &Reader,
    dentist: &Dentist,
    current: Option<&Dentist>,
    sent: &Sent,
    wrong: Option<Wrong>,
) -> Response {
    let lang = reader.lang();
    let status = match wrong {
        None => StatusCode::OK,
        Some(Wrong::Refused(NotAsked::Pending)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = t!("change.ask_title", locale = lang, name = dentist.name).into_owned();
    page(
        reader,
        Page::titled(t!("change.title", locale = lang)).status(status),
        || {
            let refused = match wrong {
                Some(Wrong::Refused(NotAsked::Pending)) => {
                    Some(t!("change.pending", locale = lang))
                }
                Some(Wrong::Refused(NotAsked::NotAccepting)) => {
                    Some(t!("change.not_accepting", locale = lang))
                }
                Some(Wrong::Refused(NotAsked::NotReachable)) => {
                    Some(t!("change.not_reachable", locale = lang))
                }
                Some(Wrong::Refused(NotAsked::Same)) => Some(t!("change.same", locale = lang)),
                // A fault has a page of its own; what is wrong with a field is said with it.
                Some(Wrong::Refused(NotAsked::Fault(_)) | Wrong::Reason) | None => None,
            };
            let alert = refused.map(|words| {
                view! { <Banner tone=Tone::Trouble><p>{words.into_owned()}</p></Banner> }
            });
            let effect = match current {
                Some(current) => t!(
                    "change.effect",
                    locale = lang,
                    name = current.name,
                    to = dentist.name
                ),
                None => t!("change.effect_first", locale = lang, to = dentist.name),
            };
            let error = (wrong == Some(Wrong::Reason))
                .then(|| t!("change.reason_long", locale = lang).into_owned());
            let text = sent.reason.clone();
            let shared = sent.share.is_some();
            view! {
                <PageHeader title back=("/dentists".to_owned(), t!("dentists.title", locale = lang).into_owned()) lead=dentist.practice.clone()/>
                {alert}
                {problems(lang, error.clone().map(|words| ("reason", words)))}
                <p>{effect.into_owned()}</p>
                <FormCard action=format!("/dentists/{}/change", dentist.id)>
                    {field("reason", t!("change.reason", locale = lang), Some(t!("change.reason_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                        <TextArea id="reason" name="reason" value=text described_by=described_by invalid=invalid/>
                    })}
                    {current.is_some().then(|| view! {
                        <Choice name="share" value="yes" many=true checked=shared words=t!("change.share", locale = lang, to = dentist.name)/>
                    })}
                    <div class="actions">
                        <Button kind=ButtonKind::Primary>{t!("change.send", locale = lang).into_owned()}</Button>
                        <LinkButton href="/dentists">{t!("act.back", locale = lang).into_owned()}</LinkButton>
                    </div>
                </FormCard>
            }
        },
    )
}

pub async fn withdraw(
    signed_in: SignedIn<Patient>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    if !service::withdraw(&mut db, &actor, &act, id, reader.now).await? {
        let asked = directory::Asked::default();
        return directory::show(&mut db, &reader, &actor, &asked, true).await;
    }
    Ok(Redirect::to("/dentists?withdrawn").into_response())
}
