//! Campaigns: who gets one, when, once; and what staff can do with it.

use crate::harness::{TestApp, Visitor};
use midline::{campaigns::worker, ids::CampaignId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

struct Room {
    app: TestApp,
    staff: Visitor,
    /// Under way at stage 8, in Berlin.
    patient: Visitor,
    /// The same in Tokyo, in German.
    far: Visitor,
    /// Without any journey.
    other: Visitor,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let staff = app.visitor("staff").await;
        let [patient, far, other] = [
            app.visitor("patient").await,
            app.visitor("patient").await,
            app.visitor("patient").await,
        ];
        app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        app.journey(&far, 8, "2026-03-24T08:00:00Z").await;
        let room = Self {
            app,
            staff,
            patient,
            far,
            other,
        };
        room.sql(&format!(
            "update users set time_zone = 'Asia/Tokyo', language = 'de' where id = {}",
            room.far.id
        ))
        .await;
        // At whatever hour this is tried.
        room.sql("update users set quiet_from = '00:00', quiet_until = '00:00'")
            .await;
        room
    }

    async fn sql(&self, sql: &str) {
        // What a journey's events would say of it does not matter here.
        let sql = format!(
            "set session_replication_role = replica; {sql}; set session_replication_role = origin"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&self.app.owner)
            .await
            .expect("done");
    }

    async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {sql}")))
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// Writes a draft; answers its path.
    async fn draft(&self, more: &str) -> String {
        let when = if more.contains("when=") {
            ""
        } else {
            "&when=now"
        };
        let key = uuid::Uuid::new_v4();
        let form = format!(
            "key={key}&name=Spring&content_en=We%20moved&content_de=Umgezogen&{more}{when}"
        );
        self.app
            .post(Some(&self.staff), "/campaigns/new", &form)
            .await
            .expect(303)
            .location()
            .to_owned()
    }

    async fn act(&self, path: &str, doing: &str, seen: i32) -> u16 {
        let form = format!("do={doing}&seen={seen}");
        let answer = self.app.post(Some(&self.staff), path, &form).await;
        answer.status.as_u16()
    }

    /// What the worker does once.
    async fn work(&self, path: &str) {
        let id = path
            .rsplit('/')
            .next()
            .expect("an id")
            .parse()
            .expect("a number");
        let mut db = self.app.pool.acquire().await.expect("a connection");
        worker::run(&mut db, CampaignId(id)).await.expect("done");
    }

    /// The dentist of the one in Tokyo, and of nobody else.
    async fn dentist_of_far(&self) -> i64 {
        let dentist = self.app.visitor("dentist").await;
        self.app.assign(&self.far, &dentist).await;
        self.app.dentist_id(&dentist).await
    }

    async fn shows(&self, path: &str, words: &str) -> bool {
        let page = self.app.get(Some(&self.staff), path).await.expect(200);
        page.text.contains(words)
    }
}

#[sqlx::test]
async fn nothing_turns_the_direction_of_a_campaigns_words(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let form = format!(
        "key={}&name=%E2%80%AESpring&content_en=%E2%80%AEWe%20moved&content_de=%E2%81%A6Umgezogen%E2%81%A9&when=now",
        uuid::Uuid::new_v4()
    );
    room.app
        .post(Some(&room.staff), "/campaigns/new", &form)
        .await
        .expect(303);
    let kept =
        "campaigns where name = 'Spring' and content_en = 'We moved' and content_de = 'Umgezogen'";
    assert_eq!(room.count(kept).await, 1);
}

#[sqlx::test]
async fn a_campaign_goes_to_its_segment_once_and_in_its_language(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let path = room
        .draft("product=aligners&stage_from=8&stage_to=8&when=now")
        .await;
    // Nothing goes before it is started; the page says who would get it.
    room.work(&path).await;
    assert_eq!(room.count("campaign_recipients").await, 0);
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    assert!(page.text.contains("Asia/Tokyo") && page.text.contains("Europe/Berlin"));
    assert_eq!(page.text.matches("/patients/").count(), 2, "{}", page.text);
    // Not what was seen.
    assert_eq!(room.act(&path, "start", 7).await, 409);
    assert_eq!(room.act(&path, "pause", 0).await, 409);
    // A test goes to whoever asks for it, and to nobody else.
    assert_eq!(room.act(&path, "test_de", 0).await, 303);
    let test = format!(
        "notifications where user_id = {} and content = 'Umgezogen'",
        room.staff.id
    );
    assert_eq!(room.count(&test).await, 1);
    assert_eq!(room.count("notifications").await, 1);
    assert_eq!(room.act(&path, "start", 0).await, 303);
    assert_eq!(room.act(&path, "start", 0).await, 303, "a second tap");
    for _ in 0..3 {
        room.work(&path).await;
    }
    for (who, content) in [(&room.patient, "We moved"), (&room.far, "Umgezogen")] {
        let one = format!(
            "notifications where user_id = {} and content = '{content}' and kind = 'notice' and status = 'pending'",
            who.id
        );
        assert_eq!(room.count(&one).await, 1, "{content}");
    }
    assert_eq!(room.count("notifications").await, 3);
    assert_eq!(
        room.count("campaigns where state = 'done' and ended_at is not null")
            .await,
        1
    );
    // What waits with the dispatcher, as for the end of quiet hours, can still be called back.
    assert_eq!(room.act(&path, "cancel", 0).await, 303);
    room.work(&path).await;
    assert_eq!(
        room.count("notifications where status = 'cancelled'").await,
        2
    );
    // A second tap of the same hand is answered as the first; another's comes too late.
    assert_eq!(room.act(&path, "cancel", 0).await, 303);
    let other = room.app.visitor("staff").await;
    let form = "do=cancel&seen=0";
    room.app.post(Some(&other), &path, form).await.expect(409);
    assert_eq!(room.app.audited("campaign.cancel", "done").await, 1);
    // Of one that has gone out there is nothing to call back.
    let gone = room.draft("when=now").await;
    assert_eq!(room.act(&gone, "start", 0).await, 303);
    for _ in 0..3 {
        room.work(&gone).await;
    }
    room.sql("update deliveries set state = 'sent', sent_at = now() where state = 'pending';
              update notifications set status = 'sent', sent_at = now(), delivery = 'push' where status = 'pending'")
        .await;
    assert_eq!(room.act(&gone, "cancel", 0).await, 409);
    assert_eq!(room.count("campaigns where state = 'done'").await, 1);
}

/// Whoever got something of what was stopped can be written to, and nobody else; by the same rules as with any campaign.
#[sqlx::test]
async fn those_who_got_what_was_stopped_are_written_to(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let path = room.draft("when=now").await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    for _ in 0..2 {
        room.work(&path).await;
    }
    // It has gone out to one of three.
    room.sql(&format!(
        "update notifications set status = 'sent', sent_at = now(), delivery = 'push' where user_id = {0};
         update deliveries set state = 'sent', sent_at = now() where notification_id in (select id from notifications where user_id = {0})",
        room.patient.id
    ))
    .await;
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    page.says("that the push or mail service has taken it");
    let seen: i32 = sqlx::query_scalar("select revision from campaigns")
        .fetch_one(&room.app.owner)
        .await
        .expect("a revision");
    assert_eq!(room.act(&path, "cancel", seen).await, 303);
    room.work(&path).await;
    let id = path.rsplit('/').next().expect("an id");
    let write = format!("/campaigns/new?got={id}");
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    page.says("Write to the patient who got it").says(&write);
    let form = room.app.get(Some(&room.staff), &write).await.expect(303);
    let form = form.location().to_owned();
    let form = room.app.get(Some(&room.staff), &form).await.expect(200);
    form.says("Got an earlier campaign")
        .says(&format!("<option value=\"{id}\" selected"));
    let next = room.draft(&format!("got={id}")).await;
    let page = room.app.get(Some(&room.staff), &next).await.expect(200);
    page.says("Got an earlier campaign")
        .says(&format!("/patients/{}", room.patient.id));
    let next_id = next.rsplit('/').next().expect("an id");
    let people = format!("campaign_people where campaign_id = {next_id}");
    assert_eq!(room.count(&people).await, 1);
    // A closed account is left out here as anywhere.
    room.sql(&format!(
        "update users set disabled_at = now() where id = {}",
        room.patient.id
    ))
    .await;
    assert_eq!(
        room.count(&format!("{people} and left_out = 'closed'"))
            .await,
        1
    );
    // What was never sent cannot be chosen.
    let key = uuid::Uuid::new_v4();
    let wrong = format!("key={key}&name=Spring&content_en=We%20moved&when=now&got={next_id}");
    room.app
        .post(Some(&room.staff), "/campaigns/new", &wrong)
        .await
        .expect(422);
}

/// Nothing goes out by one press: a page of its own says to how many, when, and in which language; and from the first second on it
/// can be stopped.
#[sqlx::test]
async fn sending_is_asked_about_and_can_be_stopped(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.draft("product=aligners").await;
    let (send, stop) = (format!("{path}/send"), format!("{path}/stop"));
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    let page = page.says("Continue to sending");
    assert!(
        page.text.contains(&format!("href=\"{send}\"")),
        "{}",
        page.text
    );
    assert!(!page.text.contains("value=\"start\""), "{}", page.text);
    let page = room.app.get(Some(&room.staff), &send).await.expect(200);
    let page = page
        .says("Send to 2 patients?")
        .says("1 in English, 1 in German")
        .says("Not yet");
    assert!(page.text.contains("value=\"start\""), "{}", page.text);
    assert_eq!(room.count("campaigns where state = 'draft'").await, 1);
    assert_eq!(room.act(&path, "start", 0).await, 303);
    assert_eq!(room.act(&path, "start", 0).await, 303, "a second tap");
    assert_eq!(room.app.audited("campaign.start", "done").await, 1);
    // Before anything was done about it.
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    let page = page.says("Stop this campaign").says("Pause live view");
    assert!(
        page.text.contains(&format!("href=\"{stop}\"")),
        "{}",
        page.text
    );
    room.app
        .get(Some(&room.staff), &stop)
        .await
        .expect(200)
        .says("Nobody will get it any more.");
    // Sent, there is no such question any more.
    let answer = room.app.get(Some(&room.staff), &send).await.expect(303);
    assert_eq!(answer.location(), path);
    // Nobody matches: nothing can be sent.
    let nobody = room.draft("stage_from=19").await;
    let send = format!("{nobody}/send");
    room.app.get(Some(&room.staff), &send).await.expect(303);
}

/// The preview says of everybody what their record says, and within which time a limit lets it go out.
#[sqlx::test]
async fn the_preview_counts_whom_no_push_reaches(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room
        .draft("product=aligners&when=one&date=2099-01-01&time=09:00&per_minute=1")
        .await;
    let inbox_only = |page: &str, count: i64| {
        let wanted = format!("{count} in the inbox only");
        let got = page.matches("<td>In the inbox only<").count();
        assert_eq!(got as i64, count, "{wanted}: {page}");
    };
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    inbox_only(&page.text, 2);
    // The two of them go out within a minute.
    let page = page.says("no push has reached in the last 30 days");
    assert!(page.text.contains(">09:01</time>"), "{}", page.text);
    // One push long ago, and one of late.
    for (who, days) in [(&room.patient, 31), (&room.far, 29)] {
        sqlx::query(
            "insert into notifications (user_id, content, source, kind, status, scheduled_for, sent_at, delivery)
             select $1, 'x', 'other', 'notice', 'sent', past.at, past.at, 'push' from (select now() - $2 * interval '1 day') past (at)",
        )
        .bind(who.id)
        .bind(f64::from(days))
        .execute(&room.app.owner)
        .await
        .expect("a notification");
    }
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    inbox_only(&page.text, 1);
    page.says("On the phone or by e-mail, too");
    // Who does not want it on the phone is not reached there.
    room.sql(&format!(
        "update users set unpushed = '{{notice}}' where id = {}",
        room.far.id
    ))
    .await;
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    inbox_only(&page.text, 2);
}

/// What waits for its time does not read as if it were going out: in the list, on its page and on the overview.
#[sqlx::test]
async fn what_waits_for_its_time_is_scheduled(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let page = async |path: &str| room.app.get(Some(&room.staff), path).await.expect(200);
    let one = room
        .draft("product=aligners&when=one&date=2099-01-01&time=09:00")
        .await;
    assert_eq!(room.act(&one, "start", 0).await, 303);
    for _ in 0..3 {
        room.work(&one).await;
    }
    for path in ["/campaigns", "/office", one.as_str()] {
        let page = page(path)
            .await
            .says("Scheduled for")
            .says("1 Jan 2099, 09:00");
        assert!(!page.text.contains("Sending"), "{path}: {}", page.text);
    }
    let shown = page(&one)
        .await
        .says("Nothing has gone out yet: 2 patients get it then.")
        .says("Stop this campaign");
    assert!(!shown.text.contains("Pause sending"), "{}", shown.text);
    page(&format!("{one}/stop"))
        .await
        .says("Stop the campaign “Spring”?")
        .says("Leave it scheduled");
    assert_eq!(room.act(&one, "cancel", 0).await, 303);
    room.work(&one).await;
    // Stopped, there is a way on: its words, filters and time begin a new one.
    let shown = page(&one)
        .await
        .says("Stopped: 0 had gone out, 2 will not.");
    assert!(!shown.text.contains("Scheduled for"), "{}", shown.text);
    let id = one.rsplit('/').next().expect("an id");
    let again = format!("/campaigns/new?from={id}");
    assert!(shown.text.contains(&format!("href=\"{again}\"")));
    let form = room.app.get(Some(&room.staff), &again).await.expect(303);
    page(form.location())
        .await
        .says("Umgezogen")
        .says("value=\"2099-01-01\"")
        .says("action=\"/campaigns/new\"");
    assert_eq!(room.count("campaigns").await, 1);

    // At everybody's own time; as soon as it has come for somebody it is being sent.
    let own = room
        .draft("product=aligners&when=own&date=2099-01-01&time=09:00")
        .await;
    assert_eq!(room.act(&own, "start", 0).await, 303);
    room.work(&own).await;
    page("/campaigns")
        .await
        .says("1 Jan 2099, 09:00 (each patient’s local time)");
    room.sql("update campaigns set send_at = now() at time zone 'UTC'")
        .await;
    let of_far = format!("user_id = {}", room.far.id);
    room.sql(&format!(
        "update campaign_recipients set moment = now() where {of_far}"
    ))
    .await;
    room.work(&own).await;
    assert!(room.count(&format!("notifications where {of_far}")).await > 0);
    page("/campaigns").await.says("Sending");
}

/// A row says what its tile counts: what is still to go out is not in an inbox yet.
#[sqlx::test]
async fn rows_and_tiles_of_a_campaign_mean_the_same(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let path = room
        .draft("product=aligners&when=one&date=2099-01-01&time=09:00")
        .await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    let counts = async |label: &str| {
        let page = room.app.get(Some(&room.staff), &path).await.expect(200);
        let (tiles, rows) = page.text.split_once("<tbody>").expect("a table");
        let tile = tiles
            .split("<li>")
            .find(|tile| tile.contains(label))
            .expect("a tile")
            .split("stat-value\">")
            .nth(1)
            .and_then(|rest| rest.split("</span>").next())
            .and_then(|value| value.rsplit(['>', ' ']).next())
            .and_then(|value| value.parse::<usize>().ok())
            .expect("a number");
        // The words of a row begin its cell, or a link in it.
        let rows = rows.matches(&format!(">{label}<")).count();
        (tile, rows)
    };
    assert_eq!(counts("Not sent yet").await, (2, 2));
    // It says when that was, and can be asked again without scripts.
    assert!(room.shows(&path, "As of").await);
    assert!(
        room.shows(&path, &format!("<a href=\"{path}\">Refresh</a>"))
            .await
    );
    assert_eq!(counts("In the inbox only").await, (0, 0));
    assert!(room.shows(&path, "Expected in the inbox only").await);
    room.sql("update campaigns set send_at = now() - interval '1 day'; update campaign_recipients set moment = now()")
        .await;
    for _ in 0..3 {
        room.work(&path).await;
    }
    for (who, delivery) in [(&room.patient, "push"), (&room.far, "inbox")] {
        room.sql(&format!(
            "update notifications set status = 'sent', sent_at = now(), delivery = '{delivery}' where user_id = {}",
            who.id
        ))
        .await;
    }
    assert_eq!(counts("Not sent yet").await, (0, 0));
    assert_eq!(counts("In the inbox only").await, (1, 1));
    assert_eq!(counts("Sent to a phone or by e-mail").await, (1, 1));
    // A tile chooses whom the list shows; from a record there is a way back to that.
    let rows = async |show: &str| {
        let path = format!("{path}?still&show={show}");
        let page = room.app.get(Some(&room.staff), &path).await.expect(200);
        let people = [&room.patient, &room.far];
        people.map(|who| page.text.contains(&format!("href=\"/patients/{}?", who.id)))
    };
    for (show, shown) in [
        ("all", [true, true]),
        ("pushed", [true, false]),
        ("inbox", [false, true]),
        ("waiting", [false, false]),
    ] {
        assert_eq!(rows(show).await, shown, "{show}");
    }
    let id = path.rsplit('/').next().expect("an id");
    let record = format!("/patients/{}?campaign={id}&show=pushed", room.patient.id);
    let page = room.app.get(Some(&room.staff), &record).await.expect(200);
    page.says("Back to the campaign")
        .says(&format!("{path}?still&amp;show=pushed"));
}

/// Of what was stopped before its time nobody has a time any more.
#[sqlx::test]
async fn a_stopped_campaign_has_no_empty_column(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room
        .draft("product=aligners&when=one&date=2099-01-01&time=09:00")
        .await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    assert!(room.shows(&path, "Patient’s local time").await);
    assert_eq!(room.act(&path, "cancel", 0).await, 303);
    room.work(&path).await;
    assert!(!room.shows(&path, "Patient’s local time").await);
}

/// A test says in which language it was, and leads back to its campaign from wherever it is looked for.
#[sqlx::test]
async fn a_test_does_not_lose_its_campaign(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.draft("product=aligners").await;
    let id = path.rsplit('/').next().expect("an id");
    let page = async |path: &str| room.app.get(Some(&room.staff), path).await.expect(200);
    page(&path)
        .await
        .says("Send the English text to me")
        .says("Send the German text to me")
        .says(&format!("/settings/device?campaign={id}"));
    for (doing, code, words) in [("test", "en", "English"), ("test_de", "de", "German")] {
        let form = format!("do={doing}&seen=0");
        let sent = room.app.post(Some(&room.staff), &path, &form).await;
        let back = sent.expect(303).location().to_owned();
        let shown = page(&back).await.says(&format!(
            "The {words} text was sent to you, and to nobody else."
        ));
        let look = shown
            .text
            .split("href=\"")
            .find_map(|rest| rest.split_once("\">See whether it arrived"))
            .expect("a link")
            .0
            .replace("&amp;", "&");
        assert!(look.ends_with(&format!("?campaign={id}&language={code}")));
        // The way back says the same.
        let shown = page(&look).await.says("Written by");
        let shown_back = back.replace('&', "&amp;");
        assert!(
            shown.text.contains(&format!("href=\"{back}\""))
                || shown.text.contains(&format!("href=\"{shown_back}\"")),
            "{}",
            shown.text
        );
    }
    room.sql("update notifications set status = 'sent', sent_at = now(), delivery = 'inbox'")
        .await;
    let tested = "select max(id) from notifications";
    let tested: i64 = sqlx::query_scalar(tested)
        .fetch_one(&room.app.owner)
        .await
        .expect("a test");
    // Nothing of theirs shows notifications: said at once, with the place where that is switched on.
    let shown = page(&format!("{path}?tested={tested}&language=de")).await;
    shown
        .says("None of your devices shows notifications")
        .says(&format!("/settings/device?campaign={id}"));
    // Who works here has no inbox.
    page(&format!("/notifications/{tested}?campaign={id}"))
        .await
        .says("It reached no device")
        .says("Sent, but to no device");
    page(&format!("/settings/device?campaign={id}"))
        .await
        .says("Back to the campaign");
    // Nobody is led to a campaign that it is not part of.
    let other = page(&format!("/notifications/{tested}?campaign=999999")).await;
    assert!(!other.text.contains("/campaigns/999999"), "{}", other.text);
    // With one language nobody is asked which.
    let key = uuid::Uuid::new_v4();
    let form = format!("key={key}&name=Short&content_en=We+moved&when=now");
    let draft = room.app.post(Some(&room.staff), "/campaigns/new", &form);
    let draft = draft.await.expect(303).location().to_owned();
    page(&draft).await.says("Send the text to me");
}

#[sqlx::test]
async fn each_condition_chooses_whom_it_says(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let dentist = room.app.visitor("dentist").await;
    room.app.assign(&room.far, &dentist).await;
    let dentist = room.app.dentist_id(&dentist).await;
    room.sql(&format!(
        "update progress_events set start_date = now() - interval '30 days', end_date = now() - interval '5 days' where user_id = {}",
        room.patient.id
    ))
    .await;
    room.sql(&format!(
        "update progress_events set start_date = now() - interval '30 days', end_date = now() + interval '5 days' where user_id = {}",
        room.far.id
    ))
    .await;
    room.sql(&format!(
        "insert into journeys (user_id, product, status, current_progress_stage, total_progress_stages, wear_interval_days,
                               date_of_starting_treatment, aftercare_stage)
         values ({}, 'clear_braces', 'completed', 20, 20, 28, '2025-01-01', 'journey_complete')",
        room.other.id
    ))
    .await;
    // An older journey does not count beside the one under way.
    room.sql(&format!(
        "insert into journeys (user_id, product, status, current_progress_stage, total_progress_stages, wear_interval_days,
                               date_of_starting_treatment)
         values ({}, 'clear_braces', 'completed', 20, 20, 28, '2025-01-01')",
        room.patient.id
    ))
    .await;
    let (patient, far, other) = (room.patient.id, room.far.id, room.other.id);
    let by_dentist = format!("dentist={dentist}");
    for (form, expected) in [
        ("", vec![patient, far, other]),
        ("product=aligners", vec![patient, far]),
        ("product=clear_braces", vec![other]),
        ("status=active", vec![patient, far]),
        ("status=completed", vec![other]),
        ("stage_from=9", vec![other]),
        ("stage_to=8", vec![patient, far]),
        ("aftercare=journey_complete", vec![other]),
        (by_dentist.as_str(), vec![far]),
        ("overdue_days=5", vec![patient]),
        ("overdue_days=6", vec![]),
    ] {
        let path = room.draft(form).await;
        let id: i64 = path
            .rsplit('/')
            .next()
            .expect("an id")
            .parse()
            .expect("a number");
        let found: Vec<i64> = sqlx::query_scalar(
            "select user_id from campaign_people where campaign_id = $1 order by 1",
        )
        .bind(id)
        .fetch_all(&room.app.owner)
        .await
        .expect("people");
        assert_eq!(found, expected, "{form}");
    }
}

#[sqlx::test]
async fn who_cannot_be_written_to_is_left_out_and_why(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.sql(&format!(
        "update users set disabled_at = now() where id = {}",
        room.far.id
    ))
    .await;
    room.sql(&format!(
        "update users set terms_accepted = false, terms_version = null, terms_accepted_at = null where id = {}",
        room.other.id
    ))
    .await;
    let path = room.draft("when=now").await;
    assert!(room.shows(&path, "Account closed").await);
    assert!(room.shows(&path, "Hasn’t accepted the terms yet").await);
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1);
    assert_eq!(
        room.count("campaign_recipients where left_out in ('closed', 'terms')")
            .await,
        2
    );
}

#[sqlx::test]
async fn what_is_true_no_longer_when_it_goes_out_is_not_sent(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let path = room
        .draft("stage_from=8&stage_to=8&when=own&date=2099-01-01&time=09:00")
        .await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    assert_eq!(
        room.count("campaign_recipients where left_out is null and notification_id is null")
            .await,
        2
    );
    assert_eq!(room.count("notifications").await, 0);
    // At nine o'clock of each one's own.
    for (who, moment) in [
        (&room.patient, "2099-01-01 08:00+00"),
        (&room.far, "2099-01-01 00:00+00"),
    ] {
        let own = format!(
            "campaign_recipients where user_id = {} and moment = '{moment}'",
            who.id
        );
        assert_eq!(room.count(&own).await, 1, "{moment}");
    }
    // Wherever they move before that.
    let app = &room.app;
    app.post(
        Some(&room.patient),
        "/settings/time-zone",
        "time_zone=America/New_York",
    )
    .await
    .expect(303);
    let own = format!(
        "campaign_recipients where user_id = {} and moment = '2099-01-01 14:00+00'",
        room.patient.id
    );
    assert_eq!(room.count(&own).await, 1);
    room.sql("update campaign_recipients set moment = now()")
        .await;
    room.sql(&format!(
        "update journeys set current_progress_stage = 9 where user_id = {}",
        room.patient.id
    ))
    .await;
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1);
    assert_eq!(
        room.count("campaign_recipients where left_out = 'changed'")
            .await,
        1
    );
}

#[sqlx::test]
async fn a_campaign_is_paused_resumed_and_cancelled(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.sql(
        "with u as (insert into users (email, terms_accepted, terms_version, terms_accepted_at, quiet_from, quiet_until)
                    select 'many' || n || '@midline.example', true, '1', now(), '00:00', '00:00' from generate_series(1, 40) n returning id)
         insert into user_roles (user_id, role) select id, 'patient' from u",
    )
    .await;
    // Twelve in a minute are one in each slot of five seconds.
    let path = room.draft("when=now&per_minute=12").await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    for _ in 0..3 {
        room.work(&path).await;
    }
    assert_eq!(
        room.count("notifications").await,
        1,
        "no more than its limit"
    );
    assert_eq!(room.act(&path, "pause", 0).await, 303);
    room.sql("update campaigns set next_at = now()").await;
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1, "it is paused");
    assert_eq!(room.act(&path, "resume", 0).await, 303);
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 2);
    assert_eq!(room.act(&path, "cancel", 0).await, 303);
    room.sql("update campaigns set next_at = now()").await;
    room.work(&path).await;
    // What the provider cannot know of is called back.
    assert_eq!(
        room.count("notifications where status = 'cancelled'").await,
        2
    );
    assert_eq!(
        room.count("campaign_recipients where notification_id is null")
            .await,
        41
    );
    assert!(
        room.shows(&path, "Stopped: 0 had gone out, 43 will not.")
            .await
    );
    // The bar stays where it stopped.
    assert!(room.shows(&path, "0 of 43 had gone out").await);
    assert!(!room.shows(&path, "43 of 43").await);
}

#[sqlx::test]
async fn nobody_starts_what_somebody_else_rewrote(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.draft("when=now").await;
    let edit = format!("{path}/edit");
    let rewrite = |seen: i32, name: &str| {
        let form = format!("seen={seen}&name={name}&content_en=Other&when=now");
        let (app, staff, edit) = (&room.app, &room.staff, edit.clone());
        async move { app.post(Some(staff), &edit, &form).await }
    };
    rewrite(0, "First").await.expect(303);
    // Kept, told, and sent again it replaces the other's.
    rewrite(0, "Second")
        .await
        .expect(409)
        .says("Second")
        .says("value=\"1\"");
    assert_eq!(room.act(&path, "start", 0).await, 409);
    // The form that made it leads to it, instead of to an empty one that would write over it.
    let key: String = sqlx::query_scalar("select form_key::text from campaigns")
        .fetch_one(&room.app.owner)
        .await
        .expect("a key");
    let form = format!("/campaigns/new?key={key}");
    let again = room.app.get(Some(&room.staff), &form).await.expect(303);
    assert_eq!(again.location(), edit);
    // Nor is it tried out as it was.
    assert_eq!(room.act(&path, "test", 0).await, 409);
    assert_eq!(room.act(&path, "test", 1).await, 303);
    rewrite(1, "Second").await.expect(303);
    assert_eq!(room.act(&path, "start", 2).await, 303);
    // Started meanwhile: kept, for a new one.
    rewrite(2, "Third")
        .await
        .expect(409)
        .says("Third")
        .says("action=\"/campaigns/new\"");
    assert_eq!(room.count("campaigns where name = 'Second'").await, 1);
    for (form, words) in [
        ("name=&content_en=x&when=now", "Write something here."),
        ("name=x&content_en=&when=now", "Write something here."),
        ("name=x&content_en=x&when=own", "Choose a day."),
        (
            "name=x&content_en=x&when=now&stage_from=9&stage_to=3",
            "This is lower than “From step”.",
        ),
        (
            "name=x&content_en=x&when=now&overdue_days=0",
            "from 1 to 365",
        ),
        (
            "name=x&content_en=x&when=now&per_minute=lots",
            "from 1 to 10000",
        ),
        (
            "name=x&content_en=x&when=now&product=gold",
            "Choose one of the options.",
        ),
        (
            "name=x&content_en=x&when=now&dentist=99999",
            "Choose one of the options.",
        ),
    ] {
        room.app
            .post(Some(&room.staff), "/campaigns/new", form)
            .await
            .expect(422)
            .says(words);
    }
}

#[sqlx::test]
async fn a_night_does_not_gather_what_a_limit_spreads(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    // Quiet there now, and for two hours more.
    room.sql(&format!(
        "update users set time_zone = 'UTC', quiet_from = ((now() - interval '1 h') at time zone 'UTC')::time,
                quiet_until = ((now() + interval '2 h') at time zone 'UTC')::time where id = {}",
        room.far.id
    ))
    .await;
    room.sql(&format!(
        "update users set quiet_from = '00:00', quiet_until = '00:00' where id <> {}",
        room.far.id
    ))
    .await;
    let path = room.draft("product=aligners&when=now&per_minute=600").await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    for _ in 0..3 {
        room.work(&path).await;
    }
    // Theirs is not written yet: a pause would hold it.
    assert_eq!(room.count("notifications").await, 1);
    let later = format!(
        "campaign_recipients where user_id = {} and notification_id is null and moment between now() + interval '119 min' and now() + interval '2 h'",
        room.far.id
    );
    assert_eq!(room.count(&later).await, 1);
    assert_eq!(room.count("campaigns where state = 'running'").await, 1);
}

/// Before it is sent and while it waits, staff read when those get it who sleep now; and nowhere that nothing of nothing is done.
#[sqlx::test]
async fn it_is_said_what_quiet_hours_hold_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.sql(&format!(
        "update users set time_zone = 'UTC', quiet_from = ((now() - interval '1 h') at time zone 'UTC')::time,
                quiet_until = ((now() + interval '2 h') at time zone 'UTC')::time where id = {}",
        room.far.id
    ))
    .await;
    let get = async |path: &str| room.app.get(Some(&room.staff), path).await.expect(200);
    let path = room.draft("product=aligners").await;
    let send = format!("{path}/send");
    let held = "1 patient has quiet hours when it’s sent, and gets it once they’re over";
    get(&path).await.says(held);
    get(&send).await.says(held);
    // Where all of them sleep, when the first get it is said with its day.
    let asleep = room
        .draft(&format!("dentist={}", room.dentist_of_far().await))
        .await;
    let until = sqlx::query_scalar::<_, String>(
        "select to_char((now() + interval '2 h') at time zone 'Europe/Berlin', 'Dy FMDD Mon YYYY')",
    )
    .fetch_one(&room.app.owner)
    .await
    .expect("a day");
    for page in [asleep.clone(), format!("{asleep}/send")] {
        get(&page)
            .await
            .says("once they’re over")
            .says("It goes out on")
            .says(&until);
    }
    // Who wants no notices on their devices finds it in the inbox at any hour.
    let wants = |unpushed: &str| {
        format!(
            "update users set unpushed = '{{{unpushed}}}' where id = {}",
            room.far.id
        )
    };
    room.sql(&wants("notice")).await;
    get(&send)
        .await
        .says("Nobody has quiet hours when it’s sent");
    room.sql(&wants("")).await;

    assert_eq!(room.act(&path, "start", 0).await, 303);
    get(&path).await.says("Nothing sent yet");
    for _ in 0..3 {
        room.work(&path).await;
    }
    room.sql(
        "update deliveries set state = 'skipped', sent_at = null;
              update notifications set status = 'sent', sent_at = now(), delivery = 'inbox'",
    )
    .await;
    let page = get(&path)
        .await
        .says("1 hasn’t gone out yet.")
        .says("1 patient has quiet hours now, and gets it when they end, on")
        .says("1 of 2 done");
    assert!(
        !page.text.contains("The next ones go out"),
        "there are no others: {}",
        page.text
    );

    // Nobody is of the segment.
    let nobody = room.draft("stage_from=19").await;
    assert_eq!(room.act(&nobody, "start", 0).await, 303);
    for _ in 0..3 {
        room.work(&nobody).await;
    }
    let page = get(&nobody)
        .await
        .says("Nobody to notify")
        .says("Nobody was notified");
    assert!(!page.text.contains("0 of 0"), "{}", page.text);
}

#[sqlx::test]
async fn one_moment_stays_one_whoever_rewrites(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.draft("when=one&date=2099-01-01&time=09:00").await;
    room.sql(&format!(
        "update users set time_zone = 'America/New_York' where id = {}",
        room.staff.id
    ))
    .await;
    room.app
        .get(Some(&room.staff), &format!("{path}/edit"))
        .await
        .expect(200)
        .says("value=\"03:00\"")
        .says("America/New_York");
}

/// PostgreSQL and we mean the same by a local time, on the days when clocks are set, too.
#[sqlx::test]
async fn local_times_are_the_same_in_sql(pool: PgPoolOptions, options: PgConnectOptions) {
    use chrono::{NaiveDate, NaiveTime, Timelike};
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let room = Room::open(pool, options).await;
    let mut random = StdRng::seed_from_u64(6);
    let (mut days, mut times, mut zones, mut expected) = (vec![], vec![], vec![], vec![]);
    for name in [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Tokyo",
        "Africa/Casablanca",
        "Pacific/Chatham",
        "America/St_Johns",
        "Asia/Kathmandu",
        "UTC",
    ] {
        let zone: chrono_tz::Tz = name.parse().expect("a zone");
        for n in 0..1500 {
            // Every day of two years, at an hour at which clocks may be set, and now and then at any other.
            let day =
                NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day") + chrono::Days::new(n % 730);
            let hour = if n % 3 == 0 {
                random.random_range(0..24)
            } else {
                random.random_range(0..5)
            };
            let time =
                NaiveTime::from_hms_opt(hour, random.random_range(0..60), 0).expect("a time");
            assert!(time.second() == 0);
            days.push(day);
            times.push(time);
            zones.push(name.to_owned());
            expected.push(midline::platform::clock::local_moment(day, time, zone));
        }
    }
    let wrong: Vec<String> = sqlx::query_scalar(
        "select format('%s %s %s: %s, not %s', d, t, z, local_moment(d + t, z), e)
         from unnest($1::date[], $2::time[], $3::text[], $4::timestamptz[]) as given (d, t, z, e)
         where local_moment(d + t, z) is distinct from e",
    )
    .bind(days)
    .bind(times)
    .bind(zones)
    .bind(expected)
    .fetch_all(&room.app.owner)
    .await
    .expect("compared");
    assert!(
        wrong.is_empty(),
        "{} differ: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(8)]
    );
    // Quiet hours end later than they are asked about, whatever the clocks do, and within a day and an hour.
    let bad = room
        .count(
            "(select moment, z, f, u, quiet_end(moment, z, f, u) as ends
              from generate_series(timestamptz '2026-03-28 20:00+00', '2026-03-29 12:00+00', '7 min') moment,
                   unnest(array['Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Tokyo', 'Pacific/Chatham']) z,
                   unnest(array['21:00', '01:00', '02:30', '03:00']::time[]) f, unnest(array['08:00', '02:15', '02:30', '02:45']::time[]) u
              where in_quiet_hours((moment at time zone z)::time, f, u)
              union all
              select moment, z, f, u, quiet_end(moment, z, f, u)
              from generate_series(timestamptz '2026-10-24 20:00+00', '2026-10-25 12:00+00', '7 min') moment,
                   unnest(array['Europe/Berlin', 'America/New_York']) z,
                   unnest(array['21:00', '01:00', '02:30', '03:00']::time[]) f, unnest(array['08:00', '02:15', '02:30', '02:45']::time[]) u
              where in_quiet_hours((moment at time zone z)::time, f, u)) q
             where not (ends > moment and ends <= moment + interval '25 h')",
        )
        .await;
    assert_eq!(bad, 0);
}

#[sqlx::test]
async fn a_form_sent_twice_makes_one_draft(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let send = |name: &str| {
        let form = format!(
            "key=7a0c1df0-30a4-4c53-8d0b-0c8ad1d7ce3e&name={name}&content_en=We%20moved&when=now"
        );
        let room = &room;
        async move {
            room.app
                .post(Some(&room.staff), "/campaigns/new", &form)
                .await
        }
    };
    let first = send("First").await.expect(303).location().to_owned();
    // Gone back to, mended, and sent again: it is the same draft.
    let again = send("Second").await.expect(303).location().to_owned();
    assert_eq!(first, again);
    assert_eq!(room.count("campaigns where name = 'Second'").await, 1);
    assert_eq!(room.count("campaigns").await, 1);
    // Not once it was started.
    assert_eq!(room.act(&first, "start", 1).await, 303);
    send("Third").await.expect(409).says("value=\"Third\"");
    assert_eq!(room.app.audited("campaign.rewrite", "refused").await, 1);
    assert_eq!(room.count("campaigns").await, 1);
}

#[sqlx::test]
async fn patients_read_who_wrote_to_them(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.draft("stage_from=8&stage_to=8").await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    for patient in [&room.patient, &room.far] {
        let sent = format!(
            "audit_log a join notifications n on n.id = a.object_id where a.action = 'campaign.send' and a.object_table = 'notifications'
               and a.subject_id = {0} and n.user_id = {0} and a.actor_id = {1} and a.actor_role = 'staff'",
            patient.id, room.staff.id
        );
        assert_eq!(room.count(&sent).await, 1);
    }
    room.app
        .get(Some(&room.patient), "/access")
        .await
        .expect(200)
        .says("The clinic team sent you a notification");
    assert_eq!(room.app.audited("campaign.send", "done").await, 2);
    // And staff, of what it is part.
    let sql = format!(
        "select id from notifications where user_id = {}",
        room.patient.id
    );
    let notification: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&room.app.owner)
        .await
        .expect("it was written");
    let one = format!("/notifications/{notification}");
    assert!(
        room.shows(&one, &format!("<a href=\"{path}\">Spring</a>"))
            .await
    );
}

/// Whoever is owed something else does not wait behind it, and a pause holds back the rest.
#[sqlx::test]
async fn no_more_is_written_than_the_dispatcher_takes(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.sql(
        "insert into users (email, terms_accepted, terms_version, terms_accepted_at, quiet_from, quiet_until)
           select 'many' || n || '@midline.example', true, '1', now(), '00:00', '00:00' from generate_series(1, 1200) n;
         insert into user_roles (user_id, role) select id, 'patient' from users where email like 'many%'",
    )
    .await;
    let path = room.draft("").await;
    assert_eq!(room.act(&path, "start", 0).await, 303);
    room.work(&path).await;
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1000);
    // Two of them went out: two more are written.
    room.sql("update deliveries set state = 'skipped', sent_at = null where notification_id in (select min(id) from notifications union select max(id) from notifications);
              update notifications set status = 'sent', sent_at = now(), delivery = 'inbox' where id in (select min(id) from notifications union select max(id) from notifications)").await;
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1002);
    assert_eq!(room.act(&path, "pause", 0).await, 303);
    room.sql(
        "update deliveries set state = 'skipped', sent_at = null;
              update notifications set status = 'sent', sent_at = now(), delivery = 'inbox'",
    )
    .await;
    room.work(&path).await;
    assert_eq!(room.count("notifications").await, 1002);
    // Called back, each of them can read who did that.
    assert_eq!(room.act(&path, "resume", 0).await, 303);
    room.work(&path).await;
    let pending = room.count("notifications where status = 'pending'").await;
    assert!(pending > 0);
    assert_eq!(room.act(&path, "cancel", 0).await, 303);
    room.work(&path).await;
    let cancelled = format!(
        "audit_log where action = 'notification.cancel' and actor_id = {}",
        room.staff.id
    );
    assert_eq!(room.count(&cancelled).await, pending);
}
