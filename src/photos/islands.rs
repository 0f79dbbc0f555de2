//! What the browser's half adds to the pages of photos. None takes props, so that nothing of a patient's is
//! serialised for it: what they need stands in the page that the server wrote.

#[cfg(feature = "hydrate")]
use leptos::wasm_bindgen::closure::Closure;
use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, TouchEvent};

/// The first element inside `root` that `selector` names.
fn find<T: JsCast>(root: &Element, selector: &str) -> Option<T> {
    root.query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

/// The island's own element, from an event in it.
fn around(event: &Event, selector: &str) -> Option<Element> {
    event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest(selector)
        .ok()
        .flatten()
}

/// Around one photo: the arrow keys and a swipe follow the links to the next and the previous one.
#[island]
pub fn TurnPages(children: Children) -> impl IntoView {
    let follow = |rel: &str| {
        let link = document()
            .query_selector(&format!(".pager-turn a[rel={rel}]"))
            .ok()
            .flatten()
            .and_then(|link| link.dyn_into::<HtmlElement>().ok());
        if let Some(link) = link {
            link.click();
        }
    };
    // Zoomed in, keys and fingers move the photo itself.
    let zoomed = || {
        document()
            .query_selector(".zoom-switch:checked")
            .is_ok_and(|found| found.is_some())
    };
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if zoomed() || event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            match event.key().as_str() {
                "ArrowLeft" => follow("prev"),
                "ArrowRight" => follow("next"),
                _ => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
    let began = RwSignal::new(None::<(i32, i32)>);
    let touch = |event: &TouchEvent| {
        let touch = event.changed_touches().item(0)?;
        Some((touch.client_x(), touch.client_y()))
    };
    let on_start = move |event: TouchEvent| {
        // Two fingers zoom.
        let one = event.touches().length() == 1;
        began.set(touch(&event).filter(|_| one));
    };
    let on_end = move |event: TouchEvent| {
        let Some(((from_x, from_y), (to_x, to_y))) = began.get_untracked().zip(touch(&event))
        else {
            return;
        };
        let (across, down) = (to_x - from_x, to_y - from_y);
        if zoomed() || across.abs() < 60 || down.abs() > across.abs() / 2 {
            return;
        }
        follow(if across > 0 { "prev" } else { "next" });
    };
    view! { <div on:touchstart=on_start on:touchend=on_end>{children()}</div> }
}

/// Around two photos: lays one over the other, up to where the slider stands.
#[island]
pub fn CompareSlider(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        if let Some(control) = find::<HtmlElement>(&root, ".compare-control") {
            control.set_hidden(false);
        }
        show_split(&root);
    });
    let on_input = move |event: Event| {
        if let Some(root) = around(&event, ".compare") {
            show_split(&root);
        }
    };
    view! { <div node_ref=root on:input=on_input>{children()}</div> }
}

/// Puts the slider's position where the style sheet and screen readers find it.
fn show_split(root: &Element) {
    let (Some(slider), Some(beside), Some(pair)) = (
        find::<HtmlInputElement>(root, "#split"),
        find::<HtmlInputElement>(root, "#beside"),
        root.closest(".compare")
            .ok()
            .flatten()
            .or_else(|| root.query_selector(".compare").ok().flatten())
            .and_then(|pair| pair.dyn_into::<HtmlElement>().ok()),
    ) else {
        return;
    };
    let percent = slider.value();
    let _ = pair
        .class_list()
        .toggle_with_force("is-split", !beside.checked());
    let _ = pair.style().set_property("--split", &format!("{percent}%"));
    let words = pair.get_attribute("data-words").unwrap_or_default();
    let _ = slider.set_attribute("aria-valuetext", &words.replace("%{percent}", &percent));
    slider.set_disabled(beside.checked());
}

/// Around the photos of all stages: shows one at a time, chosen by a slider or played like a film.
#[island]
pub fn TimeLapse(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    let playing = RwSignal::new(false);
    let show = move |at: u32| {
        let Some(root) = root.get_untracked() else {
            return;
        };
        let Ok(frames) = root.query_selector_all(".frames > li") else {
            return;
        };
        let at = at.min(frames.length().saturating_sub(1));
        for n in 0..frames.length() {
            let Some(frame) = frames
                .item(n)
                .and_then(|frame| frame.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            let _ = frame.class_list().toggle_with_force("is-shown", n == at);
            // The next one is wanted soon.
            if n == at || n == at + 1 {
                for image in ["img.shot"] {
                    if let Some(image) = find::<Element>(&frame, image) {
                        let _ = image.remove_attribute("loading");
                    }
                }
            }
            if n == at
                && let Some(slider) = find::<HtmlInputElement>(&root, "#frame")
            {
                slider.set_value(&at.to_string());
                let stage = frame.get_attribute("data-stage").unwrap_or_default();
                let _ = slider.set_attribute("aria-valuetext", &stage);
            }
        }
    };
    let position = move || {
        root.get_untracked()
            .and_then(|root| find::<HtmlInputElement>(&root, "#frame"))
            .map_or((0, 0), |slider| {
                let number = |text: String| text.parse().unwrap_or(0_u32);
                (number(slider.value()), number(slider.max()))
            })
    };
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        if let Some(lapse) = find::<HtmlElement>(&root, ".lapse") {
            let _ = lapse.class_list().add_1("is-live");
        }
        if let Some(control) = find::<HtmlElement>(&root, ".lapse-control") {
            control.set_hidden(false);
        }
        show(0);
    });
    Effect::new(move |_| {
        let playing = playing.get();
        if let Some(play) = root.get().and_then(|root| find::<Element>(&root, "#play")) {
            let _ = play.set_attribute("aria-pressed", if playing { "true" } else { "false" });
        }
    });
    let step = move || {
        if !playing.get_untracked() {
            return;
        }
        match position() {
            (at, last) if at < last => show(at + 1),
            _ => playing.set(false),
        }
    };
    // Only in a browser: a server has no clock to set.
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(step, std::time::Duration::from_millis(700)) {
            on_cleanup(move || handle.clear());
        }
    });
    let on_click = move |event: Event| {
        if around(&event, "#play").is_none() {
            return;
        }
        let (at, last) = position();
        if !playing.get_untracked() && at >= last {
            show(0);
        }
        playing.update(|playing| *playing = !*playing);
    };
    let on_input = move |_: Event| {
        playing.set(false);
        show(position().0);
    };
    view! { <div node_ref=root on:click=move |event| on_click(event.into()) on:input=on_input>{children()}</div> }
}

/// Around the form that adds photos: sends each file as soon as it is chosen, two at a time, with a bar each; one can be
/// cancelled or tried again while the others go on. Whatever is said stands in the form's attributes.
#[island]
pub fn SendPhotos(children: Children) -> impl IntoView {
    let list = NodeRef::<leptos::html::Ul>::new();
    let on_change = move |event: Event| {
        #[cfg(feature = "hydrate")]
        sending::chosen(&event, list);
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, list);
    };
    view! {
        <div class="sending" on:change=on_change>
            {children()}
            <ul class="sends" aria-live="polite" node_ref=list hidden></ul>
        </div>
    }
}

/// Sending files, one request each, so that each has a bar and an end of its own.
#[cfg(feature = "hydrate")]
mod sending {
    use super::*;
    use std::{cell::RefCell, collections::VecDeque, rc::Rc};
    use web_sys::{
        File, FormData, HtmlFormElement, HtmlUListElement, ProgressEvent, XmlHttpRequest,
    };

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

    /// Takes the files out of the field that was filled in, and sends them.
    pub fn chosen(event: &Event, list: NodeRef<leptos::html::Ul>) {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let (Some(files), Some(form), Some(list)) =
            (input.files(), input.form(), list.get_untracked())
        else {
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
        list: &HtmlUListElement,
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
            if event.length_computable() && event.total() > 0.0 {
                let percent = event.loaded() * 100.0 / event.total();
                let _ = bar.set_attribute("value", &format!("{percent:.0}"));
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
