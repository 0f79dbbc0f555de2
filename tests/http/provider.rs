//! A provider of sign-ins that says what a test has it say, or nothing at all.

use crate::harness::{Answer, NOW, TestApp, Visitor, at, config_with};
use axum::{
    Json, Router,
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey as _,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Of nobody's but these tests.
const KEY: &str = include_str!("provider.pem");

pub struct Provider {
    pub issuer: String,
    /// The claims of the next ID token; what belongs in every one is added.
    claims: Arc<Mutex<Value>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let claims = Arc::new(Mutex::new(Value::Null));
        let key = CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("k".to_owned())));
        let key = Arc::new(key.expect("a key"));
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        let keys = json!({ "keys": [key.as_verification_key()] });
        let said = claims.clone();
        let token = move || async move {
            let claims = said.lock().expect("claims").clone();
            Json(
                json!({ "access_token": "a", "token_type": "Bearer", "id_token": signed(&key, &claims) }),
            )
        };
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async move || Json(metadata)),
            )
            .route("/keys", get(async move || Json(keys)))
            .route("/token", post(token));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, claims }
    }

    /// An application that people sign in to with this provider.
    pub async fn app(
        &self,
        connections: u32,
        options: PgConnectOptions,
        owner: sqlx::PgPool,
    ) -> TestApp {
        let config = config_with(&[("OIDC_ISSUER_URL", &self.issuer)]);
        TestApp::with_config(config, connections, options, owner).await
    }

    /// Has it vouch for somebody who began to sign in: with these claims beside, or instead of, what belongs in every token.
    pub fn vouch(&self, begun: &Begun, claims: Value) {
        let now = at(NOW).timestamp();
        let mut all = json!({
            "iss": self.issuer, "aud": "midline", "iat": now, "exp": now + 3600, "nonce": begun.nonce,
            "sub": "subject-1", "email": "mia@midline.example", "email_verified": true,
        });
        if let (Some(all), Value::Object(claims)) = (all.as_object_mut(), claims) {
            all.extend(claims);
            all.retain(|_, value| !value.is_null());
        }
        *self.claims.lock().expect("claims") = all;
    }
}

fn signed(key: &CoreRsaPrivateSigningKey, claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(&json!({ "alg": "RS256", "kid": "k", "typ": "JWT" }));
    let signed = format!("{head}.{}", part(claims));
    let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let signature = key
        .sign(&algorithm, signed.as_bytes())
        .expect("a signature");
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A sign-in that has begun.
pub struct Begun {
    /// The browser that began it.
    pub visitor: Visitor,
    pub state: String,
    pub nonce: String,
}

impl Begun {
    /// Presses the button, in the browser of `who`.
    pub async fn new(app: &TestApp, who: Option<&Visitor>, next: &str) -> Self {
        let answer = app
            .post(who, "/sign-in", &format!("next={next}"))
            .await
            .expect(303);
        let to = url::Url::parse(answer.location()).expect("an address");
        let of = |name: &str| {
            let mut pairs = to.query_pairs();
            let pair = pairs.find(|(key, _)| key == name).expect(name);
            pair.1.into_owned()
        };
        Self {
            visitor: Visitor {
                id: who.map_or(0, |who| who.id),
                cookie: cookie(&answer)
                    .or(who.map(|who| who.cookie.clone()))
                    .expect("a cookie"),
            },
            state: of("state"),
            nonce: of("nonce"),
        }
    }

    /// Comes back from the provider.
    pub async fn finish(&self, app: &TestApp) -> Answer {
        let path = format!("/sign-in/callback?state={}&code=c", self.state);
        app.get(Some(&self.visitor), &path).await
    }
}

/// The session's cookie that an answer sets.
pub fn cookie(answer: &Answer) -> Option<String> {
    let set = answer.headers.get_all("set-cookie").iter();
    set.filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.starts_with("midline="))
        .and_then(|cookie| cookie.split(';').next())
        .map(ToOwned::to_owned)
}
