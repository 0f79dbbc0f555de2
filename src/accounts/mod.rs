//! People: who they are, which roles they have, how they sign in and stay signed in, what they agreed
//! to and how they like to be addressed.
//!
//! Other features take what [`SignedIn`] hands them: an actor of a role, the reader's language and
//! zone, and the request's one database connection.

mod actions;
mod actor;
mod first_day;
mod model;
mod namesakes;
mod oidc;
mod pages;
mod service;
pub mod session;
mod store;
mod tables;

pub use actions::Action;
pub use actor::{
    Act, Anyone, AtDesk, BeforeTerms, Dentist, Desk, Office, Participant, Patient, SignedIn,
    Turned, addressed, named_in,
};
pub use first_day::FirstDay;
pub use model::{Person, Role, TERMS_VERSION, UserId, full_name, listed_name};
pub use namesakes::{Identity, Named, Namesakes, colleagues, namesakes};
pub use oidc::OpenIdProvider;
pub use service::{Preferences, set_preferences};
pub use store::{clashes::count_clashes, flag_dentist_change, hold, set_time_zone, stands};

use crate::{
    feature::Feature,
    ui::{Entry, IconName, Shown, Who, nothing_waits},
};
use rust_i18n::t;

/// What the rest of the house has to know of accounts.
pub static FEATURE: Feature = Feature {
    name: "accounts",
    routes: &[pages::ROUTES],
    actions: Action::ALL,
    tables: tables::TABLES,
    entries: &[
        Entry {
            path: "/settings",
            words: |reader| t!("nav.settings", locale = reader.lang()),
            icon: IconName::Settings,
            shown: Shown::BottomBar,
            priority: 90,
            waiting: nothing_waits,
        },
        Entry {
            path: "/settings",
            words: |reader| t!("nav.settings", locale = reader.lang()),
            icon: IconName::Settings,
            shown: Shown::SideBar(Who::Everybody),
            priority: 90,
            waiting: nothing_waits,
        },
    ],
    ..Feature::EMPTY
};
