//! Signing in, with a provider that says whatever it likes.

use crate::{
    harness::{NOW, TestApp, Visitor, at, config_at},
    provider::{Begun, Provider, cookie},
};
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn opened(pool: PgPoolOptions, options: PgConnectOptions) -> (Provider, TestApp) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    let provider = Provider::start().await;
    let app = provider.app(4, options, owner).await;
    (provider, app)
}

/// Why sign-ins were refused, in their order.
async fn refusals(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "select detail ->> 'why' from audit_log where action = 'session.start' and outcome = 'refused' order by id",
    )
    .fetch_all(&app.owner)
    .await
    .expect("rows")
}

/// What a provider says of somebody that cannot be kept, or is not to be believed: an answer in words, a row of it, no session and no
/// account.
#[sqlx::test]
async fn what_cannot_be_believed_signs_nobody_in(pool: PgPoolOptions, options: PgConnectOptions) {
    let (provider, app) = opened(pool, options).await;
    let now = at(NOW).timestamp();
    let long = format!("{}@midline.example", "a".repeat(396));
    let refused = [
        (json!({ "sub": "" }), 502, "provider_failed"),
        (json!({ "sub": "a\0b" }), 502, "provider_failed"),
        (json!({ "sub": "\u{7f}" }), 502, "provider_failed"),
        (json!({ "sub": "s".repeat(256) }), 502, "provider_failed"),
        (json!({ "sub": null }), 502, "provider_failed"),
        (json!({ "azp": "another" }), 502, "provider_failed"),
        (json!({ "nbf": now + 99_999 }), 502, "provider_failed"),
        (json!({ "nbf": "soon" }), 502, "provider_failed"),
        (json!({ "iat": now + 99_999 }), 502, "provider_failed"),
        (json!({ "iat": now - 99_999 }), 502, "provider_failed"),
        (
            json!({ "email": "mia\0@midline.example" }),
            403,
            "email_unusable",
        ),
        (
            json!({ "email": "\u{202e}mia@midline.example" }),
            403,
            "email_unusable",
        ),
        (
            json!({ "email": "\u{212a}elvin@midline.example" }),
            403,
            "email_unusable",
        ),
        (json!({ "email": long }), 403, "email_unusable"),
        (json!({ "email": "" }), 403, "email_not_verified"),
        (json!({ "email": null }), 403, "email_not_verified"),
        (
            json!({ "email_verified": false }),
            403,
            "email_not_verified",
        ),
        (
            json!({ "email_verified": "false" }),
            403,
            "email_not_verified",
        ),
        (json!({ "email_verified": null }), 403, "email_not_verified"),
    ];
    for (claims, status, _) in &refused {
        let begun = Begun::new(&app, None, "/").await;
        provider.vouch(&begun, claims.clone());
        let answer = begun.finish(&app).await;
        assert_eq!(answer.status, *status, "{claims}: {}", answer.text);
        answer.says("<h1>");
        app.get(Some(&begun.visitor), "/settings").await.expect(302);
    }
    let expected: Vec<&str> = refused.iter().map(|(.., why)| *why).collect();
    assert_eq!(refusals(&app).await, expected);
    let people: i64 = sqlx::query_scalar("select count(*) from users")
        .fetch_one(&app.owner)
        .await
        .expect("a count");
    assert_eq!(people, 0);
}

/// Names are taken as they are seen, and whatever else is odd but harmless.
#[sqlx::test]
async fn names_are_cleaned(pool: PgPoolOptions, options: PgConnectOptions) {
    let (provider, app) = opened(pool, options).await;
    let now = at(NOW).timestamp();
    for (claims, first, last) in [
        (
            json!({ "given_name": "  Mia\0 ", "family_name": "Mu\u{308}ller" }),
            "Mia",
            "Müller",
        ),
        (
            json!({ "given_name": "\u{202e}aiM", "family_name": "x".repeat(5000) }),
            "aiM",
            &*"x".repeat(100),
        ),
        (
            json!({ "azp": "midline", "nbf": now - 10, "email_verified": "true" }),
            "",
            "",
        ),
        (json!({ "email": " MIA+braces@Midline.Example" }), "", ""),
    ] {
        sqlx::query("truncate users cascade")
            .execute(&app.owner)
            .await
            .expect("nobody");
        let begun = Begun::new(&app, None, "/settings").await;
        provider.vouch(&begun, claims.clone());
        let answer = begun.finish(&app).await;
        assert_eq!(answer.status, 303, "{claims}: {}", answer.text);
        assert_eq!(answer.location(), "/settings");
        let names: (String, String) = sqlx::query_as("select first_name, last_name from users")
            .fetch_one(&app.owner)
            .await
            .expect("somebody");
        assert_eq!(names, (first.to_owned(), last.to_owned()), "{claims}");
    }
}

/// Over https the cookie is removed as it was set: browsers keep a `__Host-` cookie otherwise.
#[sqlx::test]
async fn a_cookie_is_removed_as_it_was_set(pool: PgPoolOptions, options: PgConnectOptions) {
    let owner = pool.connect_with(options.clone()).await.expect("a pool");
    for (address, secure) in [
        ("https://midline.example", true),
        ("http://127.0.0.1:3000", false),
    ] {
        let app = TestApp::with_config(config_at(address), 4, options.clone(), owner.clone()).await;
        let patient = app.visitor("patient").await;
        let cookie = match secure {
            true => patient.cookie.replace("midline=", "__Host-midline="),
            false => patient.cookie.clone(),
        };
        let name = cookie.split('=').next().expect("a name").to_owned();
        let patient = Visitor { cookie, ..patient };
        let begun = app.post(Some(&patient), "/sign-out", "").await.expect(303);
        // A cookie that names nothing is removed as well.
        let odd = Visitor {
            id: 0,
            cookie: format!("{name}=odd"),
        };
        let odd = app.post(Some(&odd), "/sign-out", "").await.expect(303);
        for answer in [begun, odd] {
            let set: Vec<&str> = answer
                .headers
                .get_all("set-cookie")
                .iter()
                .map(|value| value.to_str().expect("text"))
                .collect();
            let [removal] = set[..] else {
                panic!("{set:?}");
            };
            let parts: Vec<&str> = removal.split("; ").collect();
            assert_eq!(parts[0], format!("{name}="));
            for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=0"] {
                assert!(parts.contains(&part), "{part} is not in {removal}");
            }
            assert_eq!(parts.contains(&"Secure"), secure, "{removal}");
            assert!(!removal.contains("Domain"), "{removal}");
        }
    }
}

/// A cookie is set with what it is removed with.
#[sqlx::test]
async fn a_cookie_is_for_the_host_alone(pool: PgPoolOptions, options: PgConnectOptions) {
    let (_, app) = opened(pool, options).await;
    let answer = app.post(None, "/sign-in", "next=/").await.expect(303);
    assert!(cookie(&answer).is_some_and(|cookie| cookie.starts_with("midline=")));
    let set = answer.headers["set-cookie"].to_str().expect("text");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{part} is not in {set}");
    }
}

/// People have tabs: each finds its own sign-in when it comes back, in whatever order, and each once.
#[sqlx::test]
async fn several_sign_ins_of_a_browser_are_finished_each(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let (provider, app) = opened(pool, options).await;
    let first = Begun::new(&app, None, "/access").await;
    let second = Begun::new(&app, Some(&first.visitor), "/settings").await;
    assert_eq!(first.visitor.cookie, second.visitor.cookie, "one browser");
    // The older one first.
    provider.vouch(&first, json!({}));
    let answer = first.finish(&app).await.expect(303);
    assert_eq!(answer.location(), "/access");
    let signed_in = Visitor {
        id: 0,
        cookie: cookie(&answer).expect("a cookie"),
    };
    provider.vouch(&second, json!({}));
    let again = Begun {
        visitor: signed_in.clone(),
        ..second
    };
    let answer = again.finish(&app).await.expect(303);
    assert_eq!(answer.location(), "/settings");
    // The first one's session has ended with that, and is said to have.
    app.get(Some(&signed_in), "/terms").await.expect(302);
    assert_eq!(app.audited("session.start", "done").await, 2);
    assert_eq!(app.audited("session.end", "done").await, 1);
    // Not a second time; and not so many that nobody can have begun them.
    again.finish(&app).await.expect(400);
    let browser = Begun::new(&app, None, "/").await;
    let mut begun = Vec::new();
    for _ in 0..10 {
        begun.push(Begun::new(&app, Some(&browser.visitor), "/").await);
        app.clock
            .set(app.clock.now() + chrono::TimeDelta::seconds(1));
    }
    browser.finish(&app).await.expect(400);
    provider.vouch(&begun[4], json!({}));
    begun[4].finish(&app).await.expect(303);
    // Nor so late.
    let late = Begun::new(&app, None, "/").await;
    app.clock
        .set(app.clock.now() + chrono::TimeDelta::minutes(31));
    provider.vouch(&late, json!({}));
    late.finish(&app).await.expect(400);
}

/// Answers that come at once finish a sign-in once, even if the provider takes a code twice.
#[sqlx::test]
async fn a_sign_in_is_finished_once(pool: PgPoolOptions, options: PgConnectOptions) {
    let (provider, app) = opened(pool, options).await;
    for _ in 0..5 {
        let begun = Begun::new(&app, None, "/").await;
        provider.vouch(&begun, json!({}));
        let answers = (0..6).map(|_| begun.finish(&app));
        let mut statuses: Vec<u16> = futures_util::future::join_all(answers)
            .await
            .iter()
            .map(|answer| answer.status.as_u16())
            .collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 400, 400, 400, 400, 400]);
    }
    assert_eq!(app.audited("session.start", "done").await, 5);
}

/// The page that was asked for comes after the terms, whatever they lead past.
#[sqlx::test]
async fn the_page_asked_for_is_kept_past_the_terms(pool: PgPoolOptions, options: PgConnectOptions) {
    let (provider, app) = opened(pool, options).await;
    let wanted = "/dentists?near=10&speaks=de";
    let encoded = "%2Fdentists%3Fnear%3D10%26speaks%3Dde";
    let page = app.get(None, wanted).await.expect(302);
    assert_eq!(page.location(), format!("/sign-in?next={encoded}"));
    let begun = Begun::new(&app, None, encoded).await;
    provider.vouch(&begun, json!({}));
    let answer = begun.finish(&app).await.expect(303);
    assert_eq!(answer.location(), wanted);
    let who = Visitor {
        id: 0,
        cookie: cookie(&answer).expect("a cookie"),
    };
    let to_terms = app.get(Some(&who), wanted).await.expect(302);
    assert_eq!(to_terms.location(), format!("/terms?next={encoded}"));
    let kept = "name=\"next\" value=\"/dentists?near=10&amp;speaks=de\"";
    app.get(Some(&who), to_terms.location())
        .await
        .expect(200)
        .says(kept);
    // Not read yet: the page is kept.
    app.post(Some(&who), "/terms", &format!("accept=no&next={encoded}"))
        .await
        .expect(422)
        .says(kept);
    let version = midline::accounts::TERMS_VERSION;
    let form = format!("accept=yes&version={version}&next={encoded}");
    let accepted = app.post(Some(&who), "/terms", &form).await.expect(303);
    assert_eq!(accepted.location(), wanted);
    // Nobody is led elsewhere by it.
    for elsewhere in ["//evil.example", "https://evil.example", "/terms?next=/x"] {
        let path = format!("/terms?next={elsewhere}");
        assert_eq!(app.get(Some(&who), &path).await.expect(303).location(), "/");
    }
}

/// What people are called, and their address, follow the provider; an address that another account has stays there until staff have
/// seen to it.
#[sqlx::test]
async fn names_and_addresses_follow_the_provider(pool: PgPoolOptions, options: PgConnectOptions) {
    let (provider, app) = opened(pool, options).await;
    let staff = app.visitor("staff").await;
    let sign_in = async |claims: serde_json::Value| {
        let begun = Begun::new(&app, None, "/").await;
        provider.vouch(&begun, claims);
        begun.finish(&app).await
    };
    let known = async |subject: &str| -> (i64, String, String, String) {
        sqlx::query_as(
            "select id, email, first_name, last_name from users where cognito_sub_identifier = $1",
        )
        .bind(subject)
        .fetch_one(&app.owner)
        .await
        .expect("somebody")
    };
    sign_in(json!({ "given_name": "Mia", "family_name": "Berger" }))
        .await
        .expect(303);
    assert_eq!(app.audited("account.follow", "done").await, 0);
    // Married, and moved.
    sign_in(json!({ "given_name": "Mia", "family_name": "Falk", "email": "falk@midline.example" }))
        .await
        .expect(303);
    let (_, email, first, last) = known("subject-1").await;
    assert_eq!(
        (&*email, &*first, &*last),
        ("falk@midline.example", "Mia", "Falk")
    );
    assert_eq!(app.audited("account.follow", "done").await, 1);
    // A provider that tells no names takes none away.
    sign_in(json!({ "email": "falk@midline.example" }))
        .await
        .expect(303);
    assert_eq!(known("subject-1").await.3, "Falk");
    // Who has her old address now is let in.
    sign_in(json!({ "sub": "subject-2", "given_name": "Ben" }))
        .await
        .expect(303);
    let (ben, ..) = known("subject-2").await;

    // He is given hers by the provider, while she has it here: he signs in, and keeps his until staff have asked them.
    let answer = sign_in(json!({ "sub": "subject-2", "email": "falk@midline.example" }))
        .await
        .expect(303);
    assert_eq!(known("subject-2").await.1, "mia@midline.example");
    assert_eq!(app.audited("account.follow", "refused").await, 1);
    let who = Visitor {
        id: ben,
        cookie: cookie(&answer).expect("a cookie"),
    };
    sqlx::query(
        "update users set terms_accepted = true, terms_version = $1, terms_accepted_at = now()",
    )
    .bind(midline::accounts::TERMS_VERSION)
    .execute(&app.owner)
    .await
    .expect("accepted");
    app.get(Some(&who), "/settings")
        .await
        .expect(200)
        .says("falk@midline.example");
    // Somebody unknown with it is not let in at all. Twice is told once.
    for _ in 0..2 {
        sign_in(json!({ "sub": "subject-3", "email": "falk@midline.example" }))
            .await
            .expect(403);
    }
    app.get(Some(&staff), "/settings")
        .await
        .expect(200)
        .says("2 addresses");
    let page = app.get(Some(&staff), "/address-clashes").await.expect(200);
    let page = page
        .says("Mia Falk")
        .says("Ben")
        .says("falk@midline.example");
    assert_eq!(page.text.matches("action=\"/address-clashes/").count(), 2);
    let clash = async |subject: &str| -> i64 {
        sqlx::query_scalar("select id from address_clashes where subject = $1")
            .bind(subject)
            .fetch_one(&app.owner)
            .await
            .expect("a clash")
    };
    let settle = async |subject: &str, what: &str| {
        let path = format!("/address-clashes/{}", clash(subject).await);
        app.post(Some(&staff), &path, &format!("do={what}")).await
    };
    settle("subject-2", "tie").await.expect(400);
    settle("subject-2", "odd").await.expect(400);
    let done = settle("subject-2", "move").await.expect(303);
    assert_eq!(done.location(), "/address-clashes?done=yes");
    assert_eq!(known("subject-2").await.1, "falk@midline.example");
    assert!(known("subject-1").await.1.ends_with("@given-up.invalid"));
    // A second tap is answered as the first; what was settled otherwise, or by somebody else, is too late.
    let done = settle("subject-2", "move").await.expect(303);
    assert_eq!(done.location(), "/address-clashes?done=yes");
    let done = settle("subject-2", "leave").await.expect(303);
    assert_eq!(done.location(), "/address-clashes?done=no");
    let other = app.visitor("staff").await;
    let path = format!("/address-clashes/{}", clash("subject-2").await);
    let done = app.post(Some(&other), &path, "do=move").await.expect(303);
    assert_eq!(done.location(), "/address-clashes?done=no");
    // She is known by her sign-in, and gets the address that she has now.
    sign_in(json!({ "email": "new@midline.example" }))
        .await
        .expect(303);
    assert_eq!(known("subject-1").await.1, "new@midline.example");
    // The third is the same person as the second, with a new sign-in: the old one's sessions end.
    settle("subject-3", "tie").await.expect(303);
    sign_in(json!({ "sub": "subject-3", "email": "other@midline.example" }))
        .await
        .expect(303);
    assert_eq!(known("subject-3").await.0, ben);
    assert_eq!(app.audited("account.settle", "done").await, 3);
    app.get(Some(&staff), "/address-clashes")
        .await
        .expect(200)
        .says("nothing to sort out");
}

/// Whoever shares a browser: its pushes and what it kept end with the other person's sign-in, and when somebody wishes it.
#[sqlx::test]
async fn another_persons_sign_in_ends_what_a_device_shows(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let (provider, app) = opened(pool, options).await;
    let mut jar = String::new();
    for (subject, email, ends) in [
        ("subject-1", "mia@midline.example", false),
        ("subject-1", "mia@midline.example", false),
        ("subject-2", "ben@midline.example", true),
        ("subject-2", "ben@midline.example", false),
    ] {
        let begun = Begun::new(&app, None, "/").await;
        provider.vouch(&begun, json!({ "sub": subject, "email": email }));
        let cookies = format!("{}; {jar}", begun.visitor.cookie);
        let browser = Begun {
            visitor: Visitor {
                id: 0,
                cookie: cookies,
            },
            ..begun
        };
        let answer = browser.finish(&app).await.expect(303);
        let cleared = answer.headers.get("clear-site-data");
        let cleared = cleared.map(|value| value.to_str().expect("text"));
        assert_eq!(
            cleared,
            ends.then_some("\"cache\", \"storage\""),
            "{subject}"
        );
        jar = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().expect("text"))
            .find(|value| value.starts_with("midline-device="))
            .and_then(|value| value.split(';').next())
            .expect("a mark")
            .to_owned();
        assert!(!jar.contains(subject) && !jar.contains('@'));
    }
    // One tap signs in again.
    app.get(None, "/signed-out")
        .await
        .expect(200)
        .says("action=\"/sign-in\"")
        .says("action=\"/signed-out\"");
    let stopped = app.post(None, "/signed-out", "").await.expect(303);
    assert_eq!(stopped.headers["clear-site-data"], "\"cache\", \"storage\"");
    app.get(None, stopped.location())
        .await
        .expect(200)
        .says("no longer arrive");
}
