//! Figures for Prometheus: how the dispatcher of this process does, and how all notifications stand. Scraped from a socket of its own.
//!
//! | metric | unit | meaning |
//! |---|---|---|
//! | `midline_notifications` | by `state`: scheduled, due, in_flight, failed | how many stand so, in the database |
//! | `midline_notifications_lag_seconds` | seconds | by how much the oldest that is due is late; over 60 somebody should look |
//! | `midline_dispatched_total` | by `outcome`: push, email, sms, inbox, cancelled, failed, again | what this process's tries came to |
//! | `midline_provider_errors_total` | by `why`, the words of `notification_tries` | tries of this process that did not succeed |
//! | `midline_handover_seconds` | seconds, a histogram | how long the provider took for an answer |

use super::{
    model::{Channel, Settled},
    store::desk,
};
use crate::{feature::figures::Telling, platform::Platform};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{
    sync::{LazyLock, atomic::AtomicU64},
    time::Duration,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cause {
    why: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Standing {
    state: &'static str,
}

/// What this process counts as it goes.
struct Counted {
    dispatched: Family<Outcome, Counter>,
    errors: Family<Cause, Counter>,
    seconds: Histogram,
}

static COUNTED: LazyLock<Counted> = LazyLock::new(|| Counted {
    dispatched: Family::default(),
    errors: Family::default(),
    seconds: Histogram::new([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]),
});

/// Counts what a try came to, and how long it took.
pub fn count(channel: Channel, settled: &Settled, took: Duration) {
    let (outcome, why) = match settled {
        Settled::Sent(_) => (channel.name(), None),
        Settled::Skipped(_) => ("inbox", None),
        Settled::Cancelled => ("cancelled", None),
        Settled::Failed(why) => ("failed", Some(why.word)),
        Settled::Again(why, _) => ("again", Some(why.word)),
    };
    let counted = &*COUNTED;
    counted.dispatched.get_or_create(&Outcome { outcome }).inc();
    if let Some(why) = why {
        counted.errors.get_or_create(&Cause { why }).inc();
    }
    counted.seconds.observe(took.as_secs_f64());
}

/// Adds what is counted here, and how all notifications stand.
pub fn tell<'a>(registry: &'a mut Registry, platform: &'a Platform) -> Telling<'a> {
    Box::pin(add(registry, platform))
}

async fn add(registry: &mut Registry, platform: &Platform) {
    let health = async {
        let mut db = platform.pool.acquire().await?;
        desk::health(&mut db).await
    };
    let counted = &*COUNTED;
    registry.register(
        "dispatched",
        "What tries came to",
        counted.dispatched.clone(),
    );
    registry.register(
        "provider_errors",
        "Tries that did not succeed",
        counted.errors.clone(),
    );
    registry.register_with_unit(
        "handover",
        "How long the provider took",
        Unit::Seconds,
        counted.seconds.clone(),
    );
    match health.await {
        Ok(health) => {
            let standing = Family::<Standing, Gauge>::default();
            for (state, count) in [
                ("scheduled", health.scheduled),
                ("due", health.due),
                ("in_flight", health.in_flight),
                ("failed", health.failed),
            ] {
                standing.get_or_create(&Standing { state }).set(count);
            }
            let lag = Gauge::<f64, AtomicU64>::default();
            lag.set(health.lag);
            registry.register("notifications", "How many stand so", standing);
            registry.register_with_unit(
                "notifications_lag",
                "By how much the oldest that is due is late",
                Unit::Seconds,
                lag,
            );
        }
        // What is counted here is told all the same; that the others are missing is what an alert sees.
        Err(error) => tracing::warn!(%error, "the database could not be asked for figures"),
    }
}
