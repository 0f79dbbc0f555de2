//! Who may do what, as data. It grants nothing: the handler's `SignedIn<…>` and the stores decide. It is what
//! `tests/http/authority.rs` asks every route for, as everybody.

/// What people of one role reach by a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The route is for other roles: 403.
    Refused,
    /// Whatever it names; or it names no record of a patient.
    All,
    /// What is theirs: a patient's own record, a record of a patient assigned to the dentist today. Anybody else's is answered as one that
    /// does not exist: 404.
    Theirs,
    /// None of what it names: 404, as if it did not exist.
    Nothing,
}

/// Who may use a route. Whoever has several roles may do what each of them may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether nobody needs to be signed in.
    pub public: bool,
    pub patient: Reach,
    pub dentist: Reach,
    /// Staff and administrators.
    pub office: Reach,
}

use Reach::{All, Nothing, Refused, Theirs};

const fn signed_in(patient: Reach, dentist: Reach, office: Reach) -> Access {
    Access {
        public: false,
        patient,
        dentist,
        office,
    }
}

/// The kinds of access that there are. A new one is added here, with a word that says whom it is for.
impl Access {
    /// Everybody, signed in or not.
    pub const ANYBODY: Self = Self {
        public: true,
        ..Self::SIGNED_IN
    };
    /// Everybody who is signed in.
    pub const SIGNED_IN: Self = signed_in(All, All, All);
    /// Patients, for what names no record.
    pub const PATIENT: Self = signed_in(All, Refused, Refused);
    /// Patients, for what is their own.
    pub const PATIENT_OWN: Self = signed_in(Theirs, Refused, Refused);
    /// Dentists, for what names no record.
    pub const DENTIST: Self = signed_in(Refused, All, Refused);
    /// Dentists, for what is their own or of a patient assigned to them.
    pub const DENTIST_OWN: Self = signed_in(Refused, Theirs, Refused);
    /// Patients and dentists, each for what is shown to them alone.
    pub const PATIENT_OR_DENTIST: Self = signed_in(All, All, Refused);
    /// Staff and administrators.
    pub const OFFICE: Self = signed_in(Refused, Refused, All);
    /// Everybody at a desk, for what names no record.
    pub const DESK: Self = signed_in(Refused, All, All);
    /// Everybody at a desk, for a record: dentists for those of their patients.
    pub const DESK_RECORD: Self = signed_in(Refused, Theirs, All);
    /// Whoever takes part in a treatment: the patient, their dentist, the office.
    pub const TREATMENT: Self = signed_in(Theirs, Theirs, All);
    /// What is between a patient and their dentist: the office finds nothing.
    pub const CONFIDENTIAL: Self = signed_in(Theirs, Theirs, Nothing);

    /// Whether it depends on whose record is named.
    pub fn is_of_a_record(self) -> bool {
        [self.patient, self.dentist, self.office].contains(&Theirs)
    }
}
