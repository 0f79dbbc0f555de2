//! What the stand-ins of the push provider, of the mail server and of the text message provider were given: a page for staff, in the demo alone.

use super::{
    mail::{self, Mail, MailServer},
    push::{Ledger, Message, Push},
    texts::{self, TextMessage, Texts},
};
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

/// The newest that are shown, of each.
const SHOWN: usize = 200;

#[derive(Clone)]
struct Given {
    pushes: Arc<Mutex<Ledger>>,
    mails: mail::Shared,
    texts: texts::Shared,
}

pub fn routes(pushes: &Push, mails: &MailServer, texts: &Texts) -> Router<App> {
    let given = Given {
        pushes: pushes.shared(),
        mails: mails.shared(),
        texts: texts.shared(),
    };
    let page = get(move |signed_in: SignedIn<Office>, _: State<App>| show(signed_in, given));
    Router::new().route("/demo/pushes", page)
}

async fn show(signed_in: SignedIn<Office>, given: Given) -> Result<Response, Fault> {
    let reader = signed_in.reader;
    let (pushes, devices): (Vec<Message>, usize) = {
        let mut ledger = super::push::hold(&given.pushes);
        ledger.pass_time();
        let newest = ledger.messages.iter().rev().take(SHOWN).cloned();
        (newest.collect(), ledger.devices.len())
    };
    let mails: Vec<Mail> = {
        let mails = mail::hold(&given.mails);
        mails.mails.iter().rev().take(SHOWN).cloned().collect()
    };
    let texts: Vec<TextMessage> = {
        let texts = texts::hold(&given.texts);
        texts.messages.iter().rev().take(SHOWN).cloned().collect()
    };
    let lang = reader.lang();
    let title = t!("demo.pushes", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let list = |rows: Vec<AnyView>| {
            let list = (!rows.is_empty()).then(|| view! { <Rows card=true>{rows}</Rows> });
            or_empty(list, t!("demo.no_pushes", locale = lang))
        };
        let pushes = pushes.iter().map(|push| line(&reader, push).into_any());
        let mails = mails.iter().map(|mail| {
            let words = vec![mail.subject.clone(), mail.plain.clone(), mail.to.clone()];
            sent(&reader, words, mail.at).into_any()
        });
        let texts = texts.iter().map(|text| {
            let words = vec![text.body.clone(), text.to.clone()];
            sent(&reader, words, text.at).into_any()
        });
        let (pushes, mails, texts) = (
            list(pushes.collect()),
            list(mails.collect()),
            list(texts.collect()),
        );
        view! {
            <PageHeader title back=("/notifications".to_owned(), t!("outbox.title", locale = lang).into_owned()) lead=t!("demo.pushes_text", locale = lang).into_owned()/>
            <p>{t!("demo.devices", locale = lang, count = devices).into_owned()}</p>
            <section aria-labelledby="pushed-title">
                <h2 id="pushed-title">{t!("demo.pushed", locale = lang).into_owned()}</h2>
                {pushes}
            </section>
            <section aria-labelledby="mailed-title">
                <h2 id="mailed-title">{t!("demo.mailed", locale = lang).into_owned()}</h2>
                {mails}
            </section>
            <section aria-labelledby="texted-title">
                <h2 id="texted-title">{t!("demo.texted", locale = lang).into_owned()}</h2>
                {texts}
            </section>
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

/// What was taken by whoever delivers it: its first words, then more of them.
fn sent(
    reader: &Reader,
    words: Vec<String>,
    at: chrono::DateTime<chrono::Utc>,
) -> impl IntoView + use<> {
    let mut words = words.into_iter();
    let first = words.next();
    let more = words
        .map(|words| view! { <span class="quiet block">{words}</span> })
        .collect_view();
    view! {
        <li class="row">
            <span>{first}{more}</span>
            <span class="quiet">{time::minute(reader, at)}</span>
        </li>
    }
}
