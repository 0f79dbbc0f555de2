//! Whether this browser shows what somebody is told: it signs in to the push provider under their random number. Staff have it for the
//! tests of campaigns that they send to themselves. Only here is the provider's script let in, and it is fetched once somebody asks for it.
//!
//! Source: OneSignal's public documentation (web SDK reference; service worker; November 2026) and the SDK's published source for the
//! origins that it needs.

use crate::{
    accounts::{Anyone, SignedIn},
    error::Fault,
    notifications::store::inbox,
    platform::{Platform, http::security::Scripts},
    ui::{
        Button, ButtonKind, Card, IconName, LinkButton, Page, PageHeader, Posture, ScriptButton,
        hidden, page, without_scripts,
    },
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;

const SCRIPT: &str = include_str!("device.js");

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct From {
    /// Present on the first day, which goes on from here.
    welcome: Option<String>,
    /// The campaign that a test is sent of.
    campaign: Option<i64>,
}

pub async fn device(
    State(platform): State<Platform>,
    signed_in: SignedIn<Anyone>,
    query: Result<Query<From>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(from) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let person = inbox::push_id(&mut db, act.by).await?.to_string();
    let lang = reader.lang();
    let title = t!("device.title", locale = lang).into_owned();
    let mut answer = page(&reader, Page::titled(title.clone()), || {
        let script = format!("<script nonce=\"{}\">{SCRIPT}</script>", reader.nonce);
        // Who works at a desk has no inbox and no treatment here.
        let (no_scripts, provider) = match reader.patient {
            true => (
                t!("device.no_scripts", locale = lang),
                t!("device.provider", locale = lang),
            ),
            false => (
                t!("device.no_scripts_desk", locale = lang),
                t!("device.provider_desk", locale = lang),
            ),
        };
        let words = |words: std::borrow::Cow<'_, str>| words.into_owned();
        let (back, called) = match reader.posture {
            _ if from.welcome.is_some() => (
                "/welcome/reminders?back".to_owned(),
                t!("first_day.reminders", locale = lang),
            ),
            _ if from.campaign.is_some() && reader.office => (
                format!("/campaigns/{}", from.campaign.unwrap_or_default()),
                t!("campaign.back", locale = lang),
            ),
            Posture::Patient => (
                "/settings/notifications".to_owned(),
                t!("wishes.title", locale = lang),
            ),
            _ => (
                "/settings".to_owned(),
                t!("settings.title", locale = lang),
            ),
        };
        let back = (back, words(called));
        view! {
            <PageHeader title back lead=words(t!("device.lead", locale = lang))/>
            <Card id="device" roomy=true label=words(t!("device.title", locale = lang))
                attr:data-app=platform.push.app_id.clone() attr:data-person=person attr:data-sdk=platform.push.sdk_url.to_string()
                attr:data-off=words(t!("device.off", locale = lang)) attr:data-on=words(t!("device.on", locale = lang))
                attr:data-busy=words(t!("device.busy", locale = lang)) attr:data-failed=words(t!("device.failed", locale = lang))
                attr:data-stuck=words(t!("device.stuck", locale = lang)) attr:data-denied=words(t!("device.denied", locale = lang))
                attr:data-other=words(t!("device.other", locale = lang)) attr:data-unable=words(t!("device.unable", locale = lang))>
                // Until the script says otherwise.
                <p role="status" tabindex="-1">{words(no_scripts)}</p>
                <div class="actions">
                    <ScriptButton kind=ButtonKind::Primary hidden=true>{words(t!("device.start", locale = lang))}</ScriptButton>
                    <ScriptButton kind=ButtonKind::Tool hidden=true>{words(t!("device.end", locale = lang))}</ScriptButton>
                </div>
                {(reader.posture == Posture::Patient).then(|| without_scripts(view! {
                    <LinkButton href="/calendar" icon=IconName::Calendar>{words(t!("settings.calendar", locale = lang))}</LinkButton>
                }))}
            </Card>
            {from.welcome.is_some().then(|| view! {
                <form method="post" action="/welcome/next">
                    {hidden("from", "reminders")}
                    <Button wide=true>{words(t!("first_day.go_on", locale = lang))}</Button>
                </form>
            })}
            <h2>{words(t!("device.what", locale = lang))}</h2>
            <p>{words(provider)}</p>
            <p>{words(t!("device.shared", locale = lang))}</p>
            {InertElement::new(script)}
        }
    });
    answer.extensions_mut().insert(Scripts::Push);
    Ok(answer)
}

/// The service worker that the browser wakes when something is pushed: the provider's own.
pub async fn worker(State(platform): State<Platform>) -> Response {
    let script = format!(
        "importScripts(\"{}OneSignalSDK.sw.js\");\n",
        platform.push.sdk_url
    );
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::VARY, "accept-encoding"),
    ];
    (headers, script).into_response()
}
