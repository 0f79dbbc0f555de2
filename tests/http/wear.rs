//! Wear time: noted by a tap at its own moment, asked about where it was forgotten, corrected by rows that are only added.

use crate::harness::{TestApp, Visitor, at};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

struct Mouth {
    app: TestApp,
    patient: Visitor,
    journey: i64,
}

impl Mouth {
    async fn new(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner: PgPool = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let patient = app.visitor("patient").await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        Self {
            app,
            patient,
            journey,
        }
    }

    /// A tap at this moment, on a page that may be hours old. Where it leads.
    async fn tap(&self, what: &str, moment: &str) -> String {
        self.app.clock.set(at(moment));
        let form = format!("journey={}&do={what}&from=wear", self.journey);
        let answer = self.app.post(Some(&self.patient), "/wear", &form).await;
        answer.expect(303).location().to_owned()
    }

    async fn rows(&self) -> i64 {
        sqlx::query_scalar("select count(*) from wear_intervals")
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }

    async fn page(&self) -> String {
        let page = self.app.get(Some(&self.patient), "/wear").await;
        page.expect(200).text
    }
}

#[sqlx::test]
async fn a_tap_counts_at_its_own_moment_and_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let mouth = Mouth::new(pool, options).await;
    let page = mouth.page().await;
    assert!(page.contains("Your aligners are in."), "{page}");
    // With braces there is something else to wear.
    let braces = async |product: &str, goal: &str| {
        let sql = format!("update journeys set product = '{product}', wear_goal_minutes = {goal}");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mouth.app.owner)
            .await
            .expect("a product");
    };
    braces("clear_braces", "720").await;
    let other = mouth.page().await;
    assert!(other.contains("Everything is in.") && !other.contains("aligners"));
    braces("aligners", "null").await;
    // Of a day of which nothing was noted nothing is known, and no bar is drawn.
    assert!(page.contains("Nothing recorded today yet."), "{page}");
    assert!(!page.contains("wear-bar"), "{page}");
    // The page was opened before; what counts is when the button is pressed.
    assert_eq!(
        mouth.tap("out", "2026-03-17T11:30:00Z").await,
        "/wear?saved"
    );
    assert_eq!(
        mouth.tap("out", "2026-03-17T11:31:00Z").await,
        "/wear?already"
    );
    assert!(
        mouth
            .page()
            .await
            .contains("Out since 12:30: 1 min so far.")
    );
    assert_eq!(
        mouth.tap("back", "2026-03-17T12:10:00Z").await,
        "/wear?saved"
    );
    assert_eq!(
        mouth.tap("back", "2026-03-17T12:10:01Z").await,
        "/wear?already"
    );
    let page = mouth.page().await;
    // The bar fills up with what was worn, as its words and the charts of days say it.
    for words in [
        "Worn today: 12 h 30 min of 22 h.",
        "Out: 40 min of the 2 h your goal allows.",
        "max=\"1320\"",
        "value=\"750\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Out, and in: each a row, the second for the first.
    assert_eq!(mouth.rows().await, 2);
    assert_eq!(mouth.app.audited("wear.out", "done").await, 1);
    assert_eq!(mouth.app.audited("wear.back", "done").await, 1);
    // One tap on Today, which leads back there.
    let today = mouth.app.get(Some(&mouth.patient), "/").await.expect(200);
    today
        .says("I’m taking them out")
        .says("Worn today: 12 h 30 min of 22 h.")
        .says("Out: 40 min of the 2 h your goal allows.");
    let form = format!("journey={}&do=out&from=today", mouth.journey);
    let tapped = mouth.app.post(Some(&mouth.patient), "/wear", &form).await;
    assert_eq!(tapped.expect(303).location(), "/#wear");
    let today = mouth.app.get(Some(&mouth.patient), "/").await.expect(200);
    today.says("They’re in again");
    mouth.tap("back", "2026-03-17T12:20:00Z").await;
    // Two taps at the same moment.
    mouth.tap("out", "2026-03-17T13:00:00Z").await;
    mouth.tap("back", "2026-03-17T13:00:00Z").await;
    assert_eq!(mouth.rows().await, 6);
}

#[sqlx::test]
async fn what_was_forgotten_is_asked_about_and_never_guessed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let mouth = Mouth::new(pool, options).await;
    mouth.tap("out", "2026-03-17T11:00:00Z").await;
    mouth.app.clock.set(at("2026-03-17T14:00:00Z"));
    assert!(!mouth.page().await.contains("Are they back in?"));
    mouth.app.clock.set(at("2026-03-17T14:00:01Z"));
    let page = mouth.page().await;
    assert!(page.contains("Are they back in?"), "{page}");
    // High on either page, above what else there is.
    let place = |page: &str, words: &str| page.find(words).expect("on the page");
    assert!(place(&page, "Are they back in?") < place(&page, "should be in for"));
    let home = mouth.app.get(Some(&mouth.patient), "/").await;
    let home = home.expect(200).text;
    assert!(place(&home, "Are they back in?") < place(&home, "class=\"today\""));
    assert_eq!(home.matches("Are they back in?").count(), 1);
    assert!(
        page.contains("Nothing recorded for these days yet."),
        "{page}"
    );
    // A tap so late says that they are in, and not since when.
    let asked = mouth.tap("back", "2026-03-17T17:00:00Z").await;
    let id = asked.strip_prefix("/wear/").expect("a question").to_owned();
    let form = mouth
        .app
        .get(Some(&mouth.patient), &asked)
        .await
        .expect(200);
    form.says("value=\"12:00\"").says("value=\"18:00\"");
    let page = mouth.page().await;
    assert!(page.contains("long: please check"), "{page}");
    // The answer comes first, and the next time out after it.
    assert!(page.contains("I’m taking them out"), "{page}");
    assert_eq!(page.matches("button-primary").count(), 1, "{page}");
    let path = format!("/wear/{id}");
    let say = async |form: &str| mouth.app.post(Some(&mouth.patient), &path, form).await;
    say("day=2026-03-17&from=12:00&until=11:00")
        .await
        .expect(422)
        .says("still to come");
    say("day=2026-03-17&from=12:00&until=")
        .await
        .expect(422)
        .says("two times");
    say("day=2026-03-17&from=12:00&until=12:45")
        .await
        .expect(303);
    assert!(
        mouth
            .page()
            .await
            .contains("Out: 45 min of the 2 h your goal allows.")
    );
    // The row that was answered stands no more, and neither can be answered twice.
    say("do=never").await.expect(422).says("in the meantime");
    assert_eq!(mouth.rows().await, 3);
    // "Still out" is known until it was said.
    mouth.tap("out", "2026-03-17T18:00:00Z").await;
    mouth.app.clock.set(at("2026-03-17T21:30:00Z"));
    let open: i64 = sqlx::query_scalar("select max(id) from wear_intervals")
        .fetch_one(&mouth.app.owner)
        .await
        .expect("a row");
    let path = format!("/wear/{open}");
    mouth
        .app
        .post(Some(&mouth.patient), &path, "do=still")
        .await
        .expect(303);
    assert!(
        mouth
            .page()
            .await
            .contains("Out: 4 h 15 min. That’s 2 h 15 min longer than your goal allows.")
    );
    assert_eq!(mouth.app.audited("wear.confirm", "done").await, 1);
}

#[sqlx::test]
async fn forgotten_times_are_typed_in_and_nothing_is_another_persons(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let mouth = Mouth::new(pool, options).await;
    let enter = async |form: &str| {
        mouth
            .app
            .post(Some(&mouth.patient), "/wear/new", form)
            .await
    };
    enter("day=2026-03-16&from=23:30&until=00:15")
        .await
        .expect(303);
    enter("day=2026-03-16&from=23:50&until=23:59")
        .await
        .expect(422)
        .says("overlaps");
    enter("day=2026-01-16&from=23:50&until=23:59")
        .await
        .expect(422)
        .says("too long ago");
    assert!(mouth.page().await.contains("typed in"));
    let id: i64 = sqlx::query_scalar("select id from wear_intervals")
        .fetch_one(&mouth.app.owner)
        .await
        .expect("a row");
    let other = mouth.app.visitor("patient").await;
    let path = format!("/wear/{id}");
    mouth.app.get(Some(&other), &path).await.expect(404);
    mouth
        .app
        .post(Some(&other), &path, "do=never")
        .await
        .expect(404);
    let form = format!("journey={}&do=out", mouth.journey);
    mouth
        .app
        .post(Some(&other), "/wear", &form)
        .await
        .expect(404);
    mouth
        .app
        .post(Some(&mouth.patient), &path, "do=never")
        .await
        .expect(303);
    assert!(!mouth.page().await.contains("typed in"));
    // Removed, it is still there to be read by whoever has to.
    assert_eq!(mouth.rows().await, 2);
    let changed = sqlx::query("delete from wear_intervals")
        .execute(&mouth.app.pool)
        .await;
    assert!(changed.is_err(), "rows are only ever added");
}

/// A second tap asks for what is noted already.
#[sqlx::test]
async fn what_is_typed_in_twice_is_noted_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let mouth = Mouth::new(pool, options).await;
    let send = async |path: &str, form: &str| {
        let answer = mouth.app.post(Some(&mouth.patient), path, form).await;
        assert_eq!(answer.expect(303).location(), "/wear?saved");
    };
    for _ in 0..2 {
        send("/wear/new", "day=2026-03-16&from=12:00&until=12:45").await;
    }
    assert_eq!(mouth.rows().await, 1);
    let newest = async || -> i64 {
        sqlx::query_scalar("select max(id) from wear_intervals")
            .fetch_one(&mouth.app.owner)
            .await
            .expect("a row")
    };
    let first = format!("/wear/{}", newest().await);
    for _ in 0..2 {
        send(&first, "day=2026-03-16&from=12:00&until=12:30").await;
    }
    assert_eq!(mouth.rows().await, 2);
    // Said otherwise from an old page, it is not.
    let other = "day=2026-03-16&from=12:00&until=12:40";
    let answer = mouth.app.post(Some(&mouth.patient), &first, other).await;
    answer.expect(422).says("in the meantime");
    let second = format!("/wear/{}", newest().await);
    for _ in 0..2 {
        send(&second, "do=never").await;
    }
    assert_eq!(mouth.rows().await, 3);
    assert_eq!(mouth.app.audited("wear.remove", "done").await, 1);
}

#[sqlx::test]
async fn the_dentist_sees_it_and_sets_the_goal(pool: PgPoolOptions, options: PgConnectOptions) {
    let mouth = Mouth::new(pool, options).await;
    let dentist = mouth.app.visitor("dentist").await;
    let path = format!("/journeys/{}/wear", mouth.journey);
    mouth.app.get(Some(&dentist), &path).await.expect(404);
    mouth.app.assign(&mouth.patient, &dentist).await;
    mouth.tap("out", "2026-03-16T11:00:00Z").await;
    mouth.tap("back", "2026-03-16T12:00:00Z").await;
    mouth.app.clock.set(at("2026-03-17T11:00:00Z"));
    let page = mouth.app.get(Some(&dentist), &path).await.expect(200);
    page.says("23 h a day on average. Goal reached on 1 of 1 recorded days");
    mouth
        .app
        .post(Some(&dentist), &path, "goal=1410&longest=60")
        .await
        .expect(303);
    let page = mouth.app.get(Some(&dentist), &path).await.expect(200);
    page.says("Goal reached on 0 of 1 recorded days");
    mouth
        .app
        .post(Some(&dentist), &path, "goal=30&longest=60")
        .await
        .expect(400);
    mouth
        .app
        .post(Some(&mouth.patient), &path, "goal=0&longest=60")
        .await
        .expect(403);
    mouth
        .app
        .post(Some(&dentist), &path, "goal=0&longest=60")
        .await
        .expect(303);
    assert!(mouth.page().await.contains("Wear time isn’t recorded"));
    let form = format!("journey={}&do=out", mouth.journey);
    mouth
        .app
        .post(Some(&mouth.patient), "/wear", &form)
        .await
        .expect(404);
    assert_eq!(mouth.app.audited("wear.goal", "done").await, 2);
}

#[sqlx::test]
async fn braces_are_not_taken_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let mouth = Mouth::new(pool, options).await;
    sqlx::query("update journeys set product = 'clear_braces'")
        .execute(&mouth.app.owner)
        .await
        .expect("braces");
    assert!(mouth.page().await.contains("Wear time isn’t recorded"));
}

/// Of braces none is kept until somebody sets a goal; from then on the record leads there, and so does the patient's own page.
#[sqlx::test]
async fn a_goal_for_braces_is_found_again(pool: PgPoolOptions, options: PgConnectOptions) {
    let mouth = Mouth::new(pool, options).await;
    sqlx::query("update journeys set product = 'clear_braces'")
        .execute(&mouth.app.owner)
        .await
        .expect("braces");
    let dentist = mouth.app.visitor("dentist").await;
    mouth.app.assign(&mouth.patient, &dentist).await;
    let journey = mouth.journey;
    let wear = format!("/journeys/{journey}/wear");
    let link = format!("href=\"{wear}\"");
    let get = async |who: &Visitor, path: &str| mouth.app.get(Some(who), path).await.expect(200);
    let tabs = |text: &str| -> bool {
        let (_, rest) = text.split_once("aria-label=\"Record of").expect("tabs");
        let (tabs, _) = rest.split_once("</nav>").expect("their end");
        tabs.contains(&link)
    };
    let record = [
        format!("/patients/{}", mouth.patient.id),
        format!("/journeys/{journey}"),
        format!("/journeys/{journey}/photos"),
        format!("/journeys/{journey}/messages"),
    ];
    let own = format!("/journeys/{journey}");
    for path in &record {
        assert!(!tabs(&get(&dentist, path).await.text), "{path}");
    }
    // The menu of what can be done leads there.
    get(&dentist, &record[0]).await.says(&link);
    get(&dentist, &wear).await.says("Set a goal to start.");
    assert!(!get(&mouth.patient, &own).await.text.contains(&link));
    for (goal, kept) in [("1200", true), ("0", false)] {
        let form = format!("goal={goal}&longest=180");
        mouth
            .app
            .post(Some(&dentist), &wear, &form)
            .await
            .expect(303);
        for path in &record {
            assert_eq!(
                tabs(&get(&dentist, path).await.text),
                kept,
                "{goal}: {path}"
            );
        }
        let page = get(&mouth.patient, &own).await.text;
        assert_eq!(page.contains(&link), kept, "{goal}");
        assert_eq!(
            mouth.page().await.contains("Wear time isn’t recorded"),
            !kept
        );
    }
    // The record of aligners leads there though none is kept: that can be set again there. The patient finds nothing, and no link.
    sqlx::query("update journeys set product = 'aligners'")
        .execute(&mouth.app.owner)
        .await
        .expect("aligners");
    for path in &record {
        assert!(tabs(&get(&dentist, path).await.text), "{path}");
    }
    assert!(!get(&mouth.patient, &own).await.text.contains(&link));
}
