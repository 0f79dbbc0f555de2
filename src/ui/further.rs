//! More of a list, fetched into the page: what an island does around the plain link to the next page of it.
//!
//! The server writes a link with `rel="next"` to a page of its own, and around it an element that says what is asked for and what is said
//! meanwhile, in attributes, so that no parser of props is sent to the phone ([`Ask`] is the server's side of them). Where scripts run, a
//! press fetches that page's contents to below what is there. Where it cannot be fetched, the link is a link again: its page says why.

use crate::error::Fault;
use leptos::{
    ev::MouseEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlElement},
};
use std::{future::Future, pin::Pin, time::Duration};

/// How long nothing is said of what is on its way.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is asked for, and what is said meanwhile: the attributes of the element around the link.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The number of what the list belongs to.
    pub of: i64,
    /// The place after which more is asked for, as an address says it.
    pub after: String,
    /// The address of the page that begins after a place, up to that place.
    pub next: String,
    /// The address of a page that ends with a place and shows all that this one does, up to that place.
    pub here: String,
    /// Said when it takes a while.
    pub loading: String,
    /// Said when Midline could not be reached.
    pub failed: String,
}

impl Ask {
    /// The link's surroundings.
    pub fn around(self, link: impl IntoView) -> impl IntoView {
        view! {
            <div
                data-further=self.of data-after=self.after data-next=self.next data-here=self.here
                data-loading=self.loading data-failed=self.failed
            >
                {link}
            </div>
        }
    }
}

/// What was asked for is on the page.
pub struct Came {
    /// The place with which the page ends now.
    pub last: Option<String>,
    /// Whether there is more.
    pub more: bool,
    /// What is said of it, aloud.
    pub said: String,
    /// The first of it.
    pub first: Option<Element>,
}

pub type Coming = Pin<Box<dyn Future<Output = Result<Came, Fault>>>>;

/// Fetches what comes after a place and puts it on the page. It is given the number of what the list belongs to, the place, and the
/// island's own element.
pub type Fetch = fn(i64, String, Element) -> Coming;

/// Puts HTML at the end of an element, or before one of those in it; answers the first of what was put there.
pub fn put(parent: &Element, before: Option<&Element>, html: &str) -> Option<Element> {
    let last = match before {
        Some(before) => before.previous_element_sibling(),
        None => parent.last_element_child(),
    };
    let (at, place) = match before {
        Some(before) => (before, "beforebegin"),
        None => (parent, "beforeend"),
    };
    at.insert_adjacent_html(place, html).ok()?;
    match last {
        Some(last) => last.next_element_sibling(),
        None => parent.first_element_child(),
    }
}

/// Around the link to more of a list: what a feature's island is made of.
pub fn further(children: Children, fetch: Fetch) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let state = RwSignal::new(State::Ready);
    let on_click = move |event: MouseEvent| {
        let Some(link) = link(&event) else {
            return;
        };
        match state.get_untracked() {
            // It could not be fetched: the link leads where it leads.
            State::Failed => return,
            State::Fetching => return event.prevent_default(),
            State::Ready => event.prevent_default(),
        }
        let island = event_island(&event);
        spawn_local(async move {
            let Some(place) = island.as_ref().and_then(Place::of) else {
                return follow(&link);
            };
            state.set(State::Fetching);
            text.set(String::new());
            let loading = place.says("data-loading");
            set_timeout(
                move || {
                    if state.get_untracked() == State::Fetching {
                        text.set(loading);
                    }
                },
                PATIENCE,
            );
            match fetch(place.of, place.after.clone(), place.island.clone()).await {
                Ok(came) => {
                    state.set(State::Ready);
                    text.set(came.said.clone());
                    place.show(&link, came);
                }
                Err(Fault::Unavailable) => {
                    state.set(State::Failed);
                    text.set(place.says("data-failed"));
                }
                // Whatever has words of its own, such as that the session ended: the link's page says it.
                Err(_) => follow(&link),
            }
        });
    };
    view! {
        <div on:click=on_click aria-busy=move || (state.get() == State::Fetching).to_string()>
            {children()}
            <p class="send-status" role="status" data-state=move || state.get().name()>{text}</p>
        </div>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Fetching,
    Failed,
}

impl State {
    /// As the stylesheet names it.
    fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Fetching => "sending",
            Self::Failed => "unreachable",
        }
    }
}

/// The link that was pressed, if it was that to more, and to open here.
fn link(event: &MouseEvent) -> Option<Element> {
    let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if elsewhere || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let pressed = event.target()?.dyn_into::<Element>().ok()?;
    pressed.closest("a[rel=next]").ok()?
}

/// The element that listens.
fn event_island(event: &MouseEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// As without scripts.
fn follow(link: &Element) {
    if let Some(address) = link.get_attribute("href") {
        let _ = window().location().assign(&address);
    }
}

/// Where a list goes on, as its page says.
struct Place {
    island: Element,
    around: Element,
    of: i64,
    after: String,
}

impl Place {
    fn of(island: &Element) -> Option<Self> {
        let around = island.query_selector("[data-further]").ok()??;
        Some(Self {
            of: around.get_attribute("data-further")?.parse().ok()?,
            after: around.get_attribute("data-after")?,
            island: island.clone(),
            around,
        })
    }

    fn says(&self, what: &str) -> String {
        self.around.get_attribute(what).unwrap_or_default()
    }

    /// The link leads on from where the page ends now, and the page's address is that of all that it shows. What came is gone on from.
    fn show(&self, link: &Element, came: Came) {
        if let Some(last) = came.last {
            let _ = self.around.set_attribute("data-after", &last);
            let _ = link.set_attribute("href", &(self.says("data-next") + &last));
            let here = self.says("data-here") + &last;
            if let Ok(history) = window().history() {
                let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here));
            }
        }
        if let Some(first) = came.first {
            let _ = first.set_attribute("tabindex", "-1");
            let _ = first.unchecked_into::<HtmlElement>().focus();
        }
        if !came.more {
            link.remove();
        }
    }
}
