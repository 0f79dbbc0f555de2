//! By what the table is narrowed: tiles, one search, and more for those who want it; with what is in force.

use super::{COUNTED, TILES, state_words};
use crate::{
    notifications::{
        Kind,
        model::{Source, Status, Waiting},
        pages::{
            desk::choice::{Asked, Day, RECENT},
            words,
        },
        store::desk::Order,
    },
    ui::{
        Button, Chip, DateField, FieldHint, Fields, FilterBar, Reader, StatTile, Stats, Tone,
        field, hidden, select, time, typed_day,
    },
};
use leptos::prelude::*;
use rust_i18n::t;

/// How many stand so, and the way to those; from those, back to all.
pub fn tiles(lang: &'static str, asked: &Asked, counts: [i64; 4]) -> impl IntoView + use<> {
    let labels = [
        t!("outbox.tile.waiting", locale = lang),
        t!("outbox.tile.sent", locale = lang),
        t!("outbox.tile.failed", locale = lang),
        t!("outbox.tile.cancelled", locale = lang),
    ];
    // Of what is narrowed no more are counted; of the whole, all.
    let most = if asked.is_narrowed() {
        COUNTED
    } else {
        i64::MAX
    };
    let tiles = TILES
        .into_iter()
        .zip(labels)
        .zip(counts)
        .map(|((name, label), count)| {
            let current = asked.status == name;
            let href = asked
                .with("status", if current { "" } else { name })
                .with("sort", "")
                .address("/notifications", None);
            let tone = (name == "failed" && count > 0).then_some(Tone::Trouble);
            view! { <StatTile value=words::number(lang, count, most) label=label.into_owned() href nostrip:tone=tone current/> }
        })
        .collect_view();
    view! { <div class="tiles"><Stats label=t!("outbox.tiles", locale = lang).into_owned()>{tiles}</Stats></div> }
}

pub fn bar(lang: &'static str, asked: &Asked) -> impl IntoView + use<> {
    let any = (String::new(), t!("outbox.any", locale = lang).into_owned());
    let list = |id: &'static str, label: String, options: Vec<(String, String)>, chosen: &str| {
        let chosen = chosen.to_owned();
        let options: Vec<_> = std::iter::once(any.clone()).chain(options).collect();
        field(id, label, None, None, move |described, invalid| {
            select(id, options, &chosen, described, invalid)
        })
    };
    let day = |id: &'static str, label: String, value: &str| {
        let value = value.to_owned();
        field(id, label, None, None, move |described_by, invalid| {
            view! { <DateField id name=id value nostrip:described_by=described_by nostrip:invalid=invalid/> }
        })
    };
    let named = |name: &'static str| state_words(lang, name).map(|words| (name.to_owned(), words));
    let statuses: Vec<_> = std::iter::once(Status::Pending.name())
        .chain(Waiting::ALL.map(Waiting::name))
        .chain([Status::Sent.name(), Day::Sent.name(), Status::Failed.name()])
        .chain([Status::Cancelled.name(), Day::Cancelled.name()])
        .filter_map(named)
        .collect();
    let kinds = Kind::ALL.map(|kind| (kind.name().to_owned(), words::kind(lang, kind)));
    let sources = Source::ALL.map(|source| (source.name().to_owned(), words::source(lang, source)));
    let orders = [Order::Newest, Order::Earliest, Order::Latest, Order::Name]
        .map(|order| (order.name().to_owned(), words::order(lang, order)));
    let q = asked.q.clone();
    let patient = (!asked.patient.is_empty()).then(|| hidden("patient", asked.patient.clone()));
    // What is in force stands on chips: the fold opens for those who want it.
    let status = list(
        "status",
        t!("patients.state", locale = lang).into_owned(),
        statuses,
        &asked.status,
    )
    .into_any();
    let kind = list(
        "kind",
        t!("outbox.kind", locale = lang).into_owned(),
        kinds.into(),
        &asked.kind,
    )
    .into_any();
    let source = list(
        "source",
        t!("outbox.source", locale = lang).into_owned(),
        sources.into(),
        &asked.source,
    )
    .into_any();
    let sort = list(
        "sort",
        t!("patients.sort", locale = lang).into_owned(),
        orders.into(),
        &asked.sort,
    )
    .into_any();
    let from = day(
        "from",
        t!("outbox.from", locale = lang).into_owned(),
        &asked.from,
    )
    .into_any();
    let to = day("to", t!("outbox.to", locale = lang).into_owned(), &asked.to).into_any();
    view! {
        <FilterBar action="/notifications" label=t!("outbox.search", locale = lang).into_owned()>
            {patient}
            {field("q", t!("outbox.search_label", locale = lang), None, None, move |described, invalid| view! {
                <input class="input" id="q" name="q" type="search" maxlength="100" value=q aria-describedby=described aria-invalid=invalid/>
            })}
            <Button>{t!("outbox.find", locale = lang).into_owned()}</Button>
            <details class="more-filters">
                <summary>{t!("outbox.more_filters", locale = lang).into_owned()}</summary>
                <Fields>
                    {status}
                    {kind}
                    {source}
                    {from}
                    {to}
                    {sort}
                </Fields>
                <FieldHint words=t!("outbox.text_of", locale = lang, days = RECENT)/>
            </details>
        </FilterBar>
    }
}

/// What is in force, each with the way out of it.
pub fn chips(reader: &Reader, asked: &Asked, patient: Option<String>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let on = |text: &str| match typed_day(text) {
        Some(day) => time::short_date(reader, day),
        None => text.to_owned(),
    };
    let chips: Vec<_> = asked
        .fields()
        .filter(|(name, _)| *name != "sort")
        .map(|(name, value)| {
            let words = match name {
                "status" => state_words(lang, value),
                "kind" => Kind::named(value).map(|kind| words::kind(lang, kind)),
                "source" => Source::named(value).map(|source| words::source(lang, source)),
                "from" => Some(t!("outbox.since", locale = lang, day = on(value)).into_owned()),
                "to" => Some(t!("outbox.until", locale = lang, day = on(value)).into_owned()),
                "patient" => patient.clone(),
                _ => Some(t!("outbox.searched", locale = lang, words = value).into_owned()),
            };
            let href = asked.with(name, "").address("/notifications", None);
            let remove = (href, t!("outbox.drop", locale = lang).into_owned());
            view! { <li><Chip label=words.unwrap_or_else(|| value.to_owned()) remove/></li> }
        })
        .collect();
    let all = (chips.len() > 1).then(|| {
        view! { <li><a href="/notifications">{t!("outbox.show_all", locale = lang).into_owned()}</a></li> }
    });
    (!chips.is_empty()).then(|| {
        view! { <ul class="in-force" aria-label=t!("outbox.in_force", locale = lang).into_owned()>{chips}{all}</ul> }
    })
}
