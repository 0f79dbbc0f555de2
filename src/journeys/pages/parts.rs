//! Pieces that several pages of a journey share: the ring, the timeline, the plan, and their words.

use crate::{
    feature::timeline::Aside,
    journeys::{
        line::{self, Line, Strip, Thumbnail},
        model::{EventId, EventType, Journey, Newest, Plan, Product, Reason, State, Status},
        store::{By, Change, ChangeType, Entry, Event},
    },
    photos::{self, Photo},
    ui::{Banner, ButtonKind, Icon, IconName, Lines, LinkButton, Reader, Tone, time},
};
use chrono::NaiveDate;
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;

/// What one stage of this product is called: "aligner 9", "wire 3".
pub fn stage_name(lang: &str, product: Product, stage: i32) -> String {
    match product {
        Product::Aligners => t!("stage.aligners", locale = lang, stage = stage),
        Product::ClearBraces => t!("stage.clear_braces", locale = lang, stage = stage),
    }
    .into_owned()
}

pub fn product_name(lang: &str, product: Product) -> String {
    match product {
        Product::Aligners => t!("product.aligners", locale = lang),
        Product::ClearBraces => t!("product.clear_braces", locale = lang),
    }
    .into_owned()
}

pub fn reason_name(lang: &str, reason: Reason) -> String {
    match reason {
        Reason::NotFitting => t!("reason.not_fitting", locale = lang),
        Reason::LostOrBroken => t!("reason.lost_or_broken", locale = lang),
        Reason::Pain => t!("reason.pain", locale = lang),
        Reason::Illness => t!("reason.illness", locale = lang),
        Reason::Travel => t!("reason.travel", locale = lang),
        Reason::DentistHold => t!("reason.dentist_hold", locale = lang),
        Reason::ConfirmedByMistake => t!("reason.confirmed_by_mistake", locale = lang),
        Reason::Other => t!("reason.other", locale = lang),
    }
    .into_owned()
}

/// What an act is called on a button.
pub fn act_name(lang: &str, journey: &Journey, act: EventType) -> String {
    match act {
        EventType::Progress if journey.stage >= journey.total => {
            t!("act.finish", locale = lang).into_owned()
        }
        EventType::Progress => {
            let stage = stage_name(lang, journey.product, journey.stage + 1);
            t!("act.progress", locale = lang, stage = stage).into_owned()
        }
        EventType::Delay => t!("act.delay", locale = lang).into_owned(),
        EventType::Pause => t!("act.pause", locale = lang).into_owned(),
        EventType::Continue => t!("act.continue", locale = lang).into_owned(),
    }
}

/// The ring: which stage of how many, and the days left in it.
pub fn ring(
    reader: &Reader,
    journey: &Journey,
    newest: Option<&Newest>,
    today: NaiveDate,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let state = journey.state(newest);
    let done = f64::from(journey.stage) / f64::from(journey.total.max(1)) * 100.0;
    let (class, below) = match state {
        State::NotStarted => ("ring", t!("ring.not_started", locale = lang)),
        State::Paused { .. } => ("ring ring-paused", t!("ring.paused", locale = lang)),
        State::Completed if journey.ended_early(newest) => {
            ("ring ring-paused", t!("ring.ended", locale = lang))
        }
        State::Completed => ("ring ring-done", t!("ring.completed", locale = lang)),
        State::Wearing { due } => match (due - today).num_days() {
            0 => ("ring ring-due", t!("ring.due_today", locale = lang)),
            1 => ("ring", t!("ring.days_left.one", locale = lang)),
            -1 => ("ring ring-due", t!("ring.days_late.one", locale = lang)),
            days @ 2.. => (
                "ring",
                t!("ring.days_left.other", locale = lang, days = days),
            ),
            days => (
                "ring ring-due",
                t!("ring.days_late.other", locale = lang, days = -days),
            ),
        },
    };
    let of = t!("ring.of", locale = lang, total = journey.total).into_owned();
    view! {
        <div class=class>
            <svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
                <circle class="ring-track" cx="60" cy="60" r="54"></circle>
                <circle
                    class="ring-value" cx="60" cy="60" r="54" pathLength="100"
                    stroke-dasharray=format!("{done:.1} 100")
                ></circle>
            </svg>
            <p class="ring-text">
                <span class="ring-stage">{journey.stage}</span>
                <span class="ring-of">{of}</span>
                <span class="ring-below">{below.into_owned()}</span>
            </p>
        </div>
    }
}

/// The coming stages with their dates, folded.
pub fn plan(reader: &Reader, journey: &Journey, plan: Plan) -> impl IntoView + use<> {
    let lang = reader.lang();
    let product = journey.product;
    // The newest of what is to come on top, as in the timeline below it.
    let rows = plan
        .coming
        .iter()
        .rev()
        .map(|(stage, day)| {
            view! { <li class="row"><span>{stage_name(lang, product, *stage)}</span>{time::short_day(reader, *day)}</li> }
        })
        .collect_view();
    let count = plan.coming.len();
    let heading = match count {
        1 => t!("plan.heading.one", locale = lang),
        _ => t!("plan.heading.other", locale = lang, count = count),
    };
    view! {
        <details class="card plan">
            <summary>
                <Icon name=IconName::Calendar/>
                <span>{heading.into_owned()}</span>
            </summary>
            <ol class="rows" reversed>
                <li class="row row-strong">
                    <span>{t!("plan.last_day", locale = lang).into_owned()}</span>
                    {time::short_day(reader, plan.last_day)}
                </li>
                {rows}
            </ol>
        </details>
    }
}

/// What a timeline needs to know besides its entries.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    pub journey: &'a Journey,
    pub photos: &'a [Photo],
    /// What stands between the entries, newest first.
    pub asides: &'a [Aside],
    /// Whether the newest of the entries is the journey's newest.
    pub from_the_newest: bool,
    /// Whether the reader lives it.
    pub own: bool,
    /// All of it is for paper: nothing is linked to, and every picture is there at once.
    pub printed: bool,
    /// The event that was linked to.
    pub linked: Option<EventId>,
}

/// The entries, newest first, with the photos of each stage below the event that began it.
pub fn timeline(reader: &Reader, told: Told<'_>, entries: &[Entry]) -> impl IntoView + use<> {
    let rows = InertElement::new(line::items(&lines(reader, told, entries)));
    view! { <ol class="timeline" id=line::LIST reversed>{rows}</ol> }
}

/// The same, in words alone.
pub fn lines(reader: &Reader, told: Told<'_>, entries: &[Entry]) -> Vec<Line> {
    let mut newest = told.from_the_newest;
    let mut asides = told.asides.iter().peekable();
    let mut lines = Vec::with_capacity(entries.len() + told.asides.len());
    for entry in entries {
        while let Some(aside) = asides.next_if(|aside| aside.at >= entry.at()) {
            lines.push(aside_line(reader, aside));
        }
        lines.push(match entry {
            Entry::Change(change) => change_line(reader, told, change),
            Entry::Event(event) => {
                let is_newest = std::mem::take(&mut newest);
                let completes = is_newest
                    && told.journey.status == Status::Completed
                    && event.event_type == EventType::Progress
                    && event.due.is_none();
                event_line(reader, told, completes, event)
            }
        });
    }
    lines.extend(asides.map(|aside| aside_line(reader, aside)));
    lines
}

fn event_line(reader: &Reader, told: Told<'_>, completes: bool, event: &Event) -> Line {
    let lang = reader.lang();
    let stage = stage_name(lang, told.journey.product, event.stage);
    // A change of stage that has a reason leads back.
    let back = event.event_type == EventType::Progress && event.reason.is_some();
    let (class, icon, words) = match event.event_type {
        EventType::Progress if completes => (
            "event event-done",
            IconName::Flag,
            t!("event.completed", locale = lang),
        ),
        EventType::Progress if back && event.stage == 0 => (
            "event event-delay",
            IconName::Clock,
            t!("event.not_started", locale = lang),
        ),
        EventType::Progress if back => (
            "event event-delay",
            IconName::Clock,
            t!("event.back", locale = lang, stage = stage),
        ),
        EventType::Progress if event.stage == 1 => (
            "event event-progress",
            IconName::Play,
            t!("event.started", locale = lang, stage = stage),
        ),
        EventType::Progress => (
            "event event-progress",
            IconName::Check,
            t!("event.progress", locale = lang, stage = stage),
        ),
        EventType::Delay if event.reason == Some(Reason::DentistHold) => (
            "event event-delay",
            IconName::Clock,
            t!("event.hold", locale = lang, stage = stage),
        ),
        EventType::Delay => (
            "event event-delay",
            IconName::Clock,
            t!("event.delay", locale = lang, stage = stage),
        ),
        EventType::Pause => (
            "event event-pause",
            IconName::Pause,
            t!("event.pause", locale = lang),
        ),
        EventType::Continue => (
            "event event-progress",
            IconName::Play,
            t!("event.continue", locale = lang, stage = stage),
        ),
    };
    let due = event.due.map(|due| {
        t!(
            "event.due",
            locale = lang,
            date = time::long_date(reader, due)
        )
        .into_owned()
    });
    let resume = event.resume_on.map(|day| {
        t!(
            "event.resume",
            locale = lang,
            date = time::long_date(reader, day)
        )
        .into_owned()
    });
    let reason = event
        .reason
        .filter(|reason| *reason != Reason::DentistHold || event.event_type != EventType::Delay)
        .map(|reason| reason_name(lang, reason));
    let photos = (event.event_type == EventType::Progress && !completes && !back)
        .then(|| {
            told.photos
                .iter()
                .filter(|photo| photo.stage == event.stage)
                .collect::<Vec<_>>()
        })
        .filter(|photos| !photos.is_empty())
        .map(|photos| strip(reader, &photos, told.printed));
    let link = (!told.printed).then(|| {
        let (journey, id) = (told.journey.id.0, event.id.0);
        format!("/journeys/{journey}?event={id}#event-{id}")
    });
    let facts = [reason, due, resume, by(reader, told, &event.by)];
    Line {
        event: Some(event.id.0),
        class: class.into(),
        icon: icon.path().into(),
        words: words.into_owned(),
        leads_to: None,
        at: time::told_on(reader, event.at, event.on),
        link,
        linked: told.linked == Some(event.id),
        facts: facts.into_iter().flatten().collect(),
        note: event.note.clone(),
        strip: photos,
    }
}

/// Who did it, where it was not the reader.
fn by(reader: &Reader, told: Told<'_>, by: &By) -> Option<String> {
    let lang = reader.lang();
    match by {
        By::Patient if told.own => None,
        By::Patient => Some(t!("event.by_patient", locale = lang).into_owned()),
        By::Dentist(name) => Some(t!("event.by", locale = lang, name = name).into_owned()),
        By::Clinic => Some(t!("event.by_clinic", locale = lang).into_owned()),
    }
}

fn change_line(reader: &Reader, told: Told<'_>, change: &Change) -> Line {
    let lang = reader.lang();
    let ended = change.change_type == ChangeType::Ended;
    let (class, icon, words) = if ended {
        (
            "event event-done",
            IconName::Flag,
            t!("event.ended", locale = lang),
        )
    } else {
        (
            "event event-plan",
            IconName::Calendar,
            t!("event.revised", locale = lang),
        )
    };
    let stages = (change.total.0 != change.total.1).then(|| {
        t!(
            "event.stages",
            locale = lang,
            before = change.total.0,
            after = change.total.1
        )
        .into_owned()
    });
    let interval = (change.interval_days.0 != change.interval_days.1).then(|| {
        t!(
            "event.interval",
            locale = lang,
            before = change.interval_days.0,
            after = change.interval_days.1
        )
        .into_owned()
    });
    let facts = [stages, interval, by(reader, told, &change.by)];
    Line {
        event: None,
        class: class.into(),
        icon: icon.path().into(),
        words: words.into_owned(),
        leads_to: None,
        at: time::told_on(reader, change.at, change.on),
        link: None,
        linked: false,
        facts: facts.into_iter().flatten().collect(),
        note: change.note.clone(),
        strip: None,
    }
}

fn aside_line(reader: &Reader, aside: &Aside) -> Line {
    Line {
        event: None,
        class: aside.class.into(),
        icon: aside.icon.path().into(),
        words: aside.words.clone(),
        leads_to: aside.link.clone(),
        at: time::told(reader, aside.at),
        link: None,
        linked: false,
        facts: aside.facts.clone(),
        note: aside.note.clone(),
        strip: None,
    }
}

/// What else there is of their journey, for a patient: at a desk the record's tabs lead there. Wear time is that of the treatment
/// under way, if it is kept of it.
pub fn places(lang: &'static str, journey: &Journey) -> impl IntoView + use<> {
    let wear = journey.wear && journey.status == Status::Active;
    let journey = journey.id.0;
    let link = |path: &str, icon: IconName, words: String| {
        view! {
            <LinkButton href=format!("/journeys/{journey}/{path}") icon=icon>{words}</LinkButton>
        }
    };
    view! {
        <nav class="actions" aria-label=t!("journey.places", locale = lang).into_owned()>
            {link("photos", IconName::Camera, t!("nav.photos", locale = lang).into_owned())}
            {link("messages#write", IconName::Message, t!("nav.messages", locale = lang).into_owned())}
            {wear.then(|| link("wear", IconName::Clock, t!("wear.title", locale = lang).into_owned()))}
        </nav>
    }
}

/// What the newest of them ask of the patient now, above everything else.
pub fn prompts(asides: &[Aside]) -> impl IntoView + use<> {
    asides
        .iter()
        .filter_map(|aside| aside.prompt.as_ref())
        .enumerate()
        .map(|(n, prompt)| {
            let kind = match n {
                0 => ButtonKind::Primary,
                _ => ButtonKind::Secondary,
            };
            let details = prompt
                .details
                .iter()
                .map(|detail| {
                    let photo = detail.photo.clone().map(|(id, alt)| {
                        view! { <a href=format!("/photos/{id}")><img src=format!("/photos/{id}/thumbnail") alt=alt decoding="async"/></a> }
                    });
                    let pictured = photo.is_some();
                    view! { <li class:told-photo=pictured>{photo}<span>{detail.words.clone()}</span></li> }
                })
                .collect_view();
            let link = prompt.link.clone().map(|(href, label)| {
                view! { <LinkButton href kind>{label}</LinkButton> }
            });
            let words = prompt.words.clone();
            view! {
                <Banner tone=Tone::Attention>
                    <p><strong>{words}</strong></p>
                    <Lines>{details}</Lines>
                    {link}
                </Banner>
            }
        })
        .collect_view()
}

fn strip(reader: &Reader, photos: &[&Photo], at_once: bool) -> Strip {
    let lang = reader.lang();
    let photos = photos.iter().map(|photo| Thumbnail {
        id: photo.id.0,
        alt: photos::alt(lang, photo.view, photo.stage),
        width: photo.width,
        height: photo.height,
    });
    Strip {
        label: t!("photo.strip", locale = lang).into_owned(),
        photos: photos.collect(),
        at_once,
    }
}
