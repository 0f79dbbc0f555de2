//! What reports keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "reports",
        holds: "what patients reported, with notes, and how it was answered",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "report_images",
        holds: "which photos came with a report",
        whose: Whose::Patient,
        kept: Kept::With("reports"),
        exported: false,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "report_uploads",
        holds: "the same, before they were photos",
        whose: Whose::Patient,
        kept: Kept::With("image_uploads"),
        exported: false,
        erased: Erased::Deleted,
    },
];
