//! The time zone that a person's days follow.

use crate::{
    accounts::{Anyone, SignedIn},
    error::Fault,
    journeys::{model::zones, service},
    ui::{Button, ButtonKind, FormCard, LinkButton, Page, Reader, field, page, problems},
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
    show(&signed_in.reader, zone, false)
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
    let chosen = zones()
        .chain([person.zone])
        .find(|zone| zone.name() == sent.time_zone);
    let Some(zone) = chosen else {
        return Ok(show(&signed_in.reader, person.zone, true));
    };
    let id = person.id;
    let now = signed_in.reader.now;
    service::change_zone(&mut signed_in.db, &signed_in.act, id, zone, now).await?;
    Ok(Redirect::to("/settings?saved").into_response())
}

fn show(reader: &Reader, current: Tz, wrong: bool) -> Response {
    let lang = reader.lang();
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let titled = Page::titled(t!("zone.title", locale = lang)).status(status);
    page(reader, titled, || {
        let mut names: Vec<&str> = zones().map(|zone| zone.name()).collect();
        if !names.contains(&current.name()) {
            names.push(current.name());
        }
        names.sort_unstable();
        let regions = names
            .chunk_by(|a, b| region(a) == region(b))
            .map(|names| {
                let options = names
                    .iter()
                    .map(|name| {
                        let words = name.split_once('/').map_or(*name, |(_, place)| place);
                        let words = words.replace('_', " ").replace('/', " – ");
                        view! { <option value=name.to_string() selected=*name == current.name()>{words}</option> }
                    })
                    .collect_view();
                let label = names.first().map(|name| region(name).to_owned());
                view! { <optgroup label=label>{options}</optgroup> }
            })
            .collect_view();
        let error = wrong.then(|| t!("zone.wrong", locale = lang).into_owned());
        let hint = Some(t!("zone.hint", locale = lang).into_owned());
        view! {
            <h1>{t!("zone.title", locale = lang).into_owned()}</h1>
            <p class="lead">{t!("zone.lead", locale = lang).into_owned()}</p>
            {problems(lang, error.clone().map(|words| ("time_zone", words)))}
            <FormCard action="/settings/time-zone">
                {field("time_zone", t!("settings.zone", locale = lang), hint, error, |described, invalid| view! {
                    <select id="time_zone" name="time_zone" class="input" aria-describedby=described aria-invalid=invalid>{regions}</select>
                })}
                <Button kind=ButtonKind::Primary wide=true>{t!("settings.save", locale = lang).into_owned()}</Button>
                <LinkButton href="/settings" wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}

fn region(name: &str) -> &str {
    name.split_once('/').map_or(name, |(region, _)| region)
}
