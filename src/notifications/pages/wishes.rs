//! By which channels somebody wants to be told what, and when nothing is to be sent.

use crate::{
    accounts::{Act, Anyone, SignedIn, UserId},
    audit,
    error::Fault,
    feature::Notices,
    notifications::{
        Action, Channel, Kind,
        store::{
            dispatch::Open,
            inbox::{self, Reach, Wishes},
        },
    },
    platform::Platform,
    ui::{
        Banner, Button, ButtonKind, Choice, FieldHint, FormCard, LinkButton, Page, PageHeader,
        Reader, TimeField, Tone, field, page, problems, typed_time, with_scripts, without_scripts,
    },
};
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveTime;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection};
use std::collections::HashMap;

#[derive(Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    quiet_from: String,
    quiet_until: String,
    /// What is ticked: kinds, behind the names of channels but push.
    #[serde(flatten)]
    ticked: HashMap<String, String>,
}

/// What finds no device is mailed instead.
const INSTEAD: &str = "email_instead";

/// The field of a kind and a channel.
fn tick(channel: Channel, kind: Kind) -> String {
    match channel {
        Channel::Push => kind.name().to_owned(),
        Channel::Email | Channel::Sms => format!("{}_{}", channel.name(), kind.name()),
    }
}

impl Sent {
    fn of(wishes: &Wishes) -> Self {
        let clock = |time: NaiveTime| time.format("%H:%M").to_string();
        let mut ticked = HashMap::new();
        for kind in Kind::ALL {
            for (channel, wanted) in [
                (Channel::Push, !wishes.unpushed.contains(&kind)),
                (Channel::Email, wishes.emailed.contains(&kind)),
                (Channel::Sms, wishes.texted.contains(&kind)),
            ] {
                if wanted {
                    ticked.insert(tick(channel, kind), "yes".to_owned());
                }
            }
        }
        if wishes.email_instead {
            ticked.insert(INSTEAD.to_owned(), "yes".to_owned());
        }
        Self {
            ticked,
            quiet_from: clock(wishes.quiet_from),
            quiet_until: clock(wishes.quiet_until),
        }
    }

    fn wants(&self, channel: Channel, kind: Kind) -> bool {
        self.ticked.contains_key(&tick(channel, kind))
    }

    /// The fields of a time that is none.
    fn wrong(&self) -> Vec<&'static str> {
        let times = [
            ("quiet_from", &self.quiet_from),
            ("quiet_until", &self.quiet_until),
        ];
        times
            .into_iter()
            .filter_map(|(field, time)| typed_time(time).is_none().then_some(field))
            .collect()
    }

    /// None: one of the times is none. What is not asked of the reader stays as it was.
    fn wishes(
        &self,
        asked: &[(Kind, String)],
        channels: &[Channel],
        before: &Wishes,
    ) -> Option<Wishes> {
        let chosen = |channel, before: &[Kind], kept: fn(bool) -> bool| {
            let open = channels.contains(&channel);
            let is_asked = |kind: &Kind| asked.iter().any(|(asked, _)| asked == kind);
            let stays = |kind: &Kind| !open || !is_asked(kind);
            let old = before.iter().copied().filter(stays);
            let new = asked
                .iter()
                .map(|(kind, _)| *kind)
                .filter(|kind| open && kept(self.wants(channel, *kind)));
            old.chain(new).collect()
        };
        Some(Wishes {
            unpushed: chosen(Channel::Push, &before.unpushed, |wanted| !wanted),
            emailed: chosen(Channel::Email, &before.emailed, |wanted| wanted),
            texted: chosen(Channel::Sms, &before.texted, |wanted| wanted),
            email_instead: if channels.contains(&Channel::Email) {
                self.ticked.contains_key(INSTEAD)
            } else {
                before.email_instead
            },
            quiet_from: typed_time(&self.quiet_from)?,
            quiet_until: typed_time(&self.quiet_until)?,
        })
    }
}

/// The channels that there are.
fn channels(platform: &Platform) -> Vec<Channel> {
    let open = Open::of(platform);
    let is_open = |channel: &Channel| match channel {
        Channel::Push => true,
        Channel::Email => open.email,
        Channel::Sms => open.sms,
    };
    Channel::ALL.into_iter().filter(is_open).collect()
}

/// What the reader is ever told, as the features have it, and what it is called.
fn asked(notices: &Notices, reader: &Reader) -> Vec<(Kind, String)> {
    let asked = notices.asked_of(reader).into_iter();
    asked
        .filter_map(|(notice, words)| Some((Kind::named(notice.kind)?, words)))
        .collect()
}

/// What patients' settings call a kind.
pub fn name(notices: &Notices, reader: &Reader, kind: Kind) -> String {
    let patient = Reader {
        patient: true,
        ..reader.clone()
    };
    let mut asked = asked(notices, &patient).into_iter();
    let named = asked.find(|(asked, _)| *asked == kind);
    named.map(|(_, words)| words).unwrap_or_default()
}

pub async fn ask(
    State(platform): State<Platform>,
    State(notices): State<Notices>,
    signed_in: SignedIn<Anyone>,
    query: Result<Query<Saved>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(saved) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let wishes = inbox::wishes(&mut db, actor.0.id).await?;
    let reach = inbox::reach(&mut db, actor.0.id).await?;
    let (sent, channels) = (Sent::of(&wishes), channels(&platform));
    let asked = asked(&notices, &reader);
    Ok(show(
        &reader,
        (&asked, &sent),
        (&channels, &reach),
        saved.saved.is_some(),
        &[],
    ))
}

pub async fn answer(
    State(platform): State<Platform>,
    State(notices): State<Notices>,
    signed_in: SignedIn<Anyone>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let person = actor.0.id;
    let before = inbox::wishes(&mut db, person).await?;
    let channels = channels(&platform);
    let asked = asked(&notices, &reader);
    let Some(wishes) = sent.wishes(&asked, &channels, &before) else {
        let reach = inbox::reach(&mut db, person).await?;
        let (said, wrong) = ((&*asked, &sent), sent.wrong());
        return Ok(show(&reader, said, (&channels, &reach), false, &wrong));
    };
    keep(&mut db, person, &act, &wishes).await?;
    Ok(Redirect::to("/settings/notifications?saved").into_response())
}

async fn keep(
    db: &mut PgConnection,
    person: UserId,
    act: &Act,
    wishes: &Wishes,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    inbox::set_wishes(&mut tx, person, wishes).await?;
    inbox::let_go(&mut tx, person).await?;
    let entry = act.entry(Action::ChangeWishes).about(person.0);
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

fn show(
    reader: &Reader,
    (asked, sent): (&[(Kind, String)], &Sent),
    (channels, reach): (&[Channel], &Reach),
    saved: bool,
    wrong: &[&'static str],
) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = t!("wishes.title", locale = lang).into_owned();
    page(reader, Page::titled(title.clone()).status(status), || {
        let kinds = channels
            .iter()
            .map(|channel| choices(reader, (asked, sent), *channel, reach))
            .collect_view();
        let clock = |id: &'static str, label: String, value: String| {
            let error = wrong
                .contains(&id)
                .then(|| t!("wishes.wrong", locale = lang).into_owned());
            field(id, label, None, error, move |described, invalid| {
                view! { <TimeField id name=id value nostrip:described_by=described nostrip:invalid=invalid required=true/> }
            })
        };
        // Each by its name: what is wrong is the same of both.
        let errors = wrong.iter().map(|field| {
            let label = match *field {
                "quiet_from" => t!("wishes.from", locale = lang),
                _ => t!("wishes.until", locale = lang),
            };
            (
                *field,
                format!("{label}: {}", t!("wishes.wrong", locale = lang)),
            )
        });
        let errors = problems(lang, errors);
        let done = saved.then(|| {
            let words = t!("settings.saved", locale = lang).into_owned();
            view! { <Banner tone=Tone::Good><p>{words}</p></Banner> }
        });
        let zone = t!("wishes.zone", locale = lang, zone = reader.zone.name()).into_owned();
        view! {
            <PageHeader title back=("/settings".to_owned(), t!("settings.title", locale = lang).into_owned())/>
            {done}
            {errors}
            {with_scripts(view! {
                <p><LinkButton href="/settings/device">{t!("wishes.device", locale = lang).into_owned()}</LinkButton></p>
            })}
            {without_scripts(view! { <p>{t!("wishes.no_scripts", locale = lang).into_owned()}</p> })}
            <FormCard action="/settings/notifications">
                {kinds}
                {reader.patient.then(|| view! { <FieldHint words=t!("wishes.inbox", locale = lang)/> })}
                <div class="field">
                    <fieldset>
                        <legend>{t!("wishes.quiet", locale = lang).into_owned()}</legend>
                        {clock("quiet_from", t!("wishes.from", locale = lang).into_owned(), sent.quiet_from.clone())}
                        {clock("quiet_until", t!("wishes.until", locale = lang).into_owned(), sent.quiet_until.clone())}
                    </fieldset>
                    <FieldHint words=format!("{} {zone}", t!("wishes.quiet_text", locale = lang))/>
                </div>
                <Button kind=ButtonKind::Primary>{t!("settings.save", locale = lang).into_owned()}</Button>
            </FormCard>
        }
    })
}

/// What is to come by a channel, with whether it leads to the reader.
fn choices(
    reader: &Reader,
    (asked, sent): (&[(Kind, String)], &Sent),
    channel: Channel,
    reach: &Reach,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let ticks = asked
        .iter()
        .map(|(kind, words)| {
            let checked = sent.wants(channel, *kind);
            let words = words.clone();
            view! { <Choice name=tick(channel, *kind) value="yes" many=true checked words/> }
        })
        .collect_view();
    let instead = (channel == Channel::Email).then(|| {
        let checked = sent.ticked.contains_key(INSTEAD);
        let words = t!("wishes.instead", locale = lang).into_owned();
        view! { <Choice name=INSTEAD value="yes" many=true checked words/> }
    });
    let legend = match channel {
        Channel::Push => t!("wishes.kinds", locale = lang),
        Channel::Email => t!("wishes.email", locale = lang),
        Channel::Sms => t!("wishes.sms", locale = lang),
    };
    let leads = leads(lang, channel, reach);
    view! {
        <div class="field">
            <fieldset>
                <legend>{legend.into_owned()}</legend>
                {ticks}
                {instead}
            </fieldset>
            {leads.map(|words| view! { <FieldHint words/> })}
        </div>
    }
}

/// Whether a channel can reach somebody: where it leads, or what is in its way.
fn leads(lang: &str, channel: Channel, reach: &Reach) -> Option<String> {
    let obstacle = match channel {
        Channel::Push => None,
        Channel::Email => reach.email_obstacle.as_deref(),
        Channel::Sms => reach.sms_obstacle.as_deref(),
    };
    let email = reach.email.as_str();
    let phone = reach.phone.as_deref().unwrap_or_default();
    let words = match (channel, obstacle) {
        (Channel::Push, _) if reach.device == Some(false) => t!("wishes.no_device", locale = lang),
        (Channel::Push, _) => return None,
        (Channel::Email, None) => t!("wishes.email_to", locale = lang, email = email),
        (Channel::Email, Some("unverified")) => {
            t!("wishes.email_unverified", locale = lang, email = email)
        }
        (Channel::Email, Some(_)) => t!("wishes.email_unreachable", locale = lang, email = email),
        (Channel::Sms, None) => t!("wishes.sms_to", locale = lang, phone = phone),
        (Channel::Sms, Some("no_number")) => t!("wishes.sms_no_number", locale = lang),
        (Channel::Sms, Some(_)) => t!("wishes.sms_unreachable", locale = lang, phone = phone),
    };
    Some(words.into_owned())
}
