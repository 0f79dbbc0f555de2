//! Signing in and out.

use crate::{
    accounts::{
        actor::{BeforeTerms, Turned},
        oidc::{OpenIdProvider, Pending},
        service, session,
    },
    error::Fault,
    platform::{Platform, http::RequestId},
    ui::{Page, Reader, page},
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use tower_sessions::Session;

/// Where a sign-in that has begun stands in the session's data.
const PENDING_KEY: &str = "sign_in";

#[derive(Deserialize, Default)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// A path of Midline's own, or home: whatever a link says, nobody is sent elsewhere.
fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !next.starts_with("/sign-")
        && !next.starts_with("/signed-");
    if own { next.to_owned() } else { "/".to_owned() }
}

pub async fn ask(
    State(provider): State<OpenIdProvider>,
    who: Result<BeforeTerms, Turned>,
    reader: Reader,
    Query(query): Query<Next>,
) -> Response {
    if who.is_ok() {
        return Redirect::to(&own_path(&query.next)).into_response();
    }
    provider.get_ready().await;
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

pub async fn begin(
    State(platform): State<Platform>,
    State(provider): State<OpenIdProvider>,
    session: Session,
    who: Result<BeforeTerms, Turned>,
    form: Result<Form<Next>, FormRejection>,
) -> Result<Redirect, Fault> {
    let Form(form) = form?;
    // Their connection goes back before anybody else is asked: the provider may take its time, and the session asks for
    // another.
    let who = who.map(|BeforeTerms(signed_in)| signed_in.act).ok();
    let (url, pending) = provider.begin(own_path(&form.next)).await?;
    if let Some(act) = who {
        let mut db = platform.pool.acquire().await?;
        service::sign_out(&mut db, &act, session.id()).await?;
    }
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
pub struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

pub async fn finish(
    State(platform): State<Platform>,
    State(provider): State<OpenIdProvider>,
    Extension(request): Extension<RequestId>,
    session: Session,
    who: Result<BeforeTerms, Turned>,
    query: Result<Query<Callback>, QueryRejection>,
) -> Result<Redirect, Fault> {
    let Query(query) = query?;
    // What the session and the provider are asked, they are asked without this request's connection.
    let known = who.is_ok();
    drop(who);
    let pending: Option<Pending> = session.get(PENDING_KEY).await.map_err(session_fault)?;
    let Some(pending) = pending else {
        // Somebody who went back to this address after it had done its work.
        return if known {
            Ok(Redirect::to("/"))
        } else {
            Err(Fault::SignInStale)
        };
    };
    // An answer to another question, whoever sent it, leaves this sign-in under way.
    if query.state.as_deref() != Some(pending.state.as_str()) {
        return Err(Fault::SignInStale);
    }
    // Taken out before it is used: a sign-in can be finished once.
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
    let code = query.code.ok_or(Fault::Malformed)?;
    let identity = provider.finish(&pending, code).await;
    let mut db = platform.pool.acquire().await?;
    let identity = match identity {
        Ok(identity) => identity,
        Err(fault) => {
            service::sign_in_refused(&mut db, fault, request.0).await?;
            return Err(fault);
        }
    };
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

pub async fn sign_out(
    State(provider): State<OpenIdProvider>,
    session: Session,
    who: Result<BeforeTerms, Turned>,
) -> Result<Response, Fault> {
    match who {
        Ok(BeforeTerms(mut signed_in)) => {
            service::sign_out(&mut signed_in.db, &signed_in.act, session.id()).await?
        }
        Err(turned) if turned.fault == Fault::Unavailable => return Err(turned.fault),
        // Signed out already: say so again.
        Err(_) => {}
    }
    session.flush().await.map_err(session_fault)?;
    // Signed out here in any case; at the provider as well, if it can be reached.
    let next = match provider.logout_url().await {
        Ok(url) => Redirect::to(&url),
        Err(_) => Redirect::to("/signed-out"),
    };
    // The next person at this device finds no photos in the browser's cache.
    let forget = (
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\""),
    );
    Ok(([forget], next).into_response())
}

pub async fn signed_out(reader: Reader) -> Response {
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
            "/\u{1}",
            "/ä",
            "/sign-out",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
