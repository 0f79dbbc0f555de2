//! All photos of a journey, by stage, newest first.

use super::{
    further::{load, pager, place, place_of, stages},
    parts, sent,
};
use crate::{
    accounts::{FirstDay, Participant, Patient, SignedIn},
    care::Scope,
    error::Fault,
    ids::JourneyId,
    photos::{
        figure, service,
        store::{self, Album, Missing, Pending, State},
    },
    practices,
    records::{self, Record, Treatment},
    ui::{
        Banner, Button, ButtonKind, IconName, Lines, LinkButton, Nothing, Page, PageHeader,
        PatientBar, PersonLine, Reader, Tone, hidden, or_empty, page, printing, time,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;

/// How long a page tells what became of what was sent.
const TOLD: TimeDelta = TimeDelta::days(1);
/// How long it says that photos arrived.
const JUST_NOW: TimeDelta = TimeDelta::minutes(10);

/// The photos of a patient's journey of today.
pub async fn own(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let Some(journey) = store::current_album(&mut db, actor.id()).await? else {
        let treating = practices::treating(&mut db, actor.id()).await?;
        let lang = reader.lang();
        let title = t!("photos.title", locale = lang).into_owned();
        return Ok(page(&reader, Page::titled(title.clone()), || {
            view! {
                <h1>{title}</h1>
                <Nothing words=t!("home.none.text", locale = lang)/>
                {practices::call(&reader, treating.as_ref())}
            }
        }));
    };
    Ok(Redirect::to(&format!("/journeys/{journey}/photos")).into_response())
}

#[derive(Deserialize)]
pub struct Asked {
    /// Those after this place: `stage.view.id`.
    after: Option<String>,
    /// Everything up to this place, on one page.
    to: Option<String>,
    /// Present after photos were sent.
    sent: Option<String>,
    /// Present after one was deleted.
    deleted: Option<String>,
    /// Present for the view that is printed: all on one page, and each there at once.
    print: Option<String>,
}

pub async fn gallery(
    signed_in: SignedIn<Participant>,
    path: Result<Path<JourneyId>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Query(asked) = query?;
    let read = |text: &str| place(text).ok_or(Fault::Malformed);
    let after = asked.after.as_deref().map(read).transpose()?;
    let to = asked.to.as_deref().map(read).transpose()?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(&actor);
    let album = service::open(&mut db, scope, &act, journey).await?;
    let printed = asked.print.is_some();
    let (photos, more) = load(&mut db, journey, after, to, printed).await?;
    let next = photos.last().filter(|_| more && !printed).map(place_of);
    let (pending, missing) = if album.own && after.is_none() {
        let pending =
            store::pending(&mut db, journey, reader.now - TOLD, reader.now - TOLD).await?;
        (pending, store::missing(&mut db, journey).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let standing = match asked.sent {
        Some(_) => sent::standing(&mut db, &album, &pending, reader.now - JUST_NOW).await?,
        None => None,
    };
    // On the first day, what was sent is one page of several: it leads on.
    let first_day = match asked.sent {
        Some(_) if album.own => FirstDay::of(&mut db, actor.id()).await?,
        _ => None,
    };
    let lang = reader.lang();
    let title = t!("photos.title", locale = lang).into_owned();
    let mut heading = Page::titled(title.clone());
    heading.paper = printed;
    heading.islands = next.is_some();
    Ok(page(&reader, heading, || {
        let retakes = Some(&album).filter(|_| !printed);
        let stages = (!photos.is_empty()).then(|| {
            let stages = stages(&reader, &photos, after, printed, retakes);
            InertElement::new(figure::sections(&stages))
        });
        // What is next after sending stands above, and stands out alone.
        let add = if standing.is_some() || first_day.is_some() {
            ButtonKind::Secondary
        } else {
            ButtonKind::Primary
        };
        let compared = photos.len() > 1 || after.is_some();
        let link = |path: &str, icon: IconName, words: String| {
            view! {
                <LinkButton href=format!("/journeys/{journey}/photos/{path}") icon=icon>
                    {words}
                </LinkButton>
            }
        };
        let back = if printed {
            Some((
                format!("/journeys/{journey}/photos"),
                t!("photos.all", locale = lang),
            ))
        } else if album.own {
            None
        } else {
            Some(("/patients".to_owned(), t!("nav.patients", locale = lang)))
        };
        let back = back.map(|(href, words)| (href, words.into_owned()));
        let print = printed.then(|| printing(&reader));
        view! {
            {(!album.own).then(|| whose(&reader, &album))}
            <PageHeader title nostrip:back=back>{print}</PageHeader>
            {printed.then(|| {
                let date = time::long_date(&reader, reader.today());
                view! { <p class="quiet">{t!("journey.printed", locale = lang, name = album.name(), date = date).into_owned()}</p> }
            })}
            {told(&reader, &pending, asked.sent.is_some(), asked.deleted.is_some())}
            {standing.as_ref().map(|standing| sent::theirs(&reader, &album, standing, first_day))}
            {first_day.filter(|_| standing.is_none()).map(|here| view! { <div class="actions">{sent::onward(lang, here)}</div> })}
            {(!missing.is_empty()).then(|| lost(lang, &missing))}
            {(!printed).then(|| view! { <div class="actions">
                {album.own.then(|| view! {
                    <LinkButton href=format!("/journeys/{journey}/photos/new") kind=add icon=IconName::Camera>
                        {t!("photos.add", locale = lang).into_owned()}
                    </LinkButton>
                })}
                {compared.then(|| view! {
                    {link("compare", IconName::Compare, t!("photos.compare.title", locale = lang).into_owned())}
                    {link("lapse", IconName::Film, t!("photos.lapse.title", locale = lang).into_owned())}
                })}
                {(!photos.is_empty()).then(|| view! {
                    <LinkButton href=format!("/journeys/{journey}/photos?print") kind=ButtonKind::Tool>
                        {t!("journey.print", locale = lang).into_owned()}
                    </LinkButton>
                })}
            </div> })}
            {or_empty(stages, match (after, album.own) {
                (Some(_), _) => t!("list.no_further", locale = lang),
                (None, true) => t!("photos.none", locale = lang),
                (None, false) => t!("photos.none_desk", locale = lang),
            })}
            {pager(lang, journey, asked.after.as_deref(), next)}
        }
    }))
}

/// The uploads that somebody has read about, with commas between: what was rejected after the page was made is not
/// among them.
#[derive(Deserialize)]
pub struct Read {
    uploads: String,
}

/// What was rejected has been read, and is told no more.
pub async fn told_of(
    signed_in: SignedIn<Patient>,
    path: Result<Path<JourneyId>, PathRejection>,
    form: Result<Form<Read>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(journey) = path?;
    let Form(read) = form?;
    let uploads = read.uploads.split(',').map(str::parse).collect();
    let uploads: Vec<i64> = Result::map_err(uploads, |_| Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    service::told(&mut db, &actor, &act, journey, &uploads, reader.now).await?;
    Ok(Redirect::to(&format!("/journeys/{journey}/photos")).into_response())
}

/// Whose photos these are, for the dentist who treats them, and the other pages of the record.
pub fn whose(reader: &Reader, album: &Album) -> impl IntoView + use<> {
    let record = Record {
        patient: album.patient,
        name: album.name(),
        treatment: Some(Treatment {
            journey: album.journey,
            wear: album.wear,
        }),
        treats: true,
    };
    let person = PersonLine {
        name: album.name(),
        facts: album.identity().short(reader),
        href: Some(format!("/patients/{}", album.patient.0)),
    };
    view! {
        <PatientBar person/>
        {records::tabs(reader.lang(), &record, Some(records::Part::Photos))}
    }
}

/// What became of what was sent.
fn told(reader: &Reader, pending: &[Pending], sent: bool, deleted: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let waiting = pending
        .iter()
        .filter(|upload| upload.state == State::Received)
        .count();
    let rejected = sent::refused(pending)
        .map(|(upload, rejection)| {
            let same = upload.image.map(|image| {
                let kept = upload.kept_view.zip(upload.kept_stage);
                let kept = kept.map(|kept| parts::kept_as(lang, image, kept, (upload.view, upload.stage)));
                let (words, way) = kept.map_or((None, None), |(words, way)| (Some(words), way));
                view! {
                    {words.map(|words| view! { " "{words} })}
                    " "<a href=format!("/photos/{image}")>{t!("photos.same", locale = lang).into_owned()}</a>
                    {way.map(|(href, words)| view! { " "<a href=href>{words}</a> })}
                }
            });
            let again = upload.image.is_none().then(|| {
                let (stage, view) = (upload.stage, upload.view.name());
                let href = format!("{}/new?stage={stage}&views={view}", reader.path);
                view! { " "<a href=href>{t!("photos.take_again", locale = lang).into_owned()}</a> }
            });
            view! {
                <li>
                    <strong>{parts::alt(lang, upload.view, upload.stage)}</strong>": "
                    {parts::rejection_words(lang, rejection)}{same}{again}
                </li>
            }
        })
        .collect::<Vec<_>>();
    let waiting_words = match waiting {
        1 => t!("photos.waiting.one", locale = lang),
        count => t!("photos.waiting.other", locale = lang, count = count),
    }
    .into_owned();
    let mut path = reader.path.clone();
    if sent {
        path.push_str("?sent");
    }
    let refresh = t!("photos.refresh", locale = lang).into_owned();
    let understood = t!("photos.understood", locale = lang).into_owned();
    let seen = format!("{}/told", reader.path);
    let shown: Vec<String> = pending
        .iter()
        .filter(|upload| upload.state == State::Rejected)
        .map(|upload| upload.id.to_string())
        .collect();
    let shown = shown.join(",");
    view! {
        {deleted.then(|| view! {
            <Banner tone=Tone::Good><p>{t!("photos.deleted", locale = lang).into_owned()}</p></Banner>
        })}
        {(waiting > 0).then(|| view! {
            <Banner tone=Tone::Note>
                <p>{waiting_words}</p>
                <p><a href=path>{refresh}</a></p>
            </Banner>
        })}
        {(!rejected.is_empty()).then(|| view! {
            <Banner tone=Tone::Attention>
                <p>{t!("photos.rejected", locale = lang).into_owned()}</p>
                <Lines>{rejected}</Lines>
                <form method="post" action=seen>
                    {hidden("uploads", shown)}
                    <Button small=true>{understood}</Button>
                </form>
            </Banner>
        })}
    }
}

/// The photos that cannot be shown, which may be given up.
fn lost(lang: &str, missing: &[Missing]) -> impl IntoView + use<> {
    let words = t!("photos.missing", locale = lang).into_owned();
    let each = missing
        .iter()
        .map(|photo| {
            view! {
                <li>
                    {parts::alt(lang, photo.view, photo.stage)}" "
                    <a href=format!("/photos/{}/delete", photo.id)>{t!("photos.delete.link", locale = lang).into_owned()}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <Banner tone=Tone::Trouble>
            <p>{words}</p>
            <Lines>{each}</Lines>
        </Banner>
    }
}
