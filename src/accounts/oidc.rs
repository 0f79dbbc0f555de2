//! The OpenID provider: discovery, the way there, and what comes back.
//!
//! Made for Amazon Cognito: its user pool is the issuer, its hosted pages live on another host, groups
//! come in `cognito:groups`, and it is left through `/logout` with `client_id` and `logout_uri`.

use super::model::{Role, clean_email, clean_name, roles_of};
use crate::{
    error::Fault,
    platform::{
        clock::Clock,
        config::{OidcConfig, WebConfig},
        http::security::SecurityHeaders,
        telephone,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::RwLock;

/// How old the provider's keys may be before they are asked for again.
const METADATA_LIFETIME: Duration = Duration::from_secs(3600);

/// How far the provider's clock may be from ours.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);
/// How long ago an ID token may have been made: one is fetched the moment that somebody comes back with a code.
const FRESH: TimeDelta = TimeDelta::minutes(15);

/// How long a subject may be (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// What Cognito adds to the standard claims of an ID token.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct CognitoClaims {
    token_use: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
    /// From when it holds, in seconds since 1970.
    nbf: Option<f64>,
}
impl AdditionalClaims for CognitoClaims {}

type Fields = IdTokenFields<
    CognitoClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Discovered = Client<
    CognitoClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

struct Metadata {
    client: Discovered,
    logout: url::Url,
    read_at: Instant,
}

/// What has to be kept between leaving for the provider and coming back; it stays on the server.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    nonce: String,
    verifier: String,
    /// The page that was asked for.
    pub next: String,
    pub begun_at: DateTime<Utc>,
}

/// Whom the provider vouches for.
#[derive(Debug)]
pub struct Identity {
    pub subject: String,
    /// Verified, as [`clean_email`] keeps it.
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// Where they can be called, if the provider says so and it can be dialled from anywhere.
    pub phone: Option<String>,
    pub roles: Vec<Role>,
}

#[derive(Clone)]
pub struct OpenIdProvider(Arc<Inner>);

struct Inner {
    config: OidcConfig,
    redirect_url: RedirectUrl,
    logout_uri: String,
    http: reqwest::Client,
    security: SecurityHeaders,
    clock: Clock,
    metadata: RwLock<Option<Arc<Metadata>>>,
}

impl OpenIdProvider {
    /// Asks nothing yet: a provider that is down must not keep Midline from starting.
    ///
    /// # Errors
    /// When no HTTP client can be made, or `PUBLIC_URL` gives no valid address.
    pub fn new(
        config: OidcConfig,
        web: &WebConfig,
        security: SecurityHeaders,
        clock: Clock,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let http = reqwest::Client::builder()
            // Following redirects would let the provider's answers be fetched from anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(8))
            .build()?;
        Ok(Self(Arc::new(Inner {
            redirect_url: RedirectUrl::new(web.address("/sign-in/callback"))?,
            logout_uri: web.address("/signed-out"),
            config,
            http,
            security,
            clock,
            metadata: RwLock::default(),
        })))
    }

    /// Whether somebody unknown who signs in gets an account.
    pub fn open_registration(&self) -> bool {
        self.0.config.open_registration
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        if let Some(known) = self.0.metadata.read().await.as_ref()
            && known.read_at.elapsed() < METADATA_LIFETIME
        {
            return Ok(known.clone());
        }
        self.discover().await
    }

    async fn discover(&self) -> Result<Arc<Metadata>, Fault> {
        let failed = |what: &str| {
            tracing::warn!(what, "the OpenID provider could not be discovered");
            Fault::ProviderFailed
        };
        let inner = &*self.0;
        let issuer = IssuerUrl::new(inner.config.issuer.clone()).map_err(|_| failed("issuer"))?;
        let found = CoreProviderMetadata::discover_async(issuer, &inner.http)
            .await
            .map_err(|error| failed(&error.to_string()))?;
        let pages = found.authorization_endpoint().url().clone();
        let logout = pages.join("/logout").map_err(|_| failed("logout"))?;
        let client = Client::from_provider_metadata(
            found,
            ClientId::new(inner.config.client_id.clone()),
            Some(ClientSecret::new(
                inner.config.client_secret.expose_secret().to_owned(),
            )),
        )
        .set_redirect_uri(inner.redirect_url.clone());
        inner
            .security
            .allow_forms_to(&pages.origin().ascii_serialization());
        let metadata = Arc::new(Metadata {
            client,
            logout,
            read_at: Instant::now(),
        });
        *inner.metadata.write().await = Some(metadata.clone());
        Ok(metadata)
    }

    /// Reads the provider's metadata ahead of the first sign-in, as soon as they can be had: until then
    /// browsers do not know that forms may lead to its pages.
    pub async fn warm_up(&self) {
        let mut wait = Duration::from_secs(1);
        while self.metadata().await.is_err() {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(30));
        }
    }

    /// The same for a page with a form that leads there: if it can be had while somebody waits.
    pub async fn get_ready(&self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.metadata()).await;
    }

    /// Where to send the browser, what the provider's answer has to name, and what to keep until it comes back.
    pub async fn begin(
        &self,
        next: String,
        now: DateTime<Utc>,
    ) -> Result<(String, String, Pending), Fault> {
        let metadata = self.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = metadata
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending {
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next,
            begun_at: now,
        };
        Ok((url.into(), state.into_secret(), pending))
    }

    /// Exchanges the code of an answer that named the pending state, and checks the ID token: signature, issuer, audience, time, nonce, access
    /// token hash, `token_use`, verified email.
    pub async fn finish(&self, pending: &Pending, code: String) -> Result<Identity, Fault> {
        let metadata = self.metadata().await?;
        let tokens = metadata
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Fault::ProviderFailed)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .request_async(&self.0.http)
            .await
            .map_err(|error| match error {
                // The code was used already, or ran out.
                openidconnect::RequestTokenError::ServerResponse(answer)
                    if *answer.error() == CoreErrorResponseType::InvalidGrant =>
                {
                    Fault::SignInStale
                }
                error => {
                    tracing::warn!(%error, "the OpenID provider gave no tokens");
                    Fault::ProviderFailed
                }
            })?;
        match self.identity(&metadata, &tokens, &pending.nonce) {
            // Perhaps its keys were changed since they were read.
            Err(Fault::ProviderFailed) if metadata.read_at.elapsed() > Duration::from_secs(10) => {
                let metadata = self.discover().await?;
                self.identity(&metadata, &tokens, &pending.nonce)
            }
            result => result,
        }
    }

    fn identity(
        &self,
        metadata: &Metadata,
        tokens: &StandardTokenResponse<Fields, CoreTokenType>,
        nonce: &str,
    ) -> Result<Identity, Fault> {
        let refused = |what: &str| {
            tracing::warn!(what, "an ID token was refused");
            Fault::ProviderFailed
        };
        let id_token = tokens.id_token().ok_or_else(|| refused("missing"))?;
        let now = self.0.clock.now();
        let verifier = metadata
            .client
            .id_token_verifier()
            .set_time_fn(|| self.0.clock.now())
            .set_issue_time_verifier_fn(|made| {
                if made > now + CLOCKS_APART || made < now - FRESH {
                    return Err("iat".to_owned());
                }
                Ok(())
            });
        let claims = id_token
            .claims(&verifier, &Nonce::new(nonce.to_owned()))
            .map_err(|error| refused(&error.to_string()))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token
                .signing_alg()
                .map_err(|error| refused(&error.to_string()))?;
            let key = id_token
                .signing_key(&verifier)
                .map_err(|error| refused(&error.to_string()))?;
            let actual =
                openidconnect::AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                    .map_err(|error| refused(&error.to_string()))?;
            if actual != *expected {
                return Err(refused("at_hash"));
            }
        }
        let cognito = claims.additional_claims();
        if cognito
            .token_use
            .as_deref()
            .is_some_and(|token_use| token_use != "id")
        {
            return Err(refused("token_use"));
        }
        let since = cognito.nbf.map(|nbf| nbf as i64);
        if since.is_some_and(|since| since > (now + CLOCKS_APART).timestamp()) {
            return Err(refused("nbf"));
        }
        // Made for somebody else, whoever else may have it.
        let party = claims.authorized_party();
        if party.is_some_and(|party| party.as_str() != self.0.config.client_id) {
            return Err(refused("azp"));
        }
        let subject = claims.subject().as_str();
        if subject.is_empty()
            || subject.chars().count() > LONGEST_SUBJECT
            || subject.contains(char::is_control)
        {
            return Err(refused("sub"));
        }
        let email = claims.email().ok_or(Fault::EmailNotVerified)?.as_str();
        if claims.email_verified() != Some(true) || !email.contains('@') {
            return Err(Fault::EmailNotVerified);
        }
        let email = clean_email(email).ok_or(Fault::EmailUnusable)?;
        let given = claims.given_name().and_then(|name| name.get(None));
        let family = claims.family_name().and_then(|name| name.get(None));
        Ok(Identity {
            subject: subject.to_owned(),
            email,
            first_name: given.map_or_else(String::new, |name| clean_name(name)),
            last_name: family.map_or_else(String::new, |name| clean_name(name)),
            phone: claims
                .phone_number()
                .and_then(|phone| telephone::clean(phone.as_str())),
            roles: roles_of(&cognito.groups, &self.0.config.role_groups),
        })
    }

    /// Where the browser's session at the provider is ended.
    pub async fn logout_url(&self) -> Result<String, Fault> {
        let metadata = self.metadata().await?;
        let mut url = metadata.logout.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.0.config.client_id)
            .append_pair("logout_uri", &self.0.logout_uri);
        Ok(url.into())
    }
}
