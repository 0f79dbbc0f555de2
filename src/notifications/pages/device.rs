//! Whether this browser shows what somebody is told: it signs in to the push provider under their random number. Staff have it for the
//! tests of campaigns that they send to themselves. Only here is the provider's script let in, and it is fetched once somebody asks for it.
//!
//! Source: OneSignal's public documentation (web SDK reference; service worker; November 2026) and the SDK's published source for the
//! origins that it needs.

use crate::{
    accounts::{Anyone, SignedIn, UserId},
    error::Fault,
    notifications::store::inbox,
    platform::{Platform, http::security::Scripts},
    ui::{
        Button, ButtonKind, Card, IconName, LinkButton, Page, PageHeader, Posture, Reader,
        ScriptButton, hidden, page, without_scripts,
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
use sqlx::PgConnection;

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
    let device = Device::of(&mut db, &platform, act.by).await?;
    let lang = reader.lang();
    let title = t!("device.title", locale = lang).into_owned();
    let calendar = reader.posture == Posture::Patient && reader.has_place("/calendar");
    let answer = page(&reader, Page::titled(title.clone()), || {
        let words = |words: std::borrow::Cow<'_, str>| words.into_owned();
        let switch = device.switch(&reader, Switched::Anywhere);
        // Who works at a desk has no treatment here.
        let provider = match reader.patient {
            true => t!("device.provider", locale = lang),
            false => t!("device.provider_desk", locale = lang),
        };
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
            _ => ("/settings".to_owned(), t!("settings.title", locale = lang)),
        };
        let back = (back, words(called));
        view! {
            <PageHeader title back lead=words(t!("device.lead", locale = lang))/>
            <Card id="device" roomy=true label=words(t!("device.title", locale = lang))>
                {switch}
                {calendar.then(|| without_scripts(view! {
                    <LinkButton href="/calendar/address" icon=IconName::Calendar>{words(t!("settings.calendar", locale = lang))}</LinkButton>
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
            {Device::script(&reader)}
        }
    });
    Ok(lets_in(answer))
}

/// Lets the provider's script into a page that has the switch.
pub fn lets_in(mut answer: Response) -> Response {
    answer.extensions_mut().insert(Scripts::Push);
    answer
}

/// Where the switch stands: its words are about what it is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    Anywhere,
    /// The button that goes on from there says so, and stands out, once it is on.
    FirstDay,
}

/// This browser, as the push provider is to know it.
pub struct Device {
    person: String,
    app: String,
    sdk: String,
}

impl Device {
    /// # Errors
    /// If the database is away.
    pub async fn of(
        db: &mut PgConnection,
        platform: &Platform,
        person: UserId,
    ) -> Result<Self, sqlx::Error> {
        Ok(Self {
            person: inbox::push_id(db, person).await?.to_string(),
            app: platform.push.app_id.clone(),
            sdk: platform.push.sdk_url.to_string(),
        })
    }

    /// The switch, and how it stands: one tap, and the browser asks. On a page that [`lets_in`] the provider and ends with the script.
    pub fn switch(&self, reader: &Reader, stands: Switched) -> impl IntoView + use<> {
        let lang = reader.lang();
        let words = |words: std::borrow::Cow<'_, str>| words.into_owned();
        let (off, on, start, end) = match stands {
            Switched::Anywhere => (
                t!("device.off", locale = lang),
                t!("device.on", locale = lang),
                t!("device.start", locale = lang),
                t!("device.end", locale = lang),
            ),
            Switched::FirstDay => (
                t!("first_day.remind_text", locale = lang),
                t!("first_day.remind_done", locale = lang),
                t!("first_day.remind_button", locale = lang),
                t!("first_day.remind_undo", locale = lang),
            ),
        };
        // Who works at a desk has no inbox here.
        let no_scripts = match reader.patient {
            true => t!("device.no_scripts", locale = lang),
            false => t!("device.no_scripts_desk", locale = lang),
        };
        view! {
            <div
                class="stack" data-switch=""
                data-app=self.app.clone() data-person=self.person.clone() data-sdk=self.sdk.clone()
                data-off=words(off) data-on=words(on)
                data-busy=words(t!("device.busy", locale = lang)) data-failed=words(t!("device.failed", locale = lang))
                data-stuck=words(t!("device.stuck", locale = lang)) data-denied=words(t!("device.denied", locale = lang))
                data-other=words(t!("device.other", locale = lang)) data-unable=words(t!("device.unable", locale = lang))
            >
                // Until the script says otherwise.
                <p role="status" tabindex="-1">{words(no_scripts)}</p>
                <div class="actions">
                    <ScriptButton kind=ButtonKind::Primary icon=IconName::Bell hidden=true>{words(start)}</ScriptButton>
                    <ScriptButton kind=ButtonKind::Tool hidden=true>{words(end)}</ScriptButton>
                </div>
            </div>
        }
    }

    /// What makes the switch work, at the end of its page.
    pub fn script(reader: &Reader) -> InertElement {
        let script = format!("<script nonce=\"{}\">{SCRIPT}</script>", reader.nonce);
        InertElement::new(script)
    }
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
