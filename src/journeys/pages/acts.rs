//! Progress, delay, pause and continue, and the ways back: a form where something has to be said, a page that shows what the
//! act will do, and the act itself. The same for the patient and for those at a desk.

mod form;
pub mod preview;

pub use form::NOTE;
pub use preview::refused_setup;

use super::journey;
use crate::{
    accounts::{Act, Participant, SignedIn},
    error::Fault,
    feature::{Access, Section, act, page, timeline::Timeline},
    journeys::{
        model::{
            Asker, Command, Journey, JourneyId, Kind, Newest, Reason, Refusal, Step, local_day,
        },
        service::{self, Doing, NotMoved, Seen},
        store::{self, Reached},
    },
    ui::{Place, Reader},
};
use axum::{
    Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use form::{Sent, Wrong};
use leptos::prelude::*;
use preview::Shown;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

type Id = Result<Path<i64>, PathRejection>;
type Body = Result<Form<Sent>, FormRejection>;
type Who = SignedIn<Participant>;
type Tells = State<Timeline>;
type Asks = Result<Query<Asked>, QueryRejection>;

pub const ROUTES: &[Section] = &[Section {
    // Patients come here from Today.
    place: Place::split("/", "/patients"),
    routes: &[
        page("/journeys/{id}/progress", Access::TREATMENT, || {
            get(|who: Who, id: Id| ask(who, id, None, Kind::Progress))
        }),
        act("/journeys/{id}/progress", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::Progress)
            })
        }),
        page("/journeys/{id}/delay", Access::TREATMENT, || {
            get(|who: Who, id: Id, asked: Asks| ask(who, id, Some(asked), Kind::Delay))
        }),
        act("/journeys/{id}/delay", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::Delay)
            })
        }),
        page("/journeys/{id}/pause", Access::TREATMENT, || {
            get(|who: Who, id: Id, asked: Asks| ask(who, id, Some(asked), Kind::Pause))
        }),
        act("/journeys/{id}/pause", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::Pause)
            })
        }),
        page("/journeys/{id}/continue", Access::TREATMENT, || {
            get(|who: Who, id: Id| ask(who, id, None, Kind::Continue))
        }),
        act("/journeys/{id}/continue", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::Continue)
            })
        }),
        page("/journeys/{id}/back", Access::TREATMENT, || {
            get(|who: Who, id: Id, asked: Asks| ask(who, id, Some(asked), Kind::StepBack))
        }),
        act("/journeys/{id}/back", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::StepBack)
            })
        }),
        page("/journeys/{id}/take-back", Access::TREATMENT, || {
            get(|who: Who, id: Id| ask(who, id, None, Kind::TakeBack))
        }),
        act("/journeys/{id}/take-back", Access::TREATMENT, || {
            post(|timeline: Tells, who: Who, id: Id, body: Body| {
                answer(timeline, who, id, body, Kind::TakeBack)
            })
        }),
    ],
}];

/// What a link to a form says already.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Why, as a reason's code.
    reason: String,
    /// The report that the act answers, which leads back to it.
    report: Option<i64>,
}

/// The address of an act's page.
pub fn path(journey: JourneyId, act: impl Into<Kind>) -> String {
    let act = match act.into() {
        Kind::Progress => "progress",
        Kind::Delay => "delay",
        Kind::Pause => "pause",
        Kind::Continue => "continue",
        Kind::StepBack => "back",
        Kind::TakeBack => "take-back",
    };
    format!("/journeys/{}/{act}", journey.0)
}

/// For a patient who confirmed a change that was none, as long as they can take it back: the quiet way to it. `newest` is
/// the newest event of their journey.
pub fn take_back(
    reader: &Reader,
    journey: &Journey,
    newest: Option<&Newest>,
) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let at = Command::TakeBack { at: reader.now };
    let today = reader.today();
    journey.decide(newest, at, Asker::Patient, today).ok()?;
    let words = t!("back.offer", locale = lang).into_owned();
    Some(view! { <p class="quiet"><a href=path(journey.id, Kind::TakeBack)>{words}</a></p> })
}

/// A journey as the pages of an act show it.
struct Subject {
    reached: Reached,
    newest: Option<Newest>,
    today: NaiveDate,
    /// Whether it is over, and the patient has begun another treatment since.
    followed: bool,
    /// The report from which somebody at a desk has come, and to which they go back.
    report: Option<i64>,
}

impl Subject {
    async fn load(
        db: &mut PgConnection,
        participant: &Participant,
        act: &Act,
        reader: &Reader,
        journey: JourneyId,
    ) -> Result<Self, Fault> {
        let reached = service::reach(db, participant, act, journey).await?;
        let newest = store::newest(db, journey).await?;
        let today = local_day(reader.now, reached.patient.zone());
        let followed = service::is_followed(db, &reached.journey, reached.patient.id).await?;
        Ok(Self {
            reached,
            newest,
            today,
            followed,
            report: None,
        })
    }

    /// The same, reached from a report: a desk's, for a patient has their own ways back.
    fn reached_from(self, report: Option<i64>) -> Self {
        let report = report.filter(|_| !self.reached.own);
        Self { report, ..self }
    }

    fn asker(&self) -> Asker {
        if self.reached.own {
            Asker::Patient
        } else {
            Asker::Clinic
        }
    }

    /// What an act would do, or why not.
    fn decide(&self, command: Command) -> Result<Step, Refusal> {
        let journey = &self.reached.journey;
        let decided = journey.decide(self.newest.as_ref(), command, self.asker(), self.today);
        match decided {
            Ok(step) if step.back && self.followed => Err(Refusal::Completed),
            decided => decided,
        }
    }

    fn seen(&self) -> Seen {
        Seen::of(&self.reached.journey, self.newest.map(|newest| newest.id))
    }
}

/// The page that an act begins with.
async fn ask(
    signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    asked: Option<Result<Query<Asked>, QueryRejection>>,
    act: Kind,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let asked = asked
        .transpose()?
        .map(|Query(asked)| asked)
        .unwrap_or_default();
    let SignedIn {
        actor,
        act: by,
        reader,
        mut db,
    } = signed_in;
    let subject = Subject::load(&mut db, &actor, &by, &reader, JourneyId(id)).await?;
    let subject = subject.reached_from(asked.report);
    let command = match act {
        Kind::Progress => Command::Progress,
        Kind::Continue => Command::Continue,
        Kind::TakeBack => Command::TakeBack { at: reader.now },
        Kind::Delay | Kind::Pause | Kind::StepBack => {
            let sent = Sent::new(&subject).because(asked.reason);
            return Ok(form::show(&reader, &subject, act, &sent, &[]));
        }
    };
    Ok(preview::show(
        &reader,
        &subject,
        command,
        None,
        Shown::First,
    ))
}

/// What was sent: a form to be shown what it would do, one to be changed once more, or the act itself.
async fn answer(
    State(timeline): State<Timeline>,
    mut signed_in: SignedIn<Participant>,
    path: Result<Path<i64>, PathRejection>,
    body: Result<Form<Sent>, FormRejection>,
    act: Kind,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = body?;
    let seen = sent.seen().ok_or(Fault::Malformed)?;
    let SignedIn {
        actor,
        act: by,
        reader,
        db,
    } = &mut signed_in;
    if sent.confirms(act) {
        // What cannot be read is asked for again below, with all that was typed.
        if let Ok(command) = sent.command(act, reader.now) {
            let doing = Doing {
                journey: JourneyId(id),
                seen,
                command,
                shown: sent.shown(),
                note: sent.note(),
            };
            let done = service::act(db, actor, by, reader.language, doing, reader.now).await;
            return match done {
                Ok(()) => done_page(db, actor, JourneyId(id), command, sent.report()).await,
                Err(NotMoved::Stale) => {
                    let subject = Subject::load(db, actor, by, reader, JourneyId(id)).await?;
                    let subject = subject.reached_from(sent.report());
                    if subject.seen() == seen {
                        // Nothing happened but midnight, or a change of zone: other dates than were shown.
                        let again = Shown::Again;
                        return Ok(preview::show(reader, &subject, command, Some(&sent), again));
                    }
                    stale(
                        db,
                        &timeline,
                        (actor, by, reader),
                        JourneyId(id),
                        sent.note(),
                    )
                    .await
                }
                Err(NotMoved::Refused(refusal)) => {
                    let subject = Subject::load(db, actor, by, reader, JourneyId(id)).await?;
                    let subject = subject.reached_from(sent.report());
                    Ok(match Wrong::of(refusal) {
                        Some(wrong) => form::show(reader, &subject, act, &sent, &[wrong]),
                        None => preview::refused(reader, &subject, act, refusal),
                    })
                }
                Err(NotMoved::Fault(fault)) => Err(fault),
            };
        }
    }
    let subject = Subject::load(db, actor, by, reader, JourneyId(id)).await?;
    let subject = subject.reached_from(sent.report());
    if subject.seen() != seen {
        return stale(
            db,
            &timeline,
            (actor, by, reader),
            JourneyId(id),
            sent.note(),
        )
        .await;
    }
    Ok(match sent.command(act, reader.now) {
        Err(wrong) => form::show(reader, &subject, act, &sent, &wrong),
        Ok(_) if sent.changes() && has_form(act) => form::show(reader, &subject, act, &sent, &[]),
        Ok(command) => match subject.decide(command) {
            Err(refusal) if Wrong::of(refusal).is_some() => {
                let wrong: Vec<Wrong> = Wrong::of(refusal).into_iter().collect();
                form::show(reader, &subject, act, &sent, &wrong)
            }
            _ => preview::show(reader, &subject, command, Some(&sent), Shown::First),
        },
    })
}

/// Whether something has to be said about an act before it can be shown what it does.
fn has_form(act: Kind) -> bool {
    matches!(act, Kind::Delay | Kind::Pause | Kind::StepBack)
}

/// What a patient means by a reason that somebody has to hear of: it is told the dentist in a report, not by a delay alone.
fn trouble(command: Command) -> Option<Reason> {
    match command {
        Command::Delay { reason, .. } | Command::Pause { reason, .. } => {
            Some(reason).filter(|reason| {
                matches!(
                    reason,
                    Reason::Pain | Reason::NotFitting | Reason::LostOrBroken
                )
            })
        }
        _ => None,
    }
}

/// Where somebody is led after an act: a patient home, or to tell the dentist what is wrong; anybody else to the report that they
/// came from, or to the journey.
async fn done_page(
    db: &mut PgConnection,
    participant: &Participant,
    id: JourneyId,
    command: Command,
    report: Option<i64>,
) -> Result<Response, Fault> {
    let owner = store::owner(db, id).await?;
    let own = owner.is_some() && owner == participant.patient();
    let to = if own && let Some(reason) = trouble(command) {
        format!("/something-wrong/{}?saved", reason.code())
    } else if own {
        "/?saved".to_owned()
    } else if let Some(report) = report {
        format!("/reports/{report}?moved")
    } else {
        format!("/journeys/{}?saved", id.0)
    };
    Ok(Redirect::to(&to).into_response())
}

/// The form came too late: nothing was changed, and this is how things are.
async fn stale(
    db: &mut PgConnection,
    timeline: &Timeline,
    (participant, act, reader): (&Participant, &Act, &Reader),
    id: JourneyId,
    note: Option<&str>,
) -> Result<Response, Fault> {
    let reached = service::reach(db, participant, act, id).await?;
    let note = note.map(ToOwned::to_owned);
    journey::stale(db, timeline, reader, reached, note).await
}
