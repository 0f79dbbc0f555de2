//! The people of a campaign: when each gets it, or why not.

use super::super::words;
use crate::{
    accounts::{Namesakes, listed_name},
    campaigns::{
        model::State,
        store::{Campaign, recipients::Recipient},
    },
    notifications::{self, Status},
    ui::{LinkButton, Reader, or_empty, table_of, time},
};
use chrono::TimeDelta;
use chrono_tz::Tz;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// Those after `after`; `next` is the last of them, if there are more.
pub fn table(
    reader: &Reader,
    (campaign, takes): (&Campaign, TimeDelta),
    (people, namesakes): (&[Recipient], &Namesakes),
    after: i64,
    next: Option<i64>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let table = (!people.is_empty()).then(|| {
        let rows = people
            .iter()
            .map(|person| line(reader, (campaign, takes), person, namesakes))
            .collect_view();
        let headings = [
            t!("patients.name", locale = lang),
            t!("campaign.own_time", locale = lang),
            t!("patients.state", locale = lang),
        ];
        table_of(headings, rows)
    });
    let none = match (campaign.state, after) {
        (State::Preparing, _) => t!("campaign.now.preparing", locale = lang),
        (_, 0) => t!("campaign.nobody", locale = lang),
        _ => t!("list.no_further", locale = lang),
    };
    let next = next.map(|next| {
        let href = format!("/campaigns/{}?still&after={next}", campaign.id);
        view! { <LinkButton href>{t!("list.next", locale = lang).into_owned()}</LinkButton> }
    });
    view! {
        <section aria-labelledby="people-title">
            <h2 id="people-title">{t!("campaign.people", locale = lang).into_owned()}</h2>
            {or_empty(table, none)}
            {next}
        </section>
    }
}

fn line(
    reader: &Reader,
    (campaign, takes): (&Campaign, TimeDelta),
    person: &Recipient,
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
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
            {match person.notification {
                // With a limit nobody knows whose turn is when: only within which time.
                None => Either::Left(words::span(&own, person.at, person.at + takes)),
                Some(_) => Either::Right(time::minute(&own, person.at)),
            }}" "<span class="quiet">{zone.name()}</span>
        }),
    };
    let put_off =
        (person.left_out.is_none() && person.notification.is_none() && person.at != person.moment)
            .then(|| t!("campaign.put_off", locale = lang).into_owned());
    let state = match (&person.left_out, person.notification) {
        (Some(why), _) => Either::Left(words::left_out(lang, why)),
        (None, Some(notification)) => {
            let words = match (person.status, person.pushed) {
                (Some(Status::Sent), false) => {
                    t!("campaign.inbox_only", locale = lang).into_owned()
                }
                (status, _) => notifications::status(lang, status.unwrap_or(Status::Pending)),
            };
            // So that no two links are called the same.
            let name = listed_name(&person.first_name, &person.last_name, &person.email);
            let name = format!(", {}", namesakes.named(person.id, name));
            Either::Right(view! {
                <a href=format!("/notifications/{notification}")>{words}<span class="visually-hidden">{name}</span></a>
            })
        }
        (None, None) if campaign.state == State::Cancelled => {
            Either::Left(t!("campaign.cancelled", locale = lang).into_owned())
        }
        (None, None) => Either::Left(if person.pushed {
            t!("campaign.will_push", locale = lang).into_owned()
        } else {
            t!("campaign.inbox_only", locale = lang).into_owned()
        }),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/patients/{}", person.id.0)>{listed_name(&person.first_name, &person.last_name, &person.email)}</a>{namesakes.line(person.id)}</th>
            <td>{when}{put_off.map(|words| view! { <span class="quiet block">{words}</span> })}</td>
            <td>{state}</td>
        </tr>
    }
}
