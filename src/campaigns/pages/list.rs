//! All campaigns, the newest first.

use super::words;
use crate::{
    accounts::{self, Namesakes, Office, SignedIn},
    campaigns::store::{self, Listed},
    error::Fault,
    ids::CampaignId,
    ui::{
        Badge, ButtonKind, EmptyState, IconName, LinkButton, Page, PageHeader, Reader, page,
        table_of, time,
    },
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::Response,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

/// Campaigns on a page.
const PAGE: usize = 30;

#[derive(Deserialize)]
pub struct Asked {
    /// Those before this one.
    before: Option<CampaignId>,
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
    let wrote = campaigns.iter().map(|campaign| campaign.by_id);
    let colleagues = accounts::colleagues(&mut db, wrote).await?;
    let lang = reader.lang();
    let title = t!("campaign.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let rows = campaigns
            .iter()
            .map(|campaign| line(&reader, campaign, &colleagues))
            .collect_view();
        let list = if campaigns.is_empty() {
            let words = match asked.before {
                Some(_) => t!("list.no_earlier", locale = lang),
                None => t!("campaign.none", locale = lang),
            };
            let text = t!("campaign.none_text", locale = lang).into_owned();
            Either::Left(
                view! { <EmptyState icon=IconName::Message title=words.into_owned() text/> },
            )
        } else {
            let headings = [
                t!("campaign.name", locale = lang),
                t!("patients.state", locale = lang),
                t!("campaign.started", locale = lang),
                t!("campaign.by", locale = lang),
            ];
            Either::Right(table_of(headings, rows))
        };
        view! {
            <PageHeader title lead=t!("campaign.lead", locale = lang).into_owned()>
                <LinkButton href="/campaigns/new" kind=ButtonKind::Primary>{t!("campaign.new", locale = lang).into_owned()}</LinkButton>
            </PageHeader>
            {list}
            {next.map(|next| view! {
                <LinkButton href=format!("/campaigns?before={next}")>{t!("list.earlier", locale = lang).into_owned()}</LinkButton>
            })}
        }
    }))
}

fn line(reader: &Reader, campaign: &Listed, colleagues: &Namesakes) -> impl IntoView + use<> {
    let tone = words::tone(campaign.standing.state);
    let state = words::standing(reader, campaign.standing);
    let when = campaign.started_at.map(|at| time::minute(reader, at));
    view! {
        <tr>
            <th scope="row"><a href=format!("/campaigns/{}", campaign.id)><bdi>{campaign.name.clone()}</bdi></a></th>
            <td><Badge nostrip:tone=tone>{state}</Badge></td>
            <td>{when}</td>
            <td>{campaign.by.clone()}{colleagues.line(campaign.by_id)}</td>
        </tr>
    }
}
