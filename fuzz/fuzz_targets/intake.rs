//! Whatever bytes are sent, the intake of photos neither panics nor keeps anything but a picture.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use midline::photos::processing;
use std::sync::Once;

/// Larger pictures take longer and go through the same code.
const MOST_PIXELS: u64 = 4_000_000;

/// What a decoder panics of is a refused picture, as it is in the server: the fuzzer would end at each. One that gets
/// out of the intake ends it still.
static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| -> Corpus {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
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
