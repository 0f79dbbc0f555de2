//! What dentists keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "dentists",
        holds: "name, practice, postal code, languages",
        whose: Whose::Dentist,
        kept: Kept::Account,
        exported: true,
        erased: Erased::Emptied,
    },
    Table {
        name: "dentist_changes",
        holds: "requests for another dentist, with reason and answer",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Emptied,
    },
];
