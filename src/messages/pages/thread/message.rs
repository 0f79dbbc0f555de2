//! One message of a thread.

use crate::{
    ids::MessageId,
    messages::store::{Message, Thread},
    photos::{self, Photo, Variant},
    ui::{Badge, Reader, Tone, time},
};
use leptos::prelude::*;
use rust_i18n::t;

pub(super) fn line(
    reader: &Reader,
    thread: &Thread,
    message: &Message,
    new: bool,
    attached: &[(MessageId, Photo)],
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let mine = message.from_patient == thread.own;
    let who = match (mine, message.from_patient) {
        (true, true) => t!("message.you", locale = lang).into_owned(),
        (_, false) => message.dentist.clone(),
        (false, true) => thread.patient_name(),
    };
    // Written to somebody else than who treats the patient today.
    let who = if message.from_patient && Some(message.dentist_id) != thread.dentist {
        t!(
            "message.who_to",
            locale = lang,
            who = who,
            to = message.dentist
        )
        .into_owned()
    } else {
        who
    };
    let photos: Vec<_> = attached
        .iter()
        .filter(|(id, _)| *id == message.id)
        .map(|(_, photo)| {
            view! {
                <li><a href=format!("/photos/{}", photo.id)>{photos::framed(reader, photo, Variant::Thumbnail, true)}</a></li>
            }
        })
        .collect();
    let photos = (!photos.is_empty()).then(|| view! { <ul class="message-photos">{photos}</ul> });
    let coming = match message.coming {
        0 => None,
        1 => Some(t!("message.coming.one", locale = lang)),
        count => Some(t!("message.coming.other", locale = lang, count = count)),
    };
    let coming = coming.map(|words| view! { <p class="quiet">{words.into_owned()}</p> });
    let mark = if new {
        let words = t!("message.is_new", locale = lang).into_owned();
        Some(view! { <Badge tone=Tone::Note>{words}</Badge> }.into_any())
    } else {
        let words = match (mine, message.read) {
            (true, Some(_)) => Some(t!("message.read", locale = lang)),
            (true, None) => Some(t!("message.sent", locale = lang)),
            _ => None,
        };
        words.map(|words| view! { <span class="quiet">{words.into_owned()}</span> }.into_any())
    };
    let mark = mark.map(|mark| view! { <span class="quiet">" · "</span>{mark} });
    view! {
        <li class="message" class:message-own=mine>
            <p class="message-head"><strong>{who}</strong>" "<span class="quiet">{time::minute(reader, message.sent)}</span>{mark}</p>
            <p class="message-body">{message.body.clone()}</p>
            {photos}
            {coming}
        </li>
    }
}
