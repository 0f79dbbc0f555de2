//! What journeys keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "journeys",
        holds: "treatments: plan, step, dates",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "progress_events",
        holds: "what moved them, with reasons and notes; the server cannot change or delete rows",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "plan_changes",
        holds: "changes of treatment plans, with notes",
        whose: Whose::Patient,
        kept: Kept::With("journeys"),
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
];
