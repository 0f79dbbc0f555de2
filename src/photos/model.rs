//! What a photo is: its views, its variants, and what keeps a picture from becoming one.

use super::limits;

/// Which part of the mouth a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "image_view", rename_all = "snake_case")]
pub enum View {
    Front,
    Left,
    Right,
    Upper,
    Lower,
    Other,
}

impl View {
    pub const ALL: [Self; 6] = [
        Self::Front,
        Self::Left,
        Self::Right,
        Self::Upper,
        Self::Lower,
        Self::Other,
    ];
    /// The five that a stage is judged by.
    pub const STANDARD: [Self; 5] = [
        Self::Front,
        Self::Left,
        Self::Right,
        Self::Upper,
        Self::Lower,
    ];

    /// Its name in addresses and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Left => "left",
            Self::Right => "right",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Other => "other",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// One of the sizes in which a photo is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    Thumbnail,
    Screen,
    Full,
}

impl Variant {
    pub const ALL: [Self; 3] = [Self::Thumbnail, Self::Screen, Self::Full];

    /// Its name in addresses and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
            Self::Screen => "screen",
            Self::Full => "full",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    /// The longest side, in pixels.
    pub fn longest_side(self) -> u32 {
        match self {
            Self::Thumbnail => 320,
            Self::Screen => 1600,
            Self::Full => 4096,
        }
    }

    /// The pixels of this variant of a picture of `width` × `height`: never enlarged, never empty.
    pub fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let longest = width.max(height);
        let side = self.longest_side();
        if longest <= side {
            return (width, height);
        }
        let scale = |length: u32| {
            let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2)
                / u64::from(longest).max(1);
            u32::try_from(scaled).unwrap_or(side).max(1)
        };
        (scale(width), scale(height))
    }
}

/// Why what was sent did not become a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "image_rejection", rename_all = "snake_case")]
pub enum Rejection {
    /// There was nothing in it.
    Empty,
    /// More than [`limits::BYTES`].
    TooLarge,
    /// Neither JPEG, PNG nor WebP.
    NotAPhoto,
    /// HEIC or HEIF: a photo, but none that can be read here (`docs/decisions/0008`).
    Heic,
    /// The same of AVIF.
    Avif,
    /// A film, as a phone takes with a photo or instead of one.
    Film,
    /// A picture of a kind that no camera's photos have: GIF, BMP, TIFF, JPEG XL.
    OtherPicture,
    /// More than [`limits::PIXELS`].
    TooManyPixels,
    /// A side under [`limits::SHORTEST_SIDE`]: teeth could not be judged by it.
    TooSmall,
    /// Broken off, damaged, or made in a way that no camera does.
    Unreadable,
    /// The patient has sent this very picture before.
    Duplicate,
    /// It did not reach the store whole, or went missing there.
    Lost,
}

impl Rejection {
    pub const ALL: [Self; 12] = [
        Self::Empty,
        Self::TooLarge,
        Self::NotAPhoto,
        Self::Heic,
        Self::Avif,
        Self::Film,
        Self::OtherPicture,
        Self::TooManyPixels,
        Self::TooSmall,
        Self::Unreadable,
        Self::Duplicate,
        Self::Lost,
    ];

    /// The last part of the key of its words in the catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::NotAPhoto => "not_a_photo",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Film => "film",
            Self::OtherPicture => "other_picture",
            Self::TooManyPixels => "too_many_pixels",
            Self::TooSmall => "too_small",
            Self::Unreadable => "unreadable",
            Self::Duplicate => "duplicate",
            Self::Lost => "lost",
        }
    }
}

/// Whether a picture of this size is taken in.
///
/// # Errors
/// [`Rejection::TooManyPixels`] or [`Rejection::TooSmall`].
pub fn check_size(width: u32, height: u32) -> Result<(), Rejection> {
    if u64::from(width) * u64::from(height) > limits::PIXELS {
        return Err(Rejection::TooManyPixels);
    }
    // A strip would lose its shorter side when it is made to fit.
    let (fit_width, fit_height) = Variant::Full.fit(width, height);
    if fit_width.min(fit_height) < limits::SHORTEST_SIDE {
        return Err(Rejection::TooSmall);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_keep_their_shape_and_are_never_enlarged() {
        assert_eq!(Variant::Full.fit(4032, 3024), (4032, 3024));
        assert_eq!(Variant::Screen.fit(4032, 3024), (1600, 1200));
        assert_eq!(Variant::Thumbnail.fit(3024, 4032), (240, 320));
        assert_eq!(Variant::Thumbnail.fit(100, 90), (100, 90));
        assert_eq!(Variant::Thumbnail.fit(65_535, 100), (320, 1));
    }

    #[test]
    fn names_are_read_back() {
        for view in View::ALL {
            assert_eq!(View::named(view.name()), Some(view));
        }
        for variant in Variant::ALL {
            assert_eq!(Variant::named(variant.name()), Some(variant));
        }
        assert_eq!(Variant::named("original"), None);
    }

    #[test]
    fn what_phones_make_is_taken_and_no_more() {
        // "50 megapixels" of three makers, "64" of two.
        for (width, height) in [
            (8160, 6144),
            (8192, 6144),
            (8160, 6120),
            (9248, 6936),
            (9280, 6944),
        ] {
            assert_eq!(check_size(width, height), Ok(()), "{width} × {height}");
        }
        assert_eq!(check_size(8192, 8193), Err(Rejection::TooManyPixels));
        assert_eq!(check_size(65_535, 65_535), Err(Rejection::TooManyPixels));
        assert_eq!(check_size(200, 199), Err(Rejection::TooSmall));
    }
}
