//! A notice to one patient.

use crate::{
    accounts::{self, Office, SignedIn, UserId, full_name},
    audit,
    error::Fault,
    notifications::{
        Action, service,
        store::desk::{self, Addressee, Written},
    },
    platform::clock::local_moment,
    ui::{
        Banner, Button, ButtonKind, DateField, ErrorSummary, Fields, FormCard, LinkButton, Page,
        PageHeader, PatientBar, PersonLine, Reader, Segmented, TextArea, TimeField, Tone, as_typed,
        field, hidden, is_blank, page, typed_day, typed_time,
    },
};
use axum::{
    Form,
    extract::{
        Query,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use rust_i18n::t;
use serde::Deserialize;
use uuid::Uuid;

/// The longest text, in characters.
const LONGEST: usize = 500;
/// Names shorter than this are parts of words, too.
const SHORT: usize = 3;

#[derive(Deserialize)]
pub struct Asked {
    /// Nobody yet: they are looked for first.
    patient: Option<i64>,
    /// The form's, in its address: whoever comes back to it with the browser's Back has the same form.
    key: Option<Uuid>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    patient: i64,
    /// One form writes one notice, however often it is sent.
    key: Option<Uuid>,
    content: String,
    when: String,
    date: String,
    time: String,
}

pub async fn ask(
    signed_in: SignedIn<Office>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(Asked { patient, key }) = query?;
    let Some(patient) = patient else {
        return Ok(whom(&signed_in.reader));
    };
    let Some(key) = key else {
        let key = Uuid::new_v4();
        let address = format!("/notifications/new?patient={patient}&key={key}");
        return Ok(Redirect::to(&address).into_response());
    };
    let SignedIn {
        act,
        reader,
        mut db,
        ..
    } = signed_in;
    let entry = act.entry(accounts::Action::ReadPatient);
    let Some(patient) = desk::addressee(&mut db, UserId(patient)).await? else {
        audit::record(&mut db, entry.refused()).await?;
        return Err(Fault::NotFound);
    };
    audit::record(&mut db, entry.about(patient.id.0)).await?;
    let sent = Sent {
        patient: patient.id.0,
        key: Some(key),
        when: "now".to_owned(),
        ..Sent::default()
    };
    Ok(show(&reader, &patient, &sent, Trouble::None))
}

/// Whom it is for: a patient is looked for in the list, and their record leads here; for many there are campaigns.
fn whom(reader: &Reader) -> Response {
    let lang = reader.lang();
    let title = t!("notice.whom", locale = lang).into_owned();
    let back = (
        "/notifications".to_owned(),
        t!("outbox.title", locale = lang).into_owned(),
    );
    page(reader, Page::titled(title.clone()), || {
        view! {
            <PageHeader title back lead=t!("notice.whom_text", locale = lang).into_owned()/>
            <FormCard action="/patients" method="get">
                {field("q", t!("patients.search", locale = lang), None, None, |_, _| view! {
                    <input class="input" id="q" name="q" type="search" maxlength="100"/>
                })}
                <div class="actions">
                    <Button kind=ButtonKind::Primary>{t!("notice.find", locale = lang).into_owned()}</Button>
                    <LinkButton href="/campaigns/new">{t!("notice.many", locale = lang).into_owned()}</LinkButton>
                </div>
            </FormCard>
        }
    })
}

pub async fn answer(
    signed_in: SignedIn<Office>,
    form: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(sent) = form?;
    let SignedIn {
        actor,
        act,
        reader,
        mut db,
    } = signed_in;
    let lang = reader.lang();
    let id = UserId(sent.patient);
    let Some(patient) = desk::addressee(&mut db, id).await? else {
        let entry = act.entry(Action::Write);
        audit::record(&mut db, entry.refused()).await?;
        return Err(Fault::NotFound);
    };
    let content = as_typed(&sent.content).trim().to_owned();
    let wrong = if is_blank(&content) {
        Some(t!("campaign.error.empty", locale = lang).into_owned())
    } else if content.chars().count() > LONGEST {
        Some(t!("campaign.error.long", locale = lang, most = LONGEST).into_owned())
    } else if names(&content, &patient) {
        Some(t!("notice.named", locale = lang).into_owned())
    } else {
        None
    };
    let zone: Tz = patient.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let wanted = typed_day(&sent.date)
        .zip(typed_time(&sent.time))
        .map(|(day, time)| day.and_time(time));
    let when_wrong = match (sent.when.as_str(), wanted) {
        ("now", _) => None,
        ("later", Some(wanted)) => {
            let moment = local_moment(wanted.date(), wanted.time(), zone);
            (moment < reader.now).then(|| t!("outbox.past", locale = lang))
        }
        _ => Some(t!("outbox.when_wrong", locale = lang)),
    }
    .map(std::borrow::Cow::into_owned);
    let mut sent = sent;
    if wrong.is_some() || when_wrong.is_some() {
        return Ok(show(
            &reader,
            &patient,
            &sent,
            Trouble::Wrong(wrong, when_wrong),
        ));
    }
    let key = sent.key.ok_or(Fault::Malformed)?;
    let wanted = wanted.filter(|_| sent.when == "later");
    match service::write(&mut db, &actor, &act, (id, key), &content, wanted).await? {
        Written::New(id) | Written::Before(id) => {
            Ok(Redirect::to(&format!("/notifications/{id}?saved")).into_response())
        }
        Written::Other => {
            // Sent again, it is one of its own.
            sent.key = Some(Uuid::new_v4());
            Ok(show(&reader, &patient, &sent, Trouble::SentBefore))
        }
    }
}

/// What is wrong with a form.
enum Trouble {
    None,
    /// With the text, and with the moment.
    Wrong(Option<String>, Option<String>),
    /// The same form sent another text before.
    SentBefore,
}

/// Whether a text names the patient: it leaves the system, for a screen that others see.
fn names(content: &str, patient: &Addressee) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts.map(str::to_lowercase).collect()
    };
    let words = parts(content);
    [&patient.first_name, &patient.last_name]
        .into_iter()
        .flat_map(|name| parts(name))
        .filter(|name| name.chars().count() >= SHORT)
        .any(|name| words.contains(&name))
}

fn show(reader: &Reader, patient: &Addressee, sent: &Sent, trouble: Trouble) -> Response {
    let lang = reader.lang();
    let status = match &trouble {
        Trouble::None => StatusCode::OK,
        Trouble::Wrong(..) => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::SentBefore => StatusCode::CONFLICT,
    };
    let (wrong, when_wrong, before) = match trouble {
        Trouble::Wrong(wrong, when_wrong) => (wrong, when_wrong, false),
        Trouble::None => (None, None, false),
        Trouble::SentBefore => (None, None, true),
    };
    let name = full_name(&patient.first_name, &patient.last_name, &patient.email);
    let title = t!("notice.title", locale = lang, name = name).into_owned();
    page(reader, Page::titled(title.clone()).status(status), || {
        let errors = [("content", &wrong), ("date", &when_wrong)]
            .into_iter()
            .filter_map(|(field, words)| Some((field.to_owned(), words.clone()?)))
            .collect();
        let before = before.then(|| {
            let words = t!("notice.sent_before", locale = lang).into_owned();
            view! { <Banner tone=Tone::Attention><p>{words}</p></Banner> }
        });
        let zone: Tz = patient.time_zone.parse().unwrap_or(chrono_tz::UTC);
        let clock = reader.now.with_timezone(&zone).format("%H:%M").to_string();
        let (from, until) = (
            patient.quiet_from.format("%H:%M").to_string(),
            patient.quiet_until.format("%H:%M").to_string(),
        );
        let quiet = if patient.quiet_from == patient.quiet_until {
            t!("notice.clock", locale = lang, clock = clock)
        } else {
            t!(
                "notice.quiet",
                locale = lang,
                clock = clock,
                from = from,
                until = until
            )
        }
        .into_owned();
        let whens = vec![
            (
                "now".to_owned(),
                t!("notice.now", locale = lang).into_owned(),
            ),
            (
                "later".to_owned(),
                t!("notice.later", locale = lang).into_owned(),
            ),
        ];
        let (date, time, content) = (sent.date.clone(), sent.time.clone(), sent.content.clone());
        let record = format!("/patients/{}", patient.id.0);
        let back = (
            record.clone(),
            t!("photos.back.record", locale = lang).into_owned(),
        );
        let person = PersonLine {
            name: name.clone(),
            facts: super::one::facts(reader, &patient.identity()),
            href: Some(record.clone()),
        };
        let day_wrong = when_wrong.clone();
        view! {
            <PageHeader title back/>
            <PatientBar person/>
            {before}
            <ErrorSummary title=t!("form.problem", locale = lang).into_owned() errors/>
            <FormCard action="/notifications/new">
                {hidden("patient", patient.id.0.to_string())}
                {sent.key.map(|key| hidden("key", key.to_string()))}
                {field("content", t!("notice.text", locale = lang), Some(t!("notice.text_hint", locale = lang).into_owned()), wrong, move |described_by, invalid| view! {
                    <TextArea id="content" name="content" value=content maxlength=LONGEST as u32 described_by invalid/>
                })}
                <div class="when">
                    <Segmented legend=t!("campaign.when.title", locale = lang).into_owned() name="when" options=whens chosen=sent.when.clone()/>
                    <Fields>
                        {field("date", t!("campaign.date", locale = lang), None, day_wrong, move |described, invalid| view! {
                            <DateField id="date" name="date" value=date nostrip:described_by=described nostrip:invalid=invalid/>
                        })}
                        {field("time", t!("campaign.time", locale = lang), None, None, move |described, _| view! {
                            <TimeField id="time" name="time" value=time nostrip:described_by=described nostrip:invalid=when_wrong.as_ref().map(|_| "true")/>
                        })}
                    </Fields>
                </div>
                <p class="quiet">{quiet}</p>
                <div class="actions">
                    <Button kind=ButtonKind::Primary>{t!("notice.send", locale = lang).into_owned()}</Button>
                    <LinkButton href=record kind=ButtonKind::Quiet>{t!("notice.leave", locale = lang).into_owned()}</LinkButton>
                </div>
            </FormCard>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_the_patient_is_seen() {
        let patient = Addressee {
            id: UserId(1),
            first_name: "Mia".to_owned(),
            last_name: "Ek".to_owned(),
            email: String::new(),
            time_zone: String::new(),
            quiet_from: chrono::NaiveTime::MIN,
            quiet_until: chrono::NaiveTime::MIN,
            birth_date: None,
            clinic_number: None,
            postal_code: None,
        };
        assert!(names("Dear MIA, come in", &patient));
        assert!(!names("Miami is far", &patient));
        let patient = Addressee {
            last_name: "Müller-O’Brien".to_owned(),
            ..patient
        };
        for text in ["Frau Müller, bitte", "Mr O’Brien", "müller-o’brien"] {
            assert!(names(text, &patient), "{text}");
        }
        let patient = Addressee {
            last_name: "Ek".to_owned(),
            ..patient
        };
        assert!(!names("Ek", &patient), "too short to tell from a word");
    }
}
