//! The last step before a campaign goes out: to how many, when, and in which language.

use super::parts;
use crate::{
    accounts::{Office, SignedIn},
    campaigns::{
        model::{Doing, Moment, State},
        pages::words,
        store::{
            self, Campaign,
            recipients::{self, Reach},
        },
    },
    error::Fault,
    ids::CampaignId,
    notifications::Open,
    platform::Platform,
    ui::{Button, ButtonKind, Facts, LinkButton, Page, PageHeader, hidden, page},
};
use axum::{
    extract::{Path, State as Shared, rejection::PathRejection},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;

pub async fn ask(
    Shared(platform): Shared<Platform>,
    signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn { reader, mut db, .. } = signed_in;
    let campaign = store::one(&mut db, id).await?.ok_or(Fault::NotFound)?;
    let here = format!("/campaigns/{id}");
    if campaign.state != State::Draft {
        // Somebody sent it: its page says how it stands.
        return Ok(Redirect::to(&here).into_response());
    }
    let reach = recipients::reach(&mut db, id, Open::of(&platform)).await?;
    if reach.recipients == 0 {
        return Ok(Redirect::to(&here).into_response());
    }
    let lang = reader.lang();
    let button = button(lang, &campaign, &reach);
    let title = format!("{button}?");
    Ok(page(&reader, Page::titled(title.clone()), || {
        let name = campaign.draft.name.clone();
        let when = parts::goes_out(&campaign, &reach)
            .map(|(first, last)| words::span(&reader, first, last));
        let phones = reach.recipients - reach.inbox_only;
        let row = |words: std::borrow::Cow<'static, str>, value: AnyView| {
            view! { <div class="row"><dt>{words.into_owned()}</dt><dd>{value}</dd></div> }
        };
        let leave = here.clone();
        let left_out = (reach.left_out > 0).then(|| {
            row(
                t!("campaign.left", locale = lang),
                reach.left_out.into_any(),
            )
        });
        let languages = languages(lang, &campaign, &reach);
        let quiet = words::quiet(&reader, &reach).into_any();
        view! {
            <PageHeader title back=(here.clone(), t!("campaign.preview", locale = lang, name = name).into_owned())/>
            {parts::steps(lang, 3)}
            <p class="lead">{t!("campaign.send.lead", locale = lang).into_owned()}</p>
            <Facts card=true>
                {row(t!("campaign.recipients", locale = lang), reach.recipients.into_any())}
                {row(t!("campaign.will_push", locale = lang), phones.into_any())}
                {row(t!("campaign.inbox_only", locale = lang), reach.inbox_only.into_any())}
                {left_out}
                {when.map(|when| row(t!("campaign.when.title", locale = lang), when.into_any()))}
                {row(t!("campaign.quiet_hours.title", locale = lang), quiet)}
                {row(t!("campaign.send.languages", locale = lang), languages.into_any())}
            </Facts>
            <form method="post" action=here class="actions">
                {hidden("seen", campaign.revision.to_string())}
                <Button kind=ButtonKind::Primary name="do" value=Doing::Start.name()>{button}</Button>
                <LinkButton href=leave>{t!("campaign.send.not_yet", locale = lang).into_owned()}</LinkButton>
            </form>
            {parts::texts(lang, &campaign)}
        }
    }))
}

/// What the button does: now, or at its time.
fn button(lang: &str, campaign: &Campaign, reach: &Reach) -> String {
    let count = reach.recipients;
    match (campaign.draft.moment, count) {
        (Moment::AtOnce, 1) => t!("campaign.start.now_one", locale = lang),
        (Moment::AtOnce, _) => t!("campaign.start.now", locale = lang, count = count),
        (_, 1) => t!("campaign.start.later_one", locale = lang),
        (_, _) => t!("campaign.start.later", locale = lang, count = count),
    }
    .into_owned()
}

/// How many read which language.
fn languages(lang: &str, campaign: &Campaign, reach: &Reach) -> String {
    let german = match campaign.draft.content_de {
        Some(_) => reach.german,
        None => 0,
    };
    let english = reach.recipients - german;
    match (english, german) {
        (_, 0) if campaign.draft.content_de.is_some() => {
            t!("campaign.send.english_though", locale = lang)
        }
        (_, 0) => t!("campaign.send.english", locale = lang),
        (0, _) => t!("campaign.send.german", locale = lang),
        _ => t!(
            "campaign.send.both",
            locale = lang,
            english = english,
            german = german
        ),
    }
    .into_owned()
}
