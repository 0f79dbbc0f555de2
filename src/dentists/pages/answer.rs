//! Changes that wait for an answer: those who ask for this dentist, or all of them for staff.

use crate::{
    accounts::{self, Act, Desk, SignedIn, UserId, full_name, listed_name},
    audit,
    dentists::{
        Action,
        model::{Answer, WORDS},
        service::{self, Answered},
        store::{self, Asked, Which},
    },
    error::Fault,
    ids::DentistId,
    ui::{
        Banner, Button, ButtonKind, FormCard, LinkButton, Page, PageHeader, Quote, Reader, Rows,
        TextArea, Tone, field, or_empty, page, problems, time, typed,
    },
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::TimeDelta;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Changes on a page.
const PAGE: usize = 30;
/// How long it is said that an answer is kept.
const SAID: TimeDelta = TimeDelta::minutes(10);

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    after: Option<i64>,
    /// Present after an answer.
    saved: Option<String>,
    /// Who was accepted.
    patient: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    answer: String,
    #[serde(deserialize_with = "typed")]
    note: String,
}

pub async fn list(
    signed_in: SignedIn<Desk>,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(shown) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let saved = match shown.saved {
        // What an old address says may not be so.
        Some(_) if store::answered_since(&mut db, act.by, reader.now - SAID).await? => {
            Some(Said::Answered(shown.patient))
        }
        _ => None,
    };
    show_list(&mut db, &actor, &act, &reader, shown.after, saved).await
}

pub async fn one(
    signed_in: SignedIn<Desk>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let change = read(&mut db, &actor, &act, id).await?;
    Ok(show(&reader, &actor, &change, None))
}

pub async fn answer(
    signed_in: SignedIn<Desk>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let answer = Answer::named(&sent.answer).ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let note = sent.note.trim();
    if note.chars().count() > WORDS {
        if is_open(&mut db, &actor, id).await? {
            let change = read(&mut db, &actor, &act, id).await?;
            let wrong = Some((Wrong::Long, sent.note.as_str()));
            return Ok(show(&reader, &actor, &change, wrong));
        }
        // Closed meanwhile: as the service says, without a note that it could not keep.
        service::answer(&mut db, &actor, &act, id, (answer, None), reader.now).await?;
        let said = Some(Said::Stale(sent.note));
        return show_list(&mut db, &actor, &act, &reader, None, said).await;
    }
    let note = Some(note).filter(|note| !note.is_empty());
    let answered = service::answer(&mut db, &actor, &act, id, (answer, note), reader.now).await?;
    if answered == Answered::NotReachable && is_open(&mut db, &actor, id).await? {
        let change = read(&mut db, &actor, &act, id).await?;
        let wrong = Some((Wrong::NotReachable, sent.note.as_str()));
        return Ok(show(&reader, &actor, &change, wrong));
    }
    if answered == Answered::Kept {
        // Whoever was accepted is a patient now: on to them.
        let accepted = match answer {
            Answer::Approve => store::head(&mut db, id).await?,
            Answer::Decline => None,
        };
        let accepted = accepted.map(|head| format!("&patient={}", head.patient.0));
        let to = format!("/dentist-changes?saved{}", accepted.unwrap_or_default());
        return Ok(Redirect::to(&to).into_response());
    }
    let said = Some(Said::Stale(sent.note));
    show_list(&mut db, &actor, &act, &reader, None, said).await
}

async fn is_open(db: &mut PgConnection, desk: &Desk, id: i64) -> Result<bool, Fault> {
    let found = store::asked(db, dentist_of(desk), Which::One(id), 1).await?;
    Ok(!found.is_empty())
}

fn dentist_of(desk: &Desk) -> Option<DentistId> {
    match desk {
        Desk::Dentist(dentist) => Some(dentist.dentist_id()),
        Desk::Office(_) => None,
    }
}

/// An open change that this desk may answer.
async fn read(db: &mut PgConnection, desk: &Desk, act: &Act, id: i64) -> Result<Asked, Fault> {
    let found = store::asked(db, dentist_of(desk), Which::One(id), 1).await?;
    let entry = act.entry(Action::Read).on("dentist_changes", id);
    let Some(change) = found.into_iter().next() else {
        let head = store::head(db, id).await?;
        let mut entry = entry.refused();
        entry.subject = head.map(|head| head.patient.0);
        audit::record(db, entry).await?;
        return Err(Fault::NotFound);
    };
    audit::record(db, entry.about(change.patient.0)).await?;
    Ok(change)
}

/// What is said above the list.
enum Said {
    /// With who was accepted.
    Answered(Option<i64>),
    /// It was answered or withdrawn before; with the note that was typed.
    Stale(String),
}

async fn show_list(
    db: &mut PgConnection,
    desk: &Desk,
    act: &Act,
    reader: &Reader,
    after: Option<i64>,
    said: Option<Said>,
) -> Result<Response, Fault> {
    let which = Which::After(after);
    let mut changes = store::asked(db, dentist_of(desk), which, PAGE as i64 + 1).await?;
    let next = (changes.len() > PAGE).then(|| changes[PAGE - 1].id);
    changes.truncate(PAGE);
    let patients: Vec<UserId> = changes.iter().map(|change| change.patient).collect();
    if !patients.is_empty() {
        audit::record(db, act.listing(&patients)).await?;
    }
    let named = changes.iter().map(Asked::named);
    let namesakes = accounts::namesakes(db, reader, named).await?;
    let lang = reader.lang();
    let title = t!("change.list", locale = lang).into_owned();
    let accepted = match said {
        Some(Said::Answered(patient)) => patient,
        _ => None,
    };
    let (status, above) = match said {
        None => (StatusCode::OK, None),
        Some(Said::Answered(_)) => (
            StatusCode::OK,
            Some((
                Tone::Good,
                t!("change.answered", locale = lang),
                String::new(),
            )),
        ),
        Some(Said::Stale(note)) => (
            StatusCode::CONFLICT,
            Some((Tone::Attention, t!("change.stale", locale = lang), note)),
        ),
    };
    let heading = Page::titled(title.clone()).status(status);
    Ok(page(reader, heading, || {
        let above = above.map(|(tone, words, note)| {
            let words = words.into_owned();
            let note = (!note.trim().is_empty())
                .then(|| view! { <p>{t!("change.note_was", locale = lang).into_owned()}</p><Quote words=note/> });
            let on = accepted.map(|patient| {
                view! { <a href=format!("/patients/{patient}")>{t!("change.to_patient", locale = lang).into_owned()}</a> }
            });
            view! { <Banner tone><p>{words}</p>{on}{note}</Banner> }
        });
        let rows = changes
            .iter()
            .map(|change| {
                let name = listed_name(&change.first_name, &change.last_name, &change.email);
                let mark = namesakes.line(change.patient);
                view! {
                    <li class="row">
                        <span>
                            <a href=format!("/dentist-changes/{}", change.id)>{name}</a>
                            {mark}
                            <span class="quiet block">{from_to(lang, desk, change)}</span>
                        </span>
                        <span class="quiet">{time::moment(reader, change.created)}</span>
                    </li>
                }
            })
            .collect_view();
        let list = (!changes.is_empty()).then(|| view! { <Rows card=true>{rows}</Rows> });
        view! {
            <PageHeader title/>
            {above}
            {or_empty(list, t!("change.list_empty", locale = lang))}
            {next.map(|next| view! {
                <LinkButton href=format!("/dentist-changes?after={next}")>{t!("list.next", locale = lang).into_owned()}</LinkButton>
            })}
        }
    }))
}

/// Whether whoever reads is the dentist who is asked for.
fn is_own(desk: &Desk) -> bool {
    dentist_of(desk).is_some()
}

fn from_to(lang: &str, desk: &Desk, change: &Asked) -> String {
    match (&change.from, is_own(desk)) {
        (Some(from), true) => t!("change.from_to_you", locale = lang, from = from),
        (None, true) => t!("change.only_to_you", locale = lang),
        (Some(from), false) => t!("change.from_to", locale = lang, from = from, to = change.to),
        (None, false) => t!("change.only_to", locale = lang, to = change.to),
    }
    .into_owned()
}

/// What an approval does, and what becomes of the messages written before; that it cannot be given yet.
fn effect(lang: &str, desk: &Desk, change: &Asked) -> impl IntoView + use<> {
    let to = &change.to;
    // What cannot be done is not offered, and why not is said.
    if !change.reachable {
        let words = if is_own(desk) {
            t!("change.unreachable_you", locale = lang)
        } else {
            t!("change.unreachable", locale = lang, to = to)
        };
        return Either::Right(view! { <p><strong>{words.into_owned()}</strong></p> });
    }
    let (approval, shared) = if is_own(desk) {
        let approval = t!("change.approve_effect_you", locale = lang);
        let shared = if change.share_messages {
            t!("change.shared_effect_you", locale = lang)
        } else {
            t!("change.not_shared_effect", locale = lang)
        };
        (approval, shared)
    } else {
        let approval = t!("change.approve_effect", locale = lang, to = to);
        let shared = if change.share_messages {
            t!("change.shared_effect", locale = lang)
        } else {
            t!("change.not_shared_effect", locale = lang)
        };
        (approval, shared)
    };
    Either::Left(view! { <p class="quiet">{format!("{approval} {shared}")}</p> })
}

/// Why an answer was not kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// The note is too long.
    Long,
    /// Patients could not reach whom is asked for.
    NotReachable,
}

/// A change with the form that answers it; with what was wrong, and the note that was typed.
fn show(reader: &Reader, desk: &Desk, change: &Asked, wrong: Option<(Wrong, &str)>) -> Response {
    let lang = reader.lang();
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let heading = Page::titled(t!("change.list", locale = lang)).status(status);
    page(reader, heading, || {
        let name = full_name(&change.first_name, &change.last_name, &change.email);
        let reason = change
            .reason
            .clone()
            .map(|reason| view! { <Quote words=reason/> });
        let alert = matches!(wrong, Some((Wrong::NotReachable, _))).then(|| {
            let words = t!("change.not_approved", locale = lang).into_owned();
            view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> }
        });
        let error = wrong
            .filter(|(wrong, _)| *wrong == Wrong::Long)
            .map(|_| t!("change.note_long", locale = lang).into_owned());
        let text = wrong.map_or_else(String::new, |(_, note)| note.to_owned());
        // Whoever asks may not be the only one of that name.
        let mut facts = change.identity().short(reader);
        facts.extend(
            change
                .postal_code
                .clone()
                .filter(|code| !facts.contains(code)),
        );
        let who = view! { <p class="quiet">{facts.join(" · ")}</p> };
        let note = t!("change.note", locale = lang, name = name);
        let approve = change.reachable.then(|| {
            view! {
                <Button kind=ButtonKind::Primary name="answer" value="approve">{t!("change.approve", locale = lang).into_owned()}</Button>
            }
        });
        view! {
            <PageHeader title=name back=("/dentist-changes".to_owned(), t!("change.list", locale = lang).into_owned()) lead=from_to(lang, desk, change)/>
            {alert}
            {problems(lang, error.clone().map(|words| ("note", words)))}
            {who}
            <p class="quiet">
                {t!("change.asked", locale = lang).into_owned()}" "{time::moment(reader, change.created)}
            </p>
            {reason}
            <FormCard action=format!("/dentist-changes/{}", change.id)>
                {field("note", note, Some(t!("change.note_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                    <TextArea id="note" name="note" value=text described_by=described_by invalid=invalid/>
                })}
                {effect(lang, desk, change)}
                <div class="actions">
                    {approve}
                    <Button name="answer" value="decline">{t!("change.decline", locale = lang).into_owned()}</Button>
                </div>
            </FormCard>
        }
    })
}
