//! What reviews keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "reviews",
        holds: "decisions on photos, with notes to the patient and to the clinic",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "review_views",
        holds: "which views were asked for again, and why",
        whose: Whose::Patient,
        kept: Kept::With("reviews"),
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "review_photos",
        holds: "which photos a decision was about",
        whose: Whose::Patient,
        kept: Kept::With("reviews"),
        exported: false,
        erased: Erased::Stays("treatment record"),
    },
];
