//! What campaigns keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "campaigns",
        holds: "what staff send to many: texts, filters, state",
        whose: Whose::Clinic,
        kept: Kept::InUse,
        exported: false,
        erased: Erased::NobodyIs,
    },
    Table {
        name: "campaign_recipients",
        holds: "to whom each went, or why not",
        whose: Whose::Patient,
        kept: Kept::With("campaigns"),
        exported: true,
        erased: Erased::Deleted,
    },
];
