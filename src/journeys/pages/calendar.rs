//! The patient's private calendar address, and what calendar programs fetch from it.

use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    journeys::{
        calendar::{self, Coming},
        model::local_day,
        service,
        store::{self, calendar::Holder},
    },
    platform::{Platform, clock::local_moment},
    ui::{
        Banner, Button, ButtonKind, Card, FormCard, Language, LinkButton, Page, Reader,
        ScriptButton, Tone, field, page, time,
    },
};
use axum::{
    Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Copies the address.
const SCRIPT: &str = include_str!("calendar.js");

pub async fn ask(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let since = store::calendar::open_since(&mut db, actor.id()).await?;
    Ok(show(&reader, since, None))
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    intent: String,
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
    match sent.intent.as_str() {
        "create" => {
            let token = service::create_address(&mut db, &actor, &act, reader.now).await?;
            let address = platform.address(&format!("/calendar/{token}.ics"));
            // Shown with the answer itself: it is not kept where another page could read it.
            Ok(show(&reader, Some(reader.now), Some(address)))
        }
        "revoke" => {
            service::revoke_address(&mut db, &actor, &act, reader.now).await?;
            Ok(Redirect::to("/calendar").into_response())
        }
        _ => Err(Fault::Malformed),
    }
}

fn show(reader: &Reader, since: Option<DateTime<Utc>>, made: Option<String>) -> Response {
    let lang = reader.lang();
    page(
        reader,
        Page::titled(t!("calendar.title", locale = lang)),
        || {
            let button = |kind: ButtonKind, intent: &'static str, words: String| {
                view! { <Button kind name="intent" value=intent>{words}</Button> }
            };
            let kind = if since.is_some() {
                ButtonKind::Secondary
            } else {
                ButtonKind::Primary
            };
            let fresh = made.map(|address| fresh(reader, address));
            let state = since.map(|since| {
                let since = time::moment(reader, since);
                view! { <p>{t!("calendar.since", locale = lang).into_owned()}" "{since}</p> }
            });
            let again = since.is_some();
            let create = if again {
                t!("calendar.create_again", locale = lang)
            } else {
                t!("calendar.create", locale = lang)
            };
            let revoke = again.then(|| {
                button(
                    ButtonKind::Secondary,
                    "revoke",
                    t!("calendar.revoke", locale = lang).into_owned(),
                )
            });
            view! {
                <h1>{t!("calendar.title", locale = lang).into_owned()}</h1>
                <p class="lead">{t!("calendar.lead", locale = lang).into_owned()}</p>
                {fresh}
                <FormCard action="/calendar">
                    {state}
                    <p class="quiet">{t!("calendar.secret", locale = lang).into_owned()}</p>
                    <div class="actions">
                        {button(kind, "create", create.into_owned())}
                        {revoke}
                    </div>
                </FormCard>
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

/// What a calendar program fetches. Whoever has the address reads it; nobody is signed in.
pub async fn fetch(
    State(platform): State<Platform>,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(name) = path?;
    let token = name.strip_suffix(".ics").ok_or(Fault::NotFound)?;
    let mut db = platform.pool.acquire().await?;
    let Holder {
        patient,
        time_zone,
        language,
        journey,
        changed_at,
    } = store::calendar::holder(&mut db, &service::token_hash(token))
        .await?
        .ok_or(Fault::NotFound)?;
    let zone: Tz = time_zone.parse().unwrap_or_default();
    let current = match journey {
        Some(_) => store::current(&mut db, patient).await?,
        None => None,
    };
    let newest = match &current {
        Some(journey) => store::timeline(&mut db, patient, journey, None, 1).await?,
        None => store::Page::default(),
    };
    drop(db);
    let today = local_day(platform.clock.now(), zone);
    let plan = current
        .as_ref()
        .and_then(|journey| journey.plan(newest.newest.as_ref(), today));
    // A change that is owed moves all that comes after it, day by day.
    let owed = newest
        .newest
        .and_then(|newest| newest.due)
        .filter(|due| *due < today);
    let moved = owed.map(|_| local_moment(today, NaiveTime::MIN, zone));
    let changed_at = changed_at.max(moved).unwrap_or(DateTime::UNIX_EPOCH);
    let mut coming = Coming {
        journey: current.as_ref().map_or(0, |journey| journey.id.0),
        plan: plan.as_ref(),
        total: current.as_ref().map_or(0, |journey| journey.total),
        zone,
        made_at: DateTime::UNIX_EPOCH,
        changed_at,
        url: &platform.address("/"),
    };
    let language = language
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_default();
    // What it says, whenever it is made. Weak: it may be sent compressed.
    let said = Sha256::digest(calendar::text(&coming, language.code()));
    let tag = format!("W/\"{said:x}\"");
    coming.made_at = platform.clock.now();
    let text = calendar::text(&coming, language.code());
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .any(|each| matches!(each.trim(), "*") || each.trim() == tag)
        });
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let described = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"midline.ics\"",
        ),
    ];
    Ok((kept, described, text).into_response())
}
