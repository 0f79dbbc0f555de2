pub use crate::ids::UserId;
use crate::{ids::DentistId, ui::turns_text};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// What a person may do; one person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "user_role", rename_all = "snake_case")]
pub enum Role {
    Patient,
    Dentist,
    Staff,
    Admin,
}

impl Role {
    /// As the database and the configuration call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Dentist => "dentist",
            Self::Staff => "staff",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "patient" => Ok(Self::Patient),
            "dentist" => Ok(Self::Dentist),
            "staff" => Ok(Self::Staff),
            "admin" => Ok(Self::Admin),
            _ => Err(()),
        }
    }
}

/// The terms of use that have to be accepted. A new version is put to everybody again.
pub const TERMS_VERSION: &str = "2026-11-30";

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 100;

/// Whether a sign shows nothing by itself, or turns the direction of what stands beside it.
fn is_unseen(c: char) -> bool {
    turns_text(c)
        || matches!(c,
        // Soft hyphen; spaces and joints of no width, but for those that Persian and Indian scripts need.
        '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        // Notes between lines, and tags.
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A name as it is kept: composed (NFC), on one line, of signs that are seen, without spaces around.
pub fn clean_name(name: &str) -> String {
    let seen: String = name.chars().filter(|c| !is_unseen(*c)).collect();
    let words: Vec<&str> = seen
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    let name: String = words.join(" ").nfc().take(LONGEST_NAME).collect();
    name.trim_end().to_owned()
}

/// Longer is no address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// An address as it is kept and compared: its capitals made small, of which only those of ASCII count as such. None for what is
/// no address, and for one whose letters would be others if they were folded: the sign for Kelvin is no k.
pub fn clean_email(email: &str) -> Option<String> {
    let email = email.trim().to_ascii_lowercase();
    let is_one = email
        .rsplit_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && email.chars().count() <= LONGEST_EMAIL
        && !email.contains(|c: char| c.is_control() || c.is_whitespace() || is_unseen(c))
        && email.to_lowercase() == email
        && email.nfkc().eq(email.chars());
    is_one.then_some(email)
}

/// "Mia Berger", as far as it is known; else the address.
pub fn full_name(first: &str, last: &str, email: &str) -> String {
    match format!("{first} {last}").trim() {
        "" => email.to_owned(),
        name => name.to_owned(),
    }
}

/// "Berger, Mia", as far as it is known; else the address.
pub fn listed_name(first: &str, last: &str, email: &str) -> String {
    match (first.trim(), last.trim()) {
        ("", "") => email.to_owned(),
        (name, "") | ("", name) => name.to_owned(),
        (first, last) => format!("{last}, {first}"),
    }
}

/// Whoever is signed in, as one request needs to know them.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub terms_version: Option<String>,
    pub disabled: bool,
    pub zone: Tz,
    /// Whether they said that this is their zone, or saw it and left it.
    pub zone_confirmed: bool,
    /// As they chose.
    pub language: Option<String>,
    /// As they last read, if they chose none.
    pub last_language: Option<String>,
    pub theme: Option<String>,
    /// The dentist's row of `dentists`, for a dentist.
    pub dentist_id: Option<DentistId>,
    /// Whether their dentist wrote something that they have not opened.
    pub unread: bool,
    /// How many messages of their patients they have not opened.
    pub waiting: i64,
    /// How many of their patients’ reports nobody has seen, for a dentist.
    pub reported: i64,
    /// Whether something in their inbox waits to be read.
    pub told: bool,
    /// Whether single keys do things on pages that have such.
    pub shortcuts: bool,
    /// When the session was last moved on.
    pub last_seen_at: DateTime<Utc>,
}

impl Person {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// What somebody is called: their name, or the address they signed in with.
    pub fn display_name(&self) -> String {
        full_name(&self.first_name, &self.last_name, &self.email)
    }

    pub fn accepted_terms(&self) -> bool {
        self.terms_version.as_deref() == Some(TERMS_VERSION)
    }
}

/// Which roles the groups that the provider names give; somebody in no known group is a patient.
pub fn roles_of(
    groups: &[String],
    mapping: &std::collections::HashMap<String, String>,
) -> Vec<Role> {
    let mut roles: Vec<Role> = groups
        .iter()
        .filter_map(|group| mapping.get(group))
        .filter_map(|role| role.parse().ok())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        roles.push(Role::Patient);
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn names_are_kept_as_they_are_seen() {
        for (told, kept) in [
            ("Mia", "Mia"),
            ("  Mia \t Lena\u{a0}", "Mia Lena"),
            ("Mu\u{308}ller", "Müller"),
            ("M\0ia", "M ia"),
            ("\u{202e}aiM\u{202c}", "aiM"),
            ("\u{200b}\u{feff}", ""),
            // A joint that the script needs.
            (
                "\u{646}\u{6cc}\u{200c}\u{645}\u{627}",
                "\u{646}\u{6cc}\u{200c}\u{645}\u{627}",
            ),
            ("O’Brien-Łukasz", "O’Brien-Łukasz"),
        ] {
            assert_eq!(clean_name(told), kept, "{told:?}");
        }
        assert_eq!(clean_name(&"a ".repeat(90)).chars().count(), 99);
        // Each of them grows to three when it is composed.
        assert_eq!(clean_name(&"\u{1d160}".repeat(100)).chars().count(), 100);
    }

    #[test]
    fn addresses_are_folded_as_ascii_is_or_refused() {
        assert_eq!(
            clean_email(" Mia+1@Midline.Example ").as_deref(),
            Some("mia+1@midline.example")
        );
        assert_eq!(
            clean_email("mia@bücher.example").as_deref(),
            Some("mia@bücher.example")
        );
        for refused in [
            "",
            "mia",
            "@midline.example",
            "mia@",
            "mi\0a@midline.example",
            "mia @midline.example",
            "\u{202e}mia@midline.example",
            // Would become k, i with a dot, ö, and fi.
            "\u{212a}elvin@midline.example",
            "\u{130}pek@midline.example",
            "\u{d6}z@midline.example",
            "\u{fb01}n@midline.example",
            &format!("{}@midline.example", "a".repeat(300)),
        ] {
            assert_eq!(clean_email(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn groups_give_the_roles_that_the_mapping_names() {
        let mapping = HashMap::from([
            ("dentists".to_owned(), "dentist".to_owned()),
            ("office".to_owned(), "staff".to_owned()),
        ]);
        let groups = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            roles_of(&groups(&["office", "dentists", "office"]), &mapping),
            [Role::Dentist, Role::Staff]
        );
        assert_eq!(
            roles_of(&groups(&["admin"]), &mapping),
            [Role::Patient],
            "an unmapped group gives nothing"
        );
        assert_eq!(
            roles_of(&[], &mapping),
            [Role::Patient],
            "Cognito leaves the claim out when there is none"
        );
    }
}
