//! What the browser's half adds to the pages of a journey.

use super::{
    api,
    line::{self, Entries},
};
use crate::{
    error::Fault,
    ui::further::{Came, Coming, further, put},
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    web_sys::{Element, HtmlFormElement},
};

/// Around the form that confirms a change of stage: sends it without leaving the page, says that it is
/// being sent, sends it once however often the button is pressed, and keeps everything in place while
/// Midline cannot be reached. Whatever needs words of its own is left to the form: it is then sent as it
/// would be without scripts, and the server's page explains.
///
/// It takes no props, so that nothing of a patient's is serialised for it (and no parser of JSON is sent
/// to the phone): the form says what it needs. `data-journey`, `data-seen`, `data-revision` and `data-due`
/// are what is sent; `data-sending` is said while the answer is awaited, `data-unreachable` when none came.
#[island]
pub fn ConfirmProgress(children: Children) -> impl IntoView {
    let status = RwSignal::new(Status::Ready);
    let text = RwSignal::new(String::new());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if status.get_untracked() == Status::Sending {
            return;
        }
        let form = event_target::<HtmlFormElement>(&event);
        let say = move |next: Status, words: Option<String>| {
            status.set(next);
            text.set(words.unwrap_or_default());
        };
        say(Status::Sending, form.get_attribute("data-sending"));
        spawn_local(async move {
            let sent = match Opened::read(&form) {
                Some(Opened {
                    journey,
                    seen,
                    revision,
                    due,
                }) => api::progress(journey, seen, revision, due).await,
                None => Err(Fault::Malformed),
            };
            match sent {
                Ok(()) => {
                    let _ = window().location().replace("/?saved");
                }
                Err(Fault::Unavailable) => {
                    say(Status::Unreachable, form.get_attribute("data-unreachable"));
                }
                Err(_) => {
                    let _ = form.submit();
                }
            }
        });
    };
    view! {
        <div on:submit=on_submit aria-busy=move || (status.get() == Status::Sending).to_string()>
            {children()}
            <p class="send-status" role="status" data-state=move || status.get().name()>{text}</p>
        </div>
    }
}

/// Around the link to earlier entries of a timeline: they come to below those that are there.
#[island]
pub fn EarlierEntries(children: Children) -> impl IntoView {
    further(children, earlier)
}

fn earlier(journey: i64, before: String, _: Element) -> Coming {
    Box::pin(async move {
        let before = before.parse().map_err(|_| Fault::Malformed)?;
        let Entries {
            lines,
            oldest,
            more,
            said,
        } = api::earlier_entries(journey, before).await?;
        let list = document().get_element_by_id(line::LIST);
        let list = list.ok_or(Fault::Internal)?;
        Ok(Came {
            last: oldest.map(|event| event.to_string()),
            more,
            said,
            first: put(&list, None, &line::items(&lines)),
        })
    })
}

/// What the form was opened on.
struct Opened {
    journey: i64,
    /// The newest event on the page, if there was one.
    seen: Option<i64>,
    /// Of the plan on the page.
    revision: i32,
    /// The due day that the page promises.
    due: Option<String>,
}

impl Opened {
    fn read(form: &HtmlFormElement) -> Option<Self> {
        let seen = form.get_attribute("data-seen")?;
        Some(Self {
            journey: form.get_attribute("data-journey")?.parse().ok()?,
            seen: match seen.as_str() {
                "" => None,
                id => Some(id.parse().ok()?),
            },
            revision: form.get_attribute("data-revision")?.parse().ok()?,
            due: form.get_attribute("data-due"),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Ready,
    Sending,
    Unreachable,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Unreachable => "unreachable",
        }
    }
}
