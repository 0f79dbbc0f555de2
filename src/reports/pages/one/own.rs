//! A report as its patient reads it: the answer, what happens next, and what they said.

use super::{Asked, SAID, answer, note, photos_of};
use crate::{
    care::Scope,
    error::Fault,
    ids::ReportId,
    journeys::{self, model::Journey},
    messages::{self, Message},
    photos::Photo,
    practices::{self, Treating},
    reports::{
        model::{Kind, State},
        pages::{ARRIVING, wrong},
        store::{self, Report},
        view,
    },
    ui::{Banner, ButtonKind, Card, IconName, LinkButton, Page, PageHeader, Reader, Tone, page},
};
use axum::response::Response;
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use rust_i18n::t;
use sqlx::PgConnection;

/// What the dentist wrote to a report, which counts as read once its page was opened. The menu says so at once.
pub(in crate::reports::pages) async fn answer_opened(
    db: &mut PgConnection,
    reader: &mut Reader,
    scope: Scope,
    report: &Report,
    opened: bool,
) -> Result<Option<Message>, Fault> {
    let Some(message) = report.message else {
        return Ok(None);
    };
    let message = messages::one(db, message, None).await?;
    if let Some(new) = message.as_ref().filter(|new| opened && new.read.is_none())
        && let Some(thread) = messages::thread(db, report.journey, scope).await?
    {
        messages::note_read(db, &thread, &[new.id], reader.now).await?;
        let unread = messages::first_unread(db, report.patient).await?;
        reader.unread = unread.is_some();
    }
    Ok(message)
}

/// What the patient said, with photos.
pub(in crate::reports::pages) fn said(
    reader: &Reader,
    report: &Report,
    photos: &[(ReportId, Photo)],
) -> impl IntoView + use<> {
    let lang = reader.lang();
    view! {
        <Card roomy=true labelled_by="said-heading">
            <h2 id="said-heading">{t!("report.what_you_said", locale = lang).into_owned()}</h2>
            {note(report)}
            {photos_of(reader, photos, report)}
        </Card>
    }
}

pub(super) async fn own(
    db: &mut PgConnection,
    mut reader: Reader,
    scope: Scope,
    report: &Report,
    (asked, opened): (&Asked, bool),
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let photos = store::photos(db, &[report.id]).await?;
    let treating = practices::treating(db, report.patient).await?;
    let message = answer_opened(db, &mut reader, scope, report, opened).await?;
    let reader = &reader;
    let (journey, _) = journeys::held(db, report.journey)
        .await?
        .ok_or(Fault::NotFound)?;
    let mut heading = Page::titled(String::new());
    if report.uploads > 0 {
        heading = heading.with_module(&ARRIVING);
    }
    let title = t!(
        "report.yours",
        locale = lang,
        kind = view::kind_name(lang, report.kind)
    )
    .into_owned();
    heading.title.clone_from(&title);
    Ok(page(reader, heading, || {
        let treating = treating.as_ref();
        // Until there is an answer, what is needed until then stands in the first view: by when it comes, what to wear meanwhile, and
        // whom to call if it gets worse.
        let first = report
            .is_open()
            .then(|| until_then(reader, &journey, (report, asked), treating));
        let (heading, then) = match report.is_open() {
            true => {
                let words = t!("report.how_far", locale = lang).into_owned();
                (
                    "way-heading",
                    Either::Left(view! { <h2 id="way-heading">{words}</h2> }),
                )
            }
            false => {
                let state = view::state_line(reader, report.state, treating, report.created);
                ("next-heading", Either::Right(what_next(lang, state)))
            }
        };
        view! {
            <PageHeader title back=("/".to_owned(), t!("nav.home", locale = lang).into_owned())/>
            {done(reader, report, asked)}
            {message.map(|message| answer(reader, report, &message))}
            {first}
            <Card roomy=true labelled_by=heading>
                {then}
                {view::way(reader, report)}
                {acts(lang, report)}
            </Card>
            {said(reader, report, &photos)}
            {practices::card(reader, treating)}
        }
    }))
}

/// Whether it was sent a moment ago.
fn is_fresh(reader: &Reader, report: &Report, asked: &Asked) -> bool {
    asked.sent.is_some() && reader.now - report.created < SAID
}

/// What has happened a moment ago: photos of it were lost, it was closed. That it was sent begins what happens next.
fn done(reader: &Reader, report: &Report, asked: &Asked) -> impl IntoView + use<> {
    let lang = reader.lang();
    let fresh = is_fresh(reader, report, asked);
    let closed = report.closed.filter(|_| report.closed_by_patient);
    let closed = closed
        .filter(|closed| asked.closed.is_some() && reader.now - *closed < SAID)
        .map(|_| t!("report.closed_now", locale = lang));
    let good = closed.map(|words| {
        let words = words.into_owned();
        view! { <Banner tone=Tone::Good><p>{words}</p></Banner> }
    });
    let lost = asked.lost.filter(|lost| fresh && *lost > 0).map(|lost| {
        let words = match lost {
            1 => t!("report.lost.one", locale = lang),
            count => t!("report.lost.other", locale = lang, count = count),
        };
        let words = words.into_owned();
        let href = format!("/journeys/{}/photos/new", report.journey.0);
        view! {
            <Banner tone=Tone::Attention>
                <p>{words}</p>
                <a href=href>{t!("report.add_photo", locale = lang).into_owned()}</a>
            </Banner>
        }
    });
    view! { {good}{lost} }
}

/// What the patient can do now: close it, which asks first; write; or, once it is closed, report it again.
fn acts(lang: &'static str, report: &Report) -> impl IntoView + use<> {
    let write = format!("/journeys/{}/messages#write", report.journey.0);
    let close = format!("/reports/{}/close", report.id);
    match report.state {
        State::New | State::Seen => EitherOf3::A(view! {
            <div class="actions">
                <LinkButton href=write icon=IconName::Message>{t!("wrong.message", locale = lang).into_owned()}</LinkButton>
                <LinkButton href=close>{t!("report.better", locale = lang).into_owned()}</LinkButton>
            </div>
        }),
        State::Answered => EitherOf3::B(view! {
            <p>{when_to_close(lang, report.kind)}</p>
            <div class="actions">
                <LinkButton href=close kind=ButtonKind::Primary>{t!("report.solved", locale = lang).into_owned()}</LinkButton>
                <LinkButton href=write icon=IconName::Message>{t!("report.write_back", locale = lang).into_owned()}</LinkButton>
            </div>
        }),
        State::Closed => {
            // With what was said, so that nobody has to type it again.
            let again = format!(
                "/something-wrong/{}?again={}",
                report.kind.name(),
                report.id
            );
            EitherOf3::C(view! {
                <p>{t!("report.next_closed", locale = lang).into_owned()}</p>
                <div class="actions">
                    <LinkButton href=again>{t!("report.still_wrong", locale = lang).into_owned()}</LinkButton>
                    <LinkButton href=write icon=IconName::Message>{t!("wrong.message", locale = lang).into_owned()}</LinkButton>
                </div>
            })
        }
    }
}

/// When its patient closes a report that is answered.
fn when_to_close(lang: &str, kind: Kind) -> String {
    match kind {
        Kind::Pain => t!("report.next_answered.pain", locale = lang),
        Kind::NotFitting => t!("report.next_answered.not_fitting", locale = lang),
        Kind::LostOrBroken => t!("report.next_answered.lost_or_broken", locale = lang),
    }
    .into_owned()
}

/// What becomes of a report, in a sentence or two.
fn what_next(lang: &'static str, state: impl IntoView) -> impl IntoView {
    view! {
        <div>
            <h2 id="next-heading">{t!("report.next", locale = lang).into_owned()}</h2>
            <p>{state}</p>
        </div>
    }
}

/// What there is to know until there is an answer: who has seen the report and by when they answer, what to wear meanwhile, what to do
/// if it gets worse, and the number; and, while the practice is open, what to do once it is not. While it is closed, that stands by its
/// number.
fn until_then(
    reader: &Reader,
    journey: &Journey,
    (report, asked): (&Report, &Asked),
    treating: Option<&Treating>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let sent = is_fresh(reader, report, asked).then(|| match treating {
        Some(treating) => t!("report.sent", locale = lang, name = treating.name),
        None => t!("report.sent_clinic", locale = lang),
    });
    let sent = sent.map(|words| {
        view! { <strong role="status">{words.into_owned()}</strong>" " }
    });
    let state = view::state_line(reader, report.state, treating, report.created);
    let worse = match report.kind {
        Kind::Pain => t!("report.worse_text.pain", locale = lang),
        Kind::NotFitting => t!("report.worse_text.not_fitting", locale = lang),
        Kind::LostOrBroken => t!("report.worse_text.lost_or_broken", locale = lang),
    };
    let advice = view! {
        {what_next(lang, view! { {sent}{state} })}
        {wrong::wear_now(lang, journey, report.kind)}
        <div>
            <h2>{t!("report.worse", locale = lang).into_owned()}</h2>
            <p>{worse.into_owned()}</p>
        </div>
        {practices::reach(reader, treating)}
        {practices::away_later(reader, treating)}
        {wrong::general(lang)}
    };
    wrong::advised(Some("next-heading"), advice)
}
