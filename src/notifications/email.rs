//! E-mail, by SMTP. A mail says what a push says: that there is something, and where; no name, no finding, no photo.
//!
//! Nobody can be asked whether a mail was taken whose answer was lost: it is sent again, with the same `Message-ID` and the same `Date`,
//! so that whoever has it already can tell. A mail that may have been taken cannot be called back and counts as sent.

mod text;
mod unsubscribe;

pub use unsubscribe::{opened, sealed};

use super::{
    channels::{Carrier, Parcel},
    model::{Settled, Why, later},
    pace::Pace,
};
use crate::platform::config::{SmtpConfig, SmtpSecurity, WebConfig};
use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{error::Error, io, time::Duration};
use tokio::time::timeout;

pub struct Mailer {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    web: WebConfig,
    secret: SecretString,
    timeout: Duration,
    pace: Pace,
}

/// A header of ours: its name, and what it says.
macro_rules! header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(AutoSubmitted, "Auto-Submitted");
header!(ListUnsubscribe, "List-Unsubscribe");
header!(ListUnsubscribePost, "List-Unsubscribe-Post");

impl Mailer {
    /// # Errors
    /// When the sender is no address, or TLS cannot be set up.
    pub fn new(config: &SmtpConfig, web: &WebConfig) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let tls = || TlsParameters::new(config.host.clone());
        let tls = match config.security {
            SmtpSecurity::Tls => Tls::Wrapper(tls()?),
            SmtpSecurity::StartTls => Tls::Required(tls()?),
            SmtpSecurity::None => Tls::None,
        };
        let host = web.public_url.host_str().unwrap_or("localhost").to_owned();
        let mut smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .hello_name(ClientId::Domain(host))
            .timeout(Some(config.timeout));
        if let Some((name, password)) = &config.credentials {
            let password = password.expose_secret().to_owned();
            smtp = smtp.credentials(Credentials::new(name.clone(), password));
        }
        Ok(Self {
            smtp: smtp.build(),
            from: config.from.parse()?,
            web: web.clone(),
            secret: config.secret.clone(),
            timeout: config.timeout,
            pace: Pace::new(config.rate),
        })
    }

    /// The mail of a delivery: the same for each of its tries.
    fn mail(&self, parcel: &Parcel<'_>) -> Result<Message, Box<dyn Error + Send + Sync>> {
        let claim = parcel.claim;
        let host = self.web.public_url.host_str().unwrap_or("localhost");
        let unsubscribe = (!claim.kind.is_treatment()).then(|| {
            let token = sealed(&self.secret, claim.push_id, claim.kind);
            self.web.address(&format!("/unsubscribe/{token}"))
        });
        let words = text::write(parcel, &self.web, unsubscribe.as_deref());
        let mut mail = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, claim.email.parse()?))
            .subject(words.subject)
            .date(claim.first_tried.into())
            .message_id(Some(format!("<{}@{host}>", claim.key)))
            .header(AutoSubmitted("auto-generated".to_owned()));
        if let Some(address) = unsubscribe {
            // RFC 8058: the mail program does it with one post, and asks nothing.
            mail = mail
                .header(ListUnsubscribe(format!("<{address}>")))
                .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
        let parts = MultiPart::alternative_plain_html(words.plain, words.html);
        Ok(mail.multipart(parts)?)
    }
}

#[async_trait]
impl Carrier for Mailer {
    async fn turn(&self) {
        self.pace.turn().await;
    }

    async fn send(&self, parcel: &Parcel<'_>) -> Settled {
        let Ok(mail) = self.mail(parcel) else {
            return Settled::Failed(Why::word("address_refused"));
        };
        let tries = parcel.claim.tries;
        let again = |why| Settled::Again(why, later(tries, None));
        match timeout(self.timeout, self.smtp.send(mail)).await {
            Ok(Ok(_)) => Settled::Sent(Some(parcel.claim.key.to_string())),
            Ok(Err(error)) => {
                let status = error.status().map(u16::from);
                let why = |word| Why { word, status };
                if error.is_permanent() {
                    return Settled::Failed(why(refusal(status, &reply(&error))));
                }
                if error.is_transient() {
                    return again(why("put_off"));
                }
                again(why(broken(&error)))
            }
            Err(_) => again(Why::word("timeout")),
        }
    }

    async fn cancel(&self, parcel: &Parcel<'_>) -> Settled {
        if parcel.claim.in_doubt {
            Settled::Sent(None)
        } else {
            Settled::Cancelled
        }
    }
}

/// What the server said, with what its error stands for.
fn reply(error: &dyn Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

/// Why a mail was refused for good, in a word: whether it is the address's fault (RFC 3463, codes 5.1.x, and a mailbox that is closed).
fn refusal(status: Option<u16>, reply: &str) -> &'static str {
    let enhanced = reply.split_whitespace().next().unwrap_or_default();
    match status {
        Some(530 | 534 | 535 | 538) => "key_refused",
        Some(550 | 551 | 553) if enhanced.starts_with("5.1.") || enhanced == "5.2.1" => {
            "address_refused"
        }
        _ => "refused",
    }
}

/// Whether the server was reached at all.
fn broken(error: &(dyn Error + 'static)) -> &'static str {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return match error.kind() {
                io::ErrorKind::ConnectionRefused
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable => "unreachable",
                io::ErrorKind::TimedOut => "timeout",
                _ => "broken_off",
            };
        }
        source = error.source();
    }
    "broken_off"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_the_address_s_or_ours() {
        for (status, reply, word) in [
            (550, "5.1.1 no such mailbox", "address_refused"),
            (553, "5.1.3 bad address", "address_refused"),
            (550, "5.2.1 mailbox disabled", "address_refused"),
            (550, "5.7.1 we do not want your mail", "refused"),
            (554, "5.1.1 odd", "refused"),
            (535, "5.7.8 wrong password", "key_refused"),
            (552, "too large", "refused"),
        ] {
            assert_eq!(refusal(Some(status), reply), word, "{status} {reply}");
        }
    }
}
