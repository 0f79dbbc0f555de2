//! One campaign: of a draft who would get it, when, and who not and why; of one that was started, how it goes.

use super::words;
use crate::{
    accounts::{Office, SignedIn, UserId, listed_name},
    audit,
    campaigns::{
        model::{Doing, Moment, State},
        service::{self, NotDone},
        store::{
            self, Campaign,
            recipients::{self, Reach, Recipient, Results},
        },
    },
    error::Fault,
    journeys::{self, model::Status},
    ui::{Alert, Page, Reader, Tone, hidden, or_empty, page, time},
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
use chrono_tz::Tz;
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
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Query(shown) = query.map_err(|_| Fault::Malformed)?;
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
    let Path(id) = path.map_err(|_| Fault::NotFound)?;
    let Form(sent) = form.map_err(|_| Fault::Malformed)?;
    let SignedIn { actor, act, db, .. } = &mut signed_in;
    if let "test" | "test_de" = sent.doing.as_str() {
        let german = sent.doing == "test_de";
        let tested = service::try_out(db, actor, act, id, german).await?;
        return Ok(Redirect::to(&format!("/campaigns/{id}?tested={tested}")).into_response());
    }
    let doing = Doing::named(&sent.doing).ok_or(Fault::Malformed)?;
    match service::act(db, actor, act, (id, sent.seen), doing).await {
        Ok(()) => Ok(Redirect::to(&format!("/campaigns/{id}")).into_response()),
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
            .map(|person| line(&reader, &campaign, person))
            .collect_view();
        let table = (!people.is_empty()).then(|| {
            view! {
                <div class="card table-card">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t!("patients.name", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("campaign.own_time", locale = lang).into_owned()}</th>
                                <th scope="col">{t!("patients.state", locale = lang).into_owned()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        });
        let above = match (&shown.stale, shown.tested) {
            (Some(_), _) => Some((Tone::Attention, t!("outbox.stale", locale = lang), None)),
            (None, Some(tested)) => Some((
                Tone::Good,
                t!("campaign.tested", locale = lang),
                Some(format!("/notifications/{tested}")),
            )),
            _ => None,
        };
        let above = above.map(|(tone, words, href)| {
            let link = href.map(|href| view! { " "<a href=href>{t!("campaign.see_test", locale = lang).into_owned()}</a> });
            view! { <Alert tone><p>{words.into_owned()}{link}</p></Alert> }
        });
        let draft = &campaign.draft;
        let german = draft.content_de.clone().map(|text| {
            view! { <q class="event-note" lang="de">{text}</q> }
        });
        // Of one that is handed over, some may wait for the end of quiet hours.
        let waits = match &standing {
            Standing::Started(results) => campaign.state != State::Done || results.pending > 0,
            Standing::Draft(reach) => reach.recipients > 0,
        };
        let standing = match standing {
            Standing::Draft(reach) => Either::Left(reached(&reader, reach)),
            Standing::Started(results) => Either::Right(became(lang, &results)),
        };
        let people_section = match shown.watch {
            Some(_) => Either::Left(view! {
                <p><a href=format!("/campaigns/{id}")>{t!("campaign.people", locale = lang).into_owned()}</a></p>
            }),
            None => Either::Right(view! {
            <section aria-labelledby="people-title">
                <h2 id="people-title">{t!("campaign.people", locale = lang).into_owned()}</h2>
                {or_empty(table, match shown.after {
                    0 => t!("campaign.nobody", locale = lang),
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
            <h1>{draft.name.clone()}" "<span class=words::class(campaign.state)>{words::state(lang, campaign.state)}</span></h1>
            {above}
            <q class="event-note" lang="en">{draft.content_en.clone()}</q>
            {german}
            {told(&reader, &campaign, dentist)}
            {standing}
            {acts(lang, &campaign, waits)}
            {people_section}
        }
    });
    if busy && shown.after == 0 {
        let again = format!("{REFRESH}; url=/campaigns/{id}?watch");
        if let Ok(again) = again.parse() {
            answer.headers_mut().insert("refresh", again);
        }
    }
    Ok(answer)
}

/// To whom and when, in words.
fn told(reader: &Reader, campaign: &Campaign, dentist: Option<String>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let draft = &campaign.draft;
    let segment = &draft.segment;
    let stages = match (segment.stage_from, segment.stage_to) {
        (None, None) => None,
        (Some(from), None) => Some(t!("campaign.stages_from", locale = lang, from = from)),
        (None, Some(to)) => Some(t!("campaign.stages_to", locale = lang, to = to)),
        (Some(from), Some(to)) => Some(t!(
            "campaign.stages_both",
            locale = lang,
            from = from,
            to = to
        )),
    }
    .map(std::borrow::Cow::into_owned);
    let conditions = [
        (
            t!("campaign.product", locale = lang),
            segment
                .product
                .map(|product| journeys::product_name(lang, product)),
        ),
        (
            t!("campaign.status", locale = lang),
            segment.status.map(|status| match status {
                Status::Active => t!("campaign.active", locale = lang).into_owned(),
                Status::Completed => t!("campaign.completed", locale = lang).into_owned(),
            }),
        ),
        (t!("campaign.stages", locale = lang), stages),
        (
            t!("campaign.aftercare", locale = lang),
            segment
                .aftercare
                .map(|stage| journeys::aftercare_name(lang, stage)),
        ),
        (t!("campaign.dentist", locale = lang), dentist),
        (
            t!("campaign.overdue", locale = lang),
            segment.overdue_days.map(|days| days.to_string()),
        ),
    ];
    let everybody = *segment == crate::campaigns::model::Segment::default();
    let everybody = everybody.then(|| {
        view! { <div class="row"><dt>{t!("campaign.to", locale = lang).into_owned()}</dt><dd>{t!("campaign.everybody", locale = lang).into_owned()}</dd></div> }
    });
    let conditions = conditions
        .into_iter()
        .filter_map(|(name, value)| {
            value.map(|value| view! { <div class="row"><dt>{name.into_owned()}</dt><dd>{value}</dd></div> })
        })
        .collect_view();
    let when = match draft.moment {
        Moment::AtOnce => t!("campaign.when.now", locale = lang).into_owned(),
        Moment::OwnTime(at) => format!(
            "{}, {} ({})",
            time::short_date(reader, at.date()),
            at.format("%H:%M"),
            t!("campaign.when.own", locale = lang)
        ),
        Moment::One(at, zone) => format!(
            "{}, {} ({})",
            time::short_date(reader, at.date()),
            at.format("%H:%M"),
            zone.name()
        ),
    };
    let moments = [
        (t!("campaign.started", locale = lang), campaign.started_at),
        (t!("campaign.ended", locale = lang), campaign.ended_at),
    ]
    .into_iter()
    .filter_map(|(words, at)| {
        at.map(|at| view! { <div class="row"><dt>{words.into_owned()}</dt><dd>{time::minute(reader, at)}</dd></div> })
    })
    .collect_view();
    let limit = draft.per_minute.map(|most| {
        view! { <div class="row"><dt>{t!("campaign.per_minute", locale = lang).into_owned()}</dt><dd class="figures">{most}</dd></div> }
    });
    view! {
        <dl class="card rows">
            {everybody}
            {conditions}
            <div class="row"><dt>{t!("campaign.when.title", locale = lang).into_owned()}</dt><dd>{when}</dd></div>
            {limit}
            {moments}
        </dl>
    }
}

fn figure(words: String, count: i64) -> impl IntoView {
    view! { <div class="row"><dt>{words}</dt><dd class="figures">{count}</dd></div> }
}

fn reached(reader: &Reader, reach: Reach) -> impl IntoView + use<> {
    let lang = reader.lang();
    let span = reach.first.zip(reach.last).map(|(first, last)| {
        view! {
            <div class="row">
                <dt>{t!("campaign.span", locale = lang).into_owned()}</dt>
                <dd>{time::minute(reader, first)}" – "{time::minute(reader, last)}</dd>
            </div>
        }
    });
    view! {
        <h2>{t!("campaign.would", locale = lang).into_owned()}</h2>
        <dl class="card rows">
            {figure(t!("campaign.recipients", locale = lang).into_owned(), reach.recipients)}
            {figure(t!("campaign.inbox_only", locale = lang).into_owned(), reach.inbox_only)}
            {figure(t!("campaign.left", locale = lang).into_owned(), reach.left_out)}
            {span}
        </dl>
    }
}

fn became(lang: &'static str, results: &Results) -> impl IntoView + use<> {
    let all = results.waiting
        + results.pending
        + results.pushed
        + results.inbox_only
        + results.failed
        + results.cancelled;
    let gone = all - results.waiting - results.pending;
    view! {
        <h2>{t!("campaign.results", locale = lang).into_owned()}</h2>
        <progress class="progress" max=all.max(1) value=gone aria-label=t!("campaign.gone", locale = lang).into_owned()></progress>
        <dl class="card rows">
            {figure(t!("campaign.recipients", locale = lang).into_owned(), all)}
            {figure(t!("campaign.waiting", locale = lang).into_owned(), results.waiting)}
            {figure(t!("campaign.pending", locale = lang).into_owned(), results.pending)}
            {figure(t!("campaign.pushed", locale = lang).into_owned(), results.pushed)}
            {figure(t!("campaign.inbox_only", locale = lang).into_owned(), results.inbox_only)}
            {figure(t!("campaign.read", locale = lang).into_owned(), results.read)}
            {figure(t!("campaign.failed", locale = lang).into_owned(), results.failed)}
            {figure(t!("campaign.cancelled", locale = lang).into_owned(), results.cancelled)}
            {figure(t!("campaign.left", locale = lang).into_owned(), results.left_out)}
        </dl>
    }
}

fn acts(lang: &'static str, campaign: &Campaign, waits: bool) -> impl IntoView + use<> {
    let button = |value: &'static str, class: &'static str, words: String| {
        view! { <button class=class type="submit" name="do" value=value>{words}</button> }
    };
    let doing = |doing: Doing, class: &'static str, words: std::borrow::Cow<'_, str>| {
        doing
            .from(campaign.state)
            .map(|_| button(doing.name(), class, words.into_owned()))
    };
    let (id, draft) = (campaign.id, campaign.state == State::Draft);
    let test = button(
        "test",
        "button button-quiet",
        t!("campaign.test", locale = lang).into_owned(),
    );
    let test_de = campaign.draft.content_de.is_some().then(|| {
        button(
            "test_de",
            "button button-quiet",
            t!("campaign.test_de", locale = lang).into_owned(),
        )
    });
    let edit = draft.then(|| {
        view! { <a class="button button-quiet" href=format!("/campaigns/{id}/edit")>{t!("campaign.edit", locale = lang).into_owned()}</a> }
    });
    view! {
        <form method="post" action=format!("/campaigns/{id}") class="actions">
            {hidden("seen", campaign.revision.to_string())}
            {(waits || !draft).then(|| doing(Doing::Start, "button button-primary", t!("campaign.start", locale = lang)))}
            {doing(Doing::Resume, "button button-primary", t!("campaign.resume", locale = lang))}
            {doing(Doing::Pause, "button button-quiet", t!("campaign.pause", locale = lang))}
            {waits.then(|| doing(Doing::Cancel, "button button-quiet", t!("campaign.cancel", locale = lang)))}
            {edit}
            {test}
            {test_de}
        </form>
    }
}

fn line(reader: &Reader, campaign: &Campaign, person: &Recipient) -> impl IntoView + use<> {
    let lang = reader.lang();
    let zone: Tz = person.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let own = Reader {
        zone,
        ..reader.clone()
    };
    let when = match (&person.left_out, campaign.state) {
        (Some(_), _) => None,
        (None, _) => Some(view! {
            {time::minute(&own, person.at)}" "<span class="quiet">{zone.name()}</span>
        }),
    };
    let put_off =
        (person.left_out.is_none() && person.notification.is_none() && person.at != person.moment)
            .then(|| t!("campaign.put_off", locale = lang).into_owned());
    let state = match (&person.left_out, person.notification) {
        (Some(why), _) => Either::Left(words::left_out(lang, why)),
        (None, Some(notification)) => Either::Right(view! {
            <a href=format!("/notifications/{notification}")>{t!("campaign.written", locale = lang).into_owned()}</a>
        }),
        (None, None) => Either::Left(if person.pushed {
            t!("campaign.will_push", locale = lang).into_owned()
        } else {
            t!("outbox.inbox_only", locale = lang).into_owned()
        }),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/patients/{}", person.id.0)>{listed_name(&person.first_name, &person.last_name, &person.email)}</a></th>
            <td>{when}{put_off.map(|words| view! { <span class="quiet block">{words}</span> })}</td>
            <td>{state}</td>
        </tr>
    }
}
