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
            .find_map(|class| inside(&html, &format!("<nav class=\"{class}\""), "</nav>"));
        let Some(menu) = menu else {
            continue;
        };
        menus += 1;
        let bell = inside(&html, "<a class=\"bell\"", ">").unwrap_or_default();
        let here = |text: &str| text.matches("aria-current=\"page\"").count();
        let marked = here(menu) + here(bell);
        if marked != 1 {
            astray.push(format!("{path} as {who}: {marked}"));
        }
    }
    assert!(menus > 100, "{menus}");
    assert!(astray.is_empty(), "{astray:#?}");
}
