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
