//! The three layouts: before signing in, a patient's, and the desk's of dentists and staff.

use super::{
    Button, ButtonKind, CommandPalette, Count, Icon, IconName, Nothing, Reader, telephone,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posture {
    /// Nobody is signed in.
    Public,
    /// On a phone, for ten seconds: a bar at the bottom.
    Patient,
    /// At a desk, all day: a bar at the side.
    Desk,
}

/// One place that a bar leads to.
struct Place {
    path: &'static str,
    icon: IconName,
    text: String,
}

pub(super) fn public(reader: &Reader, contents: impl IntoView) -> impl IntoView {
    let lang = reader.lang();
    view! {
        {skip_link(lang)}
        <header class="top">
            <a class="brand" href="/">{brand_mark()}"Midline"</a>
        </header>
        <main id="main" class="column">{contents}</main>
        {footer(lang)}
    }
}

pub(super) fn patient(reader: &Reader, contents: impl IntoView) -> impl IntoView {
    let lang = reader.lang();
    let places = vec![
        Place {
            path: "/",
            icon: IconName::Home,
            text: t!("nav.home", locale = lang).into_owned(),
        },
        Place {
            path: "/journeys",
            icon: IconName::History,
            text: t!("nav.timeline", locale = lang).into_owned(),
        },
        Place {
            path: "/photos",
            icon: IconName::Camera,
            text: t!("nav.photos", locale = lang).into_owned(),
        },
        Place {
            path: "/messages",
            icon: IconName::Message,
            text: t!("nav.messages", locale = lang).into_owned(),
        },
        Place {
            path: "/settings",
            icon: IconName::Settings,
            text: t!("nav.settings", locale = lang).into_owned(),
        },
    ];
    view! {
        {skip_link(lang)}
        <header class="top">
            <a class="brand" href="/">{brand_mark()}"Midline"</a>
            {bell(reader)}
            {sign_out(reader)}
        </header>
        {bar(reader, places, "bottom-bar")}
        <main id="main" class="column with-bottom-bar">{contents}</main>
    }
}

pub(super) fn desk(reader: &Reader, contents: impl IntoView) -> impl IntoView {
    let lang = reader.lang();
    let mut places = Vec::with_capacity(6);
    if reader.dentist {
        places.push(Place {
            path: "/today",
            icon: IconName::Home,
            text: t!("nav.today", locale = lang).into_owned(),
        });
        places.push(Place {
            path: "/reviews",
            icon: IconName::Image,
            text: t!("nav.reviews", locale = lang).into_owned(),
        });
        places.push(Place {
            path: "/messages",
            icon: IconName::Message,
            text: t!("nav.messages", locale = lang).into_owned(),
        });
    }
    if reader.office {
        places.extend([
            Place {
                path: "/office",
                icon: IconName::Home,
                text: t!("nav.office", locale = lang).into_owned(),
            },
            Place {
                path: "/notifications",
                icon: IconName::Bell,
                text: t!("nav.outbox", locale = lang).into_owned(),
            },
            Place {
                path: "/campaigns",
                icon: IconName::Megaphone,
                text: t!("nav.campaigns", locale = lang).into_owned(),
            },
        ]);
    }
    places.extend([
        Place {
            path: "/patients",
            icon: IconName::Users,
            text: t!("nav.patients", locale = lang).into_owned(),
        },
        Place {
            path: "/dentist-changes",
            icon: IconName::Compare,
            text: t!("nav.changes", locale = lang).into_owned(),
        },
        Place {
            path: "/settings",
            icon: IconName::Settings,
            text: t!("nav.settings", locale = lang).into_owned(),
        },
    ]);
    if reader.patient {
        let own = Place {
            path: "/",
            icon: IconName::History,
            text: t!("nav.own_treatment", locale = lang).into_owned(),
        };
        places.insert(0, own);
        let inbox = Place {
            path: "/inbox",
            icon: IconName::Bell,
            text: t!("nav.inbox", locale = lang).into_owned(),
        };
        places.insert(1, inbox);
    }
    view! {
        {skip_link(lang)}
        <div class="desk">
            <header class="side">
                <a class="brand" href="/">{brand_mark()}"Midline"</a>
                {bar(reader, places, "side-bar")}
                {sign_out(reader)}
            </header>
            <main id="main" class="desk-main">{contents}</main>
        </div>
        // Held ready for the script that opens it.
        <template data-palette="">
            <CommandPalette lang id="palette"/>
        </template>
    }
}

/// The place of the menu that a page belongs to, by its address: what stands elsewhere by that may be below it for its readers.
fn place_of(reader: &Reader) -> &'static str {
    let path = reader.path.as_str();
    let first = path.split('/').nth(1).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let has = |name: &str| path.split('/').any(|part| part == name);
    let own = reader.posture == Posture::Patient;
    match first {
        "" | "welcome" | "something-wrong" | "wear" => "/",
        // How many wait stands beside the first page of whoever is to see them.
        "reports" if own => "/",
        "reports" if reader.dentist => "/today",
        "reports" => "/office",
        // A report that could not be taken, shown again: before it was sent, its page belonged to Today.
        "journeys" if own && last == "reports" => "/",
        "journeys" | "reviews" if has("reviews") => "/reviews",
        "journeys" | "messages" if has("messages") => "/messages",
        "journeys" | "photos" if own && has("photos") => "/photos",
        "journeys"
            if own
                && matches!(
                    last,
                    "progress" | "delay" | "pause" | "continue" | "back" | "take-back"
                ) =>
        {
            "/"
        }
        "journeys" if own => "/journeys",
        // At a desk all of it is part of a record.
        "journeys" | "photos" | "patients" => "/patients",
        "today" => "/today",
        "office" => "/office",
        "inbox" => "/inbox",
        "notifications" => "/notifications",
        "campaigns" => "/campaigns",
        "dentist-changes" => "/dentist-changes",
        // "settings", and what is reached from there: the calendar, the terms, the directory, who looked, addresses that two want.
        _ => "/settings",
    }
}

fn bar(reader: &Reader, places: Vec<Place>, class: &'static str) -> impl IntoView + use<> {
    let here = place_of(reader);
    let places = places
        .into_iter()
        .map(|place| {
            let current = (place.path == here).then_some("page");
            let waits = match place.path {
                "/messages" => reader.unread,
                "/inbox" => reader.told,
                _ => false,
            };
            let count = (place.path == "/messages" && reader.waiting > 0).then(|| {
                let words = match reader.waiting {
                    1 => t!("message.new.one", locale = reader.lang()),
                    count => t!("message.new.other", locale = reader.lang(), count = count),
                };
                view! { <Count n=reader.waiting label=words.into_owned()/> }
            });
            let reported = (place.path == "/today" && reader.reported > 0).then(|| {
                let words = match reader.reported {
                    1 => t!("report.not_seen.one", locale = reader.lang()),
                    count => t!(
                        "report.not_seen.other",
                        locale = reader.lang(),
                        count = count
                    ),
                };
                view! { <Count n=reader.reported label=words.into_owned()/> }
            });
            let mark = waits.then(|| {
                let words = t!("nav.unread", locale = reader.lang()).into_owned();
                view! { <span class="mark"><span class="visually-hidden">{words}</span></span> }
            });
            view! {
                <li>
                    <a href=place.path aria-current=current>
                        <Icon name=place.icon/>
                        <span>{place.text}</span>
                        {mark}
                        {count}
                        {reported}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class=class aria-label=t!("nav.label", locale = reader.lang()).into_owned()>
            <ul>{places}</ul>
        </nav>
    }
}

/// The way to the inbox, marked when something there is new.
fn bell(reader: &Reader) -> impl IntoView + use<> {
    let lang = reader.lang();
    let here = (reader.path == "/inbox").then_some("page");
    let words = if reader.told {
        t!("nav.inbox_new", locale = lang)
    } else {
        t!("nav.inbox", locale = lang)
    };
    let mark = reader.told.then(|| view! { <span class="mark"></span> });
    view! {
        <a class="bell" href="/inbox" aria-current=here>
            <Icon name=IconName::Bell/>
            <span class="visually-hidden" aria-live="polite">{words.into_owned()}</span>
            {mark}
        </a>
    }
}

fn skip_link(lang: &'static str) -> impl IntoView {
    view! { <a class="skip" href="#main">{t!("nav.skip", locale = lang).into_owned()}</a> }
}

/// Who is signed in, and the way out.
pub fn sign_out(reader: &Reader) -> impl IntoView + use<> {
    let lang = reader.lang();
    view! {
        <form method="post" action="/sign-out" class="whoami">
            <span class="whoami-name">{reader.name.clone()}</span>
            <Button kind=ButtonKind::Quiet small=true icon=IconName::LogOut>
                {t!("nav.sign_out", locale = lang).into_owned()}
            </Button>
        </form>
    }
}

fn footer(lang: &'static str) -> impl IntoView {
    view! {
        <footer class="foot">
            <p>{telephone::linked(&t!("layout.footer", locale = lang))}</p>
        </footer>
    }
}

/// Two arches and the line between them.
fn brand_mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect class="brand-ground" width="32" height="32" rx="9"></rect>
            <path class="brand-lines" d="M8 9v4a8 6 0 0 0 16 0V9M8 23v-1a8 5 0 0 1 16 0v1M16 5v22"></path>
        </svg>
    }
}

/// A list, or where there is none: how the first thing comes to be.
pub fn or_empty<V: IntoView>(list: Option<V>, words: impl Into<String>) -> impl IntoView {
    match list {
        Some(list) => Either::Left(list),
        None => {
            let words = words.into();
            Either::Right(view! { <Nothing words/> })
        }
    }
}
