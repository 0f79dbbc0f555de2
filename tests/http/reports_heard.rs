//! What follows once somebody has heard a report: the answer is read, the report is closed, and reported again if need be.

use crate::harness::{TestApp, Visitor, request};
use axum::{body::Body, http::Method};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

struct Room {
    app: TestApp,
    dentist: Visitor,
    patient: Visitor,
    journey: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let dentist = app.visitor("dentist").await;
        app.practice(&dentist).await;
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
        Self {
            app,
            dentist,
            patient,
            journey,
        }
    }

    async fn reported(&self) -> i64 {
        self.app.report(&self.patient, self.journey, "pain").await
    }

    async fn page(&self, who: &Visitor, path: &str) -> String {
        self.app.get(Some(who), path).await.expect(200).text
    }

    async fn today(&self) -> String {
        self.page(&self.patient, "/").await
    }

    async fn post(&self, who: &Visitor, path: &str, form: &str) -> String {
        let done = self.app.post(Some(who), path, form).await.expect(303);
        done.location().to_owned()
    }

    /// The dentist's answer to a report.
    async fn answer(&self, report: i64) {
        let form = format!("key={}&body=Put+some+wax+on+it.", Uuid::new_v4());
        let path = format!("/reports/{report}/answer");
        self.post(&self.dentist, &path, &form).await;
    }

    async fn state(&self, report: i64) -> String {
        sqlx::query_scalar("select state::text from reports where id = $1")
            .bind(report)
            .fetch_one(&self.app.owner)
            .await
            .expect("a state")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.app.owner)
            .await
            .expect("a count")
    }
}

const UNREAD: &str = "select count(*) from messages where read_at is null";
const SEEN: &str = "select count(*) from notifications where template = 'report_seen'";

/// Where these words begin in a page that says them.
fn place(page: &str, words: &str) -> usize {
    page.find(words)
        .unwrap_or_else(|| panic!("{words:?} is not in: {page}"))
}

#[sqlx::test]
async fn an_answer_is_read_where_it_was_reported(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let own = format!("/reports/{report}");
    room.answer(report).await;
    // News, until it is read.
    let card = format!("href=\"{own}\" data-state=\"answered\"");
    let today = room.today().await;
    assert!(today.contains("report-own"), "{today}");
    assert!(today.contains("Your dentist has answered"), "{today}");
    assert!(!today.contains("Your report is answered"), "{today}");
    // Fetched ahead, or asked after without its body, it was read by nobody.
    for (method, purpose) in [(Method::HEAD, ""), (Method::GET, "prefetch")] {
        let asked = request(method, Some(&room.patient), &own)
            .header("sec-purpose", purpose)
            .body(Body::empty())
            .expect("a request");
        room.app.send(asked).await.expect(200);
        assert_eq!(room.count(UNREAD).await, 1);
    }
    // The dentist's words, who wrote them, and what they answer.
    let page = room.page(&room.patient, &own).await;
    for words in ["The answer", "Put some wax on it.", "Dr. L", "It hurts."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(room.count(UNREAD).await, 0);
    assert!(!page.contains("Read the answer"), "{page}");
    // Then a line, until it is closed.
    let today = room.today().await;
    assert!(!today.contains(&card), "{today}");
    assert!(!today.contains("report-own"), "{today}");
    assert!(today.contains("Your report is answered: Pain"), "{today}");
    assert!(today.contains(&format!("href=\"{own}\"")), "{today}");
}

#[sqlx::test]
async fn an_answer_that_was_read_among_the_messages_is_no_news(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    room.answer(report).await;
    // That the dentist looks at it reads nothing for the patient.
    room.page(&room.dentist, &format!("/reports/{report}"))
        .await;
    assert!(room.today().await.contains("report-own"));
    let thread = format!("/journeys/{}/messages", room.journey);
    room.page(&room.patient, &thread).await;
    let today = room.today().await;
    assert!(!today.contains("report-own"), "{today}");
    assert!(today.contains("Your report is answered: Pain"), "{today}");
}

#[sqlx::test]
async fn a_patient_is_asked_before_their_report_is_closed(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let own = format!("/reports/{report}");
    let close = format!("{own}/close");
    // Nothing on the report's own page closes it.
    let page = room.page(&room.patient, &own).await;
    assert!(!page.contains(&format!("action=\"{close}\"")), "{page}");
    assert!(page.contains(&format!("href=\"{close}\"")), "{page}");
    let page = room.page(&room.patient, &close).await;
    // The question and its button, then what it is about.
    assert!(place(&page, "Close this report?") < place(&page, "hasn’t answered yet"));
    assert!(place(&page, "hasn’t answered yet") < place(&page, "Close the report"));
    assert!(place(&page, "Close the report") < place(&page, "It hurts."));
    for words in ["Close this report?", "hasn’t answered yet", "It hurts."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    room.answer(report).await;
    // An answer that came meanwhile is read before it is closed over.
    let page = room.page(&room.patient, &close).await;
    for words in ["Put some wax on it.", "in your record as solved", "Not yet"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(room.count(UNREAD).await, 0);
    assert_eq!(room.state(report).await, "answered");
    let closed = room.post(&room.patient, &close, "").await;
    assert_eq!(closed, format!("{own}?closed"));
    let page = room.page(&room.patient, &closed).await;
    for words in [
        "You’ve closed this report",
        "Put some wax on it.",
        "It’s still wrong: report it again",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // An old address says nothing of it; Today neither.
    room.app
        .clock
        .set(crate::harness::at("2026-03-17T11:11:00Z"));
    let page = room.page(&room.patient, &closed).await;
    assert!(!page.contains("You’ve closed this report"), "{page}");
    assert!(page.contains("Put some wax on it."), "{page}");
    assert!(!room.today().await.contains(&own));
    // Asked once more, there is nothing to close.
    assert_eq!(
        room.app
            .get(Some(&room.patient), &close)
            .await
            .expect(303)
            .location(),
        own
    );
}

#[sqlx::test]
async fn why_a_clinic_closed_a_report_is_news_until_it_is_read(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let own = format!("/reports/{report}");
    let reason = format!("key={}&body=We+have+spoken.", Uuid::new_v4());
    room.post(&room.dentist, &format!("{own}/close"), &reason)
        .await;
    let today = room.today().await;
    assert!(today.contains("Read why."), "{today}");
    assert!(today.contains(&own), "{today}");
    let page = room.page(&room.patient, &own).await;
    assert!(page.contains("We have spoken."), "{page}");
    assert!(!room.today().await.contains(&own));
}

#[sqlx::test]
async fn what_is_still_wrong_is_reported_again(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let again = format!("/something-wrong/pain?again={report}");
    // Not while it waits: there is one already.
    let page = room.page(&room.patient, &again).await;
    assert!(!page.contains("Still wrong"), "{page}");
    let close = format!("/reports/{report}/close");
    room.post(&room.patient, &close, "").await;
    let page = room
        .page(&room.patient, &format!("/reports/{report}"))
        .await;
    assert!(page.contains(&again), "{page}");
    let page = room.page(&room.patient, &again).await;
    for words in [
        "Still wrong, after my report of Tuesday 17 March:",
        "It hurts.</textarea>",
        "You’re reporting again what you told us on Tuesday 17 March",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(
        page.contains(&format!("href=\"/reports/{report}\"")),
        "{page}"
    );
    // As much as a note holds, and it can be sent as it is.
    sqlx::query("update reports set note = repeat('ä', 500)")
        .execute(&room.app.owner)
        .await
        .expect("a long note");
    let page = room.page(&room.patient, &again).await;
    let from = &page[place(&page, "Still wrong, after")..];
    let note = &from[..place(from, "</textarea>")];
    assert_eq!(note.chars().count(), 500);
    // Nobody else's.
    let other = room.app.visitor("patient").await;
    room.app.journey(&other, 8, "2026-03-20T08:00:00Z").await;
    let page = room.page(&other, &again).await;
    assert!(!page.contains("Still wrong"), "{page}");
}

#[sqlx::test]
async fn the_menu_and_the_heading_say_what_they_count(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let first = room.reported().await;
    room.reported().await;
    let page = room.page(&room.dentist, "/today").await;
    assert!(page.contains("2 reports wait for an answer · 2 not seen yet"));
    assert!(page.contains("2 reports not seen yet"), "{page}");
    let acknowledge = format!("/reports/{first}/acknowledge");
    room.post(&room.dentist, &acknowledge, "back=/today").await;
    let page = room.page(&room.dentist, "/today").await;
    assert!(page.contains("2 reports wait for an answer · 1 not seen yet"));
    assert!(page.contains("1 report not seen yet"), "{page}");
}

#[sqlx::test]
async fn sending_is_louder_than_closing(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let page = room
        .page(&room.dentist, &format!("/reports/{report}"))
        .await;
    let class_before = |words: &str| {
        let before = &page[..place(&page, words)];
        let from = before.rfind("<button").expect("a button");
        before[from..].to_owned()
    };
    assert!(class_before("Send the answer").contains("button-primary"));
    let close = class_before("Close without an answer…");
    assert!(close.contains("button-plain"), "{close}");
    assert!(!page.contains("button-danger"), "{page}");
}

#[sqlx::test]
async fn an_emergency_is_dialled_with_a_tap(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let page = room.page(&room.patient, "/something-wrong").await;
    let at = place(&page, "trouble breathing");
    let banner = &page[page[..at].rfind("banner-attention").expect("a banner")..];
    assert!(banner.contains("href=\"tel:112\""), "{banner}");
    // A warning, and no clock.
    let icon = &banner[..place(banner, "trouble breathing")];
    assert!(icon.contains("M12 9v4M12 17h.01"), "{icon}");
    // The way there comes before the telephone, where one is about to write.
    let thread = format!("/journeys/{}/messages", room.journey);
    let page = room.page(&room.patient, &thread).await;
    let urgent = &page[place(&page, "Too urgent for a message?")..];
    assert!(place(urgent, "href=\"/something-wrong\"") < place(urgent, "href=\"tel:"));
    assert!(page.contains("use “Something’s wrong?” above"), "{page}");
}

/// What stood above a case when it was decided on has been seen; what came since has not.
#[sqlx::test]
async fn a_decision_sees_what_stood_above_it(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let report = room.reported().await;
    let case = format!("/journeys/{}/reviews/8", room.journey);
    let page = room.page(&room.dentist, &case).await;
    let shown = format!("name=\"reports\" value=\"{report}\"");
    assert!(page.contains(&shown), "{page}");
    let since = room.reported().await;
    // Somebody else's, whatever the form says.
    let other = room.app.visitor("patient").await;
    let (journey, _) = room.app.journey(&other, 8, "2026-03-20T08:00:00Z").await;
    let theirs = room.app.report(&other, journey, "pain").await;
    let photos = room.app.seen_photos(&[photo]).await;
    let event = room
        .count("select max(e.id) from progress_events e join journeys j on j.id = e.journey_id join reports r on r.journey_id = j.id where r.id = (select min(id) from reports)")
        .await;
    let form = |reports: &str| {
        format!(
            "previous=&photos={photos}&seen={event}&reports={reports}&decision=see_me&note=Come"
        )
    };
    room.app
        .post(Some(&room.dentist), &case, &form("1,two"))
        .await
        .expect(400);
    room.post(
        &room.dentist,
        &case,
        &form(&format!("{report},{report},{theirs}")),
    )
    .await;
    assert_eq!(room.state(report).await, "seen");
    assert_eq!(room.state(since).await, "new");
    assert_eq!(room.state(theirs).await, "new");
    // As if "I’ve seen this" had been pressed: once.
    assert_eq!(room.app.audited("report.acknowledge", "done").await, 1);
    assert_eq!(room.count(SEEN).await, 1);
}

/// What stood above the form when a dentist wrote has been seen; whoever writes elsewhere has not seen it.
#[sqlx::test]
async fn a_message_sees_what_stood_above_it(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let thread = format!("/journeys/{}/messages", room.journey);
    let here = room.app.dentist_id(&room.dentist).await;
    let write = |more: String| format!("dentist={here}&key={}&body=Hello{more}", Uuid::new_v4());
    let report = room.reported().await;
    room.post(&room.dentist, &thread, &write(String::new()))
        .await;
    assert_eq!(room.state(report).await, "new");
    let page = room.page(&room.dentist, &thread).await;
    let head = format!("name=\"head\" value=\"{report}\"");
    for words in ["Reported: Pain", "It hurts.", "Answer the report", &head] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(place(&page, "Reported: Pain") < place(&page, "id=\"write\""));
    assert_eq!(room.app.audited("report.read", "done").await, 1);
    room.post(&room.dentist, &thread, &write(format!("&head={report}")))
        .await;
    assert_eq!(room.state(report).await, "seen");
    assert_eq!(room.app.audited("report.acknowledge", "done").await, 1);
    assert_eq!(room.count(SEEN).await, 1);
    // Seen, it is still there until it is answered, and counts no second time.
    let page = room.page(&room.dentist, &thread).await;
    assert!(page.contains("Reported: Pain"), "{page}");
    assert!(!page.contains(&head), "{page}");
    // A patient sees nothing of it with a form of theirs.
    let since = room.reported().await;
    let page = room.page(&room.patient, &thread).await;
    assert!(!page.contains("Reported: Pain"), "{page}");
    room.post(&room.patient, &thread, &write(format!("&head={since}")))
        .await;
    assert_eq!(room.state(since).await, "new");
}

#[sqlx::test]
async fn what_a_patient_closes_unseen_stays_until_it_is_seen(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let own = format!("/reports/{report}");
    room.post(&room.patient, &format!("{own}/close"), "").await;
    assert_eq!(room.state(report).await, "closed");
    // The dentist is still told, on their first page, in the list and in the menu.
    for path in ["/today", "/reports"] {
        let page = room.page(&room.dentist, path).await;
        for words in [
            "1 report not seen yet",
            "Closed: it’s better now",
            "I’ve seen this",
            &own,
        ] {
            assert!(page.contains(words), "{path}: {words}: {page}");
        }
        assert!(!page.contains("#answer"), "{path}: {page}");
    }
    // Seen, it leaves them, stays closed, and its patient is told nothing more of it.
    room.post(&room.dentist, &format!("{own}/acknowledge"), "")
        .await;
    assert_eq!(room.state(report).await, "closed");
    let page = room.page(&room.dentist, "/today").await;
    assert!(!page.contains(&own), "{page}");
    assert!(!page.contains("not seen yet"), "{page}");
    let heard = "select count(*) from notifications where template = 'report_seen'";
    assert_eq!(room.count(heard).await, 0);
    let seen =
        "select count(*) from audit_log where action = 'report.acknowledge' and outcome = 'done'";
    assert_eq!(room.count(seen).await, 1);
}

/// Those who work for the clinic hear of it as of any other that nobody has seen in time.
#[sqlx::test]
async fn staff_hear_of_what_was_closed_unseen(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let report = room.reported().await;
    let own = format!("/reports/{report}");
    room.post(&room.patient, &format!("{own}/close"), "").await;
    let staff = room.app.visitor("staff").await;
    let late = "update reports set staff_at = created_at";
    sqlx::query(late)
        .execute(&room.app.owner)
        .await
        .expect("the clinic's time is over");
    let office = room.page(&staff, "/reports").await;
    assert!(
        office.contains("1 report that no dentist has seen"),
        "{office}"
    );
    room.post(&room.dentist, &format!("{own}/acknowledge"), "")
        .await;
    let office = room.page(&staff, "/reports").await;
    assert!(!office.contains("no dentist has seen"), "{office}");
}
