//! What waits at a desk: for a dentist, what their patients reported; for staff, what nobody has seen in time.

use crate::{
    accounts::{self, Desk, SignedIn},
    error::Fault,
    reports::{
        service,
        store::{Answered, Open, Unseen},
        view,
    },
    ui::{EmptyState, IconName, Page, PageHeader, page},
};
use axum::response::Response;
use leptos::prelude::*;
use rust_i18n::t;

/// Reports on the page; more than ever wait.
const PAGE: i64 = 100;

pub async fn list(signed_in: SignedIn<Desk>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let (own, answered) = match actor.dentist() {
        Some(dentist) => (
            service::open_of_dentist(&mut db, dentist, &act, PAGE).await?,
            service::answered_of_dentist(&mut db, dentist, &act, PAGE).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let unseen = match actor.office() {
        Some(office) => {
            service::open_unseen_for_staff(&mut db, &office, &act, reader.now, PAGE).await?
        }
        None => Vec::new(),
    };
    let named = own.iter().map(Open::named);
    let named = named.chain(answered.iter().map(Answered::named));
    let named = named.chain(unseen.iter().map(Unseen::named));
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let lang = reader.lang();
    let title = t!("report.title", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let nothing: bool = own.is_empty() && unseen.is_empty();
        let lists = (!nothing).then(|| {
            view! {
                {view::list(&reader, &own, "/reports", &namesakes)}
                {view::office_list(&reader, &unseen, &namesakes)}
            }
        });
        let back = if reader.dentist {
            ("/today", t!("nav.today", locale = lang))
        } else {
            ("/office", t!("nav.office", locale = lang))
        };
        let back = (back.0.to_owned(), back.1.into_owned());
        view! {
            <PageHeader title back/>
            {lists}
            {nothing.then(|| view! {
                <EmptyState icon=IconName::Check title=t!("report.nothing", locale = lang).into_owned() text=t!("report.none", locale = lang).into_owned()/>
            })}
            {view::answered_list(&reader, &answered, &namesakes)}
        }
    }))
}
