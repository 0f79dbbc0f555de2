//! The embedded stack: everything that Midline needs, on this machine, with made-up people.
//!
//! A private PostgreSQL cluster, an S3 server on a folder, a certified OpenID provider laid out like
//! Cognito, a mail server, and stand-ins for those who push and send text messages, all on loopback addresses, all stopped with Midline. Their data live in `.midline/` and
//! outlast a restart. Built with the cargo feature `demo` only, so that a production program cannot
//! hold any of it.

mod components;
pub mod drawing;
pub mod mail;
pub mod objects;
mod people;
pub mod postgres;
mod provider;
pub mod push;
mod seeding;
mod stories;
pub mod texts;
mod went_out;

use crate::{
    app::{self, App},
    platform::{clock::Clock, config::Config, http},
};
use leptos::config::get_configuration;
use std::{
    collections::BTreeMap,
    error::Error,
    fs::{self, File},
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn Error + Send + Sync>;

#[derive(clap::Args)]
pub struct Options {
    /// Port of the portal.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
    /// Where the stack keeps its data.
    #[arg(long, env = "MIDLINE_DATA", default_value = ".midline")]
    data: PathBuf,
    /// How much of the database stays in memory, as PostgreSQL says it.
    #[arg(long, env = "MIDLINE_BUFFERS", default_value = "64MB")]
    buffers: String,
    /// Log to standard error instead of a file in the data folder.
    #[arg(long, env = "MIDLINE_LOG_STDERR")]
    log: bool,
    /// Let tests switch faults of the OpenID provider.
    #[arg(long, env = "MIDLINE_FAULTS", hide = true)]
    faults: bool,
}

/// Runs the stack and the portal until Ctrl-C or SIGTERM.
pub fn run(options: Options) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("midline: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(demo(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("midline: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Ports that the stack would like; any free one does.
const POSTGRES_PORT: u16 = 54329;
const OBJECTS_PORT: u16 = 54330;
const PROVIDER_PORT: u16 = 54331;
const PUSH_PORT: u16 = 54332;
const MAIL_PORT: u16 = 54333;
const TEXTS_PORT: u16 = 54334;

async fn demo(options: &Options) -> Result<(), Failure> {
    fs::create_dir_all(&options.data)?;
    let data = options.data.canonicalize()?;
    let _lock = lock(&data)?;
    log_to(&data, options.log)?;

    let portal: SocketAddr = (Ipv4Addr::LOCALHOST, options.port).into();
    let listener = TcpListener::bind(portal).await.map_err(|_| {
        format!(
            "port {} is taken by another program: stop it, or choose another with PORT=3100",
            options.port
        )
    })?;
    let public_url = format!("http://{portal}");

    // Until each has taken its ports: two stacks that start at once would find the same ones free.
    let starting = alone();
    say("starting PostgreSQL");
    let postgres = postgres::start(&data, free_port(POSTGRES_PORT)?, &options.buffers).await?;
    say("starting the object storage");
    let objects =
        objects::start(&data.join("objects"), free_port(OBJECTS_PORT)?, &public_url).await?;
    let people = people::all();
    say("starting the sign-in provider");
    let mut provider = provider::start(
        &data,
        free_port(PROVIDER_PORT)?,
        &public_url,
        &people,
        options.faults,
    )
    .await?;

    say("starting the push provider");
    let pushes = push::Push::start(free_port(PUSH_PORT)?, 1).await?;
    say("starting the mail server and the text message provider");
    let mails = mail::MailServer::start(free_port(MAIL_PORT)?).await?;
    let texts = texts::Texts::start(free_port(TEXTS_PORT)?).await?;
    drop(starting);

    let environment = BTreeMap::from([
        ("DATABASE_URL", postgres.server_url()),
        ("MIGRATION_DATABASE_URL", postgres.owner_url()),
        ("PUBLIC_URL", public_url.clone()),
        // Of the range that is kept free for stories.
        ("CLINIC_TELEPHONE", "+49 30 23125 000".to_owned()),
        ("OIDC_ISSUER_URL", provider.issuer.clone()),
        ("OIDC_CLIENT_ID", provider::CLIENT_ID.to_owned()),
        ("OIDC_CLIENT_SECRET", provider.client_secret.clone()),
        ("PHOTOS_DIRECT", "true".to_owned()),
        ("S3_BUCKET", objects::BUCKET.to_owned()),
        ("S3_ENDPOINT_URL", objects.url.clone()),
        ("AWS_ACCESS_KEY_ID", objects.access_key.clone()),
        ("AWS_SECRET_ACCESS_KEY", objects.secret_key.clone()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("ONESIGNAL_APP_ID", "demo".to_owned()),
        ("ONESIGNAL_API_KEY", push::API_KEY.to_owned()),
        ("ONESIGNAL_API_URL", pushes.url.clone()),
        ("ONESIGNAL_SDK_URL", format!("{}sdks/web/v16/", pushes.url)),
        ("SMTP_URL", mails.url.clone()),
        ("SMTP_FROM", "Midline <midline@midline.example>".to_owned()),
        ("EMAIL_SECRET", secret(&data, "email-secret")?),
        ("EMAIL_BOUNCE_SECRET", secret(&data, "bounce-secret")?),
        ("TWILIO_ACCOUNT_SID", texts::ACCOUNT.to_owned()),
        ("TWILIO_AUTH_TOKEN", texts::TOKEN.to_owned()),
        ("TWILIO_FROM", "+493023125000".to_owned()),
        ("TWILIO_API_URL", texts.url.clone()),
    ]);
    let config = Config::read(&|name| environment.get(name).cloned())?;
    postgres.migrate().await?;
    let clock = Clock::system();
    let app = App::new(&config, clock.clone()).await?;
    seeding::seed(
        &postgres.owner_url(),
        &app.platform().storage,
        &people,
        clock.now(),
    )
    .await?;
    // A browser of theirs shows notifications once it was switched on; of patients all do.
    for person in seeding::office(&postgres.owner_url()).await? {
        pushes.ledger().without_device.insert(person.to_string());
    }
    let _environment_file = write_environment(&data, &environment)?;

    let mut leptos = get_configuration(Some("Leptos.toml"))?.leptos_options;
    leptos.site_addr = portal;
    app.warm_up();
    app.sweep_sessions();
    let stop = CancellationToken::new();
    let worker = app.work(stop.clone());
    let ear = app.listen(stop.clone());
    let stopping = stop.clone();
    let told_to_stop = async move {
        http::stop_signal().await;
        stopping.cancel();
    };
    welcome(&public_url, &people);
    http::serve(
        listener,
        app::router(
            &app,
            &config,
            &leptos,
            went_out::routes(&pushes, &mails, &texts).merge(components::routes()),
        )?,
        told_to_stop,
    )
    .await?;
    say("stopping");
    worker.await?;
    ear.await?;
    provider.stop().await;
    drop(pushes);
    drop(mails);
    drop(texts);
    drop(objects);
    postgres.stop().await;
    say("stopped");
    Ok(())
}

fn say(what: &str) {
    println!("  {what}");
}

/// One stack a data folder: the lock goes with the process, however it ends.
fn lock(data: &Path) -> Result<File, Failure> {
    let file = File::create(data.join("lock"))?;
    file.try_lock().map_err(|_| {
        format!("Midline is running already on {}: stop that one first, or give this one MIDLINE_DATA=another-folder", data.display())
    })?;
    Ok(file)
}

fn log_to(data: &Path, stderr: bool) -> Result<(), Failure> {
    if stderr {
        crate::platform::telemetry::start();
        return Ok(());
    }
    let file = File::create(data.join("midline.log"))?;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(
            "info,aws_smithy_runtime=warn,s3s=warn,tower_sessions_core=error",
        )
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .json()
        .with_writer(std::sync::Mutex::new(file))
        .init();
    Ok(())
}

/// Waits until no other stack of this machine is choosing its ports. Where the file is somebody else's, nobody is waited for.
fn alone() -> Option<fs::File> {
    let file = fs::File::create(std::env::temp_dir().join("midline-starting")).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// `wanted`, or whatever is free if something else has it.
fn free_port(wanted: u16) -> Result<u16, Failure> {
    let bind = |port| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = bind(wanted).or_else(|_| bind(0))?;
    Ok(listener.local_addr()?.port())
}

/// A word that nobody can guess, kept for the next start.
fn secret(data: &Path, name: &str) -> Result<String, Failure> {
    let path = data.join(name);
    if let Ok(secret) = fs::read_to_string(&path)
        && secret.len() == 32
    {
        return Ok(secret);
    }
    let secret = format!("{:032x}", rand::random::<u128>());
    private_file(&path)?.write_all(secret.as_bytes())?;
    Ok(secret)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// The stack's environment for shells and scripts (`make env`); there while it runs.
struct EnvironmentFile(PathBuf);

impl Drop for EnvironmentFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn write_environment(
    data: &Path,
    environment: &BTreeMap<&str, String>,
) -> Result<EnvironmentFile, Failure> {
    let path = data.join("env");
    let mut file = private_file(&path)?;
    for (name, value) in environment {
        writeln!(file, "export {name}='{value}'")?;
    }
    Ok(EnvironmentFile(path))
}

fn welcome(url: &str, people: &[people::Account]) {
    println!("\nMidline is ready: {url}\n\nSign in as:");
    for account in people.iter().filter(|account| !account.purpose.is_empty()) {
        println!("  {:<32} {}", account.email, account.purpose);
    }
    println!("\nWhat went out, for staff and administrators: {url}/demo/pushes");
    println!("\nCtrl-C stops everything that was started.");
}
