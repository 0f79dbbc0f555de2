//! What a mail says: a subject by its kind, what a push would say, where to read on, and why it came. No name, no finding, no photo.

use crate::{
    notifications::{Kind, channels::Parcel},
    platform::config::WebConfig,
};
use rust_i18n::t;

pub struct Words {
    pub subject: String,
    pub plain: String,
    pub html: String,
}

pub fn write(parcel: &Parcel<'_>, web: &WebConfig, unsubscribe: Option<&str>) -> Words {
    let lang = parcel.language.code();
    let kind = parcel.claim.kind;
    let subject = subject(lang, kind);
    let open = t!("email.open", locale = lang);
    let why = t!("email.why", locale = lang);
    let settings = t!("email.settings", locale = lang);
    let (inbox, wishes) = (
        web.address("/inbox"),
        web.address("/settings/notifications"),
    );
    let stop = t!("email.unsubscribe", locale = lang);
    let mut plain = format!(
        "{}\n\n{open}:\n{inbox}\n\n-- \n{why}\n{settings}:\n{wishes}\n",
        parcel.content
    );
    let mut foot = format!("{} {}", escaped(&why), link(&wishes, &settings));
    if let Some(address) = unsubscribe {
        plain += &format!("{stop}:\n{address}\n");
        foot += &format!(" {}", link(address, &stop));
    }
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n<body>\n<p>{}</p>\n<p>{}</p>\n<hr>\n<p><small>{foot}</small></p>\n</body>\n</html>\n",
        escaped(&subject),
        escaped(parcel.content),
        link(&inbox, &open),
    );
    Words {
        subject,
        plain,
        html,
    }
}

fn subject(lang: &str, kind: Kind) -> String {
    match kind {
        Kind::ChangeDue => t!("email.subject.change_due", locale = lang),
        Kind::Review => t!("email.subject.review", locale = lang),
        Kind::Message => t!("email.subject.message", locale = lang),
        Kind::Report => t!("email.subject.report", locale = lang),
        Kind::DentistChange => t!("email.subject.dentist_change", locale = lang),
        Kind::Notice => t!("email.subject.notice", locale = lang),
    }
    .into_owned()
}

fn link(address: &str, words: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(words))
}

/// As text and as an attribute's value.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("<br>\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Language;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_subject_of_its_own_in_every_language() {
        let mut subjects = BTreeSet::new();
        for kind in Kind::ALL {
            for language in Language::ALL {
                let subject = subject(language.code(), kind);
                assert!(!subject.starts_with("email."), "{kind:?} in {language:?}");
                assert!(subjects.insert(subject), "{kind:?} in {language:?}");
            }
        }
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped("<b>\"A\" & B</b>"),
            "&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;"
        );
    }
}
