//! The form that tells the dentist what is wrong.

use super::tell;
use crate::{
    journeys::model::Journey,
    photos::{self, Photo, Variant},
    practices::Treating,
    reports::{
        model::{Kind, NOTE, PHOTOS},
        pages::send::Typed,
        service::NotReported,
    },
    ui::{
        Banner, Button, ButtonKind, FieldError, FieldHint, Icon, IconName, Picks, Reader,
        SummaryButton, TextArea, Tone, attached, field, hidden, problems, unsent,
    },
};
use leptos::prelude::*;
use rust_i18n::t;
use uuid::Uuid;

/// The report: a note, photos, and one button.
pub(super) fn form(
    reader: &Reader,
    journey: &Journey,
    kind: Kind,
    treating: Option<&Treating>,
    offered: &[Photo],
    typed: &Typed,
    wrong: Option<NotReported>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let error = matches!(wrong, Some(NotReported::Long))
        .then(|| t!("act.note_long", locale = lang).into_owned());
    let said = match wrong {
        Some(NotReported::TooMany) => Some(t!("report.too_many", locale = lang)),
        Some(NotReported::SentBefore) => Some(t!("report.sent_before", locale = lang)),
        Some(NotReported::BrokenOff) => Some(t!("fault.kept.broken_off", locale = lang)),
        None => None,
        // What is wrong with a field is said with it.
        Some(_) => Some(t!("report.not_sent", locale = lang)),
    };
    let many = matches!(wrong, Some(NotReported::TooManyPhotos))
        .then(|| t!("report.too_many_photos", locale = lang, most = PHOTOS).into_owned());
    let described = many.is_some().then_some("photos-error");
    let errors = [("note", &error), ("photos", &many)];
    let errors = errors
        .into_iter()
        .filter_map(|(field, words)| Some((field, words.clone()?)));
    let errors = problems(lang, errors);
    let said = said.map(|words| {
        let words = words.into_owned();
        view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> }
    });
    let choices = offered
        .iter()
        .map(|photo| {
            let checked = typed.photos.contains(&photo.id);
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="photo" value=photo.id.to_string() checked=checked/>
                        {photos::framed(reader, photo, Variant::Thumbnail, true)}
                        <span class="caption">{photos::alt(lang, photo.view, photo.stage)}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let sent_before = (!offered.is_empty()).then(|| {
        view! {
            <details class="folded" open=!typed.photos.is_empty()>
                <SummaryButton>{t!("report.choose", locale = lang).into_owned()}</SummaryButton>
                <fieldset>
                    <legend class="visually-hidden">{t!("report.choose", locale = lang).into_owned()}</legend>
                    <ul class="message-photos message-choices">{choices}</ul>
                </fieldset>
            </details>
        }
    });
    let heading = tell(lang, treating);
    let note = typed.note.clone();
    // The same form sent again after a lost answer is the same report; other words are another one.
    let key = typed.key.filter(|_| wrong != Some(NotReported::SentBefore));
    let key = key.unwrap_or_else(Uuid::new_v4).to_string();
    let most = u32::try_from(NOTE).unwrap_or(u32::MAX);
    let file = |camera: bool| {
        let (class, icon, words) = if camera {
            (
                "pick pick-camera",
                IconName::Camera,
                t!("report.camera", locale = lang),
            )
        } else {
            ("pick", IconName::Image, t!("report.files", locale = lang))
        };
        view! {
            <label class=class>
                <Icon name=icon/>
                <span>{words.into_owned()}</span>
                <input
                    name="file" type="file" accept=photos::ACCEPTED multiple=!camera
                    capture=camera.then_some("environment") aria-describedby="photos-hint"
                />
            </label>
        }
    };
    view! {
        <form
            method="post" enctype="multipart/form-data" class="card stack report-form" id="report"
            action=format!("/journeys/{}/reports", journey.id.0)
        >
            <h2>{heading}</h2>
            {said}
            {errors}
            {hidden("kind", kind.name())}
            {hidden("key", key)}
            {field("note", t!("report.note", locale = lang), Some(t!("report.note_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="note" name="note" value=note maxlength=most described_by=described_by invalid=invalid/>
            })}
            <fieldset class="report-photos" id="photos" tabindex="-1" data-attach="" aria-describedby=described>
                <legend>{t!("report.photos", locale = lang).into_owned()}</legend>
                {many.map(|words| view! { <FieldError id="photos-error" words/> })}
                <FieldHint id="photos-hint" words=t!("report.photos_hint", locale = lang, most = PHOTOS)/>
                // The files come last in what is sent, so that what breaks off among them leaves the rest whole; the stylesheet
                // shows them first.
                {sent_before}
                <Picks>{file(true)}{file(false)}</Picks>
                {attached(lang)}
            </fieldset>
            <Button kind=ButtonKind::Primary icon=IconName::Send wide=true>{t!("report.send", locale = lang).into_owned()}</Button>
            {unsent(lang)}
        </form>
    }
}
