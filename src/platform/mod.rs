//! What every feature stands on and none of them owns: configuration, database, object storage,
//! clock, telephone numbers, HTTP layers, telemetry. Nothing in here knows a feature.

pub mod clock;
pub mod config;
pub mod database;
pub mod http;
pub mod jobs;
pub mod live;
pub mod storage;
pub mod telemetry;
pub mod telephone;

use clock::Clock;
use sqlx::PgPool;
use std::sync::Arc;
use storage::Storage;

/// The handles a request may need, cloned into each; all of them are cheap to clone.
#[derive(Clone)]
pub struct Platform {
    pub pool: PgPool,
    pub clock: Clock,
    pub storage: Storage,
    /// What happens elsewhere.
    pub live: live::Live,
    /// Where browsers find Midline.
    pub web: Arc<config::WebConfig>,
    /// How photos travel between browsers and the store.
    pub photos: config::PhotosConfig,
    /// Where browsers find the push provider, and what it calls us.
    pub push: Arc<config::OneSignalConfig>,
    /// How mail goes out, and what seals the addresses in it. None: nothing is mailed.
    pub email: Option<Arc<config::SmtpConfig>>,
    /// Whether text messages are sent.
    pub sms: bool,
}

impl Platform {
    /// The address of `path` as a browser sees it.
    pub fn address(&self, path: &str) -> String {
        self.web.address(path)
    }
}
