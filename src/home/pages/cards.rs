//! What stands around the one next act: the dentist's newest decision, the ways on, and what is left of the first day.

use super::{now, today::Today};
use crate::{
    feature::agenda::{self, Item},
    home::store::Decision,
    journeys::{
        self,
        model::{State, Status},
    },
    photos, practices,
    reports::{self, Current},
    reviews::{self, model::Kind},
    ui::{
        Button, ButtonKind, Icon, IconName, Lines, LinkButton, PlaceLink, Places, Quote, Reader,
        hidden, time, with_scripts, without_scripts,
    },
};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use leptos::{either::Either, prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use std::borrow::Cow;

/// For how long a visit is asked for, unless something newer was decided.
const VISIT: TimeDelta = TimeDelta::days(30);

/// What is said of the newest decision, and with that where.
pub enum Said {
    /// It asks for something: above all else.
    Asks(AnyView),
    /// What it asked for has been sent, and waits to be looked at: in the same place.
    Sent(AnyView),
    /// It is news: below.
    Tells(AnyView),
}

/// The newest decision, while it is news, asks for something, or is being answered.
pub fn decision(today: &Today<'_>) -> Option<Said> {
    let decision = today.decision.as_ref()?;
    if today.sent_again() {
        // Said by the one next act, it is not said twice.
        let said = now::says_photos(today);
        return (!said).then(|| Said::Sent(sent_again(today, decision).into_any()));
    }
    let missing = if today.asked_again() {
        decision.missing()
    } else {
        Vec::new()
    };
    let visit = decision.kind == Kind::SeeMe && today.reader.now - decision.at < VISIT;
    let asks = !missing.is_empty() || visit;
    if !asks && !decision.unread {
        return None;
    }
    let card = card(today, decision, &missing, asks).into_any();
    Some(if asks {
        Said::Asks(card)
    } else {
        Said::Tells(card)
    })
}

/// All that was asked for again is sent: who has it, and by when one hears.
fn sent_again(today: &Today<'_>, decision: &Decision) -> impl IntoView + use<> {
    view! {
        <section class="card news news-good" aria-labelledby="news-title">
            <h2 id="news-title">{now::has_new_photos(today, decision)}</h2>
            {now::hear_by(today)}
            {got_it(today, decision)}
        </section>
    }
}

/// What the clinic has changed of the plan, until the patient has read it: the day that is due now, their words, and the way to the
/// timeline, where it stands.
pub fn plan_changed(today: &Today<'_>) -> Option<impl IntoView + use<>> {
    let reader = today.reader;
    let lang = reader.lang();
    let told = today.standing.plan_told?;
    let newest = today.now.newest.filter(|_| !today.now.by_patient);
    let due = newest.and_then(|newest| newest.due).map(|due| {
        let date = time::long_date(reader, due);
        let words = t!("news.moved", locale = lang, date = date).into_owned();
        view! { <p><strong>{words}</strong></p> }
    });
    let note = today.now.note.clone();
    let note = note.map(|note| view! { <Quote words=note/> });
    let href = format!("/journeys/{}", today.now.journey.id.0);
    Some(view! {
        <section class="card news" aria-labelledby="plan-news-title">
            <h2 id="plan-news-title">{t!("news.plan_changed", locale = lang).into_owned()}</h2>
            {due}
            {note}
            <div class="actions">
                {read(lang, told)}
                <LinkButton href>{t!("news.plan_see", locale = lang).into_owned()}</LinkButton>
            </div>
        </section>
    })
}

/// Marks what told of a decision as read.
fn got_it(today: &Today<'_>, decision: &Decision) -> Option<impl IntoView + use<>> {
    let id = decision.notification.filter(|_| decision.unread)?;
    Some(read(today.reader.lang(), id))
}

/// Marks a notification as read where it was read.
fn read(lang: &'static str, id: i64) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/inbox/{id}")>
            {hidden("back", "/")}
            <Button icon=IconName::Check>{t!("news.got_it", locale = lang).into_owned()}</Button>
        </form>
    }
}

fn card(
    today: &Today<'_>,
    decision: &Decision,
    missing: &[(photos::View, reviews::model::RetakeReason)],
    asks: bool,
) -> impl IntoView + use<> {
    let reader = today.reader;
    let lang = reader.lang();
    let journey = today.now.journey.id.0;
    let heading = match decision.kind {
        Kind::OnTrack => t!("news.on_track", locale = lang),
        Kind::Retake => match missing.len() {
            // Of an earlier step: that is worn no more.
            0 => t!("decision.retake", locale = lang, stage = decision.stage),
            1 => t!("decision.prompt.retake.one", locale = lang),
            count => t!("decision.prompt.retake.other", locale = lang, count = count),
        },
        Kind::Hold => t!("news.hold", locale = lang),
        Kind::SeeMe => t!(
            "decision.prompt.see_me",
            locale = lang,
            name = decision.dentist
        ),
    };
    let moved = match (decision.kind, decision.moved_to) {
        (Kind::Hold, Some(day)) => Some(t!(
            "news.moved",
            locale = lang,
            date = time::long_date(reader, day)
        )),
        (Kind::Hold, None) => Some(t!("decision.not_moved", locale = lang)),
        _ => None,
    };
    let moved = moved.map(|words| view! { <p><strong>{words.into_owned()}</strong></p> });
    let lines = missing
        .iter()
        .map(|(view, reason)| {
            let words = t!(
                "decision.retake_line",
                locale = lang,
                view = photos::view_name(lang, *view),
                reason = reviews::reason_words(lang, *reason),
                tip = reviews::tip_words(lang, *reason)
            );
            let photo = decision.photo_of(*view).map(|id| {
                let alt = photos::alt(lang, *view, decision.stage);
                view! { <a href=format!("/photos/{id}")><img src=format!("/photos/{id}/thumbnail") alt=alt loading="lazy" decoding="async"/></a> }
            });
            let pictured = photo.is_some();
            view! { <li class:told-photo=pictured>{photo}<span>{words.into_owned()}</span></li> }
        })
        .collect_view();
    let lines = (!missing.is_empty()).then(|| view! { <Lines>{lines}</Lines> });
    let note = decision
        .note
        .clone()
        .map(|note| view! { <Quote words=note/> });
    let names: Vec<String> = missing
        .iter()
        .map(|(view, reason)| format!("{}:{}", view.name(), reason.name()))
        .collect();
    let retake_button = match missing.len() {
        1 => t!("decision.prompt.retake.button_one", locale = lang),
        _ => t!("decision.prompt.retake.button", locale = lang),
    }
    .into_owned();
    let retake = (!missing.is_empty()).then(|| {
        let href = format!(
            "/journeys/{journey}/photos/new?stage={}&views={}",
            decision.stage,
            names.join(",")
        );
        view! {
            <LinkButton href=href kind=ButtonKind::Primary icon=IconName::Camera>{retake_button}</LinkButton>
        }
    });
    let call =
        (decision.kind == Kind::SeeMe).then(|| practices::reach(reader, today.treating.as_ref()));
    let got_it = retake.is_none().then(|| got_it(today, decision)).flatten();
    let class = match decision.kind {
        _ if asks => "card news news-asks",
        Kind::OnTrack => "card news news-good",
        _ => "card news",
    };
    view! {
        <section class=class aria-labelledby="news-title">
            <p class="quiet news-from">{decision.dentist.clone()}" · "{time::moment(reader, decision.at)}</p>
            <h2 id="news-title">{heading.into_owned()}</h2>
            {moved}
            {lines}
            {note}
            {call}
            <div class="actions">{retake}{got_it}</div>
        </section>
    }
}

/// What to do when something is wrong, seen without scrolling.
pub fn wrong(today: &Today<'_>) -> Option<impl IntoView + use<>> {
    let lang = today.reader.lang();
    (today.now.journey.status == Status::Active).then(|| {
        view! {
            <LinkButton href="/something-wrong" kind=ButtonKind::Quiet icon=IconName::Triangle>{t!("wrong.title", locale = lang).into_owned()}</LinkButton>
        }
    })
}

/// The ways on, each a row to tap: photos of this step, and a message. Where there is something to read, no reminders are offered
/// beside it.
pub fn places(today: &Today<'_>, busy: bool) -> impl IntoView + use<> {
    let reader = today.reader;
    let lang = reader.lang();
    let journey = &today.now.journey;
    let id = journey.id.0;
    let worn = matches!(
        journey.state(today.now.newest.as_ref()),
        State::Wearing { .. } | State::Paused { .. }
    );
    let row = |href: String, icon: IconName, words: String, fact: Option<String>, mark: bool| {
        view! {
            <li><PlaceLink href icon words nostrip:fact=fact new=mark/></li>
        }
    };
    let there = now::there(today);
    // Not where they are the one act above: a second way to the same is none the wiser.
    let photos = (worn && !now::act_is_photos(today)).then(|| {
        let stage = journeys::stage_name(lang, journey.product, journey.stage);
        row(
            now::add_photos(today),
            IconName::Camera,
            t!("home.photos_of", locale = lang, stage = stage).into_owned(),
            Some(t!("home.of_five", locale = lang, count = there).into_owned()),
            false,
        )
    });
    // After the day of the switch, too, one reads by when the photos are looked at.
    let waits = there == photos::View::STANDARD.len() && today.standing.waiting_since.is_some();
    let hear = (waits && !now::says_photos(today) && !today.sent_again())
        .then(|| now::hear_by(today))
        .flatten()
        .map(|words| view! { <li class="place-said">{words}</li> });
    let message = today.treating.as_ref().map(|treating| {
        let words = if reader.unread {
            t!("home.unread", locale = lang)
        } else {
            t!("home.write", locale = lang, name = treating.name)
        };
        row(
            format!("/journeys/{id}/messages#write"),
            IconName::Message,
            words.into_owned(),
            None,
            reader.unread,
        )
    });
    // Where there is something to read, the menu has it.
    let calendar = (!busy && reader.has_place("/calendar")).then(|| {
        let words = t!("nav.calendar", locale = lang).into_owned();
        row(
            "/calendar".to_owned(),
            IconName::Calendar,
            words,
            None,
            false,
        )
    });
    view! {
        <Places label=t!("home.places", locale = lang)>{offered(today, busy)}{photos}{hear}{message}{calendar}</Places>
    }
}

/// What is due today of what this page shows in no way of its own, and what of it comes next: a row each.
pub fn due(
    reader: &Reader,
    agenda: &[Item],
    day: NaiveDate,
    zone: Tz,
) -> Option<impl IntoView + use<>> {
    let lang = reader.lang();
    let open = |item: &&Item| !item.on_today && item.state != agenda::State::Done;
    let (now, later): (Vec<&Item>, Vec<&Item>) = agenda
        .iter()
        .filter(open)
        .partition(|item| item.when.day(zone) <= day);
    let shown: Vec<_> = now
        .into_iter()
        .chain(later.into_iter().take(1))
        .map(|item| {
            let fact = match (item.when.day(zone), item.when.moment()) {
                (on, _) if on > day => Some(time::short_date(reader, on)),
                (_, at) => at.map(|at| at.with_timezone(&zone).format("%H:%M").to_string()),
            };
            let (words, text) = (item.words.clone(), item.text.clone());
            let act = item.act.as_ref().map(|(to, _)| to.clone());
            match act.or_else(|| item.link.clone()) {
                Some(href) => Either::Left(view! {
                    <li data-from=item.feature>
                        <PlaceLink href icon=IconName::Calendar words nostrip:text=text nostrip:fact=fact/>
                    </li>
                }),
                None => Either::Right(view! {
                    <li class="place-said" data-from=item.feature><p>{words}</p><p class="quiet">{fact}</p></li>
                }),
            }
        })
        .collect();
    (!shown.is_empty())
        .then(|| view! { <Places label=t!("home.due", locale = lang)>{shown}</Places> })
}

/// What was answered and read, until it is closed: it stays where it stood as news, since the next change waits on it.
pub fn answered(today: &Today<'_>, told: &[Current]) -> Option<impl IntoView + use<>> {
    let lang = today.reader.lang();
    let lines: Vec<_> = told
        .iter()
        .filter(|told| !told.is_news())
        .map(|told| reports::own_line(lang, told))
        .collect();
    (!lines.is_empty())
        .then(|| view! { <Places label=t!("home.answered", locale = lang)>{lines}</Places> })
}

/// What is left of the first day; or, after a switch, reminders, if nothing has ever reached a device of theirs: a row like the others.
fn offered(today: &Today<'_>, busy: bool) -> Option<impl IntoView + use<>> {
    let reader = today.reader;
    let lang = reader.lang();
    let row = |href: &'static str, icon: IconName, words: Cow<'_, str>, text: Cow<'_, str>| {
        let (words, text) = (words.into_owned(), text.into_owned());
        view! { <PlaceLink href icon words text offer=true/> }
    };
    if today.standing.first_day.is_some() {
        let words = t!("first_day.card", locale = lang);
        let text = t!("first_day.card_text", locale = lang);
        let row = row("/welcome", IconName::Bell, words, text);
        return Some(Either::Left(view! { <li>{row}</li> }));
    }
    let offers = !busy && !today.standing.reached && today.just_switched();
    offers.then(|| {
        let words = t!("first_day.remind_button", locale = lang);
        let text = t!("first_day.remind_text", locale = lang);
        let phone = row("/settings/device", IconName::Bell, words, text);
        let words = t!("settings.calendar", locale = lang);
        let text = t!("first_day.calendar_text", locale = lang);
        let calendar = reader
            .has_place("/calendar")
            .then(|| row("/calendar/address", IconName::Calendar, words, text));
        Either::Right(view! { <li>{with_scripts(phone)}{without_scripts(calendar)}</li> })
    })
}

/// Shows what stands before it, if the browser is in another time zone than its patient's days.
const DIFFERS: &str = "{const c=document.currentScript.previousElementSibling,\
z=Intl.DateTimeFormat().resolvedOptions().timeZone;if(z&&z!==c.dataset.zone)c.hidden=false}";

/// The time zone, offered again where this device is in another one: a script alone can know.
pub fn zone(today: &Today<'_>) -> impl IntoView + use<> {
    let lang = today.reader.lang();
    let script = format!(
        "<script nonce=\"{}\">{DIFFERS}</script>",
        today.reader.nonce
    );
    let name = today.zone.name().replace('_', " ");
    view! {
        <section class="card offer" aria-labelledby="zone-title" data-zone=today.zone.name() hidden>
            <span class="offer-icon"><Icon name=IconName::Clock/></span>
            <div class="stack">
                <div>
                    <h2 id="zone-title">{t!("home.zone", locale = lang).into_owned()}</h2>
                    <p>{t!("home.zone_text", locale = lang, zone = name).into_owned()}</p>
                </div>
                <LinkButton href="/settings/time-zone">{t!("settings.zone_change", locale = lang).into_owned()}</LinkButton>
            </div>
        </section>
        {InertElement::new(script)}
    }
}
