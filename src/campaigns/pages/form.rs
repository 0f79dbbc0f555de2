//! The composer's form: what was typed, and what it says.

use crate::{
    campaigns::{
        model::{CONTENT, Draft, Moment, NAME, OVERDUE, PER_MINUTE, Segment},
        store::Campaign,
    },
    ids::{CampaignId, DentistId},
    journeys::model::{Aftercare, Product, STAGES, Status},
    platform::clock::local_moment,
    ui::{Reader, as_typed, is_blank, typed_day, typed_time},
};
use chrono::TimeDelta;
use rust_i18n::t;
use serde::Deserialize;
use std::{collections::BTreeMap, ops::RangeInclusive, str::FromStr};
use uuid::Uuid;

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// The revision that was opened; none: a new one.
    pub seen: Option<i32>,
    /// Of a new one: names the form.
    pub key: Option<Uuid>,
    pub name: String,
    pub content_en: String,
    pub content_de: String,
    pub product: String,
    pub status: String,
    pub stage_from: String,
    pub stage_to: String,
    pub aftercare: String,
    pub dentist: String,
    pub overdue_days: String,
    /// The campaign that they got.
    pub got: String,
    pub when: String,
    /// By whose clock one moment is.
    pub zone: String,
    pub date: String,
    pub time: String,
    pub per_minute: String,
}

/// What can be chosen from, by name.
pub struct Choices {
    pub dentists: Vec<(DentistId, String)>,
    /// Campaigns that somebody got.
    pub campaigns: Vec<(CampaignId, String)>,
}

/// What is wrong, by the field's name.
pub type Errors = BTreeMap<&'static str, String>;

impl Sent {
    /// A draft as its form shows it, to this reader.
    pub fn of(reader: &Reader, campaign: &Campaign) -> Self {
        let Draft {
            name,
            content_en,
            content_de,
            segment,
            moment,
            per_minute,
        } = campaign.draft.clone();
        let number = |number: Option<i32>| number.map(|n| n.to_string()).unwrap_or_default();
        let (when, at) = match moment {
            Moment::AtOnce => ("now", None),
            Moment::OwnTime(at) => ("own", Some(at)),
            // The same moment, by the clock of whoever looks.
            Moment::One(at, zone) => {
                let moment = local_moment(at.date(), at.time(), zone);
                (
                    "one",
                    Some(moment.with_timezone(&reader.zone).naive_local()),
                )
            }
        };
        Self {
            seen: Some(campaign.revision),
            key: None,
            name,
            content_en,
            content_de: content_de.unwrap_or_default(),
            product: segment
                .product
                .map(Product::code)
                .unwrap_or_default()
                .to_owned(),
            status: segment
                .status
                .map(status_code)
                .unwrap_or_default()
                .to_owned(),
            stage_from: number(segment.stage_from),
            stage_to: number(segment.stage_to),
            aftercare: segment
                .aftercare
                .map(Aftercare::code)
                .unwrap_or_default()
                .to_owned(),
            dentist: segment.dentist.map(|id| id.to_string()).unwrap_or_default(),
            overdue_days: number(segment.overdue_days),
            got: segment.got.map(|id| id.to_string()).unwrap_or_default(),
            when: when.to_owned(),
            zone: reader.zone.name().to_owned(),
            date: at.map(|at| at.date().to_string()).unwrap_or_default(),
            time: at
                .map(|at| at.format("%H:%M").to_string())
                .unwrap_or_default(),
            per_minute: number(per_minute),
        }
    }

    /// What the form says, or what is wrong with it; one moment for all is by the clock of whoever filled it in.
    pub fn draft(&self, reader: &Reader, choices: &Choices) -> Result<Draft, Errors> {
        let (lang, now) = (reader.lang(), reader.now);
        // The clock that the form named.
        let named = self.zone.parse();
        let zone = named.unwrap_or(reader.zone);
        let mut errors = Errors::new();
        let mut text = |name: &'static str, value: &str, longest: usize| {
            let value = as_typed(value).trim().to_owned();
            let length = value.chars().count();
            if length > longest {
                errors.insert(
                    name,
                    t!("campaign.error.long", locale = lang, most = longest).into_owned(),
                );
            } else if is_blank(&value) && !(length == 0 && name == "content_de") {
                errors.insert(name, t!("campaign.error.empty", locale = lang).into_owned());
            }
            value
        };
        let name = text("name", &self.name, NAME);
        let content_en = text("content_en", &self.content_en, CONTENT);
        let content_de = text("content_de", &self.content_de, CONTENT);
        let mut number = |name: &'static str, value: &str, range: RangeInclusive<i32>| {
            let value = value.trim();
            if value.is_empty() {
                return None;
            }
            let number = value.parse().ok().filter(|number| range.contains(number));
            if number.is_none() {
                let (least, most) = (*range.start(), *range.end());
                let words = t!(
                    "campaign.error.number",
                    locale = lang,
                    least = least,
                    most = most
                );
                errors.insert(name, words.into_owned());
            }
            number
        };
        let stages = 0..=*STAGES.end();
        let stage_from = number("stage_from", &self.stage_from, stages.clone());
        let stage_to = number("stage_to", &self.stage_to, stages);
        let overdue_days = number("overdue_days", &self.overdue_days, OVERDUE);
        let per_minute = number("per_minute", &self.per_minute, PER_MINUTE);
        if let (Some(from), Some(to)) = (stage_from, stage_to)
            && from > to
        {
            errors.insert(
                "stage_to",
                t!("campaign.error.stages", locale = lang).into_owned(),
            );
        }
        let one_of = t!("campaign.error.one_of", locale = lang).into_owned();
        let segment = Segment {
            product: chosen(
                "product",
                &self.product,
                Product::from_code,
                &one_of,
                &mut errors,
            ),
            status: chosen("status", &self.status, status_of, &one_of, &mut errors),
            stage_from,
            stage_to,
            aftercare: chosen(
                "aftercare",
                &self.aftercare,
                Aftercare::from_code,
                &one_of,
                &mut errors,
            ),
            dentist: chosen(
                "dentist",
                &self.dentist,
                |id| {
                    let id = DentistId::from_str(id).ok()?;
                    let mut dentists = choices.dentists.iter();
                    dentists.any(|(known, _)| *known == id).then_some(id)
                },
                &one_of,
                &mut errors,
            ),
            overdue_days,
            got: chosen(
                "got",
                &self.got,
                |id| {
                    let id = CampaignId::from_str(id).ok()?;
                    let mut campaigns = choices.campaigns.iter();
                    campaigns.any(|(known, _)| *known == id).then_some(id)
                },
                &one_of,
                &mut errors,
            ),
        };
        let moment = match self.when.as_str() {
            "own" | "one" => {
                let (date, time) = (typed_day(&self.date), typed_time(&self.time));
                if date.is_none() {
                    errors.insert(
                        "date",
                        t!("campaign.error.date", locale = lang).into_owned(),
                    );
                }
                if time.is_none() {
                    errors.insert("time", t!("wishes.wrong", locale = lang).into_owned());
                }
                let at = date.unwrap_or_default().and_time(time.unwrap_or_default());
                let past = match self.when.as_str() {
                    "one" => local_moment(at.date(), at.time(), zone) < now,
                    // Wherever a patient may be: a slip, not a wish.
                    _ => at.and_utc() < now - TimeDelta::hours(12),
                };
                if self.when == "one" && named.is_err() && !self.zone.is_empty() {
                    errors.insert("date", one_of);
                } else if date.is_some() && time.is_some() && past {
                    errors.insert("date", t!("outbox.past", locale = lang).into_owned());
                }
                if self.when == "own" {
                    Moment::OwnTime(at)
                } else {
                    Moment::One(at, zone)
                }
            }
            "now" => Moment::AtOnce,
            _ => {
                errors.insert("date", one_of);
                Moment::AtOnce
            }
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Draft {
            name,
            content_en,
            content_de: (!content_de.is_empty()).then_some(content_de),
            segment,
            moment,
            per_minute,
        })
    }
}

/// What was chosen of a list; nothing: whatever it is.
fn chosen<T>(
    name: &'static str,
    value: &str,
    named: impl Fn(&str) -> Option<T>,
    words: &str,
    errors: &mut Errors,
) -> Option<T> {
    if value.is_empty() {
        return None;
    }
    let found = named(value);
    if found.is_none() {
        errors.insert(name, words.to_owned());
    }
    found
}

pub fn status_code(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Completed => "completed",
    }
}

fn status_of(code: &str) -> Option<Status> {
    [Status::Active, Status::Completed]
        .into_iter()
        .find(|status| status_code(*status) == code)
}
