//! The first day: language and time zone, reminders, first photos, the practice. Each is a page of its own that can be left for
//! later and gone on with from the first page.

use crate::{
    accounts::{self, Patient, SignedIn},
    error::Fault,
    home::store,
    journeys, practices,
    ui::{
        Button, ButtonKind, Card, Choice, FormCard, Icon, IconName, Language, Lines, LinkButton,
        Page, Reader, Stepper, field, hidden, page, select,
    },
};
use axum::{
    Form,
    extract::{
        Query,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;

/// The pages of the first day, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Place,
    Reminders,
    Photos,
    Practice,
}

impl Part {
    const ALL: [Self; 4] = [Self::Place, Self::Reminders, Self::Photos, Self::Practice];

    fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Reminders => "reminders",
            Self::Photos => "photos",
            Self::Practice => "practice",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    fn number(self) -> usize {
        Self::ALL
            .iter()
            .position(|part| *part == self)
            .map_or(0, |at| at + 1)
    }

    fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    fn path(self) -> String {
        format!("/welcome/{}", self.name())
    }
}

/// Goes on where the first day was left.
pub async fn begin(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn { actor, mut db, .. } = signed_in;
    let part = store::first_day(&mut db, actor.id()).await?;
    let part = part.as_deref().and_then(Part::named).unwrap_or(Part::Place);
    Ok(Redirect::to(&part.path()).into_response())
}

/// How far one is, above each page's heading.
fn progress(reader: &Reader, part: Part) -> impl IntoView + use<> {
    let lang = reader.lang();
    let steps = Part::ALL
        .map(|part| {
            match part {
                Part::Place => t!("first_day.step.place", locale = lang),
                Part::Reminders => t!("first_day.step.reminders", locale = lang),
                Part::Photos => t!("first_day.step.photos", locale = lang),
                Part::Practice => t!("first_day.step.practice", locale = lang),
            }
            .into_owned()
        })
        .to_vec();
    view! { <Stepper lang steps current=part.number()/> }
}

/// The buttons below a page: on to the next, or all the rest another time.
fn onward(reader: &Reader, part: Part, words: String, primary: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let class = if primary {
        "button button-primary button-wide"
    } else {
        "button button-quiet button-wide"
    };
    let skip = part.next().is_some().then(|| {
        view! {
            <form method="post" action="/welcome/next">
                {hidden("from", "")}
                <button class="as-link first-skip" type="submit">{t!("first_day.skip", locale = lang).into_owned()}</button>
            </form>
        }
    });
    view! {
        <form method="post" action="/welcome/next">
            {hidden("from", part.name())}
            <button class=class type="submit">{words}</button>
        </form>
        {skip}
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Onward {
    /// The page that was done; empty: all the rest another time.
    from: String,
}

pub async fn next(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Onward>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(onward) = form?;
    let SignedIn { actor, mut db, .. } = signed_in;
    let next = match onward.from.as_str() {
        "" => None,
        name => Part::named(name).ok_or(Fault::Malformed)?.next(),
    };
    store::set_first_day(&mut db, actor.id(), next.map(Part::name)).await?;
    let to = next.map_or_else(|| "/".to_owned(), Part::path);
    Ok(Redirect::to(&to).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Place {
    language: String,
    time_zone: String,
}

pub async fn place(signed_in: SignedIn<Patient>) -> Response {
    let SignedIn { actor, reader, .. } = signed_in;
    let chosen = Place {
        language: reader.language.code().to_owned(),
        time_zone: actor.zone().name().to_owned(),
    };
    place_page(&reader, &chosen, StatusCode::OK)
}

/// Proposes the browser's own time zone, where the list has it.
const PROPOSE: &str = "{const s=document.getElementById('time_zone'),z=Intl.DateTimeFormat().resolvedOptions().timeZone;\
if(s&&[...s.options].some(o=>o.value===z))s.value=z}";

fn place_page(reader: &Reader, chosen: &Place, status: StatusCode) -> Response {
    let lang = reader.lang();
    let title = t!("first_day.place", locale = lang).into_owned();
    page(reader, Page::titled(title.clone()).status(status), || {
        let languages = Language::ALL
            .into_iter()
            .map(|language| {
                let checked = language.code() == chosen.language;
                view! {
                    <Choice name="language" value=language.code() checked lang=language.code() words=language.own_name()/>
                }
            })
            .collect_view();
        let mut names: Vec<&str> = journeys::model::zones().map(|zone| zone.name()).collect();
        if !names.contains(&chosen.time_zone.as_str()) {
            names.push(&chosen.time_zone);
        }
        names.sort_unstable();
        let zones: Vec<(String, String)> = names
            .into_iter()
            .map(|name| (name.to_owned(), name.replace('_', " ").replace('/', " – ")))
            .collect();
        let error =
            (status != StatusCode::OK).then(|| t!("zone.wrong", locale = lang).into_owned());
        let zone = chosen.time_zone.clone();
        let script = format!("<script nonce=\"{}\">{PROPOSE}</script>", reader.nonce);
        view! {
            {progress(reader, Part::Place)}
            <h1>{title}</h1>
            <p class="lead">{t!("first_day.place_text", locale = lang).into_owned()}</p>
            <FormCard action="/welcome/place">
                <fieldset class="choices">
                    <legend>{t!("settings.language", locale = lang).into_owned()}</legend>
                    {languages}
                </fieldset>
                {field("time_zone", t!("settings.zone", locale = lang), Some(t!("first_day.zone_hint", locale = lang).into_owned()), error, move |described, invalid| {
                    select("time_zone", zones, &zone, described, invalid)
                })}
                <Button kind=ButtonKind::Primary wide=true>{t!("first_day.go_on", locale = lang).into_owned()}</Button>
            </FormCard>
            {InertElement::new(script)}
        }
    })
}

pub async fn settle(
    signed_in: SignedIn<Patient>,
    form: Result<Form<Place>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(chosen) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let language = Language::from_code(&chosen.language);
    let zone = journeys::model::zones()
        .chain([actor.zone()])
        .find(|zone: &Tz| zone.name() == chosen.time_zone);
    let (Some(language), Some(zone)) = (language, zone) else {
        return Ok(place_page(
            &reader,
            &chosen,
            StatusCode::UNPROCESSABLE_ENTITY,
        ));
    };
    let chosen = accounts::Preferences {
        language: Some(language),
        theme: reader.theme,
        ..accounts::Preferences::default()
    };
    accounts::set_preferences(&mut db, &act, chosen).await?;
    journeys::service::change_zone(&mut db, &act, actor.id(), zone, reader.now).await?;
    let next = Part::Place.next();
    store::set_first_day(&mut db, actor.id(), next.map(Part::name)).await?;
    Ok(Redirect::to(&Part::Reminders.path()).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    /// Present after the page that turns them on.
    back: Option<String>,
}

pub async fn reminders(
    signed_in: SignedIn<Patient>,
    query: Result<Query<Back>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(back) = query?;
    let reader = signed_in.reader;
    let lang = reader.lang();
    let title = t!("first_day.reminders", locale = lang).into_owned();
    let again = back.back.is_some();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let class = if again {
            "button button-quiet button-wide"
        } else {
            "button button-primary button-wide"
        };
        view! {
            {progress(&reader, Part::Reminders)}
            <h1>{title}</h1>
            <p class="lead">{t!("first_day.reminders_text", locale = lang).into_owned()}</p>
            <Card roomy=true>
                <a class=class href="/settings/device?welcome"><Icon name=IconName::Bell/>{t!("first_day.remind_button", locale = lang).into_owned()}</a>
                <LinkButton href="/calendar" wide=true icon=IconName::Calendar>{t!("settings.calendar", locale = lang).into_owned()}</LinkButton>
                <p class="quiet">{t!("first_day.no_mail", locale = lang).into_owned()}</p>
            </Card>
            {onward(&reader, Part::Reminders, if again { t!("first_day.go_on", locale = lang) } else { t!("first_day.not_now", locale = lang) }.into_owned(), again)}
        }
    }))
}

pub async fn photos(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let journey = journeys::store::current(&mut db, actor.id()).await?;
    let lang = reader.lang();
    let title = t!("first_day.photos", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let take = journey.as_ref().map(|journey| {
            let href = format!("/journeys/{}/photos/new", journey.id.0);
            view! {
                <LinkButton href=href kind=ButtonKind::Primary wide=true icon=IconName::Camera>{t!("first_day.take", locale = lang).into_owned()}</LinkButton>
            }
        });
        let text = if journey.is_some() {
            t!("first_day.photos_text", locale = lang)
        } else {
            t!("first_day.photos_later", locale = lang)
        };
        let onward_words = if journey.is_some() {
            t!("first_day.not_now", locale = lang)
        } else {
            t!("first_day.go_on", locale = lang)
        };
        view! {
            {progress(&reader, Part::Photos)}
            <h1>{title}</h1>
            <p class="lead">{text.into_owned()}</p>
            <Card roomy=true>
                <Lines>
                    <li>{t!("first_day.tip.light", locale = lang).into_owned()}</li>
                    <li>{t!("first_day.tip.clean", locale = lang).into_owned()}</li>
                    <li>{t!("first_day.tip.private", locale = lang).into_owned()}</li>
                </Lines>
                {take}
            </Card>
            {onward(&reader, Part::Photos, onward_words.into_owned(), journey.is_none())}
        }
    }))
}

pub async fn practice(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let treating = practices::store::treating(&mut db, actor.id()).await?;
    let lang = reader.lang();
    let title = t!("first_day.practice", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let text = if treating.is_some() {
            t!("first_day.practice_text", locale = lang)
        } else {
            t!("dentists.none_yours", locale = lang)
        };
        view! {
            {progress(&reader, Part::Practice)}
            <h1>{title}</h1>
            <p class="lead">{text.into_owned()}</p>
            {practices::card(&reader, treating.as_ref())}
            {onward(&reader, Part::Practice, t!("first_day.done", locale = lang).into_owned(), true)}
        }
    }))
}
