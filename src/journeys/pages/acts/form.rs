//! The forms of a delay, of a pause and of a step back: what was sent, what is wrong with it, and the page.

use super::{Subject, preview};
use crate::{
    journeys::{
        model::{Asker, Command, DELAY_DAYS, INTERVAL_DAYS, Journey, Kind, Reason, Refusal, State},
        pages::parts,
        service::Seen,
    },
    ui::{
        Button, ButtonKind, DateField, FormCard, LinkButton, Page, PageHeader, Reader, TextArea,
        field, hidden, page, problems, select, time, typed,
    },
};
use axum::{http::StatusCode, response::Response};
use chrono::{DateTime, Days, NaiveDate, Utc};
use leptos::{either::EitherOf3, prelude::*};
use rust_i18n::t;
use serde::Deserialize;

/// The longest note, in characters.
pub const NOTE: usize = 500;

/// A form of an act, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// `preview` to be shown what it would do, `change` to be shown the form again, or `confirm`.
    intent: String,
    /// The newest event on the page the form was on; empty before the first.
    seen: Option<String>,
    /// How often the plan had been changed.
    revision: String,
    /// The earlier stage that is worn again.
    stage: String,
    days: String,
    reason: String,
    #[serde(deserialize_with = "typed")]
    note: String,
    resume_on: String,
    /// The report from which its sender came.
    report: String,
    /// The due day that was shown before it was confirmed; empty where none was.
    due: Option<String>,
}

/// A field that cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Days,
    /// Fewer days than lead into the future.
    TooFewDays(i32),
    Reason,
    Note,
    ResumeOn,
    Stage,
    /// Days that a stage cannot be worn.
    BackDays,
}

impl Wrong {
    /// The id of the field that it is about.
    fn field(self) -> &'static str {
        match self {
            Self::Days | Self::TooFewDays(_) | Self::BackDays => "days",
            Self::Reason => "reason",
            Self::Note => "note",
            Self::ResumeOn => "resume_on",
            Self::Stage => "stage",
        }
    }

    fn words(self, lang: &str) -> String {
        match self {
            Self::Days => t!("delay.days_wrong", locale = lang),
            Self::TooFewDays(least) => t!("delay.too_few", locale = lang, days = least),
            Self::BackDays => t!("back.days_wrong", locale = lang),
            Self::Reason => t!("act.reason_missing", locale = lang),
            Self::Note => t!("act.note_long", locale = lang),
            Self::ResumeOn => t!("pause.resume_wrong", locale = lang),
            Self::Stage => t!("back.stage_wrong", locale = lang),
        }
        .into_owned()
    }

    /// The field that a refusal is about; none, where it is about the journey.
    pub fn of(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::DelayLength => Some(Self::Days),
            Refusal::DelayTooShort { least } => least.map(Self::TooFewDays),
            Refusal::ResumeDay => Some(Self::ResumeOn),
            Refusal::ReasonNotYours => Some(Self::Reason),
            Refusal::BackStage => Some(Self::Stage),
            Refusal::BackDays => Some(Self::BackDays),
            Refusal::NothingBefore
            | Refusal::BackNotYours
            | Refusal::NothingToTakeBack
            | Refusal::TakeBackOver
            | Refusal::TooEarly { .. }
            | Refusal::NotStarted
            | Refusal::Paused
            | Refusal::NotPaused
            | Refusal::Completed => None,
        }
    }
}

impl Sent {
    /// A form to be filled in.
    pub fn new(subject: &Subject) -> Self {
        let (seen, revision) = subject.seen().written();
        let report = subject.report.map(|report| report.to_string());
        Self {
            seen: Some(seen),
            revision,
            report: report.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The same, for a reason that is known; whatever is no reason is left to be chosen.
    pub fn because(self, reason: String) -> Self {
        Self { reason, ..self }
    }

    /// What its sender had seen. `None`: not what Midline's own pages send.
    pub fn seen(&self) -> Option<Seen> {
        Seen::read(self.seen.as_deref()?, &self.revision)
    }

    /// Whether the act itself is asked for. A form that says nothing is one, where nothing had to be said
    /// before: so that it can be sent without its button.
    pub fn confirms(&self, act: Kind) -> bool {
        let said_nothing = !super::has_form(act);
        self.intent == "confirm" || (self.intent.is_empty() && said_nothing)
    }

    /// The report from which its sender came, if from one.
    pub fn report(&self) -> Option<i64> {
        self.report.parse().ok()
    }

    pub fn changes(&self) -> bool {
        self.intent == "change"
    }

    /// The note, if something was written.
    pub fn note(&self) -> Option<&str> {
        Some(self.note.trim()).filter(|note| !note.is_empty())
    }

    /// The due day that the sender was shown. `None`: none was.
    pub fn shown(&self) -> Option<Option<NaiveDate>> {
        match self.due.as_deref()? {
            "" => Some(None),
            day => Some(Some(day.parse().unwrap_or_default())),
        }
    }

    /// What is asked for.
    ///
    /// # Errors
    /// The fields that cannot be read as such.
    pub fn command(&self, act: Kind, now: DateTime<Utc>) -> Result<Command, Vec<Wrong>> {
        let reasons: Vec<Reason> = match act {
            Kind::StepBack => Reason::BACK.to_vec(),
            _ => Reason::of(Asker::Clinic).collect(),
        };
        let reason = reasons
            .into_iter()
            .find(|reason| reason.code() == self.reason);
        // A form that says nothing about it, as of a number that is not one.
        let days = self.days.trim().parse().unwrap_or(0);
        let stage = self.stage.trim().parse().unwrap_or(0);
        let resume_on = match self.resume_on.trim() {
            "" => Ok(None),
            day => day.parse().map(Some),
        };
        let mut wrong = Vec::new();
        if act == Kind::StepBack && stage < 1 {
            wrong.push(Wrong::Stage);
        }
        if act == Kind::Delay && !DELAY_DAYS.contains(&days) {
            wrong.push(Wrong::Days);
        }
        if act == Kind::StepBack && !INTERVAL_DAYS.contains(&days) {
            wrong.push(Wrong::BackDays);
        }
        if act == Kind::Pause && resume_on.is_err() {
            wrong.push(Wrong::ResumeOn);
        }
        if super::has_form(act) {
            if reason.is_none() {
                wrong.push(Wrong::Reason);
            }
            if self.note.trim().chars().count() > NOTE {
                wrong.push(Wrong::Note);
            }
        }
        match (act, reason, resume_on) {
            _ if !wrong.is_empty() => Err(wrong),
            (Kind::Delay, Some(reason), _) => Ok(Command::Delay { days, reason }),
            (Kind::Pause, Some(reason), Ok(resume_on)) => Ok(Command::Pause { reason, resume_on }),
            (Kind::StepBack, Some(reason), _) => Ok(Command::StepBack {
                stage,
                days,
                reason,
            }),
            (Kind::Continue, ..) => Ok(Command::Continue),
            (Kind::TakeBack, ..) => Ok(Command::TakeBack { at: now }),
            _ => Ok(Command::Progress),
        }
    }

    /// What the page before the act sends along.
    pub fn carried(&self) -> impl IntoView + use<> {
        view! {
            {hidden("stage", self.stage.clone())}
            {hidden("days", self.days.clone())}
            {hidden("reason", self.reason.clone())}
            {hidden("note", self.note.clone())}
            {hidden("resume_on", self.resume_on.clone())}
            {self.report().map(|report| hidden("report", report.to_string()))}
        }
    }
}

/// The form of an act about which more is said, or why there can be none now.
pub fn show(
    reader: &Reader,
    subject: &Subject,
    act: Kind,
    sent: &Sent,
    wrong: &[Wrong],
) -> Response {
    let lang = reader.lang();
    let fields = match fields(subject, act) {
        Ok(fields) => fields,
        Err(refusal) => return preview::refused(reader, subject, act, refusal),
    };
    let journey = &subject.reached.journey;
    let stage = parts::stage_name(lang, journey.product, journey.stage);
    let (title, lead) = match fields {
        Fields::Delay { due, .. } => (
            t!("delay.title", locale = lang, stage = stage),
            t!(
                "delay.lead",
                locale = lang,
                date = time::long_date(reader, due)
            ),
        ),
        Fields::Pause => (
            t!("pause.title", locale = lang),
            t!("pause.lead", locale = lang),
        ),
        Fields::Back { .. } => (
            t!("back.title", locale = lang),
            t!("back.lead", locale = lang),
        ),
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let error = |field: &str| {
        let wrong = wrong.iter().find(|wrong| wrong.field() == field);
        wrong.map(|wrong| wrong.words(lang))
    };
    let (seen, revision) = subject.seen().written();
    page(reader, Page::titled(title.clone()).status(status), || {
        let own_fields = match fields {
            Fields::Delay { due, least } => {
                EitherOf3::A(days_field(reader, due, least, &sent.days, error("days")))
            }
            Fields::Pause => {
                let error = error("resume_on");
                EitherOf3::B(resume_field(reader, subject.today, &sent.resume_on, error))
            }
            Fields::Back { latest } => EitherOf3::C((
                stage_field(reader, journey, latest, &sent.stage, error("stage")),
                worn_field(reader, journey, &sent.days, error("days")),
            )),
        };
        let reasons: Vec<Reason> = match act {
            Kind::StepBack => Reason::BACK.to_vec(),
            _ => Reason::of(subject.asker()).collect(),
        };
        let reasons =
            std::iter::once((String::new(), t!("act.choose", locale = lang).into_owned())).chain(
                reasons
                    .into_iter()
                    .map(|reason| (reason.code().to_owned(), parts::reason_name(lang, reason))),
            );
        let note_hint = if subject.reached.own {
            t!("act.note_hint", locale = lang)
        } else {
            t!("act.note_hint_desk", locale = lang)
        };
        view! {
            {preview::whose(reader, &subject.reached)}
            <PageHeader title back=preview::back_link_of(lang, subject) lead=lead.into_owned()/>
            {problems(lang, wrong.iter().map(|wrong| (wrong.field(), wrong.words(lang))))}
            <FormCard action=super::path(journey.id, act)>
                {hidden("seen", seen)}
                {hidden("revision", revision)}
                {subject.report.map(|report| hidden("report", report.to_string()))}
                {own_fields}
                {field("reason", t!("act.reason", locale = lang), None, error("reason"), |described, invalid| {
                    select("reason", reasons, &sent.reason, described, invalid)
                })}
                {field("note", t!("act.note", locale = lang), Some(note_hint.into_owned()), error("note"), |described, invalid| view! {
                    <TextArea id="note" name="note" value=sent.note.clone() described_by=described invalid=invalid/>
                })}
                <Button name="intent" value="preview" kind=ButtonKind::Primary wide=true>
                    {t!("act.preview", locale = lang).into_owned()}
                </Button>
                <LinkButton href=preview::back_of(subject) wide=true>
                    {t!("act.back", locale = lang).into_owned()}
                </LinkButton>
            </FormCard>
        }
    })
}

/// What is asked besides the reason.
#[derive(Clone, Copy)]
enum Fields {
    /// Days later than it is due, so many at least.
    Delay {
        due: NaiveDate,
        least: i32,
    },
    Pause,
    /// Which stage, this one at the latest, and for how long.
    Back {
        latest: i32,
    },
}

/// What is asked for an act, or why there can be none now.
fn fields(subject: &Subject, act: Kind) -> Result<Fields, Refusal> {
    let (journey, newest) = (&subject.reached.journey, subject.newest.as_ref());
    if act == Kind::StepBack {
        let latest = journey.latest_before(newest).unwrap_or(1);
        // Whether there can be any: the earliest, for a day.
        subject.decide(Command::StepBack {
            stage: 1,
            days: 1,
            reason: Reason::Other,
        })?;
        return Ok(Fields::Back { latest });
    }
    let State::Wearing { due } = journey.state(newest) else {
        return Err(preview::standing(journey.state(newest)));
    };
    if act != Kind::Delay {
        return Ok(Fields::Pause);
    }
    let least = i32::try_from((subject.today - due).num_days() + 1)
        .unwrap_or(i32::MAX)
        .max(*DELAY_DAYS.start());
    if least > *DELAY_DAYS.end() {
        return Err(Refusal::DelayTooShort { least: None });
    }
    Ok(Fields::Delay { due, least })
}

/// Which earlier stage is worn again.
fn stage_field(
    reader: &Reader,
    journey: &Journey,
    latest: i32,
    chosen: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let options: Vec<_> = (1..=latest)
        .rev()
        .map(|stage| {
            let name = parts::stage_name(lang, journey.product, stage);
            (stage.to_string(), name)
        })
        .collect();
    let chosen = chosen.to_owned();
    field(
        "stage",
        t!("back.stage", locale = lang),
        None,
        error,
        move |described, invalid| select("stage", options, &chosen, described, invalid),
    )
}

/// For how many days it is worn.
fn worn_field(
    reader: &Reader,
    journey: &Journey,
    value: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let value = match value {
        "" => journey.interval_days.to_string(),
        value => value.to_owned(),
    };
    field(
        "days",
        t!("back.days", locale = lang),
        Some(t!("back.days_hint", locale = lang).into_owned()),
        error,
        move |described, invalid| {
            view! {
                <input
                    id="days" name="days" class="input figures" inputmode="numeric" autocomplete="off" value=value
                    aria-describedby=described aria-invalid=invalid
                />
            }
        },
    )
}

/// How many days, each with the date that it leads to.
fn days_field(
    reader: &Reader,
    due: NaiveDate,
    least: i32,
    chosen: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let options: Vec<_> = (least..=*DELAY_DAYS.end())
        .map(|days| {
            let date = time::long_date(reader, due + Days::new(u64::from(days.unsigned_abs())));
            let words = match days {
                1 => t!("delay.day.one", locale = lang, date = date),
                _ => t!("delay.day.other", locale = lang, days = days, date = date),
            };
            (days.to_string(), words.into_owned())
        })
        .collect();
    let chosen = match chosen {
        "" => least.max(7).to_string(),
        chosen => chosen.to_owned(),
    };
    field(
        "days",
        t!("delay.days", locale = lang),
        None,
        error,
        move |described, invalid| select("days", options, &chosen, described, invalid),
    )
}

/// The day on which the patient means to go on.
fn resume_field(
    reader: &Reader,
    today: NaiveDate,
    value: &str,
    error: Option<String>,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let value = value.to_owned();
    let first = (today + Days::new(1)).to_string();
    field(
        "resume_on",
        t!("pause.resume", locale = lang),
        Some(t!("pause.resume_hint", locale = lang).into_owned()),
        error,
        move |described, invalid| {
            view! { <DateField id="resume_on" name="resume_on" value min=first nostrip:described_by=described nostrip:invalid=invalid/> }
        },
    )
}
