//! Ways back: the clinic notes that an earlier step is worn again, and patients take back a change that was none.

use crate::harness::{TestApp, at};
use chrono::TimeDelta;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

impl TestApp {
    /// Where a journey stands: its stage, status and first day, and the newest event's type, due day and reason.
    async fn stands(
        &self,
        journey: i64,
    ) -> (i32, String, bool, String, Option<String>, Option<String>) {
        sqlx::query_as(
            "select j.current_progress_stage, j.status::text, j.date_of_starting_treatment is not null, e.type::text,
                    e.due_on::text, e.reason::text
             from journeys j join progress_events e on e.journey_id = j.id where j.id = $1 order by e.id desc limit 1",
        )
        .bind(journey)
        .fetch_one(&self.owner)
        .await
        .expect("a journey that has begun")
    }

    async fn reminders(&self, journey: i64) -> Vec<String> {
        sqlx::query_scalar(
            "select to_char(scheduled_for at time zone 'Europe/Berlin', 'MM-DD HH24:MI') from notifications
             where journey_id = $1 and status = 'pending' and source = 'progress' order by scheduled_for",
        )
        .bind(journey)
        .fetch_all(&self.owner)
        .await
        .expect("notifications")
    }
}

fn text(words: &str) -> Option<String> {
    Some(words.to_owned())
}

#[sqlx::test]
async fn the_clinic_notes_that_an_earlier_step_is_worn_again(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let [patient, dentist, other] = [
        app.visitor("patient").await,
        app.visitor("dentist").await,
        app.visitor("dentist").await,
    ];
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    let record = format!("/journeys/{journey}");
    let path = format!("{record}/back");
    app.get(Some(&dentist), &record)
        .await
        .expect(200)
        .says(&path);
    app.get(Some(&dentist), &path)
        .await
        .expect(200)
        .says("Which step is worn again?")
        .says("aligner 7")
        .says("Lost or broken")
        .says("Confirmed by mistake");
    app.get(Some(&other), &path).await.expect(404);
    // What cannot be, said beside its field.
    for (form, words) in [
        (
            "stage=8&days=5&reason=pain&intent=preview",
            "choose an earlier step",
        ),
        (
            "stage=7&days=0&reason=pain&intent=confirm",
            "days from 1 to 90",
        ),
        (
            "stage=7&days=91&reason=pain&intent=confirm",
            "days from 1 to 90",
        ),
        (
            "stage=7&days=5&reason=dentist_hold&intent=confirm",
            "choose a reason",
        ),
        ("stage=7&days=5&intent=preview", "choose a reason"),
    ] {
        app.act(&dentist, journey, "back", form)
            .await
            .expect(422)
            .says(words);
    }
    // It is shown what it does, with the dates that it replaces, before it does anything.
    let form = "stage=7&days=5&reason=lost_or_broken&note=Left+at+the+pool";
    app.act(&dentist, journey, "back", &format!("{form}&intent=preview"))
        .await
        .expect(200)
        .says("Go back to aligner 7?")
        .says("Sunday 22 March")
        .says("until now: Tuesday 24 March")
        .says("Left at the pool");
    assert_eq!(app.stands(journey).await.0, 8);
    let seen = app.seen(journey).await;
    app.act(&dentist, journey, "back", &format!("{form}&intent=confirm"))
        .await
        .expect(303);
    assert_eq!(
        app.stands(journey).await,
        (
            7,
            "active".to_owned(),
            true,
            "progress".to_owned(),
            text("2026-03-22"),
            text("lost_or_broken")
        )
    );
    assert_eq!(
        app.reminders(journey).await,
        ["03-22 09:00", "03-23 09:00", "03-25 09:00"]
    );
    // Sent twice, it is done once.
    let again = format!("{seen}&{form}&intent=confirm");
    app.post(Some(&dentist), &path, &again).await.expect(303);
    assert_eq!(app.audited("journey.step_back", "done").await, 1);
    // Nothing is edited: the timeline tells both, to both.
    for who in [&dentist, &patient] {
        app.get(Some(who), &record)
            .await
            .expect(200)
            .says("Switched to aligner 8")
            .says("Back to aligner 7")
            .says("Lost or broken")
            .says("Left at the pool");
    }
    app.get(Some(&patient), "/access")
        .await
        .expect(200)
        .says("Your dentist noted that you are wearing an earlier step again");
    // It goes on from there as from any step.
    app.act(&dentist, journey, "progress", "").await.expect(303);
    assert_eq!(app.stands(journey).await.0, 8);
    // It is not the patient's to note, and they are told whose it is.
    app.get(Some(&patient), &path)
        .await
        .expect(422)
        .says("Your clinic does that for you")
        .says(&format!("{record}/messages"));
    app.act(&patient, journey, "back", &format!("{form}&intent=confirm"))
        .await
        .expect(422);
    assert_eq!(app.stands(journey).await.0, 8);
}

#[sqlx::test]
async fn a_patient_takes_back_a_change_for_a_day(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-18T08:00:00Z").await;
    let path = format!("/journeys/{journey}/take-back");
    app.act(&patient, journey, "progress", "").await.expect(303);
    // It is offered quietly, shows what it does, and is done.
    app.get(Some(&patient), "/").await.expect(200).says(&path);
    app.get(Some(&patient), &path)
        .await
        .expect(200)
        .says("Are you still wearing aligner 8?")
        .says("Wednesday 18 March")
        .says("until now: Tuesday 31 March");
    // Nobody else's to take back: the clinic has a way of its own.
    app.act(&dentist, journey, "take-back", "")
        .await
        .expect(422)
        .says(&format!("/journeys/{journey}/back"));
    let seen = app.seen(journey).await;
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(303);
    assert_eq!(
        app.stands(journey).await,
        (
            8,
            "active".to_owned(),
            true,
            "progress".to_owned(),
            text("2026-03-18"),
            text("confirmed_by_mistake")
        )
    );
    assert_eq!(
        app.reminders(journey).await,
        ["03-18 09:00", "03-19 09:00", "03-21 09:00"]
    );
    // Tapped twice, it is done once.
    app.post(Some(&patient), &path, &seen).await.expect(303);
    assert_eq!(app.audited("journey.take_back", "done").await, 1);
    let home = app.get(Some(&patient), "/").await.expect(200);
    assert!(!home.text.contains(&path), "it is offered again");
    app.get(Some(&patient), &format!("/journeys/{journey}"))
        .await
        .expect(200)
        .says("Back to aligner 8")
        .says("Confirmed by mistake");
    // What was taken back cannot be taken back; what was confirmed again can, until the day is over.
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(422)
        .says("no change to undo");
    app.act(&patient, journey, "progress", "").await.expect(303);
    app.clock.set(app.clock.now() + TimeDelta::hours(24));
    let patient = app.sign_in(patient.id).await;
    app.get(Some(&patient), &path).await.expect(200);
    app.clock.set(app.clock.now() + TimeDelta::minutes(1));
    app.get(Some(&patient), &path)
        .await
        .expect(422)
        .says("more than 24 hours ago");
    let home = app.get(Some(&patient), "/").await.expect(200);
    assert!(!home.text.contains(&path), "it is offered too late");
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(422);
    // Nor once something followed, nor what the clinic did.
    app.clock.set(at("2026-04-01T08:00:00Z"));
    let (patient, dentist) = (app.sign_in(patient.id).await, app.sign_in(dentist.id).await);
    app.act(&patient, journey, "progress", "").await.expect(303);
    app.act(
        &dentist,
        journey,
        "delay",
        "days=2&reason=pain&intent=confirm",
    )
    .await
    .expect(303);
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(422);
    app.act(&dentist, journey, "progress", "").await.expect(303);
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(422);
}

#[sqlx::test]
async fn the_start_and_the_end_can_be_taken_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 0, "").await;
    let record = format!("/journeys/{journey}");
    app.act(&patient, journey, "progress", "").await.expect(303);
    assert_eq!(app.reminders(journey).await.len(), 3);
    app.get(Some(&patient), &format!("{record}/take-back"))
        .await
        .expect(200)
        .says("You haven’t started after all?");
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(303);
    let (stage, status, started, _, due, _) = app.stands(journey).await;
    assert_eq!(
        (stage, status.as_str(), started, due),
        (0, "active", false, None)
    );
    assert!(app.reminders(journey).await.is_empty());
    // It stands as one that has not begun, for everybody, and can begin.
    for (who, page) in [
        (&patient, "/".to_owned()),
        (&patient, record.clone()),
        (&dentist, record.clone()),
        (&dentist, format!("/patients/{}", patient.id)),
    ] {
        app.get(Some(who), &page).await.expect(200);
    }
    app.get(Some(&dentist), "/patients")
        .await
        .expect(200)
        .says("Not started");
    app.act(&patient, journey, "pause", "reason=pain&intent=confirm")
        .await
        .expect(422);
    app.clock.set(at("2026-03-20T11:00:00Z"));
    let (patient, dentist) = (app.sign_in(patient.id).await, app.sign_in(dentist.id).await);
    app.act(&patient, journey, "progress", "").await.expect(303);
    let started: String =
        sqlx::query_scalar("select date_of_starting_treatment::text from journeys where id = $1")
            .bind(journey)
            .fetch_one(&app.owner)
            .await
            .expect("a day");
    assert_eq!(started, "2026-03-20");
    // The end: done by mistake, the treatment goes on.
    app.act(
        &dentist,
        journey,
        "plan",
        "total=1&interval=14&intent=confirm",
    )
    .await
    .expect(303);
    app.act(&dentist, journey, "progress", "").await.expect(303);
    assert_eq!(app.stands(journey).await.1, "completed");
    app.act(
        &dentist,
        journey,
        "back",
        "stage=1&days=7&reason=confirmed_by_mistake&intent=confirm",
    )
    .await
    .expect(303);
    let (stage, status, _, _, due, _) = app.stands(journey).await;
    assert_eq!(
        (stage, status.as_str(), due),
        (1, "active", text("2026-03-27"))
    );
    assert_eq!(app.reminders(journey).await.len(), 3);
    app.clock.set(at("2026-03-27T11:00:00Z"));
    let (patient, dentist) = (app.sign_in(patient.id).await, app.sign_in(dentist.id).await);
    app.act(&patient, journey, "progress", "").await.expect(303);
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(303);
    let (stage, status, _, _, due, _) = app.stands(journey).await;
    assert_eq!(
        (stage, status.as_str(), due),
        (1, "active", text("2026-03-28"))
    );
    app.get(Some(&patient), "/").await.expect(200);
    app.get(Some(&dentist), &record).await.expect(200);
    // Unless another treatment has begun since.
    app.act(&patient, journey, "progress", "").await.expect(303);
    let open = format!("/patients/{}/journeys", patient.id);
    let form = format!("seen={journey}&product=aligners&total=10&interval=14&intent=confirm");
    app.post(Some(&dentist), &open, &form).await.expect(303);
    app.act(&patient, journey, "take-back", "")
        .await
        .expect(422);
    app.act(
        &dentist,
        journey,
        "back",
        "stage=1&days=7&reason=pain&intent=confirm",
    )
    .await
    .expect(422);
    app.get(Some(&dentist), &format!("{record}/back"))
        .await
        .expect(422);
}

/// The database holds the same rules, whoever asks.
#[sqlx::test]
async fn the_database_takes_no_other_way_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-18T08:00:00Z").await;
    let insert = async |actor: i64,
                        stage: i32,
                        days: i32,
                        reason: Option<&str>,
                        event_type: &str| {
        let mut tx = app.owner.begin().await.expect("a transaction");
        sqlx::query(
            "insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, actor_id,
                                          previous_event_id, time_zone)
             values ($1, $2, '2026-03-17 11:00Z', $3, timestamptz '2026-03-17 11:00Z' + make_interval(days => $4), $5::text::progress_event_type,
                     $6::text::progress_reason, $7, $8, 'Europe/Berlin')",
        )
        .bind(patient.id)
        .bind(journey)
        .bind(stage)
        .bind(days)
        .bind(event_type)
        .bind(reason)
        .bind(actor)
        .bind(event)
        .execute(&mut *tx)
        .await
        .is_ok()
    };
    let clinic = dentist.id;
    assert!(insert(clinic, 7, 5, Some("pain"), "progress").await);
    for (actor, stage, days, reason, event_type) in [
        // Of a later step, of the same, of none; for no day, for too many; without a reason, with another's.
        (clinic, 9, 5, Some("pain"), "progress"),
        (clinic, 8, 5, Some("pain"), "progress"),
        (clinic, 0, 5, Some("pain"), "progress"),
        (clinic, 0, 5, Some("confirmed_by_mistake"), "progress"),
        (clinic, 7, 0, Some("pain"), "progress"),
        (clinic, 7, 91, Some("pain"), "progress"),
        (clinic, 7, 5, None, "progress"),
        (clinic, 7, 5, Some("dentist_hold"), "progress"),
        // The patient's newest change is two weeks old; and they note nothing for the clinic.
        (patient.id, 7, 1, Some("confirmed_by_mistake"), "progress"),
        (patient.id, 7, 5, Some("pain"), "progress"),
        // It is a reason of nothing else.
        (clinic, 8, 5, Some("confirmed_by_mistake"), "delay"),
    ] {
        let taken = insert(actor, stage, days, reason, event_type).await;
        assert!(!taken, "{actor} {stage} {days} {reason:?} {event_type}");
    }
}

#[sqlx::test]
async fn a_pause_ends_and_everybody_is_told(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    app.act(
        &patient,
        journey,
        "pause",
        "reason=travel&resume_on=2026-03-18&intent=confirm",
    )
    .await
    .expect(303);
    assert_eq!(
        app.reminders(journey).await,
        ["03-18 09:00", "03-19 09:00", "03-21 09:00"]
    );
    let told: Vec<String> = sqlx::query_scalar(
        "select distinct template::text from notifications where journey_id = $1",
    )
    .bind(journey)
    .fetch_all(&app.owner)
    .await
    .expect("notifications");
    assert_eq!(told, ["resume_due"]);
    // The day itself is the patient's; from the day after, the dentist sees it.
    for (moment, sees) in [
        ("2026-03-18T22:00:00Z", false),
        ("2026-03-18T23:30:00Z", true),
        ("2026-03-20T08:00:00Z", true),
    ] {
        app.clock.set(at(moment));
        let dentist = app.sign_in(dentist.id).await;
        for page in ["/today", "/patients"] {
            let page = app.get(Some(&dentist), page).await.expect(200);
            assert_eq!(page.text.contains("Pause ended"), sees, "{moment}");
        }
    }
    // Going on cancels what was still to be told of it.
    let patient = app.sign_in(patient.id).await;
    app.act(&patient, journey, "continue", "").await.expect(303);
    assert_eq!(
        app.reminders(journey).await,
        ["03-27 09:00", "03-28 09:00", "03-30 09:00"]
    );
    let dentist = app.sign_in(dentist.id).await;
    let page = app.get(Some(&dentist), "/today").await.expect(200);
    assert!(!page.text.contains("Pause ended"));
    // A pause without a day is nothing to be told of; nor is one that is over before its day.
    app.act(&patient, journey, "pause", "reason=travel&intent=confirm")
        .await
        .expect(303);
    assert!(app.reminders(journey).await.is_empty());
}
