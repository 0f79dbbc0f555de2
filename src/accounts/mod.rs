//! People: who they are, which roles they have, how they sign in and stay signed in, what they agreed
//! to and how they like to be addressed.
//!
//! Other features take what [`SignedIn`] hands them: an actor of a role, the reader's language and
//! zone, and the request's one database connection.

mod actor;
mod first_day;
mod model;
mod namesakes;
mod oidc;
mod pages;
mod service;
pub mod session;
mod store;

pub use actor::{
    Act, Anyone, AtDesk, BeforeTerms, Dentist, Desk, Office, Participant, Patient, SignedIn,
    Turned, addressed, named_in,
};
pub use first_day::FirstDay;
pub use model::{Person, Role, TERMS_VERSION, UserId, full_name, listed_name};
pub use namesakes::{Identity, Named, Namesakes, colleagues, namesakes};
pub use oidc::OpenIdProvider;
pub use pages::routes;
pub use service::{Preferences, set_preferences};
pub use store::{clashes::count_clashes, hold, set_time_zone, stands};
