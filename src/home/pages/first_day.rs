//! The first day: language and time zone, reminders, first photos, the practice. Each is a page of its own that can be left for
//! later and gone on with from the first page. After the last, `finished` says that the day
//! is done.

use crate::{
    accounts::{self, FirstDay, Patient, SignedIn},
    error::Fault,
    journeys::{
        self,
        model::{Journey, Product},
    },
    notifications::{Device, Switched, lets_in},
    photos,
    platform::Platform,
    practices,
    ui::{
        Button, ButtonKind, Card, Choice, FormCard, IconName, Language, Lines, LinkButton, Page,
        Reader, Stepper, hidden, page, problems, with_scripts, without_scripts,
    },
};
use axum::{
    Form,
    extract::{
        self, Query,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::html::InertElement};
use rust_i18n::t;
use serde::Deserialize;

/// The page after the last one.
const DONE: &str = "/welcome/done";

/// Goes on where the first day was left.
pub async fn begin(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn { actor, mut db, .. } = signed_in;
    let here = FirstDay::of(&mut db, actor.id()).await?;
    let here = here.unwrap_or(FirstDay::Place);
    Ok(Redirect::to(&here.path()).into_response())
}

/// How far one is, above each page's heading.
fn progress(reader: &Reader, here: FirstDay) -> impl IntoView + use<> {
    let lang = reader.lang();
    let steps = FirstDay::ALL.map(|page| page.words(lang)).to_vec();
    view! { <Stepper lang steps current=here.number()/> }
}

/// The buttons below a page: on to the next, or all the rest another time.
fn onward(reader: &Reader, here: FirstDay, words: String, primary: bool) -> impl IntoView + use<> {
    let lang = reader.lang();
    let kind = if primary {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let skip = here.next().is_some().then(|| {
        view! {
            <form method="post" action="/welcome/next">
                {hidden("from", "")}
                <button class="as-link first-skip" type="submit">{t!("first_day.skip", locale = lang).into_owned()}</button>
            </form>
        }
    });
    view! {
        <form method="post" action="/welcome/next">
            {hidden("from", here.name())}
            // Where one thing turns it into the next act, its script says so.
            <Button kind wide=true attr:data-when-on=t!("first_day.go_on", locale = lang).into_owned()>{words}</Button>
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
    let (next, last) = match onward.from.as_str() {
        "" => (None, "/"),
        name => (FirstDay::named(name).ok_or(Fault::Malformed)?.next(), DONE),
    };
    FirstDay::keep(&mut db, actor.id(), next).await?;
    let to = next.map_or_else(|| last.to_owned(), FirstDay::path);
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
        time_zone: journeys::model::city(actor.zone()),
    };
    place_page(&reader, &chosen, StatusCode::OK)
}

/// Proposes the city that the browser's own time zone is named after, where the list has it.
const PROPOSE: &str = "{const s=document.getElementById('time_zone'),\
z=Intl.DateTimeFormat().resolvedOptions().timeZone.split('/').pop().replaceAll('_',' ');\
if([...s?.list?.options??[]].some(o=>o.value===z))s.value=z}";

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
        let wrong = status != StatusCode::OK;
        let error = wrong.then(|| t!("zone.wrong", locale = lang).into_owned());
        let hint = t!("first_day.zone_hint", locale = lang).into_owned();
        let typed = chosen.time_zone.clone();
        // What somebody typed stays.
        let script = (!wrong).then(|| {
            let script = format!("<script nonce=\"{}\">{PROPOSE}</script>", reader.nonce);
            InertElement::new(script)
        });
        view! {
            {progress(reader, FirstDay::Place)}
            <h1>{title}</h1>
            <p class="lead">{t!("first_day.place_text", locale = lang).into_owned()}</p>
            {problems(lang, error.clone().map(|words| ("time_zone", words)))}
            <FormCard action="/welcome/place">
                <fieldset class="choices">
                    <legend>{t!("settings.language", locale = lang).into_owned()}</legend>
                    {languages}
                </fieldset>
                {journeys::zone_field(lang, typed, hint, error)}
                <Button kind=ButtonKind::Primary wide=true>{t!("first_day.go_on", locale = lang).into_owned()}</Button>
            </FormCard>
            {script}
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
    let zone = journeys::model::zone_named(&chosen.time_zone, actor.zone());
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
    let next = FirstDay::Place.next();
    FirstDay::keep(&mut db, actor.id(), next).await?;
    Ok(Redirect::to(&FirstDay::Reminders.path()).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Back {
    /// Present after the page that turns them on.
    back: Option<String>,
}

pub async fn reminders(
    extract::State(platform): extract::State<Platform>,
    signed_in: SignedIn<Patient>,
    query: Result<Query<Back>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(back) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let device = Device::of(&mut db, &platform, act.by).await?;
    let lang = reader.lang();
    let title = t!("first_day.reminders", locale = lang).into_owned();
    let again = back.back.is_some();
    let answer = page(&reader, Page::titled(title.clone()), || {
        let kind = if again {
            ButtonKind::Secondary
        } else {
            ButtonKind::Primary
        };
        let switch = device.switch(&reader, Switched::FirstDay);
        let calendar = |kind: ButtonKind| {
            let words = t!("settings.calendar", locale = lang).into_owned();
            reader.has_place("/calendar").then(|| {
                view! { <LinkButton href="/calendar/address?welcome" kind wide=true icon=IconName::Calendar>{words}</LinkButton> }
            })
        };
        view! {
            {progress(&reader, FirstDay::Reminders)}
            <h1>{title}</h1>
            <p class="lead">{t!("first_day.reminders_text", locale = lang).into_owned()}</p>
            <Card roomy=true>
                {with_scripts(view! {
                    <div class="stack">
                        {switch}
                        {calendar(ButtonKind::Secondary)}
                        <p class="quiet">{t!("first_day.no_mail", locale = lang).into_owned()}</p>
                        <a href="/settings/device?welcome">{t!("device.what", locale = lang).into_owned()}</a>
                    </div>
                })}
                {without_scripts(view! {
                    <p>{t!("first_day.no_scripts", locale = lang).into_owned()}</p>
                    {calendar(kind)}
                })}
            </Card>
            {onward(&reader, FirstDay::Reminders, if again { t!("first_day.go_on", locale = lang) } else { t!("first_day.not_now", locale = lang) }.into_owned(), again)}
            {Device::script(&reader)}
        }
    });
    Ok(lets_in(answer))
}

/// How to clean up before the photos: who wears nothing yet has nothing to take out, and nobody takes out a wire.
fn clean(lang: &str, journey: Option<&Journey>) -> String {
    match journey.map(|journey| (journey.product, journey.stage)) {
        Some((Product::ClearBraces, _)) => t!("first_day.tip.clean.clear_braces", locale = lang),
        Some((Product::Aligners, 1..)) => t!("first_day.tip.clean.aligners", locale = lang),
        _ => t!("first_day.tip.clean.before", locale = lang),
    }
    .into_owned()
}

pub async fn photos(signed_in: SignedIn<Patient>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let journey = journeys::current(&mut db, actor.id()).await?;
    // Whoever has sent some is not asked for the first ones again.
    let sent = match &journey {
        Some(journey) => photos::any_sent(&mut db, journey.id, reader.now).await?,
        None => false,
    };
    let lang = reader.lang();
    let title = t!("first_day.photos", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let take = journey.as_ref().map(|journey| {
            let href = format!("/journeys/{}/photos/new", journey.id.0);
            let (kind, words) = if sent {
                (ButtonKind::Secondary, t!("photos.add", locale = lang))
            } else {
                (ButtonKind::Primary, t!("first_day.take", locale = lang))
            };
            view! {
                <LinkButton href=href kind=kind wide=true icon=IconName::Camera>{words.into_owned()}</LinkButton>
            }
        });
        let text = match (&journey, sent) {
            (Some(_), true) => t!("first_day.photos_sent", locale = lang),
            (Some(_), false) => t!("first_day.photos_text", locale = lang),
            (None, _) => t!("first_day.photos_later", locale = lang),
        };
        let done = sent || journey.is_none();
        let onward_words = if done {
            t!("first_day.go_on", locale = lang)
        } else {
            t!("first_day.not_now", locale = lang)
        };
        view! {
            {progress(&reader, FirstDay::Photos)}
            <h1>{title}</h1>
            <p class="lead">{text.into_owned()}</p>
            <Card roomy=true>
                <Lines>
                    <li>{t!("first_day.tip.light", locale = lang).into_owned()}</li>
                    <li>{clean(lang, journey.as_ref())}</li>
                    <li>{t!("first_day.tip.private", locale = lang).into_owned()}</li>
                </Lines>
                {take}
            </Card>
            {onward(&reader, FirstDay::Photos, onward_words.into_owned(), done)}
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
    let treating = practices::treating(&mut db, actor.id()).await?;
    let lang = reader.lang();
    let title = t!("first_day.practice", locale = lang).into_owned();
    Ok(page(&reader, Page::titled(title.clone()), || {
        let text = if treating.is_some() {
            t!("first_day.practice_text", locale = lang)
        } else {
            t!("dentists.none_yours", locale = lang)
        };
        view! {
            {progress(&reader, FirstDay::Practice)}
            <h1>{title}</h1>
            <p class="lead">{text.into_owned()}</p>
            {practices::card(&reader, treating.as_ref())}
            {onward(&reader, FirstDay::Practice, t!("first_day.done", locale = lang).into_owned(), true)}
        }
    }))
}
