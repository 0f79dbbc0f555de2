use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// A row of `users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct UserId(pub i64);

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
pub const TERMS_VERSION: &str = "2026-11";

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
    pub language: Option<String>,
    pub theme: Option<String>,
    /// The dentist's row of `dentists`, for a dentist.
    pub dentist_id: Option<i64>,
    /// Whether their dentist wrote something that they have not opened.
    pub unread: bool,
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
