//! What messages keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "messages",
        holds: "messages between patients and dentists",
        whose: Whose::Patient,
        kept: Kept::Record,
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "message_images",
        holds: "which photos went with them",
        whose: Whose::Patient,
        kept: Kept::With("messages"),
        exported: false,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "message_uploads",
        holds: "the same, before they were photos",
        whose: Whose::Patient,
        kept: Kept::With("image_uploads"),
        exported: false,
        erased: Erased::Deleted,
    },
    Table {
        name: "message_shares",
        holds: "whom a patient shared earlier ones with",
        whose: Whose::Patient,
        kept: Kept::With("messages"),
        exported: true,
        erased: Erased::Stays("treatment record"),
    },
    Table {
        name: "saved_replies",
        holds: "texts that dentists write with, for one or for a practice",
        whose: Whose::Dentist,
        kept: Kept::Until("until its dentist deletes it"),
        exported: true,
        erased: Erased::Deleted,
    },
];
