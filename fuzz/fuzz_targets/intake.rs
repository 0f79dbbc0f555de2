//! Whatever bytes are sent, the intake of photos neither panics nor keeps anything but a picture.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use midline::photos::processing;

/// Larger pictures take longer and go through the same code.
const MOST_PIXELS: u64 = 4_000_000;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if let Ok((width, height)) = processing::inspect(bytes)
        && u64::from(width) * u64::from(height) > MOST_PIXELS
    {
        return Corpus::Reject;
    }
    let Ok(photo) = processing::process(bytes) else {
        return Corpus::Keep;
    };
    assert_eq!(photo.variants.len(), 3);
    for (variant, bytes) in &photo.variants {
        let name = variant.name();
        assert!(bytes.starts_with(&[0xff, 0xd8]), "{name} is no JPEG");
        assert!(
            bytes.ends_with(&[0xff, 0xd9]),
            "{name} goes on behind its end"
        );
        let exif = bytes.windows(6).any(|window| window == b"Exif\0\0");
        assert!(!exif, "{name} holds Exif");
    }
    Corpus::Keep
});
