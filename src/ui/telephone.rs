//! Numbers that one taps to call.

use super::{IconName, LinkButton, Reader};
use crate::platform::telephone::dial;
use leptos::prelude::*;
use rust_i18n::t;

/// The button that dials a number.
pub fn call(lang: &'static str, number: &str) -> impl IntoView + use<> {
    let words = t!("practice.call", locale = lang, number = number).into_owned();
    view! {
        <LinkButton href=dial(number) icon=IconName::Phone>{words}</LinkButton>
    }
}

/// The button that dials the clinic itself.
pub fn call_clinic(reader: &Reader) -> impl IntoView + use<> {
    call(reader.lang(), &reader.clinic_telephone)
}

/// A number among other words.
pub fn number(number: &str) -> impl IntoView + use<> {
    view! { <a href=dial(number)>{number.to_owned()}</a> }
}
