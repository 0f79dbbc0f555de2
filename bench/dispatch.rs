//! The dispatcher alone, and a push provider that answers at once: what goals 4 to 7 compare.
//!
//! `dispatch provider ADDRESS` counts and times what it is sent, `dispatch work BATCH SETTLED SETTLERS COUNT` hands over so many
//! notifications of the database in `DATABASE_URL` and prints how long it took; with a count of 0 it works until it is ended.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    routing::{get, post},
};
use midline::{
    notifications::{
        dispatcher::{Dispatcher, Settings},
        onesignal::OneSignal,
    },
    platform::live::Live,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;
/// When each key came, in milliseconds since 1970, by this machine's clock.
type Arrivals = Arc<Mutex<HashMap<String, f64>>>;

/// The environment.
#[expect(clippy::disallowed_methods, reason = "a yardstick's own configuration")]
fn variable(name: &str) -> Result<String, std::env::VarError> {
    std::env::var(name)
}

/// Milliseconds since 1970, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "what both programs are timed by")]
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64() * 1000.0
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().unwrap_or_default();
    if next() == "provider" {
        provider(&next()).await
    } else {
        let (batch, settled, settlers, count) = (next(), next(), next(), next());
        let settings = Settings {
            batch: batch.parse()?,
            settled: settled.parse()?,
            settlers: settlers.parse()?,
            ..Settings::default()
        };
        work(settings, count.parse()?).await
    }
}

async fn provider(address: &str) -> Result<(), Failure> {
    let arrivals = Arrivals::default();
    let router = Router::new()
        .route("/notifications", post(take))
        .route("/count", get(count))
        .route("/arrivals", get(drain))
        .with_state(arrivals);
    let listener = tokio::net::TcpListener::bind(address).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

fn hold(arrivals: &Arrivals) -> std::sync::MutexGuard<'_, HashMap<String, f64>> {
    arrivals.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take(State(arrivals): State<Arrivals>, body: Bytes) -> Json<Value> {
    let at = now();
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    let key = sent["contents"]["en"].as_str().unwrap_or_default();
    hold(&arrivals).insert(key.to_owned(), at);
    Json(json!({ "id": Uuid::new_v4(), "external_id": null }))
}

async fn count(State(arrivals): State<Arrivals>) -> String {
    hold(&arrivals).len().to_string()
}

/// All that came since it was asked the last time.
async fn drain(State(arrivals): State<Arrivals>) -> Json<HashMap<String, f64>> {
    Json(std::mem::take(&mut *hold(&arrivals)))
}

async fn work(settings: Settings, count: i64) -> Result<(), Failure> {
    let url = variable("DATABASE_URL")?;
    let pool = PgPoolOptions::new()
        .max_connections(3)
        .connect(&url)
        .await?;
    let provider = OneSignal::new(&midline::platform::config::OneSignalConfig {
        app_id: "bench".to_owned(),
        api_key: SecretString::from("bench"),
        api_url: variable("PROVIDER")?.parse()?,
        sdk_url: variable("PROVIDER")?.parse()?,
        rate: 1_000_000,
        timeout: Duration::from_secs(10),
        lease: settings.lease,
    })?;
    let stop = CancellationToken::new();
    let live = Live::default();
    let dispatcher = Dispatcher::new(&pool, &live, Arc::new(provider), settings);
    tokio::spawn(live.listen(pool.clone(), stop.clone()));
    let begun = Instant::now();
    let working = tokio::spawn(dispatcher.run(stop.clone()));
    if count == 0 {
        println!("ready");
        working.await?;
        return Ok(());
    }
    // The provider is asked how many came: asked all the time, the table's index of what is pending would be read through, with what is
    // settled and not yet cleaned up in it, on the core that the statements to be measured have.
    let arrived = format!("{}count", variable("PROVIDER")?);
    let http = reqwest::Client::new();
    while http
        .get(&arrived)
        .send()
        .await?
        .text()
        .await?
        .parse::<i64>()?
        < count
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What is settled last is among the newest.
    let pending = "select exists (select from (select status from notifications order by id desc limit $1) newest where status = 'pending')";
    while sqlx::query_scalar::<_, bool>(pending)
        .bind(count.min(20_000))
        .fetch_one(&pool)
        .await?
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("{}", begun.elapsed().as_secs_f64());
    stop.cancel();
    working.await?;
    Ok(())
}
