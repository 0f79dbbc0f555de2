//! Who saw and did what. Every write, every read of another person's record and every refusal leaves a
//! row, in the transaction of what it tells of; the server's database user can only add to them.
//! Below every other feature: it knows people and roles by id and name only.

mod action;
mod model;
mod store;

pub(crate) use action::actions;
pub use action::{Action, Told};
pub use model::{Entry, Outcome};
pub use store::{
    Seen, detail_of_last, just_did, just_did_with, outcomes_of, record, record_each, seen_of,
};
