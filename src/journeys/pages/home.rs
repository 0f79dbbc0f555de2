//! A patient's home: what do I do now, and when next?

use super::{acts, parts};
use crate::{
    accounts::{Anyone, Role, SignedIn, UserId},
    error::Fault,
    journeys::{
        asides::{self, Aside},
        model::{
            Asker, Command, EventId, EventType, Journey, Newest, Product, Refusal, State, local_day,
        },
        store::{self, By},
    },
    photos,
    ui::{Banner, Icon, IconName, Page, Reader, Tone, or_empty, page, time},
};
use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Events on the first page of the timeline; more are a page away.
pub const EVENTS: usize = 50;

#[derive(Deserialize)]
pub struct Done {
    /// Present after an act: so that the page can say that it was kept.
    saved: Option<String>,
}

/// Everybody's first page: a patient's own, the list of patients for those at a desk.
pub async fn home(who: SignedIn<Anyone>, query: Query<Done>) -> Result<Response, Fault> {
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = who;
    if !person.has(Role::Patient) {
        let desk = if person.has(Role::Dentist) && person.dentist_id.is_some() {
            "/today"
        } else {
            "/patients"
        };
        return Ok(Redirect::to(desk).into_response());
    }
    let said = query.saved.is_some().then_some(Said::Saved);
    show(&mut db, &reader, person.id, person.zone, said).await
}

/// What the page says of what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Saved,
    /// The form that was sent was opened before the journey last moved; with the note that was in it.
    Stale(Option<String>),
}

impl Said {
    pub fn status(said: Option<&Self>) -> StatusCode {
        match said {
            Some(Self::Stale(_)) => StatusCode::CONFLICT,
            Some(Self::Saved) | None => StatusCode::OK,
        }
    }
}

/// Home again for a patient whose form came too late: nothing was changed, and this is how things are.
pub async fn stale(
    db: &mut PgConnection,
    reader: &Reader,
    patient: UserId,
    zone: Tz,
    note: Option<String>,
) -> Result<Response, Fault> {
    show(db, reader, patient, zone, Some(Said::Stale(note))).await
}

/// Whose journey is shown, and as whose.
#[derive(Clone, Copy)]
pub struct Of {
    pub patient: UserId,
    /// Whether the reader lives it.
    pub own: bool,
    /// Whether the reader may see its photos.
    pub with_photos: bool,
}

/// A page of a journey's timeline, with what a page shows of it.
pub struct Shown {
    pub journey: Journey,
    pub page: store::Page,
    pub photos: Vec<photos::store::Photo>,
    /// What other features tell between its entries.
    pub asides: Vec<Aside>,
}

impl Shown {
    /// Whether there is anything to tell.
    pub fn is_told(&self) -> bool {
        !self.page.entries.is_empty() || !self.asides.is_empty()
    }

    /// The newest event, if this is the first page.
    pub fn newest(&self) -> Option<&Newest> {
        self.page.newest.as_ref()
    }

    /// The journey's first page; with its photos, for whoever may see them.
    pub async fn load(
        db: &mut PgConnection,
        reader: &Reader,
        of: Of,
        journey: Journey,
    ) -> Result<Self, Fault> {
        Self::load_before(db, reader, of, journey, (None, EVENTS)).await
    }

    /// A page of so many events before one.
    pub async fn load_before(
        db: &mut PgConnection,
        reader: &Reader,
        of: Of,
        journey: Journey,
        (before, limit): (Option<EventId>, usize),
    ) -> Result<Self, Fault> {
        let page = store::timeline(db, of.patient, &journey, before, limit).await?;
        let part = asides::Part {
            reader,
            journey: journey.id,
            stage: journey.stage,
            own: of.own,
            with_photos: of.with_photos,
            since: page
                .more_before
                .and(page.entries.last())
                .map(store::Entry::at),
            before,
        };
        let asides = asides::of(db, part).await?;
        let photos = match page.stages().filter(|_| of.with_photos) {
            Some((first, last)) => photos::store::of_stages(db, journey.id.0, first, last).await?,
            None => Vec::new(),
        };
        Ok(Self {
            journey,
            page,
            photos,
            asides,
        })
    }

    /// What is said above a page after an act, if the newest event is the reader's own of the last
    /// minutes: the address that asks for it may be an old one, or come from a link.
    pub fn saying(
        &self,
        reader: &Reader,
        said: Option<Said>,
        own: bool,
    ) -> Option<impl IntoView + use<>> {
        let lang = reader.lang();
        let (tone, words, note) = match said? {
            Said::Stale(note) => (
                Tone::Attention,
                if own {
                    t!("home.stale", locale = lang).into_owned()
                } else {
                    t!("home.stale_desk", locale = lang).into_owned()
                },
                note,
            ),
            Said::Saved => {
                let newest = self.page.entries.first()?;
                let (words, by) = match newest {
                    store::Entry::Event(event) => {
                        (saved(reader, &self.journey, event, own)?, &event.by)
                    }
                    store::Entry::Change(change) => {
                        (t!("home.saved", locale = lang).into_owned(), &change.by)
                    }
                };
                let fresh = reader.now - newest.at() < TimeDelta::minutes(10)
                    && (*by == By::Patient) == own;
                (Tone::Good, fresh.then_some(words)?, None)
            }
        };
        let note = note.map(|note| {
            view! {
                <p>{t!("home.stale_note", locale = lang).into_owned()}</p>
                <q class="event-note"><bdi>{note}</bdi></q>
            }
        });
        Some(view! { <Banner tone><p>{words}</p>{note}</Banner> })
    }
}

/// What has been kept.
fn saved(reader: &Reader, journey: &Journey, newest: &store::Event, own: bool) -> Option<String> {
    let lang = reader.lang();
    let stage = parts::stage_name(lang, journey.product, journey.stage);
    let date = newest.due.map(|due| time::long_date(reader, due));
    Some(
        match (newest.event_type, date) {
            (EventType::Progress, Some(_)) if own => {
                t!("home.switched", locale = lang, stage = stage)
            }
            (EventType::Progress, Some(_)) => {
                t!("home.switched_desk", locale = lang, stage = stage)
            }
            (EventType::Progress, None) if own => t!("home.finished", locale = lang),
            (EventType::Progress, None) => t!("home.finished_desk", locale = lang),
            (EventType::Pause, _) => t!("home.paused", locale = lang),
            (_, Some(date)) => t!("home.moved", locale = lang, date = date),
            (_, None) => return None,
        }
        .into_owned(),
    )
}

async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    patient: UserId,
    zone: Tz,
    said: Option<Said>,
) -> Result<Response, Fault> {
    let lang = reader.lang();
    let title = Page::titled(t!("home.title", locale = lang)).status(Said::status(said.as_ref()));
    let Some(journey) = store::current(db, patient).await? else {
        return Ok(page(reader, title, || {
            view! {
                <section class="welcome">
                    <h1>{t!("home.none.title", locale = lang).into_owned()}</h1>
                    <p class="lead">{t!("home.none.text", locale = lang).into_owned()}</p>
                </section>
            }
        }));
    };
    let of = Of {
        patient,
        own: true,
        with_photos: true,
    };
    let shown = Shown::load(db, reader, of, journey).await?;
    let today = local_day(reader.now, zone);
    Ok(page(reader, title, || {
        let newest = shown.newest();
        let journey = &shown.journey;
        let plan = journey.plan(newest, today);
        let last_day = plan.as_ref().map(|plan| plan.last_day);
        let told = parts::Told {
            journey,
            photos: &shown.photos,
            asides: &shown.asides,
            from_the_newest: true,
            own: true,
            links: false,
            linked: None,
        };
        let timeline = shown
            .is_told()
            .then(|| parts::timeline(reader, told, &shown.page.entries));
        let ahead = plan
            .filter(|plan| !plan.coming.is_empty())
            .map(|plan| parts::plan(reader, journey, plan));
        view! {
            {shown.saying(reader, said, true)}
            {reader.unread.then(|| unread(lang))}
            {parts::prompts(&shown.asides)}
            <section class="hero">
                {parts::ring(reader, journey, newest, today)}
                <div class="hero-words">
                    {now(reader, journey, newest, today)}
                    {last_day.map(|day| view! {
                        <p class="quiet">{t!("home.last_day", locale = lang).into_owned()}" "{time::day(reader, day)}</p>
                    })}
                </div>
            </section>
            <section aria-labelledby="timeline-heading">
                <h2 id="timeline-heading">{t!("home.timeline", locale = lang).into_owned()}</h2>
                {ahead}
                {or_empty(timeline, t!("home.timeline_empty", locale = lang))}
                {shown.page.more_before.map(|before| view! {
                    <a class="button button-quiet" href=format!("/journeys/{}?before={}", journey.id.0, before.0)>
                        {t!("list.earlier", locale = lang).into_owned()}
                    </a>
                })}
            </section>
        }
    }))
}

/// That there is a message.
fn unread(lang: &'static str) -> impl IntoView {
    view! {
        <Banner tone=Tone::Note>
            <div class="stack">
                <p><strong>{t!("home.unread", locale = lang).into_owned()}</strong></p>
                <p><a class="button button-primary" href="/messages?show=own">{t!("home.unread_read", locale = lang).into_owned()}</a></p>
            </div>
        </Banner>
    }
}

/// The one next act, or why there is none.
fn now(
    reader: &Reader,
    journey: &Journey,
    newest: Option<&Newest>,
    today: NaiveDate,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let next = parts::stage_name(lang, journey.product, journey.stage + 1);
    let act = journey.decide(newest, Command::Progress, Asker::Patient, today);
    let state = journey.state(newest);
    let button_to = |act: EventType, text: String| {
        view! {
            <a class="button button-primary button-wide" href=acts::path(journey.id, act)>
                {text}
                <Icon name=IconName::ArrowRight/>
            </a>
        }
    };
    let button = |text: String| button_to(EventType::Progress, text);
    let (heading, text, action) = match (state, act) {
        (State::Completed, _) if journey.ended_early(newest) => (
            t!("now.ended.title", locale = lang).into_owned(),
            Some(t!("now.ended.text", locale = lang).into_owned()),
            None,
        ),
        (State::Completed, _) => (
            t!("now.completed.title", locale = lang).into_owned(),
            Some(t!("now.completed.text", locale = lang).into_owned()),
            None,
        ),
        (State::Paused { .. }, _) => (
            t!("now.paused.title", locale = lang).into_owned(),
            Some(t!("now.paused.text", locale = lang).into_owned()),
            Some(button_to(
                EventType::Continue,
                t!("act.continue", locale = lang).into_owned(),
            )),
        ),
        (State::NotStarted, _) => (
            t!("now.not_started.title", locale = lang, stage = next).into_owned(),
            Some(
                match journey.product {
                    Product::Aligners => t!("now.not_started.aligners", locale = lang),
                    Product::ClearBraces => t!("now.not_started.clear_braces", locale = lang),
                }
                .into_owned(),
            ),
            Some(button(
                t!(
                    "now.not_started.button",
                    locale = lang,
                    stage = parts::stage_name(lang, journey.product, 1)
                )
                .into_owned(),
            )),
        ),
        (State::Wearing { due }, act) => {
            let date = time::long_date(reader, due);
            let days = (due - today).num_days();
            let last = journey.stage >= journey.total;
            let heading = match (last, days) {
                (true, 1..) => t!("now.last.title", locale = lang, date = date),
                (true, _) => t!("now.last.due", locale = lang),
                (false, 0) => t!("now.due_today", locale = lang, stage = next),
                (false, 1) => t!("now.due_tomorrow", locale = lang, stage = next),
                (false, 2..) => t!("now.due", locale = lang, stage = next, date = date),
                (false, _) => t!("now.owed", locale = lang, stage = next, date = date),
            };
            let text = match act {
                _ if matches!((last, days), (true, ..=0) | (false, 0 | 1)) => {
                    Some(t!("now.exactly", locale = lang, date = date).into_owned())
                }
                Err(Refusal::TooEarly { allowed_from, .. }) => Some(
                    t!(
                        "now.too_early",
                        locale = lang,
                        date = time::long_date(reader, allowed_from)
                    )
                    .into_owned(),
                ),
                _ => None,
            };
            let action = act.ok().map(|act| {
                button(if act.completes {
                    t!("now.finish", locale = lang).into_owned()
                } else {
                    t!("now.switched", locale = lang, stage = next).into_owned()
                })
            });
            (heading.into_owned(), text, action)
        }
    };
    // The two quiet ones, while there is something to put off.
    let quiet = matches!(state, State::Wearing { .. }).then(|| {
        [EventType::Delay, EventType::Pause]
            .map(|act| {
                view! {
                    <a class="button button-quiet" href=acts::path(journey.id, act)>
                        {parts::act_name(lang, journey, act)}
                    </a>
                }
            })
            .into_iter()
            .collect_view()
    });
    view! {
        <h1>{heading}</h1>
        {text.map(|text| view! { <p class="lead">{text}</p> })}
        {action}
        {quiet.map(|quiet| view! { <div class="actions">{quiet}</div> })}
    }
}
