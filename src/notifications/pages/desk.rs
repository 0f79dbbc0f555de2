//! The staff's desk: what is going out, what failed, and what can be done about it.

mod change;
mod choice;
mod export;
mod one;
mod table;
mod write;

pub use change::{answer as change, ask as ask_change, done as changed};
pub use export::export;
pub use one::one;
pub use table::table;
pub use write::{answer as write, ask as ask_write};
