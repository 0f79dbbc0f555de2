//! The time zone that a person's days follow.

use crate::{
    accounts::{Anyone, SignedIn},
    error::Fault,
    journeys::{
        model::{city, zone_named, zones},
        service,
    },
    ui::{
        Button, ButtonKind, Combobox, FormCard, LinkButton, Page, PageHeader, Reader, field, page,
        problems,
    },
};
use axum::{
    Form,
    extract::rejection::FormRejection,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

pub async fn ask(signed_in: SignedIn<Anyone>) -> Response {
    let zone = signed_in.actor.0.zone;
    show(&signed_in.reader, zone, None)
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    time_zone: String,
}

pub async fn answer(
    mut signed_in: SignedIn<Anyone>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let person = &signed_in.actor.0;
    let Some(zone) = zone_named(&sent.time_zone, person.zone) else {
        let typed = Some(sent.time_zone);
        return Ok(show(&signed_in.reader, person.zone, typed));
    };
    let id = person.id;
    let now = signed_in.reader.now;
    service::change_zone(&mut signed_in.db, &signed_in.act, id, zone, now).await?;
    Ok(Redirect::to("/settings?saved").into_response())
}

/// `wrong`: what was typed, if it is no zone's name.
fn show(reader: &Reader, current: Tz, wrong: Option<String>) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let titled = Page::titled(t!("zone.title", locale = lang)).status(status);
    page(reader, titled, || {
        let error = wrong
            .as_ref()
            .map(|_| t!("zone.wrong", locale = lang).into_owned());
        let hint = t!("zone.hint", locale = lang).into_owned();
        let typed = wrong.unwrap_or_else(|| city(current));
        let lead = match reader.patient {
            true => t!("zone.lead", locale = lang),
            false => t!("zone.lead_desk", locale = lang),
        };
        view! {
            <PageHeader
                title=t!("zone.title", locale = lang) back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned())
                lead=lead.into_owned()
            />
            {problems(lang, error.clone().map(|words| ("time_zone", words)))}
            <FormCard action="/settings/time-zone">
                {zone_field(lang, typed, hint, error)}
                <Button kind=ButtonKind::Primary wide=true>{t!("settings.save", locale = lang).into_owned()}</Button>
                <LinkButton href="/settings" wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}

/// Where a city in one's own time zone is typed, or chosen. `typed` is what stands in it.
pub fn zone_field(
    lang: &'static str,
    typed: String,
    hint: String,
    error: Option<String>,
) -> impl IntoView {
    let mut cities: Vec<String> = zones().map(city).collect();
    cities.sort_unstable();
    // Few cities name two zones, which agree.
    cities.dedup();
    field(
        "time_zone",
        t!("settings.zone", locale = lang),
        Some(hint),
        error,
        move |described, invalid| {
            view! {
                <Combobox
                    id="time_zone" name="time_zone" value=typed options=cities required=true
                    nostrip:described_by=described nostrip:invalid=invalid
                />
            }
        },
    )
}
