//! The application: its state, its table of routes, and the layers that every request goes through.

use crate::{
    accounts::{self, BeforeTerms, OpenIdProvider, Turned, session},
    audit, campaigns, dentists, desk,
    error::Fault,
    home,
    journeys::{
        self,
        asides::{Part, Telling},
    },
    messages,
    notifications::{
        self,
        dispatcher::{Dispatcher, Settings},
        onesignal::OneSignal,
    },
    office, photos,
    platform::{
        Platform,
        clock::Clock,
        config::Config,
        database,
        http::{
            self, same_site,
            security::{self, SecurityHeaders},
        },
        jobs,
        live::Live,
        storage::Storage,
    },
    reports, reviews,
    ui::{self, Assets},
    wear,
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRef, FromRequestParts, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::{config::LeptosOptions, prelude::provide_context};
use sqlx::PgPool;
use std::{error::Error, io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, services::ServeDir,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

/// No form of Midline's is larger; photos will come another way.
const FORM_LIMIT: usize = 64 * 1024;

/// How long a request may take before it is given up.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);
/// The same for one that brings photos, over whatever connection a phone has.
const INTAKE_TIMEOUT: Duration = Duration::from_secs(600);

/// What the handlers draw on. Each layer of each request clones it.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    platform: Platform,
    pushes: Arc<OneSignal>,
    /// A dispatcher's.
    lease: Duration,
    provider: OpenIdProvider,
    security: SecurityHeaders,
}

impl FromRef<App> for Platform {
    fn from_ref(app: &App) -> Self {
        app.0.platform.clone()
    }
}

impl FromRef<App> for OpenIdProvider {
    fn from_ref(app: &App) -> Self {
        app.0.provider.clone()
    }
}

impl App {
    /// Puts the application together. Nothing is asked of database, storage or provider yet, so that
    /// one which is still starting keeps nothing else from starting.
    ///
    /// # Errors
    /// When an address in the configuration cannot be used.
    pub async fn new(config: &Config, clock: Clock) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let pool = database::connect(&config.database)?;
        Self::with_pool(config, clock, pool).await
    }

    /// The same on a pool that exists already, as in tests.
    ///
    /// # Errors
    /// When an address in the configuration cannot be used.
    pub async fn with_pool(
        config: &Config,
        clock: Clock,
        pool: PgPool,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let security = SecurityHeaders::new(config);
        let provider = OpenIdProvider::new(
            config.oidc.clone(),
            &config.web,
            security.clone(),
            clock.clone(),
        )?;
        let storage = Storage::connect(&config.storage).await;
        journeys::asides::install(tell);
        messages::heads::install(reports::heads, reports::heard);
        Ok(Self(Arc::new(Parts {
            platform: Platform {
                pool,
                clock,
                storage,
                live: Live::default(),
                web: Arc::new(config.web.clone()),
                photos: config.photos,
                push: Arc::new(config.onesignal.clone()),
            },
            pushes: Arc::new(OneSignal::new(&config.onesignal)?),
            lease: config.onesignal.lease,
            provider,
            security,
        })))
    }

    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    /// Reads the provider's metadata ahead of the first sign-in.
    pub fn warm_up(&self) {
        let provider = self.0.provider.clone();
        tokio::spawn(async move { provider.warm_up().await });
    }

    /// Says in the log if the database's user may do more than the server needs, as soon as the database answers.
    pub fn look_at_rights(&self) {
        let pool = self.0.platform.pool.clone();
        tokio::spawn(async move {
            loop {
                match database::may_too_much(&pool).await {
                    Ok(false) => return,
                    Ok(true) => {
                        tracing::warn!(
                            "the server signs in to the database as a user who may change what nobody should: make one that is a member of midline_app and nothing else"
                        );
                        return;
                    }
                    Err(_) => tokio::time::sleep(Duration::from_secs(30)).await,
                }
            }
        });
    }

    /// Hears of what happens elsewhere, until `stop`; then ends what listens.
    pub fn listen(&self, stop: CancellationToken) -> JoinHandle<()> {
        let Platform { pool, live, .. } = self.0.platform.clone();
        tokio::spawn(live.listen(pool, stop))
    }

    /// Serves figures for Prometheus from now on, if the configuration says where.
    ///
    /// # Errors
    /// When that address cannot be listened on.
    pub async fn measure(&self, config: &Config) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(address) = config.metrics else {
            return Ok(());
        };
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| format!("{address} cannot be listened on: {error}"))?;
        let figures = notifications::metrics::router(self.0.platform.clone());
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, figures).await {
                tracing::error!(%error, "figures are no longer served");
            }
        });
        Ok(())
    }

    /// Works on background jobs and hands notifications over until `stop`; whoever waits for the task lets those that are under way
    /// end.
    pub fn work(&self, stop: CancellationToken) -> JoinHandle<()> {
        let platform = self.0.platform.clone();
        let workshop = photos::worker::Workshop::new(platform.clone());
        let dispatcher = self.dispatcher(Settings {
            lease: self.0.lease,
            ..Settings::default()
        });
        tokio::spawn(async move {
            let jobs = jobs::work(platform.pool.clone(), stop.clone(), |options| {
                let options = photos::worker::jobs(jobs::on(options, &platform), &workshop);
                let options = reviews::worker::jobs(reports::worker::jobs(options));
                campaigns::worker::jobs(options)
            });
            tokio::join!(jobs, dispatcher.run(stop));
        })
    }

    pub fn dispatcher(&self, settings: Settings) -> Dispatcher {
        let Platform { pool, live, .. } = &self.0.platform;
        Dispatcher::new(pool, live, self.0.pushes.clone(), settings)
    }

    /// Removes ended sessions, now and every ten minutes.
    pub fn sweep_sessions(&self) {
        let Platform { pool, clock, .. } = self.0.platform.clone();
        tokio::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(600));
            loop {
                every.tick().await;
                match session::sweep(&pool, clock.now()).await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "ended sessions removed"),
                    Err(error) => tracing::warn!(%error, "ended sessions could not be removed"),
                }
            }
        });
    }
}

/// What stands between a journey's events, newest first: decisions, and what was reported.
fn tell<'a>(db: &'a mut sqlx::PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        let mut told = reviews::tell(&mut *db, part).await?;
        told.extend(reports::tell(&mut *db, part).await?);
        told.sort_by_key(|aside| std::cmp::Reverse(aside.at));
        Ok(told)
    })
}

/// Every page, form and server function. `tests/http/authority.rs` holds it against the table of who
/// may do what.
fn pages() -> Router<App> {
    let server_functions = post(server_function);
    let mut router = Router::new()
        .merge(accounts::routes())
        .merge(home::routes())
        .merge(journeys::routes())
        .merge(photos::routes())
        .merge(photos::direct_routes())
        .merge(reviews::routes())
        .merge(reports::routes())
        .merge(dentists::routes())
        .merge(messages::routes())
        .merge(notifications::routes())
        .merge(campaigns::routes())
        .merge(desk::routes())
        .merge(wear::routes())
        .merge(office::routes())
        .route("/health/live", get(live))
        .route("/health/ready", get(ready));
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        router = router.route(path, server_functions.clone());
    }
    router.route_layer(from_fn(http::note_route))
}

/// Answers an island's call.
async fn server_function(State(platform): State<Platform>, mut request: Request<Body>) -> Response {
    // Asked for a page, Leptos would send the browser to whatever `Referer` says, with the error in the
    // address. Islands ask for less; forms have routes of their own.
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = leptos_axum::handle_server_fns_with_context(
        move || provide_context(platform.clone()),
        request,
    )
    .await;
    let (mut parts, body) = answer.into_response().into_parts();
    if !parts.status.is_server_error() {
        return Response::from_parts(parts, body);
    }
    // Leptos answers 500 whatever the fault is.
    let bytes = axum::body::to_bytes(body, 1024).await.unwrap_or_default();
    let fault = Fault::named(&bytes).unwrap_or(Fault::Internal);
    parts.status = StatusCode::from_u16(fault.status()).unwrap_or(parts.status);
    Response::from_parts(parts, Body::from(bytes))
}

/// The whole of it, ready to be served; with `more` pages, as the demo has. Fails if the list of what
/// the browser is given is not beside the program.
pub fn router(
    app: &App,
    config: &Config,
    options: &LeptosOptions,
    more: Router<App>,
) -> io::Result<Router> {
    Assets::read(options)?.install();
    let sessions = session::layer(
        app.0.platform.pool.clone(),
        app.0.platform.clock.clone(),
        config.session,
        &config.web,
    );
    let site = options.site_root.to_string();
    // Which of a file's encodings it is depends on what the browser takes: caches between are to know, of 304 as of 200.
    let varies = || {
        SetResponseHeaderLayer::if_not_present(
            header::VARY,
            HeaderValue::from_static("accept-encoding"),
        )
    };
    // Names that hold a hash of their contents never change what they mean.
    let built = ServiceBuilder::new()
        .layer(varies())
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            cache_found("public, max-age=31536000, immutable"),
        ))
        .service(ServeDir::new(format!("{site}/{}", options.site_pkg_dir)).precompressed_br());
    let public = ServiceBuilder::new()
        .layer(varies())
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            cache_found("public, max-age=86400"),
        ))
        .service(
            ServeDir::new(&site)
                .append_index_html_on_directories(false)
                .precompressed_br()
                .call_fallback_on_method_not_allowed(true)
                .fallback(
                    Router::new()
                        .fallback(missing)
                        .layer(sessions.clone())
                        .with_state(app.clone()),
                ),
        );

    let intake = photos::intake_routes()
        .merge(reports::intake_routes())
        .merge(messages::intake_routes())
        .route_layer(from_fn(http::note_route))
        .layer(from_fn_with_state(app.clone(), refuse_cross_site))
        .layer(sessions.clone())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            INTAKE_TIMEOUT,
        ));
    let router = pages()
        .merge(more)
        .layer(from_fn_with_state(app.clone(), note_malformed))
        .layer(from_fn_with_state(app.clone(), refuse_cross_site))
        .layer(sessions)
        .layer(from_fn(|request, next| {
            ui::keep_form(FORM_LIMIT, request, next)
        }))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .merge(intake)
        .merge(ui::module_routes([
            &ui::ATTACH,
            &ui::PALETTE,
            &ui::VIEWER,
            &reviews::CASE,
            &messages::COMPOSER,
            &reports::ARRIVING,
        ]))
        .merge(ui::module_routes(photos::MODULES))
        .nest_service(&format!("/{}", options.site_pkg_dir), built)
        .fallback_service(public)
        .layer(from_fn(refuse_impossible_names))
        .layer(from_fn(http::without_nul))
        .layer(from_fn_with_state(
            session::Removal::of(&config.web),
            session::remove_wholly,
        ))
        .layer(CatchPanicLayer::custom(ui::panic_answer))
        .layer(CompressionLayer::new())
        .layer(from_fn(ui::fault_pages))
        .layer(from_fn_with_state(
            (
                app.0.platform.clock.clone(),
                Arc::from(config.clinic_telephone.as_str()),
            ),
            ui::read_reader,
        ))
        .layer(from_fn_with_state(
            app.0.security.clone(),
            security::headers,
        ))
        .layer(from_fn(http::observe))
        .with_state(app.clone());
    Ok(router)
}

/// What was found may be kept; that something is missing may not.
fn cache_found<B>(
    value: &'static str,
) -> impl Fn(&axum::http::Response<B>) -> Option<HeaderValue> + Clone {
    move |response| {
        let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        Some(HeaderValue::from_static(if found {
            value
        } else {
            "no-store"
        }))
    }
}

/// Refuses other sites' pages, with an audit row for what is refused in somebody's name.
async fn refuse_cross_site(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    if same_site::allows(&app.0.platform.web, &request) {
        return next.run(request).await;
    }
    let (mut parts, _) = request.into_parts();
    if let Ok(BeforeTerms(mut signed_in)) = BeforeTerms::from_request_parts(&mut parts, &app).await
    {
        let entry = signed_in.act.entry("request.cross_site").refused();
        if let Err(error) = audit::record(&mut signed_in.db, entry).await {
            tracing::warn!(%error, "a refusal could not be recorded");
        }
    }
    Fault::CrossSite.into_response()
}

/// Records that something unreadable was sent about somebody: of one whom the sender has nothing to do with, as a refusal that the
/// person can read of.
async fn note_malformed(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let sent = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if !sent || accounts::named_in(request.uri().path()).is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let response = next.run(request).await;
    if response.extensions().get::<Fault>() == Some(&Fault::Malformed)
        && let Ok(BeforeTerms(signed_in)) = BeforeTerms::from_request_parts(&mut parts, &app).await
        && let Err(error) = accounts::record_malformed(signed_in, &parts).await
    {
        tracing::warn!(%error, "a refusal could not be recorded");
    }
    response
}

/// The longest name that file systems know, in bytes.
const LONGEST_NAME: usize = 255;

/// No page and no file has a longer name, or one with a NUL in it; asked for one, the file system or the database would
/// fail.
async fn refuse_impossible_names(request: Request<Body>, next: Next) -> Response {
    if request
        .uri()
        .path()
        .split('/')
        .any(|name| name.len() > LONGEST_NAME || name.contains("%00"))
    {
        return Fault::NotFound.into_response();
    }
    next.run(request).await
}

/// No such page. Whoever is signed in is told so in their own language and surroundings, which is why
/// they are looked up.
async fn missing(_: Result<BeforeTerms, Turned>) -> Fault {
    Fault::NotFound
}

/// The process runs.
async fn live() -> &'static str {
    "live\n"
}

/// The process can serve: the database is reachable and migrated.
async fn ready(State(platform): State<Platform>) -> (StatusCode, String) {
    match database::ready(&platform.pool).await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {why}\n"),
        ),
    }
}
