//! Language, theme, whether single keys do things, and where a patient can be called.

use crate::{
    accounts::{Anyone, Person, SignedIn, service, store},
    error::Fault,
    platform::telephone,
    ui::{
        Banner, Button, ButtonKind, Choice, IconName, Language, LinkButton, Page, PlaceLink,
        Places, Reader, Theme, Tone, field, page, problems, sign_out,
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
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;
use std::borrow::Cow;

#[derive(Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

pub async fn settings(
    signed_in: SignedIn<Anyone>,
    query: Result<Query<Saved>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let SignedIn {
        actor: Anyone(person),
        reader,
        mut db,
        ..
    } = signed_in;
    let clashes = Clashes::of(&mut db, &person, &reader).await?;
    let phone = match reader.patient {
        true => Some(store::phone(&mut db, person.id).await?.unwrap_or_default()),
        false => None,
    };
    let chosen = SettingsForm {
        language: person.language.unwrap_or_default(),
        theme: person.theme.unwrap_or_default(),
        shortcuts: Some(if person.shortcuts { "on" } else { "off" }.to_owned()),
        phone,
    };
    Ok(settings_page(
        &reader,
        &chosen,
        &clashes,
        query.saved.is_some(),
        None,
    ))
}

/// What the sign-in service and Midline do not agree on.
#[derive(Default)]
struct Clashes {
    /// The address that they would have if nobody else had it, and the one that they have.
    own: Option<(String, String)>,
    /// How many wait for staff.
    open: i64,
}

impl Clashes {
    async fn of(db: &mut PgConnection, person: &Person, reader: &Reader) -> Result<Self, Fault> {
        let wanted = store::clashes::wanted_address(db, person.id).await?;
        Ok(Self {
            own: wanted.map(|wanted| (wanted, person.email.clone())),
            open: match reader.office {
                true => store::clashes::count_clashes(db).await?,
                false => 0,
            },
        })
    }
}

fn settings_page(
    reader: &Reader,
    chosen: &SettingsForm,
    clashes: &Clashes,
    saved: bool,
    wrong: Option<&'static str>,
) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let choice = |name: &'static str, value: &'static str, chosen: &str, text: String| {
        let checked = value == chosen;
        view! {
            <Choice name value checked words=text/>
        }
    };
    let (language, theme) = (chosen.language.as_str(), chosen.theme.as_str());
    let shortcuts = chosen.shortcuts.as_deref().filter(|_| reader.dentist);
    let phone = chosen.phone.clone().filter(|_| reader.patient);
    let phone_error =
        (wrong == Some("phone")).then(|| t!("settings.phone_wrong", locale = lang).into_owned());
    let trouble = wrong.map(|field| {
        let words = match field {
            "phone" => t!("settings.phone_wrong", locale = lang),
            _ => t!("settings.wrong", locale = lang),
        };
        (field, words.into_owned())
    });
    let taken = clashes.own.as_ref().map(|(email, known)| {
        // Those who sort it out are not told that somebody else will.
        match reader.office {
            true => t!(
                "settings.address_taken_office",
                locale = lang,
                email = email,
                known = known
            ),
            false => t!(
                "settings.address_taken",
                locale = lang,
                email = email,
                known = known
            ),
        }
        .into_owned()
    });
    let open = clashes.open;
    page(
        reader,
        Page::titled(t!("settings.title", locale = lang)).status(status),
        || {
            view! {
                <h1>{t!("settings.title", locale = lang).into_owned()}</h1>
                {saved.then(|| view! { <Banner tone=Tone::Good>{t!("settings.saved", locale = lang).into_owned()}</Banner> })}
                {taken.map(|words| view! { <Banner tone=Tone::Trouble>{words}</Banner> })}
                {problems(lang, trouble)}
                {places(reader)}
                <form method="post" action="/settings" class="card stack settings-form">
                    <fieldset id="language" tabindex="-1" aria-invalid=(wrong == Some("language")).then_some("true")>
                        <legend>{t!("settings.language", locale = lang).into_owned()}</legend>
                        {choice("language", "", language, t!("settings.language_auto", locale = lang).into_owned())}
                        {Language::ALL.map(|each| choice("language", each.code(), language, each.own_name().to_owned())).into_iter().collect_view()}
                    </fieldset>
                    <fieldset id="theme" tabindex="-1" aria-invalid=(wrong == Some("theme")).then_some("true")>
                        <legend>{t!("settings.theme", locale = lang).into_owned()}</legend>
                        {choice("theme", "", theme, t!("settings.theme_auto", locale = lang).into_owned())}
                        {choice("theme", "light", theme, t!("settings.theme_light", locale = lang).into_owned())}
                        {choice("theme", "dark", theme, t!("settings.theme_dark", locale = lang).into_owned())}
                    </fieldset>
                    {shortcuts.map(|shortcuts| view! {
                        <fieldset id="shortcuts" tabindex="-1" aria-invalid=(wrong == Some("shortcuts")).then_some("true")>
                            <legend>{t!("settings.shortcuts", locale = lang).into_owned()}</legend>
                            {choice("shortcuts", "on", shortcuts, t!("settings.shortcuts_on", locale = lang).into_owned())}
                            {choice("shortcuts", "off", shortcuts, t!("settings.shortcuts_off", locale = lang).into_owned())}
                        </fieldset>
                    })}
                    {phone.map(|phone| {
                        let hint = t!("settings.phone_hint", locale = lang).into_owned();
                        field("phone", t!("settings.phone", locale = lang), Some(hint), phone_error, move |described, invalid| view! {
                            <input class="input" id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" value=phone aria-describedby=described aria-invalid=invalid/>
                        })
                    })}
                    <Button kind=ButtonKind::Primary>{t!("settings.save", locale = lang).into_owned()}</Button>
                </form>
                {(open > 0).then(|| {
                    let words = match open {
                        1 => t!("settings.clashes_text.one", locale = lang),
                        count => t!("settings.clashes_text.other", locale = lang, count = count),
                    };
                    view! {
                        <section class="card">
                            <h2>{t!("clashes.title", locale = lang).into_owned()}</h2>
                            <p>{words.into_owned()}</p>
                            <p><LinkButton href="/address-clashes">{t!("settings.clashes", locale = lang).into_owned()}</LinkButton></p>
                        </section>
                    }
                })}
                {reader.patient.then(|| view! {
                    <section class="card settings-who">
                        <h2>{t!("settings.signed_in", locale = lang).into_owned()}</h2>
                        {sign_out(reader)}
                    </section>
                })}
            }
        },
    )
}

/// What has a page of its own, a row to tap each.
fn places(reader: &Reader) -> impl IntoView + use<> {
    let lang = reader.lang();
    let row =
        |href: &'static str, icon: IconName, words: Cow<'static, str>, text: Cow<'static, str>| {
            let (words, text) = (words.into_owned(), text.into_owned());
            view! {
                <li>
                    <PlaceLink href icon words text/>
                </li>
            }
        };
    let own = reader.patient.then(|| {
        view! {
            {reader.has_place("/calendar").then(|| row("/calendar/address", IconName::Calendar, t!("settings.calendar", locale = lang), t!("settings.calendar_text", locale = lang)))}
            {row("/dentists", IconName::Users, t!("settings.dentist", locale = lang), t!("settings.dentist_text", locale = lang))}
            {row("/access", IconName::Shield, t!("settings.access", locale = lang), t!("settings.access_text", locale = lang))}
        }
    });
    // Only who is treated has reminders that keep to it.
    let zone = reader.zone.name();
    let zone = match reader.patient {
        true => t!("settings.zone_text", locale = lang, zone = zone),
        false => t!("settings.zone_text_desk", locale = lang, zone = zone),
    };
    let told = match reader.patient {
        true => t!("settings.notifications_text", locale = lang),
        false => t!("settings.notifications_text_desk", locale = lang),
    };
    view! {
        <Places label=t!("settings.more", locale = lang)>
            {row("/settings/notifications", IconName::Bell, t!("settings.notifications", locale = lang), told)}
            {own}
            {row("/settings/time-zone", IconName::Clock, t!("settings.zone_change", locale = lang), zone)}
            {row("/terms", IconName::Info, t!("settings.terms", locale = lang), t!("settings.terms_text", locale = lang))}
        </Places>
    }
}

#[derive(Deserialize)]
pub struct SettingsForm {
    language: String,
    theme: String,
    /// Asked of dentists only.
    shortcuts: Option<String>,
    /// Asked of patients only.
    phone: Option<String>,
}

pub async fn change(
    mut signed_in: SignedIn<Anyone>,
    form: Result<Form<SettingsForm>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(form) = form?;
    let language = Language::from_code(&form.language);
    let theme = Theme::from_code(&form.theme);
    let shortcuts = match form.shortcuts.as_deref() {
        None => Ok(None),
        Some("on") => Ok(Some(true)),
        Some("off") => Ok(Some(false)),
        Some(_) => Err(()),
    };
    // What anybody else sends is of no use here.
    let phone = form.phone.as_deref().filter(|_| signed_in.reader.patient);
    let phone = match phone.map(str::trim) {
        None => Ok(None),
        Some("") => Ok(Some(String::new())),
        Some(typed) => telephone::clean(typed).map(Some).ok_or(()),
    };
    let wrong = if language.is_none() && !form.language.is_empty() {
        Some("language")
    } else if theme.is_none() && !form.theme.is_empty() {
        Some("theme")
    } else if shortcuts.is_err() {
        Some("shortcuts")
    } else if phone.is_err() {
        Some("phone")
    } else {
        None
    };
    if wrong.is_some() {
        let clashes = Clashes::default();
        return Ok(settings_page(
            &signed_in.reader,
            &form,
            &clashes,
            false,
            wrong,
        ));
    }
    let (db, act) = (&mut signed_in.db, &signed_in.act);
    let phone = phone.unwrap_or_default();
    let chosen = service::Preferences {
        language,
        theme,
        shortcuts: shortcuts.unwrap_or_default(),
        phone: phone.as_deref(),
    };
    service::set_preferences(db, act, chosen).await?;
    Ok(Redirect::to("/settings?saved").into_response())
}
