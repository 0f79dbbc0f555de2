//! Bad input, and parts that are down: an answer in words, with the right status and every header.

use crate::{
    authority::{TABLE, World},
    harness::{Answer, TestApp, request},
};
use axum::http::Method;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn app(pool: PgPoolOptions, options: PgConnectOptions) -> TestApp {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    TestApp::new(options, owner).await
}

#[track_caller]
fn is_a_page_in_words(answer: &Answer) {
    assert!(answer.text.contains("<h1>"), "{}", answer.text);
    assert!(
        answer.headers["content-type"]
            .as_bytes()
            .starts_with(b"text/html")
    );
    carries_every_header(answer);
}

#[track_caller]
fn carries_every_header(answer: &Answer) {
    let policy = answer.headers["content-security-policy"]
        .to_str()
        .expect("text");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers["referrer-policy"], "same-origin");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.headers.contains_key("x-request-id"));
}

/// Over TLS the cookie is bound to the host, and browsers are told to stay there.
#[sqlx::test]
async fn https_is_held_to(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let config = crate::harness::config_at("https://midline.example");
    let app = TestApp::with_config(config, 4, options, owner).await;
    let patient = app.visitor("patient").await;
    let secure = crate::harness::Visitor {
        cookie: patient.cookie.replace("midline=", "__Host-midline="),
        ..patient.clone()
    };
    // The plain name is not looked at.
    app.get(Some(&patient), "/settings").await.expect(302);
    let answer = app.get(Some(&secure), "/settings").await.expect(200);
    let header = |name: &str| {
        answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    assert!(header("strict-transport-security").starts_with("max-age=63072000"));
}

/// What was typed while the database was away is on the page that says so.
#[sqlx::test]
async fn a_form_outlives_a_database_that_is_away(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    let patient = app.visitor("patient").await;
    let (journey, event) = app.journey(&patient, 8, "2026-03-20T08:00:00Z").await;
    app.pool.close().await;
    let form = format!(
        "seen={}&revision=0&reason=travel&note=Off+to+Oslo&intent=confirm",
        event.expect("an event")
    );
    let answer = app
        .post(Some(&patient), &format!("/journeys/{journey}/pause"), &form)
        .await
        .expect(503)
        .says("value=\"Off to Oslo\"");
    assert!(answer.headers.contains_key("retry-after"));
}

#[sqlx::test]
async fn names_that_no_file_can_have_are_not_found(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let app = TestApp::new(options, owner).await;
    app.get(None, &format!("/{}", "a".repeat(300)))
        .await
        .expect(404);
    app.get(None, &format!("/pkg/{}", "a".repeat(300)))
        .await
        .expect(404);
    app.get(None, "/sign-in?next=/%01")
        .await
        .expect(200)
        .says("value=\"/\"");
}

#[sqlx::test]
async fn strange_requests_are_answered_in_words(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let path = format!("/journeys/{journey}/progress");
    for (path, status) in [
        ("/nothing", 404),
        ("/journeys/x/progress", 404),
        ("/journeys/99999999999999999999/progress", 404),
        ("/journeys/-1/progress", 404),
        ("/photos/1/original", 404),
        ("/journeys/1?before=x", 400),
        ("/calendar/address?ask=new&ask=end", 400),
        ("/calendar?on=2026-13-40", 400),
        ("/calendar?on=0001-01-01", 400),
        ("/calendar?view=x", 400),
        ("/?saved=1&saved=2", 400),
        ("/access?before=-9999-01-01", 400),
        ("/access?before=%2B262143-01-01", 400),
        ("/%00", 404),
        ("/..%2f..%2fetc%2fpasswd", 404),
    ] {
        let answer = app.get(Some(&patient), path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        is_a_page_in_words(&answer);
    }
    for (form, status) in [
        ("", 400),
        ("seen=x", 400),
        ("seen=1&seen=2", 400),
        ("seen=%ff", 400),
    ] {
        let answer = app.post(Some(&patient), &path, form).await;
        assert_eq!(answer.status.as_u16(), status, "{form}: {}", answer.text);
        is_a_page_in_words(&answer);
    }
    let large = app
        .post(
            Some(&patient),
            &path,
            &format!("seen={}", "1".repeat(70_000)),
        )
        .await
        .expect(413);
    is_a_page_in_words(&large);
    let put = app
        .send(
            request(Method::DELETE, Some(&patient), &path)
                .header("sec-fetch-site", "same-origin")
                .body(axum::body::Body::empty())
                .expect("a request"),
        )
        .await
        .expect(405);
    is_a_page_in_words(&put);
    let json = request(Method::POST, Some(&patient), &path)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .body("{}".into())
        .expect("a request");
    is_a_page_in_words(&app.send(json).await.expect(400));
}

/// Who asks for a page has sent nothing that could be saved, and is told nothing of that.
#[sqlx::test]
async fn a_page_that_cannot_be_read_speaks_of_no_saving(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let [staff, patient] = [app.visitor("staff").await, app.visitor("patient").await];
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let path = format!("/journeys/{journey}/progress");
    let answer = app
        .get(
            Some(&patient),
            &format!("/journeys/{journey}/messages?before=abc"),
        )
        .await
        .expect(400)
        .says("We couldn’t read this address");
    assert!(!answer.text.contains("wasn’t saved"), "{}", answer.text);
    app.post(Some(&patient), &path, "seen=x")
        .await
        .expect(400)
        .says("wasn’t saved");
    app.pool.close().await;
    let answer = app.get(Some(&staff), "/notifications").await.expect(503);
    assert!(!answer.text.contains("last entry"), "{}", answer.text);
    app.post(Some(&patient), &path, "seen=x")
        .await
        .expect(503)
        .says("last entry");
}

#[sqlx::test]
async fn a_session_that_ended_under_a_form_is_told_so(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    sqlx::query("delete from sessions")
        .execute(&app.owner)
        .await
        .expect("gone");
    let answer = app
        .post(Some(&patient), "/settings", "language=de&theme=")
        .await
        .expect(401);
    is_a_page_in_words(&answer);
    assert!(answer.text.contains("href=\"/sign-in\""));
}

/// What was typed is in the page that says that nothing was saved, and can be sent again from there.
#[sqlx::test]
async fn a_form_outlives_its_session(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let form = "language=de&theme=%22%3Edark+%26+stormy";
    let answer = app.post(None, "/settings", form).await.expect(401);
    is_a_page_in_words(&answer);
    let answer = answer
        .says("action=\"/settings\"")
        .says("<input type=\"hidden\" name=\"language\" value=\"de\">");
    assert!(
        answer
            .text
            .contains("value=\"&quot;&gt;dark &amp; stormy\"")
            || answer.text.contains("value=\"&quot;>dark &amp; stormy\""),
        "{}",
        answer.text
    );
    // Signed in again, the same form is taken.
    let patient = app.visitor("patient").await;
    app.post(Some(&patient), "/settings", "language=de&theme=dark")
        .await
        .expect(303);
    // An answer that no later try can better holds no form.
    let refused = app.post(Some(&patient), "/terms", "accept=no").await;
    assert!(!refused.text.contains("Send it again"));
}

/// Somebody signed in keeps language and surroundings at an address that does not exist.
#[sqlx::test]
async fn an_unknown_address_knows_its_reader(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let dentist = app.visitor("dentist").await;
    app.post(Some(&dentist), "/settings", "language=de&theme=")
        .await
        .expect(303);
    for (method, path) in [(Method::GET, "/nothing"), (Method::POST, "/nothing/at/all")] {
        let request = request(method, Some(&dentist), path)
            .header("sec-fetch-site", "same-origin")
            .body(axum::body::Body::empty())
            .expect("a request");
        let answer = app.send(request).await.expect(404);
        is_a_page_in_words(&answer);
        answer.says("side-bar").says("lang=\"de\"");
    }
    let nobody = app.get(None, "/nothing").await.expect(404);
    assert!(!nobody.text.contains("side-bar"));
}

#[sqlx::test]
async fn a_provider_that_is_down_is_said_to_be(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let answer = app.post(None, "/sign-in", "next=/").await.expect(502);
    is_a_page_in_words(&answer);
    // Signing out works all the same.
    let patient = app.visitor("patient").await;
    assert_eq!(
        app.post(Some(&patient), "/sign-out", "")
            .await
            .expect(303)
            .location(),
        "/signed-out"
    );
}

/// From the page before signing in on, and wherever a page says that the clinic helps.
#[sqlx::test]
async fn who_is_sent_to_the_clinic_can_call_it(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, staff) = (app.visitor("patient").await, app.visitor("staff").await);
    let number = "href=\"tel:+493023125000\"";
    app.get(None, "/sign-in").await.expect(200).says(number);
    app.get(Some(&patient), "/patients")
        .await
        .expect(403)
        .says("please contact the clinic")
        .says(number);
    // Those who work there call nobody, and what does not lead there holds no number.
    let refused = app.get(Some(&staff), "/photos").await.expect(403);
    assert!(!refused.text.contains(number), "{}", refused.text);
    assert!(
        !refused.text.contains("contact the clinic"),
        "{}",
        refused.text
    );
    // They tell whoever looks after Midline, who finds it by its number.
    let id = refused.headers["x-request-id"].to_str().expect("text");
    let id = format!("<code>{id}</code>");
    refused
        .says("whoever looks after Midline")
        .says("Reference number:")
        .says(&id);
    let missing = app.get(Some(&patient), "/nothing").await.expect(404);
    assert!(!missing.text.contains(number), "{}", missing.text);
}

#[sqlx::test]
async fn a_database_that_is_gone_is_said_to_be(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    app.get(None, "/health/ready").await.expect(200);
    app.pool.close().await;
    let answer = app.get(Some(&patient), "/").await.expect(503);
    is_a_page_in_words(&answer);
    assert_eq!(answer.headers["retry-after"], "5");
    // Who can see nothing can call.
    answer.says("href=\"tel:+493023125000\"");
    app.get(None, "/health/ready").await.expect(503);
    app.get(None, "/health/live").await.expect(200);
}

#[sqlx::test]
async fn pages_carry_the_headers_too(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let home = app.get(Some(&patient), "/").await.expect(200);
    carries_every_header(&home);
    assert!(
        home.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("script-src 'nonce-")
    );
    assert!(
        !home.text.contains("src=") && !home.text.contains("modulepreload"),
        "no scripts are fetched without islands"
    );
    let confirm = app
        .get(Some(&patient), &format!("/journeys/{journey}/progress"))
        .await
        .expect(200);
    carries_every_header(&confirm);
    let policy = confirm.headers["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce");
    assert!(
        confirm.text.contains(&format!("nonce=\"{nonce}\"")),
        "{policy}"
    );
    assert_eq!(
        confirm.text.matches("<script").count(),
        confirm.text.matches(&format!("nonce=\"{nonce}\">")).count()
    );
}

/// At a desk a page brings the palette of its menu, and lets in no script but those it names.
#[sqlx::test]
async fn the_palette_is_at_desks_alone(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (dentist, staff, patient) = (
        app.visitor("dentist").await,
        app.visitor("staff").await,
        app.visitor("patient").await,
    );
    for who in [&dentist, &staff] {
        let page = app.get(Some(who), "/patients").await.expect(200);
        let policy = page.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned();
        let nonce = policy
            .split("script-src 'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("scripts by nonce, and by nothing else");
        let script = page
            .text
            .split("<script")
            .nth(1)
            .and_then(|rest| rest.split('>').next())
            .expect("a script");
        assert!(
            script.contains(&format!("nonce=\"{nonce}\"")) && script.contains("/modules/palette."),
            "{script}"
        );
        assert_eq!(page.text.matches("<script").count(), 1);
        // Held ready: whoever does not open it finds nothing of it.
        assert!(
            page.text.contains("<template data-palette"),
            "{}",
            page.text
        );
        let address = script
            .split("src=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("an address");
        let module = app.get(None, address).await.expect(200);
        assert!(
            module.text.len() <= 3_000,
            "{} bytes before they are packed",
            module.text.len()
        );
    }
    let own = app.get(Some(&patient), "/settings").await.expect(200);
    assert!(!own.text.contains("palette"), "{}", own.text);
    let public = app.get(None, "/signed-out").await.expect(200);
    assert!(!public.text.contains("palette") && !public.text.contains("<script"));
}

/// A fault of the program's own ends one request, not the server, and is answered like any other. (No
/// person's treatment ends in the year 262142; the arithmetic of dates does.)
#[sqlx::test]
async fn a_panic_is_answered_in_words(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    sqlx::query(
        "update progress_events set end_date = '262142-12-20T08:00:00Z' where journey_id = $1",
    )
    .bind(journey)
    .execute(&app.owner)
    .await
    .expect("the end of time");
    let answer = app.get(Some(&patient), "/").await.expect(500);
    is_a_page_in_words(&answer);
    answer.says("href=\"/\"");
    app.get(Some(&patient), "/settings").await.expect(200);
}

/// Text that PostgreSQL cannot keep, wherever it stands in a request, is left out or refused in words.
#[sqlx::test]
async fn text_that_cannot_be_kept_is_no_fault_of_ours(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    // Fields of all forms and searches.
    const NAMES: [&str; 34] = [
        "q",
        "search",
        "near",
        "next",
        "show",
        "sort",
        "filter",
        "view",
        "stage",
        "before",
        "after",
        "speaks",
        "text",
        "to",
        "from",
        "name",
        "email",
        "note",
        "clinic_note",
        "body",
        "reason",
        "key",
        "zone",
        "language",
        "theme",
        "content",
        "content_en",
        "content_de",
        "answer",
        "decision",
        "when",
        "template",
        "patient",
        "aftercare",
    ];
    let world = World::new(app(pool, options).await).await;
    let [patient, desk] = [1, 2].map(|n| world.visitors[n].clone().expect("somebody"));
    sqlx::query("insert into user_roles (user_id, role) values ($1, 'staff')")
        .bind(desk.id)
        .execute(&world.app.owner)
        .await
        .expect("a role");
    for strange in ["a%00b", "%ED%A0%80", "\u{202e}"] {
        let fields: Vec<String> = NAMES
            .iter()
            .map(|name| format!("{name}={strange}"))
            .collect();
        let fields = fields.join("&");
        for row in TABLE.iter() {
            let path = world.path(row);
            for visitor in [&patient, &desk] {
                let who = &world.app.sign_in(visitor.id).await;
                let mut answers = Vec::new();
                if row.method == "GET" && path != "/inbox/live" {
                    let query = fields.replace('\u{202e}', "%E2%80%AE");
                    answers.push(world.app.get(Some(who), &format!("{path}?{query}")).await);
                } else if row.method == "POST" {
                    let own = world.form(&path);
                    for form in [
                        format!("{own}&{fields}"),
                        own.replace('&', &format!("{strange}&")) + strange,
                        fields.replace('%', "%25"),
                    ] {
                        answers.push(world.app.post(Some(who), &path, &form).await);
                    }
                }
                for answer in answers {
                    assert_ne!(answer.status, 500, "{} {path} with {strange}", row.method);
                }
            }
        }
    }
    // In an address there is no such page, or none for them.
    for row in TABLE.iter() {
        for part in ["{own}", "{other}", "{name}", "{variant}"] {
            if !row.path.contains(part) || row.method != "GET" {
                continue;
            }
            for strange in ["%00", "1%00", "%ED%A0%80", "%ff"] {
                let path = row.path.replace(part, strange);
                let answer = world.app.get(Some(&patient), &path).await;
                let status = answer.status.as_u16();
                assert!(matches!(status, 403 | 404), "{path}: {status}");
                is_a_page_in_words(&answer);
            }
        }
    }
}

/// Of a file that is kept in several encodings, caches on the way are told which one they have.
#[sqlx::test]
async fn what_is_kept_compressed_says_that_it_varies(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let site = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(site.path().join("pkg")).expect("a folder");
    let text = "a { color: red }\n".repeat(100);
    for file in [
        "pkg/a.css",
        "pkg/a.js",
        "pkg/a.wasm",
        "manifest.webmanifest",
        "robots.txt",
        "icon.png",
    ] {
        std::fs::write(site.path().join(file), &text).expect("a file");
        if file != "robots.txt" {
            std::fs::write(site.path().join(format!("{file}.br")), "br").expect("a file");
        }
    }
    let app = TestApp::with_site(site.path(), options, owner).await;
    for method in [Method::GET, Method::HEAD] {
        let request =
            request(method, None, "/push/OneSignalSDKWorker.js").body(axum::body::Body::empty());
        let answer = app.send(request.expect("a request")).await.expect(200);
        assert_eq!(answer.headers["vary"], "accept-encoding");
    }
    for file in [
        "pkg/a.css",
        "pkg/a.js",
        "pkg/a.wasm",
        "manifest.webmanifest",
        "robots.txt",
        "icon.png",
    ] {
        let mut modified = None;
        for accept in [
            Some("br"),
            Some("gzip, br"),
            Some("gzip"),
            Some("identity"),
            None,
        ] {
            for method in [Method::GET, Method::HEAD] {
                for known in [false, true] {
                    let mut request = request(method.clone(), None, &format!("/{file}"));
                    if let Some(accept) = accept {
                        request = request.header("accept-encoding", accept);
                    }
                    if let Some(modified) = modified.as_ref().filter(|_| known) {
                        request = request.header("if-modified-since", modified);
                    }
                    let request = request.body(axum::body::Body::empty());
                    let answer = app.send(request.expect("a request")).await;
                    let status = answer.status.as_u16();
                    assert!(
                        status == 200 || known && status == 304,
                        "{file} {accept:?}: {status}"
                    );
                    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
                    assert_eq!(
                        vary,
                        ["accept-encoding"],
                        "{method} {file} {accept:?} {status}"
                    );
                    let encoding = answer.headers.get("content-encoding");
                    let precompressed =
                        accept.is_some_and(|accept| accept.contains("br")) && file != "robots.txt";
                    if status == 200 && precompressed {
                        assert_eq!(encoding.expect("an encoding"), "br");
                    }
                    modified = answer.headers.get("last-modified").cloned().or(modified);
                }
            }
        }
    }
}

/// What the database says of itself is told apart from what it says of a request.
#[sqlx::test]
async fn a_database_without_room_is_unavailable(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::error::Fault;
    let app = app(pool, options).await;
    for (code, fault) in [
        ("53100", Fault::Unavailable),
        ("53200", Fault::Unavailable),
        ("53300", Fault::Unavailable),
        ("57014", Fault::Unavailable),
        ("25006", Fault::Unavailable),
        ("22021", Fault::Malformed),
        ("23514", Fault::Internal),
    ] {
        let raise = format!("do $$ begin raise exception 'x' using errcode = '{code}'; end $$");
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(raise))
            .execute(&app.pool)
            .await
            .expect_err(code);
        assert_eq!(Fault::from(error), fault, "{code}");
    }
}

/// A server whose database user may do too much says so; the one that it is made for may not.
#[sqlx::test]
async fn a_user_who_may_too_much_is_told_apart(pool: PgPoolOptions, options: PgConnectOptions) {
    use midline::platform::database::may_too_much;
    let app = app(pool, options).await;
    assert!(!may_too_much(&app.pool).await.expect("an answer"));
    assert!(may_too_much(&app.owner).await.expect("an answer"));
}

/// The tag and words of what stands out on a page, and of the way back at its head.
fn ways_on(answer: &Answer) -> (Vec<String>, Option<String>) {
    let tags = |class: &str| -> Vec<String> {
        answer
            .text
            .split("<a ")
            .skip(1)
            .filter_map(|link| link.split("</a>").next())
            .filter(|link| {
                link.split('>')
                    .next()
                    .is_some_and(|tag| tag.contains(class))
            })
            .map(str::to_owned)
            .collect()
    };
    (tags("button-primary"), tags("page-header-back").pop())
}

/// What is not there, or not for its reader, is nowhere in the menu; what only failed is where it would be.
#[sqlx::test]
async fn a_fault_is_where_its_page_would_be(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let (patient, dentist, staff) = (
        app.visitor("patient").await,
        app.visitor("dentist").await,
        app.visitor("staff").await,
    );
    let (journey, _) = app.journey(&patient, 8, "2026-03-17T08:00:00Z").await;
    let before = format!("/journeys/{journey}/messages?before=abc");
    for (who, path, status, place, title, back) in [
        (
            &patient,
            "/nothing",
            404,
            None,
            "We can’t find this page",
            None,
        ),
        (
            &dentist,
            "/nothing/at/all",
            404,
            None,
            "We can’t find this page",
            None,
        ),
        (
            &staff,
            "/settingsx",
            404,
            None,
            "We can’t find this page",
            None,
        ),
        (
            &patient,
            "/photos/999999",
            404,
            None,
            "We can’t find this photo",
            Some("/photos"),
        ),
        (
            &dentist,
            "/patients/999999",
            404,
            None,
            "We can’t find this patient",
            Some("/patients"),
        ),
        (
            &staff,
            "/campaigns/999999",
            404,
            None,
            "We can’t find this campaign",
            Some("/campaigns"),
        ),
        (
            &patient,
            "/patients",
            403,
            None,
            "This isn’t available with your account",
            None,
        ),
        (
            &staff,
            "/photos",
            403,
            None,
            "This isn’t available with your account",
            None,
        ),
        (
            &patient,
            "/sign-out",
            405,
            None,
            "This page can’t be opened that way",
            None,
        ),
        (
            &patient,
            before.as_str(),
            400,
            Some("/messages"),
            "Messages: We couldn’t read this address",
            Some("/messages"),
        ),
        (
            &patient,
            "/?saved=1&saved=2",
            400,
            Some("/"),
            "Today: We couldn’t read this address",
            None,
        ),
        (
            &staff,
            "/notifications?page=1&q=a&q=b",
            400,
            Some("/notifications"),
            "Notifications: We couldn’t read this address",
            Some("/notifications"),
        ),
    ] {
        let answer = app.get(Some(who), path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        is_a_page_in_words(&answer);
        let answer = answer.says(&format!("<h1>{title}</h1>"));
        assert!(
            answer.text.contains(&format!("<title>{title} · Midline")),
            "{path}"
        );
        let current: Vec<&str> = answer
            .text
            .split("<a ")
            .filter_map(|link| link.split('>').next())
            .filter(|tag| tag.contains("aria-current"))
            .collect();
        match place {
            None => assert!(current.is_empty(), "{path}: {current:?}"),
            Some(place) => {
                assert_eq!(current.len(), 1, "{path}: {current:?}");
                assert!(current[0].contains(&format!("href=\"{place}\"")), "{path}");
            }
        }
        let (primary, there) = ways_on(&answer);
        assert_eq!(primary.len(), 1, "{path}: {primary:?}");
        match (back, there) {
            (None, there) => assert_eq!(there, None, "{path}"),
            (Some(back), there) => {
                let there = there.unwrap_or_default();
                assert!(
                    there.contains(&format!("href=\"{back}\"")),
                    "{path}: {there}"
                );
            }
        }
    }
}

/// Each page that takes words in its address answers those that it cannot read with a page of Midline's own.
#[sqlx::test]
async fn words_of_an_address_that_cannot_be_read(pool: PgPoolOptions, options: PgConnectOptions) {
    let app = app(pool, options).await;
    let patient = app.visitor("patient").await;
    for (who, path, name) in [
        (Some(&patient), "/settings", "saved"),
        (Some(&patient), "/terms", "next"),
        (None, "/sign-in", "next"),
        (None, "/signed-out", "stopped"),
    ] {
        let answer = app
            .get(who, &format!("{path}?{name}=a&{name}=b"))
            .await
            .expect(400)
            .says("We couldn’t read this address");
        is_a_page_in_words(&answer);
        // Letters that are none are read as such.
        let answer = app.get(who, &format!("{path}?x=%ff")).await.expect(200);
        is_a_page_in_words(&answer);
    }
}
