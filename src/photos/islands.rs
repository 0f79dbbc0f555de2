//! What the browser's half adds to the pages of photos. None takes props, so that nothing of a patient's is
//! serialised for it: what they need stands in the page that the server wrote. There is one of each on a page.

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::wasm_bindgen::{JsCast, closure::Closure};
#[cfg(feature = "hydrate")]
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

/// Around one photo: the arrow keys and a swipe follow the links to the next and the previous one.
#[island]
pub fn TurnPages(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    turning::listen();
    view! { <div>{children()}</div> }
}

/// Around two photos: lays one over the other, up to where the slider stands.
#[island]
pub fn CompareSlider(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    comparing::begin();
    view! { <div>{children()}</div> }
}

/// Around the photos of all stages: shows one at a time, chosen by a slider or played like a film.
#[island]
pub fn TimeLapse(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    lapsing::begin();
    view! { <div>{children()}</div> }
}

/// Around the form that adds photos: sends each file as soon as it is chosen, two at a time, with a bar each; one can be
/// cancelled or tried again while the others go on. Whatever is said stands in the form's attributes.
#[island]
pub fn SendPhotos(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    sending::listen();
    view! {
        <div class="sending">
            {children()}
            <ul class="sends" aria-live="polite" hidden></ul>
        </div>
    }
}

/// The first element inside `root` that `selector` names.
#[cfg(feature = "hydrate")]
fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    root.query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

/// The same on the whole page: there is one of each island.
#[cfg(feature = "hydrate")]
fn on_page<T: JsCast>(selector: &str) -> Option<T> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

/// Calls `handler` for each event of this name, as long as the page is there.
#[cfg(feature = "hydrate")]
fn listen(target: &web_sys::EventTarget, name: &str, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}

#[cfg(feature = "hydrate")]
mod turning {
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
    }

    pub fn listen() {
        super::listen(&document(), "keydown", |event| {
            let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
                return;
            };
            if zoomed() || event.alt_key() || event.ctrl_key() || event.meta_key() {
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
        let place = |event: Event| {
            let event = event.dyn_into::<TouchEvent>().ok()?;
            let touch = event.changed_touches().item(0)?;
            // Two fingers zoom.
            let alone = event.touches().length() < 2;
            Some((touch.client_x(), touch.client_y())).filter(|_| alone)
        };
        let began = Rc::new(Cell::new(None::<(i32, i32)>));
        let begins = began.clone();
        super::listen(&photo, "touchstart", move |event| begins.set(place(event)));
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
}

#[cfg(feature = "hydrate")]
mod comparing {
    use super::*;

    pub fn begin() {
        let (Some(pair), Some(control)) = (
            on_page::<HtmlElement>(".compare"),
            on_page::<HtmlElement>(".compare-control"),
        ) else {
            return;
        };
        control.set_hidden(false);
        show(&pair);
        let shown = pair.clone();
        listen(&pair, "input", move |_| {
            show(&shown);
        });
    }

    /// Puts the slider's position where the style sheet and screen readers find it.
    fn show(pair: &HtmlElement) -> Option<()> {
        let slider: HtmlInputElement = find(pair, "#split")?;
        let beside = find::<HtmlInputElement>(pair, "#beside")?.checked();
        let percent = slider.value();
        pair.class_list()
            .toggle_with_force("is-split", !beside)
            .ok()?;
        pair.style()
            .set_property("--split", &(percent.clone() + "%"))
            .ok()?;
        let words = pair.get_attribute("data-words")?;
        let words = words.replace("%{percent}", &percent);
        slider.set_attribute("aria-valuetext", &words).ok()?;
        slider.set_disabled(beside);
        Some(())
    }
}

#[cfg(feature = "hydrate")]
mod lapsing {
    use super::*;

    /// Milliseconds for which each stage is shown.
    const EACH: i32 = 700;

    fn slider() -> Option<HtmlInputElement> {
        on_page("#frame")
    }

    pub fn begin() {
        let (Some(lapse), Some(control), Some(slider), Some(play)) = (
            on_page::<HtmlElement>(".lapse"),
            on_page::<HtmlElement>(".lapse-control"),
            slider(),
            on_page::<Element>("#play"),
        ) else {
            return;
        };
        let _ = lapse.class_list().add_1("is-live");
        control.set_hidden(false);
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
        let step = Closure::<dyn FnMut()>::new(|| {
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
        on_page::<Element>("#play[aria-pressed=true]").is_some()
    }

    fn set_playing(playing: bool) {
        if let Some(play) = on_page::<Element>("#play") {
            let _ = play.set_attribute("aria-pressed", if playing { "true" } else { "false" });
        }
    }

    /// The stage that is shown, and the last, as the slider counts them.
    fn position() -> (u32, u32) {
        let number = |text: String| text.parse().unwrap_or(0);
        slider().map_or((0, 0), |slider| {
            (number(slider.value()), number(slider.max()))
        })
    }

    fn show(at: u32) {
        let Ok(frames) = document().query_selector_all(".frames > li") else {
            return;
        };
        for n in 0..frames.length() {
            let Some(frame) = frames
                .item(n)
                .and_then(|frame| frame.dyn_into::<Element>().ok())
            else {
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
                slider.set_value(&at.to_string());
                let stage = frame.get_attribute("data-stage").unwrap_or_default();
                let _ = slider.set_attribute("aria-valuetext", &stage);
            }
        }
    }
}

/// Sending files, one request each, so that each has a bar and an end of its own.
#[cfg(feature = "hydrate")]
mod sending {
    use super::*;
    use std::{cell::RefCell, collections::VecDeque, rc::Rc};
    use web_sys::{File, FormData, HtmlFormElement, ProgressEvent, XmlHttpRequest};

    /// Files that are on their way at the same time.
    const AT_ONCE: usize = 2;
    /// As the server's `limits::BYTES`: a larger one is not sent at all.
    const LARGEST: f64 = 25.0 * 1024.0 * 1024.0;

    /// One file, and its line on the page.
    struct Sending {
        form: HtmlFormElement,
        file: File,
        view: String,
        token: String,
        line: Element,
        bar: Element,
        status: Element,
        button: HtmlElement,
        request: RefCell<Option<XmlHttpRequest>>,
    }

    thread_local! {
        static WAITING: RefCell<VecDeque<Rc<Sending>>> = const { RefCell::new(VecDeque::new()) };
        static UNDER_WAY: RefCell<usize> = const { RefCell::new(0) };
    }

    fn words(form: &HtmlFormElement, name: &str) -> String {
        form.get_attribute(&format!("data-{name}"))
            .unwrap_or_default()
    }

    pub fn listen() {
        if let Some(form) = on_page::<Element>(".targets-form") {
            super::listen(&form, "change", |event| chosen(&event));
        }
    }

    /// Takes the files out of the field that was filled in, and sends them.
    fn chosen(event: &Event) {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let (Some(files), Some(form), Some(list)) = (
            input.files(),
            input.form(),
            on_page::<HtmlElement>(".sends"),
        ) else {
            return;
        };
        list.set_hidden(false);
        for n in 0..files.length() {
            if let Some(sending) = files
                .item(n)
                .and_then(|file| line(&form, &input, file, &list))
            {
                enqueue(sending);
            }
        }
        input.set_value("");
        pump();
    }

    fn line(
        form: &HtmlFormElement,
        input: &HtmlInputElement,
        file: File,
        list: &HtmlElement,
    ) -> Option<Rc<Sending>> {
        let make = |name: &str, class: &str| {
            let element = document().create_element(name).ok()?;
            element.set_class_name(class);
            Some(element)
        };
        let line = make("li", "send")?;
        let label = make("span", "send-name")?;
        let name = input
            .closest(".target")
            .ok()
            .flatten()
            .and_then(|target| find::<Element>(&target, ".target-name"))
            .and_then(|name| name.text_content())
            .unwrap_or_default();
        label.set_text_content(Some(&name));
        let bar = make("progress", "send-bar")?;
        let _ = bar.set_attribute("max", "100");
        let _ = bar.set_attribute("aria-label", &name);
        let status = make("span", "send-status quiet")?;
        let button: HtmlElement = make("button", "button button-quiet button-small")?
            .dyn_into()
            .ok()?;
        let _ = button.set_attribute("type", "button");
        for part in [&label, &status, &bar, button.as_ref()] {
            line.append_child(part).ok()?;
        }
        list.append_child(&line).ok()?;
        let sending = Rc::new(Sending {
            form: form.clone(),
            file,
            view: input.name(),
            token: window().crypto().ok()?.random_uuid(),
            line,
            bar,
            status,
            button,
            request: RefCell::new(None),
        });
        let pressed = sending.clone();
        let click = Closure::<dyn FnMut()>::new(move || press(&pressed));
        sending
            .button
            .set_onclick(Some(click.as_ref().unchecked_ref()));
        click.forget();
        Some(sending)
    }

    fn say(sending: &Sending, state: &str, text: &str) {
        let _ = sending.line.set_attribute("data-state", state);
        sending.status.set_text_content(Some(text));
        let button = match state {
            "waiting" | "sending" => Some("cancel"),
            "failed" | "cancelled" => Some("retry"),
            _ => None,
        };
        sending.button.set_hidden(button.is_none());
        if let Some(button) = button {
            sending
                .button
                .set_text_content(Some(&words(&sending.form, button)));
        }
    }

    fn enqueue(sending: Rc<Sending>) {
        let _ = sending.bar.set_attribute("value", "0");
        if sending.file.size() > LARGEST {
            say(&sending, "rejected", &words(&sending.form, "too-large"));
            return;
        }
        say(&sending, "waiting", &words(&sending.form, "waiting"));
        WAITING.with_borrow_mut(|waiting| waiting.push_back(sending));
    }

    /// The line's one button: gives up what is on its way, or begins again.
    fn press(sending: &Rc<Sending>) {
        let state = sending.line.get_attribute("data-state").unwrap_or_default();
        match state.as_str() {
            "sending" => {
                if let Some(request) = &*sending.request.borrow() {
                    let _ = request.abort();
                }
            }
            "waiting" => {
                WAITING
                    .with_borrow_mut(|waiting| waiting.retain(|other| !Rc::ptr_eq(other, sending)));
                say(sending, "cancelled", &words(&sending.form, "cancelled"));
            }
            _ => {
                enqueue(sending.clone());
                pump();
            }
        }
    }

    fn pump() {
        while UNDER_WAY.with_borrow(|count| *count < AT_ONCE) {
            let Some(sending) = WAITING.with_borrow_mut(VecDeque::pop_front) else {
                return;
            };
            if send(&sending).is_none() {
                say(&sending, "failed", &words(&sending.form, "failed"));
            }
        }
    }

    fn send(sending: &Rc<Sending>) -> Option<()> {
        let request = XmlHttpRequest::new().ok()?;
        let address = format!("{}&token={}", sending.form.action(), sending.token);
        request.open("POST", &address).ok()?;
        request.set_request_header("Accept", "text/plain").ok()?;
        let body = FormData::new().ok()?;
        body.append_with_blob(&sending.view, &sending.file).ok()?;
        let bar = sending.bar.clone();
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            // Whole numbers: to write others takes a tenth of all that is sent to a phone.
            let (loaded, total) = (event.loaded() as u64, event.total() as u64);
            if let Some(percent) = (loaded * 100).checked_div(total) {
                let _ = bar.set_attribute("value", &percent.to_string());
            }
        });
        request
            .upload()
            .ok()?
            .set_onprogress(Some(progress.as_ref().unchecked_ref()));
        progress.forget();
        let (ended, asked) = (sending.clone(), request.clone());
        let end = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            UNDER_WAY.with_borrow_mut(|count| *count -= 1);
            let form = &ended.form;
            let told = asked.response_text().ok().flatten().unwrap_or_default();
            match (event.type_().as_str(), asked.status().unwrap_or(0)) {
                ("abort", _) => say(&ended, "cancelled", &words(form, "cancelled")),
                (_, 202) => say(&ended, "sent", &words(form, "sent")),
                (_, 401) => say(&ended, "failed", &words(form, "signed-out")),
                (_, 422 | 429) if !told.is_empty() => say(&ended, "rejected", &told),
                _ => say(&ended, "failed", &words(form, "failed")),
            }
            finish(form);
            pump();
        });
        request.set_onloadend(Some(end.as_ref().unchecked_ref()));
        request.set_onabort(Some(end.as_ref().unchecked_ref()));
        end.forget();
        say(sending, "sending", &words(&sending.form, "sending"));
        UNDER_WAY.with_borrow_mut(|count| *count += 1);
        *sending.request.borrow_mut() = Some(request.clone());
        if request.send_with_opt_form_data(Some(&body)).is_err() {
            UNDER_WAY.with_borrow_mut(|count| *count -= 1);
            return None;
        }
        Some(())
    }

    /// With something sent, the form's button leads on to the gallery.
    fn finish(form: &HtmlFormElement) {
        let Some(button) = find::<HtmlElement>(form, ".send-all") else {
            return;
        };
        let done = form.get_attribute("data-done").unwrap_or_default();
        button.set_text_content(Some(&words(form, "finish")));
        let click = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let _ = window().location().set_href(&done);
        });
        button.set_onclick(Some(click.as_ref().unchecked_ref()));
        click.forget();
    }
}
