//! What wear keeps in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[Table {
    name: "wear_intervals",
    holds: "when aligners were out, as it was tapped, corrected and typed in; the server cannot change or delete rows",
    whose: Whose::Patient,
    kept: Kept::Record,
    exported: true,
    erased: Erased::Stays("treatment record"),
}];
