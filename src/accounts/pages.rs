//! Signing in and out, the terms, the settings, and who looked at a patient's record.

use super::{
    actor::{Anyone, BeforeTerms, Patient, SignedIn},
    model::TERMS_VERSION,
    oidc::{OpenIdProvider, Pending},
    service, session,
};
use crate::{
    audit,
    error::Fault,
    platform::{Platform, http::RequestId},
    ui::{Alert, Language, Page, Reader, Theme, Tone, page, time},
};
use axum::{
    Extension, Form, Router,
    extract::{FromRef, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use tower_sessions::Session;

const PENDING_KEY: &str = "sign_in";

/// Rows of a list on one page.
const PAGE: i64 = 50;

pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Platform: FromRef<S>,
    OpenIdProvider: FromRef<S>,
{
    Router::new()
        .route("/sign-in", get(sign_in).post(begin_sign_in))
        .route("/sign-in/callback", get(finish_sign_in))
        .route("/sign-out", post(sign_out))
        .route("/signed-out", get(signed_out))
        .route("/terms", get(terms).post(accept_terms))
        .route("/settings", get(settings).post(change_settings))
        .route("/access", get(access))
}

#[derive(Deserialize, Default)]
struct Next {
    #[serde(default)]
    next: String,
}

/// A path of Midline's own, or home: whatever a link says, nobody is sent elsewhere.
fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\n', '\r', '\t'])
        && !next.starts_with("/sign-")
        && !next.starts_with("/signed-");
    if own { next.to_owned() } else { "/".to_owned() }
}

async fn sign_in(reader: Reader, Query(query): Query<Next>) -> Response {
    let lang = reader.lang();
    let next = own_path(&query.next);
    page(
        &reader,
        Page::titled(t!("sign_in.title", locale = lang)),
        || {
            view! {
                <section class="welcome">
                    <h1>{t!("sign_in.heading", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("sign_in.lead", locale = lang).into_owned()}</p>
                    <form method="post" action="/sign-in">
                        <input type="hidden" name="next" value=next/>
                        <button class="button button-primary button-wide" type="submit">
                            {t!("sign_in.button", locale = lang).into_owned()}
                        </button>
                    </form>
                    <p class="quiet">{t!("sign_in.help", locale = lang).into_owned()}</p>
                </section>
            }
        },
    )
}

async fn begin_sign_in(
    State(provider): State<OpenIdProvider>,
    session: Session,
    form: Result<Form<Next>, axum::extract::rejection::FormRejection>,
) -> Result<Redirect, Fault> {
    let Form(form) = form.map_err(|_| Fault::Malformed)?;
    let (url, pending) = provider.begin(own_path(&form.next)).await?;
    // A session of its own for this sign-in: whatever the browser held before ends here.
    session.cycle_id().await.map_err(session_fault)?;
    session.clear().await;
    session
        .insert(PENDING_KEY, pending)
        .await
        .map_err(session_fault)?;
    Ok(Redirect::to(&url))
}

fn session_fault(error: tower_sessions::session::Error) -> Fault {
    tracing::warn!(%error, "the session store failed");
    Fault::Unavailable
}

#[derive(Deserialize)]
struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

async fn finish_sign_in(
    State(platform): State<Platform>,
    State(provider): State<OpenIdProvider>,
    Extension(request): Extension<RequestId>,
    session: Session,
    query: Result<Query<Callback>, axum::extract::rejection::QueryRejection>,
) -> Result<Redirect, Fault> {
    let Query(query) = query.map_err(|_| Fault::Malformed)?;
    // Taken out before it is used: a sign-in can be finished once.
    let pending: Pending = session
        .get(PENDING_KEY)
        .await
        .map_err(session_fault)?
        .ok_or(Fault::SignInStale)?;
    session
        .remove_value(PENDING_KEY)
        .await
        .map_err(session_fault)?;
    session.save().await.map_err(session_fault)?;
    match query.error.as_deref() {
        Some("access_denied") => return Err(Fault::SignInCancelled),
        Some(_) => return Err(Fault::ProviderFailed),
        None => {}
    }
    let (Some(state), Some(code)) = (query.state, query.code) else {
        return Err(Fault::Malformed);
    };
    let identity = provider.finish(&pending, &state, code).await?;
    let mut db = platform.pool.acquire().await?;
    let user = service::recognise(
        &mut db,
        &identity,
        provider.open_registration(),
        Some(request.0),
    )
    .await?;
    drop(db);
    session.cycle_id().await.map_err(session_fault)?;
    session
        .insert(session::USER_KEY, user.0)
        .await
        .map_err(session_fault)?;
    Ok(Redirect::to(&pending.next))
}

async fn sign_out(
    State(provider): State<OpenIdProvider>,
    session: Session,
    who: Result<BeforeTerms, super::actor::Turned>,
) -> Result<Redirect, Fault> {
    match who {
        Ok(BeforeTerms(mut signed_in)) => {
            service::signed_out(&mut signed_in.db, &signed_in.act).await?
        }
        Err(turned) if turned.fault == Fault::Unavailable => return Err(turned.fault),
        // Signed out already: say so again.
        Err(_) => {}
    }
    session.flush().await.map_err(session_fault)?;
    // Signed out here in any case; at the provider as well, if it can be reached.
    match provider.logout_url().await {
        Ok(url) => Ok(Redirect::to(&url)),
        Err(_) => Ok(Redirect::to("/signed-out")),
    }
}

async fn signed_out(reader: Reader) -> Response {
    let lang = reader.lang();
    page(
        &reader,
        Page::titled(t!("signed_out.title", locale = lang)),
        || {
            view! {
                <section class="welcome">
                    <h1>{t!("signed_out.title", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("signed_out.text", locale = lang).into_owned()}</p>
                    <a class="button button-primary" href="/sign-in">{t!("signed_out.again", locale = lang).into_owned()}</a>
                </section>
            }
        },
    )
}

async fn terms(BeforeTerms(signed_in): BeforeTerms) -> Response {
    if signed_in.actor.0.accepted_terms() {
        return Redirect::to("/").into_response();
    }
    terms_page(&signed_in.reader, false)
}

fn terms_page(reader: &Reader, missing: bool) -> Response {
    let lang = reader.lang();
    let status = if missing {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        axum::http::StatusCode::OK
    };
    page(
        reader,
        Page::titled(t!("terms.title", locale = lang)).status(status),
        || {
            view! {
                <h1>{t!("terms.title", locale = lang).into_owned()}</h1>
                <p class="lead">{t!("terms.lead", locale = lang).into_owned()}</p>
                <section class="card prose">
                    <h2>{t!("terms.data.title", locale = lang).into_owned()}</h2>
                    <p>{t!("terms.data.text", locale = lang).into_owned()}</p>
                    <h2>{t!("terms.reminders.title", locale = lang).into_owned()}</h2>
                    <p>{t!("terms.reminders.text", locale = lang).into_owned()}</p>
                    <h2>{t!("terms.care.title", locale = lang).into_owned()}</h2>
                    <p>{t!("terms.care.text", locale = lang).into_owned()}</p>
                    <p class="quiet">{t!("terms.version", locale = lang, version = TERMS_VERSION).into_owned()}</p>
                </section>
                <form method="post" action="/terms" class="stack">
                    {missing.then(|| view! {
                        <p id="accept-error" class="field-error" role="alert">
                            {t!("terms.missing", locale = lang).into_owned()}
                        </p>
                    })}
                    <label class="check">
                        <input
                            type="checkbox" name="accept" value="yes" required
                            aria-invalid=missing.then_some("true")
                            aria-describedby=missing.then_some("accept-error")
                        />
                        <span>{t!("terms.accept", locale = lang).into_owned()}</span>
                    </label>
                    <button class="button button-primary button-wide" type="submit">
                        {t!("terms.button", locale = lang).into_owned()}
                    </button>
                </form>
                <form method="post" action="/sign-out">
                    <button class="button button-quiet button-wide" type="submit">
                        {t!("terms.leave", locale = lang).into_owned()}
                    </button>
                </form>
            }
        },
    )
}

#[derive(Deserialize)]
struct TermsForm {
    accept: Option<String>,
}

async fn accept_terms(
    BeforeTerms(mut signed_in): BeforeTerms,
    form: Result<Form<TermsForm>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Fault> {
    let Form(form) = form.map_err(|_| Fault::Malformed)?;
    if form.accept.as_deref() != Some("yes") {
        return Ok(terms_page(&signed_in.reader, true));
    }
    service::accept_terms(
        &mut signed_in.db,
        &signed_in.actor,
        &signed_in.act,
        signed_in.reader.now,
    )
    .await?;
    Ok(Redirect::to("/").into_response())
}

#[derive(Deserialize)]
struct Saved {
    saved: Option<String>,
}

async fn settings(signed_in: SignedIn<Anyone>, Query(query): Query<Saved>) -> Response {
    let SignedIn {
        actor: Anyone(person),
        reader,
        ..
    } = signed_in;
    settings_page(
        &reader,
        person.language.as_deref().unwrap_or_default(),
        person.theme.as_deref().unwrap_or_default(),
        query.saved.is_some(),
        None,
    )
}

fn settings_page(
    reader: &Reader,
    language: &str,
    theme: &str,
    saved: bool,
    wrong: Option<&'static str>,
) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_some() {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        axum::http::StatusCode::OK
    };
    let choice = |name: &'static str, value: &'static str, chosen: &str, text: String| {
        let checked = value == chosen;
        view! {
            <label class="choice">
                <input type="radio" name=name value=value checked=checked/>
                <span>{text}</span>
            </label>
        }
    };
    page(
        reader,
        Page::titled(t!("settings.title", locale = lang)).status(status),
        || {
            view! {
                <h1>{t!("settings.title", locale = lang).into_owned()}</h1>
                {saved.then(|| view! { <Alert tone=Tone::Good>{t!("settings.saved", locale = lang).into_owned()}</Alert> })}
                {wrong.map(|_| view! { <Alert tone=Tone::Trouble>{t!("settings.wrong", locale = lang).into_owned()}</Alert> })}
                <form method="post" action="/settings" class="card stack">
                    <fieldset aria-invalid=(wrong == Some("language")).then_some("true")>
                        <legend>{t!("settings.language", locale = lang).into_owned()}</legend>
                        {choice("language", "", language, t!("settings.language_auto", locale = lang).into_owned())}
                        {Language::ALL.map(|each| choice("language", each.code(), language, each.own_name().to_owned())).into_iter().collect_view()}
                    </fieldset>
                    <fieldset aria-invalid=(wrong == Some("theme")).then_some("true")>
                        <legend>{t!("settings.theme", locale = lang).into_owned()}</legend>
                        {choice("theme", "", theme, t!("settings.theme_auto", locale = lang).into_owned())}
                        {choice("theme", "light", theme, t!("settings.theme_light", locale = lang).into_owned())}
                        {choice("theme", "dark", theme, t!("settings.theme_dark", locale = lang).into_owned())}
                    </fieldset>
                    <button class="button button-primary" type="submit">{t!("settings.save", locale = lang).into_owned()}</button>
                </form>
                <section class="card">
                    <h2>{t!("settings.zone", locale = lang).into_owned()}</h2>
                    <p>{t!("settings.zone_text", locale = lang, zone = reader.zone.name()).into_owned()}</p>
                </section>
            }
        },
    )
}

#[derive(Deserialize)]
struct SettingsForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    theme: String,
}

async fn change_settings(
    mut signed_in: SignedIn<Anyone>,
    form: Result<Form<SettingsForm>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Fault> {
    let Form(form) = form.map_err(|_| Fault::Malformed)?;
    let language = Language::from_code(&form.language);
    let theme = Theme::from_code(&form.theme);
    let wrong = if language.is_none() && !form.language.is_empty() {
        Some("language")
    } else if theme.is_none() && !form.theme.is_empty() {
        Some("theme")
    } else {
        None
    };
    if wrong.is_some() {
        return Ok(settings_page(
            &signed_in.reader,
            &form.language,
            &form.theme,
            false,
            wrong,
        ));
    }
    service::set_preferences(&mut signed_in.db, &signed_in.act, language, theme).await?;
    Ok(Redirect::to("/settings?saved").into_response())
}

#[derive(Deserialize)]
struct Before {
    before: Option<i64>,
}

/// "Your dentist looked at your journey on 4 March": what others saw and did of the reader's record.
async fn access(
    mut signed_in: SignedIn<Patient>,
    query: Result<Query<Before>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query.map_err(|_| Fault::Malformed)?;
    let mut rows = audit::seen_of(
        &mut signed_in.db,
        signed_in.actor.id().0,
        query.before,
        PAGE + 1,
    )
    .await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let earlier = more
        .then(|| rows.last().map(|row| format!("/access?before={}", row.id)))
        .flatten();
    let reader = &signed_in.reader;
    let lang = reader.lang();
    Ok(page(
        reader,
        Page::titled(t!("access.title", locale = lang)),
        || {
            let empty = rows.is_empty();
            let rows = rows
            .into_iter()
            .map(|row| {
                let who = match row.by_role.as_deref() {
                    Some("dentist") => t!("access.who.dentist", locale = lang),
                    Some("staff") => t!("access.who.staff", locale = lang),
                    Some("admin") => t!("access.who.admin", locale = lang),
                    _ => t!("access.who.system", locale = lang),
                };
                let what = match row.action.as_str() {
                    "patient.read" => t!("access.what.patient_read", locale = lang, who = who),
                    "photo.read" => t!("access.what.photo_read", locale = lang, who = who),
                    _ => t!("access.what.other", locale = lang, who = who),
                };
                view! { <li class="row"><span>{what.into_owned()}</span>{time::moment(reader, row.at)}</li> }
            })
            .collect_view();
            view! {
                <h1>{t!("access.title", locale = lang).into_owned()}</h1>
                <p class="lead">{t!("access.lead", locale = lang).into_owned()}</p>
                {if empty {
                    view! { <p class="card quiet">{t!("access.empty", locale = lang).into_owned()}</p> }.into_any()
                } else {
                    view! { <ul class="card rows">{rows}</ul> }.into_any()
                }}
                {earlier.map(|href| view! { <a class="button button-quiet" href=href>{t!("list.earlier", locale = lang).into_owned()}</a> })}
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(own_path("/timeline"), "/timeline");
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/\t/evil",
            "/sign-out",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
