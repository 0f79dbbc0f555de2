//! The inbox, what a patient wants on their device, and the staff's desk.

use crate::harness::{QUEUE, TestApp, Visitor};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

struct Room {
    app: TestApp,
    patient: Visitor,
    other: Visitor,
    staff: Visitor,
    journey: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let [patient, other] = [app.visitor("patient").await, app.visitor("patient").await];
        let staff = app.visitor("staff").await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
        Self {
            app,
            patient,
            other,
            staff,
            journey,
        }
    }

    /// A notification of this kind, told so many minutes before now.
    async fn told(&self, who: &Visitor, kind: &str, content: &str, ago: i32, more: &str) -> i64 {
        let journey = (who.id == self.patient.id).then_some(self.journey);
        let now = self.app.clock.now();
        let id: i64 = sqlx::query_scalar(
            "insert into notifications (user_id, journey_id, content, source, kind, scheduled_for)
             values ($1, $2, $3, 'other', $4::notification_kind, $5::timestamptz - make_interval(mins => $6))
             returning id",
        )
        .bind(who.id)
        .bind(journey)
        .bind(content)
        .bind(kind)
        .bind(now)
        .bind(ago)
        .fetch_one(&self.app.owner)
        .await
        .expect("a notification");
        self.set(id, "due_at = now() + interval '1 year'").await;
        self.set(id, more).await;
        id
    }

    /// Sets columns of a notification, and of its push.
    async fn set(&self, id: i64, columns: &str) {
        let of_push = [
            "status",
            "failure",
            "tries",
            "fence",
            "first_tried_at",
            "due_at",
            "cancel_wanted",
            "sent_at",
        ];
        let (push, told): (Vec<&str>, Vec<&str>) = columns
            .split(", ")
            .filter(|column| !column.is_empty())
            .partition(|column| {
                of_push
                    .iter()
                    .any(|name| column.starts_with(&format!("{name} ")))
            });
        let push = push
            .join(", ")
            .replace("status = ", "state = ")
            .replace("failure = ", "error = ");
        let mut sql = String::new();
        if !told.is_empty() {
            let told = told.join(", ");
            sql += &format!("update notifications set {told} where id = {id};");
        }
        if !push.is_empty() {
            sql += &format!(
                "update deliveries d set {push} from notifications n where n.id = d.notification_id and n.id = {id};"
            );
        }
        if sql.is_empty() {
            return;
        }
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&self.app.owner)
            .await
            .expect("so");
    }

    async fn is(&self, id: i64, condition: &str) -> bool {
        let sql = format!("select exists (select from {QUEUE} where id = {id} and {condition})");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.app.owner)
            .await
            .expect("an answer")
    }
}

#[sqlx::test]
async fn the_inbox_holds_what_was_told_and_leads_to_it(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    app.get(Some(&room.patient), "/inbox")
        .await
        .expect(200)
        .says("Your reminders and updates will appear here.");
    let home = app.get(Some(&room.patient), "/").await.expect(200);
    assert!(!home.text.contains("there are new ones"));
    let review = room
        .told(&room.patient, "review", "Looked at", 30, "")
        .await;
    let message = room.told(&room.patient, "message", "Written", 20, "").await;
    // Whether it reached a device or not; but neither what is to come nor what was cancelled.
    let failed = "status = 'failed', failure = 'refused'";
    room.told(&room.patient, "notice", "Not pushed", 10, failed)
        .await;
    room.told(&room.patient, "change_due", "To come", -60, "")
        .await;
    let cancelled = "status = 'cancelled'";
    room.told(&room.patient, "notice", "Cancelled", 5, cancelled)
        .await;
    let others = room.told(&room.other, "notice", "Another's", 5, "").await;
    app.get(Some(&room.patient), "/")
        .await
        .expect(200)
        .says("there are new ones");
    let inbox = app.get(Some(&room.patient), "/inbox").await.expect(200);
    let places: Vec<_> = ["Not pushed", "Written", "Looked at"]
        .map(|words| inbox.text.find(words).expect(words))
        .to_vec();
    assert!(places.is_sorted(), "newest first");
    for words in ["To come", "Cancelled", "Another&#x27;s", "Another's"] {
        assert!(!inbox.text.contains(words), "{words}");
    }
    for (id, place) in [
        (review, format!("/journeys/{}", room.journey)),
        (
            message,
            format!("/journeys/{}/messages#write", room.journey),
        ),
    ] {
        let opened = app
            .post(Some(&room.patient), &format!("/inbox/{id}"), "")
            .await
            .expect(303);
        assert_eq!(opened.location(), place);
        assert!(room.is(id, "read_at is not null").await);
    }
    let path = format!("/inbox/{others}");
    app.post(Some(&room.patient), &path, "").await.expect(404);
    assert!(room.is(others, "read_at is null").await);
    // All, up to what the page showed: neither what came since nor another's.
    let newest = room.told(&room.patient, "notice", "Newest", 1, "").await;
    let form = format!("up_to={message}");
    app.post(Some(&room.patient), "/inbox/read", &form)
        .await
        .expect(303);
    assert!(room.is(newest, "read_at is null").await);
    let form = format!("up_to={newest}");
    app.post(Some(&room.other), "/inbox/read", &form)
        .await
        .expect(303);
    assert!(room.is(newest, "read_at is null").await);
    app.post(Some(&room.patient), "/inbox/read", &form)
        .await
        .expect(303);
    let home = app.get(Some(&room.patient), "/").await.expect(200);
    assert!(!home.text.contains("there are new ones"));
}

#[sqlx::test]
async fn a_long_inbox_comes_in_pages(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    for n in 0..65 {
        // Some at the same moment.
        let content = format!("Number {n:02}.");
        room.told(&room.patient, "notice", &content, n / 3, "")
            .await;
    }
    let mut path = "/inbox".to_owned();
    let mut seen = Vec::new();
    for page in 0..3 {
        let text = room
            .app
            .get(Some(&room.patient), &path)
            .await
            .expect(200)
            .text;
        seen.extend((0..65).filter(|n| text.contains(&format!("Number {n:02}."))));
        let next = text
            .split("/inbox?before=")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        assert_eq!(next.is_some(), page < 2);
        path = format!("/inbox?before={}", next.unwrap_or_default());
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..65).collect::<Vec<_>>());
}

/// The place after which the next page begins, as its link says it.
fn next_place(text: &str) -> String {
    let (_, rest) = text.split_once("before=").expect("another page");
    rest.split('"').next().expect("its end").to_owned()
}

#[sqlx::test]
async fn no_page_is_lost_when_the_row_that_it_began_after_moves(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options).await;
    let mut ids = Vec::new();
    for n in 0..60 {
        let who = if n % 2 == 0 {
            &room.patient
        } else {
            &room.other
        };
        let content = format!("Number {n:02}.");
        // Some at the same moment.
        ids.push(room.told(who, "notice", &content, -(n / 3) - 1, "").await);
    }
    let page = async |query: &str| {
        let path = format!("/notifications?status=pending&{query}");
        room.app
            .get(Some(&room.staff), &path)
            .await
            .expect(200)
            .text
    };
    let shown = |text: &str| -> Vec<usize> {
        (0..60)
            .filter(|n| text.contains(&format!("Number {n:02}.")))
            .collect()
    };
    let anew = "here it is from the beginning";
    let change = async |sql: &str, id: i64| {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .bind(id)
            .execute(&room.app.owner)
            .await
            .expect("changed");
    };
    // Somebody moves the last of the first page, in either direction.
    for (sort, last, rest) in [
        ("earliest", 49, (50..60).collect::<Vec<_>>()),
        ("latest", 10, (0..10).collect()),
    ] {
        let first = page(&format!("sort={sort}")).await;
        assert_eq!(shown(&first).len(), 50, "{sort}");
        let place = next_place(&first);
        assert!(place.ends_with(&format!(".{}", ids[last])), "{place}");
        change(
            "update notifications set scheduled_for = '2099-01-01' where id = $1",
            ids[last],
        )
        .await;
        let second = page(&format!("sort={sort}&before={place}")).await;
        let listed: Vec<usize> = shown(&second).into_iter().filter(|n| *n != last).collect();
        assert_eq!(listed, rest, "{sort}");
        assert!(!second.contains(anew), "{sort}");
        // It goes back to where it was.
        let minutes = last / 3 + 1;
        let back = format!(
            "update notifications set scheduled_for = '{}'::timestamptz + interval '{minutes} minutes' where id = $1",
            room.app.clock.now().to_rfc3339()
        );
        change(&back, ids[last]).await;
    }
    // A place by a name says no name. Whoever is called otherwise by now stands elsewhere.
    let first = page("sort=name").await;
    assert_eq!(shown(&first).len(), 50);
    let place = next_place(&first);
    assert!(
        !place.contains("Berger") && !place.contains("Mia"),
        "{place}"
    );
    let second = page(&format!("sort=name&before={place}")).await;
    assert_eq!(shown(&second).len(), 10);
    assert!(!second.contains(anew));
    for who in [&room.patient, &room.other] {
        change(
            "update users set last_name = 'Zander' where id = $1",
            who.id,
        )
        .await;
    }
    let second = page(&format!("sort=name&before={place}")).await;
    assert_eq!(shown(&second).len(), 50);
    assert!(second.contains(anew) && !second.contains("First page"));
    // What is no place of this order is said.
    for query in [
        "sort=earliest&before=999999",
        "sort=earliest&before=yesterday.1",
        "sort=name&before=999999",
        "before=nothing",
    ] {
        let text = page(query).await;
        assert!(text.contains(anew), "{query}");
        assert_eq!(shown(&text).len(), 50, "{query}");
    }
    // The inbox's pages, too, begin after a moment.
    room.told(&room.patient, "notice", "Told before.", 5, "")
        .await;
    room.app
        .get(Some(&room.patient), "/inbox?before=999999")
        .await
        .expect(200)
        .says(anew)
        .says("Told before.");
    room.app
        .get(Some(&room.patient), "/inbox?before=2001-01-01T00:00:00Z.1")
        .await
        .expect(200)
        .says("There are no earlier entries.");
}

#[sqlx::test]
async fn patients_say_what_is_pushed_and_when(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let path = "/settings/notifications";
    let page = room.app.get(Some(&room.patient), path).await.expect(200);
    assert_eq!(page.text.matches(" checked").count(), 6);
    let form = "change_due=yes&message=yes&quiet_from=22%3A30&quiet_until=07%3A00";
    room.app
        .post(Some(&room.patient), path, form)
        .await
        .expect(303);
    let page = room.app.get(Some(&room.patient), path).await;
    let text = page.expect(200).says("value=\"22:30\"").text;
    assert_eq!(text.matches(" checked").count(), 2);
    let kept: bool = sqlx::query_scalar(
        "select unpushed @> '{review,dentist_change,report,notice}' and cardinality(unpushed) = 4
                and quiet_from = '22:30' and quiet_until = '07:00' from users where id = $1",
    )
    .bind(room.patient.id)
    .fetch_one(&room.app.owner)
    .await
    .expect("kept");
    assert!(kept);
    for times in [
        "quiet_from=25%3A00&quiet_until=07%3A00",
        "quiet_from=&quiet_until=x",
    ] {
        room.app
            .post(Some(&room.patient), path, &format!("review=yes&{times}"))
            .await
            .expect(422)
            .says("Enter a time like 21:30.");
    }
    assert_eq!(room.app.audited("settings.notifications", "done").await, 1);
}

#[sqlx::test]
async fn staff_see_what_goes_out_and_what_failed(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let failed = room
        .told(
            &room.patient,
            "message",
            "There is a message",
            10,
            "status = 'failed', failure = 'key_refused', tries = 3, first_tried_at = now()",
        )
        .await;
    sqlx::query("insert into notification_tries (notification_id, fence, outcome, http_status) values ($1, 3, 'key_refused', 403)")
        .bind(failed)
        .execute(&app.owner)
        .await
        .expect("a try");
    let pending = room.told(&room.other, "notice", "We moved", -60, "").await;
    let known = room
        .told(
            &room.other,
            "notice",
            "On its way",
            1,
            "first_tried_at = now(), tries = 1, fence = 1",
        )
        .await;
    room.told(&room.other, "notice", "Overdue", 5, "due_at = now()")
        .await;
    let table = app.get(Some(&room.staff), "/notifications").await;
    table
        .expect(200)
        .says("There is a message")
        .says("We moved")
        .says("The service refused our key");
    for (query, shown, hidden) in [
        ("status=failed", "There is a message", "We moved"),
        ("kind=notice", "We moved", "There is a message"),
        ("q=moved", "We moved", "There is a message"),
        ("q=%25", "", "We moved"),
    ] {
        let path = format!("/notifications?{query}");
        let page = app.get(Some(&room.staff), &path).await.expect(200);
        assert!(page.text.contains(shown), "{query}");
        assert!(!page.text.contains(hidden), "{query}");
    }
    let path = format!("/notifications?patient={}", room.other.id);
    let page = app.get(Some(&room.staff), &path).await.expect(200);
    assert!(page.text.contains("We moved") && !page.text.contains("There is a message"));
    for query in [
        "status=none",
        "kind=x",
        "patient=abc",
        "patient=nobody%40midline.example",
        "patient=a%00b%40x",
        "from=-5000-01-01",
        "to=%2B262142-12-31",
    ] {
        let path = format!("/notifications?{query}&q=kept");
        app.get(Some(&room.staff), &path)
            .await
            .expect(422)
            .says("value=\"kept\"");
    }
    for query in ["source=x", "from=yesterday", "to=2026-02-30"] {
        let path = format!("/notifications?{query}");
        app.get(Some(&room.staff), &path).await.expect(422);
    }
    app.get(
        Some(&room.staff),
        "/notifications/export?from=yesterday&q=kept",
    )
    .await
    .expect(422)
    .says("value=\"kept\"");
    // Each figure leads to what it counts.
    for (status, shown) in [
        ("scheduled", "We moved"),
        ("due", "Overdue"),
        ("in_flight", "On its way"),
    ] {
        let path = format!("/notifications?status={status}");
        let page = app.get(Some(&room.staff), &path).await.expect(200);
        for text in ["We moved", "Overdue", "On its way", "There is a message"] {
            assert_eq!(page.text.contains(text), text == shown, "{status}: {text}");
        }
    }
    let today = app.clock.now().date_naive();
    for (query, shown) in [
        (format!("from={today}"), true),
        (format!("to={}", today - chrono::Days::new(3)), false),
        ("source=other".to_owned(), true),
        ("source=progress".to_owned(), false),
    ] {
        let path = format!("/notifications?{query}");
        let page = app.get(Some(&room.staff), &path).await.expect(200);
        assert_eq!(page.text.contains("We moved"), shown, "{query}");
    }
    let one = format!("/notifications/{failed}");
    app.get(Some(&room.staff), &one)
        .await
        .expect(200)
        .says("(HTTP 403)")
        .says("tell whoever looks after Midline")
        .says("Try this notification again");
    let staff = &room.staff;
    let change = "/notifications/change";
    let act = |ids: &[i64], doing: &str| {
        let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
        let form = format!("do={doing}{ids}");
        async move { app.post(Some(staff), change, &form).await }
    };
    act(&[failed], "cancel").await.expect(409);
    let first = act(&[failed], "retry").await.expect(303);
    assert!(
        room.is(
            failed,
            "status = 'pending' and tries = 0 and due_at <= now()"
        )
        .await
    );
    // A second tap leads to the first one's report; another's hand comes too late.
    let again = act(&[failed], "retry").await.expect(303);
    assert_eq!(again.location(), first.location());
    let other = app.visitor("staff").await;
    app.post(Some(&other), change, &format!("do=retry&id={failed}"))
        .await
        .expect(409);
    // First what would change, of all that are looked at: nothing has.
    let preview = app
        .get(
            Some(staff),
            &format!("{change}?do=cancel&all=yes&kind=notice"),
        )
        .await
        .expect(200);
    assert!(preview.text.contains("We moved") && preview.text.contains("Cancel 3 notifications?"));
    assert!(!preview.text.contains("There is a message"));
    assert!(room.is(pending, "status = 'pending'").await);
    // The provider may know of one: it is asked first.
    let report = act(&[pending, known, 999_999], "cancel").await.expect(303);
    // However often it is looked at; by whoever did it.
    for _ in 0..2 {
        app.get(Some(staff), report.location())
            .await
            .expect(200)
            .says("2 notifications cancelled");
    }
    app.get(Some(&other), report.location()).await.expect(404);
    assert!(room.is(pending, "status = 'cancelled'").await);
    assert!(
        room.is(
            known,
            "status = 'pending' and cancel_wanted and due_at <= now()"
        )
        .await
    );
    act(&[known], "explode").await.expect(400);
    act(&[999_999], "cancel").await.expect(409);
    app.get(Some(&room.staff), &one)
        .await
        .expect(200)
        .says("Tried again by Mia Berger");
    assert_eq!(app.audited("notification.cancel", "done").await, 2);
    // The second tap, and the other's.
    assert_eq!(app.audited("notification.retry", "refused").await, 2);
    // Moved to a time of the patient's own; what is past there goes at once.
    let moved = room.told(&room.other, "notice", "Moved", -60, "").await;
    act(&[moved], "reschedule").await.expect(422);
    let ask = "reschedule&date=2099-03-29&time=02:30";
    // First the new moment of each, in the reader's time.
    let preview = format!("{change}?id={moved}&do={ask}");
    app.get(Some(staff), &preview)
        .await
        .expect(200)
        .says("29 Mar 2099")
        .says("after quiet hours")
        .says("name=\"time\" value=\"02:30\"");
    let unfinished = format!("{change}?id={moved}&do=reschedule&date=2020-01-01&time=09:00");
    app.get(Some(staff), &unfinished)
        .await
        .expect(422)
        .says("value=\"2020-01-01\"");
    act(&[moved], ask).await.expect(303);
    let one = format!("/notifications/{moved}");
    app.get(Some(staff), &one)
        .await
        .expect(200)
        .says("Rescheduled by Mia Berger")
        .says("29 Mar 2099");
    assert!(
        room.is(
            moved,
            "scheduled_for = '2099-03-29 03:00+02' and due_at = scheduled_for"
        )
        .await
    );
    for slip in [
        "date=2020-01-01&time=09:00",
        "date=%2B262142-12-31&time=09:00",
        "date=-4713-11-24&time=09:00",
        "date=2099-01-01&time=24:00",
    ] {
        act(&[moved], &format!("reschedule&{slip}"))
            .await
            .expect(422);
    }
    act(&[known], "reschedule&date=2099-01-01&time=09:00")
        .await
        .expect(409);
    // What stands in the inbox does not leave it again.
    let told = room.told(&room.other, "notice", "Told", 5, "").await;
    act(&[told], "reschedule&date=2099-01-01&time=09:00")
        .await
        .expect(409);
    // Text is looked for in what is shown: what would be said today, in the patient's language.
    room.told(&room.other, "message", "stale", -60, "template = 'message'")
        .await;
    for (query, shown) in [("stale", false), ("message", true)] {
        let path = format!("/notifications?status=scheduled&kind=message&q={query}");
        let page = app.get(Some(staff), &path).await.expect(200);
        assert_eq!(page.text.contains("<tbody><tr>"), shown, "{query}");
    }
}

/// A key that was wrong for days and is mended brings nobody what is over by then.
#[sqlx::test]
async fn what_has_passed_is_not_tried_again(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let failed = "status = 'failed', failure = 'key_refused', tries = 1, first_tried_at = now()";
    let opened = format!("{failed}, read_at = now()");
    let opened = room
        .told(&room.patient, "notice", "Opened", 5, &opened)
        .await;
    let reminder = format!(
        "{failed}, source = 'progress', group_id = '{}'",
        uuid::Uuid::new_v4()
    );
    let mut reminders = Vec::new();
    for ago in [3000, 1500, 60] {
        let one = room.told(&room.patient, "change_due", "It is time", ago, &reminder);
        reminders.push(one.await);
    }
    let event = |first: Option<i64>| {
        sqlx::query("update progress_events set next_notification_id = $2 where journey_id = $1")
            .bind(room.journey)
            .bind(first)
            .execute(&app.owner)
    };
    event(Some(reminders[0])).await.expect("theirs");
    let retry = async |ids: &[i64]| {
        let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
        let form = format!("do=retry{ids}");
        let answer = app.post(Some(&room.staff), "/notifications/change", &form);
        answer.await
    };
    let page = app
        .get(Some(&room.staff), &format!("/notifications/{opened}"))
        .await
        .expect(200)
        .says("This can’t be tried again");
    assert!(!page.text.contains("value=\"retry\""));
    retry(&[opened]).await.expect(409);
    // Of a step's reminders the last one says it all.
    retry(&reminders).await.expect(303);
    for (id, tried) in reminders.iter().zip([false, false, true]) {
        assert_eq!(room.is(*id, "status = 'pending'").await, tried);
    }
    // Paused, finished, or at the next step.
    let last = [reminders[2]];
    room.set(last[0], failed).await;
    event(None).await.expect("paused");
    retry(&last).await.expect(409);
    // All that match are those that can be tried again.
    let all = "/notifications/change?do=retry&all=yes&status=failed";
    let none = app.get(Some(&room.staff), all).await.expect(200);
    none.says("None of these can be tried again");
    event(Some(reminders[0])).await.expect("under way");
    app.get(Some(&room.staff), all)
        .await
        .expect(200)
        .says("<h1>Try this notification again?</h1>");
    // What its events would say does not matter here.
    let journey = async |state: &str| {
        let sql = format!(
            "set session_replication_role = replica; update journeys set status = '{state}' where id = {}; set session_replication_role = origin",
            room.journey
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&app.owner)
            .await
    };
    journey("completed").await.expect("ended early");
    retry(&last).await.expect(409);
    journey("active").await.expect("under way");
    retry(&last).await.expect(303);
}

/// What somebody cancelled by mistake goes out after all; what the treatment cancelled, or what is over, does not.
#[sqlx::test]
async fn what_was_cancelled_by_mistake_is_put_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let staff = &room.staff;
    let change = "/notifications/change";
    let act = |ids: &[i64], doing: &str| {
        let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
        let form = format!("do={doing}{ids}&kind=notice");
        async move { app.post(Some(staff), change, &form).await }
    };
    let to_come = "due_at = scheduled_for";
    let one = room
        .told(&room.patient, "notice", "Holidays", -90, to_come)
        .await;
    let two = room
        .told(&room.other, "notice", "Holidays", -90, to_come)
        .await;
    // Nothing is asked of what nobody did.
    act(&[one], "restore")
        .await
        .expect(409)
        .says("waiting to be sent");
    let report = act(&[one, two], "cancel").await.expect(303);
    assert!(
        report.location().ends_with("?kind=notice"),
        "the place is kept"
    );
    let page = app.get(Some(staff), report.location()).await.expect(200);
    for words in [
        "<h1>2 notifications cancelled</h1>",
        "Undo: send after all",
        "name=\"do\" value=\"restore\"",
        "href=\"/notifications?kind=notice\"",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // Cancelled today, and counted so; by day it is found.
    let today = app
        .get(Some(staff), "/notifications?status=cancelled_today")
        .await
        .expect(200);
    assert_eq!(today.text.matches("<th scope=\"row\">").count(), 2);
    let report = act(&[one, two], "restore").await.expect(303);
    app.get(Some(staff), report.location())
        .await
        .expect(200)
        .says("<h1>2 notifications put back</h1>")
        .says("Undo: cancel again");
    for id in [one, two] {
        let waits = "status = 'pending' and cancelled_at is null and due_at = scheduled_for";
        assert!(room.is(id, waits).await);
    }
    assert_eq!(app.audited("notification.restore", "done").await, 2);
    app.get(Some(staff), &format!("/notifications/{one}"))
        .await
        .expect(200)
        .says("Put back by Mia Berger");
    // What the treatment cancelled is not put back by hand, nor what is over, nor what the provider has stopped.
    let gone_on = room
        .told(&room.patient, "notice", "x", -90, "status = 'cancelled'")
        .await;
    act(&[gone_on], "restore")
        .await
        .expect(409)
        .says("because the treatment moved on");
    act(&[one], "cancel").await.expect(303);
    for (so, words) in [
        (
            "first_tried_at = now()",
            "push service has already stopped it",
        ),
        (
            "first_tried_at = null, scheduled_for = '2026-03-01'",
            "send time has passed",
        ),
        ("read_at = now()", "out of date"),
    ] {
        room.set(one, so).await;
        room.set(one, "due_at = scheduled_for").await;
        act(&[one], "restore").await.expect(409).says(words);
    }
    assert_eq!(app.audited("notification.restore", "refused").await, 5);
}

/// What was moved is moved back to when it was to go out, as long as nobody has moved it since.
/// A row says what can be done with it, and offers nothing else: of what was sent, nothing.
#[sqlx::test]
async fn rows_offer_only_what_can_be_done(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let sent = "status = 'sent', sent_at = now()";
    let sent = room.told(&room.patient, "notice", "Gone", 10, sent).await;
    let tick = |id: i64| format!("name=\"id\" value=\"{id}\"");
    let all = "/notifications?kind=notice";
    let gone = tick(sent);
    let page = room.app.get(Some(&room.staff), all).await.expect(200);
    // Nothing can be done at all.
    for offered in [gone.as_str(), "bulk-bar", "value=\"cancel\"", "Select it"] {
        assert!(!page.text.contains(offered), "{offered}: {}", page.text);
    }
    let waits = room.told(&room.patient, "notice", "To come", -60, "").await;
    let page = room.app.get(Some(&room.staff), all).await.expect(200);
    let page = page.says("Select it");
    assert!(!page.text.contains(&gone), "{}", page.text);
    assert!(page.text.contains(&tick(waits)), "{}", page.text);
    for (doing, offered) in [
        ("cancel", true),
        ("reschedule", true),
        ("retry", false),
        ("restore", false),
    ] {
        let button = format!("name=\"do\" value=\"{doing}\"");
        assert_eq!(
            page.text.contains(&button),
            offered,
            "{doing}: {}",
            page.text
        );
    }
    // The stylesheet offers what can be done with those that are ticked.
    page.says("data-can=\"reschedule cancel\"");
}

/// Two of one name who work for the clinic are told apart where it is said who did something; and nobody is who need not be.
#[sqlx::test]
async fn staff_of_one_name_are_told_apart(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let other = app.visitor("staff").await;
    let call = async |who: &Visitor, first: &str, address: &str| {
        sqlx::query(
            "update users set first_name = $2, last_name = 'Lee', email = $3, birth_date = '1990-01-01' where id = $1",
        )
        .bind(who.id)
        .bind(first)
        .bind(address)
        .execute(&app.owner)
        .await
        .expect("called so");
    };
    call(&room.staff, "Sam", "sam.one@midline.example").await;
    call(&other, "SAM", "sam.two@midline.example").await;
    let to_come = "due_at = scheduled_for";
    let one = room
        .told(&room.other, "notice", "Holidays", -90, to_come)
        .await;
    let change = "/notifications/change";
    for (who, doing) in [(&room.staff, "cancel"), (&other, "restore")] {
        app.post(Some(who), change, &format!("do={doing}&id={one}"))
            .await
            .expect(303);
    }
    let campaign = format!(
        "key={}&name=Spring&content_en=We%20moved&when=now",
        uuid::Uuid::new_v4()
    );
    app.post(Some(&room.staff), "/campaigns/new", &campaign)
        .await
        .expect(303);
    let path = format!("/notifications/{one}");
    let page = app.get(Some(&room.staff), &path).await.expect(200);
    let page = page
        .says("Sam Lee (sam.one@midline.example)")
        .says("SAM Lee (sam.two@midline.example)");
    assert!(!page.text.contains("1 Jan 1990"), "{}", page.text);
    app.get(Some(&room.staff), "/campaigns")
        .await
        .expect(200)
        .says("sam.one@midline.example");
    // One of them is called otherwise.
    call(&other, "Kim", "sam.two@midline.example").await;
    for path in [path.as_str(), "/campaigns"] {
        let page = app.get(Some(&room.staff), path).await.expect(200);
        let page = page.says("Sam Lee");
        assert!(!page.text.contains("sam.one@"), "{path}: {}", page.text);
    }
}

#[sqlx::test]
async fn what_was_moved_is_moved_back(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let staff = &room.staff;
    let post =
        |form: String| async move { app.post(Some(staff), "/notifications/change", &form).await };
    let first = "scheduled_for = '2098-05-01 10:00Z', due_at = '2098-05-01 10:00Z'";
    let one = room.told(&room.other, "notice", "Moved", 0, first).await;
    let report = post(format!("do=reschedule&id={one}&date=2099-01-02&time=09:00"))
        .await
        .expect(303);
    let request = report.location().rsplit('/').next().expect("a request");
    app.get(Some(staff), report.location())
        .await
        .expect(200)
        .says("Undo: move back")
        .says(request);
    let back = format!("do=reschedule&of={request}&id={one}");
    let other = app.visitor("staff").await;
    app.post(Some(&other), "/notifications/change", &back)
        .await
        .expect(409);
    let moved_back = post(back.clone()).await.expect(303);
    let moved = "scheduled_for = '2098-05-01 10:00Z' and due_at = scheduled_for";
    assert!(room.is(one, moved).await);
    // A second tap leads to the first one's report.
    let again = post(back.clone()).await.expect(303);
    assert_eq!(again.location(), moved_back.location());
    assert_eq!(app.audited("notification.reschedule", "done").await, 2);
    // Moved elsewhere, it does not stand where that request put it any more.
    post(format!("do=reschedule&id={one}&date=2099-03-04&time=09:00"))
        .await
        .expect(303);
    post(back).await.expect(409);
}

/// One box finds by name, email and text; tiles count and filter; every order goes through all pages.
#[sqlx::test]
async fn the_desk_finds_counts_and_sorts(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let staff = &room.staff;
    sqlx::query("update users set first_name = 'Ottilie', last_name = 'Quast', email = 'oq@midline.example' where id = $1")
        .bind(room.other.id)
        .execute(&app.owner)
        .await
        .expect("a name");
    let failed = "status = 'failed', failure = 'refused', first_tried_at = now()";
    room.told(&room.other, "notice", "Hers", 10, failed).await;
    for n in 0..120 {
        // Some at the same moment.
        let content = format!("Number {n:03}.");
        room.told(&room.patient, "notice", &content, -(n / 2) - 10, "")
            .await;
    }
    for (query, rows, total) in [
        ("q=ottilie", 1, "1 notification<"),
        ("q=quast+OTTILIE", 1, "1 notification<"),
        ("q=oq%40midline.example", 1, "1 notification<"),
        ("q=number+11", 10, "10 notifications<"),
        (
            "q=berger&status=failed",
            0,
            "No notifications match “berger”",
        ),
        ("status=pending", 50, "120 notifications<"),
        ("status=failed", 1, "1 notification<"),
    ] {
        let path = format!("/notifications?{query}");
        let page = app.get(Some(staff), &path).await.expect(200).says(total);
        assert_eq!(
            page.text.matches("<th scope=\"row\">").count(),
            rows,
            "{query}"
        );
    }
    // A search narrows what the tiles count: waiting, sent today, failed, cancelled today.
    for (query, counts) in [
        ("", ["120", "0", "1", "0"]),
        ("?q=quast", ["0", "0", "1", "0"]),
    ] {
        let path = format!("/notifications{query}");
        let text = app.get(Some(staff), &path).await.expect(200).text;
        let values: Vec<String> = text
            .split("stat-value\">")
            .skip(1)
            .filter_map(|rest| rest.split("</span>").next()?.rsplit(['>', ' ']).next())
            .map(str::to_owned)
            .collect();
        assert_eq!(values, counts, "{query}");
    }
    let no_two_alike = app.get(Some(staff), "/notifications").await.expect(200);
    let names: Vec<&str> = no_two_alike
        .text
        .split("<a href=\"/notifications/")
        .skip(1)
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        .filter_map(|rest| rest.split("</a>").next()?.split_once('>'))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names.len(), 50);
    assert!(names.iter().all(|name| name.contains("From the clinic")));
    for order in ["newest", "earliest", "latest", "name"] {
        let mut path = format!("/notifications?sort={order}");
        let mut seen = Vec::new();
        loop {
            let text = app.get(Some(staff), &path).await.expect(200).text;
            let rows = text.split("<tbody>").nth(1).expect("rows");
            seen.extend((0..120).filter(|n| rows.contains(&format!("Number {n:03}."))));
            let next = text.split("href=\"").skip(1).find(|rest| {
                let link = rest.split("</a>").next();
                link.is_some_and(|link| link.contains("Next page"))
            });
            let Some(next) = next.and_then(|rest| rest.split('"').next()) else {
                break;
            };
            path = next.replace("&amp;", "&");
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..120).collect::<Vec<_>>(), "{order}");
    }
    // All that match, and with which of these it can be done.
    let all = "/notifications?pick=all";
    app.get(Some(staff), all)
        .await
        .expect(200)
        .says("name=\"all\" value=\"yes\"")
        .says("121 selected")
        .says("Cancel 120 notifications")
        .says("Try this notification again");
    app.get(Some(staff), "/notifications/change?do=cancel&all=yes")
        .await
        .expect(200)
        .says("<h1>Cancel 120 notifications?</h1>")
        .says("120 of 121 can be cancelled.")
        .says("Keep them")
        .says("It has failed.");
    app.get(Some(staff), "/notifications/change?do=cancel")
        .await
        .expect(200)
        .says("No notifications selected");
    // Of more than are changed at once those are looked at with which it can be done, however far behind they stand.
    sqlx::query(
        "insert into notifications (user_id, content, source, status, sent_at, delivery)
         select $1, 'Long gone', 'other', 'sent', '2026-01-01', 'inbox' from generate_series(1, 600)",
    )
    .bind(room.patient.id)
    .execute(&app.owner)
    .await
    .expect("many");
    app.get(Some(staff), "/notifications/change?do=cancel&all=yes")
        .await
        .expect(200)
        .says("<h1>Cancel 120 notifications?</h1>");
}

/// A button's number is that of what will be done, and what cannot be done is said with its reason.
#[sqlx::test]
async fn all_are_as_many_as_can_be_changed(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let (app, staff) = (&room.app, &room.staff);
    for n in 0..60 {
        let content = format!("Number {n}.");
        room.told(&room.patient, "notice", &content, -n - 10, "")
            .await;
    }
    let asked_back = "first_tried_at = now(), cancel_wanted = true";
    room.told(&room.other, "notice", "Asked back", -5, asked_back)
        .await;
    app.get(Some(staff), "/notifications?status=pending")
        .await
        .expect(200)
        .says("61 notifications<")
        .says("Select all 60<");
    app.get(Some(staff), "/notifications?status=pending&pick=all")
        .await
        .expect(200)
        .says("60 selected")
        .says("Cancel 60 notifications")
        .says("1 of 61 won’t be changed: 1 already being cancelled.");
    app.get(
        Some(staff),
        "/notifications/change?do=cancel&all=yes&status=pending",
    )
    .await
    .expect(200)
    .says("<h1>Cancel 60 notifications?</h1>")
    .says("60 of 61 can be cancelled.");
}

/// The history tells what has become of one, whether or not anybody did anything with it.
#[sqlx::test]
async fn a_history_tells_that_it_was_sent_and_read(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let sent = "status = 'sent', sent_at = now(), first_tried_at = now()";
    let read = format!("{sent}, read_at = now()");
    for (more, words) in [
        (sent, vec!["Sent: the push service took it"]),
        (
            &read,
            vec!["Sent: the push service took it", "Read by the patient"],
        ),
        (
            "status = 'skipped', first_tried_at = now()",
            vec!["Sent to the inbox only: no device"],
        ),
        ("first_tried_at = now()", vec!["Handed to the push service"]),
        ("status = 'cancelled'", vec!["Cancelled"]),
    ] {
        let one = room.told(&room.patient, "notice", "Said", 5, more).await;
        let path = format!("/notifications/{one}");
        let page = room.app.get(Some(&room.staff), &path).await.expect(200);
        let (_, history) = page.text.split_once("history-title").expect("a history");
        assert!(history.contains("Created by Midline"), "{history}");
        for words in words {
            assert!(history.contains(words), "{words}: {history}");
        }
    }
    // By another channel that is said, too.
    let one = room.told(&room.patient, "notice", "Said", 5, sent).await;
    sqlx::query(
        "insert into deliveries (notification_id, channel, state, first_tried_at, sent_at) values ($1, 'email', 'sent', now(), now()),
           ($1, 'sms', 'pending', now(), null)",
    )
    .bind(one)
    .execute(&room.app.owner)
    .await
    .expect("deliveries");
    let path = format!("/notifications/{one}");
    room.app
        .get(Some(&room.staff), &path)
        .await
        .expect(200)
        .says("Sent: the push service took it")
        .says("Sent by email: the mail server took it")
        .says("Handed to the text message service");
    // While it is on its way it can be looked at again.
    let due = "due_at = '2026-01-01'";
    let one = room.told(&room.patient, "notice", "Due", 5, due).await;
    let path = format!("/notifications/{one}");
    let page = room.app.get(Some(&room.staff), &path).await.expect(200);
    page.says("Look again");
    // Who wrote it is said instead.
    let path = format!(
        "/notifications/new?patient={}&key={}",
        room.patient.id,
        uuid::Uuid::new_v4()
    );
    let form = format!(
        "{}&content=Closed&when=now&date=&time=",
        path.split_once('?').expect("a query").1
    );
    let written = room
        .app
        .post(Some(&room.staff), "/notifications/new", &form)
        .await
        .expect(303)
        .location()
        .to_owned();
    let page = room.app.get(Some(&room.staff), &written).await.expect(200);
    let page = page.says("Written by");
    assert!(!page.text.contains("Created by Midline"), "{}", page.text);
}

/// What was never sent reads as it would have been, in its patient's language, whatever became of it.
#[sqlx::test]
async fn what_was_not_sent_keeps_its_language(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let cancelled = "template = 'change_due', status = 'cancelled'";
    let one = room
        .told(&room.patient, "change_due", "Es ist Zeit", 5, cancelled)
        .await;
    for (language, words) in [("en", "for your next step"), ("de", "Es ist Zeit")] {
        sqlx::query("update users set language = $2 where id = $1")
            .bind(room.patient.id)
            .bind(language)
            .execute(&room.app.owner)
            .await
            .expect("theirs");
        for path in [
            format!("/notifications/{one}"),
            format!("/notifications?q={}", words.replace(' ', "%20")),
        ] {
            let page = room.app.get(Some(&room.staff), &path).await.expect(200);
            page.says(words);
        }
    }
}

#[sqlx::test]
async fn a_file_of_the_table_holds_no_formulas(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    for text in [
        "=HYPERLINK(\"http://x\")",
        "a \"quoted\", text",
        "@x",
        "plain",
    ] {
        room.told(&room.patient, "notice", text, 1, "").await;
    }
    let other = room
        .told(&room.other, "message", "not asked for", 1, "")
        .await;
    let path = "/notifications/export?kind=notice";
    let file = app.get(Some(&room.staff), path).await.expect(200);
    let kind = file.headers["content-type"].to_str().expect("text");
    assert!(kind.starts_with("text/csv"), "{kind}");
    let name = file.headers["content-disposition"].to_str().expect("text");
    assert!(name.starts_with("attachment; filename=\"notifications-"));
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("\u{feff}id,patient,email,kind"));
    // Moments are dates to every spreadsheet, by the reader's clock.
    assert!(
        lines[0].contains("to_be_told (Europe/Berlin)"),
        "{}",
        lines[0]
    );
    let written: String = sqlx::query_scalar(
        "select to_char(told_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI:SS') from notifications where content = 'plain'",
    )
    .fetch_one(&app.owner)
    .await
    .expect("a moment");
    assert!(
        file.text.contains(&format!(",{written},")),
        "{written}: {}",
        file.text
    );
    assert_eq!(file.text.matches("\r\n").count(), 5, "{}", file.text);
    for expected in [
        ",plain",
        ",'@x",
        ",\"a \"\"quoted\"\", text\"",
        ",\"'=HYPERLINK(\"\"http://x\"\")\"",
    ] {
        assert!(file.text.contains(expected), "{expected}: {}", file.text);
    }
    assert!(!file.text.contains("not asked for"), "{other}");
    assert_eq!(app.audited("patient.list", "done").await, 1);
    app.get(Some(&room.patient), path).await.expect(403);
    // Where German is read, spreadsheets part columns by semicolons.
    sqlx::query("update users set language = 'de' where id = $1")
        .bind(room.staff.id)
        .execute(&app.owner)
        .await
        .expect("German");
    let german = app.get(Some(&room.staff), path).await.expect(200);
    assert!(german.text.starts_with("\u{feff}id;patient;email;kind"));
    assert!(
        german.text.contains(&format!(";{written};")),
        "{}",
        german.text
    );
    app.get(Some(&room.staff), &format!("{path}&format=doc"))
        .await
        .expect(400);
}

#[sqlx::test]
async fn a_workbook_of_the_table_has_dates_and_no_formulas(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    use std::io::{Cursor, Read};
    let room = Room::open(pool, options).await;
    let app = &room.app;
    for text in ["=HYPERLINK(\"http://x\")", "@x", "plain"] {
        room.told(&room.patient, "notice", text, 1, "").await;
    }
    let path = "/notifications/export?kind=notice&format=xlsx";
    let file = app.get(Some(&room.staff), path).await.expect(200);
    let kind = file.headers["content-type"].to_str().expect("text");
    assert_eq!(
        kind,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    );
    let name = file.headers["content-disposition"].to_str().expect("text");
    assert!(name.ends_with(".xlsx\""), "{name}");
    let mut book = zip::ZipArchive::new(Cursor::new(file.bytes)).expect("a workbook");
    let mut part = |name: &str| {
        let mut text = String::new();
        let mut part = book.by_name(name).expect("a part");
        part.read_to_string(&mut text).expect("text");
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), 4, "{sheet}");
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "{sheet}");
    // What begins like a formula is the text of its cell.
    for text in ["=HYPERLINK(", "@x"] {
        let cells: Vec<_> = sheet
            .split("<c ")
            .filter(|cell| cell.contains(&format!(">{text}")))
            .collect();
        assert_eq!(cells.len(), 1, "{text}: {sheet}");
        assert!(cells[0].contains("t=\"inlineStr\""), "{}", cells[0]);
    }
    assert!(sheet.contains("to_be_told (Europe/Berlin)"), "{sheet}");
    // Days since 1899: today is one of those of 2026 and later.
    let told = sheet
        .split("r=\"H2\"")
        .nth(1)
        .and_then(|cell| cell.split("<v>").nth(1));
    let told = told
        .and_then(|rest| rest.split('<').next())
        .expect("a moment");
    let days: f64 = told.parse().expect("a number");
    let exact: f64 = sqlx::query_scalar(
        "select (extract(epoch from told_at at time zone 'Europe/Berlin') / 86400 + 25569)::float8 from notifications
         where content = 'plain'",
    )
    .fetch_one(&app.owner)
    .await
    .expect("a moment");
    assert!((days - exact).abs() < 1.0 / 86_400.0, "{days} for {exact}");
    assert!(
        part("xl/styles.xml").contains("yyyy\\-mm\\-dd")
            || part("xl/styles.xml").contains("yyyy-mm-dd hh:mm:ss")
    );
    assert_eq!(app.audited("patient.list", "done").await, 1);
    app.get(Some(&room.patient), path).await.expect(403);
}

#[sqlx::test]
async fn staff_write_to_one_patient(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let path = format!("/notifications/new?patient={}", room.patient.id);
    // The form's key stands in its address: whoever comes back to it sends the same form again.
    let form = app.get(Some(&room.staff), &path).await.expect(303);
    let address = form.location();
    let (_, key) = address.split_once("&key=").expect("a key");
    app.get(Some(&room.staff), address)
        .await
        .expect(200)
        .says("21:00")
        .says(key);
    let first_name: String = sqlx::query_scalar(
        "update users set first_name = 'Ottilie' where id = $1 returning first_name",
    )
    .bind(room.patient.id)
    .fetch_one(&app.owner)
    .await
    .expect("a name");
    let key = uuid::Uuid::new_v4();
    let form = |content: &str, more: &str| {
        format!(
            "patient={}&key={key}&content={content}&{more}",
            room.patient.id
        )
    };
    let staff = &room.staff;
    let write =
        |form: String| async move { app.post(Some(staff), "/notifications/new", &form).await };
    write(form("", "when=now")).await.expect(422);
    // What was typed is kept.
    write(form(&format!("Dear%20{first_name}"), "when=now"))
        .await
        .expect(422)
        .says("Dear Ottilie");
    write(form("We%20moved", "when=later&date=2026-13-01&time=09:00"))
        .await
        .expect(422);
    let sent = write(form("We%20moved", "when=later&date=2099-01-02&time=09:00"))
        .await
        .expect(303);
    // The same form again is the same notice.
    let again = write(form("We%20moved", "when=later&date=2099-01-02&time=09:00"))
        .await
        .expect(303);
    assert_eq!(sent.location(), again.location());
    assert_eq!(app.audited("notification.write", "done").await, 1);
    // The provider takes nothing but a UUID for a key.
    let id = sent
        .location()
        .trim_start_matches("/notifications/")
        .trim_end_matches("?saved");
    let standard = "idempotency_key::text ~ '^.{14}4.{4}[89ab]'";
    assert!(room.is(id.parse().expect("an id"), standard).await);
    // At another time, or with another text, it is not taken for the same.
    write(form("We%20moved", "when=now")).await.expect(409);
    write(form("We%20moved", "when=later&date=2099-01-03&time=09:00"))
        .await
        .expect(409);
    write(form("Another", "when=now"))
        .await
        .expect(409)
        .says("Another");
    for slip in [
        "when=later&date=2020-01-02&time=09:00",
        "when=later&date=%2B262142-12-31&time=23:59",
        "when=never",
        "",
    ] {
        write(form("Slip", slip)).await.expect(422).says("Slip");
    }
    let count: i64 = sqlx::query_scalar(
        "select count(*) from notifications where content = 'We moved' and scheduled_for = '2099-01-02 08:00+00' and kind = 'notice'",
    )
    .fetch_one(&app.owner)
    .await
    .expect("a count");
    assert_eq!(count, 1);
    // Sent twice at once, it is one, too.
    let twice = format!(
        "patient={}&key=11111111-1111-4111-8111-111111111111&content=Twice&when=now",
        room.patient.id
    );
    let (one, other) = tokio::join!(write(twice.clone()), write(twice));
    assert_eq!(one.expect(303).location(), other.expect(303).location());
    // It reads in the direction of its letters on whatever screen it comes to.
    let turned = format!(
        "patient={}&key={}&content=%E2%80%AEThe%20clinic%E2%80%AC%20%E2%81%A7moved%E2%80%8F&when=now",
        room.patient.id,
        uuid::Uuid::new_v4()
    );
    let turned = write(turned).await.expect(303);
    let id = turned
        .location()
        .trim_start_matches("/notifications/")
        .trim_end_matches("?saved");
    let plain = "content = 'The clinic moved'";
    assert!(room.is(id.parse().expect("an id"), plain).await);
    write(form("%E2%80%AE", "when=now")).await.expect(422);
    // What shows nothing says nothing.
    write(form("%E2%80%8B%E3%85%A4", "when=now"))
        .await
        .expect(422);
    for who in [room.staff.id, 999_999] {
        let form = format!("patient={who}&key={key}&content=x&when=now");
        write(form).await.expect(404);
    }
    app.get(Some(&room.patient), &path).await.expect(403);
}

/// The next words of a stream, or none within so long.
async fn next(body: &mut axum::body::Body, milliseconds: u64) -> Option<String> {
    use http_body_util::BodyExt;
    let frame = tokio::time::timeout(std::time::Duration::from_millis(milliseconds), body.frame());
    let frame = frame.await.ok()??.expect("a frame");
    let bytes = frame.into_data().expect("data");
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[sqlx::test]
async fn an_open_page_hears_of_what_is_told(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let stop = tokio_util::sync::CancellationToken::new();
    let ear = app.app.listen(stop.clone());
    // What was missed while nobody listened is told everybody: not to these, who come later.
    let listens = "select exists (select from pg_stat_activity where datname = current_database() and query ilike 'listen%')";
    while !sqlx::query_scalar::<_, bool>(listens)
        .fetch_one(&app.owner)
        .await
        .expect("an answer")
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let (head, mut own) = app.stream(Some(&room.patient), "/inbox/live").await;
    assert_eq!(head.headers["content-type"], "text/event-stream");
    let (_, mut others) = app.stream(Some(&room.other), "/inbox/live").await;
    for stream in [&mut own, &mut others] {
        assert_eq!(next(stream, 300).await, None, "nothing yet");
    }
    let insert = "insert into notifications (user_id, content, source, kind, scheduled_for) values ($1, 'x', 'other', 'notice', now() + $2 * interval '1 second')";
    let tell = |seconds: f64| sqlx::query(insert).bind(room.patient.id).bind(seconds);
    tell(0.0).execute(&app.owner).await.expect("told");
    let heard = next(&mut own, 2000).await.expect("news");
    assert!(heard.contains("event: told"), "{heard}");
    assert_eq!(next(&mut others, 300).await, None, "another's");
    // What is scheduled already is heard of when its time comes.
    tell(1.0).execute(&app.owner).await.expect("scheduled");
    drop(own);
    let (_, mut own) = app.stream(Some(&room.patient), "/inbox/live").await;
    assert!(next(&mut own, 3000).await.expect("news").contains("told"));
    // One person's pages do not take the places of all others'.
    let mut more = Vec::new();
    for _ in 0..3 {
        more.push(app.stream(Some(&room.patient), "/inbox/live").await);
    }
    app.get(Some(&room.patient), "/inbox/live")
        .await
        .expect(503);
    drop(more.pop());
    let (head, _stream) = app.stream(Some(&room.patient), "/inbox/live").await;
    assert_eq!(head.status, 200);
    // No connection is kept for it, and it ends when the server does.
    let begun = std::time::Instant::now();
    while app.pool.size() as usize - app.pool.num_idle() != 1 {
        assert!(begun.elapsed().as_secs() < 5, "but for the ear");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.cancel();
    assert_eq!(next(&mut own, 2000).await, None);
    ear.await.expect("ended");
}

/// A page left open hears nothing more once its session, its reader's role or account has ended, and its stream ends.
#[sqlx::test]
async fn a_stream_ends_with_what_it_hangs_on(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let stop = tokio_util::sync::CancellationToken::new();
    let _ear = app.app.listen(stop.clone());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let end_of = async |sql: &'static str, id: i64| {
        sqlx::query(sql)
            .bind(id)
            .execute(&app.owner)
            .await
            .expect(sql);
    };
    for sql in [
        "delete from sessions where user_id = $1",
        "delete from user_roles where user_id = $1",
        "update users set disabled_at = now() where id = $1",
        "update users set terms_accepted = false, terms_version = null, terms_accepted_at = null where id = $1",
    ] {
        let patient = app.visitor("patient").await;
        let other = app.visitor("patient").await;
        let (_, mut ended) = app.stream(Some(&patient), "/inbox/live").await;
        let (_, mut open) = app.stream(Some(&other), "/inbox/live").await;
        for stream in [&mut ended, &mut open] {
            assert_eq!(next(stream, 200).await, None, "nothing yet");
        }
        end_of(sql, patient.id).await;
        use http_body_util::BodyExt;
        let end = tokio::time::timeout(std::time::Duration::from_secs(3), ended.frame()).await;
        assert!(matches!(end, Ok(None)), "{sql}: {end:?}");
        assert_eq!(next(&mut open, 200).await, None, "another's goes on");
        let tell = "insert into notifications (user_id, content, source, kind) values ($1, 'x', 'other', 'notice')";
        end_of(tell, other.id).await;
        assert!(next(&mut open, 2000).await.expect("news").contains("told"));
    }
    // One session of two: what is told later is told to the other alone.
    let patient = app.visitor("patient").await;
    let here = app.sign_in(patient.id).await;
    let (_, mut there) = app.stream(Some(&patient), "/inbox/live").await;
    let (_, mut here_open) = app.stream(Some(&here), "/inbox/live").await;
    for stream in [&mut there, &mut here_open] {
        assert_eq!(next(stream, 200).await, None, "nothing yet");
    }
    app.post(Some(&patient), "/sign-out", "").await.expect(303);
    let tell = "insert into notifications (user_id, content, source, kind) values ($1, 'x', 'other', 'notice')";
    end_of(tell, patient.id).await;
    assert!(
        next(&mut here_open, 2000)
            .await
            .expect("news")
            .contains("told")
    );
    assert_eq!(next(&mut there, 500).await, None);
    stop.cancel();
}

#[sqlx::test]
async fn figures_are_told_to_prometheus(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::{
        app::FEATURES,
        feature::figures,
        notifications::{Channel, Settled, Why, metrics},
    };
    use tower::ServiceExt;
    let room = Room::open(pool, options).await;
    room.told(
        &room.patient,
        "notice",
        "late",
        10,
        "due_at = now() - interval '90 s'",
    )
    .await;
    let failed = "status = 'failed', failure = 'refused'";
    room.told(&room.patient, "notice", "failed", 10, failed)
        .await;
    let took = std::time::Duration::from_millis(20);
    metrics::count(
        Channel::Push,
        &Settled::Skipped(Why::word("no_device")),
        took,
    );
    let why = Why {
        word: "rate_limited",
        status: Some(429),
    };
    metrics::count(
        Channel::Push,
        &Settled::Again(why, chrono::TimeDelta::seconds(1)),
        took,
    );
    let figures = figures::router(room.app.app.platform().clone(), &FEATURES);
    let request = axum::http::Request::get("/metrics")
        .body(axum::body::Body::empty())
        .expect("a request");
    let answer = figures.oneshot(request).await.expect("an answer");
    let body = http_body_util::BodyExt::collect(answer.into_body())
        .await
        .expect("a body");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
    for line in [
        "midline_notifications{state=\"due\"} 1",
        "midline_notifications{state=\"failed\"} 1",
        "midline_dispatched_total{outcome=\"inbox\"} 1",
        "midline_provider_errors_total{why=\"rate_limited\"} 1",
        "midline_handover_seconds_count 2",
        "midline_notifications_lag_seconds 9",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    // On a socket of their own: the portal does not know them.
    room.app
        .get(Some(&room.staff), "/metrics")
        .await
        .expect(404);
}

#[sqlx::test]
async fn one_page_lets_in_the_providers_script(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options).await;
    let app = &room.app;
    let patient = Some(&room.patient);
    let policy = |answer: &crate::harness::Answer| {
        let policy = &answer.headers["content-security-policy"];
        policy.to_str().expect("text").to_owned()
    };
    let device = app.get(patient, "/settings/device").await.expect(200);
    assert!(policy(&device).contains(" https://cdn.onesignal.com http://127.0.0.1:9;"));
    assert!(policy(&device).contains("connect-src 'self' http://127.0.0.1:9;"));
    for path in ["/", "/inbox", "/settings/notifications"] {
        let page = app.get(patient, path).await.expect(200);
        assert!(!policy(&page).contains("http"), "{path}");
    }
    let known_by: uuid::Uuid = sqlx::query_scalar("select push_id from users where id = $1")
        .bind(room.patient.id)
        .fetch_one(&app.owner)
        .await
        .expect("a patient");
    assert!(device.text.contains(&format!("data-person=\"{known_by}\"")));
    // A page of the provider's is named, and nothing else of it fetched until somebody asks for it.
    assert!(!device.text.contains("<script src"));
    let worker = app
        .get(None, "/push/OneSignalSDKWorker.js")
        .await
        .expect(200);
    assert_eq!(
        worker.text,
        "importScripts(\"https://cdn.onesignal.com/sdks/web/v16/OneSignalSDK.sw.js\");\n"
    );
}
