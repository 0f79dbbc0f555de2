//! "Something's wrong?": what to wear now, how soon to ask for help, and the ways to ask. General words of a clinic, never a
//! finding.

mod form;
mod plan;

use super::send::Typed;
use crate::{
    accounts::{Patient, SignedIn},
    care::Scope,
    error::Fault,
    ids::ReportId,
    journeys::{
        self,
        model::{EventType, Journey, Product, Reason, State, Status},
    },
    photos,
    practices::{self, Treating},
    reports::{
        self,
        model::{Kind, NOTE},
        service::NotReported,
        store::{self, Report, Told},
        view,
    },
    ui::{
        ATTACH, Banner, Icon, IconName, LinkButton, Page, PageHeader, PlaceLink, Places, Reader,
        Tone, page, telephone, time,
    },
};
use axum::{
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::Response,
};
use chrono::TimeDelta;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// How many of the newest photos are offered to go with a report.
const OFFERED: i64 = 12;

/// How many of the patient's newest reports are listed; the timeline tells all of them.
const LISTED: usize = 5;

/// What is wrong: something to report, or a reason why the plan cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Report(Kind),
    Illness,
    Travel,
}

impl What {
    const ALL: [Self; 5] = [
        Self::Report(Kind::Pain),
        Self::Report(Kind::NotFitting),
        Self::Report(Kind::LostOrBroken),
        Self::Illness,
        Self::Travel,
    ];

    /// In addresses.
    fn name(self) -> &'static str {
        match self {
            Self::Report(kind) => kind.name(),
            Self::Illness => "illness",
            Self::Travel => "travel",
        }
    }

    fn words(self, lang: &str) -> String {
        match self {
            Self::Report(kind) => view::kind_name(lang, kind),
            Self::Illness => t!("wrong.illness", locale = lang).into_owned(),
            Self::Travel => t!("wrong.travel", locale = lang).into_owned(),
        }
    }

    fn hint(self, lang: &str, product: Product) -> String {
        match (self, product) {
            (Self::Report(Kind::Pain), _) => t!("wrong.hint.pain", locale = lang),
            (Self::Report(Kind::NotFitting), Product::Aligners) => {
                t!("wrong.hint.not_fitting.aligners", locale = lang)
            }
            (Self::Report(Kind::NotFitting), Product::ClearBraces) => {
                t!("wrong.hint.not_fitting.clear_braces", locale = lang)
            }
            (Self::Report(Kind::LostOrBroken), Product::Aligners) => {
                t!("wrong.hint.lost_or_broken.aligners", locale = lang)
            }
            (Self::Report(Kind::LostOrBroken), Product::ClearBraces) => {
                t!("wrong.hint.lost_or_broken.clear_braces", locale = lang)
            }
            (Self::Illness, _) => t!("wrong.hint.illness", locale = lang),
            (Self::Travel, _) => t!("wrong.hint.travel", locale = lang),
        }
        .into_owned()
    }

    fn icon(self) -> IconName {
        match self {
            Self::Report(Kind::Pain) => IconName::Triangle,
            Self::Report(Kind::NotFitting) => IconName::Info,
            Self::Report(Kind::LostOrBroken) => IconName::Search,
            Self::Illness => IconName::Pause,
            Self::Travel => IconName::Pin,
        }
    }
}

pub async fn choose(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let journey = journeys::current(&mut db, actor.id()).await?;
    let treating = practices::treating(&mut db, actor.id()).await?;
    let reports = match &journey {
        Some(journey) => store::of_journey(&mut db, journey.id, None, None).await?,
        None => Vec::new(),
    };
    let lang = reader.lang();
    let title = t!("wrong.title", locale = lang).into_owned();
    let product = journey
        .as_ref()
        .map_or(Product::Aligners, |journey| journey.product);
    Ok(page(&reader, Page::titled(title.clone()), || {
        let choices = journey.as_ref().map(|_| {
            let choices = What::ALL
                .into_iter()
                .map(|what| {
                    view! {
                        <li>
                            <a class="wrong-choice" href=format!("/something-wrong/{}", what.name())>
                                <span class="wrong-icon"><Icon name=what.icon()/></span>
                                <span class="wrong-words">
                                    <strong>{what.words(lang)}</strong>
                                    <span class="quiet block">{what.hint(lang, product)}</span>
                                </span>
                                <Icon name=IconName::ArrowRight/>
                            </a>
                        </li>
                    }
                })
                .collect_view();
            view! { <ul class="card wrong-choices">{choices}</ul> }
        });
        view! {
            <PageHeader title back=("/".to_owned(), t!("nav.home", locale = lang).into_owned())/>
            {emergency(lang)}
            {choices}
            {made(&reader, &reports)}
            {practices::card(&reader, treating.as_ref())}
        }
    }))
}

/// What the patient has reported so far, the newest first, closed or not: each leads to what was said and answered.
fn made(reader: &Reader, reports: &[Told]) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let each = reports
        .iter()
        .take(LISTED)
        .map(|report| {
            let day = report.created.with_timezone(&reader.zone).date_naive();
            let words = view::kind_name(lang, report.kind);
            let text = time::long_date(reader, day);
            let fact = view::state_name(lang, report.state);
            let href = format!("/reports/{}", report.id);
            view! { <li><PlaceLink href icon=IconName::Flag words text fact/></li> }
        })
        .collect_view();
    let label = t!("report.own", locale = lang).into_owned();
    (!reports.is_empty()).then(|| {
        view! {
            <div>
                <h2>{label.clone()}</h2>
                <Places label>{each}</Places>
            </div>
        }
    })
}

/// What does not wait for a clinic: the number dials.
fn emergency(lang: &'static str) -> impl IntoView {
    let words = t!("wrong.emergency", locale = lang, number = "112");
    let words = telephone::linked(&words);
    view! {
        <Banner tone=Tone::Attention icon=IconName::Triangle>
            <p>{words}</p>
        </Banner>
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Present after a delay or a pause for this reason.
    saved: Option<String>,
    /// A report of theirs that was closed, and is still wrong.
    again: Option<ReportId>,
}

pub async fn advise(
    signed_in: SignedIn<Patient>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(name) = path?;
    let Query(asked) = query?;
    let what = What::ALL
        .into_iter()
        .find(|what| what.name() == name)
        .ok_or(Fault::NotFound)?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let journey = journeys::current(&mut db, actor.id())
        .await?
        .ok_or(Fault::NotFound)?;
    let treating = practices::treating(&mut db, actor.id()).await?;
    match what {
        What::Report(kind) => {
            // What was put off or paused a moment ago, and what was said of it then.
            let after = match asked.saved {
                Some(_) => journeys::last_said(&mut db, journey.id, actor.id()).await?,
                None => None,
            };
            let after = after.filter(|said| reader.now - said.at < TimeDelta::minutes(10));
            let again = match asked.again {
                Some(id) => store::visible(&mut db, id, Scope::from(&actor)).await?,
                None => None,
            };
            let again = again.filter(|report| report.state == reports::State::Closed);
            let note = match &again {
                Some(report) => Some(once_more(&reader, report)),
                None => after.as_ref().and_then(|said| said.note.clone()),
            };
            let typed = Typed {
                note: note.unwrap_or_default(),
                ..Typed::default()
            };
            let subject = Subject {
                journey: &journey,
                treating: treating.as_ref(),
                kind,
                saved: after.is_some(),
                again: again.as_ref(),
            };
            show(&mut db, &reader, subject, &typed, None).await
        }
        What::Illness | What::Travel => {
            let reason = match what {
                What::Travel => Reason::Travel,
                _ => Reason::Illness,
            };
            let newest = journeys::newest(&mut db, journey.id).await?;
            // What can be done as things stand.
            let acts: &[EventType] = match journey.state(newest.as_ref()) {
                State::Wearing { .. } => &[EventType::Delay, EventType::Pause],
                State::Paused { .. } => &[EventType::Continue],
                State::NotStarted | State::Completed => &[],
            };
            Ok(plan::plan_page(
                &reader,
                &journey,
                treating.as_ref(),
                (what, reason),
                acts,
            ))
        }
    }
}

/// The note of a report that is made again: that it is, and what was said before, as much of it as there is room for.
fn once_more(reader: &Reader, report: &Report) -> String {
    let day = report.created.with_timezone(&reader.zone).date_naive();
    let date = time::long_date(reader, day);
    let lead = t!("report.again.note", locale = reader.lang(), date = date);
    let note = match &report.note {
        Some(note) => format!("{lead}\n{note}"),
        None => lead.into_owned(),
    };
    note.chars().take(NOTE).collect()
}

/// What a report would be about.
pub struct Subject<'a> {
    pub journey: &'a Journey,
    pub treating: Option<&'a Treating>,
    pub kind: Kind,
    /// Whether a delay or a pause was kept just now.
    pub saved: bool,
    /// The closed report that it is about once more.
    pub again: Option<&'a Report>,
}

/// What to wear now, how soon to ask, and the form that tells the dentist.
pub async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    subject: Subject<'_>,
    typed: &Typed,
    wrong: Option<NotReported>,
) -> Result<Response, Fault> {
    let offered = photos::gallery(db, subject.journey.id, None, OFFERED).await?;
    let lang = reader.lang();
    let Subject {
        journey,
        treating,
        kind,
        saved,
        again,
    } = subject;
    let title = view::kind_name(lang, kind);
    let status = match wrong {
        None => StatusCode::OK,
        Some(NotReported::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(NotReported::SentBefore) => StatusCode::CONFLICT,
        Some(NotReported::BrokenOff) => StatusCode::BAD_REQUEST,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page(
        reader,
        Page::titled(title.clone())
            .status(status)
            .with_module(&ATTACH),
        || {
            view! {
                <PageHeader title back=("/something-wrong".to_owned(), t!("wrong.title", locale = lang).into_owned())/>
                {saved.then(|| view! {
                    <Banner tone=Tone::Good><p>{t!("wrong.plan_saved", locale = lang).into_owned()}</p></Banner>
                })}
                {again.map(|report| earlier(reader, report))}
                {advice(reader, journey, kind, treating)}
                {form::form(reader, journey, kind, treating, &offered, typed, wrong)}
                {practices::card(reader, treating)}
            }
        },
    ))
}

/// Which report it is about once more, and where that one and its answer are.
fn earlier(reader: &Reader, report: &Report) -> impl IntoView + use<> {
    let lang = reader.lang();
    let day = report.created.with_timezone(&reader.zone).date_naive();
    let date = time::long_date(reader, day);
    let words = t!("report.again.text", locale = lang, date = date).into_owned();
    let href = format!("/reports/{}", report.id);
    view! {
        <Banner tone=Tone::Note>
            <p>{words}</p>
            <a href=href>{t!("report.again.earlier", locale = lang).into_owned()}</a>
        </Banner>
    }
}

/// Whether nothing is worn yet.
fn is_before_start(journey: &Journey) -> bool {
    journey.stage < 1 && journey.status == Status::Active
}

/// What to wear now, or what to do where nothing is taken in and out.
pub(super) fn wear_now(lang: &'static str, journey: &Journey, kind: Kind) -> impl IntoView + use<> {
    let aligners = journey.product == Product::Aligners;
    // The one before it, by its number; who wears the first has none.
    let before = journeys::stage_name(lang, journey.product, journey.stage - 1);
    let first = journey.stage < 2;
    let before_start = is_before_start(journey);
    let wear = match (kind, aligners) {
        (_, true) if journey.status == Status::Completed => {
            t!("wrong.wear.completed.aligners", locale = lang)
        }
        (_, false) if journey.status == Status::Completed => {
            t!("wrong.wear.completed.clear_braces", locale = lang)
        }
        // Before the first, nothing is worn that could be kept in.
        (_, true) if before_start => t!(
            "wrong.wear.before.aligners",
            locale = lang,
            stage = journeys::stage_name(lang, journey.product, 1)
        ),
        (Kind::Pain, true) if first => t!("wrong.wear.pain.first", locale = lang),
        (Kind::Pain, true) => t!("wrong.wear.pain.aligners", locale = lang, before = before),
        (Kind::Pain, false) => t!("wrong.wear.pain.clear_braces", locale = lang),
        (Kind::NotFitting, true) if first => t!("wrong.wear.not_fitting.first", locale = lang),
        (Kind::NotFitting, true) => t!(
            "wrong.wear.not_fitting.aligners",
            locale = lang,
            before = before
        ),
        (Kind::NotFitting, false) => t!("wrong.wear.not_fitting.clear_braces", locale = lang),
        (Kind::LostOrBroken, true) if first => t!("wrong.wear.lost_or_broken.first", locale = lang),
        (Kind::LostOrBroken, true) => t!(
            "wrong.wear.lost_or_broken.aligners",
            locale = lang,
            before = before
        ),
        (Kind::LostOrBroken, false) => t!("wrong.wear.lost_or_broken.clear_braces", locale = lang),
    };
    let title = match aligners && !before_start {
        true => t!("wrong.wear.title.aligners", locale = lang),
        false => t!("wrong.wear.title.clear_braces", locale = lang),
    };
    view! {
        <div>
            <h2 id="wear-now">{title.into_owned()}</h2>
            <p>{wear.into_owned()}</p>
        </div>
    }
}

/// What to wear now, how soon to ask for help, and how to reach the practice.
fn advice(
    reader: &Reader,
    journey: &Journey,
    kind: Kind,
    treating: Option<&Treating>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let aligners = journey.product == Product::Aligners;
    let before_start = is_before_start(journey);
    let soon = match kind {
        Kind::NotFitting | Kind::LostOrBroken if before_start && aligners => {
            t!("wrong.soon.before", locale = lang)
        }
        Kind::Pain => t!("wrong.soon.pain", locale = lang),
        Kind::NotFitting => t!("wrong.soon.not_fitting", locale = lang),
        Kind::LostOrBroken => t!("wrong.soon.lost_or_broken", locale = lang),
    };
    let told = tell(lang, treating);
    let advice = view! {
        {wear_now(lang, journey, kind)}
        <div>
            <h2>{t!("wrong.soon.title", locale = lang).into_owned()}</h2>
            <p>{soon.into_owned()}</p>
        </div>
        // The form is below the first view of a phone.
        <LinkButton href="#report" icon=IconName::Send>{told}</LinkButton>
        {practices::reach(reader, treating)}
        {general(lang)}
    };
    advised(Some("wear-now"), advice)
}

/// The card of what to do now; `named_by` is the id of its first heading.
pub(super) fn advised(named_by: Option<&'static str>, advice: impl IntoView) -> impl IntoView {
    view! { <section class="card stack wrong-advice" aria-labelledby=named_by>{advice}</section> }
}

/// Whom a report is told.
pub(super) fn tell(lang: &str, treating: Option<&Treating>) -> String {
    match treating {
        Some(treating) => t!("report.tell", locale = lang, name = treating.name),
        None => t!("report.tell_clinic", locale = lang),
    }
    .into_owned()
}

/// Whose words go before these.
pub(super) fn general(lang: &'static str) -> impl IntoView {
    view! { <p class="quiet">{t!("wrong.general", locale = lang).into_owned()}</p> }
}
