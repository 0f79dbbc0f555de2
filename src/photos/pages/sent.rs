//! What a patient reads once photos have arrived: who has them, what comes next, what could be better, and what is missing.

use super::parts;
use crate::photos::{
    View,
    store::{Album, Pending, State},
};
use crate::ui::{ButtonKind, Icon, IconName, Lines, LinkButton};
use leptos::prelude::*;
use rust_i18n::t;

/// None while something is still on its way, or if nothing came of what was sent. `there` are the views of the step being worn.
pub fn theirs(
    lang: &'static str,
    album: &Album,
    pending: &[Pending],
    there: &[View],
) -> Option<impl IntoView + use<>> {
    let is = |state: State| pending.iter().any(|upload| upload.state == state);
    if is(State::Received) || !is(State::Accepted) {
        return None;
    }
    let title = match &album.dentist {
        Some(dentist) => t!("photos.sent.title", locale = lang, dentist = dentist),
        None => t!("photos.sent.title_clinic", locale = lang),
    };
    let (journey, stage) = (album.journey, album.stage);
    let doubts = pending
        .iter()
        .filter_map(|upload| {
            let found = (upload.blurred, upload.dark, upload.looks_like);
            let words = parts::finding_words(lang, upload.view, found).join(" ");
            let image = upload.image.filter(|_| !words.is_empty())?;
            let name = parts::alt(lang, upload.view, upload.stage);
            Some(view! { <li><a href=format!("/photos/{image}")>{name}</a>": "{words}</li> })
        })
        .collect::<Vec<_>>();
    let doubts = (!doubts.is_empty()).then(|| {
        view! {
            <p>{t!("photos.sent.doubts", locale = lang).into_owned()}</p>
            <Lines>{doubts}</Lines>
        }
    });
    let missing: Vec<View> = View::STANDARD
        .into_iter()
        .filter(|view| !there.contains(view))
        .collect();
    let sent_now = pending.iter().any(|upload| upload.stage == stage);
    let missing = (!missing.is_empty() && sent_now).then(|| {
        let names: Vec<String> = missing
            .iter()
            .map(|view| parts::view_name(lang, *view))
            .collect();
        let names = names.join(", ");
        view! {
            <p>
                {t!("photos.sent.missing", locale = lang, views = names).into_owned()}" "
                <a href=format!("/journeys/{journey}/photos/new")>{t!("photos.sent.add", locale = lang).into_owned()}</a>
            </p>
        }
    });
    Some(view! {
        <section class="card theirs" role="status">
            <h2><Icon name=IconName::Check/>{title.into_owned()}</h2>
            <p>{t!("photos.sent.next", locale = lang).into_owned()}</p>
            {doubts}
            {missing}
            <p><LinkButton href="/" kind=ButtonKind::Primary>{t!("photos.sent.home", locale = lang).into_owned()}</LinkButton></p>
        </section>
    })
}
