//! Messages: who reads which, sent once, read marks, photos that go with them, and what a change of dentist leaves visible.

use crate::{
    harness::{Answer, TestApp, Visitor, at, later, request},
    photos::{Surgery, form, picture},
};
use axum::{
    body::Body,
    http::{Method, header},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

/// A patient with a journey and a photo, their dentist, another dentist, and another patient.
struct Room {
    app: TestApp,
    patient: Visitor,
    dentist: Visitor,
    next: Visitor,
    other: Visitor,
    journey: i64,
    photo: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::with_connections(12, options, owner).await;
        let [patient, other] = [app.visitor("patient").await, app.visitor("patient").await];
        let [dentist, next] = [app.visitor("dentist").await, app.visitor("dentist").await];
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        let photo = app.photo(&patient, journey, 8, "front").await;
        Self {
            app,
            patient,
            dentist,
            next,
            other,
            journey,
            photo,
        }
    }

    fn path(&self) -> String {
        format!("/journeys/{}/messages", self.journey)
    }

    async fn write(&self, who: &Visitor, to: &Visitor, more: &str) -> Answer {
        self.write_once(who, to, Uuid::new_v4(), more).await
    }

    async fn write_once(&self, who: &Visitor, to: &Visitor, key: Uuid, more: &str) -> Answer {
        let dentist = self.app.dentist_id(to).await;
        let form = format!("dentist={dentist}&key={key}&{more}");
        self.app.post(Some(who), &self.path(), &form).await
    }

    async fn reads(&self, who: &Visitor) -> String {
        self.app.get(Some(who), &self.path()).await.expect(200).text
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// The patient changes to the other dentist.
    async fn change(&self, form: &str) {
        let to = self.app.dentist_id(&self.next).await;
        self.app
            .post(Some(&self.patient), &format!("/dentists/{to}/change"), form)
            .await
            .expect(303);
        let change = self.count("select max(id) from dentist_changes").await;
        self.app
            .post(
                Some(&self.next),
                &format!("/dentist-changes/{change}"),
                "answer=approve",
            )
            .await
            .expect(303);
    }
}

const MESSAGES: &str = "select count(*) from messages";
const UNREAD: &str = "select count(*) from messages where read_at is null";
const TOLD: &str =
    "select count(*) from notifications where source = 'other' and status = 'pending'";

#[sqlx::test]
async fn patient_and_dentist_write_to_each_other(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let found = app.get(Some(&room.patient), "/messages").await.expect(303);
    assert_eq!(found.location(), room.path() + "#write");
    app.get(Some(&room.patient), &room.path())
        .await
        .expect(200)
        .says("No messages yet.");
    let form = format!("body=It+rubs%0D%0A%3Cb%3E&photo={}", room.photo);
    let sent = room.write(&room.patient, &room.dentist, &form).await;
    assert_eq!(sent.expect(303).location(), room.path() + "#write");
    assert_eq!(room.count(TOLD).await, 0, "a dentist's desk tells them");

    // The dentist finds it on their first page, in the list and beside the case; reading marks it.
    let today = app.get(Some(&room.dentist), "/today").await.expect(200);
    today.says("1 new message");
    let unread = "/messages?show=unread";
    let listed = app.get(Some(&room.dentist), unread).await.expect(200);
    assert!(listed.text.contains(&room.path()));
    let case = format!("/journeys/{}/reviews/8", room.journey);
    let case = app.get(Some(&room.dentist), &case).await.expect(200);
    case.says("It rubs\n&lt;b&gt;");
    assert_eq!(room.count(UNREAD).await, 1);
    let text = room.reads(&room.dentist).await;
    assert!(text.contains("It rubs\n&lt;b&gt;"));
    assert!(text.contains(&format!("/photos/{}/thumbnail", room.photo)));
    assert_eq!(room.count(UNREAD).await, 0);
    let listed = app.get(Some(&room.dentist), unread).await.expect(200);
    listed.says("You have read everything.");

    // Two answers before the patient looks: told once, of neither name nor text.
    for body in ["body=Come+by", "body=On+Monday"] {
        room.write(&room.dentist, &room.dentist, body)
            .await
            .expect(303);
    }
    assert_eq!(room.count(TOLD).await, 1);
    let told: String =
        sqlx::query_scalar("select content from notifications where source = 'other'")
            .fetch_one(&app.owner)
            .await
            .expect("a notification");
    assert_eq!(told, "There is a message for you. Open Midline to read it.");
    app.get(Some(&room.patient), "/")
        .await
        .expect(200)
        .says("You have a new message from your dentist.");
    app.get(Some(&room.patient), "/photos").await.expect(303);
    let settings = app.get(Some(&room.patient), "/settings").await.expect(200);
    settings.says("you have a new message");
    let text = room.reads(&room.patient).await;
    assert!(text.contains("Come by") && text.contains("On Monday"));
    assert_eq!(room.count(UNREAD).await, 0);
    assert_eq!(room.count(TOLD).await, 0, "what is read need not be told");
    let home = app.get(Some(&room.patient), "/").await.expect(200);
    assert!(!home.text.contains("You have a new message"));

    // The patient reads who read.
    app.get(Some(&room.patient), "/access")
        .await
        .expect(200)
        .says("read your messages")
        .says("wrote you a message");
}

#[sqlx::test]
async fn one_press_is_one_message(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4();
    let press = || room.write_once(&room.dentist, &room.dentist, key, "body=Once");
    let (a, b, c, d) = tokio::join!(press(), press(), press(), press());
    for answer in [a, b, c, d, press().await] {
        answer.expect(303);
    }
    assert_eq!(room.count(MESSAGES).await, 1);
    assert_eq!(room.count(TOLD).await, 1);
    assert_eq!(room.app.audited("message.send", "done").await, 1);
}

#[sqlx::test]
async fn nobody_else_reads_or_writes(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    room.write(&room.patient, &room.dentist, "body=Between+us")
        .await
        .expect(303);
    for who in [&room.next, &room.other] {
        app.get(Some(who), &room.path()).await.expect(404);
        room.write(who, &room.dentist, "body=Hello")
            .await
            .expect(404);
    }
    assert_eq!(room.count(MESSAGES).await, 1);
    assert_eq!(app.audited("message.read", "refused").await, 2);
    assert_eq!(app.audited("message.send", "refused").await, 2);
    let listed = app.get(Some(&room.next), "/messages").await.expect(200);
    assert!(!listed.text.contains(&room.path()));
    // Another's photo is not attached, and the whole message is not sent; what was typed stands there again.
    let (elsewhere, _) = app.journey(&room.other, 3, "2026-03-24T08:00:00Z").await;
    let photo = app.photo(&room.other, elsewhere, 3, "front").await;
    let form = format!("body=Look+at+this&photo={photo}");
    room.write(&room.patient, &room.dentist, &form)
        .await
        .expect(422)
        .says("one of the photos has been deleted")
        .says("Look at this");
    assert_eq!(room.count(MESSAGES).await, 1);
}

#[sqlx::test]
async fn what_cannot_be_sent_is_said_and_kept(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let long = format!("body={}", "ä".repeat(2001));
    for (form, words) in [
        ("body=+%0D%0A+", "Write a message first."),
        ("body=%E2%80%8B%E2%A0%80", "Write a message first."),
        (&long, "more than 2000 characters"),
        (
            "body=x&photo=1&photo=2&photo=3&photo=4&photo=5&photo=6&photo=7",
            "Choose 6 photos at most.",
        ),
    ] {
        room.write(&room.patient, &room.dentist, form)
            .await
            .expect(422)
            .says(words);
    }
    for form in [
        "body=x",
        "dentist=1&key=none&body=x",
        "dentist=1&photo=x&body=x",
    ] {
        let answer = room.app.post(Some(&room.patient), &room.path(), form).await;
        answer.expect(400);
    }
    let exactly = format!("body={}", "%C3%A4".repeat(2000));
    room.write(&room.patient, &room.dentist, &exactly)
        .await
        .expect(303);
    // A hundred a day.
    sqlx::query(
        "insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at)
         select user_id, journey_id, dentist_id, author_id, from_patient, 'x', gen_random_uuid(), sent_at
         from messages, generate_series(1, 99)",
    )
    .execute(&room.app.owner)
    .await
    .expect("ninety-nine more");
    room.write(&room.patient, &room.dentist, "body=One+more")
        .await
        .expect(429)
        .says("reached today’s limit")
        .says("One more");
}

#[sqlx::test]
async fn a_new_dentist_reads_from_then_on_and_what_was_shared(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    room.write(&room.patient, &room.dentist, "body=First+of+all")
        .await
        .expect(303);
    room.change("reason=").await;
    app.get(Some(&room.dentist), &room.path()).await.expect(404);
    assert!(!room.reads(&room.next).await.contains("First of all"));
    let listed = app.get(Some(&room.next), "/messages").await.expect(200);
    assert!(!listed.text.contains(&room.path()));
    // Written to the former dentist, from a page that was open: not sent to anybody.
    room.write(&room.patient, &room.dentist, "body=Only+for+you")
        .await
        .expect(409)
        .says("Only for you");
    room.write(&room.patient, &room.next, "body=Second+dentist")
        .await
        .expect(303);
    let text = room.reads(&room.next).await;
    assert!(text.contains("Second dentist") && !text.contains("First of all"));
    // The patient reads everything, and lets the new dentist.
    let text = room.reads(&room.patient).await;
    assert!(text.contains("Second dentist") && text.contains("First of all"));
    assert!(text.contains("can’t see earlier messages with other dentists"));
    let (former, next) = (
        app.dentist_id(&room.dentist).await,
        app.dentist_id(&room.next).await,
    );
    let journey = room.journey;
    let share = |dentist: i64| format!("journey={journey}&dentist={dentist}");
    app.post(Some(&room.patient), "/messages/share", &share(former))
        .await
        .expect(409);
    app.post(Some(&room.other), "/messages/share", &share(next))
        .await
        .expect(404);
    assert!(!room.reads(&room.next).await.contains("First of all"));
    app.post(Some(&room.patient), "/messages/share", &share(next))
        .await
        .expect(303);
    // Nobody had read it: it waits for whoever reads it now.
    let today = app.get(Some(&room.next), "/today").await.expect(200);
    today.says("1 new message");
    assert!(room.reads(&room.next).await.contains("First of all"));
    assert_eq!(room.count(UNREAD).await, 0);
    let text = room.reads(&room.patient).await;
    assert!(!text.contains("can’t see earlier messages"));
}

#[sqlx::test]
async fn sharing_may_be_said_with_the_wish(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.write(&room.patient, &room.dentist, "body=First+of+all")
        .await
        .expect(303);
    room.change("reason=&share=yes").await;
    assert!(room.reads(&room.next).await.contains("First of all"));
}

/// A message on its way while the patient is moved: it reaches the dentist that its writer saw, or nobody.
#[sqlx::test]
async fn writing_against_changing(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let [first, second] = [
        app.dentist_id(&room.dentist).await,
        app.dentist_id(&room.next).await,
    ];
    let (mut sent, mut refused) = (0, 0);
    for round in 0..40 {
        let (from, to) = if round % 2 == 0 {
            (&room.dentist, &room.next)
        } else {
            (&room.next, &room.dentist)
        };
        let asked = if round % 2 == 0 { second } else { first };
        let change = app.change(&room.patient, asked).await;
        let path = format!("/dentist-changes/{change}");
        let body = format!("body=Number+{round}");
        let write = room.write(&room.patient, from, &body);
        let approve = app.post(Some(to), &path, "answer=approve");
        // Sooner or later, now the one and now the other.
        let pauses = if round % 2 == 0 {
            (0, 4 * round)
        } else {
            (4 * round, 0)
        };
        let (written, approved) = tokio::join!(later(pauses.0, write), later(pauses.1, approve));
        approved.expect(303);
        let (asked_for, reached): (i64, Option<i64>) = sqlx::query_as(
            "select c.from_dentist_id, (select m.dentist_id from messages m where m.body = $2)
             from dentist_changes c where c.id = $1",
        )
        .bind(change)
        .bind(format!("Number {round}"))
        .fetch_one(&app.owner)
        .await
        .expect("the change");
        match written.status.as_u16() {
            303 => {
                assert_eq!(
                    reached,
                    Some(asked_for),
                    "it went to whom it was written to"
                );
                sent += 1;
            }
            409 => {
                assert_eq!(reached, None);
                refused += 1;
            }
            status => panic!("{status}"),
        }
    }
    assert!(sent > 0 && refused > 0, "{sent} sent, {refused} refused");
}

/// The patient reads while the dentist writes: whatever is unread in the end is told of.
#[sqlx::test]
async fn reading_against_writing(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = room.path();
    for round in 0..40 {
        room.write(&room.dentist, &room.dentist, "body=First")
            .await
            .expect(303);
        let read = room.app.get(Some(&room.patient), &path);
        let write = room.write(&room.dentist, &room.dentist, "body=Second");
        let (read, written) = if round % 2 == 0 {
            tokio::join!(read, write)
        } else {
            let (written, read) = tokio::join!(write, read);
            (read, written)
        };
        read.expect(200);
        written.expect(303);
        let untold =
            "select count(*) from messages m join notifications n on n.id = m.notification_id
                      where m.read_at is null and n.status <> 'pending'";
        assert_eq!(room.count(untold).await, 0, "round {round}");
        room.reads(&room.patient).await;
        assert_eq!(room.count(TOLD).await, 0, "round {round}");
        sqlx::query("update messages set sent_at = sent_at - interval '2 days'")
            .execute(&room.app.owner)
            .await
            .expect("another day");
    }
}

/// A photo is deleted while it is attached: it goes along, or the message is given back.
#[sqlx::test]
async fn attaching_against_deleting(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for round in 0..30 {
        let photo = room
            .app
            .photo(&room.patient, room.journey, 8, "upper")
            .await;
        let form = format!("body=Look&photo={photo}");
        let delete = format!("/photos/{photo}/delete");
        let write = room.write(&room.patient, &room.dentist, &form);
        let delete = room.app.post(Some(&room.patient), &delete, "");
        let (written, deleted) = if round % 2 == 0 {
            tokio::join!(write, delete)
        } else {
            let (deleted, written) = tokio::join!(delete, write);
            (written, deleted)
        };
        deleted.expect(303);
        let status = written.status.as_u16();
        assert!([303, 422].contains(&status), "{status}");
    }
}

/// Read is what was shown, no more: neither what a page does not hold, nor a page that nobody looks at.
#[sqlx::test]
async fn read_is_what_was_shown(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for n in 0..40 {
        room.write(&room.dentist, &room.dentist, &format!("body=Number+{n}"))
            .await
            .expect(303);
    }
    let head = crate::harness::request(axum::http::Method::HEAD, Some(&room.patient), &room.path());
    let ahead = crate::harness::request(axum::http::Method::GET, Some(&room.patient), &room.path())
        .header("sec-purpose", "prefetch;prerender");
    for request in [head, ahead] {
        let request = request.body(axum::body::Body::empty()).expect("a request");
        room.app.send(request).await.expect(200);
    }
    assert_eq!(room.count(UNREAD).await, 40);
    room.reads(&room.patient).await;
    assert_eq!(room.count(UNREAD).await, 10);
    assert_eq!(room.count(TOLD).await, 1, "ten are owed yet");
}

#[sqlx::test]
async fn another_text_from_the_same_form_is_given_back(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4();
    room.write_once(&room.patient, &room.dentist, key, "body=First")
        .await
        .expect(303);
    let again = room
        .write_once(&room.patient, &room.dentist, key, "body=Mended")
        .await
        .expect(409)
        .says("has already been sent (see above)")
        .says("Mended");
    assert!(
        !again.text.contains(&key.to_string()),
        "with a key of its own"
    );
    assert_eq!(room.count(MESSAGES).await, 1);
    // Nobody treats the patient any more: nothing to send to, and the text stands there.
    sqlx::query("update users set assigned_dentist_id = null where id = $1")
        .bind(room.patient.id)
        .execute(&room.app.owner)
        .await
        .expect("nobody");
    room.write(&room.patient, &room.dentist, "body=To+nobody")
        .await
        .expect(409)
        .says("To nobody");
}

/// The person, the thread, its messages, their photos, those that can be attached, whether a dentist sees less; and the lists of a
/// desk with the audit row of whom they name.
#[sqlx::test]
async fn pages_take_as_many_queries_however_much_there_is(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::with_connections(1, options, owner).await;
    let [patient, dentist] = [app.visitor("patient").await, app.visitor("dentist").await];
    let here = app.dentist_id(&dentist).await;
    for _ in 0..4 {
        let each = app.visitor("patient").await;
        app.assign(&each, &dentist).await;
        let (journey, _) = app.journey(&each, 3, "2026-03-01T08:00:00Z").await;
        let form = format!("dentist={here}&key={}&body=Hello", Uuid::new_v4());
        let path = format!("/journeys/{journey}/messages");
        app.post(Some(&each), &path, &form).await.expect(303);
        let wishing = app.visitor("patient").await;
        app.change(&wishing, here).await;
    }
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    let path = format!("/journeys/{journey}/messages");
    for _ in 0..3 {
        let form = format!("dentist={here}&key={}&body=Hello", Uuid::new_v4());
        app.post(Some(&patient), &path, &form).await.expect(303);
    }
    for (who, path, count) in [
        // One of them asks for the practice that can be called.
        (&patient, path.as_str(), 7),
        // One of them asks who is called alike, here or anywhere.
        (&dentist, "/messages", 4),
        (&dentist, "/patients?show=overdue", 4),
        (&dentist, "/dentist-changes", 4),
        (&patient, "/dentists", 6),
    ] {
        app.get(Some(who), path).await.expect(200);
        let (counter, statements) = crate::harness::count_statements();
        let answer = {
            let _guard = tracing::subscriber::set_default(counter);
            app.get(Some(who), path).await
        };
        answer.expect(200);
        let statements = statements.lock().expect("the list").clone();
        assert_eq!(statements.len(), count, "{path}: {statements:#?}");
    }
}

/// Above the form, and as little as there can be: whoever is worried calls.
#[sqlx::test]
async fn beside_messages_stands_whom_to_call(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let read = || app.get(Some(&room.patient), "/messages");
    let path = room.path();
    let thread = || app.get(Some(&room.patient), &path);
    assert_eq!(read().await.expect(303).location(), room.path() + "#write");
    // As it may have been before every dentist with patients had to have a practice.
    app.without_practice(&room.dentist).await;
    thread()
        .await
        .expect(200)
        .says("Too urgent for a message?")
        .says("number and opening hours aren’t in Midline yet")
        .says("href=\"tel:+493023125000\"");
    app.practice(&room.dentist).await;
    // A Tuesday at noon, and nothing has been written yet.
    let page = thread()
        .await
        .expect(200)
        .says("No messages yet.")
        .says("href=\"tel:+493023125014\"")
        .says("Open until 18:00")
        .says("Parkstr. 1");
    let at_form = |text: &str, words: &str| text.find(words).expect("found");
    let (call, form) = (
        at_form(&page.text, "Too urgent"),
        at_form(&page.text, "id=\"write\""),
    );
    assert!(call < form, "{}", page.text);
    room.write(&room.patient, &room.dentist, "body=It+rubs")
        .await
        .expect(303);
    // At night what to do until then is not folded away.
    app.clock.set(at("2026-03-17T20:00:00Z"));
    let page = thread()
        .await
        .expect(200)
        .says("It rubs")
        .says("Closed. Opens tomorrow at 08:00");
    let (words, folded) = (
        at_form(&page.text, "href=\"tel:116117\""),
        at_form(&page.text, "practice-more"),
    );
    assert!(words < folded, "{}", page.text);
    // Not at a desk; and to a patient without a treatment, too.
    assert!(!room.reads(&room.dentist).await.contains("Too urgent"));
    app.assign(&room.other, &room.dentist).await;
    app.get(Some(&room.other), "/messages")
        .await
        .expect(200)
        .says("href=\"tel:+493023125014\"");
}

#[sqlx::test]
async fn a_photo_that_is_deleted_leaves_its_message(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let form = format!("body=Look&photo={}", room.photo);
    room.write(&room.patient, &room.dentist, &form)
        .await
        .expect(303);
    let delete = format!("/photos/{}/delete", room.photo);
    room.app
        .post(Some(&room.patient), &delete, "")
        .await
        .expect(303);
    let text = room.reads(&room.dentist).await;
    assert!(text.contains("Look") && !text.contains("/thumbnail"));
}

#[sqlx::test]
async fn long_threads_come_in_pages(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.write(&room.patient, &room.dentist, "body=x")
        .await
        .expect(303);
    sqlx::query(
        "insert into messages (user_id, journey_id, dentist_id, author_id, from_patient, body, key, sent_at)
         select user_id, journey_id, dentist_id, author_id, from_patient, 'number ' || n, gen_random_uuid(), sent_at - interval '2 days'
         from messages, generate_series(1, 70) n",
    )
    .execute(&room.app.owner)
    .await
    .expect("seventy");
    let mut path = room.path();
    let mut seen = 0;
    for page in 0..3 {
        let text = room
            .app
            .get(Some(&room.patient), &path)
            .await
            .expect(200)
            .text;
        seen += text.matches("class=\"message-body\"").count();
        let before = text
            .split("/messages?before=")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        assert_eq!(before.is_some(), page < 2);
        path = format!("{}?before={}", room.path(), before.unwrap_or_default());
    }
    assert_eq!(seen, 71);
}

#[sqlx::test]
async fn saved_replies_are_ones_own_and_the_practices(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let place = "/messages/replies";
    let practice = |name: &'static str, who: i64| {
        sqlx::query("update dentists set practice = $1 where id = $2")
            .bind(name)
            .bind(who)
            .execute(&app.owner)
    };
    let (here, next) = (
        app.dentist_id(&room.dentist).await,
        app.dentist_id(&room.next).await,
    );
    for (name, who) in [("Smile", here), ("Smile", next)] {
        practice(name, who).await.expect("a practice");
    }
    for (form, words) in [
        ("title=&body=x", "Give it a title"),
        ("title=x&body=+", "Write the text first."),
    ] {
        let answer = app.post(Some(&room.dentist), place, form).await;
        answer.expect(422).says(words);
    }
    for form in [
        "title=Rinse&body=Rinse+with+salt+water.",
        "title=Hours&body=We+open+at+eight.&shared=yes",
    ] {
        let answer = app.post(Some(&room.dentist), place, form).await;
        assert_eq!(
            answer.expect(303).location(),
            "/messages/replies?done=saved"
        );
    }
    let ids: Vec<i64> = sqlx::query_scalar("select id from saved_replies order by id")
        .fetch_all(&app.owner)
        .await
        .expect("ids");
    let (rinse, hours) = (ids[0], ids[1]);
    // At the same practice what is shared, elsewhere nothing; nobody changes another's.
    let seen = app.get(Some(&room.next), place).await.expect(200).text;
    assert!(seen.contains("We open at eight.") && !seen.contains("salt water"));
    for path in [format!("{place}/{hours}"), format!("{place}/{rinse}")] {
        app.get(Some(&room.next), &path).await.expect(404);
        let form = "title=Mine&body=Mine";
        app.post(Some(&room.next), &path, form).await.expect(404);
        let delete = format!("{path}/delete");
        app.post(Some(&room.next), &delete, "").await.expect(404);
    }
    practice("Elsewhere", next).await.expect("a practice");
    let seen = app.get(Some(&room.next), place).await.expect(200).text;
    assert!(!seen.contains("We open at eight."));

    // Put into a message without scripts; nothing is sent by it.
    let form = format!("body=Hello&reply={rinse}&do=insert");
    room.write(&room.dentist, &room.dentist, &form)
        .await
        .expect(200)
        .says("\nHello\nRinse with salt water.</textarea>");
    assert_eq!(room.count(MESSAGES).await, 0);
    let thread = room.reads(&room.dentist).await;
    assert!(thread.contains("data-body=\"We open at eight.\""));
    assert!(!room.reads(&room.patient).await.contains("data-replies"));

    let path = format!("{place}/{rinse}");
    app.post(Some(&room.dentist), &path, "title=Rinse&body=Rinse+twice.")
        .await
        .expect(303);
    app.get(Some(&room.dentist), place)
        .await
        .expect(200)
        .says("Rinse twice.");
    app.post(Some(&room.dentist), &format!("{path}/delete"), "")
        .await
        .expect(303);
    app.get(Some(&room.dentist), &path).await.expect(404);
    assert_eq!(app.audited("reply.add", "done").await, 2);
    assert_eq!(app.audited("reply.delete", "done").await, 1);
    assert_eq!(app.audited("reply.change", "refused").await, 5);
}

/// The list beside the thread tells what was written last; the menu counts what waits, on every page.
#[sqlx::test]
async fn what_waits_is_counted_and_begun(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    for body in ["body=It+rubs", "body=Since+Monday"] {
        room.write(&room.patient, &room.dentist, body)
            .await
            .expect(303);
    }
    let settings = app.get(Some(&room.dentist), "/settings").await.expect(200);
    settings.says("2 new messages");
    let listed = app.get(Some(&room.dentist), "/messages").await.expect(200);
    let listed = listed.says("Since Monday").says("thread-new");
    assert!(!listed.text.contains("It rubs"));
    let name = "<title>Messages · ";
    app.get(Some(&room.dentist), &(room.path() + "?case=8"))
        .await
        .expect(200)
        .says(name)
        .says(&format!("/journeys/{}/reviews/8", room.journey))
        .says("It rubs");
    let settings = app.get(Some(&room.dentist), "/settings").await.expect(200);
    assert!(!settings.text.contains("new messages"));
    // What another dentist's patients write is not counted, and what was shared is.
    room.write(&room.patient, &room.dentist, "body=One+more")
        .await
        .expect(303);
    room.change("reason=&share=yes").await;
    let settings = app.get(Some(&room.dentist), "/settings").await.expect(200);
    assert!(!settings.text.contains("new message"));
    let settings = app.get(Some(&room.next), "/settings").await.expect(200);
    settings.says("1 new message");
}

/// A message as a patient's form sends it: words, then files.
async fn with_files(
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
    let path = format!("/journeys/{journey}/messages/photos");
    let request = request(Method::POST, Some(who), &path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .expect("a request");
    app.send(request).await
}

/// What is written is not lost with the session, or while the database is away; photos are chosen again.
#[sqlx::test]
async fn a_message_with_photos_outlives_the_session(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let dentist = room.app.dentist_id(&room.dentist).await.to_string();
    let key = Uuid::new_v4().to_string();
    let words = [
        ("dentist", dentist.as_str()),
        ("key", key.as_str()),
        ("body", "It broke here"),
    ];
    let nobody = Visitor {
        id: 0,
        cookie: "midline=gone".to_owned(),
    };
    let file = picture(1);
    let again = "Please choose them again";
    let place = format!("action=\"{}/photos\"", room.path());
    with_files(&room.app, &nobody, room.journey, &words, &[&file])
        .await
        .expect(401)
        .says("value=\"It broke here\"")
        .says(&key)
        .says(&place)
        .says(again)
        .says("name=\"file\"");
    let without = with_files(&room.app, &nobody, room.journey, &words, &[]).await;
    let without = without.expect(401).says("value=\"It broke here\"");
    assert!(!without.text.contains(again), "there was no photo");
    // As that page sends it again, with photos and without.
    let form = format!("dentist={dentist}&key={key}&body=It+broke+here");
    let path = room.path() + "/photos";
    for _ in 0..2 {
        let sent = room.app.post(Some(&room.patient), &path, &form).await;
        sent.expect(303);
    }
    let sent = with_files(&room.app, &room.patient, room.journey, &words, &[]).await;
    sent.expect(303);
    assert_eq!(room.count(MESSAGES).await, 1);
    room.app.pool.close().await;
    let answer = with_files(&room.app, &room.patient, room.journey, &words, &[&file]).await;
    answer
        .expect(503)
        .says("value=\"It broke here\"")
        .says(again);
}

/// A form whose words have not all come is none, and its page shows what came; without its photos alone, a message goes.
#[sqlx::test]
async fn a_message_that_breaks_off_is_whole_or_none(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let dentist = room.app.dentist_id(&room.dentist).await.to_string();
    let key = Uuid::new_v4().to_string();
    let part = |name: &str, value: &str| {
        format!("--line\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let words = part("dentist", &dentist) + &part("key", &key) + &part("body", "It broke here");
    let send = async |body: String| {
        let path = room.path() + "/photos";
        let request = request(Method::POST, Some(&room.patient), &path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        room.app.send(request).await
    };
    send(words.clone() + "--line\r\ncontent-dispo")
        .await
        .expect(400)
        .says("Not everything arrived")
        .says("It broke here</textarea>")
        .says(&key);
    assert_eq!(room.count(MESSAGES).await, 0);
    let file =
        "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n\u{1}";
    send(words + file).await.expect(303);
    assert_eq!(room.count(MESSAGES).await, 1);
    // That is known by the files, which come last.
    let page = room.reads(&room.patient).await;
    let at = |name: &str| page.find(&format!("name=\"{name}\"")).expect("a field");
    assert!(
        at("photo") < at("file") && at("body") < at("file"),
        "{page}"
    );
}

#[sqlx::test]
async fn a_photo_that_is_ticked_for_the_second_try_goes_along(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let key = Uuid::new_v4();
    let with = format!("body=Look&photo={}", room.photo);
    for form in ["body=Look", &with, &with] {
        room.write_once(&room.patient, &room.dentist, key, form)
            .await
            .expect(303);
    }
    assert_eq!(room.count(MESSAGES).await, 1);
    assert_eq!(room.count("select count(*) from message_images").await, 1);
}

/// Deleted by two taps, it is deleted once, and both are told so; what never was, or was another's, is not.
#[sqlx::test]
async fn a_reply_is_deleted_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let form = "title=Rinse&body=Rinse+with+salt+water.";
    app.post(Some(&room.dentist), "/messages/replies", form)
        .await
        .expect(303);
    let id = room.count("select id from saved_replies").await;
    let delete = format!("/messages/replies/{id}/delete");
    for _ in 0..2 {
        let answer = app.post(Some(&room.dentist), &delete, "").await.expect(303);
        assert_eq!(answer.location(), "/messages/replies?done=deleted");
    }
    assert_eq!(app.audited("reply.delete", "done").await, 1);
    app.post(Some(&room.next), &delete, "").await.expect(404);
    app.post(Some(&room.dentist), "/messages/replies/999999/delete", "")
        .await
        .expect(404);
}

/// A text that is saved by two taps, or by three at once, is one.
#[sqlx::test]
async fn a_reply_is_saved_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let place = "/messages/replies";
    let save = async |form: &str| app.post(Some(&room.dentist), place, form).await;
    let form = "title=Rinse&body=Rinse+with+salt+water.";
    let (first, second, third) = tokio::join!(save(form), save(form), save(form));
    for answer in [first, second, third] {
        assert_eq!(
            answer.expect(303).location(),
            "/messages/replies?done=saved"
        );
    }
    let replies = "select count(*) from saved_replies";
    assert_eq!(room.count(replies).await, 1);
    assert_eq!(app.audited("reply.add", "done").await, 1);
    // Shared, it is the same one; with other words it is another, which cannot become the same.
    save(&format!("{form}&shared=yes")).await.expect(303);
    assert_eq!(
        room.count("select count(*) from saved_replies where shared")
            .await,
        1
    );
    save("title=Rinse&body=Rinse+twice.").await.expect(303);
    assert_eq!(room.count(replies).await, 2);
    let other = room.count("select max(id) from saved_replies").await;
    app.post(Some(&room.dentist), &format!("{place}/{other}"), form)
        .await
        .expect(422)
        .says("You have saved this text under this title already.");
    // As many as can be: the last of them, sent twice, is no one too many.
    sqlx::query(
        "insert into saved_replies (dentist_id, title, body)
         select dentist_id, 'Number ' || n, 'x' from saved_replies, generate_series(3, 100) n where id = $1",
    )
    .bind(other)
    .execute(&app.owner)
    .await
    .expect("replies");
    save("title=Number+100&body=x").await.expect(303);
    save("title=Number+101&body=x").await.expect(422);
}

#[sqlx::test]
async fn a_photo_is_taken_for_a_message(pool: PgPoolOptions, options: PgConnectOptions) {
    let surgery = Surgery::open(pool, options).await;
    let (app, who, journey) = (&surgery.app, &surgery.patient, surgery.journey);
    let dentist = app.visitor("dentist").await;
    app.assign(who, &dentist).await;
    let to = app.dentist_id(&dentist).await.to_string();
    let place = format!("/journeys/{journey}/messages");
    let keys = [Uuid::new_v4().to_string(), Uuid::new_v4().to_string()];
    let [first, second] = [picture(1), picture(2)];
    let words = [
        ("dentist", to.as_str()),
        ("key", keys[0].as_str()),
        ("body", "It broke here"),
    ];
    let sent = with_files(app, who, journey, &words, &[&first]).await;
    assert_eq!(sent.expect(303).location(), place.clone() + "#write");
    app.get(Some(who), &place)
        .await
        .expect(200)
        .says("It broke here")
        .says("1 photo is being checked");
    surgery.work();
    let images = "select count(*) from message_images";
    surgery.until(images, 1).await;
    // Nothing was written: the photo stays with the form, and goes with it the next time.
    let words = [
        ("dentist", to.as_str()),
        ("key", keys[1].as_str()),
        ("body", " "),
    ];
    let kept = with_files(app, who, journey, &words, &[&second]).await;
    let kept = kept
        .expect(422)
        .says("Write a message first.")
        .says("1 new photo goes with it.");
    let token = kept.text.split("name=\"sent\" value=\"").nth(1);
    let token = token
        .and_then(|rest| rest.split('"').next())
        .expect("a token");
    let words = [
        ("dentist", to.as_str()),
        ("key", keys[1].as_str()),
        ("body", "And here"),
        ("sent", token),
    ];
    let sent = with_files(app, who, journey, &words, &[]).await;
    sent.expect(303);
    surgery.until(images, 2).await;
    assert_eq!(surgery.count(MESSAGES).await, 2);
}
