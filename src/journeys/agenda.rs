//! What a patient's treatment has them do and when: the steps to come, the last day, the day on which a pause ends; and the steps that
//! were taken.

use super::{
    act_path,
    model::{Asker, Command, EventType, Newest, Plan, State as Stands, due_moment},
    stage_name,
    store::{self, Course, Switched},
};
use crate::{
    feature::agenda::{Item, Outside, Part, State, Telling, Weight, When},
    platform::clock::local_moment,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use rust_i18n::t;
use sqlx::PgConnection;

/// The name of journeys among the features.
pub const NAME: &str = "journeys";

/// What a page has read of the reader's own treatment before it asks for the agenda; none, where there is none.
#[derive(Clone)]
pub struct Known(pub Option<Course>);

pub fn tell<'a>(db: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let Some(patient) = part.viewer.patient() else {
            return Ok(Vec::new());
        };
        let course = match part.known.get::<Known>() {
            Some(Known(course)) => course.clone(),
            None => store::course(db, patient).await?,
        };
        let mut items = course.map_or_else(Vec::new, |course| coming(&part, &course));
        if !part.outside && part.from < part.today() {
            let switched = store::switched(db, patient, part.from, part.until).await?;
            items.extend(switched.iter().map(|switched| done(&part, switched)));
        }
        Ok(items)
    })
}

/// The day of the next step, or of the end of the last one.
pub fn next_day(items: &[Item], zone: Tz) -> Option<NaiveDate> {
    let own = |item: &&Item| item.feature == NAME && item.weight == Weight::Main;
    let coming = |item: &&Item| item.state != State::Done;
    let next = items.iter().filter(own).find(coming)?;
    Some(next.when.day(zone))
}

/// The day on which the treatment is expected to end.
pub fn last_day(items: &[Item], zone: Tz) -> Option<NaiveDate> {
    let last = items
        .iter()
        .find(|item| item.feature == NAME && item.id.ends_with(END))?;
    Some(last.when.day(zone))
}

/// How the last day's name ends.
const END: &str = "-end";

fn coming(part: &Part<'_>, course: &Course) -> Vec<Item> {
    let journey = &course.journey;
    match journey.state(course.newest.as_ref()) {
        Stands::Wearing { due } => journey
            .plan(course.newest.as_ref(), part.today())
            .map(|plan| planned(part, course, due, &plan))
            .unwrap_or_default(),
        Stands::Paused { .. } => resumed(part, course).into_iter().collect(),
        Stands::NotStarted | Stands::Completed => Vec::new(),
    }
}

/// Since when what is planned is planned so: a step that is owed moves all that comes after it, day by day.
fn changed(part: &Part<'_>, course: &Course, due: NaiveDate) -> DateTime<Utc> {
    let owed = due < part.today();
    let moved = owed.then(|| local_moment(part.today(), NaiveTime::MIN, part.zone));
    course
        .changed
        .max(moved)
        .unwrap_or(DateTime::<Utc>::UNIX_EPOCH)
}

fn planned(part: &Part<'_>, course: &Course, due: NaiveDate, plan: &Plan) -> Vec<Item> {
    let lang = part.lang;
    let journey = &course.journey;
    let id = journey.id.0;
    let changed = changed(part, course, due);
    let overdue = |day: NaiveDate| match due < day && day == part.today() {
        true => State::Overdue(due),
        false => State::Coming,
    };
    let outside = |uid: String, day: NaiveDate, words: String| Outside {
        uid,
        words,
        text: t!("calendar.description", locale = lang).into_owned(),
        at: due_moment(day, part.zone),
        changed,
    };
    let mut items: Vec<Item> = plan
        .coming
        .iter()
        .map(|(stage, day)| {
            let name = format!("journey-{id}-stage-{stage}");
            let step = stage_name(lang, journey.product, *stage);
            let words = t!("agenda.switch", locale = lang, stage = step);
            let summary = t!(
                "calendar.change",
                locale = lang,
                stage = stage,
                total = journey.total
            );
            let next = *stage == journey.stage + 1;
            Item {
                text: Some(t!("agenda.then_photos", locale = lang).into_owned()),
                state: if next { overdue(*day) } else { State::Coming },
                act: act(part, course).filter(|_| next).map(|to| {
                    (
                        to,
                        t!("now.switched", locale = lang, stage = step).into_owned(),
                    )
                }),
                outside: Some(outside(name.clone(), *day, summary.into_owned())),
                ..main(course, name, words.into_owned(), *day)
            }
        })
        .collect();
    let name = format!("journey-{id}{END}");
    let words = t!("calendar.last_day", locale = lang).into_owned();
    let last = plan.coming.is_empty();
    items.push(Item {
        state: if last {
            overdue(plan.last_day)
        } else {
            State::Coming
        },
        act: act(part, course)
            .filter(|_| last)
            .map(|to| (to, t!("now.finish", locale = lang).into_owned())),
        outside: Some(outside(name.clone(), plan.last_day, words.clone())),
        ..main(course, name, words, plan.last_day)
    });
    items
}

/// What moves the treatment itself: Today has it in the ring and in the words beside it.
fn main(course: &Course, name: String, words: String, day: NaiveDate) -> Item {
    Item {
        weight: Weight::Main,
        link: Some(format!("/journeys/{}", course.journey.id.0)),
        on_today: true,
        ..Item::new(name, words, When::Day(day))
    }
}

/// Where the next step is confirmed, on the days on which its patient may.
fn act(part: &Part<'_>, course: &Course) -> Option<String> {
    let journey = &course.journey;
    let newest: Option<&Newest> = course.newest.as_ref();
    journey
        .decide(newest, Command::Progress, Asker::Patient, part.today())
        .ok()?;
    Some(act_path(journey.id, EventType::Progress))
}

/// The day on which a pause is meant to end.
fn resumed(part: &Part<'_>, course: &Course) -> Option<Item> {
    let lang = part.lang;
    let meant = course.resume_on?;
    let journey = course.journey.id;
    let day = meant.max(part.today());
    let name = format!("journey-{}-resume", journey.0);
    let words = t!("agenda.resume", locale = lang).into_owned();
    let act = (meant <= part.today()).then(|| {
        let words = t!("act.continue", locale = lang).into_owned();
        (act_path(journey, EventType::Continue), words)
    });
    let state = match meant < day {
        true => State::Overdue(meant),
        false => State::Coming,
    };
    Some(Item {
        state,
        act,
        outside: Some(Outside {
            uid: name.clone(),
            words: t!("calendar.resume", locale = lang).into_owned(),
            text: t!("calendar.description", locale = lang).into_owned(),
            at: due_moment(day, part.zone),
            changed: changed(part, course, meant),
        }),
        ..main(course, name, words, day)
    })
}

fn done(part: &Part<'_>, switched: &Switched) -> Item {
    let lang = part.lang;
    let words = if switched.completed {
        t!("agenda.completed", locale = lang)
    } else {
        let step = stage_name(lang, switched.product, switched.stage);
        t!("agenda.switched", locale = lang, stage = step)
    };
    Item {
        state: State::Done,
        weight: Weight::Main,
        link: Some(format!("/journeys/{}", switched.journey.0)),
        on_today: true,
        ..Item::new(
            format!("event-{}", switched.event.0),
            words,
            When::Day(switched.on),
        )
    }
}
