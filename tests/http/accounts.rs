//! Sessions, terms and settings.

use crate::harness::{TestApp, Visitor};
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
    for (path, terms) in [
        ("/", "/terms"),
        ("/journeys", "/terms?next=%2Fjourneys"),
        ("/settings", "/terms?next=%2Fsettings"),
    ] {
        assert_eq!(
            app.get(Some(&patient), path).await.expect(302).location(),
            terms
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
    // Whoever is new is shown around, and goes on where they left; the terms stay to be read.
    for (from, leads, next) in [
        ("place", "/welcome/place", "/welcome/reminders"),
        ("reminders", "/welcome/reminders", "/welcome/photos"),
        ("photos", "/welcome/photos", "/welcome/practice"),
        ("practice", "/welcome/practice", "/welcome/done"),
    ] {
        let here = app.get(Some(&patient), "/welcome").await.expect(303);
        assert_eq!(here.location(), leads);
        app.get(Some(&patient), leads).await.expect(200);
        let form = format!("from={from}");
        let on = app
            .post(Some(&patient), "/welcome/next", &form)
            .await
            .expect(303);
        assert_eq!(on.location(), next);
    }
    app.post(Some(&patient), "/welcome/next", "from=nowhere")
        .await
        .expect(400);
    // A place that nobody knows is told in words, and stays to be corrected.
    app.post(
        Some(&patient),
        "/welcome/place",
        "language=en&time_zone=Entenhausen",
    )
    .await
    .expect(422)
    .says("We don’t know this time zone.")
    .says("value=\"Entenhausen\"");
    let place = "language=de&time_zone=new+york";
    app.post(Some(&patient), "/welcome/place", place)
        .await
        .expect(303);
    let kept: String = sqlx::query_scalar(
        "select language || ' ' || time_zone || ' ' || first_day from users where id = $1",
    )
    .bind(patient.id)
    .fetch_one(&app.owner)
    .await
    .expect("kept");
    assert_eq!(kept, "de America/New_York reminders");
    app.post(Some(&patient), "/welcome/next", "from=")
        .await
        .expect(303);
    app.get(Some(&patient), "/terms")
        .await
        .expect(200)
        .says("nachlesen");
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

/// What only concerns whoever is treated is not in the settings of those at a desk.
#[sqlx::test]
async fn settings_at_a_desk_hold_nothing_of_patients(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let of_patients = [
        "reminders",
        "name=\"phone\"",
        "href=\"/calendar/address\"",
        "href=\"/access\"",
        "News from the clinic",
        "your treatment",
        "under Notifications",
    ];
    for role in ["staff", "admin", "dentist"] {
        let visitor = app.visitor(role).await;
        for (path, words) in [
            (
                "/settings",
                "The dates and times you see follow the time zone",
            ),
            ("/settings/notifications", "When a patient reports"),
            ("/settings/device", "never a name, a treatment or a photo"),
            (
                "/settings/time-zone",
                "The dates and times you see follow it.",
            ),
        ] {
            let page = app.get(Some(&visitor), path).await.expect(200).says(words);
            let (_, main) = page.text.split_once("<main").expect("a page");
            // Whose reminders are meant is said where a zone is chosen.
            let main = main.replace("Patients’ reminders keep to", "");
            for words in of_patients {
                assert!(!main.contains(words), "{role}, {path}: {words}: {main}");
            }
        }
    }
}

#[sqlx::test]
async fn a_patient_says_where_they_can_be_called(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    let staff = app.visitor("staff").await;
    app.assign(&patient, &dentist).await;
    let save = async |who: &Visitor, phone: &str| {
        let form = format!("language=en&theme=&phone={phone}");
        app.post(Some(who), "/settings", &form).await
    };
    let settings = async || app.get(Some(&patient), "/settings").await.expect(200);
    settings()
        .await
        .says("So that your clinic can call you back")
        .says("name=\"phone\"");
    for (typed, shown) in [("0171+3920012", "0171 3920012"), ("%2B49+12", "+49 12")] {
        save(&patient, typed)
            .await
            .expect(422)
            .says("That can’t be dialled")
            .says(&format!("value=\"{shown}\""));
    }
    save(&patient, "0049+(0)171/3920012").await.expect(303);
    settings().await.says("value=\"+49 171 3920012\"");
    // Saved without it, as from a page that was open before, it stays.
    app.post(Some(&patient), "/settings", "language=en&theme=")
        .await
        .expect(303);
    let record = format!("/patients/{}", patient.id);
    for who in [&dentist, &staff] {
        let page = app.get(Some(who), &record).await.expect(200);
        page.says("<a href=\"tel:+491713920012\">+49 171 3920012</a>");
    }
    // Taken away, it is gone; and nobody else is asked.
    save(&patient, "").await.expect(303);
    let page = app.get(Some(&dentist), &record).await.expect(200);
    assert!(!page.text.contains("tel:"), "{}", page.text);
    save(&dentist, "%2B49+171+3920012").await.expect(303);
    let page = app.get(Some(&dentist), "/settings").await.expect(200);
    assert!(!page.text.contains("name=\"phone\""), "{}", page.text);
    let kept: i64 = sqlx::query_scalar("select count(*) from users where phone is not null")
        .fetch_one(&app.owner)
        .await
        .expect("a count");
    assert_eq!(kept, 0);
}

/// Whoever chose no language is told things as they last read Midline; whoever never did, as the clinic speaks.
#[sqlx::test]
async fn people_are_told_in_the_language_they_read(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let told = async || -> String {
        sqlx::query_scalar("select told_in(u) from users u where id = $1")
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a language")
    };
    let read = async |language: &str, path: &str, kind: &str| {
        let request = crate::harness::request(axum::http::Method::GET, Some(&patient), path)
            .header("accept-language", language)
            .header("sec-fetch-dest", kind)
            .body(axum::body::Body::empty());
        app.send(request.expect("a request")).await;
    };
    let kept = async || -> (Option<String>, String) {
        sqlx::query_as("select last_language, xmin::text from users where id = $1")
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a person")
    };
    assert_eq!(told().await, "en", "as the clinic speaks");
    run(&app, "update clinic set language = 'de' where $1 > 0", 1).await;
    assert_eq!(told().await, "de", "as the clinic speaks by now");
    // And so it is told.
    let key = uuid::Uuid::new_v4();
    let form = format!(
        "dentist={}&key={key}&body=Hello",
        app.dentist_id(&dentist).await
    );
    app.post(
        Some(&dentist),
        &format!("/journeys/{journey}/messages"),
        &form,
    )
    .await
    .expect(303);
    let content: String =
        sqlx::query_scalar("select content from notifications where user_id = $1")
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a notification");
    assert!(content.contains("Nachricht"), "{content}");
    read("en-GB", "/", "document").await;
    assert_eq!(told().await, "en", "as they read");
    read("de-DE,de;q=0.9,en;q=0.8", "/inbox", "document").await;
    assert_eq!(told().await, "de", "as they last read");
    // What belongs to a page tells nothing; and a page in the same language writes nothing.
    let (language, version) = kept().await;
    assert_eq!(language.as_deref(), Some("de"));
    read("en-GB", "/photos/1/thumbnail", "image").await;
    read("de", "/settings", "document").await;
    assert_eq!(kept().await, (language, version));
    // What they choose counts before what they read.
    app.post(Some(&patient), "/settings", "language=en&theme=")
        .await
        .expect(303);
    read("de", "/", "document").await;
    assert_eq!(told().await, "en", "as they chose");
}

/// A time zone is one that somebody said, or saw and left.
#[sqlx::test]
async fn a_time_zone_is_known_to_be_theirs_once_they_said_so(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let confirmed = async || -> bool {
        sqlx::query_scalar("select zone_confirmed_at is not null from users where id = $1")
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a person")
    };
    assert!(!confirmed().await);
    app.post(
        Some(&patient),
        "/settings/time-zone",
        "time_zone=Europe/Berlin",
    )
    .await
    .expect(303);
    assert!(confirmed().await, "seen, and left as it is");
    let other = app.visitor("patient").await;
    app.post(
        Some(&other),
        "/settings/time-zone",
        "time_zone=America/New_York",
    )
    .await
    .expect(303);
    let zone: String = sqlx::query_scalar(
        "select time_zone from users where id = $1 and zone_confirmed_at is not null",
    )
    .bind(other.id)
    .fetch_one(&app.owner)
    .await
    .expect("confirmed");
    assert_eq!(zone, "America/New_York");
}

/// A time zone is said by a city's name, as one types it, or by its own; whatever else is typed stays to be corrected.
#[sqlx::test]
async fn a_time_zone_is_found_by_the_name_of_a_city(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    app.get(Some(&patient), "/settings/time-zone")
        .await
        .expect(200)
        .says("value=\"Berlin\"")
        .says("<option value=\"New York\">");
    for (typed, meant) in [
        ("Tokyo", "Asia/Tokyo"),
        ("new+york", "America/New_York"),
        ("S%C3%A3o+Paulo", "America/Sao_Paulo"),
        ("M%C3%BCnchen", "Europe/Berlin"),
        ("Europe%2FLisbon", "Europe/Lisbon"),
    ] {
        let form = format!("time_zone={typed}");
        app.post(Some(&patient), "/settings/time-zone", &form)
            .await
            .expect(303);
        let zone: String = sqlx::query_scalar("select time_zone from users where id = $1")
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a person");
        assert_eq!(zone, meant, "{typed}");
    }
    for typed in ["Entenhausen", "Mars%2FOlympus"] {
        let form = format!("time_zone={typed}");
        app.post(Some(&patient), "/settings/time-zone", &form)
            .await
            .expect(422)
            .says("We don’t know this time zone.")
            .says(&format!("value=\"{}\"", typed.replace("%2F", "/")));
    }
    app.post(Some(&patient), "/settings/time-zone", "")
        .await
        .expect(422);
}

/// The calendar's address answers as long as its patient could read the same by signing in.
#[sqlx::test]
async fn a_calendar_follows_its_patients_role(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    for sql in [
        "delete from user_roles where user_id = $1",
        "update users set terms_accepted = false, terms_version = null, terms_accepted_at = null where id = $1",
        "update users set disabled_at = now() where id = $1",
    ] {
        let patient = app.visitor("patient").await;
        app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
        let page = app
            .post(Some(&patient), "/calendar/address", "intent=create")
            .await
            .expect(200);
        let address = page
            .text
            .split("http://127.0.0.1:3000/calendar/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("an address");
        let address = format!("/calendar/{address}");
        app.get(None, &address).await.expect(200);
        run(&app, sql, patient.id).await;
        app.get(None, &address).await.expect(404);
    }
}

/// A session that this machine's clock takes for ended, and the database's does not, stays.
#[sqlx::test]
async fn a_wrong_clock_ends_nobodys_session(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    app.clock
        .set(midline::platform::clock::Clock::system().now());
    app.visitor("patient").await;
    let ahead = app.clock.now() + chrono::TimeDelta::days(40);
    let swept = midline::accounts::session::sweep(&app.pool, ahead)
        .await
        .expect("swept");
    assert_eq!(swept, 0);
}
