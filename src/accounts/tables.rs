//! What accounts keep in the database.

use crate::feature::{Erased, Kept, Table, Whose};

pub const TABLES: &[Table] = &[
    Table {
        name: "users",
        holds: "name, email, telephone (if the patient or their sign-in service gives it), postal code, identifiers of other systems (and all of them in one column, for searching), dentist, time zone, language, theme; by which channels they want to be told what, since when an address or number takes nothing; which terms were accepted, and when",
        whose: Whose::Person,
        kept: Kept::Account,
        exported: true,
        erased: Erased::Emptied,
    },
    Table {
        name: "user_roles",
        holds: "roles",
        whose: Whose::Person,
        kept: Kept::Until("until the next sign-in that gives others"),
        exported: true,
        erased: Erased::Deleted,
    },
    Table {
        name: "sessions",
        holds: "sessions, by a hash",
        whose: Whose::Person,
        kept: Kept::Until(
            "30 minutes while signing in; then at most 168 hours unused and 720 in all (both can be set); removed within ten minutes of their end, while `serve` or `worker` runs",
        ),
        exported: false,
        erased: Erased::Deleted,
    },
    Table {
        name: "address_clashes",
        holds: "addresses that two sign-ins claim, and what staff did about it",
        whose: Whose::Person,
        kept: Kept::Account,
        exported: true,
        erased: Erased::Deleted,
    },
    Table {
        name: "clinic",
        holds: "the language of the clinic",
        whose: Whose::Clinic,
        kept: Kept::InUse,
        exported: false,
        erased: Erased::NobodyIs,
    },
    Table {
        name: "audit_log",
        holds: "who saw and did what: ids, roles, actions, request ids",
        whose: Whose::Person,
        kept: Kept::Trail,
        exported: true,
        erased: Erased::Stays("it shows who saw what, by ids alone"),
    },
];
