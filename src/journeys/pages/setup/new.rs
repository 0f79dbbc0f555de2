//! A new journey, for a patient who has none under way.

use super::{plan::number_field, to_journey};
use crate::{
    accounts::{AtDesk, SignedIn, UserId},
    care::Scope,
    error::Fault,
    journeys::{
        model::{INTERVAL_DAYS, JourneyId, Product, STAGES, SetupRefusal, Status},
        pages::parts,
        service::{self, NotSetUp},
        store::{self, PatientHead},
    },
    ui::{
        Banner, Button, ButtonKind, Choice, Facts, FieldError, FormCard, LinkButton, Page,
        PageHeader, PatientBar, PersonLine, Reader, Tone, hidden, page, problems,
    },
};
use axum::{
    Form,
    extract::{
        Path,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use sqlx::PgConnection;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    intent: String,
    product: String,
    total: String,
    interval: String,
    /// The patient's newest journey when the form was opened; empty if there was none.
    seen: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Product,
    Total,
    Interval,
}

impl Sent {
    fn product(&self) -> Option<Product> {
        Product::from_code(&self.product)
    }

    /// Stages, and days that each is worn: as usual with this product, where nothing is said.
    fn numbers(&self) -> (i32, i32) {
        let interval = match self.interval.trim() {
            "" => self.product().map_or(0, Product::usual_interval),
            days => days.parse().unwrap_or(0),
        };
        (self.total.trim().parse().unwrap_or(0), interval)
    }

    fn wrong(&self) -> Vec<Wrong> {
        let (total, interval) = self.numbers();
        let checks = [
            (Wrong::Product, self.product().is_none()),
            (Wrong::Total, !STAGES.contains(&total)),
            (
                Wrong::Interval,
                self.product().is_some() && !INTERVAL_DAYS.contains(&interval),
            ),
        ];
        checks
            .into_iter()
            .filter_map(|(wrong, is)| is.then_some(wrong))
            .collect()
    }
}

pub async fn ask(
    signed_in: SignedIn<AtDesk>,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(actor.desk());
    let head = service::open_record(&mut db, &act, scope, UserId(id)).await?;
    if has_active(&mut db, head.id).await? {
        return Ok(refused(&reader, &head));
    }
    let seen = store::newest_journey(&mut db, head.id).await?;
    let sent = Sent {
        seen: seen.map(|id| id.0.to_string()).unwrap_or_default(),
        ..Sent::default()
    };
    Ok(form(&reader, &head, &sent, &[]))
}

async fn has_active(db: &mut PgConnection, patient: UserId) -> Result<bool, sqlx::Error> {
    let current = store::current(db, patient).await?;
    Ok(current.is_some_and(|journey| journey.status == Status::Active))
}

pub async fn answer(
    signed_in: SignedIn<AtDesk>,
    path: Result<Path<i64>, PathRejection>,
    body: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Path(id) = path?;
    let Form(sent) = body?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let scope = Scope::from(actor.desk());
    let head = service::open_record(&mut db, &act, scope, UserId(id)).await?;
    let wrong = sent.wrong();
    let product = match sent.product() {
        Some(product) if wrong.is_empty() && sent.intent != "change" => product,
        _ => return Ok(form(&reader, &head, &sent, &wrong)),
    };
    if sent.intent != "confirm" {
        if has_active(&mut db, head.id).await? {
            return Ok(refused(&reader, &head));
        }
        return Ok(confirm(&reader, &head, product, &sent));
    }
    let seen = match sent.seen.as_str() {
        "" => None,
        id => Some(JourneyId(id.parse().map_err(|_| Fault::Malformed)?)),
    };
    let (total, interval_days) = sent.numbers();
    let opened = service::open_journey(
        &mut db,
        &actor,
        &act,
        head.id,
        service::Opening {
            seen,
            product,
            total,
            interval_days,
        },
        reader.now,
    )
    .await;
    match opened {
        Ok(journey) => Ok(to_journey(journey)),
        Err(NotSetUp::Fault(fault)) => Err(fault),
        Err(NotSetUp::Refused(SetupRefusal::Stages { .. })) => {
            Ok(form(&reader, &head, &sent, &[Wrong::Total]))
        }
        Err(NotSetUp::Refused(_)) => Ok(form(&reader, &head, &sent, &[Wrong::Interval])),
        Err(_) => Ok(refused(&reader, &head)),
    }
}

fn whose(reader: &Reader, head: &PatientHead) -> impl IntoView + use<> {
    let person = PersonLine {
        name: head.name(),
        facts: head.identity().short(reader),
        href: Some(format!("/patients/{}", head.id.0)),
    };
    view! { <PatientBar person/> }
}

fn form(reader: &Reader, head: &PatientHead, sent: &Sent, wrong: &[Wrong]) -> Response {
    let lang = reader.lang();
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let error = |is: Wrong, words: String| wrong.contains(&is).then_some(words);
    let title = t!("setup.new", locale = lang);
    page(reader, Page::titled(title.clone()).status(status), || {
        let product_error = error(
            Wrong::Product,
            t!("setup.product_missing", locale = lang).into_owned(),
        );
        let invalid = product_error.is_some();
        let choices = Product::ALL
            .map(|product| {
                let checked = sent.product() == Some(product);
                view! {
                    <Choice
                        name="product" value=product.code() checked words=parts::product_name(lang, product)
                        nostrip:described_by=invalid.then_some("product-error")
                    />
                }
            })
            .into_iter()
            .collect_view();
        let total_error = error(
            Wrong::Total,
            t!(
                "setup.total_wrong",
                locale = lang,
                least = STAGES.start(),
                most = STAGES.end()
            )
            .into_owned(),
        );
        let interval_error = error(
            Wrong::Interval,
            t!(
                "setup.interval_wrong",
                locale = lang,
                most = INTERVAL_DAYS.end()
            )
            .into_owned(),
        );
        let errors = [
            ("product", &product_error),
            ("total", &total_error),
            ("interval", &interval_error),
        ];
        let errors: Vec<_> = errors
            .into_iter()
            .filter_map(|(field, words)| Some((field, words.clone()?)))
            .collect();
        view! {
            {whose(reader, head)}
            <PageHeader title back=(format!("/patients/{}", head.id.0), t!("photos.back.record", locale = lang).into_owned()) lead=t!("setup.new_lead", locale = lang).into_owned()/>
            {problems(lang, errors)}
            <FormCard action=format!("/patients/{}/journeys", head.id.0)>
                {hidden("seen", sent.seen.clone())}
                <fieldset id="product" tabindex="-1">
                    <legend>{t!("patients.product", locale = lang).into_owned()}</legend>
                    {product_error.map(|words| view! { <FieldError id="product-error" words/> })}
                    {choices}
                </fieldset>
                {number_field("total", t!("setup.total", locale = lang).into_owned(), total_error, &sent.total)}
                {number_field("interval", t!("setup.interval_usual", locale = lang).into_owned(), interval_error, &sent.interval)}
                <Button name="intent" value="preview" kind=ButtonKind::Primary wide=true>
                    {t!("act.preview", locale = lang).into_owned()}
                </Button>
                <LinkButton href=format!("/patients/{}", head.id.0) wide=true>{t!("act.back", locale = lang).into_owned()}</LinkButton>
            </FormCard>
        }
    })
}

fn confirm(reader: &Reader, head: &PatientHead, product: Product, sent: &Sent) -> Response {
    let lang = reader.lang();
    let (total, interval) = sent.numbers();
    let title = t!("setup.new_confirm", locale = lang);
    page(reader, Page::titled(title.clone()), || {
        let row = |label: String, value: String| {
            view! { <div class="row"><dt>{label}</dt><dd class="figures">{value}</dd></div> }
        };
        let length = total * interval;
        view! {
            {whose(reader, head)}
            <PageHeader title back=(format!("/patients/{}", head.id.0), t!("photos.back.record", locale = lang).into_owned()) lead=t!("setup.new_effect", locale = lang).into_owned()/>
            <Facts card=true>
                {row(t!("patients.product", locale = lang).into_owned(), parts::product_name(lang, product))}
                {row(t!("setup.total", locale = lang).into_owned(), total.to_string())}
                {row(t!("setup.interval", locale = lang).into_owned(), interval.to_string())}
                {row(t!("setup.length", locale = lang).into_owned(), t!("figures.days.other", locale = lang, days = length).into_owned())}
            </Facts>
            <form method="post" action=format!("/patients/{}/journeys", head.id.0) class="stack">
                {hidden("seen", sent.seen.clone())}
                {hidden("product", product.code())}
                {hidden("total", total.to_string())}
                {hidden("interval", interval.to_string())}
                <Button name="intent" value="confirm" kind=ButtonKind::Primary wide=true>{t!("setup.new_button", locale = lang).into_owned()}</Button>
                <Button name="intent" value="change" wide=true>{t!("act.change", locale = lang).into_owned()}</Button>
            </form>
        }
    })
}

/// The patient has a journey under way: there is one at a time.
fn refused(reader: &Reader, head: &PatientHead) -> Response {
    let lang = reader.lang();
    let title = t!("refused.has_active.title", locale = lang);
    let titled = Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY);
    page(reader, titled, || {
        view! {
            {whose(reader, head)}
            <PageHeader title back=(format!("/patients/{}", head.id.0), t!("photos.back.record", locale = lang).into_owned())/>
            <Banner tone=Tone::Attention>{t!("refused.has_active.text", locale = lang).into_owned()}</Banner>
            <LinkButton href=format!("/patients/{}", head.id.0) kind=ButtonKind::Primary>{t!("setup.to_patient", locale = lang).into_owned()}</LinkButton>
        }
    })
}
