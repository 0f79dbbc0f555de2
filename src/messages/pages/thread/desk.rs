//! What stands around a thread at a desk: the list of threads, and whose this one is.

use crate::{
    accounts::Namesakes,
    journeys,
    messages::{
        heads::Head,
        pages::inbox,
        store::{Listed, Thread, replies::Reply},
    },
    records::{self, Record, Treatment},
    ui::{PageHeader, PatientBar, PersonLine, Reader, SplitPane},
};
use leptos::prelude::*;
use rust_i18n::t;

/// What stands around a thread at a desk.
pub(super) struct AtDesk {
    pub threads: Vec<Listed>,
    pub namesakes: Namesakes,
    pub heads: Vec<Head>,
    pub replies: Vec<Reply>,
}

/// The list of threads and the open one, side by side.
pub(super) fn at_desk<V: IntoView + 'static>(
    reader: &Reader,
    thread: &Thread,
    desk: &AtDesk,
    case: Option<i32>,
    contents: V,
) -> impl IntoView + use<V> {
    let lang = reader.lang();
    let none = t!("message.none", locale = lang).into_owned();
    let listed = (desk.threads.as_slice(), &desk.namesakes);
    let list = inbox::pane(reader, listed, Some(thread.journey), none);
    let back = match case {
        Some(case) => (
            format!("/journeys/{}/reviews/{case}", thread.journey.0),
            t!("photos.back.case", locale = lang).into_owned(),
        ),
        None => (
            "/messages".to_owned(),
            t!("message.all_threads", locale = lang).into_owned(),
        ),
    };
    let mut facts = thread.identity().short(reader);
    facts.push(journeys::product_name(lang, thread.product));
    let person = PersonLine {
        name: thread.patient_name(),
        facts,
        href: Some(format!("/patients/{}", thread.patient.0)),
    };
    let title = t!(
        "message.with_title",
        locale = lang,
        name = thread.patient_name()
    )
    .into_owned();
    let record = Record {
        patient: thread.patient,
        name: thread.patient_name(),
        treatment: Some(Treatment {
            journey: thread.journey,
            wear: thread.wear,
        }),
        treats: true,
    };
    let tabs = records::tabs(lang, &record, Some(records::Part::Messages));
    let detail = view! { <PatientBar person/>{tabs}{contents} };
    view! {
        <PageHeader title back/>
        <SplitPane
            label=t!("message.title", locale = lang).into_owned() list=list.into_any() detail=detail.into_any()
            empty=String::new()
        />
    }
}
