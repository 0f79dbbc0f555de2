//! The lines of a timeline, in their reader's words: what the server writes and an island draws, and what a server function answers.

use crate::ui::{Glyph, Moment, Quote};
use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line of a timeline: an event, a change of the plan, or what another feature tells between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The event's number, by which the line is found.
    pub event: Option<i64>,
    pub class: Cow<'static, str>,
    /// The outline of its icon.
    pub icon: Cow<'static, str>,
    pub words: String,
    /// Where its words lead.
    pub leads_to: Option<String>,
    pub at: Moment,
    /// Where its moment leads: to the line itself.
    pub link: Option<String>,
    /// Whether the page was linked to for it.
    pub linked: bool,
    pub facts: Vec<String>,
    /// What somebody wrote.
    pub note: Option<String>,
    pub strip: Option<Strip>,
}

/// The photos of the stage that an event began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    pub label: String,
    pub photos: Vec<Thumbnail>,
    /// Whether every picture is there at once, as on paper.
    pub at_once: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    pub id: i64,
    pub alt: String,
    pub width: i32,
    pub height: i32,
}

/// Earlier entries of a timeline, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    pub lines: Vec<Line>,
    /// The oldest event among them.
    pub oldest: Option<i64>,
    /// Whether there are earlier ones.
    pub more: bool,
    /// What is said of them, aloud.
    pub said: String,
}

/// The list's id, for what is added to it.
pub const LIST: &str = "timeline";

pub fn line(line: Line) -> impl IntoView {
    let facts = line
        .facts
        .into_iter()
        .map(|fact| view! { <span class="event-fact">{fact}</span> })
        .collect_view();
    let note = line.note.map(|note| view! { <Quote words=note/> });
    let moment = line.at.view();
    let moment = match line.link {
        Some(href) => Either::Left(view! { <a class="event-link" href=href>{moment}</a> }),
        None => Either::Right(moment),
    };
    let words = match line.leads_to {
        Some(href) => Either::Left(view! { <a href=href>{line.words}</a> }),
        None => Either::Right(line.words),
    };
    let id = line.event.map(|event| format!("event-{event}"));
    view! {
        <li class=line.class id=id aria-current=line.linked.then_some("true")>
            <span class="event-icon"><Glyph path=line.icon/></span>
            <div class="event-body">
                <p class="event-head"><span class="event-words">{words}</span>{moment}</p>
                <p class="event-facts">{facts}</p>
                {note}
                {line.strip.map(strip)}
            </div>
        </li>
    }
}

fn strip(strip: Strip) -> impl IntoView {
    let lazy = (!strip.at_once).then_some("lazy");
    let photos = strip
        .photos
        .into_iter()
        .map(|photo| {
            view! {
                <li>
                    <a href=format!("/photos/{}", photo.id)>
                        <img
                            src=format!("/photos/{}/thumbnail", photo.id)
                            alt=photo.alt width=photo.width height=photo.height loading=lazy decoding="async"
                        />
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="strip" aria-label=strip.label>{photos}</ul> }
}
