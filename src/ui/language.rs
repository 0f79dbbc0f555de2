use chrono::Locale;

/// A language that Midline speaks; each has a catalogue in `locales/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47), and the name of its catalogue.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What those who speak it call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// How dates are named.
    pub fn dates(self) -> Locale {
        match self {
            Self::English => Locale::en_GB,
            Self::German => Locale::de_DE,
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// The best of an `Accept-Language` header (RFC 9110, section 12.5.4); the first one named wins a tie.
    pub fn accepted(header: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|part| {
                    part.trim()
                        .strip_prefix("q=")
                        .map(|q| q.trim().parse::<f32>().unwrap_or(0.0))
                })
                .unwrap_or(1.0);
            let primary = tag
                .split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            if let Some(language) = Self::from_code(&primary)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_is_weighed() {
        assert_eq!(
            Language::accepted("de-AT,de;q=0.9,en;q=0.8"),
            Language::German
        );
        assert_eq!(
            Language::accepted("fr;q=1, en;q=0.4, de;q=0.6"),
            Language::German
        );
        assert_eq!(Language::accepted("en-GB,de"), Language::English);
        assert_eq!(
            Language::accepted("de;q=0"),
            Language::English,
            "zero means not wanted"
        );
        assert_eq!(Language::accepted("fr"), Language::English);
        assert_eq!(Language::accepted(";;;,q=,de;q=x"), Language::English);
    }
}
