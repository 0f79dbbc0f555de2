//! The application as tests meet it.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use midline::{
    accounts::{TERMS_VERSION, session},
    app::{self, App},
    feature::Feature,
    platform::{clock::Clock, config::Config},
};
use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{path::Path, time::Duration};
use tower::ServiceExt;
use tower_sessions::session::Id;

/// Where the clock of every test stands to begin with: a Tuesday at noon in Berlin.
pub const NOW: &str = "2026-03-17T11:00:00Z";

/// What is told, with how its push stands.
pub const QUEUE: &str = "(select n.*, d.id as delivery_id, d.state, d.due_at, d.tries, d.fence, d.first_tried_at, d.cancel_wanted, d.error as failure
    from notifications n join deliveries d on d.notification_id = n.id and d.channel = 'push') as queue";

pub struct TestApp {
    router: Router,
    pub app: App,
    /// As the schema's owner: for what a test arranges and looks up.
    pub owner: PgPool,
    /// As the server sees the database.
    pub pool: PgPool,
    pub clock: Clock,
}

/// Somebody signed in: the session's cookie and the person's id.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub id: i64,
    pub cookie: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    /// As people read it: a space that keeps two words on one line is a space.
    pub text: String,
    pub bytes: axum::body::Bytes,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap_or_default())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(
            self.text.contains(words),
            "{words:?} is not in: {}",
            self.text
        );
        self
    }

    /// The fields to which the summary of what is wrong leads. Each stands on the page, once, and the title begins with it.
    #[track_caller]
    pub fn points_at(&self) -> Vec<&str> {
        let between = |from: &str, to: &str| {
            let rest = self.text.split_once(from).map_or("", |(_, rest)| rest);
            rest.split_once(to).map_or("", |(inside, _)| inside)
        };
        let title = between("<title>", "</title>");
        assert!(title.starts_with("Error: "), "{title:?}: {}", self.text);
        let fields: Vec<&str> = between("class=\"error-summary\"", "</ul>")
            .split("href=\"#")
            .skip(1)
            .filter_map(|link| Some(link.split_once('"')?.0))
            .collect();
        assert!(!fields.is_empty(), "no summary: {}", self.text);
        for field in &fields {
            let there = self.text.matches(&format!(" id=\"{field}\"")).count();
            assert_eq!(there, 1, "{field}: {}", self.text);
        }
        fields
    }
}

/// Puts something else in the place of a function of the database, if `scripts/mutants.sh` asks for it: so it sees which test notices.
#[expect(
    clippy::disallowed_methods,
    reason = "what a test is tried against is no configuration of Midline's"
)]
async fn mutate(owner: &PgPool) {
    if let Ok(mutant) = std::env::var("MIDLINE_MUTANT") {
        let mutant = sqlx::AssertSqlSafe(mutant);
        owner.execute(mutant).await.expect("a mutant");
    }
}

/// After so many milliseconds.
pub async fn later<F: Future>(milliseconds: u64, of: F) -> F::Output {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    of.await
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

pub fn config() -> Config {
    config_at("http://127.0.0.1:3000")
}

/// The configuration of a server that browsers find at `public_url`.
pub fn config_at(public_url: &str) -> Config {
    config_with(&[("PUBLIC_URL", public_url)])
}

/// The configuration of tests, with some of it otherwise.
pub fn config_with(otherwise: &[(&str, &str)]) -> Config {
    let vars = [
        // Never connected to: the tests bring their own pool.
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("PUBLIC_URL", "http://127.0.0.1:3000"),
        ("CLINIC_TELEPHONE", "+49 30 23125 000"),
        // Nothing listens there: a provider that is down.
        ("OIDC_ISSUER_URL", "http://127.0.0.1:9"),
        ("OIDC_CLIENT_ID", "midline"),
        ("OIDC_CLIENT_SECRET", "secret"),
        ("S3_BUCKET", "photos"),
        ("S3_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-central-1"),
        ("ONESIGNAL_APP_ID", "app"),
        ("ONESIGNAL_API_KEY", "key"),
        // Nobody answers there.
        ("ONESIGNAL_API_URL", "http://127.0.0.1:9/"),
    ];
    Config::read(&|name| {
        otherwise
            .iter()
            .chain(&vars)
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
    .expect("a good configuration")
}

impl TestApp {
    pub async fn new(options: PgConnectOptions, owner: PgPool) -> Self {
        Self::with_connections(8, options, owner).await
    }

    /// With a pool of this size, so that a request which takes more waits in vain.
    pub async fn with_connections(count: u32, options: PgConnectOptions, owner: PgPool) -> Self {
        Self::with_config(config(), count, options, owner).await
    }

    pub async fn with_config(
        config: Config,
        count: u32,
        options: PgConnectOptions,
        owner: PgPool,
    ) -> Self {
        Self::made(config, count, Path::new("target/none"), options, owner).await
    }

    /// With files for browsers in `site`.
    pub async fn with_site(site: &Path, options: PgConnectOptions, owner: PgPool) -> Self {
        Self::made(config(), 1, site, options, owner).await
    }

    async fn made(
        config: Config,
        count: u32,
        site: &Path,
        options: PgConnectOptions,
        owner: PgPool,
    ) -> Self {
        // The server's own rights, no more: what it may not do fails here, too.
        let pool = PgPoolOptions::new()
            .max_connections(count)
            // What waits for a second connection while it holds the only one waits in vain.
            .acquire_timeout(Duration::from_secs(if count == 1 { 4 } else { 30 }))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("set role midline_app").await?;
                    Ok(())
                })
            })
            .connect_with(options.application_name("midline"))
            .await
            .expect("a database");
        // Whoever chose no language and has read nothing yet is told in English here.
        sqlx::query("update clinic set language = 'en'")
            .execute(&owner)
            .await
            .expect("a clinic");
        mutate(&owner).await;
        let clock = Clock::fixed(at(NOW));
        let app = App::with_pool(&config, clock.clone(), pool.clone())
            .await
            .expect("an application");
        let leptos = leptos::config::LeptosOptions::builder()
            .output_name("midline")
            .site_root(site.to_str().expect("a path"))
            .build();
        Self {
            router: app::router(&app, &config, &leptos, axum::Router::new()).expect("assets"),
            app,
            owner,
            pool,
            clock,
        }
    }

    /// The same people and data, met by an application of some of the features only.
    pub async fn with_features(&self, features: Vec<&'static Feature>) -> Self {
        let config = config();
        let (clock, pool) = (self.clock.clone(), self.pool.clone());
        let app = App::with_features(&config, clock.clone(), pool.clone(), features)
            .await
            .expect("an application");
        let leptos = leptos::config::LeptosOptions::builder()
            .output_name("midline")
            .site_root("target/none")
            .build();
        Self {
            router: app::router(&app, &config, &leptos, axum::Router::new()).expect("assets"),
            app,
            owner: self.owner.clone(),
            pool,
            clock,
        }
    }

    /// Opens an account and signs it in.
    pub async fn visitor(&self, role: &str) -> Visitor {
        let id: i64 = sqlx::query_scalar(
            "insert into users (email, first_name, last_name, terms_accepted, terms_version, terms_accepted_at)
             values (md5(random()::text) || '@midline.example', 'Mia', 'Berger', true, $1, now()) returning id",
        )
        .bind(TERMS_VERSION)
        .fetch_one(&self.owner)
        .await
        .expect("a user");
        sqlx::query("insert into user_roles (user_id, role) values ($1, $2::text::user_role)")
            .bind(id)
            .bind(role)
            .execute(&self.owner)
            .await
            .expect("a role");
        if role == "dentist" {
            sqlx::query("insert into dentists (user_id, display_name, practice, postal_code) values ($1, 'Dr. L', 'P', '1')")
                .bind(id)
                .execute(&self.owner)
                .await
                .expect("a dentist");
        }
        let visitor = self.sign_in(id).await;
        if role == "dentist" {
            // Nobody comes to a dentist whom patients could not reach.
            self.practice(&visitor).await;
        }
        visitor
    }

    /// A session of this person's, as signing in makes one.
    pub async fn sign_in(&self, id: i64) -> Visitor {
        let session = Id::default();
        sqlx::query(
            "insert into sessions (id_hash, user_id, created_at, last_seen_at, idle_expires_at, expires_at)
             values ($1, $2, $3, $3, $3 + interval '7 days', $3 + interval '30 days')",
        )
        .bind(session::id_hash(&session).as_slice())
        .bind(id)
        .bind(self.clock.now())
        .execute(&self.owner)
        .await
        .expect("a session");
        Visitor {
            id,
            cookie: format!("midline={session}"),
        }
    }

    pub async fn assign(&self, patient: &Visitor, dentist: &Visitor) {
        sqlx::query("update users set assigned_dentist_id = (select id from dentists where user_id = $2) where id = $1")
            .bind(patient.id)
            .bind(dentist.id)
            .execute(&self.owner)
            .await
            .expect("assigned");
    }

    /// A journey on `stage` of 24; its change is due at `due`, if it has begun. Its id and its newest event's.
    /// The row of `dentists` that a visitor is.
    pub async fn dentist_id(&self, dentist: &Visitor) -> i64 {
        sqlx::query_scalar("select id from dentists where user_id = $1")
            .bind(dentist.id)
            .fetch_one(&self.owner)
            .await
            .expect("a dentist")
    }

    /// A patient's wish for a dentist, sent as the form sends it.
    pub async fn change(&self, patient: &Visitor, dentist: i64) -> i64 {
        let path = format!("/dentists/{dentist}/change");
        self.post(Some(patient), &path, "reason=Moved+house")
            .await
            .expect(303);
        sqlx::query_scalar("select max(id) from dentist_changes where user_id = $1")
            .bind(patient.id)
            .fetch_one(&self.owner)
            .await
            .expect("a change")
    }

    pub async fn journey(&self, patient: &Visitor, stage: i32, due: &str) -> (i64, Option<i64>) {
        let mut tx = self.owner.begin().await.expect("a transaction");
        let journey: i64 = sqlx::query_scalar(
            "insert into journeys (user_id, product, current_progress_stage, total_progress_stages, wear_interval_days, date_of_starting_treatment)
             values ($1, 'aligners', $2, 24, 14, case when $2 > 0 then date '2026-01-01' end) returning id",
        )
        .bind(patient.id)
        .bind(stage)
        .fetch_one(&mut *tx)
        .await
        .expect("a journey");
        sqlx::query(
            "insert into plan_changes (journey_id, revision, user_id, at, time_zone, type, total_progress_stages, wear_interval_days, actor_id)
             values ($1, 0, $2, '2025-12-01', 'Europe/Berlin', 'opened', 24, 14, $2)",
        )
        .bind(journey)
        .bind(patient.id)
        .execute(&mut *tx)
        .await
        .expect("a plan");
        let mut event = None;
        for n in 1..=stage {
            // Each on the day on which the one before it is due, by the calendar of Berlin.
            let id: i64 = sqlx::query_scalar(
                "insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, actor_id, previous_event_id, time_zone)
                 select $1, $2, (day - $5 * interval '14 days' - interval '14 days') at time zone 'Europe/Berlin', $4,
                        (day - $5 * interval '14 days') at time zone 'Europe/Berlin', 'progress', $1, $6, 'Europe/Berlin'
                 from (select $3 at time zone 'Europe/Berlin' as day) as due returning id",
            )
            .bind(patient.id)
            .bind(journey)
            .bind(at(due))
            .bind(n)
            .bind(stage - n)
            .bind(event)
            .fetch_one(&mut *tx)
            .await
            .expect("an event");
            event = Some(id);
        }
        sqlx::query(
            "update journeys set date_of_starting_treatment = (select min(occurred_on) from progress_events where journey_id = $1)
             where id = $1",
        )
        .bind(journey)
        .execute(&mut *tx)
        .await
        .expect("its beginning");
        tx.commit().await.expect("a journey that can be");
        (journey, event)
    }

    /// A photo of a stage, of which the store has nothing.
    pub async fn photo(&self, patient: &Visitor, journey: i64, stage: i32, view: &str) -> i64 {
        sqlx::query_scalar(
            "insert into user_images (user_id, journey_id, s3_key, progress_stage, view, width, height, sha256, thumbhash)
             select $1, $2, 'photos/' || name, $3, $4::text::image_view, 960, 720, sha256(name::bytea),
                    '\\x2a090a1d0082679779887086777777877677'
             from (select md5(random()::text) as name) as named returning id",
        )
        .bind(patient.id)
        .bind(journey)
        .bind(stage)
        .bind(view)
        .fetch_one(&self.owner)
        .await
        .expect("a photo")
    }

    /// Photos as the form of a case names them: each with the view that it is by now.
    pub async fn seen_photos(&self, photos: &[i64]) -> String {
        sqlx::query_scalar(
            "select coalesce(string_agg(p || ':' || coalesce(i.view, 'front'), ',' order by p), '')
             from unnest($1::bigint[]) p left join user_images i on i.id = p",
        )
        .bind(photos)
        .fetch_one(&self.owner)
        .await
        .expect("photos")
    }

    /// Something that a patient has reported.
    pub async fn report(&self, patient: &Visitor, journey: i64, kind: &str) -> i64 {
        sqlx::query_scalar(
            "insert into reports (user_id, journey_id, progress_stage, kind, note, form_key, created_at, staff_at)
             values ($1, $2, 8, $3::text::report_kind, 'It hurts.', gen_random_uuid(), $4, $4::timestamptz + interval '4 hours')
             returning id",
        )
        .bind(patient.id)
        .bind(journey)
        .bind(kind)
        .bind(self.clock.now())
        .fetch_one(&self.owner)
        .await
        .expect("a report")
    }

    /// A dentist's practice, open from eight to six on working days.
    pub async fn practice(&self, dentist: &Visitor) -> i64 {
        sqlx::query_scalar(
            "with practice as (
               insert into practices (name, telephone, address_lines, postal_code, city, out_of_hours_en, out_of_hours_de)
               values ('Park Practice', '+49 30 23125 014', '{Parkstr. 1}', '10245', 'Berlin', 'At night call 116 117.', 'Nachts 116 117.')
               returning id),
             hours as (
               insert into practice_hours (practice_id, weekday, opens, closes)
               select id, day, '08:00', '18:00' from practice, generate_series(1, 5) day)
             update dentists set practice_id = practice.id from practice where user_id = $1 returning practice_id",
        )
        .bind(dentist.id)
        .fetch_one(&self.owner)
        .await
        .expect("a practice")
    }

    /// Takes a dentist's practice away, as it may have been before every dentist with patients had to have one.
    pub async fn without_practice(&self, dentist: &Visitor) {
        let mut tx = self.owner.begin().await.expect("a transaction");
        tx.execute("set local session_replication_role = replica")
            .await
            .expect("without triggers");
        sqlx::query("update dentists set practice_id = null where user_id = $1")
            .bind(dentist.id)
            .execute(&mut *tx)
            .await
            .expect("none");
        tx.commit().await.expect("a dentist without a practice");
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).replace('\u{a0}', " "),
            bytes,
        }
    }

    pub async fn get(&self, who: Option<&Visitor>, path: &str) -> Answer {
        self.send(
            request(Method::GET, who, path)
                .body(Body::empty())
                .expect("a request"),
        )
        .await
    }

    /// An answer whose body goes on: what it begins with, and the rest.
    pub async fn stream(&self, who: Option<&Visitor>, path: &str) -> (Answer, Body) {
        let request = request(Method::GET, who, path)
            .body(Body::empty())
            .expect("a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::new(),
            bytes: axum::body::Bytes::new(),
        };
        (answer, body)
    }

    /// Sends a form as a browser does from one of Midline's own pages.
    pub async fn post(&self, who: Option<&Visitor>, path: &str, form: &str) -> Answer {
        let request = request(Method::POST, who, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form.to_owned()))
            .expect("a request");
        self.send(request).await
    }

    /// How many audit rows there are of this action and outcome.
    pub async fn audited(&self, action: &str, outcome: &str) -> i64 {
        sqlx::query_scalar("select count(*) from audit_log where action = $1 and outcome = $2")
            .bind(action)
            .bind(outcome)
            .fetch_one(&self.owner)
            .await
            .expect("a count")
    }
}

pub fn request(method: Method, who: Option<&Visitor>, path: &str) -> axum::http::request::Builder {
    let mut builder = Request::builder().method(method).uri(path);
    if let Some(who) = who {
        builder = builder.header(header::COOKIE, &who.cookie);
    }
    builder
}

type Statements = std::sync::Arc<std::sync::Mutex<Vec<String>>>;

/// Collects the statements that sqlx logs (every one, at level debug) on this thread.
pub fn count_statements() -> (impl tracing::Subscriber, Statements) {
    use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt};
    let statements = Statements::default();
    let layer = StatementLayer(statements.clone());
    (
        tracing_subscriber::registry()
            .with(LevelFilter::DEBUG)
            .with(layer),
        statements,
    )
}

struct StatementLayer(Statements);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for StatementLayer {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Summary(Option<String>);
        impl tracing::field::Visit for Summary {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                if field.name() == "summary" {
                    self.0 = Some(format!("{value:?}").trim_matches('"').to_owned());
                }
            }
        }
        if event.metadata().target() == "sqlx::query" {
            let mut summary = Summary(None);
            event.record(&mut summary);
            if let (Some(summary), Ok(mut statements)) = (summary.0, self.0.lock()) {
                statements.push(summary);
            }
        }
    }
}

type Lines = std::sync::Arc<std::sync::Mutex<Vec<u8>>>;

/// Catches what is logged on this thread, as the server logs it: at its own level, as JSON.
pub fn log_lines() -> (impl tracing::Subscriber, Lines) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || LineWriter(writer.clone()))
        .finish();
    (subscriber, lines)
}

struct LineWriter(Lines);

impl std::io::Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Ok(mut lines) = self.0.lock() {
            lines.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
