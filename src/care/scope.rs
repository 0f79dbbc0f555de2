//! Who looks, as the database is told.

use crate::{
    accounts::{Anyone, Dentist, Desk, Participant, Patient, Role, UserId},
    ids::DentistId,
};
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, types::PgRecordEncoder},
};

/// What somebody wants of a patient's record. How far each goes is said in the database (`care.seen`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "care.ability", rename_all = "snake_case")]
pub enum Ability {
    /// Who the patient is, their treatment, their wear time.
    Record,
    /// Their photos, messages and reports.
    Photos,
    /// What the dentist who treats them does and is shown.
    Treat,
}

/// Who looks at patients' records: a parameter of each query of what those hold. Only actors become one, so that nobody looks whom
/// [`SignedIn`](crate::accounts::SignedIn) did not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// None for those at a desk whose own record is not asked about.
    person: Option<UserId>,
    /// Whether their own record is open to them.
    patient: bool,
    dentist: Option<DentistId>,
    everybody: bool,
}

impl Scope {
    /// Whether whoever looks is this person.
    pub fn is(self, person: UserId) -> bool {
        self.person == Some(person)
    }
}

/// Their own record.
impl From<&Patient> for Scope {
    fn from(patient: &Patient) -> Self {
        Self {
            person: Some(patient.id()),
            patient: true,
            dentist: None,
            everybody: false,
        }
    }
}

/// The patients assigned to them today.
impl From<&Dentist> for Scope {
    fn from(dentist: &Dentist) -> Self {
        Self {
            person: Some(dentist.id()),
            patient: false,
            dentist: Some(dentist.dentist_id()),
            everybody: false,
        }
    }
}

/// A dentist's patients, or everybody's records; as a dentist, one who works for the clinic has patients of their own.
impl From<&Desk> for Scope {
    fn from(desk: &Desk) -> Self {
        Self {
            person: desk.dentist().map(Dentist::id),
            patient: false,
            dentist: desk.dentist().map(Dentist::dentist_id),
            everybody: matches!(desk, Desk::Office(_)),
        }
    }
}

/// What their desk sees, and their own.
impl From<&Participant> for Scope {
    fn from(participant: &Participant) -> Self {
        let desk = participant.desk().map(Self::from);
        Self {
            person: Some(participant.id()),
            patient: participant.patient().is_some(),
            dentist: desk.and_then(|desk| desk.dentist),
            everybody: desk.is_some_and(|desk| desk.everybody),
        }
    }
}

/// What any of their roles sees.
impl From<&Anyone> for Scope {
    fn from(Anyone(person): &Anyone) -> Self {
        Self {
            person: Some(person.id),
            patient: person.has(Role::Patient),
            dentist: person.dentist_id.filter(|_| person.has(Role::Dentist)),
            everybody: person.has(Role::Staff) || person.has(Role::Admin),
        }
    }
}

impl Type<Postgres> for Scope {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("care.scope")
    }
}

/// Written by hand and not derived, since what is derived could be read from a row as well: made of numbers, not of an actor.
impl Encode<'_, Postgres> for Scope {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let mut record = PgRecordEncoder::new(buffer);
        record.encode(self.person)?;
        record.encode(self.patient)?;
        record.encode(self.dentist)?;
        record.encode(self.everybody)?;
        record.finish();
        Ok(IsNull::No)
    }
}
