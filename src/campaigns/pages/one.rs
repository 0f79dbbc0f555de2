//! One campaign: of a draft who would get it, when, and who not and why; of one that was started, how it goes.

mod parts;

use super::words;
use crate::{
    accounts::{Office, SignedIn, UserId},
    audit,
    campaigns::{
        model::{Doing, State},
        service::{self, NotDone},
        store::{
            self,
            recipients::{self, Reach, Results},
        },
    },
    error::Fault,
    notifications,
    ui::{Banner, Page, Tone, or_empty, page, table_of},
};
use axum::{
    Form,
    extract::{
        Path, Query,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

/// People on a page.
const PAGE: usize = 50;
/// Seconds after which a page about something that goes on is fetched anew.
const REFRESH: u32 = 4;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// People after this one.
    after: i64,
    /// The notification that a test was sent as.
    tested: Option<i64>,
    stale: Option<String>,
    /// Present: how it goes, and no names.
    watch: Option<String>,
}

pub async fn one(
    signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(shown) = query?;
    show(signed_in, id, &shown).await
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(rename = "do")]
    doing: String,
    seen: i32,
}

pub async fn act(
    mut signed_in: SignedIn<Office>,
    path: Result<Path<i64>, PathRejection>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = form?;
    let SignedIn { actor, act, db, .. } = &mut signed_in;
    let seen = (id, sent.seen);
    let done = if let "test" | "test_de" = sent.doing.as_str() {
        let german = sent.doing == "test_de";
        let tested = service::try_out(db, actor, act, seen, german).await;
        tested.map(|tested| format!("/campaigns/{id}?tested={tested}"))
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
            let mut answer = show(signed_in, id, &shown).await?;
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

async fn show(signed_in: SignedIn<Office>, id: i64, shown: &Shown) -> Result<Response, Fault> {
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let campaign = store::one(&mut db, id).await?.ok_or(Fault::NotFound)?;
    let limit = PAGE as i64 + 1;
    let (standing, mut people) = if campaign.state == State::Draft {
        (
            Standing::Draft(recipients::reach(&mut db, id).await?),
            recipients::preview(&mut db, id, shown.after, limit).await?,
        )
    } else {
        (
            Standing::Started(recipients::results(&mut db, id).await?),
            recipients::recipients(&mut db, id, shown.after, limit).await?,
        )
    };
    let tested = match shown.tested {
        Some(tested) if notifications::store::desk::is_own(&mut db, tested, act.by).await? => {
            Some(tested)
        }
        _ => None,
    };
    let dentist = match campaign.draft.segment.dentist {
        Some(dentist) => store::dentists(&mut db)
            .await?
            .into_iter()
            .find(|(id, _)| *id == dentist)
            .map(|(_, name)| name),
        None => None,
    };
    if shown.watch.is_some() {
        people.clear();
    }
    // As long as something happens.
    let busy = match campaign.state {
        State::Preparing => true,
        State::Running => recipients::next_moment(&mut db, id)
            .await?
            .is_some_and(|next| next <= reader.now),
        _ => false,
    };
    let next = (people.len() > PAGE).then(|| people[PAGE - 1].id.0);
    people.truncate(PAGE);
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    if !ids.is_empty() {
        audit::record(&mut db, act.listing(&ids)).await?;
    }
    let lang = reader.lang();
    let heading = Page::titled(campaign.draft.name.clone());
    let mut answer = page(&reader, heading, || {
        let rows = people
            .iter()
            .map(|person| parts::line(&reader, &campaign, person))
            .collect_view();
        let table = (!people.is_empty()).then(|| {
            let headings = [
                t!("patients.name", locale = lang),
                t!("campaign.own_time", locale = lang),
                t!("patients.state", locale = lang),
            ];
            table_of(headings, rows)
        });
        let above = match (&shown.stale, tested) {
            (Some(_), _) => Some((Tone::Attention, t!("outbox.stale", locale = lang), None)),
            (None, Some(tested)) => Some((
                Tone::Good,
                t!("campaign.tested", locale = lang),
                Some(format!("/notifications/{tested}")),
            )),
            _ => None,
        };
        let above =
            above.map(|(tone, words, href)| {
                let link = href.map(|href| view! {
                " "<a href=href>{t!("campaign.see_test", locale = lang).into_owned()}</a>" "
                <a href="/settings/device">{t!("wishes.device", locale = lang).into_owned()}</a>
            });
                view! { <Banner tone><p>{words.into_owned()}{link}</p></Banner> }
            });
        let draft = &campaign.draft;
        let german = draft.content_de.clone().map(|text| {
            view! { <q class="event-note" lang="de"><bdi>{text}</bdi></q> }
        });
        // Of one that is handed over, some may wait for the end of quiet hours.
        let waits = match &standing {
            Standing::Started(results) => campaign.state != State::Done || results.pending > 0,
            Standing::Draft(reach) => reach.recipients > 0,
        };
        let standing = match standing {
            Standing::Draft(reach) => {
                Either::Left(parts::reached(&reader, reach, campaign.draft.per_minute))
            }
            Standing::Started(results) => {
                Either::Right(parts::became(lang, results, campaign.state))
            }
        };
        let people_section = match shown.watch {
            Some(_) => Either::Left(view! {
                <p><a href=format!("/campaigns/{id}")>{t!("campaign.people", locale = lang).into_owned()}</a></p>
            }),
            None => Either::Right(view! {
            <section aria-labelledby="people-title">
                <h2 id="people-title">{t!("campaign.people", locale = lang).into_owned()}</h2>
                {or_empty(table, match (campaign.state, shown.after) {
                    (State::Preparing, _) => t!("campaign.making", locale = lang),
                    (_, 0) => t!("campaign.nobody", locale = lang),
                    _ => t!("list.no_further", locale = lang),
                })}
                {next.map(|next| view! {
                    <a class="button button-quiet" href=format!("/campaigns/{id}?after={next}")>{t!("list.next", locale = lang).into_owned()}</a>
                })}
            </section>
            }),
        };
        view! {
            <p class="trail"><a href="/campaigns">{t!("campaign.title", locale = lang).into_owned()}</a></p>
            <h1><bdi>{draft.name.clone()}</bdi>" "<span class=words::class(campaign.state)>{words::state(lang, campaign.state)}</span></h1>
            {above}
            <q class="event-note" lang="en"><bdi>{draft.content_en.clone()}</bdi></q>
            {german}
            {parts::told(&reader, &campaign, dentist)}
            {standing}
            {(busy && shown.watch.is_none()).then(|| view! {
                <p><a href=format!("/campaigns/{id}?watch")>{t!("campaign.watch", locale = lang).into_owned()}</a></p>
            })}
            {parts::acts(lang, &campaign, waits)}
            {people_section}
        }
    });
    // Only where somebody watches: a page that is read does not go away under its reader.
    if busy && shown.watch.is_some() {
        let again = format!("{REFRESH}; url=/campaigns/{id}?watch");
        if let Ok(again) = again.parse() {
            answer.headers_mut().insert("refresh", again);
        }
    }
    Ok(answer)
}
