//! What is asked once before a decision that something speaks against: views are marked for a retake that is not sent, or
//! nobody has seen what the patient reported.

use super::Opened;
use crate::{
    reports,
    reviews::{
        model::Kind,
        pages::form::{FORM, Sent, Wrong},
        words,
    },
    ui::{Banner, Button, ButtonKind, LinkButton, Reader, ScriptButton, Tone},
};
use leptos::prelude::*;
use rust_i18n::t;

/// How many views are marked.
pub(super) fn marked(lang: &str, count: usize) -> String {
    match count {
        1 => t!("review.sure.marked.one", locale = lang),
        count => t!("review.sure.marked.other", locale = lang, count = count),
    }
    .into_owned()
}

/// What was reported and not seen, each kind once.
fn reported(lang: &str, opened: &Opened) -> Vec<String> {
    let mut kinds = Vec::new();
    for report in opened.unseen() {
        if !kinds.contains(&report.kind) {
            kinds.push(report.kind);
        }
    }
    let name = opened.patient.name();
    let words = kinds.into_iter().map(|kind| match kind {
        reports::Kind::Pain => t!("review.sure.pain", locale = lang, name = name),
        reports::Kind::NotFitting => t!("review.sure.not_fitting", locale = lang, name = name),
        reports::Kind::LostOrBroken => {
            t!("review.sure.lost_or_broken", locale = lang, name = name)
        }
    });
    words.map(std::borrow::Cow::into_owned).collect()
}

/// Where the newest of it is answered.
fn answer(lang: &str, opened: &Opened) -> Option<(String, String)> {
    let report = opened.unseen().next()?;
    let words = t!("report.answer", locale = lang).into_owned();
    Some((format!("/reports/{}#answer", report.id), words))
}

/// What the button says that decides in spite of it.
fn all_the_same(lang: &str, decision: &str, is_marked: bool) -> String {
    if is_marked {
        t!("review.sure.leave", locale = lang, decision = decision)
    } else {
        t!("review.sure.still", locale = lang, decision = decision)
    }
    .into_owned()
}

/// Asked by the server: without scripts, and if a report came meanwhile.
pub(super) fn banner(
    reader: &Reader,
    opened: &Opened,
    sent: &Sent,
    wrong: &[Wrong],
) -> Option<impl IntoView + use<>> {
    if wrong.is_empty() || !wrong.iter().all(|wrong| wrong.is_asked()) {
        return None;
    }
    let kind = sent.kind()?;
    let lang = reader.lang();
    let marks = sent.marks();
    let is_marked = marks > 0 && kind != Kind::Retake;
    let mut lines = Vec::new();
    if is_marked {
        lines.push(marked(lang, marks));
    }
    let is_reported = kind == Kind::OnTrack;
    if is_reported {
        lines.extend(reported(lang, opened));
    }
    let lines = lines
        .into_iter()
        .map(|line| view! { <p>{line}</p> })
        .collect_view();
    let retake = is_marked.then(|| {
        view! {
            <Button kind=ButtonKind::Primary form=FORM name="decision" value=Kind::Retake.name()>
                {t!("review.sure.retake", locale = lang).into_owned()}
            </Button>
        }
    });
    let answer = answer(lang, opened)
        .filter(|_| is_reported)
        .map(|(href, words)| view! { <LinkButton href>{words}</LinkButton> });
    let decision = words::kind(lang, kind);
    let still = all_the_same(lang, &decision, is_marked);
    let nothing = t!("review.sure.nothing", locale = lang).into_owned();
    Some(view! {
        <Banner tone=Tone::Trouble>
            <p><strong>{nothing}</strong></p>
            {lines}
            <div class="actions">
                {retake}
                {answer}
                <button class="button button-quiet" type="submit" form=FORM name="sure" value=kind.name()>{still}</button>
            </div>
        </Banner>
    })
}

/// The same over the case, where there are scripts. What is not asked is hidden there.
pub(super) fn dialog(reader: &Reader, opened: &Opened) -> impl IntoView + use<> {
    let lang = reader.lang();
    let lines = reported(lang, opened)
        .into_iter()
        .map(|line| view! { <p data-if-reported hidden>{line}</p> })
        .collect_view();
    let answer = answer(lang, opened).map(|(href, words)| {
        view! { <LinkButton href attr:data-if-reported="" attr:hidden=true>{words}</LinkButton> }
    });
    view! {
        <dialog id="over-sure" class="over" data-over="" aria-labelledby="over-sure-title">
            <header class="over-head">
                <h2 id="over-sure-title">{t!("review.sure.title", locale = lang).into_owned()}</h2>
                <ScriptButton kind=ButtonKind::Tool small=true attr:data-close="">
                    {t!("review.back_to", locale = lang).into_owned()}<kbd>"Esc"</kbd>
                </ScriptButton>
            </header>
            // "#" stands for how many, and for what is decided.
            <p data-if-marked data-one=marked(lang, 1) data-other=t!("review.sure.marked.other", locale = lang, count = "#").into_owned() hidden></p>
            {lines}
            <div class="actions">
                <button class="button button-primary" type="submit" form=FORM name="decision" value=Kind::Retake.name() data-if-marked hidden>
                    {t!("review.sure.retake", locale = lang).into_owned()}
                </button>
                {answer}
                <button
                    class="button button-quiet" type="submit" form=FORM name="sure" data-sure
                    data-marked-words=all_the_same(lang, "#", true) data-words=all_the_same(lang, "#", false)
                ></button>
            </div>
        </dialog>
    }
}
