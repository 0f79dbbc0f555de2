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

/// What is printed: without menus, which no paper can be tapped on.
pub(super) fn paper(reader: &Reader, contents: impl IntoView) -> impl IntoView {
    let lang = reader.lang();
    view! {
        {skip_link(lang)}
        <header class="top">
            <a class="brand" href="/">{brand_mark()}"Midline"</a>
        </header>
        <main id="main" class="column">{contents}</main>
    }
}

pub(super) fn patient(
    reader: &Reader,
    here: Option<&'static str>,
    contents: impl IntoView,
) -> impl IntoView {
    let lang = reader.lang();
    view! {
        {skip_link(lang)}
        <header class="top">
            <a class="brand" href="/">{brand_mark()}"Midline"</a>
            {bell(reader, here)}
            {sign_out(reader)}
        </header>
        {bar(reader, here, "bottom-bar")}
        <main id="main" class="column with-bottom-bar">{contents}</main>
    }
}

pub(super) fn desk(
    reader: &Reader,
    here: Option<&'static str>,
    contents: impl IntoView,
) -> impl IntoView {
    let lang = reader.lang();
    view! {
        {skip_link(lang)}
        <div class="desk">
            <header class="side">
                <a class="brand" href="/">{brand_mark()}"Midline"</a>
                {bar(reader, here, "side-bar")}
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

/// The places that the reader's bar leads to.
fn places(reader: &Reader) -> Vec<Place> {
    match reader.posture {
        Posture::Public => Vec::new(),
        Posture::Patient => patients_places(reader.lang()),
        Posture::Desk => desk_places(reader),
    }
}

fn patients_places(lang: &str) -> Vec<Place> {
    vec![
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
    ]
}

fn desk_places(reader: &Reader) -> Vec<Place> {
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
    places
}

/// The place of the menu that a page belongs to, by its address: what stands elsewhere by that may be below it for its readers. None
/// for an address that no page has.
pub(super) fn place_of(reader: &Reader) -> Option<&'static str> {
    let path = reader.path.as_str();
    let first = path.split('/').nth(1).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let has = |name: &str| path.split('/').any(|part| part == name);
    let own = reader.posture == Posture::Patient;
    Some(match first {
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
        "settings" | "calendar" | "terms" | "dentists" | "access" | "address-clashes" => {
            "/settings"
        }
        _ => return None,
    })
}

/// The place of the reader's own menu that a page belongs to, and what it is called there.
pub(super) fn named_place(reader: &Reader) -> Option<(&'static str, String)> {
    let here = place_of(reader)?;
    if here == "/inbox" && reader.posture == Posture::Patient {
        return Some((here, t!("nav.inbox", locale = reader.lang()).into_owned()));
    }
    places(reader)
        .into_iter()
        .find(|place| place.path == here)
        .map(|place| (place.path, place.text))
}

/// Where the reader begins, and what that is called on a button.
pub(super) fn first_place(reader: &Reader) -> (&'static str, String) {
    let lang = reader.lang();
    let (path, words) = match reader.posture {
        Posture::Public => ("/", t!("fault.to_start", locale = lang)),
        Posture::Patient => ("/", t!("fault.to_today", locale = lang)),
        Posture::Desk if reader.dentist => ("/today", t!("fault.to_today", locale = lang)),
        Posture::Desk if reader.office => ("/office", t!("fault.to_office", locale = lang)),
        Posture::Desk => ("/", t!("fault.to_start", locale = lang)),
    };
    (path, words.into_owned())
}

fn bar(reader: &Reader, here: Option<&'static str>, class: &'static str) -> impl IntoView + use<> {
    let places = places(reader)
        .into_iter()
        .map(|place| {
            let current = (Some(place.path) == here).then_some("page");
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
fn bell(reader: &Reader, here: Option<&'static str>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let here = (here == Some("/inbox")).then_some("page");
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
