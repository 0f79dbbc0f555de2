//! The form that a message is written in, and what is said of one that was not sent.

use crate::{
    messages::{BODY, PHOTOS, service::NotSent, store::Thread},
    photos::{self, Variant, store::Photo},
    ui::{self, Banner, Icon, IconName, Reader, TextArea, Tone, field, hidden},
};
use leptos::prelude::*;
use rust_i18n::t;
use uuid::Uuid;

/// The form as it was sent: a field may come several times.
#[derive(Default)]
pub struct Sent {
    pub body: String,
    pub photos: Vec<i64>,
    pub dentist: Option<i64>,
    pub key: Option<Uuid>,
}

impl Sent {
    /// None: not from a page of ours.
    pub fn of(fields: Vec<(String, String)>) -> Option<Self> {
        let mut sent = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "body" => sent.body = ui::as_typed(&value),
                "photo" => sent.photos.push(value.parse().ok()?),
                "dentist" => sent.dentist = Some(value.parse().ok()?),
                "key" => sent.key = Some(value.parse().ok()?),
                _ => {}
            }
        }
        sent.photos.sort_unstable();
        sent.photos.dedup();
        Some(sent)
    }
}

/// Why the page is shown.
#[derive(Clone, Copy)]
pub enum Why {
    Asked,
    Shared,
    /// It is another dentist than the patient saw: nothing is shared.
    NotShared,
    NotSent(NotSent),
}

/// What was typed, where it can be sent to nobody any more.
pub fn kept(
    lang: &'static str,
    thread: &Thread,
    sent: &Sent,
    why: Why,
) -> Option<impl IntoView + use<>> {
    let text = Some(sent.body.clone()).filter(|text| !text.trim().is_empty())?;
    Some(view! {
        <section class="stack" id="write">
            {said(lang, thread.own, why)}
            <q class="event-note"><bdi>{text}</bdi></q>
        </section>
    })
}

fn said(lang: &'static str, own: bool, why: Why) -> Option<impl IntoView + use<>> {
    let (tone, words) = match why {
        Why::Asked => return None,
        Why::Shared => (Tone::Good, t!("message.shared", locale = lang)),
        Why::NotShared => (Tone::Attention, t!("message.not_shared", locale = lang)),
        Why::NotSent(NotSent::OtherDentist) => {
            (Tone::Attention, t!("message.other_dentist", locale = lang))
        }
        Why::NotSent(NotSent::SentBefore) => {
            (Tone::Attention, t!("message.sent_before", locale = lang))
        }
        Why::NotSent(NotSent::TooMany) if own => {
            (Tone::Trouble, t!("message.too_many", locale = lang))
        }
        Why::NotSent(NotSent::TooMany) => {
            (Tone::Trouble, t!("message.too_many_desk", locale = lang))
        }
        Why::NotSent(NotSent::Photo) => (Tone::Trouble, t!("message.photo_gone", locale = lang)),
        Why::NotSent(_) => (Tone::Trouble, t!("act.check", locale = lang)),
    };
    Some(view! { <Banner tone><p>{words.into_owned()}</p></Banner> })
}

/// What was written to and by others, and the button that lets today's dentist read it.
pub fn sharing(lang: &'static str, thread: &Thread) -> impl IntoView + use<> {
    let name = thread.dentist_name.clone().unwrap_or_default();
    let dentist = thread.dentist.unwrap_or_default().to_string();
    view! {
        <form method="post" action="/messages/share" class="card stack">
            {hidden("journey", thread.journey.0.to_string())}
            {hidden("dentist", dentist)}
            <p>{t!("message.kept_from", locale = lang, name = name).into_owned()}</p>
            <button class="button button-quiet" type="submit">{t!("message.share", locale = lang).into_owned()}</button>
        </form>
    }
}

pub fn form(
    reader: &Reader,
    thread: &Thread,
    dentist: i64,
    offered: &[Photo],
    sent: &Sent,
    why: Why,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let error = match why {
        Why::NotSent(NotSent::Empty) => Some(t!("message.wrong.empty", locale = lang)),
        Why::NotSent(NotSent::Long) => Some(t!("message.wrong.long", locale = lang, most = BODY)),
        _ => None,
    };
    let error = error.map(|words| words.into_owned());
    let photos_error = matches!(why, Why::NotSent(NotSent::TooManyPhotos)).then(|| {
        let words = t!("message.wrong.photos", locale = lang, most = PHOTOS).into_owned();
        view! { <p class="field-error" id="photos-error">{words}</p> }
    });
    let described = photos_error.is_some().then_some("photos-error");
    let open = !sent.photos.is_empty();
    let choices = offered
        .iter()
        .map(|photo| {
            let checked = sent.photos.contains(&photo.id);
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="photo" value=photo.id.to_string() checked=checked/>
                        {photos::framed(reader, photo, Variant::Thumbnail, true)}
                        <span class="caption">{photos::stage_name(lang, photo.stage)}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let choose = (!offered.is_empty()).then(|| {
        view! {
            <details class="folded" open=open>
                <summary class="button button-quiet button-small"><Icon name=IconName::Camera/>{t!("message.attach", locale = lang).into_owned()}</summary>
                <fieldset aria-describedby=described>
                    <legend>{t!("message.which_photos", locale = lang, most = PHOTOS).into_owned()}</legend>
                    {photos_error}
                    <ul class="message-photos message-choices">{choices}</ul>
                </fieldset>
            </details>
        }
    });
    let hint = if thread.own {
        t!("message.hint", locale = lang)
    } else {
        t!("message.hint_desk", locale = lang)
    };
    // The same form sent again after a lost answer is the same message.
    let key = match why {
        Why::NotSent(NotSent::SentBefore) => None,
        Why::NotSent(_) => sent.key,
        _ => None,
    };
    let key = key.unwrap_or_else(Uuid::new_v4).to_string();
    let to = match &thread.dentist_name {
        Some(name) if thread.own => name.clone(),
        _ => thread.patient_name(),
    };
    let label = t!("message.body", locale = lang, name = to).into_owned();
    let text = sent.body.clone();
    let most = u32::try_from(BODY).unwrap_or(u32::MAX);
    view! {
        <form method="post" action=format!("/journeys/{}/messages#write", thread.journey.0) class="card stack" id="write">
            {said(lang, thread.own, why)}
            {hidden("dentist", dentist.to_string())}
            {hidden("key", key)}
            {field("body", label, Some(hint.into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=text maxlength=most described_by=described_by invalid=invalid/>
            })}
            {choose}
            <div class="actions">
                <button class="button button-primary" type="submit">{t!("message.send", locale = lang).into_owned()}</button>
            </div>
        </form>
    }
}
