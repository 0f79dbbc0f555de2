//! What practices keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "practices",
        holds: "practices: name, address, telephone",
        whose: Whose::Clinic,
        kept: Kept::InUse,
        exported: false,
        erased: Erased::NobodyIs,
    },
    Table {
        name: "practice_hours",
        holds: "when they are open",
        whose: Whose::Clinic,
        kept: Kept::With("practices"),
        exported: false,
        erased: Erased::NobodyIs,
    },
];
