//! The lines of a timeline, in their reader's words: what the server writes and an island draws, and what a server function answers.

use crate::ui::shared::{Markup, Moment, markup, write_icon};
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

/// Lines as the items of a list.
pub fn items(lines: &[Line]) -> String {
    let mut to = Markup::default();
    for line in lines {
        item(&mut to, line);
    }
    to.html()
}

fn item(to: &mut Markup, line: &Line) {
    markup!(to, r#"<li class=""# (&line.class) r#"""#);
    if let Some(event) = line.event {
        to.piece(r#" id="event-"#);
        to.number(event);
        to.piece(r#"""#);
    }
    to.attribute("aria-current", line.linked.then_some("true"));
    to.piece(r#"><span class="event-icon">"#);
    write_icon(to, &line.icon);
    to.piece(r#"</span><div class="event-body"><p class="event-head"><span class="event-words">"#);
    match &line.leads_to {
        Some(href) => markup!(to, r#"<a href=""# (href) r#"">"# (&line.words) "</a>"),
        None => to.words(&line.words),
    }
    to.piece("</span>");
    if let Some(href) = &line.link {
        markup!(to, r#"<a class="event-link" href=""# (href) r#"">"#);
    }
    line.at.write(to);
    if line.link.is_some() {
        to.piece("</a>");
    }
    to.piece(r#"</p><p class="event-facts">"#);
    for fact in &line.facts {
        markup!(to, r#"<span class="event-fact">"# (fact) "</span>");
    }
    to.piece("</p>");
    if let Some(note) = &line.note {
        // As `ui::Quote`.
        markup!(to, r#"<q class="event-note"><bdi>"# (note) "</bdi></q>");
    }
    if let Some(strip) = &line.strip {
        markup!(to, r#"<ul class="strip" aria-label=""# (&strip.label) r#"">"#);
        for photo in &strip.photos {
            thumbnail(to, photo, strip.at_once);
        }
        to.piece("</ul>");
    }
    to.piece("</div></li>");
}

fn thumbnail(to: &mut Markup, photo: &Thumbnail, at_once: bool) {
    to.piece(r#"<li><a href="/photos/"#);
    to.number(photo.id);
    to.piece(r#""><img src="/photos/"#);
    to.number(photo.id);
    markup!(to, r#"/thumbnail" alt=""# (&photo.alt) r#"" width=""#);
    to.number(photo.width.into());
    to.piece(r#"" height=""#);
    to.number(photo.height.into());
    to.piece(r#"""#);
    to.attribute("loading", (!at_once).then_some("lazy"));
    to.piece(r#" decoding="async"></a></li>"#);
}
