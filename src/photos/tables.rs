//! What photos keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "user_images",
        holds: "photos’ particulars, the digest of what was sent, when it was taken",
        whose: Whose::Patient,
        kept: Kept::Until("until the patient deletes the photo"),
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "image_uploads",
        holds: "that something was sent, and what became of it",
        whose: Whose::Patient,
        kept: Kept::Until("30 days after that"),
        exported: false,
        erased: Erased::Deleted,
    },
];
