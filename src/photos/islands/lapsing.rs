//! All stages as a film.

use super::*;

/// Milliseconds for which each stage is shown.
const EACH: i32 = 700;

fn slider() -> Option<HtmlInputElement> {
    on_page("#frame")
}

pub fn begin() {
    let (Some(lapse), Some(slider), Some(play)) = (
        on_page::<Element>(".lapse"),
        slider(),
        on_page::<Element>("#play"),
    ) else {
        return;
    };
    let _ = lapse.class_list().add_1("is-live");
    show(0);
    listen(&slider, "input", |_| {
        set_playing(false);
        show(position().0);
    });
    listen(&play, "click", |_| {
        let start = !playing();
        let (at, last) = position();
        if start && at >= last {
            show(0);
        }
        set_playing(start);
    });
    // Of the one kind that there is: what is not used is not sent.
    let step = Closure::<dyn FnMut(Event)>::new(|_| {
        if playing() {
            match position() {
                (at, last) if at < last => show(at + 1),
                _ => set_playing(false),
            }
        }
    });
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(
        step.as_ref().unchecked_ref(),
        EACH,
    );
    step.forget();
}

fn playing() -> bool {
    on_page::<Element>("#play[data-playing=true]").is_some()
}

fn set_playing(playing: bool) {
    if let Some(play) = on_page::<Element>("#play") {
        let _ = play.set_attribute("data-playing", if playing { "true" } else { "false" });
    }
}

/// The stage that is shown, and the last, as the slider counts them.
fn position() -> (u32, u32) {
    let last = document()
        .query_selector_all(".frames > li")
        .map_or(0, |frames| frames.length().saturating_sub(1));
    let at = slider().map_or(0.0, |slider| slider.value_as_number());
    (at as u32, last)
}

fn show(at: u32) {
    let Ok(frames) = document().query_selector_all(".frames > li") else {
        return;
    };
    for n in 0..frames.length() {
        let Some(frame) = frames.item(n).map(JsCast::unchecked_into::<Element>) else {
            continue;
        };
        let _ = frame.class_list().toggle_with_force("is-shown", n == at);
        // This one is wanted now, and the next one soon.
        if (n == at || n == at + 1)
            && let Some(image) = find::<Element>(&frame, "img.shot")
        {
            let _ = image.remove_attribute("loading");
        }
        if n == at
            && let Some(slider) = slider()
        {
            slider.set_value_as_number(at.into());
            let stage = frame.get_attribute("data-stage").unwrap_or_default();
            let _ = slider.set_attribute("aria-valuetext", &stage);
        }
    }
}
