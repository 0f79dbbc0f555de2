//! One case: the photos of a stage beside the stage's before and the first's, what was decided, and the decision.

mod beside;
mod shown;
mod sure;
mod table;

pub use shown::{gone, told};

use super::{
    form::{About, Seen, Sent, Wrong},
    queue,
};
use crate::{
    accounts::{self, Act, Dentist, Namesakes, Role, SignedIn, UserId},
    audit,
    care::Scope,
    error::Fault,
    ids::{PhotoId, ReviewId},
    journeys::{
        self, PatientHead,
        model::{Journey, JourneyId, Newest},
    },
    messages::{self, Message},
    photos::{self, Finding, Photo, View},
    platform::clock::local_moment,
    reports,
    reviews::{
        model::{Kind, RetakeReason},
        service::{self, Deciding, NotDecided},
        store::{self, Case, Decided, Lately, Note, Review, Shown},
    },
    ui::Reader,
    wear,
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use std::cmp::Reverse;

#[derive(Deserialize)]
pub struct Asked {
    show: Option<String>,
    decided: Option<ReviewId>,
    /// A decision just taken back: what was typed with it stands in the form again.
    back: Option<ReviewId>,
    /// The view that is looked at.
    view: Option<String>,
    /// A decision whose panel is to be open: "retake", with the view marked.
    decide: Option<String>,
    /// Of several photos of the view at this stage, the one that is looked at; and the earlier one beside it.
    now: Option<PhotoId>,
    before: Option<PhotoId>,
}

/// Reports that are looked through; more than ever wait.
const REPORTS: i64 = 100;
/// How many of the newest messages stand beside a case.
const MESSAGES: i64 = 3;

/// All that a case's page shows.
struct Opened {
    journey: Journey,
    patient: PatientHead,
    newest: Option<Newest>,
    stage: i32,
    photos: Vec<Photo>,
    /// Those of them that wait for a decision.
    waiting: Vec<PhotoId>,
    /// Who looks.
    me: UserId,
    /// What could be better about them.
    findings: Vec<Finding>,
    wear: Option<wear::ForDentist>,
    /// The newest of each view, of the stage before and of the first that there are photos of.
    before: Vec<Photo>,
    notes: Vec<Note>,
    /// The newest messages, newest first.
    messages: Vec<Message>,
    reviews: Vec<Review>,
    retakes: Vec<(ReviewId, View, RetakeReason)>,
    cases: Vec<Case>,
    /// What tells apart those of one name among the cases, and the one that was just decided on.
    namesakes: Namesakes,
    /// The photos that the next case begins with.
    ahead: Vec<PhotoId>,
    /// What the patient reported and waits for an answer.
    reported: Vec<reports::Open>,
    /// What other patients did.
    elsewhere: Vec<reports::Open>,
    /// What was decided last today.
    just: Vec<Lately>,
}

/// What is looked at; what is not said is chosen by what there is.
#[derive(Clone, Copy, Default)]
struct Looked {
    view: Option<View>,
    now: Option<PhotoId>,
    before: Option<PhotoId>,
}

impl Opened {
    async fn load(
        db: &mut PgConnection,
        dentist: &Dentist,
        act: &Act,
        reader: &Reader,
        (journey, stage): (JourneyId, i32),
        (shown, done): (Shown, Option<&Decided>),
    ) -> Result<Self, Fault> {
        let (journey, patient, photos) =
            service::open_case(db, dentist, act, journey, stage).await?;
        let reviews = store::of_stage(db, journey.id, stage).await?;
        let scope = Scope::from(dentist);
        let cases = store::queue(db, scope, shown, reader.now, queue::CASES).await?;
        let today = local_moment(reader.today(), NaiveTime::MIN, reader.zone);
        let just = store::decided_since(db, scope, today, queue::JUST).await?;
        let reported = reports::open_of_dentist(db, scope, Some(patient.id), REPORTS).await?;
        let (reported, elsewhere): (Vec<_>, Vec<_>) = reported
            .into_iter()
            .partition(|report| report.patient == patient.id);
        // Others stand in the list beside it.
        let mut listed: Vec<_> = (cases.iter().map(|case| case.patient))
            .chain(just.iter().map(|decided| decided.patient))
            .chain(elsewhere.iter().map(|report| report.patient))
            .collect();
        listed.sort_unstable();
        listed.dedup();
        if !listed.is_empty() {
            audit::record(db, act.listing(&listed)).await?;
        }
        let named = cases.iter().map(Case::named);
        let named = named.chain(done.map(Decided::named));
        let named = named.chain(just.iter().map(Lately::named));
        let named = named.chain(elsewhere.iter().map(reports::Open::named));
        let namesakes = accounts::namesakes(db, reader, named.chain([patient.named()])).await?;
        let messages = messages::newest(db, journey.id, dentist.dentist_id(), MESSAGES).await?;
        if !messages.is_empty() {
            let entry = act.in_role(Role::Dentist).entry(messages::Action::Read);
            let entry = entry.on("journeys", journey.id.0).about(patient.id.0);
            audit::record(db, entry).await?;
        }
        let ahead = match behind(&cases, (journey.id, stage)) {
            Some(next) => store::first_seen(db, next.journey, next.stage).await?,
            None => Vec::new(),
        };
        let ids: Vec<ReviewId> = reviews.iter().map(|review| review.id).collect();
        Ok(Self {
            newest: journeys::newest(db, journey.id).await?,
            before: store::before(db, journey.id, stage).await?,
            notes: store::notes(db, journey.id).await?,
            findings: photos::findings(db, journey.id, stage).await?,
            wear: wear::for_dentist(db, journey.id, reader.now).await?,
            messages,
            retakes: store::retakes(db, &ids).await?,
            cases,
            namesakes,
            ahead,
            reported,
            elsewhere,
            just,
            journey,
            patient,
            stage,
            photos: photos.all,
            waiting: photos.waiting,
            me: act.by,
            reviews,
        })
    }

    fn place(&self) -> Option<usize> {
        place(&self.cases, (self.journey.id, self.stage))
    }

    /// The newest decision that was not taken back.
    fn last(&self) -> Option<&Review> {
        self.reviews
            .iter()
            .find(|review| review.withdrawn.is_none())
    }

    /// The decision that stands: nothing has come since.
    fn standing(&self) -> Option<&Review> {
        self.last().filter(|_| self.waiting.is_empty())
    }

    /// Whether nothing was decided and no photo came, went or became another view since somebody saw it.
    fn is_as_seen(&self, previous: Option<ReviewId>, photos: &[(PhotoId, Option<View>)]) -> bool {
        let mut seen = photos.to_vec();
        seen.sort_unstable_by_key(|(id, _)| Reverse(*id));
        let stand = self.photos.iter().map(|photo| (photo.id, Some(photo.view)));
        self.reviews.first().map(|review| review.id) == previous && stand.eq(seen)
    }

    /// The retake that what waits here was sent for.
    fn answered(&self) -> Option<&Review> {
        self.last()
            .filter(|last| last.kind == Kind::Retake && !self.waiting.is_empty())
    }

    /// Whether a view's newest photo came after an earlier decision.
    fn is_new(&self, view: View) -> bool {
        let newest = self.photos.iter().find(|photo| photo.view == view);
        self.last().is_some() && newest.is_some_and(|photo| self.waiting.contains(&photo.id))
    }

    /// The first view that was asked for again and has come.
    fn came_again(&self) -> Option<View> {
        let asked = self.answered()?.id;
        let views = self.retakes.iter().filter(|(id, ..)| *id == asked);
        views
            .map(|(_, view, _)| *view)
            .find(|view| self.is_new(*view))
    }

    /// Why a view is likely to be wanted again: what was found of its newest photo, or that there is none.
    fn likely(&self, view: View) -> Option<RetakeReason> {
        let Some(newest) = self.photos.iter().find(|photo| photo.view == view) else {
            return Some(RetakeReason::Missing);
        };
        let mut findings = self.findings.iter();
        let found = findings.find(|found| found.photo == newest.id)?;
        match (found.blurred, found.dark, found.looks_like) {
            (true, ..) => Some(RetakeReason::Blurred),
            (false, true, _) => Some(RetakeReason::TooDark),
            (false, false, Some(_)) => Some(RetakeReason::WrongAngle),
            (false, false, None) => None,
        }
    }

    /// The form with the view marked that a retake is asked for of, where it is known why.
    fn marked(&self, mut sent: Sent) -> Sent {
        if sent.is_marking()
            && let Some(view) = sent.standard_view()
            && let Some(reason) = self.likely(view)
        {
            sent.mark(view, reason);
        }
        sent
    }

    /// What the patient reported that no dentist has seen.
    fn unseen(&self) -> impl Iterator<Item = &reports::Open> {
        let is_new = |report: &&reports::Open| report.state == reports::State::New;
        self.reported.iter().filter(is_new)
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

    fn about(&self, shown: Shown, view: View, now: DateTime<Utc>) -> About {
        About {
            action: self.action(),
            patient: self.patient.name(),
            previous: self.reviews.first().map(|review| review.id),
            photos: self
                .photos
                .iter()
                .map(|photo| (photo.id, photo.view))
                .collect(),
            event: self.newest.as_ref().map(|newest| newest.id),
            reports: self.unseen().map(|report| report.id).collect(),
            holds: self.holds(now),
            show: shown.name(),
            view,
            next: self.next(),
        }
    }

    /// Where its form goes.
    fn action(&self) -> String {
        format!("/journeys/{}/reviews/{}", self.journey.id.0, self.stage)
    }

    /// The case that one goes on to from this one.
    fn next(&self) -> Option<(JourneyId, i32)> {
        let next = behind(&self.cases, (self.journey.id, self.stage))?;
        Some((next.journey, next.stage))
    }
}

/// Where a case stands among others.
fn place(cases: &[Case], (journey, stage): (JourneyId, i32)) -> Option<usize> {
    cases
        .iter()
        .position(|case| (case.journey, case.stage) == (journey, stage))
}

/// The case behind this one; behind the last, the first.
fn behind(cases: &[Case], this: (JourneyId, i32)) -> Option<&Case> {
    let at = place(cases, this).map_or(0, |at| at + 1);
    let next = cases.get(at).or_else(|| cases.first())?;
    ((next.journey, next.stage) != this).then_some(next)
}

pub async fn case(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<(JourneyId, i32)>, PathRejection>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path((journey, stage)) = path?;
    let Query(asked) = query?;
    let shown = queue::shown(asked.show.as_deref())?;
    let view = match asked.view.as_deref() {
        Some(name) => Some(View::named(name).ok_or(Fault::Malformed)?),
        None => None,
    };
    let marks = match asked.decide.as_deref() {
        None | Some("") => false,
        Some(name) if name == Kind::Retake.name() => true,
        Some(_) => return Err(Fault::Malformed),
    };
    let looked = Looked {
        view,
        now: asked.now,
        before: asked.before,
    };
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let place = (journey, stage);
    let done = decided(&mut db, &actor, &act, asked.decided).await?;
    let which = (shown, done.as_ref());
    let opened = Opened::load(&mut db, &actor, &act, &reader, place, which).await?;
    let back = opened.reviews.first().filter(|newest| {
        Some(newest.id) == asked.back && newest.withdrawn.is_some() && newest.actor == act.by
    });
    let (sent, why) = match back {
        Some(review) => (Sent::again(review, &opened.retakes), Why::Back),
        None if marks => {
            let view = table::chosen(&opened, looked);
            (opened.marked(Sent::asking(view)), Why::Opening)
        }
        None => (Sent::default(), Why::Asked(done)),
    };
    let shows = (shown, looked);
    Ok(self::shown::show(&reader, &opened, shows, &sent, &why))
}

/// Why the page is shown.
enum Why {
    /// It was asked for, after a decision on another case or without one.
    Asked(Option<Decided>),
    /// A decision was taken back.
    Back,
    /// A decision that takes something is begun, and nothing is decided yet: "come and see me" its note, a retake its views.
    Opening,
    /// Something in the form cannot be taken.
    Wrong(Vec<Wrong>),
    /// Somebody decided first, photos came, went or became another view, or the journey moved.
    Stale,
    /// What was to be taken back has taken effect.
    TooLate,
}

pub async fn decide(
    mut signed_in: SignedIn<Dentist>,
    path: Result<Path<(JourneyId, i32)>, PathRejection>,
    body: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path((journey, stage)) = path?;
    let Form(sent) = body?;
    let shown = queue::shown(Some(&sent.show))?;
    let Seen {
        previous,
        photos,
        event,
        reports,
    } = sent.seen().ok_or(Fault::Malformed)?;
    let decision = if sent.is_inviting() || sent.is_marking() {
        None
    } else {
        Some(sent.decision().ok_or(Fault::Malformed)?)
    };
    let SignedIn {
        actor,
        act,
        reader,
        db,
    } = &mut signed_in;
    let place = (journey, stage);
    let why = match &decision {
        None => Why::Opening,
        Some(Err(wrong)) => Why::Wrong(wrong.clone()),
        Some(Ok(decision)) => {
            let next = next(db, actor, reader, (place, sent.next()), shown).await?;
            let deciding = Deciding {
                journey: place.0,
                stage,
                decision,
                note: sent.note(),
                clinic_note: sent.clinic_note(),
                previous,
                photos: &photos,
                event,
                sure: sent.is_sure(),
                reports: &reports,
            };
            match service::decide(db, actor, act, deciding, reader.now).await {
                Ok(review) => return Ok(onward(next.as_ref(), shown, review)),
                Err(NotDecided::Stale) => {
                    match twice(db, (actor, act), place, previous, &sent).await? {
                        Some(review) => return Ok(onward(next.as_ref(), shown, review)),
                        None => Why::Stale,
                    }
                }
                Err(NotDecided::Reported) => Why::Wrong(vec![Wrong::Reported]),
                Err(NotDecided::Fault(fault)) => return Err(fault),
            }
        }
    };
    let opened = Opened::load(db, actor, act, reader, place, (shown, None)).await?;
    let why = match why {
        Why::Opening if !opened.is_as_seen(previous, &photos) => Why::Stale,
        why => why,
    };
    let looked = Looked {
        view: sent.view(),
        ..Looked::default()
    };
    let sent = opened.marked(sent);
    let shows = (shown, looked);
    Ok(self::shown::show(reader, &opened, shows, &sent, &why))
}

/// To the next case, or to where it says that there is none.
fn onward(next: Option<&Case>, shown: Shown, review: ReviewId) -> Response {
    let to = match next {
        Some(next) => queue::address(next, shown, Some(review)),
        None => format!("/reviews?show={}&decided={review}", shown.name()),
    };
    Redirect::to(&to).into_response()
}

/// The decision that was just taken by the same press: sent twice, it is taken once.
async fn twice(
    db: &mut PgConnection,
    (dentist, act): (&Dentist, &Act),
    (journey, stage): (JourneyId, i32),
    previous: Option<ReviewId>,
    sent: &Sent,
) -> Result<Option<ReviewId>, Fault> {
    let reviews = store::of_stage(db, journey, stage).await?;
    let Some(newest) = reviews.first() else {
        return Ok(None);
    };
    let retakes = store::retakes(db, &[newest.id]).await?;
    let taken = store::decided(db, Scope::from(dentist), newest.id, act.by).await?;
    let taken = taken.filter(|taken| taken.open && taken.previous == previous);
    // With another note, other views or other days it is another decision.
    Ok(taken
        .filter(|_| sent.says(newest, &retakes))
        .map(|taken| taken.id))
}

/// The case behind this one in the queue; behind the last, the first. Pressed twice, this one has left the queue: then the case
/// that was seen behind it, so that both presses lead to the same.
async fn next(
    db: &mut PgConnection,
    dentist: &Dentist,
    reader: &Reader,
    ((journey, stage), seen): ((JourneyId, i32), Option<(JourneyId, i32)>),
    shown: Shown,
) -> Result<Option<Case>, Fault> {
    let scope = Scope::from(dentist);
    let cases = store::queue(db, scope, shown, reader.now, queue::CASES).await?;
    let here = cases
        .iter()
        .position(|case| (case.journey, case.stage) == (journey, stage));
    let mut others = cases;
    Ok(match here {
        Some(at) => {
            others.rotate_left(at);
            others.into_iter().nth(1)
        }
        None => {
            let at = others
                .iter()
                .position(|case| Some((case.journey, case.stage)) == seen);
            others.into_iter().nth(at.unwrap_or(0))
        }
    })
}

/// Takes a decision back, and leads to its case again.
pub async fn withdraw(
    signed_in: SignedIn<Dentist>,
    path: Result<Path<ReviewId>, PathRejection>,
    body: Result<Form<Back>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(review) = path?;
    let Form(back) = body?;
    let shown = queue::shown(Some(&back.show))?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let taken = store::decided(&mut db, Scope::from(&actor), review, act.by).await?;
    let withdrawn = service::withdraw(&mut db, &actor, &act, review, reader.now).await?;
    let Some(place) = store::place(&mut db, review, act.by).await? else {
        return Err(Fault::NotFound);
    };
    // Now, or before.
    if withdrawn || taken.is_none() {
        let (journey, stage) = (place.0.0, place.1);
        let show = shown.name();
        let to = format!("/journeys/{journey}/reviews/{stage}?show={show}&back={review}");
        return Ok(Redirect::to(&to).into_response());
    }
    let opened = Opened::load(&mut db, &actor, &act, &reader, place, (shown, None)).await?;
    let sent = Sent::default();
    Ok(self::shown::show(
        &reader,
        &opened,
        (shown, Looked::default()),
        &sent,
        &Why::TooLate,
    ))
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
    dentist: &Dentist,
    act: &Act,
    review: Option<ReviewId>,
) -> Result<Option<Decided>, Fault> {
    Ok(match review {
        Some(review) => store::decided(db, Scope::from(dentist), review, act.by).await?,
        None => None,
    })
}
