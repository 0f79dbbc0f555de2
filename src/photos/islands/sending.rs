//! Sending files, one request each, so that each has a bar and an end of its own.

use super::*;
use js_sys::{Promise, Uint8Array};
use leptos::{task::spawn_local, wasm_bindgen::JsValue};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, HtmlFormElement, ProgressEvent, UiEvent, XmlHttpRequest};

/// Files that are on their way at the same time.
const AT_ONCE: usize = 2;
/// As the server's `limits::AT_ONCE`: more than these do not wait.
const LINED_UP: usize = 12;
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
        super::listen(&window(), "beforeunload", |event| {
            if busy() {
                event.prevent_default();
            }
        });
        // What was chosen before this program was here.
        if let Ok(fields) = form.query_selector_all("input[type=file]") {
            for n in 0..fields.length() {
                if let Some(field) = fields.item(n) {
                    take(&field.unchecked_into());
                }
            }
        }
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
    take(&input);
}

fn take(input: &HtmlInputElement) {
    let (Some(files), Some(form), Some(list)) = (
        input.files().filter(|files| files.length() > 0),
        input.form(),
        on_page::<HtmlElement>(".sends"),
    ) else {
        return;
    };
    list.set_hidden(false);
    for n in 0..files.length() {
        if let Some(sending) = files
            .item(n)
            .and_then(|file| line(&form, input, file, &list))
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
    // Several of one view are told apart by what their sender calls them.
    let name = name + ", " + &file.name();
    label.set_text_content(Some(&name));
    let bar = make("progress", "send-bar")?;
    let _ = bar.set_attribute("max", "100");
    let _ = bar.set_attribute("aria-label", &name);
    let status = make("span", "send-status quiet")?;
    let button: HtmlElement = make("button", "button button-quiet button-small")?.unchecked_into();
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
    super::listen(&sending.button, "click", move |event| {
        // A second click in a row was meant for what the button said before.
        if event.unchecked_into::<UiEvent>().detail() < 2 {
            press(&pressed);
        }
    });
    Some(sending)
}

fn say(sending: &Sending, state: &str, text: &str) {
    let _ = sending.line.set_attribute("data-state", state);
    // What somebody has to look at stands on top.
    if matches!(state, "failed" | "rejected")
        && let Some(list) = sending.line.parent_element()
    {
        let _ = list.prepend_with_node_1(&sending.line);
        list.set_scroll_top(0);
    }
    sending.status.set_text_content(Some(text));
    let button = match state {
        "waiting" | "sending" => Some("data-cancel"),
        "failed" | "cancelled" => Some("data-retry"),
        _ => None,
    };
    sending.button.set_hidden(button.is_none());
    if let Some(button) = button {
        let words = words(&sending.form, button);
        sending.button.set_text_content(Some(&words));
        let name = sending.bar.get_attribute("aria-label").unwrap_or_default();
        let _ = sending
            .button
            .set_attribute("aria-label", &(words + ": " + &name));
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
    if change_waiting(|waiting| waiting.len()) + UNDER_WAY.get() >= LINED_UP {
        let words = words(&sending.form, "data-too-many");
        say(&sending, "failed", &words);
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
            let sent = status == 202;
            match status {
                // Given up too late is sent.
                202 => say(&sending, "sent", &words(form, "data-sent")),
                _ if sending.given_up.get() => {
                    say(&sending, "cancelled", &words(form, "data-cancelled"))
                }
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
    form += &(sending.file.size() as u32).to_string();
    form += "&sha256=";
    for at in 0..digest.length() {
        let byte = digest.get_index(at);
        form.push(hexadecimal(byte >> 4));
        form.push(hexadecimal(byte & 15));
    }
    let announce = sending.form.get_attribute("data-direct")? + "&token=" + &sending.token;
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
        // A slice has no type: no header that the store would have to allow.
        request.send_with_opt_blob(sending.file.slice().ok().as_ref())
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
    if sending.given_up.get() {
        return None;
    }
    let request = XmlHttpRequest::new().ok()?;
    request.open(method, address).ok()?;
    if method == "POST" {
        request.set_request_header("Accept", "text/plain").ok()?;
    }
    if let Some((name, value)) = header {
        request.set_request_header(name, value).ok()?;
    }
    let bar = sending.bar.clone();
    super::listen(&request.upload().ok()?.into(), "progress", move |event| {
        let event: ProgressEvent = event.unchecked_into();
        // Whole numbers: to write others takes a tenth of all that is sent to a phone.
        let percent = (event.loaded() / event.total() * 100.0) as u32;
        let _ = bar.set_attribute("value", &percent.to_string());
    });
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
    if LEAVING.get() && !busy() {
        // Nobody is taken away from a photo that did not arrive.
        LEAVING.set(false);
        if SENT.get() && on_page::<Element>(FAILED).is_none() {
            let _ = window().location().set_href(&words(form, "data-done"));
        }
    }
}

fn busy() -> bool {
    UNDER_WAY.get() > 0 || change_waiting(|waiting| !waiting.is_empty())
}

/// The buttons of lines that did not arrive.
const FAILED: &str = ".send[data-state=failed] button";

/// With files on their way the form itself has nothing to send.
fn submitted(event: &Event) {
    let Some(form) = event
        .target()
        .map(JsCast::unchecked_into::<HtmlFormElement>)
    else {
        return;
    };
    let failed = document().query_selector_all(FAILED).ok();
    let failed = failed.filter(|failed| failed.length() > 0);
    if busy() || SENT.get() || failed.is_some() {
        event.prevent_default();
        LEAVING.set(true);
        // Each once more.
        if let Some(failed) = failed {
            for n in 0..failed.length() {
                if let Some(button) = failed.item(n) {
                    button.unchecked_into::<HtmlElement>().click();
                }
            }
        }
        finish(&form, false);
    }
}
