//! Background work: making photos of what was sent, and removing what nobody needs any more.

use super::{
    limits,
    model::{Rejection, Variant},
    processing, service,
    store::{self, State},
    sweep,
};
use crate::{
    error::Fault,
    platform::{Platform, jobs, storage::StorageError},
};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};
use tokio::sync::Semaphore;

/// How often a picture is begun to be decoded before it is taken to be one that ends the program.
const DECODES: i16 = 3;
/// How long it is tried to read what arrived whole and is another now.
const PATIENCE: chrono::Duration = chrono::Duration::hours(1);

/// What jobs need, one for all of a process.
#[derive(Clone)]
pub struct Workshop {
    platform: Platform,
    /// A permit a megapixel.
    seats: Arc<Semaphore>,
}

impl Workshop {
    pub fn new(platform: Platform) -> Self {
        let seats = usize::try_from(limits::MEGAPIXELS_AT_ONCE).unwrap_or(1);
        Self {
            platform,
            seats: Arc::new(Semaphore::new(seats)),
        }
    }
}

impl fmt::Debug for Workshop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Workshop")
    }
}

/// The jobs of photos.
pub fn jobs(options: WorkerOptions, platform: &Platform) -> WorkerOptions {
    let options = options
        .add_extension(Workshop::new(platform.clone()))
        .define_job::<CheckPhoto>()
        .define_job::<RemoveObjects>()
        .define_job::<Sweep>();
    // Database and store are compared.
    jobs::hourly::<Sweep>(options, 20)
}

/// Looks at what a patient sent, and makes a photo of it or says why not.
#[derive(Deserialize, Serialize)]
pub struct CheckPhoto {
    pub upload: i64,
}

impl TaskHandler for CheckPhoto {
    const IDENTIFIER: &'static str = "photos.check";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let workshop = workshop(&context)?;
        check(workshop, self.upload).await.map_err(Failed::from)
    }
}

/// Removes the objects of a photo, or of one that did not become any.
#[derive(Deserialize, Serialize)]
pub struct RemoveObjects {
    /// Their prefix.
    pub key: String,
}

impl TaskHandler for RemoveObjects {
    const IDENTIFIER: &'static str = "photos.remove";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let workshop = workshop(&context)?;
        for variant in Variant::ALL {
            let key = format!("{}/{}", self.key, variant.name());
            workshop.platform.storage.delete(&key).await?;
        }
        Ok::<(), Failed>(())
    }
}

/// Compares database and store.
#[derive(Deserialize, Serialize)]
pub struct Sweep {}

impl TaskHandler for Sweep {
    const IDENTIFIER: &'static str = "photos.sweep";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let workshop = workshop(&context)?;
        sweep::sweep(&workshop.platform)
            .await
            .map_err(Failed::from)?;
        Ok::<(), Failed>(())
    }
}

/// Why a job will be tried again. Kept with the job: a word, never a row's contents.
#[derive(Debug)]
pub struct Failed(#[expect(dead_code, reason = "the queue keeps how it is printed")] &'static str);

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self(fault.name())
    }
}

impl From<StorageError> for Failed {
    fn from(error: StorageError) -> Self {
        Fault::from(error).into()
    }
}

fn workshop(context: &WorkerContext) -> Result<&Workshop, Failed> {
    context.get_ext::<Workshop>().ok_or(Failed("no workshop"))
}

/// From quarantine to the gallery. Each step may be the last before a crash: run again, it writes the same
/// objects under the same names, and the row appears, or the reason, once.
#[tracing::instrument(skip_all, fields(upload.id = id))]
async fn check(workshop: &Workshop, id: i64) -> Result<(), Fault> {
    let Platform {
        pool,
        storage,
        clock,
        ..
    } = &workshop.platform;
    let Some(upload) = store::locked(&mut *pool.acquire().await?, id).await? else {
        return Ok(());
    };
    if upload.state == State::Received {
        let digest = upload.sha256.clone().unwrap_or_default();
        let read = storage
            .read(&upload.quarantine(), limits::BYTES, &digest)
            .await;
        let made = match read {
            Ok(bytes) => decode(workshop, &upload, bytes).await?,
            // Read wrongly once, it may be read rightly the next time.
            Err(StorageError::Other) if clock.now() - upload.created < PATIENCE => {
                return Err(Fault::Unavailable);
            }
            Err(StorageError::Missing | StorageError::Other) => Err(Rejection::Lost),
            Err(error) => return Err(error.into()),
        };
        if let Ok(photo) = &made {
            let key = upload.photo_key();
            for (variant, bytes) in &photo.variants {
                let key = format!("{key}/{}", variant.name());
                storage.put(&key, "image/jpeg", bytes.clone()).await?;
            }
        }
        let outcome = made.as_ref().map_err(|rejection| *rejection);
        service::settle(&mut *pool.acquire().await?, id, outcome, clock.now()).await?;
    }
    storage.delete(&upload.quarantine()).await?;
    Ok(())
}

/// Makes a photo on a thread of its own, as soon as there are seats for its megapixels. One that was begun before and
/// came to no end is alone in the room.
async fn decode(
    workshop: &Workshop,
    upload: &store::Upload,
    bytes: Vec<u8>,
) -> Result<Result<processing::Photo, Rejection>, Fault> {
    let (width, height) = match processing::inspect(&bytes) {
        Ok(size) => size,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let megapixels = u64::from(width) * u64::from(height) / 1_000_000 + 1;
    let all = limits::MEGAPIXELS_AT_ONCE;
    let seats = match upload.decodes {
        0 => u32::try_from(megapixels).unwrap_or(all).min(all),
        _ => all,
    };
    let _seats = workshop.seats.clone().acquire_many_owned(seats).await.ok();
    let pool = &workshop.platform.pool;
    let begun = store::count_decode(&mut *pool.acquire().await?, upload.id).await?;
    if begun > DECODES {
        return Ok(Err(Rejection::Unreadable));
    }
    let made = tokio::task::spawn_blocking(move || processing::process(&bytes))
        .await
        .unwrap_or(Err(Rejection::Unreadable));
    store::decoded(&mut *pool.acquire().await?, upload.id).await?;
    Ok(made)
}
