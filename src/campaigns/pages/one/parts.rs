//! What the page of a campaign is made of.

use crate::{
    accounts::listed_name,
    campaigns::{
        model::{Doing, Moment, Segment, State},
        pages::words,
        store::{
            Campaign,
            recipients::{Reach, Recipient, Results},
        },
    },
    journeys::{self, model::Status},
    ui::{Reader, hidden, time},
};
use chrono::TimeDelta;
use chrono_tz::Tz;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// To whom and when, in words.
pub fn told(
    reader: &Reader,
    campaign: &Campaign,
    dentist: Option<String>,
) -> impl IntoView + use<> {
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
    let everybody = *segment == Segment::default();
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

pub fn reached(reader: &Reader, reach: Reach, per_minute: Option<i32>) -> impl IntoView + use<> {
    let lang = reader.lang();
    // With a limit it takes as long as that says.
    let takes = per_minute.map_or(0, |most| {
        (reach.recipients - 1).max(0) / i64::from(most.max(1))
    });
    let reach = Reach {
        last: reach
            .last
            .max(reach.first.map(|first| first + TimeDelta::minutes(takes))),
        ..reach
    };
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

pub fn became(lang: &'static str, results: Results, state: State) -> impl IntoView + use<> {
    // What is called back does not come to anybody's turn any more.
    let results = match state {
        State::Cancelled => Results {
            waiting: 0,
            cancelled: results.cancelled + results.waiting,
            ..results
        },
        _ => results,
    };
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

pub fn acts(lang: &'static str, campaign: &Campaign, waits: bool) -> impl IntoView + use<> {
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

pub fn line(reader: &Reader, campaign: &Campaign, person: &Recipient) -> impl IntoView + use<> {
    let lang = reader.lang();
    let zone: Tz = person.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let own = Reader {
        zone,
        ..reader.clone()
    };
    let when = match (&person.left_out, campaign.state) {
        (Some(_), _) => None,
        (None, State::Cancelled) if person.notification.is_none() => None,
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
        (None, None) if campaign.state == State::Cancelled => {
            Either::Left(t!("campaign.cancelled", locale = lang).into_owned())
        }
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
