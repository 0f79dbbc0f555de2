//! Delay, pause and continue; the clinic's acts; and what the database refuses whoever asks.

use crate::harness::{Answer, TestApp, Visitor, at, request};
use axum::http::{Method, header};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

impl TestApp {
    /// The newest event's id and the revision of the plan, as a form sends them.
    pub async fn seen(&self, journey: i64) -> String {
        let (event, revision): (Option<i64>, i32) = sqlx::query_as(
            "select (select max(id) from progress_events where journey_id = j.id), revision from journeys j where id = $1",
        )
        .bind(journey)
        .fetch_one(&self.owner)
        .await
        .expect("a journey");
        let event = event.map(|id| id.to_string()).unwrap_or_default();
        format!("seen={event}&revision={revision}")
    }

    pub async fn act(&self, who: &Visitor, journey: i64, act: &str, rest: &str) -> Answer {
        let form = format!("{}&{rest}", self.seen(journey).await);
        self.post(Some(who), &format!("/journeys/{journey}/{act}"), &form)
            .await
    }

    /// What is pending for the journey: day and hour in UTC, in order.
    async fn pending(&self, journey: i64) -> Vec<String> {
        sqlx::query_scalar(
            "select to_char(scheduled_for at time zone 'UTC', 'MM-DD HH24') from notifications
             where journey_id = $1 and status = 'pending' and source = 'progress' order by scheduled_for",
        )
        .bind(journey)
        .fetch_all(&self.owner)
        .await
        .expect("notifications")
    }

    /// The newest event: type, due day, reason, note.
    async fn newest(
        &self,
        journey: i64,
    ) -> (String, Option<String>, Option<String>, Option<String>) {
        sqlx::query_as(
            "select type::text, due_on::text, reason::text, note from progress_events
             where journey_id = $1 order by id desc limit 1",
        )
        .bind(journey)
        .fetch_one(&self.owner)
        .await
        .expect("an event")
    }
}

#[sqlx::test]
async fn a_delay_is_shown_before_it_is_kept(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let form = "days=5&reason=travel&note=Away+%26+back";
    let preview = app
        .act(
            &patient,
            journey,
            "delay",
            &format!("{form}&intent=preview"),
        )
        .await
        .expect(200)
        .says("Wednesday 25 March")
        .says("until now: Friday 20 March")
        .says("Away &amp; back");
    assert!(
        preview.text.contains("value=\"confirm\""),
        "{}",
        preview.text
    );
    assert_eq!(
        app.newest(journey).await.0,
        "progress",
        "nothing is kept yet"
    );
    // Looked at again, with all that was typed.
    app.act(&patient, journey, "delay", &format!("{form}&intent=change"))
        .await
        .expect(200)
        .says("Away &amp; back")
        .says("<option value=\"5\" selected");

    let answer = app
        .act(
            &patient,
            journey,
            "delay",
            &format!("{form}&intent=confirm"),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/?saved")
    );
    assert_eq!(
        app.newest(journey).await,
        (
            "delay".to_owned(),
            Some("2026-03-25".to_owned()),
            Some("travel".to_owned()),
            Some("Away & back".to_owned())
        )
    );
    assert_eq!(
        app.pending(journey).await,
        ["03-25 08", "03-26 08", "03-28 08"]
    );
    assert_eq!(app.audited("journey.delay", "done").await, 1);
    app.get(Some(&patient), "/?saved")
        .await
        .expect(200)
        .says("The next step is now due on Wednesday 25 March");
}

#[sqlx::test]
async fn what_is_wrong_in_a_form_is_said_beside_it(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let long = "x".repeat(501);
    let cases = [
        (
            "delay",
            "days=0&reason=travel&note=kept+words".to_owned(),
            "between 1 and 28 days",
        ),
        (
            "delay",
            "days=29&reason=travel&note=kept+words".to_owned(),
            "between 1 and 28 days",
        ),
        (
            "delay",
            "days=many&reason=travel&note=kept+words".to_owned(),
            "between 1 and 28 days",
        ),
        (
            "delay",
            "days=3&note=kept+words".to_owned(),
            "Please choose a reason",
        ),
        (
            "delay",
            "days=3&reason=boredom&note=kept+words".to_owned(),
            "Please choose a reason",
        ),
        (
            "delay",
            "days=3&reason=dentist_hold&note=kept+words".to_owned(),
            "Please choose a reason",
        ),
        (
            "delay",
            format!("days=3&reason=pain&note=kept+words+{long}"),
            "500 characters",
        ),
        (
            "pause",
            "reason=pain&resume_on=2026-03-17&note=kept+words".to_owned(),
            "from tomorrow on",
        ),
        (
            "pause",
            "reason=pain&resume_on=2027-04-01&note=kept+words".to_owned(),
            "from tomorrow on",
        ),
        (
            "pause",
            "reason=pain&resume_on=soon&note=kept+words".to_owned(),
            "from tomorrow on",
        ),
        (
            "pause",
            "resume_on=&note=kept+words".to_owned(),
            "Please choose a reason",
        ),
    ];
    for (act, form, words) in cases {
        for intent in ["preview", "confirm"] {
            let answer = app
                .act(&patient, journey, act, &format!("{form}&intent={intent}"))
                .await
                .expect(422)
                .says(words)
                .says("kept words");
            assert_eq!(answer.points_at().len(), 1, "{act} {form}");
        }
    }
    assert_eq!(app.newest(journey).await.0, "progress");
}

/// Every form that cannot be taken says so first, in its title, and leads to each field that is to be mended.
#[sqlx::test]
async fn what_is_wrong_in_a_form_leads_to_its_fields(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let (patient, fresh) = (app.visitor("patient").await, app.visitor("patient").await);
    let (dentist, staff) = (app.visitor("dentist").await, app.visitor("staff").await);
    app.assign(&patient, &dentist).await;
    app.assign(&fresh, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let report = app.report(&patient, journey, "pain").await;
    let elsewhere = app.dentist_id(&app.visitor("dentist").await).await;
    let change = app.change(&patient, elsewhere).await;
    let seen = app.seen(journey).await;
    let (total, interval): (i32, i32) = sqlx::query_as(
        "select total_progress_stages, wear_interval_days from journeys where id = $1",
    )
    .bind(journey)
    .fetch_one(&app.owner)
    .await
    .expect("a plan");
    let long = "x".repeat(3001);
    let key = uuid::Uuid::new_v4();
    let cases = [
        (
            &patient,
            format!("/journeys/{journey}/delay"),
            format!("{seen}&intent=preview"),
            &["days", "reason"][..],
        ),
        (
            &patient,
            format!("/journeys/{journey}/pause"),
            format!("{seen}&intent=preview&resume_on=soon&note={long}"),
            &["resume_on", "reason", "note"],
        ),
        (
            &dentist,
            format!("/journeys/{journey}/back"),
            format!("{seen}&intent=preview"),
            &["stage", "days", "reason"],
        ),
        (
            &dentist,
            format!("/journeys/{journey}/plan"),
            format!("{seen}&intent=preview&total=0&interval=0&note={long}"),
            &["total", "interval", "note"],
        ),
        // The numbers that it has.
        (
            &dentist,
            format!("/journeys/{journey}/plan"),
            format!("{seen}&intent=preview&total={total}&interval={interval}"),
            &["total"],
        ),
        (
            &dentist,
            format!("/journeys/{journey}/end"),
            format!("{seen}&intent=confirm&note={long}"),
            &["note"],
        ),
        // Of a treatment that is complete.
        (
            &dentist,
            format!("/journeys/{journey}/aftercare"),
            "was=&aftercare=journey_complete".to_owned(),
            &["aftercare"],
        ),
        (
            &dentist,
            format!("/patients/{}/journeys", fresh.id),
            String::new(),
            &["product", "total"],
        ),
        (
            &patient,
            "/settings/time-zone".to_owned(),
            "time_zone=Europe/Atlantis".to_owned(),
            &["time_zone"],
        ),
        (
            &patient,
            "/welcome/place".to_owned(),
            "language=en&time_zone=Europe/Atlantis".to_owned(),
            &["time_zone"],
        ),
        (
            &patient,
            "/settings/notifications".to_owned(),
            "quiet_from=late".to_owned(),
            &["quiet_from", "quiet_until"],
        ),
        (
            &patient,
            "/settings/notifications".to_owned(),
            "quiet_from=22:00&quiet_until=early".to_owned(),
            &["quiet_until"],
        ),
        (
            &patient,
            "/settings".to_owned(),
            "language=xx&theme=".to_owned(),
            &["language"],
        ),
        (
            &dentist,
            "/settings".to_owned(),
            "language=&theme=&shortcuts=perhaps".to_owned(),
            &["shortcuts"],
        ),
        (
            &patient,
            "/terms".to_owned(),
            "accept=no".to_owned(),
            &["accept"],
        ),
        (
            &patient,
            "/wear/new".to_owned(),
            String::new(),
            &["day", "from", "until"],
        ),
        (
            &patient,
            "/wear/new".to_owned(),
            "day=2026-03-16&from=10:00&until=10:00".to_owned(),
            &["until"],
        ),
        (
            &patient,
            "/wear/new".to_owned(),
            "day=2020-01-01&from=10:00&until=11:00".to_owned(),
            &["day"],
        ),
        (
            &patient,
            format!("/dentists/{elsewhere}/change"),
            format!("reason={long}"),
            &["reason"],
        ),
        (
            &staff,
            format!("/dentist-changes/{change}"),
            format!("answer=approve&note={long}"),
            &["note"],
        ),
        (
            &dentist,
            format!("/reports/{report}/answer"),
            format!("key={key}&body="),
            &["answer"],
        ),
        (
            &dentist,
            format!("/reports/{report}/close"),
            format!("key={key}&body="),
            &["body"],
        ),
        (
            &dentist,
            "/messages/replies".to_owned(),
            String::new(),
            &["title", "body"],
        ),
        (
            &dentist,
            format!("/journeys/{journey}/messages"),
            format!("key={key}&body=&dentist={}", app.dentist_id(&dentist).await),
            &["body"],
        ),
        (
            &staff,
            "/notifications/new".to_owned(),
            format!("patient={}&key={key}&when=never", patient.id),
            &["content", "date"],
        ),
    ];
    for (who, path, form, fields) in cases {
        let answer = app.post(Some(who), &path, &form).await.expect(422);
        assert_eq!(answer.points_at(), fields, "{path}");
    }
    app.post(Some(&staff), "/campaigns/new", "")
        .await
        .expect(422)
        .points_at();
    app.get(Some(&staff), "/notifications?from=never")
        .await
        .expect(422)
        .points_at();
    // Sent with their files.
    for (path, parts, field) in [
        (
            format!("/journeys/{journey}/reports"),
            [("kind", "pain"), ("key", &key.to_string()), ("note", &long)].as_slice(),
            "note",
        ),
        (
            format!("/journeys/{journey}/messages/photos"),
            &[
                ("key", &key.to_string()),
                ("dentist", &app.dentist_id(&dentist).await.to_string()),
                ("body", ""),
            ],
            "body",
        ),
    ] {
        let part = |(name, value): &(&str, &str)| {
            format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body: String = parts.iter().map(part).collect();
        let request = request(Method::POST, Some(&patient), &path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header("sec-fetch-site", "same-origin")
            .body((body + "--line--\r\n").into())
            .expect("a request");
        let answer = app.send(request).await.expect(422);
        assert_eq!(answer.points_at(), [field], "{path}");
    }
    // In the reader's language.
    app.post(Some(&patient), "/settings", "language=de&theme=")
        .await
        .expect(303);
    app.post(Some(&patient), "/settings/time-zone", "time_zone=nowhere")
        .await
        .expect(422)
        .says("<title>Fehler: ");
}

#[sqlx::test]
async fn a_pause_keeps_the_days_that_are_left(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    app.act(
        &patient,
        journey,
        "pause",
        "reason=illness&resume_on=2026-03-30&intent=preview",
    )
    .await
    .expect(200)
    .says("3 days of this step")
    .says("Monday 30 March");
    app.act(
        &patient,
        journey,
        "pause",
        "reason=illness&resume_on=2026-03-30&intent=confirm",
    )
    .await
    .expect(303);
    // On the day on which they mean to go on, and again while they have not.
    assert_eq!(
        app.pending(journey).await,
        ["03-30 07", "03-31 07", "04-02 07"]
    );
    app.get(Some(&patient), "/")
        .await
        .expect(200)
        .says("Your treatment is paused")
        .says(&format!("/journeys/{journey}/continue"));
    // While it is paused there is one act.
    for (act, rest) in [
        ("progress", ""),
        ("delay", "days=3&reason=pain&intent=confirm"),
        ("pause", "reason=pain&intent=confirm"),
    ] {
        app.act(&patient, journey, act, rest)
            .await
            .expect(422)
            .says("Continue the treatment");
    }
    // After the clocks have changed, ten days later.
    app.clock.set(at("2026-04-10T12:00:00Z"));
    let patient = app.sign_in(patient.id).await;
    app.get(Some(&patient), &format!("/journeys/{journey}/continue"))
        .await
        .expect(200)
        .says("Monday 13 April");
    app.act(&patient, journey, "continue", "").await.expect(303);
    assert_eq!(app.newest(journey).await.1.as_deref(), Some("2026-04-13"));
    assert_eq!(
        app.pending(journey).await,
        ["04-13 07", "04-14 07", "04-16 07"]
    );
    app.act(&patient, journey, "continue", "")
        .await
        .expect(422)
        .says("isn’t paused");
}

/// What cannot be done is not offered; whoever asks for it all the same is told what can, as who they are.
#[sqlx::test]
async fn acts_that_cannot_be_done_are_not_offered(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 1, "2026-02-10T08:00:00Z").await;
    let record = format!("/journeys/{journey}");
    for (who, page) in [(&dentist, record.as_str()), (&patient, "/")] {
        let page = app.get(Some(who), page).await.expect(200);
        for (act, offered) in [
            ("progress", true),
            ("delay", false),
            ("continue", false),
            ("back", false),
        ] {
            let link = format!("href=\"{record}/{act}\"");
            assert_eq!(page.text.contains(&link), offered, "{act}: {}", page.text);
        }
    }
    let to_dentist = app
        .get(Some(&dentist), &format!("{record}/delay"))
        .await
        .expect(422);
    let to_dentist = to_dentist
        .says(&format!("href=\"{record}/progress\""))
        .says(&format!("href=\"{record}/pause\""));
    assert!(
        !to_dentist.text.contains("dentist can help")
            && !to_dentist.text.contains("ask your dentist"),
        "{}",
        to_dentist.text
    );
    app.get(Some(&patient), &format!("{record}/delay"))
        .await
        .expect(422)
        .says("ask your dentist")
        .says(&format!("href=\"{record}/progress\""));
    // The first step has none before it.
    app.get(Some(&dentist), &format!("{record}/back"))
        .await
        .expect(422)
        .says("There is no earlier step");
    // Too early: the way to ask is beside the words that say so.
    let (early, _) = app
        .journey(&app.visitor("patient").await, 8, "2026-04-10T08:00:00Z")
        .await;
    let owner: i64 = sqlx::query_scalar("select user_id from journeys where id = $1")
        .bind(early)
        .fetch_one(&app.owner)
        .await
        .expect("somebody");
    let other = app.sign_in(owner).await;
    app.get(Some(&other), &format!("/journeys/{early}/progress"))
        .await
        .expect(422)
        .says(&format!("href=\"/journeys/{early}/messages#write\""));
}

#[sqlx::test]
async fn an_overdue_change_is_put_off_into_the_future_only(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-14T08:00:00Z").await;
    app.act(
        &patient,
        journey,
        "delay",
        "days=2&reason=pain&intent=preview",
    )
    .await
    .expect(422)
    .says("at least 4 days");
    app.act(
        &patient,
        journey,
        "delay",
        "days=4&reason=pain&intent=confirm",
    )
    .await
    .expect(303);
    // Four weeks late, no delay leads anywhere.
    app.clock.set(at("2026-05-20T12:00:00Z"));
    let patient = app.sign_in(patient.id).await;
    app.get(Some(&patient), &format!("/journeys/{journey}/delay"))
        .await
        .expect(422)
        .says("Pause the treatment");
}

#[sqlx::test]
async fn a_late_form_keeps_what_was_written(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let dentist = app.visitor("dentist").await;
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let before = app.seen(journey).await;
    // The dentist is first.
    let answer = app
        .act(
            &dentist,
            journey,
            "delay",
            "days=7&reason=dentist_hold&intent=confirm",
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, format!("/journeys/{journey}?saved").as_str())
    );
    for intent in ["preview", "confirm"] {
        app.post(
            Some(&patient),
            &format!("/journeys/{journey}/pause"),
            &format!("{before}&reason=travel&note=Off+to+Oslo&intent={intent}"),
        )
        .await
        .expect(409)
        .says("Off to Oslo")
        .says("By Dr. L");
    }
    // A plan that changed since is as much another one.
    let before = app.seen(journey).await;
    app.act(
        &dentist,
        journey,
        "plan",
        "total=30&interval=14&intent=confirm",
    )
    .await
    .expect(303);
    app.post(
        Some(&patient),
        &format!("/journeys/{journey}/delay"),
        &format!("{before}&days=3&reason=travel&intent=confirm"),
    )
    .await
    .expect(409);
}

#[sqlx::test]
async fn the_clinic_acts_for_its_patients(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (dentist, other, staff) = (
        app.visitor("dentist").await,
        app.visitor("dentist").await,
        app.visitor("staff").await,
    );
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-30T07:00:00Z").await;
    // Early, which the patient could not.
    app.act(&patient, journey, "progress", "").await.expect(422);
    app.act(&other, journey, "progress", "").await.expect(404);
    app.act(&dentist, journey, "progress", "").await.expect(303);
    assert_eq!(app.newest(journey).await.1.as_deref(), Some("2026-03-31"));
    app.act(&staff, journey, "pause", "reason=other&intent=confirm")
        .await
        .expect(303);
    app.act(&staff, journey, "continue", "").await.expect(303);
    app.get(Some(&patient), &format!("/journeys/{journey}"))
        .await
        .expect(200)
        .says("By Dr. L")
        .says("Entered by the clinic");
    let roles: Vec<(String, String)> = sqlx::query_as(
        "select action, actor_role::text from audit_log where outcome = 'done' and action like 'journey.%' and action <> 'journey.read' order by id",
    )
    .fetch_all(&app.owner)
    .await
    .expect("rows");
    let roles: Vec<_> = roles
        .iter()
        .map(|(a, r)| (a.as_str(), r.as_str()))
        .collect();
    assert_eq!(
        roles,
        [
            ("journey.progress", "dentist"),
            ("journey.pause", "staff"),
            ("journey.continue", "staff")
        ]
    );
    app.get(Some(&patient), "/access")
        .await
        .expect(200)
        .says("moved your treatment on")
        .says("paused your treatment");
}

#[sqlx::test]
async fn a_plan_is_changed_and_ended_and_opened_anew(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let dentist = app.visitor("dentist").await;
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let path = format!("/journeys/{journey}/plan");
    for (form, words) in [
        ("total=7&interval=14", "between 8 and 200"),
        ("total=24&interval=91", "between 1 and 90"),
        (
            "total=24&interval=14",
            "are the numbers of the plan already",
        ),
        ("total=&interval=", "between 8 and 200"),
    ] {
        app.act(&dentist, journey, "plan", &format!("{form}&intent=confirm"))
            .await
            .expect(422)
            .says(words);
    }
    app.act(
        &dentist,
        journey,
        "plan",
        "total=10&interval=10&note=Finer+steps&intent=preview",
    )
    .await
    .expect(200)
    .says("24 → 10")
    .says("14 → 10");
    let old = app.seen(journey).await;
    app.act(
        &dentist,
        journey,
        "plan",
        "total=10&interval=10&note=Finer+steps&intent=confirm",
    )
    .await
    .expect(303);
    app.post(
        Some(&dentist),
        &path,
        &format!("{old}&total=12&interval=10&intent=confirm"),
    )
    .await
    .expect(409);
    app.get(Some(&patient), &format!("/journeys/{journey}"))
        .await
        .expect(200)
        .says("Steps: 10 instead of 24")
        .says("Finer steps")
        // The step being worn keeps its date; two more of ten days.
        .says("Thursday 9 April");

    // Aftercare: what an active journey can have.
    app.act(
        &dentist,
        journey,
        "aftercare",
        "was=&aftercare=journey_complete",
    )
    .await
    .expect(422);
    app.act(
        &dentist,
        journey,
        "aftercare",
        "was=&aftercare=scan_appointment_booked",
    )
    .await
    .expect(303);

    // One at a time.
    let new = format!("/patients/{}/journeys", patient.id);
    app.get(Some(&dentist), &new).await.expect(422);
    let open = format!("product=clear_braces&total=6&seen={journey}&intent=confirm");
    app.post(Some(&dentist), &new, &open).await.expect(422);
    app.act(
        &dentist,
        journey,
        "end",
        "note=Moving+abroad&intent=confirm",
    )
    .await
    .expect(303);
    assert!(app.pending(journey).await.is_empty());
    app.get(Some(&patient), &format!("/journeys/{journey}"))
        .await
        .expect(200)
        .says("Treatment ended before the last step")
        .says("Moving abroad");
    // Ended is not completed, and nobody is congratulated.
    let home = app.get(Some(&patient), "/").await.expect(200);
    assert!(!home.text.contains("Well done"), "{}", home.text);
    let home = home.says("Your treatment was ended");
    drop(home);
    // What the rules refused their dentist is no stranger's try.
    let access = app.get(Some(&patient), "/access").await.expect(200);
    assert!(!access.text.contains("was refused"), "{}", access.text);
    for (act, rest) in [
        ("progress", ""),
        ("end", "intent=confirm"),
        ("plan", "total=12&interval=10&intent=confirm"),
    ] {
        app.act(&dentist, journey, act, rest).await.expect(422);
    }
    app.post(
        Some(&dentist),
        &new,
        "product=clear_braces&total=0&intent=confirm",
    )
    .await
    .expect(422);
    app.post(
        Some(&dentist),
        &new,
        "product=clear_braces&total=6&intent=preview",
    )
    .await
    .expect(200)
    .says("168 days");
    let answer = app.post(Some(&dentist), &new, &open).await.expect(303);
    let second: i64 = answer
        .location()
        .trim_start_matches("/journeys/")
        .trim_end_matches("?saved")
        .parse()
        .expect("a journey");
    app.get(Some(&patient), "/")
        .await
        .expect(200)
        .says("wire 1");
    // The former one stays reachable.
    app.get(Some(&patient), &format!("/journeys/{second}"))
        .await
        .expect(200)
        .says(&format!("href=\"/journeys/{journey}\""));
    assert_eq!(app.audited("journey.open", "done").await, 1);
    assert_eq!(app.audited("journey.end", "done").await, 1);
    assert_eq!(app.audited("journey.revise", "done").await, 1);
}

#[sqlx::test]
async fn nobody_sets_up_their_own_treatment(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let both = app.visitor("staff").await;
    sqlx::query("insert into user_roles (user_id, role) values ($1, 'patient')")
        .bind(both.id)
        .execute(&app.owner)
        .await
        .expect("a role");
    let (journey, _) = app.journey(&both, 8, "2026-03-30T07:00:00Z").await;
    for act in ["plan", "end", "aftercare"] {
        app.get(Some(&both), &format!("/journeys/{journey}/{act}"))
            .await
            .expect(404);
        app.act(
            &both,
            journey,
            act,
            "total=9&interval=9&intent=confirm&was=&aftercare=",
        )
        .await
        .expect(404);
    }
    // And of their own they are the patient: no earlier than others.
    app.act(&both, journey, "progress", "").await.expect(422);
}

#[sqlx::test]
async fn an_event_has_an_address(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let other = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let (_, foreign) = app.journey(&other, 8, "2026-03-20T08:00:00Z").await;
    let event = event.expect("an event") - 3;
    app.get(
        Some(&patient),
        &format!("/journeys/{journey}?event={event}"),
    )
    .await
    .expect(200)
    .says(&format!("id=\"event-{event}\" aria-current=\"true\""));
    // Another's is not found, on one's own journey or on theirs.
    let foreign = foreign.expect("an event");
    app.get(
        Some(&patient),
        &format!("/journeys/{journey}?event={foreign}"),
    )
    .await
    .expect(404);
}

/// Whatever the program did, these rows could not be.
#[sqlx::test]
async fn the_database_holds_the_rules(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let dentist = app.visitor("dentist").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let event = event.expect("an event");
    let wrong = [
        // (type, stage, recorded, due, reason, actor)
        (
            "progress",
            10,
            "2026-03-20T08:00Z",
            Some("2026-04-03T07:00Z"),
            None,
            patient.id,
        ),
        (
            "progress",
            9,
            "2026-03-20T08:00Z",
            Some("2026-04-02T07:00Z"),
            None,
            patient.id,
        ),
        ("progress", 9, "2026-03-20T08:00Z", None, None, patient.id),
        // Two days early: the patient may not, the dentist may (below).
        (
            "progress",
            9,
            "2026-03-18T08:00Z",
            Some("2026-04-01T07:00Z"),
            None,
            patient.id,
        ),
        (
            "delay",
            8,
            "2026-03-18T08:00Z",
            Some("2026-04-18T07:00Z"),
            Some("pain"),
            patient.id,
        ),
        (
            "delay",
            8,
            "2026-03-18T08:00Z",
            Some("2026-03-20T08:00Z"),
            Some("pain"),
            patient.id,
        ),
        (
            "delay",
            8,
            "2026-03-18T08:00Z",
            Some("2026-03-22T08:00Z"),
            None,
            patient.id,
        ),
        (
            "delay",
            8,
            "2026-03-18T08:00Z",
            Some("2026-03-22T08:00Z"),
            Some("dentist_hold"),
            patient.id,
        ),
        (
            "delay",
            9,
            "2026-03-18T08:00Z",
            Some("2026-03-22T08:00Z"),
            Some("pain"),
            patient.id,
        ),
        (
            "pause",
            8,
            "2026-03-18T08:00Z",
            Some("2026-03-22T08:00Z"),
            Some("pain"),
            patient.id,
        ),
        (
            "continue",
            8,
            "2026-03-18T08:00Z",
            Some("2026-03-22T08:00Z"),
            None,
            patient.id,
        ),
    ];
    let insert = "insert into progress_events (user_id, journey_id, progress_stage, type, start_date, end_date, reason, actor_id, previous_event_id, time_zone)
         values ($1, $2, $3, $4::text::progress_event_type, $5::text::timestamptz, $6::text::timestamptz, $7::text::progress_reason, $8, $9, 'Europe/Berlin')";
    let row = |(kind, stage, on, due, reason, actor): (
        &'static str,
        i32,
        &'static str,
        Option<&'static str>,
        Option<&'static str>,
        i64,
    )| {
        sqlx::query(insert)
            .bind(patient.id)
            .bind(journey)
            .bind(stage)
            .bind(kind)
            .bind(on)
            .bind(due)
            .bind(reason)
            .bind(actor)
            .bind(event)
    };
    for each in wrong {
        let error = row(each).execute(&app.pool).await.expect_err("refused");
        let code = error
            .as_database_error()
            .and_then(|error| error.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("23514"), "{each:?}: {error}");
    }
    // An event without its counter, and the other way round.
    let early = (
        "progress",
        9,
        "2026-03-18T08:00Z",
        Some("2026-04-01T07:00Z"),
        None,
        dentist.id,
    );
    for statement in [
        "select 1",
        "update journeys set current_progress_stage = 10 where true",
        "update journeys set status = 'completed' where true",
        "update journeys set total_progress_stages = 30 where true",
        "update journeys set revision = 4 where true",
    ] {
        let mut tx = app.pool.begin().await.expect("a transaction");
        row(early).execute(&mut *tx).await.expect("the clinic may");
        sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .expect("so far");
        let error = tx.commit().await.expect_err("not what its events say");
        assert_eq!(
            error
                .as_database_error()
                .and_then(|error| error.constraint()),
            Some("journeys_consistent"),
            "{statement}"
        );
    }
    let mut tx = app.pool.begin().await.expect("a transaction");
    row(early).execute(&mut *tx).await.expect("the clinic may");
    sqlx::query("update journeys set current_progress_stage = 9 where id = $1")
        .bind(journey)
        .execute(&mut *tx)
        .await
        .expect("moved");
    tx.commit().await.expect("a journey that can be");
    // History is only ever added to.
    for statement in [
        "update progress_events set note = 'x' where true",
        "delete from progress_events where true",
        "update plan_changes set note = 'x' where true",
        "delete from plan_changes where true",
    ] {
        let error = sqlx::query(statement)
            .execute(&app.pool)
            .await
            .expect_err("refused");
        assert!(error.to_string().contains("permission denied"), "{error}");
    }
}

/// A second tap, or another try after a lost answer: the same form of the same person is answered as done, and done once.
#[sqlx::test]
async fn what_is_tapped_twice_is_done_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let [patient, dentist] = [app.visitor("patient").await, app.visitor("dentist").await];
    let staff = app.visitor("staff").await;
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let own = "/?saved".to_owned();
    let desk = format!("/journeys/{journey}?saved");
    for (who, act, rest, to, other) in [
        (
            &patient,
            "delay",
            "days=3&reason=travel&note=Oslo",
            &own,
            "days=4&reason=travel&note=Oslo",
        ),
        (
            &patient,
            "pause",
            "reason=illness&resume_on=",
            &own,
            "reason=illness&resume_on=&note=Flu",
        ),
        (&patient, "continue", "", &own, "due=2026-01-01"),
        (
            &dentist,
            "plan",
            "total=30&interval=14&note=Finer",
            &desk,
            "total=31&interval=14&note=Finer",
        ),
        (&dentist, "progress", "", &desk, "due=2026-01-01"),
        (
            &dentist,
            "back",
            "stage=8&days=7&reason=pain",
            &desk,
            "stage=7&days=7&reason=pain",
        ),
        (&dentist, "end", "note=Moved", &desk, "note=Elsewhere"),
    ] {
        let path = format!("/journeys/{journey}/{act}");
        let seen = app.seen(journey).await;
        let form = format!("{seen}&{rest}&intent=confirm");
        for _ in 0..2 {
            let answer = app.post(Some(who), &path, &form).await.expect(303);
            assert_eq!(answer.location(), to, "{act}");
        }
        let after = app.seen(journey).await;
        // Another's, or said otherwise, it comes too late; and so does the same some minutes later.
        app.post(Some(&staff), &path, &form).await.expect(409);
        let other = format!("{seen}&{other}&intent=confirm");
        app.post(Some(who), &path, &other).await.expect(409);
        app.clock
            .set(app.clock.now() + chrono::TimeDelta::minutes(3));
        app.post(Some(who), &path, &form).await.expect(409);
        assert_eq!(app.seen(journey).await, after, "{act}");
    }
    for action in [
        "delay",
        "pause",
        "continue",
        "revise",
        "progress",
        "step_back",
        "end",
    ] {
        assert_eq!(
            app.audited(&format!("journey.{action}"), "done").await,
            1,
            "{action}"
        );
    }
    // One that is opened, and where the patient is with the clinic's care.
    let open = format!("/patients/{}/journeys", patient.id);
    let form = format!("seen={journey}&product=aligners&total=10&interval=14&intent=confirm");
    let first = app.post(Some(&dentist), &open, &form).await.expect(303);
    let again = app.post(Some(&dentist), &open, &form).await.expect(303);
    assert_eq!(first.location(), again.location());
    app.post(Some(&staff), &open, &form).await.expect(422);
    assert_eq!(app.audited("journey.open", "done").await, 1);
    let place = first.location().trim_end_matches("?saved");
    let form = "was=&aftercare=scan_appointment_booked";
    for _ in 0..2 {
        app.post(Some(&dentist), &format!("{place}/aftercare"), form)
            .await
            .expect(303);
    }
    assert_eq!(app.audited("journey.aftercare", "done").await, 1);
}

/// Midnight, or a change of zone, between the page that shows the dates and the button on it.
#[sqlx::test]
async fn other_dates_than_were_shown_are_shown_again(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    app.get(Some(&patient), &format!("/journeys/{journey}/progress"))
        .await
        .expect(200)
        .says("name=\"due\" value=\"2026-03-31\"");
    app.clock.set(at("2026-03-17T23:30:00Z"));
    app.act(
        &patient,
        journey,
        "progress",
        "intent=confirm&due=2026-03-31",
    )
    .await
    .expect(409)
    .says("The dates have changed")
    .says("name=\"due\" value=\"2026-04-01\"");
    let api = format!(
        "journey={journey}&{}&due=2026-03-31",
        app.seen(journey).await
    );
    app.post(Some(&patient), "/api/journeys/progress", &api)
        .await
        .expect(409);
    app.act(
        &patient,
        journey,
        "progress",
        "intent=confirm&due=2026-04-01",
    )
    .await
    .expect(303);
    assert_eq!(app.newest(journey).await.1.as_deref(), Some("2026-04-01"));
}

/// A clock that was set back, or a request that took long to arrive, makes no history that runs backwards.
#[sqlx::test]
async fn what_comes_later_is_later(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let dentist = app.visitor("dentist").await;
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    app.act(
        &dentist,
        journey,
        "plan",
        "total=30&interval=14&intent=confirm",
    )
    .await
    .expect(303);
    app.act(
        &patient,
        journey,
        "delay",
        "days=3&reason=pain&intent=confirm",
    )
    .await
    .expect(303);
    app.clock.set(at("2026-03-17T10:00:00Z"));
    app.act(&patient, journey, "pause", "reason=pain&intent=confirm")
        .await
        .expect(303);
    app.get(Some(&patient), "/")
        .await
        .expect(200)
        .says("Your treatment is paused");
    let backwards: i64 = sqlx::query_scalar(
        "select count(*) from progress_events e join progress_events p on p.id = e.previous_event_id
         where e.start_date < p.start_date",
    )
    .fetch_one(&app.owner)
    .await
    .expect("a count");
    assert_eq!(backwards, 0);
}

/// A note is counted as the browser counts it, and keeps its lines.
#[sqlx::test]
async fn a_note_of_five_hundred_characters_has_room_for_lines(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let note = format!("{}%0D%0A{}", "a".repeat(250), "b".repeat(249));
    app.act(
        &patient,
        journey,
        "delay",
        &format!("days=3&reason=pain&note={note}&intent=confirm"),
    )
    .await
    .expect(303);
    let kept = app.newest(journey).await.3.expect("a note");
    assert_eq!((kept.chars().count(), kept.lines().count()), (500, 2));
}

/// Whoever was refused an act is led back to where they see how things are; another act never stands out there.
#[sqlx::test]
async fn a_refusal_leads_to_no_other_act(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, staff) = (app.visitor("patient").await, app.visitor("staff").await);
    let new = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    let (unstarted, _) = app.journey(&new, 0, "2026-03-24T08:00:00Z").await;
    let asked = vec![
        (&patient, journey, "progress"),
        (&patient, journey, "continue"),
        (&patient, journey, "take-back"),
        (&patient, journey, "back"),
        (&staff, journey, "continue"),
        (&staff, journey, "take-back"),
        (&new, unstarted, "delay"),
        (&new, unstarted, "pause"),
        (&new, unstarted, "continue"),
        (&staff, unstarted, "back"),
    ];
    let refused = async |asked: Vec<(&Visitor, i64, &'static str)>| {
        for (who, journey, act) in asked {
            let path = format!("/journeys/{journey}/{act}");
            let page = app.get(Some(who), &path).await.expect(422);
            let primary: Vec<&str> = page
                .text
                .split('<')
                .filter_map(|tag| tag.split('>').next())
                .filter(|tag| tag.contains("button-primary"))
                .collect();
            let to = if who.id == staff.id {
                format!("href=\"/journeys/{journey}\"")
            } else {
                "href=\"/\"".to_owned()
            };
            assert_eq!(primary.len(), 1, "{path}: {primary:?}");
            assert!(primary[0].contains(&to), "{path}: {primary:?}");
            page.says(if who.id == staff.id {
                "Back to the treatment"
            } else {
                "Back to Today"
            });
        }
    };
    refused(asked).await;
    app.act(&patient, journey, "pause", "reason=travel&intent=confirm")
        .await
        .expect(303);
    refused(vec![
        (&patient, journey, "progress"),
        (&patient, journey, "delay"),
        (&patient, journey, "pause"),
        (&staff, journey, "pause"),
        (&staff, journey, "back"),
    ])
    .await;
}
