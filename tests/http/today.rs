//! A patient's first page: one act, what comes next, and nothing that is past.

use crate::harness::{TestApp, Visitor, at};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

struct Room {
    app: TestApp,
    patient: Visitor,
    dentist: Visitor,
    journey: i64,
}

impl Room {
    /// Due on the day that the clock stands at.
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let dentist = app.visitor("dentist").await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
        Self {
            app,
            patient,
            dentist,
            journey,
        }
    }

    async fn today(&self) -> String {
        self.app
            .get(Some(&self.patient), "/")
            .await
            .expect(200)
            .text
    }

    /// Five photos of the step being worn, and a decision on them that asks for the front once more.
    async fn asked_again(&self) {
        for view in ["front", "left", "right", "upper", "lower"] {
            self.app.photo(&self.patient, self.journey, 8, view).await;
        }
        sqlx::query(
            "update user_images set awaits_review = false, date_uploaded = '2026-03-16T08:00:00Z'",
        )
        .execute(&self.app.owner)
        .await
        .expect("decided on");
        sqlx::query(
            "with asked as (
               insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, decided_at, effective_at,
                                    settled_at)
               select $1, $2, 8, 'retake', d.id, $3, moment, moment, moment
               from dentists d, (select timestamptz '2026-03-17T08:00:00Z' as moment) as decided where d.user_id = $3 returning id)
             insert into review_views (review_id, view, reason) select id, 'front', 'blurred' from asked",
        )
        .bind(self.patient.id)
        .bind(self.journey)
        .bind(self.dentist.id)
        .execute(&self.app.owner)
        .await
        .expect("asked for again");
    }

    /// What was asked for again comes.
    async fn answered(&self) {
        self.app
            .photo(&self.patient, self.journey, 8, "front")
            .await;
        sqlx::query(
            "update user_images set date_uploaded = '2026-03-17T09:00:00Z' where awaits_review",
        )
        .execute(&self.app.owner)
        .await
        .expect("sent");
    }

    async fn switch(&self) {
        let event: i64 = sqlx::query_scalar("select max(id) from progress_events")
            .fetch_one(&self.app.owner)
            .await
            .expect("an event");
        let path = format!("/journeys/{}/progress", self.journey);
        let form = format!("seen={event}");
        let done = self.app.post(Some(&self.patient), &path, &form).await;
        assert_eq!(done.expect(303).location(), "/?saved");
    }
}

#[sqlx::test]
async fn after_a_switch_come_the_five_photos(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let before = room.today().await;
    assert!(before.contains("I’ve switched to aligner 9"), "{before}");
    room.switch().await;
    let add = format!("/journeys/{}/photos/new?stage=9", room.journey);
    let page = room
        .app
        .get(Some(&room.patient), "/?saved")
        .await
        .expect(200)
        .text;
    for words in [
        "Step 2 of 2: your five photos",
        "0 of 5",
        &add,
        "Add photos",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for view in ["front", "left", "right"] {
        room.app.photo(&room.patient, room.journey, 9, view).await;
    }
    assert!(room.today().await.contains("3 of 5"));
    for view in ["upper", "lower"] {
        room.app.photo(&room.patient, room.journey, 9, view).await;
    }
    sqlx::query("update user_images set date_uploaded = '2026-03-17T11:00:00Z'")
        .execute(&room.app.owner)
        .await
        .expect("sent");
    let page = room.today().await;
    // A Tuesday; the practice looks within three working days.
    for words in [
        "Your dentist has your photos",
        "You’ll hear by Friday 20 March.",
        "Park Practice looks at photos within 3 working days.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // One day is not days.
    sqlx::query("update practices set review_days = 1")
        .execute(&room.app.owner)
        .await
        .expect("quicker");
    let page = room.today().await;
    assert!(
        page.contains("Park Practice looks at photos within one working day."),
        "{page}"
    );
    // The clock goes on: it is said that it takes longer.
    room.app.clock.set(at("2026-03-23T11:00:00Z"));
    let page = room.today().await;
    assert!(
        page.contains("Your photos of aligner 9 are still waiting to be looked at."),
        "{page}"
    );
}

/// One way to the photos, where they are the act; a number never stands on another line than what it counts.
#[sqlx::test]
async fn photos_are_led_to_once_and_numbers_keep_to_their_word(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let add = |page: &str| {
        let address = format!("href=\"/journeys/{}/photos/new?stage=", room.journey);
        page.matches(&address).count()
    };
    // On the day of the switch, that is the act, and photos are a row.
    let page = room.today().await;
    assert!(page.contains("Photos of aligner 8"), "{page}");
    assert_eq!(add(&page), 1, "{page}");
    room.switch().await;
    let page = room.app.get(Some(&room.patient), "/").await.expect(200);
    assert!(!page.text.contains("Photos of aligner 9"), "{}", page.text);
    assert!(page.text.contains("today-near"), "{}", page.text);
    assert_eq!(add(&page.text), 1, "{}", page.text);
    // An ordinary day later; how many there are is said by the act.
    room.app.clock.set(at("2026-03-20T11:00:00Z"));
    room.app
        .photo(&room.patient, room.journey, 9, "front")
        .await;
    let page = room.app.get(Some(&room.patient), "/").await.expect(200);
    assert!(page.text.contains("1 of 5"), "{}", page.text);
    assert_eq!(add(&page.text), 1, "{}", page.text);
    let read = String::from_utf8_lossy(&page.bytes);
    assert!(read.contains("aligner\u{a0}10 is due on"), "{read}");
    assert!(!read.contains("aligner 10"), "{read}");
    // With all five, the row leads to them.
    for view in ["left", "right", "upper", "lower"] {
        room.app.photo(&room.patient, room.journey, 9, view).await;
    }
    let page = room.today().await;
    assert!(page.contains("Photos of aligner 9"), "{page}");
    assert_eq!(add(&page), 1, "{page}");
}

/// On the day on which somebody meant to go on, that is the one act; until then nothing hurries them.
#[sqlx::test]
async fn a_pause_says_until_when_it_was_meant(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let event: i64 = sqlx::query_scalar("select max(id) from progress_events")
        .fetch_one(&room.app.owner)
        .await
        .expect("an event");
    let path = format!("/journeys/{}/pause", room.journey);
    let form = format!("seen={event}&reason=travel&resume_on=2026-03-19&intent=confirm");
    room.app
        .post(Some(&room.patient), &path, &form)
        .await
        .expect(303);
    let go_on = |kind: &str| {
        let path = format!("/journeys/{}/continue", room.journey);
        format!("href=\"{path}\" class=\"button button-{kind} button-wide\"")
    };
    let page = room.today().await;
    for words in [
        "Your treatment is paused",
        "The plan is to continue on Thursday 19 March.",
        &go_on("secondary"),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (day, words) in [
        ("2026-03-19T11:00:00Z", "The plan is to continue today."),
        (
            "2026-03-21T11:00:00Z",
            "The plan was to continue on Thursday 19 March.",
        ),
    ] {
        room.app.clock.set(at(day));
        let page = room.today().await;
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains(&go_on("primary")), "{page}");
    }
}

/// Where there is something to read, the first page says the rest in short.
#[sqlx::test]
async fn a_report_leaves_no_room_for_offers(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.switch().await;
    room.app.clock.set(at("2026-03-17T14:00:00Z"));
    let form = format!("journey={}&do=out&from=today", room.journey);
    room.app
        .post(Some(&room.patient), "/wear", &form)
        .await
        .expect(303);
    room.app.clock.set(at("2026-03-17T15:00:00Z"));
    let page = room.today().await;
    for words in ["Remind me on this phone", "wear-bar"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    room.app.report(&room.patient, room.journey, "pain").await;
    let page = room.today().await;
    assert!(page.contains("They’re in again"), "{page}");
    for words in ["Remind me on this phone", "wear-bar"] {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

/// The photos from before the first step count as those of the first one: nobody is asked for the same five twice within days.
#[sqlx::test]
async fn the_first_photos_are_not_asked_for_twice(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let new = room.app.visitor("patient").await;
    room.app.assign(&new, &room.dentist).await;
    let (journey, _) = room.app.journey(&new, 0, "").await;
    for view in ["front", "left", "right", "upper", "lower"] {
        room.app.photo(&new, journey, 0, view).await;
    }
    room.app
        .post(
            Some(&new),
            &format!("/journeys/{journey}/progress"),
            "seen=&revision=0",
        )
        .await
        .expect(303);
    let page = room.app.get(Some(&new), "/").await.expect(200).text;
    assert!(page.contains("Your dentist has your photos"), "{page}");
    assert!(!page.contains("your five photos"), "{page}");
    // Long ago they showed other teeth.
    sqlx::query(
        "update user_images set date_uploaded = '2026-02-17T11:00:00Z' where journey_id = $1",
    )
    .bind(journey)
    .execute(&room.app.owner)
    .await
    .expect("sent long ago");
    let page = room.app.get(Some(&new), "/").await.expect(200).text;
    assert!(page.contains("Step 2 of 2: your five photos"), "{page}");
}

#[sqlx::test]
async fn an_ordinary_day_has_one_act_and_nothing_past(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.app.clock.set(at("2026-03-10T11:00:00Z"));
    let page = room.today().await;
    assert_eq!(page.matches("button-primary").count(), 1, "{page}");
    for words in [
        "Add photos",
        "Write to Dr. L",
        "Something’s wrong?",
        "tel:+493023125014",
        "Open until 18:00",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for words in [
        "Delay this change",
        "Pause the treatment",
        "class=\"timeline\"",
    ] {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

#[sqlx::test]
async fn a_decision_is_news_until_it_was_read(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let now = room.app.clock.now();
    let told: i64 = sqlx::query_scalar(
        "with told as (
           insert into notifications (user_id, journey_id, content, source, kind, template, created_at)
           values ($1, $2, 'Open Midline', 'other', 'review', 'review', $4) returning id)
         insert into reviews (user_id, journey_id, progress_stage, decision, hold_days, note, dentist_id, actor_id, decided_at,
                              effective_at, settled_at, notification_id)
         select $1, $2, 8, 'hold', 5, 'Wear it a little longer, please.', d.id, $3, $4, $4, $4, told.id
         from told, dentists d where d.user_id = $3 returning notification_id",
    )
    .bind(room.patient.id)
    .bind(room.journey)
    .bind(room.dentist.id)
    .bind(now)
    .fetch_one(&room.app.owner)
    .await
    .expect("a decision");
    let page = room.today().await;
    for words in [
        "Please stay with this step for longer",
        "Wear it a little longer, please.",
        "Got it",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The inbox tells the thing itself; what left the system did not.
    let inbox = room
        .app
        .get(Some(&room.patient), "/inbox")
        .await
        .expect(200);
    let inbox = inbox
        .says("Please stay with this step for 5 more days")
        .says("Dr. L");
    assert!(
        !inbox
            .says("Wear it a little longer")
            .text
            .contains("Open Midline")
    );
    let path = format!("/inbox/{told}");
    let read = room.app.post(Some(&room.patient), &path, "back=%2F").await;
    assert_eq!(read.expect(303).location(), "/");
    assert!(!room.today().await.contains("Got it"));
}

#[sqlx::test]
async fn an_open_report_stands_on_the_first_page(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let act = |page: &str| {
        let address = format!("/journeys/{}/progress\"", room.journey);
        let links: Vec<_> = page
            .split("<a ")
            .filter(|link| link.contains(&address))
            .collect();
        assert_eq!(links.len(), 1, "{page}");
        links[0].contains("button-primary")
    };
    assert!(act(&room.today().await));
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let page = room.today().await;
    assert!(page.contains("Your dentist hasn’t seen this yet"), "{page}");
    // Whoever waits for an answer is not told to go on.
    assert!(
        page.contains("wait for your dentist’s answer to your report"),
        "{page}"
    );
    assert!(!act(&page));
    room.app
        .post(
            Some(&room.dentist),
            &format!("/reports/{report}/acknowledge"),
            "",
        )
        .await
        .expect(303);
    assert!(room.today().await.contains("Your dentist has seen this"));
}

#[sqlx::test]
async fn photos_asked_for_again_come_before_the_switch_and_then_are_with_the_dentist(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.asked_again().await;
    let switch = format!(
        "href=\"/journeys/{}/progress\" class=\"button button-primary button-wide\"",
        room.journey
    );
    let page = room.today().await;
    for words in [
        "Your dentist asks for a new photo",
        "Please take the new photo first, while you’re still wearing aligner 8. Then switch.",
        "I’ve switched to aligner 9",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains(&switch), "{page}");
    room.answered().await;
    let page = room.today().await;
    for words in [
        "Your new photo is with Dr. L",
        "You’ll hear by Friday 20 March.",
        "Park Practice looks at photos within 3 working days.",
        &switch,
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("You’ll hear by").count(), 1, "{page}");
    assert!(!page.contains("asks for a new photo"), "{page}");
    assert!(!page.contains("Please take the new photo first"), "{page}");
}

#[sqlx::test]
async fn on_the_day_of_a_switch_new_photos_are_told_of_once(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.asked_again().await;
    // The switch to the step being worn was a moment ago, and the next is far away.
    sqlx::query(
        "update progress_events set start_date = '2026-03-17T07:00:00Z', end_date = '2026-03-31T07:00:00Z'
         where id = (select max(id) from progress_events)",
    )
    .execute(&room.app.owner)
    .await
    .expect("switched");
    // What is asked for again is all that is to be done: nobody is told to wait as well.
    let page = room.today().await;
    assert!(page.contains("Your dentist asks for a new photo"), "{page}");
    for words in ["Your dentist has your photos", "You’ll hear by"] {
        assert!(!page.contains(words), "{words}: {page}");
    }
    room.answered().await;
    let page = room.today().await;
    assert!(page.contains("Your new photo is with Dr. L"), "{page}");
    assert_eq!(page.matches("Your new photo is with").count(), 1);
    assert_eq!(page.matches("You’ll hear by").count(), 1, "{page}");
}

/// On the day of a switch, whoever was told already that all is well waits for nothing.
#[sqlx::test]
async fn nobody_waits_for_an_answer_that_has_come(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.switch().await;
    for view in ["front", "left", "right", "upper", "lower"] {
        room.app.photo(&room.patient, room.journey, 9, view).await;
    }
    sqlx::query("update user_images set date_uploaded = '2026-03-17T11:00:00Z'")
        .execute(&room.app.owner)
        .await
        .expect("sent");
    assert!(room.today().await.contains("You’ll hear by"));
    sqlx::query("update user_images set awaits_review = false")
        .execute(&room.app.owner)
        .await
        .expect("decided on");
    let review: i64 = sqlx::query_scalar(
        "insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, decided_at, effective_at)
         select $1, $2, 9, 'on_track', d.id, $3, $4, $4 from dentists d where d.user_id = $3 returning id",
    )
    .bind(room.patient.id)
    .bind(room.journey)
    .bind(room.dentist.id)
    .bind(room.app.clock.now())
    .fetch_one(&room.app.owner)
    .await
    .expect("a decision");
    // Taken, but not told yet, as it can be taken back: nothing shows that it was.
    let page = room.today().await;
    assert!(page.contains("Your dentist has your photos"), "{page}");
    sqlx::query("update reviews set settled_at = effective_at where id = $1")
        .bind(review)
        .execute(&room.app.owner)
        .await
        .expect("told");
    let page = room.today().await;
    assert!(
        page.contains("Your change to aligner 10 is due on"),
        "{page}"
    );
    for words in [
        "Your dentist has your photos",
        "You’ll hear by",
        "Step 2 of 2",
    ] {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

#[sqlx::test]
async fn reminders_are_offered_after_a_switch(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    assert!(!room.today().await.contains("Remind me on this phone"));
    room.switch().await;
    let page = room.today().await;
    assert!(page.contains("Remind me on this phone"), "{page}");
    // Without scripts, something that works is offered in its place.
    let (with, without) = page.split_once("class=\"without-scripts\"").expect("both");
    assert!(with.contains("href=\"/settings/device\""), "{with}");
    assert!(without.contains("href=\"/calendar/address\""), "{without}");
    sqlx::query(
        "insert into notifications (user_id, content, source, kind, status, sent_at, delivery)
         values ($1, 'x', 'other', 'notice', 'sent', now(), 'push')",
    )
    .bind(room.patient.id)
    .execute(&room.app.owner)
    .await
    .expect("reached");
    assert!(!room.today().await.contains("Remind me on this phone"));
}
