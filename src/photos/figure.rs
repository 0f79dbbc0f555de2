//! Photos as a gallery shows them, in their reader's words: what the server writes and an island draws, and what a server function
//! answers.

use crate::ui::shared::{Markup, markup, write_tool};
use serde::{Deserialize, Serialize};

/// A photo in the place that is kept for it, with a blurred picture of it until it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framed {
    /// The address of its bytes.
    pub src: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    /// The blurred picture, as an address that holds it whole.
    pub placeholder: String,
    /// Whether it is fetched only once it comes into sight.
    pub lazy: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The photo's number.
    pub id: i64,
    /// What it is called.
    pub caption: String,
    pub picture: Framed,
    /// Where its dentist asks for it again.
    pub again: Option<Again>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    pub href: String,
    pub words: String,
    pub label: String,
}

/// Photos of one stage, all of them or those of one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub stage: i32,
    pub heading: String,
    pub figures: Vec<Figure>,
}

/// More photos of a gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Further {
    pub stages: Vec<Stage>,
    /// The place of the last of them.
    pub last: Option<String>,
    /// Whether there are more.
    pub more: bool,
    /// What is said of them, aloud.
    pub said: String,
}

pub fn framed(picture: &Framed) -> String {
    let mut to = Markup::default();
    write_frame(&mut to, picture);
    to.html()
}

fn write_frame(to: &mut Markup, picture: &Framed) {
    markup!(to, r#"<span class="frame"><img class="placeholder" src=""# (&picture.placeholder) r#"" alt="""#);
    rest(to, picture);
    markup!(to, r#"<img class="shot" src=""# (&picture.src) r#"" alt=""# (&picture.alt) r#"""#);
    rest(to, picture);
    to.piece("</span>");
}

/// What both pictures of a frame have.
fn rest(to: &mut Markup, picture: &Framed) {
    to.piece(r#" width=""#);
    to.number(picture.width.into());
    to.piece(r#"" height=""#);
    to.number(picture.height.into());
    to.piece(r#"""#);
    to.attribute("loading", picture.lazy.then_some("lazy"));
    to.piece(r#" decoding="async">"#);
}

/// The beginning of the id of a stage's heading.
pub const HEADING: &str = "stage-";

/// Stages, each with its heading and its photos.
pub fn sections(stages: &[Stage]) -> String {
    let mut to = Markup::default();
    for Stage {
        stage,
        heading,
        figures,
    } in stages
    {
        to.piece(r#"<section class="album-stage" aria-labelledby="stage-"#);
        to.number((*stage).into());
        to.piece(r#""><h2 id="stage-"#);
        to.number((*stage).into());
        markup!(to, r#"">"# (heading) r#"</h2><ul class="album">"#);
        for figure in figures {
            item(&mut to, figure);
        }
        to.piece("</ul></section>");
    }
    to.html()
}

/// Photos as the items of a stage's list.
pub fn items(figures: &[Figure]) -> String {
    let mut to = Markup::default();
    for figure in figures {
        item(&mut to, figure);
    }
    to.html()
}

fn item(to: &mut Markup, figure: &Figure) {
    to.piece(r#"<li><a href="/photos/"#);
    to.number(figure.id);
    to.piece(r#"">"#);
    write_frame(to, &figure.picture);
    markup!(to, r#"<span class="caption" aria-hidden="true">"# (&figure.caption) "</span></a>");
    if let Some(Again { href, words, label }) = &figure.again {
        write_tool(to, href, words, label);
    }
    to.piece("</li>");
}
