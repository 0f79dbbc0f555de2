//! A person's initials.

use leptos::prelude::*;

/// Stands beside a name and says nothing to those who listen.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{initials(&name)}</span> }
}

/// The first letters of the first and the last word; titles are left out.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !word.ends_with('.') && word.chars().any(char::is_alphabetic))
        .collect();
    let first = words.first().and_then(|word| letter(word));
    let last = words.last().filter(|_| words.len() > 1);
    let last = last.and_then(|word| letter(word));
    first.into_iter().chain(last).flatten().collect()
}

fn letter(word: &str) -> Option<impl Iterator<Item = char> + use<>> {
    Some(word.chars().find(|c| c.is_alphabetic())?.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        for (name, short) in [
            ("Mia Berger", "MB"),
            ("Dr. Lena Özdemir", "LÖ"),
            ("Ana María de la Cruz", "AC"),
            ("Cher", "C"),
            ("O’Brien", "O"),
            ("李 小龙", "李小"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(initials(name), short, "{name}");
        }
    }
}
