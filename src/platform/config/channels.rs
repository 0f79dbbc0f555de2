//! Channels besides push: each is there if it is configured, and none is by default.

use super::reader::{Reader, unset_url};
use secrecy::{ExposeSecret, SecretString};
use std::{net::IpAddr, time::Duration};
use url::Url;

/// The shortest secret that others can be kept from guessing.
const SECRET: usize = 32;

#[derive(Clone)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub credentials: Option<(String, SecretString)>,
    /// As a mail's head has it.
    pub from: String,
    /// Mails a second.
    pub rate: u32,
    pub timeout: Duration,
    /// Seals the addresses by which people unsubscribe.
    pub secret: SecretString,
    /// Who may say which address takes nothing.
    pub bounces: Option<SecretString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// From the first byte on.
    Tls,
    /// Once the server was greeted; without it nothing is sent.
    StartTls,
    /// To this machine alone.
    None,
}

#[derive(Clone)]
pub struct TwilioConfig {
    pub account: String,
    pub token: SecretString,
    pub from: String,
    /// Requests a second.
    pub rate: u32,
    pub timeout: Duration,
    pub api_url: Url,
}

impl Reader<'_> {
    pub(super) fn smtp(&mut self) -> Option<SmtpConfig> {
        let url = self.optional("SMTP_URL")?;
        let url = Url::parse(&url).ok().filter(Url::has_host);
        let url = url.unwrap_or_else(|| {
            self.fault(
                "SMTP_URL",
                "must be smtps:// or smtp://, a host and perhaps a port",
            );
            unset_url()
        });
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']).to_owned();
        let here = host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        let (security, port) = match url.scheme() {
            "smtps" => (SmtpSecurity::Tls, 465),
            "smtp" if here => (SmtpSecurity::None, 25),
            "smtp" => (SmtpSecurity::StartTls, 587),
            _ => {
                self.fault("SMTP_URL", "must begin with smtps:// or smtp://");
                (SmtpSecurity::Tls, 465)
            }
        };
        let credentials = match (
            self.optional("SMTP_USERNAME"),
            self.optional("SMTP_PASSWORD"),
        ) {
            (Some(name), Some(password)) => Some((name, password.into())),
            (None, None) => None,
            _ => {
                self.fault("SMTP_USERNAME", "and SMTP_PASSWORD go together");
                None
            }
        };
        let from = self.text("SMTP_FROM");
        if !from.is_empty() && !from.contains('@') {
            self.fault("SMTP_FROM", "must hold an address");
        }
        let bounces = self.optional("EMAIL_BOUNCE_SECRET").map(SecretString::from);
        let secret = self.secret("EMAIL_SECRET");
        for (name, secret) in [
            ("EMAIL_SECRET", Some(&secret)),
            ("EMAIL_BOUNCE_SECRET", bounces.as_ref()),
        ] {
            let length = secret.map_or(0, |secret| secret.expose_secret().chars().count());
            if (1..SECRET).contains(&length) {
                self.fault(name, "must have at least 32 characters");
            }
        }
        Some(SmtpConfig {
            host,
            port: url.port().unwrap_or(port),
            security,
            credentials,
            from,
            rate: self.number("SMTP_RATE", 10, 1..=1000) as u32,
            timeout: Duration::from_secs(self.number("SMTP_TIMEOUT_SECONDS", 10, 1..=20)),
            secret,
            bounces,
        })
    }

    pub(super) fn twilio(&mut self) -> Option<TwilioConfig> {
        let account = self.optional("TWILIO_ACCOUNT_SID")?;
        if !account.chars().all(|c| c.is_ascii_alphanumeric()) {
            self.fault("TWILIO_ACCOUNT_SID", "must be letters and digits");
        }
        Some(TwilioConfig {
            account,
            token: self.secret("TWILIO_AUTH_TOKEN"),
            from: self.text("TWILIO_FROM"),
            rate: self.number("TWILIO_RATE", 10, 1..=1000) as u32,
            timeout: Duration::from_secs(self.number("TWILIO_TIMEOUT_SECONDS", 10, 1..=20)),
            api_url: self.secret_url("TWILIO_API_URL").unwrap_or_else(|| {
                Url::parse("https://api.twilio.com/").unwrap_or_else(|_| unset_url())
            }),
        })
    }
}
