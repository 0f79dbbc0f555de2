//! Photos as a gallery shows them, in their reader's words: what the server writes and an island draws, and what a server function
//! answers.

use crate::ui::ToolLink;
use leptos::prelude::*;
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

pub fn framed(picture: Framed) -> impl IntoView {
    let lazy = picture.lazy.then_some("lazy");
    let (width, height) = (picture.width, picture.height);
    view! {
        <span class="frame">
            <img
                class="placeholder" src=picture.placeholder alt="" width=width height=height
                loading=lazy decoding="async"
            />
            <img
                class="shot" src=picture.src
                alt=picture.alt
                width=width height=height loading=lazy decoding="async"
            />
        </span>
    }
}

/// The id of a stage's heading.
pub fn heading_id(stage: i32) -> String {
    format!("stage-{stage}")
}

pub fn stage(stage: Stage) -> impl IntoView {
    let id = heading_id(stage.stage);
    view! {
        <section class="album-stage" aria-labelledby=id>
            <h2 id=id.clone()>{stage.heading}</h2>
            <ul class="album">{figures(stage.figures)}</ul>
        </section>
    }
}

pub fn figures(figures: Vec<Figure>) -> Vec<impl IntoView> {
    figures.into_iter().map(figure).collect()
}

fn figure(figure: Figure) -> impl IntoView {
    let again = figure.again.map(|Again { href, words, label }| {
        view! { <ToolLink href words label/> }
    });
    view! {
        <li>
            <a href=format!("/photos/{}", figure.id)>
                {framed(figure.picture)}
                <span class="caption" aria-hidden="true">{figure.caption}</span>
            </a>
            {again}
        </li>
    }
}
