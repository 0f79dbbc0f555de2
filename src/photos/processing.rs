//! From what a patient sent to what is kept: type by content, limits before decoding, decoding in safe code,
//! upright, in sRGB, without a byte of metadata, in three sizes.
//!
//! Everything here is a function of the bytes alone. It may take seconds and hundreds of megabytes: callers run it
//! where it blocks nobody, a few at a time.

mod colour;
mod decode;
mod likeness;
mod quality;
mod upright;
mod variants;

use super::model::{Rejection, Variant};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

pub use decode::{Kind, kind};
pub use likeness::{looks, other_view};
pub use quality::Findings;

/// A picture that has become a photo.
pub struct Photo {
    /// Pixels of [`Variant::Full`].
    pub width: u32,
    pub height: u32,
    /// A JPEG each, smallest first.
    pub variants: Vec<(Variant, Vec<u8>)>,
    /// Some 25 bytes from which a blurred picture is drawn while the real one is on its way.
    pub thumbhash: Vec<u8>,
    pub captured: Option<Captured>,
    pub findings: Findings,
}

/// When the camera says that it took the picture. Nothing else that it says is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captured {
    pub local: NaiveDateTime,
    /// Seconds east of UTC, if it says so.
    pub offset: Option<i32>,
}

impl Captured {
    /// The moment, if it is plausible for a picture that arrived at `arrived`: not after that, and at most five
    /// years before. A camera that names no offset is taken to be in the patient's zone.
    pub fn plausible(self, zone: Tz, arrived: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let moment = match self.offset {
            Some(seconds) => chrono::FixedOffset::east_opt(seconds)?
                .from_local_datetime(&self.local)
                .single()?
                .to_utc(),
            None => zone.from_local_datetime(&self.local).earliest()?.to_utc(),
        };
        let age = arrived - moment;
        // A clock may be a little ahead.
        (age > chrono::Duration::minutes(-5) && age < chrono::Duration::days(5 * 366))
            .then_some(moment.min(arrived))
    }
}

/// Pixels of the picture in `bytes`, by its header alone.
///
/// # Errors
/// Why it will not become a photo, as far as that can be told without decoding.
pub fn inspect(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    safely(|| decode::inspect(bytes))
}

/// Makes a photo of `bytes`.
///
/// # Errors
/// Why they do not become one.
pub fn process(bytes: &[u8]) -> Result<Photo, Rejection> {
    safely(|| make(bytes))
}

/// What makes a decoder panic is no photo. (A palette of a colour and a third has done it.)
fn safely<T>(
    read: impl FnOnce() -> Result<T, Rejection> + std::panic::UnwindSafe,
) -> Result<T, Rejection> {
    std::panic::catch_unwind(read).unwrap_or_else(|_| {
        tracing::error!("a decoder panicked");
        Err(Rejection::Unreadable)
    })
}

fn make(bytes: &[u8]) -> Result<Photo, Rejection> {
    let decode::Decoded {
        mut pixels,
        turn,
        profile,
        captured,
    } = decode::decode(bytes)?;
    if let Some(profile) = profile {
        colour::to_srgb(&mut pixels, &profile);
    }
    variants::make(pixels, turn, captured)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().expect("a time")
    }

    #[test]
    fn a_camera_is_believed_within_reason() {
        let arrived = "2026-03-17T11:00:00Z".parse().expect("a moment");
        let zone = chrono_tz::Europe::Berlin;
        let said = |text: &str, offset| {
            Captured {
                local: local(text),
                offset,
            }
            .plausible(zone, arrived)
        };
        assert_eq!(
            said("2026-03-17T11:58:00", None),
            "2026-03-17T10:58:00Z".parse().ok()
        );
        assert_eq!(
            said("2026-03-17T11:58:00", Some(7200)),
            "2026-03-17T09:58:00Z".parse().ok()
        );
        // Three minutes ahead is a clock; a day ahead is a mistake, as is 1980.
        assert_eq!(said("2026-03-17T12:03:00", None), Some(arrived));
        assert_eq!(said("2026-03-18T11:58:00", None), None);
        assert_eq!(said("1980-01-01T00:00:00", None), None);
        assert_eq!(said("2026-03-17T11:58:00", Some(i32::MAX)), None);
    }
}
