//! Who may do what: every route for every role. A route that is missing here fails the test.

use crate::harness::{Answer, TestApp, Visitor, request};
use axum::http::Method;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::BTreeSet;

/// What each visitor is answered: anonymous, patient, dentist, staff, admin.
/// `own` and `other` in a path stand for the patient's own record and another patient's.
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    answers: [u16; 5],
}

const fn row(method: &'static str, path: &'static str, answers: [u16; 5]) -> Row {
    Row {
        method,
        path,
        answers,
    }
}

/// The dentist is assigned to `own`'s patient, not to `other`'s.
pub const TABLE: &[Row] = &[
    row("GET", "/health/live", [200; 5]),
    row("GET", "/health/ready", [200; 5]),
    // Whoever is signed in goes on.
    row("GET", "/sign-in", [200, 303, 303, 303, 303]),
    // The provider of these tests is down.
    row("POST", "/sign-in", [502; 5]),
    row("GET", "/sign-in/callback", [400, 303, 303, 303, 303]),
    row("GET", "/signed-out", [200; 5]),
    row("POST", "/signed-out", [303; 5]),
    row("GET", "/terms", [302, 200, 200, 200, 200]),
    row("POST", "/terms", [401, 422, 422, 422, 422]),
    row("GET", "/", [302, 200, 303, 303, 303]),
    row("GET", "/dentists", [302, 200, 403, 403, 403]),
    // Of a dentist's patients: the patient's own asks for somebody else, the other's for this dentist.
    // A wish is open: back to where it stands.
    row("GET", "/dentists/{own}/change", [302, 303, 403, 403, 403]),
    row("POST", "/dentists/{own}/change", [401, 409, 403, 403, 403]),
    row("GET", "/dentist-changes", [302, 403, 200, 200, 200]),
    row("GET", "/dentist-changes/{own}", [302, 403, 404, 200, 200]),
    row("GET", "/dentist-changes/{other}", [302, 403, 200, 200, 200]),
    row("POST", "/dentist-changes/{own}", [401, 403, 404, 303, 409]),
    row(
        "POST",
        "/dentist-changes/{other}",
        [401, 403, 303, 409, 409],
    ),
    row(
        "POST",
        "/dentist-changes/{own}/withdraw",
        [401, 409, 403, 403, 403],
    ),
    row(
        "POST",
        "/dentist-changes/{other}/withdraw",
        [401, 404, 403, 403, 403],
    ),
    row("GET", "/today", [302, 403, 200, 403, 403]),
    row("GET", "/settings", [302, 200, 200, 200, 200]),
    // Half a form changes nothing.
    row("POST", "/settings", [401, 400, 400, 400, 400]),
    row("GET", "/access", [302, 200, 403, 403, 403]),
    row("GET", "/address-clashes", [302, 403, 403, 200, 200]),
    // There is none.
    row("POST", "/address-clashes/{own}", [401, 403, 403, 303, 303]),
    row("GET", "/journeys", [302, 303, 403, 403, 403]),
    row("GET", "/journeys/{own}", [302, 200, 200, 200, 200]),
    row("GET", "/journeys/{other}", [302, 404, 404, 200, 200]),
    row("GET", "/journeys/{own}/progress", [302, 200, 200, 200, 200]),
    row(
        "GET",
        "/journeys/{other}/progress",
        [302, 404, 404, 200, 200],
    ),
    row("GET", "/journeys/{own}/delay", [302, 200, 200, 200, 200]),
    row("GET", "/journeys/{other}/delay", [302, 404, 404, 200, 200]),
    row("GET", "/journeys/{own}/pause", [302, 200, 200, 200, 200]),
    row("GET", "/journeys/{other}/pause", [302, 404, 404, 200, 200]),
    // Nothing to continue: told so those who may see it.
    row("GET", "/journeys/{own}/continue", [302, 422, 422, 422, 422]),
    row(
        "GET",
        "/journeys/{other}/continue",
        [302, 404, 404, 422, 422],
    ),
    // The clinic's to note: told so the patient. And nothing that could be taken back.
    row("GET", "/journeys/{own}/back", [302, 422, 200, 200, 200]),
    row("GET", "/journeys/{other}/back", [302, 404, 404, 200, 200]),
    row(
        "GET",
        "/journeys/{own}/take-back",
        [302, 422, 422, 422, 422],
    ),
    row(
        "GET",
        "/journeys/{other}/take-back",
        [302, 404, 404, 422, 422],
    ),
    row("GET", "/journeys/{own}/plan", [302, 403, 200, 200, 200]),
    row("GET", "/journeys/{other}/plan", [302, 403, 404, 200, 200]),
    row("GET", "/journeys/{own}/end", [302, 403, 200, 200, 200]),
    row("GET", "/journeys/{other}/end", [302, 403, 404, 200, 200]),
    row(
        "GET",
        "/journeys/{own}/aftercare",
        [302, 403, 200, 200, 200],
    ),
    row(
        "GET",
        "/journeys/{other}/aftercare",
        [302, 403, 404, 200, 200],
    ),
    // As if opened before the first event: too late for those who may act, and nobody else's to send.
    row(
        "POST",
        "/journeys/{own}/progress",
        [401, 409, 409, 409, 409],
    ),
    row(
        "POST",
        "/journeys/{other}/progress",
        [401, 404, 404, 409, 409],
    ),
    row("POST", "/journeys/{own}/delay", [401, 409, 409, 409, 409]),
    row("POST", "/journeys/{other}/delay", [401, 404, 404, 409, 409]),
    row("POST", "/journeys/{own}/pause", [401, 409, 409, 409, 409]),
    row("POST", "/journeys/{other}/pause", [401, 404, 404, 409, 409]),
    row(
        "POST",
        "/journeys/{own}/continue",
        [401, 409, 409, 409, 409],
    ),
    row(
        "POST",
        "/journeys/{other}/continue",
        [401, 404, 404, 409, 409],
    ),
    row("POST", "/journeys/{own}/back", [401, 409, 409, 409, 409]),
    row("POST", "/journeys/{other}/back", [401, 404, 404, 409, 409]),
    row(
        "POST",
        "/journeys/{own}/take-back",
        [401, 409, 409, 409, 409],
    ),
    row(
        "POST",
        "/journeys/{other}/take-back",
        [401, 404, 404, 409, 409],
    ),
    row("POST", "/journeys/{own}/plan", [401, 403, 409, 409, 409]),
    row("POST", "/journeys/{other}/plan", [401, 403, 404, 409, 409]),
    row("POST", "/journeys/{own}/end", [401, 403, 409, 409, 409]),
    row("POST", "/journeys/{other}/end", [401, 403, 404, 409, 409]),
    row(
        "POST",
        "/journeys/{own}/aftercare",
        [401, 403, 303, 303, 303],
    ),
    row(
        "POST",
        "/journeys/{other}/aftercare",
        [401, 403, 404, 303, 303],
    ),
    row("GET", "/patients/{own}/journeys", [302, 403, 422, 422, 422]),
    row(
        "GET",
        "/patients/{other}/journeys",
        [302, 403, 404, 422, 422],
    ),
    row(
        "POST",
        "/patients/{own}/journeys",
        [401, 403, 422, 422, 422],
    ),
    row(
        "POST",
        "/patients/{other}/journeys",
        [401, 403, 404, 422, 422],
    ),
    row("GET", "/calendar", [302, 200, 403, 403, 403]),
    row("POST", "/calendar", [401, 400, 403, 403, 403]),
    row("GET", "/calendar/{name}", [404; 5]),
    // Nothing is mailed in these tests.
    row("GET", "/unsubscribe/{token}", [404; 5]),
    row("POST", "/unsubscribe/{token}", [404; 5]),
    row("POST", "/hooks/bounces", [404; 5]),
    row("GET", "/settings/time-zone", [302, 200, 200, 200, 200]),
    row("POST", "/settings/time-zone", [401, 422, 422, 422, 422]),
    row("GET", "/patients", [302, 403, 200, 200, 200]),
    row("GET", "/patients/{own}", [302, 403, 200, 200, 200]),
    row("GET", "/patients/{other}", [302, 403, 404, 200, 200]),
    // The storage of these tests is down: 503 says that the photo would have been shown.
    row("GET", "/photos/{own}/thumbnail", [302, 503, 503, 404, 404]),
    row(
        "GET",
        "/photos/{other}/thumbnail",
        [302, 404, 404, 404, 404],
    ),
    row("POST", "/api/journeys/progress", [401, 409, 409, 409, 409]),
    // Last: it ends the session.
    row("GET", "/wear", [302, 200, 403, 403, 403]),
    // Half a form.
    row("POST", "/wear", [401, 400, 403, 403, 403]),
    row("GET", "/wear/new", [302, 200, 403, 403, 403]),
    // Nothing typed.
    row("POST", "/wear/new", [401, 422, 403, 403, 403]),
    // There is none of that number.
    row("GET", "/wear/{own}", [302, 404, 403, 403, 403]),
    row("POST", "/wear/{own}", [401, 404, 403, 403, 403]),
    row("GET", "/journeys/{own}/wear", [302, 303, 200, 200, 200]),
    row("GET", "/journeys/{other}/wear", [302, 404, 404, 200, 200]),
    row("POST", "/journeys/{own}/wear", [401, 403, 303, 303, 303]),
    row("POST", "/journeys/{other}/wear", [401, 403, 404, 303, 303]),
    row("GET", "/photos", [302, 303, 403, 403, 403]),
    row("GET", "/journeys/{own}/photos", [302, 200, 200, 404, 404]),
    row("GET", "/journeys/{other}/photos", [302, 404, 404, 404, 404]),
    row(
        "GET",
        "/journeys/{own}/photos/compare",
        [302, 200, 200, 404, 404],
    ),
    row(
        "GET",
        "/journeys/{other}/photos/compare",
        [302, 404, 404, 404, 404],
    ),
    row(
        "GET",
        "/journeys/{own}/photos/lapse",
        [302, 200, 200, 404, 404],
    ),
    row(
        "GET",
        "/journeys/{other}/photos/lapse",
        [302, 404, 404, 404, 404],
    ),
    row(
        "GET",
        "/journeys/{own}/photos/new",
        [302, 200, 403, 403, 403],
    ),
    row(
        "GET",
        "/journeys/{other}/photos/new",
        [302, 404, 403, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{own}/photos/told",
        [401, 303, 403, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{other}/photos/told",
        [401, 404, 403, 403, 403],
    ),
    row("GET", "/inbox", [302, 200, 303, 303, 303]),
    row("GET", "/inbox/live", [302, 200, 403, 403, 403]),
    row("POST", "/inbox/{own}", [401, 303, 403, 403, 403]),
    row("POST", "/inbox/{other}", [401, 404, 403, 403, 403]),
    row("POST", "/inbox/read", [401, 303, 403, 403, 403]),
    row("GET", "/settings/notifications", [302, 200, 200, 200, 200]),
    row("POST", "/settings/notifications", [401, 422, 422, 422, 422]),
    row("GET", "/notifications", [302, 403, 403, 200, 200]),
    row("GET", "/notifications/{own}", [302, 403, 403, 200, 200]),
    row("GET", "/notifications/change", [302, 403, 403, 400, 400]),
    // Cancelled by the first; too late for the second.
    row("POST", "/notifications/change", [401, 403, 403, 303, 409]),
    row(
        "GET",
        "/notifications/changed/00000000-0000-4000-8000-000000000000",
        [302, 403, 403, 404, 404],
    ),
    row("GET", "/notifications/export", [302, 403, 403, 200, 200]),
    // To nobody yet: whom it is for is asked.
    row("GET", "/notifications/new", [302, 403, 403, 200, 200]),
    row("POST", "/notifications/new", [401, 403, 403, 422, 422]),
    row("GET", "/settings/device", [302, 200, 200, 200, 200]),
    row("GET", "/push/OneSignalSDKWorker.js", [200; 5]),
    row("GET", "/campaigns", [302, 403, 403, 200, 200]),
    row("GET", "/campaigns/new", [302, 403, 403, 303, 303]),
    row("POST", "/campaigns/new", [401, 403, 403, 422, 422]),
    row("GET", "/campaigns/{own}", [302, 403, 403, 200, 200]),
    row("GET", "/campaigns/{own}/send", [302, 403, 403, 200, 200]),
    // Started by the first; too late for the second.
    row("POST", "/campaigns/{own}", [401, 403, 403, 303, 409]),
    // It was started by the row above.
    row("GET", "/campaigns/{own}/stop", [302, 403, 403, 200, 200]),
    row("GET", "/office", [302, 403, 403, 200, 200]),
    row("GET", "/campaigns/{own}/edit", [302, 403, 403, 303, 303]),
    row("POST", "/campaigns/{own}/edit", [401, 403, 403, 422, 422]),
    row("GET", "/messages", [302, 303, 200, 403, 403]),
    row("GET", "/journeys/{own}/messages", [302, 200, 200, 404, 404]),
    row(
        "GET",
        "/journeys/{other}/messages",
        [302, 404, 404, 404, 404],
    ),
    row(
        "POST",
        "/journeys/{own}/messages",
        [401, 303, 303, 404, 404],
    ),
    row(
        "POST",
        "/journeys/{other}/messages",
        [401, 404, 404, 404, 404],
    ),
    // A form without a body is none.
    row(
        "POST",
        "/journeys/{own}/messages/photos",
        [401, 400, 403, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{other}/messages/photos",
        [401, 404, 403, 403, 403],
    ),
    row("GET", "/messages/replies", [302, 403, 200, 403, 403]),
    row("POST", "/messages/replies", [401, 403, 422, 403, 403]),
    row("GET", "/messages/replies/{own}", [302, 403, 404, 403, 403]),
    row("POST", "/messages/replies/{own}", [401, 403, 404, 403, 403]),
    row(
        "POST",
        "/messages/replies/{own}/delete",
        [401, 403, 404, 403, 403],
    ),
    row("POST", "/messages/share", [401, 303, 403, 403, 403]),
    row("GET", "/welcome", [302, 303, 403, 403, 403]),
    row("GET", "/welcome/place", [302, 200, 403, 403, 403]),
    row("POST", "/welcome/place", [401, 422, 403, 403, 403]),
    row("GET", "/welcome/reminders", [302, 200, 403, 403, 403]),
    row("GET", "/welcome/photos", [302, 200, 403, 403, 403]),
    row("GET", "/welcome/practice", [302, 200, 403, 403, 403]),
    row("POST", "/welcome/next", [401, 303, 403, 403, 403]),
    row("GET", "/something-wrong", [302, 200, 403, 403, 403]),
    row("GET", "/something-wrong/pain", [302, 200, 403, 403, 403]),
    row("GET", "/reports", [302, 403, 200, 200, 200]),
    row("GET", "/reports/{own}", [302, 200, 200, 404, 404]),
    row("GET", "/reports/{other}", [302, 404, 404, 404, 404]),
    row(
        "POST",
        "/reports/{own}/acknowledge",
        [401, 403, 303, 403, 403],
    ),
    row(
        "POST",
        "/reports/{other}/acknowledge",
        [401, 403, 404, 403, 403],
    ),
    row("POST", "/reports/{own}/answer", [401, 403, 303, 403, 403]),
    row("POST", "/reports/{other}/answer", [401, 403, 404, 403, 403]),
    row("GET", "/reports/{own}/close", [302, 200, 200, 404, 404]),
    row("GET", "/reports/{other}/close", [302, 404, 404, 404, 404]),
    row("POST", "/reports/{own}/close", [401, 303, 409, 404, 404]),
    row("POST", "/reports/{other}/close", [401, 404, 404, 404, 404]),
    // Not as photos are sent.
    row("POST", "/journeys/{own}/reports", [401, 400, 403, 403, 403]),
    row(
        "POST",
        "/journeys/{other}/reports",
        [401, 404, 403, 403, 403],
    ),
    row("GET", "/reviews", [302, 403, 303, 403, 403]),
    row(
        "GET",
        "/journeys/{own}/reviews/8",
        [302, 403, 200, 403, 403],
    ),
    row(
        "GET",
        "/journeys/{other}/reviews/8",
        [302, 403, 404, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{own}/reviews/8",
        [401, 403, 400, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{other}/reviews/8",
        [401, 403, 400, 403, 403],
    ),
    row("POST", "/reviews/{own}/withdraw", [401, 403, 404, 403, 403]),
    // No photo in it, and not as photos are sent.
    row("POST", "/journeys/{own}/photos", [401, 400, 403, 403, 403]),
    row(
        "POST",
        "/journeys/{other}/photos",
        [401, 404, 403, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{own}/photos/expect",
        [401, 400, 403, 403, 403],
    ),
    row(
        "POST",
        "/journeys/{other}/photos/expect",
        [401, 404, 403, 403, 403],
    ),
    // Of nothing in particular.
    row(
        "GET",
        "/journeys/{own}/photos/fates",
        [302, 400, 403, 403, 403],
    ),
    row(
        "GET",
        "/journeys/{other}/photos/fates",
        [302, 400, 403, 403, 403],
    ),
    row("POST", "/photos/{own}/arrived", [401, 404, 403, 403, 403]),
    row("GET", "/photos/{own}", [302, 200, 200, 404, 404]),
    row("GET", "/photos/{other}", [302, 404, 404, 404, 404]),
    row("GET", "/photos/{own}/place", [302, 200, 409, 404, 404]),
    row("GET", "/photos/{other}/place", [302, 404, 404, 404, 404]),
    row("POST", "/photos/{own}/place", [401, 303, 409, 404, 404]),
    row("POST", "/photos/{other}/place", [401, 404, 404, 404, 404]),
    row("GET", "/photos/{own}/delete", [302, 200, 403, 403, 403]),
    row("GET", "/photos/{other}/delete", [302, 404, 403, 403, 403]),
    row("POST", "/photos/{own}/delete", [401, 303, 403, 403, 403]),
    row("POST", "/photos/{other}/delete", [401, 404, 403, 403, 403]),
    row("POST", "/sign-out", [303; 5]),
];

/// People and what is theirs, as the table has them.
pub struct World {
    pub app: TestApp,
    pub own: Visitor,
    /// Anonymous, patient, dentist, staff, admin.
    pub visitors: [Option<Visitor>; 5],
    own_ids: Ids,
    other_ids: Ids,
    /// The newest event of the other patient's journey.
    other_event: i64,
    /// The row of `dentists` that the dentist is.
    here: i64,
}

/// What `{own}` and `{other}` stand for.
struct Ids {
    patient: i64,
    journey: i64,
    photo: i64,
    /// The dentist asked for.
    dentist: i64,
    change: i64,
    notification: i64,
    campaign: i64,
    report: i64,
}

impl Ids {
    fn of(&self, path: &str) -> i64 {
        let first = path.split('/').nth(1).unwrap_or_default();
        match first {
            "patients" => self.patient,
            "dentists" => self.dentist,
            "dentist-changes" => self.change,
            "inbox" | "notifications" => self.notification,
            "campaigns" => self.campaign,
            "photos" => self.photo,
            "reports" => self.report,
            _ => self.journey,
        }
    }
}

impl World {
    pub async fn new(app: TestApp) -> Self {
        let own = app.visitor("patient").await;
        let other = app.visitor("patient").await;
        let visitors = [
            None,
            Some(own.clone()),
            Some(app.visitor("dentist").await),
            Some(app.visitor("staff").await),
            Some(app.visitor("admin").await),
        ];
        let [dentist, staff] = [2, 3].map(|n| visitors[n].clone().expect("somebody"));
        app.assign(&own, &dentist).await;
        let (own_journey, _) = app.journey(&own, 8, "2026-03-17T08:00:00Z").await;
        let (other_journey, other_event) = app.journey(&other, 8, "2026-03-17T08:00:00Z").await;
        let other_event = other_event.expect("an event");
        let elsewhere = app.dentist_id(&app.visitor("dentist").await).await;
        let here = app.dentist_id(&dentist).await;
        let campaign: i64 = sqlx::query_scalar(
            "insert into campaigns (created_by, name, content_en) values ($1, 'x', 'x') returning id",
        )
        .bind(staff.id)
        .fetch_one(&app.owner)
        .await
        .expect("a campaign");
        let mut ids = Vec::new();
        for (patient, journey, wanted) in [
            (&own, own_journey, elsewhere),
            (&other, other_journey, here),
        ] {
            let notification: i64 = sqlx::query_scalar(
                "insert into notifications (user_id, content, source, scheduled_for)
                 values ($1, 'x', 'other', '2026-01-01') returning id",
            )
            .bind(patient.id)
            .fetch_one(&app.owner)
            .await
            .expect("a notification");
            ids.push(Ids {
                patient: patient.id,
                journey,
                photo: app.photo(patient, journey, 8, "front").await,
                dentist: elsewhere,
                change: app.change(patient, wanted).await,
                notification,
                campaign,
                report: app.report(patient, journey, "pain").await,
            });
        }
        let other_ids = ids.pop().expect("the other's");
        let own_ids = ids.pop().expect("their own");
        Self {
            app,
            own,
            visitors,
            own_ids,
            other_ids,
            other_event,
            here,
        }
    }

    /// The address that a row of the table stands for.
    pub fn path(&self, row: &Row) -> String {
        let [own, other] = [&self.own_ids, &self.other_ids].map(|ids| ids.of(row.path).to_string());
        row.path.replace("{own}", &own).replace("{other}", &other)
    }

    /// The form that a row of the table is asked with.
    pub fn form(&self, path: &str) -> String {
        let Ids {
            patient,
            journey,
            notification,
            ..
        } = self.own_ids;
        match path {
            _ if path.starts_with("/api/") => format!("journey={journey}&revision=0"),
            _ if path.starts_with("/notifications") => {
                format!("do=cancel&id={notification}&patient={patient}")
            }
            _ if path.starts_with("/campaigns") => "do=start&seen=0".to_owned(),
            _ if path.starts_with("/address-clashes") => "do=leave".to_owned(),
            "/inbox/read" => format!("up_to={notification}"),
            _ if path.ends_with("/answer") || path.ends_with("/close") => {
                format!("key={}&body=Hello", uuid::Uuid::new_v4())
            }
            _ if path.ends_with("/messages") => {
                format!(
                    "dentist={}&key={}&body=Hello",
                    self.here,
                    uuid::Uuid::new_v4()
                )
            }
            _ if path.ends_with("/share") => {
                format!("journey={journey}&dentist={}", self.here)
            }
            _ if path.ends_with("/wear") && path != "/wear" => "goal=1320&longest=180".to_owned(),
            _ if path.ends_with("/place") => "view=left&stage=7".to_owned(),
            _ if path.starts_with("/journeys/") => {
                "seen=&revision=0&intent=confirm&aftercare=&was=&uploads=0".to_owned()
            }
            _ if path.starts_with("/dentist") => "answer=decline".to_owned(),
            _ => String::new(),
        }
    }

    /// Asks for a row of the table, as its path.
    pub async fn ask(&self, method: &str, path: &str, visitor: Option<&Visitor>) -> Answer {
        match method {
            // It goes on for minutes: its head alone.
            "GET" if path == "/inbox/live" => self.app.stream(visitor, path).await.0,
            "GET" => self.app.get(visitor, path).await,
            _ => self.app.post(visitor, path, &self.form(path)).await,
        }
    }
}

#[sqlx::test]
async fn every_route_answers_every_role_as_the_table_says(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let world = World::new(TestApp::new(options, owner).await).await;
    let [dentist, staff] = [2, 3].map(|n| world.visitors[n].as_ref().map_or(0, |one| one.id));
    for row in TABLE {
        let path = world.path(row);
        for (visitor, expected) in world.visitors.iter().zip(row.answers) {
            if path.starts_with("/api/") {
                let (journey, event) = (world.other_ids.journey, world.other_event);
                let others = format!("journey={journey}&seen={event}&revision=0");
                // Another patient's, with all that it takes: nobody's to move but the office's, and
                // theirs on another day.
                let answer = world.app.post(visitor.as_ref(), &path, &others).await;
                let expected = match visitor {
                    None => 401,
                    Some(visitor) if visitor.id == world.own.id => 404,
                    Some(visitor) if visitor.id == dentist => 404,
                    // Staff moved it; the administrator comes too late.
                    Some(visitor) if visitor.id == staff => 200,
                    Some(_) => 409,
                };
                let status = answer.status.as_u16();
                assert_eq!(status, expected, "{path} of another as {visitor:?}");
            }
            let answer = world.ask(row.method, &path, visitor.as_ref()).await;
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{} {path} as {visitor:?}: {}",
                row.method,
                answer.text
            );
        }
    }
}

/// Routes as the source declares them, held against the table.
#[test]
fn no_route_is_missing_from_the_table() {
    let mut declared = BTreeSet::new();
    for (path, text) in crate::repository::sources() {
        // The stand-ins are servers of their own.
        if path.components().any(|part| part.as_os_str() == "demo") {
            continue;
        }
        // On a socket of their own, which the public does not reach.
        if path.ends_with("notifications/metrics.rs") {
            continue;
        }
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for chunk in text.split(".route(").skip(1) {
            let Some((path, rest)) = chunk
                .trim_start()
                .strip_prefix('"')
                .and_then(|chunk| chunk.split_once('"'))
            else {
                continue;
            };
            let handlers = rest.split("\n        .").next().unwrap_or_default();
            for (call, method) in [
                ("get(", Method::GET),
                ("post(", Method::POST),
                ("put(", Method::PUT),
                ("delete(", Method::DELETE),
            ] {
                if handlers.contains(call) {
                    declared.insert(format!("{method} {path}"));
                }
            }
        }
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        declared.insert(format!("{method} {path}"));
    }
    let tabled: BTreeSet<String> = TABLE
        .iter()
        .map(|row| {
            let path = row
                .path
                .replace("{own}", "{id}")
                .replace("{other}", "{id}")
                .replace("/thumbnail", "/{variant}")
                .replace("00000000-0000-4000-8000-000000000000", "{request}")
                .replace("/reviews/8", "/reviews/{stage}")
                .replace("/something-wrong/pain", "/something-wrong/{what}");
            format!("{} {path}", row.method)
        })
        .collect();
    assert!(
        declared.len() > 15,
        "the routes were not found: {declared:?}"
    );
    assert_eq!(declared, tabled);
}

/// Who is not signed in is led there from a page; what belongs to a page, a picture or its news, is refused.
#[sqlx::test]
async fn only_pages_lead_to_the_sign_in(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    for (path, wanted, status) in [
        ("/inbox", None, 302),
        ("/inbox", Some("document"), 302),
        ("/inbox", Some("empty"), 401),
        ("/inbox/live", Some("empty"), 401),
        ("/photos/1", Some("image"), 401),
    ] {
        let mut request = crate::harness::request(Method::GET, None, path);
        if let Some(wanted) = wanted {
            request = request.header("sec-fetch-dest", wanted);
        }
        let request = request.body(axum::body::Body::empty());
        app.send(request.expect("a request")).await.expect(status);
    }
}

#[sqlx::test]
async fn posts_from_other_sites_are_refused_and_recorded(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let request = crate::harness::request(
            Method::POST,
            Some(&patient),
            &format!("/journeys/{journey}/progress"),
        )
        .header("content-type", "application/x-www-form-urlencoded")
        .header(name, value)
        .body(format!("seen={}", event.expect("an event")).into())
        .expect("a request");
        app.send(request).await.expect(403).says("<h1>");
    }
    assert_eq!(app.audited("request.cross_site", "refused").await, 3);
    assert_eq!(app.audited("journey.progress", "done").await, 0);
}

#[sqlx::test]
async fn the_servers_database_user_can_only_add_to_the_audit_log(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    sqlx::query("insert into audit_log (action) values ('test.write')")
        .execute(&app.pool)
        .await
        .expect("added");
    for statement in [
        "update audit_log set action = 'test.changed'",
        "delete from audit_log",
        "truncate audit_log",
        "drop table audit_log",
        // When it was is not the server's to say, nor which row it is.
        "insert into audit_log (at, action) values ('2000-01-01', 'test.forged')",
        "insert into audit_log (id, action) overriding system value values (1, 'test.forged')",
        "create temporary table forged (id bigint)",
        "update progress_events set note = null",
        "delete from progress_events",
    ] {
        let error = sqlx::query(statement)
            .execute(&app.pool)
            .await
            .expect_err(statement);
        let code = error
            .as_database_error()
            .and_then(|error| error.code())
            .map(|code| code.into_owned());
        assert_eq!(
            code.as_deref(),
            Some("42501"),
            "{statement}: insufficient privilege"
        );
    }
}

/// Somebody may be several things: the rights add up, and none gets in another's way.
#[sqlx::test]
async fn roles_add_up(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (patient, stranger) = (app.visitor("patient").await, app.visitor("patient").await);
    let both = app.visitor("dentist").await;
    for role in ["staff", "patient"] {
        sqlx::query("insert into user_roles (user_id, role) values ($1, $2::user_role)")
            .bind(both.id)
            .bind(role)
            .execute(&app.owner)
            .await
            .expect("a role");
    }
    app.assign(&patient, &both).await;
    let mut photos = Vec::new();
    for person in [&patient, &stranger] {
        let (journey, _) = app.journey(person, 8, "2026-03-17T08:00:00Z").await;
        photos.push(app.photo(person, journey, 8, "front").await);
    }
    let shown = |id: i64| format!("/photos/{id}/thumbnail");
    let record = |id: i64| format!("/patients/{id}");
    app.get(Some(&both), &record(patient.id))
        .await
        .expect(200)
        .says(&shown(photos[0]));
    let other = app.get(Some(&both), &record(stranger.id)).await.expect(200);
    assert!(
        !other.text.contains(&shown(photos[1])),
        "photos are for the dentist assigned"
    );
    app.get(Some(&both), &shown(photos[1])).await.expect(404);
    // Their own treatment is a click away.
    app.get(Some(&both), "/").await.expect(200);
    app.get(Some(&both), "/patients")
        .await
        .expect(200)
        .says("My treatment");
}

/// What a browser kept is shown again only to whoever may see it now.
#[sqlx::test]
async fn a_kept_photo_is_asked_about_each_time(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    let (first, second) = (app.visitor("dentist").await, app.visitor("dentist").await);
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let photo = app.photo(&patient, journey, 8, "front").await;
    let again = async |who: &Visitor| {
        let request = request(
            Method::GET,
            Some(who),
            &format!("/photos/{photo}/thumbnail"),
        )
        .header("if-none-match", format!("\"{photo}-thumbnail\""))
        .body(axum::body::Body::empty())
        .expect("a request");
        app.send(request).await
    };
    app.assign(&patient, &first).await;
    let answer = again(&first).await.expect(304);
    assert_eq!(answer.headers["cache-control"], "private, no-cache");
    again(&patient).await.expect(304);
    app.assign(&patient, &second).await;
    again(&first).await.expect(404);
    again(&second).await.expect(304);
}

/// Where a list goes on tells nothing of a patient who is not in it.
#[sqlx::test]
async fn a_list_goes_on_after_its_own_patients_only(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let dentist = app.visitor("dentist").await;
    let mut patients = Vec::new();
    for name in ["Aaa", "Mmm", "Zzz"] {
        let patient = app.visitor("patient").await;
        sqlx::query("update users set last_name = $2 where id = $1")
            .bind(patient.id)
            .bind(name)
            .execute(&app.owner)
            .await
            .expect("a name");
        patients.push(patient);
    }
    app.assign(&patients[0], &dentist).await;
    app.assign(&patients[2], &dentist).await;
    let after = async |patient: &Visitor| {
        app.get(Some(&dentist), &format!("/patients?after={}", patient.id))
            .await
            .expect(200)
            .text
    };
    let anew = "here it is from the beginning";
    let listed = after(&patients[0]).await;
    assert!(listed.contains("Zzz") && !listed.contains("Aaa") && !listed.contains(anew));
    // As after somebody who does not exist: the whole list, and that it begins anew.
    let listed = after(&patients[1]).await;
    assert!(listed.contains("Zzz") && listed.contains("Aaa") && listed.contains(anew));
    assert!(!listed.contains("Mmm"));
}
