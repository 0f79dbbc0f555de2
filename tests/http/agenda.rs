//! What is due for a person: in the calendar, by day, week and month and as a list; on Today; and in what calendars outside read.

use crate::harness::{TestApp, Visitor, at};
use chrono::{NaiveDate, TimeDelta};
use midline::{
    app::FEATURES,
    feature::{
        Feature,
        agenda::{Item, Outside, Part, Telling, When},
    },
};
use sqlx::{
    PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

struct Room {
    app: TestApp,
    patient: Visitor,
    dentist: Visitor,
    journey: i64,
}

impl Room {
    /// A patient on step 22 of 24, due in three days; it is Tuesday, 17 March 2026.
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let dentist = app.visitor("dentist").await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 22, "2026-03-20T08:00:00Z").await;
        Self {
            app,
            patient,
            dentist,
            journey,
        }
    }

    async fn read(&self, who: &Visitor, path: &str) -> String {
        self.app.get(Some(who), path).await.expect(200).text
    }

    async fn due(&self, who: &Visitor, path: &str) -> Vec<Due> {
        due(&self.read(who, path).await)
    }
}

/// A line of a list: its day, the feature that told it, and its words.
#[derive(Debug, PartialEq, Eq)]
struct Due {
    day: NaiveDate,
    of: String,
    words: String,
}

/// What stands in a list of days.
fn due(html: &str) -> Vec<Due> {
    let days = html.split("<h2 id=\"day-").skip(1);
    days.flat_map(|day| {
        let date: NaiveDate = day[..10].parse().expect("a day");
        let rows = day.split("data-from=\"").skip(1);
        rows.map(move |row| {
            let (of, rest) = row.split_once('"').expect("a feature");
            let row = rest.split("</li>").next().unwrap_or_default();
            let words: String = row
                .split('<')
                .skip(1)
                .filter_map(|tag| tag.split_once('>'))
                .map(|(_, words)| words)
                .collect();
            Due {
                day: date,
                of: of.to_owned(),
                words,
            }
        })
        .collect::<Vec<_>>()
    })
    .collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The days of one feature's lines, with whether each holds some words.
fn days_of(due: &[Due], of: &str, words: &str) -> Vec<NaiveDate> {
    let found = due
        .iter()
        .filter(|due| due.of == of && due.words.contains(words));
    found.map(|due| due.day).collect()
}

#[sqlx::test]
async fn a_patient_reads_the_steps_to_come_and_those_that_were(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let page = room.app.get(Some(&room.patient), "/calendar").await;
    let page = page
        .expect(200)
        .says("<h1>Calendar</h1>")
        .says("<title>Calendar: 17 Mar 2026 to 15 Jun 2026 · Midline</title>");
    assert_eq!(page.text.matches("<h1").count(), 1);
    let list = due(&page.text);
    assert_eq!(
        days_of(&list, "journeys", "Switch to aligner"),
        [day("2026-03-20"), day("2026-04-03")]
    );
    assert_eq!(
        days_of(&list, "journeys", "Expected last day"),
        [day("2026-04-17")]
    );
    // The photos of this step are due until they have come.
    assert_eq!(
        days_of(&list, "photos", "Take your photos of step 22"),
        [day("2026-03-17")]
    );
    for view in ["front", "left", "right", "upper", "lower"] {
        room.app.photo(&room.patient, room.journey, 22, view).await;
    }
    sqlx::query("update user_images set date_uploaded = '2026-03-17T10:00:00Z'")
        .execute(&room.app.owner)
        .await
        .expect("sent");
    let list = room.due(&room.patient, "/calendar").await;
    assert!(days_of(&list, "photos", "").is_empty(), "{list:?}");
    // Within three opening days of the practice.
    assert_eq!(
        days_of(&list, "reviews", "Answer to your photos"),
        [day("2026-03-20")]
    );
    // What was done stands on its day; the step before began two weeks ago.
    let month = room
        .read(&room.patient, "/calendar?view=month&on=2026-03-17")
        .await;
    let table = month.split("<table").nth(1).expect("a table");
    for words in [
        "<caption>March 2026</caption>",
        "scope=\"col\"",
        "<strong>Done",
        "Switched to aligner 22",
        "Switch to aligner 23",
        "aria-current=\"date\"",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
}

/// A day, a week and a month hold their own days, and lead on to the next.
#[sqlx::test]
async fn each_view_holds_its_own_days(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let list = room
        .due(&room.patient, "/calendar?view=day&on=2026-03-20")
        .await;
    assert_eq!(days_of(&list, "journeys", ""), [day("2026-03-20")]);
    let page = room
        .read(&room.patient, "/calendar?view=day&on=2026-03-21")
        .await;
    assert!(page.contains("Nothing is due."), "{page}");
    for (view, on, before, after) in [
        ("day", "2026-03-29", "2026-03-28", "2026-03-30"),
        ("week", "2026-03-29", "2026-03-16", "2026-03-30"),
        ("month", "2026-03-31", "2026-02-01", "2026-04-01"),
        ("agenda", "2026-03-17", "2025-12-16", "2026-06-16"),
    ] {
        let page = room
            .read(&room.patient, &format!("/calendar?view={view}&on={on}"))
            .await;
        for to in [before, after] {
            let link = format!("href=\"/calendar?view={view}&amp;on={to}\"");
            assert!(page.contains(&link), "{link}: {page}");
        }
        assert!(
            page.contains(&format!("href=\"/calendar?view={view}\"")),
            "{page}"
        );
        // The other views keep the day.
        let other = format!("href=\"/calendar?view=month&amp;on={on}\"");
        assert!(page.contains(&other), "{page}");
    }
    let week = room
        .read(&room.patient, "/calendar?view=week&on=2026-03-20")
        .await;
    assert_eq!(week.matches("<h2 id=\"day-").count(), 7, "{week}");
}

#[sqlx::test]
async fn what_is_no_day_is_answered_in_words(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for query in [
        "on=2026-13-40",
        "on=2026-02-30",
        "on=0001-01-01",
        "on=1999-12-31",
        "on=2200-01-01",
        "on=%2B262142-12-31",
        "on=-262143-01-01",
        "on=tomorrow",
        "on=",
        "view=x",
        "view=",
        "view=Month",
        "view=day&view=week",
        "on=2026-03-17&on=2026-03-18",
    ] {
        let path = format!("/calendar?{query}");
        let answer = room.app.get(Some(&room.patient), &path).await.expect(400);
        assert!(answer.text.contains("<h1"), "{query}: {}", answer.text);
    }
    for query in [
        "view=month&on=2000-01-01",
        "view=week&on=2000-01-01",
        "view=month&on=2199-12-31",
        "view=week&on=2199-12-31",
        "view=agenda&on=2199-12-31",
        "view=day&on=2028-02-29",
        "more=1",
    ] {
        room.read(&room.patient, &format!("/calendar?{query}"))
            .await;
    }
}

/// Nobody's agenda holds anything of somebody else's.
#[sqlx::test]
async fn everybody_reads_their_own(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let other = room.app.visitor("patient").await;
    let (others, _) = room.app.journey(&other, 8, "2026-03-18T08:00:00Z").await;
    let report = room.app.report(&other, others, "pain").await;
    room.app.photo(&other, others, 8, "front").await;
    sqlx::query("update user_images set date_uploaded = '2026-03-17T10:00:00Z'")
        .execute(&room.app.owner)
        .await
        .expect("sent");
    let list = room.due(&room.patient, "/calendar").await;
    assert!(days_of(&list, "reports", "").is_empty(), "{list:?}");
    for words in ["aligner 9", "aligner 10"] {
        assert!(days_of(&list, "journeys", words).is_empty(), "{list:?}");
    }
    let theirs = room.read(&other, "/calendar").await;
    assert!(
        theirs.contains(&format!("/reports/{report}")) && !theirs.contains("aligner 23"),
        "{theirs}"
    );
    // A dentist reads what waits of those who are assigned to them, and nothing of anybody else's.
    let page = room.read(&room.dentist, "/calendar").await;
    assert!(due(&page).is_empty(), "{page}");
    room.app.assign(&other, &room.dentist).await;
    let page = room.read(&room.dentist, "/calendar").await;
    let list = due(&page);
    assert_eq!(days_of(&list, "reports", "Answer a report: Pain").len(), 1);
    assert_eq!(days_of(&list, "reviews", "Look at 1 case").len(), 1);
    // It names nobody, so that reading it is no reading of records.
    assert!(!list.iter().any(|due| due.words.contains("Berger")));
    for role in ["staff", "admin"] {
        let visitor = room.app.visitor(role).await;
        let list = room.due(&visitor, "/calendar").await;
        assert!(list.is_empty(), "{role}: {list:?}");
    }
    room.app.get(None, "/calendar").await.expect(302);
}

/// What a dentist's patients were told is what the dentist reads; what is late is today's.
#[sqlx::test]
async fn a_dentist_reads_by_when_they_are_to_answer(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    room.app
        .photo(&room.patient, room.journey, 22, "front")
        .await;
    sqlx::query("update user_images set date_uploaded = '2026-03-17T10:00:00Z'")
        .execute(&room.app.owner)
        .await
        .expect("sent");
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let list = room.due(&room.dentist, "/calendar").await;
    let by = days_of(&list, "reviews", "Look at 1 case");
    assert_eq!(by, [day("2026-03-20")]);
    let patient = room.due(&room.patient, "/calendar").await;
    assert_eq!(days_of(&patient, "reviews", "Answer to your photos"), by);
    // By six o'clock, when the practice closes, in its own time and in the reader's.
    let answer = days_of(&list, "reports", "18:00");
    assert_eq!(answer, [day("2026-03-17")]);
    assert_eq!(days_of(&patient, "reports", "18:00"), answer);
    room.app.clock.set(at("2026-03-24T11:00:00Z"));
    let dentist = room.app.sign_in(room.dentist.id).await;
    let page = room.read(&dentist, "/calendar").await;
    let list = due(&page);
    for (of, since) in [
        ("reviews", "since Friday 20 March"),
        ("reports", "since Tuesday 17 March"),
    ] {
        assert_eq!(days_of(&list, of, since), [day("2026-03-24")], "{list:?}");
    }
    assert!(
        page.contains(&format!("href=\"/reports/{report}#answer\"")),
        "{page}"
    );
    // Seen by nobody for hours, it is staff's, too.
    let staff = room.app.visitor("staff").await;
    let list = room.due(&staff, "/calendar").await;
    assert_eq!(
        days_of(&list, "reports", "1 report that no dentist has seen"),
        [day("2026-03-24")]
    );
}

#[sqlx::test]
async fn staff_read_when_campaigns_go_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let staff = room.app.visitor("staff").await;
    sqlx::query(
        "insert into campaigns (created_by, name, content_en, state, started_at, send_at, time_zone)
         values ($1, 'Summer', 'x', 'running', now(), '2150-05-04 10:00', 'Europe/Berlin'),
                ($1, 'Everywhere', 'x', 'running', now(), '2150-05-04 11:00', null),
                ($1, 'Draft', 'x', 'draft', null, '2150-05-04 12:00', null)",
    )
    .bind(staff.id)
    .execute(&room.app.owner)
    .await
    .expect("campaigns");
    let path = "/calendar?view=day&on=2150-05-04";
    let list = room.due(&staff, path).await;
    assert_eq!(days_of(&list, "campaigns", "").len(), 2, "{list:?}");
    for words in ["Summer", "10:00", "Everywhere", "At this time in each"] {
        assert_eq!(days_of(&list, "campaigns", words).len(), 1, "{list:?}");
    }
    for who in [&room.patient, &room.dentist] {
        let list = room.due(who, path).await;
        assert!(days_of(&list, "campaigns", "").is_empty(), "{list:?}");
    }
}

/// A hold, a delay and a pause move what is to come, and what is owed is today's.
#[sqlx::test]
async fn what_moves_the_plan_moves_the_agenda(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let act = async |form: &str, act: &str| {
        let done = room.app.act(&room.patient, room.journey, act, form).await;
        done.expect(303);
    };
    act("days=3&reason=travel&intent=confirm", "delay").await;
    let list = room.due(&room.patient, "/calendar").await;
    assert_eq!(
        days_of(&list, "journeys", "Switch to aligner"),
        [day("2026-03-23"), day("2026-04-06")]
    );
    // Owed since yesterday: counted from today on.
    room.app.clock.set(at("2026-03-24T10:00:00Z"));
    let list = room.due(&room.patient, "/calendar").await;
    assert_eq!(
        days_of(&list, "journeys", "Switch to aligner"),
        [day("2026-03-24"), day("2026-04-07")]
    );
    let owed = days_of(&list, "journeys", "since Monday 23 March");
    assert_eq!(owed, [day("2026-03-24")], "{list:?}");
    assert_eq!(
        days_of(&list, "journeys", "I’ve switched to aligner 23"),
        [day("2026-03-24")]
    );
    act("reason=travel&resume_on=2026-03-30&intent=confirm", "pause").await;
    let list = room.due(&room.patient, "/calendar").await;
    assert_eq!(days_of(&list, "journeys", ""), [day("2026-03-30")]);
}

/// Days stay days wherever the patient is, also on one of 23 hours.
#[sqlx::test]
async fn days_are_those_of_the_patients_zone(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let patient = room.app.visitor("patient").await;
    // The clocks go forward on that night, in Berlin.
    room.app.journey(&patient, 8, "2026-03-29T08:00:00Z").await;
    for zone in [
        "Europe/Berlin",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Pacific/Chatham",
        "Asia/Kathmandu",
    ] {
        let form = format!("time_zone={zone}");
        room.app
            .post(Some(&patient), "/settings/time-zone", &form)
            .await
            .expect(303);
        for (on, step) in [("2026-03-29", "aligner 9"), ("2026-04-12", "aligner 10")] {
            let path = format!("/calendar?view=day&on={on}");
            let list = room.due(&patient, &path).await;
            assert_eq!(days_of(&list, "journeys", step), [day(on)], "{zone}");
            assert_eq!(days_of(&list, "journeys", "").len(), 1, "{zone}: {list:?}");
        }
    }
}

/// Something that another feature has for everybody who is treated.
static VISITS: Feature = Feature {
    name: "visits",
    agenda: Some(visits),
    ..Feature::EMPTY
};

fn visits<'a>(_: &'a mut PgConnection, part: Part<'a>) -> Telling<'a> {
    Box::pin(async move {
        if part.viewer.patient().is_none() {
            return Ok(Vec::new());
        }
        let visit = |id: &str, moment: &str| {
            let start = at(moment);
            Item {
                until: Some(start + TimeDelta::minutes(30)),
                text: Some("Bring your aligners".to_owned()),
                // Nothing answers there.
                link: Some("/visits/1".to_owned()),
                outside: Some(Outside {
                    uid: id.to_owned(),
                    words: "Something planned".to_owned(),
                    text: "See Midline.".to_owned(),
                    at: start,
                    changed: at("2026-03-01T00:00:00Z"),
                }),
                ..Item::new(id, format!("Visit {id}"), When::At(start))
            }
        };
        // Half past nine in Berlin; and one before all that is ever asked for.
        Ok(vec![
            visit("visit-1", "2026-03-17T08:30:00Z"),
            visit("visit-2", "2026-03-19T08:30:00Z"),
            visit("visit-0", "2001-01-01T08:30:00Z"),
        ])
    })
}

/// Adding a feature to the list adds what is due in it everywhere, and nothing else has to know of it.
#[sqlx::test]
async fn what_a_new_feature_tells_is_read_everywhere(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let without = room.read(&room.patient, "/").await;
    assert!(!without.contains("Also due") && !without.contains("Visit"));
    let (_, main) = without.split_once("<main").expect("a page");
    assert!(main.contains("href=\"/calendar\""), "{main}");
    let all: Vec<&'static Feature> = FEATURES.into_iter().chain([&VISITS]).collect();
    let app = room.app.with_features(all).await;
    let today = app.get(Some(&room.patient), "/").await.expect(200).text;
    for words in [
        "Also due",
        "Visit visit-1",
        "09:30",
        "Visit visit-2",
        "19 Mar 2026",
    ] {
        assert!(today.contains(words), "{words}: {today}");
    }
    assert!(!today.contains("/visits/1") && !today.contains("visit-0"));
    let page = app.get(Some(&room.patient), "/calendar").await.expect(200);
    let list = due(&page.text);
    assert_eq!(
        days_of(&list, "visits", "09:30–10:00"),
        [day("2026-03-17"), day("2026-03-19")]
    );
    let staff = room.app.visitor("staff").await;
    let theirs = app.get(Some(&staff), "/calendar").await.expect(200);
    assert!(!theirs.text.contains("Visit"), "{}", theirs.text);
    // Somebody without a treatment has it on their first page, too.
    let new = room.app.visitor("patient").await;
    let first = app.get(Some(&new), "/").await.expect(200).text;
    assert!(first.contains("Visit visit-1"), "{first}");
    let made = app
        .post(Some(&room.patient), "/calendar/address", "intent=create")
        .await
        .expect(200);
    let address = made
        .text
        .split("value=\"http://127.0.0.1:3000")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an address");
    let feed = app.get(None, address).await.expect(200).text;
    for line in [
        "UID:visit-1@midline\r\n",
        "DTSTART;TZID=Europe/Berlin:20260317T093000\r\n",
        "DTEND;TZID=Europe/Berlin:20260317T100000\r\n",
        "SUMMARY:Something planned\r\n",
        "UID:journey-",
    ] {
        assert!(feed.contains(line), "{line}: {feed}");
    }
    assert!(!feed.contains("Visit") && !feed.contains("aligners"));
}

/// Today asks no more for having an agenda; the calendar asks each feature that its reader takes part in once or twice.
#[sqlx::test]
async fn today_takes_six_queries_and_the_calendar_few(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::with_connections(1, options, owner).await;
    let [patient, dentist, staff, new] = [
        app.visitor("patient").await,
        app.visitor("dentist").await,
        app.visitor("staff").await,
        app.visitor("patient").await,
    ];
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    app.photo(&patient, journey, 8, "front").await;
    app.report(&patient, journey, "pain").await;
    for (who, path, most) in [
        (&patient, "/", 6),
        (&new, "/", 3),
        // The person; the treatment, the photos; two each for what waits for an answer and for wear time.
        (&patient, "/calendar", 9),
        // Besides, the steps that were taken.
        (&patient, "/calendar?view=month", 10),
        (&dentist, "/calendar", 5),
        (&staff, "/calendar", 3),
    ] {
        app.get(Some(who), path).await.expect(200);
        let (counter, statements) = crate::harness::count_statements();
        let answer = {
            let _guard = tracing::subscriber::set_default(counter);
            app.get(Some(who), path).await
        };
        answer.expect(200);
        let statements = statements.lock().expect("the list").clone();
        assert!(statements.len() <= most, "{path}: {statements:#?}");
        let writes = |sql: &String| sql.starts_with("update") || sql.starts_with("insert");
        assert!(!statements.iter().any(writes), "{statements:#?}");
    }
}
