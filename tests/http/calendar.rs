//! A patient's private calendar, and the zone that their days follow.

use crate::harness::{TestApp, at};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

/// The address that a page shows.
fn address(page: &str) -> &str {
    page.split("value=\"http://127.0.0.1:3000")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an address")
}

/// What is sent by the page that asks whether to make another address.
fn anew(page: &str) -> String {
    let seen = page
        .split("name=\"seen\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the address that there is");
    format!("intent=create&seen={seen}")
}

#[sqlx::test]
async fn a_private_address_is_read_without_signing_in_until_it_ends(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 22, "2026-03-20T08:00:00Z").await;
    let page = app
        .post(Some(&patient), "/calendar/address", "intent=create")
        .await
        .expect(200);
    let first = address(&page.text).to_owned();
    let fetched = app.get(None, &first).await.expect(200);
    assert_eq!(
        fetched.headers["content-type"],
        "text/calendar; charset=utf-8"
    );
    let calendar = &fetched.text;
    // Two more stages, and the last day.
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 3);
    for line in [
        "DTSTART;TZID=Europe/Berlin:20260320T090000\r\n",
        "DTSTART;TZID=Europe/Berlin:20260403T090000\r\n",
        "DTSTART;TZID=Europe/Berlin:20260417T090000\r\n",
        "SUMMARY:Next step: 23 of 24\r\n",
    ] {
        assert!(calendar.contains(line), "{line} in {calendar}");
    }
    for secret in ["Mia", "Berger", "ligner", "midline.example"] {
        assert!(!calendar.contains(secret), "{secret} in {calendar}");
    }
    // What has not changed is not sent again.
    let tag = fetched.headers["etag"].to_str().expect("text").to_owned();
    let request = crate::harness::request(axum::http::Method::GET, None, &first)
        .header("if-none-match", tag)
        .body(axum::body::Body::empty())
        .expect("a request");
    let known = app.send(request).await.expect(304);
    for answer in [&fetched.headers, &known.headers] {
        assert_eq!(answer["vary"], "accept-encoding");
    }

    // It is not shown again, and a new one ends it: not one that is asked for on a page from before there was any, or from before
    // another was made.
    let again = app
        .get(Some(&patient), "/calendar/address")
        .await
        .expect(200);
    assert!(!again.text.contains(&first[10..40]), "{}", again.text);
    for form in ["intent=create", "intent=create&seen=0"] {
        let asked = app.post(Some(&patient), "/calendar/address", form).await;
        assert_eq!(asked.expect(303).location(), "/calendar/address?ask=new");
    }
    app.get(None, &first).await.expect(200);
    let asking = app
        .get(Some(&patient), "/calendar/address?ask=new")
        .await
        .expect(200);
    let form = anew(&asking.text);
    let page = app
        .post(Some(&patient), "/calendar/address", &form)
        .await
        .expect(200);
    let again = app.post(Some(&patient), "/calendar/address", &form).await;
    assert_eq!(again.expect(303).location(), "/calendar/address?ask=new");
    let second = address(&page.text).to_owned();
    app.get(None, &first).await.expect(404);
    app.get(None, &second).await.expect(200);
    // What ends it says so first, and ends nothing by being looked at.
    for (asked, effect) in [
        ("new", "The address you have now stops working at once"),
        ("end", "It stops working at once and can’t be brought back"),
    ] {
        let asking = app
            .get(Some(&patient), &format!("/calendar/address?ask={asked}"))
            .await
            .expect(200);
        assert!(asking.text.contains(effect), "{}", asking.text);
    }
    let shown = app
        .get(Some(&patient), "/calendar/address")
        .await
        .expect(200);
    assert!(shown.text.contains("/calendar/address?ask=end") && !shown.text.contains("\"revoke\""));
    app.get(None, &second).await.expect(200);
    // A pause leaves nothing to come.
    sqlx::query(
        "insert into progress_events (user_id, journey_id, start_date, progress_stage, type, reason, actor_id, previous_event_id, time_zone)
         values ($1, $2, '2026-03-17T10:00Z', 22, 'pause', 'travel', $1, (select max(id) from progress_events where journey_id = $2), 'Europe/Berlin')",
    )
    .bind(patient.id)
    .bind(journey)
    .execute(&app.owner)
    .await
    .expect("paused");
    let empty = app.get(None, &second).await.expect(200).text;
    assert!(
        !empty.contains("VEVENT") && empty.contains("VTIMEZONE"),
        "{empty}"
    );
    // What is to end is the one that the page spoke of.
    for form in ["intent=revoke", "intent=revoke&seen=0"] {
        let asked = app.post(Some(&patient), "/calendar/address", form).await;
        assert_eq!(asked.expect(303).location(), "/calendar/address?ask=end");
    }
    app.get(None, &second).await.expect(200);
    let asking = app
        .get(Some(&patient), "/calendar/address?ask=end")
        .await
        .expect(200);
    let form = anew(&asking.text).replace("create", "revoke");
    // Pressed twice, it is done once.
    for _ in 0..2 {
        let ended = app.post(Some(&patient), "/calendar/address", &form).await;
        assert_eq!(ended.expect(303).location(), "/calendar/address?ended");
    }
    app.get(None, &second).await.expect(404);
    let kept: Vec<String> =
        sqlx::query_scalar("select encode(token_hash, 'hex') from calendar_addresses")
            .fetch_all(&app.owner)
            .await
            .expect("rows");
    assert!(
        kept.iter()
            .all(|hash| !first.contains(hash) && !second.contains(hash))
    );
    assert_eq!(app.audited("calendar.create", "done").await, 2);
    assert_eq!(app.audited("calendar.revoke", "done").await, 1);
}

#[sqlx::test]
async fn a_second_tap_answers_as_the_first(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    app.journey(&patient, 22, "2026-03-20T08:00:00Z").await;
    let page = app
        .get(Some(&patient), "/calendar/address?welcome")
        .await
        .expect(200);
    let key = page
        .text
        .split("name=\"key\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a key")
        .to_owned();
    let form = format!("intent=create&key={key}&welcome=");
    let post = async |form: &str| app.post(Some(&patient), "/calendar/address", form).await;
    let first = post(&form).await.expect(200);
    let again = post(&form).await.expect(200);
    let made = address(&first.text).to_owned();
    assert_eq!(made, address(&again.text));
    assert_eq!(app.audited("calendar.create", "done").await, 1);
    app.get(None, &made).await.expect(200);
    // Another form, and the same one after a while, is asked first; on the first day one stays there.
    let other = format!("intent=create&key={}&welcome=", uuid::Uuid::new_v4());
    let asks = post(&other).await.expect(303);
    assert_eq!(asks.location(), "/calendar/address?ask=new&welcome");
    app.get(Some(&patient), asks.location())
        .await
        .expect(200)
        .says("href=\"/calendar/address?welcome\"")
        .says("name=\"welcome\"");
    app.clock
        .set(app.clock.now() + chrono::TimeDelta::minutes(11));
    let asks = post(&form).await.expect(303);
    assert_eq!(asks.location(), "/calendar/address?ask=new&welcome");
    // What has ended is not opened again by its own form.
    let asking = app
        .get(Some(&patient), "/calendar/address?ask=end")
        .await
        .expect(200);
    post(&anew(&asking.text).replace("create", "revoke"))
        .await
        .expect(303);
    let fresh = post(&form).await.expect(200);
    assert_ne!(made, address(&fresh.text));
    app.get(None, &made).await.expect(404);
    app.get(None, address(&fresh.text)).await.expect(200);
    // Nobody else comes to it by the same key.
    let stranger = app.visitor("patient").await;
    let theirs = app
        .post(Some(&stranger), "/calendar/address", &form)
        .await
        .expect(200);
    assert_ne!(made, address(&theirs.text));
}

#[sqlx::test]
async fn a_change_of_zone_moves_what_is_pending(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    app.post(
        Some(&patient),
        &format!("/journeys/{journey}/progress"),
        &format!(
            "seen={}",
            sqlx::query_scalar::<_, i64>("select max(id) from progress_events")
                .fetch_one(&app.owner)
                .await
                .expect("an event")
        ),
    )
    .await
    .expect(303);
    let pending = async || -> Vec<String> {
        sqlx::query_scalar(
            "select to_char(scheduled_for at time zone 'UTC', 'MM-DD HH24:MI') from notifications
             where status = 'pending' and template is distinct from 'plan_changed' order by scheduled_for",
        )
        .fetch_all(&app.owner)
        .await
        .expect("rows")
    };
    assert_eq!(
        pending().await,
        ["03-31 07:00", "04-01 07:00", "04-03 07:00"]
    );
    for (zone, moments) in [
        // Fourteen hours ahead: the evening before, in UTC.
        (
            "Pacific/Kiritimati",
            ["03-30 19:00", "03-31 19:00", "04-02 19:00"],
        ),
        // Summer time ends there on 5 April; three quarters of an hour are in their offset.
        (
            "Pacific/Chatham",
            ["03-30 19:15", "03-31 19:15", "04-02 19:15"],
        ),
        (
            "Pacific/Pago_Pago",
            ["03-31 20:00", "04-01 20:00", "04-03 20:00"],
        ),
        (
            "Europe/Berlin",
            ["03-31 07:00", "04-01 07:00", "04-03 07:00"],
        ),
    ] {
        app.post(
            Some(&patient),
            "/settings/time-zone",
            &format!("time_zone={zone}"),
        )
        .await
        .expect(303);
        assert_eq!(pending().await, moments, "{zone}");
        // It is due on the same day, wherever that is.
        app.get(Some(&patient), "/")
            .await
            .expect(200)
            .says("Tuesday 31 March");
    }
    app.post(
        Some(&patient),
        "/settings/time-zone",
        "time_zone=Mars/Olympus",
    )
    .await
    .expect(422);
    assert_eq!(app.audited("settings.time_zone", "done").await, 4);

    // What staff have moved to another time of the day stays there.
    sqlx::query("update notifications set scheduled_for = '2026-04-01 14:30+02' where scheduled_for = '2026-04-01 09:00+02'")
        .execute(&app.owner)
        .await
        .expect("moved");
    // And so does what they wrote for a time of the patient's.
    sqlx::query("insert into notifications (user_id, content, source, scheduled_for) values ($1, 'Closed', 'other', '2026-04-10 15:00+02')")
        .bind(patient.id)
        .execute(&app.owner)
        .await
        .expect("written");
    app.post(
        Some(&patient),
        "/settings/time-zone",
        "time_zone=Pacific/Chatham",
    )
    .await
    .expect(303);
    assert_eq!(
        pending().await,
        ["03-30 19:15", "04-01 00:45", "04-02 19:15", "04-10 02:15"]
    );

    // What stands in the inbox stays where it is, sent or not.
    let told = app.clock.now() - chrono::TimeDelta::hours(1);
    let stands: i64 = sqlx::query_scalar(
        "insert into notifications (user_id, content, source, scheduled_for) values ($1, 'Told', 'other', $2) returning id",
    )
    .bind(patient.id)
    .bind(told)
    .fetch_one(&app.owner)
    .await
    .expect("told");

    // Where the day has begun, the patient may move on the day before, there.
    app.post(
        Some(&patient),
        "/settings/time-zone",
        "time_zone=Pacific/Kiritimati",
    )
    .await
    .expect(303);
    let stays: bool = sqlx::query_scalar("select told_at = $2 from notifications where id = $1")
        .bind(stands)
        .bind(told)
        .fetch_one(&app.owner)
        .await
        .expect("a row");
    assert!(stays, "what was told has moved");
    app.clock.set(at("2026-03-29T09:59:00Z"));
    let patient = app.sign_in(patient.id).await;
    app.get(Some(&patient), &format!("/journeys/{journey}/progress"))
        .await
        .expect(422);
    app.clock.set(at("2026-03-29T10:00:00Z"));
    app.get(Some(&patient), &format!("/journeys/{journey}/progress"))
        .await
        .expect(200);
}

/// Each zone that can be chosen is one that the database can reckon with, and both reckon alike.
#[sqlx::test]
async fn the_database_knows_every_zone_and_finds_the_same_days(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    use midline::journeys::model::{due_moment, zones};
    let app = app(pool, options).await;
    let days: Vec<chrono::NaiveDate> = (0..1500)
        .step_by(3)
        .map(|n| chrono::NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::Days::new(n))
        .collect();
    let mut unlike = Vec::new();
    for zone in zones() {
        let moments: Vec<_> = days.iter().map(|day| due_moment(*day, zone)).collect();
        let found: Result<Vec<chrono::NaiveDate>, _> = sqlx::query_scalar(
            "select (moment at time zone $1)::date from unnest($2::timestamptz[]) with ordinality as m (moment, n) order by n",
        )
        .bind(zone.name())
        .bind(&moments)
        .fetch_all(&app.owner)
        .await;
        if found.ok().as_ref() != Some(&days) {
            unlike.push(zone.name());
        }
    }
    assert!(unlike.is_empty(), "{unlike:?}");
}

/// What one event of a calendar says: its start, sequence and last change.
fn told(calendar: &str, uid: &str) -> (String, i64, String) {
    let event = calendar
        .split("BEGIN:VEVENT")
        .find(|event| event.contains(&format!("UID:{uid}\r\n")))
        .unwrap_or_else(|| panic!("no {uid} in {calendar}"));
    let value = |name: &str| {
        let line = event.lines().find(|line| line.starts_with(name));
        let (_, value) = line
            .and_then(|line| line.split_once(':'))
            .unwrap_or_else(|| panic!("no {name} in {event}"));
        value.to_owned()
    };
    (
        value("DTSTART"),
        value("SEQUENCE").parse().expect("a number"),
        value("LAST-MODIFIED"),
    )
}

#[sqlx::test]
async fn an_event_that_has_moved_is_known_to_have(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    let page = app
        .post(Some(&patient), "/calendar/address", "intent=create")
        .await
        .expect(200);
    let path = address(&page.text).to_owned();
    let uid = format!("journey-{journey}-stage-9@midline");
    let fetch = async || told(&app.get(None, &path).await.expect(200).text, &uid);
    let first = fetch().await;
    assert_eq!(first.0, "20260320T090000");
    app.clock.set(at("2026-03-17T12:00:00Z"));
    assert_eq!(fetch().await, first, "nothing has moved");
    // A delay, and a change of zone.
    app.act(
        &patient,
        journey,
        "delay",
        "days=3&reason=travel&intent=confirm",
    )
    .await
    .expect(303);
    let delayed = fetch().await;
    assert_eq!(
        (delayed.0.as_str(), delayed.2.as_str()),
        ("20260323T090000", "20260317T120000Z")
    );
    assert!(delayed.1 > first.1, "{delayed:?} after {first:?}");
    app.clock.set(at("2026-03-17T13:00:00Z"));
    app.post(
        Some(&patient),
        "/settings/time-zone",
        "time_zone=America%2FNew_York",
    )
    .await
    .expect(303);
    let zone = fetch().await;
    assert_eq!(zone.2, "20260317T130000Z");
    assert!(zone.1 > delayed.1, "{zone:?} after {delayed:?}");
    // A change that is owed moves with each day, there.
    let mut before = zone;
    for (moment, day, since) in [
        (
            "2026-03-24T12:00:00Z",
            "20260324T090000",
            "20260324T040000Z",
        ),
        (
            "2026-03-24T20:00:00Z",
            "20260324T090000",
            "20260324T040000Z",
        ),
        (
            "2026-03-25T12:00:00Z",
            "20260325T090000",
            "20260325T040000Z",
        ),
    ] {
        app.clock.set(at(moment));
        let owed = fetch().await;
        assert_eq!((owed.0.as_str(), owed.2.as_str()), (day, since));
        assert!(
            owed.1 > before.1 || owed == before,
            "{owed:?} after {before:?}"
        );
        before = owed;
    }
}

#[sqlx::test]
async fn a_calendar_is_subscribed_to_wherever_it_is(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let page = app
        .post(Some(&patient), "/calendar/address", "intent=create")
        .await
        .expect(200);
    let path = address(&page.text).to_owned();
    let encoded = format!(
        "webcal%3A%2F%2F127.0.0.1%3A3000{}",
        path.replace('/', "%2F")
    );
    page.says(&format!("href=\"webcal://127.0.0.1:3000{path}\""))
        .says(&format!(
            "https://calendar.google.com/calendar/render?cid={encoded}"
        ))
        .says("https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2F127.0.0.1")
        .says("https://outlook.office.com/calendar/0/addfromweb?url=http%3A%2F%2F127.0.0.1")
        .says("readonly")
        .says("data-copies=\"address\"");
    let asking = app
        .get(Some(&patient), "/calendar/address?ask=new")
        .await
        .expect(200);
    // Over an encrypted connection, where there is one.
    let config = crate::harness::config_at("https://midline.example");
    let owner = app.owner.clone();
    let options = owner.connect_options().as_ref().clone();
    let app = TestApp::with_config(config, 8, options, owner).await;
    let request = crate::harness::request(axum::http::Method::POST, None, "/calendar/address")
        .header(
            "cookie",
            patient.cookie.replace("midline=", "__Host-midline="),
        )
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(axum::body::Body::from(anew(&asking.text)))
        .expect("a request");
    app.send(request)
        .await
        .expect(200)
        .says("href=\"webcals://midline.example/calendar/")
        .says("cid=webcal%3A%2F%2Fmidline.example%2Fcalendar%2F");
    // Those who fetch calendars for others look there first.
    let robots = std::fs::read_to_string(crate::repository::root().join("public/robots.txt"))
        .expect("a file");
    assert!(robots.contains("Allow: /calendar/\n"), "{robots}");
}
