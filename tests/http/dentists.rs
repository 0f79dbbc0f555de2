//! Dentists: the directory, and changing dentist: asked for, withdrawn, answered, and what moves with it.

use crate::harness::{TestApp, Visitor};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// A patient of one dentist with a journey and a photo, and another dentist.
struct Room {
    app: TestApp,
    patient: Visitor,
    former: Visitor,
    next: Visitor,
    next_id: i64,
    journey: i64,
    photo: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::with_connections(12, options, owner).await;
        let [patient, former, next] = [
            app.visitor("patient").await,
            app.visitor("dentist").await,
            app.visitor("dentist").await,
        ];
        app.assign(&patient, &former).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        let photo = app.photo(&patient, journey, 8, "front").await;
        let next_id = app.dentist_id(&next).await;
        Self {
            app,
            patient,
            former,
            next,
            next_id,
            journey,
            photo,
        }
    }

    /// Whether the flag says what the changes say; and whether one is open.
    async fn pending(&self) -> bool {
        let (flag, open): (bool, bool) = sqlx::query_as(
            "select has_pending_dentist_change,
                    exists (select from dentist_changes where user_id = users.id and status = 'open')
             from users where id = $1",
        )
        .bind(self.patient.id)
        .fetch_one(&self.app.owner)
        .await
        .expect("the patient");
        assert_eq!(flag, open);
        flag
    }

    /// What the record, a photo and the case answer to a dentist.
    async fn sees(&self, dentist: &Visitor) -> [u16; 4] {
        let paths = [
            format!("/patients/{}", self.patient.id),
            format!("/journeys/{}", self.journey),
            format!("/photos/{}", self.photo),
            format!("/journeys/{}/reviews/8", self.journey),
        ];
        let mut answers = [0; 4];
        for (answer, path) in answers.iter_mut().zip(paths) {
            *answer = self.app.get(Some(dentist), &path).await.status.as_u16();
        }
        answers
    }

    async fn answer(&self, who: &Visitor, change: i64, form: &str) -> u16 {
        let path = format!("/dentist-changes/{change}");
        self.app.post(Some(who), &path, form).await.status.as_u16()
    }
}

#[sqlx::test]
async fn an_approved_change_moves_everything_at_once(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    app.get(
        Some(&room.patient),
        &format!("/dentists/{}/change", room.next_id),
    )
    .await
    .expect(200)
    .says("can no longer see your record");
    let change = app.change(&room.patient, room.next_id).await;
    assert!(room.pending().await);
    app.get(Some(&room.patient), "/dentists")
        .await
        .expect(200)
        .says("waiting for an answer")
        .says("Moved house");
    // Asked, the next dentist sees the wish and nothing of the record; the former one does not see the wish.
    assert_eq!(room.sees(&room.former).await, [200; 4]);
    assert_eq!(room.sees(&room.next).await, [404; 4]);
    let path = format!("/dentist-changes/{change}");
    app.get(Some(&room.next), &path)
        .await
        .expect(200)
        .says("Moved house");
    app.get(Some(&room.former), &path).await.expect(404);
    assert_eq!(
        room.answer(&room.former, change, "answer=approve").await,
        404
    );
    assert_eq!(
        room.answer(&room.next, change, "answer=approve&note=Welcome")
            .await,
        303
    );
    assert!(!room.pending().await);
    assert_eq!(room.sees(&room.former).await, [404; 4]);
    assert_eq!(room.sees(&room.next).await, [200; 4]);
    // Told, and readable: what became of it, and who saw it.
    app.get(Some(&room.patient), "/dentists")
        .await
        .expect(200)
        .says("approved")
        .says("Welcome");
    app.get(Some(&room.patient), "/access")
        .await
        .expect(200)
        .says("your request for another dentist");
    let told: i64 = sqlx::query_scalar(
        "select count(*) from notifications n join dentist_changes c on c.notification_id = n.id where n.user_id = $1",
    )
    .bind(room.patient.id)
    .fetch_one(&app.owner)
    .await
    .expect("a count");
    assert_eq!(told, 1);
    // A second answer changes nothing.
    assert_eq!(room.answer(&room.next, change, "answer=decline").await, 409);
    assert_eq!(room.sees(&room.next).await, [200; 4]);
}

#[sqlx::test]
async fn what_cannot_be_asked_is_said_in_words_and_the_reason_is_kept(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let ask = async |dentist: i64, form: &str| {
        let path = format!("/dentists/{dentist}/change");
        app.post(Some(&room.patient), &path, form).await
    };
    let current = app.dentist_id(&room.former).await;
    ask(current, "reason=typed+words")
        .await
        .expect(422)
        .says("your dentist already")
        .says("typed words");
    sqlx::query("update dentists set accepts_new_patients = false where id = $1")
        .bind(room.next_id)
        .execute(&app.owner)
        .await
        .expect("set");
    ask(room.next_id, "reason=typed+words")
        .await
        .expect(422)
        .says("takes no new patients")
        .says("typed words");
    let directory = app.get(Some(&room.patient), "/dentists").await.expect(200);
    assert!(
        !directory
            .text
            .contains(&format!("/dentists/{}/change", room.next_id))
    );
    sqlx::query("update dentists set accepts_new_patients = true")
        .execute(&app.owner)
        .await
        .expect("set");
    let long = format!("reason={}", "a".repeat(501));
    ask(room.next_id, &long)
        .await
        .expect(422)
        .says("more than 500 characters");
    assert!(!room.pending().await);
    let change = app.change(&room.patient, room.next_id).await;
    ask(room.next_id, "reason=typed+words")
        .await
        .expect(409)
        .says("You already have an open request")
        .says("typed words");
    ask(999_999, "").await.expect(404);
    let long = format!("answer=decline&note={}", "a".repeat(501));
    assert_eq!(room.answer(&room.next, change, &long).await, 422);
    assert_eq!(room.answer(&room.next, change, "answer=maybe").await, 400);
    // Withdrawn, once; then asked for anew, and declined.
    let path = format!("/dentist-changes/{change}/withdraw");
    app.post(Some(&room.patient), &path, "").await.expect(303);
    app.clock
        .set(app.clock.now() + chrono::Duration::minutes(3));
    app.post(Some(&room.patient), &path, "").await.expect(409);
    assert!(!room.pending().await);
    let change = app.change(&room.patient, room.next_id).await;
    assert_eq!(
        room.answer(&room.next, change, "answer=decline&note=Full")
            .await,
        303
    );
    assert_eq!(room.sees(&room.former).await, [200; 4]);
    for query in [
        "near=1&language=de",
        "near=%25",
        "near=%00&language=%00",
        "language=xx&after=1",
        "after=999999",
    ] {
        app.get(Some(&room.patient), &format!("/dentists?{query}"))
            .await
            .expect(200);
    }
}

/// A second tap on a button, some seconds after the first, asks for what is done already: it is done once, and answered twice.
#[sqlx::test]
async fn a_second_tap_is_answered_as_the_first(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let count = async |of: &str| -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {of}")))
            .fetch_one(&app.owner)
            .await
            .expect("a count")
    };
    let ask = format!("/dentists/{}/change", room.next_id);
    let form = "reason=Moved+house&share=yes";
    for _ in 0..2 {
        let answer = app.post(Some(&room.patient), &ask, form).await.expect(303);
        assert_eq!(answer.location(), "/dentists?sent");
    }
    assert_eq!(count("dentist_changes").await, 1);
    // Other words are another wish; and so are the same ones some minutes later.
    app.post(Some(&room.patient), &ask, "reason=Moved+away&share=yes")
        .await
        .expect(409);
    app.post(Some(&room.patient), &ask, "reason=Moved+house")
        .await
        .expect(409);
    app.clock
        .set(app.clock.now() + chrono::Duration::minutes(3));
    app.post(Some(&room.patient), &ask, form).await.expect(409);

    let change: i64 = sqlx::query_scalar("select id from dentist_changes")
        .fetch_one(&app.owner)
        .await
        .expect("the change");
    let withdraw = format!("/dentist-changes/{change}/withdraw");
    let (one, other) = tokio::join!(
        app.post(Some(&room.patient), &withdraw, ""),
        app.post(Some(&room.patient), &withdraw, ""),
    );
    for answer in [one, other] {
        assert_eq!(answer.expect(303).location(), "/dentists?withdrawn");
    }
    assert_eq!(app.audited("dentist_change.withdraw", "done").await, 1);
    assert_eq!(app.audited("dentist_change.withdraw", "refused").await, 0);

    let change = app.change(&room.patient, room.next_id).await;
    let path = format!("/dentist-changes/{change}");
    let yes = "answer=approve&note=Welcome";
    let to = format!("/dentist-changes?saved&patient={}", room.patient.id);
    for _ in 0..2 {
        let answer = app.post(Some(&room.next), &path, yes).await.expect(303);
        assert_eq!(answer.location(), to);
    }
    assert_eq!(count("notifications").await, 1, "told once");
    assert_eq!(app.audited("dentist_change.approve", "done").await, 1);
    // Nobody else's answer is that one, and no other of the same person's.
    let staff = app.visitor("staff").await;
    assert_eq!(room.answer(&staff, change, yes).await, 409);
    let other = "answer=approve&note=Hello";
    assert_eq!(room.answer(&room.next, change, other).await, 409);
    assert_eq!(room.answer(&room.next, change, "answer=decline").await, 409);
    app.clock
        .set(app.clock.now() + chrono::Duration::minutes(3));
    assert_eq!(room.answer(&room.next, change, yes).await, 409);
}

#[sqlx::test]
async fn an_answer_and_a_withdrawal_at_once_are_one_of_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let former = room.app.dentist_id(&room.former).await;
    let mut approved = 0;
    for _ in 0..30 {
        room.app.assign(&room.patient, &room.former).await;
        let change = room.app.change(&room.patient, room.next_id).await;
        let withdraw = format!("/dentist-changes/{change}/withdraw");
        let again = format!("/dentists/{}/change", room.next_id);
        let (answer, withdrawal, asked) = tokio::join!(
            room.answer(&room.next, change, "answer=approve"),
            room.app.post(Some(&room.patient), &withdraw, ""),
            // And the patient asks for somebody else amid it.
            room.app.post(Some(&room.patient), &again, ""),
        );
        let mut codes = [answer, withdrawal.status.as_u16()];
        codes.sort_unstable();
        assert_eq!(codes, [303, 409]);
        assert!(
            [303, 409, 422].contains(&asked.status.as_u16()),
            "{}",
            asked.status
        );
        let (assigned, status): (i64, String) = sqlx::query_as(
            "select u.assigned_dentist_id, c.status::text from users u join dentist_changes c on c.user_id = u.id where c.id = $1",
        )
        .bind(change)
        .fetch_one(&room.app.owner)
        .await
        .expect("the change");
        let moved = status == "approved";
        assert_eq!(moved, answer == 303);
        assert_eq!(assigned, if moved { room.next_id } else { former });
        approved += i32::from(moved);
        if room.pending().await {
            let open: i64 =
                sqlx::query_scalar("select id from dentist_changes where status = 'open'")
                    .fetch_one(&room.app.owner)
                    .await
                    .expect("the other wish");
            let path = format!("/dentist-changes/{open}/withdraw");
            room.app
                .post(Some(&room.patient), &path, "")
                .await
                .expect(303);
        }
    }
    assert!(approved > 0, "none was approved");
}

/// Whoever treats patients has a practice with hours: else those could not call, and would not know when.
#[sqlx::test]
async fn nobody_comes_to_a_dentist_whom_patients_could_not_reach(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let change = app.change(&room.patient, room.next_id).await;
    let path = format!("/dentist-changes/{change}");
    let hours = async |sql: &'static str| {
        sqlx::query(sql)
            .bind(room.next_id)
            .execute(&app.owner)
            .await
            .expect("hours");
    };
    hours("delete from practice_hours where practice_id = (select practice_id from dentists where id = $1)")
        .await;
    // What cannot be done is not offered; sent all the same, it is refused in words, and nothing is lost.
    let page = app.get(Some(&room.next), &path).await.expect(200);
    let page = page.says("You can’t take on patients yet");
    assert!(!page.text.contains("value=\"approve\""), "{}", page.text);
    assert!(page.text.contains("value=\"decline\""), "{}", page.text);
    app.post(Some(&room.next), &path, "answer=approve&note=Welcome+here")
        .await
        .expect(422)
        .says("Nothing was changed")
        .says("Welcome here");
    assert!(room.pending().await);
    assert_eq!(room.sees(&room.former).await, [200; 4]);
    assert_eq!(app.audited("dentist_change.approve", "refused").await, 1);
    // Without a practice at all it is the same, and the database refuses whoever assigns past the program.
    app.without_practice(&room.next).await;
    assert_eq!(room.answer(&room.next, change, "answer=approve").await, 422);
    for sql in [
        "update users set assigned_dentist_id = $1 where assigned_dentist_id is not null",
        "insert into users (email, assigned_dentist_id) values ('new@midline.example', $1)",
    ] {
        let error = sqlx::query(sql)
            .bind(room.next_id)
            .execute(&app.owner)
            .await
            .expect_err("nobody could reach them");
        let constraint = error.into_database_error().expect("a refusal");
        assert_eq!(constraint.constraint(), Some("users_dentist_has_practice"));
    }
    // Patients do not find them, and asking is refused.
    app.post(Some(&room.patient), &format!("{path}/withdraw"), "")
        .await
        .expect(303);
    let ask = format!("/dentists/{}/change", room.next_id);
    let directory = app.get(Some(&room.patient), "/dentists").await.expect(200);
    assert!(!directory.text.contains(&ask), "{}", directory.text);
    app.get(Some(&room.patient), &ask).await.expect(404);
    app.post(Some(&room.patient), &ask, "reason=typed+words")
        .await
        .expect(422)
        .says("accepts no patients yet")
        .says("typed words");
    // With practice and hours they do, and are.
    app.practice(&room.next).await;
    let change = app.change(&room.patient, room.next_id).await;
    assert_eq!(room.answer(&room.next, change, "answer=approve").await, 303);
}

#[sqlx::test]
async fn the_database_itself_holds_the_flag_to_the_changes(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    for sql in [
        "update users set has_pending_dentist_change = true",
        "insert into dentist_changes (user_id, to_dentist_id) select u.id, d.id from users u, dentists d
         where u.assigned_dentist_id is not null and d.id <> u.assigned_dentist_id",
    ] {
        let error = sqlx::query(sql)
            .execute(&room.app.owner)
            .await
            .expect_err("the flag and the changes differ");
        let constraint = error.into_database_error().expect("a refusal");
        assert_eq!(constraint.constraint(), Some("users_pending_dentist_change"));
    }
}

/// What was decided ten seconds before lapses with the dentist who decided it: the photos wait for the next one.
#[sqlx::test]
async fn a_decision_that_is_not_told_yet_lapses_with_its_dentist(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let event: i64 = sqlx::query_scalar("select max(id) from progress_events")
        .fetch_one(&app.owner)
        .await
        .expect("an event");
    let case = format!("/journeys/{}/reviews/8", room.journey);
    let form = format!(
        "previous=&photos={}&seen={event}&decision=hold&days=28",
        app.seen_photos(&[room.photo]).await
    );
    app.post(Some(&room.former), &case, &form).await.expect(303);
    let change = app.change(&room.patient, room.next_id).await;
    assert_eq!(room.answer(&room.next, change, "answer=approve").await, 303);
    let review: i64 = sqlx::query_scalar("select id from reviews")
        .fetch_one(&app.owner)
        .await
        .expect("the decision");
    let later = app.clock.now() + chrono::Duration::seconds(11);
    let mut db = app.owner.acquire().await.expect("a connection");
    midline::reviews::service::settle(&mut db, midline::ids::ReviewId(review), later)
        .await
        .expect("done with");
    let (lapsed, waits, held): (bool, bool, bool) = sqlx::query_as(
        "select (select withdrawn_at is not null and settled_at is null from reviews),
                (select awaits_review from user_images),
                exists (select from progress_events where reason = 'dentist_hold')",
    )
    .fetch_one(&app.owner)
    .await
    .expect("how it stands");
    assert_eq!((lapsed, waits, held), (true, true, false));
    app.get(Some(&room.next), &case).await.expect(200);
}

#[sqlx::test]
async fn what_came_too_late_is_given_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let change = app.change(&room.patient, room.next_id).await;
    let path = format!("/dentist-changes/{change}");
    app.post(Some(&room.next), &path, "answer=decline")
        .await
        .expect(303);
    let long = "x".repeat(501);
    for note in ["Welcome here", &long] {
        let form = format!("answer=approve&note={}", note.replace(' ', "+"));
        app.post(Some(&room.next), &path, &form)
            .await
            .expect(409)
            .says(note);
    }
    // An old address says nothing that is not so.
    let list = app.get(Some(&room.former), "/dentist-changes?saved").await;
    assert!(!list.expect(200).text.contains("Answer saved"));
    let thread = format!("/journeys/{}/messages?shared", room.journey);
    for who in [&room.patient, &room.former] {
        let page = app.get(Some(who), &thread).await.expect(200);
        assert!(!page.text.contains("can read the earlier messages now"));
    }
}

#[sqlx::test]
async fn a_postal_code_finds_dentists_however_it_is_written(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    for (practice, postal_code) in [
        ("Mitte", "10115"),
        ("Chaussee", "D-10115"),
        ("Pankow", "13187"),
        ("Wien", "A-1010"),
        ("London", "SW1A 1AA"),
        ("Amsterdam", "1012 AB"),
    ] {
        let dentist = app.visitor("dentist").await;
        sqlx::query("update dentists set practice = $2, postal_code = $3 where user_id = $1")
            .bind(dentist.id)
            .bind(practice)
            .bind(postal_code)
            .execute(&app.owner)
            .await
            .expect("a practice");
    }
    for (near, found) in [
        ("10115", &["Mitte", "Chaussee"][..]),
        ("10 115", &["Mitte", "Chaussee"]),
        ("D-10115", &["Mitte", "Chaussee"]),
        ("D – 10115", &["Mitte", "Chaussee"]),
        ("DE 10115 Berlin", &["Mitte", "Chaussee"]),
        ("10115 Berlin-Mitte", &["Mitte", "Chaussee"]),
        ("10115, Berlin", &["Mitte", "Chaussee"]),
        ("Berlin 10115", &["Mitte", "Chaussee"]),
        ("１０１１５", &["Mitte", "Chaussee"]),
        (" 13 ", &["Pankow"]),
        ("1010", &["Wien"]),
        ("A-1010 Wien", &["Wien"]),
        ("sw1a1aa", &["London"]),
        ("SW1A 1AA London", &["London"]),
        ("1012 AB Amsterdam", &["Amsterdam"]),
        ("1012ab", &["Amsterdam"]),
        ("99999", &[]),
        ("10115%", &[]),
    ] {
        let near: String = url::form_urlencoded::byte_serialize(near.as_bytes()).collect();
        let page = app
            .get(Some(&patient), &format!("/dentists?near={near}"))
            .await
            .expect(200)
            .says("inputmode=\"text\"");
        for practice in ["Mitte", "Chaussee", "Pankow", "Wien", "London", "Amsterdam"] {
            assert_eq!(
                page.text.contains(&format!(">{practice}</")),
                found.contains(&practice),
                "{near}: {practice}"
            );
        }
    }
}

/// Whoever is asked for reads of themselves, and staff of the dentist.
#[sqlx::test]
async fn an_approval_is_worded_for_whoever_gives_it(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let change = room.app.change(&room.patient, room.next_id).await;
    let path = format!("/dentist-changes/{change}");
    let page = room.app.get(Some(&room.next), &path).await.expect(200);
    let page = page
        .says("From Dr. L to you")
        .says("If you approve, you see the patient’s record and photos from then on")
        .says("Note that Mia Berger reads");
    assert!(!page.text.contains("Dr. L sees"), "{}", page.text);
    let list = room.app.get(Some(&room.next), "/dentist-changes").await;
    list.expect(200).says("From Dr. L to you");
    let staff = room.app.visitor("staff").await;
    let page = room.app.get(Some(&staff), &path).await.expect(200);
    page.says("From Dr. L to Dr. L")
        .says("If you approve, Dr. L sees the patient’s record and photos from then on");
}
