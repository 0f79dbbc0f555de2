//! One journey, whole: its numbers, how the expected last day moved, and its timeline. The same address
//! for the patient and for those at a desk.

use super::{
    earlier, figures, parts,
    record::{Elsewhere, Open, person_line, record_of},
    setup,
    shown::{EVENTS, Of, Said, Shown},
};
use crate::{
    accounts::{Participant, Patient, SignedIn, UserId},
    error::Fault,
    feature::timeline::Timeline,
    journeys::{
        model::{self, EventId, Happened, Journey, JourneyId, State, Status, local_day},
        service,
        store::{self, Reached},
    },
    practices, records,
    ui::{
        Badge, ButtonKind, Facts, LinkButton, Nothing, Page, PageHeader, PatientBar, Reader, Rows,
        Tone, or_empty, page, printing, time,
    },
};
use axum::{
    extract::{
        Path, Query, State as Shared,
        rejection::{PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// A patient's journey of today.
pub async fn own(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let Some(journey) = store::current(&mut db, actor.id()).await? else {
        let treating = practices::treating(&mut db, actor.id()).await?;
        let lang = reader.lang();
        let title = Page::titled(t!("journey.title", locale = lang));
        return Ok(page(&reader, title, || {
            view! {
                <h1>{t!("journey.title", locale = lang).into_owned()}</h1>
                <Nothing words=t!("home.none.text", locale = lang)/>
                {practices::call(&reader, treating.as_ref())}
            }
        }));
    };
    Ok(Redirect::to(&format!("/journeys/{}", journey.id.0)).into_response())
}

#[derive(Default, Deserialize)]
pub struct Asked {
    /// Events before this one.
    before: Option<i64>,
    /// Everything up to this one, on one page.
    to: Option<i64>,
    /// The page with this event on it.
    event: Option<i64>,
    /// Present after an act.
    saved: Option<String>,
    /// Present for the view that is printed: everything on one page.
    print: Option<String>,
}

/// The most events of one page, as in the view that is printed; several times what the longest journey has.
pub const PRINTED: usize = 2000;

pub async fn journey(
    Shared(timeline): Shared<Timeline>,
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(asked) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let id = JourneyId(id);
    let reached = service::reach(&mut db, &actor, &act, id).await?;
    let linked = asked.event.map(EventId);
    let printed = asked.print.is_some();
    let (before, limit) = match printed {
        true => (asked.before.map(EventId), PRINTED),
        false => earlier::part(&mut db, id, linked, asked.before, asked.to).await?,
    };
    let said = asked.saved.is_some().then_some(Said::Saved);
    let asked = Part {
        before,
        limit,
        linked,
        said,
        printed,
    };
    show(&mut db, &timeline, &reader, reached, asked).await
}

/// The journey again, for somebody whose form came too late.
pub async fn stale(
    db: &mut PgConnection,
    timeline: &Timeline,
    reader: &Reader,
    reached: Reached,
    note: Option<String>,
) -> Result<Response, Fault> {
    let asked = Part {
        before: None,
        limit: EVENTS,
        linked: None,
        said: Some(Said::Stale(note)),
        printed: false,
    };
    show(db, timeline, reader, reached, asked).await
}

/// Which part of a journey is shown.
struct Part {
    before: Option<EventId>,
    /// Events on it.
    limit: usize,
    linked: Option<EventId>,
    said: Option<Said>,
    printed: bool,
}

async fn show(
    db: &mut PgConnection,
    timeline: &Timeline,
    reader: &Reader,
    reached: Reached,
    Part {
        before,
        limit,
        linked,
        said,
        printed,
    }: Part,
) -> Result<Response, Fault> {
    let of = Of::reached(&reached);
    let Reached {
        journey,
        patient,
        own,
        with_photos: _,
    } = reached;
    let treats = !own && of.with_photos;
    let zone = patient.zone();
    let today = local_day(reader.now, zone);
    let shown = Shown::load_before(db, timeline, reader, of, journey, (before, limit)).await?;
    // What stands at the head of the first page only.
    let head = match before {
        None => Some((
            store::history(db, shown.journey.id).await?,
            others(db, patient.id, shown.journey.id).await?,
        )),
        Some(_) => None,
    };
    let care = match head {
        Some(_) if !own => store::care(db, patient.id, reader.now).await?,
        _ => None,
    };
    let lang = reader.lang();
    let heading = parts::product_name(lang, shown.journey.product);
    let title = if own {
        t!("journey.title", locale = lang).into_owned()
    } else {
        format!("{heading} · {}", patient.name())
    };
    let mut title = Page::titled(title).status(Said::status(said.as_ref()));
    title.paper = printed;
    let id = shown.journey.id.0;
    let more = shown.page.more_before.filter(|_| !printed);
    title.islands = more.is_some();
    Ok(page(reader, title, || {
        let told = parts::Told {
            journey: &shown.journey,
            photos: &shown.photos,
            asides: &shown.asides,
            from_the_newest: before.is_none(),
            own,
            printed,
            linked,
        };
        let timeline = shown
            .is_told()
            .then(|| parts::timeline(reader, told, &shown.page.entries));
        let print = (before.is_none() && !printed && shown.is_told()).then(|| {
            let words = t!("journey.print", locale = lang).into_owned();
            view! { <LinkButton href=format!("/journeys/{id}?print") kind=ButtonKind::Tool>{words}</LinkButton> }
        });
        let print = if printed {
            Some(Either::Left(printing(reader)))
        } else {
            print.map(Either::Right)
        };
        let back = match head.as_ref() {
            _ if printed && own => {
                Some((format!("/journeys/{id}"), t!("nav.timeline", locale = lang)))
            }
            _ if printed => Some((
                format!("/journeys/{id}"),
                t!("record.treatment", locale = lang),
            )),
            _ if !own => Some(("/patients".to_owned(), t!("nav.patients", locale = lang))),
            // A former treatment is found on the page of the present one.
            Some((_, others)) => {
                let elsewhere = Elsewhere::of(&shown.journey, others);
                let former =
                    shown.journey.status != Status::Active && (elsewhere.active || elsewhere.later);
                former.then(|| ("/journeys".to_owned(), t!("nav.timeline", locale = lang)))
            }
            None => None,
        };
        let back = back.map(|(href, words)| (href, words.into_owned()));
        let header = match head.as_ref().filter(|_| !own && !printed) {
            None => Either::Left(
                view! { <PageHeader title=heading nostrip:back=back>{print}</PageHeader> },
            ),
            Some((_, others)) => {
                let open = Open {
                    patient: &patient,
                    journey: Some((&shown.journey, shown.newest())),
                    elsewhere: Elsewhere::of(&shown.journey, others),
                    care: care.as_ref(),
                    treats,
                    today,
                };
                let acts = open.acts(reader);
                Either::Right(
                    view! { <PageHeader title=heading nostrip:back=back>{acts}{print}</PageHeader> },
                )
            }
        };
        let first = head.map(|(history, others)| {
            view! {
                {overview(reader, &shown, own, today)}
                {own.then(|| parts::places(lang, &shown.journey))}
                {numbers(reader, &shown, &history, today)}
                {(!others.is_empty()).then(|| other_journeys(reader, &others))}
            }
        });
        let whose = (!own).then(|| {
            let person = person_line(reader, &patient, &shown.journey);
            let record = record_of(&patient, Some(&shown.journey), treats);
            view! {
                <PatientBar person/>
                {records::tabs(lang, &record, Some(records::Part::Treatment))}
            }
        });
        view! {
            {whose}
            {header}
            {printed.then(|| view! {
                <p class="quiet">{t!("journey.printed", locale = lang, name = patient.name(), date = time::long_date(reader, today)).into_owned()}</p>
            })}
            {shown.saying(reader, said, own)}
            {(own && before.is_none()).then(|| parts::prompts(&shown.asides))}
            {first}
            <section aria-labelledby="timeline-heading">
                <h2 id="timeline-heading">{t!("home.timeline", locale = lang).into_owned()}</h2>
                {or_empty(timeline, match (before, own) {
                    (Some(_), _) => t!("list.no_earlier", locale = lang),
                    (None, true) => t!("home.timeline_empty", locale = lang),
                    (None, false) => t!("patient.no_events", locale = lang),
                })}
                {earlier::pager(lang, id, (before, linked), more)}
            </section>
        }
    }))
}

/// The patient's journeys besides this one.
async fn others(
    db: &mut PgConnection,
    patient: UserId,
    this: JourneyId,
) -> Result<Vec<Journey>, Fault> {
    let mut journeys = store::all(db, patient).await?;
    journeys.retain(|journey| journey.id != this);
    Ok(journeys)
}

/// The ring, the facts, and what is to come.
pub fn overview(
    reader: &Reader,
    shown: &Shown,
    own: bool,
    today: NaiveDate,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &shown.journey;
    let newest = shown.newest();
    let state = journey.state(newest);
    let row = |label: String, value: String| {
        view! { <div class="row"><dt>{label}</dt><dd>{value}</dd></div> }
    };
    let date_row = |label: String, day: NaiveDate| {
        view! { <div class="row"><dt>{label}</dt><dd>{time::day(reader, day)}</dd></div> }
    };
    let due = match state {
        State::Wearing { due } => {
            Some(date_row(t!("patient.due", locale = lang).into_owned(), due))
        }
        _ => None,
    };
    let plan = journey.plan(newest, today);
    let last = plan.as_ref().map(|plan| {
        date_row(
            t!("patient.last_day", locale = lang).into_owned(),
            plan.last_day,
        )
    });
    let interval = match journey.interval_days {
        1 => t!("journey.interval.one", locale = lang),
        days => t!("journey.interval.other", locale = lang, days = days),
    };
    // In mid-treatment it says no more than that: it means something once something comes after, or alongside.
    let after = |each: &model::Aftercare| *each != model::Aftercare::AlignerJourneyUnderway;
    let aftercare = journey
        .aftercare
        .filter(|each| !own && after(each))
        .map(|aftercare| {
            row(
                t!("aftercare.label", locale = lang).into_owned(),
                setup::aftercare_name(lang, aftercare),
            )
        });
    let started = journey
        .started_on
        .map(|day| date_row(t!("patient.started", locale = lang).into_owned(), day));
    let ahead = plan
        .filter(|plan| !plan.coming.is_empty())
        .map(|plan| parts::plan(reader, journey, plan));
    view! {
        <section class="hero">
            {parts::ring(reader, journey, newest, today)}
            <div class="hero-words">
                <Facts>
                    {started}
                    {due}
                    {last}
                    {row(t!("journey.interval_label", locale = lang).into_owned(), interval.into_owned())}
                    {aftercare}
                </Facts>
            </div>
        </section>
        {ahead}
    }
}

/// How it went so far.
fn numbers(
    reader: &Reader,
    shown: &Shown,
    history: &[Happened],
    today: NaiveDate,
) -> impl IntoView + use<> {
    let figures = model::figures(history, today);
    (!figures.estimates.is_empty())
        .then(|| figures::section(reader, &shown.journey, &figures, today))
}

/// The patient's other treatments.
pub fn other_journeys(reader: &Reader, journeys: &[Journey]) -> impl IntoView + use<> {
    let lang = reader.lang();
    view! {
        <section aria-labelledby="others-heading">
            <h2 id="others-heading">{t!("journey.others", locale = lang).into_owned()}</h2>
            {list(reader, journeys)}
        </section>
    }
}

/// Journeys, a line each.
fn list(reader: &Reader, journeys: &[Journey]) -> impl IntoView + use<> {
    let lang = reader.lang();
    let rows = journeys
        .iter()
        .map(|journey| {
            let (tone, state) = match (journey.status, journey.stage) {
                (Status::Completed, stage) if stage < journey.total => (None, t!("patients.ended", locale = lang)),
                (Status::Completed, _) => (Some(Tone::Good), t!("patients.completed", locale = lang)),
                (Status::Active, 0) => (None, t!("patients.not_started", locale = lang)),
                (Status::Active, _) => (Some(Tone::Note), t!("journey.active", locale = lang)),
            };
            let started = journey.started_on.map(|day| time::short_day(reader, day));
            view! {
                <li class="row">
                    <span>
                        <a href=format!("/journeys/{}", journey.id.0)>{parts::product_name(lang, journey.product)}</a>
                        " "<span class="figures quiet">{format!("{} / {}", journey.stage, journey.total)}</span>
                    </span>
                    <span>{started}" "<Badge nostrip:tone=tone>{state.into_owned()}</Badge></span>
                </li>
            }
        })
        .collect_view();
    view! { <Rows card=true>{rows}</Rows> }
}
