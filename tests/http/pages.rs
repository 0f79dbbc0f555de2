//! What all pages have in common: each is opened by whoever may, as the table of routes has them.

use crate::{
    authority::{TABLE, World},
    harness::TestApp,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// The visitors of the table.
const WHO: [&str; 5] = ["nobody", "patient", "dentist", "staff", "admin"];

struct Page {
    path: String,
    who: &'static str,
    html: String,
}

/// Every page that somebody is shown, or sent on to.
async fn pages(pool: PgPoolOptions, options: PgConnectOptions) -> Vec<Page> {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let world = World::new(TestApp::new(options, owner).await).await;
    let mut pages = Vec::new();
    let rows = TABLE
        .iter()
        .filter(|row| row.method == "GET" && row.path != "/inbox/live");
    for row in rows {
        for (visitor, who) in world.visitors.iter().zip(WHO) {
            let mut path = world.path(row);
            let mut answer = world.app.get(visitor.as_ref(), &path).await;
            let to = answer.location().to_owned();
            if answer.status.as_u16() == 303 && to.starts_with('/') {
                answer = world.app.get(visitor.as_ref(), &to).await;
                path = to;
            }
            // Not those of a fault, which stand outside of everything.
            let is_page = matches!(answer.status.as_u16(), 200 | 409 | 422);
            if is_page && answer.text.contains("<main") {
                let html = answer.text;
                pages.push(Page { path, who, html });
            }
        }
    }
    assert!(pages.len() > 100, "{}", pages.len());
    pages
}

/// What stands in an element, from its first tag on.
fn inside<'a>(html: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(begin)?;
    Some(rest.split_once(end).map_or(rest, |(inside, _)| inside))
}

/// The menu stays where one is: one place of it, or the bell beside it, is the one of the page.
#[sqlx::test]
async fn the_menu_says_where_one_is(pool: PgPoolOptions, options: PgConnectOptions) {
    let mut menus = 0;
    let mut astray = Vec::new();
    for Page { path, who, html } in pages(pool, options).await {
        let menu = ["bottom-bar", "side-bar"]
            .iter()
            .find_map(|class| inside(&html, &format!("class=\"{class}\""), "</nav>"));
        let Some(menu) = menu else {
            continue;
        };
        menus += 1;
        let bell = html
            .split("<a ")
            .filter_map(|link| link.split('>').next())
            .find(|tag| tag.contains("class=\"bell\""))
            .unwrap_or_default();
        let here = |text: &str| text.matches("aria-current=\"page\"").count();
        let marked = here(menu) + here(bell);
        if marked != 1 {
            astray.push(format!("{path} as {who}: {marked}"));
        }
    }
    assert!(menus > 100, "{menus}");
    assert!(astray.is_empty(), "{astray:#?}");
}

/// What is folded away, or shown by a script when it is asked for, asks for nothing.
fn in_sight(main: &str) -> String {
    let mut text = main.to_owned();
    for (begin, end) in [
        ("<template", "</template>"),
        ("<dialog", "</dialog>"),
        ("<details", "</details>"),
        // Instead of what needs scripts.
        ("<div class=\"without-scripts\"", "</div>"),
    ] {
        let mut from = 0;
        while let Some(at) = text[from..].find(begin).map(|at| from + at) {
            let tag = text[at..].find('>').map_or(text.len(), |to| at + to);
            if text[at..tag].contains(" open") {
                from = tag;
                continue;
            }
            let to = text[at..]
                .find(end)
                .map_or(text.len(), |to| at + to + end.len());
            text.replace_range(at..to, "");
            from = at;
        }
    }
    text
}

/// How many buttons and links stand out in what a page is about.
fn primary(html: &str) -> usize {
    let main = inside(html, "<main", "</main>").unwrap_or_default();
    in_sight(main)
        .split('<')
        .filter(|tag| {
            let tag = tag.split('>').next().unwrap_or_default();
            tag.contains("button-primary") && !tag.contains(" hidden")
        })
        .count()
}

/// One act stands out on a page, at most; where something is to be done, one does.
#[sqlx::test]
async fn one_act_stands_out(pool: PgPoolOptions, options: PgConnectOptions) {
    // Where it is what the page is for.
    const ONE: [&str; 5] = [
        "/notifications",
        "/notifications/new",
        "/patients",
        "/campaigns",
        "/today",
    ];
    let mut wrong = Vec::new();
    for Page { path, who, html } in pages(pool, options).await {
        let count = primary(&html);
        if count > 1 || (count == 0 && ONE.contains(&path.as_str())) {
            wrong.push(format!("{path} as {who}: {count}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Below the first page of each place of the menu, one way back stands at the head of a page, and says where it leads.
#[sqlx::test]
async fn the_way_back_is_named(pool: PgPoolOptions, options: PgConnectOptions) {
    let mut wrong = Vec::new();
    let mut below = 0;
    for Page { path, who, html } in pages(pool, options).await {
        let menu = ["bottom-bar", "side-bar"]
            .iter()
            .find_map(|class| inside(&html, &format!("class=\"{class}\""), "</nav>"));
        let Some(menu) = menu else {
            continue;
        };
        let bare = path.split('?').next().unwrap_or_default();
        let bare = bare.split('#').next().unwrap_or_default();
        let parts: Vec<&str> = bare.trim_matches('/').split('/').collect();
        let first = menu.contains(&format!("href=\"{bare}\""))
            || match parts[..] {
                ["inbox" | "welcome", ..] => true,
                // A case has the list of cases beside it.
                ["journeys", _, "reviews", _] => true,
                // To these their places of the menu lead a patient on.
                ["journeys", _] | ["journeys", _, "photos" | "messages"] => who == "patient",
                _ => false,
            };
        let links: Vec<&str> = html
            .split("class=\"page-header-back\"")
            .skip(1)
            .filter_map(|link| link.split("</a>").next())
            .map(|link| link.rsplit('>').next().unwrap_or_default())
            .collect();
        let named = links.iter().all(|words| {
            let words = words.trim();
            !words.is_empty() && words != "Back" && !words.starts_with("Back ")
        });
        below += usize::from(!first);
        let count = links.len();
        if count > 1 || (!first && count == 0) || !named {
            wrong.push(format!("{path} as {who}: {links:?}"));
        }
    }
    assert!(below > 60, "{below}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is made for paper has no menu, a way back, and a button that prints it, or words where there are no scripts.
#[sqlx::test]
async fn what_is_made_for_paper_can_be_printed_and_left(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    app.photo(&patient, journey, 8, "front").await;
    for who in [&patient, &dentist] {
        for path in [
            format!("/journeys/{journey}"),
            format!("/journeys/{journey}/photos"),
        ] {
            let page = app.get(Some(who), &format!("{path}?print")).await;
            let html = page.expect(200).text;
            for menu in ["bottom-bar", "side-bar", "class=\"bell\"", "data-palette"] {
                assert!(!html.contains(menu), "{menu} of {path}: {html}");
            }
            assert!(
                html.contains("id=\"print\"") && html.contains("use your browser’s menu"),
                "{html}"
            );
            let back = format!("<a href=\"{path}\" class=\"page-header-back\">");
            assert!(html.contains(&back), "{html}");
            assert_eq!(primary(&html), 1, "{html}");
        }
    }
}

/// However much waits, one act comes first: of a dentist to answer what was reported, of a patient to take what is asked for again.
#[sqlx::test]
async fn one_act_stands_out_of_many(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let (patient, dentist) = (app.visitor("patient").await, app.visitor("dentist").await);
    app.assign(&patient, &dentist).await;
    // Not due for days: what is missing of this step would be the act.
    let (journey, _) = app.journey(&patient, 8, "2026-03-24T08:00:00Z").await;
    app.photo(&patient, journey, 8, "front").await;
    let count = async |who, path: &str| {
        let html = app.get(Some(who), path).await.expect(200).text;
        (primary(&html), html)
    };
    let (before, html) = count(&patient, "/").await;
    assert_eq!(before, 1, "{html}");
    let (begin, html) = count(&dentist, "/today").await;
    assert_eq!(begin, 1, "{html}");
    sqlx::query(
        "with seen as (update user_images set awaits_review = false, date_uploaded = '2026-03-16T08:00:00Z'),
         asked as (
           insert into reviews (user_id, journey_id, progress_stage, decision, dentist_id, actor_id, decided_at, effective_at,
                                settled_at)
           select $1, $2, 8, 'retake', d.id, $3, moment, moment, moment
           from dentists d, (select timestamptz '2026-03-17T08:00:00Z' as moment) as decided where d.user_id = $3 returning id)
         insert into review_views (review_id, view, reason) select id, 'front', 'blurred' from asked",
    )
    .bind(patient.id)
    .bind(journey)
    .bind(dentist.id)
    .execute(&app.owner)
    .await
    .expect("asked for again");
    let (asked, html) = count(&patient, "/").await;
    assert!(
        html.contains("new photo") && html.contains("Add photos"),
        "{html}"
    );
    assert_eq!(asked, 1, "{html}");
    for kind in ["pain", "not_fitting"] {
        app.report(&patient, journey, kind).await;
    }
    app.photo(&patient, journey, 8, "left").await;
    for path in ["/today", "/reports"] {
        let (told, html) = count(&dentist, path).await;
        assert_eq!(html.matches("#answer\"").count(), 2, "{html}");
        assert_eq!(told, 1, "{path}: {html}");
    }
    let (asked, html) = count(&patient, "/").await;
    assert_eq!(asked, 1, "{html}");
}

#[test]
fn what_is_folded_away_does_not_stand_out() {
    let act = "<button class=\"button button-primary\">Go</button>";
    let page = |inner: &str| format!("<main id=\"main\">{inner}</main>");
    assert_eq!(primary(&page(&format!("{act}{act}"))), 2);
    assert_eq!(primary(&page(&format!("<details open>{act}</details>"))), 1);
    for begin in ["details", "dialog", "template"] {
        let folded = format!("<{begin} id=\"x\">{act}</{begin}>{act}");
        assert_eq!(primary(&page(&folded)), 1, "{begin}");
    }
}
