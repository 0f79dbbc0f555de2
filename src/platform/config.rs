//! Configuration: one struct a concern, read once from the environment, all faults reported together.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `DATABASE_URL` | Postgres, as a user that is a member of `midline_app` | – |
//! | `DATABASE_MAX_CONNECTIONS` | size of the pool | 10 |
//! | `PUBLIC_URL` | where browsers find Midline: scheme and host, no path | – |
//! | `OIDC_ISSUER_URL`, `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` | the OpenID provider (Cognito: the user pool's address) | – |
//! | `OIDC_ROLE_GROUPS` | which of the provider's groups give which role, as `role=group`, comma separated | `patient=patients,dentist=dentists,staff=staff,admin=admins` |
//! | `OPEN_REGISTRATION` | whether somebody unknown who signs in gets a patient's account | `true` |
//! | `SESSION_IDLE_HOURS`, `SESSION_ABSOLUTE_HOURS` | how long a session lasts unused, and at most | 168, 720 |
//! | `S3_BUCKET` | bucket of the photos | – |
//! | `S3_ENDPOINT_URL` | another S3 server than AWS; path style | AWS |
//! | `ONESIGNAL_APP_ID`, `ONESIGNAL_API_KEY` | the push provider | – |
//! | `ONESIGNAL_API_URL` | another address of its API | `https://api.onesignal.com` |
//!
//! AWS credentials and region come from their standard variables (`AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`) or the machine's role. What the
//! server listens on and where its assets are stands in `Leptos.toml` (or `LEPTOS_*`).

use secrecy::SecretString;
use std::{collections::HashMap, fmt, time::Duration};
use url::Url;

pub struct Config {
    pub database: DatabaseConfig,
    pub web: WebConfig,
    pub oidc: OidcConfig,
    pub session: SessionConfig,
    pub storage: StorageConfig,
    pub onesignal: OneSignalConfig,
}

#[derive(Clone)]
pub struct DatabaseConfig {
    /// Holds a password.
    pub url: SecretString,
    pub max_connections: u32,
}

#[derive(Clone)]
pub struct WebConfig {
    /// Scheme, host and port; no path.
    pub public_url: Url,
}

impl WebConfig {
    /// Whether browsers reach Midline over TLS.
    pub fn https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The address of `path` as a browser sees it.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.origin().ascii_serialization())
    }
}

#[derive(Clone)]
pub struct OidcConfig {
    pub issuer_url: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    /// The provider's group → the name of a role.
    pub role_groups: HashMap<String, String>,
    pub open_registration: bool,
}

#[derive(Clone, Copy)]
pub struct SessionConfig {
    pub idle: Duration,
    pub absolute: Duration,
}

#[derive(Clone)]
pub struct StorageConfig {
    pub bucket: String,
    pub endpoint_url: Option<Url>,
    /// None: the machine's role, or whatever else AWS tools find.
    pub keys: Option<StorageKeys>,
    pub region: Option<String>,
}

#[derive(Clone)]
pub struct StorageKeys {
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    pub session_token: Option<SecretString>,
}

#[derive(Clone)]
pub struct OneSignalConfig {
    pub app_id: String,
    pub api_key: SecretString,
    pub api_url: Url,
}

/// All that is wrong with the environment, a line each; never a value.
#[derive(Debug, thiserror::Error)]
pub struct ConfigFaults(Vec<String>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl Config {
    /// Reads the process's environment.
    #[expect(clippy::disallowed_methods, reason = "this is where it is read")]
    pub fn from_env() -> Result<Self, ConfigFaults> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads only what `midline migrate` needs.
    #[expect(clippy::disallowed_methods, reason = "this is where it is read")]
    pub fn database_from_env() -> Result<DatabaseConfig, ConfigFaults> {
        let mut env = Reader {
            lookup: &|name| std::env::var(name).ok(),
            faults: Vec::new(),
        };
        let database = env.database();
        if env.faults.is_empty() {
            Ok(database)
        } else {
            Err(ConfigFaults(env.faults))
        }
    }

    /// Reads the configuration from wherever `lookup` finds a variable.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut env = Reader {
            lookup,
            faults: Vec::new(),
        };
        let config = Self {
            database: env.database(),
            web: WebConfig {
                public_url: env.public_url(),
            },
            oidc: OidcConfig {
                issuer_url: env.url("OIDC_ISSUER_URL"),
                client_id: env.text("OIDC_CLIENT_ID"),
                client_secret: env.secret("OIDC_CLIENT_SECRET"),
                role_groups: env.role_groups(),
                open_registration: env.flag("OPEN_REGISTRATION", true),
            },
            session: SessionConfig {
                idle: env.hours("SESSION_IDLE_HOURS", 168),
                absolute: env.hours("SESSION_ABSOLUTE_HOURS", 720),
            },
            storage: StorageConfig {
                bucket: env.text("S3_BUCKET"),
                endpoint_url: env.optional_url("S3_ENDPOINT_URL"),
                keys: env.storage_keys(),
                region: env.optional("AWS_REGION"),
            },
            onesignal: OneSignalConfig {
                app_id: env.text("ONESIGNAL_APP_ID"),
                api_key: env.secret("ONESIGNAL_API_KEY"),
                api_url: env.optional_url("ONESIGNAL_API_URL").unwrap_or_else(|| {
                    Url::parse("https://api.onesignal.com").unwrap_or_else(|_| unset_url())
                }),
            },
        };
        if env.faults.is_empty() {
            Ok(config)
        } else {
            Err(ConfigFaults(env.faults))
        }
    }
}

/// Stands for an address that is missing or unreadable until the faults are reported; no
/// configuration that holds it ever leaves [`Config::read`].
fn unset_url() -> Url {
    #[expect(clippy::unwrap_used, reason = "a constant")]
    Url::parse("http://unset.invalid").unwrap()
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name} {what}"));
    }

    fn text(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fault(name, "is not set");
            String::new()
        })
    }

    fn secret(&mut self, name: &str) -> SecretString {
        self.text(name).into()
    }

    fn optional_url(&mut self, name: &str) -> Option<Url> {
        let value = self.optional(name)?;
        match Url::parse(&value) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            _ => {
                self.fault(name, "is not an http or https address");
                Some(unset_url())
            }
        }
    }

    fn url(&mut self, name: &str) -> Url {
        self.optional_url(name).unwrap_or_else(|| {
            self.fault(name, "is not set");
            unset_url()
        })
    }

    fn public_url(&mut self) -> Url {
        let url = self.url("PUBLIC_URL");
        if url.path() != "/" || url.query().is_some() {
            self.fault("PUBLIC_URL", "must be scheme and host only, without a path");
        }
        let loopback = matches!(
            url.host_str(),
            Some("127.0.0.1" | "localhost" | "[::1]" | "unset.invalid")
        );
        if url.scheme() == "http" && !loopback {
            self.fault(
                "PUBLIC_URL",
                "must be https, except on this machine itself (127.0.0.1, localhost)",
            );
        }
        url
    }

    fn number(&mut self, name: &str, default: u64, allowed: std::ops::RangeInclusive<u64>) -> u64 {
        let Some(value) = self.optional(name) else {
            return default;
        };
        match value.parse() {
            Ok(number) if allowed.contains(&number) => number,
            _ => {
                self.fault(
                    name,
                    &format!(
                        "must be a number from {} to {}",
                        allowed.start(),
                        allowed.end()
                    ),
                );
                default
            }
        }
    }

    fn hours(&mut self, name: &str, default: u64) -> Duration {
        Duration::from_secs(3600 * self.number(name, default, 1..=8760))
    }

    fn flag(&mut self, name: &str, default: bool) -> bool {
        match self.optional(name).as_deref() {
            None => default,
            Some("true") => true,
            Some("false") => false,
            Some(_) => {
                self.fault(name, "must be true or false");
                default
            }
        }
    }

    fn storage_keys(&mut self) -> Option<StorageKeys> {
        let id = self.optional("AWS_ACCESS_KEY_ID");
        let secret = self.optional("AWS_SECRET_ACCESS_KEY");
        match (id, secret) {
            (Some(access_key_id), Some(secret)) => Some(StorageKeys {
                access_key_id,
                secret_access_key: secret.into(),
                session_token: self.optional("AWS_SESSION_TOKEN").map(Into::into),
            }),
            (None, None) => None,
            (Some(_), None) => {
                self.fault(
                    "AWS_SECRET_ACCESS_KEY",
                    "is not set, but AWS_ACCESS_KEY_ID is",
                );
                None
            }
            (None, Some(_)) => {
                self.fault(
                    "AWS_ACCESS_KEY_ID",
                    "is not set, but AWS_SECRET_ACCESS_KEY is",
                );
                None
            }
        }
    }

    fn database(&mut self) -> DatabaseConfig {
        DatabaseConfig {
            url: self.secret("DATABASE_URL"),
            max_connections: self.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1000) as u32,
        }
    }

    fn role_groups(&mut self) -> HashMap<String, String> {
        const NAME: &str = "OIDC_ROLE_GROUPS";
        let text = self.optional(NAME).unwrap_or_else(|| {
            "patient=patients,dentist=dentists,staff=staff,admin=admins".to_owned()
        });
        let mut groups = HashMap::new();
        for pair in text.split(',') {
            match pair.split_once('=') {
                Some((role, group))
                    if matches!(role.trim(), "patient" | "dentist" | "staff" | "admin")
                        && !group.trim().is_empty() =>
                {
                    groups.insert(group.trim().to_owned(), role.trim().to_owned());
                }
                _ => self.fault(
                    NAME,
                    "must be pairs role=group, the role one of patient, dentist, staff, admin",
                ),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> HashMap<&'static str, &'static str> {
        HashMap::from([
            ("DATABASE_URL", "postgres://u:hunter2@h/d"),
            ("PUBLIC_URL", "https://midline.example"),
            ("OIDC_ISSUER_URL", "https://idp.example/pool"),
            ("OIDC_CLIENT_ID", "midline"),
            ("OIDC_CLIENT_SECRET", "hunter2"),
            ("S3_BUCKET", "photos"),
            ("ONESIGNAL_APP_ID", "app"),
            ("ONESIGNAL_API_KEY", "hunter2"),
        ])
    }

    fn read(vars: &HashMap<&'static str, &'static str>) -> Result<Config, ConfigFaults> {
        Config::read(&|name| vars.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn what_is_needed_is_enough() {
        let config = read(&good()).expect("a good configuration");
        assert!(config.web.https());
        assert_eq!(
            config.web.address("/terms"),
            "https://midline.example/terms"
        );
        assert_eq!(
            config.onesignal.api_url.as_str(),
            "https://api.onesignal.com/"
        );
        assert_eq!(config.oidc.role_groups["dentists"], "dentist");
    }

    #[test]
    fn an_empty_environment_names_every_variable_at_once() {
        let faults = read(&HashMap::new()).err().expect("faults").to_string();
        for name in good().keys() {
            assert!(
                faults.contains(&format!("{name} is not set")),
                "{name} in {faults}"
            );
        }
    }

    #[test]
    fn faults_are_collected_and_show_no_value() {
        let mut vars = good();
        vars.insert("PUBLIC_URL", "http://midline.example/app");
        vars.insert("SESSION_IDLE_HOURS", "hunter2");
        vars.insert("S3_ENDPOINT_URL", "hunter2");
        vars.insert("OIDC_ROLE_GROUPS", "hunter2");
        vars.insert("OPEN_REGISTRATION", "hunter2");
        let faults = read(&vars).err().expect("faults").to_string();
        assert_eq!(faults.lines().count(), 7, "{faults}");
        assert!(!faults.contains("hunter2"));
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let mut vars = good();
        vars.insert("PUBLIC_URL", "http://127.0.0.1:3000");
        assert!(read(&vars).is_ok());
        vars.insert("PUBLIC_URL", "http://midline.example");
        assert!(read(&vars).is_err());
    }
}
