//! One campaign: of a draft who would get it, when, and who not and why; of one that was started, how it goes.

mod parts;
mod people;
mod send;
mod started;
mod stop;

pub use parts::steps;
pub use send::ask as ask_send;
pub use stop::ask as ask_stop;

use crate::{
    accounts::{self, Office, SignedIn, UserId},
    audit,
    campaigns::{
        model::{Doing, State},
        service::{self, NotDone},
        store::{
            self, Campaign,
            recipients::{self, Asleep, Part, Reach, Recipient, Results},
        },
    },
    dentists,
    error::Fault,
    ids::CampaignId,
    notifications::{self, Delivery, Open, Status},
    platform::Platform,
    ui::{Banner, Page, PageHeader, Tone, page},
};
use axum::{
    Form,
    extract::{
        Path, Query, State as Shared,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// People on a page.
const PAGE: usize = 50;
/// Seconds after which a page about something that goes on is fetched anew.
const REFRESH: u32 = 4;
/// The same after a test, and how often at most.
const TEST_REFRESH: u32 = 2;
const LOOKS: u8 = 5;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// People after this one.
    after: i64,
    /// The notification that a test was sent as, and the language in which.
    tested: Option<i64>,
    language: String,
    stale: Option<String>,
    /// Present: the page stays as it is, with names, while something goes on.
    still: Option<String>,
    /// Which of the people are shown.
    show: String,
    /// How often the page has looked what became of a test.
    looked: u8,
}

pub async fn one(
    Shared(platform): Shared<Platform>,
    signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(shown) = query?;
    show(signed_in, Open::of(&platform), id, &shown).await
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(rename = "do")]
    doing: String,
    seen: i32,
}

pub async fn act(
    Shared(platform): Shared<Platform>,
    mut signed_in: SignedIn<Office>,
    path: Result<Path<CampaignId>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let SignedIn { actor, act, db, .. } = &mut signed_in;
    let seen = (id, sent.seen);
    let done = if let "test" | "test_de" = sent.doing.as_str() {
        let german = sent.doing == "test_de";
        let tested = service::try_out(db, actor, act, seen, german).await;
        let language = if german { "de" } else { "en" };
        tested.map(|tested| format!("/campaigns/{id}?tested={tested}&language={language}"))
    } else {
        let doing = Doing::named(&sent.doing).ok_or(Fault::Malformed)?;
        let done = service::act(db, actor, act, seen, doing).await;
        done.map(|()| format!("/campaigns/{id}"))
    };
    match done {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Stale) => {
            let shown = Shown {
                stale: Some(String::new()),
                ..Shown::default()
            };
            let mut answer = show(signed_in, Open::of(&platform), id, &shown).await?;
            *answer.status_mut() = StatusCode::CONFLICT;
            Ok(answer)
        }
    }
}

/// How it stands: what would be, or what has become of it.
enum Standing {
    Draft(Reach),
    Started(Results),
}

impl Standing {
    async fn of(
        db: &mut PgConnection,
        campaign: &Campaign,
        open: Open,
    ) -> Result<Self, sqlx::Error> {
        Ok(if campaign.state == State::Draft {
            Self::Draft(recipients::reach(db, campaign.id, open).await?)
        } else {
            Self::Started(recipients::results(db, campaign.id).await?)
        })
    }
}

async fn show(
    signed_in: SignedIn<Office>,
    open: Open,
    id: CampaignId,
    shown: &Shown,
) -> Result<Response, Fault> {
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let campaign = store::one(&mut db, id).await?.ok_or(Fault::NotFound)?;
    let standing = Standing::of(&mut db, &campaign, open).await?;
    let next_moment = match campaign.state {
        State::Running => recipients::next_moment(&mut db, id).await?,
        _ => None,
    };
    let busy = match &standing {
        Standing::Draft(_) => false,
        Standing::Started(results) => {
            campaign.state == State::Preparing
                || results.moving > 0 && campaign.state != State::Paused
                || next_moment.is_some_and(|next| next <= reader.now)
        }
    };
    // While something goes on the page follows it, and shows no names: nobody reads what goes away under them.
    let follows = busy && shown.still.is_none();
    let limit = PAGE as i64 + 1;
    let part = Part::named(&shown.show);
    let asleep = match &standing {
        Standing::Started(results)
            if !busy
                && results.waiting + results.pending > 0
                && campaign.state != State::Cancelled =>
        {
            recipients::asleep(&mut db, id).await?
        }
        _ => Asleep::default(),
    };
    let mut people = match &standing {
        _ if follows => Vec::new(),
        Standing::Draft(_) => recipients::preview(&mut db, id, open, shown.after, limit).await?,
        Standing::Started(_) => {
            let stopped = campaign.state == State::Cancelled;
            recipients::recipients(&mut db, id, (part, stopped), open, shown.after, limit).await?
        }
    };
    let tested = match shown.tested {
        Some(tested) => notifications::test_of(&mut db, tested, act.by)
            .await?
            .map(|stands| (tested, stands)),
        None => None,
    };
    // A test goes out within a moment: the page looks what became of it.
    let looks = matches!(tested, Some((_, (Status::Pending, _)))) && shown.looked < LOOKS;
    let looks = looks.then(|| {
        let (tested, language, looked) = (
            shown.tested.unwrap_or_default(),
            if shown.language == "de" { "de" } else { "en" },
            shown.looked + 1,
        );
        format!("{TEST_REFRESH}; url=/campaigns/{id}?tested={tested}&language={language}&looked={looked}")
    });
    let dentist = match campaign.draft.segment.dentist {
        Some(dentist) => dentists::names(&mut db)
            .await?
            .into_iter()
            .find(|(id, _)| *id == dentist)
            .map(|(_, name)| name),
        None => None,
    };
    let got = match campaign.draft.segment.got {
        Some(got) => store::one(&mut db, got).await?,
        None => None,
    };
    let got = got.map(|got| got.draft.name);
    let next = (people.len() > PAGE).then(|| people[PAGE - 1].id.0);
    people.truncate(PAGE);
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    if !ids.is_empty() {
        audit::record(&mut db, act.listing(&ids)).await?;
    }
    let named = people.iter().map(Recipient::named);
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let lang = reader.lang();
    let name = campaign.draft.name.clone();
    let title = match &standing {
        Standing::Draft(_) => t!("campaign.preview", locale = lang, name = name).into_owned(),
        Standing::Started(_) => name,
    };
    // With a limit, whoever waits gets it within so much of it.
    let takes = match &standing {
        Standing::Draft(reach) => parts::takes(&campaign, reach.recipients),
        Standing::Started(results) => parts::takes(&campaign, results.waiting),
    };
    let mut answer = page(&reader, Page::titled(title.clone()), || {
        let above = above(lang, &campaign, shown, tested);
        let back = (
            "/campaigns".to_owned(),
            t!("campaign.title", locale = lang).into_owned(),
        );
        let standing = match standing {
            Standing::Draft(reach) => Either::Left(parts::draft(&reader, &campaign, reach)),
            Standing::Started(results) => Either::Right(started::page(
                &reader,
                &campaign,
                results,
                (next_moment, asleep),
                (busy.then_some(follows), part),
            )),
        };
        let people = (!follows).then(|| {
            people::table(
                &reader,
                (&campaign, takes),
                (&people, &namesakes),
                (shown.after, part),
                next,
            )
        });
        view! {
            <PageHeader title back/>
            {above}
            {standing}
            {parts::texts(lang, &campaign)}
            {parts::told(&reader, &campaign, dentist, got)}
            {people}
        }
    });
    let follow = follows.then(|| format!("{REFRESH}; url=/campaigns/{id}"));
    if let Some(again) = follow.or(looks)
        && let Ok(again) = again.parse()
    {
        answer.headers_mut().insert("refresh", again);
    }
    Ok(answer)
}

/// What the page says of what was just done.
fn above(
    lang: &'static str,
    campaign: &Campaign,
    shown: &Shown,
    tested: Option<(i64, (Status, Option<Delivery>))>,
) -> impl IntoView + use<> {
    let both = campaign.draft.content_de.is_some();
    let test = match shown.language.as_str() {
        "de" if both => t!("campaign.tested_de", locale = lang),
        "en" if both => t!("campaign.tested_en", locale = lang),
        _ => t!("campaign.tested", locale = lang),
    };
    let id = campaign.id;
    let (tone, words, href) = match (&shown.stale, tested) {
        (Some(_), _) => (Tone::Attention, t!("campaign.stale", locale = lang), None),
        (None, Some((tested, (status, delivery)))) => (
            match (status, delivery) {
                (Status::Failed, _) | (Status::Sent, Some(Delivery::Inbox)) => Tone::Attention,
                _ => Tone::Good,
            },
            test,
            Some(format!(
                "/notifications/{tested}?campaign={id}&language={}",
                shown.language
            )),
        ),
        (None, None) => return None,
    };
    let links = href.map(|href| {
        view! {
            " "<a href=href>{t!("campaign.see_test", locale = lang).into_owned()}</a>
        }
    });
    // What became of it, as soon as that is known: and where nothing of theirs shows notifications, where to switch that on.
    let became = tested.and_then(|(_, stands)| match stands {
        (Status::Sent, Some(Delivery::Push)) => {
            Some((t!("campaign.test_pushed", locale = lang), false))
        }
        (Status::Sent, _) => Some((t!("campaign.test_nowhere", locale = lang), true)),
        (Status::Failed, _) => Some((t!("campaign.test_failed", locale = lang), false)),
        (Status::Pending, _) => Some((t!("campaign.test_pending", locale = lang), false)),
        (Status::Cancelled, _) => None,
    });
    let became = became.map(|(words, nowhere)| {
        let device = nowhere.then(|| {
            let href = format!("/settings/device?campaign={id}");
            view! { " "<a href=href>{t!("campaign.test_device", locale = lang).into_owned()}</a> }
        });
        view! { <p>{words.into_owned()}{device}</p> }
    });
    Some(view! { <Banner tone><p>{words.into_owned()}{links}</p>{became}</Banner> })
}
