//! What tells a person from another of the same name, wherever people are chosen or named at a desk: when they were born,
//! else their number at the clinic, else their postal code, and their address. None of it is shown to patients.

use super::{
    model::{UserId, full_name},
    store,
};
use crate::ui::{Reader, time};
use chrono::NaiveDate;
use leptos::prelude::*;
use rust_i18n::t;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};

/// What is known of a person beside the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub id: UserId,
    pub birth_date: Option<NaiveDate>,
    /// In the clinic's own system.
    pub clinic_number: Option<i64>,
    pub postal_code: Option<String>,
    pub email: String,
}

impl Identity {
    /// All of it in words, what tells people apart best first.
    pub fn facts(&self, reader: &Reader) -> Vec<String> {
        self.known(reader)
            .into_iter()
            .chain(self.postal_code.clone())
            .chain([self.email.clone()])
            .collect()
    }

    /// For the head of each page of a record: when they were born, and their number; where neither is known, the postal code and
    /// the address.
    pub fn short(&self, reader: &Reader) -> Vec<String> {
        let known = self.known(reader);
        if known.is_empty() {
            return self.facts(reader);
        }
        known
    }

    /// When they were born, and their number, as far as they are known.
    fn known(&self, reader: &Reader) -> Vec<String> {
        let lang = reader.lang();
        let born = self.birth_date.map(|day| {
            t!(
                "person.born",
                locale = lang,
                day = time::short_date(reader, day)
            )
            .into_owned()
        });
        let number = self
            .clinic_number
            .map(|number| t!("person.number", locale = lang, number = number).into_owned());
        born.into_iter().chain(number).collect()
    }
}

/// Somebody who is called like one on a page, or is that one.
#[derive(Clone, Debug)]
pub struct Alike {
    /// The name that they have alike, as the database compares it.
    pub called: String,
    pub identity: Identity,
}

/// A person of those on a page: who, and what they are called.
pub struct Named<'a> {
    pub id: UserId,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
}

/// What is shown beside the names that others have, too, on the page or elsewhere; nothing beside all others.
#[derive(Clone, Debug, Default)]
pub struct Namesakes(HashMap<UserId, String>);

impl Namesakes {
    /// What tells this person from their namesakes.
    pub fn mark(&self, person: UserId) -> Option<String> {
        self.0.get(&person).cloned()
    }

    /// The same as a line of its own, below the name.
    pub fn line(&self, person: UserId) -> Option<impl IntoView + use<>> {
        let mark = self.mark(person)?;
        Some(view! { <span class="quiet block">{mark}</span> })
    }

    /// A name within a sentence, or in what is heard of a button: with what tells this person from their namesakes, if there are
    /// any.
    pub fn named(&self, person: UserId, name: String) -> String {
        match self.0.get(&person) {
            Some(mark) => format!("{name} ({mark})"),
            None => name,
        }
    }
}

/// Finds which of the people of a page have namesakes, there or among all patients, and what tells them apart. One query; nothing
/// of those who are not on the page is shown.
pub async fn namesakes(
    db: &mut PgConnection,
    reader: &Reader,
    people: impl IntoIterator<Item = Named<'_>>,
) -> Result<Namesakes, sqlx::Error> {
    let (ids, first, last) = by_name(people);
    if ids.is_empty() {
        return Ok(Namesakes::default());
    }
    let mut groups: HashMap<String, Vec<(UserId, Vec<String>)>> = HashMap::new();
    for Alike { called, identity } in store::called_alike(db, &ids, &first, &last).await? {
        let facts = identity.facts(reader);
        groups.entry(called).or_default().push((identity.id, facts));
    }
    let here: HashSet<UserId> = ids.into_iter().collect();
    Ok(Namesakes(
        groups
            .values()
            .filter(|group| group.len() > 1)
            .flat_map(|group| told_apart(group))
            .filter(|(id, _)| here.contains(id))
            .collect(),
    ))
}

/// The same of those who are named because they did something at a desk: whom of them others who work there are called like, or others
/// of the same page. Colleagues know each other by their addresses; when somebody of theirs was born is nobody's business.
pub async fn colleagues(
    db: &mut PgConnection,
    people: impl IntoIterator<Item = UserId>,
) -> Result<Namesakes, sqlx::Error> {
    let mut ids: Vec<UserId> = people.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Namesakes::default());
    }
    let alike = store::colleagues_alike(db, &ids).await?;
    Ok(Namesakes(alike.into_iter().collect()))
}

/// The ids and names of people, each once: a person may stand on a page more than once. Those without a name are called by their
/// addresses, of which each is one person's.
fn by_name<'a>(
    people: impl IntoIterator<Item = Named<'a>>,
) -> (Vec<UserId>, Vec<String>, Vec<String>) {
    let (mut ids, mut first, mut last) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for person in people {
        let name = full_name(person.first_name, person.last_name, person.email);
        if name != person.email && seen.insert(person.id) {
            ids.push(person.id);
            first.push(person.first_name.to_owned());
            last.push(person.last_name.to_owned());
        }
    }
    (ids, first, last)
}

/// Of each person's facts as many as no namesake has alike. The last of them, the address, nobody shares.
fn told_apart(group: &[(UserId, Vec<String>)]) -> Vec<(UserId, String)> {
    group
        .iter()
        .map(|(id, facts)| {
            let enough = (1..=facts.len()).find(|count| {
                group
                    .iter()
                    .all(|(other, theirs)| other == id || !theirs.starts_with(&facts[..*count]))
            });
            (*id, facts[..enough.unwrap_or(facts.len())].join(" · "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: i64, first: &'static str, last: &'static str) -> Named<'static> {
        Named {
            id: UserId(id),
            first_name: first,
            last_name: last,
            email: "somebody@midline.example",
        }
    }

    #[test]
    fn each_is_looked_for_once_and_by_a_name() {
        let nameless = Named {
            first_name: " ",
            last_name: "",
            ..named(2, "", "")
        };
        let people = [
            named(1, "Mia", "Berger"),
            nameless,
            named(3, "mia", "BERGER"),
            named(1, "Mia", "Berger"),
        ];
        let (ids, first, last) = by_name(people);
        assert_eq!(ids, [UserId(1), UserId(3)]);
        assert_eq!(
            (first.concat(), last.concat()),
            ("Miamia".into(), "BergerBERGER".into())
        );
    }

    #[test]
    fn as_much_is_shown_as_tells_them_apart() {
        let facts = |facts: &[&str]| {
            facts
                .iter()
                .map(|fact| (*fact).to_owned())
                .collect::<Vec<_>>()
        };
        let known = [
            (UserId(1), facts(&["born 1", "no. 1", "a@"])),
            (UserId(2), facts(&["born 2", "no. 2", "b@"])),
            (UserId(3), facts(&["born 2", "no. 3", "c@"])),
            (UserId(4), facts(&["10115", "d@"])),
            (UserId(5), facts(&["10115", "e@"])),
            (UserId(6), facts(&["f@"])),
        ];
        let marks: Vec<String> = told_apart(&known)
            .into_iter()
            .map(|(_, mark)| mark)
            .collect();
        assert_eq!(
            marks,
            [
                "born 1",
                "born 2 · no. 2",
                "born 2 · no. 3",
                "10115 · d@",
                "10115 · e@",
                "f@"
            ]
        );
    }
}
