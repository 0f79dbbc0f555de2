//! One use case a function, one transaction: reporting, acknowledging, answering, closing, and telling staff of what nobody has
//! seen.

mod answering;
mod making;
mod reading;

pub use answering::{NotAnswered, acknowledge, answer, close, close_unanswered, see};
pub use making::{NotReported, Reporting, hand_over, report, tell_staff};
pub use reading::{answered_of_dentist, open, open_of_dentist, open_unseen_for_staff};

use super::store;
use crate::{accounts::Act, audit, ids::ReportId, notifications, reports::Action, ui::Language};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

fn language(code: Option<&str>) -> Language {
    code.and_then(Language::from_code).unwrap_or_default()
}

async fn record_not_theirs(
    db: &mut PgConnection,
    act: &Act,
    report: ReportId,
    action: Action,
) -> Result<(), sqlx::Error> {
    let mut entry = act.entry(action).on("reports", report).refused();
    entry.subject = store::owner(db, report).await?.map(|owner| owner.0);
    audit::record(db, entry).await
}

/// What need not be told to a dentist any more.
async fn untell(
    tx: &mut PgConnection,
    told: &[i64],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if !told.is_empty() {
        notifications::hold(tx, told).await?;
        notifications::cancel(tx, told).await?;
        notifications::read_elsewhere(tx, told, now).await?;
    }
    Ok(())
}
