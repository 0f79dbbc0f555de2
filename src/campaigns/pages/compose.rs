//! The composer: what a campaign says, to whom, and when. Nothing is sent by it.

use super::{
    form::{Choices, Errors, Sent, status_code},
    one::steps,
};
use crate::{
    accounts::{Office, SignedIn},
    campaigns::{
        model::{CONTENT, NAME, State},
        service::{self, NotDone},
        store::{self, Campaign},
    },
    dentists,
    error::Fault,
    ids::CampaignId,
    journeys::{
        self,
        model::{Aftercare, Product, Status},
    },
    ui::{
        Banner, Button, ButtonKind, Card, Choice, ErrorSummary, FieldHint, Fields, LinkButton,
        Page, PageHeader, Reader, TextArea, Tone, field, hidden, page, select,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct Asked {
    /// The form's, in its address: whoever comes back to it with the browser's Back has the same form.
    key: Option<Uuid>,
    /// The campaign whose words, filters and time it begins with.
    from: Option<CampaignId>,
    /// The campaign whose recipients it is for.
    got: Option<CampaignId>,
}

pub async fn ask(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(Asked { key, from, got }) = query?;
    let Some(key) = key else {
        let from = from.map(|from| format!("&from={from}")).unwrap_or_default();
        let got = got.map(|got| format!("&got={got}")).unwrap_or_default();
        let address = format!("/campaigns/new?key={}{from}{got}", Uuid::new_v4());
        return Ok(Redirect::to(&address).into_response());
    };
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    if let Some((id, _)) = store::made_by(&mut db, act.by, key).await? {
        // What was made by it is not written over by another.
        return Ok(Redirect::to(&format!("/campaigns/{id}/edit")).into_response());
    }
    let choices = choices(&mut db).await?;
    let former = match from {
        Some(from) => store::one(&mut db, from).await?,
        None => None,
    };
    let sent = match former {
        Some(former) => Sent {
            seen: None,
            key: Some(key),
            ..Sent::of(&reader, &former)
        },
        None => Sent {
            key: Some(key),
            when: "now".to_owned(),
            zone: reader.zone.name().to_owned(),
            got: got.map(|got| got.to_string()).unwrap_or_default(),
            ..Sent::default()
        },
    };
    Ok(show(&reader, None, &sent, &choices, &Errors::new(), false))
}

pub async fn answer(
    signed_in: SignedIn<Office>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(mut sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let choices = choices(&mut db).await?;
    let written = match sent.draft(&reader, &choices) {
        Ok(draft) => draft,
        Err(errors) => return Ok(show(&reader, None, &sent, &choices, &errors, false)),
    };
    let key = sent.key.ok_or(Fault::Malformed)?;
    match service::add(&mut db, &actor, &act, key, &written).await {
        Ok(id) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Stale) => {
            let made = store::made_by(&mut db, act.by, key).await?;
            if let Some((id, revision)) = made
                && draft(&mut db, id).await?.is_some()
            {
                sent.seen = Some(revision);
                return Ok(show(
                    &reader,
                    Some(id),
                    &sent,
                    &choices,
                    &Errors::new(),
                    true,
                ));
            }
            Ok(started_meanwhile(&reader, &mut sent, &choices))
        }
    }
}

/// What was started meanwhile stays as it is; what was typed is kept for a new one.
fn started_meanwhile(reader: &Reader, sent: &mut Sent, choices: &Choices) -> Response {
    sent.seen = None;
    sent.key = Some(Uuid::new_v4());
    show(reader, None, sent, choices, &Errors::new(), true)
}

/// What the form offers.
async fn choices(db: &mut sqlx::PgConnection) -> Result<Choices, Fault> {
    Ok(Choices {
        dentists: dentists::names(db).await?,
        campaigns: store::sent(db).await?,
    })
}

/// A draft that can still be rewritten.
async fn draft(db: &mut sqlx::PgConnection, id: CampaignId) -> Result<Option<Campaign>, Fault> {
    let campaign = store::one(db, id).await?.ok_or(Fault::NotFound)?;
    Ok((campaign.state == State::Draft).then_some(campaign))
}

pub async fn ask_again(
    signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn { reader, mut db, .. } = signed_in;
    let Some(campaign) = draft(&mut db, id).await? else {
        return Ok(Redirect::to(&format!("/campaigns/{id}")).into_response());
    };
    let choices = choices(&mut db).await?;
    let sent = Sent::of(&reader, &campaign);
    Ok(show(
        &reader,
        Some(id),
        &sent,
        &choices,
        &Errors::new(),
        false,
    ))
}

pub async fn answer_again(
    signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(mut sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let choices = choices(&mut db).await?;
    let draft_sent = match sent.draft(&reader, &choices) {
        Ok(draft) => draft,
        Err(errors) => return Ok(show(&reader, Some(id), &sent, &choices, &errors, false)),
    };
    let seen = sent.seen.ok_or(Fault::Malformed)?;
    match service::rewrite(&mut db, &actor, &act, (id, seen), &draft_sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
        Err(NotDone::Fault(fault)) => Err(fault),
        // What was typed is kept; sent again, it replaces what somebody else wrote.
        Err(NotDone::Stale) => match draft(&mut db, id).await? {
            Some(campaign) => {
                sent.seen = Some(campaign.revision);
                Ok(show(
                    &reader,
                    Some(id),
                    &sent,
                    &choices,
                    &Errors::new(),
                    true,
                ))
            }
            None => Ok(started_meanwhile(&reader, &mut sent, &choices)),
        },
    }
}

fn show(
    reader: &Reader,
    id: Option<CampaignId>,
    sent: &Sent,
    choices: &Choices,
    errors: &Errors,
    stale: bool,
) -> Response {
    let lang = reader.lang();
    let status = if stale {
        StatusCode::CONFLICT
    } else if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = match id {
        Some(_) => t!("campaign.edit", locale = lang),
        None => t!("campaign.new", locale = lang),
    }
    .into_owned();
    page(reader, Page::titled(title.clone()).status(status), || {
        let alert = stale.then(|| {
            let words = match id {
                Some(_) => t!("campaign.rewritten", locale = lang),
                None => t!("campaign.started_meanwhile", locale = lang),
            }
            .into_owned();
            view! { <Banner tone=Tone::Attention><p>{words}</p></Banner> }
        });
        let problems: Vec<_> = errors
            .iter()
            .map(|(name, words)| {
                (
                    (*name).to_owned(),
                    format!("{}: {words}", label(lang, name)),
                )
            })
            .collect();
        let error = |name: &str| errors.get(name).cloned();
        let area = |id: &'static str, label: String, hint: String, value: String| {
            field(
                id,
                label,
                Some(hint),
                error(id),
                move |described_by, invalid| {
                    view! { <TextArea id name=id value maxlength=CONTENT as u32 described_by invalid/> }
                },
            )
        };
        let number = |id: &'static str, label: String, hint: Option<String>, value: String| {
            field(id, label, hint, error(id), move |described, invalid| {
                view! {
                    <input class="input" id=id name=id inputmode="numeric" maxlength="6" value=value aria-describedby=described aria-invalid=invalid/>
                }
            })
        };
        let any = || (String::new(), t!("outbox.any", locale = lang).into_owned());
        let list =
            |id: &'static str, label: String, options: Vec<(String, String)>, value: &str| {
                let value = value.to_owned();
                let options: Vec<_> = std::iter::once(any()).chain(options).collect();
                field(id, label, None, error(id), move |described, invalid| {
                    select(id, options, &value, described, invalid)
                })
            };
        let products = Product::ALL.map(|product| {
            (
                product.code().to_owned(),
                journeys::product_name(lang, product),
            )
        });
        let statuses = [
            (Status::Active, t!("campaign.active", locale = lang)),
            (Status::Completed, t!("campaign.completed", locale = lang)),
        ]
        .map(|(status, words)| (status_code(status).to_owned(), words.into_owned()));
        let aftercare = Aftercare::ALL.map(|stage| {
            (
                stage.code().to_owned(),
                journeys::aftercare_name(lang, stage),
            )
        });
        let dentists: Vec<_> = choices
            .dentists
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()))
            .collect();
        let campaigns: Vec<_> = choices
            .campaigns
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()))
            .collect();
        let has_sent = !campaigns.is_empty();
        let zone = sent.zone.parse().unwrap_or(reader.zone).name();
        let whens = [
            ("now", t!("campaign.when.now", locale = lang)),
            ("own", t!("campaign.when.own", locale = lang)),
            ("one", t!("campaign.when.one", locale = lang, zone = zone)),
        ]
        .into_iter()
        .map(|(value, words)| {
            let checked = sent.when == value;
            view! {
                <Choice name="when" value checked words/>
            }
        })
        .collect_view();
        let clock = |id: &'static str, kind: &'static str, label: String, value: String| {
            field(id, label, None, error(id), move |described, invalid| {
                view! {
                    <input class="input" id=id name=id type=kind value=value aria-describedby=described aria-invalid=invalid/>
                }
            })
        };
        let action = match id {
            Some(id) => format!("/campaigns/{id}/edit"),
            None => "/campaigns/new".to_owned(),
        };
        let leave = match id {
            Some(id) => format!("/campaigns/{id}"),
            None => "/campaigns".to_owned(),
        };
        let name = sent.name.clone();
        view! {
            <PageHeader title back=("/campaigns".to_owned(), t!("campaign.title", locale = lang).into_owned())/>
            {steps(lang, 1)}
            {alert}
            <ErrorSummary title=t!("form.problem", locale = lang).into_owned() errors=problems/>
            <form method="post" action=action class="stack">
                {sent.seen.map(|seen| hidden("seen", seen.to_string()))}
                {sent.key.map(|key| hidden("key", key.to_string()))}
                {hidden("zone", zone)}
                <Card roomy=true>
                    {field("name", t!("campaign.name", locale = lang), Some(t!("campaign.name_hint", locale = lang).into_owned()), error("name"), move |described, invalid| view! {
                        <input class="input" id="name" name="name" required maxlength=NAME value=name aria-describedby=described aria-invalid=invalid/>
                    })}
                    {area("content_en", t!("campaign.content_en", locale = lang).into_owned(), t!("campaign.content_hint", locale = lang).into_owned(), sent.content_en.clone())}
                    {area("content_de", t!("campaign.content_de", locale = lang).into_owned(), t!("campaign.content_de_hint", locale = lang).into_owned(), sent.content_de.clone())}
                </Card>
                <fieldset class="card stack">
                    <legend>{t!("campaign.to", locale = lang).into_owned()}</legend>
                    <p class="quiet">{t!("campaign.to_text", locale = lang).into_owned()}</p>
                    <Fields>
                        {list("product", t!("campaign.product", locale = lang).into_owned(), products.into(), &sent.product)}
                        {list("status", t!("campaign.status", locale = lang).into_owned(), statuses.into(), &sent.status)}
                        {number("stage_from", t!("campaign.stage_from", locale = lang).into_owned(), None, sent.stage_from.clone())}
                        {number("stage_to", t!("campaign.stage_to", locale = lang).into_owned(), None, sent.stage_to.clone())}
                        {list("aftercare", t!("campaign.aftercare", locale = lang).into_owned(), aftercare.into(), &sent.aftercare)}
                        {list("dentist", t!("campaign.dentist", locale = lang).into_owned(), dentists, &sent.dentist)}
                        {number("overdue_days", t!("campaign.overdue", locale = lang).into_owned(), Some(t!("campaign.overdue_hint", locale = lang).into_owned()), sent.overdue_days.clone())}
                        {has_sent.then(|| list("got", t!("campaign.got", locale = lang).into_owned(), campaigns, &sent.got))}
                    </Fields>
                </fieldset>
                <fieldset class="card stack when">
                    <legend>{t!("campaign.when.title", locale = lang).into_owned()}</legend>
                    <div class="choices">{whens}</div>
                    <Fields>
                        {clock("date", "date", t!("campaign.date", locale = lang).into_owned(), sent.date.clone())}
                        {clock("time", "time", t!("campaign.time", locale = lang).into_owned(), sent.time.clone())}
                    </Fields>
                    <FieldHint words=t!("campaign.quiet", locale = lang)/>
                    {number("per_minute", t!("campaign.per_minute", locale = lang).into_owned(), Some(t!("campaign.per_minute_hint", locale = lang).into_owned()), sent.per_minute.clone())}
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary>{t!("campaign.look", locale = lang).into_owned()}</Button>
                    <LinkButton href=leave kind=ButtonKind::Quiet>{t!("campaign.leave", locale = lang).into_owned()}</LinkButton>
                </div>
            </form>
        }
    })
}

/// What a field is called.
fn label(lang: &str, name: &str) -> String {
    match name {
        "name" => t!("campaign.name", locale = lang),
        "content_en" => t!("campaign.content_en", locale = lang),
        "content_de" => t!("campaign.content_de", locale = lang),
        "product" => t!("campaign.product", locale = lang),
        "status" => t!("campaign.status", locale = lang),
        "stage_from" => t!("campaign.stage_from", locale = lang),
        "stage_to" => t!("campaign.stage_to", locale = lang),
        "aftercare" => t!("campaign.aftercare", locale = lang),
        "dentist" => t!("campaign.dentist", locale = lang),
        "overdue_days" => t!("campaign.overdue", locale = lang),
        "got" => t!("campaign.got", locale = lang),
        "per_minute" => t!("campaign.per_minute", locale = lang),
        "time" => t!("campaign.time", locale = lang),
        _ => t!("campaign.date", locale = lang),
    }
    .into_owned()
}
