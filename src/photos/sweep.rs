//! Orphans in both directions: objects that nothing refers to are removed, photos whose objects are gone are not
//! shown until they are there again. Both are counted.

use super::{model::Variant, store, worker::CheckPhoto};
use crate::{
    error::Fault,
    platform::{Platform, jobs},
};
use chrono::Duration;
use uuid::Uuid;

/// An object may be older than its row by as long as a job may take.
const GRACE_HOURS: i64 = 24;
/// What is sent lies there before its row does, for as long as an upload may take.
const QUARANTINE_HOURS: i64 = 2;
/// An address to send a photo to is good for minutes; what was announced is waited for this long.
const EXPECTED_HOURS: i64 = 2;
/// How long it is remembered what became of what was sent.
const REMEMBERED_DAYS: i64 = 30;
/// Rows looked at in one go.
const BATCH: i64 = 1000;

/// So many photos in a row are not forlorn all at once.
const FORLORN: usize = 50;
/// Minutes after which what has arrived should long have been decided on.
const STUCK_MINUTES: i64 = 60;

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects that no row named, and that are gone now.
    pub removed: usize,
    /// Photos whose objects are gone.
    pub missing: usize,
    /// Photos whose objects are there again.
    pub found: usize,
    /// Uploads forgotten: announced and never sent, or settled long ago.
    pub forgotten: u64,
    /// Uploads whose job had given up, and that are looked at once more.
    pub resumed: usize,
}

/// Compares the database with the store. May be broken off and begun anew at any point.
pub async fn sweep(platform: &Platform) -> Result<Swept, Fault> {
    let now = platform.clock.now();
    let mut swept = Swept {
        forgotten: store::forget(
            &mut *platform.pool.acquire().await?,
            now - Duration::hours(EXPECTED_HOURS),
            now - Duration::days(REMEMBERED_DAYS),
        )
        .await?,
        ..Swept::default()
    };
    swept.resumed = resume(platform).await?;
    quarantine(platform, &mut swept).await?;
    photos(platform, &mut swept).await?;
    if swept == Swept::default() {
        tracing::debug!("database and object storage agree");
    } else {
        tracing::info!(
            removed = swept.removed,
            missing = swept.missing,
            found = swept.found,
            forgotten = swept.forgotten,
            resumed = swept.resumed,
            "database and object storage compared"
        );
    }
    if swept.missing > 0 {
        tracing::error!(count = swept.missing, "photos whose objects are gone");
    }
    Ok(swept)
}

/// Has what is stuck looked at once more.
async fn resume(platform: &Platform) -> Result<usize, Fault> {
    let mut db = platform.pool.acquire().await?;
    let before = platform.clock.now() - Duration::minutes(STUCK_MINUTES);
    let stuck = store::stuck(&mut db, before, BATCH).await?;
    for upload in &stuck {
        jobs::add_once(
            &mut db,
            &CheckPhoto { upload: *upload },
            &upload.to_string(),
            None,
        )
        .await?;
    }
    Ok(stuck.len())
}

fn name_of(key: &str) -> Option<Uuid> {
    key.strip_prefix("photos/")?.parse().ok()
}

/// Removes what waits in quarantine for nothing.
async fn quarantine(platform: &Platform, swept: &mut Swept) -> Result<(), Fault> {
    let old = platform.clock.now() - Duration::hours(QUARANTINE_HOURS);
    let mut after: Option<String> = None;
    loop {
        let objects = platform
            .storage
            .list("quarantine/", after.as_deref())
            .await?;
        let Some(last) = objects.last() else {
            return Ok(());
        };
        after = Some(last.key.clone());
        let tokens: Vec<Uuid> = objects
            .iter()
            .filter_map(|object| store::token_of(&object.key))
            .collect();
        let mut db = platform.pool.acquire().await?;
        let open = store::open_tokens(&mut db, &tokens).await?;
        if tokens.len() > FORLORN && !store::knows_uploads(&mut db).await? {
            tracing::error!(
                count = tokens.len(),
                "no upload in quarantine is known; nothing is removed"
            );
            return Err(Fault::Internal);
        }
        drop(db);
        for object in objects {
            let wanted = store::token_of(&object.key).is_some_and(|token| open.contains(&token));
            if !wanted && object.modified < old {
                platform.storage.delete(&object.key).await?;
                swept.removed += 1;
            }
        }
    }
}

/// Removes photos' objects without a row, and marks rows without all of their objects: both lists are read in
/// the order of keys, a piece at a time.
async fn photos(platform: &Platform, swept: &mut Swept) -> Result<(), Fault> {
    let now = platform.clock.now();
    let old = now - Duration::hours(GRACE_HOURS);
    let mut after = "photos/".to_owned();
    loop {
        let mut db = platform.pool.acquire().await?;
        let rows = store::keys_after(&mut db, &after, now - Duration::hours(1), BATCH).await?;
        drop(db);
        let last_row = rows.last().map(|(key, _)| key.clone());
        // What lies between this piece's first and last row; behind the last row of all, everything.
        let until = (rows.len() == usize::try_from(BATCH).unwrap_or(usize::MAX))
            .then_some(last_row)
            .flatten();
        let objects = between(platform, &after, until.as_deref()).await?;
        let prefix = |key: &str| key.rsplit_once('/').map(|(prefix, _)| prefix.to_owned());
        let mut prefixes: Vec<String> = objects.iter().filter_map(|(key, _)| prefix(key)).collect();
        prefixes.dedup();
        let mut db = platform.pool.acquire().await?;
        let mut known = store::known_keys(&mut db, &prefixes).await?;
        // What is being made has no row yet.
        let names: Vec<Uuid> = prefixes.iter().filter_map(|key| name_of(key)).collect();
        for name in store::open_photos(&mut db, &names).await? {
            known.push(format!("photos/{name}"));
        }
        if known.is_empty() && prefixes.len() > FORLORN {
            // Rather the wrong database than so many orphans.
            tracing::error!(
                count = prefixes.len(),
                "no photo in the store is known; nothing is removed"
            );
            return Err(Fault::Internal);
        }
        let whole = |row: &str| {
            let mut count = 0;
            let from = objects.partition_point(|(key, _)| key.as_str() < row);
            for (key, _) in &objects[from..] {
                if prefix(key).as_deref() != Some(row) {
                    break;
                }
                count += 1;
            }
            count == Variant::ALL.len()
        };
        let (mut gone, mut back) = (Vec::new(), Vec::new());
        for (key, missing) in rows {
            match (whole(&key), missing) {
                (false, false) => gone.push(key),
                (true, true) => back.push(key),
                _ => {}
            }
        }
        if gone.len() > FORLORN && objects.is_empty() {
            // Rather the wrong bucket than so many photos.
            tracing::error!(
                count = gone.len(),
                "no photo is in the store; none is marked as missing"
            );
            return Err(Fault::Internal);
        }
        swept.missing += gone.len();
        swept.found += back.len();
        store::mark_missing(&mut db, &gone, Some(now)).await?;
        store::mark_missing(&mut db, &back, None).await?;
        drop(db);
        for (key, modified) in objects {
            let wanted = prefix(&key).is_some_and(|prefix| known.contains(&prefix));
            if !wanted && modified < old {
                platform.storage.delete(&key).await?;
                swept.removed += 1;
            }
        }
        match until {
            Some(key) => after = key,
            None => return Ok(()),
        }
    }
}

/// The objects behind `after` whose keys are at most those of the photo `until`.
async fn between(
    platform: &Platform,
    after: &str,
    until: Option<&str>,
) -> Result<Vec<(String, chrono::DateTime<chrono::Utc>)>, Fault> {
    // An object's key is its photo's, a stroke and a word: behind `after` itself, before `after` and a zero.
    let mut from = format!("{after}0");
    if after.ends_with('/') {
        from = after.to_owned();
    }
    let end = until.map(|until| format!("{until}0"));
    let mut found = Vec::new();
    loop {
        let objects = platform.storage.list("photos/", Some(&from)).await?;
        let Some(last) = objects.last() else {
            return Ok(found);
        };
        from = last.key.clone();
        for object in objects {
            if end.as_ref().is_some_and(|end| object.key >= *end) {
                return Ok(found);
            }
            found.push((object.key, object.modified));
        }
    }
}
