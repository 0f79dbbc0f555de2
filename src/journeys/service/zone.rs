//! The zone that a person's days follow.

use crate::{
    accounts::{self, Act, UserId},
    audit,
    error::Fault,
    journeys::Action,
    notifications::{self, Scheduled},
    platform::clock::local_moment,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

/// Changes the zone that a person's days follow, and moves what they are still to be told to the same
/// time of the same day there. What is due stays due on its day.
pub async fn change_zone(
    db: &mut PgConnection,
    act: &Act,
    person: UserId,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    let before = accounts::hold(&mut tx, person).await?;
    accounts::set_time_zone(&mut tx, person, zone.name(), now).await?;
    if before == zone {
        // Seen, and left as it is.
        tx.commit().await?;
        return Ok(());
    }
    let scheduled = notifications::scheduled_for(&mut tx, person, now).await?;
    // Nine o'clock stays nine o'clock; and so does what the clinic wrote for, or moved to, another time.
    let there = |at: DateTime<Utc>| {
        let local = at.with_timezone(&before).naive_local();
        local_moment(local.date(), local.time(), zone)
    };
    // Of the reminders that are behind on the way east, the last says it all.
    let behind = |one: &Scheduled| one.reminder && there(one.at) <= now;
    let last = scheduled.iter().rfind(|one| behind(one)).map(|one| one.id);
    let (dropped, kept): (Vec<Scheduled>, Vec<Scheduled>) = scheduled
        .into_iter()
        .partition(|one| behind(one) && Some(one.id) != last);
    let dropped: Vec<i64> = dropped.into_iter().map(|one| one.id).collect();
    // What was written by hand is told when it goes out.
    let earliest = |one: &Scheduled| {
        if one.reminder {
            there(one.at)
        } else {
            there(one.at).max(now)
        }
    };
    let moved: Vec<_> = kept.iter().map(|one| (one.id, earliest(one))).collect();
    notifications::cancel(&mut tx, &dropped).await?;
    notifications::reschedule(&mut tx, &moved).await?;
    // Quiet hours begin and end at other moments there.
    notifications::let_go(&mut tx, person).await?;
    let each = (&*vec![person.0; dropped.len()], &*dropped);
    let entry = act.entry(notifications::Action::Cancel);
    audit::record_each(&mut tx, entry, "notifications", each).await?;
    let entry = act.entry(Action::SetTimeZone).about(person.0);
    let detail = json!({ "from": before.name(), "to": zone.name(), "moved": moved.len() });
    audit::record(&mut tx, entry.detail(detail)).await?;
    tx.commit().await?;
    Ok(())
}
