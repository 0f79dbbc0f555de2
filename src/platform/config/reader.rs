//! Reads variables, and collects what is wrong with them.

use super::{ConfigFaults, DatabaseConfig, StorageKeys};
use crate::platform::telephone;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    time::Duration,
};
use url::Url;

/// Stands for an address that is missing or unreadable until the faults are reported; no
/// configuration that holds it ever leaves [`Config::read`].
pub(super) fn unset_url() -> Url {
    #[expect(clippy::unwrap_used, reason = "a constant")]
    Url::parse("http://unset.invalid").unwrap()
}

pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            lookup,
            faults: Vec::new(),
        }
    }

    /// What was read, if nothing was wrong with it.
    pub(super) fn done<T>(self, read: T) -> Result<T, ConfigFaults> {
        if self.faults.is_empty() {
            Ok(read)
        } else {
            Err(ConfigFaults(self.faults))
        }
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name} {what}"));
    }

    pub(super) fn text(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fault(name, "is not set");
            String::new()
        })
    }

    pub(super) fn secret(&mut self, name: &str) -> SecretString {
        self.text(name).into()
    }

    /// As it is dialled from anywhere.
    pub(super) fn telephone(&mut self, name: &str) -> String {
        let text = self.text(name);
        telephone::clean(&text).unwrap_or_else(|| {
            if !text.is_empty() {
                self.fault(
                    name,
                    "must begin with + and the country's digits, as +49 30 1234567",
                );
            }
            text
        })
    }

    pub(super) fn address(&mut self, name: &str) -> Option<SocketAddr> {
        let text = self.optional(name)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.fault(name, "must be an address and a port, as 127.0.0.1:9464");
        }
        address
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

    pub(super) fn public_url(&mut self) -> Url {
        let url = self.url("PUBLIC_URL");
        if url.path() != "/" || url.query().is_some() {
            self.fault("PUBLIC_URL", "must be scheme and host only, without a path");
        }
        self.needs_https("PUBLIC_URL", &url);
        url
    }

    /// An address that secrets are sent to.
    pub(super) fn secret_url(&mut self, name: &str) -> Option<Url> {
        let url = self.optional_url(name)?;
        self.needs_https(name, &url);
        Some(url)
    }

    /// The provider's own name, to the letter: with a slash at its end or without.
    pub(super) fn issuer(&mut self) -> String {
        const NAME: &str = "OIDC_ISSUER_URL";
        let url = self.url(NAME);
        self.needs_https(NAME, &url);
        self.optional(NAME).unwrap_or_default()
    }

    fn needs_https(&mut self, name: &str, url: &Url) {
        let loopback = matches!(
            url.host_str(),
            Some("127.0.0.1" | "localhost" | "[::1]" | "unset.invalid")
        );
        if url.scheme() == "http" && !loopback {
            self.fault(
                name,
                "must be https, except on this machine itself (127.0.0.1, localhost)",
            );
        }
    }

    pub(super) fn number(
        &mut self,
        name: &str,
        default: u64,
        allowed: std::ops::RangeInclusive<u64>,
    ) -> u64 {
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

    pub(super) fn hours(&mut self, name: &str, default: u64) -> Duration {
        Duration::from_secs(3600 * self.number(name, default, 1..=8760))
    }

    pub(super) fn flag(&mut self, name: &str, default: bool) -> bool {
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

    pub(super) fn storage_keys(&mut self) -> Option<StorageKeys> {
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

    pub(super) fn database(&mut self) -> DatabaseConfig {
        const NAME: &str = "DATABASE_URL";
        let url = self.text(NAME);
        let unchecked = self.flag("DATABASE_UNCHECKED", false);
        match PgConnectOptions::from_str(&url) {
            _ if url.is_empty() => {}
            Ok(options) if unchecked || is_safe(&options) => {}
            Ok(_) => self.fault(
                NAME,
                "must end with ?sslmode=verify-full, unless the database is on this machine",
            ),
            Err(_) => self.fault(NAME, "is not an address of a PostgreSQL database"),
        }
        DatabaseConfig {
            url: url.into(),
            max_connections: self.number("DATABASE_MAX_CONNECTIONS", 10, 3..=1000) as u32,
        }
    }

    pub(super) fn role_groups(&mut self) -> HashMap<String, String> {
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
                    let before = groups.insert(group.trim().to_owned(), role.trim().to_owned());
                    if before.is_some() {
                        self.fault(NAME, "must give each group one role");
                    }
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

/// Whether nobody between can read what goes to the database, or answer in its place.
fn is_safe(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let here = host.starts_with('/')
        || options.get_socket().is_some()
        || host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    here || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull)
}
