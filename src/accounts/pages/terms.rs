//! The terms of use, accepted once a version before anything else.

use super::sign_in::{Next, own_path};
use crate::{
    accounts::{
        actor::BeforeTerms,
        model::{Role, TERMS_VERSION},
        service,
    },
    error::Fault,
    ui::{
        Button, ButtonKind, FieldError, Page, PageHeader, Reader, hidden, page, problems, telephone,
    },
};
use axum::{
    Form,
    extract::{
        Query,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

pub async fn terms(
    BeforeTerms(signed_in): BeforeTerms,
    query: Result<Query<Next>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let next = own_path(&query.next);
    let accepted = signed_in.actor.0.accepted_terms();
    // Whoever comes back to them on the way elsewhere goes on; whoever wants to read them reads them.
    if accepted && !query.next.is_empty() {
        return Ok(Redirect::to(&next).into_response());
    }
    Ok(terms_page(&signed_in.reader, next, accepted, false))
}

/// The terms: to be accepted, or to be read again. `next` is the page that was asked for.
fn terms_page(reader: &Reader, next: String, accepted: bool, missing: bool) -> Response {
    let lang = reader.lang();
    let status = if missing {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page(
        reader,
        Page::titled(t!("terms.title", locale = lang)).status(status),
        || {
            // Whoever has accepted them reads them again from their settings.
            let title = t!("terms.title", locale = lang).into_owned();
            let back = accepted.then(|| {
                let words = t!("settings.title", locale = lang).into_owned();
                ("/settings".to_owned(), words)
            });
            view! {
                <PageHeader title nostrip:back=back/>
                {problems(lang, missing.then(|| ("accept", t!("terms.missing", locale = lang).into_owned())))}
                {(!accepted).then(|| view! { <p class="lead">{t!("terms.lead", locale = lang).into_owned()}</p> })}
                {accepted.then(|| view! { <p class="lead">{t!("terms.accepted", locale = lang).into_owned()}</p> })}
                <section class="card prose">
                    <h2>{t!("terms.data.title", locale = lang).into_owned()}</h2>
                    <p>{t!("terms.data.text", locale = lang).into_owned()}</p>
                    <h2>{t!("terms.reminders.title", locale = lang).into_owned()}</h2>
                    <p>{t!("terms.reminders.text", locale = lang).into_owned()}</p>
                    <h2>{t!("terms.care.title", locale = lang).into_owned()}</h2>
                    <p>{telephone::linked(&t!("terms.care.text", locale = lang))}</p>
                    <p class="quiet">{t!("terms.version", locale = lang, version = TERMS_VERSION).into_owned()}</p>
                </section>
                {(!accepted).then(|| view! { <form method="post" action="/terms" class="stack">
                    {hidden("version", TERMS_VERSION)}
                    {hidden("next", next)}
                    {missing.then(|| view! {
                        <FieldError id="accept-error" words=t!("terms.missing", locale = lang)/>
                    })}
                    <label class="check">
                        <input
                            type="checkbox" id="accept" name="accept" value="yes" required
                            aria-invalid=missing.then_some("true")
                            aria-describedby=missing.then_some("accept-error")
                        />
                        <span>{t!("terms.accept", locale = lang).into_owned()}</span>
                    </label>
                    <Button kind=ButtonKind::Primary wide=true>
                        {t!("terms.button", locale = lang).into_owned()}
                    </Button>
                </form>
                <form method="post" action="/sign-out">
                    <Button wide=true>
                        {t!("terms.leave", locale = lang).into_owned()}
                    </Button>
                </form> })}
            }
        },
    )
}

#[derive(Deserialize)]
pub struct TermsForm {
    accept: Option<String>,
    /// The version that was on the page.
    version: Option<String>,
    /// The page that was asked for.
    #[serde(default)]
    next: String,
}

pub async fn accept(
    BeforeTerms(mut signed_in): BeforeTerms,
    form: Result<Form<TermsForm>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(form) = form?;
    // Terms that changed since the page was opened have not been read.
    let read = form.version.as_deref() == Some(TERMS_VERSION);
    if form.accept.as_deref() != Some("yes") || !read {
        let next = own_path(&form.next);
        return Ok(terms_page(&signed_in.reader, next, false, true));
    }
    service::accept_terms(
        &mut signed_in.db,
        &signed_in.actor,
        &signed_in.act,
        signed_in.reader.now,
    )
    .await?;
    // Somebody new is shown around, unless they came for something; whoever accepts other terms than before knows their way.
    let person = &signed_in.actor.0;
    let first = person.terms_version.is_none() && person.has(Role::Patient);
    let next = own_path(&form.next);
    let to = if first && next == "/" {
        "/welcome".to_owned()
    } else {
        next
    };
    Ok(Redirect::to(&to).into_response())
}
