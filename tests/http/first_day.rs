//! The first day: what its pages say of where one is, of what is worn, and of what comes after them.

use crate::harness::{TestApp, Visitor, at};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

struct Morning {
    app: TestApp,
    patient: Visitor,
    journey: i64,
}

impl Morning {
    /// Somebody whose plan is there, at this step of it.
    async fn at(stage: i32, pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let dentist = app.visitor("dentist").await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        app.clock.set(at("2026-03-17T09:00:00Z"));
        let (journey, _) = app.journey(&patient, stage, "2026-03-20T08:00:00Z").await;
        Self {
            app,
            patient,
            journey,
        }
    }

    async fn run(&self, sql: &'static str) {
        let done = sqlx::query(sql).execute(&self.app.owner).await;
        done.expect(sql);
    }

    async fn five(&self, stage: i32) {
        for view in ["front", "left", "right", "upper", "lower"] {
            self.app
                .photo(&self.patient, self.journey, stage, view)
                .await;
        }
        self.run("update user_images set date_uploaded = '2026-03-17T08:30:00Z'")
            .await;
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.app.get(Some(&self.patient), path).await;
        answer.expect(200).text
    }

    #[track_caller]
    fn says(page: &str, words: &[&str]) {
        for each in words {
            assert!(page.contains(each), "{each:?} is not in: {page}");
        }
    }

    #[track_caller]
    fn says_not(page: &str, words: &[&str]) {
        for each in words {
            assert!(!page.contains(each), "{each:?} is in: {page}");
        }
    }
}

const DONE: &str = "/welcome/done";

#[sqlx::test]
async fn the_last_page_says_that_this_was_all_and_what_comes_next(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let morning = Morning::at(0, pool, options).await;
    // Without photos it is not all.
    let page = morning.page(DONE).await;
    let add = format!("href=\"/journeys/{}/photos/new\"", morning.journey);
    Morning::says(
        &page,
        &[
            "You’re set up",
            "Your first photos are still to come.",
            &add,
        ],
    );
    Morning::says_not(&page, &["That’s all for today", "You’ll hear by"]);
    morning.five(0).await;
    let no_wait = "You don’t have to wait for the answer to your photos before you start.";
    let page = morning.page(DONE).await;
    Morning::says(
        &page,
        &[
            "That’s all for today",
            "Dr. L has your photos.",
            "You’ll hear by Friday 20 March.",
            "What comes next is aligner 1.",
            no_wait,
            "Go to Today",
        ],
    );
    assert_eq!(page.matches("button-primary").count(), 1, "{page}");
    Morning::says_not(&page, &[&add]);
    // Nor is there any doubt on Today, while an answer is still to come.
    Morning::says(&morning.page("/").await, &[no_wait]);
    morning
        .run("update user_images set awaits_review = false")
        .await;
    Morning::says_not(&morning.page("/").await, &[no_wait]);
    Morning::says(
        &morning.page(DONE).await,
        &["Your photos have been looked at."],
    );
    morning.run("update users set language = 'de'").await;
    Morning::says(
        &morning.page(DONE).await,
        &["Das war’s für heute", "Als Nächstes kommt Schiene 1."],
    );
}

#[sqlx::test]
async fn whoever_is_under_treatment_reads_the_day_of_the_next_change(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let morning = Morning::at(8, pool, options).await;
    morning.five(8).await;
    let page = morning.page(DONE).await;
    Morning::says(
        &page,
        &[
            "That’s all for today",
            "Your change to aligner 9 is due on Friday 20 March.",
        ],
    );
    // On that day it is not all.
    morning.app.clock.set(at("2026-03-20T09:00:00Z"));
    let page = morning.page(DONE).await;
    Morning::says(&page, &["It’s time for your change to aligner 9"]);
    Morning::says_not(&page, &["That’s all for today"]);
}

#[sqlx::test]
async fn its_pages_are_numbered_and_no_steps(pool: PgPoolOptions, options: PgConnectOptions) {
    let morning = Morning::at(0, pool, options).await;
    for (page, words) in [
        ("place", "1 of 4 · Language"),
        ("reminders", "2 of 4 · Reminders"),
        ("photos", "3 of 4 · Photos"),
        ("practice", "4 of 4 · Clinic"),
    ] {
        let page = morning.page(&format!("/welcome/{page}")).await;
        Morning::says(&page, &[words]);
        Morning::says_not(&page, &["Step 1", "Step 2", "Step 3", "Step 4"]);
    }
    morning.run("update users set language = 'de'").await;
    let page = morning.page("/welcome/photos").await;
    Morning::says(&page, &["3 von 4 · Fotos"]);
    Morning::says_not(&page, &["Schritt 3"]);
}

#[sqlx::test]
async fn reminders_are_one_tap_away(pool: PgPoolOptions, options: PgConnectOptions) {
    let morning = Morning::at(0, pool, options).await;
    let answer = morning
        .app
        .get(Some(&morning.patient), "/welcome/reminders")
        .await
        .expect(200);
    let policy = answer.headers["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    let device = morning
        .app
        .get(Some(&morning.patient), "/settings/device")
        .await
        .expect(200);
    // The switch itself, with the provider let in as on its own page; and what it says once it is on.
    let without_nonce = |policy: &str| {
        let mut words: Vec<_> = policy.split(' ').map(ToOwned::to_owned).collect();
        words.retain(|word| !word.starts_with("'nonce-"));
        words.join(" ")
    };
    let devices = device.headers["content-security-policy"]
        .to_str()
        .expect("text");
    assert_eq!(without_nonce(&policy), without_nonce(devices));
    Morning::says(
        &answer.text,
        &[
            "data-switch",
            "Remind me on this phone",
            "data-on=\"Done: this phone reminds you from now on.\"",
            "data-when-on=\"Continue\"",
            "Not now",
            "href=\"/calendar/address?welcome\"",
        ],
    );
}

#[sqlx::test]
async fn nobody_reads_of_what_they_do_not_wear(pool: PgPoolOptions, options: PgConnectOptions) {
    let morning = Morning::at(0, pool, options).await;
    let wrong = ["pain", "not_fitting", "lost_or_broken", "illness", "travel"];
    // Before the start nothing is worn.
    let photos = morning.page("/welcome/photos").await;
    Morning::says(&photos, &["Brush first."]);
    Morning::says_not(&photos, &["take your aligners out"]);
    for what in wrong {
        let page = morning.page(&format!("/something-wrong/{what}")).await;
        Morning::says(&page, &["What to do now"]);
        Morning::says_not(
            &page,
            &["Keep wearing", "What to wear now", "you’re wearing"],
        );
    }
    morning
        .run("update journeys set product = 'clear_braces'")
        .await;
    let new = format!("/journeys/{}/photos/new", morning.journey);
    let mut pages: Vec<String> = wrong
        .iter()
        .map(|what| format!("/something-wrong/{what}"))
        .collect();
    pages.extend(
        [
            "/",
            DONE,
            "/something-wrong",
            "/welcome/place",
            "/welcome/reminders",
            "/welcome/photos",
            "/welcome/practice",
            &new,
        ]
        .map(ToOwned::to_owned),
    );
    for (language, words) in [
        ("en", ["aligner", "Aligner"]),
        ("de", ["Schiene", "Aligner"]),
    ] {
        sqlx::query("update users set language = $1")
            .bind(language)
            .execute(&morning.app.owner)
            .await
            .expect("a language");
        for path in &pages {
            Morning::says_not(&morning.page(path).await, &words);
        }
    }
    Morning::says(
        &morning.page("/welcome/photos").await,
        &["rund um Brackets und Bogen"],
    );
}

#[sqlx::test]
async fn aligners_are_taken_out_for_photos_once_they_are_worn(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let morning = Morning::at(1, pool, options).await;
    Morning::says(
        &morning.page("/welcome/photos").await,
        &["Brush first, and take your aligners out."],
    );
    Morning::says(
        &morning.page("/something-wrong/pain").await,
        &["Keep wearing your aligner", "What to wear now"],
    );
}

#[sqlx::test]
async fn the_camera_comes_before_what_is_there(pool: PgPoolOptions, options: PgConnectOptions) {
    let morning = Morning::at(0, pool, options).await;
    Morning::says(
        &morning.page("/welcome/photos").await,
        &["Add your five photos"],
    );
    let page = morning
        .page(&format!("/journeys/{}/photos/new", morning.journey))
        .await;
    let place = |words: &str| page.find(words).expect(words);
    assert!(place("Front view: Take a photo") < place("Front view: Choose a picture"));
    Morning::says_not(&page, &["Choose files"]);
}
