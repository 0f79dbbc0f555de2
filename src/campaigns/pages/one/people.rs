//! The people of a campaign: when each gets it, or why not.

use super::super::words;
use crate::{
    accounts::{Namesakes, listed_name},
    campaigns::{
        model::State,
        store::{
            Campaign,
            recipients::{Outcome, Part, Recipient},
        },
    },
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
    (after, part): (i64, Part),
    next: Option<i64>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let table = (!people.is_empty()).then(|| {
        // Of what nobody gets any more there is no time.
        let timed = people.iter().any(|person| is_timed(campaign, person));
        let rows = people
            .iter()
            .map(|person| {
                let place = (person, (after, part), timed);
                line(reader, (campaign, takes), place, namesakes)
            })
            .collect_view();
        let time = timed.then(|| t!("campaign.own_time", locale = lang));
        let headings = [
            Some(t!("patients.name", locale = lang)),
            time,
            Some(t!("patients.state", locale = lang)),
        ];
        table_of(headings.into_iter().flatten(), rows)
    });
    // A part of them can be empty, or have emptied since it was counted.
    let chosen = part != Part::All;
    let none = match (campaign.state, after) {
        (State::Preparing, _) => t!("campaign.now.preparing", locale = lang),
        (_, 0) if chosen => t!("campaign.nobody_shown", locale = lang),
        (_, 0) => t!("campaign.nobody", locale = lang),
        _ => t!("list.no_further", locale = lang),
    };
    let next = next.map(|next| {
        let show = part.name();
        let href = format!(
            "/campaigns/{}?still&show={show}&after={next}#people-title",
            campaign.id
        );
        view! { <LinkButton href>{t!("list.next", locale = lang).into_owned()}</LinkButton> }
    });
    view! {
        <section aria-labelledby="people-title">
            <h2 id="people-title">{t!("campaign.people", locale = lang).into_owned()}</h2>
            {chosen.then(|| {
                let href = format!("/campaigns/{}?still#people-title", campaign.id);
                view! { <p><a href=href>{t!("campaign.show_all", locale = lang).into_owned()}</a></p> }
            })}
            {or_empty(table, none)}
            {next}
        </section>
    }
}

/// Whether there is a time at which somebody gets it, or got it.
fn is_timed(campaign: &Campaign, person: &Recipient) -> bool {
    let stopped = campaign.state == State::Cancelled && person.notification.is_none();
    person.left_out.is_none() && !stopped
}

fn line(
    reader: &Reader,
    (campaign, takes): (&Campaign, TimeDelta),
    (person, (after, part), timed): (&Recipient, (i64, Part), bool),
    namesakes: &Namesakes,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let zone: Tz = person.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let own = Reader {
        zone,
        ..reader.clone()
    };
    let when = is_timed(campaign, person).then(|| {
        view! {
            {match person.notification {
                // With a limit nobody knows whose turn is when: only within which time.
                None => Either::Left(words::span(&own, person.at, person.at + takes)),
                Some(_) => Either::Right(time::minute(&own, person.at)),
            }}" "<span class="quiet">{zone.name()}</span>
        }
    });
    let put_off =
        (person.left_out.is_none() && person.notification.is_none() && person.at != person.moment)
            .then(|| t!("campaign.put_off", locale = lang).into_owned());
    // The words of the tile that counts the same; of what is still to come also where it will be found.
    let state = match person.outcome(campaign.state) {
        Outcome::LeftOut => words::left_out(lang, person.left_out.as_deref().unwrap_or_default()),
        Outcome::Waits if campaign.state == State::Draft => words::would_reach(lang, person.pushed),
        outcome => words::outcome(lang, outcome),
    };
    let will_reach = (person.outcome(campaign.state) == Outcome::Waits
        && campaign.state != State::Draft)
        .then(|| {
            let words = words::will_reach(lang, person.pushed);
            view! { <span class="quiet block">{words}</span> }
        });
    let state = match person.notification {
        Some(notification) => {
            // So that no two links are called the same.
            let name = listed_name(&person.first_name, &person.last_name, &person.email);
            let name = format!(", {}", namesakes.named(person.id, name));
            let href = format!(
                "/notifications/{notification}?campaign={}&after={after}",
                campaign.id
            );
            Either::Left(view! {
                <a href=href>{state}<span class="visually-hidden">{name}</span></a>
            })
        }
        None => Either::Right(state),
    };
    // From the record there is a way back to this place.
    let record = format!(
        "/patients/{}?campaign={}&show={}&after={after}",
        person.id.0,
        campaign.id,
        part.name()
    );
    let time = timed.then(|| {
        view! { <td>{when}{put_off.map(|words| view! { <span class="quiet block">{words}</span> })}</td> }
    });
    view! {
        <tr>
            <th scope="row"><a href=record>{listed_name(&person.first_name, &person.last_name, &person.email)}</a>{namesakes.line(person.id)}</th>
            {time}
            <td>{state}{will_reach}</td>
        </tr>
    }
}
