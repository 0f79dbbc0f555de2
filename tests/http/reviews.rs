//! Reviews: the queue, decisions, taking them back, what they lead to, and who comes first.

use crate::harness::{Answer, TestApp, Visitor, later, request};
use axum::{body::Body, http::Method};
use midline::{ids::ReviewId, reviews};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::BTreeSet;

/// A dentist, a patient of theirs at stage 8 with a photo of two views, and the case's address.
struct Room {
    app: TestApp,
    dentist: Visitor,
    patient: Visitor,
    journey: i64,
    photos: Vec<i64>,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        Self::with_connections(8, pool, options).await
    }

    async fn with_connections(count: u32, pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::with_connections(count, options, owner).await;
        let dentist = app.visitor("dentist").await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        let mut photos = Vec::new();
        for view in ["front", "left"] {
            photos.push(app.photo(&patient, journey, 8, view).await);
        }
        Self {
            app,
            dentist,
            patient,
            journey,
            photos,
        }
    }

    fn case(&self) -> String {
        format!("/journeys/{}/reviews/8", self.journey)
    }

    /// Decides as the page was before anything was decided.
    async fn decide(&self, who: &Visitor, previous: &str, more: &str) -> Answer {
        let seen = self.count("select max(id) from progress_events").await;
        let photos = self.app.seen_photos(&self.photos).await;
        let form = format!("previous={previous}&photos={photos}&seen={seen}&{more}");
        self.app.post(Some(who), &self.case(), &form).await
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    /// Lets what was decided take effect, as the job does.
    async fn settle(&self, review: i64) {
        let now = self.app.clock.now() + chrono::Duration::seconds(11);
        let mut db = self.app.owner.acquire().await.expect("a connection");
        reviews::service::settle(&mut db, ReviewId(review), now)
            .await
            .expect("settled");
    }
}

const REVIEWS: &str = "select count(*) from reviews where withdrawn_at is null";
const WAITING: &str = "select count(*) from user_images where awaits_review";
const DELAYS: &str = "select count(*) from progress_events where reason = 'dentist_hold'";
const TOLD: &str = "select count(*) from notifications where source = 'other'";

#[sqlx::test]
async fn a_case_is_decided_told_and_gone_from_the_queue(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let queue = room
        .app
        .get(Some(&room.dentist), "/reviews")
        .await
        .expect(303);
    assert_eq!(queue.location(), room.case() + "?show=all");
    room.app
        .get(Some(&room.dentist), queue.location())
        .await
        .expect(200)
        .says("step 8")
        .says("No photo of this view.")
        .says("Decision");
    let answer = room
        .decide(
            &room.dentist,
            "",
            "decision=on_track&note=Well+done&clinic_note=check+12",
        )
        .await
        .expect(303);
    let review = room.count("select id from reviews").await;
    assert_eq!(
        answer.location(),
        format!("/reviews?show=all&decided={review}")
    );
    room.app
        .get(Some(&room.dentist), answer.location())
        .await
        .expect(200)
        .says("On track")
        .says("Undo")
        .says("No photos are waiting for you");
    assert_eq!(room.count(WAITING).await, 0);
    // Not before its time; then once, however often.
    let mut db = room.app.owner.acquire().await.expect("a connection");
    assert!(
        reviews::service::settle(&mut db, ReviewId(review), room.app.clock.now())
            .await
            .is_err()
    );
    drop(db);
    assert_eq!(room.count(TOLD).await, 0);
    for _ in 0..2 {
        room.settle(review).await;
    }
    assert_eq!(room.count(TOLD).await, 1);
    assert_eq!(room.app.audited("review.decide", "done").await, 1);
    // What was decided on stays.
    let path = format!("/photos/{}/delete", room.photos[0]);
    room.app
        .post(Some(&room.patient), &path, "")
        .await
        .expect(409);
    assert_eq!(room.count("select count(*) from user_images").await, 2);
}

#[sqlx::test]
async fn a_decision_can_be_taken_back_until_it_is_told(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.decide(&room.dentist, "", "decision=hold&days=5")
        .await
        .expect(303);
    let review = room.count("select id from reviews").await;
    let path = format!("/reviews/{review}/withdraw");
    // Nobody else's to take back.
    let other = room.app.visitor("dentist").await;
    room.app.post(Some(&other), &path, "").await.expect(404);
    let back = room
        .app
        .post(Some(&room.dentist), &path, "")
        .await
        .expect(303);
    assert_eq!(
        back.location(),
        room.case() + "?show=all&back=" + &review.to_string()
    );
    room.settle(review).await;
    assert_eq!(room.count(DELAYS).await, 0);
    assert_eq!(room.count(TOLD).await, 0);
    assert_eq!(room.count(WAITING).await, 2);
    // Decided anew, on top of what was taken back, and told: now it is too late.
    room.decide(&room.dentist, &review.to_string(), "decision=hold&days=5")
        .await
        .expect(303);
    let second = room.count("select max(id) from reviews").await;
    room.settle(second).await;
    assert_eq!(room.count(DELAYS).await, 1);
    let path = format!("/reviews/{second}/withdraw");
    room.app
        .post(Some(&room.dentist), &path, "")
        .await
        .expect(409);
    assert_eq!(room.count(REVIEWS).await, 1);
}

#[sqlx::test]
async fn two_never_decide_one_stage_unseen(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for _ in 0..30 {
        let newest: Option<i64> = sqlx::query_scalar("select max(id) from reviews")
            .fetch_one(&room.app.owner)
            .await
            .expect("an id");
        let previous = newest.map(|id| id.to_string()).unwrap_or_default();
        let before = room.count(REVIEWS).await;
        let sends = (0..8).map(|n| {
            let more = ["decision=see_me", "decision=on_track"][n % 2];
            room.decide(&room.dentist, &previous, more)
        });
        let answers = all_at_once(sends).await;
        let of = |status: u16| answers.iter().filter(move |answer| answer.status == status);
        // The same sent again is told as done; another is told what was decided.
        assert_eq!((of(303).count(), of(409).count()), (4, 4));
        let taken: BTreeSet<&str> = of(303).map(Answer::location).collect();
        assert_eq!(taken.len(), 1, "{taken:?}");
        // It supersedes the round before, which had not taken effect.
        assert_eq!(room.count(REVIEWS).await, before.max(1));
    }
    // With other words, or another number of days, it is another decision: its sender is shown the first.
    let newest = room.count("select max(id) from reviews").await.to_string();
    room.decide(&room.dentist, &newest, "decision=hold&days=7&note=One+week")
        .await
        .expect(303);
    for other in ["days=14&note=One+week", "days=7&note=Seven+days"] {
        room.decide(&room.dentist, &newest, &format!("decision=hold&{other}"))
            .await
            .expect(409);
    }
    room.decide(&room.dentist, &newest, "decision=hold&days=7&note=One+week")
        .await
        .expect(303);
    // A photo that came meanwhile has not been seen.
    let newest = room.count("select max(id) from reviews").await;
    room.app
        .photo(&room.patient, room.journey, 8, "upper")
        .await;
    room.decide(
        &room.dentist,
        &newest.to_string(),
        "decision=on_track&note=typed+text",
    )
    .await
    .expect(409)
    .says("typed text");
    assert_eq!(room.count(WAITING).await, 1);
}

/// All at once.
async fn all_at_once<F: Future<Output = Answer>>(sends: impl Iterator<Item = F>) -> Vec<Answer> {
    let mut sends: Vec<_> = sends.map(Box::pin).collect();
    let mut answers = Vec::new();
    std::future::poll_fn(|context| {
        sends.retain_mut(|send| match send.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if sends.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers
}

#[sqlx::test]
async fn a_hold_that_comes_after_the_patient_moved_on_moves_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.decide(&room.dentist, "", "decision=hold&days=5")
        .await
        .expect(303);
    let review = room.count("select id from reviews").await;
    let seen = room.count("select max(id) from progress_events").await;
    room.app
        .post(
            Some(&room.dentist),
            &format!("/journeys/{}/progress", room.journey),
            &format!("seen={seen}&revision=0&intent=confirm"),
        )
        .await
        .expect(303);
    room.settle(review).await;
    assert_eq!(room.count(DELAYS).await, 0);
    assert_eq!(room.count(TOLD).await, 1);
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("no date was changed");
}

#[sqlx::test]
async fn what_is_wrong_with_a_decision_is_said_and_what_was_typed_stays(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    for (form, words) in [
        ("decision=retake", "Mark at least one view"),
        ("decision=hold&days=29", "between 1 and 28 days"),
        ("decision=hold&days=", "between 1 and 28 days"),
    ] {
        room.decide(&room.dentist, "", &format!("{form}&note=typed+text"))
            .await
            .expect(422)
            .says(words)
            .says("typed text");
    }
    room.decide(&room.dentist, "", "decision=nothing")
        .await
        .expect(400);
    room.decide(&room.dentist, "", "decision=retake&front=dreadful")
        .await
        .expect(400);
    // Not theirs: neither to see nor to decide on.
    let other = room.app.visitor("dentist").await;
    room.app.get(Some(&other), &room.case()).await.expect(404);
    room.decide(&other, "", "decision=on_track")
        .await
        .expect(404);
    room.decide(&room.patient, "", "decision=on_track")
        .await
        .expect(403);
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    room.decide(
        &room.dentist,
        "",
        "decision=retake&front=blurred&upper=missing",
    )
    .await
    .expect(303);
    assert_eq!(room.count("select count(*) from review_views").await, 2);
}

#[sqlx::test]
async fn a_retake_leads_the_patient_straight_to_the_views(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let home = || room.app.get(Some(&room.patient), "/");
    sqlx::query(
        "insert into notifications (user_id, journey_id, content, source, kind, template)
         values ($1, $2, 'It is time', 'progress', 'change_due', 'change_due')",
    )
    .bind(room.patient.id)
    .bind(room.journey)
    .execute(&room.app.owner)
    .await
    .expect("a reminder");
    room.decide(
        &room.dentist,
        "",
        "decision=retake&front=blurred&left=too_dark&note=More+light+please&clinic_note=hidden+words",
    )
    .await
    .expect(303);
    let asks = "Your dentist asks for 2 new photos";
    assert!(
        !home().await.expect(200).text.contains(asks),
        "not told yet"
    );
    room.settle(room.count("select id from reviews").await)
        .await;
    // It moves no plan: the reminder of the next step goes out, and Today puts the photos first.
    let reminders =
        "select count(*) from notifications where source = 'progress' and status = 'pending'";
    assert_eq!(room.count(reminders).await, 1);
    let told = home()
        .await
        .expect(200)
        .says(asks)
        .says("Front view – blurred. Tip: hold the phone with both hands")
        .says("Left side – too dark. Tip: stand by a window")
        .says(&format!("href=\"/photos/{}\"", room.photos[0]))
        .says("More light please");
    // What is past stands on the timeline.
    room.app
        .get(Some(&room.patient), &format!("/journeys/{}", room.journey))
        .await
        .expect(200)
        .says("Photos of step 8: some to take again");
    assert!(!told.text.contains("hidden words"), "for the clinic alone");
    let views = format!(
        "/journeys/{}/photos/new?stage=8&amp;views=front:blurred,left:too_dark",
        room.journey
    );
    assert!(told.text.contains(&views), "{}", told.text);
    let add = room
        .app
        .get(Some(&room.patient), &views.replace("&amp;", "&"))
        .await
        .expect(200);
    let place = |text: &str| add.text.find(text).expect("on the page");
    assert!(place("data-view=\"left\"") < place("Other views"));
    assert!(place("Other views") < place("data-view=\"upper\""));
    assert!(place("It was blurred. Hold the phone still") < place("It was too dark."));
    // The dentist reads the same on the record, without being asked for photos.
    let record = format!("/journeys/{}", room.journey);
    let read = room.app.get(Some(&room.dentist), &record).await;
    let read = read
        .expect(200)
        .says("Photos of step 8: some to take again");
    assert!(!read.text.contains(asks));
    // Photos that come are new ones to decide on, and nothing is asked for any more.
    room.app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    assert!(!home().await.expect(200).text.contains(asks));
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("sent again");
    for views in ["sideways", "front,,left"] {
        let path = format!("/journeys/{}/photos/new?views={views}", room.journey);
        room.app.get(Some(&room.patient), &path).await.expect(400);
    }
}

#[sqlx::test]
async fn a_photo_is_decided_on_or_deleted_but_never_both(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let mut room = Room::open(pool, options).await;
    let (mut decided, mut deleted) = (0, 0);
    for round in 0..30 {
        let photo = room
            .app
            .photo(&room.patient, room.journey, 8, "upper")
            .await;
        let ids: Vec<i64> =
            sqlx::query_scalar("select id from user_images where progress_stage = 8 order by id")
                .fetch_all(&room.app.owner)
                .await
                .expect("ids");
        room.photos = ids;
        let newest: Option<i64> = sqlx::query_scalar("select max(id) from reviews")
            .fetch_one(&room.app.owner)
            .await
            .expect("an id");
        let previous = newest.map(|id| id.to_string()).unwrap_or_default();
        let path = format!("/photos/{photo}/delete");
        // Sooner or later, now the one and now the other.
        let pauses = if round % 2 == 0 {
            (0, 8 * round)
        } else {
            (8 * round, 0)
        };
        let decide = room.decide(&room.dentist, &previous, "decision=on_track");
        let delete = room.app.post(Some(&room.patient), &path, "");
        let (decision, deletion) = tokio::join!(later(pauses.0, decide), later(pauses.1, delete));
        let answers = [decision.status.as_u16(), deletion.status.as_u16()];
        let there: bool =
            sqlx::query_scalar("select exists (select from user_images where id = $1)")
                .bind(photo)
                .fetch_one(&room.app.owner)
                .await
                .expect("an answer");
        match answers {
            [303, 409] => {
                assert!(there);
                decided += 1;
            }
            [409, 303] => {
                assert!(!there);
                deleted += 1;
            }
            both => panic!("{both:?}"),
        }
    }
    assert!(
        decided > 0 && deleted > 0,
        "{decided} decided, {deleted} deleted"
    );
    // What was decided on is what was on the page, whole.
    assert_eq!(
        room.count(
            "select count(*) from reviews r where withdrawn_at is null
                      and not exists (select from review_photos p where p.review_id = r.id)"
        )
        .await,
        0
    );
}

#[sqlx::test]
async fn a_hold_takes_effect_before_the_next_step_or_not_at_all(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let mut stage = 8;
    for _ in 0..12 {
        let path = format!("/journeys/{}/reviews/{stage}", room.journey);
        let photo = room
            .app
            .photo(&room.patient, room.journey, stage, "right")
            .await;
        let mut photos: Vec<i64> = if stage == 8 {
            room.photos.clone()
        } else {
            Vec::new()
        };
        photos.push(photo);
        let seen = room.count("select max(id) from progress_events").await;
        let photos = room.app.seen_photos(&photos).await;
        let form = format!("previous=&photos={photos}&seen={seen}&decision=hold&days=2");
        room.app
            .post(Some(&room.dentist), &path, &form)
            .await
            .expect(303);
        let review = room.count("select max(id) from reviews").await;
        let seen = room.count("select max(id) from progress_events").await;
        let delays = room.count(DELAYS).await;
        let progress = format!("/journeys/{}/progress", room.journey);
        let confirm = format!("seen={seen}&revision=0&intent=confirm");
        let (moved, ()) = tokio::join!(
            room.app.post(Some(&room.dentist), &progress, &confirm),
            room.settle(review),
        );
        let held = room.count(DELAYS).await - delays;
        match moved.status.as_u16() {
            303 => {
                assert_eq!(held, 0, "a hold of a stage that is over");
                stage += 1;
            }
            409 => {
                assert_eq!(held, 1);
                let seen = room.count("select max(id) from progress_events").await;
                let confirm = format!("seen={seen}&revision=0&intent=confirm");
                room.app
                    .post(Some(&room.dentist), &progress, &confirm)
                    .await
                    .expect(303);
                stage += 1;
            }
            other => panic!("{other}"),
        }
        assert_eq!(
            room.count("select count(*) from notifications where source = 'other'")
                .await,
            i64::from(stage - 8)
        );
    }
}

#[sqlx::test]
async fn what_is_decided_anew_at_once_takes_effect_alone(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.decide(&room.dentist, "", "decision=hold&days=7")
        .await
        .expect(303);
    let first = room.count("select max(id) from reviews").await;
    room.decide(&room.dentist, &first.to_string(), "decision=hold&days=3")
        .await
        .expect(303);
    let second = room.count("select max(id) from reviews").await;
    for review in [first, second] {
        room.settle(review).await;
    }
    assert_eq!((room.count(DELAYS).await, room.count(TOLD).await), (1, 1));
    assert_eq!(room.app.audited("review.withdraw", "done").await, 1);
    // A hold is counted from what was seen: the journey has moved since.
    let photos = room.app.seen_photos(&room.photos).await;
    let form =
        format!("previous={second}&photos={photos}&seen=1&decision=hold&days=3&note=kept+words");
    room.app
        .post(Some(&room.dentist), &room.case(), &form)
        .await
        .expect(409)
        .says("kept words");
    assert_eq!(room.count(DELAYS).await, 1);
}

#[sqlx::test]
async fn a_paused_treatment_is_not_held_and_a_decided_photo_is_not_deleted(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let seen = room.count("select max(id) from progress_events").await;
    let pause = format!("/journeys/{}/pause", room.journey);
    let form = format!("seen={seen}&revision=0&intent=confirm&reason=illness");
    room.app
        .post(Some(&room.dentist), &pause, &form)
        .await
        .expect(303);
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("can’t be delayed");
    room.decide(&room.dentist, "", "decision=hold&days=3")
        .await
        .expect(409);
    assert_eq!(room.count(REVIEWS).await, 0);
    room.decide(&room.dentist, "", "decision=on_track")
        .await
        .expect(303);
    let photo = format!("/photos/{}", room.photos[0]);
    let shown = room.app.get(Some(&room.patient), &photo).await;
    let shown = shown.expect(200).says("decided on this photo");
    assert!(!shown.text.contains(&format!("{photo}/delete")));
    for answer in [
        room.app
            .get(Some(&room.patient), &format!("{photo}/delete"))
            .await,
        room.app
            .post(Some(&room.patient), &format!("{photo}/delete"), "")
            .await,
    ] {
        answer.expect(409).says("decided on this photo");
    }
}

/// The person; the journey with whose it is; whether they treat them; the audit row; photos, decisions, the queue; the row of those listed; the newest event,
/// earlier photos, notes, messages, retakes, reports, what was decided today, what was found of the photos, wear time with its intervals, and who is called
/// alike anywhere: none for each case in the queue. And where there are others, one for what the next one begins with.
#[sqlx::test]
async fn a_case_takes_twenty_queries_however_long_the_queue_is(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::with_connections(1, pool, options).await;
    for round in 0..3 {
        let path = room.case();
        room.app.get(Some(&room.dentist), &path).await.expect(200);
        let others = usize::from(round > 0);
        // That others are called alike is asked though nobody else is in the queue: they may be elsewhere.
        assert_eq!(statements(&room, &path).await, 19 + others, "round {round}");
        for _ in 0..5 {
            let patient = room.app.visitor("patient").await;
            room.app.assign(&patient, &room.dentist).await;
            let (journey, _) = room.app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
            room.app.photo(&patient, journey, 8, "front").await;
        }
    }
}

/// The person, all figures, who stands still, reports, the audit row of those listed, and who is called alike anywhere; one more for
/// unread messages.
#[sqlx::test]
async fn a_dentists_first_page_takes_six_queries(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::with_connections(1, pool, options).await;
    for round in 1..3 {
        let patient = room.app.visitor("patient").await;
        room.app.assign(&patient, &room.dentist).await;
        room.app.journey(&patient, 8, "2026-03-01T08:00:00Z").await;
        room.app
            .get(Some(&room.dentist), "/today")
            .await
            .expect(200)
            .says("overdue");
        // Asked though one alone stands there: a namesake may be elsewhere.
        let count = statements(&room, "/today").await;
        assert_eq!(count, 6, "round {round}");
    }
}

/// How many statements a page takes.
async fn statements(room: &Room, path: &str) -> usize {
    let (counter, statements) = crate::harness::count_statements();
    let answer = {
        let _guard = tracing::subscriber::set_default(counter);
        room.app.get(Some(&room.dentist), path).await
    };
    answer.expect(200);
    statements.lock().expect("the list").len()
}

/// The views are links, the scripts a few kilobytes of their own, and the next case's pictures are fetched ahead.
#[sqlx::test]
async fn a_case_is_a_light_table(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let old = room.app.photo(&room.patient, room.journey, 7, "left").await;
    let other = room.app.visitor("patient").await;
    room.app.assign(&other, &room.dentist).await;
    let (journey, _) = room.app.journey(&other, 8, "2026-03-24T08:00:00Z").await;
    let first = room.app.photo(&other, journey, 8, "front").await;
    let before = room.app.photo(&other, journey, 6, "front").await;
    // Earlier steps were decided on: they are no cases.
    sqlx::query("update user_images set awaits_review = false where progress_stage < 8")
        .execute(&room.app.owner)
        .await
        .expect("decided");
    let page = |more: &str| {
        let path = room.case() + more;
        let app = &room.app;
        let dentist = &room.dentist;
        async move { app.get(Some(dentist), &path).await }
    };
    let text = page("").await.expect(200).text;
    assert!(text.contains("<title>Step 8 · "), "{text}");
    assert!(!text.contains("leptos-island") && !text.contains(".wasm"));
    let shown = |text: &str, view: &str| {
        let start = format!("data-stage=\"{view}\"");
        let tag = text
            .split(&start)
            .nth(1)
            .and_then(|rest| rest.split('>').next());
        !tag.expect("the view").contains("hidden")
    };
    assert!(shown(&text, "front") && !shown(&text, "left"));
    // Front of the next case, now and before.
    let ahead = format!("data-ahead=\"/photos/{first}/screen /photos/{before}/screen\"");
    assert!(text.contains(&ahead), "{text}");
    let text = page("?view=left").await.expect(200).text;
    assert!(shown(&text, "left") && !shown(&text, "front"));
    for photo in [room.photos[1], old] {
        assert!(text.contains(&format!("/photos/{photo}/screen")));
    }
    page("?view=sideways").await.expect(400);

    // Kept for ever under an address that changes with it.
    let module = text
        .split("/modules/viewer.")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let module = format!("/modules/viewer.{}", module.expect("an address"));
    let script = room.app.get(None, &module).await.expect(200);
    let header = |name: &str| {
        script
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    assert!(header("content-type").starts_with("text/javascript"));
    assert!(header("cache-control").contains("immutable"));
    assert!(
        !script.text.contains("//"),
        "comments are for readers of the source"
    );
    room.app.get(None, "/modules/viewer.0.js").await.expect(404);
}

/// What was judged under one name is not decided on under another.
#[sqlx::test]
async fn a_photo_that_became_another_view_was_not_seen(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let (front, left) = (room.photos[0], room.photos[1]);
    let seen = format!("{front}:front,{left}:left");
    // The newest first, as they stand on the page.
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says(&format!(
            "name=\"photos\" value=\"{left}:left,{front}:front\""
        ));
    room.app
        .post(
            Some(&room.patient),
            &format!("/photos/{left}/place"),
            "view=right&stage=8",
        )
        .await
        .expect(303);
    let event = room.count("select max(id) from progress_events").await;
    let form = |photos: &str| {
        format!(
            "previous=&photos={photos}&seen={event}&decision=retake&left=blurred&note=kept+words"
        )
    };
    // A page that was opened before views stood in it does not say what was seen.
    for photos in [seen, format!("{front},{left}")] {
        room.app
            .post(Some(&room.dentist), &room.case(), &form(&photos))
            .await
            .expect(409)
            .says("the photos have changed")
            .says("kept words");
    }
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    assert_eq!(room.app.audited("review.decide", "refused").await, 2);
    let now = format!("{front}:front,{left}:right");
    room.app
        .post(Some(&room.dentist), &room.case(), &form(&now))
        .await
        .expect(303);
}

#[sqlx::test]
async fn a_stage_without_photos_is_no_case(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for stage in ["500", "-1", "7"] {
        let path = format!("/journeys/{}/reviews/{stage}", room.journey);
        room.app.get(Some(&room.dentist), &path).await.expect(404);
        let form = "previous=&photos=&seen=&decision=on_track";
        room.app
            .post(Some(&room.dentist), &path, form)
            .await
            .expect(404);
    }
    assert_eq!(
        room.app.audited("review.read", "done").await,
        0,
        "nothing was read"
    );
    assert_eq!(room.app.audited("patient.list", "done").await, 0);
}

#[sqlx::test]
async fn keys_are_left_out_for_whoever_switched_them_off(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    assert!(page.expect(200).text.contains("data-shortcuts"));
    let settings = "language=&theme=&shortcuts=off";
    room.app
        .post(Some(&room.dentist), "/settings", settings)
        .await
        .expect(303);
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let text = page.expect(200).text;
    assert!(!text.contains("data-shortcuts"));
    // What is pressed and dragged works on.
    assert!(text.contains("/modules/viewer.") && text.contains("data-zoom"));
    room.app
        .post(
            Some(&room.dentist),
            "/settings",
            "language=&theme=&shortcuts=maybe",
        )
        .await
        .expect(422);
    let settings = room.app.get(Some(&room.patient), "/settings").await;
    assert!(!settings.expect(200).text.contains("shortcuts"));
}

#[sqlx::test]
async fn what_was_typed_stands_there_again_when_a_decision_is_taken_back(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.decide(
        &room.dentist,
        "",
        "decision=retake&left=blurred&note=More+light&clinic_note=check+12",
    )
    .await
    .expect(303);
    let review = room.count("select id from reviews").await;
    let answer = room
        .app
        .post(
            Some(&room.dentist),
            &format!("/reviews/{review}/withdraw"),
            "show=all",
        )
        .await
        .expect(303);
    let page = room.app.get(Some(&room.dentist), answer.location()).await;
    let text = page.expect(200).says("\nMore light</textarea>").text;
    assert!(text.contains("\ncheck 12</textarea>"));
    assert!(text.contains("name=\"left\" value=\"blurred\" checked"));
    // Another day it is an empty form again.
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    assert!(!page.expect(200).text.contains("\nMore light</textarea>"));
}

#[sqlx::test]
async fn a_decision_whose_job_gave_up_takes_effect_after_all(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.decide(&room.dentist, "", "decision=on_track")
        .await
        .expect(303);
    let jobs = "select count(*) from graphile_worker._private_jobs";
    sqlx::query("delete from graphile_worker._private_jobs")
        .execute(&room.app.owner)
        .await
        .expect("gone");
    let resume = || reviews::worker::resume(room.app.app.platform());
    resume().await.expect("looked");
    assert_eq!(room.count(jobs).await, 0, "not before its time");
    sqlx::query("update reviews set effective_at = effective_at - interval '1 hour', decided_at = decided_at - interval '1 hour'")
        .execute(&room.app.owner)
        .await
        .expect("an hour ago");
    resume().await.expect("looked");
    resume().await.expect("looked");
    assert_eq!(room.count(jobs).await, 1);
}

/// A patient may send photos before the first step: the case stands in the queue among the others, and all that can be decided of it
/// can be, but for putting off what is not due.
#[sqlx::test]
async fn photos_from_before_the_first_step_are_decided_on(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let early = room.app.visitor("patient").await;
    room.app.assign(&early, &room.dentist).await;
    let (journey, event) = room.app.journey(&early, 0, "2026-03-24T08:00:00Z").await;
    assert_eq!(event, None);
    let case = format!("/journeys/{journey}/reviews/0");
    let dentist = Some(&room.dentist);
    room.app
        .get(Some(&early), &format!("/journeys/{journey}/photos/new"))
        .await
        .expect(200);
    let mut previous = String::new();
    for (n, decision) in [
        "decision=on_track",
        "decision=see_me&note=Come+by",
        "decision=retake&front=blurred",
    ]
    .into_iter()
    .enumerate()
    {
        room.app.photo(&early, journey, 0, "front").await;
        let photos: String = sqlx::query_scalar(
            "select string_agg(id || ':' || view, ',' order by id) from user_images where journey_id = $1",
        )
        .bind(journey)
        .fetch_one(&room.app.owner)
        .await
        .expect("photos");
        for show in ["all", "again", "overdue", "paused"] {
            let path = format!("/reviews?show={show}");
            let status = room.app.get(dentist, &path).await.status.as_u16();
            assert!(matches!(status, 200 | 303), "{path}: {status}");
            for path in [&case, &room.case()] {
                let path = format!("{path}?show={show}");
                room.app.get(dentist, &path).await.expect(200);
            }
        }
        for path in ["/today", "/patients", &format!("/patients/{}", early.id)] {
            room.app.get(dentist, path).await.expect(200);
        }
        // A hold moves a date, and there is none.
        let seen = format!("previous={previous}&photos={photos}&seen=&show=all");
        room.app
            .post(dentist, &case, &format!("{seen}&decision=hold&days=7"))
            .await
            .expect(409);
        room.app
            .post(dentist, &case, &format!("{seen}&{decision}"))
            .await
            .expect(303);
        let review = room.count("select max(id) from reviews").await;
        previous = review.to_string();
        room.settle(review).await;
        assert_eq!(room.count(TOLD).await, n as i64 + 1);
    }
    assert_eq!(room.count(DELAYS).await, 0);
    // The other case waits as before.
    assert_eq!(room.count(WAITING).await, 2);
    room.decide(&room.dentist, "", "decision=on_track")
        .await
        .expect(303);
}

/// Above all how many cases wait; then who is out of the ordinary, each with a reason and one act.
#[sqlx::test]
async fn a_dentists_first_page_names_each_exception_with_its_act(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let late = app.visitor("patient").await;
    app.assign(&late, &room.dentist).await;
    let (overdue, _) = app.journey(&late, 8, "2026-03-01T08:00:00Z").await;
    let page = app.get(Some(&room.dentist), "/today").await.expect(200);
    let page = page
        .says("1 case is waiting for you")
        .says("1 patient overdue or paused for over 14 days");
    let write = format!("/journeys/{overdue}/messages#write");
    assert!(page.text.contains(&write), "{}", page.text);
    // With photos that wait the act is to look at them.
    app.photo(&late, overdue, 8, "front").await;
    let page = app.get(Some(&room.dentist), "/today").await.expect(200);
    let page = page.says("2 cases are waiting for you");
    assert!(
        page.text
            .contains(&format!("/journeys/{overdue}/reviews/8"))
    );
    assert!(!page.text.contains(&write));
}

/// What a patient reported stands above all, and their case comes first.
#[sqlx::test]
async fn a_case_with_a_report_comes_first(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let hurt = app.visitor("patient").await;
    app.assign(&hurt, &room.dentist).await;
    let (journey, _) = app.journey(&hurt, 3, "2026-03-24T08:00:00Z").await;
    app.photo(&hurt, journey, 3, "front").await;
    let first = app.get(Some(&room.dentist), "/reviews").await.expect(303);
    assert_eq!(first.location(), room.case() + "?show=all");
    sqlx::query(
        "insert into reports (user_id, journey_id, progress_stage, kind, note, form_key, staff_at)
         values ($1, $2, 3, 'pain', 'It throbs at night', gen_random_uuid(), now())",
    )
    .bind(hurt.id)
    .bind(journey)
    .execute(&app.owner)
    .await
    .expect("a report");
    let first = app.get(Some(&room.dentist), "/reviews").await.expect(303);
    let case = format!("/journeys/{journey}/reviews/3?show=all");
    assert_eq!(first.location(), case);
    for path in [case.as_str(), "/today"] {
        let page = app.get(Some(&room.dentist), path).await.expect(200);
        let page = page.says("It throbs at night");
        assert!(page.text.contains("/acknowledge"), "{path}");
    }
    // Only what is this patient's stands in a case.
    let other = app.get(Some(&room.dentist), &room.case()).await.expect(200);
    assert!(!other.text.contains("It throbs at night"));
}

/// Cases before and behind it: whoever presses twice is led on to the same one.
#[sqlx::test]
async fn a_decision_pressed_twice_leads_to_the_same_next_case(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let mut others = Vec::new();
    // Overdue, and so before it; in time, and so behind.
    for since in ["2026-03-01T08:00:00Z", "2026-03-24T08:00:00Z"] {
        let patient = room.app.visitor("patient").await;
        room.app.assign(&patient, &room.dentist).await;
        let (journey, _) = room.app.journey(&patient, 8, since).await;
        room.app.photo(&patient, journey, 8, "front").await;
        others.push(journey);
    }
    let behind = others[1];
    let seen = format!("name=\"next\" value=\"{behind}-8\"");
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let page = page.expect(200);
    assert!(page.text.contains(&seen), "{}", page.text);
    for press in 0..2 {
        let more = format!("decision=on_track&next={behind}-8");
        let answer = room.decide(&room.dentist, "", &more).await.expect(303);
        let to = format!("/journeys/{behind}/reviews/8?");
        assert!(answer.location().starts_with(&to), "press {press}");
    }
}

/// What is fetched ahead was seen by nobody; the same once it is opened was.
#[sqlx::test]
async fn a_photo_fetched_ahead_is_not_a_photo_looked_at(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let path = format!("/photos/{}/screen", room.photos[0]);
    for (ahead, read) in [(true, 0), (false, 1)] {
        // As kept already: the store is not asked.
        let mut asked =
            request(Method::GET, Some(&room.dentist), &path).header("if-none-match", "*");
        if ahead {
            asked = asked.header("x-ahead", "yes");
        }
        let asked = asked.body(Body::empty()).expect("a request");
        room.app.send(asked).await.expect(304);
        assert_eq!(room.app.audited("photo.read", "done").await, read);
    }
    // Another's is not found, ahead or not, and the attempt is recorded.
    let other = room.app.visitor("dentist").await;
    let asked = request(Method::GET, Some(&other), &path)
        .header("x-ahead", "yes")
        .body(Body::empty())
        .expect("a request");
    room.app.send(asked).await.expect(404);
    assert_eq!(room.app.audited("photo.read", "refused").await, 1);
}

#[sqlx::test]
async fn a_note_that_shows_nothing_is_none(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let unseen = "%E2%80%8B%E2%80%AE";
    let more = format!("decision=on_track&note={unseen}&clinic_note={unseen}");
    room.decide(&room.dentist, "", &more).await.expect(303);
    let noted = "select count(*) from reviews where note is not null or clinic_note is not null";
    assert_eq!(room.count(noted).await, 0);
}

/// Who is asked to come makes an appointment: by the practice's number, or the clinic's.
#[sqlx::test]
async fn who_is_asked_to_come_can_call_at_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.decide(&room.dentist, "", "decision=see_me&note=Come+by")
        .await
        .expect(303);
    room.settle(room.count("select id from reviews").await)
        .await;
    let timeline = format!("/journeys/{}", room.journey);
    let read = async |who: &Visitor, number: &str| {
        let page = room.app.get(Some(who), &timeline).await.expect(200);
        page.text.contains(&format!("href=\"tel:{number}\""))
    };
    assert!(read(&room.patient, "+493023125014").await);
    assert!(
        !read(&room.dentist, "+493023125014").await,
        "to the patient alone"
    );
    room.app.without_practice(&room.dentist).await;
    assert!(read(&room.patient, "+493023125000").await);
}

/// Marks stand in the form of the decision: pressing another decision drops them only once that was said.
#[sqlx::test]
async fn a_marked_retake_is_not_dropped_unasked(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for decision in ["on_track", "see_me"] {
        let more = format!("decision={decision}&left=blurred&note=typed+text");
        let asked = room.decide(&room.dentist, "", &more).await.expect(422);
        let asked = asked
            .says("One photo is marked for a retake, which has not been sent.")
            .says("Send the retake")
            .says("typed text");
        assert!(
            asked
                .text
                .contains("name=\"left\" value=\"blurred\" checked")
        );
        let sure = format!("name=\"sure\" value=\"{decision}\"");
        assert!(asked.text.contains(&sure), "{}", asked.text);
    }
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    room.decide(
        &room.dentist,
        "",
        "decision=on_track&left=blurred&front=other",
    )
    .await
    .expect(422)
    .says("2 photos are marked for a retake, which has not been sent.")
    .says("Leave it: On track");
    // Said that it is meant: decided, and nothing is asked for again.
    room.decide(&room.dentist, "", "sure=on_track&left=blurred")
        .await
        .expect(303);
    assert_eq!(room.count("select count(*) from review_views").await, 0);
    // Pressed twice it is one decision.
    room.decide(&room.dentist, "", "sure=on_track&left=blurred")
        .await
        .expect(303);
    assert_eq!(room.count("select count(*) from reviews").await, 1);
}

#[sqlx::test]
async fn nobody_is_on_track_over_an_unseen_report_unasked(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report: i64 = sqlx::query_scalar(
        "insert into reports (user_id, journey_id, progress_stage, kind, note, form_key, staff_at)
         values ($1, $2, 8, 'pain', 'It throbs at night', gen_random_uuid(), now()) returning id",
    )
    .bind(room.patient.id)
    .bind(room.journey)
    .fetch_one(&room.app.owner)
    .await
    .expect("a report");
    let asked = room.decide(&room.dentist, "", "decision=on_track&note=typed+text");
    asked
        .await
        .expect(422)
        .says("reported pain, which is not answered. Still on track?")
        .says("On track all the same")
        .says("typed text");
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    assert_eq!(room.app.audited("review.decide", "refused").await, 1);
    // Whoever is asked to come in is not "on track".
    room.decide(&room.dentist, "", "decision=see_me")
        .await
        .expect(303);
    // What did not stand above the case is no more seen than before.
    assert_eq!(room.app.audited("report.acknowledge", "done").await, 0);
    // Whoever says that it is meant says so of what they saw: another report has come since they were asked.
    let later = room
        .app
        .report(&room.patient, room.journey, "not_fitting")
        .await;
    let previous = room.count("select max(id) from reviews").await.to_string();
    let sure = format!("sure=on_track&reports={report}");
    room.decide(&room.dentist, &previous, &sure)
        .await
        .expect(422)
        .says("On track all the same")
        .says(&format!("/reports/{later}"));
    assert_eq!(room.count("select count(*) from reviews").await, 1);
    // Of neither of them, it is asked, too.
    room.decide(&room.dentist, &previous, "sure=on_track")
        .await
        .expect(422);
    let sure = format!("sure=on_track&reports={later},{report}");
    room.decide(&room.dentist, &previous, &sure)
        .await
        .expect(303);
    // Once they were seen, one press is enough.
    assert_eq!(room.app.audited("report.acknowledge", "done").await, 2);
    let previous = room.count("select max(id) from reviews").await.to_string();
    room.decide(&room.dentist, &previous, "decision=on_track")
        .await
        .expect(303);
}

#[sqlx::test]
async fn what_was_decided_today_is_found_again(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let list = "/reviews?show=decided";
    let get = |path: &'static str| room.app.get(Some(&room.dentist), path);
    get(list)
        .await
        .expect(200)
        .says("You haven’t decided on anything today.");
    room.decide(&room.dentist, "", "decision=on_track")
        .await
        .expect(303);
    let review = room.count("select max(id) from reviews").await;
    room.settle(review).await;
    let page = get(list).await.expect(200).says("step 8").says("On track");
    assert!(page.text.contains(&format!("href=\"{}\"", room.case())));
    let today = get("/today").await.expect(200);
    assert!(today.text.contains(&format!("href=\"{list}\"")));
    assert!(
        room.app.audited("patient.list", "done").await > 0,
        "it is a list of patients"
    );
    // The case says at its top how it was decided, and that there is nothing to undo.
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("Decided: On track")
        .says("by you");
    room.app
        .get(
            Some(&room.dentist),
            &format!("/reviews?show=all&decided={review}"),
        )
        .await
        .expect(200)
        .says("That decision has taken effect.");
    // Another's day is another's.
    let other = room.app.visitor("dentist").await;
    let theirs = room.app.get(Some(&other), list).await.expect(200);
    assert!(!theirs.text.contains(&room.case()));
    // Taken back, it was not decided.
    let newest = review.to_string();
    room.decide(&room.dentist, &newest, "decision=see_me")
        .await
        .expect(303);
    let second = room.count("select max(id) from reviews").await;
    let path = format!("/reviews/{second}/withdraw");
    room.app
        .post(Some(&room.dentist), &path, "show=all")
        .await
        .expect(303);
    let page = get(list).await.expect(200);
    assert!(!page.text.contains("Come and see me"), "{}", page.text);
}

#[sqlx::test]
async fn a_retake_that_came_back_opens_at_what_was_asked_for(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    assert!(!page.expect(200).text.contains("film-new"), "all are new");
    room.decide(
        &room.dentist,
        "",
        "decision=retake&left=wrong_angle&note=More+light+please",
    )
    .await
    .expect(303);
    room.settle(room.count("select id from reviews").await)
        .await;
    room.app.photo(&room.patient, room.journey, 8, "left").await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let text = page
        .expect(200)
        .says("Asked for again by you")
        .says("Left side – wrong angle")
        .says("More light please")
        .text;
    let tag = |view: &str| {
        let after = text.split(&format!("data-stage=\"{view}\"")).nth(1);
        let tag = after.and_then(|rest| rest.split('>').next());
        tag.expect("the view").to_owned()
    };
    assert!(!tag("left").contains("hidden") && tag("front").contains("hidden"));
    assert_eq!(text.matches("film-new").count(), 1);
}

/// Old words are not read as new ones.
#[sqlx::test]
async fn a_note_says_of_which_day_it_is(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    sqlx::query("update progress_events set reason = 'pain', note = 'It felt tight'")
        .execute(&room.app.owner)
        .await
        .expect("a note");
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("10 Mar 2026")
        .says(" days ago)")
        .says("It felt tight");
}

/// The tag that something stands in.
fn tag<'a>(text: &'a str, inside: &str) -> &'a str {
    let at = text.find(inside).expect("on the page");
    let start = text[..at].rfind('<').expect("a tag");
    let end = text[at..].find('>').expect("its end");
    &text[start..at + end]
}

/// Without scripts the views are marked below the pictures: the act leads there, and is sent from there.
#[sqlx::test]
async fn a_retake_without_scripts_leads_to_the_marks_and_keeps_what_was_typed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let text = page
        .expect(200)
        .says("Ask for the marked photos, then next case")
        .text;
    let opens = tag(&text, "name=\"open\" value=\"retake\"");
    assert!(opens.contains("#marks\""), "{opens}");
    assert!(tag(&text, "id=\"marks\"").contains(" open"), "{text}");
    let form = "decision=retake&note=typed+text&clinic_note=hidden+words&view=left";
    let asked = room.decide(&room.dentist, "", form).await.expect(422);
    let text = asked
        .says("error-summary")
        .says("Nothing was decided")
        .says("typed text")
        .says("hidden words")
        .text;
    // The view that was looked at is the one that is asked for.
    let link = "href=\"#mark-left\"";
    assert!(tag(&text, link).starts_with("<a "), "{text}");
    assert!(tag(&text, "id=\"mark-left\"").contains("type=\"radio\""));
    assert!(!tag(&text, "data-stage=\"left\"").contains("hidden"));
    assert!(tag(&text, "data-stage=\"front\"").contains("hidden"));
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    // Each thing that is wrong leads to where it is mended.
    let long = "a".repeat(501);
    let form = format!("decision=hold&days=29&left=blurred&note={long}");
    let asked = room.decide(&room.dentist, "", &form).await.expect(422);
    for to in ["#days", "#mark-left", "#note"] {
        assert!(
            tag(&asked.text, &format!("href=\"{to}\"")).starts_with("<a "),
            "{to}"
        );
        let id = format!("id=\"{}\"", to.trim_start_matches('#'));
        assert!(asked.text.contains(&id), "{id}");
    }
}

/// Pressed without scripts it opens its note first, with all that was typed; and once more after it was taken back.
#[sqlx::test]
async fn come_and_see_me_is_sent_with_its_note(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let text = page.expect(200).text;
    let button = tag(&text, "value=\"see_me\"");
    assert!(
        button.contains("name=\"open\"") && button.contains("#note"),
        "{button}"
    );
    assert!(tag(&text, "data-see-me").contains("hidden"));
    let form = "open=see_me&note=typed+text&left=blurred&view=left";
    let opened = room.decide(&room.dentist, "", form).await.expect(200);
    let text = opened
        .says("typed text")
        .says("Ask to come in, then next case")
        .says("name=\"left\" value=\"blurred\" checked")
        .text;
    assert!(!tag(&text, "data-see-me").contains("hidden"));
    assert!(tag(&text, "data-notes").contains(" open"));
    assert!(!tag(&text, "data-stage=\"left\"").contains("hidden"));
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    // Whoever saw other photos is told so before they write.
    let event = room.count("select max(id) from progress_events").await;
    let stale = format!(
        "previous=&photos={}:front&seen={event}&{form}",
        room.photos[0]
    );
    let case = room.case();
    let stale = room.app.post(Some(&room.dentist), &case, &stale).await;
    stale
        .expect(409)
        .says("the photos have changed")
        .says("typed text");
    // Nobody else's case opens that way.
    let other = room.app.visitor("dentist").await;
    room.decide(&other, "", form).await.expect(404);
    room.decide(&room.patient, "", form).await.expect(403);
    for unknown in ["open=on_track", "open=hold", "open=sideways"] {
        room.decide(&room.dentist, "", unknown).await.expect(400);
    }
    let form = "decision=see_me&note=Please+call+us";
    room.decide(&room.dentist, "", form).await.expect(303);
    let review = room.count("select id from reviews").await;
    let path = format!("/reviews/{review}/withdraw");
    let back = room.app.post(Some(&room.dentist), &path, "show=all").await;
    let back = back.expect(303);
    let page = room.app.get(Some(&room.dentist), back.location()).await;
    let text = page.expect(200).says("Please call us").text;
    assert!(!tag(&text, "data-see-me").contains("hidden"));
}

/// Enter in a field presses a form's first button: here that is one that does nothing, whatever is asked above the form.
#[sqlx::test]
async fn enter_in_a_field_of_a_case_decides_nothing(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let asked = room.decide(&room.dentist, "", "decision=on_track&left=blurred");
    for text in [page.expect(200).text, asked.await.expect(422).text] {
        let first = tag(&text, "form=\"decide\"");
        assert!(first.starts_with("<button") && first.contains("disabled"));
        assert!(text.contains("Hold this step, then next case"), "{text}");
    }
}

/// The pictures of the next case are asked for ahead: those that its page shows first, also after a retake, and with a view that
/// the stage before has no photo of.
#[sqlx::test]
async fn what_is_fetched_ahead_is_what_the_next_case_begins_with(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let other = app.visitor("patient").await;
    app.assign(&other, &room.dentist).await;
    let (journey, event) = app.journey(&other, 8, "2026-03-24T08:00:00Z").await;
    let first = app.photo(&other, journey, 3, "left").await;
    app.photo(&other, journey, 5, "left").await;
    app.photo(&other, journey, 6, "front").await;
    sqlx::query("update user_images set awaits_review = false where progress_stage < 8")
        .execute(&app.owner)
        .await
        .expect("decided");
    let mut photos = Vec::new();
    for view in ["front", "left"] {
        photos.push(app.photo(&other, journey, 8, view).await);
    }
    let case = format!("/journeys/{journey}/reviews/8");
    let seen = app.seen_photos(&photos).await;
    let event = event.expect("a first event");
    let form = format!("previous=&photos={seen}&seen={event}&decision=retake&left=blurred");
    app.post(Some(&room.dentist), &case, &form)
        .await
        .expect(303);
    room.settle(room.count("select id from reviews").await)
        .await;
    let again = app.photo(&other, journey, 8, "left").await;
    let page = app.get(Some(&room.dentist), &room.case()).await.expect(200);
    let ahead = format!("data-ahead=\"/photos/{again}/screen /photos/{first}/screen\"");
    assert!(page.text.contains(&ahead), "{}", page.text);
    // That is how it begins.
    let page = app.get(Some(&room.dentist), &case).await.expect(200);
    let rest = page.text.split("data-stage=\"left\"").nth(1);
    let left = rest.and_then(|rest| rest.split("data-stage=").next());
    let left = left.expect("the view");
    assert!(!tag(&page.text, "data-stage=\"left\"").contains("hidden"));
    for photo in [again, first] {
        let shown = tag(left, &format!("data-photo=\"{photo}\""));
        assert!(!shown.contains("hidden"), "{shown}");
    }
    // And the last case leads on to the first, as deciding on it does.
    assert!(page.text.contains("data-ahead=\"/photos/"));
}

/// At each large picture stands the act; without scripts it opens the reasons beside the picture, with all that was typed, and
/// sending them is the one next act.
#[sqlx::test]
async fn a_retake_is_asked_for_at_the_picture(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let text = page.expect(200).says("Ask for a retake").text;
    // One a view, whether there is a photo of it or not.
    assert_eq!(text.matches("data-mark-open").count(), 5);
    let button = tag(&text, "data-mark-open");
    assert!(button.contains("name=\"open\"") && button.contains("value=\"retake\""));
    assert!(button.contains("data-key=\"x\"") && !button.contains(" hidden"));
    assert!(button.contains(&format!("{}#marks", room.case())));

    let form = "open=retake&view=left&note=typed+text&front=too_dark";
    let opened = room.decide(&room.dentist, "", form).await.expect(200);
    let text = opened
        .says("typed text")
        .says("Ask for other views, too")
        .text;
    assert!(text.contains("data-marking"));
    assert!(!tag(&text, "data-stage=\"left\"").contains("hidden"));
    // Both that are asked for stand there, large, with their pictures; the others are folded below.
    assert_eq!(text.matches("data-asked").count(), 2);
    for photo in &room.photos {
        let src = format!("src=\"/photos/{photo}/screen\"");
        let large = text.match_indices(&src).any(|(at, _)| {
            let rest = text[at..].split('>').next().unwrap_or_default();
            rest.contains("mark-picture")
        });
        assert!(large, "{text}");
    }
    assert!(text.contains("name=\"front\" value=\"too_dark\" checked"));
    // Why the left side is wanted again is not known: nothing is chosen, not even that it is good.
    let left = text.split("data-mark=\"left\"").nth(1);
    let left = left.and_then(|rest| rest.split("</fieldset>").next());
    assert!(!left.expect("the view").contains("checked"));
    // Sending it is the next act, and neither of those in the bar is.
    let send = text.split("<p data-unscripted").nth(1).expect("a line");
    let send = tag(send, "value=\"retake\"");
    assert!(send.contains("button-primary") && send.contains("name=\"decision\""));
    let bar = text.split("id=\"decide-title\"").nth(1).expect("a bar");
    for other in ["value=\"on_track\"", "value=\"retake\""] {
        let other = tag(bar, other);
        assert!(!other.contains("button-primary"), "{other}");
    }
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    // Nobody else's case opens that way.
    let other = room.app.visitor("dentist").await;
    room.decide(&other, "", form).await.expect(404);
    room.decide(&room.patient, "", form).await.expect(403);
}

/// From a photo and from a record's photos the dentist is led to the retake of that view, as long as its step waits.
#[sqlx::test]
async fn a_photo_leads_to_the_retake_of_its_view(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    sqlx::query("update user_images set dark = true where id = $1")
        .bind(room.photos[1])
        .execute(&app.owner)
        .await
        .expect("a dark one");
    let old = app.photo(&room.patient, room.journey, 7, "left").await;
    sqlx::query("update user_images set awaits_review = false where id = $1")
        .bind(old)
        .execute(&app.owner)
        .await
        .expect("decided");
    let gallery = format!("/journeys/{}/photos", room.journey);
    let to = |view: &str| format!("{}?decide=retake&amp;view={view}#marks", room.case());
    let photo = format!("/photos/{}", room.photos[1]);
    let page = app.get(Some(&room.dentist), &photo).await.expect(200);
    let page = page.says("Ask for a retake");
    assert!(page.text.contains(&to("left")), "{}", page.text);
    let page = app.get(Some(&room.dentist), &gallery).await.expect(200);
    for view in ["front", "left"] {
        assert!(page.text.contains(&to(view)), "{}", page.text);
    }
    // Of the step that was decided on none is; and patients are asked, and do not ask.
    assert_eq!(page.text.matches("decide=retake").count(), 2);
    let earlier = app
        .get(Some(&room.dentist), &format!("/photos/{old}"))
        .await;
    let printed = app
        .get(Some(&room.dentist), &(gallery.clone() + "?print"))
        .await;
    let own = app.get(Some(&room.patient), &photo).await;
    let theirs = app.get(Some(&room.patient), &gallery).await;
    for answer in [earlier, printed, own, theirs] {
        assert!(!answer.expect(200).text.contains("decide=retake"));
    }
    // There the view is marked, with what was found of it.
    let case = format!("{}?decide=retake&view=left", room.case());
    let page = app.get(Some(&room.dentist), &case).await.expect(200);
    assert!(page.text.contains("data-marking"));
    assert!(!tag(&page.text, "data-stage=\"left\"").contains("hidden"));
    assert!(
        page.text
            .contains("name=\"left\" value=\"too_dark\" checked")
    );
    // Of a view without a photo it is known, too.
    let case = format!("{}?decide=retake&view=upper", room.case());
    let page = app.get(Some(&room.dentist), &case).await.expect(200);
    assert!(
        page.text
            .contains("name=\"upper\" value=\"missing\" checked")
    );
    for wrong in ["decide=on_track", "decide=sideways"] {
        let path = format!("{}?{wrong}", room.case());
        app.get(Some(&room.dentist), &path).await.expect(400);
    }
    assert_eq!(room.count("select count(*) from reviews").await, 0);
    // Decided on, nothing is asked for any more.
    room.decide(&room.dentist, "", "decision=on_track")
        .await
        .expect(303);
    let page = app.get(Some(&room.dentist), &photo).await.expect(200);
    assert!(!page.text.contains("decide=retake"));
}

/// The next case stands there at once: whose was decided on, and how, is said, and stays in the list.
#[sqlx::test]
async fn what_was_decided_of_whom_is_said_and_stays(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let other = app.visitor("patient").await;
    app.assign(&other, &room.dentist).await;
    sqlx::query("update users set first_name = 'Jonas', last_name = 'Weber' where id = $1")
        .bind(other.id)
        .execute(&app.owner)
        .await
        .expect("a name");
    let (journey, _) = app.journey(&other, 8, "2026-03-24T08:00:00Z").await;
    let last = app.photo(&other, journey, 8, "front").await;
    let answer = room.decide(
        &room.dentist,
        "",
        "decision=retake&front=blurred&left=too_dark",
    );
    let answer = answer.await.expect(303);
    let page = app.get(Some(&room.dentist), answer.location()).await;
    let page = page
        .expect(200)
        .says("Jonas Weber, step 8")
        .says("Retake asked of Mia Berger, step 8: Front view, Left side")
        .says("Just decided")
        .says("Retake: Front view, Left side");
    assert!(page.text.contains(&format!("href=\"{}\"", room.case())));
    let toast = tag(&page.text, "data-toast");
    assert!(toast.contains("role=\"status\""), "{toast}");
    // Told by now, it stands there still, and where no case waits any more.
    room.settle(room.count("select max(id) from reviews").await)
        .await;
    let case = format!("/journeys/{journey}/reviews/8");
    let page = app.get(Some(&room.dentist), &case).await.expect(200);
    let page = page.says("Just decided");
    assert!(!page.text.contains("data-toast"), "{}", page.text);
    let event = room.count("select max(id) from progress_events").await;
    let seen = app.seen_photos(&[last]).await;
    let form = format!("previous=&photos={seen}&seen={event}&decision=see_me");
    let answer = app
        .post(Some(&room.dentist), &case, &form)
        .await
        .expect(303);
    let page = app.get(Some(&room.dentist), answer.location()).await;
    page.expect(200)
        .says("Asked to come in: Jonas Weber, step 8")
        .says("Just decided")
        .says("Retake: Front view, Left side");
    // Another's day is another's.
    let stranger = app.visitor("dentist").await;
    let page = app.get(Some(&stranger), "/reviews").await.expect(200);
    assert!(!page.text.contains("Just decided"));
}

/// A note says who reads it, and the other that they do not.
#[sqlx::test]
async fn a_note_says_who_reads_it(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    room.app
        .get(Some(&room.dentist), &room.case())
        .await
        .expect(200)
        .says("Note that Mia Berger reads")
        .says("Internal note for the clinic")
        .says("Mia Berger never sees it.")
        .says("Move both pictures while they are enlarged");
}

/// A decision is no answer to a report: that it still waits is said with the one act, and is found in the list from then on.
#[sqlx::test]
async fn a_report_that_a_decision_leaves_open_is_still_to_be_answered(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let report = app.report(&room.patient, room.journey, "pain").await;
    let other = app.visitor("patient").await;
    app.assign(&other, &room.dentist).await;
    let (journey, _) = app.journey(&other, 8, "2026-03-24T08:00:00Z").await;
    app.photo(&other, journey, 8, "front").await;
    let act = format!("href=\"/reports/{report}#answer\"");
    let more = format!("decision=see_me&reports={report}");
    let answer = room.decide(&room.dentist, "", &more).await.expect(303);
    let state: String = sqlx::query_scalar("select state::text from reports where id = $1")
        .bind(report)
        .fetch_one(&app.owner)
        .await
        .expect("a state");
    assert_eq!(state, "seen");
    let page = app.get(Some(&room.dentist), answer.location()).await;
    let page = page
        .expect(200)
        .says("The report is seen, and still waits for an answer.")
        .says("Answer Mia Berger’s report");
    let toast = page.text.split("data-toast").nth(1).expect("a toast");
    let toast = toast.split("toast-time").next().expect("its end");
    assert!(toast.contains(&act), "{toast}");
    // Without the toast it is in the list.
    let case = format!("/journeys/{journey}/reviews/8");
    let page = app.get(Some(&room.dentist), &case).await.expect(200);
    let page = page.says("1 report waits");
    let list = page.text.split("class=\"case-list\"").nth(1);
    let list = list.and_then(|rest| rest.split("</nav>").next());
    assert!(list.expect("the list").contains("case-reports"));
    assert!(page.text.contains(&act), "{}", page.text);
    // Answered, it waits no more.
    sqlx::query(
        "update reports set state = 'closed', closed_at = now(), closed_by = user_id where id = $1",
    )
    .bind(report)
    .execute(&app.owner)
    .await
    .expect("closed");
    for path in [answer.location(), &case] {
        let page = app.get(Some(&room.dentist), path).await.expect(200);
        assert!(!page.text.contains(&act), "{}", page.text);
    }
}

/// However many reports wait, they take one line of the list, and each is named in it.
#[sqlx::test]
async fn several_reports_take_one_line_of_the_list(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let mut reports = Vec::new();
    for _ in 0..3 {
        let who = app.visitor("patient").await;
        app.assign(&who, &room.dentist).await;
        let (journey, _) = app.journey(&who, 8, "2026-03-24T08:00:00Z").await;
        reports.push(app.report(&who, journey, "pain").await);
    }
    let page = app.get(Some(&room.dentist), &room.case()).await.expect(200);
    let list = page.text.split("class=\"case-list\"").nth(1);
    let list = list.and_then(|rest| rest.split("</nav>").next());
    let list = list.expect("the list");
    assert!(list.contains("3 reports wait"), "{list}");
    assert_eq!(list.matches("class=\"case-reports\"").count(), 1, "{list}");
    for report in reports {
        assert!(
            list.contains(&format!("href=\"/reports/{report}#answer\"")),
            "{list}"
        );
    }
    assert!(list.contains("All reports"), "{list}");
}

/// Nobody decides without having seen that their patient wrote: it is said at the head of the case, and leads to the messages.
#[sqlx::test]
async fn a_new_message_is_named_at_the_head_of_the_case(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    assert!(!page.expect(200).text.contains("new message"));
    let thread = format!("/journeys/{}/messages", room.journey);
    let written = room.app.get(Some(&room.patient), &thread).await;
    let written = written.expect(200).text;
    let value = |name: &str| {
        let field = tag(&written, &format!("name=\"{name}\""));
        let value = field.split("value=\"").nth(1).expect("a value");
        value.split('"').next().expect("its end").to_owned()
    };
    let form = format!(
        "dentist={}&key={}&body=A+wire+is+loose",
        value("dentist"),
        value("key")
    );
    room.app
        .post(Some(&room.patient), &thread, &form)
        .await
        .expect(303);
    let page = room.app.get(Some(&room.dentist), &room.case()).await;
    let page = page.expect(200).text;
    let head = page.split("class=\"case-head\"").nth(1).expect("a head");
    let head = head.split("</header>").next().expect("its end");
    assert!(
        head.contains("1 new message") && head.contains(&format!("href=\"{thread}?case=8#write\"")),
        "{head}"
    );
}
