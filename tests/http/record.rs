//! The pages of a patient's record at a desk: the tabs between them, and what can be done there.

use crate::harness::{TestApp, Visitor, count_statements};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// A link, as a page has it.
#[derive(Debug)]
struct Link {
    href: String,
    tag: String,
}

fn links(html: &str) -> Vec<Link> {
    html.split("<a ")
        .skip(1)
        .filter_map(|link| {
            let tag = link.split('>').next()?.to_owned();
            let href = tag.split("href=\"").nth(1)?.split('"').next()?.to_owned();
            Some(Link { href, tag })
        })
        .collect()
}

/// What stands in the first element of this name and class, up to its end; nothing in it has the same name.
fn inside(html: &str, name: &str, class: &str) -> String {
    let class = format!("class=\"{class}\"");
    html.split(&format!("<{name} "))
        .skip(1)
        .find(|part| {
            part.split('>')
                .next()
                .is_some_and(|tag| tag.contains(&class))
        })
        .and_then(|part| part.split(&format!("</{name}>")).next())
        .unwrap_or_default()
        .to_owned()
}

/// The addresses of the tabs, and the one that is open.
fn tabs(html: &str) -> (Vec<String>, Option<String>) {
    let links = links(&inside(html, "nav", "tabs"));
    let open = links
        .iter()
        .find(|link| link.tag.contains("aria-current=\"page\""))
        .map(|link| link.href.clone());
    (links.into_iter().map(|link| link.href).collect(), open)
}

/// The act that stands out, of which there is one, and the addresses of the others.
fn acts(html: &str) -> (String, Vec<String>) {
    let first: Vec<Link> = links(html)
        .into_iter()
        .filter(|link| link.tag.contains("button-primary"))
        .collect();
    assert_eq!(first.len(), 1, "one act stands out: {first:?}");
    let more = links(&inside(html, "div", "menu-items"));
    (
        first[0].href.clone(),
        more.into_iter().map(|link| link.href).collect(),
    )
}

struct Room {
    app: TestApp,
    dentist: Visitor,
    staff: Visitor,
    patient: Visitor,
    journey: i64,
}

impl Room {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions, due: &str) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        // One connection: what a new one asks about types is not counted as a page's.
        let app = TestApp::with_connections(1, options, owner).await;
        let (dentist, staff) = (app.visitor("dentist").await, app.visitor("staff").await);
        let patient = app.visitor("patient").await;
        app.assign(&patient, &dentist).await;
        let (journey, _) = app.journey(&patient, 8, due).await;
        Self {
            app,
            dentist,
            staff,
            patient,
            journey,
        }
    }

    async fn page(&self, who: &Visitor, path: &str) -> String {
        self.app.get(Some(who), path).await.expect(200).text
    }

    async fn record(&self, who: &Visitor) -> String {
        self.page(who, &format!("/patients/{}", self.patient.id))
            .await
    }

    /// The address of a page of the treatment.
    fn of(&self, page: &str) -> String {
        format!("/journeys/{}{page}", self.journey)
    }

    /// All that a dentist may open of the record.
    fn parts(&self) -> Vec<String> {
        vec![
            format!("/patients/{}", self.patient.id),
            self.of(""),
            self.of("/photos"),
            self.of("/messages"),
            self.of("/wear"),
        ]
    }
}

/// In mid-treatment there is no aftercare to speak of; a scan that is booked is worth a word.
#[sqlx::test]
async fn aftercare_is_told_where_there_is_some(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    for (stage, told) in [
        ("aligner_journey_underway", false),
        ("scan_appointment_booked", true),
    ] {
        sqlx::query("update journeys set aftercare_stage = $2::aftercare_stage where id = $1")
            .bind(room.journey)
            .bind(stage)
            .execute(&room.app.owner)
            .await
            .expect("a stage");
        for who in [&room.staff, &room.dentist] {
            let page = room.page(who, &room.of("")).await;
            assert_eq!(page.contains("Aftercare stage"), told, "{stage}: {page}");
        }
    }
}

#[sqlx::test]
async fn each_page_of_a_record_leads_to_the_others(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    let photo = room
        .app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let parts = room.parts();
    for part in &parts {
        let page = room.page(&room.dentist, part).await;
        assert_eq!(
            tabs(&page),
            (parts.clone(), Some(part.clone())),
            "{part}: {page}"
        );
        assert!(
            page.contains("aria-label=\"Record of Mia Berger\""),
            "{part}"
        );
    }
    // What is part of the photos, and what is part of none.
    let photos = Some(room.of("/photos"));
    for (path, open) in [
        (room.of("/photos/compare"), &photos),
        (room.of("/photos/lapse"), &photos),
        (format!("/photos/{photo}"), &photos),
        (format!("/reports/{report}"), &None),
    ] {
        let page = room.page(&room.dentist, &path).await;
        assert_eq!(tabs(&page), (parts.clone(), open.clone()), "{path}: {page}");
    }
    // A patient has no need of them, and another dentist's patient has no such pages.
    for path in [room.of(""), room.of("/photos"), room.of("/messages")] {
        let page = room.page(&room.patient, &path).await;
        assert_eq!(tabs(&page), (Vec::new(), None), "{path}");
    }
    let other = room.app.visitor("dentist").await;
    for part in &parts {
        room.app.get(Some(&other), part).await.expect(404);
    }
}

#[sqlx::test]
async fn no_tab_leads_to_what_is_refused(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    room.app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let admin = room.app.visitor("admin").await;
    let for_staff: Vec<String> = room
        .parts()
        .into_iter()
        .filter(|part| !part.ends_with("/photos") && !part.ends_with("/messages"))
        .collect();
    for who in [&room.staff, &admin] {
        for part in &for_staff {
            let page = room.page(who, part).await;
            assert_eq!(
                tabs(&page),
                (for_staff.clone(), Some(part.clone())),
                "{part}: {page}"
            );
        }
    }
    // Braces are not taken out.
    sqlx::query("update journeys set product = 'clear_braces' where id = $1")
        .bind(room.journey)
        .execute(&room.app.owner)
        .await
        .expect("braces");
    let (shown, _) = tabs(&room.record(&room.dentist).await);
    assert_eq!(shown, room.parts()[..4]);
    // Before the first treatment there is the record alone, and one act.
    let new = room.app.visitor("patient").await;
    room.app.assign(&new, &room.dentist).await;
    let path = format!("/patients/{}", new.id);
    let page = room.page(&room.dentist, &path).await;
    assert_eq!(tabs(&page), (vec![path.clone()], Some(path.clone())));
    assert_eq!(acts(&page), (format!("{path}/journeys"), Vec::new()));
}

#[sqlx::test]
async fn one_act_stands_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    let write = room.of("/messages#write");
    let notify = format!("/notifications/new?patient={}", room.patient.id);
    for path in [format!("/patients/{}", room.patient.id), room.of("")] {
        let (first, more) = acts(&room.page(&room.dentist, &path).await);
        assert_eq!(first, write, "{path}");
        assert!(!more.contains(&notify), "{path}: the office's alone");
        let (first, more) = acts(&room.page(&room.staff, &path).await);
        assert_eq!(first, notify, "{path}");
        assert!(!more.contains(&write), "{path}: the dentist's alone");
        assert!(
            more.contains(&format!("/notifications?patient={}", room.patient.id)),
            "{path}"
        );
    }
    // Photos that wait for a decision.
    room.app
        .photo(&room.patient, room.journey, 8, "front")
        .await;
    let decide = room.of("/reviews/8");
    let page = room.record(&room.dentist).await;
    assert!(page.contains("Decide on step 8"), "{page}");
    let (first, more) = acts(&page);
    assert_eq!((&first, &more[0]), (&decide, &write));
    room.app.get(Some(&room.dentist), &first).await.expect(200);
    // Pain comes before them.
    let report = room.app.report(&room.patient, room.journey, "pain").await;
    let answer = format!("/reports/{report}#answer");
    let page = room.record(&room.dentist).await;
    assert!(page.contains("Answer the report"), "{page}");
    let (first, more) = acts(&page);
    assert_eq!(
        (&first, &more[0], &more[1]),
        (&answer, &decide, &write),
        "{more:?}"
    );
    // Neither is for staff.
    let (first, more) = acts(&room.record(&room.staff).await);
    assert_eq!(first, notify);
    assert!(
        !more.contains(&answer) && !more.contains(&decide),
        "{more:?}"
    );
    // Closed, it waits no more.
    let close = format!("/reports/{report}/close");
    room.app
        .post(
            Some(&room.dentist),
            &close,
            &format!("key={}&body=Spoken+on+the+phone", uuid::Uuid::new_v4()),
        )
        .await
        .expect(303);
    assert_eq!(acts(&room.record(&room.dentist).await).0, decide);
}

#[sqlx::test]
async fn what_cannot_be_undone_stands_last_and_apart(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    for who in [&room.dentist, &room.staff] {
        for path in [format!("/patients/{}", room.patient.id), room.of("")] {
            let page = room.page(who, &path).await;
            // The browser opens it: no script is needed.
            assert!(page.contains("popovertarget=\"more\""), "{path}: {page}");
            let menu = links(&inside(&page, "div", "menu-items"));
            let (last, others) = menu.split_last().expect("a menu");
            assert_eq!(last.href, room.of("/end"), "{path}");
            assert!(last.tag.contains("class=\"menu-danger\""), "{last:?}");
            assert!(others.len() > 4, "{others:?}");
            assert!(
                others.iter().all(|link| !link.tag.contains("menu-danger")),
                "{others:?}"
            );
            assert_eq!(page.matches(&room.of("/end")).count(), 1, "nowhere else");
        }
    }
}

#[sqlx::test]
async fn what_cannot_be_done_is_not_offered(pool: PgPoolOptions, options: PgConnectOptions) {
    // Six weeks late: no delay leads into the future.
    let room = Room::open(pool, options, "2026-02-03T08:00:00Z").await;
    let offered = async |act: &str| {
        let (first, more) = acts(&room.record(&room.dentist).await);
        first == room.of(act) || more.contains(&room.of(act))
    };
    for (act, can) in [
        ("/progress", true),
        ("/delay", false),
        ("/pause", true),
        ("/continue", false),
        ("/back", true),
        ("/plan", true),
        ("/aftercare", true),
    ] {
        assert_eq!(offered(act).await, can, "late: {act}");
    }
    room.app
        .act(
            &room.dentist,
            room.journey,
            "pause",
            "reason=travel&intent=confirm",
        )
        .await
        .expect(303);
    for (act, can) in [
        ("/progress", false),
        ("/delay", false),
        ("/pause", false),
        ("/continue", true),
        ("/back", false),
        ("/plan", true),
    ] {
        assert_eq!(offered(act).await, can, "paused: {act}");
    }
    room.app
        .act(&room.dentist, room.journey, "end", "note=&intent=confirm")
        .await
        .expect(303);
    for act in ["/progress", "/pause", "/continue", "/back", "/plan", "/end"] {
        assert!(!offered(act).await, "ended: {act}");
    }
    let open = format!("/patients/{}/journeys", room.patient.id);
    let (first, more) = acts(&room.record(&room.dentist).await);
    assert_eq!(first, room.of("/messages#write"));
    assert_eq!(more, [open.clone(), room.of("/aftercare")]);
    // The next one is under way: none can be opened, on whichever of their pages.
    let (next, _) = room
        .app
        .journey(&room.patient, 0, "2026-03-20T08:00:00Z")
        .await;
    for path in [
        format!("/patients/{}", room.patient.id),
        room.of(""),
        format!("/journeys/{next}"),
    ] {
        let (first, more) = acts(&room.page(&room.dentist, &path).await);
        assert!(first != open && !more.contains(&open), "{path}");
    }
}

/// A treatment that is done can go on only as long as no other has begun.
#[sqlx::test]
async fn a_treatment_that_was_followed_goes_on_no_more(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 24, "2026-03-17T08:00:00Z").await;
    app.act(&dentist, journey, "progress", "").await.expect(303);
    let back = format!("/journeys/{journey}/back");
    let page = async || {
        app.get(Some(&dentist), &format!("/journeys/{journey}"))
            .await
            .expect(200)
            .text
    };
    assert!(acts(&page().await).1.contains(&back));
    app.get(Some(&dentist), &back).await.expect(200);
    app.journey(&patient, 0, "2026-03-20T08:00:00Z").await;
    assert!(!acts(&page().await).1.contains(&back));
    app.get(Some(&dentist), &back).await.expect(422);
}

/// What waits is asked with the patient's care, and the tabs ask nothing.
#[sqlx::test]
async fn a_record_takes_few_queries(pool: PgPoolOptions, options: PgConnectOptions) {
    let room = Room::open(pool, options, "2026-03-20T08:00:00Z").await;
    for (path, count) in [
        // The person, the patient, the audit row, whether their photos are seen, the treatments, the care, a page of the timeline, decisions, reports, photos.
        (format!("/patients/{}", room.patient.id), 10),
        // The person, the treatment, the audit row, a page of the timeline, decisions, reports, photos, history, others, the care.
        (room.of(""), 10),
    ] {
        room.page(&room.dentist, &path).await;
        let (counter, statements) = count_statements();
        let answer = {
            let _guard = tracing::subscriber::set_default(counter);
            room.app.get(Some(&room.dentist), &path).await
        };
        answer.expect(200);
        let statements = statements.lock().expect("the list").clone();
        assert_eq!(statements.len(), count, "{path}: {statements:#?}");
    }
}
