//! The rows, and what can be done with those that are ticked.

use super::{COUNTED, PAGE, Shown};
use crate::{
    accounts::{Namesakes, listed_name},
    notifications::{
        Delivery,
        model::{Status, Waiting},
        pages::{
            desk::choice::{Asked, Day},
            words,
        },
        service::{AT_ONCE, Possible},
        store::desk::{Order, Row},
    },
    ui::{
        Badge, Button, ButtonKind, Column, Direction, FieldHint, LinkButton, Pager, Reader, Table,
        Tone, hidden, time,
    },
};
use leptos::prelude::*;
use rust_i18n::t;

/// What can be done with some of those that are looked at.
pub fn possible(asked: &Asked) -> Vec<Possible> {
    let name = asked.status.as_str();
    let status = match Day::named(name) {
        Some(Day::Sent) => Some(Status::Sent),
        Some(Day::Cancelled) => Some(Status::Cancelled),
        None => Waiting::named(name)
            .map(|_| Status::Pending)
            .or_else(|| Status::named(name)),
    };
    match status {
        None => Possible::ALL.to_vec(),
        Some(Status::Pending) => vec![Possible::Reschedule, Possible::Cancel],
        // What is sent by one channel may have failed by another.
        Some(Status::Failed | Status::Sent) => vec![Possible::Retry],
        Some(Status::Cancelled) => vec![Possible::Restore],
    }
}

/// Which boxes are ticked when the page comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Picked {
    None,
    Page,
    All,
}

pub fn table(reader: &Reader, shown: &Shown) -> impl IntoView + use<> {
    let lang = reader.lang();
    let asked = &shown.asked;
    let mut possible = possible(asked);
    // What can be done with each; with none of them, nothing is offered, unless there are more than stand here.
    let can: Vec<Vec<Possible>> = shown
        .rows
        .iter()
        .map(|row| {
            let standing = row.standing(reader.now);
            let each = possible.iter().copied();
            each.filter(|doing| doing.applies(standing)).collect()
        })
        .collect();
    // Of what is sent, little has failed by another channel.
    let sent = shown.choice.status == Some(Status::Sent);
    if sent || shown.total <= shown.rows.len() as i64 {
        possible.retain(|doing| can.iter().any(|can| can.contains(doing)));
    }
    if asked.pick == "all" {
        possible.retain(|doing| shown.able.with(*doing) > 0);
    }
    let picked = match asked.pick.as_str() {
        _ if possible.is_empty() => Picked::None,
        "page" => Picked::Page,
        "all" => Picked::All,
        _ => Picked::None,
    };
    let chosen = asked
        .fields()
        .map(|(name, value)| hidden(name, value.to_owned()))
        .collect_view();
    let all = (picked == Picked::All).then(|| hidden("all", "yes"));
    let ticks = (!possible.is_empty()).then_some(picked);
    let rows = shown
        .rows
        .iter()
        .zip(&can)
        .map(|(row, can)| {
            line(
                reader,
                row,
                ticks.map(|picked| (picked, can.as_slice())),
                &shown.namesakes,
            )
        })
        .collect_view()
        .into_any();
    let bulk = (!possible.is_empty()).then(|| bulk(lang, shown, picked, possible).into_any());
    let tickable = can.iter().filter(|can| !can.is_empty()).count();
    let class = match picked {
        Picked::All => "picking picking-all",
        Picked::None | Picked::Page => "picking",
    };
    let next = shown.next.as_ref().map(|next| {
        let href = asked.address("/notifications", Some(next));
        view! { <LinkButton href>{t!("list.next", locale = lang).into_owned()}</LinkButton> }
    });
    let first = (!asked.before.is_empty()).then(|| {
        let href = asked.address("/notifications", None);
        view! { <LinkButton href>{t!("list.first", locale = lang).into_owned()}</LinkButton> }
    });
    let clock = t!("outbox.clock", locale = lang, zone = reader.zone.name()).into_owned();
    view! {
        <form method="get" action="/notifications/change" class=class>
            {chosen}
            {all}
            {head(lang, shown, picked, ticks.is_some().then_some(tickable))}
            {(picked == Picked::All).then(|| left(lang, shown))}
            <Table columns=columns(lang, shown) rows nostrip:bulk=bulk dense=true/>
            <FieldHint words=clock/>
        </form>
        <Pager lang>{first}{next}</Pager>
    }
}

/// How many there are, and how to choose many of them. `ticks`: with how many of the page something can be done, if with any at all.
fn head(
    lang: &'static str,
    shown: &Shown,
    picked: Picked,
    ticks: Option<usize>,
) -> impl IntoView + use<> {
    let asked = &shown.asked;
    let total = words::number(lang, shown.total, COUNTED);
    let count = match shown.total {
        1 => t!("outbox.total.one", locale = lang),
        _ => t!("outbox.total.other", locale = lang, count = total),
    }
    .into_owned();
    let here = shown.rows.len();
    let page = ticks
        .filter(|count| *count > 0 && picked == Picked::None)
        .map(|count| {
            let words = match count {
                1 => t!("outbox.pick.page_one", locale = lang),
                _ => t!("outbox.pick.page", locale = lang, count = count),
            };
            view! { <a href=asked.picking("page")>{words.into_owned()}</a> }
        });
    let more = ticks.is_some() && picked != Picked::All && shown.total > here.min(PAGE) as i64;
    // As many as something can be done with; more than stand on this page, or these can be ticked here.
    let able = match shown.able.doings.is_empty() {
        true => shown.total,
        false => shown.able.count(),
    };
    let more = more && able > 0 && able > ticks.unwrap_or_default() as i64;
    let all = more.then(|| {
        let words = match able {
            1 => t!("outbox.pick.all_one", locale = lang),
            able if able > AT_ONCE as i64 => t!("outbox.pick.first", locale = lang, most = AT_ONCE),
            able => t!("outbox.pick.all", locale = lang, count = able),
        };
        view! { <a href=asked.picking("all")>{words.into_owned()}</a> }
    });
    let none = (picked != Picked::None).then(|| {
        view! { <a href=asked.picking("")>{t!("outbox.pick.none", locale = lang).into_owned()}</a> }
    });
    let export = asked.address("/notifications/export", None);
    // The address may have no filters yet.
    let book = format!(
        "{export}{}format=xlsx",
        if export.contains('?') { '&' } else { '?' }
    );
    view! {
        <div class="list-head">
            <p class="list-total">{count}</p>
            {page}
            {all}
            {none}
            <a class="list-export" href=book>{t!("outbox.export_book", locale = lang).into_owned()}</a>
            <a class="list-export" href=export>{t!("outbox.export", locale = lang).into_owned()}</a>
        </div>
    }
}

fn columns(lang: &'static str, shown: &Shown) -> Vec<Column> {
    let asked = &shown.asked;
    let now = shown.choice.order;
    let sorted = |column: Column, first: Order, second: Order| {
        if !shown.choice.sorts(first, shown.total) {
            return column;
        }
        let (order, direction) = match now {
            now if now == first => (second, Some(Direction::Ascending)),
            now if now == second => (first, Some(Direction::Descending)),
            _ => (first, None),
        };
        let href = asked
            .with("sort", order.name())
            .address("/notifications", None);
        column.sorted_at(href, direction)
    };
    let name = Column::named(t!("patients.name", locale = lang));
    let name = if !shown.choice.sorts(Order::Name, shown.total) {
        name
    } else {
        let direction = (now == Order::Name).then_some(Direction::Ascending);
        let other = if now == Order::Name {
            ""
        } else {
            Order::Name.name()
        };
        name.sorted_at(
            asked.with("sort", other).address("/notifications", None),
            direction,
        )
    };
    vec![
        name,
        Column::named(t!("outbox.kind", locale = lang)),
        sorted(
            Column::named(t!("outbox.at", locale = lang)),
            Order::Earliest,
            Order::Latest,
        ),
        Column::named(t!("patients.state", locale = lang)),
    ]
}

/// How many are ticked, and what can be done with them. Counted and shown by the stylesheet (`office.css`): without a script, and
/// where that cannot be, always.
fn bulk(
    lang: &'static str,
    shown: &Shown,
    picked: Picked,
    possible: Vec<Possible>,
) -> impl IntoView + use<> {
    let at_once = |count: i64| usize::try_from(count).unwrap_or(AT_ONCE).min(AT_ONCE);
    let total = at_once(shown.able.count());
    let marked = |words: String, class: &'static str| {
        let (before, after) = words
            .split_once(MARK)
            .map(|(before, after)| (before.to_owned(), after.to_owned()))
            .unwrap_or((words.clone(), String::new()));
        view! { <span>{before}<span class=class></span>{after}</span> }
    };
    let all = picked == Picked::All;
    let count = if all {
        view! { {t!("outbox.bulk.all", locale = lang, count = total).into_owned()} }.into_any()
    } else {
        let words = t!("outbox.bulk.picked", locale = lang, count = MARK).into_owned();
        marked(words, "picked-count").into_any()
    };
    let buttons = possible
        .into_iter()
        .map(|doing| {
            let kind = match doing {
                Possible::Cancel => ButtonKind::Danger,
                _ => ButtonKind::Secondary,
            };
            let words = match doing {
                doing if all => {
                    words::does(lang, doing, at_once(shown.able.with(doing))).into_any()
                }
                // Not of all that are ticked: of those that can be cancelled.
                Possible::Cancel => {
                    let words = t!("outbox.bulk.cancel", locale = lang, count = MARK).into_owned();
                    marked(words, "picked-cancel").into_any()
                }
                doing => words::doing(lang, doing).into_any(),
            };
            view! { <Button kind name="do" value=doing.name()>{words}</Button> }
        })
        .collect_view();
    view! { <p class="bulk-count">{count}</p>{buttons} }
}

/// How many of all nothing can be done with, and why.
fn left(lang: &'static str, shown: &Shown) -> Option<impl IntoView + use<>> {
    let count = shown.total - shown.able.count();
    if count <= 0 || shown.total > COUNTED {
        return None;
    }
    let of = words::number(lang, shown.total, COUNTED);
    let reasons = shown.able.left.iter();
    let reasons: Vec<String> = reasons
        .map(|(obstacle, count)| words::left(lang, *obstacle, *count))
        .collect();
    let reasons = reasons.join(", ");
    let words = match count {
        _ if reasons.is_empty() => t!("outbox.left.unsaid", locale = lang, count = count, of = of),
        1 => t!("outbox.left.one", locale = lang, of = of, reasons = reasons),
        _ => t!(
            "outbox.left.other",
            locale = lang,
            count = count,
            of = of,
            reasons = reasons
        ),
    };
    Some(view! { <FieldHint words=words.into_owned()/> })
}

/// Where a number stands that the stylesheet knows.
const MARK: &str = "\u{fffc}";

pub fn badge(lang: &str, row: &Row) -> impl IntoView + use<> {
    let tone = match row.status {
        Status::Pending => Some(Tone::Note),
        Status::Sent => Some(Tone::Good),
        Status::Cancelled => None,
        Status::Failed => Some(Tone::Trouble),
    };
    let words = match (row.status, row.delivery) {
        (Status::Sent, Some(Delivery::Inbox)) => {
            t!("outbox.inbox_only", locale = lang).into_owned()
        }
        (Status::Pending, _) if row.cancel_wanted => {
            t!("outbox.cancelling", locale = lang).into_owned()
        }
        (status, _) => words::status(lang, status),
    };
    view! { <Badge nostrip:tone=tone>{words}</Badge> }
}

fn line(
    reader: &Reader,
    row: &Row,
    ticks: Option<(Picked, &[Possible])>,
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let name = listed_name(&row.first_name, &row.last_name, &row.email);
    // What is heard of a box tells namesakes apart, too.
    let heard = namesakes.named(row.patient, name.clone());
    let kind = words::kind(lang, row.kind);
    let failure = row
        .failed()
        .filter(|_| matches!(row.status, Status::Failed | Status::Sent))
        .map(|word| view! { <span class="quiet block">{words::outcome(lang, &word)}</span> });
    // With what is sent, as with anything that nothing can be done with, there is nothing to tick.
    let tick = ticks.filter(|(_, can)| !can.is_empty()).map(|(picked, can)| {
        let words = t!("outbox.pick.one", locale = lang, name = heard, kind = kind).into_owned();
        let checked = picked != Picked::None;
        // All are chosen by one field.
        let own = (picked != Picked::All).then_some("id");
        let can: Vec<&str> = can.iter().map(|doing| doing.name()).collect();
        let can = can.join(" ");
        view! {
            <label>
                <input type="checkbox" name=own value=row.id data-can=can checked=checked disabled=own.is_none()/>
                <span class="visually-hidden">{words}</span>
            </label>
        }
    });
    let mark = namesakes.line(row.patient);
    // So that no two links are called the same.
    let more = format!(", {kind}, {}", words::moment(reader, row.at));
    view! {
        <tr>
            <th scope="row">
                <span class="ticked">
                    {tick}
                    <a href=format!("/notifications/{}", row.id)>{name}<span class="visually-hidden">{more}</span></a>
                </span>
                {mark}
            </th>
            <td>{kind}<span class="quiet block one-line">{row.text()}</span></td>
            <td>{time::minute(reader, row.at)}</td>
            <td>{badge(lang, row)}{failure}</td>
        </tr>
    }
}
