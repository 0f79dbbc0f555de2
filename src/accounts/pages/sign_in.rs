//! Signing in and out.

use crate::{
    accounts::{
        actor::{BeforeTerms, Turned},
        oidc::{OpenIdProvider, Pending},
        service, session, store,
    },
    error::Fault,
    platform::{Platform, config::WebConfig, http::RequestId},
    ui::{Button, ButtonKind, Page, Reader, Welcome, page, telephone},
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use std::collections::HashMap;
use tower_sessions::Session;

#[derive(Deserialize, Default)]
pub struct Next {
    #[serde(default)]
    pub next: String,
}

/// A path of Midline's own, or home: whatever a link says, nobody is sent elsewhere.
pub(super) fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !next.starts_with("/sign-")
        && !next.starts_with("/terms")
        && !next.starts_with("/signed-");
    if own { next.to_owned() } else { "/".to_owned() }
}

pub async fn ask(
    Extension(provider): Extension<OpenIdProvider>,
    who: Result<BeforeTerms, Turned>,
    reader: Reader,
    query: Result<Query<Next>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    if who.is_ok() {
        return Ok(Redirect::to(&own_path(&query.next)).into_response());
    }
    provider.get_ready().await;
    let lang = reader.lang();
    let next = own_path(&query.next);
    let clinic = telephone::number(&reader.clinic_telephone);
    Ok(page(
        &reader,
        Page::titled(t!("sign_in.title", locale = lang)),
        || {
            view! {
                <Welcome>
                    <h1>{t!("sign_in.heading", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("sign_in.lead", locale = lang).into_owned()}</p>
                    <form method="post" action="/sign-in">
                        <input type="hidden" name="next" value=next/>
                        <Button kind=ButtonKind::Primary wide=true>
                            {t!("sign_in.button", locale = lang).into_owned()}
                        </Button>
                    </form>
                    <p class="quiet">{t!("sign_in.help", locale = lang).into_owned()}" "{clinic}</p>
                </Welcome>
            }
        },
    ))
}

pub async fn begin(
    State(platform): State<Platform>,
    Extension(provider): Extension<OpenIdProvider>,
    session: Session,
    who: Result<BeforeTerms, Turned>,
    form: Result<Form<Next>, FormRejection>,
) -> Result<Redirect, Fault> {
    let Form(form) = form?;
    // Their connection goes back before anybody else is asked: the provider may take its time, and the session asks for
    // another.
    let who = who.map(|BeforeTerms(signed_in)| signed_in.act).ok();
    let now = platform.clock.now();
    let (url, state, pending) = provider.begin(own_path(&form.next), now).await?;
    let pending = serde_json::to_value(pending).map_err(|_| Fault::Internal)?;
    let mut db = platform.pool.acquire().await?;
    match (who, session.id()) {
        (Some(act), id) => service::sign_out(&mut db, &act, id).await?,
        // Another tab may be at the provider, too: each finds its own sign-in when it comes back.
        (None, Some(id)) => {
            if session::add_begun(&mut db, &id, &state, &pending, now).await? {
                return Ok(Redirect::to(&url));
            }
        }
        (None, None) => {}
    }
    drop(db);
    // A session of its own: whatever the browser held before ends here.
    session.cycle_id().await.map_err(session_fault)?;
    session.clear().await;
    session
        .insert(session::BEGUN_KEY, HashMap::from([(state, pending)]))
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
    Extension(provider): Extension<OpenIdProvider>,
    Extension(request): Extension<RequestId>,
    session: Session,
    who: Result<BeforeTerms, Turned>,
    headers: HeaderMap,
    query: Result<Query<Callback>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    // What the session and the provider are asked, they are asked without this request's connection.
    let (who, mut db) = match who {
        Ok(BeforeTerms(signed_in)) => (Some(signed_in.act), signed_in.db),
        Err(_) => (None, platform.pool.acquire().await?),
    };
    let now = platform.clock.now();
    let begun = match (session.id(), query.state.as_deref()) {
        // Taken out before it is used: a sign-in can be finished once. An answer to another question, whoever sent it,
        // leaves those that are under way alone.
        (Some(id), Some(state)) => session::take_begun(&mut db, &id, state, now).await?,
        _ => None,
    };
    drop(db);
    let begun = begun.and_then(|begun| serde_json::from_value::<Pending>(begun).ok());
    let Some(pending) = begun.filter(|begun| begun.begun_at > now - session::SIGN_IN_LIFETIME)
    else {
        // Somebody who went back to this address after it had done its work.
        return match who {
            Some(_) => Ok(Redirect::to("/").into_response()),
            None => Err(Fault::SignInStale),
        };
    };
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
    if let Some(act) = who {
        // Two sign-ins of one browser: the second takes the first one's place.
        service::sign_out(&mut db, &act, None).await?;
    }
    let device = Device::of(&platform.web, store::device_mark(&mut db, user).await?);
    drop(db);
    session.cycle_id().await.map_err(session_fault)?;
    session
        .insert(session::USER_KEY, user.0)
        .await
        .map_err(session_fault)?;
    let mut answer = Redirect::to(&pending.next).into_response();
    if device.was_another(&headers) {
        // What it shows of the other's ends: pushes, and whatever pages kept.
        answer.headers_mut().insert(CLEAR, FORGET_ALL);
    }
    answer
        .headers_mut()
        .append(header::SET_COOKIE, device.cookie()?);
    Ok(answer)
}

const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");
/// What a browser keeps of pages and photos.
const FORGET_CACHE: HeaderValue = HeaderValue::from_static("\"cache\"");
/// And what shows pushes: the push provider's worker, and what it knows of the device.
const FORGET_ALL: HeaderValue = HeaderValue::from_static("\"cache\", \"storage\"");

/// Who signed in last in a browser.
struct Device {
    name: &'static str,
    mark: String,
    secure: bool,
}

impl Device {
    fn of(web: &WebConfig, mark: String) -> Self {
        let secure = web.https();
        let name = if secure {
            "__Host-midline-device"
        } else {
            "midline-device"
        };
        Self { name, mark, secure }
    }

    fn was_another(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, mark)| name == self.name && mark != self.mark)
    }

    /// Kept as long as browsers keep any: a device that shows somebody's pushes may lie in a drawer.
    fn cookie(&self) -> Result<HeaderValue, Fault> {
        let secure = if self.secure { " Secure;" } else { "" };
        let (name, mark) = (self.name, &self.mark);
        let cookie =
            format!("{name}={mark}; HttpOnly; SameSite=Lax;{secure} Path=/; Max-Age=34560000");
        HeaderValue::from_str(&cookie).map_err(|_| Fault::Internal)
    }
}

pub async fn sign_out(
    Extension(provider): Extension<OpenIdProvider>,
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
    Ok(([(CLEAR, FORGET_CACHE)], next).into_response())
}

/// Ends what was to be shown in this browser of whoever signed in last.
pub async fn stop_here() -> Response {
    let to = Redirect::to("/signed-out?stopped");
    ([(CLEAR, FORGET_ALL)], to).into_response()
}

#[derive(Deserialize)]
pub struct SignedOut {
    stopped: Option<String>,
}

pub async fn signed_out(
    reader: Reader,
    query: Result<Query<SignedOut>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let lang = reader.lang();
    let stopped = query.stopped.is_some();
    Ok(page(
        &reader,
        Page::titled(t!("signed_out.title", locale = lang)),
        || {
            view! {
                <Welcome>
                    <h1>{t!("signed_out.title", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("signed_out.text", locale = lang).into_owned()}</p>
                    // What the button says it does: the page in between would ask once more.
                    <form method="post" action="/sign-in">
                        <Button kind=ButtonKind::Primary wide=true>{t!("signed_out.again", locale = lang).into_owned()}</Button>
                    </form>
                    {if stopped {
                        Either::Left(view! { <p role="status">{t!("signed_out.stopped", locale = lang).into_owned()}</p> })
                    } else {
                        Either::Right(view! {
                            <form method="post" action="/signed-out" class="stack">
                                <p class="quiet">{t!("signed_out.device", locale = lang).into_owned()}</p>
                                <Button wide=true>{t!("signed_out.stop", locale = lang).into_owned()}</Button>
                            </form>
                        })
                    }}
                </Welcome>
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
            "/\u{1}",
            "/ä",
            "/sign-out",
            "/terms?next=/terms",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
