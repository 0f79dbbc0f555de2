//! Care: who treats whom, and who may see whose record.
//!
//! Stands above `accounts`, whose actors say who looks, and below every feature that keeps something of patients. A query of what their
//! records hold takes a [`Scope`], which only an actor makes, and asks `care.seen` with it (`migrations/0040_care.sql`): the one place
//! where it is said whom somebody may see.

mod refusals;
mod scope;
mod store;

pub use refusals::record_malformed;
pub use scope::{Ability, Scope};
pub use store::{assign, assigned, sees};
