//! One use case a function, one transaction.

mod changing;
mod reading;
mod sending;
mod settling;

pub use changing::{Place, delete, put_right};
pub use reading::{any_sent, fetch_ahead, open, open_in_album, open_own, open_photo};
pub use sending::{Arrived, Noted, Target, arrived, expect, is_wanted, note, refuse_expected};
pub use settling::{settle, told};
