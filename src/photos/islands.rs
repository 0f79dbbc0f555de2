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

/// The first element inside `root` that `selector` names. The server wrote the page: what it is, is known.
#[cfg(feature = "hydrate")]
fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    Some(root.query_selector(selector).ok()??.unchecked_into())
}

/// The same on the whole page: there is one of each island.
#[cfg(feature = "hydrate")]
fn on_page<T: JsCast>(selector: &str) -> Option<T> {
    Some(document().query_selector(selector).ok()??.unchecked_into())
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
            let event: KeyboardEvent = event.unchecked_into();
            if zoomed()
                || event.alt_key()
                || event.ctrl_key()
                || event.meta_key()
                || event.shift_key()
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
        // The number comes first in every language: to look for its place would weigh more than all the rest.
        let words = percent + &words;
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
    use js_sys::{Promise, Uint8Array};
    use leptos::{task::spawn_local, wasm_bindgen::JsValue};
    use std::{cell::Cell, rc::Rc};
    use wasm_bindgen_futures::JsFuture;
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
        request: Cell<Option<XmlHttpRequest>>,
        given_up: Cell<bool>,
    }

    thread_local! {
        static WAITING: Cell<Vec<Rc<Sending>>> = const { Cell::new(Vec::new()) };
        /// Whether anything has arrived, and whether its sender wants to go on.
        static SENT: Cell<bool> = const { Cell::new(false) };
        static LEAVING: Cell<bool> = const { Cell::new(false) };
        static UNDER_WAY: Cell<usize> = const { Cell::new(0) };
    }

    fn change_waiting<T>(change: impl FnOnce(&mut Vec<Rc<Sending>>) -> T) -> T {
        let mut waiting = WAITING.take();
        let changed = change(&mut waiting);
        WAITING.set(waiting);
        changed
    }

    fn words(form: &HtmlFormElement, name: &str) -> String {
        form.get_attribute(name).unwrap_or_default()
    }

    pub fn listen() {
        if let Some(form) = on_page::<Element>(".targets-form") {
            super::listen(&form, "change", |event| chosen(&event));
            super::listen(&form, "submit", |event| submitted(&event));
        }
    }

    /// Takes the files out of the field that was filled in, and sends them.
    fn chosen(event: &Event) {
        let Some(input) = event
            .target()
            .map(JsCast::unchecked_into::<HtmlInputElement>)
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
        let button: HtmlElement =
            make("button", "button button-quiet button-small")?.unchecked_into();
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
            request: Cell::new(None),
            given_up: Cell::new(false),
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
            "waiting" | "sending" => Some("data-cancel"),
            "failed" | "cancelled" => Some("data-retry"),
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
            say(
                &sending,
                "rejected",
                &words(&sending.form, "data-too-large"),
            );
            return;
        }
        say(&sending, "waiting", &words(&sending.form, "data-waiting"));
        change_waiting(|waiting| waiting.insert(0, sending));
    }

    /// The line's one button: gives up what is on its way, or begins again.
    fn press(sending: &Rc<Sending>) {
        let state = sending.line.get_attribute("data-state").unwrap_or_default();
        match state.as_str() {
            "sending" => {
                sending.given_up.set(true);
                if let Some(request) = sending.request.take() {
                    let _ = request.abort();
                }
            }
            "waiting" => {
                change_waiting(|waiting| waiting.retain(|other| !Rc::ptr_eq(other, sending)));
                say(
                    sending,
                    "cancelled",
                    &words(&sending.form, "data-cancelled"),
                );
            }
            _ => {
                enqueue(sending.clone());
                pump();
            }
        }
    }

    fn pump() {
        while UNDER_WAY.get() < AT_ONCE {
            let Some(sending) = change_waiting(Vec::pop) else {
                return;
            };
            UNDER_WAY.set(UNDER_WAY.get() + 1);
            sending.given_up.set(false);
            say(&sending, "sending", &words(&sending.form, "data-sending"));
            spawn_local(async move {
                let (status, told) = send(&sending).await.unwrap_or_default();
                UNDER_WAY.set(UNDER_WAY.get().saturating_sub(1));
                let form = &sending.form;
                let sent = status == 202 && !sending.given_up.get();
                match status {
                    _ if sending.given_up.get() => {
                        say(&sending, "cancelled", &words(form, "data-cancelled"))
                    }
                    202 => say(&sending, "sent", &words(form, "data-sent")),
                    401 => say(&sending, "failed", &words(form, "data-signed-out")),
                    422 | 429 if !told.is_empty() => say(&sending, "rejected", &told),
                    _ => say(&sending, "failed", &words(form, "data-failed")),
                }
                pump();
                finish(form, sent);
            });
        }
    }

    /// Sends one file, straight to the store where that is offered and works, else to the server. The last answer's
    /// status and words.
    async fn send(sending: &Rc<Sending>) -> Option<(u16, String)> {
        if sending.form.has_attribute("data-direct")
            && let Some(answer) = put(sending).await
        {
            return Some(answer);
        }
        if sending.given_up.get() {
            return None;
        }
        let body = FormData::new().ok()?;
        body.append_with_blob(&sending.view, &sending.file).ok()?;
        let address = sending.form.action() + "&token=" + &sending.token;
        ask(sending, "POST", &address, None, |request| {
            request.send_with_opt_form_data(Some(&body))
        })
        .await
    }

    /// The way straight to the store; none if it leads nowhere.
    async fn put(sending: &Rc<Sending>) -> Option<(u16, String)> {
        let bytes = JsFuture::from(sending.file.array_buffer()).await.ok()?;
        let digest = window().crypto().ok()?.subtle();
        let digest = digest
            .digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref())
            .ok()?;
        let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?);
        let mut form = "view=".to_owned() + &sending.view + "&bytes=";
        form += &(sending.file.size() as u64).to_string();
        form += "&sha256=";
        for at in 0..digest.length() {
            let byte = digest.get_index(at);
            form.push(hexadecimal(byte >> 4));
            form.push(hexadecimal(byte & 15));
        }
        let announce = sending
            .form
            .action()
            .replacen("/photos?", "/photos/expect?", 1);
        let announce = announce + "&token=" + &sending.token;
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let (status, told) = ask(sending, "POST", &announce, Some(kind), |request| {
            request.send_with_opt_str(Some(&form))
        })
        .await?;
        match status {
            200 => {}
            202 | 401 | 422 | 429 => return Some((status, told)),
            _ => return None,
        }
        let (url, checksum) = told.split_once('\n')?;
        let checksum = ("x-amz-checksum-sha256", checksum);
        let (status, _) = ask(sending, "PUT", url, Some(checksum), |request| {
            request.send_with_opt_blob(Some(&sending.file))
        })
        .await?;
        if status != 200 {
            return None;
        }
        let arrived = "/photos/".to_owned() + &sending.token + "/arrived";
        ask(sending, "POST", &arrived, None, |request| request.send())
            .await
            .filter(|(status, _)| *status != 409)
    }

    fn hexadecimal(half: u8) -> char {
        char::from(if half < 10 {
            b'0' + half
        } else {
            b'a' - 10 + half
        })
    }

    /// One request, with the line's bar.
    async fn ask(
        sending: &Rc<Sending>,
        method: &str,
        address: &str,
        header: Option<(&str, &str)>,
        send: impl FnOnce(&XmlHttpRequest) -> Result<(), JsValue>,
    ) -> Option<(u16, String)> {
        let request = XmlHttpRequest::new().ok()?;
        request.open(method, address).ok()?;
        if method == "POST" {
            request.set_request_header("Accept", "text/plain").ok()?;
        }
        if let Some((name, value)) = header {
            request.set_request_header(name, value).ok()?;
        }
        let bar = sending.bar.clone();
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            // Whole numbers: to write others takes a tenth of all that is sent to a phone.
            let (loaded, total) = (event.loaded() as u64, event.total() as u64);
            if let Some(percent) = (loaded * 100).checked_div(total) {
                let _ = bar.set_attribute("value", &percent.to_string());
            }
        });
        let listens = progress.as_ref().unchecked_ref();
        request.upload().ok()?.set_onprogress(Some(listens));
        let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        sending.request.set(Some(request.clone()));
        send(&request).ok()?;
        JsFuture::from(ended).await.ok()?;
        let told = request.response_text().ok().flatten().unwrap_or_default();
        Some((request.status().unwrap_or(0), told))
    }

    /// Once something was sent, the form's button leads on to the gallery; pressed meanwhile, as soon as all is sent.
    fn finish(form: &HtmlFormElement, sent: bool) {
        if sent {
            SENT.set(true);
            if let Some(button) = find::<HtmlElement>(form, ".send-all") {
                button.set_text_content(Some(&words(form, "data-finish")));
            }
        }
        if LEAVING.get() && SENT.get() && !busy() {
            let _ = window().location().set_href(&words(form, "data-done"));
        }
    }

    fn busy() -> bool {
        UNDER_WAY.get() > 0 || change_waiting(|waiting| !waiting.is_empty())
    }

    /// With files on their way the form itself has nothing to send.
    fn submitted(event: &Event) {
        let Some(form) = event
            .target()
            .map(JsCast::unchecked_into::<HtmlFormElement>)
        else {
            return;
        };
        if busy() || SENT.get() {
            event.prevent_default();
            LEAVING.set(true);
            finish(&form, false);
        }
    }
}
