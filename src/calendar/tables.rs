//! What calendars keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[Table {
    name: "calendar_addresses",
    holds: "private calendar addresses: a hash, when made and ended; they open nothing once ended",
    whose: Whose::Patient,
    kept: Kept::Account,
    exported: false,
    erased: Erased::Deleted,
}];
