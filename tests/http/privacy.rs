//! Nothing of a patient's where it does not belong.

use crate::harness::TestApp;
use midline::{app::FEATURES, audit::Told};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::BTreeSet;

const NAME: &str = "Canaryname";
const NOTE: &str = "canary-note-<b>&";
const POSTAL: &str = "CANARY-77";

/// Plants words in every column that holds some, and looks for them where they must not be.
#[sqlx::test]
async fn planted_words_stay_where_they_belong(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    let dentist = app.visitor("dentist").await;
    app.assign(&patient, &dentist).await;
    sqlx::query("update users set first_name = $2, last_name = $2, postal_code = $3, hubspot_id = $3, cognito_sub_identifier = $3 where id = $1")
        .bind(patient.id)
        .bind(NAME)
        .bind(POSTAL)
        .execute(&app.owner)
        .await
        .expect("planted");
    let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    sqlx::query(
        "insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, note, actor_id, previous_event_id, time_zone)
         values ($1, $2, '2026-03-16T08:00:00Z', 8, '2026-03-18T08:00:00Z', 'delay', 'pain', $3, $1, $4, 'Europe/Berlin')",
    )
    .bind(patient.id)
    .bind(journey)
    .bind(NOTE)
    .bind(event)
    .execute(&app.owner)
    .await
    .expect("planted");

    let (statements, logged) = crate::harness::log_lines();
    let _guard = tracing::subscriber::set_default(statements);
    let pages = [
        app.get(Some(&patient), "/").await.expect(200),
        app.get(Some(&patient), &format!("/journeys/{journey}"))
            .await
            .expect(200),
        app.get(Some(&patient), &format!("/journeys/{journey}/delay"))
            .await
            .expect(200),
        app.get(Some(&dentist), &format!("/journeys/{journey}"))
            .await
            .expect(200),
        app.get(Some(&patient), &format!("/journeys/{journey}/progress"))
            .await
            .expect(200),
        app.get(Some(&dentist), "/patients").await.expect(200),
        app.get(Some(&dentist), &format!("/patients/{}", patient.id))
            .await
            .expect(200),
    ];
    app.post(
        Some(&patient),
        &format!("/journeys/{journey}/progress"),
        "seen=1",
    )
    .await
    .expect(409);
    app.get(Some(&patient), &format!("/patients/{NAME}"))
        .await
        .expect(403);

    assert!(
        pages[1].text.contains("canary-note-&lt;b&gt;&amp;"),
        "the note is shown to its patient, as text"
    );
    for (number, page) in pages.iter().enumerate() {
        // Those of one record at a desk say whose it is (docs/decisions/0016); no list does, and no page of the patient's own, as
        // their browser keeps the titles for whoever uses it next.
        let names_whose = [3, 6].contains(&number);
        assert!(!page.text.contains(NOTE), "unescaped");
        // Who treats somebody sees on their record where they live: it tells apart those of whom no birth date is known.
        assert_eq!(page.text.contains(POSTAL), names_whose, "{number}");
        assert!(
            !page.text.contains("__RESOLVED") && !page.text.contains("__SERIALIZED"),
            "no serialised resources"
        );
        for (index, _) in page.text.match_indices("data-props=") {
            let props = page.text[index..].split('>').next().unwrap_or_default();
            assert!(
                !props.contains(NAME) && !props.contains("canary"),
                "{props}"
            );
        }
        for address in page
            .text
            .split("href=\"")
            .skip(1)
            .chain(page.text.split("action=\"").skip(1))
        {
            assert!(
                !address.split('"').next().unwrap_or_default().contains(NAME),
                "a name in an address"
            );
        }
        let title = page
            .text
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next())
            .unwrap_or_default();
        assert_eq!(title.contains(NAME), names_whose, "{number}: {title}");
        for (name, value) in &page.headers {
            assert!(!value.to_str().unwrap_or_default().contains(NAME), "{name}");
        }
    }
    let logged = String::from_utf8(logged.lock().expect("the log").clone()).expect("text");
    assert!(
        logged.contains("/journeys/{id}/progress"),
        "the log was not caught: {logged}"
    );
    for word in [
        NAME,
        "canary",
        POSTAL,
        "@midline.example",
        patient.cookie.trim_start_matches("midline="),
    ] {
        assert!(!logged.contains(word), "{word} in the log: {logged}");
    }
    let audit: String =
        sqlx::query_scalar("select string_agg(audit_log::text, ' ') from audit_log")
            .fetch_one(&app.owner)
            .await
            .expect("rows");
    assert!(
        !audit.contains(NAME) && !audit.contains("canary"),
        "{audit}"
    );
}

/// Who looked is recorded, and the patient can read it.
#[sqlx::test]
async fn a_patient_reads_who_looked(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    let (dentist, stranger) = (app.visitor("dentist").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    app.get(Some(&dentist), &format!("/patients/{}", patient.id))
        .await
        .expect(200);
    app.get(Some(&stranger), &format!("/patients/{}", patient.id))
        .await
        .expect(404);
    app.get(Some(&stranger), "/patients/987654")
        .await
        .expect(404);
    assert_eq!(app.audited("patient.read", "done").await, 1);
    assert_eq!(app.audited("patient.read", "refused").await, 2);
    // Told by the day: a second look and a list add one line for the list.
    for path in ["/patients".to_owned(), format!("/patients/{}", patient.id)] {
        app.get(Some(&dentist), &path).await.expect(200);
    }
    let page = app.get(Some(&patient), "/access").await.expect(200);
    let lines = page.text.matches("<li class=\"row\">").count();
    assert_eq!(lines, 3, "{}", page.text);
    let page = page
        .says("A dentist who doesn’t treat you tried to open something of yours at")
        .says("They saw nothing")
        .says("tel:+493023125000")
        .says("Your dentist saw your name in a list")
        .says("Your dentist looked at your treatment record");
    assert!(!page.text.contains("before="), "there is nothing earlier");
    app.get(Some(&patient), "/access?before=2020-01-01")
        .await
        .expect(200)
        .says("There is nothing to show yet");
    // In nobody else's list, and in nobody's own.
    let other = app.visitor("patient").await;
    app.get(Some(&other), "/access")
        .await
        .expect(200)
        .says("There is nothing to show yet");
}

/// Whoever was refused is read of by the patient whose record they asked for, whatever the refusal was about.
#[sqlx::test]
async fn a_refusal_names_whose_record_it_was(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (patient, other) = (app.visitor("patient").await, app.visitor("patient").await);
    let (dentist, stranger) = (app.visitor("dentist").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let photo = app.photo(&patient, journey, 8, "front").await;
    let told = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from audit_log where subject_id = $1 and outcome = 'refused' and not detail ? 'why'",
        )
        .bind(patient.id)
        .fetch_one(&app.owner)
        .await
        .expect("a count")
    };
    // A function of another role.
    for path in [
        format!("/patients/{}", patient.id),
        format!("/journeys/{journey}/plan"),
        format!("/journeys/{journey}/reviews/8"),
    ] {
        let before = told().await;
        app.get(Some(&other), &path).await.expect(403);
        assert_eq!(told().await, before + 1, "{path}");
    }
    // What cannot be read, of somebody whom the sender has nothing to do with.
    for path in [
        format!("/journeys/{journey}/reviews/8"),
        format!("/journeys/{journey}/progress"),
    ] {
        let before = told().await;
        app.post(Some(&stranger), &path, "seen=x").await.expect(400);
        assert_eq!(told().await, before + 1, "{path}");
        // Whoever treats the patient is not said to have been refused.
        app.post(Some(&dentist), &path, "seen=x").await.expect(400);
        assert_eq!(told().await, before + 1, "{path}");
    }
    app.post(Some(&other), &format!("/photos/{photo}/delete"), "")
        .await
        .expect(404);
    // Nobody's.
    app.get(Some(&other), "/patients/987654").await.expect(403);
    let page = app.get(Some(&patient), "/access").await.expect(200);
    page.says("tried to open something of yours at");
}

/// Whatever is done has one name in the record, and words for patients in each language.
#[test]
fn every_action_is_told_in_words() {
    let actions: Vec<_> = FEATURES
        .iter()
        .flat_map(|feature| feature.actions)
        .collect();
    let codes: BTreeSet<_> = actions.iter().map(|action| action.code).collect();
    assert_eq!(codes.len(), actions.len(), "a code stands for two actions");
    assert!(actions.len() > 50, "{}", actions.len());
    for action in actions {
        for (lang, times) in [("en", 1), ("en", 2), ("de", 1), ("de", 2)] {
            let words = (action.words)(&Told {
                lang,
                who: "Canaryname",
                times,
            });
            let code = action.code;
            assert!(words.starts_with("Canaryname "), "{code}: {words}");
        }
    }
}
