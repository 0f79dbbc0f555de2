//! Addresses that two want: the provider says that one is somebody's, and Midline knows it as somebody else's. Staff ask the people,
//! and see to it here.

use crate::{
    accounts::{
        Namesakes, Office, SignedIn, UserId, full_name, namesakes,
        service::{self, Settling},
        store::clashes::{self, Clash},
    },
    error::Fault,
    ui::{Banner, Button, ButtonKind, Card, Page, PageHeader, Reader, Tone, or_empty, page, time},
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

pub async fn list(
    mut signed_in: SignedIn<Office>,
    query: Result<Query<Done>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let found = clashes::open_clashes(&mut signed_in.db).await?;
    let listed: Vec<UserId> = found
        .iter()
        .flat_map(|clash| std::iter::once(clash.holder).chain(clash.wanted_by))
        .collect();
    if !listed.is_empty() {
        let entry = signed_in.act.listing(&listed);
        crate::audit::record(&mut signed_in.db, entry).await?;
    }
    let named = found.iter().flat_map(Clash::named);
    let namesakes = namesakes(&mut signed_in.db, &signed_in.reader, named).await?;
    let reader = &signed_in.reader;
    let lang = reader.lang();
    let title = t!("clashes.title", locale = lang);
    let done = match query.done.as_deref() {
        Some("yes") => Some((Tone::Good, t!("clashes.done", locale = lang))),
        Some("no") => Some((Tone::Trouble, t!("clashes.late", locale = lang))),
        _ => None,
    };
    Ok(page(reader, Page::titled(title.clone()), || {
        // What is to be done is said where there is something.
        let lead = (!found.is_empty()).then(|| t!("clashes.lead", locale = lang).into_owned());
        let list = (!found.is_empty()).then(|| {
            let all = found
                .iter()
                .enumerate()
                .map(|(n, clash)| {
                    // One act stands out: of the first.
                    let kind = match n {
                        0 => ButtonKind::Primary,
                        _ => ButtonKind::Secondary,
                    };
                    one(reader, clash, kind, &namesakes)
                })
                .collect_view();
            view! { <div class="stack">{all}</div> }
        });
        view! {
            <PageHeader title=title.into_owned() back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned()) nostrip:lead=lead/>
            {done.map(|(tone, words)| view! { <Banner tone=tone>{words.into_owned()}</Banner> })}
            {or_empty(list, t!("clashes.empty", locale = lang))}
        }
    }))
}

fn one(
    reader: &Reader,
    clash: &Clash,
    kind: ButtonKind,
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let holder = full_name(
        &clash.holder_first_name,
        &clash.holder_last_name,
        &clash.email,
    );
    // Two accounts of one person are called alike.
    let holder = namesakes.named(clash.holder, holder);
    let wanted_by = clash.wanted_by.map(|id| {
        let name = full_name(
            clash.wanted_first_name.as_deref().unwrap_or_default(),
            clash.wanted_last_name.as_deref().unwrap_or_default(),
            clash.wanted_email.as_deref().unwrap_or_default(),
        );
        namesakes.named(id, name)
    });
    let day = |at: chrono::DateTime<chrono::Utc>| {
        time::long_date(reader, at.with_timezone(&reader.zone).date_naive())
    };
    let text = match &wanted_by {
        Some(name) => t!(
            "clashes.wanted",
            locale = lang,
            holder = holder,
            name = name,
            last = day(clash.last_at)
        ),
        None => t!(
            "clashes.refused",
            locale = lang,
            holder = holder,
            since = day(clash.holder_since),
            last = day(clash.last_at)
        ),
    };
    let (name, words, hint) = match &wanted_by {
        Some(name) => (
            "move",
            t!("clashes.move", locale = lang, name = name),
            t!("clashes.move_hint", locale = lang, holder = holder),
        ),
        None => (
            "tie",
            t!("clashes.tie", locale = lang),
            t!("clashes.tie_hint", locale = lang, holder = holder),
        ),
    };
    let heading = format!("clash-{}", clash.id);
    view! {
        <Card roomy=true labelled_by=heading.clone()>
            <h2 id=heading.clone()>{clash.email.clone()}</h2>
            <p>{text.into_owned()}</p>
            <p class="quiet">{hint.into_owned()}</p>
            <form method="post" action=format!("/address-clashes/{}", clash.id) class="actions">
                <Button name="do" value=name kind>{words.into_owned()}</Button>
                <Button name="do" value="leave">{t!("clashes.leave", locale = lang).into_owned()}</Button>
            </form>
        </Card>
    }
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(rename = "do")]
    what: String,
}

pub async fn settle(
    mut signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let settling = match sent.what.as_str() {
        "tie" => Settling::Tie,
        "move" => Settling::Move,
        "leave" => Settling::Leave,
        _ => return Err(Fault::Malformed),
    };
    let SignedIn { actor, act, db, .. } = &mut signed_in;
    let done = service::settle_clash(db, actor, act, id, settling).await?;
    let to = if done {
        "/address-clashes?done=yes"
    } else {
        "/address-clashes?done=no"
    };
    Ok(Redirect::to(to).into_response())
}
