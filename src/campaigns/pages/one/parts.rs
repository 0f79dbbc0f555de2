//! What the page of a campaign is made of.

use crate::{
    campaigns::{
        model::{Doing, Moment, Segment, State},
        pages::words,
        store::{
            Campaign,
            recipients::{Asleep, Reach, Results},
        },
    },
    journeys::{self, model::Status},
    ui::{
        Banner, Button, ButtonKind, Card, EmptyState, Facts, IconName, LinkButton, ProgressBar,
        Reader, StatTile, Stats, Stepper, Tone, hidden, time,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
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
        <section aria-labelledby="facts-title">
        <h2 id="facts-title">{t!("campaign.facts", locale = lang).into_owned()}</h2>
        <Facts card=true>
            {everybody}
            {conditions}
            <div class="row"><dt>{t!("campaign.when.title", locale = lang).into_owned()}</dt><dd>{when}</dd></div>
            {limit}
            {moments}
        </Facts>
        </section>
    }
}

/// The steps from the first word to what has gone out.
pub fn steps(lang: &'static str, current: usize) -> impl IntoView {
    let steps = [
        t!("campaign.step.write", locale = lang),
        t!("campaign.step.preview", locale = lang),
        t!("campaign.step.send", locale = lang),
        t!("campaign.step.follow", locale = lang),
    ]
    .map(std::borrow::Cow::into_owned)
    .to_vec();
    view! { <Stepper lang steps current/> }
}

fn tile(words: std::borrow::Cow<'static, str>, count: i64) -> impl IntoView {
    view! { <StatTile value=count.to_string() label=words.into_owned()/> }
}

/// How long it takes with its limit until the last of so many has gone out.
pub fn takes(campaign: &Campaign, recipients: i64) -> TimeDelta {
    let minutes = campaign
        .draft
        .per_minute
        .map_or(0, |most| (recipients - 1).max(0) / i64::from(most.max(1)));
    TimeDelta::minutes(minutes)
}

/// When the first and the last of a draft would go out.
pub fn goes_out(campaign: &Campaign, reach: &Reach) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let takes = takes(campaign, reach.recipients);
    let last = reach.last.max(reach.first.map(|first| first + takes));
    reach.first.zip(last)
}

/// A draft: whom it would reach, and what can be done with it.
pub fn draft(reader: &Reader, campaign: &Campaign, reach: Reach) -> impl IntoView + use<> {
    let lang = reader.lang();
    let span = goes_out(campaign, &reach).map(|(first, last)| {
        view! { <p class="quiet">{t!("campaign.span", locale = lang).into_owned()}" "{words::span(reader, first, last)}</p> }
    });
    let id = campaign.id;
    let edit = format!("/campaigns/{id}/edit");
    if reach.recipients == 0 {
        let text = match reach.left_out {
            0 => t!("campaign.nobody_text", locale = lang),
            _ => t!("campaign.nobody_left", locale = lang),
        };
        return Either::Left(view! {
            {steps(lang, 2)}
            <EmptyState icon=IconName::Users title=t!("campaign.nobody", locale = lang).into_owned() text=text.into_owned()>
                <LinkButton href=edit kind=ButtonKind::Primary>{t!("campaign.edit", locale = lang).into_owned()}</LinkButton>
            </EmptyState>
        });
    }
    let quiet =
        (reach.quiet > 0).then(|| view! { <p class="quiet">{words::quiet(lang, reach.quiet)}</p> });
    let inbox_only = (reach.inbox_only > 0).then(|| {
        view! { <p class="quiet">{t!("campaign.inbox_only_text", locale = lang).into_owned()}</p> }
    });
    Either::Right(view! {
        {steps(lang, 2)}
        <Stats label=t!("campaign.would", locale = lang).into_owned()>
            {tile(t!("campaign.recipients", locale = lang), reach.recipients)}
            {tile(t!("campaign.inbox_only", locale = lang), reach.inbox_only)}
            {tile(t!("campaign.left", locale = lang), reach.left_out)}
        </Stats>
        {inbox_only}
        {span}
        {quiet}
        <div class="actions">
            <LinkButton href=format!("/campaigns/{id}/send") kind=ButtonKind::Primary>
                {t!("campaign.go_on", locale = lang).into_owned()}
            </LinkButton>
            <LinkButton href=edit>{t!("campaign.edit", locale = lang).into_owned()}</LinkButton>
        </div>
        {tests(lang, campaign)}
    })
}

/// Sends it to oneself, in each language that there is.
fn tests(lang: &'static str, campaign: &Campaign) -> impl IntoView + use<> {
    let id = campaign.id;
    let button = |value: &'static str, words: std::borrow::Cow<'static, str>| {
        view! { <Button name="do" value>{words.into_owned()}</Button> }
    };
    let buttons = if campaign.draft.content_de.is_some() {
        Either::Left(view! {
            {button("test", t!("campaign.test_en", locale = lang))}
            {button("test_de", t!("campaign.test_de", locale = lang))}
        })
    } else {
        Either::Right(button("test", t!("campaign.test", locale = lang)))
    };
    view! {
        <Card heading=t!("campaign.try.title", locale = lang).into_owned() id="try">
            <p>
                {t!("campaign.try.text", locale = lang).into_owned()}" "
                <a href=format!("/settings/device?campaign={id}")>{t!("campaign.test_device", locale = lang).into_owned()}</a>
            </p>
            <form method="post" action=format!("/campaigns/{id}") class="actions">
                {hidden("seen", campaign.revision.to_string())}
                {buttons}
            </form>
        </Card>
    }
}

/// One that was started: how far it is, and what can be done with it. `follows`: whether the page is following, if there is something
/// to follow.
pub fn started(
    reader: &Reader,
    campaign: &Campaign,
    results: Results,
    (next, asleep): (Option<DateTime<Utc>>, Asleep),
    follows: Option<bool>,
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
        view! { " "{words.into_owned()}" "{time::minute(reader, until)}"." }
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
        (t!("campaign.failed", locale = lang), results.failed),
        (t!("campaign.cancelled", locale = lang), results.cancelled),
        (t!("campaign.left", locale = lang), results.left_out),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(words, count)| tile(words, count))
    .collect_view();
    view! {
        {steps(lang, 4)}
        <Banner tone><p>{time}{words}{called_back}{quiet}{next}</p></Banner>
        <ProgressBar value=done max=all.max(1) label=progress/>
        {follow}
        <Stats label=t!("campaign.results", locale = lang).into_owned()>
            {tile(t!("campaign.recipients", locale = lang), all)}
            {tile(t!("campaign.waiting", locale = lang), held)}
            {tile(t!("campaign.pushed", locale = lang), results.pushed)}
            {tile(t!("campaign.inbox_only", locale = lang), results.inbox_only)}
            {tile(t!("campaign.read", locale = lang), results.read)}
            {more}
        </Stats>
        {acts(lang, campaign, held > 0 || campaign.state == State::Preparing, scheduled.is_some())}
    }
}

/// What can be done with it: as long as some of it waits, it can be stopped; what has not begun need not be held, too. Then it can be
/// written again.
fn acts(
    lang: &'static str,
    campaign: &Campaign,
    waits: bool,
    scheduled: bool,
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
    let effect = stops.then(
        || view! { <p class="quiet">{t!("campaign.stop.text", locale = lang).into_owned()}</p> },
    );
    view! {
        <form method="post" action=format!("/campaigns/{id}") class="actions">
            {hidden("seen", campaign.revision.to_string())}
            {doing(Doing::Resume, ButtonKind::Primary, t!("campaign.resume", locale = lang))}
            {(!scheduled).then(|| doing(Doing::Pause, ButtonKind::Secondary, t!("campaign.pause", locale = lang)))}
            {stop}
            {again}
        </form>
        {effect}
    }
}

/// What patients read, as it shows on a phone.
pub fn texts(lang: &'static str, campaign: &Campaign) -> impl IntoView + use<> {
    let shown = |code: &'static str, words: std::borrow::Cow<'static, str>, text: String| {
        view! {
            <figure class="as-pushed">
                <figcaption>{words.into_owned()}</figcaption>
                <div class="as-pushed-card">
                    <img src="/icon.svg" alt="" width="32" height="32"/>
                    <p><span class="as-pushed-app">"Midline"</span><bdi lang=code>{text}</bdi></p>
                </div>
            </figure>
        }
    };
    let draft = &campaign.draft;
    let german = draft
        .content_de
        .clone()
        .map(|text| shown("de", t!("campaign.shown_de", locale = lang), text));
    let english = match german {
        Some(_) => t!("campaign.shown_en", locale = lang),
        None => t!("campaign.shown_all", locale = lang),
    };
    view! {
        <section aria-labelledby="texts-title">
            <h2 id="texts-title">{t!("campaign.shown", locale = lang).into_owned()}</h2>
            <div class="as-pushed-list">
                {shown("en", english, draft.content_en.clone())}
                {german}
            </div>
        </section>
    }
}
