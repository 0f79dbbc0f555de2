//! What is going out, what failed, and what waits: each with its one act.

use crate::{
    accounts::{self, Office, SignedIn},
    campaigns, dentists,
    error::Fault,
    feature::{self, Access, Section},
    notifications::{self, Failures},
    platform::clock::local_moment,
    reports,
    ui::{
        Banner, ButtonKind, Card, EmptyState, Facts, IconName, LinkButton, Page, PageHeader, Place,
        Rows, StatTile, Stats, Tone, page, time,
    },
};
use axum::{response::Response, routing::get};
use chrono::NaiveTime;
use leptos::prelude::*;
use rust_i18n::t;

/// Failed notifications that are looked through, the newest.
const LOOKED_THROUGH: i64 = 1000;
/// Reports in the list; a page away are all of them.
const LISTED_REPORTS: i64 = 10;
/// Campaigns in the list; a page away are all of them.
const LISTED: i64 = 5;
/// Seconds of lag that are worth a word.
const LATE: f64 = 60.0;

pub const ROUTES: &[Section] = &[Section {
    place: Place::of("/office"),
    routes: &[feature::page("/office", Access::OFFICE, || get(office))],
}];

async fn office(signed_in: SignedIn<Office>) -> Result<Response, Fault> {
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let health = notifications::health(&mut db).await?;
    let midnight = local_moment(reader.today(), NaiveTime::MIN, reader.zone);
    let today = notifications::today(&mut db, midnight).await?;
    let failures = match health.failed {
        0 => Vec::new(),
        _ => notifications::failures(&mut db, LOOKED_THROUGH).await?,
    };
    // What no dentist has seen within the clinic's time stands above all.
    let unseen =
        reports::service::open_unseen_for_staff(&mut db, &actor, &act, reader.now, LISTED_REPORTS)
            .await?;
    let named = unseen.iter().map(reports::Unseen::named);
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let changes = dentists::open_changes(&mut db).await?;
    let clashes = accounts::count_clashes(&mut db).await?;
    let under_way = campaigns::not_ended(&mut db, LISTED).await?;
    let lang = reader.lang();
    let title = t!("office.title", locale = lang).into_owned();
    let number = |count: i64| notifications::number(lang, count, i64::MAX);
    Ok(page(&reader, Page::titled(title.clone()), || {
        let late = (health.lag > LATE).then(|| {
            let minutes = (health.lag / 60.0).ceil() as i64;
            let words = t!("outbox.late", locale = lang, minutes = minutes).into_owned();
            view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> }
        });
        let failed_tone = (health.failed > 0).then_some(Tone::Trouble);
        let changes_tone = (changes > 0).then_some(Tone::Attention);
        let failed = (health.failed > 0).then(|| failed(lang, health.failed, &failures));
        let asked = (changes > 0).then(|| {
            let words = match changes {
                1 => t!("office.changes.one", locale = lang),
                _ => t!("office.changes.other", locale = lang, count = changes),
            };
            view! {
                <Card heading=words.into_owned() id="changes">
                    <div class="actions">
                        <LinkButton href="/dentist-changes">{t!("office.changes.answer", locale = lang).into_owned()}</LinkButton>
                    </div>
                </Card>
            }
        });
        let clashing = (clashes > 0).then(|| {
            let words = match clashes {
                1 => t!("settings.clashes_text.one", locale = lang),
                _ => t!("settings.clashes_text.other", locale = lang, count = clashes),
            };
            view! {
                <Card heading=t!("clashes.title", locale = lang).into_owned() id="clashes">
                    <p>{words.into_owned()}</p>
                    <div class="actions">
                        <LinkButton href="/address-clashes">{t!("settings.clashes", locale = lang).into_owned()}</LinkButton>
                    </div>
                </Card>
            }
        });
        let under_way = (!under_way.is_empty()).then(|| {
            let rows = under_way
                .iter()
                .map(|(id, name, standing)| {
                    let state = campaigns::standing(&reader, *standing);
                    view! {
                        <li class="row">
                            <a href=format!("/campaigns/{id}")><bdi>{name.clone()}</bdi></a>
                            <span class="quiet">{state}</span>
                        </li>
                    }
                })
                .collect_view();
            view! { <Card heading=t!("office.campaigns", locale = lang).into_owned() id="campaigns"><Rows>{rows}</Rows></Card> }
        });
        let quiet = unseen.is_empty()
            && late.is_none()
            && failed.is_none()
            && asked.is_none()
            && clashing.is_none();
        let calm = quiet.then(|| {
            let (title, text) = (t!("office.calm", locale = lang), t!("office.calm_text", locale = lang));
            view! { <EmptyState icon=IconName::Check title=title.into_owned() text=text.into_owned()/> }
        });
        let lead = time::long_date(&reader, reader.today());
        view! {
            <PageHeader title lead>
                <LinkButton href="/patients" icon=IconName::Search>{t!("office.find", locale = lang).into_owned()}</LinkButton>
            </PageHeader>
            {reports::office_list(&reader, &unseen, &namesakes)}
            {late}
            <Stats label=t!("office.figures", locale = lang).into_owned()>
                <StatTile value=number(health.failed) label=t!("outbox.tile.failed", locale = lang).into_owned() href="/notifications?status=failed" nostrip:tone=failed_tone/>
                <StatTile value=number(health.pending()) label=t!("outbox.tile.waiting", locale = lang).into_owned() href="/notifications?status=pending"/>
                <StatTile value=number(today.sent) label=t!("outbox.tile.sent", locale = lang).into_owned() href="/notifications?status=sent_today"/>
                <StatTile value=number(today.read) label=t!("office.read", locale = lang).into_owned()/>
                <StatTile value=number(changes) label=t!("office.requests", locale = lang).into_owned() href="/dentist-changes" nostrip:tone=changes_tone/>
            </Stats>
            {failed}
            {asked}
            {clashing}
            {calm}
            {under_way}
        }
    }))
}

/// What failed and why, and the way to try again what can be.
fn failed(lang: &'static str, count: i64, failures: &[Failures]) -> impl IntoView + use<> {
    let title = match count {
        1 => t!("office.failed.one", locale = lang),
        _ => t!(
            "office.failed.other",
            locale = lang,
            count = notifications::number(lang, count, i64::MAX)
        ),
    };
    let reasons = failures
        .iter()
        .map(|failures| {
            let words = notifications::outcome(lang, &failures.why);
            view! { <div class="row"><dt>{words}</dt><dd class="figures">{failures.count}</dd></div> }
        })
        .collect_view();
    let retryable: i64 = failures.iter().map(|failures| failures.retryable).sum();
    let act = if retryable > 0 {
        let words = match retryable {
            1 => t!("office.failed.retry_one", locale = lang),
            _ => t!("office.failed.retry", locale = lang, count = retryable),
        };
        let href = "/notifications/change?do=retry&all=yes&status=failed";
        view! { <LinkButton href kind=ButtonKind::Primary>{words.into_owned()}</LinkButton> }
            .into_any()
    } else {
        view! {
            <p class="quiet">{t!("office.failed.none", locale = lang).into_owned()}</p>
            <LinkButton href="/notifications?status=failed">{t!("office.failed.see", locale = lang).into_owned()}</LinkButton>
        }
        .into_any()
    };
    view! {
        <Card heading=title.into_owned() id="failed">
            <Facts>{reasons}</Facts>
            <div class="actions">{act}</div>
        </Card>
    }
}
