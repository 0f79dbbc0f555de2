//! The words of decisions.

use super::model::{Kind, RetakeReason};
use crate::photos::{self, View};
use rust_i18n::t;

pub fn kind(lang: &str, kind: Kind) -> String {
    match kind {
        Kind::OnTrack => t!("review.on_track", locale = lang),
        Kind::Retake => t!("review.retake", locale = lang),
        Kind::Hold => t!("review.hold", locale = lang),
        Kind::SeeMe => t!("review.see_me", locale = lang),
    }
    .into_owned()
}

pub fn reason(lang: &str, reason: RetakeReason) -> String {
    match reason {
        RetakeReason::Blurred => t!("review.reason.blurred", locale = lang),
        RetakeReason::TooDark => t!("review.reason.too_dark", locale = lang),
        RetakeReason::WrongAngle => t!("review.reason.wrong_angle", locale = lang),
        RetakeReason::Covered => t!("review.reason.covered", locale = lang),
        RetakeReason::Missing => t!("review.reason.missing", locale = lang),
        RetakeReason::Other => t!("review.reason.other", locale = lang),
    }
    .into_owned()
}

/// What helps to take a view better this time.
pub fn tip(lang: &str, reason: RetakeReason) -> String {
    match reason {
        RetakeReason::Blurred => t!("review.tip.blurred", locale = lang),
        RetakeReason::TooDark => t!("review.tip.too_dark", locale = lang),
        RetakeReason::WrongAngle => t!("review.tip.wrong_angle", locale = lang),
        RetakeReason::Covered => t!("review.tip.covered", locale = lang),
        RetakeReason::Missing => t!("review.tip.missing", locale = lang),
        RetakeReason::Other => t!("review.tip.other", locale = lang),
    }
    .into_owned()
}

/// What asking for photos again is called, with how many are marked.
pub fn retakes(lang: &str, marked: usize) -> String {
    match marked {
        0 => return kind(lang, Kind::Retake),
        1 => t!("review.retakes.one", locale = lang),
        count => t!("review.retakes.other", locale = lang, count = count),
    }
    .into_owned()
}

fn views_named(lang: &str, views: &[View]) -> String {
    let names = views.iter().map(|view| photos::view_name(lang, *view));
    names.collect::<Vec<_>>().join(", ")
}

/// What was decided in a few words, with the views that are wanted again or the days of a hold.
pub fn outcome(lang: &str, of: Kind, hold_days: Option<i32>, views: &[View]) -> String {
    match (of, hold_days) {
        (Kind::Retake, _) if !views.is_empty() => {
            let views = views_named(lang, views);
            t!("review.was.retake", locale = lang, views = views)
        }
        (Kind::Hold, Some(1)) => t!("review.was.hold.one", locale = lang),
        (Kind::Hold, Some(days)) => t!("review.was.hold.other", locale = lang, days = days),
        _ => return kind(lang, of),
    }
    .into_owned()
}

/// The same in a line that says of whom.
pub fn done(
    lang: &str,
    (name, stage): (&str, i32),
    (kind, hold_days, views): (Kind, Option<i32>, &[View]),
) -> String {
    match kind {
        Kind::OnTrack => t!(
            "review.done.on_track",
            locale = lang,
            name = name,
            stage = stage
        ),
        Kind::Retake => t!(
            "review.done.retake",
            locale = lang,
            name = name,
            stage = stage,
            views = views_named(lang, views)
        ),
        Kind::Hold => t!(
            "review.done.hold",
            locale = lang,
            name = name,
            stage = stage,
            held = outcome(lang, kind, hold_days, views)
        ),
        Kind::SeeMe => t!(
            "review.done.see_me",
            locale = lang,
            name = name,
            stage = stage
        ),
    }
    .into_owned()
}

/// By how many days a change of stage was put off.
pub fn held(lang: &str, days: i32) -> String {
    match days {
        1 => t!("review.held.one", locale = lang),
        days => t!("review.held.other", locale = lang, days = days),
    }
    .into_owned()
}
