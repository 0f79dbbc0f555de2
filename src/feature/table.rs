//! What a feature keeps in the database, as data: whose it is, for how long, and what becomes of it when a person is to be forgotten.
//! `docs/RETENTION.md` is written from it.

/// A table. Its feature is the only one that writes it.
pub struct Table {
    pub name: &'static str,
    /// What stands in it, in words.
    pub holds: &'static str,
    pub whose: Whose,
    pub kept: Kept,
    /// Whether its rows belong to what a person may take along (Articles 15 and 20 GDPR).
    pub exported: bool,
    /// How it is emptied of a person (Article 17 GDPR).
    pub erased: Erased,
}

/// Whose data a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Anybody's who has an account.
    Person,
    /// A patient's.
    Patient,
    /// A dentist's.
    Dentist,
    /// The clinic's: nobody's in particular.
    Clinic,
}

impl Whose {
    pub fn words(self) -> &'static str {
        match self {
            Self::Person => "a person’s",
            Self::Patient => "a patient’s",
            Self::Dentist => "a dentist’s",
            Self::Clinic => "the clinic’s",
        }
    }
}

/// How long a row is kept, as the program is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Without end, and treatment records are subject to legal periods.
    Record,
    /// Without end, as a record of who saw and did what: the server cannot change or delete it.
    Trail,
    /// As long as the account, which has no end.
    Account,
    /// As long as the clinic uses it.
    InUse,
    /// As what it belongs to.
    With(&'static str),
    /// Until something happens, or for some time: in words.
    Until(&'static str),
}

impl Kept {
    pub fn words(self) -> String {
        match self {
            Self::Record => "no end (treatment record)".to_owned(),
            Self::Trail => {
                "no end (record of access); the server cannot change or delete rows".to_owned()
            }
            Self::Account => "no end (account)".to_owned(),
            Self::InUse => "as long as the clinic uses it".to_owned(),
            Self::With(table) => format!("as `{table}`"),
            Self::Until(words) => words.to_owned(),
        }
    }
}

/// What is to become of a person's rows when the person is erased. Nothing does it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// The row goes.
    Deleted,
    /// The row stays without what names the person or was written by them.
    Emptied,
    /// It stays: why.
    Stays(&'static str),
    /// It holds nothing of anybody's.
    NobodyIs,
}

impl Erased {
    pub fn words(self) -> String {
        match self {
            Self::Deleted => "deleted".to_owned(),
            Self::Emptied => "emptied of names and words".to_owned(),
            Self::Stays(why) => format!("stays: {why}"),
            Self::NobodyIs => "–".to_owned(),
        }
    }
}
