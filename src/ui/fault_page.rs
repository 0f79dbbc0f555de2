//! The page of each [`Fault`]: what happened, what was kept, what to do next.

use super::{
    Button, ButtonKind, KeptForm, LinkButton, Page, PageHeader, Posture, Reader, ReaderCell, page,
    telephone,
};
use crate::{error::Fault, platform::http::RequestId};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use std::any::Any;

/// Marks an answer whose words are its handler's own, for an island to show.
#[derive(Clone, Copy, Debug)]
pub struct InWords;

/// Writes the words of faults, in the reader's language. Islands get the fault's name instead.
pub async fn fault_pages(request: Request<Body>, next: Next) -> Response {
    let cell = request.extensions().get::<ReaderCell>().cloned();
    let api = request.uri().path().starts_with("/api/");
    // Who asks for a page has sent nothing that could have been saved.
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let number = request.extensions().get::<RequestId>().copied();
    let response = next.run(request).await;
    let fault = response
        .extensions()
        .get::<Fault>()
        .copied()
        .or_else(|| fault_of(&response).filter(|_| !api));
    match (fault, cell) {
        (Some(fault), Some(cell)) if !api => {
            let kept = response.extensions().get::<KeptForm>();
            let mut answer = render(&cell.get(), (fault, reading), kept, number);
            // What other layers noted of it, as the route that it came from.
            answer
                .extensions_mut()
                .extend(response.extensions().clone());
            answer.extensions_mut().insert(fault);
            if let Some(allow) = response.headers().get(header::ALLOW) {
                answer.headers_mut().insert(header::ALLOW, allow.clone());
            }
            if fault == Fault::Unavailable {
                answer
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            answer
        }
        // From a layer: a server function's own answer has no fault beside it.
        (Some(fault), _) if api => (response.status(), fault.name()).into_response(),
        _ => response,
    }
}

/// The answers that axum and its layers give by themselves, in plain text.
fn fault_of(response: &Response) -> Option<Fault> {
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if html || response.extensions().get::<InWords>().is_some() {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND => Some(Fault::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Fault::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Fault::TooLarge),
        StatusCode::BAD_REQUEST
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => Some(Fault::Malformed),
        StatusCode::REQUEST_TIMEOUT => Some(Fault::Unavailable),
        // The health check says so itself.
        StatusCode::SERVICE_UNAVAILABLE => None,
        status if status.is_server_error() => Some(Fault::Internal),
        _ => None,
    }
}

/// What a caught panic is answered with. It was logged where it happened (`telemetry::start`).
pub fn panic_answer(_: Box<dyn Any + Send + 'static>) -> Response {
    Fault::Internal.into_response()
}

fn words((fault, reading): (Fault, bool), lang: &'static str) -> (String, String) {
    let (title, text) = match fault {
        Fault::Malformed if reading => (
            t!("fault.reading.malformed.title", locale = lang),
            t!("fault.reading.malformed.text", locale = lang),
        ),
        Fault::Unavailable if reading => (
            t!("fault.unavailable.title", locale = lang),
            t!("fault.reading.unavailable", locale = lang),
        ),
        Fault::Internal if reading => (
            t!("fault.internal.title", locale = lang),
            t!("fault.reading.internal", locale = lang),
        ),
        Fault::SignedOut => (
            t!("fault.signed_out.title", locale = lang),
            t!("fault.signed_out.text", locale = lang),
        ),
        Fault::TermsNotAccepted => (
            t!("fault.terms.title", locale = lang),
            t!("fault.terms.text", locale = lang),
        ),
        Fault::Disabled => (
            t!("fault.disabled.title", locale = lang),
            t!("fault.disabled.text", locale = lang),
        ),
        Fault::EmailTaken => (
            t!("fault.email_taken.title", locale = lang),
            t!("fault.email_taken.text", locale = lang),
        ),
        Fault::EmailNotVerified => (
            t!("fault.email_not_verified.title", locale = lang),
            t!("fault.email_not_verified.text", locale = lang),
        ),
        Fault::EmailUnusable => (
            t!("fault.email_unusable.title", locale = lang),
            t!("fault.email_unusable.text", locale = lang),
        ),
        Fault::NotRegistered => (
            t!("fault.not_registered.title", locale = lang),
            t!("fault.not_registered.text", locale = lang),
        ),
        Fault::SignInStale => (
            t!("fault.sign_in_stale.title", locale = lang),
            t!("fault.sign_in_stale.text", locale = lang),
        ),
        Fault::SignInCancelled => (
            t!("fault.sign_in_cancelled.title", locale = lang),
            t!("fault.sign_in_cancelled.text", locale = lang),
        ),
        Fault::ProviderFailed => (
            t!("fault.provider_failed.title", locale = lang),
            t!("fault.provider_failed.text", locale = lang),
        ),
        Fault::Forbidden => (
            t!("fault.forbidden.title", locale = lang),
            t!("fault.forbidden.text", locale = lang),
        ),
        Fault::CrossSite => (
            t!("fault.cross_site.title", locale = lang),
            t!("fault.cross_site.text", locale = lang),
        ),
        Fault::NotFound => (
            t!("fault.not_found.title", locale = lang),
            t!("fault.not_found.text", locale = lang),
        ),
        Fault::MethodNotAllowed => (
            t!("fault.method.title", locale = lang),
            t!("fault.method.text", locale = lang),
        ),
        Fault::Malformed => (
            t!("fault.malformed.title", locale = lang),
            t!("fault.malformed.text", locale = lang),
        ),
        Fault::TooLarge => (
            t!("fault.too_large.title", locale = lang),
            t!("fault.too_large.text", locale = lang),
        ),
        Fault::Stale => (
            t!("fault.stale.title", locale = lang),
            t!("fault.stale.text", locale = lang),
        ),
        Fault::NotNow => (
            t!("fault.not_now.title", locale = lang),
            t!("fault.not_now.text", locale = lang),
        ),
        Fault::Unavailable => (
            t!("fault.unavailable.title", locale = lang),
            t!("fault.unavailable.text", locale = lang),
        ),
        Fault::Internal => (
            t!("fault.internal.title", locale = lang),
            t!("fault.internal.text", locale = lang),
        ),
    };
    (title.into_owned(), text.into_owned())
}

/// The words for those who work for the clinic, where they are not a patient's: what they can do instead of calling it.
fn words_at_desk((fault, reading): (Fault, bool), lang: &'static str) -> Option<String> {
    let text = match fault {
        Fault::Forbidden => t!("fault.desk.forbidden", locale = lang),
        Fault::NotNow => t!("fault.desk.not_now", locale = lang),
        Fault::Unavailable if reading => t!("fault.desk.reading.unavailable", locale = lang),
        Fault::Unavailable => t!("fault.desk.unavailable", locale = lang),
        Fault::Internal if reading => t!("fault.desk.reading.internal", locale = lang),
        Fault::Internal => t!("fault.desk.internal", locale = lang),
        _ => return None,
    };
    Some(text.into_owned())
}

/// Whether the words of a fault send whoever reads them at a desk to whoever runs Midline, with the request's number.
fn names_number(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden | Fault::Unavailable | Fault::Internal
    )
}

/// What somebody looked for, as far as the address says so: whether there is such a thing is not told.
fn missing(reader: &Reader) -> Option<String> {
    let lang = reader.lang();
    let parts: Vec<&str> = reader.path.trim_matches('/').split('/').collect();
    let words = match parts[..] {
        // Who has no such pages is told nothing of what would be there.
        _ if reader.posture == Posture::Public => return None,
        ["patients", _, ..] if reader.posture == Posture::Desk => {
            t!("fault.missing.patient", locale = lang)
        }
        ["journeys", _, "reviews", ..] if reader.dentist => t!("fault.missing.case", locale = lang),
        ["journeys", _, ..] => t!("fault.missing.treatment", locale = lang),
        ["photos", _, ..] => t!("fault.missing.photo", locale = lang),
        ["reports", _, ..] => t!("fault.missing.report", locale = lang),
        ["notifications", _, ..] if reader.office => {
            t!("fault.missing.notification", locale = lang)
        }
        ["inbox", _, ..] => t!("fault.missing.notification", locale = lang),
        ["campaigns", _, ..] if reader.office => t!("fault.missing.campaign", locale = lang),
        ["messages", "replies", _, ..] if reader.dentist => {
            t!("fault.missing.reply", locale = lang)
        }
        ["dentist-changes", _, ..] => t!("fault.missing.request", locale = lang),
        ["dentists", _, ..] => t!("fault.missing.dentist", locale = lang),
        ["wear", _, ..] => t!("fault.missing.wear", locale = lang),
        _ => return None,
    };
    Some(words.into_owned())
}

/// Whether there is such a page for its reader, so that the menu may say where it is.
fn is_somewhere(fault: Fault) -> bool {
    !matches!(
        fault,
        Fault::NotFound | Fault::MethodNotAllowed | Fault::Forbidden | Fault::CrossSite
    )
}

/// Whether the words of a fault send whoever reads them to the clinic, unless they work for it.
fn names_clinic(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Disabled
            | Fault::EmailTaken
            | Fault::EmailUnusable
            | Fault::NotRegistered
            | Fault::Forbidden
            | Fault::NotNow
            | Fault::Unavailable
            | Fault::Internal
    )
}

fn render(
    reader: &Reader,
    (fault, reading): (Fault, bool),
    kept: Option<&KeptForm>,
    number: Option<RequestId>,
) -> Response {
    let lang = reader.lang();
    let (title, text) = words((fault, reading), lang);
    let works_here = reader.posture == Posture::Desk || reader.office;
    let at_desk = words_at_desk((fault, reading), lang).filter(|_| works_here);
    let number = number.filter(|_| at_desk.is_some() && names_number(fault));
    let text = at_desk.unwrap_or(text);
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let first = reader.first_place();
    let next = match fault {
        Fault::SignedOut
        | Fault::Disabled
        | Fault::EmailTaken
        | Fault::EmailNotVerified
        | Fault::EmailUnusable
        | Fault::NotRegistered
        | Fault::SignInStale
        | Fault::SignInCancelled
        | Fault::ProviderFailed => (
            "/sign-in",
            t!("fault.to_sign_in", locale = lang).into_owned(),
        ),
        Fault::TermsNotAccepted => ("/terms", t!("fault.to_terms", locale = lang).into_owned()),
        _ => first,
    };
    // What was looked for, and the list in which it would be; not where the page's one button leads anyway.
    let place = reader.named_place().filter(|_| fault != Fault::Forbidden);
    let title = match (&place, fault) {
        (_, Fault::NotFound) => missing(reader).unwrap_or(title),
        (Some((_, place)), fault) if is_somewhere(fault) => {
            t!("fault.at", locale = lang, place = place, title = title).into_owned()
        }
        _ => title,
    };
    let back = place
        .filter(|(path, _)| *path != next.0)
        .map(|(path, words)| (path.to_owned(), words));
    // From the configuration: what has failed may be the database. Those who work for the clinic call nobody.
    let calls = names_clinic(fault) && !works_here;
    let mut head = Page::titled(title.clone()).status(status);
    head.nowhere = !is_somewhere(fault);
    page(reader, head, || {
        let way_on = match kept {
            Some(kept) => Either::Left(send_again(lang, fault, kept)),
            None => Either::Right(
                view! { <LinkButton href=next.0 kind=ButtonKind::Primary>{next.1}</LinkButton> },
            ),
        };
        view! {
            <div class="fault">
                <PageHeader title nostrip:back=back/>
                <p class="lead">{text}</p>
                {number.map(|RequestId(number)| view! {
                    <p>{t!("fault.desk.number", locale = lang).into_owned()}" "<code>{number.to_string()}</code></p>
                })}
                {way_on}
                {calls.then(|| telephone::call_clinic(reader))}
            </div>
        }
    })
}

/// What was sent, to be sent again; after signing in beside it, if that is what was missing.
fn send_again(lang: &'static str, fault: Fault, kept: &KeptForm) -> impl IntoView + use<> {
    let sign_in = (fault == Fault::SignedOut).then(|| {
        view! {
            <p>{t!("fault.kept.signed_out", locale = lang).into_owned()}</p>
            <LinkButton href="/sign-in" kind=ButtonKind::Primary target="_blank" rel="noopener">
                {t!("fault.kept.sign_in", locale = lang).into_owned()}
            </LinkButton>
        }
    });
    let kind = if sign_in.is_some() {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    let fields = kept
        .fields
        .iter()
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.clone() value=value.clone()/> }
        })
        .collect_view();
    let enctype = kept.files.map(|_| "multipart/form-data");
    // Behind the words, as wherever files go with a form.
    let files = kept.files.map(|kinds| {
        view! {
            <p id="files-hint">{t!("fault.kept.files", locale = lang).into_owned()}</p>
            <label for="files">{t!("fault.kept.choose", locale = lang).into_owned()}</label>
            <input id="files" name="file" type="file" class="input" accept=kinds multiple aria-describedby="files-hint"/>
        }
    });
    view! {
        {sign_in}
        <form method="post" action=kept.action.clone() enctype=enctype class="stack">
            {fields}
            {files}
            <Button kind>{t!("fault.kept.again", locale = lang).into_owned()}</Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_sent_to_the_clinic_reads_its_number() {
        for fault in Fault::ALL {
            for reading in [true, false] {
                let (_, text) = words((fault, reading), "de");
                assert_eq!(text.contains("Praxis"), names_clinic(fault), "{text}");
            }
        }
    }

    #[test]
    fn nobody_at_a_desk_is_sent_to_the_clinic() {
        // Of an account that cannot be used nobody knows whose it is: that page is nobody's in particular.
        let signed_in = [
            Fault::Forbidden,
            Fault::NotNow,
            Fault::Unavailable,
            Fault::Internal,
        ];
        for fault in signed_in {
            for reading in [true, false] {
                let text = words_at_desk((fault, reading), "de").expect("words of its own");
                assert!(!text.contains("Praxis"), "{text}");
                let says_number = text.contains("Nummer");
                assert_eq!(says_number, names_number(fault), "{text}");
            }
        }
    }
}
