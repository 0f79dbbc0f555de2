//! Finding people however their names are typed, and listing them in the order that readers expect.

use crate::harness::{TestApp, Visitor, at};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

impl TestApp {
    /// A patient of this name.
    pub async fn named(&self, first: &str, last: &str) -> Visitor {
        let patient = self.visitor("patient").await;
        sqlx::query("update users set first_name = $2, last_name = $3 where id = $1")
            .bind(patient.id)
            .bind(first)
            .bind(last)
            .execute(&self.owner)
            .await
            .expect("named");
        patient
    }

    /// The patients in a list, in its order.
    async fn listed(&self, who: &Visitor, query: &str) -> Vec<i64> {
        let page = self.get(Some(who), &format!("/patients?{query}")).await;
        page.expect(200)
            .text
            .split("href=\"/patients/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next()?.parse().ok())
            .collect()
    }
}

fn asked(text: &str) -> String {
    format!("q={}", byte_serialize(text.as_bytes()).collect::<String>())
}

#[sqlx::test]
async fn people_are_found_however_their_names_are_typed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let dentist = app.visitor("dentist").await;
    let everybody: [(&str, &str, &[&str]); 22] = [
        // Case of every script.
        (
            "İpek",
            "Yıldız",
            &["İpek", "ipek", "ıpek", "IPEK YILDIZ", "yildiz"],
        ),
        ("Σοφία", "Παπάς", &["ΣΟΦΙΑ ΠΑΠΑΣ", "σοφια παπας"]),
        ("Фёдор", "Йовович", &["ФЁДОР", "федор иовович"]),
        // Accents, and their German spelling, on either side.
        (
            "Ali",
            "Özdemir",
            &["Ozdemir", "Oezdemir", "ÖZDEMİR", "O\u{308}zdemir", "Özd"],
        ),
        ("Ayla", "Oezkan", &["Özkan", "Ozkan", "oezk"]),
        (
            "Eva",
            "Straßer",
            &["Strasser", "STRASSER", "STRAẞER", "straßer"],
        ),
        ("Uli", "Strassmann", &["Straßmann"]),
        ("Søren", "Kjær", &["Soren Kjaer", "Soeren", "Kjær"]),
        ("Łukasz", "Wałęsa", &["lukasz walesa"]),
        ("Zoë", "Ñandú", &["zoe nandu", "Zoë"]),
        // Composed and decomposed letters.
        (
            "Max",
            "Mu\u{308}ller",
            &["Müller", "Mueller", "Muller", "Mu\u{308}ller"],
        ),
        // Apostrophes of every kind, or none.
        (
            "Pat",
            "O’Brien",
            &[
                "O'Brien",
                "O’Brien",
                "OʼBrien",
                "O`Brien",
                "O´Brien",
                "OBrien",
                "o brien",
            ],
        ),
        ("Lia", "D'Angelo", &["D’Angelo", "dangelo"]),
        // Hyphens of every kind, or none.
        (
            "Anna-Lena",
            "Groß",
            &["Anna Lena", "Annalena Gross", "Anna‑Lena", "Anna–Lena"],
        ),
        ("Hanspeter", "Abt", &["Hans-Peter"]),
        // The order in which the list shows them, and any other.
        (
            "Anna Luisa",
            "von der Heide",
            &[
                "von der Heide, Anna Luisa",
                "luisa heide anna von",
                "Vonderheide",
            ],
        ),
        ("Juan", "de la Cruz", &["de la Cruz, Juan", "delacruz"]),
        ("Jamie", "St. John", &["st john", "St. John, Jamie"]),
        ("하늘", "김", &["김하늘", "하늘 김"]),
        ("أحمد", "حدّاد", &["احمد حداد"]),
        // From the middle of a name, though it holds what could be a German spelling.
        ("Samuel", "Joelson", &["el", "muel", "elson", "samuel"]),
        ("100%", "Under_score", &["100%", "r_s"]),
    ];
    let mut people = Vec::new();
    for (first, last, _) in &everybody {
        let patient = app.named(first, last).await;
        app.assign(&patient, &dentist).await;
        people.push(patient);
    }
    let nobody = app.named("Nobody", "Else").await;
    app.assign(&nobody, &dentist).await;
    for ((first, last, typed), patient) in everybody.iter().zip(&people) {
        for text in *typed {
            for who in [&staff, &dentist] {
                let found = app.listed(who, &asked(text)).await;
                assert!(found.contains(&patient.id), "{text} for {first} {last}");
                let others = found.contains(&nobody.id);
                assert!(!others || *text == "el", "{text} finds everybody");
            }
        }
        // As the list itself shows it.
        let shown = format!("{last}, {first}");
        let found = app.listed(&staff, &asked(&shown)).await;
        assert_eq!(found, [patient.id], "{shown}");
    }
    for nonsense in ["'", ",", "-", "%", "_", "100_", "\\", "zzz"] {
        let found = app.listed(&staff, &asked(nonsense)).await;
        let only: &[i64] = match nonsense {
            "%" | "_" => &[people[21].id],
            _ => &[],
        };
        assert_eq!(found, only, "{nonsense}");
    }
}

#[sqlx::test]
async fn people_are_found_by_all_that_is_shown_of_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let mia = app.named("Mia", "Berger").await;
    app.named("Mia", "Berger").await;
    sqlx::query(
        "update users set email = 'mia.oe-berger+x@midline.example', postal_code = 'D-10115', jarvis_id = 4711001,
                hubspot_id = 'HS-9_001', birth_date = '1990-03-04' where id = $1",
    )
    .bind(mia.id)
    .execute(&app.owner)
    .await
    .expect("described");
    for text in [
        "mia.oe-berger+x@midline.example",
        "MIA.OE-BERGER",
        "\"Berger, Mia\" <mia.oe-berger+x@midline.example>",
        "berger 10115",
        "D-10115",
        "10 115",
        "4711001",
        "HS-9_001",
        "9_001",
        "1990-03-04",
        "04.03.1990",
        "4.3.1990",
        "4 Mar 1990",
        "Mia Berger 04.03.1990",
    ] {
        assert_eq!(app.listed(&staff, &asked(text)).await, [mia.id], "{text}");
    }
}

/// The notifications' desk finds whose they are in the same way.
#[sqlx::test]
async fn notifications_are_found_by_their_patients(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    for (first, last, text) in [
        ("Ali", "Özdemir", "Words to Ali"),
        ("Pat", "O’Brien", "Words to Pat"),
    ] {
        let patient = app.named(first, last).await;
        sqlx::query(
            "insert into notifications (user_id, content, source) values ($1, $2, 'other')",
        )
        .bind(patient.id)
        .bind(text)
        .execute(&app.owner)
        .await
        .expect("written");
    }
    for (typed, ali, pat) in [
        ("Oezdemir", true, false),
        ("Özdemir, Ali", true, false),
        ("ALI OZDEMIR", true, false),
        ("o'brien", false, true),
        ("O´Brien, Pat", false, true),
        ("midline.example", true, true),
    ] {
        let path = format!("/notifications?{}", asked(typed));
        let page = app.get(Some(&staff), &path).await.expect(200);
        assert_eq!(page.text.contains("Words to Ali"), ali, "{typed}");
        assert_eq!(page.text.contains("Words to Pat"), pat, "{typed}");
    }
}

#[sqlx::test]
async fn lists_are_in_the_order_of_the_language_page_by_page(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let dentist = app.visitor("dentist").await;
    // In the order in which a German or an English telephone book has them.
    let mut expected = Vec::new();
    let names = [
        "Abel",
        "Äbler",
        "Acker",
        "de la Cruz",
        "Ebert",
        "Éclair",
        "Öhler",
        "Ohm",
        "Özdemir",
        "Pohl",
        "Strasser",
        "Straßer",
        "Strauß",
        "van Dyk",
        "von Ahn",
        "Zeller",
        "Žižek",
    ];
    for (n, last) in names.iter().enumerate() {
        // Enough of each that a page ends among them; of one name, too.
        for given in ["Álvaro", "Anna", "Anna", "Émile", "Özge", "zoe"] {
            let patient = app.named(given, last).await;
            app.assign(&patient, &dentist).await;
            expected.push((n, patient.id));
        }
    }
    let mut ids: Vec<i64> = expected.iter().map(|(_, id)| *id).collect();
    let shuffled: Vec<i64> = ids.iter().rev().copied().collect();
    // Written in another order than they were opened in.
    for id in shuffled.iter().step_by(3) {
        sqlx::query("update users set postal_code = '10115' where id = $1")
            .bind(id)
            .execute(&app.owner)
            .await
            .expect("written");
    }
    for (who, query) in [
        (&staff, ""),
        (&dentist, ""),
        (&dentist, "sort=due"),
        (&staff, "q=midline"),
    ] {
        let (mut listed, mut after) = (Vec::new(), String::new());
        loop {
            let page = app.listed(who, &format!("{query}{after}")).await;
            let Some(last) = page.last() else { break };
            after = format!("&after={last}");
            listed.extend(page);
            assert!(listed.len() <= ids.len(), "{query}: somebody stands twice");
        }
        assert_eq!(listed, ids, "{query}");
    }
    ids.dedup();
    assert_eq!(ids.len(), names.len() * 6);
}

/// Among those whose treatment stands still, a pause has its place by the day since when it lasts, on every page of them.
#[sqlx::test]
async fn who_stood_still_longest_is_first(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    let late = app.named("Mia", "Ahrens").await;
    app.assign(&late, &dentist).await;
    app.journey(&late, 8, "2026-03-20T08:00:00Z").await;
    let mut ids = Vec::new();
    for (n, name) in "ZYXWVUTSR".chars().enumerate() {
        let patient = app.named("Mia", &name.to_string()).await;
        app.assign(&patient, &dentist).await;
        let (journey, event) = app.journey(&patient, 8, "2026-03-12T08:00:00Z").await;
        sqlx::query(
            "insert into progress_events (user_id, journey_id, start_date, progress_stage, type, reason, actor_id, previous_event_id, time_zone)
             values ($1, $2, $4, 8, 'pause', 'travel', $1, $3, 'Europe/Berlin')",
        )
        .bind(patient.id)
        .bind(journey)
        .bind(event)
        .bind(at(&format!("2026-03-0{}T10:00:00Z", n + 1)))
        .execute(&app.owner)
        .await
        .expect("paused");
        ids.push(patient.id);
    }
    ids.push(late.id);
    app.clock.set(at("2026-04-06T11:00:00Z"));
    let dentist = app.sign_in(dentist.id).await;
    let still = "show=still&sort=due";
    assert_eq!(app.listed(&dentist, still).await, ids);
    // The next page begins after the pause with which this one ends.
    let first = app
        .get(Some(&dentist), &format!("/patients?{still}&few"))
        .await
        .expect(200);
    let next = first
        .text
        .split("&amp;after=")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a next page");
    assert!(next.starts_with("2026-03-08."), "{next}");
    let next = format!("{still}&after={next}");
    assert_eq!(app.listed(&dentist, &next).await, ids[8..]);
    // The others of their list are by when they are due, of whom nothing is last.
    let all = app.listed(&dentist, "sort=due").await;
    assert_eq!(all.first(), Some(&late.id));
}

/// A page of those by when they are due begins after a day, wherever the last of the page before is by now; no name stands in its
/// address, and somebody who is called otherwise by now stands elsewhere.
#[sqlx::test]
async fn a_page_begins_where_the_one_before_it_ended(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    let mut ids = Vec::new();
    for (name, due) in [
        // Was due on the twentieth when the page before was read.
        ("Ahrens", "2026-03-30T08:00:00Z"),
        ("Brandt", "2026-03-24T08:00:00Z"),
        ("Conrad", "2026-03-18T08:00:00Z"),
    ] {
        let patient = app.named("Mia", name).await;
        app.assign(&patient, &dentist).await;
        app.journey(&patient, 8, due).await;
        ids.push(patient.id);
    }
    let due = format!("sort=due&after=2026-03-20.{}", ids[0]);
    assert_eq!(app.listed(&dentist, &due).await, [ids[1], ids[0]]);
    // Nobody is left after those of whom nothing is due.
    let last = format!("sort=due&after=infinity.{}", ids[2]);
    assert_eq!(app.listed(&dentist, &last).await, [0; 0]);
    for query in [
        format!("after={}-xxxx", ids[0]),
        format!("sort=due&after=2026-03-20.{}-xxxx", ids[0]),
        format!("sort=due&after=someday.{}", ids[0]),
        "after=999999".to_owned(),
        "after=nobody".to_owned(),
    ] {
        let page = app
            .get(Some(&dentist), &format!("/patients?{query}"))
            .await
            .expect(200)
            .says("here it is from the beginning");
        for id in &ids {
            let link = format!("href=\"/patients/{id}\"");
            assert!(page.text.contains(&link), "{query}");
        }
    }
}

/// Somebody is marked though the other is on another page, or on none that the reader may see.
#[sqlx::test]
async fn a_namesake_is_marked_wherever_the_other_is(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let dentist = app.visitor("dentist").await;
    let here = app.dentist_id(&dentist).await;
    let mut people = Vec::new();
    // However it is written.
    for (first, last, born) in [
        ("Lukas", "Meyer", "1990-03-04"),
        ("LUKAS", "meyer", "1990-03-05"),
        ("Noah", "Klein", "2001-09-08"),
    ] {
        let patient = app.named(first, last).await;
        sqlx::query("update users set birth_date = $2::text::date where id = $1")
            .bind(patient.id)
            .bind(born)
            .execute(&app.owner)
            .await
            .expect("described");
        people.push(patient);
    }
    // Of a patient's name, and no patient.
    sqlx::query("update users set first_name = 'Noah', last_name = 'Klein' where id = $1")
        .bind(staff.id)
        .execute(&app.owner)
        .await
        .expect("named");
    for patient in [&people[0], &people[2]] {
        app.assign(patient, &dentist).await;
        app.journey(patient, 8, "2026-03-01T08:00:00Z").await;
    }
    let told = async |who: &Visitor, times: i32| -> i64 {
        sqlx::query_scalar(
            "with added as (insert into notifications (user_id, content, source)
               select $1, 'Hello', 'other' from generate_series(1, $2) returning id) select max(id) from added",
        )
        .bind(who.id)
        .bind(times)
        .fetch_one(&app.owner)
        .await
        .expect("notifications")
    };
    let first = told(&people[0], 1).await;
    told(&people[2], 55).await;
    told(&people[1], 1).await;
    let form = format!(
        "key={}&name=Spring&content_en=We+moved&content_de=Umgezogen&when=now&dentist={here}",
        Uuid::new_v4()
    );
    let campaign = app.post(Some(&staff), "/campaigns/new", &form).await;
    let campaign = campaign.expect(303).location().to_owned();
    for (who, path, mark) in [
        (
            &staff,
            format!("/notifications/change?do=cancel&id={first}"),
            Some(0),
        ),
        (
            &staff,
            format!("/notifications?patient={}", people[0].id),
            Some(0),
        ),
        (&staff, "/notifications".to_owned(), Some(1)),
        (
            &staff,
            format!("/notifications?before={}", first + 3),
            Some(0),
        ),
        (&staff, campaign, Some(0)),
        (&staff, "/patients?q=klein".to_owned(), None),
        // Nothing of the other, whom somebody else treats.
        (&dentist, "/patients".to_owned(), Some(0)),
        (&dentist, "/today".to_owned(), Some(0)),
    ] {
        let page = app.get(Some(who), &path).await.expect(200);
        for (n, known) in MARKS.into_iter().enumerate() {
            let shown = page.text.contains(known);
            assert_eq!(shown, mark == Some(n), "{path}: {known}: {}", page.text);
        }
        assert!(!page.text.contains("8 Sep 2001"), "{path}: {}", page.text);
    }
    // What is heard of a box says it, too.
    let page = app.get(Some(&staff), "/notifications").await.expect(200);
    page.says(&format!("meyer, LUKAS ({})", MARKS[1]));
}

#[sqlx::test]
async fn namesakes_are_told_apart_in_lists_and_on_records(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let dentist = app.visitor("dentist").await;
    let mut namesakes = Vec::new();
    for (birth_date, number, postal_code) in [
        (Some("1990-03-04"), Some(4_711_001_i64), Some("10115")),
        (Some("1990-03-05"), None, None),
        (Some("1990-03-05"), Some(4_711_003), None),
        (None, Some(4_711_004), Some("10117")),
        (None, None, Some("10119")),
        (None, None, None),
    ] {
        let patient = app.named("Mia", "Berger").await;
        app.assign(&patient, &dentist).await;
        sqlx::query("update users set birth_date = $2::text::date, jarvis_id = $3, postal_code = $4 where id = $1")
            .bind(patient.id)
            .bind(birth_date)
            .bind(number)
            .bind(postal_code)
            .execute(&app.owner)
            .await
            .expect("described");
        namesakes.push(patient);
    }
    let other = app.named("Noah", "Klein").await;
    app.assign(&other, &dentist).await;
    sqlx::query("update users set birth_date = '2001-09-08' where id = $1")
        .bind(other.id)
        .execute(&app.owner)
        .await
        .expect("described");
    let address: String = sqlx::query_scalar("select email from users where id = $1")
        .bind(namesakes[5].id)
        .fetch_one(&app.owner)
        .await
        .expect("an address");
    for who in [&staff, &dentist] {
        let list = app.get(Some(who), "/patients").await.expect(200);
        for mark in [
            "born 4 Mar 1990<",
            "born 5 Mar 1990 · ",
            "born 5 Mar 1990 · no. 4711003<",
            ">no. 4711004<",
            ">10119<",
            &format!(">{address}<"),
        ] {
            assert!(list.text.contains(mark), "{mark}: {}", list.text);
        }
        // What nobody shares is not shown.
        assert!(!list.text.contains("8 Sep 2001"), "{}", list.text);
        app.get(Some(who), &format!("/patients/{}", other.id))
            .await
            .expect(200)
            .says("8 Sep 2001");
    }
    // Each page of a record says whose it is.
    let (journey, _) = app.journey(&namesakes[0], 8, "2026-03-20T08:00:00Z").await;
    for page in [
        "progress",
        "delay",
        "pause",
        "back",
        "plan",
        "end",
        "aftercare",
    ] {
        app.get(Some(&dentist), &format!("/journeys/{journey}/{page}"))
            .await
            .expect(200)
            .says("Mia Berger")
            .says("born 4 Mar 1990")
            .says("no. 4711001")
            .says("aligner 8 of 24");
    }
    // None of it is for patients.
    let home = app.get(Some(&namesakes[0]), "/").await.expect(200);
    assert!(!home.text.contains("4711001"), "{}", home.text);
}

/// What tells the two of one name apart.
const MARKS: [&str; 2] = ["born 4 Mar 1990", "born 5 Mar 1990"];

/// Two of one name, as they meet on every page of a desk: in lists each with what tells them apart, and at the head of what is
/// one's alone.
#[sqlx::test]
async fn namesakes_are_told_apart_wherever_a_desk_names_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let [dentist, other] = [app.visitor("dentist").await, app.visitor("dentist").await];
    let (here, elsewhere) = (app.dentist_id(&dentist).await, app.dentist_id(&other).await);
    let mut people = Vec::new();
    for born in ["1990-03-04", "1990-03-05"] {
        let patient = app.named("Lena", "Vogt").await;
        app.assign(&patient, &dentist).await;
        sqlx::query("update users set birth_date = $2::text::date where id = $1")
            .bind(patient.id)
            .bind(born)
            .execute(&app.owner)
            .await
            .expect("described");
        let (journey, event) = app.journey(&patient, 8, "2026-03-01T08:00:00Z").await;
        let photo = app.photo(&patient, journey, 8, "front").await;
        let report = app.report(&patient, journey, "pain").await;
        let form = format!("dentist={here}&key={}&body=Hello", uuid::Uuid::new_v4());
        app.post(
            Some(&patient),
            &format!("/journeys/{journey}/messages"),
            &form,
        )
        .await
        .expect(303);
        let notification: i64 = sqlx::query_scalar(
            "insert into notifications (user_id, content, source) values ($1, 'Hello', 'other') returning id",
        )
        .bind(patient.id)
        .fetch_one(&app.owner)
        .await
        .expect("a notification");
        let change = app.change(&patient, elsewhere).await;
        people.push((patient, journey, event, photo, report, notification, change));
    }
    // Nobody has seen the reports in time.
    app.clock.set(at("2026-03-17T17:00:00Z"));
    let form = format!(
        "key={}&name=Spring&content_en=We+moved&content_de=Umgezogen&when=now",
        uuid::Uuid::new_v4()
    );
    let campaign = app.post(Some(&staff), "/campaigns/new", &form).await;
    let campaign = campaign.expect(303).location().to_owned();

    // Among the reports, the messages and those who are late; what is heard of a button says it, too.
    let today = app.get(Some(&dentist), "/today").await.expect(200);
    for mark in MARKS {
        let lines = today.text.matches(&format!(">{mark}<")).count();
        assert_eq!(lines, 3, "{mark}: {}", today.text);
        let heard = format!("Vogt, Lena ({mark})\"");
        assert!(today.text.contains(&heard), "{heard}: {}", today.text);
    }

    // As in every list.
    assert!(!today.text.contains(">Lena Vogt<"), "{}", today.text);

    // Lists of both.
    let ids = format!("id={}&id={}", people[0].5, people[1].5);
    for (who, path) in [
        (&dentist, "/today".to_owned()),
        (&dentist, "/reports".to_owned()),
        (&dentist, "/messages".to_owned()),
        (&dentist, "/messages?show=unread".to_owned()),
        (&dentist, format!("/journeys/{}/messages", people[0].1)),
        (&dentist, format!("/journeys/{}/reviews/8", people[0].1)),
        (&staff, "/office".to_owned()),
        (&staff, "/reports".to_owned()),
        (&staff, "/notifications".to_owned()),
        (&staff, format!("/notifications/change?do=cancel&{ids}")),
        (&staff, "/dentist-changes".to_owned()),
        (&staff, campaign),
    ] {
        let page = app.get(Some(who), &path).await.expect(200);
        for mark in MARKS {
            assert!(page.text.contains(mark), "{path}: {mark}: {}", page.text);
        }
    }
    // What is one's alone says whose.
    for (n, (patient, journey, _, photo, report, notification, change)) in people.iter().enumerate()
    {
        for (who, path) in [
            (&dentist, format!("/reports/{report}")),
            (&dentist, format!("/journeys/{journey}/photos")),
            (&dentist, format!("/journeys/{journey}/photos/compare")),
            (&dentist, format!("/photos/{photo}")),
            (&dentist, format!("/journeys/{journey}/wear")),
            (
                &staff,
                format!(
                    "/notifications/new?patient={}&key={}",
                    patient.id,
                    Uuid::new_v4()
                ),
            ),
            (&staff, format!("/notifications/{notification}")),
            (&staff, format!("/notifications?patient={}", patient.id)),
            (&staff, format!("/dentist-changes/{change}")),
        ] {
            let page = app.get(Some(who), &path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.text.contains(MARKS[n]), "{path}: {}", page.text);
            assert!(!page.text.contains(MARKS[1 - n]), "{path}: {}", page.text);
        }
        // A new treatment cannot begin beside one that is under way; the page says for whom.
        app.get(Some(&staff), &format!("/patients/{}/journeys", patient.id))
            .await
            .expect(422)
            .says(MARKS[n]);
        // None of it is for patients.
        for path in ["/".to_owned(), format!("/journeys/{journey}/messages")] {
            let page = app.get(Some(patient), &path).await.expect(200);
            assert!(!page.text.contains(MARKS[n]), "{path}: {}", page.text);
        }
    }

    // Somebody without a date and a number is told apart by the address.
    let unknown = app.named("Lena", "Vogt").await;
    app.assign(&unknown, &dentist).await;
    let (journey, _) = app.journey(&unknown, 8, "2026-03-24T08:00:00Z").await;
    let address: String = sqlx::query_scalar("select email from users where id = $1")
        .bind(unknown.id)
        .fetch_one(&app.owner)
        .await
        .expect("an address");
    app.get(Some(&dentist), &format!("/journeys/{journey}/messages"))
        .await
        .expect(200)
        .says(&format!("<li>{address}</li>"));

    // What was just decided, over the case of the other.
    let (_, journey, event, photo, report, ..) = &people[0];
    let event = event.expect("an event");
    let photos = app.seen_photos(&[*photo]).await;
    let form =
        format!("previous=&photos={photos}&seen={event}&sure=on_track&reports={report}&show=all");
    let path = format!("/journeys/{journey}/reviews/8");
    let next = app.post(Some(&dentist), &path, &form).await.expect(303);
    let next = next.location().to_owned();
    assert!(
        next.starts_with(&format!("/journeys/{}/reviews/8", people[1].1)),
        "{next}"
    );
    app.get(Some(&dentist), &next)
        .await
        .expect(200)
        .says(&format!("Lena Vogt ({})", MARKS[0]))
        .says(MARKS[1]);

    // Where there is nothing to sort out, nothing else is said.
    let none = app.get(Some(&staff), "/address-clashes").await.expect(200);
    let none = none.says("There is nothing to sort out.");
    assert!(!none.text.contains("Please ask them"), "{}", none.text);

    // Two accounts that want one address are often one person's.
    sqlx::query(
        "insert into address_clashes (holder_id, subject, wanted_by_id, email)
         select id, 'subject', $2, email from users where id = $1",
    )
    .bind(people[0].0.id)
    .bind(people[1].0.id)
    .execute(&app.owner)
    .await
    .expect("a clash");
    app.get(Some(&staff), "/address-clashes")
        .await
        .expect(200)
        .says(&format!("Lena Vogt ({})", MARKS[0]))
        .says(&format!("Lena Vogt ({})", MARKS[1]));
}

/// Whoever reads how long ago something was can read which day that is.
#[sqlx::test]
async fn days_that_are_counted_say_which_day_it_is(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    let late = app.named("Ottilie", "Spät").await;
    app.assign(&late, &dentist).await;
    let (journey, _) = app.journey(&late, 8, "2026-03-01T08:00:00Z").await;
    app.photo(&late, journey, 8, "front").await;
    let day = "<time datetime=\"2026-03-01\" title=\"Sunday 1 March\">";
    for (path, words) in [
        ("/today".to_owned(), "16 days ago"),
        ("/patients".to_owned(), "Due 16 days ago"),
        (format!("/journeys/{journey}/reviews/8"), "Due 16 days ago"),
    ] {
        app.get(Some(&dentist), &path)
            .await
            .expect(200)
            .says(&format!("{day}{words}"));
    }
}

/// What the palette asks for: the first few of those whom the list shows its reader, and no other's.
#[sqlx::test]
async fn the_first_few_are_found_for_the_palette(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let staff = app.visitor("staff").await;
    let [dentist, other] = [app.visitor("dentist").await, app.visitor("dentist").await];
    for _ in 0..10 {
        let patient = app.named("Ottilie", "Quast").await;
        app.assign(&patient, &dentist).await;
    }
    let path = "/patients?q=quast&few";
    for (who, rows) in [(&staff, 8), (&dentist, 8), (&other, 0)] {
        let page = app.get(Some(who), path).await.expect(200);
        assert_eq!(
            page.text.matches("<th scope=\"row\">").count(),
            rows,
            "{}",
            page.text
        );
        // Whom nothing else tells apart the address does.
        let marked = page.text.matches("@midline.example</span>").count();
        assert_eq!(marked, rows, "{}", page.text);
    }
    assert_eq!(app.audited("patient.list", "done").await, 3);
}
