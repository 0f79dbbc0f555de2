//! What can be decided on the photos of a stage, and how that is sent.
//!
//! Source: the project's domain rules ("Reviews"). No decision advances a stage.

use crate::photos::View;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "review_decision", rename_all = "snake_case")]
pub enum Kind {
    OnTrack,
    Retake,
    Hold,
    SeeMe,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::OnTrack, Self::Retake, Self::Hold, Self::SeeMe];

    /// Its name in forms and audit rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::Retake => "retake",
            Self::Hold => "hold",
            Self::SeeMe => "see_me",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why a view has to be photographed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "retake_reason", rename_all = "snake_case")]
pub enum RetakeReason {
    Blurred,
    TooDark,
    WrongAngle,
    /// By lips, cheeks, tongue or the appliance.
    Covered,
    /// There is no photo of it.
    Missing,
    Other,
}

impl RetakeReason {
    pub const ALL: [Self; 6] = [
        Self::Blurred,
        Self::TooDark,
        Self::WrongAngle,
        Self::Covered,
        Self::Missing,
        Self::Other,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Blurred => "blurred",
            Self::TooDark => "too_dark",
            Self::WrongAngle => "wrong_angle",
            Self::Covered => "covered",
            Self::Missing => "missing",
            Self::Other => "other",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A decision with all that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    OnTrack,
    /// The views to repeat, each once, and why: at least one.
    Retake(Vec<(View, RetakeReason)>),
    /// Days by which the change of stage is put off: 1 to 28.
    Hold(i32),
    SeeMe,
}

impl Decision {
    pub fn kind(&self) -> Kind {
        match self {
            Self::OnTrack => Kind::OnTrack,
            Self::Retake(_) => Kind::Retake,
            Self::Hold(_) => Kind::Hold,
            Self::SeeMe => Kind::SeeMe,
        }
    }
}

/// Seconds for which a decision can be taken back, before it takes effect and is told.
pub const UNDO_SECONDS: i64 = 10;
/// Characters of what the patient is told, and of what stays with the clinic.
pub const NOTE: usize = 500;
pub const CLINIC_NOTE: usize = 1000;
