//! Stopping a campaign: first what that would do.

use super::parts;
use crate::{
    accounts::{Office, SignedIn},
    campaigns::{
        model::{Doing, State},
        store::{self, recipients},
    },
    error::Fault,
    ids::CampaignId,
    ui::{Banner, Button, ButtonKind, LinkButton, Page, PageHeader, Tone, hidden, page},
};
use axum::{
    extract::{Path, rejection::PathRejection},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;

/// How many would not go out any more, and how many have.
pub async fn ask(
    signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn { reader, mut db, .. } = signed_in;
    let campaign = store::one(&mut db, id).await?.ok_or(Fault::NotFound)?;
    let results = recipients::results(&mut db, id).await?;
    let held = results.waiting + results.pending;
    let here = format!("/campaigns/{id}");
    let possible = Doing::Cancel.from(campaign.state).is_some();
    if !possible || (held == 0 && campaign.state != State::Preparing) {
        // Nothing is left to be stopped: the campaign's page says how it stands.
        return Ok(Redirect::to(&here).into_response());
    }
    let lang = reader.lang();
    let name = campaign.draft.name.clone();
    let title = t!("campaign.stop.title", locale = lang, name = name).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let sent = results.pushed + results.inbox_only;
        let effect = match (campaign.state, held) {
            (State::Preparing, _) => t!("campaign.stop.all", locale = lang),
            (_, 1) => t!("campaign.stop.one", locale = lang),
            _ => t!("campaign.stop.other", locale = lang, count = held),
        };
        let gone = match sent {
            0 => t!("campaign.stop.none_sent", locale = lang),
            1 => t!("campaign.stop.one_sent", locale = lang),
            _ => t!("campaign.stop.sent", locale = lang, count = sent),
        };
        let button = match (campaign.state, held) {
            (State::Preparing, _) => t!("campaign.stop.button_all", locale = lang),
            (_, 1) => t!("campaign.stop.button_one", locale = lang),
            _ => t!("campaign.stop.button", locale = lang, count = held),
        };
        let keep = match campaign.scheduled {
            true => t!("campaign.stop.keep_scheduled", locale = lang),
            false => t!("campaign.stop.keep", locale = lang),
        };
        let back = (here.clone(), name);
        let action = here.clone();
        view! {
            <PageHeader title back/>
            {parts::steps(lang, 4)}
            <Banner tone=Tone::Attention>
                <p>{effect.into_owned()}</p>
                <p>{gone.into_owned()}</p>
                <p>{t!("campaign.stop.final", locale = lang).into_owned()}</p>
            </Banner>
            <form method="post" action=action class="actions">
                {hidden("seen", campaign.revision.to_string())}
                <Button kind=ButtonKind::Danger name="do" value=Doing::Cancel.name()>{button.into_owned()}</Button>
                <LinkButton href=here>{keep.into_owned()}</LinkButton>
            </form>
        }
    }))
}
