//! One notification: what became of it, and what can be done with it.

use super::table::badge;
use crate::{
    accounts::{self, Identity, Namesakes, Office, SignedIn, full_name},
    audit,
    error::Fault,
    notifications::{
        Action, Delivery,
        model::Status,
        pages::words,
        service::{Obstacle, Possible},
        store::desk::{self, Happened},
    },
    ui::{
        Badge, Banner, Button, ButtonKind, Facts, FieldHint, LinkButton, Page, PageHeader,
        PatientBar, PersonLine, Quote, Reader, Tone, hidden, page, time,
    },
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Shown {
    /// Present after something was done.
    saved: Option<String>,
    /// The campaign that one came from, with its place in the list of its patients, and the language of a test.
    campaign: Option<i64>,
    after: Option<i64>,
    language: Option<String>,
}

pub async fn one(
    signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(shown) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let entry = act.entry(Action::Read).on("notifications", id);
    let Some(row) = desk::one(&mut db, id).await? else {
        audit::record(&mut db, entry.refused()).await?;
        return Err(Fault::NotFound);
    };
    audit::record(&mut db, entry.about(row.patient.0)).await?;
    let history = desk::history(&mut db, id).await?;
    let acted = history.iter().filter_map(|happened| happened.by_id);
    let colleagues = accounts::colleagues(&mut db, acted.chain([row.patient])).await?;
    let campaign = desk::campaign_of(&mut db, id).await?;
    let (identity, is_patient) = desk::person(&mut db, row.patient).await?;
    let lang = reader.lang();
    let name = full_name(&row.first_name, &row.last_name, &row.email);
    let title = t!("outbox.one", locale = lang, name = name).into_owned();
    let heading = Page::titled(title.clone());
    Ok(page(&reader, heading, || {
        let above = shown.saved.is_some().then(|| {
            let words = match row.status {
                Status::Pending if row.due > reader.now => t!("outbox.written", locale = lang),
                _ => t!("outbox.written_now", locale = lang),
            };
            view! { <Banner tone=Tone::Good><p>{words.into_owned()}</p></Banner> }
        });
        let buttons: Vec<_> = Possible::ALL
            .into_iter()
            .filter(|doing| doing.applies(row.standing(reader.now)))
            .map(|doing| {
                let kind = match doing {
                    Possible::Cancel => ButtonKind::Danger,
                    _ => ButtonKind::Secondary,
                };
                view! { <Button kind name="do" value=doing.name()>{words::does(lang, doing, 1)}</Button> }
            })
            .collect();
        let acts = (!buttons.is_empty()).then(|| {
            view! { <form method="get" action="/notifications/change" class="actions">{hidden("id", id.to_string())}{buttons}</form> }
        });
        let pair = |words: std::borrow::Cow<'static, str>, value: AnyView| {
            view! { <div class="row"><dt>{words.into_owned()}</dt><dd>{value}</dd></div> }
        };
        let sent = row.sent_at.map(|at| {
            pair(
                t!("outbox.sent_at", locale = lang),
                time::minute(&reader, at).into_any(),
            )
        });
        let next = (row.status == Status::Pending).then(|| {
            pair(
                t!("outbox.next", locale = lang),
                time::minute(&reader, row.due).into_any(),
            )
        });
        let back = back(lang, &shown, id, campaign.as_ref(), is_patient);
        let campaign = campaign.map(|(id, name)| {
            let href = format!("/campaigns/{id}");
            pair(
                t!("outbox.campaign", locale = lang),
                view! { <a href=href>{name}</a> }.into_any(),
            )
        });
        let provider_id = row.provider_id.clone().map(|id| {
            pair(
                t!("outbox.provider_id", locale = lang),
                view! { <code>{id}</code> }.into_any(),
            )
        });
        let tries =
            (row.tries > 1).then(|| pair(t!("outbox.tries", locale = lang), row.tries.into_any()));
        // What failed and why, even if it went out by another channel; and what to do about it.
        let failed = row
            .failed()
            .filter(|_| matches!(row.status, Status::Failed | Status::Sent));
        let obstacle = Possible::Retry.obstacle(row.standing(reader.now));
        let what_now = failed.as_deref().map(|word| match obstacle {
            None => words::advice(lang, word),
            Some(Obstacle::Passed) => t!("outbox.has_passed", locale = lang).into_owned(),
            Some(why) => words::obstacle(lang, why),
        });
        let what_now = what_now.map(|words| view! { <p>{words}</p> });
        let failure = failed.map(|word| {
            let name = match row.status {
                Status::Sent => t!("outbox.failed_beside", locale = lang),
                _ => t!("outbox.why", locale = lang),
            };
            pair(name, words::outcome(lang, &word).into_any())
        });
        let means = (row.status == Status::Sent && row.delivery != Some(Delivery::Inbox))
            .then(|| view! { <FieldHint words=t!("outbox.sent_means", locale = lang)/> });
        let each = history
            .iter()
            .map(|happened| told(&reader, happened, &colleagues, is_patient))
            .collect_view();
        let others = format!("/notifications?patient={}", row.patient.0);
        let person = PersonLine {
            name: name.clone(),
            facts: facts(&reader, &identity),
            // One of the staff, who send tests to themselves, has no record.
            href: is_patient.then(|| format!("/patients/{}", row.patient.0)),
        };
        // A test that reached nobody's device: how it would reach one.
        let nowhere = !is_patient && row.delivery == Some(Delivery::Inbox);
        let nowhere = nowhere.then(|| {
            let device = match shown.campaign {
                Some(campaign) => format!("/settings/device?campaign={campaign}"),
                None => "/settings/device".to_owned(),
            };
            view! {
                <p>{t!("outbox.nowhere", locale = lang).into_owned()}" "<a href=device>{t!("campaign.test_device", locale = lang).into_owned()}</a></p>
            }
        });
        let state = match nowhere {
            Some(_) => {
                view! { <Badge>{t!("outbox.no_device", locale = lang).into_owned()}</Badge> }
                    .into_any()
            }
            None => badge(lang, &row).into_any(),
        };
        // While it is on its way.
        let again = (row.status == Status::Pending && row.due <= reader.now).then(|| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in [("campaign", shown.campaign), ("after", shown.after)] {
                query.extend_pairs(value.map(|value| (name, value.to_string())));
            }
            query.extend_pairs(shown.language.as_deref().map(|code| ("language", code)));
            let href = format!("/notifications/{id}?{}", query.finish());
            view! { <LinkButton href>{t!("outbox.look_again", locale = lang).into_owned()}</LinkButton> }
        });
        let at = time::minute(&reader, row.at).into_any();
        view! {
            <PageHeader title back/>
            {above}
            <PatientBar person>
                <LinkButton href=others small=true>{t!("outbox.theirs", locale = lang).into_owned()}</LinkButton>
            </PatientBar>
            <Quote words=row.text()/>
            {nowhere}
            {again}
            {what_now}
            {acts}
            <Facts card=true>
                {pair(t!("patients.state", locale = lang), state)}
                {failure}
                {pair(t!("outbox.kind", locale = lang), words::kind(lang, row.kind).into_any())}
                {pair(t!("outbox.at", locale = lang), at)}
                {next}
                {sent}
                {campaign}
                {tries}
                {provider_id}
            </Facts>
            {means}
            <section aria-labelledby="history-title">
                <h2 id="history-title">{t!("outbox.history", locale = lang).into_owned()}</h2>
                <ol class="card told">{each}</ol>
            </section>
        }
    }))
}

/// The way back: to the campaign that one came from, as it was; else to the table.
fn back(
    lang: &str,
    shown: &Shown,
    id: i64,
    campaign: Option<&(i64, String)>,
    is_patient: bool,
) -> (String, String) {
    match campaign {
        Some((campaign, name)) if shown.campaign == Some(*campaign) => {
            let href = match (&shown.language, shown.after) {
                // Of a test it still says in which language it was.
                (Some(code), _) if !is_patient => {
                    let code = if code == "de" { "de" } else { "en" };
                    format!("/campaigns/{campaign}?tested={id}&language={code}")
                }
                (_, Some(after)) => format!("/campaigns/{campaign}?still&after={after}"),
                _ => format!("/campaigns/{campaign}"),
            };
            (href, name.clone())
        }
        _ => (
            "/notifications".to_owned(),
            t!("outbox.title", locale = lang).into_owned(),
        ),
    }
}

/// Who it is for: what tells them apart, and the address.
pub fn facts(reader: &Reader, identity: &Identity) -> Vec<String> {
    let mut facts = identity.short(reader);
    if !facts.contains(&identity.email) {
        facts.push(identity.email.clone());
    }
    facts
}

fn told(
    reader: &Reader,
    happened: &Happened,
    colleagues: &Namesakes,
    reads: bool,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let by = happened.by.clone().map(|by| match happened.by_id {
        Some(id) => colleagues.named(id, by),
        None => by,
    });
    let words = match by {
        Some(by) => words::action(lang, happened, &by),
        None => words::became(lang, &happened.what, reads)
            .unwrap_or_else(|| words::outcome(lang, &happened.what)),
    };
    let code = happened.http_status.map(|code| format!(" (HTTP {code})"));
    let again = happened.again.map(|at| {
        view! { ", "{t!("outbox.again", locale = lang).into_owned()}" "{time::minute(reader, at)} }
    });
    let moved = happened.from.zip(happened.to).map(|(from, to)| {
        view! { ": "{time::minute(reader, from)}" → "{time::minute(reader, to)} }
    });
    view! {
        <li>{time::minute(reader, happened.at)}" · "{words}{code}{again}{moved}</li>
    }
}
