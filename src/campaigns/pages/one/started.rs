//! A campaign that was started: how far it is, and what can be done with it.

use super::parts::{choice, steps};
use crate::{
    campaigns::{
        model::{Doing, State},
        pages::words,
        store::{
            Campaign,
            recipients::{Asleep, Part, Results},
        },
    },
    ui::{Banner, Button, ButtonKind, LinkButton, ProgressBar, Reader, Stats, Tone, hidden, time},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use rust_i18n::t;

/// One that was started: how far it is, and what can be done with it. `follows`: whether the page is following, if there is something
/// to follow; `shown`: whom the list below shows.
pub fn page(
    reader: &Reader,
    campaign: &Campaign,
    results: Results,
    (next, asleep): (Option<DateTime<Utc>>, Asleep),
    (follows, shown): (Option<bool>, Part),
) -> impl IntoView + use<> {
    let lang = reader.lang();
    // What was stopped does not come to anybody's turn any more.
    let results = match campaign.state {
        State::Cancelled => Results {
            waiting: 0,
            cancelled: results.cancelled + results.waiting,
            ..results
        },
        _ => results,
    };
    let sent = results.pushed + results.inbox_only;
    let held = results.waiting + results.pending;
    let all = held + sent + results.failed + results.cancelled;
    let id = campaign.id;
    // Not while the list is made: how many it is for is not known yet.
    let scheduled = campaign
        .standing()
        .scheduled
        .filter(|_| campaign.state == State::Running && held > 0);
    let words = match (campaign.state, held) {
        (_, 1) if scheduled.is_some() => t!("campaign.now.scheduled_one", locale = lang),
        _ if scheduled.is_some() => t!("campaign.now.scheduled", locale = lang, count = held),
        (State::Preparing, _) => t!("campaign.now.preparing", locale = lang),
        (State::Paused, 1) => t!("campaign.now.paused_one", locale = lang),
        (State::Paused, _) => t!("campaign.now.paused", locale = lang, count = held),
        (State::Cancelled, _) => t!(
            "campaign.now.cancelled",
            locale = lang,
            count = results.cancelled + held,
            sent = sent
        ),
        (_, 0) if all == 0 => t!("campaign.now.nobody", locale = lang),
        (_, 0) => match results.failed {
            0 => t!("campaign.now.done", locale = lang),
            1 => t!("campaign.now.done_but_one", locale = lang),
            failed => t!("campaign.now.done_but", locale = lang, failed = failed),
        },
        _ if follows.is_some() => t!("campaign.now.running", locale = lang),
        // Why is said behind it.
        (_, 1) if asleep.count > 0 => t!("campaign.now.held_one", locale = lang),
        _ if asleep.count > 0 => t!("campaign.now.held", locale = lang, count = held),
        (_, 1) => t!("campaign.now.waiting_one", locale = lang),
        _ => t!("campaign.now.waiting", locale = lang, count = held),
    }
    .into_owned();
    let tone = match (campaign.state, held) {
        (State::Paused, _) => Tone::Attention,
        (State::Preparing | State::Cancelled, _) => Tone::Note,
        (_, 0) if all == 0 || results.failed > 0 => Tone::Attention,
        (_, 0) => Tone::Good,
        _ => Tone::Note,
    };
    // When it reaches those who sleep now: the others' next moment, if they are not all.
    let quiet = asleep.until.filter(|_| asleep.count > 0).map(|until| {
        let words = match asleep.count {
            1 => t!("campaign.asleep_one", locale = lang),
            count => t!("campaign.asleep", locale = lang, count = count),
        };
        view! { " "{words.into_owned()}" "{words::moment(reader, until)}"." }
    });
    // All of them sleep: when the first get it.
    let first = next
        .filter(|_| follows.is_none() && held > 1 && asleep.count == held)
        .filter(|next| asleep.until.is_some_and(|until| *next < until))
        .map(|next| {
            view! { " "{t!("campaign.quiet_hours.first", locale = lang).into_owned()}" "{words::moment(reader, next)}"." }
        });
    let next = next.filter(|_| follows.is_none() && scheduled.is_none() && asleep.count < held).map(|next| {
        view! { " "{t!("campaign.next", locale = lang).into_owned()}" "{time::minute(reader, next)}"." }
    });
    let time = scheduled.map(|moment| {
        view! { {t!("campaign.scheduled", locale = lang).into_owned()}" "{words::when(reader, moment)}". " }
    });
    // What the provider has is asked back from it.
    let called_back = (campaign.state == State::Cancelled)
        .then_some(match results.pending {
            0 => None,
            1 => Some(t!("campaign.now.calling_back_one", locale = lang)),
            count => Some(t!(
                "campaign.now.calling_back",
                locale = lang,
                count = count
            )),
        })
        .flatten()
        .map(|words| format!(" {words}"));
    let follow = follows.map(|follows| {
        let (href, words) = if follows {
            (
                format!("/campaigns/{id}?still"),
                t!("campaign.stand_still", locale = lang),
            )
        } else {
            (
                format!("/campaigns/{id}"),
                t!("campaign.follow", locale = lang),
            )
        };
        view! { <p><a href=href>{words.into_owned()}</a></p> }
    });
    // Nothing follows it: the page says when it was made, and can be asked for again.
    let as_of = (follow.is_none() && held > 0).then(|| {
        let href = format!("/campaigns/{id}");
        view! {
            <p class="quiet">
                {t!("campaign.as_of", locale = lang).into_owned()}" "{time::minute(reader, reader.now)}". "
                <a href=href>{t!("campaign.refresh", locale = lang).into_owned()}</a>
            </p>
        }
    });
    let means = (results.pushed > 0).then(|| {
        view! { <p class="quiet">{t!("campaign.pushed_means", locale = lang).into_owned()}</p> }
    });
    // Stopped, it never comes to its end: the bar stays at what has gone out.
    let (done, progress) = match campaign.state {
        State::Preparing => (0, t!("campaign.progress_none", locale = lang)),
        _ if all == 0 => (0, t!("campaign.progress_nobody", locale = lang)),
        _ if held == all && campaign.state != State::Cancelled => {
            (0, t!("campaign.progress_none", locale = lang))
        }
        State::Cancelled => (
            sent,
            t!(
                "campaign.progress_stopped",
                locale = lang,
                sent = sent,
                all = all
            ),
        ),
        _ => (
            all - held,
            t!(
                "campaign.progress",
                locale = lang,
                sent = all - held,
                all = all
            ),
        ),
    };
    let progress = progress.into_owned();
    // Only what there is.
    let more = [
        (
            Part::Failed,
            t!("campaign.failed", locale = lang),
            results.failed,
        ),
        (
            Part::Cancelled,
            t!("campaign.cancelled", locale = lang),
            results.cancelled,
        ),
        (
            Part::LeftOut,
            t!("campaign.left", locale = lang),
            results.left_out,
        ),
    ]
    .into_iter()
    .filter(|(.., count)| *count > 0)
    .map(|(part, words, count)| choice(words, count, id, (part, shown)))
    .collect_view();
    let tile = move |part: Part, words, count| choice(words, count, id, (part, shown));
    view! {
        {steps(lang, 4)}
        <Banner tone><p>{time}{words}{called_back}{quiet}{first}{next}</p></Banner>
        <ProgressBar value=done max=all.max(1) label=progress/>
        {follow}
        {as_of}
        <Stats label=t!("campaign.results", locale = lang).into_owned()>
            {tile(Part::All, t!("campaign.recipients", locale = lang), all)}
            {tile(Part::Waiting, t!("campaign.waiting", locale = lang), held)}
            {tile(Part::Pushed, t!("campaign.pushed", locale = lang), results.pushed)}
            {tile(Part::InboxOnly, t!("campaign.inbox_only", locale = lang), results.inbox_only)}
            {tile(Part::Read, t!("campaign.read", locale = lang), results.read)}
            {more}
        </Stats>
        {means}
        {acts(lang, campaign, held > 0 || campaign.state == State::Preparing, scheduled.is_some(), sent + results.failed)}
    }
}

/// What can be done with it: as long as some of it waits, it can be stopped; what has not begun need not be held, too. Then it can be
/// written again.
fn acts(
    lang: &'static str,
    campaign: &Campaign,
    waits: bool,
    scheduled: bool,
    got: i64,
) -> impl IntoView + use<> {
    let id = campaign.id;
    let doing = |doing: Doing, kind: ButtonKind, words: std::borrow::Cow<'static, str>| {
        doing.from(campaign.state).map(|_| {
            view! { <Button kind name="do" value=doing.name()>{words.into_owned()}</Button> }
        })
    };
    let stops = waits && Doing::Cancel.from(campaign.state).is_some();
    let stop = stops.then(|| {
        let href = format!("/campaigns/{id}/stop");
        view! { <LinkButton href kind=ButtonKind::Danger>{t!("campaign.stop.link", locale = lang).into_owned()}</LinkButton> }
    });
    let again = (!stops && Doing::Resume.from(campaign.state).is_none()).then(|| {
        let href = format!("/campaigns/new?from={id}");
        view! { <LinkButton href>{t!("campaign.again", locale = lang).into_owned()}</LinkButton> }
    });
    // Who has what was called back may need to hear that.
    let correct = (campaign.state == State::Cancelled && got > 0).then(|| {
        let href = format!("/campaigns/new?got={id}");
        let words = match got {
            1 => t!("campaign.correct_one", locale = lang),
            count => t!("campaign.correct", locale = lang, count = count),
        };
        view! { <LinkButton href kind=ButtonKind::Primary>{words.into_owned()}</LinkButton> }
    });
    let effect = stops.then(
        || view! { <p class="quiet">{t!("campaign.stop.text", locale = lang).into_owned()}</p> },
    );
    view! {
        <form method="post" action=format!("/campaigns/{id}") class="actions">
            {hidden("seen", campaign.revision.to_string())}
            {doing(Doing::Resume, ButtonKind::Primary, t!("campaign.resume", locale = lang))}
            {(!scheduled).then(|| doing(Doing::Pause, ButtonKind::Secondary, t!("campaign.pause", locale = lang)))}
            {stop}
            {correct}
            {again}
        </form>
        {effect}
    }
}
