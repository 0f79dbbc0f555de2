//! The pages of a patient's record as those at a desk go through them: one bar of tabs, the same on each. Below the features
//! whose pages they are, so that each of them can show it.

mod view;

pub use view::tabs;

use crate::{accounts::UserId, ids::JourneyId};

/// A patient's record, as far as its tabs go.
#[derive(Clone, Debug)]
pub struct Record {
    pub patient: UserId,
    pub name: String,
    /// The treatment whose pages these are; none before the first.
    pub treatment: Option<Treatment>,
    /// Whether the reader treats the patient today: photos and messages are for nobody else at a desk.
    pub treats: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Treatment {
    pub journey: JourneyId,
    /// Whether wear time is kept of it, or is unless the clinic says otherwise: of aligners, and of braces that a goal was set for.
    pub wear: bool,
}

/// A part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Summary,
    /// The plan, the numbers and the whole timeline.
    Treatment,
    Photos,
    Messages,
    Wear,
}

impl Record {
    /// The parts that its reader may open, each with its address: none that would be refused.
    fn parts(&self) -> Vec<(Part, String)> {
        let mut parts = vec![(Part::Summary, format!("/patients/{}", self.patient.0))];
        let Some(Treatment { journey, wear }) = self.treatment else {
            return parts;
        };
        parts.push((Part::Treatment, format!("/journeys/{journey}")));
        if self.treats {
            parts.push((Part::Photos, format!("/journeys/{journey}/photos")));
            parts.push((Part::Messages, format!("/journeys/{journey}/messages")));
        }
        if wear {
            parts.push((Part::Wear, format!("/journeys/{journey}/wear")));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_what_they_may_not_open() {
        let record = |treatment, treats| Record {
            patient: UserId(3),
            name: "Mia Berger".to_owned(),
            treatment,
            treats,
        };
        let parts = |record: Record| -> Vec<Part> {
            record.parts().into_iter().map(|(part, _)| part).collect()
        };
        let treatment = |wear| {
            Some(Treatment {
                journey: JourneyId(7),
                wear,
            })
        };
        assert_eq!(parts(record(None, true)), [Part::Summary]);
        assert_eq!(
            parts(record(treatment(true), true)),
            [
                Part::Summary,
                Part::Treatment,
                Part::Photos,
                Part::Messages,
                Part::Wear
            ]
        );
        assert_eq!(
            parts(record(treatment(true), false)),
            [Part::Summary, Part::Treatment, Part::Wear]
        );
        assert_eq!(
            parts(record(treatment(false), false)),
            [Part::Summary, Part::Treatment]
        );
    }
}
