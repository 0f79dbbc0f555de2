//! What the page of a campaign is made of.

use crate::{
    campaigns::{
        model::{Moment, Segment, State},
        pages::words,
        store::{
            Campaign,
            recipients::{Part, Reach},
        },
    },
    ids::CampaignId,
    journeys::{self, model::Status},
    ui::{
        Button, ButtonKind, Card, EmptyState, Facts, IconName, LinkButton, Reader, StatTile, Stats,
        Stepper, hidden, time,
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
    got: Option<String>,
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
        (t!("campaign.got", locale = lang), got),
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
    let ended = match campaign.state {
        State::Cancelled => t!("campaign.stopped_at", locale = lang),
        _ => t!("campaign.ended", locale = lang),
    };
    let moments = [
        (t!("campaign.started", locale = lang), campaign.started_at),
        (ended, campaign.ended_at),
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

pub fn tile(words: std::borrow::Cow<'static, str>, count: i64) -> impl IntoView {
    view! { <StatTile value=count.to_string() label=words.into_owned()/> }
}

/// The same of one that was started: it chooses whom the list shows.
pub fn choice(
    words: std::borrow::Cow<'static, str>,
    count: i64,
    id: CampaignId,
    (part, shown): (Part, Part),
) -> impl IntoView {
    let href = format!("/campaigns/{id}?still&show={}#people-title", part.name());
    view! {
        <StatTile value=count.to_string() label=words.into_owned() href current={part == shown && part != Part::All}/>
    }
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
        (reach.quiet > 0).then(|| view! { <p class="quiet">{words::quiet(reader, &reach)}</p> });
    let left = (reach.left_out > 0).then(|| {
        view! { <p class="quiet">{t!("campaign.left_text", locale = lang).into_owned()}</p> }
    });
    let inbox_only = (reach.inbox_only > 0).then(|| {
        view! { <p class="quiet">{t!("campaign.inbox_only_text", locale = lang).into_owned()}</p> }
    });
    Either::Right(view! {
        {steps(lang, 2)}
        <Stats label=t!("campaign.would", locale = lang).into_owned()>
            {tile(t!("campaign.recipients", locale = lang), reach.recipients)}
            {tile(t!("campaign.of_these_inbox_only", locale = lang), reach.inbox_only)}
            {tile(t!("campaign.left", locale = lang), reach.left_out)}
        </Stats>
        {inbox_only}
        {left}
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
