//! The made-up people. The same ones every time.

use serde::Serialize;

/// Somebody who can sign in, as the provider knows them.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub sub: String,
    pub email: String,
    pub email_verified: bool,
    pub given_name: String,
    pub family_name: String,
    pub groups: Vec<String>,
    /// What the account is for; those that have one get a button on the sign-in page.
    pub purpose: String,
}

/// How many patients there are besides those with a purpose.
pub const MORE_PATIENTS: usize = 200;

fn account(
    number: usize,
    email: &str,
    given: &str,
    family: &str,
    group: &str,
    purpose: &str,
) -> Account {
    Account {
        sub: format!("00000000-0000-4000-8000-{number:012}"),
        email: email.to_owned(),
        email_verified: true,
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        groups: if group.is_empty() {
            Vec::new()
        } else {
            vec![group.to_owned()]
        },
        purpose: purpose.to_owned(),
    }
}

const GIVEN: [&str; 40] = [
    "Alma", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hannes", "Ida", "Jonas", "Karla",
    "Leon", "Mara", "Nils", "Olivia", "Paul", "Rosa", "Samir", "Tilda", "Umut", "Vera", "Willi",
    "Yara", "Zoe", "Amir", "Britta", "Carlo", "Dana", "Emil", "Frida", "Gustav", "Helena", "Ivan",
    "Jule", "Kian", "Lena", "Milan", "Nora", "Oskar", "Pia",
];
const FAMILY: [&str; 50] = [
    "Abel", "Albrecht", "Arslan", "Bach", "Baumann", "Becker", "Brandt", "Busch", "Demir",
    "Dietrich", "Engel", "Ernst", "Fischer", "Frank", "Fuchs", "Graf", "Haas", "Hartmann",
    "Heinrich", "Hofmann", "Jansen", "Kaiser", "Keller", "Koch", "Kowalski", "Krause", "Lang",
    "Lorenz", "Ludwig", "Maier", "Martin", "Neumann", "Nowak", "Otto", "Pohl", "Roth", "Sauer",
    "Schäfer", "Schulte", "Seidel", "Simon", "Sommer", "Stein", "Vogel", "Wagner", "Weber",
    "Winter", "Wolf", "Yilmaz", "Ziegler",
];

/// The last of them: names that are typed in more than one way, and two of one name.
const ODD: [(&str, &str); 8] = [
    ("İpek", "Özdemir"),
    ("Seán", "O’Brien"),
    ("Anna-Lena", "Groß"),
    ("Łukasz", "Wałęsa"),
    ("Jürgen", "von der Heide"),
    ("Maximiliane-Theodora", "Schmidt-Rottluff-Wallenstein"),
    ("Lukas", "Meyer"),
    ("Lukas", "Meyer"),
];

/// Everybody: first those with a purpose, in the order of the sign-in page.
pub fn all() -> Vec<Account> {
    let mut people = vec![
        account(
            1,
            "patient@midline.example",
            "Mia",
            "Berger",
            "patients",
            "Aligners: wearing 8 of 24, the next change is due tomorrow",
        ),
        account(
            2,
            "new.patient@midline.example",
            "Noah",
            "Klein",
            "",
            "A new patient: terms not accepted, nothing started",
        ),
        account(
            3,
            "paused.patient@midline.example",
            "Lea",
            "Hoffmann",
            "patients",
            "A patient whose treatment is paused",
        ),
        account(
            4,
            "braces.patient@midline.example",
            "Emre",
            "Kaya",
            "patients",
            "Clear braces, after a completed aligner journey",
        ),
        account(
            5,
            "dentist@midline.example",
            "Sophie",
            "Lindner",
            "dentists",
            "The dentist of most patients",
        ),
        account(
            6,
            "second.dentist@midline.example",
            "Jakob",
            "Peters",
            "dentists",
            "A dentist of another practice",
        ),
        account(
            7,
            "staff@midline.example",
            "Anna",
            "Schmitt",
            "staff",
            "Staff: sees every patient, no photos",
        ),
        account(
            8,
            "admin@midline.example",
            "Tom",
            "Richter",
            "admins",
            "Administrator",
        ),
    ];
    people.extend((0..MORE_PATIENTS).map(|n| {
        if let Some((given, family)) = n.checked_sub(MORE_PATIENTS - ODD.len()).map(|odd| ODD[odd])
        {
            let email = format!("patient{:03}@midline.example", n + 1);
            return account(101 + n, &email, given, family, "patients", "");
        }
        // Co-prime steps through both lists: no two have the same name.
        let given = GIVEN[n % GIVEN.len()];
        let family = FAMILY[(n * 7 + n / GIVEN.len()) % FAMILY.len()];
        let email = format!("patient{:03}@midline.example", n + 1);
        account(101 + n, &email, given, family, "patients", "")
    }));
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everybody_is_somebody_else() {
        let people = all();
        assert_eq!(people.len(), 8 + MORE_PATIENTS);
        let distinct =
            |key: fn(&Account) -> String| people.iter().map(key).collect::<HashSet<_>>().len();
        assert_eq!(distinct(|person| person.sub.clone()), people.len());
        assert_eq!(distinct(|person| person.email.clone()), people.len());
        // But for the two of one name.
        assert_eq!(
            distinct(|person| format!("{} {}", person.given_name, person.family_name)),
            people.len() - 1
        );
    }
}
