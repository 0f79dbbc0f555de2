//! What the browser's half adds to the pages of a journey.

use super::api;
use leptos::{prelude::*, task::spawn_local};

/// Around the form that confirms a change of stage: sends it without leaving the page, says that it is
/// being sent, sends it once however often the button is pressed, and keeps everything in place while
/// Midline cannot be reached. Whatever needs words of its own is left to the form: it is then sent as it
/// would be without scripts, and the server's page explains.
#[island]
pub fn ConfirmProgress(
    journey: i64,
    seen: Option<i64>,
    /// Said while the answer is awaited.
    sending: String,
    /// Said when no answer came.
    unreachable: String,
    children: Children,
) -> impl IntoView {
    let (status, set_status) = signal(Status::Ready);
    let text = move || match status.get() {
        Status::Ready => String::new(),
        Status::Sending => sending.clone(),
        Status::Unreachable => unreachable.clone(),
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if status.get_untracked() == Status::Sending {
            return;
        }
        set_status.set(Status::Sending);
        let form = event_target::<leptos::web_sys::HtmlFormElement>(&event);
        spawn_local(async move {
            match api::progress(journey, seen).await {
                Ok(()) => {
                    let _ = leptos::prelude::window().location().replace("/?switched");
                }
                Err(crate::error::Fault::Unavailable) => set_status.set(Status::Unreachable),
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
