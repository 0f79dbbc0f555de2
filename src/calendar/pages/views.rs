//! The calendar by day, week and month, and as a list, which comes first: on a phone a month has no room for words. Each is a page of
//! its own; what leads from one to another is a link.

use super::contents;
use crate::{
    accounts::{Anyone, SignedIn},
    error::Fault,
    feature::agenda::{Agenda, Known, Part, Viewer},
    ui::{ButtonKind, Icon, IconName, LinkButton, Page, PageHeader, Reader, Tab, Tabs, page, time},
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use chrono::{Datelike, Days, Months, NaiveDate};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    #[default]
    Agenda,
    Day,
    Week,
    Month,
}

impl View {
    const ALL: [Self; 4] = [Self::Agenda, Self::Day, Self::Week, Self::Month];

    fn name(self) -> &'static str {
        match self {
            Self::Agenda => "agenda",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    fn words(self, lang: &str) -> Cow<'static, str> {
        match self {
            Self::Agenda => t!("calendar.view.agenda", locale = lang),
            Self::Day => t!("calendar.view.day", locale = lang),
            Self::Week => t!("calendar.view.week", locale = lang),
            Self::Month => t!("calendar.view.month", locale = lang),
        }
    }
}

#[derive(Deserialize)]
pub struct Asked {
    view: Option<View>,
    /// A day of what is shown; today, unless it is said.
    on: Option<NaiveDate>,
}

/// How many weeks the list shows.
const WEEKS: u64 = 13;

/// The years that are shown: a calendar has no end, but a treatment does.
const YEARS: std::ops::Range<i32> = 2000..2200;

/// The days that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub view: View,
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
}

impl Span {
    /// Those around a day. None: in a year that no page shows.
    fn around(view: View, on: NaiveDate) -> Option<Self> {
        if !YEARS.contains(&on.year()) {
            return None;
        }
        let from = match view {
            View::Agenda | View::Day => on,
            View::Week => on - Days::new(u64::from(on.weekday().num_days_from_monday())),
            View::Month => on.with_day(1)?,
        };
        let until = match view {
            View::Agenda => from + Days::new(7 * WEEKS),
            View::Day => from.succ_opt()?,
            View::Week => from + Days::new(7),
            View::Month => from + Months::new(1),
        };
        Some(Self { view, from, until })
    }

    /// Where the days before these begin, if they are shown.
    fn back(self) -> Option<NaiveDate> {
        let back = match self.view {
            View::Agenda => self.from - Days::new(7 * WEEKS),
            View::Day => self.from.pred_opt()?,
            View::Week => self.from - Days::new(7),
            View::Month => self.from - Months::new(1),
        };
        YEARS.contains(&back.year()).then_some(back)
    }

    /// Where the days after these begin, if they are shown.
    fn onward(self) -> Option<NaiveDate> {
        YEARS.contains(&self.until.year()).then_some(self.until)
    }

    pub fn last(self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.until)
    }

    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.from
            .iter_days()
            .take_while(move |day| *day < self.until)
    }

    /// What these days are called.
    fn words(self, reader: &Reader) -> String {
        match self.view {
            View::Day => time::long_date(reader, self.from),
            View::Month => time::month(reader, self.from),
            View::Agenda | View::Week => t!(
                "calendar.from_to",
                locale = reader.lang(),
                from = time::short_date(reader, self.from),
                to = time::short_date(reader, self.last())
            )
            .into_owned(),
        }
    }
}

fn address(view: View, on: NaiveDate) -> String {
    format!("/calendar?view={}&on={on}", view.name())
}

pub async fn calendar(
    State(agenda): State<Agenda>,
    signed_in: SignedIn<Anyone>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(asked) = query?;
    let SignedIn {
        actor,
        reader,
        mut db,
        ..
    } = signed_in;
    let on = asked.on.unwrap_or(reader.today());
    let span = Span::around(asked.view.unwrap_or_default(), on).ok_or(Fault::Malformed)?;
    let part = Part {
        viewer: Viewer::from(&actor),
        lang: reader.lang(),
        zone: reader.zone,
        now: reader.now,
        from: span.from,
        until: span.until,
        outside: false,
        known: &Known::default(),
    };
    let items = agenda.of(&mut db, part).await?;
    let lang = reader.lang();
    let words = span.words(&reader);
    let title = t!("calendar.titled", locale = lang, span = words);
    Ok(page(&reader, Page::titled(title), || {
        let own = reader.patient.then(|| {
            view! {
                <LinkButton href="/calendar/address" kind=ButtonKind::Tool>{t!("settings.calendar", locale = lang).into_owned()}</LinkButton>
            }
        });
        view! {
            <PageHeader title=t!("nav.calendar", locale = lang) lead=words>{own}</PageHeader>
            <Tabs label=t!("calendar.views", locale = lang) items=views(lang, span.view, on)/>
            {moves(lang, span)}
            {contents::contents(&reader, span, &items)}
        }
    }))
}

fn views(lang: &str, shown: View, on: NaiveDate) -> Vec<Tab> {
    let tab = |view: View| Tab {
        href: address(view, on),
        label: view.words(lang).into_owned(),
        count: None,
        current: view == shown,
    };
    View::ALL.into_iter().map(tab).collect()
}

/// To the days before, to today, and to the days after.
fn moves(lang: &'static str, span: Span) -> impl IntoView {
    let (back, onward) = match span.view {
        View::Agenda => (
            t!("calendar.back.agenda", locale = lang),
            t!("calendar.onward.agenda", locale = lang),
        ),
        View::Day => (
            t!("calendar.back.day", locale = lang),
            t!("calendar.onward.day", locale = lang),
        ),
        View::Week => (
            t!("calendar.back.week", locale = lang),
            t!("calendar.onward.week", locale = lang),
        ),
        View::Month => (
            t!("calendar.back.month", locale = lang),
            t!("calendar.onward.month", locale = lang),
        ),
    };
    let back = span.back().map(|to| {
        let href = address(span.view, to);
        let icon = IconName::ChevronLeft;
        view! { <LinkButton href kind=ButtonKind::Tool small=true icon>{back.into_owned()}</LinkButton> }
    });
    let onward = span.onward().map(|to| {
        let href = address(span.view, to);
        view! {
            <LinkButton href kind=ButtonKind::Tool small=true>
                {onward.into_owned()}
                <Icon name=IconName::ChevronRight/>
            </LinkButton>
        }
    });
    let today = format!("/calendar?view={}", span.view.name());
    view! {
        <nav class="actions" aria-label=t!("calendar.moves", locale = lang).into_owned()>
            {back}
            <LinkButton href=today kind=ButtonKind::Tool small=true>{t!("calendar.today", locale = lang).into_owned()}</LinkButton>
            {onward}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_span_holds_its_day_and_leads_on_without_a_gap() {
        let mut on = day("2026-01-01");
        while on < day("2028-03-05") {
            for view in View::ALL {
                let span = Span::around(view, on).expect("a span");
                assert!(span.from <= on && on < span.until, "{span:?} of {on}");
                let next = span.onward().and_then(|on| Span::around(view, on));
                assert_eq!(next.map(|next| next.from), Some(span.until), "{span:?}");
                let before = span.back().and_then(|on| Span::around(view, on));
                assert_eq!(before.map(|before| before.until), Some(span.from));
            }
            on = on + Days::new(1);
        }
    }

    #[test]
    fn the_years_have_ends() {
        assert_eq!(Span::around(View::Month, day("0001-01-01")), None);
        assert_eq!(Span::around(View::Day, NaiveDate::MAX), None);
        let last = Span::around(View::Month, day("2199-12-31")).expect("a span");
        assert_eq!(last.onward(), None);
        let first = Span::around(View::Month, day("2000-01-31")).expect("a span");
        assert_eq!(first.back(), None);
    }
}
