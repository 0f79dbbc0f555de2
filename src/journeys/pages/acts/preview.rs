//! What an act will do, before it is confirmed; and why one cannot be done.

use super::{Sent, Subject};
use crate::{
    journeys::{
        islands::ConfirmProgress,
        model::{Command, EventType, Journey, Kind, Reason, Refusal, State, Step, TAKE_BACK_HOURS},
        pages::{parts, record::person_line},
        store::Reached,
    },
    ui::{
        Banner, Button, ButtonKind, Facts, LinkButton, Page, PageHeader, PatientBar, Quote, Reader,
        Tone, hidden, page, time,
    },
};
use axum::{http::StatusCode, response::Response};
use chrono::NaiveDate;
use leptos::{either::Either, prelude::*};
use rust_i18n::t;

/// Whether what an act will do is shown for the first time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    First,
    /// Since it was shown, the dates have changed.
    Again,
}

/// Shows what `command` will do, with a button that does it; or why not. `sent` is the form in which more
/// was said about it.
pub(super) fn show(
    reader: &Reader,
    subject: &Subject,
    command: Command,
    sent: Option<&Sent>,
    shown: Shown,
) -> Response {
    let sent = sent.filter(|_| super::has_form(command.kind()));
    match subject.decide(command) {
        Err(refusal) => refused(reader, subject, command.kind(), refusal),
        Ok(step) => confirm(reader, subject, (command, step), sent, shown),
    }
}

fn confirm(
    reader: &Reader,
    subject: &Subject,
    (command, step): (Command, Step),
    sent: Option<&Sent>,
    shown: Shown,
) -> Response {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    let own = subject.reached.own;
    let stage = parts::stage_name(lang, journey.product, step.stage);
    let (title, button) = match command {
        Command::Progress if step.completes && own => (
            t!("switch.finish_title", locale = lang),
            t!("switch.finish_button", locale = lang),
        ),
        Command::Progress if step.completes => (
            t!("switch.finish_title_desk", locale = lang),
            t!("switch.finish_button_desk", locale = lang),
        ),
        Command::Progress if own => (
            t!("switch.title", locale = lang, stage = stage),
            t!("switch.button", locale = lang, stage = stage),
        ),
        Command::Progress => (
            t!("switch.title_desk", locale = lang, stage = stage),
            t!("switch.button_desk", locale = lang, stage = stage),
        ),
        Command::Delay { .. } => (
            t!("delay.confirm", locale = lang, stage = stage),
            t!("delay.button", locale = lang),
        ),
        Command::Pause { .. } => (
            t!("pause.confirm", locale = lang),
            t!("pause.button", locale = lang),
        ),
        Command::Continue => (
            t!("continue.title", locale = lang, stage = stage),
            t!("continue.button", locale = lang),
        ),
        Command::StepBack { .. } => (
            t!("back.confirm", locale = lang, stage = stage),
            t!("back.button", locale = lang, stage = stage),
        ),
        Command::TakeBack { .. } if step.stage == 0 => (
            t!("back.take_start_title", locale = lang),
            t!("back.take_start_button", locale = lang),
        ),
        Command::TakeBack { .. } => (
            t!("back.take_title", locale = lang, stage = stage),
            t!("back.take_button", locale = lang, stage = stage),
        ),
    };
    let act = command.kind();
    // The island sends what a patient says about the stage; all else is a plain form.
    let island = act == Kind::Progress && own;
    let mut titled = Page::titled(title.clone());
    titled.islands = island;
    if shown == Shown::Again {
        titled = titled.status(StatusCode::CONFLICT);
    }
    page(reader, titled, || {
        let (seen, revision) = subject.seen().written();
        let due = step.due.map(|due| due.to_string()).unwrap_or_default();
        let (data_seen, data_revision, data_due) = (seen.clone(), revision.clone(), due.clone());
        let leave = match act {
            Kind::Progress => t!("switch.not_yet", locale = lang),
            _ => t!("act.back", locale = lang),
        };
        let lead = match command {
            Command::TakeBack { .. } => t!("back.take_lead", locale = lang),
            _ => t!("switch.lead", locale = lang),
        };
        let change = sent.map(|_| {
            view! {
                <Button name="intent" value="change" wide=true>
                    {t!("act.change", locale = lang).into_owned()}
                </Button>
            }
        });
        let form = view! {
            <form
                method="post"
                action=super::path(journey.id, act)
                class="stack"
                data-journey=journey.id.0.to_string()
                data-seen=data_seen
                data-revision=data_revision
                data-due=data_due
                data-sending=t!("switch.sending", locale = lang).into_owned()
                data-unreachable=t!("switch.unreachable", locale = lang).into_owned()
            >
                {hidden("seen", seen)}
                {hidden("revision", revision)}
                {hidden("due", due)}
                {sent.map(Sent::carried)}
                <Button name="intent" value="confirm" kind=ButtonKind::Primary wide=true>
                    {button.into_owned()}
                </Button>
                {change}
            </form>
        };
        let form = if island {
            Either::Left(view! { <ConfirmProgress>{form}</ConfirmProgress> })
        } else {
            Either::Right(form)
        };
        view! {
            {whose(reader, &subject.reached)}
            <PageHeader title back=back_link_of(lang, subject)/>
            {(shown == Shown::Again).then(|| view! {
                <Banner tone=Tone::Attention>{t!("act.again", locale = lang).into_owned()}</Banner>
            })}
            <p class="lead">{lead.into_owned()}</p>
            {facts(reader, subject, command, step)}
            {super::trouble(command).filter(|_| own).map(|reason| tell_dentist(lang, reason))}
            {sent.and_then(Sent::note).map(|note| view! { <Quote words=note/> })}
            {(!own && act != Kind::Progress).then(|| view! {
                <p class="quiet">{t!("act.patient_told", locale = lang).into_owned()}</p>
            })}
            {form}
            <LinkButton href=back_of(subject) wide=true>{leave.into_owned()}</LinkButton>
        }
    })
}

/// What is wrong is heard by a dentist only if they are told.
fn tell_dentist(lang: &'static str, reason: Reason) -> impl IntoView {
    view! {
        <Banner tone=Tone::Attention>
            <p>{t!("wrong.after", locale = lang).into_owned()}</p>
            <a href=format!("/something-wrong/{}", reason.code())>{t!("wrong.first", locale = lang).into_owned()}</a>
        </Banner>
    }
}

/// The dates once it is done, with those that they replace.
fn facts(
    reader: &Reader,
    subject: &Subject,
    command: Command,
    step: Step,
) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    let newest = subject.newest.as_ref();
    let state = journey.state(newest);
    let due_before = match (command, state) {
        (
            Command::Delay { .. } | Command::StepBack { .. } | Command::TakeBack { .. },
            State::Wearing { due },
        ) => Some(due),
        _ => None,
    };
    let last_before = match command {
        Command::Delay { .. }
        | Command::Pause { .. }
        | Command::StepBack { .. }
        | Command::TakeBack { .. } => journey.expected_last_day(newest, subject.today),
        Command::Progress | Command::Continue => None,
    };
    let row = |label: String, day: NaiveDate, before: Option<NaiveDate>| {
        let before = before.filter(|before| *before != day).map(|before| {
            let words = t!(
                "act.until_now",
                locale = lang,
                date = time::long_date(reader, before)
            );
            view! { <span class="quiet row-before">{words.into_owned()}</span> }
        });
        view! {
            <div class="row">
                <dt>{label}</dt>
                <dd>{time::day(reader, day)}{before}</dd>
            </div>
        }
    };
    let words = |label: String, words: String| {
        view! { <div class="row"><dt>{label}</dt><dd>{words}</dd></div> }
    };
    let reason = command.reason().map(|reason| {
        words(
            t!("act.reason", locale = lang).into_owned(),
            parts::reason_name(lang, reason),
        )
    });
    let worn = step.back.then(|| {
        let worn = if step.stage == 0 {
            t!("back.none", locale = lang).into_owned()
        } else {
            parts::stage_name(lang, journey.product, step.stage)
        };
        words(t!("back.worn", locale = lang).into_owned(), worn)
    });
    let pause = match (command, state) {
        (Command::Pause { resume_on, .. }, State::Wearing { due }) => {
            let left = (due - subject.today).num_days().max(1);
            let kept = match left {
                1 => t!("pause.kept.one", locale = lang),
                _ => t!("pause.kept.other", locale = lang, days = left),
            };
            let resume = resume_on.map(|day| {
                row(
                    t!("pause.resume_row", locale = lang).into_owned(),
                    day,
                    None,
                )
            });
            Some(view! {
                {words(t!("switch.next_due", locale = lang).into_owned(), t!("pause.no_dates", locale = lang).into_owned())}
                {words(t!("pause.left", locale = lang).into_owned(), kept.into_owned())}
                {resume}
            })
        }
        _ => None,
    };
    let last = match step.last_day {
        Some(day) => Either::Left(row(
            t!("switch.last_day", locale = lang).into_owned(),
            day,
            last_before,
        )),
        None if step.back => Either::Right(words(
            t!("switch.last_day", locale = lang).into_owned(),
            t!("back.last_day_open", locale = lang).into_owned(),
        )),
        None => Either::Right(words(
            t!("switch.last_day", locale = lang).into_owned(),
            t!("pause.last_day_open", locale = lang).into_owned(),
        )),
    };
    view! {
        <Facts card=true>
            {worn}
            {step.due.map(|due| row(t!("switch.next_due", locale = lang).into_owned(), due, due_before))}
            {pause}
            {last}
            {reason}
        </Facts>
    }
}

/// Whose journey it is, where it is not the reader's own, told apart from others of the same name.
pub fn whose(reader: &Reader, reached: &Reached) -> impl IntoView + use<> {
    let lang = reader.lang();
    let journey = &reached.journey;
    (!reached.own).then(|| {
        let person = person_line(reader, &reached.patient, journey);
        let words = parts::product_name(lang, journey.product);
        let href = format!("/journeys/{}", journey.id.0);
        view! {
            <PatientBar person>
                <a href=href>{words}</a>
            </PatientBar>
        }
    })
}

/// Where the page before was.
pub fn back(reached: &Reached) -> String {
    if reached.own {
        "/".to_owned()
    } else {
        format!("/journeys/{}", reached.journey.id.0)
    }
}

/// The same for the head of a page: with what that page is called.
pub fn back_link(lang: &str, reached: &Reached) -> (String, String) {
    let words = if reached.own {
        t!("nav.home", locale = lang)
    } else {
        t!("record.treatment", locale = lang)
    };
    (back(reached), words.into_owned())
}

/// Where whoever does this act came from.
pub(super) fn back_of(subject: &Subject) -> String {
    match subject.report {
        Some(report) => format!("/reports/{report}"),
        None => back(&subject.reached),
    }
}

/// The same for the head of a page.
pub(super) fn back_link_of(lang: &str, subject: &Subject) -> (String, String) {
    match subject.report {
        Some(_) => (
            back_of(subject),
            t!("act.report", locale = lang).into_owned(),
        ),
        None => back_link(lang, &subject.reached),
    }
}

/// What the way back is called on a button.
fn back_words(lang: &str, reached: &Reached) -> String {
    if reached.own {
        t!("fault.to_today", locale = lang)
    } else {
        t!("act.to_journey", locale = lang)
    }
    .into_owned()
}

/// What stands in the way of an act that needs a stage being worn.
pub fn standing(state: State) -> Refusal {
    match state {
        State::NotStarted => Refusal::NotStarted,
        State::Completed => Refusal::Completed,
        State::Paused { .. } => Refusal::Paused,
        State::Wearing { .. } => Refusal::NotPaused,
    }
}

/// A journey that is complete is not set up any more.
pub fn refused_setup(reader: &Reader, reached: &Reached) -> Response {
    let lang = reader.lang();
    let title = t!("refused.completed.title_desk", locale = lang);
    let titled = Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY);
    page(reader, titled, || {
        let to = back_words(lang, reached);
        view! {
            {whose(reader, reached)}
            <PageHeader title back=back_link(lang, reached)/>
            <Banner tone=Tone::Attention>{t!("refused.completed.text_desk", locale = lang).into_owned()}</Banner>
            <LinkButton href=back(reached) kind=ButtonKind::Primary>{to}</LinkButton>
        }
    })
}

/// Why not, and what can be done instead, said to whoever reads it: the patient, or somebody at a desk. What stands out leads back to
/// where they see how things are: whoever has just been refused an act is not led into another one.
pub(super) fn refused(reader: &Reader, subject: &Subject, act: Kind, refusal: Refusal) -> Response {
    let lang = reader.lang();
    let journey = &subject.reached.journey;
    let own = subject.reached.own;
    // Going back to a form that has done its work: it is not too early, it is done.
    let just_done = subject.newest.is_some_and(|newest| {
        newest.on == subject.today && newest.event_type == EventType::Progress
    });
    // To the patient, or to whoever looks after them.
    let either = |to_patient, to_desk| if own { to_patient } else { to_desk };
    let (title, text, instead): (_, _, &[Kind]) = match refusal {
        Refusal::TooEarly { due, .. } if just_done => (
            t!("refused.done.title", locale = lang),
            t!(
                "refused.done.text",
                locale = lang,
                stage = parts::stage_name(lang, journey.product, journey.stage),
                due = time::long_date(reader, due)
            ),
            &[],
        ),
        Refusal::TooEarly { due, allowed_from } => (
            t!("refused.too_early.title", locale = lang),
            t!(
                "refused.too_early.text",
                locale = lang,
                due = time::long_date(reader, due),
                date = time::long_date(reader, allowed_from)
            ),
            &[],
        ),
        Refusal::NotStarted => (
            t!("refused.not_started.title", locale = lang),
            t!("refused.not_started.text", locale = lang),
            &[Kind::Progress],
        ),
        Refusal::Paused if act == Kind::Pause => (
            t!("refused.paused_already.title", locale = lang),
            t!("refused.paused_already.text", locale = lang),
            &[Kind::Continue],
        ),
        Refusal::Paused => (
            either(
                t!("refused.paused.title", locale = lang),
                t!("refused.paused.title_desk", locale = lang),
            ),
            either(
                t!("refused.paused.text", locale = lang),
                t!("refused.paused.text_desk", locale = lang),
            ),
            &[Kind::Continue],
        ),
        Refusal::NotPaused => (
            t!("refused.not_paused.title", locale = lang),
            either(
                t!("refused.not_paused.text", locale = lang),
                t!("refused.not_paused.text_desk", locale = lang),
            ),
            &[Kind::Delay, Kind::Pause],
        ),
        Refusal::Completed => (
            either(
                t!("refused.completed.title", locale = lang),
                t!("refused.completed.title_desk", locale = lang),
            ),
            either(
                t!("refused.completed.text", locale = lang),
                t!("refused.completed.text_desk", locale = lang),
            ),
            &[],
        ),
        Refusal::DelayTooShort { .. }
        | Refusal::DelayLength
        | Refusal::ResumeDay
        | Refusal::ReasonNotYours
        | Refusal::BackStage
        | Refusal::BackDays => (
            t!("refused.delay_over.title", locale = lang),
            either(
                t!("refused.delay_over.text", locale = lang),
                t!("refused.delay_over.text_desk", locale = lang),
            ),
            &[Kind::Progress, Kind::Pause],
        ),
        Refusal::NothingBefore => (
            t!("refused.nothing_before.title", locale = lang),
            t!("refused.nothing_before.text", locale = lang),
            &[Kind::Delay],
        ),
        Refusal::BackNotYours => (
            t!("refused.back_not_yours.title", locale = lang),
            t!("refused.back_not_yours.text", locale = lang),
            &[],
        ),
        Refusal::NothingToTakeBack => (
            t!("refused.nothing_to_take_back.title", locale = lang),
            either(
                t!("refused.nothing_to_take_back.text", locale = lang),
                t!("refused.nothing_to_take_back.text_desk", locale = lang),
            ),
            if own { &[] } else { &[Kind::StepBack] },
        ),
        Refusal::TakeBackOver => (
            t!(
                "refused.take_back_over.title",
                locale = lang,
                hours = TAKE_BACK_HOURS
            ),
            t!("refused.take_back_over.text", locale = lang),
            &[],
        ),
    };
    // Where only the clinic can help, the way to it.
    let ask = own
        && match refusal {
            Refusal::TooEarly { .. } => !just_done,
            Refusal::BackNotYours | Refusal::TakeBackOver => true,
            _ => false,
        };
    let titled = Page::titled(title.clone()).status(StatusCode::UNPROCESSABLE_ENTITY);
    page(reader, titled, || {
        let instead_links = instead
            .iter()
            .map(|act| {
                let words = act_name(lang, journey, *act);
                view! { <LinkButton href=super::path(journey.id, *act)>{words}</LinkButton> }
            })
            .collect_view();
        let write = ask.then(|| {
            let words = t!("act.write", locale = lang).into_owned();
            view! { <LinkButton href=format!("/journeys/{}/messages#write", journey.id.0)>{words}</LinkButton> }
        });
        let to = match subject.report {
            Some(_) => t!("act.to_report", locale = lang).into_owned(),
            None => back_words(lang, &subject.reached),
        };
        view! {
            {whose(reader, &subject.reached)}
            <PageHeader title back=back_link_of(lang, subject)/>
            <Banner tone=Tone::Attention>{text.into_owned()}</Banner>
            <div class="actions">
                <LinkButton kind=ButtonKind::Primary href=back_of(subject)>{to}</LinkButton>
                {write}
                {instead_links}
            </div>
        }
    })
}

/// What an act is called on a button.
fn act_name(lang: &'static str, journey: &Journey, act: Kind) -> String {
    let event = match act {
        Kind::Progress => EventType::Progress,
        Kind::Delay => EventType::Delay,
        Kind::Pause => EventType::Pause,
        Kind::Continue => EventType::Continue,
        Kind::StepBack => return t!("act.step_back", locale = lang).into_owned(),
        Kind::TakeBack => return t!("back.offer", locale = lang).into_owned(),
    };
    parts::act_name(lang, journey, event)
}
