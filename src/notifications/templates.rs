//! What notifications say, in each language: that of their patient when they go out, or are read. It leaves the system and shows on locked screens: no name, no finding, no photo.

use super::Kind;
use crate::ui::Language;
use rust_i18n::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "notification_template", rename_all = "snake_case")]
pub enum Template {
    /// A change of stage is due today.
    ChangeDue,
    /// It was due, and is still owed.
    ChangeOwed,
    /// The day has come on which somebody who paused meant to go on.
    ResumeDue,
    /// The clinic has moved the dates of a treatment, paused it, or given it other numbers.
    PlanChanged,
    Review,
    Message,
    DentistChange,
    /// To a dentist: a patient reported that something is wrong.
    Report,
    /// To staff: no dentist has seen a report in time.
    ReportWaiting,
    /// To a patient: the dentist has seen their report.
    ReportSeen,
}

impl Template {
    pub const ALL: [Self; 10] = [
        Self::ChangeDue,
        Self::ChangeOwed,
        Self::ResumeDue,
        Self::PlanChanged,
        Self::Review,
        Self::Message,
        Self::DentistChange,
        Self::Report,
        Self::ReportWaiting,
        Self::ReportSeen,
    ];

    /// As the database has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChangeDue => "change_due",
            Self::ChangeOwed => "change_owed",
            Self::ResumeDue => "resume_due",
            Self::PlanChanged => "plan_changed",
            Self::Review => "review",
            Self::Message => "message",
            Self::DentistChange => "dentist_change",
            Self::Report => "report",
            Self::ReportWaiting => "report_waiting",
            Self::ReportSeen => "report_seen",
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            Self::ChangeDue | Self::ChangeOwed | Self::ResumeDue | Self::PlanChanged => {
                Kind::ChangeDue
            }
            Self::Review => Kind::Review,
            Self::Message => Kind::Message,
            Self::DentistChange => Kind::DentistChange,
            Self::Report | Self::ReportWaiting | Self::ReportSeen => Kind::Report,
        }
    }

    pub fn text(self, language: Language) -> String {
        let lang = language.code();
        match self {
            Self::ChangeDue => t!("template.change_due", locale = lang),
            Self::ChangeOwed => t!("template.change_owed", locale = lang),
            Self::ResumeDue => t!("template.resume_due", locale = lang),
            Self::PlanChanged => t!("template.plan_changed", locale = lang),
            Self::Review => t!("template.review", locale = lang),
            Self::Message => t!("template.message", locale = lang),
            Self::DentistChange => t!("template.dentist_change", locale = lang),
            Self::Report => t!("template.report", locale = lang),
            Self::ReportWaiting => t!("template.report_waiting", locale = lang),
            Self::ReportSeen => t!("template.report_seen", locale = lang),
        }
        .into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What a locked phone shows of a notification, in characters.
    const SHOWN: usize = 178;

    #[test]
    fn every_kind_says_something_in_every_language() {
        for kind in Kind::ALL {
            // Staff write notices themselves, in each language.
            let written = kind == Kind::Notice;
            let known = Template::ALL.iter().any(|template| template.kind() == kind);
            assert_eq!(known, !written, "{kind:?}");
        }
        let mut texts = BTreeSet::new();
        for template in Template::ALL {
            for language in Language::ALL {
                let text = template.text(language);
                assert!(
                    !text.starts_with("template."),
                    "{template:?} in {language:?}"
                );
                assert!(!text.contains("%{"), "{text}");
                assert!(text.chars().count() <= SHOWN, "{text}");
                // No two languages, and no two templates, say the same.
                assert!(texts.insert(text), "{template:?} in {language:?}");
            }
        }
    }
}
