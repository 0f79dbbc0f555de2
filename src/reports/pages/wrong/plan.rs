//! Ill or travelling: nothing to report, but perhaps a plan that cannot be kept.

use super::{What, advised};
use crate::{
    journeys::{
        self,
        model::{EventType, Journey, Product, Reason},
    },
    practices::{self, Treating},
    ui::{Card, IconName, LinkButton, Page, PageHeader, Reader, page},
};
use axum::response::Response;
use leptos::prelude::*;
use rust_i18n::t;

/// Ill or travelling: how to go on, and what the plan can do.
pub(super) fn plan_page(
    reader: &Reader,
    journey: &Journey,
    treating: Option<&Treating>,
    (what, reason): (What, Reason),
    acts: &[EventType],
) -> Response {
    let lang = reader.lang();
    let title = what.words(lang);
    let aligners = journey.product == Product::Aligners;
    let before_start = journey.stage < 1;
    let text = match (what, aligners) {
        (What::Travel, _) if before_start => t!("wrong.wear.before.travel", locale = lang),
        _ if before_start => t!("wrong.wear.before.illness", locale = lang),
        (What::Travel, true) => t!("wrong.wear.travel.aligners", locale = lang),
        (What::Travel, false) => t!("wrong.wear.travel.clear_braces", locale = lang),
        (_, true) => t!("wrong.wear.illness.aligners", locale = lang),
        (_, false) => t!("wrong.wear.illness.clear_braces", locale = lang),
    };
    let soon = match what {
        _ if before_start => t!("wrong.soon.later", locale = lang),
        What::Travel => t!("wrong.soon.travel", locale = lang),
        _ if aligners => t!("wrong.soon.illness.aligners", locale = lang),
        _ => t!("wrong.soon.illness.clear_braces", locale = lang),
    };
    page(reader, Page::titled(title.clone()), || {
        let each = acts
            .iter()
            .map(|act| {
                let path = journeys::act_path(journey.id, *act);
                let (href, words) = match act {
                    EventType::Delay => (
                        format!("{path}?reason={}", reason.code()),
                        t!("act.delay", locale = lang),
                    ),
                    EventType::Pause => (
                        format!("{path}?reason={}", reason.code()),
                        t!("act.pause", locale = lang),
                    ),
                    EventType::Progress | EventType::Continue => {
                        (path, t!("act.continue", locale = lang))
                    }
                };
                view! { <LinkButton href wide=true>{words.into_owned()}</LinkButton> }
            })
            .collect_view();
        let acts = (!acts.is_empty()).then(|| {
            view! {
                <Card roomy=true labelled_by="plan-heading">
                    <h2 id="plan-heading">{t!("wrong.plan", locale = lang).into_owned()}</h2>
                    <p>{t!("wrong.plan_text", locale = lang).into_owned()}</p>
                    {each}
                </Card>
            }
        });
        view! {
            <PageHeader title back=("/something-wrong".to_owned(), t!("wrong.title", locale = lang).into_owned())/>
            {advised(None, view! {
                <div>
                    <h2>{if aligners && !before_start { t!("wrong.wear.title.aligners", locale = lang) } else { t!("wrong.wear.title.clear_braces", locale = lang) }.into_owned()}</h2>
                    <p>{text.into_owned()}</p>
                </div>
                <div>
                    <h2>{t!("wrong.soon.title", locale = lang).into_owned()}</h2>
                    <p>{soon.into_owned()}</p>
                </div>
                <LinkButton href=format!("/journeys/{}/messages#write", journey.id.0) icon=IconName::Message>
                    {t!("wrong.message", locale = lang).into_owned()}
                </LinkButton>
                <p class="quiet">{t!("wrong.general", locale = lang).into_owned()}</p>
            })}
            {acts}
            {practices::card(reader, treating)}
        }
    })
}
