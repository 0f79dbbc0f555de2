//! The form that a message is written in, and what is said of one that was not sent.

use crate::{
    ids::{DentistId, PhotoId},
    messages::{
        BODY, PHOTOS,
        heads::Head,
        service::NotSent,
        store::{Thread, replies::Reply},
    },
    photos::{self, Photo, Variant},
    ui::{
        self, Banner, Button, ButtonKind, ErrorSummary, FieldError, FormCard, Icon, IconName,
        Picks, Quote, Reader, SummaryButton, TextArea, Tone, attached, field, hidden, time,
    },
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use uuid::Uuid;

/// The form as it was sent: a field may come several times.
#[derive(Default)]
pub struct Sent {
    pub body: String,
    pub photos: Vec<PhotoId>,
    /// What came with the form before and becomes photos.
    pub sent: Vec<Uuid>,
    pub dentist: Option<DentistId>,
    pub key: Option<Uuid>,
    /// The case that one came from.
    pub case: Option<i32>,
    /// What stood at the head of the thread and its dentist had not seen.
    pub heads: Vec<i64>,
    /// A saved reply is to stand in the text; nothing is sent yet.
    pub insert: bool,
    pub(super) reply: Option<i64>,
}

impl Sent {
    pub fn insert_reply(&mut self, replies: &[Reply]) {
        insert_reply(&mut self.body, self.reply, replies);
    }

    /// None: not from a page of ours.
    pub fn of(fields: Vec<(String, String)>) -> Option<Self> {
        let mut sent = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "body" => sent.body = ui::as_typed(&value),
                "sent" => sent.sent.push(value.parse().ok()?),
                "photo" => sent.photos.push(value.parse().ok()?),
                "dentist" => sent.dentist = Some(value.parse().ok()?),
                "key" => sent.key = Some(value.parse().ok()?),
                "case" if !value.is_empty() => sent.case = Some(value.parse().ok()?),
                "head" => sent.heads.push(value.parse().ok()?),
                "reply" if !value.is_empty() => sent.reply = Some(value.parse().ok()?),
                "do" => sent.insert = value == "insert",
                _ => {}
            }
        }
        sent.photos.sort_unstable();
        sent.photos.dedup();
        Some(sent)
    }
}

/// Puts the chosen reply behind what was typed.
pub fn insert_reply(body: &mut String, chosen: Option<i64>, replies: &[Reply]) {
    let Some(reply) = replies.iter().find(|reply| Some(reply.id) == chosen) else {
        return;
    };
    if !body.trim().is_empty() {
        body.push('\n');
    }
    body.push_str(&reply.body);
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
            <Quote words=text/>
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
        Why::NotSent(NotSent::BrokenOff) => {
            (Tone::Trouble, t!("fault.kept.broken_off", locale = lang))
        }
        Why::NotSent(NotSent::Photo) => (Tone::Trouble, t!("message.photo_gone", locale = lang)),
        // Said with the field.
        Why::NotSent(_) => return None,
    };
    Some(view! { <Banner tone><p>{words.into_owned()}</p></Banner> })
}

/// What was written to and by others, and the button that lets today's dentist read it.
pub fn sharing(lang: &'static str, thread: &Thread) -> impl IntoView + use<> {
    let name = thread.dentist_name.clone().unwrap_or_default();
    let dentist = thread
        .dentist
        .map_or_else(String::new, |dentist| dentist.to_string());
    view! {
        <FormCard action="/messages/share">
            {hidden("journey", thread.journey.0.to_string())}
            {hidden("dentist", dentist)}
            <p>{t!("message.kept_from", locale = lang, name = name).into_owned()}</p>
            <Button>{t!("message.share", locale = lang).into_owned()}</Button>
        </FormCard>
    }
}

/// What a message can be written with.
pub struct Writing<'a> {
    pub offered: &'a [Photo],
    /// When those were taken.
    pub taken: &'a [(PhotoId, DateTime<Utc>)],
    /// At a desk: texts that are written often.
    pub replies: Option<&'a [Reply]>,
    pub case: Option<i32>,
    /// At a desk: what stands at the head of the thread.
    pub heads: &'a [Head],
}

/// What stands at the head of the thread, for the dentist who writes below it.
fn heads(heads: &[Head]) -> impl IntoView + use<> {
    heads
        .iter()
        .map(|head| {
            let note = head.note.clone().map(|note| view! { <Quote words=note/> });
            let (words, (href, act)) = (head.words.clone(), head.link.clone());
            view! {
                <Banner tone=Tone::Attention icon=IconName::Triangle>
                    <p><strong>{words}</strong></p>
                    {note}
                    <a href=href>{act}</a>
                </Banner>
            }
        })
        .collect_view()
}

pub fn form(
    reader: &Reader,
    thread: &Thread,
    dentist: DentistId,
    writing: &Writing<'_>,
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
    let many = matches!(why, Why::NotSent(NotSent::TooManyPhotos))
        .then(|| t!("message.wrong.photos", locale = lang, most = PHOTOS).into_owned());
    let errors: Vec<_> = (error.iter().map(|words| ("body".to_owned(), words.clone())))
        .chain(
            many.iter()
                .map(|words| ("photos".to_owned(), words.clone())),
        )
        .collect();
    let photos_error = many.map(|words| view! { <FieldError id="photos-error" words/> });
    let described = photos_error.is_some().then_some("photos-error");
    let open = !sent.photos.is_empty();
    let choices = writing
        .offered
        .iter()
        .map(|photo| {
            let at = writing.taken.iter().find(|(id, _)| *id == photo.id);
            let day = at.map(|(_, at)| time::short_day(reader, at.with_timezone(&reader.zone).date_naive()));
            let checked = sent.photos.contains(&photo.id);
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="photo" value=photo.id.to_string() checked=checked/>
                        {photos::framed(reader, photo, Variant::Thumbnail, true)}
                        // The picture is called so for those who listen.
                        <span class="caption">
                            <span aria-hidden="true">{photos::alt(lang, photo.view, photo.stage)}</span>
                            {day.map(|day| view! { " · "{day} })}
                        </span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let choose = (!writing.offered.is_empty()).then(|| {
        view! {
            <details class="folded" open=open>
                <SummaryButton small=true icon=IconName::Camera>{t!("message.attach", locale = lang).into_owned()}</SummaryButton>
                <fieldset id="photos" tabindex="-1" aria-describedby=described>
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
    // A patient's may bring photos along, which go another way.
    let place = format!("/journeys/{}/messages", thread.journey.0);
    let (action, enctype) = if thread.own {
        (format!("{place}/photos#write"), Some("multipart/form-data"))
    } else {
        (format!("{place}#write"), None)
    };
    let came = sent
        .sent
        .iter()
        .map(|token| hidden("sent", token.to_string()))
        .collect_view();
    let came_words = match sent.sent.len() {
        0 => None,
        1 => Some(t!("message.came.one", locale = lang)),
        count => Some(t!("message.came.other", locale = lang, count = count)),
    };
    let new = writing.heads.iter().filter_map(|head| head.new);
    let new = new
        .map(|head| hidden("head", head.to_string()))
        .collect_view();
    let camera = thread.own.then(|| camera(lang));
    let text = sent.body.clone();
    let most = u32::try_from(BODY).unwrap_or(u32::MAX);
    view! {
        {heads(writing.heads)}
        <FormCard action nostrip:enctype=enctype id="write">
            {said(lang, thread.own, why)}
            <ErrorSummary title=t!("message.wrong.title", locale = lang).into_owned() errors/>
            {hidden("dentist", dentist.to_string())}
            {writing.case.map(|case| hidden("case", case.to_string()))}
            {hidden("key", key)}
            {new}
            {field("body", label, Some(hint.into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="body" name="body" value=text maxlength=most described_by=described_by invalid=invalid/>
            })}
            {writing.replies.map(|replies| saved_replies(lang, replies))}
            {came}
            {came_words.map(|words| view! { <p class="quiet">{words.into_owned()}</p> })}
            // The files last: what breaks off among them leaves the words whole.
            {choose}
            {camera}
            <div class="actions">
                <Button kind=ButtonKind::Primary>{t!("message.send", locale = lang).into_owned()}</Button>
                {thread.own.then(|| ui::unsent(lang))}
            </div>
        </FormCard>
    }
}

/// Saved replies: chosen, one stands in the text; without scripts, by the button beside it.
pub fn saved_replies(lang: &'static str, replies: &[Reply]) -> impl IntoView + use<> {
    let options = replies
        .iter()
        .map(|reply| {
            view! { <option value=reply.id.to_string() data-body=reply.body.clone()>{reply.title.clone()}</option> }
        })
        .collect_view();
    let choose = (!replies.is_empty()).then(|| {
        view! {
            <label for="reply">{t!("reply.title", locale = lang).into_owned()}</label>
            <select id="reply" name="reply" class="input" data-replies>
                <option value="">{t!("reply.choose", locale = lang).into_owned()}</option>
                {options}
            </select>
            <Button kind=ButtonKind::Tool small=true name="do" value="insert" attr:formnovalidate=true attr:data-insert="">
                {t!("reply.insert", locale = lang).into_owned()}
            </Button>
        }
    });
    let manage = if replies.is_empty() {
        t!("reply.begin", locale = lang)
    } else {
        t!("reply.manage", locale = lang)
    };
    view! {
        <div class="saved-replies">
            {choose}
            <a href="/messages/replies" data-only-page>{manage.into_owned()}</a>
        </div>
    }
}

/// A photo that is taken for the message, or files that are there already.
fn camera(lang: &'static str) -> impl IntoView {
    view! {
        <div class="message-camera" data-attach="">
            <Picks>
                <label class="pick pick-camera">
                    <Icon name=IconName::Camera/>
                    <span>{t!("message.camera", locale = lang).into_owned()}</span>
                    <input type="file" name="file" accept="image/jpeg,image/png,image/webp" capture="environment"/>
                </label>
                <label class="pick">
                    <Icon name=IconName::Image/>
                    <span>{t!("message.files", locale = lang).into_owned()}</span>
                    <input type="file" name="file" accept="image/jpeg,image/png,image/webp" multiple/>
                </label>
            </Picks>
            {attached(lang)}
        </div>
    }
}
