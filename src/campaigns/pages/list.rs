//! All campaigns, the newest first.

use super::words;
use crate::{
    accounts::{Office, SignedIn},
    campaigns::store::{self, Listed},
    error::Fault,
    ui::{Page, Reader, or_empty, page, time},
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

/// Campaigns on a page.
const PAGE: usize = 30;

#[derive(Deserialize)]
pub struct Asked {
    /// Those before this one.
    before: Option<i64>,
}

pub async fn list(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn { reader, mut db, .. } = signed_in;
    let mut campaigns = store::list(&mut db, asked.before, PAGE as i64 + 1).await?;
    let next = (campaigns.len() > PAGE).then(|| campaigns[PAGE - 1].id);
    campaigns.truncate(PAGE);
    let lang = reader.lang();
    let title = t!("campaign.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let rows = campaigns
            .iter()
            .map(|campaign| line(&reader, campaign))
            .collect_view();
        let list = (!campaigns.is_empty()).then(|| view! { <ul class="card rows">{rows}</ul> });
        view! {
            <p class="trail"><a href="/notifications">{t!("outbox.title", locale = lang).into_owned()}</a></p>
            <h1>{title}</h1>
            <p class="lead">{t!("campaign.lead", locale = lang).into_owned()}</p>
            <div class="actions">
                <a class="button button-primary" href="/campaigns/new">{t!("campaign.new", locale = lang).into_owned()}</a>
            </div>
            {or_empty(list, t!("campaign.none", locale = lang))}
            {next.map(|next| view! {
                <a class="button button-quiet" href=format!("/campaigns?before={next}")>{t!("list.earlier", locale = lang).into_owned()}</a>
            })}
        }
    }))
}

fn line(reader: &Reader, campaign: &Listed) -> impl IntoView + use<> {
    let lang = reader.lang();
    let when = time::minute(reader, campaign.started_at.unwrap_or(campaign.created_at));
    view! {
        <li class="row">
            <a href=format!("/campaigns/{}", campaign.id)><bdi>{campaign.name.clone()}</bdi></a>
            <span>
                <span class=words::class(campaign.state)>{words::state(lang, campaign.state)}</span>" "
                <span class="quiet">{when}" · "{campaign.by.clone()}</span>
            </span>
        </li>
    }
}
