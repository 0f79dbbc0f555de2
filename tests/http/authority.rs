//! Who may do what: every route for every role, as the routes themselves say (`feature::Access`). What else a route answers stands in
//! `ANSWERS`.

use crate::harness::{Answer, TestApp, Visitor, request};
use midline::{
    app::FEATURES,
    feature::{
        Access, Kind, Method,
        Method::{Get, Post},
        Reach, Route,
    },
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What each visitor is answered: anonymous, patient, dentist, staff, admin.
/// `own` and `other` in a path stand for the patient's own record and another patient's.
pub struct Row {
    pub method: &'static str,
    pub path: String,
    /// What is asked for behind the path.
    query: String,
    pub answers: [u16; 5],
    pub route: &'static Route,
}

/// The dentist is assigned to `own`'s patient, not to `other`'s. Made of the routes of all features and of who may use them; reading
/// comes first, so that it finds everything as it was made.
pub static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut routes: Vec<&'static Route> = FEATURES
        .iter()
        .flat_map(|feature| feature.routes())
        .map(|(_, route)| route)
        .collect();
    routes.sort_by_key(|route| {
        let last = LAST
            .iter()
            .position(|last| *last == (route.method, route.path));
        (last.map_or(0, |at| at + 1), route.method)
    });
    routes.into_iter().flat_map(rows).collect()
});

/// What leaves nothing to ask for, or is there only once something was done: asked for at the end, in this order.
const LAST: [(Method, &str); 4] = [
    (Get, "/campaigns/{id}/stop"),
    (Get, "/campaigns/{id}/edit"),
    (Post, "/photos/{id}/delete"),
    // It ends the session.
    (Post, "/sign-out"),
];

/// The rows of a route: one, or one for each of two records where it matters whose it is.
fn rows(route: &'static Route) -> Vec<Row> {
    let query = ASKED.iter().find(|(path, _)| *path == route.path);
    let query = query.map_or("", |(_, query)| query);
    let row = |whose: &str, answers| {
        let path = FILLED
            .iter()
            .fold(route.path.replace("{id}", whose), |path, (name, with)| {
                path.replace(name, with)
            });
        let method = route.method.name();
        Row {
            method,
            path,
            query: query.replace("{id}", whose),
            answers,
            route,
        }
    };
    let given = ANSWERS
        .iter()
        .find(|given| (given.method, given.path) == (route.method, route.path));
    let mut rows = vec![row("{own}", answers(route, true, given))];
    let named = route.path.contains("{id}") || query.contains("{id}");
    if route.access.is_of_a_record() && named {
        rows.push(row("{other}", answers(route, false, given)));
        let alike = rows[0].answers == rows[1].answers;
        let said = given.is_some_and(|given| given.alike.is_some());
        let path = route.path;
        assert_eq!(
            alike, said,
            "{path}: whether their own and another's record are answered alike"
        );
    }
    rows
}

/// What stands for the other parts of a path.
const FILLED: [(&str, &str); 4] = [
    ("{variant}", "thumbnail"),
    ("{stage}", "8"),
    ("{what}", "pain"),
    ("{request}", "00000000-0000-4000-8000-000000000000"),
];

/// What a server function is asked for, in its address.
const ASKED: [(&str, &str); 2] = [
    ("/api/journeys/entries", "?journey={id}&before=999999"),
    ("/api/journeys/photos", "?journey={id}&after=99.front.1"),
];

/// What a route answers to each visitor, as its access says and as is given.
fn answers(route: &Route, own: bool, given: Option<&Given>) -> [u16; 5] {
    let Access {
        public,
        patient,
        dentist,
        office,
    } = route.access;
    let outside = match route.method {
        // An island's call is no page.
        Get if route.path.starts_with("/api/") => 401,
        Get => 302,
        Post => 401,
    };
    let done = match route.method {
        Get => 200,
        Post => 303,
    };
    let inside = |reach| match reach {
        Reach::Refused => Err(403),
        Reach::Nothing => Err(404),
        Reach::Theirs if !own => Err(404),
        Reach::Theirs | Reach::All => Ok(done),
    };
    let derived = [
        if public { Ok(done) } else { Err(outside) },
        inside(patient),
        inside(dentist),
        inside(office),
        inside(office),
    ];
    let Some(given) = given else {
        return derived.map(|answer| answer.unwrap_or_else(|refused| refused));
    };
    if let Some((other, _)) = given.other.filter(|_| !own) {
        return other;
    }
    let path = route.path;
    let mut visitor = 0..;
    derived.map(|answer| {
        let given = given.own[visitor.next().unwrap_or_default()];
        match answer {
            Ok(_) => given,
            // Whoever is not let in is refused just so, whatever the others are answered.
            Err(refused) if !own => refused,
            Err(refused) => {
                assert_eq!(given, refused, "{path}: its access says otherwise");
                refused
            }
        }
    })
}

/// What is answered to whoever is let in, where that is neither a page nor that it was done.
struct Given {
    method: Method,
    path: &'static str,
    own: [u16; 5],
    /// For another's record, where its access does not say it, and why.
    other: Option<([u16; 5], &'static str)>,
    /// Why one's own record and another's are answered alike.
    alike: Option<&'static str>,
}

const fn given(method: Method, path: &'static str, own: [u16; 5]) -> Given {
    Given {
        method,
        path,
        own,
        other: None,
        alike: None,
    }
}

impl Given {
    const fn of_another(self, other: [u16; 5], why: &'static str) -> Self {
        Self {
            other: Some((other, why)),
            ..self
        }
    }

    const fn alike(self, why: &'static str) -> Self {
        Self {
            alike: Some(why),
            ..self
        }
    }
}

const ANSWERS: &[Given] = &[
    // Whoever is signed in goes on.
    given(Get, "/sign-in", [200, 303, 303, 303, 303]),
    // The provider of these tests is down.
    given(Post, "/sign-in", [502, 502, 502, 502, 502]),
    given(Get, "/sign-in/callback", [400, 303, 303, 303, 303]),
    given(Post, "/terms", [401, 422, 422, 422, 422]),
    // Half a form changes nothing.
    given(Post, "/settings", [401, 400, 400, 400, 400]),
    given(Get, "/", [302, 200, 303, 303, 303]),
    given(Get, "/welcome", [302, 303, 403, 403, 403]),
    given(Post, "/welcome/place", [401, 422, 403, 403, 403]),
    given(Get, "/journeys", [302, 303, 403, 403, 403]),
    given(Post, "/calendar/address", [401, 400, 403, 403, 403]),
    given(Get, "/calendar/{name}", [404, 404, 404, 404, 404]),
    // Nothing is mailed in these tests.
    given(Get, "/unsubscribe/{token}", [404, 404, 404, 404, 404]),
    given(Post, "/unsubscribe/{token}", [404, 404, 404, 404, 404]),
    given(Post, "/hooks/bounces", [404, 404, 404, 404, 404]),
    given(Post, "/settings/time-zone", [401, 422, 422, 422, 422]),
    // As if opened before the first event: too late for those who may act, and nobody else's to send.
    given(Post, "/journeys/{id}/progress", [401, 409, 409, 409, 409]),
    given(Post, "/journeys/{id}/delay", [401, 409, 409, 409, 409]),
    given(Post, "/journeys/{id}/pause", [401, 409, 409, 409, 409]),
    // Nothing to continue: told so those who may see it.
    given(Get, "/journeys/{id}/continue", [302, 422, 422, 422, 422]),
    given(Post, "/journeys/{id}/continue", [401, 409, 409, 409, 409]),
    // The clinic's to note: told so the patient.
    given(Get, "/journeys/{id}/back", [302, 422, 200, 200, 200]),
    given(Post, "/journeys/{id}/back", [401, 409, 409, 409, 409]),
    // Nothing that could be taken back.
    given(Get, "/journeys/{id}/take-back", [302, 422, 422, 422, 422]),
    given(Post, "/journeys/{id}/take-back", [401, 409, 409, 409, 409]),
    given(Post, "/journeys/{id}/plan", [401, 403, 409, 409, 409]),
    given(Post, "/journeys/{id}/end", [401, 403, 409, 409, 409]),
    given(Get, "/patients/{id}/journeys", [302, 403, 422, 422, 422]),
    given(Post, "/patients/{id}/journeys", [401, 403, 422, 422, 422]),
    given(Post, "/api/journeys/progress", [401, 409, 409, 409, 409]),
    given(Get, "/photos", [302, 303, 403, 403, 403]),
    given(Get, "/photos/{id}/place", [302, 200, 409, 404, 404]),
    given(Post, "/photos/{id}/place", [401, 303, 409, 404, 404]),
    // The storage of these tests is down: 503 says that the photo would have been shown.
    given(Get, "/photos/{id}/{variant}", [302, 503, 503, 404, 404]),
    // Of nothing in particular.
    given(
        Get,
        "/journeys/{id}/photos/fates",
        [302, 400, 403, 403, 403],
    )
    .of_another([302, 400, 403, 403, 403], "as above")
    .alike("what is asked for is read first, and there is nothing"),
    // No photo in it, and not as photos are sent.
    given(Post, "/journeys/{id}/photos", [401, 400, 403, 403, 403]),
    given(
        Post,
        "/journeys/{id}/photos/expect",
        [401, 400, 403, 403, 403],
    ),
    given(Post, "/photos/{id}/arrived", [401, 404, 403, 403, 403])
        .alike("nothing of that number was announced"),
    given(Get, "/reviews", [302, 403, 303, 403, 403]),
    given(
        Post,
        "/journeys/{id}/reviews/{stage}",
        [401, 403, 400, 403, 403],
    )
    .of_another([401, 403, 400, 403, 403], "as above")
    .alike("the form is read first, and there is none"),
    given(Post, "/reviews/{id}/withdraw", [401, 403, 404, 403, 403])
        .alike("there is no decision of that number"),
    given(Post, "/reports/{id}/close", [401, 303, 409, 404, 404]),
    // Not as photos are sent.
    given(Post, "/journeys/{id}/reports", [401, 400, 403, 403, 403]),
    // A change is asked for already: back to where it stands.
    given(Get, "/dentists/{id}/change", [302, 303, 403, 403, 403]),
    given(Post, "/dentists/{id}/change", [401, 409, 403, 403, 403]),
    given(Get, "/dentist-changes/{id}", [302, 403, 404, 200, 200]).of_another(
        [302, 403, 200, 200, 200],
        "theirs are the changes to them, and the other patient asks for this dentist",
    ),
    // Declined by the first.
    given(Post, "/dentist-changes/{id}", [401, 403, 404, 303, 409]).of_another(
        [401, 403, 303, 409, 409],
        "theirs are the changes to them, and the other patient asks for this dentist",
    ),
    given(
        Post,
        "/dentist-changes/{id}/withdraw",
        [401, 409, 403, 403, 403],
    ),
    given(Get, "/messages", [302, 303, 200, 403, 403]),
    given(Post, "/messages/replies", [401, 403, 422, 403, 403]),
    given(Get, "/messages/replies/{id}", [302, 403, 404, 403, 403])
        .alike("there is no reply of that number"),
    given(Post, "/messages/replies/{id}", [401, 403, 404, 403, 403])
        .alike("there is no reply of that number"),
    given(
        Post,
        "/messages/replies/{id}/delete",
        [401, 403, 404, 403, 403],
    )
    .alike("there is no reply of that number"),
    // A form without a body is none.
    given(
        Post,
        "/journeys/{id}/messages/photos",
        [401, 400, 403, 403, 403],
    ),
    given(Get, "/inbox", [302, 200, 303, 303, 303]),
    given(Get, "/notifications/change", [302, 403, 403, 400, 400]),
    // Cancelled by the first; too late for the second.
    given(Post, "/notifications/change", [401, 403, 403, 303, 409]),
    given(
        Get,
        "/notifications/changed/{request}",
        [302, 403, 403, 404, 404],
    ),
    given(Post, "/notifications/new", [401, 403, 403, 422, 422]),
    given(Post, "/settings/notifications", [401, 422, 422, 422, 422]),
    given(Get, "/campaigns/new", [302, 403, 403, 303, 303]),
    given(Post, "/campaigns/new", [401, 403, 403, 422, 422]),
    // Started by the first; too late for the second.
    given(Post, "/campaigns/{id}", [401, 403, 403, 303, 409]),
    // Started by then.
    given(Get, "/campaigns/{id}/edit", [302, 403, 403, 303, 303]),
    given(Post, "/campaigns/{id}/edit", [401, 403, 403, 422, 422]),
    // Half a form.
    given(Post, "/wear", [401, 400, 403, 403, 403]),
    // Nothing typed.
    given(Post, "/wear/new", [401, 422, 403, 403, 403]),
    // There is none of that number.
    given(Get, "/wear/{id}", [302, 404, 403, 403, 403]).alike("there is none of that number"),
    given(Post, "/wear/{id}", [401, 404, 403, 403, 403]).alike("there is none of that number"),
    given(Get, "/journeys/{id}/wear", [302, 303, 200, 200, 200]),
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
        let [own, other] =
            [&self.own_ids, &self.other_ids].map(|ids| ids.of(&row.path).to_string());
        let path = format!("{}{}", row.path, row.query);
        path.replace("{own}", &own).replace("{other}", &other)
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
    for row in TABLE.iter() {
        let path = world.path(row);
        for (visitor, expected) in world.visitors.iter().zip(row.answers) {
            if row.method == "POST" && path.starts_with("/api/") {
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

/// Every route stands in a feature's table, and is therefore in the one above.
#[test]
fn no_route_is_made_elsewhere() {
    let elsewhere: Vec<_> = crate::repository::sources()
        .into_iter()
        .filter(|(path, text)| {
            let known = [
                "feature/router.rs",
                // Files with a hash in their names.
                "ui/modules.rs",
                // On a socket of its own, which the public does not reach.
                "feature/figures.rs",
            ];
            // The stand-ins are servers of their own.
            let demo = path.components().any(|part| part.as_os_str() == "demo");
            let known = demo || known.iter().any(|known| path.ends_with(known));
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            !known && code.contains(".route(")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    let routes = || FEATURES.iter().flat_map(|feature| feature.routes());
    let declared: BTreeSet<String> = routes()
        .filter(|(_, route)| route.kind == Kind::Api && route.path.starts_with("/api/"))
        .map(|(_, route)| format!("{} {}", route.method.name(), route.path))
        .collect();
    let functions: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    assert_eq!(declared, functions);
}

/// What is given for a route that does not exist, or a place in the order, says nothing.
#[test]
fn every_answer_is_one_of_a_route() {
    let known: BTreeSet<(Method, &str)> = FEATURES
        .iter()
        .flat_map(|feature| feature.routes())
        .map(|(_, route)| (route.method, route.path))
        .collect();
    let given = ANSWERS.iter().map(|given| (given.method, given.path));
    for route in given.chain(LAST) {
        assert!(known.contains(&route), "{route:?}");
    }
    assert!(TABLE.len() > known.len());
}

/// Pages of one path belong to one place of the menu, and each place is there.
#[test]
fn pages_belong_to_places_that_are_there() {
    let entries: BTreeSet<&str> = FEATURES
        .iter()
        .flat_map(|feature| feature.entries)
        .map(|entry| entry.path)
        .collect();
    let mut places = BTreeMap::new();
    for (section, route) in FEATURES.iter().flat_map(|feature| feature.routes()) {
        let place = section.place;
        let other = places.insert(route.path, place);
        assert!(other.is_none_or(|other| other == place), "{}", route.path);
        for path in [place.patient, place.dentist, place.office] {
            assert!(path.is_empty() || entries.contains(path), "{path}");
        }
    }
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
        let mut request = crate::harness::request(axum::http::Method::GET, None, path);
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
            axum::http::Method::POST,
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
            axum::http::Method::GET,
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
