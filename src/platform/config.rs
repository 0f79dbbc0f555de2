//! Configuration: one struct a concern, read once from the environment, all faults reported together.
//!
//! Which variables there are stands in [`VARIABLES`].

mod channels;
mod reader;
mod variables;

pub use variables::{VARIABLES, table};

pub use channels::{SmtpConfig, SmtpSecurity, TwilioConfig};

use reader::{Reader, unset_url};
use secrecy::SecretString;
use std::{collections::HashMap, fmt, net::SocketAddr, time::Duration};
use url::Url;

pub struct Config {
    pub database: DatabaseConfig,
    pub web: WebConfig,
    /// Where patients reach the clinic itself, with spaces, as people read it.
    pub clinic_telephone: String,
    pub oidc: OidcConfig,
    pub session: SessionConfig,
    pub storage: StorageConfig,
    pub photos: PhotosConfig,
    pub onesignal: OneSignalConfig,
    /// None: nothing is mailed.
    pub smtp: Option<SmtpConfig>,
    /// None: no text messages are sent.
    pub twilio: Option<TwilioConfig>,
    /// Where figures for Prometheus are served.
    pub metrics: Option<SocketAddr>,
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
    /// As its metadata name it, to the letter.
    pub issuer: String,
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

impl StorageConfig {
    /// Where browsers meet the store, as far as they do.
    pub fn origin(&self) -> String {
        match (&self.endpoint_url, &self.region) {
            (Some(url), _) => url.origin().ascii_serialization(),
            (None, Some(region)) => format!("https://{}.s3.{region}.amazonaws.com", self.bucket),
            (None, None) => format!("https://{}.s3.amazonaws.com", self.bucket),
        }
    }
}

/// How photos travel between browsers and the store: through the server, or straight.
#[derive(Clone, Copy, Debug)]
pub struct PhotosConfig {
    /// Browsers put what they send into the store themselves.
    pub direct: bool,
    /// A photo's address answers with a short-lived one of the store.
    pub redirects: bool,
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
    /// Where browsers fetch its script; ends with a slash.
    pub sdk_url: Url,
    /// Requests a second.
    pub rate: u32,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How long a notification is a dispatcher's to send before another takes it over.
    pub lease: Duration,
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
        let lookup = |name: &str| std::env::var(name).ok();
        let mut env = Reader::new(&lookup);
        let database = env.database();
        env.done(database)
    }

    /// Reads the configuration from wherever `lookup` finds a variable.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut env = Reader::new(lookup);
        let config = Self {
            database: env.database(),
            web: WebConfig {
                public_url: env.public_url(),
            },
            clinic_telephone: env.telephone("CLINIC_TELEPHONE"),
            oidc: OidcConfig {
                issuer: env.issuer(),
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
                endpoint_url: env.secret_url("S3_ENDPOINT_URL"),
                keys: env.storage_keys(),
                region: env.optional("AWS_REGION"),
            },
            photos: PhotosConfig {
                direct: env.flag("PHOTOS_DIRECT", false),
                redirects: env.flag("PHOTOS_REDIRECT", false),
            },
            onesignal: OneSignalConfig {
                app_id: env.text("ONESIGNAL_APP_ID"),
                api_key: env.secret("ONESIGNAL_API_KEY"),
                api_url: env.secret_url("ONESIGNAL_API_URL").unwrap_or_else(|| {
                    Url::parse("https://api.onesignal.com").unwrap_or_else(|_| unset_url())
                }),
                sdk_url: env.secret_url("ONESIGNAL_SDK_URL").unwrap_or_else(|| {
                    Url::parse("https://cdn.onesignal.com/sdks/web/v16/")
                        .unwrap_or_else(|_| unset_url())
                }),
                rate: env.number("ONESIGNAL_RATE", 140, 1..=6000) as u32,
                timeout: Duration::from_secs(env.number("ONESIGNAL_TIMEOUT_SECONDS", 10, 1..=20)),
                lease: Duration::from_secs(env.number("DISPATCH_LEASE_SECONDS", 30, 3..=600)),
            },
            smtp: env.smtp(),
            twilio: env.twilio(),
            metrics: env.address("METRICS_ADDR"),
        };
        let smtp = config.smtp.as_ref().map(|smtp| smtp.timeout);
        let twilio = config.twilio.as_ref().map(|twilio| twilio.timeout);
        for (timeout, fault) in [
            (
                Some(config.onesignal.timeout),
                "must be at least three times ONESIGNAL_TIMEOUT_SECONDS",
            ),
            (smtp, "must be at least three times SMTP_TIMEOUT_SECONDS"),
            (
                twilio,
                "must be at least three times TWILIO_TIMEOUT_SECONDS",
            ),
        ] {
            if timeout.is_some_and(|timeout| config.onesignal.lease < timeout * 3) {
                env.fault("DISPATCH_LEASE_SECONDS", fault);
            }
        }
        env.done(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> HashMap<&'static str, &'static str> {
        HashMap::from([
            (
                "DATABASE_URL",
                "postgres://u:hunter2@h/d?sslmode=verify-full",
            ),
            ("PUBLIC_URL", "https://midline.example"),
            ("CLINIC_TELEPHONE", "+49 30 23125 000"),
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
    fn every_variable_that_is_read_is_described() {
        let asked = std::cell::RefCell::new(std::collections::BTreeSet::new());
        let mut vars = good();
        // Whose others are read only once these are there.
        vars.extend([
            ("SMTP_URL", "smtp://mail.example"),
            ("SMTP_FROM", "midline@clinic.example"),
            ("EMAIL_SECRET", "hunter2hunter2hunter2hunter2hunter2"),
            ("TWILIO_ACCOUNT_SID", "AC1"),
            ("TWILIO_AUTH_TOKEN", "hunter2"),
            ("TWILIO_FROM", "+49301"),
        ]);
        let read = Config::read(&|name| {
            asked.borrow_mut().insert(name.to_owned());
            vars.get(name).map(|value| (*value).to_owned())
        });
        assert!(read.is_ok());
        let described: Vec<&str> = VARIABLES
            .iter()
            .flat_map(|variable| variable.names)
            .copied()
            .collect();
        for name in asked.into_inner() {
            assert!(described.contains(&name.as_str()), "{name}");
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
        vars.insert("DATABASE_URL", "hunter2");
        let faults = read(&vars).err().expect("faults").to_string();
        assert_eq!(faults.lines().count(), 8, "{faults}");
        assert!(!faults.contains("hunter2"));
    }

    #[test]
    fn a_database_elsewhere_is_reached_by_checked_tls_only() {
        for (url, good) in [
            ("postgres://u@127.0.0.1/d", true),
            ("postgres://u@localhost:5433/d", true),
            ("postgres://u@[::1]/d", true),
            ("postgres:///d?host=/run/postgresql", true),
            ("postgres://u@db.internal/d?sslmode=verify-full", true),
            ("postgres://u@db.internal/d", false),
            ("postgres://u@db.internal/d?sslmode=require", false),
            ("postgres://u@db.internal/d?sslmode=verify-ca", false),
            ("postgres://u@10.0.0.7/d?sslmode=disable", false),
        ] {
            let mut vars = self::good();
            vars.insert("DATABASE_URL", url);
            assert_eq!(read(&vars).is_ok(), good, "{url}");
            vars.insert("DATABASE_UNCHECKED", "true");
            assert!(read(&vars).is_ok(), "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let mut vars = good();
        vars.insert("PUBLIC_URL", "http://127.0.0.1:3000");
        assert!(read(&vars).is_ok());
        for name in [
            "PUBLIC_URL",
            "OIDC_ISSUER_URL",
            "S3_ENDPOINT_URL",
            "ONESIGNAL_API_URL",
        ] {
            let mut vars = good();
            vars.insert(name, "http://midline.example");
            let faults = read(&vars).err().expect(name).to_string();
            assert!(
                faults.contains(&format!("{name} must be https")),
                "{faults}"
            );
        }
    }

    #[test]
    fn channels_are_there_if_they_are_configured_whole() {
        let config = read(&good()).expect("good");
        assert!(config.smtp.is_none() && config.twilio.is_none());
        let mut vars = good();
        let long = "hunter2hunter2hunter2hunter2hunter2";
        vars.extend([
            ("SMTP_URL", "smtp://mail.example"),
            ("SMTP_FROM", "Midline <midline@clinic.example>"),
            ("EMAIL_SECRET", long),
            ("TWILIO_ACCOUNT_SID", "AC1"),
            ("TWILIO_AUTH_TOKEN", "hunter2"),
            ("TWILIO_FROM", "+49301"),
        ]);
        for (url, security, port) in [
            ("smtp://mail.example", SmtpSecurity::StartTls, 587),
            ("smtps://mail.example", SmtpSecurity::Tls, 465),
            ("smtps://mail.example:4465", SmtpSecurity::Tls, 4465),
            // Nobody is between.
            ("smtp://127.0.0.1:2525", SmtpSecurity::None, 2525),
            ("smtp://[::1]:2525", SmtpSecurity::None, 2525),
        ] {
            vars.insert("SMTP_URL", url);
            let config = read(&vars).unwrap_or_else(|faults| panic!("{url}: {faults}"));
            let smtp = config.smtp.expect("mail");
            assert_eq!((smtp.security, smtp.port), (security, port), "{url}");
            assert!(config.twilio.is_some());
        }
        for (name, value, fault) in [
            ("SMTP_URL", "http://mail.example", "SMTP_URL must begin"),
            ("SMTP_URL", "hunter2", "SMTP_URL must be"),
            ("SMTP_FROM", "Midline", "SMTP_FROM must hold an address"),
            ("EMAIL_SECRET", "hunter2", "EMAIL_SECRET must have"),
            ("EMAIL_SECRET", "", "EMAIL_SECRET is not set"),
            ("EMAIL_BOUNCE_SECRET", "hunter2", "EMAIL_BOUNCE_SECRET must"),
            (
                "SMTP_USERNAME",
                "hunter2",
                "SMTP_USERNAME and SMTP_PASSWORD",
            ),
            ("TWILIO_AUTH_TOKEN", "", "TWILIO_AUTH_TOKEN is not set"),
            (
                "TWILIO_ACCOUNT_SID",
                "../hunter2",
                "TWILIO_ACCOUNT_SID must be",
            ),
            (
                "TWILIO_API_URL",
                "http://sms.example",
                "TWILIO_API_URL must be https",
            ),
            (
                "SMTP_TIMEOUT_SECONDS",
                "20",
                "must be at least three times SMTP_TIMEOUT_SECONDS",
            ),
        ] {
            let mut vars = vars.clone();
            vars.insert(name, value);
            let faults = read(&vars).err().expect(fault).to_string();
            assert!(
                faults.contains(fault),
                "{name}={value}: {fault} in {faults}"
            );
            assert!(!faults.contains("hunter2"));
        }
    }

    #[test]
    fn the_clinic_has_a_number_that_can_be_dialled_from_anywhere() {
        let mut vars = good();
        let read_number = |vars: &HashMap<_, _>| read(vars).map(|config| config.clinic_telephone);
        assert_eq!(read_number(&vars).expect("good"), "+49 30 23125 000");
        vars.insert("CLINIC_TELEPHONE", "030 23125 000");
        let faults = read_number(&vars).expect_err("no country").to_string();
        assert!(faults.contains("CLINIC_TELEPHONE must"), "{faults}");
    }

    #[test]
    fn a_group_gives_one_role_and_an_issuer_stays_as_it_is_written() {
        let mut vars = good();
        vars.insert("OIDC_ISSUER_URL", "https://idp.example/");
        assert_eq!(
            read(&vars).expect("good").oidc.issuer,
            "https://idp.example/"
        );
        vars.insert("OIDC_ROLE_GROUPS", "staff=office,admin=office");
        assert!(read(&vars).is_err());
    }
}
