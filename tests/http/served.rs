//! What timelines and galleries show, answered by server functions: typed, with the authority of the pages.

use crate::harness::{Answer, TestApp, Visitor};
use leptos::server_fn::Decodes;
use midline::{
    error::Fields,
    journeys::line::Entries,
    photos::figure::{Figure, Further},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::fmt::Debug;

/// Delays that follow the eight changes of a treatment: with them it is longer than a page.
const DELAYS: usize = 60;

struct Room {
    app: TestApp,
    patient: Visitor,
    dentist: Visitor,
    journey: i64,
}

impl Room {
    async fn new(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let patient = app.visitor("patient").await;
        let dentist = app.visitor("dentist").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
        Self {
            app,
            patient,
            dentist,
            journey,
        }
    }

    /// Each a day longer than the one before it.
    async fn delay(&self) {
        let sql = format!(
            "do $$ declare e progress_events%rowtype; begin
               for n in 1..{DELAYS} loop
                 select * into strict e from progress_events where journey_id = {} order by id desc limit 1;
                 insert into progress_events (user_id, journey_id, start_date, progress_stage, end_date, type, reason, note,
                                              actor_id, previous_event_id, time_zone)
                 values (e.user_id, e.journey_id, e.start_date + interval '1 second', e.progress_stage,
                         e.end_date + interval '1 day', 'delay', 'pain', 'Delay number ' || n, e.user_id, e.id, e.time_zone);
               end loop;
             end $$",
            self.journey
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&self.app.owner)
            .await
            .expect("delays");
    }

    async fn entries(&self, who: Option<&Visitor>, before: &str) -> Answer {
        let path = format!(
            "/api/journeys/entries?journey={}&before={before}",
            self.journey
        );
        self.app.get(who, &path).await
    }

    async fn photos(&self, who: Option<&Visitor>, after: &str) -> Answer {
        let path = format!(
            "/api/journeys/photos?journey={}&after={after}",
            self.journey
        );
        self.app.get(who, &path).await
    }

    async fn page(&self, path: &str) -> Answer {
        let path = format!("/journeys/{}{path}", self.journey);
        self.app.get(Some(&self.patient), &path).await
    }
}

/// What an answer holds; nobody but its reader keeps it.
#[track_caller]
fn typed<T>(answer: Answer) -> T
where
    Fields: Decodes<T, Error: Debug>,
{
    let answer = answer.expect(200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "application/x-postcard");
    Fields::decode(answer.bytes).expect("an answer of its type")
}

/// Where the link to more leads from: what stands behind `?before=` or `?after=`.
#[track_caller]
fn next<'a>(page: &'a Answer, name: &str) -> &'a str {
    let (_, link) = page.text.rsplit_once(&format!("?{name}=")).expect("a link");
    let (place, rest) = link.split_once('"').expect("its end");
    assert!(rest.contains("rel=\"next\""), "{rest}");
    place
}

fn count(page: &Answer, what: &str) -> usize {
    page.text.matches(what).count()
}

#[sqlx::test]
async fn earlier_entries_are_those_of_the_next_page(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::new(pool, options).await;
    let short = room.page("").await.expect(200);
    assert!(
        !short.text.contains("<leptos-island"),
        "no program for nothing"
    );
    room.delay().await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 3, "front")
        .await;
    let first = room.page("").await.expect(200);
    assert_eq!(count(&first, "id=\"event-"), 50);
    assert!(first.text.contains("<leptos-island"));
    let before = next(&first, "before").to_owned();

    let entries: Entries = typed(room.entries(Some(&room.patient), &before).await);
    let events: Vec<i64> = entries.lines.iter().filter_map(|line| line.event).collect();
    assert_eq!(events.len(), DELAYS + 8 - 50);
    assert_eq!(events.last().copied(), entries.oldest);
    assert!(events.is_sorted_by(|a, b| a > b) && events[0] < before.parse().expect("a number"));
    assert!(!entries.more);
    assert_eq!(
        entries.said,
        "18 earlier entries have been added. There are no earlier entries."
    );
    let strips = entries.lines.iter().filter_map(|line| line.strip.as_ref());
    let shown: Vec<i64> = strips
        .flat_map(|strip| &strip.photos)
        .map(|it| it.id)
        .collect();
    assert_eq!(shown, [photo]);

    // The plain page, and the one with all that is shown then, say the same.
    let second = room.page(&format!("?before={before}")).await.expect(200);
    let oldest = events.last().expect("the oldest");
    let whole = room.page(&format!("?to={oldest}")).await.expect(200);
    assert_eq!(count(&second, "id=\"event-"), 18);
    assert_eq!(count(&whole, "id=\"event-"), DELAYS + 8);
    for line in &entries.lines {
        let id = line.event.map(|event| format!("id=\"event-{event}\""));
        for words in [
            id.as_ref(),
            Some(&line.words),
            Some(&line.at.words),
            line.note.as_ref(),
        ] {
            let words = words.map_or("", String::as_str).replace('\u{a0}', " ");
            assert!(
                second.text.contains(&words) && whole.text.contains(&words),
                "{words}"
            );
        }
    }
    assert!(!whole.text.contains("rel=\"next\""));
    // Up to a place within it, there is more; and on a page that begins later, too.
    let to = room.page(&format!("?to={before}")).await.expect(200);
    assert_eq!(count(&to, "id=\"event-"), 50);
    assert_eq!(next(&to, "before"), before);
    let part = format!("?before={before}&to={}", events[4]);
    assert_eq!(count(&room.page(&part).await.expect(200), "id=\"event-"), 5);
    let part = format!("?event={}&to={}", events[1], events[4]);
    assert_eq!(count(&room.page(&part).await.expect(200), "id=\"event-"), 4);
}

#[sqlx::test]
async fn entries_are_told_to_those_who_may_see_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::new(pool, options).await;
    let app = &room.app;
    app.photo(&room.patient, room.journey, 3, "front").await;
    let [other, stranger, staff] = [
        app.visitor("patient").await,
        app.visitor("dentist").await,
        app.visitor("staff").await,
    ];
    let newest = i64::MAX.to_string();
    let refused = room.entries(None, &newest).await.expect(401);
    assert_eq!(refused.text, "signed_out");
    for visitor in [&other, &stranger] {
        let refused = room.entries(Some(visitor), &newest).await.expect(404);
        assert_eq!(refused.text, "not_found");
    }
    assert_eq!(app.audited("journey.read", "refused").await, 2);
    for (visitor, photos) in [(&room.patient, 1), (&room.dentist, 1), (&staff, 0)] {
        let entries: Entries = typed(room.entries(Some(visitor), &newest).await);
        assert_eq!(entries.lines.len(), 8);
        let strips = entries.lines.iter().filter(|line| line.strip.is_some());
        assert_eq!(strips.count(), photos);
    }
    // As on the page, whoever looks at another's is recorded.
    assert_eq!(app.audited("journey.read", "done").await, 2);
    for before in ["x", "", "1.5"] {
        let refused = room.entries(Some(&room.patient), before).await.expect(400);
        assert_eq!(refused.text, "malformed");
    }
    let none: Entries = typed(room.entries(Some(&room.patient), "0").await);
    assert!(none.lines.is_empty() && !none.more && none.oldest.is_none());
    // It only reads, and is asked so.
    let path = "/api/journeys/entries";
    app.post(Some(&room.patient), path, "journey=1&before=1")
        .await
        .expect(405);
    // A place that is none of theirs is none.
    let (elsewhere, event) = app.journey(&other, 8, "2026-03-17T08:00:00Z").await;
    assert_ne!(elsewhere, room.journey);
    let event = event.expect("an event");
    room.page(&format!("?to={event}")).await.expect(404);
    let (_, own) = (room.page("").await, "id=\"event-");
    let first = room.page("").await;
    let newest = first
        .text
        .split(own)
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let newest = newest.expect("the newest");
    room.page(&format!("?before={newest}&to={newest}"))
        .await
        .expect(400);
}

#[sqlx::test]
async fn they_are_told_in_the_readers_language(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::new(pool, options).await;
    sqlx::query("update users set language = 'de' where id = $1")
        .bind(room.patient.id)
        .execute(&room.app.owner)
        .await
        .expect("a language");
    let entries: Entries = typed(room.entries(Some(&room.patient), "9999999").await);
    assert_eq!(
        entries.said,
        "8 frühere Einträge sind dazugekommen. Es gibt keine früheren Einträge."
    );
}

#[sqlx::test]
async fn earlier_photos_are_those_of_the_next_page(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::new(pool, options).await;
    for stage in 1..=6 {
        for n in 0..10 {
            let view = ["front", "left", "right", "upper", "lower"][n % 5];
            room.app
                .photo(&room.patient, room.journey, stage, view)
                .await;
        }
    }
    // The page ends within a view: of two upper ones of a stage, the older comes with the next.
    for view in ["front", "front", "front"] {
        room.app.photo(&room.patient, room.journey, 8, view).await;
    }
    const SHOT: &str = "<img class=\"shot\"";
    let first = room.page("/photos").await.expect(200);
    assert_eq!(count(&first, SHOT), 50);
    let after = next(&first, "after").to_owned();
    assert!(after.starts_with("2.upper."), "{after}");

    let further: Further = typed(room.photos(Some(&room.patient), &after).await);
    let stages: Vec<(i32, usize)> = further
        .stages
        .iter()
        .map(|stage| (stage.stage, stage.figures.len()))
        .collect();
    assert_eq!(stages, [(2, 3), (1, 10)]);
    assert_eq!(
        further.said,
        "13 earlier photos have been added. There are no earlier photos."
    );
    assert!(!further.more);
    let figures: Vec<&Figure> = further.stages.iter().flat_map(|it| &it.figures).collect();
    assert!(
        figures
            .iter()
            .all(|figure| figure.picture.lazy && figure.again.is_none())
    );

    let second = room
        .page(&format!("/photos?after={after}"))
        .await
        .expect(200);
    let last = further.last.as_deref().expect("the last");
    let whole = room.page(&format!("/photos?to={last}")).await.expect(200);
    assert_eq!((count(&second, SHOT), count(&whole, SHOT)), (13, 63));
    for figure in &figures {
        assert!(second.text.contains(&figure.picture.src), "{figure:?}");
        assert!(whole.text.contains(&figure.picture.src), "{figure:?}");
    }
    assert!(!whole.text.contains("rel=\"next\""));
    let to = room.page(&format!("/photos?to={after}")).await.expect(200);
    assert_eq!(count(&to, SHOT), 50);
    // The last photo may go: what is shown ends where it stood.
    let id = last.rsplit('.').next().expect("a number");
    sqlx::query("update user_images set missing_since = now() where id = $1::text::bigint")
        .bind(id)
        .execute(&room.app.owner)
        .await
        .expect("a photo that went");
    let whole = room.page(&format!("/photos?to={last}")).await.expect(200);
    assert_eq!(count(&whole, SHOT), 62);
}

#[sqlx::test]
async fn photos_are_shown_to_those_who_may_see_them(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::new(pool, options).await;
    let app = &room.app;
    for view in ["front", "left", "left", "left"] {
        app.photo(&room.patient, room.journey, 8, view).await;
    }
    const NEWEST: &str = "9.front.1";
    assert_eq!(
        room.photos(None, NEWEST).await.expect(401).text,
        "signed_out"
    );
    for role in ["patient", "dentist", "staff", "admin"] {
        let visitor = app.visitor(role).await;
        let refused = room.photos(Some(&visitor), NEWEST).await.expect(404);
        assert_eq!(refused.text, "not_found");
    }
    let wrong = ["x", "", "8.front", "8.behind.1", "8.front.x"];
    for after in wrong {
        let refused = room.photos(Some(&room.patient), after).await.expect(400);
        assert_eq!(refused.text, "malformed");
        let page = room.page(&format!("/photos?to={after}")).await;
        assert_eq!(page.status, 400, "{after}");
    }
    let theirs: Further = typed(room.photos(Some(&room.dentist), NEWEST).await);
    // Their dentist asks for the newest of each view again; what stands on the page above was the newest.
    let asked = |further: &Further| {
        let figures = further.stages.iter().flat_map(|stage| &stage.figures);
        figures.map(|it| it.again.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&theirs), [true, true, false, false]);
    let newest = theirs.stages[0].figures[1].id;
    let rest: Further = typed(
        room.photos(Some(&room.dentist), &format!("8.left.{newest}"))
            .await,
    );
    assert_eq!(asked(&rest), [false, false]);
}
