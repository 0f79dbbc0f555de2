//! What the push provider's stand-in was given: a page for staff, in the demo alone.

use super::push::{Ledger, Message, Push};
use crate::{
    accounts::{Office, SignedIn},
    app::App,
    error::Fault,
    ui::{Badge, Page, PageHeader, Reader, Rows, Tone, or_empty, page, time},
};
use axum::{Router, extract::State, response::Response, routing::get};
use leptos::prelude::*;
use rust_i18n::t;
use std::sync::{Arc, Mutex};

/// The newest that are shown.
const SHOWN: usize = 200;

pub fn routes(pushes: &Push) -> Router<App> {
    let ledger = pushes.shared();
    let page = get(move |signed_in: SignedIn<Office>, _: State<App>| show(signed_in, ledger));
    Router::new().route("/demo/pushes", page)
}

async fn show(signed_in: SignedIn<Office>, ledger: Arc<Mutex<Ledger>>) -> Result<Response, Fault> {
    let reader = signed_in.reader;
    let (messages, devices): (Vec<Message>, usize) = {
        let mut ledger = super::push::hold(&ledger);
        ledger.pass_time();
        let newest = ledger.messages.iter().rev().take(SHOWN).cloned();
        (newest.collect(), ledger.devices.len())
    };
    let lang = reader.lang();
    let title = t!("demo.pushes", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let rows = messages
            .iter()
            .map(|message| line(&reader, message))
            .collect_view();
        let list = (!messages.is_empty()).then(|| view! { <Rows card=true>{rows}</Rows> });
        view! {
            <PageHeader title back=("/notifications".to_owned(), t!("outbox.title", locale = lang).into_owned()) lead=t!("demo.pushes_text", locale = lang).into_owned()/>
            <p>{t!("demo.devices", locale = lang, count = devices).into_owned()}</p>
            {or_empty(list, t!("demo.no_pushes", locale = lang))}
        }
    }))
}

fn line(reader: &Reader, message: &Message) -> impl IntoView + use<> {
    let lang = reader.lang();
    let (tone, words, at) = match (message.sent, message.cancelled) {
        (Some(at), _) => (
            Some(Tone::Good),
            t!("outbox.status.sent", locale = lang),
            at,
        ),
        (None, Some(at)) => (None, t!("outbox.status.cancelled", locale = lang), at),
        (None, None) => (
            Some(Tone::Note),
            t!("outbox.status.pending", locale = lang),
            message.created,
        ),
    };
    let text = message.contents.get("en").cloned().unwrap_or_default();
    view! {
        <li class="row">
            <span>{text}<span class="quiet block">{message.to.clone()}</span></span>
            <span><Badge nostrip:tone=tone>{words.into_owned()}</Badge>" "<span class="quiet">{time::minute(reader, at)}</span></span>
        </li>
    }
}
