//! Time zones by the names that people know: of cities.

use super::zones;
use chrono_tz::Tz;

/// What many will type although no zone is named so: large cities beside those that name one, and their German names. Each stands
/// behind the city that names its zone, written as `plain` does.
const OTHERS: &[(&str, &str)] = &[
    ("Athens", " athen "),
    (
        "Berlin",
        " bonn bremen cologne deutschland dortmund dresden dusseldorf essen frankfurt frankfurtammain germany hamburg \
         hannover hanover kiel koln leipzig munchen munich nuremberg nurnberg stuttgart ",
    ),
    ("Brussels", " brussel bruxelles "),
    ("Bucharest", " bukarest "),
    ("Cairo", " kairo "),
    ("Copenhagen", " kobenhavn kopenhagen "),
    ("Havana", " havanna "),
    (
        "Kolkata",
        " bangalore chennai delhi mumbai neudelhi newdelhi ",
    ),
    ("Kyiv", " kiew "),
    ("Lisbon", " lissabon "),
    (
        "Los Angeles",
        " lasvegas portland sandiego sanfrancisco seattle ",
    ),
    ("Luxembourg", " luxemburg "),
    ("Madrid", " barcelona sevilla valencia "),
    ("Moscow", " moskau "),
    (
        "New York",
        " boston miami philadelphia washington washingtondc ",
    ),
    ("Paris", " lyon marseille nice strasbourg strassburg "),
    ("Prague", " prag praha "),
    (
        "Rome",
        " mailand milan milano naples neapel rom roma venedig venice ",
    ),
    ("Shanghai", " beijing guangzhou peking shenzhen "),
    ("Singapore", " singapur "),
    ("Tokyo", " kyoto osaka tokio "),
    (
        "Vienna",
        " austria graz innsbruck linz osterreich salzburg wien ",
    ),
    ("Warsaw", " krakow krakau warschau warszawa "),
    (
        "Zurich",
        " basel bern genf geneva lausanne schweiz switzerland ",
    ),
];

/// As much of what was typed is read.
const LONGEST: usize = 100;

/// The city that a zone is named after.
pub fn city(zone: Tz) -> String {
    let name = zone.name();
    let place = name.rsplit_once('/').map_or(name, |(_, place)| place);
    place.replace('_', " ")
}

/// The zone that is meant by a city's name or by the zone's own, however it is written. `own` is the present one of who
/// asks: it is meant where two are named alike, and known even where nobody can choose it any more.
pub fn zone_named(text: &str, own: Tz) -> Option<Tz> {
    let typed = plain(text);
    let known = |wanted: &str| {
        let mut all = std::iter::once(own).chain(zones());
        all.find(|zone| plain(zone.name()) == wanted || plain(&city(*zone)) == wanted)
    };
    known(&typed).or_else(|| {
        let other = format!(" {typed} ");
        let (city, _) = OTHERS.iter().find(|(_, others)| others.contains(&other))?;
        known(&plain(city))
    })
}

/// A name as letters and digits alone: small, and without what stands above or below them.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars().take(LONGEST).flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' => plain.push('a'),
            'ç' => plain.push('c'),
            'è'..='ë' => plain.push('e'),
            'ì'..='ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò'..='ö' | 'ø' => plain.push('o'),
            'ù'..='ü' => plain.push('u'),
            'ß' => plain.push_str("ss"),
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_meant_by_its_city_and_by_its_name() {
        for zone in zones() {
            assert_eq!(zone_named(&city(zone), zone), Some(zone));
            assert_eq!(zone_named(zone.name(), Tz::UTC), Some(zone));
        }
        // Both have its name; the one keeps who is in it.
        let nicosia = zone_named("Nicosia", Tz::UTC).expect("a zone");
        assert_eq!(city(nicosia), "Nicosia");
    }

    #[test]
    fn a_city_is_known_however_it_is_written() {
        for (text, zone) in [
            ("new york", Tz::America__New_York),
            ("  NEW-YORK ", Tz::America__New_York),
            ("America/New_York", Tz::America__New_York),
            ("Zürich", Tz::Europe__Zurich),
            ("São Paulo", Tz::America__Sao_Paulo),
            ("Wien", Tz::Europe__Vienna),
            ("München", Tz::Europe__Berlin),
            ("Frankfurt am Main", Tz::Europe__Berlin),
            ("utc", Tz::UTC),
            // No longer to be chosen, and still somebody's.
            ("Calcutta", Tz::Asia__Calcutta),
        ] {
            assert_eq!(zone_named(text, Tz::Asia__Calcutta), Some(zone), "{text}");
        }
        for text in [
            "",
            " ",
            "Mars/Olympus",
            "Ber",
            "essen bonn",
            "\u{202e}",
            "/",
        ] {
            assert_eq!(zone_named(text, Tz::UTC), None, "{text}");
        }
    }

    #[test]
    fn other_names_lead_to_a_zone_and_hide_none() {
        for (name, others) in OTHERS {
            assert!(zone_named(name, Tz::UTC).is_some(), "{name}");
            for other in others.split_whitespace() {
                assert_eq!(plain(other), other);
                assert_eq!(
                    zone_named(other, Tz::UTC).map(city).as_deref(),
                    Some(*name),
                    "{other}"
                );
            }
        }
    }
}
