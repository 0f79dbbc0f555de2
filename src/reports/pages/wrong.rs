//! "Something's wrong?": what to wear now, how soon to ask for help, and the ways to ask. General words of a clinic, never a
//! finding.

use super::send::Typed;
use crate::{
    accounts::{Patient, SignedIn},
    error::Fault,
    journeys::{
        self,
        model::{EventType, Journey, Product, Reason, State, Status},
    },
    photos::{self, Variant, store::Photo},
    practices::{self, Treating},
    reports::{
        model::{Kind, NOTE, PHOTOS},
        service::NotReported,
        view,
    },
    ui::{
        ATTACH, Banner, Button, ButtonKind, Card, FieldHint, Icon, IconName, LinkButton, Page,
        PageHeader, Picks, Reader, SummaryButton, TextArea, Tone, attached, field, hidden, page,
        telephone,
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
use uuid::Uuid;

/// How many of the newest photos are offered to go with a report.
const OFFERED: i64 = 12;

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
    let journey = journeys::store::current(&mut db, actor.id()).await?;
    let treating = practices::store::treating(&mut db, actor.id()).await?;
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
            {practices::card(&reader, treating.as_ref())}
        }
    }))
}

/// What does not wait for a clinic.
fn emergency(lang: &'static str) -> impl IntoView {
    view! {
        <Banner tone=Tone::Attention><p>{t!("wrong.emergency", locale = lang).into_owned()}</p></Banner>
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Present after a delay or a pause for this reason.
    saved: Option<String>,
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
    let journey = journeys::store::current(&mut db, actor.id())
        .await?
        .ok_or(Fault::NotFound)?;
    let treating = practices::store::treating(&mut db, actor.id()).await?;
    match what {
        What::Report(kind) => {
            // What was put off or paused a moment ago, and what was said of it then.
            let after = match asked.saved {
                Some(_) => journeys::store::last_said(&mut db, journey.id, actor.id()).await?,
                None => None,
            };
            let after = after.filter(|said| reader.now - said.at < TimeDelta::minutes(10));
            let typed = Typed {
                note: after
                    .as_ref()
                    .and_then(|said| said.note.clone())
                    .unwrap_or_default(),
                ..Typed::default()
            };
            let subject = Subject {
                journey: &journey,
                treating: treating.as_ref(),
                kind,
                saved: after.is_some(),
            };
            show(&mut db, &reader, subject, &typed, None).await
        }
        What::Illness | What::Travel => {
            let reason = match what {
                What::Travel => Reason::Travel,
                _ => Reason::Illness,
            };
            let newest = journeys::store::newest(&mut db, journey.id).await?;
            // What can be done as things stand.
            let acts: &[EventType] = match journey.state(newest.as_ref()) {
                State::Wearing { .. } => &[EventType::Delay, EventType::Pause],
                State::Paused { .. } => &[EventType::Continue],
                State::NotStarted | State::Completed => &[],
            };
            Ok(plan_page(
                &reader,
                &journey,
                treating.as_ref(),
                (what, reason),
                acts,
            ))
        }
    }
}

/// What a report would be about.
pub struct Subject<'a> {
    pub journey: &'a Journey,
    pub treating: Option<&'a Treating>,
    pub kind: Kind,
    /// Whether a delay or a pause was kept just now.
    pub saved: bool,
}

/// What to wear now, how soon to ask, and the form that tells the dentist.
pub async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    subject: Subject<'_>,
    typed: &Typed,
    wrong: Option<NotReported>,
) -> Result<Response, Fault> {
    let offered = photos::store::gallery(db, subject.journey.id.0, None, OFFERED).await?;
    let lang = reader.lang();
    let Subject {
        journey,
        treating,
        kind,
        saved,
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
            let dentist = treating.map(|treating| treating.name.clone());
            view! {
                <PageHeader title back=("/something-wrong".to_owned(), t!("wrong.title", locale = lang).into_owned())/>
                {saved.then(|| view! {
                    <Banner tone=Tone::Good><p>{t!("wrong.plan_saved", locale = lang).into_owned()}</p></Banner>
                })}
                {advice(reader, journey, kind, Some(practices::number(reader, treating)))}
                {form(reader, journey, kind, dentist, &offered, typed, wrong)}
                {practices::card(reader, treating)}
            }
        },
    ))
}

/// What to wear, and when to call; with the number, unless the page says it elsewhere.
pub(super) fn advice(
    reader: &Reader,
    journey: &Journey,
    kind: Kind,
    number: Option<&str>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let aligners = journey.product == Product::Aligners;
    // The one before it, by its number; who wears the first has none.
    let before = journeys::stage_name(lang, journey.product, journey.stage - 1);
    let first = journey.stage < 2;
    let wear = match (kind, aligners) {
        _ if journey.status == Status::Completed => t!("wrong.wear.completed", locale = lang),
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
    let soon = match kind {
        Kind::Pain => t!("wrong.soon.pain", locale = lang),
        Kind::NotFitting => t!("wrong.soon.not_fitting", locale = lang),
        Kind::LostOrBroken => t!("wrong.soon.lost_or_broken", locale = lang),
    };
    let call = number.map(|number| telephone::call(lang, number));
    view! {
        <section class="card stack wrong-advice">
            <div>
                <h2>{if aligners { t!("wrong.wear.title.aligners", locale = lang) } else { t!("wrong.wear.title.clear_braces", locale = lang) }.into_owned()}</h2>
                <p>{wear.into_owned()}</p>
            </div>
            <div>
                <h2>{t!("wrong.soon.title", locale = lang).into_owned()}</h2>
                <p>{soon.into_owned()}</p>
            </div>
            {call}
            <p class="quiet">{t!("wrong.general", locale = lang).into_owned()}</p>
        </section>
    }
}

/// The report: a note, photos, and one button.
fn form(
    reader: &Reader,
    journey: &Journey,
    kind: Kind,
    dentist: Option<String>,
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
        Some(NotReported::TooManyPhotos) => {
            Some(t!("report.too_many_photos", locale = lang, most = PHOTOS))
        }
        Some(_) => Some(t!("report.not_sent", locale = lang)),
        None => None,
    };
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
    let heading = match dentist {
        Some(name) => t!("report.tell", locale = lang, name = name),
        None => t!("report.tell_clinic", locale = lang),
    };
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
            <h2>{heading.into_owned()}</h2>
            {said}
            {hidden("kind", kind.name())}
            {hidden("key", key)}
            {field("note", t!("report.note", locale = lang), Some(t!("report.note_hint", locale = lang).into_owned()), error, move |described_by, invalid| view! {
                <TextArea id="note" name="note" value=note maxlength=most described_by=described_by invalid=invalid/>
            })}
            <fieldset class="report-photos" data-attach="">
                <legend>{t!("report.photos", locale = lang).into_owned()}</legend>
                <FieldHint id="photos-hint" words=t!("report.photos_hint", locale = lang, most = PHOTOS)/>
                // The files last: what breaks off among them leaves the words whole.
                {sent_before}
                <Picks>{file(true)}{file(false)}</Picks>
                {attached(lang)}
            </fieldset>
            <Button kind=ButtonKind::Primary icon=IconName::Send wide=true>{t!("report.send", locale = lang).into_owned()}</Button>
        </form>
    }
}

/// Ill or travelling: how to go on, and what the plan can do.
fn plan_page(
    reader: &Reader,
    journey: &Journey,
    treating: Option<&Treating>,
    (what, reason): (What, Reason),
    acts: &[EventType],
) -> Response {
    let lang = reader.lang();
    let title = what.words(lang);
    let aligners = journey.product == Product::Aligners;
    let text = match (what, aligners) {
        (What::Travel, true) => t!("wrong.wear.travel.aligners", locale = lang),
        (What::Travel, false) => t!("wrong.wear.travel.clear_braces", locale = lang),
        (_, true) => t!("wrong.wear.illness.aligners", locale = lang),
        (_, false) => t!("wrong.wear.illness.clear_braces", locale = lang),
    };
    let soon = match what {
        What::Travel => t!("wrong.soon.travel", locale = lang),
        _ => t!("wrong.soon.illness", locale = lang),
    };
    page(reader, Page::titled(title.clone()), || {
        let each = acts
            .iter()
            .map(|act| {
                let path = journeys::act_path(journey.id, *act);
                let (href, words) = match act {
                    EventType::Delay => (
                        format!("{path}?reason={}", reason.code()),
                        t!("act.delay", locale = lang),
                    ),
                    EventType::Pause => (
                        format!("{path}?reason={}", reason.code()),
                        t!("act.pause", locale = lang),
                    ),
                    EventType::Progress | EventType::Continue => {
                        (path, t!("act.continue", locale = lang))
                    }
                };
                view! { <LinkButton href wide=true>{words.into_owned()}</LinkButton> }
            })
            .collect_view();
        let acts = (!acts.is_empty()).then(|| {
            view! {
                <Card roomy=true labelled_by="plan-heading">
                    <h2 id="plan-heading">{t!("wrong.plan", locale = lang).into_owned()}</h2>
                    <p>{t!("wrong.plan_text", locale = lang).into_owned()}</p>
                    {each}
                </Card>
            }
        });
        view! {
            <PageHeader title back=("/something-wrong".to_owned(), t!("wrong.title", locale = lang).into_owned())/>
            <section class="card stack wrong-advice">
                <div>
                    <h2>{if aligners { t!("wrong.wear.title.aligners", locale = lang) } else { t!("wrong.wear.title.clear_braces", locale = lang) }.into_owned()}</h2>
                    <p>{text.into_owned()}</p>
                </div>
                <div>
                    <h2>{t!("wrong.soon.title", locale = lang).into_owned()}</h2>
                    <p>{soon.into_owned()}</p>
                </div>
                <LinkButton href=format!("/journeys/{}/messages#write", journey.id.0) icon=IconName::Message>
                    {t!("wrong.message", locale = lang).into_owned()}
                </LinkButton>
                <p class="quiet">{t!("wrong.general", locale = lang).into_owned()}</p>
            </section>
            {acts}
            {practices::card(reader, treating)}
        }
    })
}
