//! A form that comes twice: a second tap, or another try after a lost answer. It asks for what is done already, and is answered so.

use super::{Doing, Opening, SettingUp};
use crate::{
    accounts::UserId,
    journeys::{
        model::{Command, EventType, Journey, JourneyId, Setup},
        store::{self, ChangeType},
    },
    platform::clock::SAME_TAP,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sqlx::PgConnection;

fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at < SAME_TAP
}

/// Whether the newest event of a journey is exactly what `doing` asks for: by the same person, after the same event, a moment ago.
pub(super) async fn is_done(
    db: &mut PgConnection,
    by: UserId,
    found: &Journey,
    doing: &Doing<'_>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let Some(last) = store::last(db, doing.journey).await? else {
        return Ok(false);
    };
    let reason = doing.command.reason();
    let note = doing.note.filter(|_| reason.is_some());
    let sent_then = last.by == by
        && last.seen == doing.seen.event
        && found.revision == doing.seen.revision
        && is_recent(last.at, now);
    let days = |from: Option<NaiveDate>, count: i32| {
        from.map(|from| from + Days::new(u64::from(count.unsigned_abs())))
    };
    let said_so = match doing.command {
        Command::Progress => last.event_type == EventType::Progress,
        Command::Delay { days: count, .. } => {
            last.event_type == EventType::Delay && last.due == days(last.due_before, count)
        }
        Command::Pause { resume_on, .. } => {
            last.event_type == EventType::Pause && last.resume_on == resume_on
        }
        Command::Continue => last.event_type == EventType::Continue,
        Command::StepBack {
            stage, days: count, ..
        } => {
            last.event_type == EventType::Progress
                && last.stage == stage
                && last.due == days(Some(last.on), count)
        }
        Command::TakeBack { .. } => last.event_type == EventType::Progress,
    };
    let as_shown = doing.shown.is_none_or(|shown| shown == last.due);
    Ok(sent_then && said_so && as_shown && last.reason == reason && last.note.as_deref() == note)
}

/// The same of a change of the plan, or of its end.
pub(super) async fn is_set_up(
    db: &mut PgConnection,
    by: UserId,
    setting_up: &SettingUp<'_>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let newest = store::newest(db, setting_up.journey).await?;
    let Some(last) = store::last_change(db, setting_up.journey).await? else {
        return Ok(false);
    };
    let sent_then = last.by == by
        && newest.map(|newest| newest.id) == setting_up.seen.event
        && last.revision == setting_up.seen.revision + 1
        && is_recent(last.at, now);
    let said_so = match setting_up.setup {
        Setup::Revise {
            total,
            interval_days,
        } => {
            last.change_type == ChangeType::Revised
                && (last.total, last.interval_days) == (total, interval_days)
        }
        Setup::End => last.change_type == ChangeType::Ended,
    };
    Ok(sent_then && said_so && last.note.as_deref() == setting_up.note)
}

/// The same of a journey to be opened: whether `newest` is the one.
pub(super) async fn is_opened(
    db: &mut PgConnection,
    by: UserId,
    newest: JourneyId,
    opening: &Opening,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let Some((journey, _)) = store::held(db, newest).await? else {
        return Ok(false);
    };
    let Some(last) = store::last_change(db, newest).await? else {
        return Ok(false);
    };
    Ok(last.by == by
        && last.change_type == ChangeType::Opened
        && opening.seen.is_none_or(|seen| seen < newest)
        && journey.product == opening.product
        && (last.total, last.interval_days) == (opening.total, opening.interval_days)
        && is_recent(last.at, now))
}
