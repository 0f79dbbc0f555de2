//! The patient's private calendar address: how it is made, and how it ends.

use crate::{
    accounts::{Patient, SignedIn},
    calendar::{
        service::{self, Made, Wished},
        store::{self, Open},
    },
    error::Fault,
    platform::Platform,
    ui::{
        Banner, Button, ButtonKind, Card, FormCard, LinkButton, Page, PageHeader, Reader,
        ScriptButton, Tone, field, hidden, page, time,
    },
};
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;
use uuid::Uuid;

/// Copies the address.
const SCRIPT: &str = include_str!("address.js");

#[derive(Deserialize)]
pub struct Asked {
    /// What is wanted of an address that there is: `new` or `end`.
    ask: Option<String>,
    ended: Option<String>,
    /// On the first day, which goes on from here.
    welcome: Option<String>,
}

pub async fn ask(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let open = store::open(&mut db, actor.id()).await?;
    let welcome = asked.welcome.is_some();
    Ok(match (asked.ask.as_deref(), open) {
        (Some("new"), Some(open)) => confirm(&reader, Change::New, &open, welcome),
        (Some("end"), Some(open)) => confirm(&reader, Change::End, &open, welcome),
        (_, open) => {
            let ended = asked.ended.is_some() && open.is_none();
            show(&reader, open.map(|open| open.since), None, ended, welcome)
        }
    })
}

/// This page, with what is asked of it: on the first day it stays part of that.
fn here(asked: &str, welcome: bool) -> String {
    match (asked, welcome) {
        ("", false) => "/calendar/address".to_owned(),
        ("", true) => "/calendar/address?welcome".to_owned(),
        (_, false) => format!("/calendar/address?{asked}"),
        (_, true) => format!("/calendar/address?{asked}&welcome"),
    }
}

/// What ends the address that there is.
#[derive(Clone, Copy)]
enum Change {
    New,
    End,
}

/// What comes of it, before it is done: calendars that know the address lose it.
fn confirm(reader: &Reader, change: Change, open: &Open, welcome: bool) -> Response {
    let lang = reader.lang();
    let (title, effect, act, intent, kind) = match change {
        Change::New => (
            t!("calendar.new_title", locale = lang),
            t!("calendar.new_effect", locale = lang),
            t!("calendar.new_act", locale = lang),
            "create",
            ButtonKind::Primary,
        ),
        Change::End => (
            t!("calendar.end_title", locale = lang),
            t!("calendar.end_effect", locale = lang),
            t!("calendar.revoke", locale = lang),
            "revoke",
            ButtonKind::Danger,
        ),
    };
    page(reader, Page::titled(title.clone()), || {
        view! {
            <PageHeader title back=(here("", welcome), t!("calendar.address_title", locale = lang).into_owned())/>
            <FormCard action="/calendar/address">
                {welcome.then(|| hidden("welcome", ""))}
                {hidden("key", Uuid::new_v4().to_string())}
                {hidden("intent", intent)}
                {hidden("seen", open.id.to_string())}
                <p>{effect.into_owned()}</p>
                <div class="actions">
                    <Button kind>{act.into_owned()}</Button>
                    <LinkButton href=here("", welcome)>{t!("calendar.keep", locale = lang).into_owned()}</LinkButton>
                </div>
            </FormCard>
        }
    })
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    intent: String,
    /// The address that the page spoke of; none, where there was none.
    seen: Option<i64>,
    /// Drawn with the form.
    key: Option<Uuid>,
    welcome: Option<String>,
}

pub async fn answer(
    State(platform): State<Platform>,
    signed_in: SignedIn<Patient>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let welcome = sent.welcome.is_some();
    match sent.intent.as_str() {
        "create" => {
            let wished = Wished {
                seen: sent.seen,
                key: sent.key,
            };
            let made = service::create_address(&mut db, &actor, &act, wished, reader.now).await?;
            let Some(Made { token, since }) = made else {
                // By now there is one that the page knew nothing of: what comes of another is asked first.
                return Ok(Redirect::to(&here("ask=new", welcome)).into_response());
            };
            let address = platform.address(&format!("/calendar/{token}.ics"));
            // Shown with the answer itself: it is not kept where another page could read it.
            Ok(show(&reader, Some(since), Some(address), false, welcome))
        }
        "revoke" => {
            let ended =
                service::revoke_address(&mut db, &actor, &act, sent.seen, reader.now).await?;
            // Another one than the page spoke of is asked about first.
            let to = if ended { "ended" } else { "ask=end" };
            Ok(Redirect::to(&here(to, welcome)).into_response())
        }
        _ => Err(Fault::Malformed),
    }
}

fn show(
    reader: &Reader,
    since: Option<DateTime<Utc>>,
    made: Option<String>,
    ended: bool,
    welcome: bool,
) -> Response {
    let lang = reader.lang();
    page(
        reader,
        Page::titled(t!("calendar.address_title", locale = lang)),
        || {
            let fresh = made.map(|address| fresh(reader, address));
            let acts = match since {
                Some(since) => {
                    let since = time::moment(reader, since);
                    view! {
                        <p>{t!("calendar.since", locale = lang).into_owned()}" "{since}</p>
                        <p class="quiet">{t!("calendar.secret", locale = lang).into_owned()}</p>
                        <div class="actions">
                            <LinkButton href=here("ask=new", welcome)>{t!("calendar.create_again", locale = lang).into_owned()}</LinkButton>
                            <LinkButton href=here("ask=end", welcome)>{t!("calendar.end_link", locale = lang).into_owned()}</LinkButton>
                        </div>
                    }
                    .into_any()
                }
                None => view! {
                    <p class="quiet">{t!("calendar.secret", locale = lang).into_owned()}</p>
                    {hidden("intent", "create")}
                    {hidden("key", Uuid::new_v4().to_string())}
                    <Button kind=ButtonKind::Primary>{t!("calendar.create", locale = lang).into_owned()}</Button>
                }
                .into_any(),
            };
            let back = if welcome {
                (
                    "/welcome/reminders?back".to_owned(),
                    t!("first_day.reminders", locale = lang).into_owned(),
                )
            } else {
                (
                    "/calendar".to_owned(),
                    t!("nav.calendar", locale = lang).into_owned(),
                )
            };
            view! {
                <PageHeader title=t!("calendar.address_title", locale = lang) back lead=t!("calendar.lead", locale = lang).into_owned()/>
                {ended.then(|| view! { <Banner tone=Tone::Good>{t!("calendar.ended", locale = lang).into_owned()}</Banner> })}
                {fresh}
                <FormCard action="/calendar/address">
                    {welcome.then(|| hidden("welcome", ""))}
                    {acts}
                </FormCard>
                {welcome.then(|| view! {
                    <form method="post" action="/welcome/next">
                        {hidden("from", "reminders")}
                        <Button wide=true>{t!("first_day.go_on", locale = lang).into_owned()}</Button>
                    </form>
                })}
            }
        },
    )
}

/// The address, this once: to subscribe to in whatever calendar somebody has.
fn fresh(reader: &Reader, address: String) -> impl IntoView + use<> {
    let lang = reader.lang();
    // What opens the device's own calendar; over an encrypted connection, where Midline is reached by one.
    let webcal = address
        .replacen("https://", "webcals://", 1)
        .replacen("http://", "webcal://", 1);
    let within = |before: &str, name: &str, address: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("{before}?{}", query.append_pair(name, address).finish())
    };
    // Google knows a calendar that is subscribed to by this scheme only.
    let google = address
        .replacen("https://", "webcal://", 1)
        .replacen("http://", "webcal://", 1);
    let google = within(
        "https://calendar.google.com/calendar/render",
        "cid",
        &google,
    );
    let outlook = within(
        "https://outlook.live.com/calendar/0/addfromweb",
        "url",
        &address,
    );
    let office = within(
        "https://outlook.office.com/calendar/0/addfromweb",
        "url",
        &address,
    );
    let elsewhere = |href: String, name: &'static str| {
        view! { <LinkButton kind=ButtonKind::Tool href rel="noreferrer" target="_blank">{name}</LinkButton> }
    };
    let script = format!("<script nonce=\"{}\">{SCRIPT}</script>", reader.nonce);
    view! {
        <Banner tone=Tone::Good>{t!("calendar.made", locale = lang).into_owned()}</Banner>
        <Card roomy=true>
            {field("address", t!("calendar.address", locale = lang), None, None, |_, _| view! {
                <input id="address" class="input" readonly value=address/>
            })}
            <ScriptButton kind=ButtonKind::Tool hidden=true attr:data-copies="address" attr:data-done=t!("calendar.copied", locale = lang).into_owned()>
                {t!("calendar.copy", locale = lang).into_owned()}
            </ScriptButton>
            <p id="copied" role="status" class="quiet"></p>
            <LinkButton href=webcal kind=ButtonKind::Primary wide=true>{t!("calendar.subscribe", locale = lang).into_owned()}</LinkButton>
            <p class="quiet">{t!("calendar.elsewhere", locale = lang).into_owned()}</p>
            <div class="actions">
                {elsewhere(google, "Google Calendar")}
                {elsewhere(outlook, "Outlook.com")}
                {elsewhere(office, "Microsoft 365")}
            </div>
        </Card>
        {InertElement::new(script)}
    }
}
