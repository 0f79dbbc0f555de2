//! Patients and their journeys, as dentists and staff see them.

use super::{
    journey, parts,
    record::{Elsewhere, Open, record_of},
    shown::{Of, Shown},
};
use crate::{
    accounts::{self, Desk, Namesakes, SignedIn, UserId, listed_name},
    audit,
    care::{self, Ability, Scope},
    error::Fault,
    feature::timeline::Timeline,
    journeys::{
        model::{EventType, Status, local_day},
        service,
        store::{self, Care, Filter, PatientHead, PatientRow, Words},
    },
    records,
    ui::{
        Badge, Button, ButtonKind, Facts, FilterBar, Language, LinkButton, Page, PageHeader, Pager,
        Position, Reader, Tone, begins_anew, field, mark_of, or_empty, page, select, table_of,
        telephone, time, typed_day,
    },
};
use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    response::Response,
};
use leptos::{either::Either, prelude::*};
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

/// Rows of the list on one page.
const PAGE: usize = 50;
/// The same where few are asked for: below what is typed into the palette (`ui::PALETTE`).
const FEW: usize = 8;
/// The day on which those are due of whom nothing is, as the database calls it.
const NEVER: &str = "infinity";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What is looked for.
    q: String,
    show: String,
    /// `due`, or by name.
    sort: String,
    /// The place after which the page begins; of the names none stands in it.
    after: String,
    /// Present: the first few are enough.
    few: Option<String>,
}

impl Asked {
    /// Rows on the page.
    fn rows(&self) -> usize {
        match self.few {
            Some(_) => FEW,
            None => PAGE,
        }
    }

    /// The address of the page after a patient, with the same choices.
    fn after(&self, last: &PatientRow) -> String {
        // As the list ranks them: a pause among those who stand still by the day since when it lasts.
        let since = last.since.filter(|_| self.show == Filter::Still.name());
        let due = || (last.due.or(since)).map_or(NEVER.to_owned(), |day| day.to_string());
        let place = Position {
            value: self.by_due().then(due),
            id: last.id.0,
            mark: Some(mark_of(last.id.0, &last.first_name, &last.last_name)),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("show", &self.show), ("sort", &self.sort)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.append_pair("after", &place.to_string()).finish();
        format!("/patients?{query}")
    }

    fn by_due(&self) -> bool {
        self.sort == "due"
    }

    /// The place after which the page begins, if the patient still stands there: of those whom the reader sees.
    async fn place(
        &self,
        db: &mut PgConnection,
        scope: Scope,
    ) -> Result<Option<Position>, sqlx::Error> {
        let is_day = |text: &String| text == NEVER || typed_day(text).is_some();
        let place = Position::read(&self.after).filter(|place| place.value.iter().all(is_day));
        let Some(place) = place else {
            return Ok(None);
        };
        let name = store::name_of(db, scope, UserId(place.id)).await?;
        Ok(name
            .is_some_and(|(first, last)| place.stands(&first, &last))
            .then_some(place))
    }

    fn is_choice(&self) -> bool {
        !self.q.trim().is_empty() || !self.show.is_empty() || !self.sort.is_empty()
    }
}

pub async fn patients(
    signed_in: SignedIn<Desk>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(query) = query?;
    let filter = match query.show.as_str() {
        "" => Filter::All,
        name => Filter::named(name).ok_or(Fault::Malformed)?,
    };
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let words = Words::of(&query.q);
    let scope = Scope::from(&actor);
    let place = match query.after.as_str() {
        "" => None,
        _ => query.place(&mut db, scope).await?,
    };
    let anew = place.is_none() && !query.after.is_empty();
    let (after, limit) = (
        place.as_ref().map(|at| UserId(at.id)),
        query.rows() as i64 + 1,
    );
    let mut rows = match (&actor, words.is_empty()) {
        (Desk::Dentist(_), _) => {
            let choice = (&words, filter, query.by_due());
            let after = (after, place.as_ref().and_then(|at| at.value.as_deref()));
            store::patients_of(&mut db, scope, choice, reader.now, after, limit).await?
        }
        (Desk::Office(_), true) => store::patients(&mut db, scope, after, limit).await?,
        (Desk::Office(_), false) => store::found(&mut db, scope, &words, after, limit).await?,
    };
    let more = rows.len() > query.rows();
    rows.truncate(query.rows());
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    audit::record(&mut db, act.listing(&ids)).await?;
    let named = rows.iter().map(PatientRow::named);
    let namesakes = accounts::namesakes(&mut db, &reader, named).await?;
    let next = more
        .then(|| rows.last().map(|last| query.after(last)))
        .flatten();
    let dentist = matches!(actor, Desk::Dentist(_));
    let lang = reader.lang();
    let title = match actor {
        Desk::Dentist(_) => t!("patients.title_own", locale = lang),
        Desk::Office(_) => t!("patients.title_all", locale = lang),
    };
    Ok(page(&reader, Page::titled(title.clone()), || {
        let table = (!rows.is_empty()).then(|| {
            let rows = rows
                .iter()
                .map(|row| patient_row(&reader, row, &namesakes))
                .collect_view();
            let headings = [
                t!("patients.name", locale = lang),
                t!("patients.product", locale = lang),
                t!("patients.stage", locale = lang),
                t!("patients.state", locale = lang),
            ];
            table_of(headings, rows)
        });
        view! {
            <h1>{title.into_owned()}</h1>
            {choices(lang, &query, dentist)}
            {anew.then(|| begins_anew(lang))}
            {or_empty(table, match after {
                Some(_) => t!("list.no_further", locale = lang),
                None if !words.is_empty() => t!("patients.none_such", locale = lang, text = words.as_str()),
                None if query.is_choice() => t!("patients.none_chosen", locale = lang),
                None => t!("patients.empty", locale = lang),
            })}
            <Pager lang>
                {after.map(|_| view! {
                    <LinkButton href="/patients">{t!("list.first", locale = lang).into_owned()}</LinkButton>
                })}
                {next.map(|next| view! {
                    <LinkButton href=next>
                        {t!("list.next", locale = lang).into_owned()}
                    </LinkButton>
                })}
            </Pager>
        }
    }))
}

/// What is looked for, and which patients are shown in which order.
fn choices(lang: &'static str, asked: &Asked, dentist: bool) -> impl IntoView + use<> {
    let text = asked.q.clone();
    let more = dentist.then(|| {
        let filters: Vec<(String, String)> = Filter::ALL
            .into_iter()
            .map(|filter| {
                let words = match filter {
                    Filter::All => t!("patients.show.all", locale = lang),
                    Filter::Due => t!("patients.show.due", locale = lang),
                    Filter::Overdue => t!("patients.show.overdue", locale = lang),
                    Filter::Paused => t!("patients.show.paused", locale = lang),
                    Filter::Still => t!("patients.show.still", locale = lang),
                    Filter::Waiting => t!("patients.show.waiting", locale = lang),
                };
                (filter.name().to_owned(), words.into_owned())
            })
            .collect();
        let orders = [
            (String::new(), t!("patients.by_name", locale = lang).into_owned()),
            ("due".to_owned(), t!("patients.by_due", locale = lang).into_owned()),
        ];
        let (shown, sort) = (asked.show.clone(), asked.sort.clone());
        view! {
            {field("show", t!("patients.show.label", locale = lang), None, None, move |described, invalid| select("show", filters, &shown, described, invalid))}
            {field("sort", t!("patients.sort", locale = lang), None, None, move |described, invalid| select("sort", orders, &sort, described, invalid))}
        }
    });
    view! {
        <FilterBar action="/patients" label=t!("patients.search_for", locale = lang)>
            {field("q", t!("patients.search", locale = lang), None, None, move |described, invalid| view! {
                <input class="input" id="q" name="q" type="search" maxlength="100" value=text aria-describedby=described aria-invalid=invalid/>
            })}
            {more}
            <Button kind=ButtonKind::Primary>{t!("patients.find", locale = lang).into_owned()}</Button>
        </FilterBar>
    }
}

fn patient_row(reader: &Reader, row: &PatientRow, namesakes: &Namesakes) -> impl IntoView + use<> {
    let lang = reader.lang();
    // The patient's day: the same one as on their record and in their reminders.
    let zone = row.time_zone.parse().unwrap_or(reader.zone);
    let today = local_day(reader.now, zone);
    let (tone, state) = match (row.status, row.event_type, row.due) {
        (None, ..) => (None, t!("patients.no_journey", locale = lang).into_owned()),
        (Some(Status::Completed), ..) if row.stage < row.total => {
            (None, t!("patients.ended", locale = lang).into_owned())
        }
        (Some(Status::Completed), ..) => (
            Some(Tone::Good),
            t!("patients.completed", locale = lang).into_owned(),
        ),
        (Some(Status::Active), None, _) => {
            (None, t!("patients.not_started", locale = lang).into_owned())
        }
        // Its start was taken back.
        (Some(Status::Active), Some(EventType::Progress), None) => {
            (None, t!("patients.not_started", locale = lang).into_owned())
        }
        (Some(Status::Active), Some(_), None) if row.resume_on.is_some_and(|day| day < today) => (
            Some(Tone::Attention),
            t!("patients.pause_ended", locale = lang).into_owned(),
        ),
        (Some(Status::Active), Some(_), None) => {
            (None, t!("patients.paused", locale = lang).into_owned())
        }
        (Some(Status::Active), Some(_), Some(due)) => {
            let late = due < today;
            (
                Some(if late { Tone::Attention } else { Tone::Note }),
                t!(
                    "patients.due",
                    locale = lang,
                    when = time::relative_day(reader, due, today)
                )
                .into_owned(),
            )
        }
    };
    let stage = row
        .stage
        .zip(row.total)
        .map(|(stage, total)| format!("{stage} / {total}"));
    let mark = namesakes.line(row.id);
    view! {
        <tr>
            <th scope="row"><a href=format!("/patients/{}", row.id.0)>{listed_name(&row.first_name, &row.last_name, &row.email)}</a>{mark}</th>
            <td>{row.product.map(|product| parts::product_name(lang, product))}</td>
            <td class="figures">{stage}</td>
            <td>
                <Badge nostrip:tone=tone>{match row.due.filter(|_| row.status == Some(Status::Active)) {
                    Some(due) => Either::Left(time::day_in_words(reader, due, state)),
                    None => Either::Right(state),
                }}</Badge>
                {row.due.or(row.resume_on).map(|due| view! { <span class="exact">{time::short_day(reader, due)}</span> })}
            </td>
        </tr>
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CameFrom {
    /// The campaign in whose list one stood, the place there, and what was shown of it.
    campaign: Option<i64>,
    after: i64,
    show: String,
}

impl CameFrom {
    /// The way back, and what that is called.
    fn back(&self, reader: &Reader) -> (String, String) {
        let lang = reader.lang();
        match self.campaign.filter(|_| reader.office) {
            Some(campaign) => {
                // Only what is written in a word: the address goes into a page.
                let is_word = self.show.chars().all(|letter| letter.is_ascii_lowercase());
                let show = if is_word { &*self.show } else { "" };
                let href = format!(
                    "/campaigns/{campaign}?still&show={show}&after={}#people-title",
                    self.after
                );
                (href, t!("campaign.back", locale = lang).into_owned())
            }
            None => (
                "/patients".to_owned(),
                t!("nav.patients", locale = lang).into_owned(),
            ),
        }
    }
}

pub async fn patient(
    State(timeline): State<Timeline>,
    signed_in: SignedIn<Desk>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<CameFrom>, QueryRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Query(came_from) = query?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let id = UserId(id);
    let scope = Scope::from(&actor);
    let head = service::open_record(&mut db, &act, scope, id).await?;
    let treats = care::sees(&mut db, scope, Ability::Photos, id).await?;
    let journeys = store::all(&mut db, id).await?;
    let care = store::care(&mut db, id, reader.now).await?;
    let shown = match journeys.first().cloned() {
        Some(journey) => {
            let of = Of {
                patient: id,
                own: false,
                with_photos: treats,
            };
            Some(Shown::load(&mut db, &timeline, &reader, of, journey).await?)
        }
        None => None,
    };
    let lang = reader.lang();
    let today = local_day(reader.now, head.zone());
    let record = record_of(&head, journeys.first(), treats);
    // Nobody treats themselves.
    let own = act.by == id;
    // The browser's tab says whose it is, as on all pages of a record (docs/decisions/0016).
    Ok(page(
        &reader,
        Page::titled(format!(
            "{} · {}",
            t!("patient.title", locale = lang),
            head.name()
        )),
        || {
            let acts = (!own).then(|| {
                let journey = shown.as_ref().map(|shown| (&shown.journey, shown.newest()));
                let open = Open {
                    patient: &head,
                    journey,
                    elsewhere: journey.map_or_else(Elsewhere::default, |(journey, _)| {
                        Elsewhere::of(journey, &journeys)
                    }),
                    care: care.as_ref(),
                    treats,
                    today,
                };
                open.acts(&reader)
            });
            let journey = shown.map(|shown| {
                let told = parts::Told {
                    journey: &shown.journey,
                    photos: &shown.photos,
                    asides: &shown.asides,
                    from_the_newest: true,
                    own: false,
                    printed: false,
                    linked: None,
                };
                let timeline = shown
                    .is_told()
                    .then(|| parts::timeline(&reader, told, &shown.page.entries));
                view! {
                    {journey::overview(&reader, &shown, false, today)}
                    <section aria-labelledby="timeline-heading">
                        <h2 id="timeline-heading">{t!("home.timeline", locale = lang).into_owned()}</h2>
                        {or_empty(timeline, t!("patient.no_events", locale = lang))}
                        <LinkButton href=format!("/journeys/{}", shown.journey.id.0)>
                            {t!("patient.whole", locale = lang).into_owned()}
                        </LinkButton>
                    </section>
                }
            });
            let others =
                (journeys.len() > 1).then(|| journey::other_journeys(&reader, &journeys[1..]));
            let zone = t!("patient.zone_is", locale = lang, zone = head.zone().name());
            let back = came_from.back(&reader);
            view! {
                <PageHeader title=head.name() back>{acts}</PageHeader>
                {records::tabs(lang, &record, Some(records::Part::Summary))}
                {identity(&reader, &head, care.as_ref())}
                <p class="quiet">{zone.into_owned()}</p>
                {or_empty(journey, t!("patient.no_journey", locale = lang))}
                {others}
            }
        },
    ))
}

/// Who the patient is, as a desk has to know: what tells them apart, how they are reached, and who treats them.
fn identity(reader: &Reader, head: &PatientHead, care: Option<&Care>) -> impl IntoView + use<> {
    let lang = reader.lang();
    let row = |label: String, value: String| {
        view! { <div class="row"><dt>{label}</dt><dd>{value}</dd></div> }
    };
    let born = head.birth_date.map(|day| {
        view! {
            <div class="row"><dt>{t!("patient.born", locale = lang).into_owned()}</dt><dd>{time::short_day(reader, day)}</dd></div>
        }
    });
    let number = head.clinic_number.map(|number| {
        row(
            t!("patient.number", locale = lang).into_owned(),
            number.to_string(),
        )
    });
    let postal_code = head
        .postal_code
        .clone()
        .map(|code| row(t!("patient.postal_code", locale = lang).into_owned(), code));
    let email = head.email.clone();
    let phone = head.phone.as_deref().map(|phone| {
        view! {
            <div class="row"><dt>{t!("patient.phone", locale = lang).into_owned()}</dt><dd>{telephone::number(phone)}</dd></div>
        }
    });
    let dentist = care.map(|care| {
        let name = care.dentist.clone();
        let name = name.unwrap_or_else(|| t!("patient.no_dentist", locale = lang).into_owned());
        row(t!("patient.dentist", locale = lang).into_owned(), name)
    });
    // As they chose, else as they last read, else as the clinic speaks.
    let chosen = head.language.as_deref().and_then(Language::from_code);
    let language = chosen.map(|chosen| {
        row(
            t!("patient.language", locale = lang).into_owned(),
            chosen.own_name().to_owned(),
        )
    });
    let reached = care.map(|care| {
        let words = if care.reached {
            t!("patient.reached", locale = lang)
        } else {
            t!("patient.not_reached", locale = lang)
        };
        row(
            t!("patient.reachable", locale = lang).into_owned(),
            words.into_owned(),
        )
    });
    view! {
        <Facts card=true label=t!("patient.who", locale = lang)>
            {born}
            {number}
            <div class="row">
                <dt>{t!("patient.email", locale = lang).into_owned()}</dt>
                <dd><a href=format!("mailto:{email}")>{email.clone()}</a></dd>
            </div>
            {phone}
            {postal_code}
            {dentist}
            {language}
            {reached}
        </Facts>
    }
}
