//! To the next photo and back.

use super::*;
use std::{cell::Cell, rc::Rc};
use web_sys::{KeyboardEvent, TouchEvent};

fn follow(selector: &str) {
    if let Some(link) = on_page::<HtmlElement>(selector) {
        link.click();
    }
}

fn newer() {
    follow(".pager-turn a[rel=prev]");
}

fn older() {
    follow(".pager-turn a[rel=next]");
}

/// Zoomed in, keys and fingers move the photo itself.
fn zoomed() -> bool {
    on_page::<Element>(".zoom-switch:checked").is_some()
        || window()
            .visual_viewport()
            .is_some_and(|seen| seen.scale() > 1.01)
}

pub fn listen() {
    super::listen(&document(), "keydown", |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if zoomed() || event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key()
        {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => newer(),
            "ArrowRight" => older(),
            _ => {}
        }
    });
    let Some(photo) = on_page::<Element>(".viewer-ground") else {
        return;
    };
    let ground = photo.clone();
    super::listen(&document(), "change", move |_| {
        // Enlarged, the middle is what is looked at first.
        ground.set_scroll_left((ground.scroll_width() - ground.client_width()) / 2);
        ground.set_scroll_top((ground.scroll_height() - ground.client_height()) / 2);
    });
    let place = |event: Event| {
        let event: TouchEvent = event.unchecked_into();
        let touch = event.changed_touches().item(0)?;
        // Two fingers zoom.
        let alone = event.touches().length() < 2;
        Some((touch.client_x(), touch.client_y())).filter(|_| alone)
    };
    let began = Rc::new(Cell::new(None::<(i32, i32)>));
    let begins = began.clone();
    super::listen(&photo, "touchstart", move |event| begins.set(place(event)));
    let ends = began.clone();
    super::listen(&photo, "touchcancel", move |_| ends.set(None));
    super::listen(&photo, "touchend", move |event| {
        let Some(((from_x, from_y), (to_x, to_y))) = began.take().zip(place(event)) else {
            return;
        };
        let (across, down) = (to_x - from_x, to_y - from_y);
        if !zoomed() && across.abs() > 60 && down.abs() < across.abs() / 2 {
            if across > 0 { newer() } else { older() }
        }
    });
}
