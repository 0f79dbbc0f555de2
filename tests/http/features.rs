//! Each feature can be left out: nothing of it is answered, no menu leads to it, and all other pages are as they were.

use crate::{
    authority::{TABLE, World},
    harness::TestApp,
};
use midline::{
    app::FEATURES,
    feature::{Feature, Kind, Route},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::collections::{BTreeMap, BTreeSet};

/// What the others stand on, whatever they are: people, and whoever runs Midline.
const ALWAYS: [&str; 2] = ["app", "accounts"];

/// Features to which pages of others lead by themselves, and the features of those pages, in these tests: a treatment's tabs, what Today
/// and the first pages of a desk gather, the settings. It is a list of what is left to do: once such a page asks the list of features for
/// what it shows of others, its line goes.
const LED_TO: &[(&str, &[&str])] = &[
    ("campaigns", &["notifications", "office"]),
    ("dentists", &["accounts", "desk", "office"]),
    ("desk", &["reports"]),
    (
        "journeys",
        &[
            "accounts",
            "calendar",
            "campaigns",
            "dentists",
            "desk",
            "home",
            "messages",
            "notifications",
            "office",
            "photos",
            "reports",
            "reviews",
            "wear",
        ],
    ),
    (
        "messages",
        &[
            "desk", "home", "journeys", "photos", "reports", "reviews", "wear",
        ],
    ),
    (
        "notifications",
        &["accounts", "campaigns", "home", "journeys", "office"],
    ),
    ("office", &["reports"]),
    (
        "photos",
        &["home", "journeys", "messages", "reports", "reviews", "wear"],
    ),
    (
        "reports",
        &["desk", "home", "journeys", "messages", "reviews"],
    ),
    ("reviews", &["desk", "journeys", "photos"]),
    (
        "wear",
        &[
            "home", "journeys", "messages", "photos", "reports", "reviews",
        ],
    ),
];

/// Whether an address is one of a route.
fn is_of(route: &Route, path: &str) -> bool {
    let pattern = route.path.split('/');
    let parts: Vec<&str> = path.split('/').collect();
    pattern.clone().count() == parts.len()
        && pattern.zip(parts).all(|(pattern, part)| {
            pattern == part || (pattern.starts_with('{') && !part.is_empty())
        })
}

/// The feature that an address belongs to: words before what stands for any.
fn owner(path: &str) -> Option<&'static str> {
    let routes = FEATURES
        .iter()
        .flat_map(|feature| feature.routes().map(|(_, route)| (feature.name, route)));
    let fitting = routes.filter(|(_, route)| is_of(route, path));
    fitting
        .min_by_key(|(_, route)| route.path.matches('{').count())
        .map(|(name, _)| name)
}

/// The features of which a page tells something that is due.
fn told(html: &str) -> BTreeSet<&str> {
    html.split("data-from=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// A day on which a campaign of these tests goes out: after the database's today, whenever that is.
const FAR: &str = "/calendar?view=day&on=2150-05-04";

/// Something that is due in each feature that has such: what is not there already.
async fn something_due(app: &TestApp, patient: i64, staff: i64) {
    sqlx::query(
        "insert into campaigns (created_by, name, content_en, state, started_at, send_at, time_zone)
         values ($1, 'x', 'x', 'running', now(), '2150-05-04 10:00', 'Europe/Berlin')",
    )
    .bind(staff)
    .execute(&app.owner)
    .await
    .expect("a campaign");
    // Out for longer than anybody eats.
    sqlx::query(
        "insert into wear_intervals (user_id, journey_id, taken_out_at, source, actor_id)
         select user_id, id, $2, 'timed'::wear_source, user_id from journeys where user_id = $1",
    )
    .bind(patient)
    .bind(app.clock.now() - chrono::TimeDelta::hours(5))
    .execute(&app.owner)
    .await
    .expect("aligners that are out");
    // By when photos are looked at follows from when they came.
    sqlx::query("update user_images set date_uploaded = $1")
        .bind(app.clock.now())
        .execute(&app.owner)
        .await
        .expect("photos that came today");
}

/// Where a page leads: links, forms and pictures, without their queries.
fn addresses(html: &str) -> BTreeSet<String> {
    ["href=\"", "action=\"", "src=\""]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .filter_map(|rest| rest.split(['"', '?', '#']).next())
        // The sign at the head leads to the beginning, whatever that is.
        .filter(|path| path.starts_with('/') && *path != "/")
        .map(str::to_owned)
        .collect()
}

/// The menu of a page, and what stands beside it.
fn menus(html: &str) -> BTreeSet<String> {
    let bars = ["class=\"bottom-bar\"", "class=\"side-bar\""];
    let bars = bars.iter().filter_map(|bar| {
        let (_, rest) = html.split_once(bar)?;
        rest.split("</nav>").next()
    });
    let bell = html
        .split("<a class=\"bell\"")
        .nth(1)
        .and_then(|rest| rest.split('>').next());
    bars.chain(bell).flat_map(addresses).collect()
}

#[sqlx::test]
async fn each_feature_can_be_left_out(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner_pool = pool.connect_with(options.clone()).await.expect("a pool");
    let world = World::new(TestApp::new(options, owner_pool).await).await;
    let [patient, staff] = [1, 3].map(|n| world.visitors[n].as_ref().map_or(0, |one| one.id));
    something_due(&world.app, patient, staff).await;
    // What a patient, a dentist and staff are shown with all of them.
    let mut pages = Vec::new();
    for row in TABLE
        .iter()
        .filter(|row| row.method == "GET" && !row.path.contains("{other}"))
    {
        if !matches!(row.route.kind, Kind::Page | Kind::File) {
            continue;
        }
        let path = world.path(row);
        for visitor in world.visitors.iter().take(4).flatten() {
            let answer = world.app.get(Some(visitor), &path).await;
            if answer.status.as_u16() == 200 {
                pages.push((path.clone(), visitor, owner(&path).unwrap_or_default()));
            }
        }
    }
    assert!(pages.len() > 80, "{}", pages.len());
    let visitors = world.visitors.iter().flatten();
    pages.extend(visitors.map(|visitor| (FAR.to_owned(), visitor, "calendar")));
    let mut due = BTreeSet::new();
    for (path, visitor, _) in &pages {
        if path.starts_with("/calendar") {
            let page = world.app.get(Some(visitor), path).await;
            due.extend(told(&page.text).into_iter().map(str::to_owned));
        }
    }
    let with_agenda = FEATURES.iter().filter(|feature| feature.agenda.is_some());
    let with_agenda: BTreeSet<String> =
        with_agenda.map(|feature| feature.name.to_owned()).collect();
    assert_eq!(due, with_agenda, "each tells something");
    let mut led: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for left_out in FEATURES {
        if ALWAYS.contains(&left_out.name) {
            continue;
        }
        let others: Vec<&'static Feature> = FEATURES
            .into_iter()
            .filter(|feature| feature.name != left_out.name)
            .collect();
        let name = left_out.name;
        let entries: BTreeSet<&str> = left_out.entries.iter().map(|entry| entry.path).collect();
        let app = world.app.with_features(others).await;
        for (path, visitor, page_of) in &pages {
            let answer = app.get(Some(visitor), path).await;
            let status = answer.status.as_u16();
            if *page_of == name {
                if status != 404 {
                    wrong.push(format!("without {name}: {path}: {status}"));
                }
                continue;
            }
            if status != 200 {
                wrong.push(format!("without {name}: {path}: {status}"));
                continue;
            }
            let menu = menus(&answer.text);
            if let Some(entry) = entries.iter().find(|entry| menu.contains(**entry)) {
                wrong.push(format!("without {name}: {entry} in the menu of {path}"));
            }
            if told(&answer.text).contains(name) {
                wrong.push(format!("without {name}: something due of it on {path}"));
            }
            let elsewhere = addresses(&answer.text);
            if elsewhere.iter().any(|path| owner(path) == Some(name)) {
                led.entry(name).or_default().insert(page_of);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known: BTreeMap<&str, BTreeSet<&str>> = LED_TO
        .iter()
        .map(|(name, from)| (*name, from.iter().copied().collect()))
        .collect();
    assert_eq!(led, known, "pages of others that lead to what was left out");
}
