//! Who treats me, how my wish for another stands, and who else there is.

use crate::{
    accounts::{Patient, SignedIn},
    dentists::{
        model::Status,
        store::{self, Change, Dentist},
    },
    error::Fault,
    ids::DentistId,
    practices,
    ui::{
        Badge, Banner, Button, ButtonKind, FilterBar, LinkButton, Page, PageHeader, Position,
        Quote, Reader, Tone, begins_anew, field, or_empty, page, select, time,
    },
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Dentists on a page.
const PAGE: usize = 30;
/// A postal code with its country before it and its place behind it is seldom longer.
const POSTAL_CODE: usize = 60;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// How the postal code begins.
    near: String,
    language: String,
    /// Those after this place: a postal code, and a dentist there.
    after: String,
    /// Present after a wish was sent, or withdrawn.
    sent: Option<String>,
    withdrawn: Option<String>,
}

impl Asked {
    fn near(&self) -> String {
        let near = self.near.trim().chars();
        near.filter(|c| !c.is_control()).take(POSTAL_CODE).collect()
    }

    fn language(&self) -> Option<&str> {
        // A code of the list; anything else finds nobody.
        Some(self.language.as_str()).filter(|code| !code.is_empty() && !code.contains('\0'))
    }

    /// The address of the page after a dentist, with the same choices.
    fn after(&self, last: &Dentist) -> String {
        let place = Position {
            value: Some(last.postal_code.clone()),
            id: last.id.0,
            mark: None,
        };
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("near", &self.near())
            .append_pair("language", &self.language)
            .append_pair("after", &place.to_string())
            .finish();
        format!("/dentists?{query}")
    }
}

pub async fn directory(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    show(&mut db, &reader, &actor, &asked, false).await
}

/// The page, after a withdrawal that came too late if `late`.
pub async fn show(
    db: &mut PgConnection,
    reader: &Reader,
    patient: &Patient,
    asked: &Asked,
    late: bool,
) -> Result<Response, Fault> {
    let current = store::of_patient(db, patient.id()).await?;
    let treating = practices::treating(db, patient.id()).await?;
    let changes = store::changes_of(db, patient.id()).await?;
    let languages = store::languages(db).await?;
    let place = Position::read(&asked.after);
    let after = place
        .as_ref()
        .and_then(|place| Some((place.value.as_deref()?, DentistId(place.id))));
    let anew = after.is_none() && !asked.after.is_empty();
    let mut found =
        store::directory(db, &asked.near(), asked.language(), after, PAGE as i64 + 1).await?;
    let further = after.is_some();
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| asked.after(last));
    let lang = reader.lang();
    let title = t!("dentists.title", locale = lang).into_owned();
    let pending = changes.iter().any(|change| change.status == Status::Open);
    let newest = changes.first().map(|change| change.status);
    let said = if late {
        Some((Tone::Attention, t!("change.late", locale = lang)))
    } else if asked.sent.is_some() && pending {
        Some((Tone::Good, t!("change.sent", locale = lang)))
    } else if asked.withdrawn.is_some() && newest == Some(Status::Withdrawn) {
        Some((Tone::Good, t!("change.gone", locale = lang)))
    } else {
        None
    };
    let status = if late {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let heading = Page::titled(title.clone()).status(status);
    Ok(page(reader, heading, || {
        let rows = found
            .iter()
            .map(|dentist| {
                let theirs = current.as_ref().is_some_and(|own| own.id == dentist.id);
                row(reader, dentist, !theirs && !pending, theirs)
            })
            .collect_view();
        let list =
            (!found.is_empty()).then(|| view! { <ul class="card rows dentists">{rows}</ul> });
        let own = match &current {
            Some(dentist) => t!(
                "dentists.yours",
                locale = lang,
                name = dentist.name,
                practice = dentist.practice
            ),
            None => t!("dentists.none_yours", locale = lang),
        };
        let wishes = changes
            .iter()
            .map(|change| wish(reader, change))
            .collect_view();
        let wishes = (!changes.is_empty()).then(|| {
            view! {
                <section aria-labelledby="wishes-title">
                    <h2 id="wishes-title">{t!("change.title", locale = lang).into_owned()}</h2>
                    {wishes}
                </section>
            }
        });
        let said = said.map(|(tone, words)| {
            let words = words.into_owned();
            view! { <Banner tone><p>{words}</p></Banner> }
        });
        view! {
            <PageHeader title back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned())/>
            {said}
            <p class="lead">{own.into_owned()}</p>
            {practices::card(reader, treating.as_ref())}
            {wishes}
            <section aria-labelledby="directory-title">
                <h2 id="directory-title">{t!("dentists.directory", locale = lang).into_owned()}</h2>
                {filters(lang, asked, &languages)}
                {anew.then(|| begins_anew(lang))}
                {or_empty(list, match further {
                    true => t!("list.no_further", locale = lang),
                    false => t!("dentists.nobody", locale = lang),
                })}
                {next.map(|next| view! {
                    <LinkButton href=next>{t!("list.next", locale = lang).into_owned()}</LinkButton>
                })}
            </section>
        }
    }))
}

fn filters(lang: &'static str, asked: &Asked, languages: &[String]) -> impl IntoView + use<> {
    let languages: Vec<(String, String)> = std::iter::once((
        String::new(),
        t!("dentists.any_language", locale = lang).into_owned(),
    ))
    .chain(
        languages
            .iter()
            .map(|code| (code.clone(), language_name(code).to_owned())),
    )
    .collect();
    let near = asked.near();
    let chosen = asked.language.clone();
    view! {
        <FilterBar action="/dentists" label=t!("dentists.search_for", locale = lang)>
            {field("near", t!("dentists.near", locale = lang), None, None, move |described, invalid| view! {
                <input class="input" id="near" name="near" inputmode="text" maxlength="60" autocomplete="postal-code" value=near aria-describedby=described aria-invalid=invalid/>
            })}
            {field("language", t!("dentists.language", locale = lang), None, None, move |described, invalid| {
                select("language", languages, &chosen, described, invalid)
            })}
            <Button>{t!("dentists.filter", locale = lang).into_owned()}</Button>
        </FilterBar>
    }
}

fn row(reader: &Reader, dentist: &Dentist, can_ask: bool, theirs: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let languages: Vec<&str> = dentist
        .languages
        .iter()
        .map(|code| language_name(code))
        .collect();
    let about = format!("{} · {}", dentist.postal_code, languages.join(", "));
    let ask = can_ask.then(|| {
        let label = t!("dentists.ask_for", locale = lang, name = dentist.name).into_owned();
        view! { <LinkButton kind=ButtonKind::Tool small=true href=format!("/dentists/{}/change", dentist.id) label>{t!("dentists.ask", locale = lang).into_owned()}</LinkButton> }
    });
    let theirs = theirs.then(|| {
        view! { <Badge tone=Tone::Good>{t!("dentists.your_own", locale = lang).into_owned()}</Badge> }
    });
    view! {
        <li class="row">
            <span>
                <strong>{dentist.name.clone()}</strong>
                <span class="quiet block">{dentist.practice.clone()}</span>
                <span class="quiet block">{about}</span>
            </span>
            {ask}{theirs}
        </li>
    }
}

/// What those who speak a language call it; its code, if it is a rare one.
fn language_name(code: &str) -> &str {
    match code {
        "ar" => "العربية",
        "de" => "Deutsch",
        "en" => "English",
        "es" => "español",
        "fa" => "فارسی",
        "fr" => "français",
        "it" => "italiano",
        "pl" => "polski",
        "pt" => "português",
        "ru" => "русский",
        "tr" => "Türkçe",
        "uk" => "українська",
        "vi" => "Tiếng Việt",
        code => code,
    }
}

/// One wish and what became of it.
fn wish(reader: &Reader, change: &Change) -> impl IntoView + use<> {
    let lang = reader.lang();
    let (tone, state) = match change.status {
        Status::Open => (Some(Tone::Note), t!("change.open", locale = lang)),
        Status::Approved => (Some(Tone::Good), t!("change.approved", locale = lang)),
        Status::Declined => (Some(Tone::Attention), t!("change.declined", locale = lang)),
        Status::Withdrawn => (None, t!("change.withdrawn", locale = lang)),
    };
    let words = t!(
        "change.to",
        locale = lang,
        name = change.to,
        practice = change.practice
    );
    let withdraw = (change.status == Status::Open).then(|| {
        view! {
            <form method="post" action=format!("/dentist-changes/{}/withdraw", change.id)>
                <Button>{t!("change.withdraw", locale = lang).into_owned()}</Button>
            </form>
        }
    });
    let closed = change.closed.map(|at| time::moment(reader, at));
    let quoted = |text: &Option<String>| text.clone().map(|text| view! { <Quote words=text/> });
    let note = change.note.as_ref().map(|_| {
        view! { <p class="quiet">{t!("change.answer_was", locale = lang).into_owned()}</p> }
    });
    view! {
        <article class="card stack">
            <p><strong>{words.into_owned()}</strong>" "<Badge nostrip:tone=tone>{state.into_owned()}</Badge></p>
            <p class="quiet">{t!("change.asked", locale = lang).into_owned()}" "{time::moment(reader, change.created)}</p>
            {quoted(&change.reason)}
            {change.share_messages.then(|| view! { <p class="quiet">{t!("change.shares", locale = lang, name = change.to).into_owned()}</p> })}
            {note}
            {quoted(&change.note)}
            {closed.map(|closed| view! { <p class="quiet">{t!("change.closed", locale = lang).into_owned()}" "{closed}</p> })}
            {withdraw}
        </article>
    }
}
