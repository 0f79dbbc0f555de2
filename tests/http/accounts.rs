//! Sessions, terms and settings.

use crate::harness::TestApp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

async fn run(app: &TestApp, sql: &'static str, id: i64) {
    sqlx::query(sql)
        .bind(id)
        .execute(&app.owner)
        .await
        .expect(sql);
}

#[sqlx::test]
async fn a_disabled_user_and_a_changed_role_count_from_the_next_request(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    app.get(Some(&staff), "/patients").await.expect(200);
    run(&app, "delete from user_roles where user_id = $1", staff.id).await;
    run(
        &app,
        "insert into user_roles (user_id, role) values ($1, 'patient')",
        staff.id,
    )
    .await;
    app.get(Some(&staff), "/patients").await.expect(403);
    assert_eq!(app.audited("function.call", "refused").await, 1);
    run(
        &app,
        "update users set disabled_at = now() where id = $1",
        staff.id,
    )
    .await;
    app.get(Some(&staff), "/").await.expect(403);
    assert_eq!(app.audited("function.call", "refused").await, 2);
}

#[sqlx::test]
async fn sessions_end_by_idleness_and_by_age(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let start = app.clock.now();
    // Used every six days, it lives on, but not beyond thirty days.
    for days in [6, 12, 18, 24] {
        app.clock.set(start + chrono::TimeDelta::days(days));
        app.get(Some(&patient), "/").await.expect(200);
    }
    app.clock.set(start + chrono::TimeDelta::days(30));
    app.get(Some(&patient), "/").await.expect(302);

    let idle = app.visitor("patient").await;
    app.clock.set(app.clock.now() + chrono::TimeDelta::days(7));
    app.get(Some(&idle), "/").await.expect(302);
    let swept = midline::accounts::session::sweep(&app.pool, app.clock.now())
        .await
        .expect("swept");
    assert_eq!(swept, 2);
}

#[sqlx::test]
async fn a_signed_out_session_stays_so(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::accounts::session;
    use tower_sessions::{SessionStore, session::Record};
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let store = session::store(
        app.pool.clone(),
        app.clock.clone(),
        crate::harness::config().session,
    );
    let id = patient
        .cookie
        .trim_start_matches("midline=")
        .parse()
        .expect("an id");
    // A slow request holds the session while another one signs out ...
    let held = store.load(&id).await.expect("loaded").expect("a session");
    app.post(Some(&patient), "/sign-out", "").await.expect(303);
    app.get(Some(&patient), "/").await.expect(302);
    // ... and saves it afterwards.
    let mut changed = Record::clone(&held);
    changed.data.insert("late".to_owned(), true.into());
    store.save(&changed).await.expect("saved nothing");
    app.get(Some(&patient), "/").await.expect(302);
    assert!(store.load(&id).await.expect("loaded").is_none());
    assert_eq!(app.audited("session.end", "done").await, 1);
}

#[sqlx::test]
async fn terms_come_before_everything_else(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    run(&app, "update users set terms_accepted = false, terms_version = null, terms_accepted_at = null where id = $1", patient.id).await;
    for path in ["/", "/journeys", "/settings"] {
        assert_eq!(
            app.get(Some(&patient), path).await.expect(302).location(),
            "/terms"
        );
    }
    app.post(Some(&patient), "/settings", "language=de&theme=")
        .await
        .expect(403);
    app.get(Some(&patient), "/terms").await.expect(200);
    app.post(Some(&patient), "/terms", "accept=no")
        .await
        .expect(422)
        .says("accept-error");
    app.post(
        Some(&patient),
        "/terms",
        &format!("accept=yes&version={}", midline::accounts::TERMS_VERSION),
    )
    .await
    .expect(303);
    app.get(Some(&patient), "/").await.expect(200);
    let version: String = sqlx::query_scalar(
        "select terms_version from users where id = $1 and terms_accepted_at is not null",
    )
    .bind(patient.id)
    .fetch_one(&app.owner)
    .await
    .expect("accepted");
    assert_eq!(version, midline::accounts::TERMS_VERSION);
    assert_eq!(app.audited("terms.accept", "done").await, 1);
}

#[sqlx::test]
async fn settings_choose_language_and_theme(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    app.get(Some(&patient), "/settings")
        .await
        .expect(200)
        .says("<html lang=\"en\">");
    app.post(Some(&patient), "/settings", "language=de&theme=dark")
        .await
        .expect(303);
    app.get(Some(&patient), "/settings")
        .await
        .expect(200)
        .says("<html lang=\"de\" data-theme=\"dark\">");
    app.get(Some(&patient), "/nothing").await.expect(404);
    app.post(Some(&patient), "/settings", "language=tlh&theme=light")
        .await
        .expect(422);
    app.get(Some(&patient), "/settings")
        .await
        .expect(200)
        .says("data-theme=\"dark\"");
}
