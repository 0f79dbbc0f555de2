//! The numbers that rows are known by, each of a type of its own, so that no function takes one for another. They are written and
//! read as the plain numbers that they are.

use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! ids {
    ($($(#[$said:meta])* $name:ident;)+) => {$(
        $(#[$said])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(to)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A row of `users`.
    UserId;
    /// A row of `dentists`: the dentist's card, of somebody who may have no account.
    DentistId;
    /// A row of `journeys`.
    JourneyId;
    /// A row of `progress_events`.
    EventId;
    /// A row of `user_images`.
    PhotoId;
    /// A row of `reviews`.
    ReviewId;
    /// A row of `messages`.
    MessageId;
    /// A row of `reports`.
    ReportId;
    /// A row of `campaigns`.
    CampaignId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_written_as_numbers() {
        assert_eq!(DentistId(7).to_string(), "7");
        assert_eq!("7".parse(), Ok(DentistId(7)));
        assert_eq!(serde_json::json!({ "dentist": DentistId(7) })["dentist"], 7);
        assert!("7a".parse::<DentistId>().is_err());
    }
}
