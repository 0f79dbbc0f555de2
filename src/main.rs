//! The command line.

use clap::{Parser, Subcommand};
use leptos::config::{LeptosOptions, get_configuration};
use midline::{
    app::{self, App},
    feature,
    platform::{
        clock::Clock,
        config::{Config, ConfigFaults, DatabaseConfig},
        database, http, telemetry,
    },
};
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use std::{error::Error, path::Path, pin::Pin, process::ExitCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A page is made of many small pieces: an eighth of its time went to the C library's allocator (see
/// `docs/decisions/0002-rendering.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A portal for people under clear-aligner and brace treatment, and for those who treat them.
///
/// Configuration comes from the environment; see the documentation of `platform::config`.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal, and run the background work.
    Serve {
        /// Leave the background work to `midline worker`.
        #[arg(long, env = "WITHOUT_WORKER")]
        without_worker: bool,
    },
    /// Run the background work without serving pages.
    Worker,
    /// Bring the database's schema up to date. Run as the schema's owner.
    Migrate,
    /// Write anew what the program itself says in the documents of the checkout in this folder.
    Docs,
    /// Everything on this machine: database, storage, sign-in and made-up people.
    #[cfg(feature = "demo")]
    Demo(midline::demo::Options),
}

type Failure = Box<dyn Error + Send + Sync>;
type Task = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    #[cfg(feature = "demo")]
    if let Command::Demo(options) = cli.command {
        return midline::demo::run(options);
    }
    telemetry::start();
    let run: Box<dyn FnOnce() -> Result<Task, ConfigFaults>> = match cli.command {
        Command::Serve { without_worker } => {
            Box::new(move || Ok(Box::pin(serve(Config::from_env()?, !without_worker))))
        }
        Command::Worker => Box::new(|| Ok(Box::pin(work(Config::from_env()?)))),
        Command::Docs => Box::new(|| Ok(Box::pin(async { docs() }))),
        Command::Migrate => Box::new(|| Ok(Box::pin(migrate(Config::database_from_env()?)))),
        #[cfg(feature = "demo")]
        Command::Demo(_) => Box::new(|| Ok(Box::pin(async { Ok(()) }))),
    };
    let task = match run() {
        Ok(task) => task,
        Err(faults) => {
            eprintln!("midline: {faults}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("midline: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("midline: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config, with_worker: bool) -> Result<(), Failure> {
    let leptos = site()?;
    let app = App::new(&config, Clock::system()).await?;
    let router = app::router(&app, &config, &leptos, axum::Router::new())?;
    app.warm_up();
    app.look_at_rights();
    app.sweep_sessions();
    app.measure(&config).await?;
    let stop = CancellationToken::new();
    let worker = with_worker.then(|| app.work(stop.clone()));
    let ear = app.listen(stop.clone());
    // Streams end when the server is told to stop; all other requests finish first.
    let stopping = stop.clone();
    let told_to_stop = async move {
        http::stop_signal().await;
        stopping.cancel();
    };
    let listener = TcpListener::bind(leptos.site_addr)
        .await
        .map_err(|error| format!("{} cannot be listened on: {error}", leptos.site_addr))?;
    tracing::info!(address = %leptos.site_addr, "serving");
    http::serve(listener, router, told_to_stop).await?;
    if let Some(worker) = worker {
        worker.await?;
    }
    ear.await?;
    Ok(())
}

/// What `Leptos.toml` says, and whether what it names is there: a server without its stylesheet is none.
fn site() -> Result<LeptosOptions, Failure> {
    const FILE: &str = "Leptos.toml";
    if !Path::new(FILE).is_file() {
        return Err(format!("{FILE} is not in the folder that midline was started in").into());
    }
    let options = get_configuration(Some(FILE))?.leptos_options;
    let built = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    if !built.is_dir() {
        let built = built.display();
        return Err(format!("{built}, which `cargo leptos build` makes, is not there").into());
    }
    Ok(options)
}

/// Background work: jobs, and the removal of ended sessions.
async fn work(config: Config) -> Result<(), Failure> {
    let app = App::new(&config, Clock::system()).await?;
    app.sweep_sessions();
    app.measure(&config).await?;
    tracing::info!("working");
    let stop = CancellationToken::new();
    let worker = app.work(stop.clone());
    let ear = app.listen(stop.clone());
    http::stop_signal().await;
    stop.cancel();
    worker.await?;
    ear.await?;
    Ok(())
}

/// As `CONTRIBUTING.md` says, once a table or a variable of the environment was added.
fn docs() -> Result<(), Failure> {
    feature::write_documents(Path::new("."), &app::FEATURES)?;
    Ok(())
}

async fn migrate(config: DatabaseConfig) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(config.url.expose_secret()).await?;
    database::MIGRATIONS.run(&mut connection).await?;
    tracing::info!("the database is up to date");
    Ok(())
}
