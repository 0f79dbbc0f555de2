//! The three layouts: before signing in, a patient's, and the desk's of dentists and staff.

use super::{
    Button, ButtonKind, CommandPalette, Count, Icon, IconName, Nothing, Reader,
    navigation::{Entry, Waiting},
    telephone,
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
    let (places, more) = reader.bottom_bar();
    view! {
        {skip_link(lang)}
        <header class="top">
            <a class="brand" href="/">{brand_mark()}"Midline"</a>
            {top(reader, here)}
            {sign_out(reader)}
        </header>
        {bar(reader, here, (&places, &more), "bottom-bar")}
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
                {bar(reader, here, (&reader.side_bar(), &[]), "side-bar")}
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

/// Places of a menu, the one that the page belongs to marked; and a button for those that did not fit.
fn bar(
    reader: &Reader,
    here: Option<&'static str>,
    (places, more): (&[&'static Entry], &[&'static Entry]),
    class: &'static str,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let places = places
        .iter()
        .map(|entry| place(reader, here, entry))
        .collect_view();
    let more = (!more.is_empty()).then(|| {
        let inside = more.iter().any(|entry| Some(entry.path) == here);
        let more = more
            .iter()
            .map(|entry| place(reader, here, entry))
            .collect_view();
        view! {
            <li class="menu">
                <button type="button" popovertarget="more" aria-current=inside.then_some("true")>
                    <Icon name=IconName::More/>
                    <span>{t!("nav.more", locale = lang).into_owned()}</span>
                </button>
                <div class="menu-items" id="more" popover="auto"><ul>{more}</ul></div>
            </li>
        }
    });
    view! {
        <nav class=class aria-label=t!("nav.label", locale = lang).into_owned()>
            <ul>{places}{more}</ul>
        </nav>
    }
}

fn place(
    reader: &Reader,
    here: Option<&'static str>,
    entry: &'static Entry,
) -> impl IntoView + use<> {
    let current = (Some(entry.path) == here).then_some("page");
    let Waiting { new, count } = (entry.waiting)(reader);
    let mark = new.then(|| {
        let words = t!("nav.unread", locale = reader.lang()).into_owned();
        view! { <span class="mark"><span class="visually-hidden">{words}</span></span> }
    });
    let count = count.map(|(n, label)| view! { <Count n label/> });
    view! {
        <li>
            <a href=entry.path aria-current=current>
                <Icon name=entry.icon/>
                <span>{(entry.words)(reader).into_owned()}</span>
                {mark}
                {count}
            </a>
        </li>
    }
}

/// What stands beside a patient's name: the way to the inbox, marked when something there is new.
fn top(reader: &Reader, here: Option<&'static str>) -> impl IntoView + use<> {
    let entries = reader.top().into_iter();
    entries
        .map(|entry| {
            let current = (Some(entry.path) == here).then_some("page");
            let new = (entry.waiting)(reader).new;
            let mark = new.then(|| view! { <span class="mark"></span> });
            view! {
                <a class="bell" href=entry.path aria-current=current>
                    <Icon name=entry.icon/>
                    <span class="visually-hidden" aria-live="polite">{(entry.words)(reader).into_owned()}</span>
                    {mark}
                </a>
            }
        })
        .collect_view()
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
pub(super) fn brand_mark() -> impl IntoView {
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
