//! One case: the photos of a stage beside the stage's before and the first's, what was decided, and the decision.

use super::{
    form::{self, About, Seen, Sent, Wrong},
    queue,
};
use crate::{
    accounts::{Act, Dentist, SignedIn, full_name},
    audit,
    error::Fault,
    journeys::{
        self,
        model::{Journey, JourneyId, Newest, State},
        store::PatientHead,
    },
    photos::{self, Variant, View, store::Photo},
    reviews::{
        islands::CaseKeys,
        model::{Decision, Kind, RetakeReason},
        service::{self, Deciding, NotDecided},
        store::{self, Case, Decided, Note, Review, Shown},
        words,
    },
    ui::{Alert, Icon, IconName, Page, Reader, Tone, hidden, page, time},
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
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

#[derive(Deserialize)]
pub struct Asked {
    show: Option<String>,
    decided: Option<i64>,
}

/// All that a case's page shows.
struct Opened {
    journey: Journey,
    patient: PatientHead,
    newest: Option<Newest>,
    stage: i32,
    photos: Vec<Photo>,
    /// The newest of each view, of the stage before and of the first that there are photos of.
    before: Vec<Photo>,
    notes: Vec<Note>,
    reviews: Vec<Review>,
    retakes: Vec<(i64, View, RetakeReason)>,
    cases: Vec<Case>,
}

impl Opened {
    async fn load(
        db: &mut PgConnection,
        dentist: &Dentist,
        act: &Act,
        reader: &Reader,
        (journey, stage): (JourneyId, i32),
        shown: Shown,
    ) -> Result<Self, Fault> {
        let (journey, patient) = service::open_case(db, dentist, act, journey, stage).await?;
        let photos = store::photos(db, journey.id, stage).await?;
        let reviews = store::of_stage(db, journey.id, stage).await?;
        let id = dentist.dentist_id();
        let cases = store::queue(db, id, shown, reader.now, queue::CASES).await?;
        // Others stand in the list beside it.
        let listed: Vec<_> = cases.iter().map(|case| case.patient).collect();
        if !listed.is_empty() {
            audit::record(db, act.listing(&listed)).await?;
        }
        let ids: Vec<i64> = reviews.iter().map(|review| review.id).collect();
        Ok(Self {
            newest: journeys::store::newest(db, journey.id).await?,
            before: store::before(db, journey.id, stage).await?,
            notes: store::notes(db, journey.id).await?,
            retakes: store::retakes(db, &ids).await?,
            cases,
            journey,
            patient,
            stage,
            photos,
            reviews,
        })
    }

    fn place(&self) -> Option<usize> {
        self.cases
            .iter()
            .position(|case| (case.journey, case.stage) == (self.journey.id, self.stage))
    }

    /// By how many days the change can be put off, and to which day; none if it cannot be.
    fn holds(&self, now: DateTime<Utc>) -> Vec<(i32, NaiveDate)> {
        if self.journey.stage != self.stage {
            return Vec::new();
        }
        let today = journeys::model::local_day(now, self.patient.zone());
        let newest = self.newest.as_ref();
        (1..=28)
            .filter_map(|days| {
                let step = journeys::service::held_for(&self.journey, newest, days, today).ok()?;
                Some((days, step.due?))
            })
            .collect()
    }

    fn about(&self, shown: Shown, now: DateTime<Utc>) -> About {
        About {
            action: format!("/journeys/{}/reviews/{}", self.journey.id.0, self.stage),
            previous: self.reviews.first().map(|review| review.id),
            photos: self.photos.iter().map(|photo| photo.id).collect(),
            event: self.newest.as_ref().map(|newest| newest.id),
            holds: self.holds(now),
            show: shown.name(),
        }
    }
}

pub async fn case(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<(i64, i32)>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path((journey, stage)) = path.map_err(|_| Fault::NotFound)?;
    let Query(asked) = query.map_err(|_| Fault::Malformed)?;
    let shown = queue::shown(asked.show.as_deref())?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let place = (JourneyId(journey), stage);
    let opened = Opened::load(&mut db, &actor, &act, &reader, place, shown).await?;
    if opened.photos.is_empty() {
        return Err(Fault::NotFound);
    }
    let done = decided(&mut db, &act, asked.decided).await?;
    let sent = Sent::default();
    Ok(show(&reader, &opened, shown, &sent, &Why::Asked(done)))
}

/// Why the page is shown.
enum Why {
    /// It was asked for, after a decision on another case or without one.
    Asked(Option<Decided>),
    /// Something in the form cannot be taken.
    Wrong(Vec<Wrong>),
    /// Somebody decided first, photos came or went, or the journey moved.
    Stale,
    /// What was to be taken back has taken effect.
    TooLate,
}

pub async fn decide(
    mut signed_in: SignedIn<Dentist>,
    path: Result<Path<(i64, i32)>, PathRejection>,
    body: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path((journey, stage)) = path.map_err(|_| Fault::NotFound)?;
    let Form(sent) = body.map_err(|_| Fault::Malformed)?;
    let shown = queue::shown(Some(&sent.show))?;
    let Seen {
        previous,
        photos,
        event,
    } = sent.seen().ok_or(Fault::Malformed)?;
    let decision = sent.decision().ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = &mut signed_in;
    let place = (JourneyId(journey), stage);
    let why = match &decision {
        Err(wrong) => Why::Wrong(wrong.clone()),
        Ok(decision) => {
            let next = next(db, actor, reader, place, shown).await?;
            let deciding = Deciding {
                journey: place.0,
                stage,
                decision,
                note: sent.note(),
                clinic_note: sent.clinic_note(),
                previous,
                photos: &photos,
                event,
            };
            match service::decide(db, actor, act, deciding, reader.now).await {
                Ok(review) => return Ok(onward(next.as_ref(), shown, review)),
                Err(NotDecided::Stale) => match twice(db, act, place, previous, decision).await? {
                    Some(review) => return Ok(onward(next.as_ref(), shown, review)),
                    None => Why::Stale,
                },
                Err(NotDecided::Fault(fault)) => return Err(fault),
            }
        }
    };
    let opened = Opened::load(db, actor, act, reader, place, shown).await?;
    Ok(show(reader, &opened, shown, &sent, &why))
}

/// To the next case, or to where it says that there is none.
fn onward(next: Option<&Case>, shown: Shown, review: i64) -> Response {
    let to = match next {
        Some(next) => queue::address(next, shown) + &format!("&decided={review}"),
        None => format!("/reviews?show={}&decided={review}", shown.name()),
    };
    Redirect::to(&to).into_response()
}

/// The decision that was just taken by the same press: sent twice, it is taken once.
async fn twice(
    db: &mut PgConnection,
    act: &Act,
    (journey, stage): (JourneyId, i32),
    previous: Option<i64>,
    decision: &Decision,
) -> Result<Option<i64>, Fault> {
    let Some(newest) = store::newest(db, journey, stage).await? else {
        return Ok(None);
    };
    let taken = store::decided(db, newest, act.by).await?;
    Ok(taken
        .filter(|taken| taken.open && taken.kind == decision.kind() && taken.previous == previous)
        .map(|taken| taken.id))
}

/// The case behind this one in the queue; behind the last, the first.
async fn next(
    db: &mut PgConnection,
    dentist: &Dentist,
    reader: &Reader,
    (journey, stage): (JourneyId, i32),
    shown: Shown,
) -> Result<Option<Case>, Fault> {
    let id = dentist.dentist_id();
    let cases = store::queue(db, id, shown, reader.now, queue::CASES).await?;
    let here = cases
        .iter()
        .position(|case| (case.journey, case.stage) == (journey, stage));
    let mut others = cases;
    Ok(match here {
        Some(at) => {
            others.rotate_left(at);
            others.into_iter().nth(1)
        }
        None => others.into_iter().next(),
    })
}

/// Takes a decision back, and leads to its case again.
pub async fn withdraw(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<i64>, PathRejection>,
    body: Result<Form<Back>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(review) = path.map_err(|_| Fault::NotFound)?;
    let Form(back) = body.map_err(|_| Fault::Malformed)?;
    let shown = queue::shown(Some(&back.show))?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let taken = store::decided(&mut db, review, act.by).await?;
    let withdrawn = service::withdraw(&mut db, &actor, &act, review, reader.now).await?;
    let Some(taken) = taken else {
        // Taken back before.
        return Ok(Redirect::to("/reviews").into_response());
    };
    let place = (taken.journey, taken.stage);
    if withdrawn {
        let (journey, stage) = (taken.journey.0, taken.stage);
        let show = shown.name();
        let to = format!("/journeys/{journey}/reviews/{stage}?show={show}");
        return Ok(Redirect::to(&to).into_response());
    }
    let opened = Opened::load(&mut db, &actor, &act, &reader, place, shown).await?;
    let sent = Sent::default();
    Ok(show(&reader, &opened, shown, &sent, &Why::TooLate))
}

/// What is sent along when a decision is taken back.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    show: String,
}

/// The decision that this dentist has just taken.
pub async fn decided(
    db: &mut PgConnection,
    act: &Act,
    review: Option<i64>,
) -> Result<Option<Decided>, Fault> {
    Ok(match review {
        Some(review) => store::decided(db, review, act.by).await?,
        None => None,
    })
}

/// What was decided, and the way back while there is one.
pub fn told(reader: &Reader, done: &Decided, shown: Shown) -> impl IntoView + use<> {
    let lang = reader.lang();
    let words = t!(
        "review.done",
        locale = lang,
        name = full_name(&done.first_name, &done.last_name, &done.email),
        stage = done.stage,
        decision = words::kind(lang, done.kind)
    )
    .into_owned();
    let back = done.open.then(|| {
        view! {
            <form method="post" action=format!("/reviews/{}/withdraw", done.id)>
                {hidden("show", shown.name())}
                <button class="button button-quiet button-small" type="submit" data-key="u">
                    {t!("review.withdraw", locale = lang).into_owned()}<kbd>"u"</kbd>
                </button>
            </form>
        }
    });
    view! { <Alert tone=Tone::Good><p>{words}</p>{back}</Alert> }
}

fn show(reader: &Reader, opened: &Opened, shown: Shown, sent: &Sent, why: &Why) -> Response {
    let lang = reader.lang();
    let status = match why {
        Why::Asked(_) => StatusCode::OK,
        Why::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Why::Stale | Why::TooLate => StatusCode::CONFLICT,
    };
    let title = t!("review.title", locale = lang).into_owned();
    page(
        reader,
        Page::titled(title).status(status).with_islands(),
        || {
            let at = opened.place();
            let turn = |to: Option<&Case>,
                        (rel, key): (&'static str, &'static str),
                        icon: IconName,
                        words: String| {
                to.map(|case| {
                view! {
                    <a class="button button-quiet" rel=rel data-key=key href=queue::address(case, shown)><Icon name=icon/>{words}<kbd>{key}</kbd></a>
                }
            })
            };
            let (before, after) = match at {
                Some(at) => (
                    at.checked_sub(1).and_then(|at| opened.cases.get(at)),
                    opened.cases.get(at + 1),
                ),
                None => (None, opened.cases.first()),
            };
            let above = match why {
            Why::Asked(done) => done
                .as_ref()
                .map(|done| told(reader, done, shown).into_any()),
            Why::Wrong(_) => Some(
                view! { <Alert tone=Tone::Trouble><p>{t!("act.check", locale = lang).into_owned()}</p></Alert> }.into_any(),
            ),
            Why::TooLate => Some(
                view! { <Alert tone=Tone::Attention><p>{t!("review.too_late", locale = lang).into_owned()}</p></Alert> }.into_any(),
            ),
            Why::Stale => Some(
                view! { <Alert tone=Tone::Attention><p>{t!("review.stale", locale = lang).into_owned()}</p></Alert> }.into_any(),
            ),
        };
            let wrong: &[Wrong] = match why {
                Why::Wrong(wrong) => wrong,
                _ => &[],
            };
            let open = (opened.journey.id.0, opened.stage);
            view! {
                {above}
                {queue::filters(reader, shown)}
                <div class="triage">
                    {queue::list(reader, &opened.cases, shown, open)}
                    <article class="case" aria-labelledby="case-title">
                        {head(reader, opened)}
                        {views(reader, opened)}
                        {history(reader, opened)}
                            <nav class="pager pager-turn" aria-label=t!("review.turn", locale = lang).into_owned()>
                            {turn(before, ("prev", "k"), IconName::ArrowLeft, t!("review.previous", locale = lang).into_owned())}
                            {turn(after, ("next", "j"), IconName::ArrowRight, t!("review.next", locale = lang).into_owned())}
                        </nav>
                        {help(lang)}
                    {form::show(reader, &opened.about(shown, reader.now), sent, wrong)}
                    <CaseKeys/>
                    </article>
                </div>
            }
        },
    )
}

/// Which keys there are.
fn help(lang: &'static str) -> impl IntoView {
    let each = [
        ("j", t!("review.next", locale = lang)),
        ("k", t!("review.previous", locale = lang)),
        ("1–5", t!("review.keys.view", locale = lang)),
        ("c", t!("photos.compare.title", locale = lang)),
        ("a", words::kind(lang, Kind::OnTrack).into()),
        ("n", t!("review.notes_bar", locale = lang)),
        ("s", words::kind(lang, Kind::SeeMe).into()),
        ("r", words::kind(lang, Kind::Retake).into()),
        ("h", words::kind(lang, Kind::Hold).into()),
        ("u", t!("review.withdraw", locale = lang)),
        ("?", t!("review.keys.title", locale = lang)),
    ]
    .map(|(key, words)| view! { <div class="row"><dt><kbd>{key}</kbd></dt><dd>{words.into_owned()}</dd></div> })
    .into_iter()
    .collect_view();
    view! {
        <details class="card keys" data-key="?">
            <summary>{t!("review.keys.title", locale = lang).into_owned()}<kbd>"?"</kbd></summary>
            <dl class="rows">{each}</dl>
        </details>
    }
}

/// Who it is and how the treatment goes, in a line.
fn head(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &opened.journey;
    let today = journeys::model::local_day(reader.now, opened.patient.zone());
    let state = match journey.state(opened.newest.as_ref()) {
        State::NotStarted => t!("patients.not_started", locale = lang).into_owned(),
        State::Paused { .. } => t!("patients.paused", locale = lang).into_owned(),
        State::Completed => t!("patients.completed", locale = lang).into_owned(),
        State::Wearing { due } => t!(
            "patients.due",
            locale = lang,
            when = time::relative_day(reader, due, today)
        )
        .into_owned(),
    };
    let line = t!(
        "review.line",
        locale = lang,
        stage = journey.stage,
        total = journey.total,
        state = state
    )
    .into_owned();
    let notes = opened
        .notes
        .iter()
        .map(|note| {
            view! { <li><q>{note.text.clone()}</q>" "<span class="quiet">{time::moment(reader, note.at)}</span></li> }
        })
        .collect_view();
    let notes = (!opened.notes.is_empty()).then(|| {
        view! {
            <section aria-labelledby="notes-title">
                <h2 id="notes-title">{t!("review.notes", locale = lang).into_owned()}</h2>
                <ul class="told">{notes}</ul>
            </section>
        }
    });
    let title = t!(
        "review.heading",
        locale = lang,
        name = opened.patient.name(),
        stage = opened.stage
    )
    .into_owned();
    view! {
        <header class="case-head">
            <h1 id="case-title">{title}</h1>
            <p class="quiet">
                {line}" · "
                <a href=format!("/patients/{}", opened.patient.id.0)>{t!("review.record", locale = lang).into_owned()}</a>
                " · "
                <a href=format!("/journeys/{}", journey.id.0)>{t!("home.timeline", locale = lang).into_owned()}</a>
            </p>
            {notes}
        </header>
    }
}

/// Each view: this stage's photos beside those of the stage before and of the first.
fn views(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = opened.journey.id.0;
    let rows = View::ALL
        .into_iter()
        .filter_map(|view| {
            let shots: Vec<&Photo> = opened.photos.iter().filter(|photo| photo.view == view).collect();
            if shots.is_empty() && view == View::Other {
                return None;
            }
            let key = View::STANDARD.iter().position(|standard| *standard == view).map(|n| n + 1);
            let figure = |photo: &Photo, class: &'static str| {
                view! {
                    <li class=class>
                        <a href=format!("/photos/{}", photo.id)>
                            {photos::framed(reader, photo, if class == "now" { Variant::Screen } else { Variant::Thumbnail }, false)}
                            <span class="caption">{photos::stage_name(lang, photo.stage)}</span>
                        </a>
                    </li>
                }
            };
            let now = shots.iter().map(|photo| figure(photo, "now")).collect_view();
            let earlier = opened
                .before
                .iter()
                .rev()
                .filter(|photo| photo.view == view)
                .map(|photo| figure(photo, "then"))
                .collect_view();
            let compared = opened.before.iter().rev().find(|photo| photo.view == view).filter(|_| !shots.is_empty());
            let compare = compared.map(|photo| {
                view! {
                    <a class="button button-quiet button-small" data-key="c" href=format!(
                        "/journeys/{journey}/photos/compare?view={}&before={}&after={}", view.name(), photo.stage, opened.stage
                    )><Icon name=IconName::Compare/>{t!("photos.compare.title", locale = lang).into_owned()}</a>
                }
            });
            let missing = shots.is_empty().then(|| {
                view! { <li class="now quiet">{t!("review.no_photo", locale = lang).into_owned()}</li> }
            });
            let id = format!("view-{}", view.name());
            Some(view! {
                <section class="case-view" id=id.clone() tabindex="-1" data-key=key aria-labelledby=format!("{id}-title")>
                    <h2 id=format!("{id}-title")>{photos::view_name(lang, view)}{key.map(|key| view! { <kbd>{key}</kbd> })}</h2>
                    {compare}
                    <ul class="case-shots">{now}{missing}{earlier}</ul>
                </section>
            })
        })
        .collect_view();
    view! { <div class="case-views">{rows}</div> }
}

/// What was decided on this stage before.
fn history(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let each = opened
        .reviews
        .iter()
        .map(|review| {
            let views: Vec<String> = opened
                .retakes
                .iter()
                .filter(|(id, ..)| *id == review.id)
                .map(|(_, view, reason)| {
                    format!("{}: {}", photos::view_name(lang, *view), words::reason(lang, *reason))
                })
                .collect();
            let days = review.hold_days.map(|days| words::held(lang, days));
            let fate = match (review.withdrawn, review.settled, review.kind) {
                (Some(_), ..) => Some(t!("review.withdrawn", locale = lang)),
                (None, None, _) => Some(t!("review.not_told", locale = lang)),
                (None, Some(_), Kind::Hold) if !review.moved => Some(t!("review.moved_on", locale = lang)),
                _ => None,
            };
            view! {
                <li>
                    <strong>{words::kind(lang, review.kind)}</strong>" "
                    <span class="quiet">{review.dentist.clone()}", "{time::moment(reader, review.decided)}</span>
                    {fate.map(|fate| view! { " "<span class="badge">{fate.into_owned()}</span> })}
                    {days.map(|days| view! { <p>{days}</p> })}
                    {(!views.is_empty()).then(|| view! { <p>{views.join("; ")}</p> })}
                    {review.note.clone().map(|note| view! { <p><q>{note}</q></p> })}
                    {review.clinic_note.clone().map(|note| view! { <p class="quiet">{t!("review.clinic_note", locale = lang).into_owned()}": "{note}</p> })}
                </li>
            }
        })
        .collect_view();
    (!opened.reviews.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="decisions-title">
                <h2 id="decisions-title">{t!("review.decisions", locale = lang).into_owned()}</h2>
                <ol class="told">{each}</ol>
            </section>
        }
    })
}
