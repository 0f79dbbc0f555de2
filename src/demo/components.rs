//! The design system on one page: each component in every state. In the demo alone; browser tests compare its
//! pictures.

mod acts;
mod fields;
mod figures;
mod pictures;
mod told;

use crate::{
    app::App,
    error::Fault,
    ui::{Button, ButtonKind, Language, LinkButton, Page, PageHeader, Reader, Toast, VIEWER, page},
};
use axum::{
    Router,
    extract::{Query, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new().route("/demo/components", get(show))
}

#[derive(Deserialize)]
pub struct Shown {
    /// Also shows the toast, which leaves after ten seconds; a number says how many of them are gone.
    toast: Option<String>,
}

/// The gallery's own words, in the reader's language.
#[derive(Clone, Copy)]
pub struct Words(Language);

impl Words {
    fn of(self, english: &'static str, german: &'static str) -> String {
        match self.0 {
            Language::English => english,
            Language::German => german,
        }
        .to_owned()
    }
}

pub async fn show(
    mut reader: Reader,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let say = Words(reader.language);
    // The pictures of this page are compared: its days are always the same.
    if let Some(at) = NaiveDate::from_ymd_opt(2026, 3, 17).and_then(|day| day.and_hms_opt(11, 0, 0))
    {
        reader.now = at.and_utc();
    }
    let title = say.of("Components", "Bausteine");
    let toast = query.toast.is_some();
    let spent: Option<i64> = query.toast.as_deref().and_then(|gone| gone.parse().ok());
    let shown = Page::titled(title.clone()).with_module(&VIEWER);
    Ok(page(&reader, shown, || {
        view! {
            <section class="gallery" id="head" aria-label="PageHeader">
                <PageHeader
                    title=title
                    back=("/".to_owned(), say.of("Back to Midline", "Zurück zu Midline"))
                    lead=say.of("What Midline’s pages are put together from.", "Woraus die Seiten von Midline bestehen.")
                >
                    <LinkButton href="#fields" kind=ButtonKind::Primary>{say.of("Go to fields", "Zu den Feldern")}</LinkButton>
                </PageHeader>
            </section>
            {acts::buttons(say)}
            {acts::states(say)}
            {told::messages(say)}
            {figures::figures(say)}
            {acts::chips(say)}
            {told::people(say)}
            {acts::navigation(say)}
            {acts::panes(say)}
            {fields::fields(say)}
            {fields::disabled(say)}
            {figures::tables(say)}
            {figures::table(say)}
            {acts::over(say)}
            {figures::progress(say)}
            {figures::charts(say)}
            {figures::calendar(&reader, say)}
            {told::lists(say)}
            {told::words(say)}
            {fields::forms(say)}
            {pictures::pictures(say)}
            {pictures::alone(say)}
            {acts::palette(say)}
            {toast.then(|| view! {
                <Toast words=say.of("Step 8 is on track.", "Schritt 8 ist im Plan.") nostrip:spent=spent>
                    <Button kind=ButtonKind::Quiet small=true>{say.of("Undo", "Rückgängig")}</Button>
                </Toast>
            })}
        }
    }))
}

fn part(id: &'static str, title: &'static str, contents: impl IntoView) -> impl IntoView {
    view! {
        <section class="gallery" id=id aria-labelledby=format!("{id}-title")>
            <h2 id=format!("{id}-title")>{title}</h2>
            {contents}
        </section>
    }
}
