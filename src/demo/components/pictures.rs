//! Pictures that are enlarged, moved and compared.

use super::{Words, part};
use crate::ui::{
    Lightbox, LightboxStrip, LightboxTurns, Picture, Shot, Turn, Viewer, ViewerPane, ViewerPicture,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use leptos::prelude::*;

/// Eight teeth, drawn, with so much room between them: as an address that holds the whole picture.
fn drawn(gap: u32) -> String {
    let teeth = (0..8u32).fold(String::new(), |teeth, at| {
        let width = if at == 3 || at == 4 { 46 } else { 38 };
        let left = 38 + at * 40 + if at > 3 { 8 + gap } else { 0 };
        let top = 118 + 2 * at.abs_diff(3).max(at.abs_diff(4));
        let tooth = format!(
            "<rect x='{left}' y='{top}' width='{width}' height='74' rx='16' fill='#f8f4e6' stroke='#c9bfa6' stroke-width='2'/>"
        );
        teeth + &tooth
    });
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300' width='400' height='300'>\
         <rect width='400' height='300' fill='#3b1f24'/><rect x='24' y='70' width='352' height='70' rx='30' fill='#c9747c'/>{teeth}</svg>"
    );
    format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(svg))
}

fn framed(gap: u32, alt: String) -> impl IntoView {
    view! {
        <span class="frame"><img class="shot" src=drawn(gap) alt=alt width="400" height="300"/></span>
    }
}

pub fn pictures(say: Words) -> impl IntoView {
    let picture = move |gap: u32, english: &'static str, german: &'static str| Picture {
        src: drawn(gap),
        full: drawn(gap),
        placeholder: drawn(gap),
        alt: say.of(english, german),
        width: 400,
        height: 300,
    };
    let pane = move |gap: u32, side: String, step: String| {
        let label = format!("{side}, {step}");
        let alt = label.clone();
        let caption = view! { <strong>{side}</strong><span class="figures">{step}</span> };
        view! {
            <ViewerPane caption=caption.into_any() label>
                <ViewerPicture>{framed(gap, alt)}</ViewerPicture>
            </ViewerPane>
        }
    };
    let turn = |words: String| Turn {
        href: "#pictures".to_owned(),
        label: format!("{}, {words}", say.of("Front", "Von vorn")),
        words,
        shot: drawn(0),
    };
    let shots = [
        (8, say.of("Front", "Von vorn"), true),
        (4, say.of("Left", "Links"), false),
        (0, say.of("Right", "Rechts"), false),
    ]
    .map(|(gap, caption, current)| Shot {
        href: "#pictures".to_owned(),
        picture: framed(gap, caption.clone()).into_any(),
        caption,
        current,
    });
    part(
        "pictures",
        "Viewer, Lightbox",
        view! {
            <Viewer lang=say.0.code()>
                {pane(12, say.of("Before", "Davor"), say.of("Step 7", "Schritt 7"))}
                {pane(0, say.of("Now", "Jetzt"), say.of("Step 8", "Schritt 8"))}
            </Viewer>
            <div class="lightbox">
                <Lightbox
                    picture=picture(8, "Front, step 8", "Von vorn, Schritt 8")
                    label=say.of("The photo: arrow keys move it while it is enlarged", "Das Foto: vergrößert bewegen es die Pfeiltasten")
                    larger=say.of("As large as it is", "In voller Größe")
                    zoom=say.of("Zoom", "Vergrößern")
                    hint=say.of("Pinch or double tap to zoom", "Zum Vergrößern zwei Finger spreizen oder doppelt tippen")
                />
                <LightboxTurns
                    label=say.of("Other steps", "Andere Schritte")
                    before=Some(turn(say.of("Step 7", "Schritt 7")))
                    after=Some(turn(say.of("Step 9", "Schritt 9")))
                />
                <LightboxStrip label=say.of("Views of this step", "Ansichten dieses Schritts") shots=shots.into()/>
            </div>
        },
    )
}

/// One picture, as wide as there is room.
pub fn alone(say: Words) -> impl IntoView {
    let name = say.of("Now, step 8", "Jetzt, Schritt 8");
    let caption = view! { <strong>{name.clone()}</strong> };
    part(
        "alone",
        "Viewer",
        view! {
            <Viewer lang=say.0.code() alone=true>
                <ViewerPane caption=caption.into_any() label=name.clone()>
                    <ViewerPicture>{framed(0, name)}</ViewerPicture>
                </ViewerPane>
            </Viewer>
        },
    )
}
