//! The one error that crosses the wire: a closed enum without free text, so that nothing internal and
//! nothing of a patient's can leave with it. Each is answered with its status and a page in words (see
//! `ui::fault_page`), or, to an island, as its name.

use leptos::server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::Post,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Serialize, de::DeserializeOwned};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody is signed in: never was, signed out, or the session ended.
    #[error("not signed in")]
    SignedOut,
    /// The terms of use have not been accepted yet.
    #[error("terms not accepted")]
    TermsNotAccepted,
    /// The account was closed by the clinic.
    #[error("account disabled")]
    Disabled,
    /// The email belongs to an account with another sign-in.
    #[error("email belongs to another sign-in")]
    EmailTaken,
    /// The provider has not verified the email.
    #[error("email not verified")]
    EmailNotVerified,
    /// The provider told an address that Midline cannot work with.
    #[error("email unusable")]
    EmailUnusable,
    /// Nobody with this email is known, and accounts are opened by the clinic only.
    #[error("not registered")]
    NotRegistered,
    /// The sign-in was started too long ago, elsewhere, or twice.
    #[error("sign-in not expected")]
    SignInStale,
    /// The person turned back at the provider.
    #[error("sign-in cancelled")]
    SignInCancelled,
    /// The OpenID provider is down, or what it said does not hold.
    #[error("the sign-in service failed")]
    ProviderFailed,
    /// The function is not for this role.
    #[error("forbidden")]
    Forbidden,
    /// The request came from another site's page.
    #[error("cross-site request")]
    CrossSite,
    /// No such page or record, or somebody else's.
    #[error("not found")]
    NotFound,
    /// The address exists, for other methods.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// A form that Midline's own pages would not have sent.
    #[error("malformed request")]
    Malformed,
    /// More than is accepted at once.
    #[error("too large")]
    TooLarge,
    /// The journey moved on since the form was opened.
    #[error("the journey has changed")]
    Stale,
    /// The act is not allowed in the journey's present state, or not yet.
    #[error("not allowed now")]
    NotNow,
    /// The database or the object storage does not answer.
    #[error("temporarily unavailable")]
    Unavailable,
    /// A fault of Midline's own.
    #[error("internal error")]
    Internal,
}

impl Fault {
    /// The HTTP status it is answered with.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::SignInStale | Self::SignInCancelled => 400,
            Self::SignedOut => 401,
            Self::TermsNotAccepted
            | Self::Disabled
            | Self::EmailTaken
            | Self::EmailNotVerified
            | Self::EmailUnusable
            | Self::NotRegistered
            | Self::Forbidden
            | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Stale => 409,
            Self::TooLarge => 413,
            Self::NotNow => 422,
            Self::Internal => 500,
            Self::ProviderFailed => 502,
            Self::Unavailable => 503,
        }
    }
}

impl Fault {
    pub const ALL: [Self; 20] = [
        Self::SignedOut,
        Self::TermsNotAccepted,
        Self::Disabled,
        Self::EmailTaken,
        Self::EmailNotVerified,
        Self::EmailUnusable,
        Self::NotRegistered,
        Self::SignInStale,
        Self::SignInCancelled,
        Self::ProviderFailed,
        Self::Forbidden,
        Self::CrossSite,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Malformed,
        Self::TooLarge,
        Self::Stale,
        Self::NotNow,
        Self::Unavailable,
        Self::Internal,
    ];

    /// As islands are told: a word, no more.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::TermsNotAccepted => "terms_not_accepted",
            Self::Disabled => "disabled",
            Self::EmailTaken => "email_taken",
            Self::EmailNotVerified => "email_not_verified",
            Self::EmailUnusable => "email_unusable",
            Self::NotRegistered => "not_registered",
            Self::SignInStale => "sign_in_stale",
            Self::SignInCancelled => "sign_in_cancelled",
            Self::ProviderFailed => "provider_failed",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Stale => "stale",
            Self::NotNow => "not_now",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The fault of that name.
    pub fn named(name: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.name().as_bytes() == name)
    }
}

/// The encoding of a fault: its name, in plain text. (JSON would bring its parser to every phone, which
/// weighs more than the island that needs it.)
pub struct Name;

/// The answer of a server function that answers nothing but "done".
pub type Done = Post<Name>;

/// The encoding of what has more to say: the fields of a type that both halves know, one after the other, without their names
/// (postcard; `docs/decisions/0024-server-functions.md`).
pub struct Fields;

/// The answer of a server function that has more to say.
pub type Answer = Post<Fields>;

impl ContentType for Fields {
    const CONTENT_TYPE: &'static str = "application/x-postcard";
}

impl FormatType for Fields {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for Fields {
    type Error = postcard::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        postcard::to_allocvec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Fields {
    type Error = postcard::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        postcard::from_bytes(&bytes)
    }
}

impl ContentType for Name {
    const CONTENT_TYPE: &'static str = "text/plain";
}

impl FormatType for Name {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<Fault> for Name {
    type Error = std::convert::Infallible;

    fn encode(fault: &Fault) -> Result<Bytes, Self::Error> {
        Ok(Bytes::from_static(fault.name().as_bytes()))
    }
}

impl Decodes<Fault> for Name {
    type Error = std::convert::Infallible;

    fn decode(name: Bytes) -> Result<Fault, Self::Error> {
        Ok(Fault::named(&name).unwrap_or(Fault::Internal))
    }
}

impl Encodes<()> for Name {
    type Error = std::convert::Infallible;

    fn encode((): &()) -> Result<Bytes, Self::Error> {
        Ok(Bytes::new())
    }
}

impl Decodes<()> for Name {
    type Error = std::convert::Infallible;

    fn decode(_: Bytes) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl FromServerFnError for Fault {
    type Encoder = Name;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Malformed,
            // On the way to the server or back: nobody knows whether it arrived.
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
mod server {
    use super::Fault;
    use crate::platform::storage::StorageError;
    use axum::{
        extract::rejection::{FormRejection, PathRejection, QueryRejection},
        http::StatusCode,
        response::{IntoResponse, Response},
    };

    impl IntoResponse for Fault {
        /// An empty answer that carries the fault; the layer of `ui::fault_page` writes the words.
        fn into_response(self) -> Response {
            let status =
                StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = status.into_response();
            response.extensions_mut().insert(self);
            response
        }
    }

    impl From<FormRejection> for Fault {
        fn from(rejection: FormRejection) -> Self {
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
                _ => Self::Malformed,
            }
        }
    }

    impl From<QueryRejection> for Fault {
        fn from(_: QueryRejection) -> Self {
            Self::Malformed
        }
    }

    impl From<PathRejection> for Fault {
        /// An address that nothing has.
        fn from(_: PathRejection) -> Self {
            Self::NotFound
        }
    }

    impl From<sqlx::Error> for Fault {
        fn from(error: sqlx::Error) -> Self {
            match &error {
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::Tls(_) => {
                    tracing::warn!(%error, "the database does not answer");
                    Self::Unavailable
                }
                // Shutting down, starting up, too many connections, a lock or statement that took too long, transactions that wait for each other.
                sqlx::Error::Database(database)
                    if matches!(
                        database.code().as_deref(),
                        Some(
                            "57P01"
                                | "57P02"
                                | "57P03"
                                | "53300"
                                | "55P03"
                                | "57014"
                                | "40P01"
                                | "40001"
                                // No room on its disk, or in its memory; a disk that fails; a copy that cannot be written to.
                                | "53100"
                                | "53200"
                                | "58030"
                                | "25006"
                        )
                    ) =>
                {
                    tracing::warn!(code = ?database.code(), "the database is busy or restarting");
                    Self::Unavailable
                }
                // Text that no database of ours keeps, as with a NUL in it: whoever sent it sent something strange.
                sqlx::Error::Database(database)
                    if matches!(database.code().as_deref(), Some("22021" | "22P05")) =>
                {
                    tracing::warn!(code = ?database.code(), "text that cannot be kept");
                    Self::Malformed
                }
                // The text of a constraint's error holds the row: only its name is logged.
                sqlx::Error::Database(database) => {
                    tracing::error!(code = ?database.code(), constraint = ?database.constraint(), table = ?database.table(), "the database refused");
                    Self::Internal
                }
                _ => {
                    tracing::error!(%error, "the database failed");
                    Self::Internal
                }
            }
        }
    }

    impl From<StorageError> for Fault {
        fn from(error: StorageError) -> Self {
            match error {
                StorageError::Missing | StorageError::Other | StorageError::OutOfRange => {
                    Self::NotFound
                }
                StorageError::Failed(error) => {
                    tracing::warn!(%error, "the object storage failed");
                    Self::Unavailable
                }
            }
        }
    }
}
