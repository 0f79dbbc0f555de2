//! The table: what is going out, and what failed. Its tiles are its filters.

mod filters;
mod rows;

pub use rows::badge;

use super::choice::{Asked, Day};
use crate::{
    accounts::{self, Namesakes, Office, SignedIn, UserId, full_name},
    audit,
    error::Fault,
    notifications::{
        model::{Status, Waiting},
        pages::words,
        service::{AT_ONCE, Obstacle, Possible},
        store::desk::{self, Choice, Health, Today},
    },
    platform::clock::local_moment,
    ui::{
        Banner, ButtonKind, EmptyState, ErrorSummary, Facts, IconName, LinkButton, Page,
        PageHeader, Position, Reader, Tone, begins_anew, page,
    },
};
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use chrono::NaiveTime;
use leptos::prelude::*;
use rust_i18n::t;
use sqlx::PgConnection;

/// Rows on a page.
const PAGE: usize = 50;
/// Seconds of lag that are worth a word.
const LATE: f64 = 60.0;
const COUNTED: i64 = Choice::COUNTED;

/// What is shown.
struct Shown {
    asked: Asked,
    choice: Choice,
    rows: Vec<desk::Row>,
    /// What tells apart those who are called alike.
    namesakes: Namesakes,
    /// How many there are in all: one more than are counted, if there are more.
    total: i64,
    /// What can be done with all of them, where all can be chosen.
    able: Able,
    /// Those of the tiles, in their order.
    tiles: [i64; 4],
    health: Health,
    errors: Vec<(String, i64)>,
    /// The patient whose notifications these are, if they are one's.
    patient: Option<String>,
    /// The place of the last of this page, if there is another.
    next: Option<Position>,
    /// Whether the place that was asked for is none any more, and the list begins anew.
    anew: bool,
}

pub async fn table(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(mut asked) = query?;
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let Some(mut choice) = asked.choice(&mut db, &reader).await? else {
        return Ok(misread(&reader, &asked));
    };
    let total = desk::ordered(&mut db, &mut choice).await?;
    let after = match asked.before.as_str() {
        "" => None,
        text => desk::place(&mut db, choice.order, text).await?,
    };
    let anew = after.is_none() && !asked.before.is_empty();
    if anew {
        asked.before.clear();
    }
    let mut rows = desk::table(&mut db, &choice, after.as_ref(), PAGE as i64 + 1).await?;
    let next = (rows.len() > PAGE).then(|| rows[PAGE - 1].place(choice.order).position());
    rows.truncate(PAGE);
    let patients: Vec<UserId> = rows.iter().map(|row| row.patient).collect();
    if !patients.is_empty() {
        audit::record(&mut db, act.listing(&patients)).await?;
    }
    let named = rows.iter().map(desk::Row::named);
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let patient = match choice.patient {
        Some(id) => {
            let found = desk::addressee(&mut db, UserId(id)).await?;
            found.map(|it| {
                let name = full_name(&it.first_name, &it.last_name, &it.email);
                // All of them are one person's: nobody beside them shows that there are others of the name.
                format!("{name} ({})", it.identity().short(&reader).join(" · "))
            })
        }
        None => None,
    };
    let health = desk::health(&mut db).await?;
    let shown = Shown {
        able: Able::of(&mut db, &reader, &asked, (&choice, total), rows.len()).await?,
        tiles: tiles(&mut db, &reader, &asked, &choice, &health).await?,
        errors: desk::errors(&mut db).await?,
        asked,
        choice,
        rows,
        namesakes,
        total,
        health,
        patient,
        next,
        anew,
    };
    Ok(shown.page(&reader))
}

/// What can be done with all that are looked at, and with how many: counted where all can be chosen by one press.
#[derive(Default)]
struct Able {
    /// Nothing: it was not counted.
    doings: Vec<(Possible, i64)>,
    /// Why some are left, and how many: of those that were chosen, if they are no more than are changed at once.
    left: Vec<(Obstacle, usize)>,
}

impl Able {
    async fn of(
        db: &mut PgConnection,
        reader: &Reader,
        asked: &Asked,
        (choice, total): (&Choice, i64),
        here: usize,
    ) -> Result<Self, Fault> {
        let all = asked.pick == "all";
        // Of what stands on the page its rows tell; through very many is gone only once they are wanted.
        if !all && (total <= here as i64 || total > COUNTED) {
            return Ok(Self::default());
        }
        let mut doings = Vec::new();
        for doing in rows::possible(asked) {
            let choice = Choice {
                can: Some(doing),
                ..choice.clone()
            };
            doings.push((doing, desk::count(db, &choice).await?));
        }
        let mut able = Self {
            doings,
            left: Vec::new(),
        };
        if all && total <= AT_ONCE as i64 && able.count() < total {
            let each = desk::table(db, choice, None, AT_ONCE as i64).await?;
            for row in each {
                let Some(why) = obstacle(&row, reader) else {
                    continue;
                };
                match able.left.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => able.left.push((why, 1)),
                }
            }
        }
        Ok(able)
    }

    /// With how many something can be done: whatever can be moved can be cancelled, too, and nothing else can be done with either.
    fn count(&self) -> i64 {
        let counted = self.doings.iter();
        counted
            .filter(|(doing, _)| *doing != Possible::Reschedule)
            .map(|(_, count)| count)
            .sum()
    }

    fn with(&self, doing: Possible) -> i64 {
        let found = self.doings.iter().find(|(each, _)| *each == doing);
        found.map_or(0, |(_, count)| *count)
    }
}

/// Why nothing can be done with one, if nothing can.
fn obstacle(row: &desk::Row, reader: &Reader) -> Option<Obstacle> {
    let doing = match row.status {
        Status::Pending => Possible::Cancel,
        // By another channel something may have failed.
        Status::Failed | Status::Sent => Possible::Retry,
        Status::Cancelled => Possible::Restore,
    };
    doing.obstacle(row.standing(reader.now))
}

/// The states that the tiles show, as the address names them.
const TILES: [&str; 4] = ["pending", "sent_today", "failed", "cancelled_today"];

/// How many stand so as each tile says: of those that are looked at.
async fn tiles(
    db: &mut PgConnection,
    reader: &Reader,
    asked: &Asked,
    choice: &Choice,
    health: &Health,
) -> Result<[i64; 4], Fault> {
    let midnight = local_moment(reader.today(), NaiveTime::MIN, reader.zone);
    if !asked.is_narrowed() {
        let Today {
            sent, cancelled, ..
        } = desk::today(db, midnight).await?;
        return Ok([health.pending(), sent, health.failed, cancelled]);
    }
    let mut counts = [0; 4];
    let of = [
        (Status::Pending, None),
        (Status::Sent, Some(midnight)),
        (Status::Failed, None),
        (Status::Cancelled, Some(midnight)),
    ];
    for (count, (status, since)) in counts.iter_mut().zip(of) {
        let choice = Choice {
            status: Some(status),
            waiting: None,
            since,
            ..choice.clone()
        };
        *count = desk::count(db, &choice).await?;
    }
    Ok(counts)
}

impl Shown {
    fn page(&self, reader: &Reader) -> Response {
        let lang = reader.lang();
        let asked = &self.asked;
        let title = t!("outbox.title", locale = lang).into_owned();
        page(reader, Page::titled(title.clone()), || {
            let late = (self.health.lag > LATE).then(|| {
                let minutes = (self.health.lag / 60.0).ceil() as i64;
                let words = t!("outbox.late", locale = lang, minutes = minutes).into_owned();
                view! { <Banner tone=Tone::Trouble><p>{words}</p></Banner> }
            });
            let empty = self.rows.is_empty().then(|| self.empty(lang));
            let table = (!self.rows.is_empty()).then(|| rows::table(reader, self));
            view! {
                <PageHeader title>
                    <LinkButton href="/notifications/new" kind=ButtonKind::Primary>{t!("notice.write", locale = lang).into_owned()}</LinkButton>
                </PageHeader>
                {self.anew.then(|| begins_anew(lang))}
                {late}
                {filters::tiles(lang, asked, self.tiles)}
                {filters::bar(lang, asked)}
                {filters::chips(reader, asked, self.patient.clone())}
                {table}
                {empty}
                {troubles(lang, &self.errors)}
            }
        })
    }

    fn empty(&self, lang: &'static str) -> impl IntoView + use<> {
        let asked = &self.asked;
        let (title, text) = match (
            asked.before.is_empty(),
            asked.q.as_str(),
            asked.status.as_str(),
        ) {
            (false, ..) => (t!("list.no_further", locale = lang), None),
            (true, "", "failed") => (t!("outbox.none_failed", locale = lang), None),
            (true, "", _) if asked.fields().any(|(name, _)| name != "sort") => {
                (t!("outbox.none_match", locale = lang), None)
            }
            (true, "", _) => (
                t!("outbox.none", locale = lang),
                Some(t!("outbox.none_text", locale = lang)),
            ),
            (true, words, _) => (
                t!("outbox.none_such", locale = lang, words = words),
                Some(t!("outbox.none_such_text", locale = lang)),
            ),
        };
        let all = (asked.fields().next().is_some() || !asked.before.is_empty()).then(|| {
            view! { <LinkButton href="/notifications">{t!("outbox.show_all", locale = lang).into_owned()}</LinkButton> }
        });
        view! {
            <EmptyState icon=IconName::Bell title=title.into_owned() nostrip:text=text.map(std::borrow::Cow::into_owned)>
                {all}
            </EmptyState>
        }
    }
}

/// What was chosen is none of what there is: it is kept, to be mended.
pub fn misread(reader: &Reader, asked: &Asked) -> Response {
    let lang = reader.lang();
    let title = t!("outbox.title", locale = lang).into_owned();
    let heading = Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY);
    let field = asked.misread(reader).unwrap_or("q");
    let words = match field {
        "from" | "to" => t!("outbox.misread_day", locale = lang),
        "q" => t!("outbox.misread_patient", locale = lang),
        _ => t!("campaign.error.one_of", locale = lang),
    }
    .into_owned();
    page(reader, heading, || {
        view! {
            <PageHeader title/>
            <ErrorSummary title=t!("form.problem", locale = lang).into_owned() errors=vec![(field.to_owned(), words)]/>
            {filters::bar(lang, asked)}
        }
    })
}

/// What the provider answered in the last hour instead of accepting.
fn troubles(lang: &'static str, errors: &[(String, i64)]) -> impl IntoView + use<> {
    let each = errors
        .iter()
        .map(|(word, count)| {
            let words = words::outcome(lang, word);
            view! { <div class="row"><dt>{words}</dt><dd class="figures">{*count}</dd></div> }
        })
        .collect_view();
    (!errors.is_empty()).then(|| {
        view! {
            <section aria-labelledby="errors-title">
                <h2 id="errors-title">{t!("outbox.errors", locale = lang).into_owned()}</h2>
                <Facts card=true>{each}</Facts>
            </section>
        }
    })
}

/// How one state is called in a list to choose from, and on a chip.
pub(super) fn state_words(lang: &str, name: &str) -> Option<String> {
    if let Some(status) = Status::named(name) {
        return Some(words::status(lang, status));
    }
    if let Some(waiting) = Waiting::named(name) {
        return Some(words::waiting(lang, waiting));
    }
    Day::named(name).map(|day| words::day(lang, day == Day::Sent))
}
