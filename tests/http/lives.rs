//! Made-up lives through the server and its database: commands, clocks, zones, plans and people as they
//! come. The engine and the database's triggers are two accounts of the same rules; where they disagreed,
//! an act that the one allows would fail at the other.

use crate::harness::TestApp;
use chrono::TimeDelta;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "America/Santiago",
];
const REASONS: [&str; 5] = [
    "pain",
    "travel",
    "dentist_hold",
    "confirmed_by_mistake",
    "other",
];

#[sqlx::test]
async fn what_the_rules_allow_the_database_takes(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (mut done, mut refused) = (0, 0);
    for seed in 0..40 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut patient = app.visitor("patient").await;
        let mut dentist = app.visitor("dentist").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 0, "").await;
        for _ in 0..30 {
            let later = match random.random_range(0..4) {
                0 => TimeDelta::minutes(random.random_range(0..90)),
                1 => TimeDelta::hours(random.random_range(0..72)),
                _ => TimeDelta::hours(random.random_range(0..24 * 25)),
            };
            app.clock.set(app.clock.now() + later);
            patient = app.sign_in(patient.id).await;
            dentist = app.sign_in(dentist.id).await;
            let by_patient = random.random_bool(0.6);
            let who = if by_patient { &patient } else { &dentist };
            let reason = REASONS.choose(&mut random).expect("a reason");
            let answer = match random.random_range(0..13) {
                0..4 => app.act(who, journey, "progress", "").await,
                4..6 => {
                    let days = random.random_range(0..31);
                    let form = format!("days={days}&reason={reason}&intent=confirm");
                    app.act(who, journey, "delay", &form).await
                }
                6 => {
                    let day = app.clock.now().date_naive()
                        + TimeDelta::days(random.random_range(-2..400));
                    let form = format!("reason={reason}&resume_on={day}&intent=confirm");
                    app.act(who, journey, "pause", &form).await
                }
                7 => app.act(who, journey, "continue", "").await,
                8 => {
                    let (total, interval) = (random.random_range(0..9), random.random_range(0..92));
                    let form = format!("total={total}&interval={interval}&intent=confirm");
                    app.act(&dentist, journey, "plan", &form).await
                }
                9 => {
                    let (stage, days) = (random.random_range(0..9), random.random_range(0..93));
                    let form = format!("stage={stage}&days={days}&reason={reason}&intent=confirm");
                    app.act(who, journey, "back", &form).await
                }
                10 | 11 => app.act(who, journey, "take-back", "").await,
                _ => {
                    let zone = ZONES.choose(&mut random).expect("a zone");
                    let form = format!("time_zone={zone}");
                    app.post(Some(&patient), "/settings/time-zone", &form).await
                }
            };
            match answer.status.as_u16() {
                303 => done += 1,
                422 => refused += 1,
                status => panic!("{status} in life {seed}: {}", answer.text),
            }
            // Whatever was done, the pages of it can be read.
            for (who, path) in [
                (&patient, "/".to_owned()),
                (&dentist, format!("/journeys/{journey}")),
            ] {
                app.get(Some(who), &path).await.expect(200);
            }
        }
        // Nobody will be told at night of what is due; what was told stays where it stands.
        let hours: Vec<String> = sqlx::query_scalar(
            "select to_char(n.scheduled_for at time zone u.time_zone, 'HH24:MI') from notifications n
             join users u on u.id = n.user_id where n.status = 'pending' and n.source = 'progress' and n.user_id = $1 and n.told_at > $2",
        )
        .bind(patient.id)
        .bind(app.clock.now())
        .fetch_all(&app.owner)
        .await
        .expect("rows");
        assert!(hours.iter().all(|hour| hour == "09:00"), "{hours:?}");
    }
    assert!(
        done > 300 && refused > 150,
        "{done} done, {refused} refused"
    );
}
