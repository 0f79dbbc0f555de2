//! What notifications keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "notifications",
        holds: "notifications, their text and state, cancelled ones as well",
        whose: Whose::Person,
        kept: Kept::Account,
        exported: true,
        erased: Erased::Deleted,
    },
    Table {
        name: "deliveries",
        holds: "by which channels they go out: when, whether it did, the provider’s number of it",
        whose: Whose::Person,
        kept: Kept::With("notifications"),
        exported: true,
        erased: Erased::Deleted,
    },
    Table {
        name: "notification_tries",
        holds: "tries to hand them over that failed",
        whose: Whose::Person,
        kept: Kept::With("notifications"),
        exported: false,
        erased: Erased::Deleted,
    },
];
