//! What patients report, who hears of it and when, and what becomes of it.

use crate::{
    harness::{Answer, TestApp, Visitor, at, request},
    photos::{Surgery, form, picture},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use chrono::TimeDelta;
use midline::{ids::ReportId, reports};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

/// That these words stand on a page, and that the first of each stands below the first of the one before.
#[track_caller]
fn in_order(page: &str, words: &[&str]) {
    let mut last = 0;
    for words in words {
        let place = page.find(words).expect(words);
        assert!(place > last, "{words:?} comes too early: {page}");
        last = place;
    }
}

struct Room {
    app: TestApp,
    dentist: Visitor,
    patient: Visitor,
    journey: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let dentist = app.visitor("dentist").await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
        Self {
            app,
            dentist,
            patient,
            journey,
        }
    }

    async fn report(&self, words: &[(&str, &str)]) -> Answer {
        report(&self.app, &self.patient, self.journey, words, &[]).await
    }

    async fn one(&self, sql: &'static str) -> String {
        let found: Option<String> = sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a row");
        found.unwrap_or_default()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// What was to be told is told by now: the database's own clock is ahead of the one that a test sets.
    async fn have_told(&self) {
        sqlx::query("update notifications set created_at = $1")
            .bind(self.app.clock.now() - TimeDelta::hours(1))
            .execute(&self.app.owner)
            .await
            .expect("told");
    }

    /// The notifications of somebody, oldest first.
    async fn ids_told(&self, who: &Visitor) -> Vec<i64> {
        sqlx::query_scalar(
            "select id from notifications where user_id = $1 and source = 'other' and status <> 'cancelled' order by id",
        )
        .bind(who.id)
        .fetch_all(&self.app.owner)
        .await
        .expect("notifications")
    }

    /// What somebody was told, by its template, oldest first.
    async fn told(&self, who: &Visitor) -> Vec<String> {
        sqlx::query_scalar(
            "select template::text from notifications where user_id = $1 and source = 'other' and status <> 'cancelled' order by id",
        )
        .bind(who.id)
        .fetch_all(&self.app.owner)
        .await
        .expect("notifications")
    }
}

/// A report as the form sends it: words, then files.
async fn report(
    app: &TestApp,
    who: &Visitor,
    journey: i64,
    words: &[(&str, &str)],
    files: &[&[u8]],
) -> Answer {
    let mut body = Vec::new();
    for (name, value) in words {
        body.extend_from_slice(
            format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .as_bytes(),
        );
    }
    let files: Vec<(&str, &str, &[u8])> =
        files.iter().map(|file| ("file", "a.jpg", *file)).collect();
    body.extend(form(&files));
    let request = request(
        Method::POST,
        Some(who),
        &format!("/journeys/{journey}/reports"),
    )
    .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
    .header("sec-fetch-site", "same-origin")
    .body(Body::from(body))
    .expect("a request");
    app.send(request).await
}

#[sqlx::test]
async fn a_report_is_heard_at_once_and_counts_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let key = Uuid::new_v4().to_string();
    let photo = photo.to_string();
    let words = [
        ("kind", "pain"),
        ("key", key.as_str()),
        ("note", "The upper left hurts <b>a lot</b>."),
        ("photo", photo.as_str()),
    ];
    let sent = room.report(&words).await.expect(303);
    let place = sent.location().to_owned();
    assert!(place.ends_with("?sent"), "{place}");
    // A lost answer, and the button again.
    let again = room.report(&words).await.expect(303);
    assert_eq!(again.location(), place);
    assert_eq!(room.count("select count(*) from reports").await, 1);
    assert_eq!(room.told(&room.dentist).await, ["report"]);
    assert_eq!(room.app.audited("report.create", "done").await, 1);
    let kept = room
        .one("select kind || '/' || state || '/' || progress_stage || '/' || note from reports")
        .await;
    assert_eq!(kept, "pain/new/8/The upper left hurts <b>a lot</b>.");

    // The patient reads by when they hear, and what to do until then.
    let page = room.app.get(Some(&room.patient), &place).await.expect(200);
    for words in [
        "Dr. L has been told",
        "Expect an answer by",
        ">18:00 today</time>",
        "If it gets worse",
        "At night call ",
        "href=\"tel:116117\">116 117</a>",
        "tel:+493023125014",
        "&lt;b&gt;a lot",
        "Keep wearing your aligner if you can bear it",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // By when they hear, what to wear until then, when to call, and the number: before all else, for it is what the first view of a
    // phone shows.
    in_order(
        &page.text,
        &[
            "What happens next",
            "has been told",
            "Expect an answer by",
            "What to wear now",
            "If it gets worse",
            "if your face or gums swell",
            "Open until 18:00",
            "tel:+493023125014",
            "How far it is",
            "What you told us",
        ],
    );
    assert!(!page.text.contains("When to ask for help"), "it is told");
    // The dentist reads it all, which the patient can see.
    let list = room
        .app
        .get(Some(&room.dentist), "/reports")
        .await
        .expect(200);
    let list = list
        .says("1 report waits for an answer · 1 not seen yet")
        .says("&lt;b&gt;a lot");
    list.says(&format!("/photos/{photo}/thumbnail"));
    let one = place.trim_end_matches("?sent");
    room.app
        .get(Some(&room.dentist), one)
        .await
        .expect(200)
        .says("Send the answer");
    room.app
        .get(Some(&room.patient), "/access")
        .await
        .expect(200)
        .says("looked at what you reported");
}

/// Whoever puts a change off from a report comes back to it, and its patient is told; once, until they have read that.
#[sqlx::test]
async fn a_change_put_off_from_a_report_leads_back_and_is_told(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let (app, journey) = (&room.app, room.journey);
    let report = app.report(&room.patient, journey, "not_fitting").await;
    let own = format!("/reports/{report}");
    let form = format!("/journeys/{journey}/delay?reason=not_fitting&report={report}");
    let page = app.get(Some(&room.dentist), &own).await.expect(200);
    page.says(&form.replace('&', "&amp;"));
    let page = app.get(Some(&room.dentist), &form).await.expect(200);
    page.says(&format!("href=\"{own}\""));
    let more = format!("days=7&reason=not_fitting&report={report}");
    let preview = format!("{more}&intent=preview");
    let shown = app.act(&room.dentist, journey, "delay", &preview).await;
    shown
        .expect(200)
        .says(&format!("href=\"{own}\""))
        .says("The patient is told.");
    for days in [7, 8] {
        let more = format!("days={days}&reason=not_fitting&report={report}&intent=confirm");
        let done = app.act(&room.dentist, journey, "delay", &more).await;
        let done = done.expect(303);
        assert_eq!(done.location(), format!("{own}?moved"));
        let page = app.get(Some(&room.dentist), done.location()).await;
        page.expect(200)
            .says("and the next change is due on")
            .says("Send the answer");
    }
    assert_eq!(room.told(&room.patient).await, ["plan_changed"]);
    let home = app.get(Some(&room.patient), "/").await.expect(200);
    home.says("Your clinic has changed your treatment plan")
        .says("Your next change is now due on")
        .says("See what changed");
    room.have_told().await;
    let told = room.ids_told(&room.patient).await[0];
    let told = format!("/inbox/{told}");
    let opened = app.post(Some(&room.patient), &told, "").await;
    assert_eq!(
        opened.expect(303).location(),
        format!("/journeys/{journey}")
    );
    let home = app.get(Some(&room.patient), "/").await.expect(200);
    assert!(!home.text.contains("See what changed"), "{}", home.text);
    // Nobody is told what they have done themselves.
    let more = "days=9&reason=travel&intent=confirm";
    app.act(&room.patient, journey, "delay", more)
        .await
        .expect(303);
    assert_eq!(room.told(&room.patient).await.len(), 1);
}

#[sqlx::test]
async fn a_report_goes_from_new_to_answered(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4().to_string();
    room.report(&[("kind", "lost_or_broken"), ("key", &key), ("note", "")])
        .await
        .expect(303);
    let report = room.count("select id from reports").await;
    let path = |act: &str| format!("/reports/{report}/{act}");

    // Nobody else's dentist.
    let other = room.app.visitor("dentist").await;
    for act in ["acknowledge", "close"] {
        room.app
            .post(Some(&other), &path(act), "")
            .await
            .expect(404);
    }
    room.app
        .post(Some(&room.dentist), &path("acknowledge"), "back=%2Ftoday")
        .await
        .expect(303);
    assert_eq!(room.told(&room.patient).await, ["report_seen"]);
    assert!(
        room.told(&room.dentist).await.is_empty(),
        "no need any more"
    );
    let own = format!("/reports/{report}");
    room.app
        .get(Some(&room.patient), &own)
        .await
        .expect(200)
        .says("Your dentist has seen this")
        .says("Seen by Dr. L");
    // Said twice, it is said once.
    let again = room
        .app
        .post(
            Some(&room.dentist),
            &path("acknowledge"),
            "back=//evil.example",
        )
        .await;
    assert_eq!(again.expect(303).location(), own);
    assert_eq!(room.told(&room.patient).await, ["report_seen"]);

    // An answer needs words.
    let key = Uuid::new_v4();
    room.app
        .post(
            Some(&room.dentist),
            &path("answer"),
            &format!("key={key}&body=+"),
        )
        .await
        .expect(422)
        .says("Write a message first");
    let answer = format!("key={key}&body=Please+come+in+today.");
    room.app
        .post(Some(&room.dentist), &path("answer"), &answer)
        .await
        .expect(303);
    room.app
        .post(Some(&room.dentist), &path("answer"), &answer)
        .await
        .expect(303);
    // Other words from the same form are not that answer, and are kept.
    room.app
        .post(
            Some(&room.dentist),
            &path("answer"),
            &format!("key={key}&body=Come+tomorrow+instead."),
        )
        .await
        .expect(409)
        .says("Come tomorrow instead.");
    assert_eq!(room.told(&room.patient).await, ["report_seen", "message"]);
    assert_eq!(room.count("select count(*) from messages").await, 1);
    // What tells of it leads to it.
    room.have_told().await;
    let inbox = room.app.get(Some(&room.patient), "/inbox").await;
    inbox
        .expect(200)
        .says("Dr. L wrote about what you reported");
    for told in room.ids_told(&room.patient).await {
        let opened = room
            .app
            .post(Some(&room.patient), &format!("/inbox/{told}"), "")
            .await;
        assert_eq!(opened.expect(303).location(), own);
    }
    room.app
        .get(Some(&room.patient), &own)
        .await
        .expect(200)
        .says("Your dentist has answered");
    // Another answer comes too late, and is not lost.
    let late = format!("key={}&body=Something+else", Uuid::new_v4());
    room.app
        .post(Some(&room.dentist), &path("answer"), &late)
        .await
        .expect(409)
        .says("Something else");
    let list = room
        .app
        .get(Some(&room.dentist), "/reports")
        .await
        .expect(200);
    // Not waiting any more, it is found again until it is closed; and what was answered stands on its page.
    let list = list.says("Nothing is waiting").says("Answered");
    assert!(
        list.text.contains(&format!("href=\"{own}\"")),
        "{}",
        list.text
    );
    room.app
        .get(Some(&room.dentist), &own)
        .await
        .expect(200)
        .says("The answer")
        .says("Please come in today.")
        .says(&format!("href=\"/journeys/{}/messages\"", room.journey));
    // It is over.
    room.app
        .post(Some(&room.patient), &path("close"), "")
        .await
        .expect(303);
    room.app
        .get(Some(&room.patient), &own)
        .await
        .expect(200)
        .says("You closed it");
    for action in ["report.acknowledge", "report.answer", "report.close"] {
        assert_eq!(room.app.audited(action, "done").await, 1, "{action}");
    }
    // On the timeline, too; for staff without the note.
    let timeline = format!("/journeys/{}", room.journey);
    room.app
        .get(Some(&room.patient), &timeline)
        .await
        .expect(200)
        .says("You reported: Lost or broken");
    // And where something is reported: with the day and how far it came.
    let listed = room.app.get(Some(&room.patient), "/something-wrong").await;
    let listed = listed.expect(200).says("Your reports").says("Closed");
    assert!(
        listed.text.contains(&format!("href=\"{own}\"")),
        "{}",
        listed.text
    );
}

/// Closing asks first, with what was typed so far, and the patient reads why.
#[sqlx::test]
async fn a_report_is_closed_with_a_reason(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let own = format!("/reports/{report}");
    let (answer, close) = (format!("{own}/answer"), format!("{own}/close"));
    let dentist = Some(&room.dentist);
    let page = room.app.get(dentist, &own).await.expect(200);
    // Nothing on the page closes it by itself: the button leads to the question.
    assert!(
        !page.text.contains(&format!("action=\"{close}\"")),
        "{}",
        page.text
    );
    let page = page.says("Close without an answer…");
    assert!(page.text.contains("value=\"close\""), "{}", page.text);
    let key = Uuid::new_v4();
    let typed = format!("key={key}&body=Half+an+answer");
    let asked = room
        .app
        .post(dentist, &answer, &format!("{typed}&do=close"))
        .await
        .expect(200)
        .says("is told that this report was closed")
        .says("be opened again")
        .says("Half an answer");
    assert!(
        asked.text.contains(&format!("action=\"{close}\"")),
        "{}",
        asked.text
    );
    // Back again, with what was typed.
    room.app
        .post(dentist, &answer, &format!("{typed}&do=back"))
        .await
        .expect(200)
        .says("Half an answer")
        .says("Send the answer");
    let still = "select count(*) from reports where state = 'new'";
    assert_eq!(room.count(still).await, 1);
    assert_eq!(room.count("select count(*) from messages").await, 0);
    // The same question by its address.
    room.app
        .get(dentist, &close)
        .await
        .expect(200)
        .says("Close without an answer?");
    // Not without a reason.
    room.app
        .post(dentist, &close, &format!("key={key}&body=+"))
        .await
        .expect(422)
        .says("Write a message first");
    assert_eq!(room.count(still).await, 1);
    let reason = format!("key={key}&body=We+have+spoken+on+the+phone.");
    for _ in 0..2 {
        room.app.post(dentist, &close, &reason).await.expect(303);
    }
    assert_eq!(room.count("select count(*) from messages").await, 1);
    assert_eq!(room.told(&room.patient).await, ["message"]);
    assert_eq!(room.app.audited("report.close", "done").await, 1);
    for who in [&room.patient, &room.dentist] {
        room.app
            .get(Some(who), &own)
            .await
            .expect(200)
            .says("Why it was closed")
            .says("We have spoken on the phone.");
    }
    // Closed, it is neither asked about nor closed with other words, and those are not lost.
    room.app.get(dentist, &close).await.expect(303);
    let late = format!("key={}&body=Another+reason", Uuid::new_v4());
    room.app
        .post(dentist, &close, &late)
        .await
        .expect(409)
        .says("Another reason");
    let list = room.app.get(dentist, "/reports").await.expect(200);
    assert!(!list.text.contains(&own), "{}", list.text);
}

/// Whose it is and what was said stand beside the answer, which can be made of a saved reply.
#[sqlx::test]
async fn an_answer_is_written_with_the_report_in_sight(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 8, "front")
        .await
        .to_string();
    let key = Uuid::new_v4().to_string();
    room.report(&[
        ("kind", "pain"),
        ("key", &key),
        ("note", "Upper left"),
        ("photo", &photo),
    ])
    .await
    .expect(303);
    let report = room.count("select id from reports").await;
    let own = format!("/reports/{report}");
    room.app
        .post(
            Some(&room.dentist),
            "/messages/replies",
            "title=Wax&body=Put+some+wax+on+it.",
        )
        .await
        .expect(303);
    let page = room.app.get(Some(&room.dentist), &own).await.expect(200);
    let from = page.text.find("report-desk").expect("a place to answer");
    for words in [
        "reports: Pain",
        "aligner 8",
        "Upper left",
        "/thumbnail",
        "id=\"writing\"",
        "Wax",
    ] {
        assert!(page.text[from..].contains(words), "{words}: {}", page.text);
    }
    let reply = room.count("select id from saved_replies").await;
    let insert = format!("key={key}&body=Dear+you,&do=insert&reply={reply}");
    room.app
        .post(Some(&room.dentist), &format!("{own}/answer"), &insert)
        .await
        .expect(200)
        .says("Dear you,\nPut some wax on it.");
    assert_eq!(room.count("select count(*) from messages").await, 0);
}

#[sqlx::test]
async fn staff_hear_of_what_nobody_has_seen_in_time(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let staff = room.app.visitor("staff").await;
    let key = Uuid::new_v4().to_string();
    room.report(&[("kind", "pain"), ("key", &key), ("note", "A private word")])
        .await
        .expect(303);
    // Noon in Berlin, and open until six.
    let staff_at = room
        .one("select to_char(staff_at at time zone 'UTC', 'DD HH24:MI') from reports")
        .await;
    assert_eq!(staff_at, "17 15:00");
    let report = room.count("select id from reports").await;
    let job = room
        .count("select count(*) from graphile_worker.jobs where task_identifier = 'reports.tell_staff' and run_at = '2026-03-17T15:00:00Z'")
        .await;
    assert_eq!(job, 1);
    let page = room.app.get(Some(&staff), "/reports").await.expect(200);
    page.says("Nothing is waiting");
    room.app.clock.set(at("2026-03-17T15:00:01Z"));
    let tell = async || {
        let mut db = room.app.pool.acquire().await.expect("a connection");
        let now = room.app.clock.now();
        reports::service::tell_staff(&mut db, ReportId(report), now)
            .await
            .expect("told");
    };
    tell().await;
    tell().await;
    assert_eq!(room.told(&staff).await, ["report_waiting"]);
    let page = room.app.get(Some(&staff), "/reports").await.expect(200);
    let page = page
        .says("1 report that no dentist has seen")
        .says("href=\"mailto:");
    assert!(!page.text.contains("A private word"), "{}", page.text);
    // Whoever is to call the patient has the number beside it, if there is one.
    sqlx::query("update users set phone = '+49 171 3920012' where id = $1")
        .bind(room.patient.id)
        .execute(&room.app.owner)
        .await
        .expect("a number");
    for (who, path) in [
        (&staff, "/reports".to_owned()),
        (&room.dentist, format!("/reports/{report}")),
    ] {
        let page = room.app.get(Some(who), &path).await.expect(200);
        page.says("href=\"tel:+491713920012\"");
    }
    let timeline = format!("/journeys/{}", room.journey);
    let page = room.app.get(Some(&staff), &timeline).await.expect(200);
    assert!(!page.says("Reported: Pain").text.contains("A private word"));
    // Seen, it is off their desk.
    let path = format!("/reports/{report}/acknowledge");
    room.app
        .post(Some(&room.dentist), &path, "")
        .await
        .expect(303);
    room.app
        .get(Some(&staff), "/reports")
        .await
        .expect(200)
        .says("Nothing is waiting");
}

#[sqlx::test]
async fn who_has_no_dentist_is_heard_by_staff_at_once(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let alone = room.app.visitor("patient").await;
    let (journey, _) = room.app.journey(&alone, 0, "").await;
    let key = Uuid::new_v4().to_string();
    report(
        &room.app,
        &alone,
        journey,
        &[("kind", "pain"), ("key", &key)],
        &[],
    )
    .await
    .expect(303);
    assert_eq!(
        room.count("select count(*) from reports where staff_at = created_at")
            .await,
        1
    );
}

#[sqlx::test]
async fn what_cannot_be_sent_is_kept(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4().to_string();
    let long = "x".repeat(501);
    let kept = room
        .report(&[("kind", "pain"), ("key", &key), ("note", &long)])
        .await
        .expect(422)
        .says(&long);
    // The menu stays where the way to a report begins.
    assert!(
        kept.text.contains("<a href=\"/\" aria-current=\"page\">"),
        "{}",
        kept.text
    );
    for words in [
        &[("kind", "toothache"), ("key", key.as_str())][..],
        &[("kind", "pain"), ("key", "1")],
        &[("kind", "pain")],
    ] {
        room.report(words).await.expect(400);
    }
    // A photo of somebody else's does not come along.
    let other = room.app.visitor("patient").await;
    let (journey, _) = room.app.journey(&other, 8, "2026-03-20T08:00:00Z").await;
    let photo = room
        .app
        .photo(&other, journey, 8, "front")
        .await
        .to_string();
    room.report(&[("kind", "pain"), ("key", &key), ("photo", &photo)])
        .await
        .expect(303);
    assert_eq!(room.count("select count(*) from report_images").await, 0);
    let stranger = Uuid::new_v4().to_string();
    report(
        &room.app,
        &other,
        room.journey,
        &[("kind", "pain"), ("key", &stranger)],
        &[],
    )
    .await
    .expect(404);
    assert_eq!(room.app.audited("photo.list", "refused").await, 1);
}

/// What is promised and not kept is said, and what to do instead of waiting on.
#[sqlx::test]
async fn an_answer_that_is_late_is_called_so(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let late = "We’re later than promised";
    let path = format!("/reports/{report}");
    for (now, said) in [
        ("2026-03-17T16:59:00Z", false),
        ("2026-03-17T17:01:00Z", true),
    ] {
        room.app.clock.set(at(now));
        let page = room.app.get(Some(&room.patient), &path).await.expect(200);
        assert_eq!(page.text.contains(late), said, "{now}: {}", page.text);
    }
}

#[sqlx::test]
async fn other_words_are_another_report(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4().to_string();
    room.report(&[("kind", "pain"), ("key", &key), ("note", "Left")])
        .await
        .expect(303);
    let other = room
        .report(&[("kind", "pain"), ("key", &key), ("note", "Right, too")])
        .await
        .expect(409)
        .says("Right, too");
    assert!(!other.text.contains(&key), "a key of its own");
    assert_eq!(room.count("select count(*) from reports").await, 1);
}

/// A form whose words have not all come is none, and its page shows what came; photos alone may be missing.
#[sqlx::test]
async fn a_report_that_breaks_off_is_whole_or_none(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 8, "front")
        .await
        .to_string();
    let key = Uuid::new_v4().to_string();
    let part = |name: &str, value: &str| {
        format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let send = async |body: String| {
        let path = format!("/journeys/{}/reports", room.journey);
        let request = request(Method::POST, Some(&room.patient), &path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        room.app.send(request).await
    };
    let reports = "select count(*) from reports";
    let begun = part("kind", "pain") + &part("key", &key);
    let noted = begun.clone() + &part("note", "It woke me up");
    for (body, words) in [
        (
            begun.clone() + "--line\r\ncontent-dispo",
            "Not everything arrived",
        ),
        (
            begun.clone() + "--line\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nIt wo",
            "Not everything arrived",
        ),
        (
            noted.clone() + "--line\r\ncontent-dispo",
            "It woke me up</textarea>",
        ),
    ] {
        send(body).await.expect(400).says(words).says(&key);
        assert_eq!(room.count(reports).await, 0);
    }
    // Nothing that a page could show.
    send(part("key", &key) + "--line").await.expect(400);
    let file =
        "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n\u{1}";
    let whole = noted + &part("photo", &photo) + file;
    let sent = send(whole).await.expect(303);
    assert!(sent.location().ends_with("&lost=1"), "{}", sent.location());
    assert_eq!(room.count(reports).await, 1);
    assert_eq!(room.count("select count(*) from report_images").await, 1);
    // That is known by the files, which come last.
    let page = room.app.get(Some(&room.patient), "/something-wrong/pain");
    let page = page.await.expect(200).text;
    let at = |name: &str| page.find(&format!("name=\"{name}\"")).expect("a field");
    assert!(
        at("photo") < at("file") && at("note") < at("file"),
        "{page}"
    );
}

#[sqlx::test]
async fn a_photo_that_is_ticked_for_the_second_try_goes_along(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let mut photos = Vec::new();
    for view in ["front", "left"] {
        let photo = room.app.photo(&room.patient, room.journey, 8, view).await;
        photos.push(photo.to_string());
    }
    let key = Uuid::new_v4().to_string();
    let words = [("kind", "pain"), ("key", key.as_str()), ("note", "Left")];
    let [first, second] = [&photos[0], &photos[1]].map(|photo| [("photo", photo.as_str())]);
    let images = "select count(*) from report_images";
    room.report(&words).await.expect(303);
    for _ in 0..2 {
        room.report(&[&words[..], &first[..]].concat())
            .await
            .expect(303);
        assert_eq!(room.count(images).await, 1);
    }
    // Where nobody looks at it any more it is another report's.
    let report = room.count("select id from reports").await;
    room.app
        .post(Some(&room.patient), &format!("/reports/{report}/close"), "")
        .await
        .expect(303);
    room.report(&[&words[..], &first[..]].concat())
        .await
        .expect(303);
    room.report(&[&words[..], &second[..]].concat())
        .await
        .expect(409);
    assert_eq!(room.count(images).await, 1);
    assert_eq!(room.count("select count(*) from reports").await, 1);
}

/// What is sent once the session is over is kept, to be sent again.
#[sqlx::test]
async fn a_report_outlives_the_session(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4().to_string();
    let words = [
        ("kind", "pain"),
        ("key", key.as_str()),
        ("note", "It woke me up"),
    ];
    let nobody = Visitor {
        id: 0,
        cookie: "midline=gone".to_owned(),
    };
    report(&room.app, &nobody, room.journey, &words, &[&picture(1)])
        .await
        .expect(401)
        .says("It woke me up")
        .says(&key)
        .says("Please choose them again");
    // As that page sends it again.
    let form = format!("kind=pain&key={key}&note=It+woke+me+up");
    let path = format!("/journeys/{}/reports", room.journey);
    room.app
        .post(Some(&room.patient), &path, &form)
        .await
        .expect(303);
    assert_eq!(room.count("select count(*) from reports").await, 1);
}

#[sqlx::test]
async fn a_report_goes_with_its_patient_to_another_dentist(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let acknowledge = format!("/reports/{report}/acknowledge");
    room.app
        .post(Some(&room.dentist), &acknowledge, "")
        .await
        .expect(303);
    let other = room.app.visitor("dentist").await;
    let wanted = room.app.dentist_id(&other).await;
    let change = room.app.change(&room.patient, wanted).await;
    room.app.clock.set(at("2026-03-18T08:00:00Z"));
    room.app
        .post(
            Some(&other),
            &format!("/dentist-changes/{change}"),
            "answer=approve",
        )
        .await
        .expect(303);
    // New to whoever treats the patient now, who is told; the clinic's time begins anew.
    assert_eq!(room.told(&other).await, ["report"]);
    let stands = room
        .one("select state || ' ' || to_char(staff_at at time zone 'UTC', 'DD HH24:MI') from reports")
        .await;
    assert_eq!(stands, "new 18 12:00");
    room.app
        .get(Some(&other), "/reports")
        .await
        .expect(200)
        .says("1 report waits for an answer · 1 not seen yet");
    room.app
        .post(Some(&room.dentist), &acknowledge, "")
        .await
        .expect(404);
    room.app
        .post(Some(&other), &acknowledge, "")
        .await
        .expect(303);
}

/// The store of these tests is down: what hurts is heard all the same.
#[sqlx::test]
async fn a_report_does_not_wait_for_its_photos(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4().to_string();
    let sent = report(
        &room.app,
        &room.patient,
        room.journey,
        &[("kind", "pain"), ("key", &key), ("note", "Here")],
        &[&picture(1)],
    )
    .await
    .expect(303);
    assert!(
        sent.location().ends_with("?sent&lost=1"),
        "{}",
        sent.location()
    );
    room.app
        .get(Some(&room.patient), sent.location())
        .await
        .expect(200)
        .says("One photo didn’t arrive");
}

#[sqlx::test]
async fn photos_come_with_a_report(pool: PgPoolOptions, options: PgConnectOptions) {
    let surgery = Surgery::open(pool, options).await;
    let (app, who, journey) = (&surgery.app, &surgery.patient, surgery.journey);
    let key = Uuid::new_v4().to_string();
    let words = [
        ("kind", "lost_or_broken"),
        ("key", key.as_str()),
        ("note", "Cracked"),
    ];
    let files: [&[u8]; 2] = [&picture(1), &picture(2)];
    let place = report(app, who, journey, &words, &files).await.expect(303);
    assert!(place.location().ends_with("?sent"), "{}", place.location());
    app.get(Some(who), place.location())
        .await
        .expect(200)
        .says("2 photos are being checked");
    surgery.work();
    surgery.until("select count(*) from report_images", 2).await;
    // The same once more: they are there already, and go with it.
    report(app, who, journey, &words, &files).await.expect(303);
    assert_eq!(surgery.count("select count(*) from report_images").await, 2);
    assert_eq!(surgery.count("select count(*) from reports").await, 1);
}

#[sqlx::test]
async fn whatever_is_wrong_has_a_page_with_a_number_to_call(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    for what in ["pain", "not_fitting", "lost_or_broken", "illness", "travel"] {
        room.app
            .get(Some(&room.patient), "/something-wrong")
            .await
            .expect(200)
            .says(&format!("/something-wrong/{what}"));
        room.app
            .get(Some(&room.patient), &format!("/something-wrong/{what}"))
            .await
            .expect(200)
            .says("tel:+493023125014")
            .says("Open until 18:00");
    }
    // Nothing was reported so far; what can be leads to the form below the advice.
    let choices = room.app.get(Some(&room.patient), "/something-wrong").await;
    assert!(!choices.expect(200).text.contains("Your reports"));
    for what in ["pain", "not_fitting", "lost_or_broken"] {
        room.app
            .get(Some(&room.patient), &format!("/something-wrong/{what}"))
            .await
            .expect(200)
            .says("href=\"#report\"")
            .says("id=\"report\"");
    }
    room.app
        .get(Some(&room.patient), "/something-wrong/else")
        .await
        .expect(404);
    // At night the practice says so, and where to turn to.
    room.app.clock.set(at("2026-03-17T20:00:00Z"));
    room.app
        .get(Some(&room.patient), "/something-wrong")
        .await
        .expect(200)
        .says("Closed. Opens tomorrow at 08:00")
        .says("At night call ")
        .says("href=\"tel:116117\">116 117</a>");
    // That stands before the number on each page, and before the first button that dials it.
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    for path in [
        "/".to_owned(),
        "/something-wrong/pain".to_owned(),
        format!("/reports/{report}"),
        format!("/journeys/{}/messages", room.journey),
    ] {
        let page = room.app.get(Some(&room.patient), &path).await.expect(200);
        in_order(
            &page.text,
            &[
                "Closed. Opens tomorrow at 08:00",
                "href=\"tel:116117\"",
                "href=\"tel:+493023125014\"",
            ],
        );
    }
    // Without hours there is the number all the same.
    sqlx::query("delete from practice_hours")
        .execute(&room.app.owner)
        .await
        .expect("no hours");
    let pain = "/something-wrong/pain";
    room.app
        .get(Some(&room.patient), pain)
        .await
        .expect(200)
        .says("tel:+493023125014");
    // Whom nobody treats, and whose dentist's practice has not been entered, reaches the clinic itself.
    let alone = room.app.visitor("patient").await;
    let (journey, _) = room.app.journey(&alone, 8, "2026-03-20T08:00:00Z").await;
    room.app.without_practice(&room.dentist).await;
    for (who, journey) in [(&alone, journey), (&room.patient, room.journey)] {
        for path in [
            "/something-wrong",
            pain,
            "/something-wrong/not_fitting",
            "/something-wrong/lost_or_broken",
            "/something-wrong/illness",
            "/something-wrong/travel",
            "/",
            "/dentists",
            "/welcome/practice",
            &format!("/journeys/{journey}/messages"),
        ] {
            let page = room.app.get(Some(who), path).await.expect(200);
            page.says("href=\"tel:+493023125000\"");
        }
    }
    // Before there is a plan, too.
    let new = room.app.visitor("patient").await;
    for path in ["/", "/journeys", "/photos", "/messages", "/something-wrong"] {
        let page = room.app.get(Some(&new), path).await.expect(200);
        page.says("href=\"tel:+493023125000\"");
    }
}

/// By the practice's hours, and where there are none by the clock, as staff are told.
#[sqlx::test]
async fn everybody_reads_by_when_to_expect_an_answer(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let alone = room.app.visitor("patient").await;
    let (journey, _) = room.app.journey(&alone, 8, "2026-03-20T08:00:00Z").await;
    sqlx::query("delete from practice_hours")
        .execute(&room.app.owner)
        .await
        .expect("no hours");
    for (who, journey, told) in [
        (&room.patient, room.journey, "Dr. L has been told"),
        (&alone, journey, "Your clinic has been told"),
    ] {
        let key = Uuid::new_v4().to_string();
        let words = [("kind", "pain"), ("key", key.as_str())];
        let sent = report(&room.app, who, journey, &words, &[]).await;
        let place = sent.expect(303).location().to_owned();
        for path in [place.as_str(), "/"] {
            room.app
                .get(Some(who), path)
                .await
                .expect(200)
                .says("Expect an answer by")
                .says(">18:00 tomorrow</time>");
        }
        room.app.get(Some(who), &place).await.expect(200).says(told);
    }
    // The same where the dentist's practice has not been entered; on the day it is said to be today, and late is late.
    room.app.without_practice(&room.dentist).await;
    for (now, words) in [
        ("2026-03-18T16:59:00Z", ">18:00 today</time>"),
        ("2026-03-18T17:01:00Z", "We’re later than promised"),
    ] {
        room.app.clock.set(at(now));
        for who in [&room.patient, &alone] {
            room.app.get(Some(who), "/").await.expect(200).says(words);
        }
    }
}

#[sqlx::test]
async fn a_delay_for_pain_leads_to_telling_the_dentist(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let event = room.count("select max(id) from progress_events").await;
    let path = format!("/journeys/{}/delay", room.journey);
    room.app
        .get(Some(&room.patient), &format!("{path}?reason=travel"))
        .await
        .expect(200)
        .says("value=\"travel\" selected");
    let form = format!("seen={event}&revision=0&days=3&reason=pain&note=Upper+left");
    room.app
        .post(
            Some(&room.patient),
            &path,
            &format!("{form}&intent=preview"),
        )
        .await
        .expect(200)
        .says("/something-wrong/pain");
    let done = room
        .app
        .post(
            Some(&room.patient),
            &path,
            &format!("{form}&intent=confirm"),
        )
        .await;
    let done = done.expect(303);
    assert_eq!(done.location(), "/something-wrong/pain?saved");
    room.app
        .get(Some(&room.patient), done.location())
        .await
        .expect(200)
        .says("That’s saved")
        .says("Upper left");
}

#[sqlx::test]
async fn the_database_keeps_reports_and_practices_as_they_can_be(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    room.app
        .post(
            Some(&room.dentist),
            &format!("/reports/{report}/acknowledge"),
            "",
        )
        .await
        .expect(303);
    for (statement, constraint) in [
        ("update reports set state = 'new', seen_at = null, seen_by = null", "reports_go_on"),
        ("update dentists set practice_id = null", "dentists_practice_kept"),
        ("update users set phone = '0171 3920012'", "users_phone_check"),
        ("insert into practices (name, telephone, address_lines, postal_code, city, out_of_hours_en, out_of_hours_de)
          values ('P', '030 1234', '{A}', '1', 'B', 'x', 'x')", "practices_telephone_check"),
        ("insert into practices (name, telephone, address_lines, postal_code, city, out_of_hours_en, out_of_hours_de)
          values ('P', '+49 30 123456', '{}', '1', 'B', 'x', 'x')", "practices_address_lines_check"),
    ] {
        let error = sqlx::query(statement).execute(&room.app.owner).await.expect_err(statement);
        let found = error.as_database_error().and_then(|error| error.constraint().map(str::to_owned));
        assert_eq!(found.as_deref(), Some(constraint), "{statement}");
    }
    let error = sqlx::query("update reports set note = 'x'")
        .execute(&room.app.pool)
        .await;
    assert!(error.is_err(), "what was said stays said");
}
