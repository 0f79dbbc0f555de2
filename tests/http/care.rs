//! Who may see whom: what `care.seen` answers, and that each list and each mixture of roles goes by it. `scripts/mutants.sh` changes
//! both, and counts on these tests to notice.

use crate::harness::{TestApp, Visitor};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

/// Who looks, as `care.scope` has it.
type Scope = (Option<i64>, bool, Option<i64>, bool);

#[sqlx::test]
async fn the_function_lets_in_whom_it_should(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let [mine, theirs, nobodys] = [
        app.visitor("patient").await,
        app.visitor("patient").await,
        app.visitor("patient").await,
    ];
    let (there, here) = (app.visitor("dentist").await, app.visitor("dentist").await);
    app.assign(&mine, &here).await;
    app.assign(&theirs, &there).await;
    let dentist = app.dentist_id(&here).await;
    let everyone = [mine.id, theirs.id, nobodys.id, there.id, here.id];
    let seen = async |ability: &str, scope: Scope| -> Vec<i64> {
        sqlx::query_scalar(
            "select coalesce(array_agg(patient order by patient), '{}')
             from care.seen($1::text::care.ability, ($2, $3, $4, $5)::care.scope)",
        )
        .bind(ability)
        .bind(scope.0)
        .bind(scope.1)
        .bind(scope.2)
        .bind(scope.3)
        .fetch_one(&app.pool)
        .await
        .expect("an answer")
    };
    let (mine, none, all) = (vec![mine.id], Vec::new(), everyone.to_vec());
    let both = vec![mine[0], here.id];
    for (who, scope, record, photos, treat) in [
        (
            "a patient",
            (Some(mine[0]), true, None, false),
            &mine,
            &mine,
            &none,
        ),
        (
            "somebody who is no patient any more",
            (Some(mine[0]), false, None, false),
            &none,
            &none,
            &none,
        ),
        (
            "a dentist",
            (Some(here.id), false, Some(dentist), false),
            &mine,
            &mine,
            &mine,
        ),
        (
            "a dentist who is treated as well",
            (Some(here.id), true, Some(dentist), false),
            &both,
            &both,
            &mine,
        ),
        ("the office", (None, false, None, true), &all, &none, &none),
        (
            "a dentist in the office",
            (Some(here.id), false, Some(dentist), true),
            &all,
            &mine,
            &mine,
        ),
        ("nobody", (None, false, None, false), &none, &none, &none),
    ] {
        for (ability, expected) in [("record", record), ("photos", photos), ("treat", treat)] {
            assert_eq!(&seen(ability, scope).await, expected, "{who}: {ability}");
        }
    }
    let without: Option<i64> =
        sqlx::query_scalar("select max(patient) from care.seen('record', null)")
            .fetch_one(&app.pool)
            .await
            .expect("an answer");
    assert_eq!(without, None);
}

/// Two dentists with a patient each, of whom everything is there that a list shows.
struct House {
    app: TestApp,
    here: Visitor,
    there: Visitor,
    own: Visitor,
    journey: i64,
    photo: i64,
}

const OWN: &str = "Ownson";
const OTHER: &str = "Otherly";

impl House {
    async fn open(pool: PgPoolOptions, options: PgConnectOptions) -> Self {
        let owner = pool.connect_with(options.clone()).await.expect("a pool");
        let app = TestApp::new(options, owner).await;
        let (there, here) = (app.visitor("dentist").await, app.visitor("dentist").await);
        // The other's things are the older ones, so that they would stand first.
        let (other, _, _) = Self::patient(&app, &there, OTHER).await;
        let (own, journey, photo) = Self::patient(&app, &here, OWN).await;
        assert_ne!(own.id, other.id);
        Self {
            app,
            here,
            there,
            own,
            journey,
            photo,
        }
    }

    async fn patient(app: &TestApp, dentist: &Visitor, name: &str) -> (Visitor, i64, i64) {
        let patient = app.visitor("patient").await;
        sqlx::query("update users set last_name = $2 where id = $1")
            .bind(patient.id)
            .bind(name)
            .execute(&app.owner)
            .await
            .expect("a name");
        app.assign(&patient, dentist).await;
        // Long overdue.
        let (journey, _) = app.journey(&patient, 8, "2026-02-17T08:00:00Z").await;
        let photo = app.photo(&patient, journey, 8, "front").await;
        app.report(&patient, journey, "pain").await;
        let form = format!(
            "dentist={}&key={}&body=Hello",
            app.dentist_id(dentist).await,
            Uuid::new_v4()
        );
        app.post(
            Some(&patient),
            &format!("/journeys/{journey}/messages"),
            &form,
        )
        .await
        .expect(303);
        (patient, journey, photo)
    }

    async fn page(&self, who: &Visitor, path: &str) -> String {
        self.app.get(Some(who), path).await.expect(200).text
    }
}

#[sqlx::test]
async fn a_dentist_is_shown_their_own_patients_alone(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    for path in [
        "/patients",
        "/patients?q=mia",
        "/patients?show=still&sort=due",
        "/patients?show=waiting",
        "/today",
        "/messages",
        "/messages?show=unread",
        "/reports",
    ] {
        let page = house.page(&house.here, path).await;
        assert!(page.contains(OWN), "{path}: {page}");
        assert!(!page.contains(OTHER), "{path}: {page}");
    }
    // The case that is seen first, and those beside it.
    let first = house
        .app
        .get(Some(&house.here), "/reviews")
        .await
        .expect(303);
    let case = first.location().to_owned();
    assert!(
        case.starts_with(&format!("/journeys/{}/reviews/8", house.journey)),
        "{case}"
    );
    let page = house.page(&house.here, &case).await;
    assert!(page.contains(OWN) && !page.contains(OTHER), "{page}");
}

#[sqlx::test]
async fn the_office_is_shown_everybody(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let staff = house.app.visitor("staff").await;
    let listed = house.page(&staff, "/patients").await;
    assert!(listed.contains(OWN) && listed.contains(OTHER), "{listed}");
    let found = house.page(&staff, "/patients?q=otherly").await;
    assert!(found.contains(OTHER) && !found.contains(OWN), "{found}");
    // Whose place in the list is known is where it goes on.
    let after = house.own.id;
    let listed = house
        .page(&staff, &format!("/patients?after={after}"))
        .await;
    assert!(!listed.contains(OTHER), "{listed}");
}

#[sqlx::test]
async fn what_was_decided_is_shown_while_the_patient_is_theirs(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let house = House::open(pool, options).await;
    let app = &house.app;
    let event: i64 =
        sqlx::query_scalar("select max(id) from progress_events where journey_id = $1")
            .bind(house.journey)
            .fetch_one(&app.owner)
            .await
            .expect("an event");
    let photos = app.seen_photos(&[house.photo]).await;
    let form = format!("previous=&photos={photos}&seen={event}&decision=see_me&note=Please+come");
    app.post(
        Some(&house.here),
        &format!("/journeys/{}/reviews/8", house.journey),
        &form,
    )
    .await
    .expect(303);
    let decided = "/reviews?show=decided";
    for path in [decided, "/messages"] {
        let page = house.page(&house.here, path).await;
        assert!(page.contains(OWN), "{path}: {page}");
    }
    app.assign(&house.own, &house.there).await;
    for path in [decided, "/messages"] {
        let page = house.page(&house.here, path).await;
        assert!(!page.contains(OWN), "{path}: {page}");
    }
    // Nor is it told what became of their decision.
    let review: i64 = sqlx::query_scalar("select max(id) from reviews")
        .fetch_one(&app.owner)
        .await
        .expect("a decision");
    let queue = house
        .page(&house.here, &format!("/reviews?decided={review}"))
        .await;
    assert!(!queue.contains(OWN), "{queue}");
}

/// A role is what counts, not what somebody once was or has a card for.
#[sqlx::test]
async fn roles_open_what_they_open_and_no_more(pool: PgPoolOptions, options: PgConnectOptions) {
    let house = House::open(pool, options).await;
    let app = &house.app;
    // A dentist who was a patient once, and is again.
    let (journey, _) = app.journey(&house.here, 8, "2026-03-17T08:00:00Z").await;
    let photo = app.photo(&house.here, journey, 8, "front").await;
    let paths = [
        format!("/journeys/{journey}"),
        format!("/journeys/{journey}/photos"),
        format!("/journeys/{journey}/messages"),
        format!("/photos/{photo}"),
        format!("/photos/{photo}/thumbnail"),
    ];
    for path in &paths {
        app.get(Some(&house.here), path).await.expect(404);
    }
    let role = async |who: &Visitor, role: &str| {
        sqlx::query("insert into user_roles (user_id, role) values ($1, $2::text::user_role)")
            .bind(who.id)
            .bind(role)
            .execute(&app.owner)
            .await
            .expect("a role");
    };
    role(&house.here, "patient").await;
    // The storage of these tests is down: 503 says that the photo would have been shown.
    for (path, status) in paths.iter().zip([200, 200, 200, 200, 503]) {
        app.get(Some(&house.here), path).await.expect(status);
    }
    // One who works for the clinic, with a dentist's card and patients, and without a dentist's role.
    let staff = app.visitor("staff").await;
    sqlx::query("insert into dentists (user_id, display_name, practice, postal_code) values ($1, 'Dr. S', 'P', '1')")
        .bind(staff.id)
        .execute(&app.owner)
        .await
        .expect("a card");
    app.practice(&staff).await;
    app.assign(&house.own, &staff).await;
    let of_own = [
        format!("/journeys/{}/photos", house.journey),
        format!("/photos/{}", house.photo),
        format!("/photos/{}/thumbnail", house.photo),
        format!("/journeys/{}/messages", house.journey),
    ];
    for path in &of_own {
        app.get(Some(&staff), path).await.expect(404);
    }
    app.get(Some(&staff), "/reviews").await.expect(403);
    role(&staff, "dentist").await;
    for (path, status) in of_own.iter().zip([200, 200, 503, 200]) {
        app.get(Some(&staff), path).await.expect(status);
    }
}
