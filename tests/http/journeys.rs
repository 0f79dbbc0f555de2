//! A patient's home and the change of stage.

use crate::harness::{TestApp, at};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

#[sqlx::test]
async fn a_change_of_stage_is_one_transaction_with_all_that_follows(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-18T08:00:00Z").await;
    let event = event.expect("an event");
    sqlx::query(
        "insert into notifications (user_id, journey_id, content, source, scheduled_for)
         values ($1, $2, 'owed', 'progress', $3), ($1, $2, 'kept', 'other', $3)",
    )
    .bind(patient.id)
    .bind(journey)
    .bind(at("2026-03-18T08:00:00Z"))
    .execute(&app.owner)
    .await
    .expect("notifications");

    app.get(Some(&patient), "/")
        .await
        .expect(200)
        .says("aligner 9");
    let answer = app
        .post(
            Some(&patient),
            &format!("/journeys/{journey}/progress"),
            &format!("seen={event}"),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/?saved")
    );

    let (stage, status, aftercare): (i32, String, String) = sqlx::query_as(
        "select current_progress_stage, status::text, aftercare_stage::text from journeys where id = $1",
    )
    .bind(journey)
    .fetch_one(&app.owner)
    .await
    .expect("the journey");
    assert_eq!(
        (stage, status.as_str(), aftercare.as_str()),
        (9, "active", "aligner_journey_underway")
    );

    type EventRow = (i32, chrono::DateTime<chrono::Utc>, Option<i64>, Option<i64>);
    let (stage, due, previous, notification): EventRow = sqlx::query_as(
        "select progress_stage, end_date, previous_event_id, next_notification_id from progress_events
         where journey_id = $1 order by id desc limit 1",
    )
    .bind(journey)
    .fetch_one(&app.owner)
    .await
    .expect("the event");
    // Two weeks on summer time has begun in Berlin: 09:00 is 07:00 in UTC.
    assert_eq!(
        (stage, due, previous),
        (9, at("2026-03-31T07:00:00Z"), Some(event))
    );

    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "select status::text, to_char(scheduled_for at time zone 'UTC', 'DD HH24'), id from notifications
         where source = 'progress' order by id",
    )
    .fetch_all(&app.owner)
    .await
    .expect("notifications");
    let seen: Vec<_> = rows
        .iter()
        .map(|(status, when, _)| (status.as_str(), when.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("cancelled", "18 08"),
            ("pending", "31 07"),
            ("pending", "01 07"),
            ("pending", "03 07")
        ]
    );
    assert_eq!(notification, Some(rows[1].2));
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from notifications where source = 'other' and status = 'pending'",
    )
    .fetch_one(&app.owner)
    .await
    .expect("a count");
    assert_eq!(kept, 1, "what is not about the change stays");
    assert_eq!(app.audited("journey.progress", "done").await, 1);
}

#[sqlx::test]
async fn a_form_that_was_opened_earlier_changes_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let path = format!("/journeys/{journey}/progress");
    let form = format!("seen={}", event.expect("an event"));
    app.post(Some(&patient), &path, &form).await.expect(303);
    // The same form again is a second tap, and has its answer; minutes later it comes too late, as does one that pretends to be
    // from before the start.
    let again = app.post(Some(&patient), &path, &form).await.expect(303);
    assert_eq!(again.location(), "/?saved");
    app.clock.set(at("2026-03-17T11:03:00Z"));
    app.post(Some(&patient), &path, &form)
        .await
        .expect(409)
        .says("ring-stage\">9<");
    app.post(Some(&patient), &path, "seen=").await.expect(409);
    let count: i64 = sqlx::query_scalar("select count(*) from progress_events")
        .fetch_one(&app.owner)
        .await
        .expect("a count");
    assert_eq!(count, 9);
    assert_eq!(app.audited("journey.progress", "refused").await, 2);
}

#[sqlx::test]
async fn fifty_at_once_move_a_journey_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = std::sync::Arc::new(app(pool, options).await);
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (app, patient) = (app.clone(), patient.clone());
        let form = format!("seen={}", event.expect("an event"));
        sends.spawn(async move {
            app.post(
                Some(&patient),
                &format!("/journeys/{journey}/progress"),
                &form,
            )
            .await
            .status
            .as_u16()
        });
    }
    let answers = sends.join_all().await;
    // One person's taps: each is answered as the one that counted.
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    assert_eq!(app.audited("journey.progress", "done").await, 1);
    let stage: i32 =
        sqlx::query_scalar("select current_progress_stage from journeys where id = $1")
            .bind(journey)
            .fetch_one(&app.owner)
            .await
            .expect("the journey");
    assert_eq!(stage, 9);
}

#[sqlx::test]
async fn too_early_is_refused_with_the_date(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-25T08:00:00Z").await;
    let path = format!("/journeys/{journey}/progress");
    app.get(Some(&patient), &path)
        .await
        .expect(422)
        .says("Tuesday 24 March");
    app.post(
        Some(&patient),
        &path,
        &format!("seen={}", event.expect("an event")),
    )
    .await
    .expect(422)
    .says("Tuesday 24 March");
    app.clock.set(at("2026-03-23T23:00:00Z"));
    app.post(
        Some(&patient),
        &path,
        &format!("seen={}", event.expect("an event")),
    )
    .await
    .expect(303);
}

#[sqlx::test]
async fn the_first_and_the_last_stage(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let new = app.visitor("patient").await;
    let (journey, _) = app.journey(&new, 0, "").await;
    app.post(
        Some(&new),
        &format!("/journeys/{journey}/progress"),
        "seen=",
    )
    .await
    .expect(303);
    let started: Option<chrono::NaiveDate> =
        sqlx::query_scalar("select date_of_starting_treatment from journeys where id = $1")
            .bind(journey)
            .fetch_one(&app.owner)
            .await
            .expect("the journey");
    assert_eq!(started, chrono::NaiveDate::from_ymd_opt(2026, 3, 17));

    let last = app.visitor("patient").await;
    let (journey, event) = app.journey(&last, 24, "2026-03-17T08:00:00Z").await;
    app.post(
        Some(&last),
        &format!("/journeys/{journey}/progress"),
        &format!("seen={}", event.expect("an event")),
    )
    .await
    .expect(303);
    let (status, aftercare): (String, String) =
        sqlx::query_as("select status::text, aftercare_stage::text from journeys where id = $1")
            .bind(journey)
            .fetch_one(&app.owner)
            .await
            .expect("the journey");
    assert_eq!(
        (status.as_str(), aftercare.as_str()),
        ("completed", "journey_complete")
    );
    app.get(Some(&last), "/?saved")
        .await
        .expect(200)
        .says("Your treatment is complete");
    // The address alone says nothing: it may be an old one, or come from a link.
    let other = app.visitor("patient").await;
    app.journey(&other, 8, "2026-03-17T08:00:00Z").await;
    let page = app.get(Some(&other), "/?saved").await.expect(200);
    assert!(!page.text.contains("That’s saved"), "{}", page.text);
}

#[sqlx::test]
async fn the_database_holds_no_second_successor(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    const INSERT: &str = "insert into progress_events
       (user_id, journey_id, start_date, progress_stage, end_date, type, actor_id, previous_event_id, time_zone)
       values ($1, $2, '2026-03-17T21:00:00Z', 9, '2026-03-31T07:00:00Z', 'progress', $1, $3, 'Europe/Berlin')";
    let mut tx = app.pool.begin().await.expect("a transaction");
    sqlx::query(INSERT)
        .bind(patient.id)
        .bind(journey)
        .bind(event)
        .execute(&mut *tx)
        .await
        .expect("the first successor");
    let error = sqlx::query(INSERT)
        .bind(patient.id)
        .bind(journey)
        .bind(event)
        .execute(&mut *tx)
        .await
        .expect_err("a second one");
    assert_eq!(
        error
            .as_database_error()
            .and_then(|error| error.constraint()),
        Some("progress_events_one_successor")
    );
    drop(tx);
    let second = sqlx::query("insert into journeys (user_id, product, total_progress_stages, wear_interval_days) values ($1, 'aligners', 3, 14)")
        .bind(patient.id)
        .execute(&app.pool)
        .await
        .expect_err("one active journey a patient");
    assert_eq!(
        second
            .as_database_error()
            .and_then(|error| error.constraint()),
        Some("journeys_one_active_idx")
    );
}

/// The figure that `docs/decisions/0002-rendering.md` promises.
#[sqlx::test]
async fn home_takes_six_queries_on_one_connection(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::with_connections(1, options, owner).await;
    let patient = app.visitor("patient").await;
    app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    // Twice: the first makes the connection and lets the driver look up the types.
    app.get(Some(&patient), "/").await.expect(200);
    let (counter, statements) = crate::harness::count_statements();
    let answer = {
        let _guard = tracing::subscriber::set_default(counter);
        app.get(Some(&patient), "/").await
    };
    answer.expect(200);
    let statements = statements.lock().expect("the list").clone();
    assert_eq!(statements.len(), 6, "{statements:#?}");
    assert!(
        !statements
            .iter()
            .any(|sql| sql.starts_with("update") || sql.starts_with("insert")),
        "a read writes nothing: {statements:#?}"
    );
}

/// The person, the journey with whose it is, a page of its timeline, decisions, reports, photos, its history, the others.
#[sqlx::test]
async fn a_journeys_page_takes_eight_queries_however_long_it_is(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::with_connections(1, options, owner).await;
    let patient = app.visitor("patient").await;
    let mut journeys = vec![app.journey(&patient, 1, "2026-03-17T08:00:00Z").await.0];
    let longer = app.visitor("patient").await;
    journeys.push(app.journey(&longer, 24, "2026-03-17T08:00:00Z").await.0);
    for (who, journey) in [&patient, &longer].into_iter().zip(journeys) {
        let path = format!("/journeys/{journey}");
        app.get(Some(who), &path).await.expect(200);
        let (counter, statements) = crate::harness::count_statements();
        let answer = {
            let _guard = tracing::subscriber::set_default(counter);
            app.get(Some(who), &path).await
        };
        answer.expect(200);
        let statements = statements.lock().expect("the list").clone();
        assert_eq!(statements.len(), 8, "{statements:#?}");
    }
}

#[sqlx::test]
async fn patients_are_found_by_what_is_known_of_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    let staff = app.visitor("staff").await;
    let [anna, bert, other] = [
        app.visitor("patient").await,
        app.visitor("patient").await,
        app.visitor("patient").await,
    ];
    for (patient, first, last, postal_code, jarvis) in [
        (&anna, "Anna", "O'Brien_100%", "10115", 4_711_001),
        (&bert, "Bert", "Öztürk", "20095", 4_711_002),
        (&other, "Anna", "Elsewhere", "10115", 4_711_003),
    ] {
        sqlx::query("update users set first_name = $2, last_name = $3, postal_code = $4, jarvis_id = $5 where id = $1")
            .bind(patient.id)
            .bind(first)
            .bind(last)
            .bind(postal_code)
            .bind(i64::from(jarvis))
            .execute(&app.owner)
            .await
            .expect("named");
    }
    app.assign(&anna, &dentist).await;
    app.assign(&bert, &dentist).await;
    let (journey, _) = app.journey(&anna, 8, "2026-03-10T08:00:00Z").await;
    app.journey(&bert, 8, "2026-03-30T08:00:00Z").await;
    app.photo(&anna, journey, 8, "front").await;
    let names = ["Brien_100", "Öztürk", "Elsewhere"];
    let list = async |who, query: &str| {
        let page = app.get(Some(who), &format!("/patients?{query}")).await;
        let text = page.expect(200).text;
        names.map(|name| {
            text.contains(&format!("{name}</a>"))
                || text.contains(&format!("{name}%"))
                || text.contains(&format!("{name}, "))
        })
    };
    for (query, found) in [
        ("", [true, true, false]),
        ("q=anna", [true, false, false]),
        ("q=%C3%96ZT", [false, true, false]),
        ("q=bert+2009", [false, true, false]),
        ("q=4711001", [true, false, false]),
        ("q=_100%25", [true, false, false]),
        ("q=x_y", [false, false, false]),
        ("q=%27--", [false, false, false]),
        ("show=overdue", [true, false, false]),
        ("show=waiting", [true, false, false]),
        ("show=paused", [false, false, false]),
        ("sort=due", [true, true, false]),
        ("sort=due&q=anna&show=overdue", [true, false, false]),
    ] {
        assert_eq!(list(&dentist, query).await, found, "{query}");
    }
    assert_eq!(list(&staff, "q=anna").await, [true, false, true]);
    assert_eq!(list(&staff, "q=10115+anna").await, [true, false, true]);
    // A place in the list of somebody who is not theirs tells nothing: the list begins anew, as after nobody.
    for id in [other.id, 999_999] {
        let after = format!("after={id}");
        assert_eq!(list(&dentist, &after).await, [true, true, false]);
        app.get(Some(&dentist), &format!("/patients?{after}"))
            .await
            .expect(200)
            .says("here it is from the beginning");
    }
    app.get(Some(&dentist), "/patients?show=nothing")
        .await
        .expect(400);
}

/// The first page of a dentist counts whom the list shows that it leads to, whyever their treatment stands still, and all of them.
#[sqlx::test]
async fn a_first_page_counts_whom_its_list_shows(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    // Longer than the first page lists.
    for _ in 0..31 {
        let late = app.visitor("patient").await;
        app.assign(&late, &dentist).await;
        app.journey(&late, 1, "2026-03-25T08:00:00Z").await;
    }
    let in_time = app.visitor("patient").await;
    app.assign(&in_time, &dentist).await;
    app.journey(&in_time, 1, "2026-04-20T08:00:00Z").await;
    // For twenty days; until a day that has passed; and since yesterday.
    let mut paused = Vec::new();
    for (since, due, until) in [
        ("2026-03-17T11:00:00Z", "2026-03-20T08:00:00Z", ""),
        ("2026-03-31T11:00:00Z", "2026-04-03T08:00:00Z", "2026-04-03"),
        ("2026-04-05T11:00:00Z", "2026-04-08T08:00:00Z", ""),
    ] {
        app.clock.set(at(since));
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 1, due).await;
        let form = format!("reason=travel&resume_on={until}&intent=confirm");
        app.act(&patient, journey, "pause", &form).await.expect(303);
        paused.push(format!("/patients/{}\"", patient.id));
    }
    app.clock.set(at("2026-04-06T11:00:00Z"));
    let dentist = app.sign_in(dentist.id).await;
    let today = app.get(Some(&dentist), "/today").await.expect(200).text;
    let tile = today
        .split("<a ")
        .find(|link| link.contains("overdue or long paused"))
        .expect("a tile");
    let (count, list) = (
        tile.split("</svg>").nth(1).and_then(|rest| {
            let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            digits
                .split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse::<usize>()
                .ok()
        }),
        tile.split("href=\"")
            .nth(1)
            .and_then(|rest| Some(rest.split_once('"')?.0.replace("&amp;", "&")))
            .expect("a link"),
    );
    let listed = app.get(Some(&dentist), &list).await.expect(200).text;
    let rows = listed.matches("<th scope=\"row\">").count();
    assert_eq!((count, rows), (Some(33), 33), "{tile}");
    let shown: Vec<bool> = paused.iter().map(|link| listed.contains(link)).collect();
    assert_eq!(shown, [true, true, false]);
    // The way to all of them below those that the page names.
    assert!(
        today.matches(&list.replace('&', "&amp;")).count() == 2,
        "{today}"
    );
}
